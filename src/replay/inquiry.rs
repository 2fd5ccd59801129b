//! What must be asked to know the past of one SLO, and that past once it is answered.
//!
//! A value: who asks, when, and how many SLOs at a time is decided by others. A piece whose answer is too long is asked for in
//! halves.

use std::rc::Rc;

use crate::base::Duration;
use crate::evaluate::{Counts, Feed, Period, Resolution};
use crate::model::core::{Core, Slices};
use crate::plan::{Plan, Settings};
use crate::prometheus::{Failure, Fault, Question, Reply, range};

use super::answers::{counts, questions};
use super::bridges;
use super::note::Note;
use super::replayer::{Replayer, Span};
use super::scrapes;
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
    sections: Vec<Section>,
    /// What tells how often targets are really scraped.
    hours: Option<Piece>,
}

/// Where an inquiry stands.
pub enum Progress<T> {
    /// These questions are open.
    Open(Vec<Question>),
    /// It cannot be known.
    Failed {
        /// Whose answer is missing.
        question: Question,
        /// Why.
        failure: Failure,
    },
    /// Everything is answered.
    Known(T),
}

/// What was counted, one stretch after the other.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The stretches.
    pub counts: Vec<Counts>,
    /// How often targets are really scraped, where that is less often than the workspace says.
    pub found: Option<Duration>,
}

/// What is known of a question.
type Known<'r> = Option<Result<&'r Reply, &'r Failure>>;

/// What is lacking to know a past.
enum Lacking {
    /// The answers to these questions.
    Answers(Vec<Question>),
    /// Samples: targets are scraped less often.
    Scrapes,
    /// The answer to this question, for good.
    Ever(Question, Failure),
}

/// A stretch that is asked for at once.
#[derive(Clone, Debug)]
struct Piece {
    feed: Rc<Feed>,
    section: Section,
}

/// A piece with the answers to both of its questions.
struct Answered<'r> {
    piece: Piece,
    events: &'r Reply,
    part: &'r Reply,
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
        let sections = joined(sections(resolution, begin_ms, span.from_ms, span.to_ms, 0));
        let begin_ms = sections.first().map_or(span.to_ms, |first| first.begin_ms);
        let inquiry = |(plan, settings): &(&'a Plan<'a>, &'a Settings)| Inquiry {
            plan,
            settings,
            resolution,
            span,
            begin_ms,
            hours: scrapes::hours(plan, &sections).map(|section| piece(plan, settings, section)),
            sections: sections.clone(),
        };
        definitions.iter().map(inquiry).collect()
    }

    /// What must be known of `plan` at `to_ms`, which is any moment, to go on from there: its steps end with it.
    pub fn until(plan: &'a Plan<'a>, settings: &'a Settings, to_ms: i64) -> Inquiry<'a> {
        let step_ms = Resolution::of(plan, settings).step_ms();
        let span = Span {
            from_ms: to_ms - step_ms,
            to_ms,
        };
        Inquiry::since(plan, settings, begin_ms(plan, span, Depth::Ending), to_ms)
    }

    /// The same, but from `begin_ms` on, which is rounded down.
    pub fn since(
        plan: &'a Plan<'a>,
        settings: &'a Settings,
        begin_ms: i64,
        to_ms: i64,
    ) -> Inquiry<'a> {
        let resolution = Resolution::of(plan, settings);
        let step_ms = resolution.step_ms();
        let span = Span {
            from_ms: to_ms - step_ms,
            to_ms,
        };
        let phase_ms = to_ms.rem_euclid(step_ms);
        let sections = joined(sections(
            resolution,
            begin_ms,
            span.from_ms,
            to_ms,
            phase_ms,
        ));
        Inquiry {
            plan,
            settings,
            resolution,
            span,
            begin_ms: sections.first().map_or(to_ms, |first| first.begin_ms),
            hours: scrapes::hours(plan, &sections).map(|section| piece(plan, settings, section)),
            sections,
        }
    }

    /// What must be known of `plan` after `begin_ms` until `to_ms`, whole steps apart, to go on from there.
    pub fn after(
        plan: &'a Plan<'a>,
        settings: &'a Settings,
        begin_ms: i64,
        to_ms: i64,
    ) -> Inquiry<'a> {
        let resolution = Resolution::of(plan, settings);
        Inquiry {
            plan,
            settings,
            resolution,
            span: Span {
                from_ms: begin_ms,
                to_ms,
            },
            begin_ms,
            sections: vec![Section {
                begin_ms,
                end_ms: to_ms,
                step_ms: resolution.step_ms(),
            }],
            hours: None,
        }
    }

    /// From when on it asks, in Unix milliseconds.
    pub fn begin_ms(&self) -> i64 {
        self.begin_ms
    }

    /// Where it stands when this is what is known of questions: in the end the past, gone through.
    pub fn progress<'r>(
        &self,
        known: impl Fn(&Question) -> Known<'r>,
    ) -> Progress<Box<Replayer<'a>>> {
        self.by_intervals(|settings, hours| {
            let mut replayer = Replayer::new(
                self.plan,
                settings,
                self.resolution,
                self.begin_ms,
                self.span,
            );
            let mut go = |counts: Counts| replayer.go(&counts);
            let unbridged = self.scraped(settings, hours, &known, &mut go)?;
            if unbridged > 0 {
                replayer.note(Note::Unbridged(unbridged));
            }
            let (found, declared) = (settings.scrape_interval, self.settings.scrape_interval);
            if found != declared {
                replayer.note(Note::Scraped { found, declared });
            }
            Ok(Box::new(replayer))
        })
    }

    /// The same, and in the end what was counted: for whoever goes on from a past that was gone through.
    pub fn gather<'r>(&self, known: impl Fn(&Question) -> Known<'r>) -> Progress<Gathered> {
        self.by_intervals(|settings, hours| {
            let mut gathered = Gathered::default();
            let mut take = |counts: Counts| gathered.counts.push(counts);
            self.scraped(settings, hours, &known, &mut take)?;
            let found = settings.scrape_interval;
            gathered.found = (found != self.settings.scrape_interval).then_some(found);
            Ok(gathered)
        })
    }

    /// Tries the interval that is declared, and slower ones where samples are further apart.
    fn by_intervals<T>(
        &self,
        mut attempt: impl FnMut(&Settings, Option<&Piece>) -> Result<T, Lacking>,
    ) -> Progress<T> {
        let declared = self.settings.scrape_interval;
        let slower = scrapes::INTERVALS.into_iter().filter(|i| *i > declared);
        let mut intervals = [declared].into_iter().chain(slower).peekable();
        loop {
            let scrape_interval = intervals.next().expect("the last interval is not doubted");
            let settings = Settings {
                scrape_interval,
                ..self.settings.clone()
            };
            let hours = self.hours.as_ref().filter(|_| intervals.peek().is_some());
            match attempt(&settings, hours) {
                Ok(known) => return Progress::Known(known),
                Err(Lacking::Scrapes) => {}
                Err(Lacking::Answers(open)) => return Progress::Open(open),
                Err(Lacking::Ever(question, failure)) => {
                    return Progress::Failed { question, failure };
                }
            }
        }
    }

    /// What was counted if targets are scraped as `settings` say, which is doubted where `hours` are asked for; and how many
    /// gaps are not bridged. What is taken before something lacks is to be forgotten.
    fn scraped<'r>(
        &self,
        settings: &Settings,
        hours: Option<&Piece>,
        known: &impl Fn(&Question) -> Known<'r>,
        take: &mut dyn FnMut(Counts),
    ) -> Result<usize, Lacking> {
        let mut open = Vec::new();
        let mut answered: Vec<Answered<'r>> = Vec::new();
        let sections = self.sections.iter();
        let all = sections.flat_map(|section| pieces(self.plan, settings, *section));
        for piece in all {
            self.answers(piece, known, &mut answered, &mut open)?;
        }
        let mut of_hours = Vec::new();
        if let Some(hours) = hours {
            self.answers(hours.clone(), known, &mut of_hours, &mut open)?;
        }
        if !open.is_empty() {
            return Err(Lacking::Answers(open));
        }
        if let [hours] = &of_hours[..] {
            let near = |one: &&Answered<'_>| {
                let section = one.piece.section;
                section.step_ms == self.resolution.step_ms()
                    && section.end_ms > hours.piece.section.begin_ms
            };
            let steps = answered.iter().filter(near);
            let steps: Result<Vec<Counts>, Lacking> = steps.map(|one| self.counts(one)).collect();
            if scrapes::lacks(&self.counts(hours)?, &steps?) {
                return Err(Lacking::Scrapes);
            }
        }
        let mut unbridged = 0;
        for one in &answered {
            let mut counts = self.counts(one)?;
            let (lacking, beyond) = self.bridge(settings, &mut counts, known)?;
            open.extend(lacking);
            unbridged += beyond;
            if open.is_empty() {
                take(counts);
            }
        }
        match open.is_empty() {
            true => Ok(unbridged),
            false => Err(Lacking::Answers(open)),
        }
    }

    fn counts(&self, answered: &Answered<'_>) -> Result<Counts, Lacking> {
        let Answered {
            piece,
            events,
            part,
        } = answered;
        let counts = counts(self.plan.slo, &piece.feed, piece.section, events, part);
        counts.map_err(|failure| {
            let [question, _] = piece.questions();
            Lacking::Ever(question, failure)
        })
    }

    /// Adds the answers to a piece, or the questions that are open about it.
    fn answers<'r>(
        &self,
        piece: Piece,
        known: &impl Fn(&Question) -> Known<'r>,
        answered: &mut Vec<Answered<'r>>,
        open: &mut Vec<Question>,
    ) -> Result<(), Lacking> {
        let mut rest = vec![piece];
        while let Some(piece) = rest.pop() {
            let [events, part] = piece.questions();
            match (known(&events), known(&part)) {
                (Some(Ok(events)), Some(Ok(part))) => answered.push(Answered {
                    piece,
                    events,
                    part,
                }),
                (Some(Err(failure)), _) => match piece.halves(failure) {
                    Some([first, second]) => rest.extend([second, first]),
                    None => return Err(Lacking::Ever(events, failure.clone())),
                },
                (_, Some(Err(failure))) => match piece.halves(failure) {
                    Some([first, second]) => rest.extend([second, first]),
                    None => return Err(Lacking::Ever(part, failure.clone())),
                },
                (of_events, of_part) => {
                    let lacks = [of_events.is_none(), of_part.is_none()];
                    let both = [events, part].into_iter().zip(lacks);
                    open.extend(both.filter_map(|(question, lacks)| lacks.then_some(question)));
                }
            }
        }
        Ok(())
    }

    /// Adds what rose over gaps, and gives the questions that are open about them, and how many gaps are not asked about.
    fn bridge<'r>(
        &self,
        settings: &Settings,
        counts: &mut Counts,
        known: &impl Fn(&Question) -> Known<'r>,
    ) -> Result<(Vec<Question>, usize), Lacking> {
        let mut open = Vec::new();
        let gaps = bridges::gaps(self.plan, counts);
        for gap in gaps.bridged {
            let mut found = Vec::new();
            let piece = piece(self.plan, settings, gap.section(counts));
            self.answers(piece, known, &mut found, &mut open)?;
            for one in &found {
                bridges::add(counts, gap, &self.counts(one)?);
            }
        }
        Ok((open, gaps.beyond))
    }
}

fn piece(plan: &Plan<'_>, settings: &Settings, section: Section) -> Piece {
    let step = Duration::from_ms(section.step_ms as u64);
    Piece {
        feed: Rc::new(Feed::of(plan, settings, step)),
        section,
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

impl Piece {
    fn questions(&self) -> [Question; 2] {
        questions(&self.feed, self.section)
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
