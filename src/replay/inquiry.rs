//! What must be asked to know the past of one SLO, and that past once it is answered.
//!
//! A value: who asks, when, and how many SLOs at a time is decided by others. A piece whose answer is too long is asked for in
//! halves.

use std::rc::Rc;

use crate::base::Duration;
use crate::evaluate::{Counts, Feed, Period, Resolution};
use crate::model::Slo;
use crate::model::core::{Core, Slices};
use crate::plan::{Plan, Settings};
use crate::prometheus::{Failure, Fault, Question, Reply, range};

use super::answers::{counts, questions};
use super::bridges;
use super::replayer::{Replayer, Span};
use super::sections::{Section, joined, sections};

/// What is asked for at once, in steps of one series: a piece of a range that every server answers.
const PIECE_STEPS_MAX: i64 = range::RANGE_POINTS_MAX;
/// And at most so many slices of time, where each is asked about: servers limit the points of a subquery over a whole range
/// (VictoriaMetrics: 30,000, `-search.maxPointsPerTimeseries`).
const PIECE_SLICES_MAX: i64 = 25_000;
/// Below so many steps a piece is not cut further when its answer is too long.
const PIECE_STEPS_MIN: usize = 16;

/// How far back the history before the span is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// As far as the windows of tiers reach.
    Tiers,
    /// As far as the period, so that the budget is known from the first moment.
    Period,
    /// As far as the windows of tiers reach, and the period that ends with the span: the budget is known at the end.
    Ending,
}

/// The questions about the past of one SLO.
#[derive(Clone, Debug)]
pub struct Inquiry<'a> {
    plan: &'a Plan<'a>,
    settings: &'a Settings,
    resolution: Resolution,
    span: Span,
    begin_ms: i64,
    pieces: Vec<Piece>,
}

/// Where an inquiry stands.
pub enum Progress<'a> {
    /// These questions are open.
    Open(Vec<Question>),
    /// It cannot be known.
    Failed {
        /// Whose answer is missing.
        question: Question,
        /// Why.
        failure: Failure,
    },
    /// Everything is answered: the past, gone through.
    Known(Box<Replayer<'a>>),
}

/// A stretch that is asked for at once.
#[derive(Clone, Debug)]
struct Piece {
    feed: Rc<Feed>,
    section: Section,
}

impl<'a> Inquiry<'a> {
    /// What must be known of `plan` for `span`.
    pub fn new(
        plan: &'a Plan<'a>,
        settings: &'a Settings,
        span: Span,
        depth: Depth,
    ) -> Inquiry<'a> {
        let mut one = Inquiry::together(&[(plan, settings)], span, depth);
        one.pop().expect("every definition has its inquiry")
    }

    /// What must be known of several definitions for `span`, in their order. Those that count the same ask the same questions.
    pub fn together(
        definitions: &[(&'a Plan<'a>, &'a Settings)],
        span: Span,
        depth: Depth,
    ) -> Vec<Inquiry<'a>> {
        let each = definitions.iter();
        let each = each.map(|(plan, settings)| Resolution::of(plan, settings));
        let Some(resolution) = each.reduce(Resolution::shared) else {
            return Vec::new();
        };
        let begins = definitions
            .iter()
            .map(|(plan, _)| begin_ms(plan, span, depth));
        let begin_ms = begins.min().expect("there is a definition");
        let sections = joined(sections(resolution, begin_ms, span.from_ms, span.to_ms));
        let begin_ms = sections.first().map_or(span.to_ms, |first| first.begin_ms);
        let inquiry = |(plan, settings): &(&'a Plan<'a>, &'a Settings)| {
            let pieces = sections
                .iter()
                .flat_map(|section| pieces(plan, settings, *section));
            Inquiry {
                plan,
                settings,
                resolution,
                span,
                begin_ms,
                pieces: pieces.collect(),
            }
        };
        definitions.iter().map(inquiry).collect()
    }

    /// Where it stands when this is what is known of questions.
    pub fn progress<'r>(
        &self,
        known: impl Fn(&Question) -> Option<Result<&'r Reply, &'r Failure>>,
    ) -> Progress<'a> {
        let mut open = Vec::new();
        let mut answered = Vec::new();
        let mut rest: Vec<Piece> = self.pieces.iter().rev().cloned().collect();
        while let Some(piece) = rest.pop() {
            let [events, part] = piece.questions();
            match (known(&events), known(&part)) {
                (Some(Ok(of_events)), Some(Ok(of_part))) => {
                    answered.push((piece, events, of_events, of_part));
                }
                (Some(Err(failure)), _) => match piece.halves(failure) {
                    Some([first, second]) => rest.extend([second, first]),
                    None => return failed(events, failure),
                },
                (_, Some(Err(failure))) => match piece.halves(failure) {
                    Some([first, second]) => rest.extend([second, first]),
                    None => return failed(part, failure),
                },
                (of_events, of_part) => {
                    let lacks = [of_events.is_none(), of_part.is_none()];
                    let both = [events, part].into_iter().zip(lacks);
                    open.extend(both.filter_map(|(question, lacks)| lacks.then_some(question)));
                }
            }
        }
        if !open.is_empty() {
            return Progress::Open(open);
        }
        let mut replayer = Replayer::new(
            self.plan,
            self.settings,
            self.resolution,
            self.begin_ms,
            self.span,
        );
        for (piece, question, events, part) in answered {
            let mut counts = match piece.counts(self.plan.slo, events, part) {
                Ok(counts) => counts,
                Err(failure) => return Progress::Failed { question, failure },
            };
            match self.bridge(&mut counts, &known) {
                Ok(lacking) => open.extend(lacking),
                Err(failed) => return *failed,
            }
            if open.is_empty() {
                replayer.go(&counts);
            }
        }
        match open.is_empty() {
            true => Progress::Known(Box::new(replayer)),
            false => Progress::Open(open),
        }
    }

    /// Adds what rose over gaps, or gives the questions that are open about them.
    fn bridge<'r>(
        &self,
        counts: &mut Counts,
        known: &impl Fn(&Question) -> Option<Result<&'r Reply, &'r Failure>>,
    ) -> Result<Vec<Question>, Box<Progress<'a>>> {
        let mut open = Vec::new();
        for gap in bridges::gaps(self.plan, counts) {
            let section = gap.section(counts);
            let step = Duration::from_ms(section.step_ms as u64);
            let piece = Piece {
                feed: Rc::new(Feed::of(self.plan, self.settings, step)),
                section,
            };
            let [events, part] = piece.questions();
            match (known(&events), known(&part)) {
                (Some(Ok(of_events)), Some(Ok(of_part))) => {
                    match piece.counts(self.plan.slo, of_events, of_part) {
                        Ok(found) => bridges::add(counts, gap, &found),
                        Err(failure) => {
                            return Err(Box::new(Progress::Failed {
                                question: events,
                                failure,
                            }));
                        }
                    }
                }
                (Some(Err(failure)), _) => return Err(Box::new(failed(events, failure))),
                (_, Some(Err(failure))) => return Err(Box::new(failed(part, failure))),
                (None, _) | (_, None) => open.extend([events, part]),
            }
        }
        Ok(open)
    }
}

/// Where what must be known begins.
pub fn begin_ms(plan: &Plan<'_>, span: Span, depth: Depth) -> i64 {
    let tiers = plan.tiers.iter().map(|planned| {
        let tier = planned.tier;
        tier.long.max(tier.short)
    });
    let of_tiers_ms = span.from_ms - tiers.max().map_or(0, |longest| longest.as_ms() as i64);
    let of_period_ms = |at_ms: i64| Period::of(plan.slo).around(at_ms).0;
    match depth {
        Depth::Tiers => of_tiers_ms,
        Depth::Period => of_tiers_ms.min(of_period_ms(span.from_ms)),
        Depth::Ending => of_tiers_ms.min(of_period_ms(span.to_ms)),
    }
}

/// A section in pieces that servers answer.
fn pieces(plan: &Plan<'_>, settings: &Settings, section: Section) -> Vec<Piece> {
    let step = Duration::from_ms(section.step_ms as u64);
    let feed = Rc::new(Feed::of(plan, settings, step));
    let piece_ms = piece_ms(&plan.slo.core, section.step_ms);
    let mut begin_ms = section.begin_ms;
    let mut pieces = Vec::new();
    while begin_ms < section.end_ms {
        let end_ms = section.end_ms.min(begin_ms + piece_ms);
        pieces.push(Piece {
            feed: feed.clone(),
            section: Section {
                begin_ms,
                end_ms,
                ..section
            },
        });
        begin_ms = end_ms;
    }
    pieces
}

/// The longest piece, in whole steps.
fn piece_ms(core: &Core, step_ms: i64) -> i64 {
    let by_steps_ms = PIECE_STEPS_MAX * step_ms;
    match core {
        Core::Slices {
            source: Slices::Condition(_),
            slice,
        } => {
            let by_slices_ms = PIECE_SLICES_MAX * slice.as_ms() as i64;
            by_steps_ms.min((by_slices_ms / step_ms).max(1) * step_ms)
        }
        Core::Events { .. } | Core::Slices { .. } => by_steps_ms,
    }
}

fn failed<'a>(question: Question, failure: &Failure) -> Progress<'a> {
    Progress::Failed {
        question,
        failure: failure.clone(),
    }
}

impl Piece {
    fn questions(&self) -> [Question; 2] {
        questions(&self.feed, self.section)
    }

    /// What the answers to both say.
    fn counts(&self, slo: &Slo, events: &Reply, part: &Reply) -> Result<Counts, Failure> {
        counts(slo, &self.feed, self.section, events, part)
    }

    /// Both halves, where its answer was too long and theirs are shorter.
    fn halves(&self, failure: &Failure) -> Option<[Piece; 2]> {
        let section = self.section;
        let steps = section.steps();
        let too_much = matches!(failure.fault, Fault::TooLarge(_) | Fault::TooManyPoints(_));
        if !too_much || steps < 2 * PIECE_STEPS_MIN {
            return None;
        }
        let middle_ms = section.begin_ms + (steps as i64 / 2) * section.step_ms;
        let half = |begin_ms, end_ms| Piece {
            feed: self.feed.clone(),
            section: Section {
                begin_ms,
                end_ms,
                ..section
            },
        };
        Some([
            half(section.begin_ms, middle_ms),
            half(middle_ms, section.end_ms),
        ])
    }
}
