//! Reads a PromQL text into an expression.
//!
//! A fault of grammar ends the reading; faults that leave the grammar intact (an unknown function, a
//! bad regular expression, an `offset` in the wrong place) are collected, all of them. Types are checked
//! afterwards, and only where the grammar holds. Every limit is a named constant.

use super::expr::{Call, Expr, Node, Number, Place, Sign};
use super::fault::{Fault, FaultKind};
use super::functions;
use super::lexer::{Lexer, Placeholder};
use super::matchers::{Matcher, Selector};
use super::number;
use super::op::BinaryOp;
use super::token::{Keyword, Kind, Token};
use super::{text, types};

/// The longest text that is read, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 << 10;
/// The deepest nesting of parentheses, calls, signs and right-hand sides that is read.
pub const NESTING_MAX: usize = 100;
/// The greatest height of an expression's tree: a chain `a + b + c + ...` is as high as it is long.
pub const HEIGHT_MAX: usize = 500;
/// The most matchers in one text.
pub const MATCHERS_MAX: usize = 1_000;
/// The most regular expressions in one text that are so large that they must be compiled to be judged.
pub const HEAVY_PATTERNS_MAX: usize = 10;

/// How much more is read of what was put together from a few texts that were each within the limits.
const WRITTEN_FACTOR: usize = 4;

/// How far the limits reach.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    text_bytes: usize,
    nesting: usize,
    height: usize,
    pub(super) matchers: usize,
    pub(super) heavy_patterns: usize,
}

impl Limits {
    /// Of a text by anybody.
    const ANYBODY: Limits = Limits {
        text_bytes: TEXT_BYTES_MAX,
        nesting: NESTING_MAX,
        height: HEIGHT_MAX,
        matchers: MATCHERS_MAX,
        heavy_patterns: HEAVY_PATTERNS_MAX,
    };
    /// Of a text of our own around such texts, which may be longer printed than they were written.
    const WRITTEN: Limits = Limits {
        text_bytes: usize::MAX,
        nesting: 2 * NESTING_MAX,
        height: 2 * HEIGHT_MAX,
        matchers: WRITTEN_FACTOR * MATCHERS_MAX,
        heavy_patterns: WRITTEN_FACTOR * HEAVY_PATTERNS_MAX,
    };
}

/// Reads `text`, in which `$window` has no meaning.
pub fn parse(text: &str) -> Result<Expr, Vec<Fault>> {
    read(text, Placeholder::Refused, Limits::ANYBODY)
}

/// Reads `text`, in which `$window` may stand for any duration.
pub fn parse_template(text: &str) -> Result<Expr, Vec<Fault>> {
    read(text, Placeholder::Allowed, Limits::ANYBODY)
}

/// Reads a template that was put together from a few expressions that were read before, so that a wrapping never takes
/// a user's text over a limit.
pub fn parse_written(text: &str) -> Result<Expr, Vec<Fault>> {
    read(text, Placeholder::Allowed, Limits::WRITTEN)
}

/// Reads a list of matchers without braces around it, such as `code=~"5..", method!="GET"`.
/// An empty list is a fault.
pub fn parse_matchers(text: &str) -> Result<Vec<Matcher>, Vec<Fault>> {
    check_size(text, Limits::ANYBODY)?;
    let mut parser = Parser::new(text, Lexer::of_matchers(text), Limits::ANYBODY);
    let matchers = parser.matcher_list().unwrap_or_default();
    match parser.faults.is_empty() {
        true => Ok(matchers),
        false => Err(parser.faults),
    }
}

fn read(text: &str, placeholder: Placeholder, limits: Limits) -> Result<Expr, Vec<Fault>> {
    check_size(text, limits)?;
    let mut parser = Parser::new(text, Lexer::new(text, placeholder), limits);
    match (parser.whole(), parser.faults.is_empty()) {
        (Ok(expr), true) => match types::check(&expr) {
            faults if faults.is_empty() => Ok(expr),
            faults => Err(faults),
        },
        _ => Err(parser.faults),
    }
}

fn check_size(text: &str, limits: Limits) -> Result<(), Vec<Fault>> {
    if text.len() <= limits.text_bytes {
        return Ok(());
    }
    Err(vec![Fault::new(
        FaultKind::Limit,
        0..0,
        format!("the query is longer than {TEXT_BYTES_MAX} bytes"),
    )])
}

/// The fault that ends the reading has been recorded.
pub(super) struct Stop;

pub(super) type Step<T> = Result<T, Stop>;

/// An expression and the height of its tree.
pub(super) struct Built {
    pub(super) expr: Expr,
    pub(super) height: usize,
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    lexer: Lexer<'a>,
    /// The token at hand.
    pub(super) token: Token,
    /// The end of the token before it.
    pub(super) last_end: usize,
    pub(super) faults: Vec<Fault>,
    depth: usize,
    pub(super) limits: Limits,
    pub(super) matchers_seen: usize,
    pub(super) heavy_patterns: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, mut lexer: Lexer<'a>, limits: Limits) -> Parser<'a> {
        let token = lexer.next();
        Parser {
            text,
            lexer,
            token,
            last_end: 0,
            faults: Vec::new(),
            depth: 0,
            limits,
            matchers_seen: 0,
            heavy_patterns: 0,
        }
    }

    /// Moves on; gives the token that was at hand.
    pub(super) fn advance(&mut self) -> Token {
        let token = self.token;
        self.last_end = token.place.end();
        self.token = self.lexer.next();
        token
    }

    pub(super) fn accept(&mut self, kind: Kind) -> bool {
        let accepted = self.token.kind == kind;
        if accepted {
            self.advance();
        }
        accepted
    }

    pub(super) fn expect(&mut self, kind: Kind, expected: &str) -> Step<Token> {
        match self.token.kind == kind {
            true => Ok(self.advance()),
            false => self.unexpected(expected),
        }
    }

    pub(super) fn slice(&self, place: Place) -> &'a str {
        &self.text[place.range()]
    }

    /// From `start` to the end of the last token.
    pub(super) fn since(&self, start: usize) -> Place {
        Place::new(start, self.last_end.max(start))
    }

    pub(super) fn fault(&mut self, kind: FaultKind, place: Place, message: impl Into<String>) {
        self.faults.push(Fault::new(kind, place.range(), message));
    }

    pub(super) fn add(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// The token at hand does not belong; `expected` does.
    pub(super) fn unexpected<T>(&mut self, expected: &str) -> Step<T> {
        let fault = match self.token.kind {
            Kind::Broken => self.lexer.take_fault(),
            Kind::Eof => Some(
                Fault::new(
                    FaultKind::Syntax,
                    self.token.place.range(),
                    "the query ends too early",
                )
                .label(format!("expected {expected}")),
            ),
            Kind::Window => Some(
                Fault::new(
                    FaultKind::Syntax,
                    self.token.place.range(),
                    "`$window` stands where no duration can",
                )
                .label(format!("expected {expected}"))
                .help("write it as a range: `metric[$window]`"),
            ),
            _ => Some(
                Fault::new(
                    FaultKind::Syntax,
                    self.token.place.range(),
                    format!("unexpected `{}`", self.slice(self.token.place)),
                )
                .label(format!("expected {expected}")),
            ),
        };
        self.faults.extend(fault);
        Err(Stop)
    }

    fn too_deep<T>(&mut self) -> Step<T> {
        let at = self.token.place.start();
        self.fault(
            FaultKind::Limit,
            Place::new(at, at),
            format!("the query nests deeper than {NESTING_MAX} levels or chains more than {HEIGHT_MAX} operators"),
        );
        Err(Stop)
    }

    /// An expression on top of trees of `heights`.
    pub(super) fn build(&mut self, place: Place, node: Node, height: usize) -> Step<Built> {
        if height >= self.limits.height {
            // The tree is within the limit, so dropping it is safe.
            return self.too_deep();
        }
        Ok(Built {
            expr: Expr::new(place, node),
            height: height + 1,
        })
    }

    fn whole(&mut self) -> Step<Expr> {
        if self.token.kind == Kind::Eof {
            self.add(
                Fault::new(FaultKind::Syntax, 0..0, "the query is empty")
                    .help("write a PromQL expression"),
            );
            return Err(Stop);
        }
        let built = self.expression(0)?;
        match self.token.kind {
            Kind::Eof => Ok(built.expr),
            _ => self.unexpected("an operator or the end of the query"),
        }
    }

    /// An expression of operators that bind at least as tightly as `floor`.
    pub(super) fn expression(&mut self, floor: u8) -> Step<Built> {
        if self.depth >= self.limits.nesting {
            return self.too_deep();
        }
        self.depth += 1;
        let mut left = self.operand()?;
        while let Kind::Op(op) = self.token.kind
            && op.precedence() >= floor
        {
            left = self.binary(left, op)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    pub(super) fn sign(&mut self) -> Sign {
        match self.token.kind {
            Kind::Op(BinaryOp::Sub) => {
                self.advance();
                Sign::Minus
            }
            Kind::Op(BinaryOp::Add) => {
                self.advance();
                Sign::Plus
            }
            _ => Sign::Plus,
        }
    }

    /// A number, or a duration in seconds.
    pub(super) fn number_literal(&mut self, expected: &str) -> Step<f64> {
        match self.token.kind {
            Kind::Number => {
                let place = self.advance().place;
                let text = self.slice(place);
                Ok(number::value(text).unwrap_or_else(|| {
                    self.fault(
                        FaultKind::Syntax,
                        place,
                        format!("`{text}` is too large, or no number"),
                    );
                    0.0
                }))
            }
            Kind::Duration => {
                let place = self.advance().place;
                let text = self.slice(place);
                Ok(number::seconds(text).unwrap_or_else(|why| {
                    self.add(duration_fault(text, place, why));
                    1.0
                }))
            }
            _ => self.unexpected(expected),
        }
    }

    /// A sign and its operand, or an expression with what is behind it.
    fn operand(&mut self) -> Step<Built> {
        let start = self.token.place.start();
        let sign = match self.token.kind {
            Kind::Op(BinaryOp::Sub) => Sign::Minus,
            Kind::Op(BinaryOp::Add) => Sign::Plus,
            _ => {
                let primary = self.primary()?;
                return self.modifiers(primary);
            }
        };
        self.advance();
        // A sign binds like `*`, from the left: of the operators, only `^` comes before it.
        let of = self.expression(BinaryOp::TIGHTEST)?;
        let place = Place::new(start, of.expr.place.end());
        if let Node::Number(Number(value)) = of.expr.node {
            return self.build(place, Node::Number(Number(signed(sign, value))), 0);
        }
        self.build(place, Node::Unary(sign, Box::new(of.expr)), of.height)
    }

    fn primary(&mut self) -> Step<Built> {
        let place = self.token.place;
        match self.token.kind {
            Kind::Number | Kind::Duration => {
                let value = self.number_literal("a number")?;
                self.build(place, Node::Number(Number(value)), 0)
            }
            Kind::Text => {
                self.advance();
                self.build(place, Node::Text(text::unquote(self.slice(place))), 0)
            }
            Kind::LeftParen => {
                self.advance();
                let inner = self.expression(0)?;
                self.expect(Kind::RightParen, "`)`")?;
                let node = Node::Paren(Box::new(inner.expr));
                self.build(self.since(place.start()), node, inner.height)
            }
            Kind::LeftBrace => self.selector(None),
            kind if super::token::is_metric_name(kind) => self.named(),
            _ => self.unexpected("an expression"),
        }
    }

    /// A call, an aggregation or a selector.
    fn named(&mut self) -> Step<Built> {
        let name = self.advance();
        match (name.kind, self.token.kind) {
            (
                Kind::Aggregate(op),
                Kind::LeftParen | Kind::Keyword(Keyword::By | Keyword::Without),
            ) => self.aggregate(op, name.place),
            (
                Kind::Identifier
                | Kind::Keyword(
                    Keyword::Start
                    | Keyword::End
                    | Keyword::Step
                    | Keyword::Range
                    | Keyword::MaxOf
                    | Keyword::MinOf,
                ),
                Kind::LeftParen,
            ) => self.call(name.place),
            _ => self.selector(Some(name.place)),
        }
    }

    fn call(&mut self, name_place: Place) -> Step<Built> {
        let (args, height) = self.arguments()?;
        let name = self.slice(name_place);
        let function = functions::find(name).unwrap_or_else(|| {
            let fault = Fault::new(
                FaultKind::Type,
                name_place.range(),
                format!("there is no function `{name}`"),
            );
            self.add(match functions::nearest(name) {
                Some(near) => fault.help(format!("did you mean `{near}`")),
                None => fault,
            });
            &functions::UNKNOWN
        });
        let call = Call {
            function,
            name_place,
            args,
        };
        self.build(self.since(name_place.start()), Node::Call(call), height)
    }

    /// Arguments in parentheses, and the height of the highest.
    pub(super) fn arguments(&mut self) -> Step<(Vec<Expr>, usize)> {
        self.expect(Kind::LeftParen, "`(`")?;
        let (mut args, mut height) = (Vec::new(), 0);
        if self.accept(Kind::RightParen) {
            return Ok((args, height));
        }
        loop {
            let arg = self.expression(0)?;
            height = height.max(arg.height);
            args.push(arg.expr);
            while self.token.kind == Kind::Comma {
                let comma = self.advance().place;
                if !matches!(self.token.kind, Kind::Comma | Kind::RightParen) {
                    break;
                }
                self.fault(FaultKind::Syntax, comma, "no argument follows this comma");
            }
            if self.accept(Kind::RightParen) {
                return Ok((args, height));
            }
            if self.text.as_bytes()[self.last_end - 1] != b',' {
                return self.unexpected("`,` or `)`");
            }
        }
    }
}

impl Parser<'_> {
    /// All of a list of matchers without braces.
    fn matcher_list(&mut self) -> Step<Vec<Matcher>> {
        if self.token.kind == Kind::Eof {
            self.add(
                Fault::new(FaultKind::Syntax, 0..0, "the list of matchers is empty")
                    .help("write matchers such as `code=~\"5..\"`"),
            );
            return Err(Stop);
        }
        let mut selector = Selector::default();
        self.matchers(&mut selector, Kind::Eof)?;
        Ok(selector.matchers)
    }
}

pub(super) fn signed(sign: Sign, value: f64) -> f64 {
    match sign {
        Sign::Plus => value,
        Sign::Minus => -value,
    }
}

fn duration_fault(text: &str, place: Place, why: number::DurationFault) -> Fault {
    match why {
        number::DurationFault::Units => Fault::new(
            FaultKind::Syntax,
            place.range(),
            format!("`{text}` is no duration"),
        )
        .help("units come in the order `y w d h m s ms`, each once: `1h30m`"),
        number::DurationFault::TooLong => Fault::new(
            FaultKind::Syntax,
            place.range(),
            format!("`{text}` is longer than 292 years"),
        ),
    }
}
