//! Regular expressions as Go's `regexp` takes them by themselves: the syntax of RE2, not anchored, and `.` stops at line ends.
//!
//! Prometheus anchors its patterns and lets `.` match line ends (`re2`); Alertmanager puts its own anchors around
//! them as text and does not.

use super::re2::{COMPILED_BYTES_MAX, NESTING_MAX, UNICODE_CLASS_WEIGHT, parse, rewrite};

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Search(regex::Regex);

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchFault {
    /// Go refuses it, for this reason.
    Malformed(String),
    /// Go takes it, and it would take more memory than it is given.
    TooLarge,
}

impl Search {
    /// The compiled pattern and its weight: its length times its most repetitions, more with Unicode classes. What
    /// weighs more than `weight_max` is not compiled. A unit of weight takes at most some 256 bytes.
    ///
    /// # Errors
    ///
    /// Why the text is no pattern.
    pub fn compile(text: &str, weight_max: usize) -> Result<(Search, usize), SearchFault> {
        if text.len() > weight_max {
            return Err(SearchFault::TooLarge);
        }
        let (rewritten, repetitions) = rewrite(text).map_err(SearchFault::Malformed)?;
        let unicode = match text.contains("\\p") || text.contains("\\P") {
            true => UNICODE_CLASS_WEIGHT,
            false => 1,
        };
        let weight = text
            .len()
            .saturating_mul(repetitions as usize)
            .saturating_mul(unicode);
        if weight > weight_max {
            return Err(SearchFault::TooLarge);
        }
        parse(&rewritten).map_err(SearchFault::Malformed)?;
        let compiled = regex::RegexBuilder::new(&rewritten)
            .nest_limit(NESTING_MAX)
            .size_limit(COMPILED_BYTES_MAX)
            .build();
        match compiled {
            Ok(regex) => Ok((Search(regex), weight)),
            Err(_) => Err(SearchFault::TooLarge),
        }
    }

    /// Whether the pattern matches somewhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHT_MAX: usize = 1_000;

    fn check(pattern: &str, yes: &[&str], no: &[&str]) {
        let (search, _) = Search::compile(pattern, WEIGHT_MAX).unwrap();
        for text in yes {
            assert!(search.is_match(text), "{pattern} on {text}");
        }
        for text in no {
            assert!(!search.is_match(text), "{pattern} on {text}");
        }
    }

    #[test]
    fn a_pattern_matches_anywhere_and_a_dot_stops_at_line_ends() {
        check("b", &["abc"], &["ac"]);
        check("^(?:a.c)$", &["abc"], &["a\nc", "abcd", "abc\n"]);
        check("^(?:(?s)a.c)$", &["a\nc"], &[]);
        check("^(?:a)|(?:b)$", &["ax", "xb"], &["xax"]);
        check(r"^(?:\d+)$", &["12"], &["٣"]);
    }

    #[test]
    fn what_go_refuses_is_malformed() {
        for pattern in ["^(?:*)$", "^(?:a{1001})$", "^(?:()$", "^(?:(?=a))$"] {
            let refused = Search::compile(pattern, usize::MAX);
            assert!(
                matches!(refused, Err(SearchFault::Malformed(_))),
                "{pattern}"
            );
        }
    }

    #[test]
    fn the_weight_of_a_pattern_has_an_edge() {
        let fits = "[a]".repeat(WEIGHT_MAX / 3) + "b";
        let (_, weight) = Search::compile(&fits, WEIGHT_MAX).unwrap();
        assert_eq!(weight, WEIGHT_MAX);
        let refused = |pattern: &str| Search::compile(pattern, WEIGHT_MAX).err();
        assert_eq!(refused(&format!("{fits}c")), Some(SearchFault::TooLarge));
        assert_eq!(refused("a{500}"), Some(SearchFault::TooLarge));
        assert_eq!(refused(r"\pL\pL\pL\pL"), Some(SearchFault::TooLarge));
    }
}
