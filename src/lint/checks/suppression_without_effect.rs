//! SU005: a suppression of what cannot be suppressed.

use crate::base::Spanned;
use crate::diagnostics::{Code, Finding, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::settle::Fate;

const SU005: Code = Code {
    id: "SU005",
    name: "suppression-without-effect",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: SU005,
    finds: "A suppression of a check that the workspace locks (`checks.locked`), or of a finding without whose repair no \
            rule can be made.",
    why: "The finding is reported all the same; the comment only misleads.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
checks: {locked: [AL001], levels: {AL001: info}}
=== slos/search.yaml
apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    # burnwatch: ignore[AL001] -- the slower tiers are enough
    objective: 92.5
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
"#,
    instead: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
checks: {locked: [AL001]}
=== slos/search.yaml
apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 99
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
"#,
    options: None,
    ask: Ask::Suppressions,
};

/// The finding for one code of a suppression.
pub fn finding(code: &Spanned<String>, check: &Check, fate: Fate) -> Finding {
    let title = format!("`{}` cannot be suppressed here", code.value);
    let label = match fate {
        Fate::Locked => "the workspace locks this check",
        Fate::Fixed | Fate::Unused | Fate::Used | Fate::Expired => {
            "where it speaks, no rule can be made of what was written"
        }
    };
    Finding::new(SU005, code.span, title)
        .label(label)
        .help(format!(
            "repair what `{}` found, and remove the comment",
            check.code.id
        ))
}
