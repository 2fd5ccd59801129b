//! QL021: a duration as the threshold of a histogram that is not in seconds.

use crate::base::{Duration, Ratio};
use crate::diagnostics::{Code, Edit, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::promql::Selector;

const QL021: Code = Code {
    id: "QL021",
    name: "threshold-unit-mismatch",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: QL021,
    finds: "A `latency` whose threshold is a duration, such as `500ms`, and whose histogram is by its name in milliseconds, \
            microseconds or nanoseconds.",
    why: "A duration is turned into seconds, the unit of Prometheus' own histograms: `500ms` is the bound 0.5. Of a \
          histogram in milliseconds that is the bucket of half a millisecond, if there is one at all, and nearly every \
          event is too slow. For such a histogram the threshold is a number in its own unit.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: latency
    objective: 99
    sli: {latency: {histogram: 'http_request_duration_milliseconds{job="checkout"}', threshold: 500ms}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: latency
    objective: 99
    sli: {latency: {histogram: 'http_request_duration_milliseconds{job="checkout"}', threshold: 500}}
"#,
    options: None,
    ask: Ask::Slo(find),
};

/// Ends of names, what they mean, and how many of the unit a second has.
const UNITS: &[(&str, &str, i128)] = &[
    ("_milliseconds", "milliseconds", 1_000),
    ("_millis", "milliseconds", 1_000),
    ("_ms", "milliseconds", 1_000),
    ("_microseconds", "microseconds", 1_000_000),
    ("_us", "microseconds", 1_000_000),
    ("_nanoseconds", "nanoseconds", 1_000_000_000),
    ("_ns", "nanoseconds", 1_000_000_000),
];

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let threshold = subject
        .slo
        .parts
        .iter()
        .find(|part| part.field == "threshold");
    let (Some(histogram), Some(threshold)) = (subject.query("histogram"), threshold) else {
        return;
    };
    let Ok(duration) = threshold.scalar.text.parse::<Duration>() else {
        return;
    };
    let name = histogram.selector().and_then(Selector::metric_name);
    let unit = name.and_then(|name| UNITS.iter().find(|(end, ..)| name.ends_with(end)));
    let Some((_, unit, per_second)) = unit else {
        return;
    };
    let seconds = Ratio::of_durations(duration, Duration::from_ms(1_000));
    let meant = seconds * Ratio::whole(*per_second);
    let span = threshold.scalar.span;
    let title = format!("the threshold is a duration, and the histogram is in {unit}");
    let finding = Finding::new(QL021, span, title)
        .label(format!("the bound {seconds}, since durations are seconds"))
        .also(
            histogram.at(histogram.whole()),
            format!("{unit}, by its name"),
        );
    findings.push(match subject.owns(span) {
        true => finding.patch(
            "write the number in the unit of the histogram",
            vec![Edit {
                span,
                text: meant.to_string(),
            }],
        ),
        false => finding.help(format!("write `threshold: {meant}`")),
    });
}
