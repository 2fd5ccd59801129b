//! A series of a timeline, and what `increase` makes of it.
//!
//! Counters jump at instants of evaluations and are flat in between; so a window's contents can be set at once to any value.
//! `increase` is that of Prometheus: first and last sample, resets, extrapolation to the ends of the range.

use super::case::Appears;

/// Which samples a range reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// One that is exactly as old as the range too: Prometheus 2.
    Closed,
    /// Only younger ones: Prometheus 3.
    LeftOpen,
}

/// What `increase` gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Increase {
    /// In quanta.
    pub value: f64,
    /// Whether it is a number of events as they were counted.
    pub made: Made,
}

impl Increase {
    /// The increase over a range that reaches further than its window, scaled back to the window: `* window / reach`. What was
    /// extrapolated by just as much is what was counted again, if doubles say so.
    pub fn scaled(self, counted: f64, window_s: f64, reach_s: f64) -> Increase {
        let value = self.value * window_s / reach_s;
        let made = match value == counted {
            true => Made::Counted,
            false => Made::Extrapolated,
        };
        Increase { value, made }
    }
}

/// How a number came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Made {
    /// Counted: exact in any arithmetic.
    Counted,
    /// Extrapolated.
    Extrapolated,
}

/// A life of a series.
#[derive(Clone, Debug)]
struct Span {
    born_ms: i64,
    begins: i64,
    last_ms: Option<i64>,
    /// When it jumped, and what it then stood at.
    jumps: Vec<(i64, i64)>,
}

impl Span {
    /// When its first sample is.
    fn first_ms(&self, counter: &Counter) -> Option<i64> {
        match counter.appears {
            Appears::AtOnce => Some(self.born_ms),
            // Samples of nothing come first, so that nothing is lost of the first jump.
            Appears::Late => self
                .jumps
                .first()
                .map(|(at, _)| (at - counter.late_samples * counter.sample_ms).max(self.born_ms)),
        }
    }

    fn value(&self, at_ms: i64) -> i64 {
        match self.jumps.partition_point(|(jump, _)| *jump <= at_ms) {
            0 => self.begins,
            after => self.jumps[after - 1].1,
        }
    }
}

/// A counter with all its lives.
#[derive(Clone, Debug)]
pub struct Counter {
    appears: Appears,
    sample_ms: i64,
    begins: i64,
    late_samples: i64,
    spans: Vec<Span>,
}

impl Counter {
    /// A counter that does not exist yet, stands at `begins` when it is born, and appears so many samples before it counts
    /// where it is late.
    pub fn new(appears: Appears, sample_ms: i64, begins: i64, late_samples: i64) -> Counter {
        Counter {
            appears,
            sample_ms,
            begins,
            late_samples,
            spans: Vec::new(),
        }
    }

    /// It is born.
    pub fn born(&mut self, at_ms: i64) {
        self.spans.push(Span {
            born_ms: at_ms,
            begins: self.begins,
            last_ms: None,
            jumps: Vec::new(),
        });
    }

    /// Its last sample is at `at_ms`.
    pub fn dies(&mut self, at_ms: i64) {
        if let Some(span) = self.spans.last_mut() {
            span.last_ms = Some(at_ms);
        }
    }

    /// It counts `amount` quanta, now.
    pub fn jump(&mut self, at_ms: i64, amount: i64) {
        if let (Some(span), true) = (self.spans.last_mut(), amount != 0) {
            let total = span.jumps.last().map_or(span.begins, |(_, total)| *total);
            span.jumps.push((at_ms, total + amount));
        }
    }

    /// The last jump is taken back.
    pub fn undo(&mut self) {
        if let Some(span) = self.spans.last_mut() {
            span.jumps.pop();
        }
    }

    /// What the last life counted in the window that ends now, where the window itself is fed.
    pub fn content(&self, now_ms: i64, window_ms: i64) -> Option<Increase> {
        let span = self.spans.last()?;
        let lives = now_ms >= span.born_ms && span.last_ms.is_none_or(|last| now_ms <= last);
        let before = match now_ms - window_ms < span.born_ms {
            true => span.begins,
            false => span.value(now_ms - window_ms),
        };
        lives.then(|| Increase {
            value: (span.value(now_ms) - before) as f64,
            made: Made::Counted,
        })
    }

    /// What the counter rose by between the samples of a range; nothing where there are none.
    pub fn counted(&self, now_ms: i64, window_ms: i64, edge: Edge) -> f64 {
        self.seen(now_ms, window_ms, edge)
            .map_or(0.0, |seen| (seen.last - seen.first + seen.lost) as f64)
    }

    /// `increase(series[window])` at `now_ms`; `None` below two samples.
    pub fn increase(&self, now_ms: i64, window_ms: i64, edge: Edge) -> Option<Increase> {
        let seen = self.seen(now_ms, window_ms, edge)?;
        if seen.count < 2 {
            return None;
        }
        let counted = seen.last - seen.first + seen.lost;
        if counted == 0 {
            return Some(Increase {
                value: 0.0,
                made: Made::Counted,
            });
        }
        let sampled_ms = seen.last_ms - seen.first_ms;
        let gaps = seen.count - 1;
        let apart = sampled_ms as f64 / gaps as f64;
        // Nearer to an end than 1.1 of the usual distance, the series is taken to go on to that end.
        let reaches =
            |distance_ms: f64| distance_ms * 10.0 * gaps as f64 <= 11.0 * sampled_ms as f64;
        let near = |distance_ms: f64| match reaches(distance_ms) {
            true => distance_ms,
            false => apart / 2.0,
        };
        let to_start = (seen.first_ms - (now_ms - window_ms)) as f64;
        let to_end = near((now_ms - seen.last_ms) as f64);
        // A counter was never below zero.
        let to_zero = sampled_ms as f64 * seen.first as f64 / counted as f64;
        let to_start = match edge {
            Edge::Closed => near(to_start.min(to_zero)),
            Edge::LeftOpen => near(to_start).min(to_zero),
        };
        let whole_ms = sampled_ms as f64 + to_start + to_end;
        Some(match whole_ms == sampled_ms as f64 {
            true => Increase {
                value: counted as f64,
                made: Made::Counted,
            },
            false => Increase {
                // The factor first, as Prometheus does.
                value: counted as f64 * (whole_ms / sampled_ms as f64),
                made: Made::Extrapolated,
            },
        })
    }

    fn seen(&self, now_ms: i64, window_ms: i64, edge: Edge) -> Option<Seen> {
        let oldest_ms = now_ms - window_ms + i64::from(edge == Edge::LeftOpen);
        let mut seen: Option<Seen> = None;
        for span in &self.spans {
            let end_ms = span.last_ms.map_or(now_ms, |last| last.min(now_ms));
            let Some(born_ms) = span.first_ms(self).filter(|born| *born <= end_ms) else {
                continue;
            };
            let skipped = (oldest_ms - born_ms).max(0);
            let first = (skipped + self.sample_ms - 1) / self.sample_ms;
            let last = (end_ms - born_ms) / self.sample_ms;
            if last < first {
                continue;
            }
            let first_ms = born_ms + first * self.sample_ms;
            let last_ms = born_ms + last * self.sample_ms;
            let value = span.value(first_ms);
            let count = last - first + 1;
            seen = Some(match seen {
                None => Seen {
                    first_ms,
                    first: value,
                    last_ms,
                    last: span.value(last_ms),
                    lost: 0,
                    count,
                },
                Some(before) => Seen {
                    last_ms,
                    last: span.value(last_ms),
                    lost: before.lost + if value < before.last { before.last } else { 0 },
                    count: before.count + count,
                    ..before
                },
            });
        }
        seen
    }
}

/// The samples of a range.
struct Seen {
    first_ms: i64,
    first: i64,
    last_ms: i64,
    last: i64,
    /// What was counted before resets.
    lost: i64,
    count: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn counter(appears: Appears) -> Counter {
        let mut counter = Counter::new(appears, 30_000, 0, 2);
        counter.born(0);
        counter.jump(10 * MINUTE, 64);
        counter.jump(20 * MINUTE, 640);
        counter
    }

    fn check(counter: &Counter, at: i64, edge: Edge, expected: Option<(f64, Made)>) {
        let found = counter.increase(at * MINUTE, 5 * MINUTE, edge);
        assert_eq!(found.map(|i| (i.value, i.made)), expected, "minute {at}");
    }

    #[test]
    fn a_closed_range_of_whole_samples_counts_exactly() {
        let counter = counter(Appears::AtOnce);
        check(&counter, 0, Edge::Closed, None);
        check(&counter, 9, Edge::Closed, Some((0.0, Made::Counted)));
        check(&counter, 10, Edge::Closed, Some((64.0, Made::Counted)));
        check(&counter, 15, Edge::Closed, Some((0.0, Made::Counted)));
        check(&counter, 24, Edge::Closed, Some((640.0, Made::Counted)));
    }

    #[test]
    fn a_range_that_is_open_at_the_left_is_extrapolated() {
        let counter = counter(Appears::AtOnce);
        let scaled = 640.0 * 300_000.0 / 270_000.0;
        // The counter stood at 64, so that it was zero a little before the range: no further than that.
        let to_zero = 270_000.0 * 64.0 / 640.0;
        assert!(to_zero < 30_000.0);
        let limited = 640.0 * (270_000.0 + to_zero) / 270_000.0;
        assert!(limited < scaled);
        check(
            &counter,
            21,
            Edge::LeftOpen,
            Some((limited, Made::Extrapolated)),
        );
        check(&counter, 10, Edge::LeftOpen, Some((64.0, Made::Counted)));
    }

    #[test]
    fn a_late_series_appears_two_samples_before_it_counts() {
        let counter = counter(Appears::Late);
        check(&counter, 8, Edge::Closed, None);
        check(&counter, 10, Edge::LeftOpen, Some((64.0, Made::Counted)));
    }

    #[test]
    fn a_reset_within_the_range_loses_nothing() {
        let mut counter = counter(Appears::AtOnce);
        counter.dies(22 * MINUTE);
        counter.born(23 * MINUTE);
        counter.jump(24 * MINUTE, 128);
        let found = counter
            .increase(24 * MINUTE, 5 * MINUTE, Edge::Closed)
            .unwrap();
        assert_eq!(found.value, 768.0);
    }

    #[test]
    fn a_dead_series_is_gone_when_fewer_than_two_samples_are_left() {
        let mut counter = counter(Appears::AtOnce);
        counter.dies(22 * MINUTE);
        check(&counter, 28, Edge::Closed, None);
        assert!(
            counter
                .increase(26 * MINUTE, 5 * MINUTE, Edge::Closed)
                .is_some()
        );
        assert_eq!(counter.content(23 * MINUTE, 5 * MINUTE), None);
    }
}
