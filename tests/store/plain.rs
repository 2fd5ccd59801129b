//! What a store does while nothing is wrong.

use std::collections::BTreeSet;
use std::fs;

use burnwatch::store::{
    Cache, FORMAT, History, HistoryFilter, HistoryRow, Kept, PRUNE_ROWS_MAX, Recovered, Store,
    StoreFault,
};
use rusqlite::Connection;

use super::scene::{Log, START_MS, Scene, copy, first, state};

#[test]
fn a_new_store_is_empty_and_says_that_it_is_new() {
    let scene = Scene::new();
    let (_, recovered) = scene.open();
    let expected = Recovered {
        snapshot: None,
        batches: Vec::new(),
        damage: None,
        is_new: true,
    };
    assert_eq!(recovered, expected);
}

#[test]
fn what_was_committed_is_there_again_after_a_clean_end_and_after_none() {
    for log in [Log::Left, Log::Moved] {
        let scene = Scene::with_thirty(log);
        let (_, recovered) = scene.open();
        assert_eq!(state(&recovered), first(30));
        assert_eq!(recovered.snapshot.as_ref().unwrap().seq, 20);
        assert_eq!(recovered.batches.len(), 10);
        assert_eq!(recovered.batches[9].seq, 30);
        assert_eq!(recovered.batches[9].at_ms, START_MS + 30);
        assert_eq!((recovered.damage, recovered.is_new), (None, false));
    }
}

#[test]
fn two_snapshots_are_kept_and_the_batches_since_the_older_one() {
    let scene = Scene::with_thirty(Log::Left);
    let (mut daemon, _) = scene.open();
    daemon.snapshot();
    daemon.store.close().unwrap();
    let database = Connection::open(scene.path()).unwrap();
    let numbers = |sql: &str| -> Vec<i64> {
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(numbers("SELECT seq FROM snapshot ORDER BY seq"), [20, 30]);
    assert_eq!(
        numbers("SELECT seq FROM journal ORDER BY seq"),
        (21..=30).collect::<Vec<i64>>()
    );
    assert_eq!(numbers("PRAGMA user_version"), [0]);
    for (ending, seq) in [(".snapshot", 30), (".snapshot.1", 20)] {
        let text = fs::read_to_string(scene.with(ending)).unwrap();
        assert!(text.contains(&format!(" seq={seq} ")), "{text}");
    }
}

#[test]
fn a_snapshot_before_anything_and_two_in_a_row_are_read_back() {
    let scene = Scene::new();
    let (mut daemon, _) = scene.open();
    daemon.snapshot();
    daemon.commit().unwrap();
    daemon.snapshot();
    daemon.snapshot();
    drop(daemon);
    let (_, recovered) = scene.open();
    assert_eq!(state(&recovered), first(1));
    assert_eq!(recovered.damage, None);
}

#[test]
fn a_second_daemon_is_refused_and_the_first_goes_on() {
    let scene = Scene::new();
    let (mut daemon, _) = scene.open();
    let error = Store::open(&scene.path(), START_MS).unwrap_err();
    assert_eq!(error.fault, StoreFault::Locked);
    let path = fs::canonicalize(scene.path()).unwrap();
    assert_eq!(
        error.to_string(),
        format!(
            "could not lock `{}`: another burnwatch uses it; one file serves one daemon",
            path.display()
        )
    );
    daemon.commit().unwrap();
}

#[test]
fn a_store_of_a_newer_burnwatch_is_refused_and_left_as_it_is() {
    let scene = Scene::with_thirty(Log::Moved);
    let newer = (FORMAT + 1).to_string();
    let database = Connection::open(scene.path()).unwrap();
    // The checksum of a value is that of "meta", its key and itself, each after its length.
    let mut text = Vec::new();
    for part in ["meta", "format", &newer] {
        text.extend((part.len() as u64).to_le_bytes());
        text.extend(part.as_bytes());
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, &text);
    let sql = "UPDATE meta SET value = ?1, checksum = ?2 WHERE key = 'format'";
    let changed = database.execute(sql, (&newer, &digest.as_ref()[..16]));
    assert_eq!(changed.unwrap(), 1);
    drop(database);
    let before = fs::read(scene.path()).unwrap();
    let error = Store::open(&scene.path(), START_MS).unwrap_err();
    assert_eq!(error.fault, StoreFault::TooNew);
    assert!(!error.is_passing());
    assert_eq!(fs::read(scene.path()).unwrap(), before);
}

#[test]
fn the_file_of_somebody_else_is_refused_and_left_as_it_is() {
    let scene = Scene::new();
    fs::write(scene.path(), "root:x:0:0:root\n").unwrap();
    for _ in 0..2 {
        let error = Store::open(&scene.path(), START_MS).unwrap_err();
        assert_eq!(error.fault, StoreFault::Foreign);
    }
    let database = scene.folder().join("grafana.db");
    let other = Connection::open(&database).unwrap();
    other.execute_batch("CREATE TABLE dashboard (id)").unwrap();
    drop(other);
    let error = Store::open(&database, START_MS).unwrap_err();
    assert_eq!(error.fault, StoreFault::Foreign);
    let names: BTreeSet<_> = fs::read_dir(scene.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        names,
        BTreeSet::from(["burnwatch.db".into(), "grafana.db".into()])
    );
}

#[test]
fn an_empty_file_that_was_made_beforehand_becomes_a_store() {
    let scene = Scene::new();
    fs::write(scene.path(), "").unwrap();
    let (mut daemon, recovered) = scene.open();
    assert!(recovered.is_new);
    daemon.commit().unwrap();
    assert_eq!(scene.set_aside(), Vec::<String>::new());
}

#[test]
fn a_folder_that_is_not_there_is_said_at_start() {
    let scene = Scene::new();
    let path = scene.outside("nowhere").join("burnwatch.db");
    let error = Store::open(&path, START_MS).unwrap_err();
    assert_eq!(error.fault, StoreFault::Gone);
}

fn row(at_ms: i64, episode: &str, slo: &str, receiver: &str) -> HistoryRow {
    HistoryRow {
        at_ms,
        episode: episode.to_string(),
        kind: "burn".to_string(),
        service: slo.split('/').next().unwrap().to_string(),
        slo: slo.to_string(),
        receiver: receiver.to_string(),
        what: "delivered".to_string(),
        ..HistoryRow::default()
    }
}

#[test]
fn the_history_is_asked_by_each_of_its_fields_while_the_daemon_runs() {
    let scene = Scene::new();
    let (mut daemon, _) = scene.open();
    let rows = [
        row(1, "a", "shop/orders", "mail"),
        row(2, "a", "shop/orders", "pager"),
        row(3, "b", "shop/search", "mail"),
        row(4, "c", "bank/orders", "mail"),
    ];
    daemon.store.commit(1, "{}", &rows[..2]).unwrap();
    daemon.store.commit(2, "{}", &rows[2..]).unwrap();
    let history = History::open(&scene.path()).unwrap();
    let all = HistoryFilter::default;
    let text = |text: &str| Some(text.to_string());
    let cases = [
        (all(), &[1, 2, 3, 4][..]),
        (
            HistoryFilter {
                episode: text("a"),
                ..all()
            },
            &[1, 2],
        ),
        (
            HistoryFilter {
                slo: text("shop/search"),
                ..all()
            },
            &[3],
        ),
        (
            HistoryFilter {
                service: text("shop"),
                ..all()
            },
            &[1, 2, 3],
        ),
        (
            HistoryFilter {
                receiver: text("mail"),
                ..all()
            },
            &[1, 3, 4],
        ),
        (
            HistoryFilter {
                since_ms: Some(3),
                ..all()
            },
            &[3, 4],
        ),
        (
            HistoryFilter {
                rows_max: Some(2),
                ..all()
            },
            &[3, 4],
        ),
        (
            HistoryFilter {
                service: text("shop"),
                receiver: text("mail"),
                rows_max: Some(1),
                ..all()
            },
            &[3],
        ),
        (
            HistoryFilter {
                slo: text("x' OR true --"),
                ..all()
            },
            &[],
        ),
    ];
    for (filter, expected) in cases {
        let found = history.rows(&filter).unwrap();
        let times: Vec<i64> = found.iter().map(|entry| entry.row.at_ms).collect();
        assert_eq!(times, expected, "{filter:?}");
        assert_eq!(daemon.store.history(&filter).unwrap(), found);
    }
    daemon
        .store
        .commit(3, "{}", &[row(5, "d", "x/y", "z")])
        .unwrap();
    assert_eq!(history.rows(&all()).unwrap().len(), 5, "new rows show");
}

#[test]
fn the_history_of_a_closed_store_is_readable() {
    let scene = Scene::with_thirty(Log::Moved);
    let history = History::open(&scene.path()).unwrap();
    assert_eq!(history.rows(&HistoryFilter::default()).unwrap().len(), 30);
    let missing = History::open(&scene.with(".nothing")).unwrap_err();
    assert_eq!(missing.fault, StoreFault::Gone);
}

#[test]
fn old_history_goes_in_small_steps_by_age_and_by_number() {
    let scene = Scene::new();
    let (mut daemon, _) = scene.open();
    let rows: Vec<HistoryRow> = (1..=PRUNE_ROWS_MAX as i64 + 500)
        .map(|n| row(n, "a", "shop/orders", "mail"))
        .collect();
    daemon.store.commit(1, "{}", &rows).unwrap();
    let store = &mut daemon.store;
    assert_eq!(
        store.prune(PRUNE_ROWS_MAX as i64 + 101, 10_000),
        Ok(PRUNE_ROWS_MAX)
    );
    assert_eq!(store.prune(PRUNE_ROWS_MAX as i64 + 101, 10_000), Ok(100));
    assert_eq!(store.prune(PRUNE_ROWS_MAX as i64 + 101, 10_000), Ok(0));
    assert_eq!(store.prune(0, 300), Ok(100));
    assert_eq!(store.prune(0, 300), Ok(0));
    let left = store.history(&HistoryFilter::default()).unwrap();
    assert_eq!(left.len(), 300);
    assert_eq!(left[0].row.at_ms, PRUNE_ROWS_MAX as i64 + 201);
}

#[test]
fn a_backup_of_a_running_store_is_a_store() {
    let scene = Scene::new();
    let (mut daemon, _) = scene.open();
    for _ in 0..5 {
        daemon.commit().unwrap();
    }
    let to = scene.outside("backup.db");
    History::open(&scene.path()).unwrap().back_up(&to).unwrap();
    daemon.commit().unwrap();
    let again = daemon.store.back_up(&to).unwrap_err();
    assert!(again.to_string().contains("exists"), "{again}");
    let other = Scene::new();
    fs::rename(&to, other.path()).unwrap();
    let (mut restored, recovered) = other.open();
    assert_eq!(state(&recovered), first(5));
    assert_eq!((&recovered.damage, recovered.is_new), (&None, false));
    restored.commit().unwrap();
}

#[test]
fn a_copy_of_all_files_after_a_clean_end_is_a_store() {
    let scene = Scene::with_thirty(Log::Moved);
    let other = Scene::new();
    fs::copy(scene.path(), other.path()).unwrap();
    let (_, recovered) = other.open();
    assert_eq!(state(&recovered), first(30));
    assert_eq!(recovered.damage, None);
    let whole = Scene::new();
    copy(&scene.folder(), &whole.folder());
    assert_eq!(state(&whole.open().1), first(30));
}

#[test]
fn the_log_does_not_grow_with_what_is_committed() {
    let scene = Scene::new();
    let (mut daemon, _) = scene.open();
    let body = "x".repeat(500_000);
    for _ in 0..100 {
        daemon.store.commit(1, &body, &[]).unwrap();
        daemon.store.snapshot(1, "").unwrap();
    }
    let bytes = fs::metadata(scene.with("-wal")).unwrap().len();
    assert!(bytes < 8_000_000, "{bytes} bytes");
}

#[test]
fn the_cache_keeps_what_it_is_given_and_forgets_what_nobody_names() {
    let scene = Scene::new();
    let (daemon, _) = scene.open();
    let mut cache = Cache::open(&scene.path()).unwrap();
    cache
        .keep(&[("a", 1, b"one"), ("b", 2, b"two"), ("c", 3, b"")])
        .unwrap();
    cache.keep(&[("a", 4, b"four")]).unwrap();
    assert_eq!(cache.retain(&BTreeSet::from(["a", "c", "d"])), Ok(1));
    drop(cache);
    let cache = Cache::open(&scene.path()).unwrap();
    let kept = |at_ms, blob: &[u8]| {
        Some(Kept {
            at_ms,
            blob: blob.to_vec(),
        })
    };
    assert_eq!(cache.kept("a"), kept(4, b"four"));
    assert_eq!(cache.kept("b"), None);
    assert_eq!(cache.kept("c"), kept(3, b""));
    drop(daemon);
}
