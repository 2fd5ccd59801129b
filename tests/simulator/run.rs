//! One seed: time goes by, things happen, and after each of them the oracle looks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use burnwatch::engine::{Answer, Engine, Input, Record, Send, State};
use burnwatch::evaluate::Group;
use burnwatch::model::SloId;
use burnwatch::outbox::{LaneId, Says};

use crate::dice::Dice;
use crate::disk::Disk;
use crate::oracle;
use crate::receivers::Receivers;
use crate::truth::Truth;
use crate::world::{self, VARIANTS};

/// Every SLO is evaluated so often, in milliseconds.
pub const INTERVAL_MS: i64 = 30_000;
/// Time goes on by so much at least when something is due, in milliseconds.
const TICK_MIN_MS: i64 = 100;
/// When it begins, in Unix milliseconds.
const BEGIN_MS: i64 = 1_800_000_000_000;
const HOUR_MS: i64 = 3_600_000;

/// A message under way.
struct Flight {
    send: Send,
    /// When it arrives, in true milliseconds; it has where there is none.
    arrives_ms: Option<i64>,
    /// When its answer is there.
    answered_ms: i64,
    answer: Option<Answer>,
}

pub struct Run {
    pub seed: u64,
    pub dice: Dice,
    pub engine: Engine,
    pub disk: Disk,
    pub truth: Truth,
    pub receivers: Receivers,
    /// The true time; burnwatch's clock is off by `offset_ms`.
    pub true_ms: i64,
    pub offset_ms: i64,
    flights: Vec<Flight>,
    looks: BTreeMap<SloId, i64>,
    evaluations: usize,
    variant: usize,
    /// Whether faults happen.
    pub is_rough: bool,
    /// What burned when a group was last seen.
    pub seen: BTreeMap<(SloId, Group), Option<usize>>,
    /// Incidents that may stay open: their receiver refused, or a crash came while nothing could be kept.
    pub forgiven: BTreeSet<(LaneId, String)>,
    /// What was said last.
    says: BTreeMap<(u64, LaneId), Says>,
    /// What each episode is called at receivers.
    pub keys: BTreeMap<u64, String>,
    turns: usize,
    is_told: bool,
}

impl Run {
    pub fn new(seed: u64) -> Run {
        let mut dice = Dice(seed.wrapping_mul(0x5851_f42d_4c95_7f2d));
        let book = Arc::new(world::book(0));
        let mut engine = Engine::new(book.clone(), State::default(), seed);
        engine.handle(Input::Started, BEGIN_MS);
        let looks = book.slos.keys().enumerate();
        let looks = looks.map(|(at, slo)| (slo.clone(), BEGIN_MS + at as i64 * 7_000));
        Run {
            seed,
            truth: Truth::new(&mut dice),
            engine,
            disk: Disk::default(),
            receivers: Receivers::default(),
            true_ms: BEGIN_MS,
            offset_ms: 0,
            flights: Vec::new(),
            looks: looks.collect(),
            evaluations: 0,
            variant: 0,
            is_rough: true,
            seen: BTreeMap::new(),
            forgiven: BTreeSet::new(),
            says: BTreeMap::new(),
            keys: BTreeMap::new(),
            turns: 0,
            is_told: std::env::var("SIMULATOR_SEED").is_ok(),
            dice,
        }
    }

    /// Burnwatch's clock.
    pub fn now_ms(&self) -> i64 {
        self.true_ms + self.offset_ms
    }

    /// So many evaluations with faults, then a fire that everybody is told of, then peace.
    pub fn go(&mut self, evaluations: usize) {
        while self.evaluations < evaluations {
            self.step();
        }
        self.is_rough = false;
        self.disk.is_broken = false;
        self.truth.rest();
        self.receivers.rest();
        let services = self.truth.services.iter_mut();
        services.for_each(|service| service.burns_from = Some(0));
        self.go_for(HOUR_MS);
        oracle::everybody_knows(self);
        self.truth.rest();
        self.go_for(30 * HOUR_MS);
        oracle::everything_is_over(self);
    }

    fn go_for(&mut self, ms: i64) {
        let end_ms = self.true_ms + ms;
        while self.true_ms < end_ms {
            self.step();
        }
    }

    pub fn tell(&self, what: impl FnOnce() -> String) {
        if self.is_told {
            let seconds = (self.true_ms - BEGIN_MS) / 1_000;
            println!("{seconds:>7} s  {}", what());
        }
    }

    fn step(&mut self) {
        let looks = self.looks.values().copied();
        let flights = self.flights.iter();
        let flights = flights.map(|flight| flight.arrives_ms.unwrap_or(flight.answered_ms));
        let due = self.engine.due_ms(self.now_ms());
        let tick = due.map(|at_ms| (at_ms - self.offset_ms).max(self.true_ms + TICK_MIN_MS));
        let next_ms = looks.chain(flights).chain(tick).min();
        self.true_ms = next_ms.unwrap_or(self.true_ms).max(self.true_ms);
        if self.is_rough {
            self.faults();
        }
        self.look();
        self.fly();
        self.turn();
    }

    /// Evaluates what is due.
    fn look(&mut self) {
        let due = self
            .looks
            .iter()
            .filter(|(_, at_ms)| **at_ms <= self.true_ms);
        let due: Vec<SloId> = due.map(|(slo, _)| slo.clone()).collect();
        for slo in due {
            self.looks.insert(slo.clone(), self.true_ms + INTERVAL_MS);
            if !self.engine.book().slos.contains_key(&slo) {
                continue;
            }
            self.evaluations += 1;
            if self.is_rough {
                self.truth.turn(&mut self.dice);
                self.receivers.turn(&mut self.dice);
            }
            let book = self.engine.book().clone();
            let look = self.truth.look(&book, &slo, self.true_ms, &mut self.dice);
            if let burnwatch::engine::Sight::Seen(groups) = &look.sight {
                for group in groups.iter().filter(|group| group.verdict.is_some()) {
                    let services = self.truth.services.iter();
                    let burns = services
                        .filter(|one| one.slo == slo && one.group == group.group)
                        .find_map(|one| one.burns_from);
                    self.seen.insert((slo.clone(), group.group.clone()), burns);
                }
            }
            self.engine.handle(Input::Looked(look), self.now_ms());
        }
    }

    /// Messages arrive, and their answers.
    fn fly(&mut self) {
        for flight in &mut self.flights {
            if flight.arrives_ms.is_some_and(|at_ms| at_ms <= self.true_ms) {
                flight.arrives_ms = None;
                flight.answer = Some(self.receivers.take(&flight.send));
            }
        }
        let flights = std::mem::take(&mut self.flights);
        let (there, rest): (Vec<Flight>, Vec<Flight>) = flights
            .into_iter()
            .partition(|flight| flight.arrives_ms.is_none() && flight.answered_ms <= self.true_ms);
        self.flights = rest;
        for flight in there {
            let input = Input::Answered {
                episode: flight.send.episode,
                lane: flight.send.lane.clone(),
                answer: flight.answer.expect("it arrived"),
            };
            self.tell(|| format!("answered {input:?}"));
            self.engine.handle(input, self.now_ms());
        }
    }

    /// What can go wrong of itself.
    fn faults(&mut self) {
        match self.dice.below(4_000) {
            0..=5 => self.crash("from outside"),
            6..=9 => self.disk.is_broken = true,
            10..=30 => self.disk.is_broken = false,
            31..=33 => {
                self.variant = self.dice.below(VARIANTS);
                let variant = self.variant;
                self.tell(|| format!("configured as {variant}"));
                let book = Arc::new(world::book(variant));
                self.engine.configure(book, self.now_ms());
            }
            34..=36 => {
                let by_ms = (self.dice.below(7_200) as i64 - 3_600) * 1_000;
                self.offset_ms += by_ms;
                self.tell(|| format!("clock set by {by_ms}"));
                self.engine.handle(Input::ClockSet { by_ms }, self.now_ms());
            }
            37..=60 => {
                let episodes: Vec<u64> = self.engine.state().episodes.keys().copied().collect();
                if !episodes.is_empty() {
                    let episode = episodes[self.dice.below(episodes.len())];
                    let by = "somebody".to_string();
                    let input = Input::Acknowledge { episode, by };
                    self.engine.handle(input, self.now_ms());
                }
            }
            _ => {}
        }
    }

    /// One batch: decided, kept, sent; a crash may come in between.
    fn turn(&mut self) {
        self.turns += 1;
        let batch = self.engine.settle(self.now_ms());
        if !batch.records.is_empty() {
            self.tell(|| format!("{:#?}", batch.records));
        }
        oracle::resolved_by_sight(self, &batch.records);
        self.forgive(&batch.records);
        let crash = match self.is_rough && !batch.records.is_empty() {
            true => self.dice.below(400),
            false => usize::MAX,
        };
        if crash == 0 {
            return self.crash("before the batch was kept");
        }
        if !batch.records.is_empty() && self.disk.commit(&batch.records).is_err() {
            let why = "no space left".to_string();
            self.engine.handle(Input::Unsaved { why }, self.now_ms());
        }
        if crash == 1 {
            return self.crash("after the batch was kept");
        }
        for (at, send) in batch.sends.into_iter().enumerate() {
            if crash == 2 && at == 1 {
                return self.crash("between two messages");
            }
            let latency_ms = match self.dice.below(10) {
                0 => self.dice.below(9_000) as i64,
                _ => self.dice.below(300) as i64,
            };
            self.flights.push(Flight {
                send,
                arrives_ms: Some(self.true_ms + latency_ms / 2),
                answered_ms: self.true_ms + latency_ms,
                answer: None,
            });
        }
        if crash == 3 {
            return self.crash("after the messages were sent");
        }
        if self.disk.is_behind && self.disk.heal(self.engine.state()).is_ok() {
            self.engine.handle(Input::Saved, self.now_ms());
        }
        if self.disk.is_long() {
            let state = self.engine.state().clone();
            if !self.disk.is_broken && !self.disk.is_behind && batch_is_over(&self.engine) {
                self.disk.keep(&state);
            }
        }
        oracle::all_is_in_order(self, self.turns.is_multiple_of(200));
    }

    /// What was refused may stay open.
    fn forgive(&mut self, records: &[Record]) {
        for record in records {
            if let Record::Opened {
                episode,
                subject,
                namespace,
                ..
            } = record
            {
                let namespace = namespace.as_deref();
                let key = subject.key(namespace.expect("it is kept"));
                self.keys.insert(*episode, key.to_string());
            }
            if let Record::Attempted {
                episode,
                lane,
                says,
                ..
            } = record
            {
                self.says.insert((*episode, lane.clone()), *says);
            }
            if let Record::Answered {
                episode,
                lane,
                outcome: burnwatch::engine::Outcome::Refused { .. },
                ..
            } = record
                && self.says.get(&(*episode, lane.clone())) == Some(&Says::Resolved)
            {
                let key = self.keys[episode].clone();
                self.forgiven.insert((lane.clone(), key));
            }
        }
    }

    /// Burnwatch dies, and starts again with what was kept.
    fn crash(&mut self, when: &str) {
        self.tell(|| format!("crash {when}"));
        // What was sent may arrive all the same.
        for flight in std::mem::take(&mut self.flights) {
            if flight.arrives_ms.is_some() && self.dice.below(2) == 0 {
                self.receivers.take(&flight.send);
            }
        }
        if self.disk.is_behind {
            // It was said that a crash now forgets what is told.
            for (lane, receiver) in &self.receivers.0 {
                let keys = receiver.incidents.keys();
                self.forgiven
                    .extend(keys.map(|key| (lane.clone(), key.clone())));
            }
            self.disk.is_behind = false;
        }
        let book = self.engine.book().clone();
        let state = self.disk.read();
        self.keys.clear();
        for (number, episode) in &state.episodes {
            let key = episode.key(&book.namespace);
            self.keys.insert(*number, key.to_string());
        }
        self.engine = Engine::new(book, state, self.seed ^ self.turns as u64);
        let now_ms = self.now_ms();
        self.engine.handle(Input::Started, now_ms);
    }
}

/// Nothing is decided that is not in a batch yet.
fn batch_is_over(engine: &Engine) -> bool {
    engine.is_settled()
}
