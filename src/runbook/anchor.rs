//! The anchors of headings, as GitHub and GitLab make them.

use std::collections::{BTreeMap, BTreeSet};

/// The places of a document that links may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors {
    /// Those that are written as they are; headings are numbered without regard to them.
    written: BTreeSet<String>,
    headings: BTreeSet<String>,
    /// The number that the next heading of the same text gets.
    numbers: BTreeMap<String, usize>,
}

impl Anchors {
    /// Whether a link may name it.
    pub fn contains(&self, anchor: &str) -> bool {
        self.written.contains(anchor) || self.headings.contains(anchor)
    }

    /// Takes in one that is written as it is.
    pub fn insert(&mut self, anchor: &str) {
        self.written.insert(anchor.to_string());
    }

    /// Takes in a heading and gives its anchor; one that another heading has gets a number.
    pub fn heading(&mut self, heading: &str) -> String {
        let plain = anchor(heading);
        let mut own = plain.clone();
        while !self.headings.insert(own.clone()) {
            let number = self.numbers.entry(plain.clone()).or_default();
            *number += 1;
            own = format!("{plain}-{number}");
        }
        own
    }
}

/// The anchor of a heading: lower case; letters, digits, `-` and `_` alone, and a hyphen for each space.
pub fn anchor(heading: &str) -> String {
    let mut plain = String::with_capacity(heading.len());
    for c in heading.trim().chars() {
        match c {
            ' ' => plain.push('-'),
            '-' | '_' => plain.push(c),
            c if c.is_alphanumeric() => plain.extend(c.to_lowercase()),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(heading: &str, expected: &str) {
        assert_eq!(anchor(heading), expected, "{heading}");
    }

    #[test]
    fn an_anchor_is_that_of_github() {
        check("Confirm", "confirm");
        check("How do I confirm?", "how-do-i-confirm");
        check("page-1h", "page-1h");
        check("a_b, c & d", "a_b-c--d");
        check("Größe 2", "größe-2");
    }

    #[test]
    fn an_anchor_that_is_taken_gets_a_number() {
        let mut anchors = Anchors::default();
        let given = ["A-1", "A", "a", "a!", "a-1"].map(|heading| anchors.heading(heading));
        assert_eq!(given, ["a-1", "a", "a-2", "a-3", "a-1-1"]);
    }

    #[test]
    fn an_anchor_that_is_written_leaves_those_of_headings_as_they_are() {
        let mut anchors = Anchors::default();
        anchors.insert("confirm");
        assert_eq!(anchors.heading("Confirm"), "confirm");
        anchors.insert("b");
        assert!(anchors.contains("b") && !anchors.contains("confirm-1"));
    }
}
