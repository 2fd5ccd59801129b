//! Where everything is decided: one thread that holds the engine and its store, and takes in what others bring.
//!
//! Those who evaluate, deliver and answer requests never wait for the disk: they put their input on the desk. Promise: inputs
//! are taken in the order in which they came, what is to be sent leaves after its batch was kept, and two evaluations of one SLO
//! are never in the same batch.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::clockwork::Clockwork;
use super::keeper::Keeper;
use crate::engine::{Book, Input, Look, Send as Message};
use crate::model::SloId;
use crate::store::StoreError;

/// Most inputs of one batch.
const BATCH_MAX: usize = 4_096;
/// The desk looks around at least this often, in milliseconds.
pub const TICK_MS: i64 = 1_000;
/// A batch that took so long, in milliseconds, is followed by a rest: where much is remembered, more inputs share a batch.
const RESTS_FROM_MS: i64 = 2;
/// The rest is so many times as long as the batch took.
const REST_TIMES: i64 = 4;
/// And at most this, in milliseconds.
const REST_MAX_MS: i64 = 100;
/// By so much the clock of the machine may be off the steady one between two looks before it counts as set, in milliseconds.
const SET_MIN_MS: i64 = 2_000;

/// A handle of the desk.
#[derive(Clone)]
pub struct Desk {
    tasks: Sender<Task>,
}

/// The thread behind it.
pub struct DeskThread {
    thread: JoinHandle<Result<(), StoreError>>,
    tasks: Sender<Task>,
}

/// Something to be done where everything is decided, at a time in Unix milliseconds.
type Request = Box<dyn FnOnce(&mut Keeper, i64) + Send>;

/// What is put on the desk.
enum Task {
    Take(Input),
    /// An evaluation that was due at this moment of the steady clock.
    Look(Look, i64),
    Configure(Arc<Book>),
    Ask(Request),
    Stop,
}

/// What a batch came to, for whoever watches the daemon.
pub struct Turn<'k> {
    /// Engine and store after it.
    pub keeper: &'k Keeper,
    /// How long after they were due evaluations were decided about and kept, in milliseconds.
    pub lags_ms: &'k [i64],
    /// When that was, on the steady clock.
    pub steady_ms: i64,
    /// And on the machine's, in Unix milliseconds.
    pub now_ms: i64,
}

impl Desk {
    /// Opens the desk. Messages are given to `sends`; `seen` is called after each batch.
    ///
    /// # Errors
    ///
    /// Where the system gives no thread.
    pub fn open(
        keeper: Keeper,
        clock: Clockwork,
        sends: UnboundedSender<Message>,
        seen: impl FnMut(Turn<'_>) + Send + 'static,
    ) -> std::io::Result<(Desk, DeskThread)> {
        let (tasks, inbox) = mpsc::channel();
        let table = Table {
            keeper,
            clock,
            sends,
            seen: Box::new(seen),
            at: (clock.wall_ms(), clock.steady_ms()),
            rests_until_ms: 0,
        };
        let thread = thread::Builder::new()
            .name("desk".to_string())
            .spawn(move || table.run(&inbox))?;
        let desk = Desk {
            tasks: tasks.clone(),
        };
        Ok((desk, DeskThread { thread, tasks }))
    }

    /// Puts an input on the desk, and does not wait.
    pub fn take(&self, input: Input) {
        // A desk that is closed needs no inputs any more: the next start goes on from what was kept.
        let _ = self.tasks.send(Task::Take(input));
    }

    /// Puts an evaluation on the desk that was due at `due_ms` of the steady clock.
    pub fn look(&self, look: Look, due_ms: i64) {
        let _ = self.tasks.send(Task::Look(look, due_ms));
    }

    /// From here on another configuration holds.
    pub fn configure(&self, book: Arc<Book>) {
        let _ = self.tasks.send(Task::Configure(book));
    }

    /// Asks something, or does something, after all that is on the desk now; nothing where the desk is closed. The time is in
    /// Unix milliseconds.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Keeper, i64) -> T + Send + 'static,
    ) -> Option<T> {
        let (tell, told) = oneshot::channel();
        let task = Task::Ask(Box::new(move |keeper, now_ms| {
            // Who asked may be gone.
            let _ = tell.send(question(keeper, now_ms));
        }));
        self.tasks.send(task).ok()?;
        told.await.ok()
    }
}

impl DeskThread {
    /// Takes in what is on the desk, writes everything down and ends.
    ///
    /// # Errors
    ///
    /// What keeps it from being written down.
    pub fn close(self) -> Result<(), StoreError> {
        // A thread that has ended is joined all the same.
        let _ = self.tasks.send(Task::Stop);
        match self.thread.join() {
            Ok(closed) => closed,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    /// Whether it is still there: it ends early only where burnwatch itself is wrong.
    pub fn is_running(&self) -> bool {
        !self.thread.is_finished()
    }
}

/// The desk itself.
struct Table {
    keeper: Keeper,
    clock: Clockwork,
    sends: UnboundedSender<Message>,
    seen: Box<dyn FnMut(Turn<'_>) + Send>,
    /// What both clocks showed last.
    at: (i64, i64),
    /// Until when it rests, on the steady clock.
    rests_until_ms: i64,
}

/// What is taken in at once.
#[derive(Default)]
struct Pile {
    inputs: Vec<Input>,
    looked: BTreeSet<SloId>,
    due_ms: Vec<i64>,
}

/// What comes after a batch.
enum After {
    Inputs(Task),
    Configure(Arc<Book>),
    Ask(Request),
    Stop,
    Nothing,
}

impl Table {
    fn run(mut self, inbox: &mpsc::Receiver<Task>) -> Result<(), StoreError> {
        let mut held = None;
        loop {
            let first = match held.take() {
                Some(task) => Ok(task),
                None => inbox.recv_timeout(self.pause()),
            };
            let mut pile = Pile::default();
            let mut after = match first {
                Ok(task) => pile.put(task),
                Err(RecvTimeoutError::Timeout) => After::Nothing,
                Err(RecvTimeoutError::Disconnected) => After::Stop,
            };
            while let (After::Nothing, true) = (&after, pile.inputs.len() < BATCH_MAX) {
                match self.more(inbox) {
                    Some(task) => after = pile.put(task),
                    None => break,
                }
            }
            self.turn(pile);
            match after {
                After::Nothing => {}
                After::Inputs(task) => held = Some(task),
                After::Configure(book) => {
                    let now_ms = self.clock.wall_ms();
                    self.keeper.configure(book, now_ms);
                    self.turn(Pile::default());
                }
                After::Ask(question) => question(&mut self.keeper, self.clock.wall_ms()),
                After::Stop => {
                    let now_ms = self.clock.wall_ms();
                    return self.keeper.close(now_ms);
                }
            }
        }
    }

    /// What comes while the desk rests, and what is there after that.
    fn more(&self, inbox: &mpsc::Receiver<Task>) -> Option<Task> {
        let rest_ms = self.rests_until_ms - self.clock.steady_ms();
        match rest_ms > 0 {
            true => {
                let rest = Duration::from_millis(rest_ms.unsigned_abs());
                inbox.recv_timeout(rest).ok()
            }
            false => inbox.try_recv().ok(),
        }
    }

    /// Until time alone may bring something.
    fn pause(&self) -> Duration {
        let now_ms = self.clock.wall_ms();
        let due_ms = self.keeper.due_ms(now_ms);
        let rest_ms = (self.rests_until_ms - self.clock.steady_ms()).clamp(0, REST_MAX_MS);
        let pause_ms = due_ms.map_or(TICK_MS, |due_ms| (due_ms - now_ms).clamp(rest_ms, TICK_MS));
        Duration::from_millis(pause_ms.unsigned_abs())
    }

    fn turn(&mut self, pile: Pile) {
        let (now_ms, steady_ms) = (self.clock.wall_ms(), self.clock.steady_ms());
        let (before_ms, steady_before_ms) = self.at;
        let by_ms = (now_ms - before_ms) - (steady_ms - steady_before_ms);
        self.at = (now_ms, steady_ms);
        let set = (by_ms.abs() > SET_MIN_MS).then_some(Input::ClockSet { by_ms });
        let inputs = set.into_iter().chain(pile.inputs);
        for send in self.keeper.turn(inputs, now_ms) {
            // Without anybody who sends the daemon is stopping: the attempt is repeated at the next start.
            let _ = self.sends.send(send);
        }
        let began_ms = steady_ms;
        let steady_ms = self.clock.steady_ms();
        let took_ms = steady_ms - began_ms;
        if took_ms >= RESTS_FROM_MS {
            self.rests_until_ms = steady_ms + (took_ms * REST_TIMES).min(REST_MAX_MS);
        }
        let lags_ms: Vec<i64> = pile
            .due_ms
            .iter()
            .map(|due_ms| steady_ms - due_ms)
            .collect();
        (self.seen)(Turn {
            keeper: &self.keeper,
            lags_ms: &lags_ms,
            steady_ms,
            now_ms,
        });
    }
}

impl Pile {
    fn put(&mut self, task: Task) -> After {
        match task {
            Task::Take(input) => self.inputs.push(input),
            Task::Look(look, due_ms) => {
                if self.looked.contains(&look.slo) {
                    return After::Inputs(Task::Look(look, due_ms));
                }
                self.looked.insert(look.slo.clone());
                self.inputs.push(Input::Looked(look));
                self.due_ms.push(due_ms);
            }
            Task::Configure(book) => return After::Configure(book),
            Task::Ask(question) => return After::Ask(question),
            Task::Stop => return After::Stop,
        }
        After::Nothing
    }
}
