//! The past of an SLO is learnt in stages, each of which says more.

use std::collections::BTreeSet;

use burnwatch::evaluate::Decision;
use burnwatch::follow::{Coverage, Follower, Seen};

use super::follow::{Counters, FILE, HOUR, MINUTE, WORKSPACE, defined, go, learn};
use crate::slos;

const BEGIN_MS: i64 = 1_800_000_000_000 / HOUR * HOUR;

/// Everything burns.
fn burning() -> Counters {
    let mut server = Counters::random(1, BEGIN_MS, 60 * 60);
    server.errors.fill(40.0);
    server.scraped.fill(true);
    server
}

fn month() -> String {
    FILE.replace("period: 1d", "period: 30d")
}

#[test]
fn all_tiers_are_judged_before_the_whole_period_is_learnt() {
    let mut server = burning();
    let mut follower = defined(&month()).in_phase(0);
    let mut at_ms = BEGIN_MS + 30 * HOUR;
    let mut stages = Vec::new();
    while let Some(coverage) = follower.lacks() {
        learn(&mut follower, coverage, at_ms, &mut server);
        assert_eq!(follower.coverage(), Some(coverage));
        at_ms += MINUTE;
        let Seen::Groups(groups) = go(&mut follower, at_ms, &mut server) else {
            panic!("there are samples")
        };
        let tiers = &groups[0].verdict.as_ref().unwrap().tiers;
        let decisions = tiers.iter().map(|tier| tier.judgement.decision);
        let has_budget = groups[0].left.is_some();
        stages.push((coverage, decisions.collect::<Vec<_>>(), has_budget));
    }
    let (burning, unknown) = (Decision::Burning, Decision::Unknown);
    let expected = [
        (Coverage::Pages, vec![burning, unknown], false),
        (Coverage::Tiers, vec![burning, burning], false),
        (Coverage::Whole, vec![burning, burning], true),
    ];
    assert_eq!(stages, expected);
}

#[test]
fn what_was_kept_of_a_stage_goes_on_with_the_next_one() {
    let check = |coverage: Coverage, lacks: Option<Coverage>| {
        let mut follower = defined(&month());
        let at_ms = BEGIN_MS + 30 * HOUR + follower.phase_ms();
        learn(&mut follower, coverage, at_ms, &mut burning());
        let mut other = defined(&month());
        assert!(other.resume(&follower.written().unwrap()));
        assert_eq!((other.coverage(), other.lacks()), (Some(coverage), lacks));
    };
    assert_eq!(defined(&month()).lacks(), Some(Coverage::Pages));
    check(Coverage::Pages, Some(Coverage::Tiers));
    check(Coverage::Tiers, Some(Coverage::Whole));
    check(Coverage::Whole, None);
}

#[test]
fn a_stage_that_says_no_more_is_left_out() {
    let check = |workspace: &str, file: &str| {
        let (slos, settings) = slos::read(workspace, file);
        let slo = slos[0].clone().into();
        let mut follower = Follower::new(slo, settings, BTreeSet::new()).in_phase(0);
        let at_ms = BEGIN_MS + 30 * HOUR;
        learn(&mut follower, Coverage::Pages, at_ms, &mut burning());
        assert_eq!(follower.lacks(), Some(Coverage::Whole), "{workspace}");
    };
    check(
        &WORKSPACE.replace("ticket: {}", "ticket: {wakes: true}"),
        FILE,
    );
    let day = WORKSPACE.replace("long: 6h", "long: 1d");
    check(&day, FILE);
}
