//! What came of a request, before a pager judges it.

use crate::base::Duration;

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// An answer over HTTP.
    Http(Response),
    /// An answer of a mail server; three digits and a text.
    Mail {
        /// The code: 2xx accepted, 4xx later, 5xx never.
        code: u16,
        /// The text, its beginning.
        text: String,
        /// At which command.
        stage: MailStage,
    },
    /// None.
    Broken(Breakage),
}

/// An answer over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The pause that is asked for with `Retry-After`, in seconds or as a date.
    pub retry_after: Option<Duration>,
    /// The body, its beginning: at most [`BODY_MAX_BYTES`].
    pub body: String,
}

/// Most that is read of an answer, in bytes.
pub const BODY_MAX_BYTES: usize = 64 << 10;

/// How far a mail got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailStage {
    /// Greeting, encryption, login, sender.
    Session,
    /// A recipient.
    Recipient,
    /// After the text was sent.
    Data,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breakage {
    /// No connection was made, or it broke before anything was handed over: nothing was received. The reason in the words of
    /// the machine, without secrets.
    Unconnected(String),
    /// The other side cannot be trusted: its certificate, or no encryption where it must be.
    Untrusted(String),
    /// The connection broke, or the answer did not come in time: the request may have been received.
    Lost(String),
}
