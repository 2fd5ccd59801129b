//! The words of PromQL.
//!
//! A token is a kind and the bytes it covers; its text stays where it is.

use super::expr::Place;
use super::op::{AggregateOp, BinaryOp};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The end of the text.
    Eof,
    /// No token: the lexer holds the fault.
    Broken,
    /// A name without a colon.
    Identifier,
    /// A name with a colon.
    MetricIdentifier,
    /// A number, `Inf` and `NaN` included.
    Number,
    /// A duration such as `5m`.
    Duration,
    /// `$window`.
    Window,
    /// A string in double quotes, single quotes or backticks.
    Text,
    /// An operator between two expressions, in symbols or letters.
    Op(BinaryOp),
    /// The name of an aggregation.
    Aggregate(AggregateOp),
    /// Any other word with a meaning.
    Keyword(Keyword),
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `,`
    Comma,
    /// `:` inside brackets.
    Colon,
    /// `@`
    At,
    /// `=`
    Equal,
    /// `=~`
    EqualRegex,
    /// `!~`
    NotEqualRegex,
}

/// Words with a meaning that are neither operators nor aggregations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Offset,
    Anchored,
    Smoothed,
    By,
    Without,
    On,
    Ignoring,
    GroupLeft,
    GroupRight,
    Fill,
    FillLeft,
    FillRight,
    Bool,
    Start,
    End,
    Step,
    Range,
    MaxOf,
    MinOf,
}

/// A kind and the bytes it covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub place: Place,
}

/// Longest word with a meaning, in bytes.
const WORD_BYTES_MAX: usize = 12;

/// The meaning of `word`, in any mix of cases.
pub(super) fn word(word: &str) -> Option<Kind> {
    let mut lower = [0_u8; WORD_BYTES_MAX];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let lower = std::str::from_utf8(lower).ok()?;
    if let Some(op) = AggregateOp::from_name(lower) {
        return Some(Kind::Aggregate(op));
    }
    Some(match lower {
        "and" => Kind::Op(BinaryOp::And),
        "or" => Kind::Op(BinaryOp::Or),
        "unless" => Kind::Op(BinaryOp::Unless),
        "atan2" => Kind::Op(BinaryOp::Atan2),
        "inf" | "nan" => Kind::Number,
        "offset" => Kind::Keyword(Keyword::Offset),
        "anchored" => Kind::Keyword(Keyword::Anchored),
        "smoothed" => Kind::Keyword(Keyword::Smoothed),
        "by" => Kind::Keyword(Keyword::By),
        "without" => Kind::Keyword(Keyword::Without),
        "on" => Kind::Keyword(Keyword::On),
        "ignoring" => Kind::Keyword(Keyword::Ignoring),
        "group_left" => Kind::Keyword(Keyword::GroupLeft),
        "group_right" => Kind::Keyword(Keyword::GroupRight),
        "fill" => Kind::Keyword(Keyword::Fill),
        "fill_left" => Kind::Keyword(Keyword::FillLeft),
        "fill_right" => Kind::Keyword(Keyword::FillRight),
        "bool" => Kind::Keyword(Keyword::Bool),
        "start" => Kind::Keyword(Keyword::Start),
        "end" => Kind::Keyword(Keyword::End),
        "step" => Kind::Keyword(Keyword::Step),
        "range" => Kind::Keyword(Keyword::Range),
        "max_of" => Kind::Keyword(Keyword::MaxOf),
        "min_of" => Kind::Keyword(Keyword::MinOf),
        _ => return None,
    })
}

/// Whether a token of this kind, met where an expression begins, can be the name of a metric.
pub(super) fn is_metric_name(kind: Kind) -> bool {
    match kind {
        Kind::Identifier | Kind::MetricIdentifier | Kind::Aggregate(_) => true,
        Kind::Op(op) => matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Unless),
        Kind::Keyword(keyword) => !matches!(
            keyword,
            Keyword::Bool
                | Keyword::On
                | Keyword::Ignoring
                | Keyword::GroupLeft
                | Keyword::GroupRight
        ),
        _ => false,
    }
}

/// Whether a token of this kind can be a label in `by (...)`, `on (...)` and the like.
pub(super) fn is_grouping_label(kind: Kind) -> bool {
    match kind {
        Kind::Identifier | Kind::MetricIdentifier | Kind::Aggregate(_) => true,
        Kind::Op(op) => op.is_word(),
        // Prometheus leaves `without` out of its list.
        Kind::Keyword(keyword) => keyword != Keyword::Without,
        _ => false,
    }
}
