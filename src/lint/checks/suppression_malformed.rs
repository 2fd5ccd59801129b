//! SU004: a comment that is meant as a suppression and is none.

use crate::base::Spanned;
use crate::diagnostics::{Code, Finding, Level, shown};
use crate::lint::check::{Ask, Check};
use crate::lint::suppression::Malformed;
use crate::spec::check::similar;

const SU004: Code = Code {
    id: "SU004",
    name: "suppression-malformed",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: SU004,
    finds: "A comment that looks like a suppression and cannot be read as one, or that names a check which does not \
            exist. The form is `# burnwatch: ignore[CODE, CODE] until=YYYY-MM-DD -- reason`, where `until` may be left \
            out; `file-ignore[...]` covers the whole file.",
    why: "Whoever wrote it believes that something is suppressed, and nothing is.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  # burnwatch: ignore AL001 -- the slower tiers are enough
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  # burnwatch: ignore[AL001] -- the slower tiers are enough
  - name: freshness
    objective: 92.5
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
"#,
    options: None,
    ask: Ask::Suppressions,
};

/// The finding for a comment.
pub fn finding(malformed: &Malformed) -> Finding {
    Finding::new(SU004, malformed.span, "this comment suppresses nothing")
        .label(malformed.expected)
        .help("write `# burnwatch: ignore[CODE] until=YYYY-MM-DD -- reason`")
}

/// The finding for a code that no check has.
pub fn unknown(code: &Spanned<String>, nearest: Option<&'static str>) -> Finding {
    let title = format!("no check is called {}", shown(&code.value));
    let finding = Finding::new(SU004, code.span, title).label("`burnwatch checks` lists them");
    match nearest {
        Some(meant) => similar(finding, code.span, meant),
        None => finding,
    }
}
