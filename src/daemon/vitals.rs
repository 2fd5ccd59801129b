//! How the daemon is: whether its threads turn, and how what it needs is. Whoever does something says so here; `face` asks.
//!
//! Times come in, in milliseconds of a clock that nobody sets, counted from the start.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base::{Duration, spoken};
use crate::serve::{Dependency, DependencyState, Live};

/// A thread that has not turned for so long is wedged, in milliseconds. Far above what a commit takes on a busy disk, or a scheduler to plan.
pub const WEDGED_MS: i64 = 60_000;
/// What is older than two intervals is not fresh, and never sooner than this, since a slow answer may be a good one.
pub const STALE_AFTER_MIN: Duration = Duration::from_ms(10_000);
/// The daemon is ready when so many of a hundred SLOs can page.
pub const READY_PERCENT: usize = 90;

/// How the daemon is.
#[derive(Debug)]
pub struct Vitals {
    scheduler_ms: AtomicI64,
    desk_ms: AtomicI64,
    known: Mutex<Known>,
}

/// How many SLOs are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// All there are.
    pub slos: usize,
    /// Those of which so much of the past is known that their pages can be decided.
    pub pages: usize,
    /// Those of which all of the past is known that they ask for.
    pub whole: usize,
    /// Those of `pages` that were evaluated within the last two intervals.
    pub fresh: usize,
    /// Those that are not among `fresh` because of their own questions, which are answered with a refusal.
    pub faulty: usize,
}

#[derive(Debug)]
struct Known {
    interval: Duration,
    /// When the source answered last.
    answered_ms: Option<i64>,
    /// Why it does not since.
    silent: Option<String>,
    covered: Option<(Covered, i64)>,
    committed_ms: Option<i64>,
    behind: Option<String>,
    configuration: Option<String>,
    web: Option<String>,
}

impl Vitals {
    /// At the start, with the interval of evaluations.
    pub fn new(interval: Duration) -> Vitals {
        Vitals {
            scheduler_ms: AtomicI64::new(0),
            desk_ms: AtomicI64::new(0),
            known: Mutex::new(Known {
                interval,
                answered_ms: None,
                silent: None,
                covered: None,
                committed_ms: None,
                behind: None,
                configuration: None,
                web: None,
            }),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The scheduler turned. It does at least every few seconds, whether something is due or not.
    pub fn scheduler_ticked(&self, now_ms: i64) {
        self.scheduler_ms.fetch_max(now_ms, Ordering::Relaxed);
    }

    /// The desk turned. It does at least every few seconds, whether something came in or not.
    pub fn desk_ticked(&self, now_ms: i64) {
        self.desk_ms.fetch_max(now_ms, Ordering::Relaxed);
    }

    /// The interval of evaluations after a reload.
    pub fn set_interval(&self, interval: Duration) {
        self.known().interval = interval;
    }

    /// The source answered, or cannot be asked at all, with the reason, without secrets.
    pub fn source(&self, outcome: Result<(), String>, now_ms: i64) {
        let mut known = self.known();
        match outcome {
            Ok(()) => (known.answered_ms, known.silent) = (Some(now_ms), None),
            Err(why) => known.silent = Some(why),
        }
    }

    /// How far SLOs are. Whoever counts them does so at least once an interval.
    pub fn covered(&self, covered: Covered, now_ms: i64) {
        self.known().covered = Some((covered, now_ms));
    }

    /// Why nothing can be kept, where that is so.
    pub fn store_behind(&self, why: Option<String>) {
        self.known().behind = why;
    }

    /// Something was kept.
    pub fn committed(&self, now_ms: i64) {
        self.known().committed_ms = Some(now_ms);
    }

    /// The configuration was read and is in effect, or why the one before still is.
    pub fn reload(&self, outcome: Result<(), String>) {
        self.known().configuration = outcome.err();
    }

    /// What is wrong with the web configuration file by now, where something is.
    pub fn web_fault(&self, why: Option<String>) {
        self.known().web = why;
    }

    /// How far SLOs were when they were counted last.
    pub fn last_covered(&self) -> Option<Covered> {
        self.known().covered.map(|(covered, _)| covered)
    }

    /// Whether every thread turns.
    pub fn live(&self, now_ms: i64) -> Live {
        for (what, at) in [("scheduler", &self.scheduler_ms), ("desk", &self.desk_ms)] {
            let still_ms = now_ms.saturating_sub(at.load(Ordering::Relaxed));
            if still_ms > WEDGED_MS {
                return Live::Wedged(format!("the {what} has stood still for {}", said(still_ms)));
            }
        }
        Live::Alive
    }

    /// Whether every SLO is seen that can be, or why not: for whoever promises more than being ready.
    ///
    /// # Errors
    ///
    /// Why somebody could be waiting for a page in vain.
    pub fn sees(&self, now_ms: i64) -> Result<(), String> {
        if let Live::Wedged(why) = self.live(now_ms) {
            return Err(why);
        }
        let known = self.known();
        if let (DependencyState::Gone, why) = known.source(now_ms) {
            return Err(format!("the source is silent: {why}"));
        }
        let (state, why) = known.evaluations(now_ms);
        let is_whole = known
            .covered
            .is_some_and(|(covered, _)| covered.fresh + covered.faulty >= covered.slos);
        match state != DependencyState::Gone && is_whole {
            true => Ok(()),
            false => Err(format!("not every SLO is seen: {why}")),
        }
    }

    /// What the daemon needs, and how that is.
    pub fn ready(&self, now_ms: i64) -> Vec<Dependency> {
        let known = self.known();
        let mut needs = vec![
            need("store", known.store(now_ms)),
            need("source", known.source(now_ms)),
            need("evaluations", known.evaluations(now_ms)),
            need("backfill", known.backfill()),
            need("configuration", known.configuration()),
        ];
        if let Some(why) = &known.web {
            let impaired = (
                DependencyState::Impaired,
                format!("{why}; the one before is in effect"),
            );
            needs.push(need("web configuration", impaired));
        }
        needs
    }
}

type How = (DependencyState, String);

fn need(name: &str, (state, reason): How) -> Dependency {
    Dependency {
        name: name.to_owned(),
        state,
        reason,
    }
}

impl Known {
    fn stale_ms(&self) -> i64 {
        (2 * self.interval.as_ms()).max(STALE_AFTER_MIN.as_ms()) as i64
    }

    fn slos(&self) -> Option<usize> {
        self.covered.map(|(covered, _)| covered.slos)
    }

    fn store(&self, now_ms: i64) -> How {
        match (&self.behind, self.committed_ms) {
            (Some(why), _) => (
                DependencyState::Gone,
                format!("what happens cannot be kept: {why}"),
            ),
            (None, Some(at_ms)) => (
                DependencyState::Fine,
                format!("written {}", ago(at_ms, now_ms)),
            ),
            (None, None) => (
                DependencyState::Fine,
                "open, and nothing had to be written yet".to_owned(),
            ),
        }
    }

    fn source(&self, now_ms: i64) -> How {
        if self.slos() == Some(0) {
            return (DependencyState::Fine, "there is nothing to ask".to_owned());
        }
        let since = match self.answered_ms {
            Some(at_ms) => format!("it answered {}", ago(at_ms, now_ms)),
            None => "it has not answered yet".to_owned(),
        };
        let is_recent = self
            .answered_ms
            .is_some_and(|at_ms| now_ms.saturating_sub(at_ms) <= self.stale_ms());
        match (&self.silent, is_recent) {
            (None, true) => (DependencyState::Fine, since),
            (None, false) => (DependencyState::Gone, since),
            (Some(why), true) => (DependencyState::Impaired, format!("{since}; now: {why}")),
            (Some(why), false) => (DependencyState::Gone, format!("{since}; now: {why}")),
        }
    }

    fn evaluations(&self, now_ms: i64) -> How {
        let Some((covered, at_ms)) = self.covered else {
            return (DependencyState::Gone, "none yet".to_owned());
        };
        let Covered {
            slos,
            pages,
            fresh,
            faulty,
            ..
        } = covered;
        if now_ms.saturating_sub(at_ms) > self.stale_ms() {
            return (
                DependencyState::Gone,
                format!("nothing is known of them since {}", ago(at_ms, now_ms)),
            );
        }
        if slos == 0 {
            return (DependencyState::Fine, "there are no SLOs".to_owned());
        }
        let words = format!(
            "{fresh} of {slos} SLOs were evaluated within {}, {pages} know enough of their past to page, \
             the questions of {faulty} are refused",
            said(self.stale_ms())
        );
        let state = match (
            fresh >= slos,
            (fresh + faulty) * 100 >= slos * READY_PERCENT,
        ) {
            (true, _) => DependencyState::Fine,
            (false, true) => DependencyState::Impaired,
            (false, false) => DependencyState::Gone,
        };
        (state, words)
    }

    fn backfill(&self) -> How {
        match self.covered {
            Some((Covered { slos, whole, .. }, _)) if whole < slos => (
                DependencyState::Impaired,
                format!("{whole} of {slos} SLOs know all of their past"),
            ),
            Some(_) => (DependencyState::Fine, "all of the past is known".to_owned()),
            None => (DependencyState::Impaired, "not begun yet".to_owned()),
        }
    }

    fn configuration(&self) -> How {
        match &self.configuration {
            None => (
                DependencyState::Fine,
                "what was read last is in effect".to_owned(),
            ),
            Some(why) => (
                DependencyState::Impaired,
                format!("{why}; the one before is in effect"),
            ),
        }
    }
}

fn ago(at_ms: i64, now_ms: i64) -> String {
    match now_ms.saturating_sub(at_ms) {
        0 => "just now".to_owned(),
        ms => format!("{} ago", said(ms)),
    }
}

fn said(ms: i64) -> String {
    spoken(ms.max(0).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use DependencyState::{Fine, Gone, Impaired};

    const INTERVAL: Duration = Duration::from_ms(30_000);
    const INTERVAL_MS: i64 = 30_000;

    fn covered(slos: usize, pages: usize, whole: usize, fresh: usize, faulty: usize) -> Covered {
        Covered {
            slos,
            pages,
            whole,
            fresh,
            faulty,
        }
    }

    /// A daemon that has been running for an hour, and all is well.
    fn well() -> Vitals {
        let vitals = Vitals::new(INTERVAL);
        vitals.scheduler_ticked(3_600_000);
        vitals.desk_ticked(3_600_000);
        vitals.source(Ok(()), 3_600_000);
        vitals.committed(3_598_000);
        vitals.covered(covered(10, 10, 10, 10, 0), 3_600_000);
        vitals
    }

    #[track_caller]
    fn check(vitals: &Vitals, now_ms: i64, name: &str, state: DependencyState, reason: &str) {
        let needs = vitals.ready(now_ms);
        let found = needs.iter().find(|need| need.name == name).expect(name);
        assert_eq!((found.state, found.reason.as_str()), (state, reason));
        let others = needs.iter().filter(|need| need.name != name);
        for other in others {
            assert_eq!(other.state, Fine, "{other:?}");
        }
    }

    #[test]
    fn a_thread_that_stands_still_is_wedged() {
        let vitals = well();
        let edge_ms = 3_600_000 + WEDGED_MS;
        assert_eq!(vitals.live(edge_ms), Live::Alive);
        vitals.desk_ticked(edge_ms);
        let why = "the scheduler has stood still for 1 min".to_owned();
        assert_eq!(vitals.live(edge_ms + 1), Live::Wedged(why));
        vitals.scheduler_ticked(edge_ms);
        assert_eq!(vitals.live(edge_ms + 1), Live::Alive);
        vitals.scheduler_ticked(edge_ms + 60_001);
        let why = "the desk has stood still for 1 min".to_owned();
        assert_eq!(vitals.live(edge_ms + 60_001), Live::Wedged(why));
        assert_eq!(Vitals::new(INTERVAL).live(WEDGED_MS), Live::Alive);
    }

    #[test]
    fn all_is_well() {
        let vitals = well();
        check(&vitals, 3_600_000, "store", Fine, "written 2 s ago");
        check(&vitals, 3_600_000, "source", Fine, "it answered just now");
        check(
            &vitals,
            3_600_000,
            "configuration",
            Fine,
            "what was read last is in effect",
        );
        check(
            &vitals,
            3_600_000,
            "backfill",
            Fine,
            "all of the past is known",
        );
    }

    #[test]
    fn a_store_that_is_behind_is_gone_with_the_reason() {
        let vitals = well();
        vitals.store_behind(Some("no space is left".to_owned()));
        check(
            &vitals,
            3_600_000,
            "store",
            Gone,
            "what happens cannot be kept: no space is left",
        );
        vitals.store_behind(None);
        check(&vitals, 3_600_000, "store", Fine, "written 2 s ago");
    }

    #[test]
    fn a_source_is_gone_when_it_has_not_answered_for_two_intervals() {
        let vitals = well();
        let later_ms = 3_600_000 + 2 * INTERVAL_MS;
        vitals.covered(covered(10, 10, 10, 10, 0), later_ms);
        check(&vitals, later_ms, "source", Fine, "it answered 1 min ago");
        check(
            &vitals,
            later_ms + 1,
            "source",
            Gone,
            "it answered 1 min ago",
        );
        vitals.source(Err("refused".to_owned()), later_ms);
        check(
            &vitals,
            later_ms,
            "source",
            Impaired,
            "it answered 1 min ago; now: refused",
        );
        check(
            &vitals,
            later_ms + 1,
            "source",
            Gone,
            "it answered 1 min ago; now: refused",
        );
        vitals.source(Ok(()), later_ms);
        check(&vitals, later_ms, "source", Fine, "it answered just now");
    }

    #[test]
    fn nine_of_ten_slos_that_can_page_are_enough() {
        let vitals = well();
        let words = |fresh: usize, pages: usize, faulty: usize| {
            format!(
                "{fresh} of 10 SLOs were evaluated within 1 min, {pages} know enough of their past to page, \
                 the questions of {faulty} are refused"
            )
        };
        for (fresh, faulty, state) in [
            (10, 0, Fine),
            (9, 0, Impaired),
            (8, 0, Gone),
            (8, 1, Impaired),
            (0, 10, Impaired),
        ] {
            vitals.covered(covered(10, fresh, 10, fresh, faulty), 3_600_000);
            check(
                &vitals,
                3_600_000,
                "evaluations",
                state,
                &words(fresh, fresh, faulty),
            );
        }
        vitals.covered(Covered::default(), 3_600_000);
        check(&vitals, 3_600_000, "evaluations", Fine, "there are no SLOs");
    }

    #[test]
    fn one_slo_that_is_not_seen_is_enough_to_say_so() {
        let vitals = well();
        assert_eq!(vitals.sees(3_600_000), Ok(()));
        vitals.covered(covered(10, 10, 10, 9, 1), 3_600_000);
        assert_eq!(vitals.sees(3_600_000), Ok(()));
        vitals.covered(covered(10, 10, 10, 9, 0), 3_600_000);
        let why = vitals.sees(3_600_000).unwrap_err();
        assert!(
            why.starts_with("not every SLO is seen: 9 of 10 SLOs"),
            "{why}"
        );
        let vitals = well();
        vitals.scheduler_ticked(3_600_001);
        vitals.desk_ticked(3_600_001);
        let why = vitals.sees(3_600_001 + 2 * INTERVAL_MS).unwrap_err();
        assert!(
            why.starts_with("the source is silent: it answered"),
            "{why}"
        );
        vitals.source(Ok(()), 3_600_001 + 2 * INTERVAL_MS);
        let why = vitals.sees(3_600_001 + 2 * INTERVAL_MS).unwrap_err();
        assert!(
            why.starts_with("not every SLO is seen: nothing is known"),
            "{why}"
        );
        let why = vitals.sees(3_600_002 + WEDGED_MS).unwrap_err();
        assert!(why.starts_with("the scheduler has stood still"), "{why}");
    }

    #[test]
    fn a_count_that_is_old_is_none() {
        let vitals = well();
        let later_ms = 3_600_001 + 2 * INTERVAL_MS;
        vitals.source(Ok(()), later_ms);
        check(
            &vitals,
            later_ms,
            "evaluations",
            Gone,
            "nothing is known of them since 1 min ago",
        );
        let states: Vec<_> = Vitals::new(INTERVAL)
            .ready(0)
            .into_iter()
            .map(|need| need.state)
            .collect();
        assert_eq!(states, [Fine, Gone, Gone, Impaired, Fine]);
    }

    #[test]
    fn short_intervals_leave_time_for_slow_answers() {
        let vitals = well();
        vitals.set_interval(Duration::from_ms(1_000));
        let edge_ms = 3_600_000 + STALE_AFTER_MIN.as_ms() as i64;
        vitals.covered(covered(1, 1, 1, 1, 0), edge_ms);
        check(&vitals, edge_ms, "source", Fine, "it answered 10 s ago");
        check(&vitals, edge_ms + 1, "source", Gone, "it answered 10 s ago");
    }

    #[test]
    fn what_goes_on_with_less_is_ready_and_says_so() {
        let vitals = well();
        vitals.covered(covered(10, 10, 4, 10, 0), 3_600_000);
        check(
            &vitals,
            3_600_000,
            "backfill",
            Impaired,
            "4 of 10 SLOs know all of their past",
        );
        let vitals = well();
        vitals.reload(Err("`burnwatch.yaml` has 2 errors".to_owned()));
        let why = "`burnwatch.yaml` has 2 errors; the one before is in effect";
        check(&vitals, 3_600_000, "configuration", Impaired, why);
        vitals.reload(Ok(()));
        vitals.web_fault(Some("no certificate".to_owned()));
        let why = "no certificate; the one before is in effect";
        check(&vitals, 3_600_000, "web configuration", Impaired, why);
    }
}
