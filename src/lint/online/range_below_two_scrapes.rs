//! ON007: windows too short for how often the targets are scraped.

use super::desk::Desk;
use super::presence::{Presence, presence};
use super::scene::{Scene, Want};
use super::scrapes;
use crate::base::Duration;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};

pub(super) const ON007: Code = Code {
    id: "ON007",
    name: "range-below-2x-scrape",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: ON007,
    finds: "A window of the SLO that is shorter than two real scrapes of its metric, as measured on the server. Also, as a \
            warning, a `rules.scrape_interval` that is not the real one.",
    why: "`increase` needs two samples: in a window with fewer it gives nothing, and a tier whose short window is empty never \
          fires. `rules.scrape_interval` is how far windows reach back to touch each other; where it is wrong, events \
          between two windows are counted in neither.",
    example: r#"apiVersion: burnwatch/v1
service: billing
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: invoices
    objective: 99.9
    sli: {ratio: {events: 'invoices_total{job="scraped-every-5m"}', errors_where: 'state="failed"'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: billing
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: invoices
    objective: 99.9
    sli: {ratio: {events: 'invoices_total{job="scraped-every-5m"}', errors_where: 'state="failed"'}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 5%, long: 6h, short: 30m}
        - {name: slow, severity: ticket, budget: 10%, long: 3d, short: 6h}
"#,
    options: None,
    ask: Ask::Server,
};

/// How many times the declared interval the real one may be, or the other way round, before it is called another one.
const ALIKE: f64 = 1.4;

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    let mut other: Vec<(&Scene<'_>, &Want, Duration)> = Vec::new();
    for scene in scenes {
        let Some((want, interval)) = slowest(scene, desk) else {
            continue;
        };
        let shortest = scene
            .subject
            .plan
            .windows
            .first()
            .map(|window| window.length());
        match shortest {
            Some(shortest) if shortest.as_ms() < 2 * interval.as_ms() => {
                findings.push(too_short(scene, want, shortest, interval));
            }
            _ if !alike(interval, scene.subject.settings.scrape_interval) => {
                other.push((scene, want, interval));
            }
            _ => {}
        }
    }
    findings.extend(declared(&other));
}

/// The selector whose samples are furthest apart.
fn slowest<'s>(scene: &'s Scene<'_>, desk: &mut Desk) -> Option<(&'s Want, Duration)> {
    // Everything is looked up before anything is missed, so that it is asked at once.
    let measured: Vec<Option<(&Want, Option<Duration>)>> = scene
        .required()
        .map(|want| match presence(want, desk)? {
            Presence::Here => Some((want, scrapes::interval(want, desk)?)),
            _ => Some((want, None)),
        })
        .collect();
    let measured: Option<Vec<(&Want, Option<Duration>)>> = measured.into_iter().collect();
    let known = measured?
        .into_iter()
        .filter_map(|(want, interval)| Some((want, interval?)));
    known.max_by_key(|(_, interval)| *interval)
}

fn alike(one: Duration, other: Duration) -> bool {
    let times = one.as_ms() as f64 / other.as_ms() as f64;
    (1.0 / ALIKE..=ALIKE).contains(&times)
}

fn too_short(scene: &Scene<'_>, want: &Want, shortest: Duration, interval: Duration) -> Finding {
    let title = format!("a window of {shortest} holds fewer than two samples of this metric");
    let finding = Finding::new(ON007, want.name_place.span, title)
        .label(format!("scraped about every {}", told(interval)))
        .help("use longer windows, or scrape more often");
    let tiers = &scene.subject.plan.tiers;
    let tier = tiers.iter().find(|planned| planned.tier.short == shortest);
    match tier.and_then(|planned| Some((planned.tier, planned.tier.place?))) {
        Some((tier, place)) => finding.also(
            place.short.unwrap_or(place.long),
            format!("the short window of tier `{}`", tier.name),
        ),
        None => match tier {
            Some(planned) => finding.note(format!(
                "it is the short window of tier `{}` of policy `{}`",
                planned.tier.name, scene.subject.slo.policy.name
            )),
            None => finding,
        },
    }
}

/// One finding for all SLOs: the setting is one.
fn declared(other: &[(&Scene<'_>, &Want, Duration)]) -> Option<Finding> {
    let (scene, want, interval) = other.first()?;
    let declared = scene.subject.settings.scrape_interval;
    let title = format!("`rules.scrape_interval` is {declared}, and samples come at another pace");
    let mut finding = Finding::new(ON007, want.name_place.span, title)
        .label(format!("scraped about every {}", told(*interval)))
        .help(format!(
            "set `rules.scrape_interval: {}` in `burnwatch.yaml`",
            told(*interval)
        ));
    finding.level = Level::Warning;
    Some(match other.len() - 1 {
        0 => finding,
        1 => finding.note("one more SLO is scraped at another pace than declared"),
        more => finding.note(format!(
            "{more} more SLOs are scraped at another pace than declared"
        )),
    })
}

/// An interval as it is usually configured: measured on samples it is only nearly that.
fn told(interval: Duration) -> Duration {
    const USUAL_S: [u64; 13] = [1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 180, 300, 600];
    let usual = USUAL_S.map(|seconds| Duration::from_ms(seconds * 1_000));
    let near = usual
        .into_iter()
        .min_by_key(|usual| usual.as_ms().abs_diff(interval.as_ms()));
    match near {
        Some(near) if near.as_ms().abs_diff(interval.as_ms()) * 5 <= near.as_ms() => near,
        _ => Duration::from_ms((interval.as_ms() / 1_000).max(1) * 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_intervals_are_told_as_they_are_configured() {
        for (ms, expected) in [
            (15_254, "15s"),
            (60_000, "1m"),
            (257_000, "5m"),
            (225_000, "3m45s"),
        ] {
            assert_eq!(told(Duration::from_ms(ms)).to_string(), expected, "{ms}");
        }
    }

    #[test]
    fn an_interval_is_another_one_beyond_the_error_of_its_measurement() {
        let s = |seconds: u64| Duration::from_ms(seconds * 1_000);
        assert!(alike(s(15), s(15)) && alike(s(16), s(15)) && alike(s(20), s(15)));
        assert!(!alike(s(30), s(15)) && !alike(s(15), s(60)));
    }
}
