//! Which labels the result of an expression carries, as far as the expression alone tells.
//!
//! The name of the metric is not counted. A label that is grouped by, matched on or taken over is
//! assumed to be there, as its author does.

use std::collections::BTreeSet;

use super::expr::{Aggregate, Binary, Call, Expr, Grouping, Label, Many, MatchBy, Node};
use super::functions::Type;
use super::matchers::{METRIC_NAME, MatchOp};
use super::op::{AggregateOp, BinaryOp};
use super::types::type_of;

/// Labels of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Labels {
    /// These and no others.
    Exactly(BTreeSet<String>),
    /// It depends on the series.
    Unknown,
}

impl Labels {
    /// No labels at all.
    pub fn none() -> Labels {
        Labels::Exactly(BTreeSet::new())
    }

    pub(super) fn of(labels: &[Label]) -> Labels {
        Labels::Exactly(names(labels).collect())
    }

    fn map(self, change: impl FnOnce(BTreeSet<String>) -> BTreeSet<String>) -> Labels {
        match self {
            Labels::Exactly(labels) => Labels::Exactly(change(labels)),
            Labels::Unknown => Labels::Unknown,
        }
    }

    fn without<'a>(self, dropped: impl Iterator<Item = &'a str>) -> Labels {
        self.map(|mut labels| {
            for label in dropped {
                labels.remove(label);
            }
            labels
        })
    }

    fn plus(self, added: impl Iterator<Item = String>) -> Labels {
        self.map(|mut labels| {
            labels.extend(added);
            labels
        })
    }

    /// These, of `wanted` where all are known.
    fn only(self, wanted: &[Label]) -> Labels {
        match self {
            Labels::Unknown => Labels::of(wanted),
            Labels::Exactly(labels) => {
                Labels::Exactly(names(wanted).filter(|name| labels.contains(name)).collect())
            }
        }
    }

    fn or(self, other: Labels) -> Labels {
        match self {
            Labels::Unknown => other,
            known => known,
        }
    }
}

fn names(labels: &[Label]) -> impl Iterator<Item = String> + '_ {
    labels.iter().map(|label| label.name.clone())
}

fn strs(labels: &[Label]) -> impl Iterator<Item = &str> {
    labels.iter().map(|label| label.name.as_str())
}

/// The labels of what `expr` gives.
pub fn output_labels(expr: &Expr) -> Labels {
    match &expr.node {
        Node::Number(_) | Node::Text(_) => Labels::none(),
        Node::Selection(_) | Node::Range(..) => Labels::Unknown,
        Node::Subquery(subquery) => output_labels(&subquery.of),
        Node::Unary(_, of) | Node::Paren(of) => output_labels(of),
        Node::Binary(binary) => of_binary(binary),
        Node::Aggregate(aggregate) => of_aggregate(aggregate),
        Node::Call(call) => of_call(call),
    }
}

fn of_aggregate(aggregate: &Aggregate) -> Labels {
    let of = output_labels(&aggregate.of);
    if aggregate.op.picks_series() {
        return of;
    }
    let grouped = match &aggregate.grouping {
        Grouping::Nothing => Labels::none(),
        Grouping::By(labels, _) => of.only(labels),
        Grouping::Without(labels, _) => of.without(strs(labels)),
    };
    match (aggregate.op, &aggregate.parameter) {
        (AggregateOp::CountValues, Some(parameter)) => match text(parameter) {
            Some(label) => grouped.plus(std::iter::once(label)),
            None => Labels::Unknown,
        },
        _ => grouped,
    }
}

fn of_binary(binary: &Binary) -> Labels {
    let (left, right) = (output_labels(&binary.left), output_labels(&binary.right));
    let sides = (type_of(&binary.left), type_of(&binary.right));
    match (binary.op, sides) {
        (_, (_, Type::Scalar)) => return left,
        (_, (Type::Scalar, _)) => return right,
        (BinaryOp::And | BinaryOp::Unless, _) => return left,
        (BinaryOp::Or, _) if left == right => return left,
        (BinaryOp::Or, _) => return Labels::Unknown,
        _ => {}
    }
    let (many, one, taken) = match &binary.matching.many {
        Many::Left(taken) => (left, right, taken),
        Many::Right(taken) => (right, left, taken),
        Many::Neither => {
            return match &binary.matching.by {
                // Series belong together when all their labels are equal.
                MatchBy::All => left.or(right),
                MatchBy::On(labels) => left.only(labels),
                MatchBy::Ignoring(labels) => {
                    let left = left.without(strs(labels));
                    left.or(right.without(strs(labels)))
                }
            };
        }
    };
    // A label that the one side is known to lack is dropped.
    let (have, lack): (Vec<&Label>, Vec<&Label>) = taken.iter().partition(|label| match &one {
        Labels::Exactly(one) => one.contains(&label.name),
        Labels::Unknown => true,
    });
    many.without(lack.into_iter().map(|label| label.name.as_str()))
        .plus(have.into_iter().map(|label| label.name.clone()))
}

fn of_call(call: &Call) -> Labels {
    let labels_of = |at: usize| call.args.get(at).map_or(Labels::none(), output_labels);
    match call.function.name {
        "absent" | "absent_over_time" => call.args.first().map_or(Labels::none(), of_absent),
        "label_replace" | "label_join" | "info" => Labels::Unknown,
        "histogram_quantile" => labels_of(1).without(std::iter::once("le")),
        "histogram_fraction" => labels_of(2).without(std::iter::once("le")),
        "histogram_quantiles" => match call.args.get(1).and_then(text) {
            Some(label) => labels_of(0)
                .without(std::iter::once("le"))
                .plus(std::iter::once(label)),
            None => Labels::Unknown,
        },
        "quantile_over_time" => labels_of(1),
        _ if call.function.returns == Type::Scalar => Labels::none(),
        _ => labels_of(0),
    }
}

/// `absent(x{a="b"})` carries what `x` is asked to equal, where it is asked once.
fn of_absent(arg: &Expr) -> Labels {
    let selector = match &arg.bare().node {
        Node::Selection(selection) | Node::Range(selection, _) => &selection.selector,
        _ => return Labels::none(),
    };
    let once = |name: &str| selector.matchers.iter().filter(|m| m.name == name).count() == 1;
    let labels = selector
        .matchers
        .iter()
        .filter(|m| m.op == MatchOp::Equal && m.name != METRIC_NAME && once(&m.name))
        .filter(|m| !m.value.is_empty());
    Labels::Exactly(labels.map(|m| m.name.clone()).collect())
}

fn text(expr: &Expr) -> Option<String> {
    match &expr.bare().node {
        Node::Text(said) => String::from_utf8(said.clone()).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::parse_template;

    fn check(text: &str, expected: Option<&[&str]>) {
        let expr = parse_template(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        let expected = match expected {
            Some(labels) => Labels::Exactly(labels.iter().map(ToString::to_string).collect()),
            None => Labels::Unknown,
        };
        assert_eq!(output_labels(&expr), expected, "{text}");
    }

    #[test]
    fn aggregations_decide_labels() {
        check("x", None);
        check("sum(x)", Some(&[]));
        check("sum by (a, b) (x)", Some(&["a", "b"]));
        check("sum without (a) (x)", None);
        check("sum without (a) (sum by (a, b) (x))", Some(&["b"]));
        check("max by (a, c) (sum by (a, b) (x))", Some(&["a"]));
        check("topk by (a) (3, x)", None);
        check("topk(3, sum by (a) (x))", Some(&["a"]));
        check("count_values by (a) (\"v\", x)", Some(&["a", "v"]));
    }

    #[test]
    fn functions_pass_labels_on() {
        check("vector(1)", Some(&[]));
        check("hour()", Some(&[]));
        check("time()", Some(&[]));
        check("rate(x[$window])", None);
        check("clamp_max(sum by (a) (x), 1)", Some(&["a"]));
        check("max_over_time((sum by (a) (x))[1h:1m])", Some(&["a"]));
        check("histogram_quantile(0.9, sum by (le, a) (x))", Some(&["a"]));
        check("label_replace(sum(x), \"a\", \"b\", \"\", \"\")", None);
        check(
            "absent(x{a=\"1\", b=~\"2\", c!=\"3\", d=\"4\", d=\"5\"})",
            Some(&["a"]),
        );
        check("absent(sum(x))", Some(&[]));
        check("-(sum by (a) (x))", Some(&["a"]));
    }

    #[test]
    fn operators_combine_labels() {
        check("1 - sum by (a) (x) / sum by (a) (y)", Some(&["a"]));
        check("x / sum by (a) (y)", Some(&["a"]));
        check("x / y", None);
        check("x / on (a) y", Some(&["a"]));
        check(
            "sum by (a, b) (x) / ignoring (b) sum by (a) (y)",
            Some(&["a"]),
        );
        check(
            "sum by (a, b) (x) / on (a) group_left sum by (a) (y)",
            Some(&["a", "b"]),
        );
        check("sum by (a) (x) * on (a) group_right (c) y", None);
        check(
            "sum by (a) (x) * on (a) group_left (c) y",
            Some(&["a", "c"]),
        );
        check(
            "sum by (a) (x) * on (a) group_left (c) sum by (a) (y)",
            Some(&["a"]),
        );
        check("sum by (a) (x) or vector(0)", None);
        check("sum by (a) (x) or 0 * sum by (a) (y)", Some(&["a"]));
        check("sum(x) or vector(0)", Some(&[]));
        check("sum by (a) (x) and y", Some(&["a"]));
        check("sum by (a) (x) > bool 5", Some(&["a"]));
    }
}
