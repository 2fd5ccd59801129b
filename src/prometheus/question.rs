//! What a Prometheus API can be asked.

use crate::base::Duration;
use crate::diagnostics::shown;

/// Whether a query says what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stats {
    /// It does not.
    Omitted,
    /// Samples and times, where the server counts them.
    All,
}

/// One question. Equal questions have equal answers at the same time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// PromQL of an instant.
    Instant {
        /// The expression.
        query: String,
        /// Whether the answer says what it cost.
        stats: Stats,
    },
    /// PromQL of each moment of a range.
    Range {
        /// The expression.
        query: String,
        /// The first moment, in Unix milliseconds.
        start_ms: i64,
        /// The range's end, in Unix milliseconds; a moment too where a step leads to it.
        end_ms: i64,
        /// From one moment to the next, in milliseconds.
        step_ms: i64,
    },
    /// Which series there were, from the index alone.
    Series {
        /// A selector.
        selector: String,
        /// How far back from the time of the question.
        back: Duration,
        /// Most series of the answer; servers that do not know the parameter give all.
        limit: u32,
    },
    /// The names of all metrics.
    Names {
        /// How far back from the time of the question.
        back: Duration,
        /// Most names of the answer; servers that do not know the parameter give all.
        limit: u32,
    },
    /// The types that targets declare for a metric.
    Metadata {
        /// Its name, or that of its family.
        metric: String,
    },
    /// How the server runs; among other things how long it keeps samples.
    Runtime,
}

impl Question {
    /// An instant query without statistics.
    pub fn instant(query: impl Into<String>) -> Question {
        Question::Instant {
            query: query.into(),
            stats: Stats::Omitted,
        }
    }

    /// An instant query that says what it cost.
    pub fn costed(query: impl Into<String>) -> Question {
        Question::Instant {
            query: query.into(),
            stats: Stats::All,
        }
    }

    /// The path below the base URL.
    pub fn path(&self) -> &'static str {
        match self {
            Question::Instant { .. } => "api/v1/query",
            Question::Range { .. } => "api/v1/query_range",
            Question::Series { .. } => "api/v1/series",
            Question::Names { .. } => "api/v1/label/__name__/values",
            Question::Metadata { .. } => "api/v1/metadata",
            Question::Runtime => "api/v1/status/runtimeinfo",
        }
    }

    /// Whether it may be too long for a URL and can be posted as a form.
    pub fn is_posted(&self) -> bool {
        matches!(
            self,
            Question::Instant { .. } | Question::Range { .. } | Question::Series { .. }
        )
    }

    /// Its parameters. `at_ms` is the Unix time that it is asked for, in milliseconds; without it the server's own. A range has
    /// times of its own.
    /// `timeout` is what the server may take.
    pub fn parameters(&self, at_ms: Option<i64>, timeout: Duration) -> Vec<(&'static str, String)> {
        let mut parameters = Vec::new();
        let span = |parameters: &mut Vec<(&'static str, String)>, back: Duration| {
            if let Some(at_ms) = at_ms {
                let start_ms = at_ms.saturating_sub_unsigned(back.as_ms());
                parameters.push(("start", seconds(start_ms)));
                parameters.push(("end", seconds(at_ms)));
            }
        };
        match self {
            Question::Instant { query, stats } => {
                parameters.push(("query", query.clone()));
                if let Some(at_ms) = at_ms {
                    parameters.push(("time", seconds(at_ms)));
                }
                if *stats == Stats::All {
                    parameters.push(("stats", "all".to_string()));
                }
                parameters.push(("timeout", timeout.to_string()));
            }
            Question::Range {
                query,
                start_ms,
                end_ms,
                step_ms,
            } => {
                parameters.push(("query", query.clone()));
                parameters.push(("start", seconds(*start_ms)));
                parameters.push(("end", seconds(*end_ms)));
                parameters.push(("step", seconds(*step_ms)));
                parameters.push(("timeout", timeout.to_string()));
            }
            Question::Series {
                selector,
                back,
                limit,
            } => {
                parameters.push(("match[]", selector.clone()));
                span(&mut parameters, *back);
                parameters.push(("limit", limit.to_string()));
            }
            Question::Names { back, limit } => {
                span(&mut parameters, *back);
                parameters.push(("limit", limit.to_string()));
            }
            Question::Metadata { metric } => parameters.push(("metric", metric.clone())),
            Question::Runtime => {}
        }
        parameters
    }
}

impl std::fmt::Display for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Question::Instant { query, .. } => write!(f, "the query {}", shown(query)),
            Question::Range { query, .. } => write!(f, "the range of {}", shown(query)),
            Question::Series { selector, .. } => write!(f, "the series of {}", shown(selector)),
            Question::Names { .. } => f.write_str("the names of metrics"),
            Question::Metadata { metric } => write!(f, "the metadata of {}", shown(metric)),
            Question::Runtime => f.write_str("how long samples are kept"),
        }
    }
}

/// A time as the API reads it.
fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let ms = ms.unsigned_abs();
    format!("{sign}{}.{:03}", ms / 1_000, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_milliseconds() {
        for (ms, expected) in [(0, "0.000"), (1_500, "1.500"), (-1_500, "-1.500")] {
            assert_eq!(seconds(ms), expected);
        }
    }

    #[test]
    fn ranges_end_at_the_time_that_is_asked_for() {
        let question = Question::Names {
            back: Duration::minutes(1),
            limit: 7,
        };
        let text = |at_ms| {
            let parameters = question.parameters(at_ms, Duration::minutes(1));
            let pairs: Vec<String> = parameters
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            pairs.join(" ")
        };
        assert_eq!(text(Some(90_000)), "start=30.000 end=90.000 limit=7");
        assert_eq!(text(None), "limit=7");
    }

    #[test]
    fn a_range_has_times_of_its_own() {
        let question = Question::Range {
            query: "up".to_string(),
            start_ms: 60_000,
            end_ms: 120_000,
            step_ms: 500,
        };
        let parameters = question.parameters(Some(7), Duration::minutes(1));
        let text = |(name, value): (&str, String)| format!("{name}={value}");
        let pairs: Vec<String> = parameters.into_iter().map(text).collect();
        let expected = "query=up start=60.000 end=120.000 step=0.500 timeout=1m";
        assert_eq!(pairs.join(" "), expected);
    }
}
