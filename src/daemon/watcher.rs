//! Evaluates all SLOs, each at its moments, and learns their past beside that.
//!
//! What is due is `timetable`, how much at once `pace`, what an evaluation asks `evaluation`. Promise: what was asked under one
//! configuration is never decided about under another, and an SLO that takes long delays no other.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};

use super::asker::{Asker, Pressure};
use super::clockwork::Clockwork;
use super::desk::Desk;
use super::evaluation::{Done, Work, work};
use super::pace::{Admission, Pace};
use super::source_clock::{SourceClock, Told};
use super::timetable::{Class, Due, Rhythm, Timetable};
use super::traces::Traces;
use super::vitals::{Covered, STALE_AFTER_MIN};
use super::watched::Watched;
use super::watching::{Command, Event, Scene, Standing};
use crate::base::Trace;
use crate::engine::{Look, Scope, Sight};
use crate::follow::{Coverage, Follower};
use crate::model::SloId;
use crate::prometheus::Failure;

/// The watcher looks around at least this often, in milliseconds.
const TICK_MS: i64 = 1_000;
/// What was evaluated so lately is fresh, however short the interval is, in milliseconds.
const FRESH_MS: i64 = STALE_AFTER_MIN.as_ms() as i64;
/// So long it takes until all that is known was given out to be kept, in milliseconds.
const KEPT_EVERY_MS: usize = 1_800_000;
/// After so long a past that could not be learnt is tried again, in milliseconds.
const LEARN_AGAIN_MS: i64 = 60_000;

/// Watches SLOs.
pub struct Watcher {
    desk: Desk,
    clock: Clockwork,
    tell: Box<dyn FnMut(Event<'_>) + Send>,
    asker: Arc<Asker>,
    traces: Arc<Traces>,
    watched: Vec<Watched>,
    table: Timetable,
    pace: Pace,
    source_clock: SourceClock,
    tasks: JoinSet<Finished>,
    begun: HashMap<Id, Begun>,
    /// Pasts to be learnt, and when, on the steady clock.
    past: VecDeque<(i64, usize)>,
    learning: usize,
    /// When the source last answered a question, on the steady clock.
    answered_ms: Option<i64>,
    started_ms: i64,
    /// When it tells next how it stands, on the steady clock.
    ticks_ms: i64,
    /// Which was given out last to be kept, and how much time has come together for the next ones.
    given: usize,
    gives_ms: usize,
}

/// A piece of work that is under way.
struct Begun {
    place: usize,
    work: Work,
    slot_ms: i64,
    due_ms: i64,
    /// The SLO, with nothing known of it.
    anew: Follower,
}

/// A piece of work that is over.
struct Finished {
    place: usize,
    work: Work,
    slot_ms: i64,
    /// When it was due, and when it began, on the steady clock.
    due_ms: i64,
    began_ms: i64,
    trace: Trace,
    done: Done,
}

impl Watcher {
    /// Begins to watch a scene.
    pub fn new(
        scene: Scene,
        desk: Desk,
        clock: Clockwork,
        traces: Arc<Traces>,
        tell: impl FnMut(Event<'_>) + Send + 'static,
    ) -> Watcher {
        let mut watcher = Watcher {
            desk,
            clock,
            tell: Box::new(tell),
            asker: scene.asker.clone(),
            traces,
            watched: Vec::new(),
            table: Timetable::new([], 0, 0),
            pace: Pace::new(1),
            source_clock: SourceClock::default(),
            tasks: JoinSet::new(),
            begun: HashMap::new(),
            past: VecDeque::new(),
            learning: 0,
            answered_ms: None,
            started_ms: 0,
            ticks_ms: 0,
            given: 0,
            gives_ms: 0,
        };
        watcher.stage(scene);
        watcher
    }

    /// Watches until it is told to stop.
    pub async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut change = None;
        loop {
            if let Some(next) = change.take_if(|_| self.tasks.len() == self.learning) {
                self.change(next);
            }
            if change.is_none() {
                self.begin();
            }
            self.tick();
            let pause = tokio::time::sleep(self.pause());
            tokio::select! {
                command = commands.recv() => match command {
                    // A later configuration makes those before it pointless.
                    Some(next @ Command::Change { .. }) => change = Some(next),
                    Some(Command::Stop) | None => {
                        self.tasks.abort_all();
                        return;
                    }
                },
                Some(finished) = self.tasks.join_next_with_id() => match finished {
                    Ok((id, finished)) => {
                        self.begun.remove(&id);
                        self.finished(finished);
                    }
                    Err(error) => self.broke(&error),
                },
                () = pause => {}
            }
        }
    }

    fn stage(&mut self, scene: Scene) {
        let now_ms = self.source_ms();
        let rhythm = |(follower, class): &(Follower, Class)| Rhythm {
            class: *class,
            every_ms: follower.every_ms(),
            phase_ms: follower.phase_ms(),
        };
        let rhythms: Vec<Rhythm> = scene.followers.iter().map(rhythm).collect();
        self.table = Timetable::new(rhythms, scene.query_offset_ms, now_ms);
        self.pace = Pace::new(scene.asker.evaluations_max());
        self.asker = scene.asker;
        let followers = scene.followers.into_iter();
        self.watched = followers
            .map(|(follower, _)| Watched::new(follower))
            .collect();
        let lacks = |place: &usize| self.watched[*place].coverage() != Some(Coverage::Whole);
        let places = (0..self.watched.len()).filter(lacks);
        self.past = places.map(|place| (0, place)).collect();
        self.started_ms = self.clock.steady_ms();
        (self.given, self.gives_ms) = (0, 0);
    }

    fn change(&mut self, command: Command) {
        let Command::Change { book, scene, done } = command else {
            return;
        };
        // What is learnt beside is learnt again where it is still wanted.
        self.tasks = JoinSet::new();
        self.begun.clear();
        self.learning = 0;
        let seen: BTreeMap<SloId, i64> = self.watched.iter().filter_map(Watched::seen).collect();
        let watched = std::mem::take(&mut self.watched).into_iter();
        let followers = watched.filter_map(Watched::into_follower).collect();
        self.desk.configure(book);
        self.stage(scene(followers));
        self.watched
            .iter_mut()
            .for_each(|watched| watched.goes_on(&seen));
        // Who asked for it may be gone.
        let _ = done.send(());
    }

    fn source_ms(&self) -> i64 {
        self.source_clock
            .now_ms(self.clock.wall_ms(), self.clock.steady_ms())
    }

    /// Begins what is due, as far as it is admitted.
    fn begin(&mut self) {
        let steady_ms = self.clock.steady_ms();
        let evaluating = self.tasks.len() - self.learning;
        for under_way in evaluating.. {
            if self.pace.admission(under_way, steady_ms) != Admission::Now {
                break;
            }
            let now_ms = self.source_ms();
            let Some(due) = self.table.next(now_ms) else {
                break;
            };
            if due.missed > 0 {
                (self.tell)(Event::Missed(due.missed));
            }
            let due_ms = (steady_ms - (now_ms - due.due_ms)).max(self.started_ms);
            let follower = self.watched[due.place].lend();
            self.spawn(due, due_ms, Work::Evaluate, follower);
        }
        self.learn(steady_ms);
    }

    /// Learns pasts while nothing is late, a few at a time.
    fn learn(&mut self, steady_ms: i64) {
        let most = (self.pace.limit() / 4).max(1);
        while !self.table.is_behind() && self.learning < most {
            let under_way = self.tasks.len();
            if self.pace.admission(under_way, steady_ms) != Admission::Now {
                return;
            }
            let Some((_, place)) = self.past.pop_front_if(|(at_ms, _)| *at_ms <= steady_ms) else {
                return;
            };
            let Some(learner) = self.watched[place].learner() else {
                if self.watched[place].coverage() != Some(Coverage::Whole) {
                    self.past.push_back((steady_ms + TICK_MS, place));
                }
                continue;
            };
            let slot_ms = self.table.slot_ms(place, self.source_ms());
            let due = Due {
                place,
                slot_ms,
                due_ms: 0,
                missed: 0,
            };
            self.learning += 1;
            self.spawn(due, steady_ms, Work::LearnAll, learner);
        }
    }

    fn spawn(&mut self, due: Due, due_ms: i64, kind: Work, follower: Follower) {
        let (asker, clock) = (self.asker.clone(), self.clock);
        let trace = self.traces.next();
        let Due { place, slot_ms, .. } = due;
        let begun = Begun {
            place,
            work: kind,
            slot_ms,
            due_ms,
            anew: follower.forgotten(),
        };
        let task = self.tasks.spawn(async move {
            let began_ms = clock.steady_ms();
            let done = work(follower, kind, slot_ms, &asker, trace).await;
            Finished {
                place,
                work: kind,
                slot_ms,
                due_ms,
                began_ms,
                trace,
                done,
            }
        });
        self.begun.insert(task.id(), begun);
    }

    /// A piece of work ended by a fault of burnwatch's own: it costs this SLO its past, and no other anything.
    fn broke(&mut self, error: &JoinError) {
        let Some(begun) = self.begun.remove(&error.id()) else {
            return;
        };
        let Begun {
            place,
            work,
            slot_ms,
            due_ms,
            anew,
        } = begun;
        (self.tell)(Event::Broke(anew.id()));
        let steady_ms = self.clock.steady_ms();
        match work {
            Work::LearnAll => {
                self.learning -= 1;
                self.past.push_back((steady_ms + LEARN_AGAIN_MS, place));
                self.watched[place].learnt(None);
            }
            Work::Evaluate => {
                let look = Look {
                    slo: anew.id().clone(),
                    at_ms: slot_ms,
                    sight: Sight::Failed {
                        why: "burnwatch failed to evaluate it; its log has the reason".to_string(),
                        scope: Scope::Question,
                    },
                };
                self.watched[place] = Watched::new(anew);
                self.past.push_back((steady_ms + LEARN_AGAIN_MS, place));
                self.table.over(place);
                self.desk.look(look, due_ms);
            }
        }
    }

    fn finished(&mut self, finished: Finished) {
        let steady_ms = self.clock.steady_ms();
        let done = &finished.done;
        if let Some(date) = done.date {
            let wall_ms = self.clock.wall_ms();
            let told = self
                .source_clock
                .heard(date.date_ms, date.sent_ms, date.got_ms, wall_ms);
            if let Told::Moved(_) = told {
                self.table.moved(self.source_ms());
            }
        }
        match done.pressure {
            Pressure::Overloaded(asked) => self.pace.overloaded(asked, steady_ms),
            Pressure::Fine => self.pace.went_well(),
        }
        match &done.outcome {
            Ok(_) => self.answered(steady_ms),
            Err(failure) if failure.fault.is_of_question() => self.answered(steady_ms),
            Err(failure) => (self.tell)(Event::Unanswered(&failure.to_string())),
        }
        match finished.work {
            Work::LearnAll => self.learnt(finished, steady_ms),
            Work::Evaluate => self.evaluated(finished, steady_ms),
        }
    }

    fn answered(&mut self, steady_ms: i64) {
        self.answered_ms = Some(steady_ms);
        let wall_ms = self.clock.wall_ms();
        let ahead_ms = self.source_clock.difference_ms(wall_ms, steady_ms);
        (self.tell)(Event::Answered(ahead_ms));
    }

    fn learnt(&mut self, finished: Finished, steady_ms: i64) {
        self.learning -= 1;
        let Finished { place, done, .. } = finished;
        let learner = done.outcome.is_ok().then_some(done.follower);
        if learner.is_none() {
            self.past.push_back((steady_ms + LEARN_AGAIN_MS, place));
        }
        if let Some(learner) = &learner {
            (self.tell)(Event::Known(learner));
        }
        self.watched[place].learnt(learner);
    }

    fn evaluated(&mut self, finished: Finished, steady_ms: i64) {
        let Finished { place, done, .. } = finished;
        let failure = done.outcome.as_ref().err();
        let is_refused = failure.is_some_and(|failure| failure.fault.is_of_question());
        let sight = match done.outcome {
            Ok(sight) => sight.expect("an evaluation sees something, or fails"),
            Err(failure) => self.failed(&failure, &done.follower, steady_ms),
        };
        (self.tell)(Event::Evaluated {
            slo: done.follower.id(),
            sight: &sight,
            questions: done.questions,
            took_ms: steady_ms - finished.began_ms,
            trace: finished.trace,
        });
        let watched = &mut self.watched[place];
        watched.is_refused = is_refused;
        if !matches!(sight, Sight::Failed { .. }) {
            watched.seen_ms = Some(steady_ms);
        }
        let look = Look {
            slo: done.follower.id().clone(),
            at_ms: finished.slot_ms,
            sight,
        };
        watched.returned(done.follower);
        self.table.over(place);
        self.desk.look(look, finished.due_ms);
    }

    /// Whose fault it is: the source's where it answered nobody for two intervals.
    fn failed(&self, failure: &Failure, follower: &Follower, steady_ms: i64) -> Sight {
        let lately_ms = steady_ms - 2 * follower.every_ms();
        let answers_others = self.answered_ms.is_some_and(|at_ms| at_ms > lately_ms);
        Sight::Failed {
            why: failure.to_string(),
            scope: Scope::of(&failure.fault, answers_others),
        }
    }

    fn tick(&mut self) {
        let steady_ms = self.clock.steady_ms();
        if steady_ms < self.ticks_ms {
            return;
        }
        self.ticks_ms = steady_ms + TICK_MS;
        let standing = self.standing();
        (self.tell)(Event::Ticked(standing));
        let missed = self.table.skip(self.source_ms());
        if missed > 0 {
            (self.tell)(Event::Missed(missed));
        }
        self.give_out();
    }

    /// Gives out what is known of some SLOs, so that in time all are kept.
    fn give_out(&mut self) {
        self.gives_ms += self.watched.len() * TICK_MS as usize;
        while self.gives_ms >= KEPT_EVERY_MS {
            self.gives_ms -= KEPT_EVERY_MS;
            self.given = (self.given + 1) % self.watched.len();
            if let Some(follower) = self.watched[self.given].all_known() {
                (self.tell)(Event::Known(follower));
            }
        }
    }

    fn standing(&self) -> Standing {
        let steady_ms = self.clock.steady_ms();
        let mut covered = Covered {
            slos: self.watched.len(),
            ..Covered::default()
        };
        for (place, watched) in self.watched.iter().enumerate() {
            let stale_ms = (2 * self.table.rhythm(place).every_ms).max(FRESH_MS);
            let is_fresh = watched
                .seen_ms
                .is_some_and(|seen_ms| steady_ms - seen_ms <= stale_ms);
            // One that is evaluated just now was known before.
            let is_known = watched.seen_ms.is_some() || watched.coverage().is_some();
            covered.pages += usize::from(is_known);
            covered.whole += usize::from(watched.coverage() == Some(Coverage::Whole));
            covered.fresh += usize::from(is_fresh);
            covered.faulty += usize::from(watched.is_refused && !is_fresh);
        }
        Standing {
            covered,
            limit: self.pace.limit(),
            is_lowered: self.pace.is_lowered(),
        }
    }

    fn pause(&self) -> Duration {
        let steady_ms = self.clock.steady_ms();
        let due_ms = self
            .table
            .wakes_ms()
            .map(|due_ms| due_ms - self.source_ms());
        let admitted_ms = match self.pace.admission(self.tasks.len(), steady_ms) {
            Admission::At(at_ms) => Some(at_ms - steady_ms),
            Admission::Now | Admission::Full => None,
        };
        let pause_ms = match admitted_ms {
            Some(pause_ms) => pause_ms,
            None => due_ms.unwrap_or(TICK_MS),
        };
        Duration::from_millis(pause_ms.clamp(1, TICK_MS).unsigned_abs())
    }
}
