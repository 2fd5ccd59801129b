//! QL009: a selector that takes the series of every service.

use crate::diagnostics::{Code, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::{MatchOp, Matcher, Selector};
use crate::spec::record::scalar;
use crate::spec::scalar::{LABEL, list};
use crate::spec::shape::{Object, Shape, optional};
use crate::spec::workspace_file::ITEMS_MAX;

use super::error_not_subset_of_total;

const QL009: Code = Code {
    id: "QL009",
    name: "unscoped-selector",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL009,
    finds: "A selector that nothing ties to the service: no matcher says what a label must be (`=` or `=~`), and the \
            metric does not bear a word of the service's name, and the SLO is not grouped by `job`, `namespace`, `service` \
            or `app`. With the option `labels` every selector must match one of these labels, or the SLO be grouped by \
            it, whatever the metric is called.",
    why: "`http_requests_total` has series of every service that Prometheus scrapes, so the budget is everybody's, and \
          a page goes to one team for the faults of another. It is right on the day it is written, and wrong when the \
          second service comes.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{route!="/healthz"}
        errors_where: code=~"5.."
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{job="checkout", route!="/healthz"}
        errors_where: code=~"5.."
"#,
    options: Some(&OPTIONS),
    ask: Ask::Slo(find),
};

/// What this check can be told.
pub static OPTIONS: Object = Object {
    name: "the options of QL009",
    fields: &[optional(
        "labels",
        Shape::List(&Shape::Scalar(&LABEL), ITEMS_MAX),
        "Labels of which every selector must match one, such as `[job, namespace]`. Without it any label will do.",
    )],
    one_of: &[],
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let labels: Vec<&str> = subject
        .options(QL009)
        .map(|options| options.list("labels"))
        .unwrap_or_default()
        .iter()
        .filter_map(|node| scalar(node).map(|scalar| &*scalar.text))
        .collect();
    for query in &subject.queries {
        // Errors that are wider than the events have a finding of their own.
        let part = matches!(query.field, "errors" | "good");
        if part && error_not_subset_of_total::speaks(subject) {
            continue;
        }
        // Those at fault in one query have one cause.
        let unscoped = query
            .selections()
            .into_iter()
            .map(|selection| &selection.selector)
            .find(|selector| !is_scoped(subject, selector, &labels));
        if let Some(selector) = unscoped {
            report(subject, query, selector, &labels, findings);
        }
    }
}

/// Labels that say whose series these are.
const IDENTITY: &[&str] = &["job", "namespace", "service", "app"];

fn is_scoped(subject: &Subject<'_>, selector: &Selector, labels: &[&str]) -> bool {
    let names_one = |matcher: &Matcher| {
        matches!(matcher.op, MatchOp::Equal | MatchOp::Regex) && !matcher.matches_absent()
    };
    let grouped = |label: &str| subject.slo.group_by.iter().any(|own| own.as_str() == label);
    let wanted = if labels.is_empty() { IDENTITY } else { labels };
    // One budget for each of them is one for nobody else.
    if wanted.iter().any(|label| grouped(label)) {
        return true;
    }
    let mut naming = selector
        .matchers
        .iter()
        .filter(|matcher| names_one(matcher) && matcher.name != "__name__");
    match labels.is_empty() {
        true => naming.next().is_some() || bears_the_name(subject, selector),
        false => naming.any(|matcher| labels.contains(&matcher.name.as_str())),
    }
}

/// Words shorter than this are in too many names.
const WORD_MIN: usize = 3;

/// Whether the metric has a word of the service's name in its own, or is recorded by a rule.
fn bears_the_name(subject: &Subject<'_>, selector: &Selector) -> bool {
    let Some(metric) = selector.metric_name() else {
        return false;
    };
    let service = subject.slo.id.service.as_str().to_ascii_lowercase();
    let metric = metric.to_ascii_lowercase();
    metric.contains(':')
        || service
            .split(['-', '_', '.'])
            .filter(|word| word.len() >= WORD_MIN)
            .any(|word| metric.split('_').any(|part| part == word))
}

fn report(
    subject: &Subject<'_>,
    query: &Query<'_>,
    selector: &Selector,
    labels: &[&str],
    findings: &mut Findings,
) {
    let finding = match labels.is_empty() {
        true => subject
            .about(
                QL009,
                query,
                selector.place,
                format!("`{selector}` takes the series of every service"),
            )
            .label("no label says whose series these are")
            .help(format!(
                "match a label that says so, such as `job=\"{}\"`",
                subject.slo.id.service
            )),
        false => subject
            .about(
                QL009,
                query,
                selector.place,
                format!("`{selector}` matches none of the labels that it must"),
            )
            .label(format!("`=` or `=~` is expected on {}", list(labels))),
    };
    findings.push(finding.note("`checks.options.QL009.labels` says which labels are asked for"));
}
