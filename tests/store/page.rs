//! The commands of `docs/store.md`, run.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::scene::{Log, Scene, first, state};

/// The blocks of the page in one language.
fn blocks(language: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/store.md");
    let page = fs::read_to_string(page).unwrap();
    let begin = format!("```{language}\n");
    let blocks = page.split(&begin).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap().to_string())
        .collect()
}

#[test]
fn every_statement_of_the_page_runs_and_the_backup_is_restored_as_it_says() {
    let scene = Scene::with_thirty(Log::Moved);
    let statements = blocks("sql");
    assert_eq!(statements.len(), 4);
    let shell = rusqlite::Connection::open(scene.path()).unwrap();
    let backup = scene.folder().join("backup.db");
    for sql in &statements {
        let sql = sql.replace("backup.db", backup.to_str().unwrap());
        let sql = sql.replace("checkout/availability", "shop/orders");
        let sql = sql.replace("'delivered'", "'opened'");
        let mut statement = shell.prepare(&sql).unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut count = 0;
        while rows.next().unwrap().is_some() {
            count += 1;
        }
        let expected = match sql.split(' ').next().unwrap() {
            "SELECT" if sql.contains("GROUP BY") => 1,
            "SELECT" => 20,
            _ => 0,
        };
        assert_eq!(count, expected, "{sql}");
    }
    drop(shell);
    let (mut daemon, _) = scene.open();
    daemon.commit().unwrap();
    daemon.snapshot();
    drop(daemon);
    let restore = blocks("sh");
    assert_eq!(restore.len(), 1);
    let mut sh = Command::new("sh");
    let status = sh
        .args(["-e", "-c", &restore[0]])
        .current_dir(scene.folder());
    assert!(status.status().unwrap().success());
    let (mut daemon, recovered) = scene.open();
    assert_eq!(state(&recovered), first(30));
    assert_eq!((&recovered.damage, recovered.is_new), (&None, false));
    daemon.commit().unwrap();
}

#[test]
fn another_sqlite_reads_the_history_and_backs_up_while_the_daemon_runs() {
    let scene = Scene::with_thirty(Log::Left);
    let (mut daemon, _) = scene.open();
    let script = "
import sqlite3, sys
store = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
print(store.execute('SELECT count(*) FROM history_utc').fetchone()[0])
backup = sqlite3.connect(sys.argv[2])
store.backup(backup)
print(backup.execute('PRAGMA integrity_check').fetchone()[0])
";
    let backup = scene.outside("backup.db");
    let output = Command::new("python3")
        .args(["-c", script])
        .args([scene.path(), backup.clone()])
        .output()
        .expect("python3 is there, which the tests of the action need too");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        said,
        "30\nok\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    daemon.commit().unwrap();
    let other = Scene::new();
    fs::rename(backup, other.path()).unwrap();
    assert_eq!(state(&other.open().1), first(30));
}
