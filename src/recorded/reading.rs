//! What answers say: taken in one after the other, so that no more than one of them is in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::batch::{Batch, NAME_LABEL, Part};
use super::survey::{BATCHES_MAX, Survey};
use crate::base::{Duration, naming};
use crate::evaluate::Group;
use crate::prometheus::{Answer, Failure, Fault, Reply, Sample};

/// Most series of one answer.
pub const SERIES_MAX: usize = 200_000;

/// One evaluation of all SLOs, as far as it is known.
#[derive(Clone, Debug)]
pub struct Reading {
    pub(super) survey: Arc<Survey>,
    /// What is known of each SLO.
    pub(super) known: Vec<Known>,
    pub(super) failures: BTreeMap<Part, Failure>,
    pub(super) answered: usize,
}

/// What is known of an SLO.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) runs: Runs,
    pub(super) groups: BTreeMap<Group, Numbers>,
    /// The windows of which some group has events.
    pub(super) windows: BTreeSet<Duration>,
    /// How long ago there were events.
    pub(super) history: BTreeSet<Duration>,
    /// Two series where one is expected.
    pub(super) twice: Option<Failure>,
}

/// Whether the rules of an SLO run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Runs {
    /// They did not lately.
    #[default]
    Never,
    /// They did, and do not any more.
    Ceased,
    /// They do.
    Now,
}

/// The numbers of one group. One that is none stands as `NaN`.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    pub(super) events: BTreeMap<Duration, f64>,
    pub(super) errors: BTreeMap<Duration, f64>,
    pub(super) left: Option<f64>,
}

impl Reading {
    /// Nothing is known yet.
    pub fn of(survey: Arc<Survey>) -> Reading {
        let failure = |part: &Part| {
            let failure = Failure {
                asked: "what rules have recorded".to_string(),
                fault: Fault::TooManyQuestions(BATCHES_MAX),
            };
            (*part, failure)
        };
        Reading {
            known: vec![Known::default(); survey.subjects.len()],
            failures: survey.refused.iter().map(failure).collect(),
            answered: 0,
            survey,
        }
    }

    /// Whether some question was answered.
    pub fn is_answered(&self) -> bool {
        self.answered > 0
    }

    /// Takes in what came of a question. Series of SLOs of others are passed over.
    pub fn take(&mut self, batch: &Batch, outcome: Result<&Reply, &Failure>) {
        let fault = match outcome {
            Err(failure) => {
                self.failures.insert(batch.part, failure.clone());
                return;
            }
            Ok(reply) => match &reply.answer {
                Answer::Vector(samples) if samples.len() <= SERIES_MAX => {
                    samples.iter().for_each(|sample| self.sample(batch, sample));
                    self.answered += 1;
                    return;
                }
                Answer::Vector(_) => Fault::TooManySeries(SERIES_MAX),
                _ => Fault::NotThisApi {
                    status: 200,
                    body: "an answer to another question".to_string(),
                },
            },
        };
        let asked = batch.question.to_string();
        self.failures.insert(batch.part, Failure { asked, fault });
    }

    fn sample(&mut self, batch: &Batch, sample: &Sample) {
        let label = |name: &str| sample.labels.get(name).map(String::as_str);
        let place = label(naming::SLO).and_then(|slo| self.survey.places.get(slo));
        let Some(place) = place.copied() else {
            return;
        };
        let (subject, known) = (&self.survey.subjects[place], &mut self.known[place]);
        let value = sample.value.float().unwrap_or(f64::NAN);
        let window = match batch.part {
            Part::Runs => {
                if known.runs != Runs::Now {
                    known.runs = match value > 0.0 {
                        true => Runs::Now,
                        false => Runs::Ceased,
                    };
                }
                return;
            }
            Part::History(after) => {
                known.history.insert(after);
                return;
            }
            Part::Budget(_) => None,
            Part::Window(window) => Some(window),
        };
        let group = Group::of(&subject.group_by, label);
        let numbers = known.groups.entry(group.clone()).or_default();
        let is_errors =
            label(NAME_LABEL).is_some_and(|name| name.starts_with(self.survey.naming.errors));
        let before = match (window, is_errors) {
            (None, _) => numbers.left.replace(value),
            (Some(window), true) => numbers.errors.insert(window, value),
            (Some(window), false) => {
                known.windows.insert(window);
                numbers.events.insert(window, value)
            }
        };
        if before.is_some() {
            let which = match subject.group_by.is_empty() {
                true => format!("of `{}` where one is expected", subject.id),
                false => {
                    let shown = group.show(&subject.group_by);
                    format!("of the group `{shown}` of `{}`", subject.id)
                }
            };
            known.twice = Some(Failure {
                asked: batch.question.to_string(),
                fault: Fault::SameGroup(format!("{which}; its rules may be installed twice")),
            });
        }
    }
}
