//! Sums of counts in which a part may be missing.
//!
//! `a + b` is nothing where `a` or `b` has no series, so that errors would be silent until every kind of them has
//! happened. Here each part is summed to the group's labels and told apart by a label, and what is there is summed.

use super::expr::{
    Aggregate, Binary, Call, Comparison, Expr, Grouping, Matching, Node, Place, Sign,
};
use super::functions::{self, Type};
use super::op::{AggregateOp, BinaryOp};
use super::types::type_of;

/// The label that tells parts apart; reserved, so that no series is grouped by it.
const PART: &str = "slo_part";

/// Brings an expression, whose labels include the group's, to exactly those.
pub(super) type Group<'a> = &'a dyn Fn(&mut Expr);

/// Makes every sum and difference within `expr`, which holds only counts, one of the parts that are there.
pub(super) fn fill_in(expr: &mut Expr, grouping: &Grouping, group: Group<'_>) {
    if is_sum(expr) {
        let mut parts = Vec::new();
        take(expr, Sign::Plus, &mut parts);
        for (_, part) in &mut parts {
            fill_in(part, grouping, group);
            group(part);
        }
        expr.node = union(expr.place, parts, grouping);
        return;
    }
    match &mut expr.node {
        Node::Binary(binary) => {
            fill_in(&mut binary.left, grouping, group);
            fill_in(&mut binary.right, grouping, group);
        }
        Node::Paren(of) | Node::Unary(_, of) => fill_in(of, grouping, group),
        Node::Aggregate(aggregate) => fill_in(&mut aggregate.of, grouping, group),
        Node::Call(call) => {
            for arg in &mut call.args {
                fill_in(arg, grouping, group);
            }
        }
        Node::Number(_)
        | Node::Text(_)
        | Node::Selection(_)
        | Node::Range(..)
        | Node::Subquery(_) => {}
    }
}

/// Whether `expr` adds or subtracts series by all of their labels.
fn is_sum(expr: &Expr) -> bool {
    match &expr.node {
        Node::Binary(binary) => {
            matches!(binary.op, BinaryOp::Add | BinaryOp::Sub)
                && binary.matching == Matching::default()
                && type_of(&binary.left) == Type::Vector
                && type_of(&binary.right) == Type::Vector
        }
        _ => false,
    }
}

/// Takes a sum apart, leaving nothing of it.
fn take(expr: &mut Expr, sign: Sign, parts: &mut Vec<(Sign, Expr)>) {
    if !is_sum(expr.bare()) {
        let node = std::mem::replace(&mut expr.node, Node::Text(Vec::new()));
        parts.push((sign, Expr::new(expr.place, node)));
        return;
    }
    match &mut expr.node {
        Node::Paren(of) => take(of, sign, parts),
        Node::Binary(binary) => {
            let right = match (sign, binary.op) {
                (Sign::Plus, BinaryOp::Sub) => Sign::Minus,
                (Sign::Minus, BinaryOp::Sub) => Sign::Plus,
                (same, _) => same,
            };
            take(&mut binary.left, sign, parts);
            take(&mut binary.right, right, parts);
        }
        _ => unreachable!("a sum is a binary expression in parentheses"),
    }
}

/// The sum of `parts`, as far as they are there.
fn union(place: Place, parts: Vec<(Sign, Expr)>, grouping: &Grouping) -> Node {
    let union = parts
        .into_iter()
        .zip(1..)
        .map(|((sign, part), number)| named(place, sign, part, number))
        .reduce(|left, right| {
            let or = Binary {
                op: BinaryOp::Or,
                op_place: place,
                returns: Comparison::default(),
                matching: Matching::default(),
                left,
                right,
            };
            Expr::new(place, Node::Binary(Box::new(or)))
        })
        .expect("a sum has two sides");
    Node::Aggregate(Box::new(Aggregate {
        op: AggregateOp::Sum,
        grouping: grouping.clone(),
        parameter: None,
        of: union,
    }))
}

/// A part with its sign and a label of its own.
fn named(place: Place, sign: Sign, part: Expr, number: usize) -> Expr {
    let part = match (sign, &part.node) {
        (Sign::Plus, _) => part,
        (Sign::Minus, Node::Aggregate(_) | Node::Paren(_)) => {
            Expr::new(place, Node::Unary(Sign::Minus, Box::new(part)))
        }
        (Sign::Minus, _) => {
            let part = Expr::new(place, Node::Paren(Box::new(part)));
            Expr::new(place, Node::Unary(Sign::Minus, Box::new(part)))
        }
    };
    let text = |text: String| Expr::new(place, Node::Text(text.into_bytes()));
    let call = Call {
        function: functions::find("label_replace").expect("it exists"),
        name_place: place,
        args: vec![
            part,
            text(PART.to_string()),
            text(number.to_string()),
            text(String::new()),
            text(String::new()),
        ],
    };
    Expr::new(place, Node::Call(call))
}
