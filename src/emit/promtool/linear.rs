//! What an expression counts, where that is plain: sums and differences of `sum(increase(selector[$window]))`.

use crate::promql::expr::{Call, Edges, LengthValue, Matching, Node, Selection, Shift, Sign};
use crate::promql::op::{AggregateOp, BinaryOp};
use crate::promql::{Expr, Matcher, Selector};

/// A selector that is counted.
#[derive(Clone, Debug)]
pub struct Term {
    /// 1 where it is added, -1 where it is subtracted.
    pub sign: i64,
    /// Matchers of the selector, its name among them.
    pub matchers: Vec<Matcher>,
}

/// The terms of `expr`; `None` where it counts in another way.
pub fn terms(expr: &Expr) -> Option<Vec<Term>> {
    let mut found = Vec::new();
    collect(expr, 1, &mut found)?;
    Some(found)
}

fn collect(expr: &Expr, sign: i64, found: &mut Vec<Term>) -> Option<()> {
    match &expr.node {
        Node::Paren(of) => collect(of, sign, found),
        Node::Unary(Sign::Plus, of) => collect(of, sign, found),
        Node::Unary(Sign::Minus, of) => collect(of, -sign, found),
        Node::Binary(binary) if binary.matching == Matching::default() => {
            let right = match binary.op {
                BinaryOp::Add => sign,
                BinaryOp::Sub => -sign,
                _ => return None,
            };
            collect(&binary.left, sign, found)?;
            collect(&binary.right, right, found)
        }
        Node::Aggregate(aggregate) if aggregate.op == AggregateOp::Sum => {
            let matchers = summed(&aggregate.of)?;
            found.push(Term { sign, matchers });
            Some(())
        }
        _ => None,
    }
}

/// The selector below sums of one `increase`.
fn summed(expr: &Expr) -> Option<Vec<Matcher>> {
    match &expr.bare().node {
        Node::Aggregate(aggregate) if aggregate.op == AggregateOp::Sum => summed(&aggregate.of),
        Node::Call(Call { function, args, .. }) if function.name == "increase" => {
            match &args.first()?.bare().node {
                Node::Range(selection, range) => {
                    let plain =
                        selection.shift == Shift::default() && selection.edges == Edges::Plain;
                    let window = range.value == LengthValue::Window(Sign::Plus);
                    (plain && window).then(|| selection.selector.all_matchers())
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The matchers of every selector in `expr`.
pub fn selectors(expr: &Expr) -> Vec<Vec<Matcher>> {
    let mut found = Vec::new();
    walk(expr, &mut |expr| {
        if let Node::Selection(Selection { selector, .. })
        | Node::Range(Selection { selector, .. }, _) = &expr.node
        {
            found.push(selector.all_matchers());
        }
    });
    found
}

/// Functions that give a value where there is no series at all.
const FROM_NOTHING: [&str; 3] = ["vector", "absent", "absent_over_time"];

/// Whether `expr` may give a value where none of its series exists.
pub fn speaks_without_series(expr: &Expr) -> bool {
    let mut speaks = false;
    walk(expr, &mut |expr| {
        speaks |=
            matches!(&expr.node, Node::Call(call) if FROM_NOTHING.contains(&call.function.name));
    });
    speaks
}

fn walk<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    expr.children(&mut |child| walk(child, visit));
}

trait AllMatchers {
    fn all_matchers(&self) -> Vec<Matcher>;
}

impl AllMatchers for Selector {
    fn all_matchers(&self) -> Vec<Matcher> {
        let name = self.name.iter().map(|name| {
            use crate::promql::matchers::{METRIC_NAME, MatchOp};
            Matcher::new(METRIC_NAME, MatchOp::Equal, name)
        });
        name.chain(self.matchers.iter().cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::parse_template;

    fn check(text: &str, expected: Option<&[(i64, &str)]>) {
        let expr = parse_template(text).unwrap();
        let found = terms(&expr).map(|terms| {
            terms
                .iter()
                .map(|term| (term.sign, term.matchers[0].value.clone()))
                .collect::<Vec<_>>()
        });
        let expected = expected.map(|terms| {
            terms
                .iter()
                .map(|(s, n)| (*s, n.to_string()))
                .collect::<Vec<_>>()
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn sums_and_differences_of_increases_are_seen_through() {
        check("sum(increase(a[$window]))", Some(&[(1, "a")]));
        check(
            "sum by (x) (increase(a[$window])) - (sum by (x) (increase(b[$window])) + sum(sum(increase(c[$window]))))",
            Some(&[(1, "a"), (-1, "b"), (-1, "c")]),
        );
    }

    #[test]
    fn anything_else_is_not() {
        check("increase(a[$window])", None);
        check("2 * sum(increase(a[$window]))", None);
        check("sum(increase(a[$window] offset 5m))", None);
        check(
            "sum(increase(a[$window])) or sum(increase(b[$window]))",
            None,
        );
        check("sum(increase(a[$window]) + increase(b[$window]))", None);
    }

    #[test]
    fn values_from_nothing_are_seen() {
        assert!(speaks_without_series(
            &parse_template("a or vector(0)").unwrap()
        ));
        assert!(!speaks_without_series(
            &parse_template("time() - max(a)").unwrap()
        ));
    }
}
