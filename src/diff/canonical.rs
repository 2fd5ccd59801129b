//! PromQL in one spelling, so that two texts are equal where only the order of labels or white space differs.

use crate::promql::expr::{Grouping, MatchBy};
use crate::promql::{Expr, Node};

/// The text of `expr` with matchers and label lists in order.
pub(super) fn text(expr: &Expr) -> String {
    let mut expr = expr.clone();
    expr.walk_mut(&mut |part| match &mut part.node {
        Node::Selection(selection) | Node::Range(selection, _) => {
            selection
                .selector
                .matchers
                .sort_by_cached_key(ToString::to_string);
        }
        Node::Aggregate(aggregate) => {
            if let Grouping::By(labels, _) | Grouping::Without(labels, _) = &mut aggregate.grouping
            {
                labels.sort_by(|a, b| a.name.cmp(&b.name));
            }
        }
        Node::Binary(binary) => {
            if let MatchBy::On(labels) | MatchBy::Ignoring(labels) = &mut binary.matching.by {
                labels.sort_by(|a, b| a.name.cmp(&b.name));
            }
        }
        Node::Number(_)
        | Node::Text(_)
        | Node::Subquery(_)
        | Node::Unary(..)
        | Node::Paren(_)
        | Node::Call(_) => {}
    });
    expr.text(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::parse_template;

    fn check(a: &str, b: &str, same: bool) {
        let text = |written: &str| text(&parse_template(written).unwrap());
        assert_eq!(text(a) == text(b), same, "{a} and {b}");
    }

    #[test]
    fn the_order_of_labels_and_white_space_do_not_show() {
        check("x{a=\"1\",b=\"2\"}", "x{ b = '2', a='1' }", true);
        check("sum by (a, b) (x)", "sum(x) by (b,a)", true);
        check("x / on (a, b) y", "x/on(b,a) y", true);
    }

    #[test]
    fn a_label_or_a_sign_more_does() {
        check("x{a=\"1\"}", "x{a=\"2\"}", false);
        check("sum by (a) (x)", "sum by (a, b) (x)", false);
        check("rate(x[$window])", "rate(x[$window] offset 1m)", false);
    }
}
