//! Traces through the engine: which incidents somebody was told of, how soon, and which pages were for nothing.

use burnwatch::base::Name;
use burnwatch::evaluate::{Contents, Group};
use burnwatch::replay::Span;
use burnwatch::replay::synthetic::{Dice, Failing, Trial, Volume};

use super::trace::Trace;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Failures that are no further apart are one incident: the page of the first still stands.
pub const ONE_INCIDENT_MS: i64 = 30 * MINUTE_MS;
/// A time without incidents that is longer is not gone through beyond its first day: no window reaches over it.
const QUIET_MS: i64 = 4 * DAY_MS;
/// The longest window of a page in the built-in policy: so long an incident is held against the service.
const LATE_MS: i64 = 6 * 60 * MINUTE_MS;
/// Where traces begin: times in them count from nowhere.
const BASE_MS: i64 = 1_767_571_200_000;

/// What became of one incident.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    /// The share of the budget of a period that it spent.
    pub spent: f64,
    /// Errors in it.
    pub errors: f64,
    /// How long after its beginning somebody was woken, in milliseconds; 0 where a page stood already.
    pub paged_ms: Option<i64>,
    /// How long after its end that page was over.
    pub reset_ms: Option<i64>,
    /// The same for any alert.
    pub told_ms: Option<i64>,
}

/// What became of all incidents of some traces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fates {
    /// Each incident.
    pub incidents: Vec<Fate>,
    /// Pages.
    pub pages: usize,
    /// Those that opened within an incident.
    pub right_pages: usize,
    /// Those that opened after one, while the longest window of pages still held it.
    pub late_pages: usize,
}

/// A stretch of a trace with all windows around it.
pub struct Course {
    failing: Vec<Failing>,
    place: [u64; 2],
}

/// The courses of all traces.
pub fn courses(traces: &[Trace]) -> Vec<Course> {
    let mut courses: Vec<Course> = Vec::new();
    for (at, trace) in traces.iter().enumerate() {
        let is_far = |a: &Failing, b: &Failing| b.from_ms - a.to_ms > QUIET_MS;
        let parts = trace.failing.chunk_by(|a, b| !is_far(a, b));
        courses.extend(parts.enumerate().map(|(part, failing)| Course {
            failing: failing.to_vec(),
            place: [at as u64, part as u64],
        }));
    }
    courses
}

impl Course {
    /// Goes through it.
    pub fn go(&self, trial: &Trial<'_>, page: &Name, seed: u64) -> Fates {
        let mut dice = Dice::at(seed, &self.place);
        let first_ms = self.failing[0].from_ms;
        let shift_ms = BASE_MS - first_ms / DAY_MS * DAY_MS;
        let failing: Vec<Failing> = self
            .failing
            .iter()
            .map(|failing| Failing {
                from_ms: failing.from_ms + shift_ms,
                to_ms: failing.to_ms + shift_ms,
                ..*failing
            })
            .collect();
        let incidents = incidents(&failing);
        let last_ms = failing.last().map_or(BASE_MS, |last| last.to_ms);
        let span = Span {
            from_ms: incidents[0].0 / MINUTE_MS * MINUTE_MS - MINUTE_MS,
            to_ms: last_ms + DAY_MS,
        };
        let mut errors: Vec<(i64, f64)> = vec![(i64::MIN, 0.0)];
        let past = trial.play(failing, span, &mut dice, &mut |counts| {
            let mut sum = errors.last().map_or(0.0, |last| last.1);
            for (step, contents) in counts.groups[&Group::default()].iter().enumerate() {
                sum += contents.contents().unwrap_or(Contents::NONE).errors;
                errors.push((counts.end_ms(step), sum));
            }
        });
        // The step in which an incident begins or ends is counted whole.
        let until = |at_ms: i64| {
            let next = errors.partition_point(|(end_ms, _)| *end_ms < at_ms);
            errors[next.min(errors.len() - 1)].1
        };
        let before = |at_ms: i64| {
            let next = errors.partition_point(|(end_ms, _)| *end_ms <= at_ms);
            errors[next - 1].1
        };
        let episodes = || past.groups.values().flat_map(|group| &group.incidents);
        let alerts = |only_pages: bool| -> Vec<(i64, Option<i64>)> {
            let episodes = episodes().map(|incident| &incident.episode);
            let episodes = episodes.filter(|e| !only_pages || e.severity == *page);
            episodes.map(|e| (e.opened_ms, e.resolved_ms)).collect()
        };
        let (pages, all) = (alerts(true), alerts(false));
        let budget = budget(trial);
        let fate = |(from_ms, to_ms): &(i64, i64)| {
            let errors = until(*to_ms) - before(*from_ms);
            let page = first(&pages, *from_ms, *to_ms);
            Fate {
                errors,
                spent: errors / budget,
                paged_ms: page.map(|page| (page.0 - from_ms).max(0)),
                reset_ms: page.and_then(|page| page.1).map(|at_ms| at_ms - to_ms),
                told_ms: first(&all, *from_ms, *to_ms).map(|told| (told.0 - from_ms).max(0)),
            }
        };
        let within = |after_ms: i64| {
            let near = |page: &&(i64, Option<i64>)| {
                let mut around = incidents.iter();
                around.any(|(from_ms, to_ms)| page.0 > *from_ms && page.0 <= to_ms + after_ms)
            };
            pages.iter().filter(near).count()
        };
        let right_pages = within(MINUTE_MS);
        Fates {
            incidents: incidents.iter().map(fate).collect(),
            pages: pages.len(),
            right_pages,
            late_pages: within(LATE_MS) - right_pages,
        }
    }
}

/// Failures that are near each other, from and to.
fn incidents(failing: &[Failing]) -> Vec<(i64, i64)> {
    let near = |a: &Failing, b: &Failing| b.from_ms - a.to_ms <= ONE_INCIDENT_MS;
    let whole = |part: &[Failing]| (part[0].from_ms, part[part.len() - 1].to_ms);
    failing.chunk_by(near).map(whole).collect()
}

/// The first alert that stands at some time of an incident, or opens with the evaluation after its end.
fn first(alerts: &[(i64, Option<i64>)], from_ms: i64, to_ms: i64) -> Option<(i64, Option<i64>)> {
    let stands = |alert: &&(i64, Option<i64>)| {
        alert.0 <= to_ms + MINUTE_MS && alert.1.is_none_or(|resolved_ms| resolved_ms > from_ms)
    };
    alerts.iter().find(stands).copied()
}

/// The errors that a period allows.
fn budget(trial: &Trial<'_>) -> f64 {
    let slo = trial.plan.slo;
    let hours = slo.period.as_ms() as f64 / 3.6e6;
    match trial.volume {
        Volume::Events(traffic) => slo.objective.budget().to_f64() * traffic.per_hour * hours,
        Volume::Time { .. } => slo.objective.budget().to_f64() * hours * 3_600.0,
    }
}
