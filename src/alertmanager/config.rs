//! What a configuration file says, as far as routing needs it.

use crate::base::{Span, Spanned};
use crate::diagnostics::code::RT008;
use crate::diagnostics::{Finding, Findings, shown};
use crate::yaml::{Mapping, Node, Value};

use super::fields::Reader;
use super::inhibit::Inhibition;
use super::route::Route;
use super::secrets::{InlineSecret, inline_secrets};

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
        let start = Span {
            end: root.span.start,
            ..root.span
        };
        reader.entries(file, "global");
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
            inline_secrets: inline_secrets(file),
        }
    }
}

impl Reader<'_> {
    fn receivers(&mut self, file: &Mapping) -> Vec<Receiver> {
        let items = self.list(file, "receivers");
        let mut receivers = Vec::new();
        for item in items {
            if let Some((name, mapping)) = self.named(item, "a receiver") {
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
            .filter_map(|item| Some(self.named(item, &what)?.0))
            .collect()
    }

    /// An item that must have a name.
    fn named<'n>(&mut self, item: &'n Node, what: &str) -> Option<(Spanned<String>, &'n Mapping)> {
        let mapping = self.item(item, what)?;
        let named = mapping.get("name").map(|node| &node.value);
        if let Some(name) = self.name(mapping, "name") {
            return Some((name, mapping));
        }
        if matches!(named, None | Some(Value::Null | Value::Scalar(_))) {
            let start = Span {
                end: item.span.start,
                ..item.span
            };
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
