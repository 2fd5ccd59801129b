//! Answers that do not change any more, kept for those who ask the same again.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Reply;
use super::fault::Failure;
use super::question::Question;
use super::server::Server;

/// Answers about times that are long over.
#[derive(Debug, Default)]
pub struct Memory {
    known: BTreeMap<Question, Reply>,
    used: BTreeSet<Question>,
}

/// A server whose answers are remembered.
pub struct Remembered<'m, 's> {
    memory: &'m mut Memory,
    server: &'s mut dyn Server,
    settled_ms: i64,
}

impl Memory {
    /// Nothing is known.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// `server`, whose answers about ranges that end at `settled_ms` or before do not change. What was not asked since the last
    /// call is forgotten.
    pub fn of<'m, 's>(
        &'m mut self,
        server: &'s mut dyn Server,
        settled_ms: i64,
    ) -> Remembered<'m, 's> {
        let used = std::mem::take(&mut self.used);
        self.known.retain(|question, _| used.contains(question));
        Remembered {
            memory: self,
            server,
            settled_ms,
        }
    }
}

impl Remembered<'_, '_> {
    fn is_settled(&self, question: &Question) -> bool {
        matches!(question, Question::Range { end_ms, .. } if *end_ms <= self.settled_ms)
    }
}

impl Server for Remembered<'_, '_> {
    fn ask(&mut self, questions: &[Question], at_ms: Option<i64>) -> Vec<Result<Reply, Failure>> {
        let is_new = |question: &&Question| !self.memory.known.contains_key(question);
        let open: Vec<Question> = questions.iter().filter(is_new).cloned().collect();
        let replies = match open.is_empty() {
            true => Vec::new(),
            false => self.server.ask(&open, at_ms),
        };
        let mut replies = replies.into_iter();
        let mut outcomes = Vec::new();
        for question in questions {
            let outcome = match self.memory.known.get(question) {
                Some(reply) => Ok(reply.clone()),
                None => replies.next().expect("every question has its answer"),
            };
            outcomes.push(outcome);
        }
        for (question, outcome) in questions.iter().zip(&outcomes) {
            if let (true, Ok(reply)) = (self.is_settled(question), outcome) {
                self.memory.known.insert(question.clone(), reply.clone());
                self.memory.used.insert(question.clone());
            }
        }
        outcomes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prometheus::{Answer, Fault};

    #[derive(Default)]
    struct Counting {
        asked: Vec<String>,
        fails: bool,
    }

    impl Server for Counting {
        fn ask(&mut self, questions: &[Question], _: Option<i64>) -> Vec<Result<Reply, Failure>> {
            let answer = |question: &Question| match self.fails {
                true => Err(Failure {
                    asked: question.to_string(),
                    fault: Fault::CutShort,
                }),
                false => Ok(Reply {
                    answer: Answer::Matrix(Vec::new()),
                    warnings: Vec::new(),
                    infos: Vec::new(),
                    spent: None,
                }),
            };
            let all = questions.iter().map(answer).collect();
            self.asked.extend(questions.iter().map(query));
            all
        }
    }

    fn query(question: &Question) -> String {
        match question {
            Question::Range { query, .. } => query.clone(),
            other => other.to_string(),
        }
    }

    fn until(query: &str, end_ms: i64) -> Question {
        Question::Range {
            query: query.to_string(),
            start_ms: 0,
            end_ms,
            step_ms: 1,
        }
    }

    /// Asks thrice; the server sees these queries.
    fn check(questions: [&[Question]; 3], fails: [bool; 3], expected: &[&str]) {
        let mut server = Counting::default();
        let mut memory = Memory::new();
        for (questions, fails) in questions.into_iter().zip(fails) {
            server.fails = fails;
            let outcomes = memory.of(&mut server, 10).ask(questions, None);
            assert_eq!(outcomes.len(), questions.len());
        }
        assert_eq!(server.asked, expected);
    }

    #[test]
    fn what_is_over_is_asked_once_and_what_is_not_each_time() {
        let both: &[Question] = &[until("old", 10), until("new", 11)];
        let well = [false; 3];
        check([both; 3], well, &["old", "new", "new", "new"]);
        check([both, &[], both], well, &["old", "new", "old", "new"]);
    }

    #[test]
    fn a_failure_is_not_remembered() {
        let old: &[Question] = &[until("old", 10)];
        check([old; 3], [true, true, false], &["old", "old", "old"]);
    }
}
