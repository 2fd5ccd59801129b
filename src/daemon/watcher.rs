//! Evaluates all SLOs, each at its moments, and learns their past beside that.
//!
//! What is due is `timetable`, how much at once `pace`, what an evaluation asks `evaluation`. Promise: what was asked under one
//! configuration is never decided about under another, and an SLO that takes long delays no other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::asker::{Asker, Pressure};
use super::clockwork::Clockwork;
use super::desk::Desk;
use super::evaluation::Work;
use super::lessons::Lessons;
use super::pace::{Admission, Lane, Pace, UnderWay};
use super::source_clock::{SourceClock, Told};
use super::streak::Whose;
use super::tasks::{Begun, Ended, Finished, Piece, Tasks};
use super::timetable::{Class, Rhythm, Timetable};
use super::traces::Traces;
use super::vitals::Covered;
use super::watched::Watched;
use super::watching::{Command, Event, Scene, Standing};
use crate::engine::{Look, Scope, Sight};
use crate::follow::{Coverage, Follower};
use crate::model::SloId;
use crate::prometheus::Failure;

/// The watcher looks around at least this often, in milliseconds.
const TICK_MS: i64 = 1_000;
/// So long it takes until all that is known was given out to be kept, in milliseconds.
const KEPT_EVERY_MS: usize = 1_800_000;
/// So long another configuration waits for what is under way, in milliseconds; what takes longer is asked for anew.
const CHANGE_WAITS_MS: i64 = 5_000;
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
    tasks: Tasks,
    lessons: Lessons,
    /// When the source last answered a question, on the steady clock.
    answered_ms: Option<i64>,
    started_ms: i64,
    /// When it tells next how it stands, on the steady clock.
    ticks_ms: i64,
    /// Which was given out last to be kept, and how much time has come together for the next ones.
    given: usize,
    gives_ms: usize,
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
            tasks: Tasks::default(),
            lessons: Lessons::default(),
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
        let mut change: Option<(Command, i64)> = None;
        loop {
            let steady_ms = self.clock.steady_ms();
            let UnderWay { usual, apart, .. } = self.tasks.under_way();
            let is_free = usual + apart == 0;
            if let Some((next, _)) =
                change.take_if(|(_, until_ms)| is_free || *until_ms <= steady_ms)
            {
                self.change(next);
            }
            if change.is_none() {
                self.begin();
            }
            self.tick();
            let changes_ms = change.as_ref().map(|(_, until_ms)| *until_ms);
            let pause = tokio::time::sleep(self.pause(changes_ms));
            tokio::select! {
                command = commands.recv() => match command {
                    // A later configuration makes those before it pointless.
                    Some(next @ Command::Change { .. }) => {
                        change = Some((next, self.clock.steady_ms() + CHANGE_WAITS_MS));
                    }
                    Some(Command::Stop) | None => {
                        self.tasks.stop();
                        return;
                    }
                },
                Some(ended) = self.tasks.next() => match ended {
                    Ended::Finished(finished) => self.finished(finished),
                    Ended::Broke(begun) => self.broke(begun),
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
        self.lessons = Lessons::default();
        places.for_each(|place| self.lessons.add(0, place));
        self.started_ms = self.clock.steady_ms();
        (self.given, self.gives_ms) = (0, 0);
    }

    fn change(&mut self, command: Command) {
        let Command::Change { book, scene, done } = command else {
            return;
        };
        // What is learnt beside is learnt again where it is still wanted.
        for Begun { piece, anew } in self.tasks.stop() {
            if piece.work == Work::Evaluate {
                self.watched[piece.place] = Watched::new(anew);
            }
        }
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

    fn under_way(&self) -> UnderWay {
        let is_apart = |place: usize| self.watched[place].evaluating.is_apart();
        UnderWay {
            apart_waits: self.table.is_behind(is_apart),
            ..self.tasks.under_way()
        }
    }

    /// Begins what is due, as far as it is admitted.
    fn begin(&mut self) {
        let steady_ms = self.clock.steady_ms();
        self.table.look(self.source_ms());
        self.evaluate(Lane::Usual, steady_ms);
        self.learn(steady_ms);
        self.evaluate(Lane::Apart, steady_ms);
    }

    fn evaluate(&mut self, lane: Lane, steady_ms: i64) {
        let mut under_way = self.under_way();
        while self.pace.admits(lane, under_way, steady_ms) == Admission::Now {
            let now_ms = self.source_ms();
            let watched = &self.watched;
            let is_apart = |place: usize| watched[place].evaluating.is_apart();
            let due = match lane {
                Lane::Apart => self.table.next_in_turn(now_ms, is_apart),
                Lane::Usual | Lane::Past => self.table.next(now_ms, |place| !is_apart(place)),
            };
            let Some(due) = due else { return };
            if due.missed > 0 {
                (self.tell)(Event::Missed(due.missed));
            }
            let due_ms = (steady_ms - (now_ms - due.due_ms)).max(self.started_ms);
            let follower = self.watched[due.place].lend();
            let piece = Piece {
                place: due.place,
                work: Work::Evaluate,
                lane,
                slot_ms: due.slot_ms,
                due_ms,
            };
            self.spawn(piece, follower);
            under_way.begins(lane);
        }
    }

    /// Learns pasts while nothing is late, a few at a time.
    fn learn(&mut self, steady_ms: i64) {
        let watched = &self.watched;
        let is_usual = |place: usize| !watched[place].evaluating.is_apart();
        if self.table.is_behind(is_usual) {
            return;
        }
        let mut under_way = self.under_way();
        while self.pace.admits(Lane::Past, under_way, steady_ms) == Admission::Now {
            let Some(place) = self.lessons.next(steady_ms) else {
                return;
            };
            let Some((learner, coverage)) = self.watched[place].learner() else {
                if self.watched[place].coverage() != Some(Coverage::Whole) {
                    self.lessons.add(steady_ms + TICK_MS, place);
                }
                continue;
            };
            let piece = Piece {
                place,
                work: Work::Learn(coverage),
                lane: Lane::Past,
                slot_ms: self.table.slot_ms(place, self.source_ms()),
                due_ms: steady_ms,
            };
            self.spawn(piece, learner);
            under_way.begins(Lane::Past);
        }
    }

    fn spawn(&mut self, piece: Piece, follower: Follower) {
        let trace = self.traces.next();
        let asker = self.asker.clone();
        self.tasks.begin(piece, follower, asker, self.clock, trace);
    }

    /// A piece of work ended by a fault of burnwatch's own: it costs this SLO its past, and no other anything.
    fn broke(&mut self, Begun { piece, anew }: Begun) {
        let Piece { place, slot_ms, .. } = piece;
        (self.tell)(Event::Broke(anew.id()));
        let steady_ms = self.clock.steady_ms();
        match piece.work {
            Work::Learn(_) => {
                self.lessons.add(steady_ms + LEARN_AGAIN_MS, place);
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
                self.lessons.add(steady_ms + LEARN_AGAIN_MS, place);
                self.table.over(place);
                self.desk.look(look, piece.due_ms);
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
        let whose = self.pressed(&finished, steady_ms);
        let done = &finished.done;
        match &done.outcome {
            // Without a question nobody answered.
            _ if done.questions == 0 => {}
            Ok(_) => self.answered(steady_ms),
            Err(failure) if failure.fault.is_of_question() => self.answered(steady_ms),
            Err(_) if whose == Whose::Slo => {}
            Err(failure) => (self.tell)(Event::Unanswered(&failure.to_string())),
        }
        match finished.piece.work {
            Work::Learn(_) => self.learnt(finished, steady_ms),
            Work::Evaluate => self.evaluated(finished, steady_ms),
        }
    }

    /// Asks less or more, by how the source took it, and tells whose matter it is.
    fn pressed(&mut self, finished: &Finished, steady_ms: i64) -> Whose {
        let watched = &mut self.watched[finished.piece.place];
        let streak = match finished.piece.work {
            Work::Evaluate => &mut watched.evaluating,
            Work::Learn(_) => &mut watched.learning,
        };
        let Pressure::Overloaded(asked) = finished.done.pressure else {
            streak.answered();
            self.pace.went_well();
            return Whose::Source;
        };
        let every_ms = finished.done.follower.every_ms();
        let whose = streak.failed(finished.began_ms, steady_ms, self.answered_ms, every_ms);
        if whose == Whose::Source {
            self.pace.overloaded(asked, steady_ms);
        }
        whose
    }

    fn answered(&mut self, steady_ms: i64) {
        self.answered_ms = Some(steady_ms);
        let wall_ms = self.clock.wall_ms();
        let ahead_ms = self.source_clock.difference_ms(wall_ms, steady_ms);
        (self.tell)(Event::Answered(ahead_ms));
    }

    fn learnt(&mut self, finished: Finished, steady_ms: i64) {
        let Finished { piece, done, .. } = finished;
        let place = piece.place;
        let learner = done.outcome.is_ok().then_some(done.follower);
        let again_ms = match &learner {
            Some(learner) => {
                (self.tell)(Event::Known(learner));
                steady_ms
            }
            None => steady_ms + LEARN_AGAIN_MS,
        };
        if learner.as_ref().and_then(Follower::coverage) != Some(Coverage::Whole) {
            self.lessons.add(again_ms, place);
        }
        self.watched[place].learnt(learner);
    }

    fn evaluated(&mut self, finished: Finished, steady_ms: i64) {
        let Finished { piece, done, .. } = finished;
        let place = piece.place;
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
            at_ms: piece.slot_ms,
            sight,
        };
        let was_whole = watched.coverage() == Some(Coverage::Whole);
        watched.returned(done.follower);
        if was_whole && watched.coverage() != Some(Coverage::Whole) {
            self.lessons.add(steady_ms, place);
        }
        self.table.over(place);
        self.desk.look(look, piece.due_ms);
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
            if let Some(follower) = self.watched[self.given].known() {
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
            let every_ms = self.table.rhythm(place).every_ms;
            watched.count(&mut covered, every_ms, steady_ms);
        }
        Standing {
            covered,
            limit: self.pace.limit(),
            is_lowered: self.pace.is_lowered(),
        }
    }

    /// Until something can begin; while another configuration waits nothing does.
    fn pause(&self, changes_ms: Option<i64>) -> Duration {
        let steady_ms = self.clock.steady_ms();
        let now_ms = self.source_ms();
        let due_in_ms = self.table.wakes_ms().map(|due_ms| due_ms - now_ms);
        let under_way = self.under_way();
        let lanes = [Lane::Usual, Lane::Apart];
        let pause_ms = |lane: Lane| {
            let admission = self.pace.admits(lane, under_way, steady_ms);
            admission.pause_ms(due_in_ms, TICK_MS, steady_ms)
        };
        let pause_ms = match changes_ms {
            Some(until_ms) => (until_ms - steady_ms).clamp(1, TICK_MS),
            None => lanes.map(pause_ms).into_iter().fold(TICK_MS, i64::min),
        };
        Duration::from_millis(pause_ms.unsigned_abs())
    }
}
