//! The parts of the grammar around series: selectors, matchers, aggregations.

use super::expr::{Aggregate, Expr, Grouping, Label, Node, Place};
use super::fault::{Fault, FaultKind};
use super::matchers::{METRIC_NAME, MatchOp, Matcher, Selector};
use super::op::{AggregateOp, BinaryOp};
use super::parse::{Built, HEAVY_PATTERNS_MAX, MATCHERS_MAX, Parser, Step, Stop};
use super::re2::Weight;
use super::token::{self, Keyword, Kind};
use super::{re2, text};

impl Parser<'_> {
    pub(super) fn aggregate(&mut self, op: AggregateOp, name: Place) -> Step<Built> {
        let mut grouping = self.grouping()?;
        let (mut args, height) = self.arguments()?;
        let body_end = self.last_end;
        if grouping == Grouping::Nothing {
            grouping = self.grouping()?;
        }
        let place = match grouping {
            Grouping::Nothing => Place::new(name.start(), body_end),
            _ => self.since(name.start()),
        };
        let wanted = if op.has_parameter() { 2 } else { 1 };
        if args.len() != wanted {
            let message = match args.len() {
                0 => format!("`{}` has nothing to aggregate", op.as_str()),
                1 => format!("`{}` takes a parameter before the expression", op.as_str()),
                count => format!(
                    "`{}` takes {wanted} argument{}, got {count}",
                    op.as_str(),
                    if wanted == 1 { "" } else { "s" }
                ),
            };
            self.fault(FaultKind::Type, place, message);
        }
        // Where the count is wrong, that has been said, and nobody will see this expression.
        let of = args
            .pop()
            .unwrap_or(Expr::new(place, Node::Text(Vec::new())));
        let parameter = op.has_parameter().then(|| args.pop()).flatten();
        let aggregate = Aggregate {
            op,
            grouping,
            parameter,
            of,
        };
        self.build(place, Node::Aggregate(Box::new(aggregate)), height)
    }

    fn grouping(&mut self) -> Step<Grouping> {
        let start = self.token.place.start();
        let by = match self.token.kind {
            Kind::Keyword(Keyword::By) => true,
            Kind::Keyword(Keyword::Without) => false,
            _ => return Ok(Grouping::Nothing),
        };
        self.advance();
        let labels = self.grouping_labels()?;
        let place = self.since(start);
        Ok(match by {
            true => Grouping::By(labels, place),
            false => Grouping::Without(labels, place),
        })
    }

    /// Labels in parentheses.
    pub(super) fn grouping_labels(&mut self) -> Step<Vec<Label>> {
        self.expect(Kind::LeftParen, "labels in parentheses")?;
        let mut labels = Vec::new();
        loop {
            if self.token.kind == Kind::RightParen && self.list_may_end(labels.is_empty()) {
                break;
            }
            labels.push(self.grouping_label()?);
            match self.token.kind {
                Kind::Comma => {
                    self.advance();
                }
                Kind::RightParen => break,
                _ => return self.unexpected("`,` or `)`"),
            }
        }
        self.advance();
        Ok(labels)
    }

    /// A list may end where it began, or behind one comma.
    fn list_may_end(&self, empty: bool) -> bool {
        empty || self.text.as_bytes()[self.last_end - 1] == b','
    }

    fn grouping_label(&mut self) -> Step<Label> {
        let place = self.token.place;
        if self.token.kind == Kind::Text {
            self.advance();
            let name = String::from_utf8(text::unquote(self.slice(place))).unwrap_or_default();
            if name.is_empty() {
                let message = format!("{} is no label name", self.slice(place));
                self.fault(FaultKind::Syntax, place, message);
            }
            return Ok(Label { name, place });
        }
        if !token::is_grouping_label(self.token.kind) {
            return self.unexpected("a label");
        }
        self.advance();
        let name = self.slice(place).to_string();
        Ok(Label { name, place })
    }

    /// The selector whose name, if any, was just read.
    pub(super) fn selector(&mut self, name: Option<Place>) -> Step<Built> {
        let start = name.unwrap_or(self.token.place).start();
        let mut selector = Selector {
            name: name.map(|place| self.slice(place).to_string()),
            ..Selector::default()
        };
        if self.accept(Kind::LeftBrace) {
            match self.token.kind {
                Kind::RightBrace => {}
                _ => self.matchers(&mut selector, Kind::RightBrace)?,
            }
            self.advance();
        }
        let place = self.since(start);
        selector.place = place;
        self.build(place, Node::selector(selector), 0)
    }

    /// Matchers up to `end`, which is left at hand.
    pub(super) fn matchers(&mut self, selector: &mut Selector, end: Kind) -> Step<()> {
        loop {
            let matcher = self.matcher(end)?;
            self.matchers_seen += 1;
            if self.matchers_seen > self.limits.matchers {
                let message = format!("the query has more than {MATCHERS_MAX} matchers");
                self.fault(FaultKind::Limit, matcher.place(), message);
                return Err(Stop);
            }
            selector.matchers.push(matcher);
            match self.token.kind {
                kind if kind == end => return Ok(()),
                Kind::Comma => {
                    self.advance();
                    if self.token.kind == end {
                        return Ok(());
                    }
                }
                Kind::Identifier if self.slice(self.token.place) == "or" => {
                    let fault = Fault::new(
                        FaultKind::Syntax,
                        self.token.place.range(),
                        "Prometheus knows no `or` between matchers",
                    );
                    self.add(
                        fault.help("combine two selectors with `or`, or values with `=~\"a|b\"`"),
                    );
                    return Err(Stop);
                }
                _ if end == Kind::Eof => return self.unexpected("`,` or the end of the list"),
                _ => return self.unexpected("`,` or `}`"),
            }
        }
    }

    fn matcher(&mut self, end: Kind) -> Step<Matcher> {
        let name_place = self.token.place;
        let quoted = match self.token.kind {
            Kind::Identifier => false,
            Kind::Text => true,
            _ if end == Kind::Eof => return self.unexpected("a label"),
            _ => return self.unexpected("a label or `}`"),
        };
        self.advance();
        let name = match quoted {
            true => self.utf8(name_place),
            false => self.slice(name_place).to_string(),
        };
        let op = match self.token.kind {
            Kind::Equal => MatchOp::Equal,
            Kind::Op(BinaryOp::NotEqual) => MatchOp::NotEqual,
            Kind::EqualRegex => MatchOp::Regex,
            Kind::NotEqualRegex => MatchOp::NotRegex,
            // A quoted name alone is the metric's.
            _ if quoted && end != Kind::Eof => {
                return Ok(Matcher {
                    name: METRIC_NAME.to_string(),
                    op: MatchOp::Equal,
                    value: name,
                    name_place,
                    value_place: name_place,
                });
            }
            _ => return self.unexpected("one of `=`, `!=`, `=~`, `!~`"),
        };
        self.advance();
        let value_place = self.expect(Kind::Text, "a text in quotes")?.place;
        let matcher = Matcher {
            name,
            op,
            value: self.utf8(value_place),
            name_place,
            value_place,
        };
        self.check_regex(&matcher);
        Ok(matcher)
    }

    fn check_regex(&mut self, matcher: &Matcher) {
        if !matches!(matcher.op, MatchOp::Regex | MatchOp::NotRegex) {
            return;
        }
        match re2::check(&matcher.value) {
            Ok(Weight::Light) => {}
            Ok(Weight::Heavy) if self.heavy_patterns < self.limits.heavy_patterns => {
                self.heavy_patterns += 1;
            }
            Ok(Weight::Heavy) => self.fault(
                FaultKind::Limit,
                matcher.place(),
                format!("more than {HEAVY_PATTERNS_MAX} large regular expressions"),
            ),
            Err(why) => {
                let fault = Fault::new(
                    FaultKind::Syntax,
                    matcher.place().range(),
                    format!(
                        "the regular expression of `{}` does not read: {why}",
                        matcher.name
                    ),
                );
                self.add(fault.related(matcher.value_place.range(), why));
            }
        }
    }

    /// What a literal says, as a label's name or value.
    fn utf8(&mut self, place: Place) -> String {
        String::from_utf8(text::unquote(self.slice(place))).unwrap_or_else(|_| {
            self.fault(
                FaultKind::Syntax,
                place,
                "labels and their values are UTF-8, so this matches nothing",
            );
            String::new()
        })
    }
}
