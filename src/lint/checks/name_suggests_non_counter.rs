//! QL012: a metric that is used as what its name says it is not.

use crate::diagnostics::{Code, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::{Node, Selector};

const QL012: Code = Code {
    id: "QL012",
    name: "name-suggests-non-counter",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL012,
    finds: "A metric that is counted by its increase although its name is that of a gauge or of a whole histogram (`up`, \
            `..._seconds`, `..._bytes`, `..._in_flight`, `..._ratio` and the like), and a `gauge` whose metric is called \
            `..._total`, `..._sum` or `..._bucket`. Names that end in neither way, and recording rules, are taken as they \
            are.",
    why: "`increase` takes every fall of its metric for a restart: of a gauge that goes up and down it makes events that \
          never happened. A counter in the place of a gauge is neither 0 nor 1. Neither is a fault to Prometheus.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_in_flight{job="checkout"}
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
        events: http_requests_total{job="checkout"}
        errors_where: code=~"5.."
"#,
    options: None,
    ask: Ask::Slo(find),
};

/// Ends of names of what goes up and down, or is no number of events, in the naming practice of Prometheus.
const GAUGES: &[&str] = &[
    "_seconds",
    "_milliseconds",
    "_bytes",
    "_ratio",
    "_percent",
    "_celsius",
    "_info",
    "_timestamp",
    "_created",
    "_in_flight",
    "_inflight",
    "_in_progress",
    "_current",
    "_utilization",
    "_usage",
    "_length",
    "_depth",
    "_age",
    "_up",
];
/// Gauges by their whole names.
const KNOWN_GAUGES: &[&str] = &["up", "probe_success"];
/// Ends of names of counters.
const COUNTERS: &[&str] = &["_total", "_sum", "_bucket"];

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    for query in &subject.queries {
        if query.field == "metric" {
            if let Some(selector) = query.selector() {
                gauge(subject, query, selector, findings);
            }
        } else if matches!(query.field, "events" | "errors" | "good")
            && let Some(selector) = query.selector()
        {
            counter(subject, query, selector, findings);
        }
        if let Some(expr) = query.expr() {
            expr.walk(&mut |each| {
                if let Node::Call(call) = &each.node
                    && matches!(call.function.name, "rate" | "increase" | "irate")
                    && let Some(arg) = call.args.first()
                    && let Node::Range(selection, _) = &arg.bare().node
                {
                    counter(subject, query, &selection.selector, findings);
                }
            });
        }
    }
}

fn counter(subject: &Subject<'_>, query: &Query<'_>, selector: &Selector, findings: &mut Findings) {
    let Some(name) = name(selector) else {
        return;
    };
    let end = GAUGES.iter().find(|end| name.ends_with(**end));
    if end.is_none() && !KNOWN_GAUGES.contains(&name) {
        return;
    }
    let finding = subject
        .about(
            QL012,
            query,
            selector.name_place(),
            format!("`{name}` is counted, and its name is not that of a counter"),
        )
        .label("its increase is taken as a number of events");
    findings.push(match end {
        Some(&"_seconds" | &"_bytes" | &"_milliseconds") => finding.help(format!(
            "of a classic histogram or a summary, `{name}_count` counts the events; the kind `latency` takes `{name}` itself"
        )),
        Some(&"_created") => finding.help("it is the time at which a counter began; the counter bears another name"),
        _ if KNOWN_GAUGES.contains(&name) || end == Some(&"_up") => {
            finding.help(format!("time in which it is 0 is counted by the kind `gauge` with `metric: {name}`"))
        }
        _ => finding.help("counters end in `_total` or `_count`; a condition on a gauge is the kind `threshold`"),
    });
}

fn gauge(subject: &Subject<'_>, query: &Query<'_>, selector: &Selector, findings: &mut Findings) {
    let Some(name) = name(selector) else {
        return;
    };
    if COUNTERS.iter().any(|end| name.ends_with(end)) {
        findings.push(
            subject
                .about(
                    QL012,
                    query,
                    selector.name_place(),
                    format!("`{name}` is read as 0 or 1, and its name is that of a counter"),
                )
                .label("each sample of it is added up as a share of good time")
                .help("events among events are counted by the kind `ratio`"),
        );
    }
}

/// The name, where it is not that of a recording rule.
fn name(selector: &Selector) -> Option<&str> {
    selector.metric_name().filter(|name| !name.contains(':'))
}
