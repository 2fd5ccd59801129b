//! Small cases in which one can say by hand what the rules do.

use super::assertions::undecided;
use super::case::{Appears, Case, CaseTier, CaseWindow, Feed, NO_DATA, Part, QUANTA, Source};
use super::counter::Edge;
use super::simulate::{Firing, Simulation};
use super::{Scripts, timeline};
use crate::base::Ratio;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn part(good: i64, bad: i64) -> Part {
    Part {
        good,
        bad,
        events: 1,
        errors: bad,
        appears: Appears::AtOnce,
    }
}

fn tier(long: usize, short: usize, theta: &str) -> CaseTier {
    CaseTier {
        long,
        short,
        theta: theta.parse().unwrap(),
        floor: None,
        hold_ms: 0,
        keep_ms: 0,
        armed: None,
    }
}

/// Windows of 5m, 1h and 2h; one tier over 1h and 5m that fires above 1 %, from five errors on.
fn case() -> Case {
    let window = |length_ms, source| CaseWindow {
        length_ms,
        reach_ms: length_ms,
        outlasts: false,
        source,
    };
    Case {
        step_ms: 4 * MINUTE,
        sample_ms: 30_000,
        windows: vec![
            window(5 * MINUTE, Source::Raw),
            window(HOUR, Source::Raw),
            window(2 * HOUR, Source::Tiles(vec![(1, 0), (1, HOUR)])),
        ],
        tiers: vec![tier(1, 0, "0.01")],
        period: None,
        one: QUANTA,
        nothing: Ratio::whole(32),
        bad_min: Ratio::whole(9 * 32),
        z: None,
        hold_back_ms: None,
        no_data_after_ms: None,
        parts: vec![part(1, 0), part(0, 1)],
        feed: Feed::Counters,
    }
}

/// Plays lines of `steps good bad`, the events at the first of the steps, and gives runs of what fires.
fn check(case: &Case, script: &[(usize, i64, i64)], expected: &[(usize, Firing)]) {
    let mut simulation = Simulation::new(case, Edge::Closed);
    simulation.born();
    for (steps, good, bad) in script {
        simulation.put(good * QUANTA, bad * QUANTA);
        (0..*steps).for_each(|_| simulation.advance());
    }
    let mut runs: Vec<(usize, Firing)> = Vec::new();
    for verdict in simulation.verdicts() {
        match runs.last_mut() {
            Some((count, firing)) if *firing == verdict.firing => *count += 1,
            _ => runs.push((1, verdict.firing)),
        }
    }
    assert_eq!(runs, expected);
}

#[test]
fn a_tier_fires_above_both_thresholds_and_clears_with_the_short_window() {
    // Ten of 110 are 9 %; two evaluations later the five minutes hold good events only.
    let script = [(4, 0, 0), (1, 100, 10), (1, 0, 0), (4, 50, 0)];
    check(&case(), &script, &[(4, 0), (2, 1), (4, 0)]);
}

#[test]
fn a_tier_needs_its_least_number_of_errors() {
    check(&case(), &[(4, 0, 0), (4, 0, 4)], &[(8, 0)]);
    check(&case(), &[(4, 0, 0), (4, 0, 5)], &[(4, 0), (4, 1)]);
}

#[test]
fn without_traffic_a_tier_is_held_until_its_long_window_is_empty() {
    // An hour is fifteen evaluations; the burst is out of a closed hour at the fifteenth.
    check(
        &case(),
        &[(4, 0, 0), (20, 0, 10)],
        &[(4, 0), (15, 1), (5, 0)],
    );
}

#[test]
fn traffic_ends_a_tier_that_is_held() {
    let script = [(4, 0, 0), (5, 0, 10), (5, 1, 0)];
    check(&case(), &script, &[(4, 0), (5, 1), (5, 0)]);
}

#[test]
fn a_condition_must_hold_for_its_time() {
    let mut case = case();
    case.tiers[0].hold_ms = 15 * MINUTE;
    let failing = [
        (4, 0, 0),
        (1, 0, 10),
        (1, 0, 1),
        (1, 0, 1),
        (1, 0, 1),
        (2, 0, 1),
    ];
    check(&case, &failing, &[(8, 0), (2, 1)]);
}

#[test]
fn an_alert_is_kept_for_its_time() {
    let mut case = case();
    case.tiers[0].keep_ms = 8 * MINUTE;
    let good = (1, 50, 0);
    let script = [(4, 0, 0), (2, 0, 10), good, good, good, good];
    check(&case, &script, &[(4, 0), (4, 1), (2, 0)]);
}

#[test]
fn a_tile_that_was_never_recorded_has_the_traffic_of_now_and_no_errors() {
    let mut case = case();
    // 1.5 % of the last hour's events, and half of that while they stand for the hour before too.
    case.tiers[0].long = 2;
    check(&case, &[(4, 0, 0), (3, 985, 15)], &[(7, 0)]);
    check(&case, &[(18, 0, 0), (2, 985, 15)], &[(18, 0), (2, 1)]);
}

#[test]
fn a_tier_waits_for_history() {
    let mut case = case();
    case.tiers[0].armed = Some((1, HOUR));
    // An hour is recorded from its second sample on: at the second evaluation, and an hour later the tier is armed.
    check(&case, &[(1, 0, 0), (16, 0, 99)], &[(17, 0)]);
    let again = [(1, 0, 0), (14, 0, 99), (3, 0, 99)];
    check(&case, &again, &[(16, 0), (2, 1)]);
}

#[test]
fn a_threshold_shrinks_with_the_budget() {
    let mut case = case();
    case.period = Some((2, "0.01".parse().unwrap()));
    case.tiers[0].theta = "0.1".parse().unwrap();
    // Five errors of a hundred are five times the budget of 1 %: a tenth of the threshold is left, which is 1 %.
    let script = [(18, 0, 0), (2, 95, 5)];
    check(&case, &script, &[(20, 0)]);
    case.tiers[0].floor = Some("0.1".parse().unwrap());
    check(&case, &script, &[(18, 0), (2, 1)]);
}

#[test]
fn missing_data_alerts_after_its_time_and_zero_traffic_never_does() {
    let mut case = case();
    case.no_data_after_ms = Some(8 * MINUTE);
    let mut simulation = Simulation::new(&case, Edge::Closed);
    (0..3).for_each(|_| simulation.advance());
    simulation.born();
    (0..5).for_each(|_| simulation.advance());
    let firing: Vec<Firing> = simulation.verdicts().iter().map(|v| v.firing).collect();
    let alert = 1 << NO_DATA;
    // The window has one sample at birth, and with that it is missing still.
    assert_eq!(firing, [0, 0, alert, alert, 0, 0, 0, 0]);
}

#[test]
fn a_timeline_has_every_tier_fire_and_is_the_same_when_it_is_replayed() {
    let case = case();
    let (timeline, recorded) = timeline::build(&case);
    assert_eq!(
        timeline::replay(&case, &timeline, Edge::Closed),
        timeline.verdicts
    );
    assert!(recorded.iter().all(|window| window.len() == timeline.steps));
    assert_eq!(timeline.untested, []);
    let fired = timeline.verdicts.iter().filter(|v| v.firing == 1).count();
    assert!(fired > 20 && fired < timeline.steps / 2, "{fired}");
}

#[test]
fn equal_cases_share_a_script_in_which_every_evaluation_is_expected() {
    let scripts = Scripts::default();
    let (a, b) = (scripts.of(&case()), scripts.of(&case()));
    assert!(std::sync::Arc::ptr_eq(&a, &b));
    assert_eq!(undecided(&a.stretches, a.timeline.steps), 0);
}
