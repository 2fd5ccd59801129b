//! A comment is never longer than GitHub takes, and says what it leaves out.

use burnwatch::preview::COMMENT_CHARS_MAX;

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
    assert!(beyond.contains("Left out, since a comment has a limit: what changes in alerts. `burnwatch preview --base main --format json` has everything."), "{beyond}");
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
