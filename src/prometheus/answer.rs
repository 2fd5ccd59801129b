//! What a Prometheus API answers.

use std::collections::BTreeMap;

/// The labels of a series, `__name__` among them where it has one.
pub type Labels = BTreeMap<String, String>;

/// An answer and what the server says beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// What the server warns of. With one that is not about the query itself the answer may lack series.
    pub warnings: Vec<String>,
    /// What the server remarks about the query.
    pub infos: Vec<String>,
    /// What the query cost, where it was asked for and the server counts it.
    pub spent: Option<Spent>,
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Series with one sample each.
    Vector(Vec<Sample>),
    /// A number without labels.
    Scalar(f64),
    /// The labels of series.
    Series(Vec<Labels>),
    /// Names of metrics.
    Names(Vec<String>),
    /// The types of a metric, each once; empty where no target declares any.
    Types(Vec<String>),
    /// How long samples are kept, in the server's words, such as `15d or 10GB`.
    Retention(Option<String>),
}

/// One series and its sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Its labels.
    pub labels: Labels,
    /// The value.
    pub value: SampleValue,
}

/// The value of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SampleValue {
    /// A number; may be infinite, or none.
    Float(f64),
    /// A native histogram, unread.
    Histogram,
}

impl SampleValue {
    /// The number, where it is one.
    pub fn float(self) -> Option<f64> {
        match self {
            SampleValue::Float(value) => Some(value),
            SampleValue::Histogram => None,
        }
    }
}

/// What a query cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    /// Samples that were read.
    pub samples: u64,
    /// How long the evaluation took, in seconds.
    pub seconds: f64,
}
