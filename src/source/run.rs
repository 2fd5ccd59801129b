//! A run of questions: several at a time, all of them within one deadline.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time;

use tokio::runtime::Builder;
use tokio::time::Instant;

use super::attempt::Batch;
use super::background::Background;
use super::client::{Client, ClientError};
use super::endpoint::Endpoint;
use super::settings::SourceSettings;
use super::turns::{self, Outcome, Place};
use crate::prometheus::pause::roll;
use crate::prometheus::{Failure, Fault, Question, Reply, Server};

/// Servers that can be asked, for as long as their run lasts: the deadline begins with the first question.
pub struct Source {
    runtime: Background,
    settings: Arc<SourceSettings>,
    /// In the order of preference.
    places: Vec<Place>,
    /// The first one that answered.
    preferred: Option<usize>,
    answered_by: Option<usize>,
    deadline: Option<Instant>,
    asked: usize,
    heard_bytes: usize,
    rolls: u64,
}

/// Why nothing can be asked.
#[derive(Debug)]
pub enum SourceError {
    /// There is no client.
    Client(ClientError),
    /// The system gives no runtime.
    Runtime(io::Error),
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceError::Client(error) => error.fmt(f),
            SourceError::Runtime(error) => write!(f, "the system lets nothing wait: {error}"),
        }
    }
}

impl Source {
    /// Makes ready to ask. Nothing is connected yet.
    pub fn new(settings: SourceSettings) -> Result<Source, SourceError> {
        let runtime = Background::of(Builder::new_current_thread().enable_all())?;
        let settings = Arc::new(settings);
        let endpoints = std::iter::once(&settings.endpoint).chain(&settings.others);
        let place = |endpoint: &Endpoint| {
            let client = Client::new(endpoint.clone(), settings.clone())?;
            Ok(Place {
                client: Arc::new(client),
                closed: None,
            })
        };
        let places: Result<Vec<Place>, ClientError> = endpoints.map(place).collect();
        Ok(Source {
            runtime,
            places: places.map_err(SourceError::Client)?,
            settings,
            preferred: None,
            answered_by: None,
            deadline: None,
            asked: 0,
            heard_bytes: 0,
            rolls: 0,
        })
    }

    /// How many questions were asked; one that was asked again counts once.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// The server that answered the last questions, if one did.
    pub fn answered_by(&self) -> Option<&Endpoint> {
        self.answered_by.map(|at| self.places[at].client.endpoint())
    }

    /// The servers: first the one that answered first, then the others as they are preferred.
    fn order(&self) -> Vec<usize> {
        let others = (0..self.places.len()).filter(|at| Some(*at) != self.preferred);
        self.preferred.into_iter().chain(others).collect()
    }

    fn answers(&mut self, questions: &[Question], at_ms: Option<i64>) -> Vec<Result<Reply, Fault>> {
        let order = self.order();
        let run = time::Duration::from_millis(self.settings.run_timeout.as_ms());
        let (places, deadline) = (&mut self.places, &mut self.deadline);
        let (heard_bytes, rolls) = (&mut self.heard_bytes, &mut self.rolls);
        let seed = self.settings.jitter_seed;
        let Outcome { answers, server } = self.runtime.block_on(async {
            let batch = Batch {
                questions,
                at_ms,
                deadline: *deadline.get_or_insert_with(|| Instant::now() + run),
            };
            let roll = || {
                *rolls += 1;
                roll(seed, *rolls)
            };
            turns::ask(places, &order, &batch, heard_bytes, roll).await
        });
        self.answered_by = answers.iter().any(Result::is_ok).then_some(server);
        self.preferred = self.preferred.or(self.answered_by);
        answers
    }
}

impl Server for Source {
    fn ask(&mut self, questions: &[Question], at_ms: Option<i64>) -> Vec<Result<Reply, Failure>> {
        let most = self.settings.questions_max;
        let room = most.saturating_sub(self.asked);
        let (now, later) = questions.split_at(questions.len().min(room));
        self.asked += now.len();
        let answers = match now {
            [] => Vec::new(),
            now => self.answers(now, at_ms),
        };
        let refused = later.iter().map(|_| Err(Fault::TooManyQuestions(most)));
        questions
            .iter()
            .zip(answers.into_iter().chain(refused))
            .map(|(question, outcome)| {
                outcome.map_err(|fault| Failure {
                    asked: question.to_string(),
                    fault,
                })
            })
            .collect()
    }
}
