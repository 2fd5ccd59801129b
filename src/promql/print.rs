//! Writes expressions as PromQL on one line.
//!
//! Matchers keep the author's order. Parentheses are those of the author, and those that an expression
//! built by us needs. What is printed reads back as what it was printed from.

use std::fmt::Write as _;

use super::expr::{
    At, Binary, Comparison, Edges, Expr, Grouping, Label, Length, LengthValue, Many, MatchBy, Node,
    Number, Selection, Shift, Sign,
};
use super::lexer::{WINDOW, is_word};
use super::matchers::{METRIC_NAME, Matcher, Selector};
use super::op::BinaryOp;
use super::text;
use super::token;
use crate::base::Duration;

/// Appends `expr` to `out`, with `window` in the place of `$window`, or `$window` itself.
pub fn print(out: &mut String, expr: &Expr, window: Option<Duration>) {
    Printer { out, window }.expr(expr);
}

/// Appends `selector` to `out`.
pub fn selector(out: &mut String, selector: &Selector) {
    let bare = selector.name.as_deref().filter(|name| is_bare_metric(name));
    let named = match (bare, &selector.name) {
        (Some(name), _) => {
            out.push_str(name);
            None
        }
        (None, Some(name)) => Some(name),
        (None, None) => None,
    };
    if bare.is_some() && selector.matchers.is_empty() {
        return;
    }
    out.push('{');
    if let Some(name) = named {
        out.push_str(METRIC_NAME);
        out.push('=');
        text::quote(out, name.as_bytes());
        if !selector.matchers.is_empty() {
            out.push(',');
        }
    }
    for (at, each) in selector.matchers.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        matcher(out, each);
    }
    out.push('}');
}

/// Appends `matcher` to `out`.
pub fn matcher(out: &mut String, matcher: &Matcher) {
    match is_legacy_label(&matcher.name) {
        true => out.push_str(&matcher.name),
        false => text::quote(out, matcher.name.as_bytes()),
    }
    out.push_str(matcher.op.as_str());
    text::quote(out, matcher.value.as_bytes());
}

/// Whether `name` can stand before braces as it is.
fn is_bare_metric(name: &str) -> bool {
    let fits = name.bytes().all(|b| is_word(b) || b == b':')
        && name.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    fits && token::word(name).is_none_or(token::is_metric_name)
}

fn is_legacy_label(name: &str) -> bool {
    name.bytes().all(is_word) && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

struct Printer<'a> {
    out: &'a mut String,
    window: Option<Duration>,
}

impl Printer<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.node {
            Node::Number(number) => self.number(*number),
            Node::Text(said) => text::quote(self.out, said),
            Node::Selection(selection) => self.selection(selection, None),
            Node::Range(selection, range) => self.selection(selection, Some(range)),
            Node::Subquery(subquery) => {
                self.guarded(&subquery.of, is_postfix_base(&subquery.of));
                self.push("[");
                self.length(&subquery.range);
                self.push(":");
                if let Some(step) = &subquery.step {
                    self.length(step);
                }
                self.push("]");
                self.shift(&subquery.shift);
            }
            Node::Unary(sign, of) => {
                self.push(match sign {
                    Sign::Plus => "+",
                    Sign::Minus => "-",
                });
                self.guarded(of, is_unary_operand(of));
            }
            Node::Binary(binary) => self.binary(binary),
            Node::Aggregate(aggregate) => {
                self.push(aggregate.op.as_str());
                match &aggregate.grouping {
                    Grouping::Nothing => {}
                    Grouping::By(labels, _) => self.labels(" by ", labels),
                    Grouping::Without(labels, _) => self.labels(" without ", labels),
                }
                if aggregate.grouping != Grouping::Nothing {
                    self.push(" ");
                }
                self.push("(");
                if let Some(parameter) = &aggregate.parameter {
                    self.expr(parameter);
                    self.push(", ");
                }
                self.expr(&aggregate.of);
                self.push(")");
            }
            Node::Call(call) => {
                self.push(call.function.name);
                self.push("(");
                for (at, arg) in call.args.iter().enumerate() {
                    if at > 0 {
                        self.push(", ");
                    }
                    self.expr(arg);
                }
                self.push(")");
            }
            Node::Paren(of) => self.guarded(of, false),
        }
    }

    /// Prints `expr`, in parentheses unless it is `safe` without.
    fn guarded(&mut self, expr: &Expr, safe: bool) {
        if !safe {
            self.push("(");
        }
        self.expr(expr);
        if !safe {
            self.push(")");
        }
    }

    fn binary(&mut self, binary: &Binary) {
        self.guarded(&binary.left, is_left_operand(&binary.left, binary.op));
        self.push(" ");
        self.push(binary.op.as_str());
        if binary.returns == Comparison::Bool {
            self.push(" bool");
        }
        match &binary.matching.by {
            MatchBy::All => {}
            MatchBy::On(labels) => self.labels(" on ", labels),
            MatchBy::Ignoring(labels) => self.labels(" ignoring ", labels),
        }
        match &binary.matching.many {
            Many::Neither => {}
            Many::Left(labels) => self.labels(" group_left ", labels),
            Many::Right(labels) => self.labels(" group_right ", labels),
        }
        match (binary.matching.fill_left, binary.matching.fill_right) {
            (Some(left), Some(right)) if left == right => self.fill(" fill (", left),
            (left, right) => {
                if let Some(left) = left {
                    self.fill(" fill_left (", left);
                }
                if let Some(right) = right {
                    self.fill(" fill_right (", right);
                }
            }
        }
        self.push(" ");
        self.guarded(&binary.right, is_right_operand(&binary.right, binary.op));
    }

    fn fill(&mut self, keyword: &str, value: Number) {
        self.push(keyword);
        self.number(value);
        self.push(")");
    }

    fn labels(&mut self, keyword: &str, labels: &[Label]) {
        self.push(keyword);
        self.push("(");
        for (at, label) in labels.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            let bare = is_legacy_label(&label.name)
                && token::word(&label.name).is_none_or(token::is_grouping_label);
            match bare {
                true => self.push(&label.name),
                false => text::quote(self.out, label.name.as_bytes()),
            }
        }
        self.push(")");
    }

    fn selection(&mut self, selection: &Selection, range: Option<&Length>) {
        selector(self.out, &selection.selector);
        if let Some(range) = range {
            self.push("[");
            self.length(range);
            self.push("]");
        }
        match selection.edges {
            Edges::Plain => {}
            Edges::Anchored => self.push(" anchored"),
            Edges::Smoothed => self.push(" smoothed"),
        }
        self.shift(&selection.shift);
    }

    fn shift(&mut self, shift: &Shift) {
        if let Some(offset) = &shift.offset {
            self.push(" offset ");
            self.length(offset);
        }
        match shift.at {
            None => {}
            Some((At::Start, _)) => self.push(" @ start()"),
            Some((At::End, _)) => self.push(" @ end()"),
            Some((At::Seconds(seconds), _)) => {
                self.push(" @ ");
                self.number(seconds);
            }
        }
    }

    fn length(&mut self, length: &Length) {
        match (length.value, self.window) {
            (LengthValue::Window(sign), window) => {
                if sign == Sign::Minus {
                    self.push("-");
                }
                match window {
                    Some(window) => {
                        let _ = write!(self.out, "{window}");
                    }
                    None => self.push(WINDOW),
                }
            }
            (LengthValue::Seconds(Number(seconds)), _) => {
                let magnitude = LengthValue::Seconds(Number(seconds.abs()));
                match magnitude.as_duration() {
                    Some(duration) => {
                        let sign = if seconds < 0.0 { "-" } else { "" };
                        let _ = write!(self.out, "{sign}{duration}");
                    }
                    None if seconds == 0.0 && seconds.is_sign_positive() => self.push("0s"),
                    // Shorter than a millisecond, or not in whole ones.
                    None => self.number(Number(seconds)),
                }
            }
        }
    }

    /// A number in the shortest form that reads back as itself.
    fn number(&mut self, Number(number): Number) {
        const PLAIN_MIN: f64 = 1e-7;
        const PLAIN_MAX: f64 = 1e21;
        let magnitude = number.abs();
        let _ = if number.is_nan() {
            self.out.write_str("NaN")
        } else if number.is_infinite() {
            self.out
                .write_str(if number > 0.0 { "Inf" } else { "-Inf" })
        } else if magnitude == 0.0 || (PLAIN_MIN..PLAIN_MAX).contains(&magnitude) {
            write!(self.out, "{number}")
        } else {
            write!(self.out, "{number:e}")
        };
    }
}

fn is_negative(expr: &Expr) -> bool {
    matches!(expr.node, Node::Number(Number(number)) if number.is_sign_negative() && !number.is_nan())
}

/// Whether `[...:...]` may stand right behind it.
fn is_postfix_base(expr: &Expr) -> bool {
    !matches!(expr.node, Node::Binary(_) | Node::Unary(..)) && !is_negative(expr)
}

/// Whether a sign may stand right before it. A sign and a number are one number.
fn is_unary_operand(expr: &Expr) -> bool {
    match &expr.node {
        Node::Number(_) => false,
        Node::Binary(binary) => binary.op == BinaryOp::Pow,
        _ => true,
    }
}

fn is_left_operand(expr: &Expr, op: BinaryOp) -> bool {
    match &expr.node {
        Node::Binary(left) => match op {
            BinaryOp::Pow => false,
            _ => left.op.precedence() >= op.precedence(),
        },
        // `-a ^ b` is `-(a ^ b)`.
        Node::Unary(..) => op != BinaryOp::Pow,
        _ => op != BinaryOp::Pow || !is_negative(expr),
    }
}

fn is_right_operand(expr: &Expr, op: BinaryOp) -> bool {
    match &expr.node {
        Node::Binary(right) if op == BinaryOp::Pow => right.op == BinaryOp::Pow,
        Node::Binary(right) => right.op.precedence() > op.precedence(),
        _ => true,
    }
}
