//! Why a daemon cannot run, or could not end in order.

use std::fmt;

use super::ack_key::AckKeyFault;
use super::control::ControlFault;
use super::keeper::KeeperError;
use crate::serve::ServeError;
use crate::source::ClientError;
use crate::transport::TransportError;

/// Why the daemon cannot run, or could not end in order.
#[derive(Debug)]
pub enum RunError {
    /// The store cannot be opened.
    Keeper(KeeperError),
    /// What happened last could not be written down.
    Closed(String),
    /// Nobody can be asked.
    Client(ClientError),
    /// Nobody can be told.
    Transport(TransportError),
    /// Nobody can be served.
    Serve(ServeError),
    /// Links that acknowledge cannot be signed.
    Key(AckKeyFault),
    /// Nobody on this machine can talk to it.
    Control(ControlFault),
    /// The system gives no thread or no signals.
    System(std::io::Error),
    /// It was told twice to stop.
    Cut,
    /// A part of burnwatch ended by a fault of its own.
    Broken(&'static str),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Keeper(error) => error.fmt(f),
            RunError::Closed(why) => write!(f, "what happened last is not kept: {why}"),
            RunError::Client(error) => error.fmt(f),
            RunError::Transport(error) => error.fmt(f),
            RunError::Serve(error) => error.fmt(f),
            RunError::Key(error) => error.fmt(f),
            RunError::Control(error) => error.fmt(f),
            RunError::System(error) => {
                write!(f, "the system refuses what the daemon needs: {error}")
            }
            RunError::Cut => {
                f.write_str("stopped at once; what was under way is repeated at the next start")
            }
            RunError::Broken(what) => {
                write!(f, "the {what} ended by a fault of burnwatch's own")
            }
        }
    }
}
