//! Who is asked: the servers in their order of preference, the next one where one cannot answer.
//!
//! All answers of an evaluation are of one server. What is asked again, and when, is decided by those who evaluate; here only a
//! connection that broke is tried once more, for it may have been closed while nobody used it.

use std::sync::Arc;
use tokio::task::JoinSet;

use super::avoided::{Avoided, Turn};
use super::clockwork::Clockwork;
use super::labels::QuestionResult;
use super::metrics::Metrics;
use crate::base::{Duration, Trace};
use crate::prometheus::{Failure, Fault, Question, Reply, Retry};
use crate::source::{Client, ClientError, Endpoint, Heard, SourceSettings};

/// Asks servers.
pub struct Asker {
    places: Vec<Place>,
    clock: Clockwork,
    metrics: Arc<Metrics>,
    /// Most questions of one evaluation that are asked at the same time.
    together: usize,
}

/// A server.
struct Place {
    client: Client,
    avoided: Avoided,
}

/// What came of questions.
#[derive(Debug)]
pub struct Asked {
    /// In the order of the questions.
    pub answers: Vec<Result<Reply, Failure>>,
    /// How the source takes it.
    pub pressure: Pressure,
    /// What its clock says.
    pub date: Option<Date>,
    /// Which of the servers it was, by its place in the order of preference.
    pub server: usize,
}

/// How the source takes being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressure {
    /// It answers.
    Fine,
    /// It has too much to do, or is gone; perhaps it asks for a pause.
    Overloaded(Option<Duration>),
}

/// What the clock of a server said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// The second of the answer, in Unix milliseconds.
    pub date_ms: i64,
    /// When it was asked for, on the steady clock.
    pub sent_ms: i64,
    /// When it was here.
    pub got_ms: i64,
}

impl Asker {
    /// Connects to nobody yet.
    ///
    /// # Errors
    ///
    /// Where no client can be made on this machine.
    pub fn new(
        settings: SourceSettings,
        clock: Clockwork,
        metrics: Arc<Metrics>,
    ) -> Result<Asker, ClientError> {
        let settings = Arc::new(settings);
        let endpoints = std::iter::once(&settings.endpoint).chain(&settings.others);
        let place = |endpoint: &Endpoint| {
            Ok(Place {
                client: Client::new(endpoint.clone(), settings.clone())?,
                avoided: Avoided::default(),
            })
        };
        let places: Result<Vec<Place>, ClientError> = endpoints.map(place).collect();
        Ok(Asker {
            places: places?,
            clock,
            metrics,
            together: settings.in_flight_max.clamp(1, 2),
        })
    }

    /// Most evaluations that may be under way so that no more questions are than the settings allow.
    pub fn evaluations_max(&self) -> usize {
        let most = self.places[0].client.settings().in_flight_max.max(1);
        (most / self.together).max(1)
    }

    /// Asks, one server after the other until one answers all, or has reasons that others would have too. Questions without a
    /// time of their own are about `at_ms`, in Unix milliseconds, or else about the server's now.
    pub async fn ask(&self, questions: &[Question], at_ms: Option<i64>, trace: Trace) -> Asked {
        let mut first = None;
        for (turn, server) in self.order() {
            let asked = self.ask_one(server, questions, at_ms, trace).await;
            let lacks = asked.answers.iter().any(
                |answer| matches!(answer, Err(failure) if failure.fault.retry() == Retry::Later),
            );
            let avoided = &self.places[server].avoided;
            if !lacks {
                if turn == Turn::Tried {
                    avoided.answered();
                }
                return asked;
            }
            avoided.failed(self.clock.steady_ms());
            first.get_or_insert(asked);
        }
        first.expect("there is at least one server")
    }

    /// The servers as they are preferred; those that lately could not answer after the others.
    fn order(&self) -> Vec<(Turn, usize)> {
        let now_ms = self.clock.steady_ms();
        let turn = |(at, place): (usize, &Place)| {
            let patience_ms = place.client.settings().question_timeout.as_ms();
            let patience_ms = i64::try_from(patience_ms).unwrap_or(i64::MAX);
            (place.avoided.turn(now_ms, patience_ms), at)
        };
        let mut order: Vec<(Turn, usize)> = self.places.iter().enumerate().map(turn).collect();
        order.sort_by_key(|(turn, _)| *turn == Turn::Last);
        order
    }

    async fn ask_one(
        &self,
        server: usize,
        questions: &[Question],
        at_ms: Option<i64>,
        trace: Trace,
    ) -> Asked {
        let mut heard: Vec<Option<Heard>> = questions.iter().map(|_| None).collect();
        let mut date = None;
        let mut tasks = JoinSet::new();
        let mut open = questions.iter().enumerate();
        loop {
            while tasks.len() < self.together
                && let Some((at, question)) = open.next()
            {
                let (client, question) = (self.places[server].client.clone(), question.clone());
                let (clock, metrics) = (self.clock, self.metrics.clone());
                tasks.spawn(async move {
                    let _asking = metrics.asking();
                    let sent_ms = clock.steady_ms();
                    let mut heard = client.ask(&question, at_ms, Some(trace)).await;
                    metrics.asked(QuestionResult::of(&heard.outcome));
                    if matches!(heard.outcome, Err(Fault::CutShort | Fault::Unreachable(_))) {
                        heard = client.ask(&question, at_ms, Some(trace)).await;
                        metrics.asked(QuestionResult::of(&heard.outcome));
                    }
                    (at, heard, sent_ms, clock.steady_ms())
                });
            }
            let Some(joined) = tasks.join_next().await else {
                break;
            };
            let (at, one, sent_ms, got_ms) = match joined {
                Ok(done) => done,
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            };
            if let Some(date_ms) = one.date_ms {
                date = Some(Date {
                    date_ms,
                    sent_ms,
                    got_ms,
                });
            }
            heard[at] = Some(one);
        }
        let heard = heard.into_iter().zip(questions);
        let mut pressure = Pressure::Fine;
        let answer = |(heard, question): (Option<Heard>, &Question)| {
            let heard = heard.expect("every question was asked");
            if let Err(fault) = &heard.outcome
                && presses(fault)
            {
                pressure = Pressure::Overloaded(heard.retry_after);
            }
            heard.outcome.map_err(|fault| Failure {
                asked: question.to_string(),
                fault,
            })
        };
        Asked {
            answers: heard.map(answer).collect(),
            pressure,
            date,
            server,
        }
    }
}

/// Whether it may help to ask less.
fn presses(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Unreachable(_) | Fault::TooSlow(_) | Fault::Overloaded { .. } | Fault::CutShort
    )
}
