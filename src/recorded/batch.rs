//! One question about all SLOs, and how it is written.

use crate::base::Duration;
use crate::base::naming::{self, Naming};
use crate::plan::windows::{RAW_MAX, TILE_LOOKBACK};
use crate::prometheus::Question;

/// For so long it is known of rules that have ceased to run that they did: what is not recorded any more is blind. What was
/// recorded never, or longer ago, may have no rules.
pub const RECENT: Duration = Duration::hours(1);
/// So many intervals old the newest sample may be.
const INTERVALS_MAX: u64 = 2;
/// Beyond this interval the newest sample may be older than instant queries look back: see `emit::hold_back`.
const PLAIN_INTERVAL_MAX: Duration = Duration::minutes(4);

/// What a question is about, of all SLOs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Whether their rules run: the objective is recorded in every evaluation, whatever there is to count.
    Runs,
    /// The events and errors of a window.
    Window(Duration),
    /// The share of the budget of a period that is left.
    Budget(Duration),
    /// Whether there were events so long ago.
    History(Duration),
}

/// A question with what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// What it is about.
    pub part: Part,
    /// For the moment of an evaluation.
    pub question: Question,
}

/// How questions are written.
pub(super) struct Writer<'a> {
    pub(super) naming: &'a Naming,
    pub(super) interval: Duration,
    /// The matcher of SLOs.
    pub(super) slos: String,
}

/// The label with the name of a series.
pub(super) const NAME_LABEL: &str = "__name__";

/// How old the newest sample may be where rules run once in `interval`.
pub(super) fn fresh(interval: Duration) -> Duration {
    Duration::from_ms(interval.as_ms() * INTERVALS_MAX)
}

impl Writer<'_> {
    pub(super) fn batch(&self, part: Part) -> Batch {
        let slos = &self.slos;
        let query = match part {
            Part::Runs => {
                let (name, fresh) = (self.naming.objective, fresh(self.interval));
                format!(
                    "count_over_time({name}{{{slos}}}[{fresh}]) or 0 * last_over_time({name}{{{slos}}}[{RECENT}])"
                )
            }
            Part::Window(window) => {
                let Naming { events, errors, .. } = self.naming;
                let name = NAME_LABEL;
                self.newest(&format!(
                    "{{{name}=~\"{errors}{window}|{events}{window}\", {slos}}}"
                ))
            }
            Part::Budget(period) => {
                let name = self.naming.budget_remaining;
                self.newest(&format!("{name}{period}{{{slos}}}"))
            }
            // As the alert asks for it: by SLO, not by group.
            Part::History(after) => format!(
                "count by ({}) (last_over_time({}{RAW_MAX}{{{slos}}}[{TILE_LOOKBACK}] offset {after}))",
                naming::SLO,
                self.naming.events
            ),
        };
        Batch {
            part,
            question: Question::instant(query),
        }
    }

    /// The newest samples of a selector, none older than what is fresh: a rule that fails leaves its last ones where instant
    /// queries find them for minutes. Where these look back far enough, a series that has ended is gone at once.
    fn newest(&self, selector: &str) -> String {
        let newest = format!("last_over_time({selector}[{}])", fresh(self.interval));
        match self.interval > PLAIN_INTERVAL_MAX {
            false => format!("{newest} and {selector}"),
            true => newest,
        }
    }
}
