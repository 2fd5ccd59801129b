//! What can go wrong with a request, as a test wants it.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::http::Answer;
use super::wait::DEADLINE;

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It has arrived, and nothing of it was read.
    Unread,
    /// It was read, and the service knows nothing of it.
    Read,
    /// The service has taken it, and has not answered.
    Taken,
}

/// What happens to a request in place of what usually does.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The connection is closed at this moment.
    HangUp(Moment),
    /// At this moment everything stops; the connection stays.
    Hang(Moment),
    /// The service does not see it, and this is the answer.
    Answer(Answer),
    /// The service takes it, and this is the answer.
    Taken(Answer),
    /// The service takes it, and answers so late.
    Slow(Duration),
    /// At this moment it waits until the gate is opened; then it goes on as usual.
    Hold(Moment, Gate),
    /// The answer comes byte by byte, one in a second.
    Trickle,
    /// The body of the answer, which has status 200, does not end.
    Endless,
}

impl Fault {
    /// A status without anything.
    pub fn status(status: u16) -> Fault {
        Fault::Answer(Answer::text(status, ""))
    }

    /// Status 429, and the pause that is asked for.
    pub fn limited(retry_after: &str) -> Fault {
        Fault::Answer(Answer::text(429, "").with(format!("Retry-After: {retry_after}")))
    }
}

/// Holds a request until a test lets it go.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Mutex<Held>, Condvar)>);

#[derive(Debug, Default)]
struct Held {
    arrived: usize,
    is_open: bool,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Gate {
        Gate::default()
    }

    /// Waits until a request stands before it.
    ///
    /// # Panics
    ///
    /// When none does in time.
    #[track_caller]
    pub fn reached(&self) {
        let (held, changed) = &*self.0;
        let held = held.lock().unwrap();
        let (held, _) = changed
            .wait_timeout_while(held, DEADLINE, |held| held.arrived == 0)
            .unwrap();
        assert!(held.arrived > 0, "no request came to the gate");
    }

    /// Lets everything through, from now on.
    pub fn open(&self) {
        let (held, changed) = &*self.0;
        held.lock().unwrap().is_open = true;
        changed.notify_all();
    }

    /// Stands before it until it is open, or for twice [`DEADLINE`]: no thread is left behind.
    pub(super) fn pass(&self) {
        let (held, changed) = &*self.0;
        let mut held = held.lock().unwrap();
        held.arrived += 1;
        changed.notify_all();
        let passed = changed.wait_timeout_while(held, 2 * DEADLINE, |held| !held.is_open);
        drop(passed.unwrap());
    }
}
