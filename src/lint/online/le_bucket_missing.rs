//! ON003: a latency threshold without a bucket.

use super::desk::Desk;
use super::presence::{Emptied, Presence, is_bound, presence};
use super::scene::{Scene, Want};
use crate::base::{Duration, Ratio};
use crate::diagnostics::{Code, Edit, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::promql::Matcher;

pub(super) const ON003: Code = Code {
    id: "ON003",
    name: "le-bucket-missing",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: ON003,
    finds: "A latency threshold at which the histogram on the server has no bucket. The finding names the nearest bounds \
            that it has.",
    why: "A classic histogram counts only at its bounds. Between two of them nothing is counted, so every event would be \
          too slow and the SLO would page at once and for ever.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: latency
    objective: 99
    sli: {latency: {histogram: 'http_request_duration_seconds{job="checkout"}', threshold: 400ms}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: latency
    objective: 99
    sli: {latency: {histogram: 'http_request_duration_seconds{job="checkout"}', threshold: 500ms}}
"#,
    options: None,
    ask: Ask::Server,
};

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    for scene in scenes {
        for want in scene.required() {
            if let Some(Presence::Emptied(emptied)) = presence(want, desk)
                && is_bound(want, emptied.culprit)
            {
                findings.push(described(scene, want, &emptied));
            }
        }
    }
}

fn described(scene: &Scene<'_>, want: &Want, emptied: &Emptied) -> Finding {
    let matcher = &want.matchers[emptied.culprit];
    let place = want.places[emptied.culprit];
    let metric = want.metric.as_deref().unwrap_or_default();
    let Some(wanted) = wanted(matcher) else {
        let title = format!("`{metric}` has no bucket for this threshold");
        return Finding::new(ON003, place, title);
    };
    let title = format!("`{metric}` has no bucket that ends at {wanted}");
    let finding = Finding::new(ON003, place, title).label("nothing would be counted as good");
    let mut bounds: Vec<(Ratio, &str)> = emptied
        .values
        .iter()
        .filter_map(|text| Some((bound(text)?, text.as_str())))
        .collect();
    bounds.sort();
    let below = bounds.iter().rev().find(|(bound, _)| *bound < wanted);
    let above = bounds.iter().find(|(bound, _)| *bound > wanted);
    let near: Vec<String> = [below, above]
        .into_iter()
        .flatten()
        .map(|(_, text)| format!("`{text}`"))
        .collect();
    let finding = match &near[..] {
        [] => finding,
        near => finding.note(format!("the nearest bounds are {}", near.join(" and "))),
    };
    let nearest = match (below, above) {
        (Some(b), Some(a)) => Some(if wanted - b.0 < a.0 - wanted { b } else { a }),
        (one, other) => one.or(other),
    };
    let text = scene
        .subject
        .slo
        .parts
        .iter()
        .find(|part| part.scalar.span == place);
    match (nearest, text) {
        (Some((nearest, _)), Some(part)) => {
            let text = written(*nearest, &part.scalar.text);
            finding.patch(
                format!("`{text}` is a bound"),
                vec![Edit { span: place, text }],
            )
        }
        _ => finding,
    }
}

/// A bound as servers write it.
fn bound(text: &str) -> Option<Ratio> {
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.is_finite() && number.abs() < 1e9).then_some(())?;
        format!("{number:.9}").parse().ok()
    })
}

/// The bound that a matcher asks for; its first spelling, where it has several.
fn wanted(matcher: &Matcher) -> Option<Ratio> {
    let first = matcher.value.split('|').next()?;
    bound(&first.replace("[.]", ".").replace("[+]", "+"))
}

/// A bound in the user's way: a duration where the threshold was one.
fn written(bound: Ratio, threshold: &str) -> String {
    let ms = bound * Ratio::whole(1_000);
    let whole = Ratio::whole(ms.floor()) == ms && ms > Ratio::ZERO;
    match threshold.parse::<Duration>() {
        Ok(_) if whole => Duration::from_ms(ms.floor() as u64).to_string(),
        _ => bound.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::MatchOp;

    #[test]
    fn bounds_are_read_as_go_writes_them() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(bound(text), expected.map(|e| e.parse().unwrap()), "{text}");
        };
        check("0.5", Some("0.5"));
        check("1e+06", Some("1000000"));
        check("5e-05", Some("0.00005"));
        check("+Inf", None);
        check("x", None);
    }

    #[test]
    fn the_bound_of_a_threshold_is_read_from_any_of_its_matchers() {
        let check = |op, value: &str, expected: &str| {
            let matcher = Matcher::new("le", op, value);
            assert_eq!(wanted(&matcher), expected.parse().ok(), "{value}");
        };
        check(MatchOp::Equal, "0.4", "0.4");
        check(MatchOp::Regex, "1|1[.]0", "1");
        check(MatchOp::Regex, "0[.]00005|5e-05", "0.00005");
    }

    #[test]
    fn a_bound_is_suggested_in_the_unit_of_the_threshold() {
        let half = "0.5".parse().unwrap();
        assert_eq!(written(half, "400ms"), "500ms");
        assert_eq!(written(half, "0.4"), "0.5");
    }
}
