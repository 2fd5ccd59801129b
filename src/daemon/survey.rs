//! One evaluation of all SLOs by what rules have recorded: asks one batch after the other.
//!
//! Promise: all that it sees is of one server and of one moment; when the source is gone, that is found out with two questions.

use std::slice;
use std::sync::Arc;

use super::asker::{Asker, Date, Pressure};
use crate::base::Trace;
use crate::prometheus::{Failure, Fault};
use crate::recorded::{Reading, Survey};

/// So many questions in a row without an answer are enough: those behind them share their fate.
const UNANSWERED_MAX: usize = 2;
/// How often it is begun anew when another server goes on in the place of the one before.
const ANEW_MAX: usize = 2;

/// What came of it.
#[derive(Debug)]
pub(super) struct Surveyed {
    pub(super) reading: Reading,
    /// The last reason of the source for not answering.
    pub(super) unanswered: Option<String>,
    pub(super) pressure: Pressure,
    pub(super) date: Option<Date>,
    pub(super) questions: usize,
}

/// Evaluates all SLOs for the moment `slot_ms`.
pub(super) async fn evaluate(
    survey: Arc<Survey>,
    slot_ms: i64,
    asker: &Asker,
    trace: Trace,
) -> Surveyed {
    let mut done = Surveyed {
        reading: Reading::of(survey.clone()),
        unanswered: None,
        pressure: Pressure::Fine,
        date: None,
        questions: 0,
    };
    let mut server = None;
    let mut anew = 0;
    let mut row = 0;
    let mut last: Option<Failure> = None;
    let batches = survey.batches();
    let mut at = 0;
    while let Some(batch) = batches.get(at) {
        if let Some(failure) = last.as_ref().filter(|_| row >= UNANSWERED_MAX) {
            done.reading.take(batch, Err(failure));
            at += 1;
            continue;
        }
        let questions = slice::from_ref(&batch.question);
        let asked = asker.ask(questions, Some(slot_ms), trace).await;
        done.questions += 1;
        done.date = asked.date.or(done.date);
        if asked.pressure != Pressure::Fine {
            done.pressure = asked.pressure;
        }
        let before = server.replace(asked.server);
        if before.is_some_and(|before| before != asked.server) {
            // Half of what one server holds and half of another's is neither's.
            anew += 1;
            done.reading = Reading::of(survey.clone());
            (at, row) = (0, 0);
            if anew > ANEW_MAX {
                row = UNANSWERED_MAX;
                let fault = Fault::Unreachable("servers answer by turns".to_string());
                done.unanswered = Some(fault.to_string());
                let asked = batch.question.to_string();
                last = Some(Failure { asked, fault });
            }
            continue;
        }
        let mut answers = asked.answers.into_iter();
        match answers.next().expect("a question has an answer") {
            Ok(reply) => {
                row = 0;
                done.reading.take(batch, Ok(&reply));
            }
            Err(failure) => {
                done.reading.take(batch, Err(&failure));
                match failure.fault.is_of_question() {
                    true => row = 0,
                    false => {
                        row += 1;
                        done.unanswered = Some(failure.to_string());
                        last = Some(failure);
                    }
                }
            }
        }
        at += 1;
    }
    done
}
