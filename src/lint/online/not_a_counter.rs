//! ON004: a metric that is read as a counter and is none.

use std::collections::BTreeSet;

use super::desk::Desk;
use super::presence::{Presence, presence};
use super::scene::{Reading, Scene};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::prometheus::{Answer, Question};

pub(super) const ON004: Code = Code {
    id: "ON004",
    name: "not-a-counter",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: ON004,
    finds: "A metric that is counted with `increase` or `rate`, and that every target which exposes it declares as something \
            else, such as a gauge. Where targets disagree, or none declares a type, nothing is said.",
    why: "`increase` takes every fall of a value for a restart of its counter and adds what came after it. Of a gauge that \
          goes up and down it makes events that never happened.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_in_flight{job="checkout"}', errors_where: 'code=~"5.."'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code=~"5.."'}}
"#,
    options: None,
    ask: Ask::Server,
};

/// What is added to the name of a family to give its series.
const SUFFIXES: [&str; 4] = ["_total", "_bucket", "_count", "_sum"];

/// Types whose series never count. Whatever else a server says is taken for something that may.
const NOT_COUNTING: [&str; 3] = ["gauge", "info", "stateset"];

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    let (mut asked, mut declared) = (false, false);
    for scene in scenes {
        let mut said = BTreeSet::new();
        for want in scene
            .required()
            .filter(|want| want.reading == Reading::Counter)
        {
            let Some(metric) = want.metric.as_deref() else {
                continue;
            };
            if presence(want, desk) != Some(Presence::Here) {
                continue;
            }
            let Some(types) = types(metric, desk) else {
                continue;
            };
            asked = true;
            declared |= !types.is_empty();
            if let Some(kinds) = no_counter(&types)
                && said.insert(want.name_place.span)
            {
                let title = format!("`{metric}` is a {kinds}, and no counter");
                findings.push(
                    Finding::new(ON004, want.name_place.span, title)
                        .label("counted with `increase`")
                        .note("each fall of its value would count as a restart, and what follows as events")
                        .help("name a counter; time in which a gauge is good is measured with `gauge` or `threshold`"),
                );
            }
        }
    }
    if asked && !declared {
        desk.unsupported("the server knows no types of metrics");
    }
}

/// The types of a metric and of the family that it may belong to.
fn types(metric: &str, desk: &mut Desk) -> Option<BTreeSet<String>> {
    let family = SUFFIXES
        .iter()
        .find_map(|suffix| metric.strip_suffix(suffix));
    let mut types = BTreeSet::new();
    for name in [Some(metric), family].into_iter().flatten() {
        let question = Question::Metadata {
            metric: name.to_string(),
        };
        let reply = desk.reply(&question)?;
        if let Answer::Types(found) = &reply.answer {
            types.extend(found.iter().cloned());
        }
        // A family of the same name as a gauge is another metric.
        if !types.is_empty() {
            break;
        }
    }
    Some(types)
}

/// The types, where none of them can be a counter's.
fn no_counter(types: &BTreeSet<String>) -> Option<String> {
    let counts = types
        .iter()
        .any(|kind| !NOT_COUNTING.contains(&kind.as_str()));
    let kinds: Vec<&str> = types.iter().map(String::as_str).collect();
    (!types.is_empty() && !counts).then(|| kinds.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_surely_no_counter_is_held_against_a_metric() {
        let check = |types: &[&str], expected: Option<&str>| {
            let types = types.iter().map(|kind| kind.to_string()).collect();
            assert_eq!(no_counter(&types).as_deref(), expected, "{types:?}");
        };
        check(&["gauge"], Some("gauge"));
        check(&["gauge", "info"], Some("gauge or info"));
        check(&["counter", "gauge"], None);
        check(&["unknown"], None);
        check(&["gauge", "\u{1b}[31m"], None);
        check(&["histogram"], None);
        check(&[], None);
    }
}
