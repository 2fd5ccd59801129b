//! Recall and false pages at the size of CI. The traces are small, and their seed is given: nothing here is left to chance.

use std::path::Path;

use burnwatch::replay::synthetic::Traffic;

use super::course::{Fates, courses};
use super::measure::{self, Guards, Quality};
use super::slo;
use super::trace;

const SLO: &str = "objective: 99.9, sli: {ratio: {events: 'http_requests_total{job=\"shop\"}', \
                   errors_where: 'code=~\"5..\"'}}";
const DEFAULT: Guards = Guards {
    min_errors: 5,
    confidence: None,
};

fn quality(guards: Guards, per_hour: f64) -> Quality {
    let (slo, settings) = slo::of(SLO);
    let slo = guards.of(&slo);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/quality/traces");
    let courses = courses(&trace::read(&path).unwrap());
    let traffic = Traffic {
        per_hour,
        swing: 0.0,
    };
    let fates: Vec<Fates> = courses
        .iter()
        .map(|course| measure::course(&slo, &settings, traffic, course, 1))
        .collect();
    Quality::of(&fates, guards.min_errors)
}

fn check(per_hour: f64, due: usize, paged: usize) {
    let quality = quality(DEFAULT, per_hour);
    assert_eq!((quality.due, quality.paged), (due, paged), "{quality:?}");
    assert!(quality.recall() >= 0.99, "{per_hour}: {quality:?}");
    assert!(quality.precision() >= 0.9, "{per_hour}: {quality:?}");
}

/// Of those that had to be told of, one burns below the threshold of every page for a day: it is a ticket.
#[test]
fn incidents_that_matter_are_told_of_at_any_traffic() {
    check(10.0, 2, 2);
    check(100.0, 13, 13);
    check(1_000.0, 12, 12);
    check(100_000.0, 13, 12);
}

#[test]
fn a_policy_that_waits_for_too_many_errors_misses_incidents() {
    let deaf = Guards {
        min_errors: 1_000,
        confidence: None,
    };
    let quality = quality(deaf, 100.0);
    assert!(quality.grave > 5, "{quality:?}");
    assert_eq!(quality.grave_paged, 0, "{quality:?}");
}

#[test]
fn the_budget_spent_evenly_wakes_nobody_with_guards_and_somebody_without() {
    let (slo, settings) = slo::of(SLO);
    let pages = |min_errors: u32| {
        let guards = Guards {
            min_errors,
            confidence: None,
        };
        let traffic = Traffic {
            per_hour: 30.0,
            swing: 0.0,
        };
        measure::false_pages(&guards.of(&slo), &settings, traffic, [0, 0], 1)
    };
    assert_eq!(pages(5), 0);
    assert!(pages(1) >= 10, "{}", pages(1));
}
