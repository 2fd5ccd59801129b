//! The part of the grammar between two expressions: operators and what may follow them.

use super::expr::{Binary, Comparison, Many, MatchBy, Matching, Node, Number};
use super::op::BinaryOp;
use super::parse::{Built, Parser, Step, signed};
use super::token::{Keyword, Kind};

impl Parser<'_> {
    pub(super) fn binary(&mut self, left: Built, op: BinaryOp) -> Step<Built> {
        let op_start = self.advance().place.start();
        let returns = match self.accept(Kind::Keyword(Keyword::Bool)) {
            true => Comparison::Bool,
            false => Comparison::Filter,
        };
        let matching = self.matching()?;
        let op_place = self.since(op_start);
        // `^` groups from the right, all others from the left.
        let right = self.expression(match op {
            BinaryOp::Pow => op.precedence(),
            _ => op.precedence() + 1,
        })?;
        let place = left.expr.place.to(right.expr.place);
        let height = left.height.max(right.height);
        let binary = Binary {
            op,
            op_place,
            returns,
            matching,
            left: left.expr,
            right: right.expr,
        };
        self.build(place, Node::Binary(Box::new(binary)), height)
    }

    fn matching(&mut self) -> Step<Matching> {
        let mut matching = Matching::default();
        let on = match self.token.kind {
            Kind::Keyword(Keyword::On) => true,
            Kind::Keyword(Keyword::Ignoring) => false,
            _ => return self.fills(matching),
        };
        self.advance();
        let labels = self.grouping_labels()?;
        matching.by = match on {
            true => MatchBy::On(labels),
            false => MatchBy::Ignoring(labels),
        };
        let left = match self.token.kind {
            Kind::Keyword(Keyword::GroupLeft) => true,
            Kind::Keyword(Keyword::GroupRight) => false,
            _ => return self.fills(matching),
        };
        self.advance();
        let labels = match self.token.kind {
            Kind::LeftParen => self.grouping_labels()?,
            _ => Vec::new(),
        };
        matching.many = match left {
            true => Many::Left(labels),
            false => Many::Right(labels),
        };
        self.fills(matching)
    }

    fn fills(&mut self, mut matching: Matching) -> Step<Matching> {
        match self.token.kind {
            Kind::Keyword(Keyword::Fill) => {
                let value = self.fill_value()?;
                matching.fill_left = Some(value);
                matching.fill_right = Some(value);
            }
            Kind::Keyword(Keyword::FillLeft) => {
                matching.fill_left = Some(self.fill_value()?);
                if self.token.kind == Kind::Keyword(Keyword::FillRight) {
                    matching.fill_right = Some(self.fill_value()?);
                }
            }
            Kind::Keyword(Keyword::FillRight) => {
                matching.fill_right = Some(self.fill_value()?);
                if self.token.kind == Kind::Keyword(Keyword::FillLeft) {
                    matching.fill_left = Some(self.fill_value()?);
                }
            }
            _ => {}
        }
        Ok(matching)
    }

    fn fill_value(&mut self) -> Step<Number> {
        self.advance();
        self.expect(Kind::LeftParen, "`(`")?;
        let sign = self.sign();
        let value = self.number_literal("a number")?;
        self.expect(Kind::RightParen, "`)`")?;
        Ok(Number(signed(sign, value)))
    }
}
