//! The reliability matrix: what is wanted of the daemon under each fault, and the tests that bear the fault's id.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::pages::check;

/// A fault.
struct Row {
    id: &'static str,
    fault: &'static str,
    wanted: &'static str,
    /// What Prometheus with Alertmanager does, or another incumbent.
    others: &'static str,
}

const fn row(
    id: &'static str,
    fault: &'static str,
    wanted: &'static str,
    others: &'static str,
) -> Row {
    Row {
        id,
        fault,
        wanted,
        others,
    }
}

const ROWS: &[Row] = &[
    row(
        "D1",
        "SIGKILL at every step of a delivery",
        "the next daemon delivers it; keyed receivers see one incident, others a marked repeat",
        "Alertmanager sends it twice (M)",
    ),
    row(
        "D2",
        "SIGKILL after a page; the condition clears while nothing runs",
        "resolved once, with the same key",
        "Alertmanager never resolves it (M)",
    ),
    row(
        "D3",
        "the store is cut or changed anywhere",
        "the end of the log recovers to the last commit; other damage is set aside, said and paged, and never stops a start",
        "Alertmanager exits, or starts empty (M)",
    ),
    row(
        "D4",
        "the disk is full, before and during a page",
        "the page goes out, the daemon is not ready, and heals by itself",
        "0.26 and later may write over good state",
    ),
    row(
        "D5",
        "the folder of the store vanishes or cannot be written",
        "as D4",
        "an error in a metric",
    ),
    row(
        "D6",
        "a sync to the disk fails",
        "nothing is taken for written until all is written anew",
        "not handled",
    ),
    row(
        "D7",
        "SIGTERM with a page in flight",
        "it is finished within the grace and known; a second signal stops at once",
        "Alertmanager cancels it and repeats it (M)",
    ),
    row(
        "D8",
        "429 with `Retry-After` in seconds or as a date",
        "the pause is kept; one that is too long for a page brings the fallback",
        "waits a whole group interval, or loses it (M)",
    ),
    row(
        "D9",
        "5xx, 408, resets, TLS failures, unknown and closed hosts",
        "delivered soon after the recovery, with bounded attempts",
        "right for 5xx",
    ),
    row(
        "D10",
        "receivers that hang, trickle or never end",
        "given up within seconds; others are not delayed",
        "costs a whole group interval (M)",
    ),
    row(
        "D11",
        "a refusal for good",
        "not repeated; the fallback is told at once; what is too large is made smaller once",
        "dropped until the next flush",
    ),
    row(
        "D12",
        "a success that means no",
        "never taken for a delivery",
        "Alertmanager sees it for Slack alone",
    ),
    row(
        "D13",
        "a redirect to another host",
        "not followed",
        "credentials were forwarded until prometheus/common 0.69",
    ),
    row(
        "D14",
        "one of several receivers is down",
        "the others are told in time",
        "one queue for all until Prometheus 3 (#16355)",
    ),
    row(
        "D15",
        "fire, resolve, fire while the receiver is down",
        "then the state of now, in order",
        "may say firing after resolved (#4008)",
    ),
    row(
        "D16",
        "a page that was over before anybody could be told",
        "told as what it was, and not as fresh",
        "nothing is sent (M)",
    ),
    row(
        "D17",
        "the receivers of a team refuse or do not answer in time",
        "the fallback is told why",
        "there is none",
    ),
    row(
        "D18",
        "a receiver chokes on one message",
        "that one is made smaller; others go on",
        "dropped",
    ),
    row(
        "D19",
        "a condition that toggles for an hour",
        "two pages, and resolved at the end",
        "pages at each group interval",
    ),
    row(
        "D20",
        "thousands of SLOs fire at once",
        "one message of all for each receiver within its limits, pages first",
        "PagerDuty's limits apply",
    ),
    row(
        "D21",
        "mail: 4xx, 5xx, no STARTTLS, a connection lost after the text",
        "retried, refused, and the same Message-Id in each attempt",
        "a random Message-Id",
    ),
    row(
        "E1",
        "the query fails in any way while something fires",
        "it goes on firing; the owner is told once that nothing can be seen",
        "resolved after 4 minutes while the outage goes on (M)",
    ),
    row(
        "E2",
        "an answer that may lack series",
        "a failure, unless it is allowed",
        "vmalert evaluates it",
    ),
    row(
        "E3",
        "NaN, infinite and negative numbers; no traffic",
        "no count, which blinds its group alone; no traffic burns nothing",
        "resolves silently",
    ),
    row(
        "E4",
        "series that were never there, or vanish in an incident",
        "held and blind, never resolved",
        "resolved",
    ),
    row(
        "E5",
        "too many series or groups, several of one group",
        "that SLO alone fails; what is watched stays watched",
        "`limit` wipes all of them",
    ),
    row(
        "E6",
        "Prometheus answers and has nothing new",
        "stale, and blind",
        "not noticed",
    ),
    row(
        "E7",
        "samples that come late",
        "no other verdict than in time, or none",
        "flaps (VictoriaMetrics #865)",
    ),
    row(
        "E8",
        "targets restart and counters begin anew",
        "nothing is lost or made up",
        "right",
    ),
    row(
        "E9",
        "the clock is set, the machine sleeps",
        "evaluations go by the source's time; nothing is made up for, nothing resolved",
        "pending alerts fire at once",
    ),
    row(
        "E10",
        "the clock of the source is another",
        "noticed, said, and used",
        "alerts that have ended already (#10342)",
    ),
    row(
        "E11",
        "a slow question",
        "given up before the next; no other is delayed",
        "the group is serial",
    ),
    row(
        "E12",
        "a start with thousands of SLOs",
        "spread, and never more at once than allowed",
        "spread",
    ),
    row(
        "E13",
        "Prometheus is overloaded",
        "asked less, pages first; what is left out is counted",
        "no backoff",
    ),
    row(
        "E14",
        "SIGKILL in the middle of `for`",
        "goes on waiting, and does not begin anew",
        "begins anew (M)",
    ),
    row(
        "E15",
        "two servers with different data",
        "one answers all of an evaluation; the next where it cannot",
        "one URL",
    ),
    row(
        "E16",
        "a burn that swings around its threshold",
        "one page",
        "right",
    ),
    row(
        "E17",
        "one error of two requests",
        "nobody is woken",
        "pages (pyrra #1925)",
    ),
    row(
        "E18",
        "the rules and the daemon on the same samples",
        "the same intervals",
        "-",
    ),
    row(
        "C1",
        "a broken configuration, a half-written file, a swapped link",
        "nothing changes, and it is said",
        "right",
    ),
    row(
        "C2",
        "targets, tiers, teams, receivers and files change in an incident",
        "who is told changes, and nobody else hears of it",
        "state is lost with a rename",
    ),
    row(
        "C3",
        "an SLO is removed while it fires",
        "resolved with that reason",
        "times out",
    ),
    row(
        "C4",
        "a hundred reloads in a second",
        "no page is cancelled; the last one holds",
        "half groups (#3407)",
    ),
    row(
        "C5",
        "a secret is replaced while a page is open",
        "resolved with the key that opened it; the next page has the new one",
        "read at each send",
    ),
    row(
        "H1",
        "two daemons side by side",
        "one incident where keys are known",
        "right",
    ),
    row(
        "H4",
        "one of two daemons cannot see",
        "it resolves nothing of the other",
        "may resolve (#4008)",
    ),
    row(
        "S2",
        "thousands of evaluations with random faults of clock, network, receivers and disk",
        "whatever is opened is resolved or owed; one episode of a subject; memory is bounded",
        "no such test",
    ),
    row(
        "X1",
        "any part of the way of a page breaks",
        "the heartbeat stops within two beats",
        "`Watchdog` sees a part",
    ),
    row(
        "X2",
        "`burnwatch page --test`",
        "goes the way of a page, is marked, resolves itself",
        "`amtool alert add`",
    ),
    row(
        "P1",
        "secrets in every field, and errors about them",
        "in no log, page, metric, file or error",
        "found again and again",
    ),
    row(
        "P2",
        "links to this machine under every spelling, names that change their address",
        "not connected without permission",
        "judged before they are connected",
    ),
    row(
        "P3",
        "labels with quotes, line ends, markup and mentions",
        "shown as they are, and do nothing",
        "CVE-2023-40577",
    ),
];

/// The tests whose names begin with an id, with where they are.
fn tests() -> BTreeMap<String, Vec<(String, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut folders = vec![root.join("src"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the repository") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let below = path.strip_prefix(root).expect("it is below");
            let mut parts = below
                .components()
                .map(|part| part.as_os_str().to_string_lossy());
            let place = match parts.next().as_deref() {
                Some("tests") => parts.next().unwrap_or_default().into_owned(),
                _ => format!("{}, unit", parts.next().unwrap_or_default()),
            };
            let text = fs::read_to_string(&path).expect("a source is text");
            for (ids, name) in text.lines().filter_map(named) {
                for id in ids {
                    let of_id = tests.entry(id).or_default();
                    of_id.push((place.clone(), name.to_string()));
                }
            }
        }
    }
    tests.values_mut().for_each(|of_id| of_id.sort());
    tests
}

/// The ids of a test, and its name: `fn d4_d6_random_faults` has two.
fn named(line: &str) -> Option<(Vec<String>, &str)> {
    let line = line.trim_start();
    let line = line.strip_prefix("async ").unwrap_or(line);
    let name = line.strip_prefix("fn ")?.split('(').next()?;
    let is_id = |part: &&str| {
        let (letter, digits) = part.split_at(part.len().min(1));
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        "dechsxp".contains(letter) && !letter.is_empty() && is_number
    };
    let ids: Vec<String> = name
        .split('_')
        .take_while(is_id)
        .map(str::to_uppercase)
        .collect();
    (!ids.is_empty()).then_some((ids, name))
}

#[test]
fn every_row_of_the_reliability_matrix_has_tests_and_its_page_names_them() {
    let tests = tests();
    let mut text = String::from(include_str!("reliability_head.md"));
    for Row {
        id,
        fault,
        wanted,
        others,
    } in ROWS
    {
        let of_id = tests.get(*id);
        let of_id = of_id.unwrap_or_else(|| panic!("no test bears the id {id}"));
        let _ = write!(
            text,
            "## {id}: {fault}\n\nWanted: {wanted}. Others: {others}.\n\n"
        );
        for (place, name) in of_id {
            let words = name.replace('_', " ");
            let measured = match [
                "s2_many_seeds",
                "e18_rules_and_engine_fire_alike_in_a_thousand_random_traces",
            ]
            .contains(&name.as_str())
            {
                true => ", *measurement*",
                false => "",
            };
            let _ = writeln!(text, "- {words} (`{place}`{measured})");
        }
        text.push('\n');
    }
    check("docs/reliability.md", &format!("{}\n", text.trim_end()));
}

#[test]
fn the_promise_stands_in_the_page_word_for_word() {
    let promise = "> A page whose condition held at an evaluation that succeeded is delivered at least once to each receiver of its team, unless the receiver refuses it for good or the page expires, and then the team's fallback is told. Every page that was opened is resolved, across crashes, restarts, reloads and silenced receivers. Repeats are invisible where the receiver knows keys (PagerDuty, Opsgenie, Alertmanager) and marked elsewhere. Nothing is ever resolved because burnwatch could not see.";
    assert!(include_str!("reliability_head.md").contains(promise));
}
