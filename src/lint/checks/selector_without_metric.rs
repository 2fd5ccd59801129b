//! QL024: a selector that names no metric.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::Selector;

const QL024: Code = Code {
    id: "QL024",
    name: "selector-without-metric",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: QL024,
    finds: "A selector without the name of a metric, such as `{job=\"checkout\"}`.",
    why: "It takes every series that bears the labels: requests, bytes, seconds and goroutines are added up, and the \
          result looks like a number. It happens when a name is lost while a query is edited. Where series of several \
          names are meant, `{__name__=~\"...\"}` says which.",
    example: r#"apiVersion: burnwatch/v1
service: mail-queue
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: processing
    objective: 99
    sli:
      ratio:
        events: sum(increase({queue="mail"}[$window]))
        errors: sum(increase(queue_messages_failed_total{queue="mail"}[$window]))
"#,
    instead: r#"apiVersion: burnwatch/v1
service: mail-queue
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: processing
    objective: 99
    sli:
      ratio:
        events: sum(increase(queue_messages_processed_total{queue="mail"}[$window]))
        errors: sum(increase(queue_messages_failed_total{queue="mail"}[$window]))
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    for query in &subject.queries {
        // Those of one query have one cause.
        let selections = query.selections().into_iter();
        let first = selections
            .map(|selection| &selection.selector)
            .find(|selector| is_nameless(selector));
        findings.extend(first.map(|selector| finding(query, selector)));
    }
}

fn is_nameless(selector: &Selector) -> bool {
    let named = selector
        .matchers
        .iter()
        .any(|matcher| matcher.name == "__name__");
    selector.name.is_none() && !named
}

fn finding(query: &Query<'_>, selector: &Selector) -> Finding {
    let span = query.scalar.span_of(selector.place.range());
    Finding::new(QL024, span, format!("`{selector}` names no metric"))
        .label("takes every series with these labels, whatever it measures")
        .help("write the metric before the braces, such as `http_requests_total{...}`")
}
