//! One SLO in one made-up course of events, through the engine that the daemon uses.

use std::collections::BTreeMap;

use crate::alert::Firing;
use crate::base::{Name, Ratio};
use crate::evaluate::{Contents, Counts, Group, Resolution};
use crate::plan::threshold::Scale;
use crate::plan::{Plan, Settings};
use crate::replay::inquiry::{Depth, begin_ms};
use crate::replay::past::Past;
use crate::replay::replayer::{Replayer, Span};
use crate::replay::sections::{Section, sections};

use super::dice::Dice;
use super::scene::{Failing, Scene, Volume};

/// What is made up at once, in steps.
const PIECE_STEPS: i64 = 10_080;
/// When the first incident may begin: Monday, 2026-01-05, 00:00 UTC. Periods of the calendar need a date.
const BASE_MS: i64 = 1_767_571_200_000;
/// Over how many days incidents are spread.
const BASE_DAYS: i64 = 28;

const DAY_MS: i64 = 86_400_000;

/// An SLO and what happens to it.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// The SLO.
    pub plan: &'a Plan<'a>,
    /// How rules are made.
    pub settings: &'a Settings,
    /// What is counted.
    pub volume: Volume,
    /// How likely an event fails where nothing is the matter.
    pub background: f64,
}

/// What an incident is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// How likely an event fails in it.
    pub errors: Ratio,
    /// How long it lasts, in milliseconds.
    pub lasts_ms: i64,
}

/// What a tier made of an incident: of its firings those that began while its short window reached back into the incident.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sighting {
    /// How long after its beginning the tier fired, in milliseconds; nothing where it did not.
    pub fires_ms: Option<i64>,
    /// How long after its end the tier ceased.
    pub resets_ms: Option<i64>,
    /// The share of the budget of a period that the incident had spent when the tier fired.
    pub spent: Option<f64>,
}

impl Trial<'_> {
    /// What each tier makes of an incident that begins at a moment of chance.
    pub fn incident(&self, kind: Kind, dice: &mut Dice) -> Vec<Sighting> {
        let from_ms = BASE_MS + dice.below(BASE_DAYS) * DAY_MS + dice.below(DAY_MS);
        let to_ms = from_ms + kind.lasts_ms;
        let interval_ms = self.settings.interval.as_ms() as i64;
        let span = Span {
            from_ms: from_ms - interval_ms,
            to_ms: to_ms + self.reset_ms_max(),
        };
        let failing = Failing {
            from_ms,
            to_ms,
            ratio: kind.errors.to_f64(),
        };
        let mut errors: Vec<(i64, f64)> = vec![(from_ms, 0.0)];
        let past = self.play(vec![failing], span, dice, &mut |counts| {
            let mut sum = errors.last().map_or(0.0, |last| last.1);
            for (step, contents) in counts.groups[&Group::default()].iter().enumerate() {
                let end_ms = counts.end_ms(step);
                if end_ms > from_ms && end_ms <= span.to_ms {
                    sum += contents.contents().unwrap_or(Contents::NONE).errors;
                    errors.push((end_ms, sum));
                }
            }
        });
        let budget = self.period_budget();
        let spent = |at_ms: i64| {
            let until = errors.partition_point(|(end_ms, _)| *end_ms <= at_ms);
            let sum = until.checked_sub(1).map_or(0.0, |last| errors[last].1);
            (budget > 0.0).then(|| sum / budget)
        };
        let firings: Vec<&Firing> = firings(&past).collect();
        let sighting = |tier: usize| {
            let of = firings.iter().filter(|firing| firing.tier == tier);
            // Without any of it in the short window the condition does not hold; `for` only delays what does. What the last
            // errors bring about is seen at the next evaluation.
            let short_ms = self.plan.tiers[tier].tier.short.as_ms() as i64;
            let until_ms = to_ms + short_ms + past.interval_ms;
            let mut within = of.filter(|firing| firing.from_ms < until_ms);
            let Some(first) = within.next() else {
                return Sighting::default();
            };
            let last = within.next_back().unwrap_or(first);
            Sighting {
                fires_ms: Some((first.from_ms - from_ms).max(0)),
                resets_ms: last.to_ms.map(|at_ms| (at_ms - to_ms).max(0)),
                spent: spent(first.from_ms),
            }
        };
        (0..self.plan.tiers.len()).map(sighting).collect()
    }

    /// How many episodes of each severity open in so long a time without any incident.
    pub fn quiet(&self, lasts_ms: i64, dice: &mut Dice) -> BTreeMap<Name, usize> {
        let span = Span {
            from_ms: BASE_MS,
            to_ms: BASE_MS + lasts_ms,
        };
        let past = self.play(Vec::new(), span, dice, &mut |_| {});
        let mut opened = BTreeMap::new();
        for incident in past.groups.values().flat_map(|group| &group.incidents) {
            *opened.entry(incident.episode.severity.clone()).or_insert(0) += 1;
        }
        opened
    }

    /// Goes through `span`, with as much history before it as matters; `take` sees all that was made up.
    pub fn play(
        &self,
        failing: Vec<Failing>,
        span: Span,
        dice: &mut Dice,
        take: &mut dyn FnMut(&Counts),
    ) -> Past {
        let scene = Scene {
            volume: self.volume,
            background: self.background,
            failing,
        };
        let resolution = Resolution::of(self.plan, self.settings);
        let begin_ms = begin_ms(self.plan, span, self.depth());
        let sections = sections(resolution, begin_ms, span.from_ms, span.to_ms, 0);
        let begin_ms = sections.first().map_or(span.to_ms, |first| first.begin_ms);
        let mut replayer = Replayer::new(self.plan, self.settings, resolution, begin_ms, span);
        for piece in sections.into_iter().flat_map(pieces) {
            let counts = scene.counts(piece, dice);
            take(&counts);
            replayer.go(&counts);
        }
        replayer.finish()
    }

    /// The budget must be known where a threshold moves with it.
    fn depth(&self) -> Depth {
        let mut tiers = self.plan.tiers.iter();
        match tiers.any(|planned| planned.threshold.scale != Scale::Fixed) {
            true => Depth::Period,
            false => Depth::Tiers,
        }
    }

    /// The most time after an incident in which a tier may still fire.
    fn reset_ms_max(&self) -> i64 {
        let tiers = self.plan.tiers.iter().map(|planned| {
            let keep = planned.tier.keep_firing_for.map_or(0, |keep| keep.as_ms());
            planned.tier.short.as_ms() + keep
        });
        let intervals = 2 * self.settings.interval.as_ms();
        (tiers.max().unwrap_or(0) + intervals) as i64
    }

    /// The errors that the period of the SLO allows, in events or seconds.
    fn period_budget(&self) -> f64 {
        let slo = self.plan.slo;
        let hours = slo.period.as_ms() as f64 / 3_600_000.0;
        let events = match self.volume {
            Volume::Events(traffic) => traffic.per_hour * hours,
            Volume::Time { .. } => hours * 3_600.0,
        };
        slo.objective.budget().to_f64() * events
    }
}

/// Every firing of a tier, in the order of time for each.
fn firings(past: &Past) -> impl Iterator<Item = &Firing> {
    let incidents = past.groups.values().flat_map(|group| &group.incidents);
    incidents.flat_map(|incident| &incident.episode.firings)
}

/// A section in parts that are small enough to be held.
fn pieces(section: Section) -> impl Iterator<Item = Section> {
    let piece_ms = PIECE_STEPS * section.step_ms;
    let count = (section.end_ms - section.begin_ms + piece_ms - 1) / piece_ms;
    (0..count).map(move |at| {
        let begin_ms = section.begin_ms + at * piece_ms;
        Section {
            begin_ms,
            end_ms: section.end_ms.min(begin_ms + piece_ms),
            ..section
        }
    })
}
