//! SU002: a suppression that does not say why.

use crate::diagnostics::{Code, Finding, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::suppression::Suppression;

const SU002: Code = Code {
    id: "SU002",
    name: "suppression-without-reason",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: SU002,
    finds: "A suppression without `-- reason`.",
    why: "Whoever meets the comment a year later has to know whether it may go. The reason is shown in reports beside \
          the finding that it suppresses.",
    example: r#"apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 92.5 # burnwatch: ignore[AL001]
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 92.5 # burnwatch: ignore[AL001] -- the slower tiers are enough until the new index is live
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
"#,
    options: None,
    ask: Ask::Suppressions,
};

/// The finding for a suppression.
pub fn finding(suppression: &Suppression) -> Finding {
    Finding::new(SU002, suppression.span, "this suppression does not say why")
        .label("no `-- reason`")
        .help("add it at the end: `-- why the finding may stand`")
}
