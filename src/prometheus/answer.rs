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

/// How remarks about the query itself begin, in Prometheus and in all that evaluate with its engine; some of them pass notes
/// on as warnings.
const ANNOTATION: &str = "PromQL";
/// What Prometheus says where there are more series or names than the question's own limit.
const LIMITED: &str = "results truncated due to limit";

impl Reply {
    /// Why the answer may lack series, in the server's words: a warning that is about neither the query itself nor a limit
    /// that was asked for.
    pub fn partial(&self) -> Option<&str> {
        let has_limit = matches!(self.answer, Answer::Series(_) | Answer::Names(_));
        let harmless =
            |warning: &str| warning.starts_with(ANNOTATION) || (warning == LIMITED && has_limit);
        let mut warnings = self.warnings.iter().map(String::as_str);
        warnings.find(|warning| !harmless(warning))
    }
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Series with one sample each.
    Vector(Vec<Sample>),
    /// Series with their points of a range.
    Matrix(Vec<Track>),
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

/// One series and its points of a range.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    /// Its labels; no other series of the answer has the same.
    pub labels: Labels,
    /// Times in Unix milliseconds, ascending, and values, which may be infinite, or none. A moment without one is left out.
    pub points: Vec<(i64, f64)>,
    /// How many points are native histograms, which are unread.
    pub histograms: usize,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(warnings: &[&str], expected: Option<&str>) {
        check_of(Answer::Vector(Vec::new()), warnings, expected);
    }

    fn check_of(answer: Answer, warnings: &[&str], expected: Option<&str>) {
        let reply = Reply {
            answer,
            warnings: warnings.iter().map(ToString::to_string).collect(),
            infos: vec!["a store is down".to_string()],
            spent: None,
        };
        assert_eq!(reply.partial(), expected);
    }

    #[test]
    fn a_warning_about_the_query_says_nothing_about_its_series() {
        let annotations = [
            "PromQL warning: encountered a mix of histograms and floats for metric name \"x\" (1:1)",
            "PromQL info: metric might not be a counter, name does not end in _total: \"x\" (1:6)",
        ];
        check(&[], None);
        check(&annotations, None);
        let down = "receive series from Addr: a:10901: no connection";
        check(&[annotations[0], down, "another"], Some(down));
        check(&["about PromQL"], Some("about PromQL"));
    }

    #[test]
    fn a_limit_that_was_asked_for_leaves_nothing_out() {
        check_of(Answer::Series(Vec::new()), &[LIMITED], None);
        check_of(Answer::Names(Vec::new()), &[LIMITED], None);
        check(&[LIMITED], Some(LIMITED));
        check_of(Answer::Matrix(Vec::new()), &[LIMITED], Some(LIMITED));
    }
}
