//! Where an expression depends on the window it will be used with.

use std::ops::Range;

use super::expr::{Expr, LengthValue};

/// Whether `$window` occurs anywhere in `expr`.
pub fn uses_window(expr: &Expr) -> bool {
    !window_ranges(expr).is_empty()
}

/// The bytes of every `$window` in `expr`, signs included, in the order of the text.
pub fn window_ranges(expr: &Expr) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    expr.walk(&mut |each| {
        let lengths = each.lengths();
        let windows = lengths
            .iter()
            .filter(|length| matches!(length.value, LengthValue::Window(_)));
        places.extend(windows.map(|length| length.place.range()));
    });
    places.sort_by_key(|range| range.start);
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::parse_template;

    fn check(text: &str, expected: &[&str]) {
        let expr = parse_template(text).unwrap();
        let found: Vec<&str> = window_ranges(&expr)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, expected, "{text}");
        assert_eq!(uses_window(&expr), !expected.is_empty());
    }

    #[test]
    fn every_window_is_found_wherever_a_duration_may_stand() {
        check("rate(x[$window])", &["$window"]);
        check("rate(x[5m])", &[]);
        check(
            "sum(rate(x[$window])) / topk(scalar(rate(y[$window])), z)",
            &["$window"; 2],
        );
        check(
            "max_over_time(rate(x[5m])[1h:$window] offset -$window)",
            &["$window", "-$window"],
        );
        check("x offset $window", &["$window"]);
        check(
            "max_over_time(rate(x[$window])[$window:30s])",
            &["$window"; 2],
        );
    }
}
