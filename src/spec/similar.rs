//! Names that are so much alike that one was probably meant by the other.

use crate::base::Span;
use crate::diagnostics::{Edit, Finding};

/// How alike two names must be for one to be suggested, as Jaro-Winkler similarity.
const ALIKE: f64 = 0.82;

/// A finding that suggests `name` in place of what stands at `span`.
pub fn similar(finding: Finding, span: Span, name: &str) -> Finding {
    finding.patch(
        format!("`{name}` is similar"),
        vec![Edit {
            span,
            text: name.to_string(),
        }],
    )
}

/// The candidate that is so much like `text` that it was probably meant.
pub fn closest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = text.to_ascii_lowercase();
    candidates
        .map(|name| (alike(&lower, &name.to_ascii_lowercase()), name))
        .filter(|(score, _)| *score >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// What the same letters in another order are worth, beside one that is another.
const SAME_LETTERS: f64 = 0.1;

/// How much alike two names are. One slip of a finger is enough in a short one, of which little is left to compare.
fn alike(one: &str, other: &str) -> f64 {
    let alike = strsim::jaro_winkler(one, other);
    if one.len().max(other.len()) < 2 || strsim::osa_distance(one, other) > 1 {
        return alike;
    }
    match letters(one) == letters(other) {
        true => alike.max(ALIKE + SAME_LETTERS),
        false => alike.max(ALIKE),
    }
}

fn letters(name: &str) -> Vec<char> {
    let mut letters: Vec<char> = name.chars().collect();
    letters.sort_unstable();
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let fields = ["url", "sli", "to", "of", "for", "objective", "labels"];
        assert_eq!(closest(text, fields.into_iter()), expected, "{text}");
    }

    #[test]
    fn one_slip_is_enough_in_a_short_name() {
        check("ul", Some("url"));
        check("sil", Some("sli"));
        check("ot", Some("to"));
        check("fro", Some("for"));
        check("x", None);
        check("in", None);
    }

    #[test]
    fn a_long_name_may_differ_more() {
        check("objetive", Some("objective"));
        check("Label", Some("labels"));
        check("handler", None);
        check("description", None);
    }
}
