//! What matchers let through, in bounded time: patterns of users are compiled only as often as a selector that somebody means
//! needs it.

use crate::promql::{MatchOp, Matcher};

/// Matchers of one selector that are compared with each other.
pub const MATCHERS_MAX: usize = 64;
/// Patterns that are compiled for one selector.
const COMPILED_MAX: u32 = 32;
/// The longest pattern that is compiled here, in bytes.
const PATTERN_BYTES_MAX: usize = 256;

/// The patterns that may still be compiled for one selector.
pub struct Patterns {
    left: u32,
}

impl Default for Patterns {
    fn default() -> Patterns {
        Patterns { left: COMPILED_MAX }
    }
}

impl Patterns {
    /// Whether `matcher` lets `value` through; `None` where it would take too long to find out.
    pub fn lets_through(&mut self, matcher: &Matcher, value: &str) -> Option<bool> {
        if matches!(matcher.op, MatchOp::Regex | MatchOp::NotRegex) {
            let pattern = &matcher.value;
            // Repetitions and Unicode classes make large automata of short patterns.
            if pattern.len() > PATTERN_BYTES_MAX || pattern.contains(['{', '\\']) {
                return None;
            }
            self.left = self.left.checked_sub(1)?;
        }
        Some(matcher.matches(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, expected: Option<bool>) {
        let matcher = Matcher::new("a", MatchOp::Regex, pattern);
        assert_eq!(
            Patterns::default().lets_through(&matcher, "500"),
            expected,
            "{pattern}"
        );
    }

    #[test]
    fn patterns_that_may_be_large_are_left_alone() {
        check("5..", Some(true));
        check("4..", Some(false));
        check("5.{2}", None);
        check(r"\d+", None);
        check(&".".repeat(PATTERN_BYTES_MAX), Some(false));
        check(&".".repeat(PATTERN_BYTES_MAX + 1), None);
    }

    #[test]
    fn a_selector_has_so_many_patterns_and_no_more() {
        let matcher = Matcher::new("a", MatchOp::Regex, "5..");
        let mut patterns = Patterns::default();
        for _ in 0..COMPILED_MAX {
            assert_eq!(patterns.lets_through(&matcher, "500"), Some(true));
        }
        assert_eq!(patterns.lets_through(&matcher, "500"), None);
        let plain = Matcher::new("a", MatchOp::Equal, "500");
        assert_eq!(patterns.lets_through(&plain, "500"), Some(true));
    }
}
