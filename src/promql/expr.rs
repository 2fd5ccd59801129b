//! What a PromQL expression says, with the bytes where each part was written.
//!
//! Two expressions are equal when they say the same, wherever they were written. Parentheses are kept,
//! so that what was written can be printed again.

use std::ops::Range;

use super::functions::Function;
use super::matchers::Selector;
use super::op::{AggregateOp, BinaryOp};
use crate::base::Duration;

/// The bytes where something was written. It says nothing about what was meant, so all places are equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    start: u32,
    end: u32,
}

impl PartialEq for Place {
    fn eq(&self, _: &Place) -> bool {
        true
    }
}

impl Eq for Place {}

impl Place {
    /// The bytes from `start` up to `end`.
    pub fn new(start: usize, end: usize) -> Place {
        // Texts are capped far below 4 GiB before anything is placed in them.
        Place {
            start: start as u32,
            end: end as u32,
        }
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// One past the last byte.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// The bytes as a range.
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// From the start of this one to the end of `other`.
    pub fn to(self, other: Place) -> Place {
        Place {
            start: self.start,
            end: other.end,
        }
    }
}

/// An expression and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Where it was written.
    pub place: Place,
    /// What it says.
    pub node: Node,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A number, its sign included; durations written as numbers are seconds.
    Number(Number),
    /// A string literal: bytes, since `"\xff"` is allowed.
    Text(Vec<u8>),
    /// Series at one moment.
    Selection(Selection),
    /// Samples of series over a range.
    Range(Selection, Length),
    /// An instant expression evaluated repeatedly over a range.
    Subquery(Box<Subquery>),
    /// `-` or `+` before an expression.
    Unary(Sign, Box<Expr>),
    /// Two expressions and an operator.
    Binary(Box<Binary>),
    /// An aggregation over series.
    Aggregate(Box<Aggregate>),
    /// A function call.
    Call(Call),
    /// An expression in parentheses.
    Paren(Box<Expr>),
}

/// A number. Unlike a bare double, every number equals itself.
#[derive(Clone, Copy, Debug)]
pub struct Number(pub f64);

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.0.to_bits() == other.0.to_bits() || (self.0.is_nan() && other.0.is_nan())
    }
}

/// The sign before an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// A duration in brackets or behind `offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    /// Where it was written.
    pub place: Place,
    /// How long it is.
    pub value: LengthValue,
}

/// How long a duration is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LengthValue {
    /// Seconds; negative only behind `offset`.
    Seconds(Number),
    /// The window that the expression will be used with.
    Window(Sign),
}

impl LengthValue {
    /// The duration, if it is fixed, positive and in whole milliseconds.
    pub fn as_duration(self) -> Option<Duration> {
        let LengthValue::Seconds(Number(seconds)) = self else {
            return None;
        };
        let ms = (seconds * 1_000.0).round();
        (ms >= 1.0 && ms / 1_000.0 == seconds).then(|| Duration::from_ms(ms as u64))
    }
}

/// A selector with its modifiers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Which series.
    pub selector: Selector,
    /// At which time.
    pub shift: Shift,
    /// How the edges of a range are met.
    pub edges: Edges,
}

/// The time that `offset` and `@` move an expression to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shift {
    /// `offset`: how far back.
    pub offset: Option<Length>,
    /// `@`: a fixed time, and its place.
    pub at: Option<(At, Place)>,
}

/// The time behind `@`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// Seconds since the epoch.
    Seconds(Number),
    /// `start()`
    Start,
    /// `end()`
    End,
}

/// How the edges of a range are met (experimental in Prometheus).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edges {
    /// By the samples inside.
    #[default]
    Plain,
    /// `anchored`
    Anchored,
    /// `smoothed`
    Smoothed,
}

/// An instant expression evaluated repeatedly over a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Subquery {
    /// What is evaluated.
    pub of: Expr,
    /// Over how long.
    pub range: Length,
    /// How often; the server's default when absent.
    pub step: Option<Length>,
    /// At which time.
    pub shift: Shift,
}

/// Two expressions and an operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// Where the operator and its modifiers were written.
    pub op_place: Place,
    /// Whether `bool` makes a comparison give 0 and 1.
    pub returns: Comparison,
    /// Which series belong together.
    pub matching: Matching,
    /// The left side.
    pub left: Expr,
    /// The right side.
    pub right: Expr,
}

/// What a comparison gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comparison {
    /// The left values for which it holds.
    #[default]
    Filter,
    /// 0 or 1 (`bool`).
    Bool,
}

/// Which series of two sides belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matching {
    /// `on`, `ignoring` or neither.
    pub by: MatchBy,
    /// `group_left`, `group_right` or neither.
    pub many: Many,
    /// `fill`, `fill_left`: the value of series missing on the left.
    pub fill_left: Option<Number>,
    /// `fill`, `fill_right`: the value of series missing on the right.
    pub fill_right: Option<Number>,
}

/// The labels that decide which series belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MatchBy {
    /// All labels.
    #[default]
    All,
    /// Only these.
    On(Vec<Label>),
    /// All but these.
    Ignoring(Vec<Label>),
}

impl MatchBy {
    /// The labels that are named.
    pub fn labels(&self) -> &[Label] {
        match self {
            MatchBy::All => &[],
            MatchBy::On(labels) | MatchBy::Ignoring(labels) => labels,
        }
    }
}

/// The side that may have several series for one of the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Many {
    /// Neither.
    #[default]
    Neither,
    /// `group_left`, with labels taken from the right.
    Left(Vec<Label>),
    /// `group_right`, with labels taken from the left.
    Right(Vec<Label>),
}

/// A label name in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The name, unquoted.
    pub name: String,
    /// Where it was written.
    pub place: Place,
}

/// An aggregation over series.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// Which one.
    pub op: AggregateOp,
    /// Which labels stay.
    pub grouping: Grouping,
    /// The parameter of `topk`, `quantile` and the like.
    pub parameter: Option<Expr>,
    /// What is aggregated.
    pub of: Expr,
}

/// Which labels an aggregation keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// None.
    #[default]
    Nothing,
    /// These.
    By(Vec<Label>, Place),
    /// All but these.
    Without(Vec<Label>, Place),
}

/// A function call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Which function.
    pub function: &'static Function,
    /// Where its name was written.
    pub name_place: Place,
    /// The arguments.
    pub args: Vec<Expr>,
}

impl Expr {
    /// An expression at a place.
    pub fn new(place: Place, node: Node) -> Expr {
        Expr { place, node }
    }

    /// The expression inside any parentheses.
    pub fn bare(&self) -> &Expr {
        let mut expr = self;
        while let Node::Paren(inner) = &expr.node {
            expr = inner;
        }
        expr
    }

    /// The selector, if this is one at the time of evaluation: without `offset`, `@`, range or edges.
    pub fn as_selector(&self) -> Option<&Selector> {
        match &self.bare().node {
            Node::Selection(selection)
                if selection.shift == Shift::default() && selection.edges == Edges::Plain =>
            {
                Some(&selection.selector)
            }
            _ => None,
        }
    }

    /// Calls `visit` for every expression directly inside this one, in the order of the text.
    pub fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.node {
            Node::Number(_) | Node::Text(_) | Node::Selection(_) | Node::Range(..) => {}
            Node::Subquery(subquery) => visit(&subquery.of),
            Node::Unary(_, of) | Node::Paren(of) => visit(of),
            Node::Binary(binary) => {
                visit(&binary.left);
                visit(&binary.right);
            }
            Node::Aggregate(aggregate) => {
                if let Some(parameter) = &aggregate.parameter {
                    visit(parameter);
                }
                visit(&aggregate.of);
            }
            Node::Call(call) => call.args.iter().for_each(visit),
        }
    }

    /// Calls `visit` for this expression and every one inside, each before those inside it.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        self.children(&mut |child| child.walk(visit));
    }

    /// Every selection in it, in the order of the text.
    pub fn selections(&self) -> Vec<&Selection> {
        let mut selections = Vec::new();
        self.walk(&mut |each| {
            if let Node::Selection(selection) | Node::Range(selection, _) = &each.node {
                selections.push(selection);
            }
        });
        selections
    }

    /// Calls `change` for this expression and every one inside, each before those inside it.
    pub fn walk_mut(&mut self, change: &mut dyn FnMut(&mut Expr)) {
        change(self);
        match &mut self.node {
            Node::Number(_) | Node::Text(_) | Node::Selection(_) | Node::Range(..) => {}
            Node::Subquery(subquery) => subquery.of.walk_mut(change),
            Node::Unary(_, of) | Node::Paren(of) => of.walk_mut(change),
            Node::Binary(binary) => {
                binary.left.walk_mut(change);
                binary.right.walk_mut(change);
            }
            Node::Aggregate(aggregate) => {
                if let Some(parameter) = &mut aggregate.parameter {
                    parameter.walk_mut(change);
                }
                aggregate.of.walk_mut(change);
            }
            Node::Call(call) => {
                for arg in &mut call.args {
                    arg.walk_mut(change);
                }
            }
        }
    }

    /// The durations of this expression itself, in the order of the text; not of those inside.
    pub fn lengths(&self) -> Vec<Length> {
        let (ranges, shift) = match &self.node {
            Node::Selection(selection) => ([None, None], &selection.shift),
            Node::Range(selection, range) => ([Some(*range), None], &selection.shift),
            Node::Subquery(subquery) => ([Some(subquery.range), subquery.step], &subquery.shift),
            _ => return Vec::new(),
        };
        ranges.into_iter().flatten().chain(shift.offset).collect()
    }
}

impl Node {
    /// A selector at the time of evaluation.
    pub fn selector(selector: Selector) -> Node {
        Node::Selection(Selection {
            selector,
            ..Selection::default()
        })
    }
}
