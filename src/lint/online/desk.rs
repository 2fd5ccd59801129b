//! The answers so far, and the questions that are still open.
//!
//! A check looks things up. What is not known yet is noted as a question, and the check is called again when there are
//! answers; what could not be answered is noted as unchecked. Equal questions are one.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::past;
use super::scene::{Scene, Want};
use super::table::{GROUPS_MAX, Table};
use super::unchecked::{Unchecked, Weight};
use crate::base::Duration;
use crate::diagnostics::Code;
use crate::lint::subject::Subject;
use crate::model::slo::SloId;
use crate::prometheus::{Answer, Failure, Fault, Labels, Question, Reply, Sample};
use crate::promql::matchers::METRIC_NAME;
use crate::promql::{MatchOp, Matcher, Selector};
use crate::replay::{Depth, Inquiry, Past, Progress};

/// Most names of metrics in one question.
pub const NAMES_PER_QUESTION: usize = 100;

/// Answers and open questions.
pub struct Desk {
    /// What is asked about the presence of each metric.
    batches: BTreeMap<String, Question>,
    answers: BTreeMap<Question, Result<Rc<Reply>, Failure>>,
    tables: BTreeMap<Question, Rc<Groups>>,
    names: Option<Rc<Names>>,
    similar: BTreeMap<(String, &'static str), Option<String>>,
    wanted: BTreeSet<Question>,
    failed: BTreeMap<Fault, Unanswered>,
    unsupported: BTreeMap<String, BTreeSet<Code>>,
    code: Code,
    now_ms: i64,
    /// What is known of the pasts that are asked about.
    pasts: BTreeMap<SloId, Option<Rc<Past>>>,
}

/// The names of the metrics that a server has, or had within [`BACK`].
pub struct Names {
    /// The names.
    pub all: BTreeSet<String>,
    /// Whether there are no others.
    pub are_complete: bool,
}

/// How far back a server is searched for what is not there now.
pub const BACK: Duration = Duration::days(7);
/// Most names of metrics that a server is asked for.
pub const NAMES_MAX: u32 = 50_000;

/// Questions that failed for the same reason, and who had asked.
#[derive(Default)]
struct Unanswered {
    codes: BTreeSet<Code>,
    questions: BTreeSet<Question>,
}

/// Groups of series, or too many of them.
pub enum Groups {
    /// All of them.
    All(Table),
    /// More than [`GROUPS_MAX`].
    TooMany,
}

impl Desk {
    /// An empty desk for these SLOs; `code` is the check that looks first, and `now_ms` the time that is asked about.
    pub fn new(scenes: &[Scene<'_>], code: Code, now_ms: i64) -> Desk {
        let names: BTreeSet<&str> = scenes
            .iter()
            .flat_map(|scene| &scene.wants)
            .filter_map(|want| want.metric.as_deref())
            .collect();
        let names: Vec<&str> = names.into_iter().collect();
        let mut batches = BTreeMap::new();
        for part in names.chunks(NAMES_PER_QUESTION) {
            let question = presence(part);
            batches.extend(part.iter().map(|name| (name.to_string(), question.clone())));
        }
        Desk {
            batches,
            answers: BTreeMap::new(),
            tables: BTreeMap::new(),
            names: None,
            similar: BTreeMap::new(),
            wanted: BTreeSet::new(),
            failed: BTreeMap::new(),
            unsupported: BTreeMap::new(),
            code,
            now_ms,
            pasts: BTreeMap::new(),
        }
    }

    /// From now on another check looks things up.
    pub fn turn_to(&mut self, code: Code) {
        self.code = code;
    }

    /// The open questions; there are none when everything is known that can be.
    pub fn take_wanted(&mut self) -> Vec<Question> {
        std::mem::take(&mut self.wanted).into_iter().collect()
    }

    /// Takes an answer in.
    pub fn learn(&mut self, question: Question, outcome: Result<Reply, Failure>) {
        let outcome = outcome.and_then(|reply| match is_answer(&question, &reply) {
            true => Ok(Rc::new(reply)),
            false => Err(Failure {
                asked: question.to_string(),
                fault: Fault::NotThisApi {
                    status: 200,
                    body: "an answer to another question".to_string(),
                },
            }),
        });
        self.answers.insert(question, outcome);
    }

    /// The metrics that the SLOs need.
    pub fn metrics(&self) -> impl Iterator<Item = &str> {
        self.batches.keys().map(String::as_str)
    }

    /// The answer to a question; nothing while it is open, and where it could not be answered.
    pub fn reply(&mut self, question: &Question) -> Option<Rc<Reply>> {
        match self.answers.get(question) {
            Some(Ok(reply)) => Some(reply.clone()),
            Some(Err(failure)) => {
                let fault = failure.fault.clone();
                self.note(fault, question);
                None
            }
            None => {
                self.wanted.insert(question.clone());
                None
            }
        }
    }

    /// Notes that the check lacks an answer.
    fn note(&mut self, fault: Fault, question: &Question) {
        let unanswered = self.failed.entry(fault).or_default();
        unanswered.codes.insert(self.code);
        unanswered.questions.insert(question.clone());
    }

    /// What would have happened to an SLO in [`past::REPLAYED`]; nothing while questions about it are open, where one could not
    /// be answered, and beyond [`past::REPLAYED_MAX`] SLOs.
    pub fn past(&mut self, subject: &Subject<'_>) -> Option<Rc<Past>> {
        let id = &subject.slo.id;
        match self.pasts.get(id) {
            Some(Some(past)) => return Some(past.clone()),
            None if self.pasts.len() >= past::REPLAYED_MAX => {
                let most = past::REPLAYED_MAX;
                self.unsupported(format!(
                    "a run replays the last days of {most} SLOs, and there are more"
                ));
                return None;
            }
            Some(None) | None => {}
        }
        let settings = past::settings(subject.settings);
        let span = past::span(&subject.plan, &settings, self.now_ms);
        let inquiry = Inquiry::new(&subject.plan, &settings, span, Depth::Ending);
        let answers = &self.answers;
        let progress = inquiry.progress(|question| {
            let answer = answers.get(question)?;
            Some(answer.as_ref().map(|reply| &**reply))
        });
        let known = match progress {
            Progress::Known(replayer) => Some(Rc::new(replayer.finish())),
            Progress::Failed { question, failure } => {
                self.note(failure.fault, &question);
                None
            }
            Progress::Open(questions) => {
                self.wanted.extend(questions);
                None
            }
        };
        self.pasts.insert(id.clone(), known.clone());
        known
    }

    /// Notes that this kind of server does not have what the check needs.
    pub fn unsupported(&mut self, why: impl Into<String>) {
        self.unsupported
            .entry(why.into())
            .or_default()
            .insert(self.code);
    }

    /// What could not be checked.
    pub fn unchecked(&self) -> Vec<Unchecked> {
        let failed = self.failed.iter().map(|(fault, unanswered)| {
            let questions = &unanswered.questions;
            let first = questions.first().expect("it was noted with a question");
            let weight = match fault {
                Fault::NoSuchApi(_) => Weight::Unsupported,
                _ => Weight::Failed,
            };
            Unchecked {
                codes: unanswered.codes.iter().copied().collect(),
                why: format!("{first}: {fault}"),
                questions: questions.len(),
                weight,
            }
        });
        let unsupported = self.unsupported.iter().map(|(why, codes)| Unchecked {
            codes: codes.iter().copied().collect(),
            why: why.clone(),
            questions: 1,
            weight: Weight::Unsupported,
        });
        let mut unchecked: Vec<Unchecked> = failed.chain(unsupported).collect();
        unchecked.sort_by(|a, b| a.codes.cmp(&b.codes));
        unchecked
    }

    /// The series that a query gives.
    pub fn vector(&mut self, question: &Question) -> Option<Vec<Sample>> {
        match &self.reply(question)?.answer {
            Answer::Vector(samples) => Some(samples.clone()),
            _ => None,
        }
    }

    /// The one number that a query gives: `Some(None)` where it gives nothing.
    pub fn number(&mut self, question: &Question) -> Option<Option<f64>> {
        let samples = self.vector(question)?;
        Some(samples.first().and_then(|sample| sample.value.float()))
    }

    /// The labels of series.
    pub fn series(&mut self, question: &Question) -> Option<Vec<Labels>> {
        match &self.reply(question)?.answer {
            Answer::Series(series) => Some(series.clone()),
            _ => None,
        }
    }

    /// How many series a metric has now.
    pub fn count(&mut self, metric: &str) -> Option<usize> {
        let question = self.batches.get(metric)?.clone();
        let Groups::All(table) = &*self.groups(&question, &[METRIC_NAME])? else {
            return None;
        };
        let rows = table.rows(&[Matcher::new(METRIC_NAME, MatchOp::Equal, metric)]);
        Some(table.sum(&rows) as usize)
    }

    /// The names of the server's metrics.
    pub fn names(&mut self) -> Option<Rc<Names>> {
        if let Some(names) = &self.names {
            return Some(names.clone());
        }
        let question = Question::Names {
            back: BACK,
            limit: NAMES_MAX,
        };
        let reply = self.reply(&question)?;
        let Answer::Names(all) = &reply.answer else {
            return None;
        };
        let most = NAMES_MAX as usize;
        // A server that does not know the limit gives all of them.
        let names = Rc::new(Names {
            all: all.iter().take(most).cloned().collect(),
            are_complete: all.len() < most,
        });
        self.names = Some(names.clone());
        Some(names)
    }

    /// The name that `search` finds for a metric, searched once: a server may have very many names.
    pub fn similar(
        &mut self,
        metric: &str,
        suffix: &'static str,
        search: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        let key = (metric.to_string(), suffix);
        self.similar.entry(key).or_insert_with(search).clone()
    }

    /// What a query gives, by labels.
    pub fn groups(&mut self, question: &Question, labels: &[&str]) -> Option<Rc<Groups>> {
        if let Some(groups) = self.tables.get(question) {
            return Some(groups.clone());
        }
        let reply = self.reply(question)?;
        let Answer::Vector(samples) = &reply.answer else {
            return None;
        };
        let groups = Rc::new(match samples.len() > GROUPS_MAX {
            true => Groups::TooMany,
            false => Groups::All(Table::new(samples, labels.iter().copied())),
        });
        self.tables.insert(question.clone(), groups.clone());
        // From now on the table answers; what it was made of is several times as large.
        self.answers.remove(question);
        Some(groups)
    }
}

/// Whether it answers this question, and nothing else.
fn is_answer(question: &Question, reply: &Reply) -> bool {
    match question {
        Question::Instant { .. } => matches!(reply.answer, Answer::Vector(_)),
        Question::Range { .. } => matches!(reply.answer, Answer::Matrix(_)),
        Question::Series { .. } => matches!(reply.answer, Answer::Series(_)),
        Question::Names { .. } => matches!(reply.answer, Answer::Names(_)),
        Question::Metadata { .. } => matches!(reply.answer, Answer::Types(_)),
        Question::Runtime => matches!(reply.answer, Answer::Retention(_)),
    }
}

/// Which of these metrics there are now, and with how many series.
fn presence(names: &[&str]) -> Question {
    let escaped: Vec<String> = names.iter().map(|name| escaped(name)).collect();
    let selector = Selector {
        matchers: vec![Matcher::new(METRIC_NAME, MatchOp::Regex, escaped.join("|"))],
        ..Selector::default()
    };
    Question::instant(format!("count by ({METRIC_NAME}) ({selector})"))
}

/// A text as a regular expression that matches it alone.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '_' | ':') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// `FUNCTION by (labels of the matchers, extra) (INNER)`, at most so many groups that they can be told from too many.
pub fn grouped(function: &str, labels: &[&str], inner: &str) -> Question {
    let most = GROUPS_MAX + 1;
    let by = match labels {
        [] => String::new(),
        labels => format!(" by ({})", labels.join(", ")),
    };
    Question::instant(format!("topk({most}, {function}{by} ({inner}))"))
}

/// The labels that a selector's matchers name, and more of them, each once and in order.
pub fn labels<'w>(want: &'w Want, more: impl Iterator<Item = &'w str>) -> Vec<&'w str> {
    let named = want.matchers.iter().map(|matcher| matcher.name.as_str());
    let all: BTreeSet<&str> = named.chain(more).collect();
    all.into_iter().collect()
}

/// The selector of a metric alone.
pub fn bare(metric: &str) -> Selector {
    Selector {
        name: Some(metric.to_string()),
        ..Selector::default()
    }
}
