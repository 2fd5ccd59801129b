//! ON001: a metric that the server does not have.

use std::collections::BTreeSet;

use super::desk::{BACK, Desk};
use super::presence::{Presence, Seen, presence};
use super::scene::{Scene, Side, Want};
use crate::base::Duration;
use crate::diagnostics::{Code, Edit, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};

pub(super) const ON001: Code = Code {
    id: "ON001",
    name: "metric-missing",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: ON001,
    finds: "A metric without any series on the server, now and for more than two hours. The finding says when it was last \
            seen, if that was within a week, and names a metric that is spelt much alike. It is a warning where errors are \
            counted and no metric is spelt alike: some clients make a counter when it counts for the first time.",
    why: "An SLO over a metric that does not exist has no events. Its rules are accepted, its alerts are listed, and none \
          of them can ever fire.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_request_total{job="checkout"}', errors_where: 'code=~"5.."'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code=~"5.."'}}
"#,
    options: None,
    ask: Ask::Server,
};

/// Most missing metrics for which a similar name is searched: each is compared with every name of the server.
const SEARCHED_MAX: usize = 20;

/// How alike two names must be, as the share of characters that need no edit. `_total` and the like do not count.
const ALIKE: f64 = 0.7;

/// Longest name that is suggested, in bytes.
const NAME_MAX_BYTES: usize = 200;

/// Endings that many names share.
const COMMON: [&str; 4] = ["_total", "_bucket", "_count", "_sum"];

/// Fewest missing metrics from which on the server is doubted, when nothing at all is there.
const DOUBT_MIN: usize = 2;

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    let mut searched = BTreeSet::new();
    for scene in scenes {
        let mut said = BTreeSet::new();
        for want in scene.required() {
            let Some(metric) = want.metric.as_deref() else {
                continue;
            };
            let Some(Presence::NoMetric(seen)) = presence(want, desk) else {
                continue;
            };
            // One histogram has two metrics, and one place.
            if !said.insert(want.name_place.span) {
                continue;
            }
            let meant = match searched.contains(metric) || searched.len() < SEARCHED_MAX {
                true => {
                    searched.insert(metric.to_string());
                    meant(want, metric, desk)
                }
                false => None,
            };
            findings.push(described(want, metric, seen, meant));
        }
    }
}

/// Whether not one metric of all SLOs is there, nor anything like one: the server is probably another one than meant.
pub(super) fn is_foreign(desk: &mut Desk, up: bool) -> Option<bool> {
    let metrics: Vec<String> = desk.metrics().map(str::to_string).collect();
    for metric in &metrics {
        if desk.count(metric)? > 0 {
            return Some(false);
        }
    }
    if metrics.is_empty() || (up && metrics.len() < DOUBT_MIN) {
        return Some(false);
    }
    let names = desk.names()?;
    let known = |metric: &String| {
        names.all.contains(metric) || alike(metric, names.all.iter().map(String::as_str)).is_some()
    };
    Some(!metrics.iter().take(SEARCHED_MAX).any(known))
}

fn described(want: &Want, metric: &str, seen: Seen, meant: Option<String>) -> Finding {
    let title = format!("the server has no metric `{metric}`");
    let mut finding = Finding::new(ON001, want.name_place.span, title);
    finding = match seen {
        Seen::Never => finding.label(format!("no series now, and none in the last {BACK}")),
        Seen::Between { first_ms, last_ms } => {
            let first = match first_ms + Duration::hours(1).as_ms() >= BACK.as_ms() {
                true => format!("for more than {}", rounded(BACK.as_ms())),
                false => format!("first {} ago", rounded(first_ms)),
            };
            finding.label(format!(
                "no series now; seen {first}, last {} ago",
                rounded(last_ms)
            ))
        }
    };
    let Some(meant) = meant else {
        // Some clients make a counter when it counts for the first time.
        if want.side == Side::Errors {
            finding.level = Level::Warning;
            return finding.note(
                "errors that never happened may have no metric yet; until then they count as none",
            );
        }
        return finding;
    };
    let help = format!("`{meant}` is similar");
    match want.name_place.suffix {
        Some(_) => finding.patch(
            help,
            vec![Edit {
                span: want.name_place.span,
                text: meant,
            }],
        ),
        None => finding.help(help),
    }
}

/// A time in minutes, or in hours from a day up: more digits would not be true.
fn rounded(ms: u64) -> Duration {
    let grain = match ms >= Duration::days(1).as_ms() {
        true => Duration::hours(1),
        false => Duration::minutes(1),
    };
    Duration::from_ms((ms / grain.as_ms()) * grain.as_ms())
}

/// The name that was probably meant, as it would be written.
fn meant(want: &Want, metric: &str, desk: &mut Desk) -> Option<String> {
    let names = desk.names()?;
    let suffix = want.name_place.suffix.unwrap_or_default();
    let written = metric.strip_suffix(suffix).unwrap_or(metric);
    let candidates = names
        .all
        .iter()
        .filter_map(|name| name.strip_suffix(suffix));
    desk.similar(metric, suffix, || nearest(written, candidates))
}

/// A name with `_total` where it lacks it or has one too many, else the one that is spelt most alike.
fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str> + Clone) -> Option<String> {
    let other = match written.strip_suffix("_total") {
        Some(bare) => bare.to_string(),
        None => format!("{written}_total"),
    };
    let exact = names
        .clone()
        .find(|name| *name == other && is_writable(name));
    let differs = names.filter(|name| *name != written);
    exact
        .or_else(|| alike(written, differs))
        .map(str::to_string)
}

/// Whether a name can be written anywhere as it is: names come from a server, and go into the user's file.
fn is_writable(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b':';
    !name.is_empty() && name.len() <= NAME_MAX_BYTES && name.bytes().all(word)
}

/// The name that needs the fewest edits, if they are few.
fn alike<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let bare = |name: &str| {
        let stem = COMMON.iter().find_map(|suffix| name.strip_suffix(suffix));
        stem.unwrap_or(name).to_ascii_lowercase()
    };
    let own = bare(written);
    names
        .filter(|name| is_writable(name))
        .filter_map(|name| {
            let other = bare(name);
            // Edits are dear to count, and names of very different lengths need many.
            let near = other.len().abs_diff(own.len()) * 10 <= other.len().max(own.len()) * 3;
            near.then(|| (strsim::normalized_levenshtein(&own, &other), name))
        })
        .filter(|(score, _)| *score >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forgotten_suffix_is_more_likely_than_a_misspelling() {
        let names = [
            "http_request",
            "http_requests_total",
            "http_requests_created",
        ];
        let check = |written, expected: Option<&str>| {
            assert_eq!(
                nearest(written, names.into_iter()).as_deref(),
                expected,
                "{written}"
            );
        };
        check("http_requests", Some("http_requests_total"));
        check("http_requets_total", Some("http_requests_total"));
        check("node_load1", None);
    }

    #[test]
    fn times_are_told_in_minutes_and_then_in_hours() {
        assert_eq!(rounded(3_599_999).to_string(), "59m");
        assert_eq!(rounded(90_061_000).to_string(), "1d1h");
    }
}
