//! What a server is asked so that steps can be counted, and how its numbers become contents.
//!
//! Nothing of it is recorded: an SLO that is written today is evaluated over a past in which nobody knew it.

use std::fmt::Write;

use crate::base::{Duration, Ratio};
use crate::model::core::{Core, Errors, Slices};
use crate::plan::{Plan, Settings};

use super::contents::Contents;

/// Beyond this a number for one step is no count: totals that held it would lose single events for as long as they are kept.
const COUNT_MAX: f64 = 1e15;

/// How much more good events than events there are where both are counted a moment apart.
const GOOD_MAX: f64 = 1.01;

/// Two queries, one number of each for a step and group.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// The length of a step.
    pub step: Duration,
    /// What was counted; nothing where nothing is known.
    pub events: String,
    /// What decides how much of that was bad; nothing is none.
    pub part: String,
    is_bad: Part,
    /// What the numbers are multiplied with.
    scale: f64,
}

/// What the second query counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Bad,
    Good,
}

impl Feed {
    /// The queries of `plan` for steps of this length.
    ///
    /// Counters are read one scrape interval further back than the step is long, to the sample at which the step before it
    /// ended, and scaled: steps touch in a sample and lose nothing between them. Steps that are shorter than a scrape reach back
    /// two of them, since nothing follows from one sample, and share what rose.
    pub fn of(plan: &Plan<'_>, settings: &Settings, step: Duration) -> Feed {
        let scrape = settings.scrape_interval;
        let reach = Duration::from_ms(step.max(scrape).as_ms() + scrape.as_ms());
        let feed = |events: String, part: String, is_bad: Part, scale: Ratio| Feed {
            step,
            events,
            part,
            is_bad,
            scale: scale.to_f64(),
        };
        match &plan.slo.core {
            Core::Events { events, errors } => {
                let (part, is_bad) = match errors {
                    Errors::Counted(errors) => (errors, Part::Bad),
                    Errors::Remaining(good) => (good, Part::Good),
                };
                let texts = [events, part].map(|counts| counts.text(Some(reach)));
                let [events, part] = texts;
                feed(events, part, is_bad, Ratio::of_durations(step, reach))
            }
            Core::Slices { source, slice } => {
                let seconds = |span: Duration| Ratio::of_durations(span, Duration::from_ms(1_000));
                match source {
                    Slices::Samples { known, bad } => feed(
                        known.text(Some(step)),
                        bad.text(Some(step)),
                        Part::Bad,
                        Ratio::ONE,
                    ),
                    Slices::Condition(bad) => {
                        // A server whose ranges are closed on both sides (Prometheus 2) counts a slice at the very beginning,
                        // which is the last one of the step before.
                        let range = Duration::from_ms(step.as_ms() - 1);
                        let slices = format!("({})[{range}:{slice}]", bad.text(None));
                        let sum = sum(plan);
                        feed(
                            format!("{sum} (count_over_time({slices}))"),
                            format!("{sum} (sum_over_time({slices}))"),
                            Part::Bad,
                            seconds(*slice),
                        )
                    }
                    Slices::Ratio(ratio) => {
                        let ratio = ratio.text(Some(reach));
                        feed(
                            format!("({ratio}) >= bool -Inf"),
                            format!("({ratio}) >= -Inf"),
                            Part::Bad,
                            seconds(step),
                        )
                    }
                }
            }
        }
    }

    /// What was counted in a step, from the two numbers of the server; nothing where they are no counts.
    pub fn contents(&self, events: f64, part: Option<f64>) -> Option<Contents> {
        let part = part.unwrap_or(0.0);
        // What is no number is in no range.
        if !(0.0..=COUNT_MAX).contains(&events) || !(-COUNT_MAX..=COUNT_MAX).contains(&part) {
            return None;
        }
        let (events, part) = (events * self.scale, part * self.scale);
        Some(Contents {
            events,
            errors: match self.is_bad {
                Part::Bad => part,
                // A restart can let Prometheus extrapolate good events much further than events: that says nothing of errors.
                Part::Good if part > events * GOOD_MAX + self.scale => 0.0,
                Part::Good => events - part,
            },
        })
    }
}

fn sum(plan: &Plan<'_>) -> String {
    let mut sum = "sum".to_string();
    for (at, label) in plan.slo.group_by.iter().enumerate() {
        let before = if at == 0 { " by (" } else { ", " };
        let _ = write!(sum, "{before}{label}");
    }
    if !plan.slo.group_by.is_empty() {
        sum.push(')');
    }
    sum
}
