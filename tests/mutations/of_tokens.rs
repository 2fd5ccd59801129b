//! The mutations of PromQL: each token dropped, each token doubled.
//!
//! Exact is: for a dropped token the gap, the token that now stands there, the partner of a bracket, or where nothing is
//! left the key; for a doubled one
//! either of the two. A token is taken out without joining its neighbours. Where two mutations give the same text, such as
//! two closing brackets of which one goes, the places of both are exact.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use promql_parser::parser::value::ValueType;

use super::keys::Query;
use super::mutation::{Kind, Mutation, replaced};

/// Every mutation of one text of PromQL.
pub fn all(file: &str, query: &Query) -> Vec<Mutation> {
    let text = &*query.scalar.text;
    let tokens = tokens(text);
    let place = |range: &Range<usize>| {
        let span = query.scalar.span_of(range.clone());
        span.start as usize..span.end as usize
    };
    let end = query.scalar.span.end as usize;
    let mut all = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let here = place(token);
        let written = &text[token.clone()];
        let what = format!("{}: `{written}` at {}", query.path, token.start);
        let before = at.checked_sub(1).map(|at| place(&tokens[at]));
        let after = tokens.get(at + 1).map(place);
        let joined = before.as_ref().is_some_and(|b| b.end == here.start)
            && after.as_ref().is_some_and(|a| a.start == here.end)
            && joins(
                text[..token.start].chars().last(),
                text[token.end..].chars().next(),
            );
        let by = if joined { " " } else { "" };
        let moved = |at: usize| {
            if at >= here.end {
                at - here.len() + by.len()
            } else {
                at
            }
        };
        let from = file[..here.start].trim_end().len();
        let to = moved(after.map_or(end, |after| after.start));
        let mut places = vec![from..=to];
        if tokens.len() == 1 {
            places.push(query.key..=query.key);
        }
        if let Some(partner) = partner(text, &tokens, at) {
            let partner = moved(place(&tokens[partner]).start);
            places.push(partner..=partner);
        }
        let gone = replaced(text, token.clone(), by);
        all.push(Mutation {
            kind: Kind::TokenDropped,
            what: what.clone(),
            text: replaced(file, here.clone(), by),
            places,
            names: Vec::new(),
            still_valid: excuse(query, text, &tokens, at)
                .filter(|_| reads(&gone, query.matchers))
                .map(str::to_string),
        });
        let bracket = "()[]{}".contains(written);
        let twice = format!("{}{written}", if bracket { "" } else { " " });
        let second = here.end + twice.len() - written.len();
        all.push(Mutation {
            kind: Kind::TokenDoubled,
            what,
            text: replaced(file, here.end..here.end, &twice),
            places: vec![here.start..=here.start, second..=second],
            names: Vec::new(),
            still_valid: None,
        });
    }
    let texts: BTreeMap<String, Vec<RangeInclusive<usize>>> =
        all.iter().fold(BTreeMap::new(), |mut texts, mutation| {
            let places: &mut Vec<_> = texts.entry(mutation.text.clone()).or_default();
            places.extend(mutation.places.iter().cloned());
            texts
        });
    for mutation in &mut all {
        mutation.places.clone_from(&texts[&mutation.text]);
    }
    all
}

/// Whether two characters side by side could be one token.
fn joins(left: Option<char>, right: Option<char>) -> bool {
    let word = |c: char| c.is_alphanumeric() || "_:.$".contains(c);
    let sign = |c: char| "=!~<>".contains(c);
    matches!((left, right), (Some(l), Some(r)) if word(l) && word(r) || sign(l) && sign(r))
}

/// Whether an independent parser reads the text, and as something that has one value for each series.
fn reads(text: &str, matchers: bool) -> bool {
    let text = text.replace("$window", "5m");
    let text = if matchers {
        format!("metric{{{text}}}")
    } else {
        text
    };
    promql_parser::parser::parse(&text)
        .is_ok_and(|expr| matches!(expr.value_type(), ValueType::Vector | ValueType::Scalar))
}

/// Why a text that still reads is still valid, if it is. A text may be PromQL and mean nothing: only what is known to mean
/// the same, or as much, is excused.
fn excuse(query: &Query, text: &str, tokens: &[Range<usize>], at: usize) -> Option<&'static str> {
    let written = &text[tokens[at].clone()];
    let called = tokens
        .get(at + 1)
        .is_some_and(|next| &text[next.clone()] == "(");
    let aggregates = ["sum", "max", "min", "avg", "count"].contains(&written) && called;
    // What `error_ratio` gives is taken as it is; everywhere else burnwatch aggregates itself.
    let brought_to_one = !query.path.ends_with("error_ratio.query");
    (aggregates && brought_to_one)
        .then_some("an aggregation dropped: burnwatch brings the rest to one series itself")
}

/// The other one of a pair of brackets.
fn partner(text: &str, tokens: &[Range<usize>], at: usize) -> Option<usize> {
    let mut open = Vec::new();
    for (here, token) in tokens.iter().enumerate() {
        match &text[token.clone()] {
            "(" | "[" | "{" => open.push(here),
            ")" | "]" | "}" => {
                let other = open.pop().expect("the examples are valid");
                if here == at {
                    return Some(other);
                }
                if other == at {
                    return Some(here);
                }
            }
            _ => {}
        }
    }
    None
}

/// The tokens of a valid text.
pub fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let while_ =
            |belongs: &dyn Fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let len = match c {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '"' | '\'' => closing(rest, c),
            '$' => {
                1 + rest[1..]
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(rest.len() - 1)
            }
            c if c.is_alphanumeric() || c == '_' => {
                while_(&|c: char| c.is_alphanumeric() || "_:.".contains(c))
            }
            _ => ["=~", "!~", "!=", "==", "<=", ">="]
                .iter()
                .find(|sign| rest.starts_with(**sign))
                .map_or(1, |sign| sign.len()),
        };
        tokens.push(at..at + len);
        at += len;
    }
    tokens
}

/// Where the text in quotes that `rest` begins with ends.
fn closing(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    panic!("the examples are valid: {rest}")
}
