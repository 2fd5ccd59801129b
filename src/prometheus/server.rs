//! Whoever answers questions: a server behind a connection, or a table in a test.

use super::answer::Reply;
use super::fault::Failure;
use super::question::Question;

/// Somebody who can be asked.
pub trait Server {
    /// Answers in the order of the questions, for a Unix time in milliseconds or for the server's own.
    fn ask(&mut self, questions: &[Question], at_ms: Option<i64>) -> Vec<Result<Reply, Failure>>;
}
