//! What came of many traces, as the tables of `docs/accuracy.md`.

use super::compare::{Tally, Why};

/// Most evaluations that may differ for longer than one interval, because of what is near a threshold.
pub const NEAR_MAX: f64 = 0.005;

/// Most evaluations of very many that may differ by more than that: where `increase` itself is further from what happened,
/// because of a burst within a scrape of a window's edge, or a series of which it has seen too little.
pub const FAR_MAX: f64 = 0.000_05;

const REASONS: [(Why, &str); 8] = [
    (
        Why::OneInterval,
        "one evaluation, before and after which they agree",
    ),
    (Why::Near, "within 2 % or one event of a threshold"),
    (
        Why::Carried,
        "`for` or `keep_firing_for` after such a difference",
    ),
    (
        Why::Blind,
        "no series at all: the rules resolve, the engine holds",
    ),
    (Why::AfterBlind, "what the engine held then goes on"),
    (Why::Absent, "a group is gone while others answer"),
    (Why::Begun, "firing or pending before the past was begun"),
    (Why::Fault, "further from any threshold"),
];

/// Prints what came of one way of asking.
pub fn print(what: &str, tally: &Tally) {
    println!(
        "{what}: {} evaluations of a tier and group, at {} of which rules fired",
        tally.evaluations, tally.fired
    );
    println!(
        "{} times of firing, {} of them the same\n",
        tally.intervals, tally.same_intervals
    );
    println!("| difference | runs | evaluations | of all |\n|---|---:|---:|---:|");
    for (why, words) in REASONS {
        let (runs, evaluations) = tally.runs.get(&why).copied().unwrap_or_default();
        println!(
            "| {words} | {runs} | {evaluations} | {:.3} % |",
            100.0 * share(tally, evaluations)
        );
    }
    let decided: Vec<String> = tally
        .decided
        .iter()
        .map(|(why, count)| format!("{why:?} {count}"))
        .collect();
    println!(
        "\ndecided otherwise from the same phase: {}\n",
        decided.join(", ")
    );
    for fault in tally.faults.iter().take(20) {
        println!("{fault:.600}");
    }
}

/// The share of evaluations at which the two differ though neither is near a threshold.
pub fn far(tally: &Tally) -> f64 {
    let (_, evaluations) = tally.runs.get(&Why::Fault).copied().unwrap_or_default();
    let decided = tally.decided.get(&Why::Fault).copied().unwrap_or_default();
    share(tally, evaluations.max(decided))
}

/// The share of evaluations at which the two differ beyond one interval and for no reason but closeness.
pub fn near(tally: &Tally) -> f64 {
    let close = [Why::Near, Why::Carried];
    let found = close.iter().filter_map(|why| tally.runs.get(why));
    share(tally, found.map(|(_, evaluations)| evaluations).sum())
}

fn share(tally: &Tally, evaluations: usize) -> f64 {
    evaluations as f64 / tally.evaluations.max(1) as f64
}
