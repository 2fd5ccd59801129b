//! How commands reach the daemon that runs: a socket beside its state, one line of JSON in, some out.
//!
//! Who may write into the folder of the state may ask; nobody else connects. Promise: whoever connects costs a bounded line,
//! a bounded time and one of few places.

mod client;
mod listener;
mod spoken;
mod trial;

pub use client::{AskFault, ask};
pub use listener::{CONNECTIONS_MAX, Control, ControlFault};
pub use spoken::{
    ANSWER_BYTES_MAX, Ask, Health, LINE_BYTES_MAX, Said, TrialNews, TrialOutcome, Whom,
};
pub use trial::TRIAL_MAX;

use std::path::{Path, PathBuf};

/// What the name of the socket ends with, behind that of the state.
const ENDING: &str = ".sock";

/// The socket beside the state at `data`.
pub fn socket(data: &Path) -> PathBuf {
    let mut path = data.as_os_str().to_owned();
    path.push(ENDING);
    PathBuf::from(path)
}
