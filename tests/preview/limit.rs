//! A comment is never longer than GitHub takes, and says what it leaves out.

use burnwatch::model::SloId;
use burnwatch::preview::{
    Alert, Base, Began, COMMENT_CHARS_MAX, Checks, Comparison, Definition, Event, EventKind, Kind,
    Moved, Outcome, Row, Seen, Simulated, markdown,
};
use burnwatch::replay::{Note, Span};

use super::rendered::rendered;
use super::run::since_main;
use crate::kit::repository::{Repository, file, slo};

/// The comment on so many new SLOs with alerts, and on two with descriptions of so many characters together, two at least.
fn comment(slos: usize, policy: &str, padding: usize) -> String {
    let repository = Repository::new();
    let mut all: Vec<String> = (0..slos)
        .map(|at| slo(&format!("new_{at:04}_{}", "x".repeat(40)), policy))
        .collect();
    let described = |name: &str, policy: &str, chars: usize| {
        let text = format!("99.9\n    description: {}", "d".repeat(chars));
        slo(name, policy).replace("99.9", &text)
    };
    all.push(described("one", "calm", padding / 2));
    all.push(described("two", "loud", padding.div_ceil(2)));
    repository.write("slos/a.yaml", &file("shop", &all));
    since_main(&repository)
}

fn chars(comment: &str) -> usize {
    comment.encode_utf16().count()
}

#[test]
fn alerts_are_left_out_first() {
    let whole = comment(100, "loud", 10);
    assert!(
        whole.contains("```diff") && !whole.contains("Left out"),
        "{}",
        chars(&whole)
    );
    // The length of the description is what is between the comment and its limit.
    let each = chars(&comment(101, "loud", 10)) - chars(&whole);
    let slos = 100 + (COMMENT_CHARS_MAX - chars(&whole)) / each;
    let almost = chars(&comment(slos, "loud", 10));
    let room = COMMENT_CHARS_MAX - almost;
    assert!(room < 380, "{room}");
    let full = comment(slos, "loud", 10 + room);
    assert_eq!(chars(&full), COMMENT_CHARS_MAX);
    assert!(full.contains("```diff") && !full.contains("Left out"));
    let beyond = comment(slos, "loud", 11 + room);
    assert!(!beyond.contains("```diff"), "{}", chars(&beyond));
    assert!(beyond.contains("Left out, since a comment has a limit: what changes in alerts. `burnwatch preview --format json --base main` has everything."), "{beyond}");
    assert_eq!(rendered(&beyond).rows.len(), slos + 3);
}

#[test]
fn rows_are_left_out_last_and_counted() {
    let slos = 2_000;
    let comment = comment(slos, "loud", 10);
    let (shown, left) = (rendered(&comment).rows.len() - 1, chars(&comment));
    assert!(left <= COMMENT_CHARS_MAX, "{left}");
    assert!(left > COMMENT_CHARS_MAX - 300, "{left}");
    let said = format!(
        "Left out, since a comment has a limit: what changes in alerts, {} rows of the table.",
        slos + 2 - shown
    );
    assert!(comment.contains(&said), "{said}\n{comment}");
}

/// A row that pages, with texts as long as they come.
fn row(at: usize) -> Row {
    let long = "\u{1f525}".repeat(300);
    let definition = |percent: &str| Definition {
        objective: burnwatch::model::objective::Objective::new(percent.parse().unwrap()).unwrap(),
        period: "month of America/Argentina/ComodRivadavia".to_string(),
        budget_ms: 2_592_000,
        alerts: vec![Alert {
            tier: "fast".to_string(),
            severity: "page".to_string(),
            condition: percent.to_string(),
            receivers: vec![long.clone()],
            runbook: Some(long.clone()),
        }],
    };
    let event = Event {
        from_ms: at as i64,
        began: Began::Then,
        to_ms: None,
        kind: EventKind::Page,
        severity: "page".to_string(),
        tiers: vec!["fast".to_string()],
        group: long.clone(),
        burn_max: Some(20.0),
        spent: None,
        seen: Seen::New,
    };
    let outcome = Outcome {
        pages: 1,
        tickets: 0,
        good: Some(0.9),
        left: Some(0.5),
        groups: 1,
        groups_refused: at,
        data_from_ms: Some(at as i64),
        blind_ms: at as i64 + 1,
        notes: vec![Note::WithoutCount {
            groups: at,
            longest_ms: at as i64,
        }],
    };
    Row {
        id: SloId {
            service: "s".repeat(63).parse().unwrap(),
            name: format!("{at:063}").parse().unwrap(),
        },
        kind: Kind::Changed(Vec::new()),
        old: Some(definition("99.9")),
        new: Some(definition("99.5")),
        simulated: Simulated::Asked {
            old: Some(Err(format!("{at} {long}"))),
            new: Some(Ok(outcome)),
            events: vec![event],
        },
    }
}

/// So many rows, and everything else that a comment can have.
pub fn comparison(rows: usize) -> Comparison {
    let moved = |at: usize| Moved {
        id: row(at).id,
        from: "\u{1f525}".repeat(300),
        to: "\u{1f525}".repeat(300),
    };
    Comparison {
        base: Base {
            reference: "\u{1f525}".repeat(300),
            commit: "0123456789ab".to_string(),
            unread: 1,
        },
        unread: 1,
        rows: (0..rows).map(row).collect(),
        unchanged: 7,
        moved: (0..100).map(moved).collect(),
        checks: Checks::default(),
        span: Some(Span {
            from_ms: 0,
            to_ms: 3_600_000,
        }),
    }
}

#[test]
fn parts_are_left_out_in_their_order_and_each_is_said() {
    let comparison = comparison(30);
    let most = chars(&markdown(&comparison, None, usize::MAX));
    let mut seen = Vec::new();
    for chars_max in (0..=most).rev().step_by(1_499).chain([most]) {
        let text = markdown(&comparison, None, chars_max);
        let shown = (
            text.contains("```diff"),
            text.contains("When it would have paged"),
            text.matches("| 99.9 % → **99.5 %** |").count(),
        );
        let said = |what: &str| text.contains(what);
        assert_eq!(!shown.0, said("what changes in alerts"), "{text}");
        assert_eq!(!shown.1, said("when it would have paged"), "{text}");
        let rows = format!(
            ", {} of the table",
            match 30 - shown.2 {
                1 => "1 row".to_string(),
                rows => format!("{rows} rows"),
            }
        );
        assert_eq!(shown.2 < 30, said(&rows), "{rows}: {text}");
        assert!(
            shown.0 <= shown.1 && (!shown.1 || shown.2 == 30),
            "{shown:?}"
        );
        // Without a single row it is as short as it can be.
        assert!(
            chars(&text) <= chars_max || shown == (false, false, 0),
            "{chars_max}"
        );
        seen.push((shown.0, shown.1, shown.2 == 30));
        rendered(&text);
    }
    for expected in [
        (true, true, true),
        (false, true, true),
        (false, false, true),
        (false, false, false),
    ] {
        assert!(seen.contains(&expected), "{expected:?}");
    }
}

#[test]
fn whatever_is_simulated_it_fits_into_a_comment() {
    let text = markdown(&comparison(2_000), None, COMMENT_CHARS_MAX);
    assert!(chars(&text) <= COMMENT_CHARS_MAX, "{}", chars(&text));
    rendered(&text);
}
