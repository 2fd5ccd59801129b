//! `latency`: events that took too long, from a histogram.

use super::ratio::increase;
use super::{Context, Kind};
use crate::base::{Duration, Ratio};
use crate::diagnostics::code::{QL001, QL015};
use crate::diagnostics::{Edit, Finding, Findings};
use crate::model::core::{Core, Errors};
use crate::model::expression;
use crate::promql::{MatchOp, Matcher, Selector};
use crate::spec::shape::{Object, Shape, defaulted, optional, required};
use crate::spec::{Record, record, scalar};
use crate::yaml::Scalar;

pub static KIND: Kind = Kind {
    name: "latency",
    object: &OBJECT,
    doc: "Events that took too long, from a histogram; an event is good when it took at most `threshold`.",
    example: "latency:\n  histogram: http_request_duration_seconds{job=\"checkout\"}\n  threshold: 500ms\n",
    lower,
};

/// Most bucket bounds that are listed.
const BUCKETS_MAX: usize = 500;

static OBJECT: Object = Object {
    name: "a latency",
    fields: &[
        required(
            "histogram",
            Shape::Scalar(&scalar::PROMQL),
            "A selector of the histogram, without `_bucket` or `_count`.",
        ),
        required(
            "threshold",
            Shape::Scalar(&scalar::BOUND),
            "How long an event may take: a duration where the histogram is in seconds, or a number in its own unit. A bucket bound of a classic histogram.",
        ),
        defaulted(
            "native",
            Shape::Scalar(&scalar::BOOL),
            "false",
            "Whether the histogram is native.",
        ),
        optional(
            "buckets",
            Shape::List(&Shape::Scalar(&scalar::BOUND), BUCKETS_MAX),
            "The bucket bounds of a classic histogram, so that `threshold` can be checked without a server.",
        ),
    ],
    one_of: &[],
};

fn lower(record: &Record<'_>, context: &Context<'_>, findings: &mut Findings) -> Option<Core> {
    let histogram = record.scalar("histogram")?;
    let selector = expression::selector(histogram, "histogram", context, findings)?;
    let Some(name) = selector.metric_name() else {
        let title = "a histogram needs a metric name";
        findings.push(
            Finding::new(QL001, histogram.span, title)
                .label("`_count` and `_bucket` are added to it"),
        );
        return None;
    };
    let threshold = bound(&record.text("threshold")?)?;
    let native = record
        .text("native")
        .is_some_and(|text| text.value == "true");
    if native {
        return Some(native_core(&selector, threshold, context));
    }
    if let Some(suffix) = ["_bucket", "_count", "_sum"]
        .into_iter()
        .find(|suffix| name.ends_with(suffix))
    {
        let finding = Finding::new(
            QL001,
            histogram.span_of(0..name.len()),
            format!("`{name}` is a series of a histogram, not the histogram"),
        )
        .label(format!("`{suffix}` is added when rules are made"));
        findings.push(without_suffix(finding, histogram, &selector, name, suffix));
        return None;
    }
    check_bucket(record, threshold, findings)?;
    let events = increase(&selector.renamed(&format!("{name}_count")), context)?;
    let bucket = selector
        .renamed(&format!("{name}_bucket"))
        .with(&[le(threshold)]);
    let good = increase(&bucket, context)?;
    Some(Core::Events {
        events,
        errors: Errors::Remaining(good),
    })
}

/// A finding with the change that drops a suffix. Certain for `_bucket` alone: a histogram may count things, or sums of them.
fn without_suffix(
    finding: Finding,
    histogram: &Scalar,
    selector: &Selector,
    name: &str,
    suffix: &str,
) -> Finding {
    let bare = &name[..name.len() - suffix.len()];
    let help = format!("write `{bare}`");
    let place = match histogram.text.starts_with(name) {
        true => histogram.verbatim_span_of(bare.len()..name.len()),
        false => None,
    };
    let Some(span) = place else {
        return finding.help(help);
    };
    let edits = vec![Edit {
        span,
        text: String::new(),
    }];
    let of_bucket = selector.matchers.iter().any(|matcher| matcher.name == "le");
    let nested = ["_bucket", "_count", "_sum"]
        .iter()
        .any(|s| bare.ends_with(s));
    match suffix == "_bucket" && !of_bucket && !nested {
        true => finding.fix(help, edits),
        false => finding.patch(help, edits),
    }
}

/// The share above the threshold times the count; without observations the share is NaN and is dropped with the count.
fn native_core(selector: &Selector, threshold: Ratio, context: &Context<'_>) -> Core {
    let sum = format!(
        "{} (increase({selector}[$window]))",
        context.aggregation("sum")
    );
    let events = expression::written(&format!("histogram_count({sum})"));
    let errors = expression::written(&format!(
        "histogram_fraction({threshold}, +Inf, {sum}) * (histogram_count({sum}) > 0)"
    ));
    Core::Events {
        events,
        errors: Errors::Counted(errors),
    }
}

/// In seconds for a duration, else as it stands.
fn bound(text: &crate::base::Spanned<&str>) -> Option<Ratio> {
    match text.value.parse::<Duration>() {
        Ok(duration) => Some(Ratio::of_durations(duration, Duration::from_ms(1_000))),
        Err(_) => text.value.parse().ok(),
    }
}

fn check_bucket(record: &Record<'_>, threshold: Ratio, findings: &mut Findings) -> Option<()> {
    let buckets: Vec<(Ratio, &str)> = record
        .list("buckets")
        .iter()
        .filter_map(|node| {
            let scalar = record::scalar(node)?;
            let text = crate::base::Spanned::new(&*scalar.text, scalar.span);
            Some((bound(&text)?, &*scalar.text))
        })
        .collect();
    if buckets.is_empty() || buckets.iter().any(|(bound, _)| *bound == threshold) {
        return Some(());
    }
    let span = record.text("threshold")?.span;
    let distance = |bound: Ratio| {
        if bound > threshold {
            bound - threshold
        } else {
            threshold - bound
        }
    };
    let nearest = buckets.iter().min_by_key(|(bound, _)| distance(*bound));
    let mut finding = Finding::new(
        QL015,
        span,
        "the threshold is no bucket bound of the histogram",
    )
    .label("no bucket ends here, so nothing would be counted as good");
    if let Some(key) = record.key_span("buckets") {
        finding = finding.also(key, "the bounds");
    }
    if let Some((_, nearest)) = nearest {
        finding = finding.help(format!("the nearest bound is `{nearest}`"));
    }
    findings.push(finding);
    None
}

/// A matcher for the bucket, in every spelling of its bound that clients and servers write: `1`, `1.0`, `1e+06`.
fn le(bound: Ratio) -> Matcher {
    let plain = bound.to_string();
    let mut spellings = vec![plain.clone()];
    if !plain.contains('.') {
        spellings.push(format!("{plain}.0"));
    }
    spellings.extend(exponent(&plain));
    match &spellings[..] {
        [one] => Matcher::new("le", MatchOp::Equal, one),
        several => {
            let escaped: Vec<String> = several
                .iter()
                .map(|s| s.replace('.', "[.]").replace('+', "[+]"))
                .collect();
            Matcher::new("le", MatchOp::Regex, escaped.join("|"))
        }
    }
}

/// How Go writes a number from a million up, and below a ten-thousandth.
fn exponent(plain: &str) -> Option<String> {
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = format!("{whole}{part}");
    let first = digits.find(|c| c != '0')?;
    let power = whole.len() as i64 - 1 - first as i64;
    if (-4..6).contains(&power) {
        return None;
    }
    let significant = digits[first..].trim_end_matches('0');
    let (head, tail) = significant.split_at(1);
    let point = if tail.is_empty() { "" } else { "." };
    let sign = if power < 0 { '-' } else { '+' };
    Some(format!("{head}{point}{tail}e{sign}{:02}", power.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bound: &str, expected: &str) {
        assert_eq!(le(bound.parse().unwrap()).to_string(), expected, "{bound}");
    }

    #[test]
    fn a_bound_is_matched_in_every_spelling() {
        check("0.5", "le=\"0.5\"");
        check("2.5", "le=\"2.5\"");
        check("1", "le=~\"1|1[.]0\"");
        check("10", "le=~\"10|10[.]0\"");
        check("250000", "le=~\"250000|250000[.]0\"");
        check("1000000", "le=~\"1000000|1000000[.]0|1e[+]06\"");
        check("2500000", "le=~\"2500000|2500000[.]0|2[.]5e[+]06\"");
        check("0.0001", "le=\"0.0001\"");
        check("0.00005", "le=~\"0[.]00005|5e-05\"");
    }
}
