//! The production engine in a made-up world: seeded clock, source, receivers and store, crashes between any two effects.
//!
//! A seed is a whole world and all that happens in it. `SIMULATOR_SEEDS=10000 cargo test --release --test simulator -- --ignored`
//! is the closing measurement; `SIMULATOR_SEED=7` plays one seed again and says what happens.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
#![allow(
    clippy::print_stdout,
    reason = "a seed that is played again says what happens"
)]

#[path = "../kit/dice.rs"]
mod dice;
mod disk;
mod oracle;
mod receivers;
mod run;
#[path = "../given/slos.rs"]
mod slos;
mod truth;
#[path = "../given/verdicts.rs"]
mod verdicts;
mod world;

use run::Run;

/// Evaluations of each seed.
const EVALUATIONS: usize = 2_000;
/// So many seeds are played in each run of the tests.
const SEEDS: u64 = 200;
/// Seeds that once failed: they are played for ever.
const FAILED_ONCE: &[u64] = &[];

fn play(seed: u64) {
    let mut run = Run::new(seed);
    run.go(EVALUATIONS);
}

/// Plays the first seeds, as many at a time as there are processors.
fn play_all(seeds: u64) {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || (thread..seeds).step_by(threads as usize).for_each(play));
        }
    });
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn s2_every_page_that_was_opened_is_resolved_or_owed_whatever_happens() {
    if let Some(seed) = number("SIMULATOR_SEED") {
        return play(seed);
    }
    play_all(SEEDS);
}

#[test]
fn s2_seeds_that_failed_once_never_fail_again() {
    FAILED_ONCE.iter().copied().for_each(play);
}

#[test]
#[ignore = "the closing measurement: minutes"]
fn s2_many_seeds() {
    play_all(number("SIMULATOR_SEEDS").unwrap_or(10_000));
}
