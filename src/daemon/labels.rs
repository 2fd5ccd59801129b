//! What came of evaluations, questions and heartbeats, as values of the label `result`: bounded, whatever happens.

use crate::notify::Judged;
use crate::prometheus::Fault;

/// What came of an evaluation that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvaluationResult {
    /// A verdict, on data.
    Seen,
    /// An answer without any series.
    Empty,
    /// No answer.
    Failed,
    /// It was left out, since the source has too much to do.
    Shed,
}

impl EvaluationResult {
    /// All there are.
    pub const ALL: [EvaluationResult; 4] = [
        EvaluationResult::Seen,
        EvaluationResult::Empty,
        EvaluationResult::Failed,
        EvaluationResult::Shed,
    ];

    /// Its name as a label.
    pub fn name(self) -> &'static str {
        match self {
            EvaluationResult::Seen => "ok",
            EvaluationResult::Empty => "empty",
            EvaluationResult::Failed => "failed",
            EvaluationResult::Shed => "shed",
        }
    }
}

/// What came of an attempt, in one word: a label of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryResult {
    /// The receiver has it.
    Delivered,
    /// It need not know; nothing was sent.
    Needless,
    /// It may take it later.
    Retry,
    /// It never will.
    Refused,
    /// It may take a smaller one.
    TooLarge,
    /// It has forgotten the first message.
    Forgotten,
}

impl DeliveryResult {
    /// All of them.
    pub const ALL: [DeliveryResult; 6] = [
        DeliveryResult::Delivered,
        DeliveryResult::Needless,
        DeliveryResult::Retry,
        DeliveryResult::Refused,
        DeliveryResult::TooLarge,
        DeliveryResult::Forgotten,
    ];

    /// Its name in metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            DeliveryResult::Delivered => "delivered",
            DeliveryResult::Needless => "needless",
            DeliveryResult::Retry => "retry",
            DeliveryResult::Refused => "refused",
            DeliveryResult::TooLarge => "too_large",
            DeliveryResult::Forgotten => "forgotten",
        }
    }

    /// What a pager's judgement is.
    pub fn of(judged: &Judged) -> DeliveryResult {
        match judged {
            Judged::Delivered { .. } => DeliveryResult::Delivered,
            Judged::Retry { .. } => DeliveryResult::Retry,
            Judged::Refused { .. } => DeliveryResult::Refused,
            Judged::TooLarge => DeliveryResult::TooLarge,
            Judged::Forgotten { .. } => DeliveryResult::Forgotten,
        }
    }
}

/// What came of a question to the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuestionResult {
    /// An answer.
    Answered,
    /// No connection, or one that broke.
    Unreachable,
    /// No answer in time.
    TooSlow,
    /// Other credentials are wanted.
    Denied,
    /// Too much to do there.
    Overloaded,
    /// Understood, and refused.
    Refused,
    /// An answer, and not one of this API.
    NotThisApi,
    /// More than is read, or more than may be asked.
    TooLarge,
    /// An answer that may lack series.
    Partial,
}

impl QuestionResult {
    /// All there are.
    pub const ALL: [QuestionResult; 9] = [
        QuestionResult::Answered,
        QuestionResult::Unreachable,
        QuestionResult::TooSlow,
        QuestionResult::Denied,
        QuestionResult::Overloaded,
        QuestionResult::Refused,
        QuestionResult::NotThisApi,
        QuestionResult::TooLarge,
        QuestionResult::Partial,
    ];

    /// What an outcome is.
    pub fn of<T>(outcome: &Result<T, Fault>) -> QuestionResult {
        match outcome {
            Ok(_) => QuestionResult::Answered,
            Err(Fault::Unreachable(_) | Fault::CutShort) => QuestionResult::Unreachable,
            Err(Fault::TooSlow(_) | Fault::RunOver(_)) => QuestionResult::TooSlow,
            Err(Fault::Denied(_)) => QuestionResult::Denied,
            Err(Fault::Overloaded { .. }) => QuestionResult::Overloaded,
            Err(Fault::Refused { .. } | Fault::SameGroup(_)) => QuestionResult::Refused,
            Err(Fault::Redirected { .. } | Fault::NoSuchApi(_) | Fault::NotThisApi { .. }) => {
                QuestionResult::NotThisApi
            }
            Err(
                Fault::TooManyQuestions(_)
                | Fault::TooLarge(_)
                | Fault::TooManySeries(_)
                | Fault::TooManyPoints(_)
                | Fault::RunTooLarge(_),
            ) => QuestionResult::TooLarge,
            Err(Fault::Partial(_)) => QuestionResult::Partial,
        }
    }

    /// Its name as a label.
    pub fn name(self) -> &'static str {
        match self {
            QuestionResult::Answered => "ok",
            QuestionResult::Unreachable => "unreachable",
            QuestionResult::TooSlow => "too_slow",
            QuestionResult::Denied => "denied",
            QuestionResult::Overloaded => "overloaded",
            QuestionResult::Refused => "refused",
            QuestionResult::NotThisApi => "not_this_api",
            QuestionResult::TooLarge => "too_large",
            QuestionResult::Partial => "partial",
        }
    }
}

/// What came of a heartbeat that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeartbeatResult {
    /// It was taken.
    Sent,
    /// It was not sent, since there was no whole cycle.
    Withheld,
    /// It was sent, and not taken.
    Failed,
}

impl HeartbeatResult {
    /// All there are.
    pub const ALL: [HeartbeatResult; 3] = [
        HeartbeatResult::Sent,
        HeartbeatResult::Withheld,
        HeartbeatResult::Failed,
    ];

    /// Its name as a label.
    pub fn name(self) -> &'static str {
        match self {
            HeartbeatResult::Sent => "ok",
            HeartbeatResult::Withheld => "withheld",
            HeartbeatResult::Failed => "failed",
        }
    }
}
