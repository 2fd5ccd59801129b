//! A regular expression of a matcher, compiled once and shared.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::promql::{Search, SearchFault};

/// Where a regular expression stands: both anchor it, not in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Anchoring {
    /// A matcher: `^(?:` and `)$` are put around the text.
    Once,
    /// `match_re` and its like: they are put around it twice.
    Twice,
}

/// A compiled regular expression. Clones share it.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// Alternatives without anything that is special.
    Literals(BTreeSet<String>),
    Search(Search),
}

impl Pattern {
    /// Compiles `text`, and gives what it weighs against `weight_max`; literal alternatives weigh nothing.
    pub(super) fn compile(
        text: &str,
        anchoring: Anchoring,
        weight_max: usize,
    ) -> Result<(Pattern, usize), SearchFault> {
        if let Some(literals) = alternatives(text) {
            return Ok((Pattern(Arc::new(Kind::Literals(literals))), 0));
        }
        // A text such as `a)|(?:b` reaches through the anchors; they are text here as they are there.
        let anchored = match anchoring {
            Anchoring::Once => format!("^(?:{text})$"),
            Anchoring::Twice => format!("^(?:^(?:{text})$)$"),
        };
        let (search, weight) = Search::compile(&anchored, weight_max)?;
        Ok((Pattern(Arc::new(Kind::Search(search))), weight))
    }

    /// Whether it matches `value`.
    pub fn matches(&self, value: &str) -> bool {
        match &*self.0 {
            Kind::Literals(literals) => literals.contains(value),
            Kind::Search(search) => search.is_match(value),
        }
    }

    /// Every value that it matches, if it is written as alternatives without anything special (`a|b`, `(a|b)`, `a\.b`).
    pub fn literals(&self) -> Option<&BTreeSet<String>> {
        match &*self.0 {
            Kind::Literals(literals) => Some(literals),
            Kind::Search(_) => None,
        }
    }
}

fn alternatives(text: &str) -> Option<BTreeSet<String>> {
    let grouped = text
        .strip_prefix("(?:")
        .or_else(|| text.strip_prefix('('))
        .and_then(|inner| inner.strip_suffix(')'));
    let mut literals = BTreeSet::new();
    let mut literal = String::new();
    let mut chars = grouped.unwrap_or(text).chars();
    while let Some(c) = chars.next() {
        match c {
            '|' => {
                literals.insert(std::mem::take(&mut literal));
            }
            '\\' => literal.push(chars.next().filter(char::is_ascii_punctuation)?),
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            plain => literal.push(plain),
        }
    }
    literals.insert(literal);
    Some(literals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, anchoring: Anchoring, yes: &[&str], no: &[&str]) {
        let (pattern, weight) = Pattern::compile(text, anchoring, 1_000).unwrap();
        assert_eq!(pattern.literals().is_some(), weight == 0, "{text}");
        for value in yes {
            assert!(pattern.matches(value), "{text} on {value}");
        }
        for value in no {
            assert!(!pattern.matches(value), "{text} on {value}");
        }
    }

    #[test]
    fn a_pattern_must_match_the_whole_value() {
        use Anchoring::Once;
        check("a.*", Once, &["a", "abc"], &["ba", "a\nb"]);
        check("a|b", Once, &["a", "b"], &["ab", ""]);
        check("a|", Once, &["a", ""], &["b"]);
        check("", Once, &[""], &["a"]);
        check("^a$", Once, &["a"], &["aa"]);
        check("(?i)A|b", Once, &["a", "B"], &["c"]);
    }

    #[test]
    fn a_text_can_reach_through_the_anchors_of_a_matcher_and_not_through_those_of_a_map() {
        check("a)|(?:b", Anchoring::Once, &["ax", "xb"], &["x"]);
        check("a)|(?:b", Anchoring::Twice, &["a", "b"], &["ax", "xb"]);
    }

    #[test]
    fn alternatives_without_anything_special_are_known() {
        let literals = |text: &str| -> Option<Vec<String>> {
            alternatives(text).map(|found| found.into_iter().collect())
        };
        let some = |found: &[&str]| Some(found.iter().map(|s| s.to_string()).collect());
        assert_eq!(literals("b|a"), some(&["a", "b"]));
        assert_eq!(literals("(a|b)"), some(&["a", "b"]));
        assert_eq!(literals("(?:a)"), some(&["a"]));
        assert_eq!(literals(r"a\.b\|c|d"), some(&["a.b|c", "d"]));
        assert_eq!(literals(""), some(&[""]));
        for special in ["a.b", "(a)|(b)", r"\d", "a)|(?:b", "(?i)a", "a\\"] {
            assert_eq!(literals(special), None, "{special}");
        }
    }
}
