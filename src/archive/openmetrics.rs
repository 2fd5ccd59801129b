//! One line of OpenMetrics, or of the text format of Prometheus: which series, what value, at which time.

use std::collections::BTreeMap;

use super::lines::count;
use super::{Form, MOMENT_MAX_MS};
use crate::diagnostics::shown;
use crate::promql::matchers::METRIC_NAME;

/// Most labels of a series.
pub const LABELS_MAX: usize = 128;

/// What stands behind a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// The value; nothing where it is `NaN`, which marks the end of a series.
    pub value: Option<f64>,
}

/// A line in its series, as it is written, and the rest; why not where there is no end to it.
pub fn split(line: &str) -> Result<(&str, &str), String> {
    let bytes = line.as_bytes();
    let (mut is_quoted, mut is_inside) = (false, false);
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
            b'{' if !is_quoted => is_inside = true,
            b'}' if !is_quoted => return Ok(line.split_at(at + 1)),
            b' ' | b'\t' if !is_quoted && !is_inside => {
                let rest = line[at..].trim_start();
                if !rest.starts_with('{') {
                    return Ok(line.split_at(at));
                }
                // Spaces may stand before the brace.
                at = line.len() - rest.len();
                is_inside = true;
            }
            _ => {}
        }
        at += 1;
    }
    Err(
        "a series, a value and a time are expected, such as `x_total{a=\"b\"} 12 1793714400`"
            .to_string(),
    )
}

/// The value and the time behind a series.
pub fn sample(rest: &str, form: Form) -> Result<Sample, String> {
    let mut words = rest.split_ascii_whitespace();
    let value = words.next().ok_or("there is no value")?;
    let time = words.next().filter(|word| !word.starts_with('#'));
    let unit = match form {
        Form::Prometheus => "milliseconds",
        Form::OpenMetrics | Form::Csv => "seconds",
    };
    let time =
        time.ok_or_else(|| format!("there is no time behind the value; Unix {unit} are expected"))?;
    if words.next().is_some_and(|word| !word.starts_with('#')) {
        return Err("there is something behind the time".to_string());
    }
    let at_ms = count(time).map(|time| match form {
        Form::Prometheus => time,
        Form::OpenMetrics | Form::Csv => (time * 1_000.0).round(),
    });
    let at_ms = at_ms.filter(|at_ms| *at_ms <= MOMENT_MAX_MS as f64);
    let at_ms =
        at_ms.ok_or_else(|| format!("the time is {}; Unix {unit} are expected", shown(time)))?;
    let value = match value.eq_ignore_ascii_case("nan") {
        true => None,
        false => Some(count(value).ok_or_else(|| {
            format!(
                "the value is {}; a counter is a number that is not below 0",
                shown(value)
            )
        })?),
    };
    Ok(Sample {
        at_ms: at_ms as i64,
        value,
    })
}

/// The labels of a series as it is written, its name among them.
pub fn labels(series: &str) -> Result<BTreeMap<String, String>, String> {
    let (name, inner) = match series.split_once('{') {
        None => (series, ""),
        Some((name, inner)) => (name.trim_end(), inner.strip_suffix('}').unwrap_or(inner)),
    };
    let mut labels = BTreeMap::new();
    if !name.is_empty() {
        labels.insert(METRIC_NAME.to_string(), name.to_string());
    }
    let mut rest = inner.trim_start();
    while !rest.is_empty() {
        let (label, value, after) = match rest.strip_prefix('"') {
            None => {
                let (label, after) = rest.split_once('=').ok_or_else(|| wrong(rest))?;
                let after = after
                    .trim_start()
                    .strip_prefix('"')
                    .ok_or_else(|| wrong(rest))?;
                let (value, after) = quoted(after).ok_or_else(|| wrong(rest))?;
                (label.trim().to_string(), value, after)
            }
            Some(after) => {
                let (text, after) = quoted(after).ok_or_else(|| wrong(rest))?;
                match after.trim_start().strip_prefix('=') {
                    // A name of its own, which is the metric's.
                    None => (METRIC_NAME.to_string(), text, after),
                    Some(after) => {
                        let after = after
                            .trim_start()
                            .strip_prefix('"')
                            .ok_or_else(|| wrong(rest))?;
                        let (value, after) = quoted(after).ok_or_else(|| wrong(rest))?;
                        (text, value, after)
                    }
                }
            }
        };
        if labels.len() == LABELS_MAX {
            return Err(format!("a series has at most {LABELS_MAX} labels"));
        }
        if label.is_empty() || labels.insert(label.clone(), value).is_some() {
            return Err(format!(
                "the label {} is there twice, or has no name",
                shown(&label)
            ));
        }
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if after.is_empty() => after,
            None => return Err(wrong(after)),
        };
    }
    Ok(labels)
}

fn wrong(rest: &str) -> String {
    format!(
        "at {}: labels are expected, such as `a=\"b\",c=\"d\"`",
        shown(rest)
    )
}

/// What stands before the quote that closes it, escapes resolved, and what is behind.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                c @ ('\\' | '"') => value.push(c),
                other => value.extend(['\\', other]),
            },
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, form: Form, expected: Result<(&str, i64, Option<f64>), &str>) {
        let found = split(line).and_then(|(series, rest)| {
            let labels = labels(series)?;
            let labels: Vec<String> = labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
            Ok((labels.join(","), sample(rest, form)?))
        });
        match (found, expected) {
            (Ok((labels, sample)), Ok((expected, at_ms, value))) => {
                assert_eq!(
                    (labels.as_str(), sample),
                    (expected, Sample { at_ms, value }),
                    "{line}"
                );
            }
            (Err(message), Err(part)) => assert!(message.contains(part), "{line}: {message}"),
            (found, expected) => panic!("{line}: {found:?} and not {expected:?}"),
        }
    }

    #[test]
    fn a_line_is_a_series_a_value_and_a_time() {
        use Form::{OpenMetrics, Prometheus};
        check(
            "x_total 1 2",
            OpenMetrics,
            Ok(("__name__=x_total", 2_000, Some(1.0))),
        );
        check(
            "x{a=\"b\"} 1e3 2.5",
            OpenMetrics,
            Ok(("__name__=x,a=b", 2_500, Some(1_000.0))),
        );
        check(
            "x{a=\"b\"} 1 2500",
            Prometheus,
            Ok(("__name__=x,a=b", 2_500, Some(1.0))),
        );
        check(
            "x { a = \"b\" } 1 2",
            OpenMetrics,
            Ok(("__name__=x,a=b", 2_000, Some(1.0))),
        );
        check(
            "x{a=\"}\\\"\\n\\\\\",} 1 2",
            OpenMetrics,
            Ok(("__name__=x,a=}\"\n\\", 2_000, Some(1.0))),
        );
        check(
            "{\"x.y\",\"a.b\"=\"c\"} 1 2",
            OpenMetrics,
            Ok(("__name__=x.y,a.b=c", 2_000, Some(1.0))),
        );
        check(
            "x{} NaN 2 # {trace=\"1\"} 4 2",
            OpenMetrics,
            Ok(("__name__=x", 2_000, None)),
        );
    }

    #[test]
    fn what_is_wrong_with_a_line_is_named() {
        let check = |line, part| check(line, Form::OpenMetrics, Err(part));
        check("x", "a series, a value and a time");
        check("x{a=\"b\" 1 2", "a series, a value and a time");
        check("x 1", "no time");
        check("x 1 # {} 1", "no time");
        check("x 1 2 3", "something behind");
        check("x -1 2", "not below 0");
        check("x +Inf 2", "not below 0");
        check("x 1 1793714400000", "Unix seconds");
        check("x{a=b} 1 2", "labels are expected");
        check("x{a=\"b\",a=\"c\"} 1 2", "there twice");
        check("x{a=\"b\"c=\"d\"} 1 2", "labels are expected");
    }
}
