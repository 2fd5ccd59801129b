//! Cuts a PromQL text into tokens, on demand.
//!
//! Follows the modes of Prometheus' lexer (outside, inside braces, at the start of brackets), so that a
//! fault is met at the same byte. Whether the tokens make sense together is left to the parser.
//! Each call moves forward or returns the last token again: it always ends.

use std::ops::Range;

use super::expr::Place;
use super::fault::{Fault, FaultKind};
use super::number::{self, Scan};
use super::op::BinaryOp;
use super::text;
use super::token::{self, Keyword, Kind, Token};

/// The name of the placeholder, with its sign.
pub(super) const WINDOW: &str = "$window";

/// Whether `$window` may stand for a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placeholder {
    Allowed,
    Refused,
}

/// Where the lexer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Anywhere else.
    Outside,
    /// Between braces.
    Braces,
    /// In a list of matchers without braces around it.
    List,
    /// Behind `[`, before the first number.
    BracketStart,
}

pub(super) struct Lexer<'a> {
    text: &'a str,
    /// First byte of the token at hand.
    start: usize,
    /// Next byte to read.
    at: usize,
    mode: Mode,
    placeholder: Placeholder,
    /// The bytes of the `(` that are open.
    parens: Vec<usize>,
    /// The byte of the `{` that is open, or was last.
    brace: usize,
    bracket: Option<usize>,
    colon_seen: bool,
    duration_seen: bool,
    fault: Option<Fault>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, placeholder: Placeholder) -> Lexer<'a> {
        Lexer {
            text,
            start: 0,
            at: 0,
            mode: Mode::Outside,
            placeholder,
            parens: Vec::new(),
            brace: 0,
            bracket: None,
            colon_seen: false,
            duration_seen: false,
            fault: None,
        }
    }

    /// A lexer of a list of matchers without braces around it.
    pub(super) fn of_matchers(text: &'a str) -> Lexer<'a> {
        let mut lexer = Lexer::new(text, Placeholder::Refused);
        lexer.mode = Mode::List;
        lexer
    }

    /// The fault behind the last [`Kind::Broken`], once.
    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    pub(super) fn next(&mut self) -> Token {
        let kind = match self.mode {
            _ if self.fault.is_some() => Kind::Broken,
            Mode::Outside => self.outside(),
            Mode::Braces | Mode::List => self.in_braces(),
            Mode::BracketStart => self.bracket_start(),
        };
        Token {
            kind,
            place: Place::new(self.start, self.at),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Begins a token behind spaces and comments.
    fn begin(&mut self, comments: bool) {
        let bytes = self.text.as_bytes();
        loop {
            while bytes.get(self.at).is_some_and(|b| is_space(*b)) {
                self.at += 1;
            }
            if !comments || bytes.get(self.at) != Some(&b'#') {
                break;
            }
            let rest = &bytes[self.at..];
            self.at += rest
                .iter()
                .position(|b| matches!(b, b'\n' | b'\r'))
                .unwrap_or(rest.len());
        }
        self.start = self.at;
    }

    fn take(&mut self, bytes: usize, kind: Kind) -> Kind {
        self.at += bytes;
        kind
    }

    fn broken(&mut self, message: impl Into<String>) -> Kind {
        self.broken_at(self.start, message)
    }

    fn broken_at(&mut self, start: usize, message: impl Into<String>) -> Kind {
        // Prometheus marks everything from here; the place to look at is the first character.
        let end = match self.text[start..].chars().next() {
            Some(c) => self.at.max(start + c.len_utf8()),
            None => start,
        };
        self.fault = Some(Fault::new(FaultKind::Syntax, start..end, message));
        self.at = self.text.len();
        Kind::Broken
    }

    fn unexpected(&mut self, c: char, place: &str) -> Kind {
        let message = format!("unexpected character `{}`{place}", c.escape_debug());
        self.broken(message)
    }

    fn outside(&mut self) -> Kind {
        self.begin(true);
        let Some(c) = self.peek() else {
            return match (self.parens.last(), self.bracket) {
                (Some(open), _) => self.unclosed(*open, "a `(` is never closed"),
                (None, Some(open)) => self.unclosed(open, "a `[` is never closed"),
                (None, None) => Kind::Eof,
            };
        };
        let follows = self.text.as_bytes().get(self.at + 1).copied();
        let op = |kind| Kind::Op(kind);
        match (c, follows) {
            (',', _) => self.take(1, Kind::Comma),
            ('*', _) => self.take(1, op(BinaryOp::Mul)),
            ('/', _) => self.take(1, op(BinaryOp::Div)),
            ('%', _) => self.take(1, op(BinaryOp::Mod)),
            ('+', _) => self.take(1, op(BinaryOp::Add)),
            ('-', _) => self.take(1, op(BinaryOp::Sub)),
            ('^', _) => self.take(1, op(BinaryOp::Pow)),
            ('@', _) => self.take(1, Kind::At),
            ('=', Some(b'=')) => self.take(2, op(BinaryOp::Equal)),
            ('=' | '!', Some(b'~')) => {
                self.at += 2;
                let message = format!("`{c}~` belongs inside braces, between a label and a text");
                self.broken(message)
            }
            ('=', _) => self.take(1, Kind::Equal),
            ('!', Some(b'=')) => self.take(2, op(BinaryOp::NotEqual)),
            ('<', Some(b'=')) => self.take(2, op(BinaryOp::LessOrEqual)),
            ('<', Some(b'/')) => self.take(2, op(BinaryOp::TrimUpper)),
            ('<', _) => self.take(1, op(BinaryOp::Less)),
            ('>', Some(b'=')) => self.take(2, op(BinaryOp::GreaterOrEqual)),
            ('>', Some(b'/')) => self.take(2, op(BinaryOp::TrimLower)),
            ('>', _) => self.take(1, op(BinaryOp::Greater)),
            ('.', Some(b'0'..=b'9')) | ('0'..='9', _) => self.number(),
            ('"' | '\'' | '`', _) => self.string(),
            ('$', _) => self.dollar(),
            ('a'..='z' | 'A'..='Z' | '_' | ':', _) if self.bracket.is_some() => {
                self.word_in_bracket()
            }
            ('a'..='z' | 'A'..='Z' | '_' | ':', _) => self.word(),
            ('(' | ')' | '{' | '[' | ']', _) => self.bracket(c),
            _ => self.unexpected(c, ""),
        }
    }

    fn bracket(&mut self, c: char) -> Kind {
        match c {
            '(' => {
                self.parens.push(self.at);
                self.take(1, Kind::LeftParen)
            }
            ')' => match self.parens.pop() {
                Some(_) => self.take(1, Kind::RightParen),
                None => {
                    self.at += 1;
                    let kind = self.broken_at(self.at, "a `)` closes nothing");
                    self.look_at(self.start..self.start + 1);
                    kind
                }
            },
            '{' => {
                self.mode = Mode::Braces;
                self.brace = self.at;
                self.take(1, Kind::LeftBrace)
            }
            '[' if self.bracket.is_some() => self.broken("unexpected `[` inside brackets"),
            '[' => {
                self.colon_seen = false;
                self.bracket = Some(self.at);
                self.mode = Mode::BracketStart;
                self.take(1, Kind::LeftBracket)
            }
            _ if self.bracket.is_none() => self.broken("a `]` closes nothing"),
            _ => {
                self.bracket = None;
                self.mode = Mode::Outside;
                self.take(1, Kind::RightBracket)
            }
        }
    }

    fn word(&mut self) -> Kind {
        let word = self.take_word(true);
        match token::word(word) {
            // So that metrics may have these names.
            Some(Kind::Keyword(Keyword::Fill | Keyword::FillLeft | Keyword::FillRight))
                if !self.paren_follows() =>
            {
                Kind::Identifier
            }
            Some(kind) => kind,
            None if word.contains(':') => Kind::MetricIdentifier,
            None => Kind::Identifier,
        }
    }

    fn take_word(&mut self, colons: bool) -> &'a str {
        let rest = &self.text[self.at..];
        let len = rest
            .bytes()
            .position(|b| !(is_word(b) || colons && b == b':'))
            .unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    fn paren_follows(&self) -> bool {
        self.text[self.at..]
            .bytes()
            .find(|b| !is_space(*b))
            .is_some_and(|b| b == b'(')
    }

    /// Behind the first number in brackets: `:`, or one of the words of duration arithmetic.
    fn word_in_bracket(&mut self) -> Kind {
        if self.peek() == Some(':') {
            if self.colon_seen {
                return self.broken("a second `:` in brackets");
            }
            self.colon_seen = true;
            return self.take(1, Kind::Colon);
        }
        self.duration_word()
    }

    fn duration_word(&mut self) -> Kind {
        let rest = &self.text[self.at..];
        let len = rest
            .bytes()
            .position(|b| !b.is_ascii_alphabetic() && b != b'_')
            .unwrap_or(rest.len());
        match token::word(&rest[..len]) {
            Some(
                kind @ Kind::Keyword(
                    Keyword::Step | Keyword::Range | Keyword::MaxOf | Keyword::MinOf,
                ),
            ) => self.take(len, kind),
            _ => {
                self.at += len.max(1);
                self.broken("a duration is expected in brackets, such as `5m`")
            }
        }
    }

    fn bracket_start(&mut self) -> Kind {
        self.begin(false);
        let Some(c) = self.peek() else {
            let open = self.bracket.expect("a `[` begins this mode");
            return self.unclosed(open, "a `[` is never closed");
        };
        match c {
            ']' => self.bracket(c),
            ':' => {
                self.at += 1;
                match self.duration_seen {
                    true => {
                        self.colon_seen = true;
                        Kind::Colon
                    }
                    false => self.broken_at(self.at, "a `:` in brackets follows a duration"),
                }
            }
            '(' | ')' => self.bracket(c),
            '+' => self.take(1, Kind::Op(BinaryOp::Add)),
            '-' => self.take(1, Kind::Op(BinaryOp::Sub)),
            '*' => self.take(1, Kind::Op(BinaryOp::Mul)),
            '/' => self.take(1, Kind::Op(BinaryOp::Div)),
            '%' => self.take(1, Kind::Op(BinaryOp::Mod)),
            '^' => self.take(1, Kind::Op(BinaryOp::Pow)),
            ',' => self.take(1, Kind::Comma),
            '0'..='9' => self.bracket_number(),
            '.' if self.text[self.at + 1..].starts_with(|c: char| c.is_ascii_digit()) => {
                self.bracket_number()
            }
            '$' => {
                self.duration_seen = true;
                self.mode = Mode::Outside;
                self.dollar()
            }
            'a'..='z' | 'A'..='Z' | '_' => self.duration_word(),
            '{' if self.text[self.at..].starts_with("{{") => self.foreign_placeholder(),
            _ => self.broken("a duration is expected in brackets, such as `5m`"),
        }
    }

    fn bracket_number(&mut self) -> Kind {
        self.duration_seen = true;
        self.mode = Mode::Outside;
        self.number()
    }

    fn number(&mut self) -> Kind {
        match number::scan(&self.text[self.at..]) {
            Scan::Number(bytes) => self.take(bytes, Kind::Number),
            Scan::Duration(bytes) => self.take(bytes, Kind::Duration),
            Scan::Neither(bytes) => {
                self.at += bytes;
                let message = format!(
                    "`{}` is neither a number nor a duration",
                    &self.text[self.start..self.at]
                );
                self.broken(message)
            }
        }
    }

    fn string(&mut self) -> Kind {
        match text::scan(&self.text[self.at..]) {
            Ok(bytes) => self.take(bytes, Kind::Text),
            Err((bytes, message)) => {
                self.at += bytes;
                self.broken(message)
            }
        }
    }

    fn dollar(&mut self) -> Kind {
        let rest = &self.text[self.at..];
        let known = rest
            .strip_prefix(WINDOW)
            .is_some_and(|rest| !rest.bytes().next().is_some_and(is_word));
        match (known, self.placeholder) {
            (true, Placeholder::Allowed) => self.take(WINDOW.len(), Kind::Window),
            (true, Placeholder::Refused) => {
                self.at += WINDOW.len();
                let kind = self.broken("`$window` has no meaning here");
                self.with_help("write a duration, such as `5m`");
                kind
            }
            (false, _) => self.foreign_placeholder(),
        }
    }

    /// A placeholder of another tool.
    fn foreign_placeholder(&mut self) -> Kind {
        let rest = &self.text[self.at..];
        let len = rest
            .bytes()
            .position(|b| !is_word(b) && !matches!(b, b'$' | b'{' | b'}' | b'.'))
            .unwrap_or(rest.len());
        self.at += len.max(1);
        let message = format!("`{}` is no PromQL", &self.text[self.start..self.at]);
        let kind = self.broken(message);
        self.with_help(match self.placeholder {
            Placeholder::Allowed => "the window is written `$window`, as in `[$window]`",
            Placeholder::Refused => "placeholders have no meaning here",
        });
        kind
    }

    /// The text ends, and the bracket at `open` is still open.
    fn unclosed(&mut self, open: usize, message: &str) -> Kind {
        let kind = self.broken(message);
        self.look_at(open..open + 1);
        kind
    }

    fn look_at(&mut self, range: Range<usize>) {
        if let Some(fault) = self.fault.take() {
            self.fault = Some(fault.look_at(range));
        }
    }

    fn with_help(&mut self, help: &str) {
        if let Some(fault) = self.fault.take() {
            self.fault = Some(fault.help(help));
        }
    }

    fn in_braces(&mut self) -> Kind {
        self.begin(true);
        let Some(c) = self.peek() else {
            return match self.mode {
                Mode::List => Kind::Eof,
                _ => self.unclosed(self.brace, "a `{` is never closed"),
            };
        };
        let follows = self.text.as_bytes().get(self.at + 1).copied();
        match (c, follows) {
            ('a'..='z' | 'A'..='Z' | '_', _) => {
                self.take_word(false);
                Kind::Identifier
            }
            (',', _) => self.take(1, Kind::Comma),
            ('"' | '\'' | '`', _) => self.string(),
            ('=', Some(b'~')) => self.take(2, Kind::EqualRegex),
            ('=', _) => self.take(1, Kind::Equal),
            ('!', Some(b'~')) => self.take(2, Kind::NotEqualRegex),
            ('!', Some(b'=')) => self.take(2, Kind::Op(BinaryOp::NotEqual)),
            ('}', _) if self.mode == Mode::Braces => {
                self.mode = Mode::Outside;
                self.take(1, Kind::RightBrace)
            }
            ('{', _) if self.mode == Mode::List => {
                let kind = self.broken("unexpected `{` in a list of matchers");
                self.with_help("write the matchers without braces, such as `code=~\"5..\"`");
                kind
            }
            _ if self.mode == Mode::List => self.unexpected(c, " in a list of matchers"),
            _ => self.unexpected(c, " inside braces"),
        }
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}

pub(super) fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}
