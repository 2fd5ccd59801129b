//! One piece of work for one SLO: an evaluation, or learning a part of its past.
//!
//! Asks as long as `follow` has open questions. Promise: it ends after a bounded number of rounds, each within the time that one
//! question may take on each server.

use std::collections::BTreeMap;

use super::asker::{Asker, Date, Pressure};
use crate::base::Trace;
use crate::engine::{GroupLook, Sight};
use crate::follow::{Coverage, Follower, GroupSeen, Seen, Step};
use crate::prometheus::{Failure, Fault, Question, Reply};

/// Most rounds of questions of one piece of work: pieces, halves of pieces that were too long, gaps.
const ROUNDS_MAX: usize = 24;
/// Most questions of one piece of work.
const QUESTIONS_MAX: usize = 2_000;

/// A past that ends so far after the moment in question is of a clock that was set back, in milliseconds.
const BACK_MAX_MS: i64 = 120_000;
/// One that ends so far before it is learnt anew, in milliseconds: the clock was set, or nobody looked for half a day.
const AWAY_MAX_MS: i64 = super::checkpoints::AGE_MAX_MS;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Evaluate it; learn what pages need first, where nothing is known.
    Evaluate,
    /// Learn so much of its past.
    Learn(Coverage),
}

/// What came of it.
#[derive(Debug)]
pub struct Done {
    /// With what it knows now.
    pub follower: Follower,
    /// What was to be seen, or why nothing was; nothing but `Ok(None)` where only the past was learnt.
    pub outcome: Result<Option<Sight>, Failure>,
    /// How the source took it.
    pub pressure: Pressure,
    /// What its clock said last.
    pub date: Option<Date>,
    /// How many questions were asked.
    pub questions: usize,
}

/// The questions and answers of one piece of work.
struct Talk<'a> {
    asker: &'a Asker,
    trace: Trace,
    known: BTreeMap<Question, Result<Reply, Failure>>,
    pressure: Pressure,
    date: Option<Date>,
    /// Whose answers these are.
    server: Option<usize>,
    rounds: usize,
}

/// Does `work` on an SLO for the moment `slot_ms`.
pub async fn work(
    mut follower: Follower,
    work: Work,
    slot_ms: i64,
    asker: &Asker,
    trace: Trace,
) -> Done {
    let mut talk = Talk {
        asker,
        trace,
        known: BTreeMap::new(),
        pressure: Pressure::Fine,
        date: None,
        server: None,
        rounds: 0,
    };
    let outcome = match work {
        Work::Learn(coverage) => learn(&mut follower, coverage, slot_ms, &mut talk).await,
        Work::Evaluate => evaluate(&mut follower, slot_ms, &mut talk).await,
    };
    Done {
        follower,
        outcome,
        pressure: talk.pressure,
        date: talk.date,
        questions: talk.known.len(),
    }
}

async fn evaluate(
    follower: &mut Follower,
    slot_ms: i64,
    talk: &mut Talk<'_>,
) -> Result<Option<Sight>, Failure> {
    if follower
        .known_ms()
        .is_some_and(|known_ms| !(-BACK_MAX_MS..AWAY_MAX_MS).contains(&(slot_ms - known_ms)))
    {
        *follower = follower.forgotten();
    }
    if follower.coverage().is_none() {
        learn(follower, Coverage::Pages, slot_ms, talk).await?;
    }
    loop {
        let step = follower.go(slot_ms, |question| talk.answer(question))?;
        match step {
            Step::Seen(seen) => return Ok(Some(sight(seen))),
            Step::Open(open) => talk.ask(open).await?,
        }
    }
}

async fn learn(
    follower: &mut Follower,
    coverage: Coverage,
    slot_ms: i64,
    talk: &mut Talk<'_>,
) -> Result<Option<Sight>, Failure> {
    loop {
        let open = follower.learn(coverage, slot_ms, |question| talk.answer(question))?;
        if open.is_empty() {
            return Ok(None);
        }
        talk.ask(open).await?;
    }
}

impl Talk<'_> {
    fn answer(&self, question: &Question) -> Option<Result<&Reply, &Failure>> {
        self.known.get(question).map(Result::as_ref)
    }

    /// Asks what is open.
    ///
    /// # Errors
    ///
    /// Where that would be too much.
    async fn ask(&mut self, open: Vec<Question>) -> Result<(), Failure> {
        self.rounds += 1;
        if self.rounds > ROUNDS_MAX || self.known.len() + open.len() > QUESTIONS_MAX {
            let asked = open.first().map(Question::to_string).unwrap_or_default();
            return Err(Failure {
                asked,
                fault: Fault::TooManyQuestions(QUESTIONS_MAX),
            });
        }
        let asked = self.asker.ask(&open, None, self.trace).await;
        if asked.pressure != Pressure::Fine {
            self.pressure = asked.pressure;
        }
        self.date = asked.date.or(self.date);
        if self
            .server
            .replace(asked.server)
            .is_some_and(|before| before != asked.server)
        {
            // Half of what one server holds and half of another's is neither's.
            self.known.clear();
        }
        self.known.extend(open.into_iter().zip(asked.answers));
        Ok(())
    }
}

fn sight(seen: Seen) -> Sight {
    let look = |seen: GroupSeen| GroupLook {
        group: seen.group,
        verdict: seen.verdict,
        burns: seen.burns,
        left: seen.left,
    };
    match seen {
        Seen::Nothing => Sight::Nothing,
        Seen::Groups(groups) => Sight::Seen(groups.into_iter().map(look).collect()),
    }
}
