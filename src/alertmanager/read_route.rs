//! Reading routes, and what Alertmanager refuses in one by itself.

use crate::base::{Duration, Span, Spanned};
use crate::diagnostics::code::RT008;
use crate::diagnostics::{Finding, shown};
use crate::yaml::{Mapping, Node, Value};

use super::fields::Reader;
use super::limits::ROUTES_MAX;
use super::read_matchers::MatcherFields;
use super::route::{Continue, GroupBy, Route};

const MATCHERS: MatcherFields = MatcherFields {
    equal: "match",
    regex: "match_re",
    list: "matchers",
};

impl Reader<'_> {
    /// The routing tree of a file; `start` is the place of a file without one.
    pub fn root_route(&mut self, file: &Mapping, start: Span) -> Option<Route> {
        let entry = file.entry("route");
        if entry.is_none_or(|entry| entry.value.value == Value::Null) {
            let span = entry.map_or(start, |entry| entry.key.span);
            self.say(Finding::new(RT008, span, "there is no `route`").help(
                "add `route: {receiver: NAME}`, the receiver of all that no other route takes",
            ));
            return None;
        }
        let node = &entry?.value;
        let mapping = self.mapping(node, "`route`")?;
        let route = self.route(node, mapping)?;
        self.judge_root(mapping, &route);
        Some(route)
    }

    /// The root takes every alert, always.
    fn judge_root(&mut self, mapping: &Mapping, route: &Route) {
        let span_of = |field: &str| mapping.entry(field).map_or(route.span, |e| e.key.span);
        if route.receiver.is_none() {
            let named = mapping.get("receiver").map(|node| &node.value);
            // Of a receiver that is no text, it is said already.
            if matches!(named, None | Some(Value::Null | Value::Scalar(_))) {
                let span = span_of("receiver");
                let at = match named {
                    Some(_) => span,
                    None => span.beginning(),
                };
                self.say(
                    Finding::new(RT008, at, "the root route has no receiver")
                        .help("add `receiver`: who is told of all that no other route takes"),
                );
            }
        }
        for field in ["match", "match_re", "matchers"] {
            let is_filled = match mapping.get(field).map(|node| &node.value) {
                Some(Value::Mapping(map)) => !map.entries.is_empty(),
                Some(Value::Sequence(_)) => !route.matchers.is_empty(),
                _ => false,
            };
            if is_filled {
                self.refuse_in_root(span_of(field), field, "it takes every alert");
            }
        }
        if route.continues == Continue::GoOn {
            self.refuse_in_root(span_of("continue"), "continue", "it has no siblings");
        }
        for (names, field) in [
            (&route.mute, "mute_time_intervals"),
            (&route.active, "active_time_intervals"),
        ] {
            if !names.is_empty() {
                self.refuse_in_root(span_of(field), field, "it is never muted");
            }
        }
    }

    fn refuse_in_root(&mut self, span: Span, field: &str, why: &str) {
        self.say(
            Finding::new(RT008, span, format!("the root route has `{field}`"))
                .label(why.to_string())
                .help(format!("move `{field}` to a route below `routes`")),
        );
    }

    /// A route and those below it.
    pub fn route(&mut self, node: &Node, mapping: &Mapping) -> Option<Route> {
        self.routes += 1;
        if self.routes > ROUTES_MAX {
            if self.routes == ROUTES_MAX + 1 {
                self.say(
                    Finding::new(
                        RT008,
                        node.span,
                        format!("there are more than {ROUTES_MAX} routes"),
                    )
                    .label("this one and those after it are not read")
                    .help("let routes share matchers such as `team=~\"a|b\"`"),
                );
            }
            return None;
        }
        let receiver = self.name(mapping, "receiver");
        let matchers = self.matchers(mapping, &MATCHERS);
        let continues = match self.switch(mapping, "continue") {
            true => Continue::GoOn,
            false => Continue::Stop,
        };
        let group_wait = self.duration(mapping, "group_wait");
        let mut route = Route {
            span: node.span,
            receiver,
            matchers,
            continues,
            group_by: self.group_by(mapping),
            group_wait: group_wait.map(|wait| wait.value),
            group_interval: self.positive(mapping, "group_interval"),
            repeat_interval: self.positive(mapping, "repeat_interval"),
            mute: self.texts(mapping, "mute_time_intervals"),
            active: self.texts(mapping, "active_time_intervals"),
            routes: Vec::new(),
        };
        for child in self.list(mapping, "routes") {
            if let Some(mapping) = self.item(child, "a route") {
                route.routes.extend(self.route(child, mapping));
            }
        }
        Some(route)
    }

    fn positive(&mut self, mapping: &Mapping, field: &str) -> Option<Duration> {
        let duration = self.duration(mapping, field)?;
        if duration.value.as_ms() == 0 {
            self.say(
                Finding::new(RT008, duration.span, format!("`{field}` is zero"))
                    .label("longer than zero is expected")
                    .help(format!(
                        "write a duration such as `5m`, or leave `{field}` out"
                    )),
            );
            return None;
        }
        Some(duration.value)
    }

    fn group_by(&mut self, mapping: &Mapping) -> Option<GroupBy> {
        if mapping.get("group_by")?.value == Value::Null {
            return None;
        }
        let names = self.texts(mapping, "group_by");
        let mut labels: Vec<String> = Vec::new();
        let mut all: Option<Spanned<String>> = None;
        for name in names {
            if name.value == "..." {
                all = Some(name);
            } else if name.value.is_empty() {
                self.say(
                    Finding::new(RT008, name.span, "a label of `group_by` has no name")
                        .help("name a label, or remove this item"),
                );
            } else if labels.contains(&name.value) {
                self.say(
                    Finding::new(
                        RT008,
                        name.span,
                        format!("{} stands twice in `group_by`", shown(&name.value)),
                    )
                    .label("again here")
                    .help("remove one of them"),
                );
            } else {
                labels.push(name.value);
            }
        }
        match all {
            None => Some(GroupBy::Labels(labels)),
            Some(_) if labels.is_empty() => Some(GroupBy::All),
            Some(all) => {
                self.say(
                    Finding::new(RT008, all.span, "`group_by` has `...` and labels")
                        .label("means all labels")
                        .help("write either `['...']` or labels"),
                );
                Some(GroupBy::All)
            }
        }
    }
}
