//! Decides. Every decision is a record that is applied at once; what is to be sent waits for the batch to be kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::SloId;
use crate::prometheus::pause::roll;

use super::book::Book;
use super::input::{Input, Send};
use super::record::Record;
use super::state::State;
use super::subject::Subject;

/// The engine.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(super) book: Arc<Book>,
    pub(super) state: State,
    pub(super) sight: Sighting,
    /// What the lengths of pauses come from.
    seed: u64,
    rolls: u64,
    records: Vec<Record>,
    pub(super) sends: Vec<Send>,
}

/// What is known of who can see, since the start: it is found out anew each time, so that nothing old is believed.
#[derive(Clone, Debug, Default)]
pub(super) struct Sighting {
    /// The SLOs that cannot be evaluated.
    pub blind: BTreeMap<SloId, Blindness>,
    /// Since when the source does not answer, and why.
    pub silent: Option<(i64, String)>,
    /// When the source answered again after it had not, in Unix milliseconds.
    pub back_ms: i64,
    /// What fires by tiers of which alone the last evaluation knew nothing: their past is still being learnt.
    pub learning: BTreeSet<Subject>,
    /// For which moment each SLO was last looked at, in Unix milliseconds.
    pub looked_ms: BTreeMap<SloId, i64>,
}

impl Sighting {
    /// The clock was set by so much.
    fn shift(&mut self, by_ms: i64) {
        self.looked_ms.clear();
        self.back_ms += by_ms;
        if let Some((since_ms, _)) = &mut self.silent {
            *since_ms += by_ms;
        }
        for blind in self.blind.values_mut() {
            blind.since_ms += by_ms;
        }
    }
}

/// That an SLO cannot be evaluated.
#[derive(Clone, Debug)]
pub(super) struct Blindness {
    /// Since when, in Unix milliseconds.
    pub since_ms: i64,
    /// Why.
    pub why: String,
    /// In which way.
    pub cause: Cause,
}

/// In which way nothing can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// There is no answer.
    Unanswered,
    /// There is one, with nothing in it: a service that is gone, or a selector that never matched.
    Empty,
}

/// What a batch of inputs came to.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// To be kept, as a whole, before anything is sent.
    pub records: Vec<Record>,
    /// To be sent then.
    pub sends: Vec<Send>,
}

impl Engine {
    /// An engine that goes on from `state`. Its first input is [`Input::Started`].
    pub fn new(book: Arc<Book>, state: State, seed: u64) -> Engine {
        Engine {
            book,
            state,
            sight: Sighting::default(),
            seed,
            rolls: 0,
            records: Vec::new(),
            sends: Vec::new(),
        }
    }

    /// What is remembered.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The configuration.
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// Takes in one input, at `now_ms` in Unix milliseconds.
    pub fn handle(&mut self, input: Input, now_ms: i64) {
        match input {
            Input::Started => self.started(now_ms),
            Input::Looked(look) => self.looked(&look, now_ms),
            Input::Answered {
                episode,
                lane,
                answer,
            } => self.answered(episode, &lane, answer, now_ms),
            Input::Acknowledge { episode, by } => self.acknowledge(episode, by, now_ms),
            Input::Test { of, lanes } => self.test(of, lanes, now_ms),
            Input::Saved => self.saved(now_ms),
            Input::Unsaved { why } => self.unsaved(&why, now_ms),
            Input::Damaged { how } => self.damaged(&how, now_ms),
            Input::ClockSet { by_ms } => {
                self.note(Record::ClockSet { by_ms });
                self.sight.shift(by_ms);
            }
            Input::Tick => {}
        }
    }

    /// Whether everything that was decided was given out with a batch.
    pub fn is_settled(&self) -> bool {
        self.records.is_empty() && self.sends.is_empty()
    }

    /// Ends a batch: decides what time alone brings, and what is sent now.
    pub fn settle(&mut self, now_ms: i64) -> Batch {
        self.blindness(now_ms);
        self.pass(now_ms);
        self.dispatch(now_ms);
        Batch {
            records: std::mem::take(&mut self.records),
            sends: std::mem::take(&mut self.sends),
        }
    }

    /// Applies a record and keeps it for the batch.
    pub(super) fn note(&mut self, record: Record) {
        self.state.apply(&record);
        self.records.push(record);
    }

    /// Any number with the same chance.
    pub(super) fn roll(&mut self) -> u64 {
        self.rolls += 1;
        roll(self.seed, self.rolls)
    }
}
