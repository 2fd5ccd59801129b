//! A run of questions: several at a time, all of them within one deadline.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::client::{Client, ClientError};
use super::settings::SourceSettings;
use crate::prometheus::{Failure, Fault, Question, Reply, Server};

/// A server that can be asked, for as long as its run lasts: the deadline begins with the first question.
pub struct Source {
    /// There until it is dropped.
    runtime: Option<Runtime>,
    client: Arc<Client>,
    deadline: Option<Instant>,
    asked: usize,
    heard_bytes: usize,
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
    /// Makes ready to ask a server. Nothing is connected yet.
    pub fn new(settings: SourceSettings) -> Result<Source, SourceError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(SourceError::Runtime)?;
        let client = Client::new(settings).map_err(SourceError::Client)?;
        Ok(Source {
            runtime: Some(runtime),
            client: Arc::new(client),
            deadline: None,
            asked: 0,
            heard_bytes: 0,
        })
    }

    /// How many questions were asked.
    pub fn asked(&self) -> usize {
        self.asked
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        // A name that nobody resolves blocks a thread for as long as the system likes: it is not waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Server for Source {
    fn ask(&mut self, questions: &[Question], at_ms: Option<i64>) -> Vec<Result<Reply, Failure>> {
        let settings = self.client.settings().clone();
        let run = time::Duration::from_millis(settings.run_timeout.as_ms());
        let deadline = self.deadline;
        let room = settings.questions_max.saturating_sub(self.asked);
        let (now, later) = questions.split_at(questions.len().min(room));
        self.asked += now.len();
        let client = &self.client;
        let heard_bytes = &mut self.heard_bytes;
        let runtime = self
            .runtime
            .as_ref()
            .expect("it is taken when this is dropped");
        let (deadline, answers) = runtime.block_on(async {
            let deadline = deadline.unwrap_or_else(|| Instant::now() + run);
            let answers = together(client, now, at_ms, deadline, heard_bytes).await;
            (deadline, answers)
        });
        self.deadline = Some(deadline);
        let refused = later
            .iter()
            .map(|_| Err(Fault::TooManyQuestions(settings.questions_max)));
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

/// Answers in the order of the questions.
async fn together(
    client: &Arc<Client>,
    questions: &[Question],
    at_ms: Option<i64>,
    deadline: Instant,
    heard_bytes: &mut usize,
) -> Vec<Result<Reply, Fault>> {
    let most = client.settings().run_max_bytes;
    let over = || Fault::RunOver(client.settings().run_timeout);
    let seats = Arc::new(Semaphore::new(client.settings().in_flight_max.max(1)));
    let mut tasks = JoinSet::new();
    for (at, question) in questions.iter().cloned().enumerate() {
        let (client, seats) = (client.clone(), seats.clone());
        tasks.spawn(async move {
            let _seat = seats
                .acquire()
                .await
                .expect("the semaphore is never closed");
            (at, client.ask(&question, at_ms).await)
        });
    }
    let mut answers: Vec<Result<Reply, Fault>> = questions.iter().map(|_| Err(over())).collect();
    let all = async {
        while let Some(joined) = tasks.join_next().await {
            let (at, heard) = joined.expect("asking does not panic and is not cancelled");
            *heard_bytes += heard.bytes;
            answers[at] = heard.outcome;
            if *heard_bytes > most {
                return;
            }
        }
    };
    // Those that are still on their way when the deadline comes are cancelled with the set.
    let _ = tokio::time::timeout_at(deadline, all).await;
    if *heard_bytes > most {
        for answer in &mut answers {
            if matches!(answer, Err(Fault::RunOver(_))) {
                *answer = Err(Fault::RunTooLarge(most));
            }
        }
    }
    answers
}
