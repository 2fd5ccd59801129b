//! What can go wrong when a Prometheus API is asked.

use std::fmt;

use crate::base::Duration;
use crate::diagnostics::shown;

/// A question without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was asked, such as ``the query `up` ``.
    pub asked: String,
    /// What went wrong.
    pub fault: Fault,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// No connection, or one that broke; the reason in the words of the machine.
    Unreachable(String),
    /// No answer in time.
    TooSlow(Duration),
    /// The time for all questions together was over before this one was answered.
    RunOver(Duration),
    /// More questions than a run may ask; the limit.
    TooManyQuestions(usize),
    /// The server wants other credentials: 401 or 403.
    Denied(u16),
    /// The server sends us elsewhere, and we do not go.
    Redirected {
        /// The status.
        status: u16,
        /// Where to, without credentials and parameters.
        to: String,
    },
    /// The server does not have this part of the API.
    NoSuchApi(u16),
    /// The server has too much to do or is not ready: 429 or 5xx.
    Overloaded {
        /// The status.
        status: u16,
        /// What it says.
        body: String,
    },
    /// The server understood and refused, such as a query that reads too many samples.
    Refused {
        /// The kind of error, in the server's words.
        kind: String,
        /// The reason, in the server's words.
        message: String,
    },
    /// An answer, and not one of this API.
    NotThisApi {
        /// The status.
        status: u16,
        /// How the body begins.
        body: String,
    },
    /// Several series of one group, where each group has one: neither can be taken. Which group, and in what they differ.
    SameGroup(String),
    /// A body that ends too early.
    CutShort,
    /// A body that goes on for too long; the limit in bytes.
    TooLarge(usize),
    /// An answer with more series than are read; the limit.
    TooManySeries(usize),
    /// An answer with more points than are read; the limit.
    TooManyPoints(usize),
    /// All answers of a run together are too long; the limit in bytes.
    RunTooLarge(usize),
    /// The server warns that the answer may lack series.
    Partial(String),
}

/// Whether the same question may be answered later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It may.
    Later,
    /// Not until somebody changes something.
    Never,
}

impl Fault {
    /// Whether asking again can help.
    pub fn retry(&self) -> Retry {
        match self {
            Fault::Unreachable(_)
            | Fault::TooSlow(_)
            | Fault::RunOver(_)
            | Fault::Overloaded { .. }
            | Fault::CutShort
            | Fault::Partial(_) => Retry::Later,
            Fault::TooManyQuestions(_)
            | Fault::Denied(_)
            | Fault::Redirected { .. }
            | Fault::NoSuchApi(_)
            | Fault::Refused { .. }
            | Fault::NotThisApi { .. }
            | Fault::SameGroup(_)
            | Fault::TooLarge(_)
            | Fault::TooManySeries(_)
            | Fault::TooManyPoints(_)
            | Fault::RunTooLarge(_) => Retry::Never,
        }
    }
}

impl Fault {
    /// Whether it may pass within seconds: a broken connection, or a server that has too much to do. What took too long, or
    /// was partial, is not worth asking the same server again.
    pub fn is_brief(&self) -> bool {
        matches!(
            self,
            Fault::Unreachable(_) | Fault::Overloaded { .. } | Fault::CutShort
        )
    }
}

impl Fault {
    /// Whether the server answered, and has something against the question or its answer: others may be answered all the same.
    /// An answer that may lack series is none of these: what the server lacks, it lacks for everybody.
    pub fn is_of_question(&self) -> bool {
        matches!(
            self,
            Fault::Refused { .. }
                | Fault::SameGroup(_)
                | Fault::TooLarge(_)
                | Fault::TooManySeries(_)
                | Fault::TooManyPoints(_)
                | Fault::TooManyQuestions(_)
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unreachable(reason) => write!(f, "the server cannot be reached: {reason}"),
            Fault::TooSlow(limit) => write!(f, "no answer within {limit}"),
            Fault::RunOver(limit) => {
                write!(f, "the {limit} for all questions together were over")
            }
            Fault::TooManyQuestions(limit) => {
                write!(f, "a run asks at most {limit} questions")
            }
            Fault::Denied(status) => {
                write!(
                    f,
                    "the server does not accept the credentials (status {status})"
                )
            }
            Fault::Redirected { status, to } => write!(
                f,
                "the server redirects to {} (status {status}), and redirects are not followed",
                shown(to)
            ),
            Fault::NoSuchApi(status) => {
                write!(
                    f,
                    "the server does not have this part of the API (status {status})"
                )
            }
            Fault::Overloaded { status, body } => {
                write!(
                    f,
                    "the server answers with status {status}: {}",
                    shown(body)
                )
            }
            Fault::Refused { kind, message } => {
                write!(
                    f,
                    "the server refuses it ({}): {}",
                    plain(kind),
                    plain(message)
                )
            }
            Fault::NotThisApi { status, body } => write!(
                f,
                "this does not answer as the Prometheus API does (status {status}): {}",
                shown(body)
            ),
            Fault::SameGroup(which) => write!(f, "several series {}", plain(which)),
            Fault::CutShort => f.write_str("the answer ends too early"),
            Fault::TooLarge(limit) => {
                write!(f, "the answer is longer than {}", size(*limit))
            }
            Fault::TooManySeries(limit) => {
                write!(f, "the answer has more than {limit} series")
            }
            Fault::TooManyPoints(limit) => {
                write!(f, "the answer has more than {limit} points")
            }
            Fault::RunTooLarge(limit) => {
                write!(
                    f,
                    "all answers together are longer than {} MiB",
                    limit >> 20
                )
            }
            Fault::Partial(warning) => {
                write!(f, "the answer may lack series: {}", plain(warning))
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.asked, self.fault)
    }
}

/// Longest text of a server inside a sentence, in characters.
pub const SAID_MAX_CHARS: usize = 200;

fn size(bytes: usize) -> String {
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        mib => format!("{mib} MiB"),
    }
}

/// A server's text on one line: shortened, control characters as spaces.
fn plain(text: &str) -> String {
    let mut plain: String = text
        .chars()
        .take(SAID_MAX_CHARS)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(SAID_MAX_CHARS).is_some() {
        plain.push('…');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_question_is_wrong_whenever_it_is_asked() {
        let refused = Fault::Refused {
            kind: "bad_data".to_string(),
            message: "parse error".to_string(),
        };
        assert!(refused.is_of_question());
        for fault in [
            Fault::Partial("a store is gone".to_string()),
            Fault::TooSlow(Duration::minutes(1)),
            Fault::Denied(401),
        ] {
            assert!(!fault.is_of_question(), "{fault}");
        }
    }

    #[test]
    fn what_a_server_says_is_shortened_and_loses_its_control_characters() {
        let refused = |message: &str| {
            Fault::Refused {
                kind: "execution".to_string(),
                message: message.to_string(),
            }
            .to_string()
        };
        assert_eq!(
            refused("a\n\u{1b}[31mb"),
            "the server refuses it (execution): a  [31mb"
        );
        let fits = "x".repeat(SAID_MAX_CHARS);
        assert!(refused(&fits).ends_with("xx"));
        assert!(refused(&format!("{fits}x")).ends_with("x…"));
    }
}
