//! SU003: a suppression whose day is over.

use jiff::civil::Date;

use crate::base::Spanned;
use crate::diagnostics::{Code, Finding, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::suppression::Suppression;

const SU003: Code = Code {
    id: "SU003",
    name: "suppression-expired",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: SU003,
    finds: "A suppression that held until a day that is over (in UTC); it holds on that day itself. What it suppressed is \
            reported again.",
    why: "A finding was accepted for a time. The time is over, and somebody has to decide again.",
    example: r#"apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    # burnwatch: ignore[AL001] until=2020-01-31 -- until the new index is live
    objective: 92.5
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    # burnwatch: ignore[AL001] until=2999-12-31 -- until the new index is live
    objective: 92.5
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
"#,
    options: None,
    ask: Ask::Suppressions,
};

/// The finding for one code of a suppression.
pub fn finding(suppression: &Suppression, code: &Spanned<String>, today: Date) -> Finding {
    let title = format!("the suppression of `{}` has expired", code.value);
    let place = suppression
        .until
        .as_ref()
        .map_or(suppression.span, |until| until.span);
    Finding::new(SU003, place, title)
        .label(format!("today is {today}"))
        .help("repair what it suppresses, or give it a new day and say why")
}
