//! The first questions: whether there is a server at all, what time it is there, and whether it looks after anything.

use super::unchecked::{Unchecked, Weight};
use crate::prometheus::{Answer, Failure, Fault, Question, Server, clock};

/// What the first questions gave.
pub enum Canary {
    /// It answers as it should.
    Alive {
        /// The time that everything is asked about, in Unix milliseconds.
        now_ms: i64,
        /// Whether it has any target of its own.
        up: bool,
    },
    /// Nothing can be checked.
    Silent(Unchecked),
}

/// Asks whether there is a server.
pub fn sing(server: &mut dyn Server, at_ms: Option<i64>, asked: &mut usize) -> Canary {
    let mut ask = |question: Question, at_ms: Option<i64>| {
        *asked += 1;
        let outcome = server.ask(std::slice::from_ref(&question), at_ms);
        outcome.into_iter().next().unwrap_or_else(|| {
            Err(Failure {
                asked: question.to_string(),
                fault: Fault::CutShort,
            })
        })
    };
    let now_ms = match ask(clock::question(), at_ms).map(|reply| clock::clock_ms(&reply)) {
        Ok(Some(now_ms)) => at_ms.unwrap_or(now_ms),
        Ok(None) => return silent("it does not know what time it is".to_string()),
        Err(Failure {
            fault: Fault::NoSuchApi(status),
            ..
        }) => {
            return silent(format!(
                "the Prometheus API is not below this URL (status {status})"
            ));
        }
        Err(failure) => return silent(failure.fault.to_string()),
    };
    match ask(Question::instant("count(up)"), Some(now_ms)) {
        Ok(reply) => Canary::Alive {
            now_ms,
            up: matches!(&reply.answer, Answer::Vector(samples) if !samples.is_empty()),
        },
        Err(failure) => silent(failure.to_string()),
    }
}

fn silent(why: String) -> Canary {
    Canary::Silent(Unchecked {
        codes: Vec::new(),
        why,
        questions: 1,
        weight: Weight::Failed,
    })
}

/// What is said of a server that has nothing of what the SLOs need.
pub fn foreign(metrics: usize) -> Unchecked {
    let which = match metrics {
        1 => "the only metric that the SLOs need".to_string(),
        several => format!("any of the {several} metrics that the SLOs need"),
    };
    Unchecked {
        codes: Vec::new(),
        why: format!(
            "is this the right server? it does not have {which}, nor one of a similar name"
        ),
        questions: 1,
        weight: Weight::Failed,
    }
}
