//! How the daemon is, as it follows from what its parts said and when.

use burnwatch::base::Duration;
use burnwatch::daemon::Vitals;
use burnwatch::daemon::vitals::{Covered, STALE_AFTER_MIN, WEDGED_MS};
use burnwatch::serve::DependencyState::{self, Fine, Gone, Impaired};
use burnwatch::serve::Live;

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
