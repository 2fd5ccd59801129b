//! Files that are not as they were written, and what is made of them at start.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use burnwatch::store::{
    Cache, Damage, DamageSource, History, HistoryFilter, Recovered, StoreFault,
};

use super::scene::{Daemon, Log, Scene, copy, first, state};

/// Something that is done to a file.
type Break = fn(&Path);

/// Every how many bytes of the last commits the log is damaged. `STORE_STEP=1` asks for all.
const STEP: usize = 67;

/// Changes one byte of a file.
pub fn flip(path: &Path, at: u64, mask: u8) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ mask], at).unwrap();
}

/// Cuts a file.
pub fn cut(path: &Path, bytes: u64) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(bytes).unwrap();
}

fn bytes(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

/// A start after which the damage is said, the daemon works, and the next start says nothing any more.
#[track_caller]
fn starts_damaged(scene: &Scene, reaches: u64) -> Damage {
    let (mut daemon, recovered) = scene.open();
    let damage = recovered.damage.clone().expect("damage is said");
    assert_eq!(state(&recovered), first(reaches), "{damage}");
    assert_eq!(damage.reaches_seq, reaches);
    assert!(!recovered.is_new);
    assert_eq!(daemon.store.behind(), None);
    drop(daemon);
    let (again, recovered) = scene.open();
    assert_eq!(
        recovered.damage,
        Some(damage.clone()),
        "said until committed"
    );
    daemon = again;
    daemon.commit().unwrap();
    drop(daemon);
    let (_, recovered) = scene.open();
    assert_eq!(state(&recovered), first(reaches + 1));
    assert_eq!(recovered.damage, None, "said once");
    damage
}

#[test]
fn d3_a_log_that_is_cut_or_changed_in_its_last_commits_recovers_to_the_commit_before() {
    let scene = Scene::new();
    let (mut daemon, _) = scene.open();
    let mut ends = vec![0];
    for _ in 0..6 {
        daemon.commit().unwrap();
        ends.push(bytes(&scene.with("-wal")));
    }
    drop(daemon);
    let whole = scene.outside("whole");
    copy(&scene.folder(), &whole);
    let end = *ends.last().unwrap();
    let tail = ends[ends.len() - 3];
    let step = std::env::var("STORE_STEP").map_or(STEP, |text| text.parse().unwrap());
    for at in (tail..end).step_by(step).chain(end - 64..end) {
        for is_cut in [true, false] {
            copy(&whole, &scene.folder());
            match is_cut {
                true => cut(&scene.with("-wal"), at),
                false => flip(&scene.with("-wal"), at, 0x04),
            }
            let kept = ends.iter().filter(|end| **end <= at).count() as u64 - 1;
            let (daemon, recovered) = scene.open();
            assert_eq!(state(&recovered), first(kept), "at {at}, cut: {is_cut}");
            let damage = recovered.damage.expect("what is lost is said");
            assert_eq!(damage.committed_seq, Some(6));
            assert_eq!(damage.from, DamageSource::Database);
            assert_eq!(damage.set_aside, None);
            drop(daemon);
        }
    }
    assert_eq!(scene.set_aside(), Vec::<String>::new());
}

#[test]
fn d3_a_log_that_is_gone_is_noticed() {
    let scene = Scene::with_thirty(Log::Left);
    fs::remove_file(scene.with("-wal")).unwrap();
    // Nothing was moved into the database yet: both snapshots were in the log, and one stands beside.
    let damage = starts_damaged(&scene, 20);
    assert_eq!(damage.committed_seq, Some(30));
    assert!(
        matches!(damage.from, DamageSource::Side { seq: 20, .. }),
        "{damage}"
    );
}

#[test]
fn d3_a_database_that_is_empty_cut_or_no_database_is_set_aside_and_the_side_snapshot_is_read() {
    let breaks: [(&str, Break); 5] = [
        ("empty", |path| cut(path, 0)),
        ("one byte", |path| cut(path, 1)),
        ("half", |path| cut(path, bytes(path) / 2)),
        ("no database", |path| {
            fs::write(path, "not a database ".repeat(999)).unwrap()
        }),
        ("header", |path| flip(path, 3, 0xff)),
    ];
    for (name, damage_it) in breaks {
        let scene = Scene::with_thirty(Log::Moved);
        damage_it(&scene.path());
        let broken = fs::read(scene.path()).unwrap();
        let damage = starts_damaged(&scene, 20);
        assert_eq!(damage.committed_seq, Some(30), "{name}");
        assert!(
            matches!(damage.from, DamageSource::Side { seq: 20, .. }),
            "{name}: {damage}"
        );
        let aside = damage.set_aside.expect("it is set aside");
        assert_eq!(fs::read(aside).unwrap(), broken, "{name}: kept as it was");
    }
}

#[test]
fn d3_a_database_that_vanished_is_read_from_the_side_snapshot_or_the_one_before() {
    let scene = Scene::with_thirty(Log::Moved);
    fs::remove_file(scene.path()).unwrap();
    fs::write(scene.with(".snapshot"), "garbage").unwrap();
    let damage = starts_damaged(&scene, 10);
    assert!(damage.what.contains("the database is gone"), "{damage}");
    assert!(
        damage.what.contains("`burnwatch.db.snapshot` is damaged"),
        "{damage}"
    );
    assert_eq!(damage.set_aside, None);
}

#[test]
fn d3_where_nothing_can_be_read_the_empty_state_is_said() {
    let scene = Scene::with_thirty(Log::Moved);
    for ending in ["", ".snapshot", ".snapshot.1"] {
        fs::write(scene.with(ending), "garbage").unwrap();
    }
    let damage = starts_damaged(&scene, 0);
    assert_eq!(damage.from, DamageSource::Nothing);
    assert_eq!(
        damage.to_string().split("; ").nth(4).unwrap(),
        "nothing could be read, and the state is empty",
        "{damage}"
    );
}

/// Runs SQL on a closed store, as a bit of damage that SQLite itself cannot see.
fn alter(scene: &Scene, sql: &str) {
    let database = rusqlite::Connection::open(scene.path()).unwrap();
    database.execute_batch(sql).unwrap();
}

#[test]
fn d3_a_batch_that_is_missing_changed_or_swapped_is_found() {
    let cases = [
        ("DELETE FROM journal WHERE seq = 25", 24, "the journal goes from 24 to 26"),
        ("DELETE FROM journal WHERE seq = 30", 29, "the journal ends at 29, and 30 was committed"),
        ("UPDATE journal SET body = '25 y' WHERE seq = 25", 24, "batch 25 of the journal is damaged"),
        ("UPDATE journal SET at_ms = at_ms + 1 WHERE seq = 26", 25, "batch 26 of the journal is damaged"),
        (
            "UPDATE journal SET body = (SELECT body FROM journal AS other WHERE other.seq = 53 - journal.seq),
             at_ms = (SELECT at_ms FROM journal AS other WHERE other.seq = 53 - journal.seq),
             checksum = (SELECT checksum FROM journal AS other WHERE other.seq = 53 - journal.seq)
             WHERE seq IN (26, 27)",
            25,
            "batch 26 of the journal is damaged",
        ),
    ];
    for (sql, reaches, what) in cases {
        let scene = Scene::with_thirty(Log::Moved);
        alter(&scene, sql);
        let damage = starts_damaged(&scene, reaches);
        assert!(damage.what.contains(what), "{sql}: {damage}");
        assert_eq!(damage.from, DamageSource::Database, "{sql}");
    }
}

#[test]
fn d3_damage_that_the_state_does_not_need_is_said_and_loses_nothing() {
    let cases = [
        "UPDATE snapshot SET body = '1' WHERE seq = 20",
        "UPDATE snapshot SET seq = 21 WHERE seq = 20",
        "DELETE FROM snapshot",
        "UPDATE snapshot SET body = '1' WHERE seq = 10",
        "UPDATE journal SET body = '15 y' WHERE seq = 15",
        "UPDATE meta SET value = '9' WHERE key = 'format'",
        "DELETE FROM meta",
        "DROP TABLE history",
    ];
    for sql in cases {
        let scene = Scene::with_thirty(Log::Moved);
        alter(&scene, sql);
        let damage = starts_damaged(&scene, 30);
        assert!(
            damage.to_string().contains("no input is lost"),
            "{sql}: {damage}"
        );
    }
}

#[test]
fn d3_batches_of_a_damaged_database_follow_the_side_snapshot_as_far_as_they_can_be_verified() {
    let scene = Scene::with_thirty(Log::Moved);
    alter(
        &scene,
        "DELETE FROM snapshot; DELETE FROM journal WHERE seq <= 20; UPDATE journal SET body = '' WHERE seq = 28",
    );
    let damage = starts_damaged(&scene, 27);
    assert!(
        matches!(damage.from, DamageSource::Side { seq: 20, .. }),
        "{damage}"
    );
    assert!(
        damage.to_string().contains("3 of 30 inputs are lost"),
        "{damage}"
    );
}

#[test]
fn d3_an_older_database_under_the_name_is_noticed() {
    let scene = Scene::with_thirty(Log::Moved);
    let old = Scene::new();
    let (mut daemon, _) = old.open();
    for _ in 0..5 {
        daemon.commit().unwrap();
    }
    daemon.store.close().unwrap();
    fs::copy(old.path(), scene.path()).unwrap();
    let damage = starts_damaged(&scene, 20);
    assert!(damage.what.contains("ends at 5"), "{damage}");
}

#[test]
fn d3_a_rebuild_that_was_killed_at_any_step_is_finished_or_begun_again() {
    // The steps: the new database beside; the damaged one moved away; the new one moved into its place.
    for step in ["begun", "built", "moved away"] {
        let scene = Scene::with_thirty(Log::Moved);
        let whole = fs::read(scene.path()).unwrap();
        match step {
            "begun" => fs::write(scene.with(".new"), &whole[..whole.len() / 2]).unwrap(),
            "built" => fs::write(scene.with(".new"), &whole).unwrap(),
            _ => {
                fs::write(scene.with(".new"), &whole).unwrap();
                fs::write(scene.with("-wal"), "left over").unwrap();
                fs::remove_file(scene.path()).unwrap();
            }
        }
        let (mut daemon, recovered) = scene.open();
        assert_eq!(state(&recovered), first(30), "{step}");
        assert_eq!(recovered.damage, None, "{step}");
        assert!(!scene.with(".new").exists(), "{step}");
        daemon.commit().unwrap();
    }
}

#[test]
fn d3_a_half_built_database_is_not_taken_for_one_when_the_old_one_is_gone() {
    let scene = Scene::with_thirty(Log::Moved);
    let whole = fs::read(scene.path()).unwrap();
    fs::write(scene.with(".new"), &whole[..whole.len() / 2]).unwrap();
    fs::remove_file(scene.path()).unwrap();
    starts_damaged(&scene, 20);
}

#[test]
fn d3_a_damaged_history_is_found_and_the_state_goes_on() {
    let scene = Scene::new();
    let (mut daemon, _) = scene.open();
    for _ in 0..400 {
        daemon.commit().unwrap();
    }
    daemon.store.close().unwrap();
    let database = rusqlite::Connection::open(scene.path()).unwrap();
    let sql = "SELECT pageno FROM dbstat WHERE name = 'history' AND pagetype = 'leaf' LIMIT 1";
    let page: u64 = database
        .query_row(sql, [], |row| row.get::<_, i64>(0))
        .unwrap() as u64;
    drop(database);
    // The number of cells of the page.
    flip(&scene.path(), (page - 1) * 4096 + 3, 0x7f);
    let damage = starts_damaged(&scene, 400);
    assert!(damage.to_string().contains("no input is lost"), "{damage}");
    let history = History::open(&scene.path()).unwrap();
    assert_eq!(history.rows(&HistoryFilter::default()).unwrap().len(), 1);
}

#[test]
fn d3_damaged_files_are_kept_up_to_a_number() {
    let scene = Scene::with_thirty(Log::Moved);
    for _ in 0..5 {
        flip(&scene.path(), 3, 0xff);
        let (mut daemon, _) = scene.open();
        daemon.commit().unwrap();
        daemon.snapshot();
        daemon.store.close().unwrap();
    }
    let databases = scene.set_aside();
    let databases = databases
        .iter()
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    assert_eq!(databases.count(), burnwatch::store::DAMAGED_KEPT_MAX);
}

#[test]
fn d3_a_lock_file_that_was_changed_or_emptied_is_said() {
    for is_cut in [true, false] {
        let scene = Scene::with_thirty(Log::Moved);
        match is_cut {
            true => cut(&scene.with(".lock"), 0),
            false => flip(&scene.with(".lock"), 30, 1),
        }
        let damage = starts_damaged(&scene, 30);
        assert!(
            damage
                .to_string()
                .contains("how much is lost cannot be told"),
            "{damage}"
        );
    }
}

#[test]
fn p5_a_cache_that_is_damaged_reads_as_not_kept_and_goes_on() {
    let scene = Scene::with_thirty(Log::Moved);
    let (_daemon, _) = scene.open();
    let blob = vec![7; 5_000];
    let cache = || Cache::open(&scene.path()).unwrap();
    cache().keep(&[("a", 1, &blob), ("b", 2, &blob)]).unwrap();
    let path = scene.with(".cache");
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len() as u64).step_by(61) {
        let _ = fs::remove_file(scene.with(".cache-wal"));
        fs::write(&path, &whole).unwrap();
        flip(&path, at, 0x21);
        let mut cache = cache();
        for key in ["a", "b"] {
            assert!(
                cache.kept(key).is_none_or(|kept| kept.blob == blob),
                "{key} at {at}"
            );
        }
        cache.keep(&[("c", 3, &blob)]).unwrap();
        assert_eq!(cache.kept("c").unwrap().blob, blob, "at {at}");
    }
    fs::write(&path, "garbage".repeat(1000)).unwrap();
    assert_eq!(cache().kept("a"), None);
}

#[test]
fn d3_a_reader_of_a_damaged_history_gets_an_error() {
    let scene = Scene::with_thirty(Log::Moved);
    flip(&scene.path(), 3, 0xff);
    let error = History::open(&scene.path()).unwrap_err();
    assert_eq!(error.fault, StoreFault::Damaged);
    let recovered: Recovered = Daemon::open(&scene.path()).1;
    assert!(recovered.damage.is_some());
}
