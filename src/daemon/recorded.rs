//! Evaluates all SLOs together, by what generated rules have recorded of them, once in an interval.
//!
//! The counterpart of `watcher`, with the same commands and events: what is asked is `recorded`, when it is due `timetable`.
//! Nothing is learnt and nothing of the past is kept. Promise: what was asked under one configuration is never decided about
//! under another; an evaluation that takes longer than an interval costs evaluations and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};

use super::asker::{Asker, Pressure};
use super::clockwork::Clockwork;
use super::desk::Desk;
use super::pace::{Admission, Pace};
use super::source_clock::{SourceClock, Told};
use super::survey::{Surveyed, evaluate};
use super::timetable::{Class, Due, Rhythm, Timetable};
use super::traces::Traces;
use super::vitals::{Covered, STALE_AFTER_MIN};
use super::watching::{Command, Event, Scene, Standing};
use crate::base::Trace;
use crate::engine::{Look, Scope, Sight};
use crate::follow::Follower;
use crate::model::{Slo, SloId};
use crate::recorded::Survey;

/// It looks around at least this often, in milliseconds.
const TICK_MS: i64 = 1_000;
/// What was evaluated so lately is fresh, however short the interval is, in milliseconds.
const FRESH_MS: i64 = STALE_AFTER_MIN.as_ms() as i64;
/// How often there would be evaluations if there were SLOs, in milliseconds.
const IDLE_MS: i64 = 60_000;

/// Watches SLOs by what is recorded of them.
pub struct RecordedWatcher {
    desk: Desk,
    clock: Clockwork,
    tell: Box<dyn FnMut(Event<'_>) + Send>,
    asker: Arc<Asker>,
    traces: Arc<Traces>,
    survey: Option<Arc<Survey>>,
    seen: BTreeMap<SloId, SeenLast>,
    table: Timetable,
    every_ms: i64,
    pace: Pace,
    source_clock: SourceClock,
    /// The evaluation that is under way; never more than one.
    tasks: JoinSet<Finished>,
    begun: Option<Begun>,
    started_ms: i64,
    /// When it tells next how it stands, on the steady clock.
    ticks_ms: i64,
}

/// How an SLO was last seen.
#[derive(Clone, Copy, Debug, Default)]
struct SeenLast {
    /// When, on the steady clock.
    at_ms: Option<i64>,
    /// Whether it cannot be seen now for reasons of its own.
    is_faulty: bool,
}

/// An evaluation that is under way.
#[derive(Clone, Copy, Debug)]
struct Begun {
    slot_ms: i64,
    due_ms: i64,
    /// When it began, on the steady clock.
    at_ms: i64,
    trace: Trace,
}

/// An evaluation that is over.
struct Finished {
    surveyed: Surveyed,
    begun: Begun,
}

impl RecordedWatcher {
    /// Begins to watch a scene. What its followers know of the past does not matter.
    pub fn new(
        scene: Scene,
        desk: Desk,
        clock: Clockwork,
        traces: Arc<Traces>,
        tell: impl FnMut(Event<'_>) + Send + 'static,
    ) -> RecordedWatcher {
        let mut watcher = RecordedWatcher {
            desk,
            clock,
            tell: Box::new(tell),
            asker: scene.asker.clone(),
            traces,
            survey: None,
            seen: BTreeMap::new(),
            table: Timetable::new([], 0, 0),
            every_ms: IDLE_MS,
            pace: Pace::new(1),
            source_clock: SourceClock::default(),
            tasks: JoinSet::new(),
            begun: None,
            started_ms: 0,
            ticks_ms: 0,
        };
        watcher.stage(scene);
        watcher
    }

    /// Watches until it is told to stop.
    pub async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut change = None;
        loop {
            if let Some(next) = change.take_if(|_| self.tasks.is_empty()) {
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
                Some(finished) = self.tasks.join_next() => match finished {
                    Ok(finished) => self.finished(&finished),
                    Err(error) => self.broke(&error),
                },
                () = pause => {}
            }
        }
    }

    fn stage(&mut self, scene: Scene) {
        let now_ms = self.source_ms();
        let followers: Vec<&Follower> = scene.followers.iter().map(|(one, _)| one).collect();
        let slos: Vec<Arc<Slo>> = followers.iter().map(|one| one.slo().clone()).collect();
        let survey = followers.first();
        let survey = survey.map(|one| Arc::new(Survey::of(&slos, one.settings())));
        let rhythm = survey.as_ref().map(|survey| Rhythm {
            class: Class::Wakes,
            every_ms: survey.interval().as_ms() as i64,
            phase_ms: 0,
        });
        self.every_ms = rhythm.map_or(IDLE_MS, |rhythm| rhythm.every_ms);
        self.table = Timetable::new(rhythm, scene.query_offset_ms, now_ms);
        self.asker = scene.asker;
        let seen = slos.iter().map(|slo| {
            let before = self.seen.get(&slo.id).copied();
            (slo.id.clone(), before.unwrap_or_default())
        });
        self.seen = seen.collect();
        self.survey = survey;
        self.started_ms = self.clock.steady_ms();
    }

    fn change(&mut self, command: Command) {
        let Command::Change { book, scene, done } = command else {
            return;
        };
        self.desk.configure(book);
        self.stage(scene(Vec::new()));
        // Who asked for it may be gone.
        let _ = done.send(());
    }

    fn source_ms(&self) -> i64 {
        self.source_clock
            .now_ms(self.clock.wall_ms(), self.clock.steady_ms())
    }

    /// Begins an evaluation when it is due.
    fn begin(&mut self) {
        let steady_ms = self.clock.steady_ms();
        let Some(survey) = self.survey.clone() else {
            return;
        };
        if self.pace.admission(self.tasks.len(), steady_ms) != Admission::Now {
            return;
        }
        let now_ms = self.source_ms();
        let Some(Due {
            slot_ms,
            due_ms,
            missed,
            ..
        }) = self.table.next(now_ms, |_| true)
        else {
            return;
        };
        if missed > 0 {
            (self.tell)(Event::Missed(missed * self.seen.len() as u64));
        }
        let begun = Begun {
            slot_ms,
            due_ms: (steady_ms - (now_ms - due_ms)).max(self.started_ms),
            at_ms: steady_ms,
            trace: self.traces.next(),
        };
        self.begun = Some(begun);
        let asker = self.asker.clone();
        self.tasks.spawn(async move {
            let surveyed = evaluate(survey, slot_ms, &asker, begun.trace).await;
            Finished { surveyed, begun }
        });
    }

    /// An evaluation ended by a fault of burnwatch's own.
    fn broke(&mut self, error: &JoinError) {
        let Some(begun) = self.begun.take() else {
            return;
        };
        tracing::error!(%error, "burnwatch failed to evaluate SLOs");
        self.table.over(0);
        let ids: Vec<SloId> = self.seen.keys().cloned().collect();
        for slo in ids {
            (self.tell)(Event::Broke(&slo));
            let sight = Sight::Failed {
                why: "burnwatch failed to evaluate it; its log has the reason".to_string(),
                scope: Scope::Question,
            };
            let at_ms = begun.slot_ms;
            self.desk.look(Look { slo, at_ms, sight }, begun.due_ms);
        }
    }

    fn finished(&mut self, finished: &Finished) {
        self.begun = None;
        let Finished { surveyed, begun } = finished;
        let steady_ms = self.clock.steady_ms();
        let wall_ms = self.clock.wall_ms();
        self.table.over(0);
        if let Some(date) = surveyed.date {
            let told = self
                .source_clock
                .heard(date.date_ms, date.sent_ms, date.got_ms, wall_ms);
            if let Told::Moved(_) = told {
                self.table.moved(self.source_ms());
            }
        }
        match surveyed.pressure {
            Pressure::Overloaded(asked) => self.pace.overloaded(asked, steady_ms),
            Pressure::Fine => self.pace.went_well(),
        }
        match (&surveyed.unanswered, surveyed.reading.is_answered()) {
            (Some(why), false) => (self.tell)(Event::Unanswered(why)),
            (Some(_), true) | (None, _) => {
                let ahead_ms = self.source_clock.difference_ms(wall_ms, steady_ms);
                (self.tell)(Event::Answered(ahead_ms));
            }
        }
        // They are all of the same questions, which are counted once.
        let mut questions = surveyed.questions;
        for look in surveyed.reading.looks(begun.slot_ms) {
            (self.tell)(Event::Evaluated {
                slo: &look.slo,
                sight: &look.sight,
                questions: std::mem::take(&mut questions),
                took_ms: steady_ms - begun.at_ms,
                trace: begun.trace,
            });
            if let Some(seen) = self.seen.get_mut(&look.slo) {
                seen.take(&look.sight, steady_ms);
            }
            self.desk.look(look, begun.due_ms);
        }
    }

    fn tick(&mut self) {
        let steady_ms = self.clock.steady_ms();
        if steady_ms >= self.ticks_ms {
            self.ticks_ms = steady_ms + TICK_MS;
            let standing = self.standing(steady_ms);
            (self.tell)(Event::Ticked(standing));
        }
    }

    fn standing(&self, steady_ms: i64) -> Standing {
        let stale_ms = (2 * self.every_ms).max(FRESH_MS);
        let mut covered = Covered {
            slos: self.seen.len(),
            ..Covered::default()
        };
        for seen in self.seen.values() {
            let is_fresh = seen
                .at_ms
                .is_some_and(|at_ms| steady_ms - at_ms <= stale_ms);
            // What is recorded holds the whole past.
            covered.pages += usize::from(seen.at_ms.is_some());
            covered.whole += usize::from(seen.at_ms.is_some());
            covered.fresh += usize::from(is_fresh);
            covered.faulty += usize::from(seen.is_faulty && !is_fresh);
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
        let admission = self.pace.admission(self.tasks.len(), steady_ms);
        let pause_ms = admission.pause_ms(due_ms, TICK_MS, steady_ms);
        Duration::from_millis(pause_ms.unsigned_abs())
    }
}

impl SeenLast {
    fn take(&mut self, sight: &Sight, steady_ms: i64) {
        let is_seen = matches!(sight, Sight::Seen(_) | Sight::Nothing);
        if is_seen {
            self.at_ms = Some(steady_ms);
        }
        self.is_faulty = match sight {
            Sight::Seen(_) | Sight::Nothing => false,
            Sight::Unrecorded { .. } => true,
            Sight::Failed { scope, .. } => *scope == Scope::Question,
        };
    }
}
