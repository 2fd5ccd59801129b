//! What time it is at a server, and how far that is from what we think.

use super::answer::{Answer, Reply};
use super::question::Question;
use crate::base::Duration;

/// How far behind its clock a server may answer: VictoriaMetrics, this long unless told otherwise, since newer samples may not
/// all be there yet. Prometheus is never behind.
pub const LAG: Duration = Duration::from_ms(30_000);
/// Unix times that a clock may show, in seconds: any other would make questions fail.
const CLOCK_END_S: f64 = 4e9;

/// The question what time it is, for which no time must be given.
pub fn question() -> Question {
    Question::instant("time()")
}

/// The server's time by its answer to [`question`], in Unix milliseconds. Nothing where the answer is no time.
pub fn clock_ms(reply: &Reply) -> Option<i64> {
    let seconds = match &reply.answer {
        Answer::Scalar(seconds) => *seconds,
        // VictoriaMetrics gives a series where Prometheus gives a scalar.
        Answer::Vector(samples) => samples.first()?.value.float()?,
        Answer::Matrix(_)
        | Answer::Series(_)
        | Answer::Names(_)
        | Answer::Types(_)
        | Answer::Retention(_) => return None,
    };
    (0.0..CLOCK_END_S)
        .contains(&seconds)
        .then_some((seconds * 1_000.0) as i64)
}

/// How far a server's clock is ahead of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// The least that it can be, in milliseconds; below zero where it is behind.
    pub least_ms: i64,
    /// The most that it can be.
    pub most_ms: i64,
}

/// How far `clock_ms`, which somebody read between the moments `asked_ms` and `answered_ms` of our clock, is ahead of it.
pub fn ahead(clock_ms: i64, asked_ms: i64, answered_ms: i64) -> Ahead {
    Ahead {
        least_ms: clock_ms.saturating_sub(answered_ms),
        most_ms: clock_ms
            .saturating_sub(asked_ms)
            .saturating_add_unsigned(LAG.as_ms()),
    }
}

impl Ahead {
    /// Whether the clocks are surely further apart than this, however long the answer was under way.
    pub fn exceeds(self, tolerance: Duration) -> bool {
        let apart = |ms: i64| ms > 0 && ms.unsigned_abs() > tolerance.as_ms();
        apart(self.least_ms) || apart(self.most_ms.saturating_neg())
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::{Sample, SampleValue};
    use super::*;

    fn check(answer: Answer, expected: Option<i64>) {
        let reply = Reply {
            answer,
            warnings: Vec::new(),
            infos: Vec::new(),
            spent: None,
        };
        assert_eq!(clock_ms(&reply), expected, "{reply:?}");
    }

    #[test]
    fn scalars_and_single_samples_are_times() {
        check(Answer::Scalar(1_770_000_000.25), Some(1_770_000_000_250));
        let sample = Sample {
            labels: Default::default(),
            value: SampleValue::Float(1.5),
        };
        check(Answer::Vector(vec![sample]), Some(1_500));
    }

    #[test]
    fn what_no_clock_shows_is_no_time() {
        for seconds in [-1.0, CLOCK_END_S, f64::NAN, f64::INFINITY] {
            check(Answer::Scalar(seconds), None);
        }
        check(Answer::Vector(Vec::new()), None);
        check(Answer::Names(Vec::new()), None);
    }

    #[test]
    fn clocks_are_apart_only_where_neither_the_way_nor_the_lag_explains_it() {
        let tolerance = Duration::minutes(1);
        let check = |clock_ms, expected| {
            let ahead = ahead(clock_ms, 1_000_000, 1_004_000);
            assert_eq!(ahead.exceeds(tolerance), expected, "{ahead:?}");
        };
        check(1_000_000, false);
        check(1_064_000, false);
        check(1_064_001, true);
        check(910_000, false);
        check(909_999, true);
        check(1_300_000, true);
    }
}
