//! Turns a query that counts events over `$window` into one that may be added up over time.
//!
//! What adds up: increases of counters, sums and counts of samples, and sums, differences and constant
//! multiples of those. A value over 1h and the value over the hour before then give that over 2h.
//! Everything else is a fault at the part that breaks it. The result carries exactly the labels asked for.

use super::expr::{
    Aggregate, Binary, Call, Expr, Grouping, Label, Length, LengthValue, Many, MatchBy, Node,
    Number, Place, Selection, Sign,
};
use super::fault::{Fault, FaultKind};
use super::functions::{self, Type};
use super::labels::{Labels, output_labels};
use super::op::{AggregateOp, BinaryOp};
use super::parts;
use super::reasons;
use super::types::type_of;
use crate::base::LabelName;

/// `expr` as counts over `$window` with exactly the labels `group_by`; rates are read as increases.
/// `Err` holds every part that does not add up, or whose labels do not fit.
pub fn lower(expr: &Expr, group_by: &[LabelName]) -> Result<Expr, Vec<Fault>> {
    let mut lowered = expr.clone();
    let mut lowering = Lowering {
        group_by,
        faults: Vec::new(),
    };
    lowering.counts(&mut lowered);
    if !lowering.faults.is_empty() {
        return Err(lowering.faults);
    }
    let grouping = lowering.by_group(lowered.place);
    parts::fill_in(&mut lowered, &grouping, &|part| lowering.group(part));
    lowering.group(&mut lowered);
    Ok(lowered)
}

fn fixed_range(range: &Length) -> Fault {
    Fault::new(
        FaultKind::FixedRange,
        range.place.range(),
        "the range is fixed, but the query is used with several windows",
    )
    .help("write `[$window]`")
}

struct Lowering<'a> {
    group_by: &'a [LabelName],
    faults: Vec<Fault>,
}

impl Lowering<'_> {
    fn fault(&mut self, kind: FaultKind, place: Place, message: impl Into<String>, help: &str) {
        let fault = Fault::new(kind, place.range(), message);
        self.faults.push(match help {
            "" => fault,
            help => fault.help(help),
        });
    }

    /// Lowers `expr` in place, as far as it is without fault.
    fn counts(&mut self, expr: &mut Expr) {
        let place = expr.place;
        let found = type_of(expr);
        match &mut expr.node {
            Node::Paren(of) | Node::Unary(_, of) => self.counts(of),
            Node::Call(call) => self.call(call),
            Node::Aggregate(aggregate) => self.aggregate(aggregate, place),
            Node::Binary(binary) => self.binary(binary),
            Node::Selection(_) => self.fault(
                FaultKind::MissingWindow,
                place,
                "a selector without a range does not count over the window",
                "write `increase(metric[$window])`",
            ),
            Node::Range(..) | Node::Subquery(_) | Node::Number(_) | Node::Text(_) => {
                let message = format!("a {} is no count of events", found.as_str());
                let help = match found {
                    Type::Matrix => "write `increase(metric[$window])`",
                    _ => "",
                };
                self.fault(FaultKind::NotAdditive, place, message, help);
            }
        }
    }

    fn call(&mut self, call: &mut Call) {
        match call.function.name {
            "rate" => call.function = functions::find("increase").expect("it exists"),
            "increase" | "sum_over_time" | "count_over_time" => {}
            "histogram_count" | "histogram_sum" => {
                call.args.iter_mut().for_each(|arg| self.counts(arg));
                return;
            }
            name => {
                let (why, help) = reasons::of_function(name);
                let message = format!("`{name}` does not add up over time: {why}");
                self.fault(FaultKind::NotAdditive, call.name_place, message, help);
                call.args.iter_mut().for_each(|arg| self.look_inside(arg));
                return;
            }
        }
        call.args.iter().for_each(|arg| self.range(arg));
    }

    /// Finds what else is at fault inside a part that is at fault.
    fn look_inside(&mut self, expr: &mut Expr) {
        match (type_of(expr), &expr.bare().node) {
            (Type::Vector, Node::Selection(_)) => {}
            (Type::Vector, _) => self.counts(expr),
            (Type::Matrix, Node::Range(..)) => self.range(expr),
            _ => {}
        }
    }

    /// Checks that `expr` is the samples of a selector over the window.
    fn range(&mut self, expr: &Expr) {
        match &expr.bare().node {
            Node::Range(selection, range) => {
                if !matches!(range.value, LengthValue::Window(Sign::Plus)) {
                    self.faults.push(fixed_range(range));
                }
                self.shift(selection);
            }
            Node::Subquery(_) => self.fault(
                FaultKind::NotAdditive,
                expr.place,
                "a subquery does not add up over time: its steps are not events",
                "count over a selector: `increase(metric[$window])`",
            ),
            _ => unreachable!("types are checked: only these are range vectors"),
        }
    }

    fn shift(&mut self, selection: &Selection) {
        if let Some((_, place)) = selection.shift.at {
            self.fault(
                FaultKind::NotAdditive,
                place,
                "`@` does not add up over time: the window would never move",
                "drop `@`",
            );
        }
        if let Some(offset) = selection.shift.offset
            && matches!(offset.value, LengthValue::Window(_))
        {
            self.fault(
                FaultKind::NotAdditive,
                offset.place,
                "an `offset` by the window does not add up over time",
                "write a fixed duration behind `offset`, or drop it",
            );
        }
    }

    fn aggregate(&mut self, aggregate: &mut Aggregate, place: Place) {
        if aggregate.op != AggregateOp::Sum {
            let name = aggregate.op.as_str();
            let place = Place::new(place.start(), place.start() + name.len());
            let (why, help) = reasons::of_aggregation(aggregate.op);
            let message = format!("`{name}` does not add up over time: {why}");
            self.fault(FaultKind::NotAdditive, place, message, help);
            self.counts(&mut aggregate.of);
            return;
        }
        if aggregate.grouping == Grouping::Nothing {
            aggregate.grouping = self.by_group(place);
        }
        for label in self.group_by {
            let (dropped, place) = match &aggregate.grouping {
                Grouping::Nothing => (false, place),
                Grouping::By(labels, place) => (!has(labels, label), *place),
                Grouping::Without(labels, place) => (has(labels, label), *place),
            };
            if dropped {
                self.dropped_label(label, place, "keep it in the sum");
            }
        }
        self.counts(&mut aggregate.of);
    }

    fn dropped_label(&mut self, label: &LabelName, place: Place, help: &str) {
        let message = format!("the label `{label}` is grouped by, but is dropped here");
        self.fault(FaultKind::Labels, place, message, help);
    }

    fn binary(&mut self, binary: &mut Binary) {
        let constant = (is_constant(&binary.left), is_constant(&binary.right));
        match (binary.op, constant) {
            (BinaryOp::Mul, (true, false)) => self.counts(&mut binary.right),
            (BinaryOp::Mul | BinaryOp::Div, (false, true)) => self.counts(&mut binary.left),
            (BinaryOp::Add | BinaryOp::Sub, (false, false)) => self.sum(binary),
            (op, constant) => {
                let (why, help) = reasons::of_operator(binary, constant.0 || constant.1);
                let message = format!("`{}` does not add up over time: {why}", op.as_str());
                // Of a filter, the right side goes with the operator.
                let filters = op.is_set() || op.is_comparison();
                let place = match filters {
                    true => binary.op_place.to(binary.right.place),
                    false => binary.op_place,
                };
                self.fault(FaultKind::NotAdditive, place, message, help);
                self.look_inside(&mut binary.left);
                if !filters {
                    self.look_inside(&mut binary.right);
                }
            }
        }
    }

    /// A sum or a difference of two counts.
    fn sum(&mut self, binary: &mut Binary) {
        self.matching(binary);
        self.counts(&mut binary.left);
        self.counts(&mut binary.right);
    }

    fn matching(&mut self, binary: &Binary) {
        let op = binary.op.as_str();
        if binary.matching.many != Many::Neither {
            self.fault(
                FaultKind::NotAdditive,
                binary.op_place,
                format!("`{op}` with `group_left` or `group_right` counts events several times"),
                "sum both sides to the same labels first",
            );
        }
        let zero = |fill: Option<Number>| fill.is_none_or(|Number(value)| value == 0.0);
        if !zero(binary.matching.fill_left) || !zero(binary.matching.fill_right) {
            self.fault(
                FaultKind::NotAdditive,
                binary.op_place,
                "a `fill` other than 0 adds the same number for every window",
                "write `fill (0)`, or drop it",
            );
        }
        for label in self.group_by {
            let dropped = match &binary.matching.by {
                MatchBy::All => false,
                MatchBy::On(labels) => !has(labels, label),
                MatchBy::Ignoring(labels) => has(labels, label),
            };
            if dropped {
                self.dropped_label(label, binary.op_place, "match on it, too");
            }
        }
    }

    /// `by (G)` where there is a group.
    fn by_group(&self, place: Place) -> Grouping {
        if self.group_by.is_empty() {
            return Grouping::Nothing;
        }
        let labels = self.group_by.iter().map(|label| Label {
            name: label.to_string(),
            place,
        });
        Grouping::By(labels.collect(), place)
    }

    /// Gives `expr`, whose labels include the group's, exactly those.
    fn group(&self, expr: &mut Expr) {
        let group = self.group_by.iter().map(LabelName::to_string).collect();
        if output_labels(expr) == Labels::Exactly(group) {
            return;
        }
        let grouping = self.by_group(expr.place);
        // A sum of a sum is a sum.
        if let Node::Aggregate(sum) = &mut expr.node {
            sum.grouping = grouping;
            return;
        }
        let of = Expr::new(
            expr.place,
            std::mem::replace(&mut expr.node, Node::Text(Vec::new())),
        );
        expr.node = Node::Aggregate(Box::new(Aggregate {
            op: AggregateOp::Sum,
            grouping,
            parameter: None,
            of,
        }));
    }
}

fn has(labels: &[Label], name: &LabelName) -> bool {
    labels.iter().any(|label| label.name == name.as_str())
}

/// Whether `expr` is a number that never changes.
fn is_constant(expr: &Expr) -> bool {
    match &expr.node {
        Node::Number(_) => true,
        Node::Paren(of) | Node::Unary(_, of) => is_constant(of),
        Node::Binary(binary) => is_constant(&binary.left) && is_constant(&binary.right),
        Node::Call(call) => call.function.name == "pi",
        _ => false,
    }
}
