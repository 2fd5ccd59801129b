//! Asks a server for the past of SLOs and goes through it.

use std::collections::BTreeMap;

use crate::plan::{Plan, Settings};
use crate::prometheus::{Failure, Question, Reply, Server};

use super::inquiry::{Depth, Inquiry, Progress};
use super::past::Past;
use super::replayer::{Replayer, Span};

/// What would have happened in `span`, from what `server` has.
pub fn ask(
    plan: &Plan<'_>,
    settings: &Settings,
    span: Span,
    depth: Depth,
    server: &mut dyn Server,
) -> Result<Past, Failure> {
    let inquiry = Inquiry::new(plan, settings, span, depth);
    let mut known = ask_all(std::slice::from_ref(&inquiry), server);
    let one = known.pop().expect("every inquiry has its outcome");
    one.map(|replayer| replayer.finish())
}

/// The pasts of several SLOs, in their order. Everything is asked at once, equal questions once, and what has to be asked in
/// halves in further rounds. One that fails leaves the others as they are.
pub fn ask_all<'a>(
    inquiries: &[Inquiry<'a>],
    server: &mut dyn Server,
) -> Vec<Result<Replayer<'a>, Failure>> {
    let mut answers: BTreeMap<Question, Result<Reply, Failure>> = BTreeMap::new();
    loop {
        let known = |question: &Question| answers.get(question).map(Result::as_ref);
        let all = inquiries.iter().map(|inquiry| inquiry.progress(known));
        let all: Vec<Progress<Box<Replayer<'a>>>> = all.collect();
        let mut open: Vec<Question> = Vec::new();
        for progress in &all {
            if let Progress::Open(questions) = progress {
                open.extend(questions.iter().cloned());
            }
        }
        open.sort();
        open.dedup();
        if open.is_empty() {
            return all.into_iter().map(outcome).collect();
        }
        // Those who are asked are all given up at the same time: they would be gone through again.
        drop(all);
        let replies = server.ask(&open, None);
        assert_eq!(replies.len(), open.len(), "every question has its answer");
        answers.extend(open.into_iter().zip(replies));
    }
}

fn outcome(progress: Progress<Box<Replayer<'_>>>) -> Result<Replayer<'_>, Failure> {
    match progress {
        Progress::Known(replayer) => Ok(*replayer),
        Progress::Failed { failure, .. } => Err(failure),
        Progress::Open(_) => unreachable!("nothing is open any more"),
    }
}
