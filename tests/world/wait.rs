//! Waiting on a condition, and never longer than a deadline.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long anything may take that has to happen: far more than it does, on a machine that is busy with other things.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// How often a condition is looked at.
const PACE: Duration = Duration::from_millis(10);

/// Waits until there is something.
///
/// # Panics
///
/// When there is nothing after [`DEADLINE`], with what was waited for.
#[track_caller]
pub fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    match within(DEADLINE, look) {
        Some(found) => found,
        None => panic!("after {DEADLINE:?} still not: {what}"),
    }
}

/// Waits until it is so.
///
/// # Panics
///
/// When it is not after [`DEADLINE`], with what was waited for.
#[track_caller]
pub fn until_so(what: &str, mut is_so: impl FnMut() -> bool) {
    until(what, || is_so().then_some(()));
}

/// What there is in this time, if there is something.
pub fn within<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(PACE);
    }
}

/// The time of the machine, in Unix milliseconds.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
