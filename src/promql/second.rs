//! What an independent parser, the crate `promql-parser`, says about an expression that ours accepts.
//!
//! It is asked about a printed, normalised form, so that it does not trip over what it is known to get
//! wrong: escapes in raw strings, regular expressions that are RE2's alone, experimental words, and
//! durations below a millisecond. It is slow; it is meant for what a user wrote, once.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock};

use super::expr::{
    Comparison, Edges, Expr, Grouping, Label, Length, LengthValue, Many, MatchBy, Node, Number,
    Shift,
};
use super::matchers::{MatchOp, Selector};
use super::op::BinaryOp;
use super::{print, re2};
use crate::base::Duration;

/// The window that it is asked with.
const WINDOW: Duration = Duration::minutes(5);
/// A duration that nobody trips over, in seconds.
const PLAIN_SECONDS: f64 = 60.0;

/// `Err` holds its reason for refusing `expr`.
pub fn second_opinion(expr: &Expr) -> Result<(), String> {
    ask(&normal_form(expr))
}

/// Opinions that were asked for once need not be asked for again: many SLOs share their matchers.
#[derive(Debug, Default)]
pub struct Judge {
    accepted: RwLock<HashSet<String>>,
}

impl Judge {
    /// As [`second_opinion`], each text once.
    pub fn second_opinion(&self, expr: &Expr) -> Result<(), String> {
        let text = normal_form(expr);
        // Another thread that fell over while it held the lock left a set that is whole.
        let known = self
            .accepted
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&text);
        if !known {
            ask(&text)?;
            self.accepted
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(text);
        }
        Ok(())
    }
}

fn normal_form(expr: &Expr) -> String {
    let mut normal = expr.clone();
    normal.walk_mut(&mut normalise);
    let mut text = String::new();
    print(&mut text, &normal, Some(WINDOW));
    text
}

fn ask(text: &str) -> Result<(), String> {
    // It panics on some inputs. Nothing of ours is shared with it, so nothing can be left half done.
    match catch_unwind(AssertUnwindSafe(|| promql_parser::parser::parse(text))) {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(reason)) => Err(reason),
        Err(_) => Err("the second parser broke down".to_string()),
    }
}

fn normalise(expr: &mut Expr) {
    match &mut expr.node {
        Node::Text(said) => *said = String::from_utf8_lossy(said).into_owned().into_bytes(),
        Node::Selection(selection) => {
            normalise_selector(&mut selection.selector);
            normalise_shift(&mut selection.shift);
            selection.edges = Edges::Plain;
        }
        Node::Range(selection, range) => {
            normalise_selector(&mut selection.selector);
            normalise_shift(&mut selection.shift);
            selection.edges = Edges::Plain;
            normalise_length(range);
        }
        Node::Subquery(subquery) => {
            normalise_length(&mut subquery.range);
            subquery.step.iter_mut().for_each(normalise_length);
            normalise_shift(&mut subquery.shift);
        }
        Node::Binary(binary) => {
            // Cutting histograms is younger than the crate; `== bool` has its types and precedence.
            if matches!(binary.op, BinaryOp::TrimUpper | BinaryOp::TrimLower) {
                binary.op = BinaryOp::Equal;
                binary.returns = Comparison::Bool;
            }
            match &mut binary.matching.by {
                MatchBy::All => {}
                MatchBy::On(labels) | MatchBy::Ignoring(labels) => normalise_labels(labels),
            }
            match &mut binary.matching.many {
                Many::Neither => {}
                Many::Left(labels) | Many::Right(labels) => normalise_labels(labels),
            }
        }
        Node::Aggregate(aggregate) => match &mut aggregate.grouping {
            Grouping::Nothing => {}
            Grouping::By(labels, _) | Grouping::Without(labels, _) => normalise_labels(labels),
        },
        Node::Number(_) | Node::Unary(..) | Node::Call(_) | Node::Paren(_) => {}
    }
}

fn normalise_shift(shift: &mut Shift) {
    shift.offset.iter_mut().for_each(normalise_length);
}

fn normalise_length(length: &mut Length) {
    if let LengthValue::Seconds(Number(seconds)) = length.value
        && LengthValue::Seconds(Number(seconds.abs()))
            .as_duration()
            .is_none()
    {
        length.value = LengthValue::Seconds(Number(PLAIN_SECONDS));
    }
}

fn normalise_selector(selector: &mut Selector) {
    selector.name.iter_mut().for_each(normalise_name);
    for matcher in &mut selector.matchers {
        normalise_name(&mut matcher.name);
        if matches!(matcher.op, MatchOp::Regex | MatchOp::NotRegex)
            && let Ok((rewritten, _)) = re2::rewrite(&matcher.value)
        {
            matcher.value = rewritten;
        }
    }
}

fn normalise_labels(labels: &mut [Label]) {
    for label in labels {
        normalise_name(&mut label.name);
    }
}

/// Words that it does not take as names.
fn normalise_name(name: &mut String) {
    if ["anchored", "smoothed"]
        .iter()
        .any(|word| name.eq_ignore_ascii_case(word))
    {
        name.push('_');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::functions::{FUNCTIONS, Type};
    use crate::promql::op::AggregateOp;
    use crate::promql::parse_template;

    fn agrees(text: &str) {
        let expr = parse_template(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!(second_opinion(&expr), Ok(()), "{text}");
    }

    #[test]
    fn the_second_parser_is_kept_from_its_known_defects() {
        for text in [
            r"foo{path=~`/api/\d+`}",
            r"foo{path=~`\Q.+\E|a{,5}`}",
            r#"label_replace(x, "a", `\d`, "b", "(.*)")"#,
            r#""\xff""#,
            "increase(foo[$window])",
            "x offset -$window",
            "foo[0.0001]",
            "foo[9223372036] offset 0",
            "foo[5m] anchored",
            "anchored * on (smoothed) sum by (Anchored) (foo smoothed)",
            "foo @ -100",
            "foo @ 9e17",
            "foo </ 5 + bar",
            "a + fill (0) b",
            r#"{"my.metric", "a.b"="c"}"#,
            "sum by (\"a.b\", without_) (x)",
            "1e300 + 0x1f + Inf - NaN",
            "max_over_time(x[5m:1m] offset 1d @ start())",
            "info(x, {a=\"b\"})",
        ] {
            agrees(text);
        }
    }

    #[test]
    fn it_knows_every_function_and_aggregation() {
        for function in FUNCTIONS {
            let args: Vec<&str> = function
                .args
                .iter()
                .map(|arg| match arg {
                    Type::Scalar => "1",
                    Type::Vector => "{a=\"b\"}",
                    Type::Matrix => "x[5m]",
                    Type::String => "\"s\"",
                })
                .collect();
            agrees(&format!("{}({})", function.name, args.join(", ")));
        }
        for op in AggregateOp::ALL {
            let parameter = match op {
                AggregateOp::CountValues => "\"v\", ",
                op if op.has_parameter() => "1, ",
                _ => "",
            };
            agrees(&format!("{}({parameter}x)", op.as_str()));
        }
    }

    #[test]
    fn an_expression_that_is_no_promql_is_refused() {
        let mut expr = parse_template("rate(x[5m])").unwrap();
        let Node::Call(call) = &mut expr.node else {
            panic!("a call")
        };
        call.args.clear();
        assert!(second_opinion(&expr).is_err());
    }
}
