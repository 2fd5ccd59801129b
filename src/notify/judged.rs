//! What a pager makes of a reply.

use serde::{Deserialize, Serialize};

use crate::base::Duration;

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The receiver has it.
    Delivered {
        /// What the receiver calls it, where a later message must name that.
        handle: Option<String>,
    },
    /// It may take it later.
    Retry {
        /// Why not now.
        reason: Reason,
        /// After which pause at the earliest, where it said so.
        after: Option<Duration>,
        /// Whether it may have been received all the same.
        receipt: Receipt,
    },
    /// It never will.
    Refused {
        /// Why.
        reason: Reason,
    },
    /// It is too large; a smaller one may be taken.
    TooLarge,
    /// The receiver has forgotten the handle: rendered without one, the message may be taken. Where it was rendered without
    /// one, this is a refusal.
    Forgotten {
        /// How it said so.
        reason: Reason,
    },
}

/// Whether a request may have been received though its attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receipt {
    /// It was not.
    None,
    /// It may.
    Possible,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Which kind of reason.
    pub kind: ReasonKind,
    /// For people, without secrets: `status 503`, `no connection: connection refused`.
    pub text: String,
}

/// The kinds of reasons; a label of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReasonKind {
    /// No connection.
    Unconnected,
    /// The other side cannot be trusted.
    Untrusted,
    /// No answer.
    Lost,
    /// Too many messages: 429, or a mail server's 4xx.
    Limited,
    /// The receiver's own trouble: 5xx.
    Troubled,
    /// Credentials are wrong or gone: 401, 403, 404, 410.
    Denied,
    /// The message is not understood: 400, 422.
    Misunderstood,
    /// Too large, also when made smaller.
    TooLarge,
    /// It sends us elsewhere, and we do not go.
    Redirected,
    /// An answer that is none of this service: a captive portal, a wrong URL.
    Stranger,
    /// The secret cannot be read or used.
    Secret,
    /// The message cannot be made.
    Unmade,
}
