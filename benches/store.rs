//! What the store costs: commits, snapshots, a start with a long history, a cache of 10,000 series.
//!
//! `cargo bench --bench store`. The files are below the build's own folder, on a disk and not in memory. Fails where a start
//! with 100 MB of history takes a second.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fs;
use std::path::Path;

use burnwatch::clock::Watch;
use burnwatch::store::{Cache, HistoryRow, Store};

/// Bytes of one record in a batch, about what a state change with its reason takes.
const RECORD_BYTES: usize = 600;
/// Bytes of history at a start.
const HISTORY_BYTES: u64 = 100_000_000;
/// Longest start with it, in seconds.
const START_S_MAX: f64 = 1.0;

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
    let path = folder.path().join("burnwatch.db");
    for records in [1, 100] {
        commits(&path, records);
    }
    let (mut store, _) = Store::open(&path, 0).expect("it opens");
    for (what, bytes) in [("100 KB", 100_000), ("10 MB", 10_000_000)] {
        let body = "x".repeat(bytes);
        let watch = Watch::start();
        store.snapshot(0, &body).expect("it is written");
        println!("snapshot of {what}: {:.0} ms", ms(&watch));
    }
    store.snapshot(0, "{}").expect("it is written");
    store.snapshot(0, "{}").expect("it is written");
    start(store, &path);
    cache(&path);
}

fn ms(watch: &Watch) -> f64 {
    watch.elapsed().as_secs_f64() * 1e3
}

fn rows(count: usize) -> Vec<HistoryRow> {
    let row = HistoryRow {
        at_ms: 1_770_000_000_000,
        episode: "0123456789abcdef0123456789abcdef".to_string(),
        kind: "delivered".to_string(),
        service: "checkout".to_string(),
        slo: "checkout/availability".to_string(),
        group_labels: "{}".to_string(),
        severity: "page".to_string(),
        receiver: "pagerduty-payments".to_string(),
        what: "the page was accepted with status 202".to_string(),
        why: "the condition of page-1h holds: 1.9 % errors in 1h, 2.4 % in 5m".to_string(),
    };
    vec![row; count]
}

fn commits(path: &Path, records: usize) {
    let (mut store, _) = Store::open(path, 0).expect("it opens");
    let body = "x".repeat(RECORD_BYTES * records);
    let rows = rows(records);
    let rounds = 1_000;
    let mut each: Vec<f64> = (0..rounds)
        .map(|_| {
            let watch = Watch::start();
            store.commit(0, &body, &rows).expect("it is committed");
            ms(&watch)
        })
        .collect();
    each.sort_by(f64::total_cmp);
    let per_s = 1e3 * rounds as f64 / each.iter().sum::<f64>();
    println!(
        "commits of {records} records and history rows: {per_s:.0}/s; p50 {:.2} ms, p99 {:.2} ms",
        each[rounds / 2],
        each[rounds * 99 / 100]
    );
}

fn start(mut store: Store, path: &Path) {
    let rows = rows(10_000);
    while fs::metadata(path).expect("it is there").len() < HISTORY_BYTES {
        store.commit(0, "{}", &rows).expect("it is committed");
    }
    store.close().expect("it closes");
    let mut slowest: f64 = 0.0;
    for _ in 0..3 {
        let watch = Watch::start();
        let (_store, recovered) = Store::open(path, 0).expect("it opens");
        slowest = slowest.max(watch.elapsed().as_secs_f64());
        assert_eq!(recovered.damage, None, "nothing is damaged");
    }
    let bytes = fs::metadata(path).expect("it is there").len();
    println!(
        "start with {} MB, every page checked: {slowest:.2} s",
        bytes / 1_000_000
    );
    assert!(slowest < START_S_MAX, "a start takes {slowest:.2} s");
}

fn cache(path: &Path) {
    let blob = vec![7; 30_000];
    let keys: Vec<String> = (0..10_000).map(|n| format!("service/slo-{n}")).collect();
    let mut cache = Cache::open(path).expect("it opens");
    let watch = Watch::start();
    for hundred in keys.chunks(100) {
        let blobs: Vec<(&str, i64, &[u8])> = hundred
            .iter()
            .map(|key| (key.as_str(), 0, &blob[..]))
            .collect();
        cache.keep(&blobs).expect("it is kept");
    }
    println!("cache, 10,000 of 30 KB in: {:.0} ms", ms(&watch));
    let watch = Watch::start();
    let found = keys.iter().filter(|key| cache.kept(key).is_some()).count();
    assert_eq!(found, keys.len(), "all are there");
    println!("cache, 10,000 of 30 KB out: {:.0} ms", ms(&watch));
}
