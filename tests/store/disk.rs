//! Disks that are full, and files that go away while the daemon runs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use burnwatch::store::{Doing, Store, StoreFault};

use super::child::{Process, number};
use super::scene::{Daemon, Log, START_MS, Scene, copy, first, state};
use super::shim::Shim;

#[test]
fn d4_a_full_disk_harms_nothing_that_is_there_and_heals_without_a_restart() {
    let scene = Scene::new();
    let shim = Shim::new(&scene);
    let mut daemon = shim.start(&scene);
    daemon.says().unwrap();
    for n in 1..=5 {
        assert_eq!(daemon.tell("commit"), format!("committed {n}"));
    }
    assert_eq!(daemon.tell("snapshot"), "done");
    shim.tell("F");
    assert_eq!(daemon.tell("commit"), "failed Commit Full");
    assert_eq!(daemon.tell("commit"), "failed Commit Behind");
    assert_eq!(daemon.tell("snapshot"), "failed Snapshot Behind");
    assert!(daemon.tell("heal").ends_with(" Full"));
    let other = Scene::new();
    copy(&scene.folder(), &other.folder());
    let (_, recovered) = other.open();
    assert_eq!(state(&recovered), first(5), "what was there is there");
    assert_eq!(recovered.damage, None);
    shim.tell("");
    assert_eq!(daemon.tell("heal"), "done");
    assert_eq!(daemon.tell("commit"), "committed 8");
    daemon.kill();
    assert_eq!(state(&scene.open().1), first(8));
}

#[test]
fn d4_a_disk_that_is_full_before_the_start_gives_the_state_and_heals() {
    for log in [Log::Left, Log::Moved] {
        let scene = Scene::with_thirty(log);
        let shim = Shim::new(&scene);
        fs::remove_file(scene.with("-shm")).unwrap();
        shim.tell("F");
        let mut daemon = shim.start(&scene);
        let opened = daemon.says().unwrap();
        assert!(opened.starts_with("30 whole "), "{opened}");
        assert_ne!(opened, "30 whole -", "it is behind");
        assert_eq!(daemon.tell("commit"), "failed Commit Behind");
        shim.tell("");
        assert_eq!(daemon.tell("heal"), "done");
        assert_eq!(daemon.tell("commit"), "committed 32");
        daemon.kill();
        assert_eq!(state(&scene.open().1), first(32));
    }
}

#[test]
fn d4_a_disk_that_is_full_before_a_damaged_start_gives_the_state_and_leaves_the_files() {
    let scene = Scene::with_thirty(Log::Moved);
    fs::write(scene.path(), "garbage").unwrap();
    let shim = Shim::new(&scene);
    shim.tell("F");
    let mut daemon = shim.start(&scene);
    assert_eq!(daemon.says().unwrap(), "20 damaged Full");
    assert_eq!(fs::read_to_string(scene.path()).unwrap(), "garbage");
    assert_eq!(daemon.tell("commit"), "failed Commit Behind");
    shim.tell("");
    assert_eq!(daemon.tell("heal"), "done");
    daemon.kill();
    assert_eq!(state(&scene.open().1), first(21));
    assert_eq!(
        fs::read_to_string(scene.folder().join(&scene.set_aside()[0])).unwrap(),
        "garbage"
    );
}

#[test]
fn d4_a_limit_on_the_size_of_files_fails_a_commit_and_loses_none() {
    let scene = Scene::new();
    let mut daemon = Process::start(&scene.path(), |command| {
        let script = "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"";
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).arg(command.get_program());
        shell
    });
    daemon.says().unwrap();
    let mut known = 0;
    let failed = loop {
        let said = daemon.tell("commit");
        match number(&said) {
            Some(n) => known = n,
            None => break said,
        }
        assert!(known < 10_000, "the limit is met");
    };
    assert_eq!(failed, "failed Commit Io");
    daemon.kill();
    let (_, recovered) = scene.open();
    assert_eq!(recovered.damage, None);
    let found = state(&recovered);
    assert!(
        found == first(known) || found == first(known + 1),
        "{found:?} of {known}"
    );
}

#[test]
fn d4_a_side_snapshot_that_cannot_be_written_stops_nothing() {
    let scene = Scene::with_thirty(Log::Left);
    let (mut daemon, _) = scene.open();
    fs::create_dir(scene.with(".snapshot.tmp")).unwrap();
    let body = daemon.body();
    let error = daemon.store.snapshot(START_MS, &body).unwrap_err();
    assert_eq!(error.doing, Doing::SideSnapshot);
    assert_eq!(daemon.store.behind(), None);
    daemon.commit().unwrap();
    fs::remove_dir(scene.with(".snapshot.tmp")).unwrap();
    daemon.snapshot();
}

/// A daemon of 30 batches loses something, says so, heals, and has everything after a crash.
#[track_caller]
fn loses(what: impl Fn(&Scene), put_back: impl Fn(&Scene)) -> Scene {
    let scene = Scene::with_thirty(Log::Left);
    let (mut daemon, _) = scene.open();
    what(&scene);
    let error = daemon.commit().unwrap_err();
    assert_eq!(
        (error.doing, error.fault),
        (Doing::Commit, StoreFault::Gone)
    );
    assert!(error.is_passing());
    let next = daemon.commit().unwrap_err();
    assert_eq!(next.fault, StoreFault::Behind);
    assert_eq!(daemon.store.behind(), Some(&error));
    put_back(&scene);
    daemon.heal().unwrap();
    assert_eq!(daemon.store.behind(), None);
    daemon.commit().unwrap();
    drop(daemon);
    let (_, recovered) = scene.open();
    assert_eq!(state(&recovered), first(33));
    assert_eq!(recovered.damage, None);
    scene
}

#[test]
fn d5_each_file_that_is_removed_while_the_daemon_runs_is_missed_and_made_again() {
    for ending in ["", "-wal", "-shm", ".lock"] {
        loses(|scene| fs::remove_file(scene.with(ending)).unwrap(), |_| {});
    }
}

#[test]
fn d5_a_folder_that_is_moved_or_removed_is_made_again() {
    let scene = loses(
        |scene| fs::rename(scene.folder(), scene.outside("moved")).unwrap(),
        |_| {},
    );
    let old = Daemon::open(&scene.outside("moved").join("burnwatch.db")).1;
    assert!(state(&old).len() >= 30, "what was moved is as it was");
    loses(|scene| fs::remove_dir_all(scene.folder()).unwrap(), |_| {});
}

#[test]
fn d5_something_else_in_the_place_is_moved_aside() {
    let scene = loses(
        |scene| {
            fs::remove_file(scene.with("")).unwrap();
            fs::create_dir(scene.with("")).unwrap();
        },
        |_| {},
    );
    assert!(scene.set_aside()[0].ends_with('Z'));
    loses(
        |scene| {
            fs::remove_file(scene.with("")).unwrap();
            fs::write(scene.with(""), "something else").unwrap();
        },
        |_| {},
    );
}

#[test]
fn d5_a_file_in_the_place_of_the_folder_is_waited_out() {
    let moved = |scene: &Scene| -> PathBuf { scene.outside("moved") };
    loses(
        |scene| {
            fs::rename(scene.folder(), moved(scene)).unwrap();
            fs::write(scene.folder(), "").unwrap();
        },
        |scene| fs::remove_file(scene.folder()).unwrap(),
    );
    let scene = Scene::with_thirty(Log::Left);
    let (mut daemon, _) = scene.open();
    fs::rename(scene.folder(), moved(&scene)).unwrap();
    fs::write(scene.folder(), "").unwrap();
    daemon.commit().unwrap_err();
    let error = daemon.heal().unwrap_err();
    assert!(error.is_passing(), "{error}");
    assert_eq!(daemon.store.behind(), Some(&error));
}

#[test]
fn d5_nothing_that_can_be_written_is_said_and_healed() {
    let scene = Scene::with_thirty(Log::Moved);
    let shim = Shim::new(&scene);
    let mut daemon = shim.start(&scene);
    daemon.says().unwrap();
    shim.tell("W");
    assert_eq!(daemon.tell("commit"), "failed Commit Io");
    assert!(daemon.tell("heal").starts_with("failed "));
    shim.tell("");
    assert_eq!(daemon.tell("heal"), "done");
    daemon.kill();
    assert_eq!(state(&scene.open().1), first(31));
}

#[test]
fn h3_a_daemon_that_lost_its_folder_to_another_does_not_write_over_it() {
    let scene = Scene::with_thirty(Log::Left);
    let (mut daemon, _) = scene.open();
    fs::rename(scene.folder(), scene.outside("moved")).unwrap();
    copy(&scene.outside("moved"), &scene.folder());
    let (mut other, _) = scene.open();
    for _ in 0..5 {
        other.commit().unwrap();
    }
    daemon.commit().unwrap_err();
    assert_eq!(daemon.heal().unwrap_err().fault, StoreFault::Locked);
    drop(other);
    let error = daemon.heal().unwrap_err();
    assert_eq!(error.fault, StoreFault::Overtaken);
    assert!(!error.is_passing());
    drop(daemon);
    assert_eq!(state(&scene.open().1), first(35));
}

#[test]
fn another_process_that_holds_the_database_is_waited_for_and_then_worked_around() {
    let scene = Scene::with_thirty(Log::Left);
    let (mut daemon, _) = scene.open();
    let shell = rusqlite::Connection::open(scene.path()).unwrap();
    shell.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = daemon.commit().unwrap_err();
    assert_eq!(error.fault, StoreFault::Busy);
    assert_eq!(daemon.heal().unwrap_err().fault, StoreFault::Busy);
    shell.execute_batch("ROLLBACK").unwrap();
    daemon.heal().unwrap();
    daemon.commit().unwrap();
    drop((daemon, shell));
    assert_eq!(state(&scene.open().1), first(32));
}

#[test]
fn a_reader_at_start_and_during_commits_disturbs_nobody() {
    let scene = Scene::with_thirty(Log::Left);
    let reader = rusqlite::Connection::open(scene.path()).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let rows = || -> i64 {
        let sql = "SELECT count(*) FROM history";
        reader.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(rows(), 30);
    let (mut daemon, recovered) = scene.open();
    assert_eq!(recovered.damage, None);
    daemon.commit().unwrap();
    daemon.snapshot();
    assert_eq!(rows(), 30, "its transaction is as it was");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(rows(), 31);
    assert!(Store::open(&scene.path(), START_MS).is_err());
}
