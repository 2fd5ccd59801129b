//! What a configuration file says, as far as routing needs it.

use crate::base::Spanned;
use crate::diagnostics::code::RT008;
use crate::diagnostics::{Finding, Findings, shown};
use crate::yaml::{Mapping, Node, Value};

use super::fields::Reader;
use super::inhibit::Inhibition;
use super::route::Route;
use super::secrets::{InlineSecret, inline_secrets};
use super::smtp::{Smtp, smtp};

/// A configuration file of Alertmanager.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The root of the routing tree.
    pub route: Option<Route>,
    /// Who can be told.
    pub receivers: Vec<Receiver>,
    /// Which alerts silence which.
    pub inhibit_rules: Vec<Inhibition>,
    /// The names of `time_intervals` and of `mute_time_intervals`.
    pub time_intervals: Vec<Spanned<String>>,
    /// What it says for all mail.
    pub smtp: Smtp,
    /// The places where a secret stands in the file itself.
    pub inline_secrets: Vec<InlineSecret>,
}

/// Somebody who can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// The name.
    pub name: Spanned<String>,
    /// The fields such as `slack_configs` that say something. Without any, nobody is told.
    pub integrations: Vec<String>,
}

impl Config {
    /// What the file with this root says; what Alertmanager would refuse and what makes routing impossible becomes
    /// findings.
    pub fn read(root: &Node, findings: &mut Findings) -> Config {
        let mut reader = Reader::new(findings);
        let Value::Mapping(file) = &root.value else {
            if root.value != Value::Unreadable {
                let kind = root.value.kind();
                reader.say(
                    Finding::new(RT008, root.span, format!("the file is {kind}"))
                        .label("a mapping is expected")
                        .help(
                            "a configuration of Alertmanager has at least `route` and `receivers`",
                        ),
                );
            }
            return Config::default();
        };
        let start = root.span.beginning();
        reader.entries(file, "global");
        reader.judge_global(file);
        let route = reader.root_route(file, start);
        let receivers = reader.receivers(file);
        let mut time_intervals = reader.intervals(file, "mute_time_intervals");
        time_intervals.extend(reader.intervals(file, "time_intervals"));
        let inhibit_rules = reader.inhibitions(file);
        let receiver_names =
            reader.names("receiver", receivers.iter().map(|receiver| &receiver.name));
        let interval_names = reader.names("time interval", time_intervals.iter());
        if let Some(route) = &route {
            reader.judge_references(route, &receiver_names, &interval_names);
        }
        Config {
            route,
            receivers,
            inhibit_rules,
            time_intervals,
            smtp: smtp(file),
            inline_secrets: inline_secrets(file),
        }
    }
}

impl Reader<'_> {
    /// Alertmanager takes `http_config: null` for no settings at all and ends at the first receiver that asks for them:
    /// a base that nobody is told by works, and with our receivers it would not.
    fn judge_global(&mut self, file: &Mapping) {
        let Some(Value::Mapping(global)) = file.get("global").map(|node| &node.value) else {
            return;
        };
        let http = global.entry("http_config");
        if let Some(entry) = http.filter(|entry| entry.value.value == Value::Null) {
            self.say(
                Finding::new(
                    RT008,
                    entry.key.span,
                    "`http_config` of `global` says nothing",
                )
                .label("Alertmanager crashes at the first receiver that uses it")
                .help("remove it, or write `http_config: {}`"),
            );
        }
    }

    fn receivers(&mut self, file: &Mapping) -> Vec<Receiver> {
        let items = self.list(file, "receivers");
        let mut receivers = Vec::new();
        for item in items {
            let mapping = self.item(item, "a receiver");
            if let Some((name, mapping)) = mapping.and_then(|m| self.named(item, m, "a receiver")) {
                for entry in &mapping.entries {
                    let key = &entry.key.text;
                    if key.ends_with("_configs") {
                        let what = format!("an item of {}", shown(key));
                        for item in self.items(&entry.value, &shown(key)) {
                            self.mapping(item, &what);
                        }
                    }
                }
                let integrations = integrations(mapping);
                receivers.push(Receiver { name, integrations });
            }
        }
        receivers
    }

    fn intervals(&mut self, file: &Mapping, field: &str) -> Vec<Spanned<String>> {
        let what = format!("an item of {}", shown(field));
        let items = self.list(file, field);
        items
            .iter()
            .filter_map(|item| {
                let mapping = self.mapping(item, &what)?;
                Some(self.named(item, mapping, &what)?.0)
            })
            .collect()
    }

    /// An item that must have a name.
    fn named<'n>(
        &mut self,
        item: &Node,
        mapping: &'n Mapping,
        what: &str,
    ) -> Option<(Spanned<String>, &'n Mapping)> {
        let named = mapping.get("name").map(|node| &node.value);
        if let Some(name) = self.name(mapping, "name") {
            return Some((name, mapping));
        }
        if matches!(named, None | Some(Value::Null | Value::Scalar(_))) {
            let start = item.span.beginning();
            self.say(
                Finding::new(RT008, start, format!("{what} has no name"))
                    .help("add `name`, by which routes can use it"),
            );
        }
        None
    }
}

/// The fields of a receiver that hold at least one way to tell somebody.
fn integrations(receiver: &Mapping) -> Vec<String> {
    let says = |node: &Node| match &node.value {
        Value::Sequence(items) => items.iter().any(|item| item.value != Value::Null),
        _ => false,
    };
    receiver
        .entries
        .iter()
        .filter(|entry| entry.key.text.ends_with("_configs") && says(&entry.value))
        .map(|entry| entry.key.text.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::config;
    use super::super::{Continue, GroupBy, Syntax};

    #[test]
    fn a_receiver_without_a_way_to_tell_anybody_is_seen() {
        let config = config(
            "route: {receiver: a}
receivers:
- {name: a}
- {name: b, slack_configs: [], email_configs: [null], future_configs: [{}], webhook_configs: [{url: x}]}
",
        );
        let told: Vec<(&str, String)> = config
            .receivers
            .iter()
            .map(|receiver| (&*receiver.name.value, receiver.integrations.join(",")))
            .collect();
        assert_eq!(
            told,
            [
                ("a", String::new()),
                ("b", "future_configs,webhook_configs".to_string())
            ]
        );
    }

    #[test]
    fn an_http_config_that_says_nothing_is_told() {
        let told = |global: &str| {
            let text =
                format!("global: {global}\nroute: {{receiver: a}}\nreceivers: [{{name: a}}]\n");
            let (documents, mut findings) = crate::yaml::read(crate::base::SourceId(0), &text);
            super::Config::read(&documents[0].root, &mut findings);
            findings.len()
        };
        assert_eq!(told("{http_config: null}"), 1);
        assert_eq!(told("{http_config: }"), 1);
        assert_eq!(told("{http_config: {}}"), 0);
        assert_eq!(told("{resolve_timeout: null}"), 0);
        assert_eq!(told("null"), 0);
    }

    #[test]
    fn a_route_is_read_with_all_that_it_says() {
        let text = "route:
  receiver: a
  routes:
  - {match: {x: 1}, match_re: {y: 2|3}, matchers: ['z=4, \"w\"!=5', 'v=6'], continue: true,
     group_by: [g], group_wait: 0s, mute_time_intervals: [n]}
  - {group_by: ['...'], future: 1}
receivers: [{name: a}]
time_intervals: [{name: m}]
mute_time_intervals: [{name: n}]
";
        let config = config(text);
        let names: Vec<&str> = config.time_intervals.iter().map(|t| &*t.value).collect();
        assert_eq!(names, ["n", "m"]);
        let root = config.route.unwrap();
        let [first, second] = root.routes.as_slice() else {
            panic!("{root:?}");
        };
        let matchers: Vec<(&str, &str, Syntax)> = first
            .matchers
            .iter()
            .map(|m| {
                let place = &text[m.span.start as usize..m.span.end as usize];
                (place, &*m.label, m.syntax)
            })
            .collect();
        assert_eq!(
            matchers,
            [
                ("x: 1", "x", Syntax::Map),
                ("y: 2|3", "y", Syntax::Map),
                ("z=4", "z", Syntax::Utf8),
                ("\"w\"!=5", "w", Syntax::Utf8),
                ("v=6", "v", Syntax::Classic),
            ]
        );
        assert_eq!(first.continues, Continue::GoOn);
        assert_eq!(first.group_by, Some(GroupBy::Labels(vec!["g".to_string()])));
        assert_eq!(first.group_wait.unwrap().as_ms(), 0);
        assert_eq!(first.mute[0].value, "n");
        assert_eq!(second.group_by, Some(GroupBy::All));
        assert_eq!(second.continues, Continue::Stop);
    }
}
