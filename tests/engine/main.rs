//! Rules and engine agree: random traces through the generated rules on a real Prometheus, and through the engine.
//!
//! The rules run in the rule manager and the storage of Prometheus (promtool); the engine asks a Prometheus that holds the same
//! samples. Every difference has a reason that is found by rule, or is a fault.

#![allow(clippy::print_stdout, reason = "what was measured is printed")]

mod chance;
mod compare;
#[path = "../kit/dice.rs"]
mod dice;
#[path = "../kit/mod.rs"]
mod kit;
mod past;
mod recorded;
mod report;
mod rules;
mod trace;
mod traffic;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use compare::Tally;
use rules::Timeline;
use trace::Trace;
use traffic::Series;

/// Traces that share a Prometheus.
const BATCH: usize = 20;
/// Runs of promtool at the same time.
const AT_ONCE: usize = 2;

/// What the rules did with each trace, in folders of their own below `folder`.
fn timelines(folder: &Path, traces: &[(Trace, Vec<Series>)]) -> Vec<Timeline> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(vec![Timeline::new(); traces.len()]);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((at, (trace, series))) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    traces.get(at).map(|one| (at, one))
                } {
                    let folder = folder.join(trace.service());
                    std::fs::create_dir_all(&folder).expect("the folder is writable");
                    let timeline = rules::timeline(&folder, trace, series);
                    found.lock().expect("no thread panics")[at] = timeline;
                }
            });
        }
    });
    found.into_inner().expect("no thread panics")
}

/// Compares traces from their birth on, and from their middle on.
fn compare(seeds: &[u64]) -> [Tally; 2] {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let traces: Vec<(Trace, Vec<Series>)> = seeds
        .iter()
        .map(|seed| Trace::of(*seed))
        .map(|trace| {
            let series = traffic::series(&trace);
            (trace, series)
        })
        .collect();
    let server = past::prometheus(folder.path(), &traces);
    let timelines = timelines(folder.path(), &traces);
    let mut tallies = [Tally::default(), Tally::default()];
    for ((trace, _), rules) in traces.iter().zip(&timelines) {
        let home = folder.path().join(trace.service());
        let middle = trace.length_s / 2 / trace.interval_s;
        for (first, tally) in [0, middle].into_iter().zip(&mut tallies) {
            let answer = past::ask(&server, trace, first * trace.interval_s);
            tally.add(compare::compare(
                &home,
                trace,
                rules,
                &answer,
                first as usize,
            ));
        }
    }
    tallies
}

/// Compares so many traces, unless the environment names another number and another first seed.
///
/// Of so many, a share of `far_max` of all evaluations may differ by more than what is near: see `docs/accuracy.md`.
fn check(count: u64, far_max: f64) {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|n| n.parse().expect("a number"))
    };
    let first = number("ENGINE_SEED").unwrap_or(1);
    let count = number("ENGINE_TRACES").unwrap_or(count);
    let seeds: Vec<u64> = (first..first + count).collect();
    let mut all = [Tally::default(), Tally::default()];
    for seeds in seeds.chunks(BATCH) {
        for (all, tally) in all.iter_mut().zip(compare(seeds)) {
            all.add(tally);
        }
        let done = seeds.last().expect("a chunk is not empty") + 1 - first;
        println!("## {done} traces from seed {first} on\n");
        report::print("from birth", &all[0]);
        report::print("from the middle", &all[1]);
    }
    for tally in &all {
        assert!(tally.fired > 0, "rules fire in some traces");
        let far = report::far(tally);
        assert!(far <= far_max, "{far}: {:#?}", tally.faults);
        assert!(
            report::near(tally) <= report::NEAR_MAX,
            "{}",
            report::near(tally)
        );
    }
}

#[test]
fn e18_rules_and_engine_fire_alike_in_twenty_random_traces() {
    check(20, 0.0);
}

/// As it is published.
#[test]
#[ignore = "takes half an hour on two cores"]
fn e18_rules_and_engine_fire_alike_in_a_thousand_random_traces() {
    check(1_000, report::FAR_MAX);
}

/// Scrapes once a minute where the workspace says 15s: a step holds a sample or two, by the chance of its offset.
#[test]
fn scrapes_that_are_slower_than_declared_are_noticed() {
    let mut found = 0;
    for (seed, offset_s) in [(1, 50), (2, 5), (3, 30)] {
        let mut trace = Trace {
            kind: trace::Kind::Errors,
            scrape_s: 60,
            declared_s: 60,
            interval_s: 60,
            offset_s,
            ..Trace::of(seed)
        };
        let traces = [(trace.clone(), traffic::series(&trace))];
        let folder = tempfile::tempdir().expect("a folder can be made");
        let server = past::prometheus(folder.path(), &traces);
        let incidents = |trace: &Trace| {
            let past = past::ask(&server, trace, 0).past;
            let groups = past.groups.into_iter();
            let incidents = groups.map(|(group, past)| (group, past.incidents));
            incidents.collect::<std::collections::BTreeMap<_, _>>()
        };
        let declared = incidents(&trace);
        trace.declared_s = 15;
        assert_eq!(incidents(&trace), declared, "seed {seed}");
        found += declared.values().map(Vec::len).sum::<usize>();
    }
    assert!(found > 0, "something fired");
}
