//! QL019: a range in which there are never two samples.

use crate::base::Duration;
use crate::diagnostics::{Code, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::Node;
use crate::promql::expr::Call;

const QL019: Code = Code {
    id: "QL019",
    name: "range-holds-too-few-samples",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL019,
    finds: "`rate`, `increase` and the like over a fixed range that is shorter than two scrape intervals \
            (`rules.scrape_interval`).",
    why: "They need two samples. In a shorter range there is one, so the result is empty: never zero, never an error, \
          only nothing, for as long as nobody looks. Four scrape intervals leave room for one that fails.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: errors
    objective: 99.5
    sli:
      threshold:
        query: sum(rate(http_errors_total{job="checkout"}[15s]))
        good_when: "<= 5"
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: errors
    objective: 99.5
    sli:
      threshold:
        query: sum(rate(http_errors_total{job="checkout"}[1m]))
        good_when: "<= 5"
"#,
    options: None,
    ask: Ask::Slo(find),
};

/// Samples that a difference is made of.
const SAMPLES_MIN: u64 = 2;
/// Scrape intervals that leave room for one that fails.
const INTERVALS_SAFE: u64 = 4;

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    for query in &subject.queries {
        if let Some(expr) = query.expr() {
            expr.walk(&mut |each| {
                if let Node::Call(call) = &each.node {
                    look(subject, query, call, findings);
                }
            });
        }
    }
}

fn look(subject: &Subject<'_>, query: &Query<'_>, call: &Call, findings: &mut Findings) {
    let function = call.function.name;
    if !matches!(
        function,
        "rate" | "increase" | "irate" | "delta" | "idelta" | "deriv"
    ) {
        return;
    }
    let Some(Node::Range(_, range)) = call.args.first().map(|arg| &arg.bare().node) else {
        return;
    };
    let scrape_ms = subject.settings.scrape_interval.as_ms();
    let too_short = |length: Duration| length.as_ms() < scrape_ms * SAMPLES_MIN;
    if !range.value.as_duration().is_some_and(too_short) {
        return;
    }
    let written = query.text(range.place);
    findings.push(
        subject
            .about(
                QL019,
                query,
                range.place,
                format!("`{function}` over `[{written}]` gives nothing"),
            )
            .label(format!(
                "targets are scraped every {}, and two samples are needed",
                subject.settings.scrape_interval
            ))
            .help(format!(
                "write at least `[{}]`, or say the `scrape_interval` in `rules` of the workspace",
                Duration::from_ms(scrape_ms * INTERVALS_SAFE)
            )),
    );
}
