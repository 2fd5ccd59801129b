//! `docs/pagers.md`: what each pager gets and its limits, made from the pagers. `UPDATE=1` writes it anew.

use std::fmt::Write;

use burnwatch::notify::{Cadence, Identity, News, Pager, Size, pagers};

use crate::rendered::sent;
use crate::samples::{golden, message, receiver, resolved};
use crate::statuses::table;

const HEAD: &str = include_str!("page_head.md");

fn section(pager: &dyn Pager) -> String {
    let kind = pager.kind();
    let mut text = format!("## `{kind}`\n\n{}\n\n", pager.doc());
    let repeat = match pager.identity() {
        Identity::Keyed => "A repeat is not seen.",
        Identity::Unkeyed => "A possible repeat says that it is one.",
    };
    let budget = pager.budget();
    let _ = write!(
        text,
        "{repeat} At most {} at once, then one every {}.",
        budget.burst, budget.refill
    );
    if let Cadence::While { every, resolved } = pager.cadence() {
        let _ = write!(
            text,
            " Told again every {every} while it goes on, and for {resolved} after it is over."
        );
    }
    text.push_str("\n\n| part | at most |\n|---|---|\n");
    for limit in pager.limits() {
        let part = match limit.part {
            "" => "the whole body".to_string(),
            part => format!("`{part}`"),
        };
        let _ = writeln!(text, "| {part} | {} {} |", limit.most, limit.measure.unit());
    }
    let receiver = receiver(kind);
    for (name, message) in [
        ("It begins", message(News::Opened)),
        ("It is over", message(resolved())),
    ] {
        let _ = write!(
            text,
            "\n{name}:\n\n```text\n{}```\n",
            sent(&receiver, &message, Size::Whole)
        );
    }
    if kind != "email" {
        let _ = write!(text, "\n{}", statuses(pager, |row| row.starts_with('2')));
    }
    text
}

/// The rows of statuses that `is_shown`.
fn statuses(pager: &dyn Pager, is_shown: fn(&str) -> bool) -> String {
    let mut text = "| status | |\n|---|---|\n".to_string();
    for (statuses, verdict) in table(pager).iter().filter(|(row, _)| is_shown(row)) {
        let _ = writeln!(text, "| {statuses} | {verdict} |");
    }
    text
}

#[test]
fn what_is_no_success_is_judged_alike() {
    let first = pagers::all()[0];
    for pager in pagers::all().iter().filter(|pager| pager.kind() != "email") {
        let failures = |pager| statuses(pager, |row| !row.starts_with('2'));
        assert_eq!(failures(*pager), failures(first), "{}", pager.kind());
    }
}

#[test]
fn the_page_of_pagers_says_what_they_do() {
    let failures = statuses(pagers::all()[0], |row| !row.starts_with('2'));
    let mut text = HEAD.replace("STATUSES\n", &failures);
    for pager in pagers::all() {
        let _ = write!(text, "\n{}", section(*pager));
    }
    golden("docs/pagers.md", &text);
}

#[test]
fn the_page_names_every_value_of_a_body() {
    let receiver = receiver("webhook-own");
    let values =
        pagers::template_values(&message(News::Opened), &receiver.address(None), Size::Whole);
    for name in values.as_object().unwrap().keys() {
        assert!(
            HEAD.contains(&format!("`{name}`")),
            "`{name}` is not on the page"
        );
    }
}

#[test]
fn pagers_have_names_of_their_own_and_receivers_find_them() {
    let mut kinds: Vec<&str> = pagers::all().iter().map(|pager| pager.kind()).collect();
    for kind in &kinds {
        assert_eq!(receiver(kind).is().kind(), *kind);
    }
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), pagers::all().len());
}
