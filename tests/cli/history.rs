//! `history`: rows of a store that a daemon has open.

use burnwatch::store::{HistoryRow, Store};

use super::case::{Case, NOW_MS, Outcome};

const MINUTE: i64 = 60_000;
/// The most rows that are shown.
const ROWS_MAX: usize = 10_000;

fn row(minutes_ago: i64, episode: &str, what: &str, receiver: &str, why: &str) -> HistoryRow {
    HistoryRow {
        at_ms: NOW_MS - minutes_ago * MINUTE,
        episode: episode.to_string(),
        kind: "burn".to_string(),
        service: "checkout".to_string(),
        slo: "checkout/latency".to_string(),
        group_labels: "/pay".to_string(),
        severity: "page".to_string(),
        receiver: receiver.to_string(),
        what: what.to_string(),
        why: why.to_string(),
    }
}

/// Two episodes, the first one two days old.
fn rows() -> Vec<HistoryRow> {
    let title = "checkout/latency (/pay) burns its error budget 21 times too fast";
    let slo = "search/freshness".to_string();
    let other = HistoryRow {
        slo: slo.clone(),
        service: "search".to_string(),
        group_labels: String::new(),
        ..row(3, "e2", "resolved", "", "no tier fires any more")
    };
    vec![
        row(2_880, "e1", "opened", "", title),
        row(2_879, "e1", "delivered", "pager", ""),
        row(62, "e1", "failed", "pager", "status 503"),
        row(61, "e1", "resolved", "", "no tier fires any more"),
        other,
    ]
}

/// A workspace whose daemon runs, with these rows.
fn running(rows: &[HistoryRow]) -> (Case, Store) {
    let case = Case::bare().file(
        "burnwatch.yaml",
        "apiVersion: burnwatch/v1\ndaemon: {data: state/b.db}\n",
    );
    let folder = case.path().join("state");
    std::fs::create_dir(&folder).unwrap();
    let (mut store, _) = Store::open(&folder.join("b.db"), NOW_MS).unwrap();
    store.commit(NOW_MS, "[]", rows).unwrap();
    (case, store)
}

#[track_caller]
fn check(arguments: &[&str], code: u8, stdout: &str, stderr: &str) {
    let (case, _store) = running(&rows());
    let found = case.run(&[&["history"], arguments].concat());
    assert_eq!(found.stdout, stdout, "{found:?}");
    assert!(found.stderr.contains(stderr), "{found:?}");
    assert_eq!(stderr.is_empty(), found.stderr.is_empty(), "{found:?}");
    assert_eq!(found.code, code, "{found:?}");
}

#[test]
fn the_last_day_is_shown_beside_a_daemon_that_runs() {
    let expected = "\
time (UTC)           episode  what      why
2026-11-20 22:58:00  e1       failed    pager: status 503
2026-11-20 22:59:00  e1       resolved  checkout/latency (/pay): no tier fires
                                        any more
2026-11-20 23:57:00  e2       resolved  search/freshness: no tier fires any more
";
    check(&[], 0, expected, "");
}

#[test]
fn an_episode_is_shown_whole() {
    let expected = "\
time (UTC)           episode  what       why
2026-11-19 00:00:00  e1       opened     checkout/latency (/pay) burns its error
                                         budget 21 times too fast
2026-11-19 00:01:00  e1       delivered  pager
2026-11-20 22:58:00  e1       failed     pager: status 503
2026-11-20 22:59:00  e1       resolved   checkout/latency (/pay): no tier fires
                                         any more
";
    check(&["e1"], 0, expected, "");
    check(&["1"], 0, expected, "");
    let unknown = "nothing is remembered of an episode `e3`";
    check(&["e3"], 2, "", unknown);
    check(&["e2", "--receiver", "pager"], 2, "", "episode `e2`");
    check(&["checkout"], 2, "", "an episode is written as `e42`");
}

#[test]
fn rows_are_chosen_by_what_they_are_about() {
    let resolved = "\
time (UTC)           episode  what      why
2026-11-20 23:57:00  e2       resolved  search/freshness: no tier fires any more
";
    check(&["--service", "search"], 0, resolved, "");
    check(&["--slo", "search/freshness"], 0, resolved, "");
    check(&["--since", "2026-11-20T23:57:00Z"], 0, resolved, "");
    let failed = "\
time (UTC)           episode  what    why
2026-11-20 22:58:00  e1       failed  pager: status 503
";
    check(&["--receiver", "pager"], 0, failed, "");
    let nothing = "nothing that fits happened since 2026-11-20 23:59 UTC";
    check(&["--since", "1m"], 0, "", nothing);
    check(&["--slo", "search"], 2, "", "written as `service/name`");
}

#[test]
fn the_page_shows_what_is_printed() {
    let title = "checkout/latency (/pay) burns its error budget 21 times too fast";
    let at = |minute: i64, second: i64, what: &str, receiver: &str, why: &str| HistoryRow {
        at_ms: NOW_MS - (80 - minute) * MINUTE + second * 1_000,
        ..row(0, "e2", what, receiver, why)
    };
    let (case, _store) = running(&[
        at(1, 30, "opened", "", title),
        at(1, 30, "sent", "pager", "opened"),
        at(1, 41, "failed", "pager", "status 503"),
        at(1, 43, "sent", "pager", "opened"),
        at(1, 43, "delivered", "pager", ""),
        at(22, 30, "resolved", "", "no tier fires any more"),
    ]);
    let found = case.run(&["history"]).stdout;
    let page = include_str!("../../docs/history.md");
    assert!(page.contains(&format!("```text\n{found}```\n")), "{found}");
}

#[test]
fn tools_read_json() {
    let (case, _store) = running(&rows());
    let found = case.run(&["history", "--service", "search", "--format", "json"]);
    let expected = r#"{
  "version": 1,
  "rows": [
    {
      "id": 5,
      "at": "2026-11-20T23:57:00Z",
      "at_ms": 1795219020000,
      "episode": "e2",
      "kind": "burn",
      "what": "resolved",
      "why": "no tier fires any more",
      "severity": "page",
      "service": "search",
      "slo": "search/freshness",
      "group": null,
      "receiver": null
    }
  ],
  "has_more": false
}
"#;
    assert_eq!(found.stdout, expected);
}

#[test]
fn a_history_that_is_too_long_is_shown_from_its_end() {
    let many = |count: usize| -> Outcome {
        let of = |at: usize| row(1, "e1", "changed", "", &format!("n{at:05}"));
        let rows: Vec<HistoryRow> = (0..count).map(of).collect();
        let (case, _store) = running(&rows);
        case.run(&["history"])
    };
    let most = many(ROWS_MAX);
    assert!(most.stderr.is_empty() && most.stdout.contains("n00000"));
    let more = many(ROWS_MAX + 1);
    assert_eq!(
        more.stderr,
        "there is more: these are the newest 10,000 rows\n"
    );
    assert!(!more.stdout.contains("n00000") && more.stdout.contains("n10000"));
}

#[test]
fn what_was_sent_from_elsewhere_does_not_command_the_terminal() {
    let (case, _store) = running(&[row(1, "e1", "failed", "pager", "\u{1b}[2Jgone")]);
    let found = case.run(&["history"]);
    assert!(found.stdout.contains("\\u{1b}[2Jgone"), "{found:?}");
}

#[test]
fn the_file_is_that_of_the_workspace_or_of_the_command_line() {
    let (case, store) = running(&rows());
    // What was committed and is not in the database yet is seen as well.
    assert!(case.path().join("state/b.db-wal").exists());
    let found = case.run_in("state", &["history", "--data", "b.db", "e1"]);
    assert_eq!((found.code, found.stdout.lines().count()), (0, 7));
    drop(store);
    let found = case.run(&["history", "--data", "none.db"]);
    assert_eq!(found.code, 2);
    assert!(found.stderr.contains("there is no `"), "{found:?}");
    let garbled = Case::bare().file("burnwatch.db", "hunter2 ".repeat(1_000).as_str());
    let found = garbled.run(&["history"]);
    assert_eq!((found.code, found.stdout.is_empty()), (2, true));
    assert!(found.stderr.contains("burnwatch.db"), "{found:?}");
    let broken = Case::bare().file("burnwatch.yaml", "daemon: [");
    let found = broken.run(&["history"]);
    assert_eq!(found.code, 2);
    assert!(found.stderr.contains("with `--data`"), "{found:?}");
}
