//! The part of the grammar behind an expression: ranges, subqueries, `offset`, `@` and the like.

use super::expr::{
    At, Edges, Expr, Length, LengthValue, Node, Number, Selection, Shift, Sign, Subquery,
};
use super::fault::{Fault, FaultKind};
use super::number::DURATION_SECONDS_MAX;
use super::op::BinaryOp;
use super::parse::{Built, Parser, Step, Stop, signed};
use super::token::{Keyword, Kind};

const ARITHMETIC: &str =
    "arithmetic on durations is experimental in Prometheus and is not supported";

impl Parser<'_> {
    /// What may stand behind an expression, any number of times: ranges, `offset`, `@` and the like.
    pub(super) fn modifiers(&mut self, mut built: Built) -> Step<Built> {
        loop {
            built = match self.token.kind {
                Kind::LeftBracket => self.brackets(built)?,
                Kind::Keyword(Keyword::Offset) => {
                    self.advance();
                    let offset = self.offset_length()?;
                    self.set_offset(&mut built.expr, offset);
                    built
                }
                Kind::At => {
                    self.advance();
                    self.set_at(&mut built.expr)?;
                    built
                }
                Kind::Keyword(Keyword::Anchored) => {
                    self.set_edges(&mut built.expr, Edges::Anchored);
                    built
                }
                Kind::Keyword(Keyword::Smoothed) => {
                    self.set_edges(&mut built.expr, Edges::Smoothed);
                    built
                }
                _ => return Ok(built),
            };
        }
    }

    fn brackets(&mut self, built: Built) -> Step<Built> {
        let open = self.advance().place;
        let start = built.expr.place.start();
        let range = self.positive_length()?;
        if self.accept(Kind::Colon) {
            let step = match self.token.kind {
                Kind::RightBracket => None,
                _ => Some(self.positive_length()?),
            };
            self.close_bracket("`]`")?;
            let subquery = Subquery {
                of: built.expr,
                range,
                step,
                shift: Shift::default(),
            };
            let place = self.since(start);
            return self.build(place, Node::Subquery(Box::new(subquery)), built.height);
        }
        self.close_bracket("`:` or `]`")?;
        let (selection, fault) = match built.expr.node {
            Node::Selection(selection) => {
                let fault = if selection
                    .shift
                    .offset
                    .is_some_and(|offset| !is_zero(offset))
                {
                    Some("a range comes before `offset`")
                } else if selection.shift.at.is_some() {
                    Some("a range comes before `@`")
                } else {
                    None
                };
                (selection, fault)
            }
            _ => (Selection::default(), Some("only a selector has a range")),
        };
        if let Some(message) = fault {
            let fault = Fault::new(FaultKind::Type, open.start()..self.last_end, message);
            self.add(
                fault.help("a subquery, such as `[1h:1m]`, gives any other expression a range"),
            );
        }
        self.build(
            self.since(start),
            Node::Range(selection, range),
            built.height,
        )
    }

    fn close_bracket(&mut self, expected: &str) -> Step<()> {
        self.refuse_arithmetic()?;
        self.expect(Kind::RightBracket, expected)?;
        Ok(())
    }

    fn refuse_arithmetic(&mut self) -> Step<()> {
        if let Kind::Op(
            BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::Mod
            | BinaryOp::Pow,
        ) = self.token.kind
        {
            self.fault(FaultKind::Syntax, self.token.place, ARITHMETIC);
            return Err(Stop);
        }
        Ok(())
    }

    /// A duration in brackets: it has a sign, or several, but is longer than zero.
    fn positive_length(&mut self) -> Step<Length> {
        let start = self.token.place.start();
        let mut sign = Sign::Plus;
        while let Kind::Op(op @ (BinaryOp::Add | BinaryOp::Sub)) = self.token.kind {
            self.advance();
            sign = match (op, sign) {
                (BinaryOp::Add, sign) => sign,
                (_, Sign::Plus) => Sign::Minus,
                (_, Sign::Minus) => Sign::Plus,
            };
        }
        let length = self.length(sign, start)?;
        let positive = match length.value {
            LengthValue::Seconds(Number(seconds)) => seconds > 0.0,
            LengthValue::Window(sign) => sign == Sign::Plus,
        };
        if !positive {
            self.fault(
                FaultKind::Syntax,
                length.place,
                "the duration must be longer than zero",
            );
        }
        // Behind `:` the step follows, before it the colon.
        self.refuse_arithmetic()?;
        Ok(length)
    }

    fn offset_length(&mut self) -> Step<Length> {
        let start = self.token.place.start();
        let sign = self.sign();
        self.length(sign, start)
    }

    /// A duration, a number of seconds, or `$window`, behind its signs.
    fn length(&mut self, sign: Sign, start: usize) -> Step<Length> {
        match self.token.kind {
            Kind::Window => {
                self.advance();
                return Ok(Length {
                    place: self.since(start),
                    value: LengthValue::Window(sign),
                });
            }
            Kind::LeftParen => {
                self.fault(FaultKind::Syntax, self.token.place, ARITHMETIC);
                return Err(Stop);
            }
            Kind::Keyword(Keyword::Step | Keyword::Range | Keyword::MaxOf | Keyword::MinOf) => {
                let place = self.advance().place;
                if self.token.kind != Kind::LeftParen {
                    return self.unexpected("`(`");
                }
                self.fault(FaultKind::Syntax, place, ARITHMETIC);
                return Err(Stop);
            }
            _ => {}
        }
        let literal = self.token.place;
        let mut seconds = self.number_literal("a duration, such as `5m`")?;
        if seconds.abs() > DURATION_SECONDS_MAX {
            let message = format!(
                "`{}` seconds are longer than 292 years",
                self.slice(literal)
            );
            self.fault(FaultKind::Syntax, literal, message);
            seconds = 1.0;
        }
        // NaN compares with nothing; Prometheus takes it for zero.
        if seconds.is_nan() {
            seconds = 0.0;
        }
        Ok(Length {
            place: self.since(start),
            value: LengthValue::Seconds(Number(signed(sign, seconds))),
        })
    }

    fn set_offset(&mut self, expr: &mut Expr, offset: Length) {
        let place = expr.place;
        let Some(shift) = shift_of(expr) else {
            self.fault(
                FaultKind::Type,
                place,
                "`offset` comes behind a selector or a subquery",
            );
            return;
        };
        // A zero offset counts as none, as it does in Prometheus.
        let twice = shift.offset.is_some_and(|offset| !is_zero(offset));
        shift.offset = Some(offset);
        if twice {
            self.fault(FaultKind::Type, place, "a second `offset`");
        }
        expr.place = self.since(place.start());
    }

    fn set_at(&mut self, expr: &mut Expr) -> Step<()> {
        let place = expr.place;
        let start = self.token.place.start();
        let at = match self.token.kind {
            Kind::Keyword(keyword @ (Keyword::Start | Keyword::End)) => {
                self.advance();
                self.expect(Kind::LeftParen, "`(`")?;
                self.expect(Kind::RightParen, "`)`")?;
                match keyword {
                    Keyword::Start => At::Start,
                    _ => At::End,
                }
            }
            _ => {
                let sign = self.sign();
                let seconds = signed(sign, self.number_literal("a time in seconds")?);
                let bound = i64::MAX as f64;
                if seconds.is_nan() || seconds >= bound || seconds <= -bound {
                    self.fault(
                        FaultKind::Type,
                        place,
                        "the time behind `@` is out of bounds",
                    );
                }
                At::Seconds(Number(seconds))
            }
        };
        let at_place = self.since(start);
        match shift_of(expr) {
            None => self.fault(
                FaultKind::Type,
                place,
                "`@` comes behind a selector or a subquery",
            ),
            Some(shift) if shift.at.is_some() => {
                self.fault(FaultKind::Type, place, "a second `@`");
            }
            Some(shift) => {
                shift.at = Some((at, at_place));
                expr.place = self.since(place.start());
            }
        }
        Ok(())
    }

    fn set_edges(&mut self, expr: &mut Expr, edges: Edges) {
        let word = self.advance().place;
        let word = self.slice(word).to_ascii_lowercase();
        match &mut expr.node {
            Node::Selection(selection) | Node::Range(selection, _) => {
                if ![Edges::Plain, edges].contains(&selection.edges) {
                    self.fault(
                        FaultKind::Type,
                        expr.place,
                        "`anchored` and `smoothed` exclude each other",
                    );
                }
                selection.edges = edges;
            }
            _ => self.fault(
                FaultKind::Type,
                expr.place,
                format!("`{word}` comes behind a selector"),
            ),
        }
    }
}

fn is_zero(offset: Length) -> bool {
    matches!(offset.value, LengthValue::Seconds(Number(seconds)) if seconds == 0.0)
}

/// The modifiers of time of an expression that can have some.
fn shift_of(expr: &mut Expr) -> Option<&mut Shift> {
    match &mut expr.node {
        Node::Selection(selection) | Node::Range(selection, _) => Some(&mut selection.shift),
        Node::Subquery(subquery) => Some(&mut subquery.shift),
        _ => None,
    }
}
