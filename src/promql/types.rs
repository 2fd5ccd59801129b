//! Checks that the parts of an expression fit together, as Prometheus does after reading one.

use super::expr::{
    Aggregate, Binary, Call, Comparison, Expr, Many, MatchBy, Node, Place, Selection,
};
use super::fault::{Fault, FaultKind};
use super::functions::Type;
use super::matchers::METRIC_NAME;
use super::op::AggregateOp;

/// Every misfit in `expr`.
pub(super) fn check(expr: &Expr) -> Vec<Fault> {
    let mut checker = Checker { faults: Vec::new() };
    checker.check(expr);
    checker.faults
}

/// The type of `expr`.
pub fn type_of(expr: &Expr) -> Type {
    match &expr.node {
        Node::Number(_) => Type::Scalar,
        Node::Text(_) => Type::String,
        Node::Selection(_) | Node::Aggregate(_) => Type::Vector,
        Node::Range(..) | Node::Subquery(_) => Type::Matrix,
        Node::Unary(_, of) | Node::Paren(of) => type_of(of),
        Node::Call(call) => call.function.returns,
        Node::Binary(binary) => match (type_of(&binary.left), type_of(&binary.right)) {
            (Type::Scalar, Type::Scalar) => Type::Scalar,
            _ => Type::Vector,
        },
    }
}

struct Checker {
    faults: Vec<Fault>,
}

impl Checker {
    fn fault(&mut self, place: Place, message: impl Into<String>) -> &mut Fault {
        self.faults
            .push(Fault::new(FaultKind::Type, place.range(), message));
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }

    fn check(&mut self, expr: &Expr) -> Type {
        match &expr.node {
            Node::Number(_) => Type::Scalar,
            Node::Text(_) => Type::String,
            Node::Selection(selection) => {
                self.selection(selection, expr.place, EmptyMatchers::Refused);
                Type::Vector
            }
            Node::Range(selection, _) => {
                self.selection(selection, expr.place, EmptyMatchers::Refused);
                Type::Matrix
            }
            Node::Subquery(subquery) => {
                let of = self.check(&subquery.of);
                if of != Type::Vector {
                    let message = format!("a subquery of {} is not possible", an(of));
                    self.fault(expr.place, message).label = "needs an instant vector".to_string();
                }
                Type::Matrix
            }
            Node::Unary(_, of) => {
                let of = self.check(of);
                if !matches!(of, Type::Scalar | Type::Vector) {
                    self.fault(expr.place, format!("{} has no sign", an(of)));
                }
                of
            }
            Node::Binary(binary) => self.binary(binary, expr.place),
            Node::Aggregate(aggregate) => self.aggregate(aggregate),
            Node::Call(call) => self.call(call, expr.place),
            Node::Paren(of) => self.check(of),
        }
    }

    fn selection(&mut self, selection: &Selection, place: Place, empty: EmptyMatchers) {
        let selector = &selection.selector;
        if let Some(name) = &selector.name {
            let twice = selector.matchers.iter().find(|m| m.name == METRIC_NAME);
            if let Some(matcher) = twice {
                let message = format!("the metric has two names, `{name}` and `{}`", matcher.value);
                let range = matcher.place().range();
                self.fault(place, message).related = Some((range, "the second name".to_string()));
            }
            return;
        }
        if empty == EmptyMatchers::Refused && selector.matchers.iter().all(|m| m.matches_absent()) {
            self.fault(place, "the selector would select every series")
                .help = Some("name the metric, or match a label that must be there".to_string());
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Type {
        self.expect(&aggregate.of, Type::Vector, aggregate.op.as_str());
        if let Some(parameter) = &aggregate.parameter {
            let wanted = match aggregate.op {
                AggregateOp::CountValues => Type::String,
                _ => Type::Scalar,
            };
            self.expect(parameter, wanted, aggregate.op.as_str());
        }
        Type::Vector
    }

    fn expect(&mut self, expr: &Expr, wanted: Type, user: &str) {
        let found = self.check(expr);
        if found != wanted {
            let message = format!("`{user}` takes {}, not {}", an(wanted), an(found));
            let fault = self.fault(expr.place, message);
            fault.label = format!("{} is expected", an(wanted));
            if (wanted, found) == (Type::Matrix, Type::Vector) {
                fault.help = Some("add a range, such as `[5m]`".to_string());
            }
        }
    }

    fn binary(&mut self, binary: &Binary, place: Place) -> Type {
        let sides = (self.check(&binary.left), self.check(&binary.right));
        let op = binary.op;
        let result = match sides {
            (Type::Scalar, Type::Scalar) => Type::Scalar,
            _ => Type::Vector,
        };
        if binary.returns == Comparison::Bool && !op.is_comparison() {
            let message = format!("`bool` has no meaning behind `{}`", op.as_str());
            self.fault(binary.op_place, message);
        }
        if op.is_comparison() && binary.returns == Comparison::Filter && result == Type::Scalar {
            let message = "a comparison of two scalars needs `bool`";
            self.fault(binary.op_place, message).help =
                Some(format!("write `{} bool`", op.as_str()));
        }
        self.labels_twice(binary);
        for (side, expr) in [(sides.0, &binary.left), (sides.1, &binary.right)] {
            if !matches!(side, Type::Scalar | Type::Vector) {
                let message = format!("`{}` does not work on {}", op.as_str(), an(side));
                self.fault(expr.place, message);
            }
        }
        self.matching(binary, sides, place);
        result
    }

    fn labels_twice(&mut self, binary: &Binary) {
        let (MatchBy::On(on), Many::Left(taken) | Many::Right(taken)) =
            (&binary.matching.by, &binary.matching.many)
        else {
            return;
        };
        for label in taken {
            if let Some(other) = on.iter().find(|other| other.name == label.name) {
                let message = format!("`{}` is both matched and taken over", label.name);
                self.fault(binary.op_place, message).related =
                    Some((other.place.range(), "matched here".to_string()));
            }
        }
    }

    fn matching(&mut self, binary: &Binary, sides: (Type, Type), place: Place) {
        let matching = &binary.matching;
        let (op, set) = (binary.op.as_str(), binary.op.is_set());
        let filled = matching.fill_left.is_some() || matching.fill_right.is_some();
        if sides != (Type::Vector, Type::Vector) {
            if set && matches!(sides, (Type::Scalar, _) | (_, Type::Scalar)) {
                self.fault(
                    place,
                    format!("`{op}` works on instant vectors, not on scalars"),
                );
            } else if !matching.by.labels().is_empty() {
                self.fault(place, "labels are matched only between two instant vectors");
            } else if filled {
                self.fault(place, "`fill` works only between two instant vectors");
            }
        } else if set && matching.many != Many::Neither {
            let message = format!("`group_left` and `group_right` have no meaning behind `{op}`");
            self.fault(place, message);
        } else if set && filled {
            self.fault(place, format!("`fill` has no meaning behind `{op}`"));
        }
    }

    fn call(&mut self, call: &Call, place: Place) -> Type {
        let function = call.function;
        let (least, most) = function.arity();
        let count = call.args.len();
        if count < least || most.is_some_and(|most| count > most) {
            let takes = match most {
                Some(0) => "no arguments".to_string(),
                Some(1) if least == 1 => "1 argument".to_string(),
                Some(most) if most == least => format!("{least} arguments"),
                Some(most) => format!("{least} to {most} arguments"),
                None => format!("at least {least} arguments"),
            };
            let message = format!("`{}` takes {takes}, not {count}", function.name);
            self.fault(place, message);
        }
        for (at, arg) in call.args.iter().enumerate() {
            match (function.name, at, &arg.node) {
                ("info", 1, Node::Selection(selection)) => {
                    if selection.selector.name.is_some() {
                        let message = "`info` takes matchers in braces here, not a metric";
                        self.fault(arg.place, message);
                    }
                    self.selection(selection, arg.place, EmptyMatchers::Allowed);
                }
                ("info", 1, _) => {
                    self.fault(arg.place, "`info` takes matchers in braces here");
                }
                _ => {
                    if let Some(wanted) = function.arg(at) {
                        self.expect(arg, wanted, function.name);
                    }
                }
            }
        }
        function.returns
    }
}

/// Whether a selector may match every series.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EmptyMatchers {
    Refused,
    /// Behind `info`, where they only choose labels.
    Allowed,
}

fn an(what: Type) -> String {
    let article = match what {
        Type::Vector => "an",
        _ => "a",
    };
    format!("{article} {}", what.as_str())
}
