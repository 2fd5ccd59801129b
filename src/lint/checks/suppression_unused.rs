//! SU001: a suppression where there is nothing to suppress.

use crate::base::{Span, Spanned};
use crate::diagnostics::{Code, Edit, Finding, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::suppression::{Scope, Suppression};

const SU001: Code = Code {
    id: "SU001",
    name: "suppression-unused",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: SU001,
    finds: "A suppression that suppresses nothing: the check does not speak there.",
    why: "Either the fault was repaired, and the comment is a lie about the text below it that will one day hide a new \
          fault; or the comment stands in the wrong place. A comment on a line of its own covers the entry or list item \
          that begins on the next line, one at the end of a line covers what begins on that line.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  # burnwatch: ignore[AL001] -- pages were not wanted when this was 90 %
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    options: None,
    ask: Ask::Suppressions,
};

/// The finding for one code of a suppression.
pub fn finding(suppression: &Suppression, code: &Spanned<String>) -> Finding {
    let finding = Finding::new(
        SU001,
        code.span,
        format!("`{}` suppresses nothing here", code.value),
    );
    let label = match (suppression.scope, suppression.covers.is_empty()) {
        (Scope::File, _) => "the check does not speak in this file",
        (Scope::Node, true) => "nothing begins on the line that it stands for",
        (Scope::Node, false) => "the check does not speak in what this covers",
    };
    let finding = finding.label(label);
    match suppression.codes.len() {
        1 => finding.fix(
            "remove the comment",
            vec![Edit {
                span: suppression.removal,
                text: String::new(),
            }],
        ),
        _ => without_code(finding, suppression, code.span),
    }
}

/// Takes one code out of the brackets, with the comma beside it.
fn without_code(finding: Finding, suppression: &Suppression, code: Span) -> Finding {
    let at = suppression
        .codes
        .iter()
        .position(|other| other.span == code);
    let Some(at) = at else {
        return finding;
    };
    let (start, end) = match at {
        0 => (code.start, suppression.codes[1].span.start),
        _ => (suppression.codes[at - 1].span.end, code.end),
    };
    let span = Span::new(code.source, start as usize, end as usize);
    finding.fix(
        "remove the code",
        vec![Edit {
            span,
            text: String::new(),
        }],
    )
}
