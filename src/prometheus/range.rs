//! A long range in pieces that a server answers.

/// Most points of one series in one answer. The API refuses a range whose length divided by its step is more than this
/// number, which both ends make one point less strict than it says.
pub const RANGE_POINTS_MAX: i64 = 11_000;

/// Pieces of the range from `start_ms` to `end_ms`, both of them within it, in order: first and last moment of each, in Unix
/// milliseconds. The moments are the multiples of the step, wherever the range begins, so that runs at different times ask for
/// the same ones and caches of servers know them. A piece begins one step after the last one ended.
///
/// # Panics
///
/// When the step is not positive.
pub fn chunks(start_ms: i64, end_ms: i64, step_ms: i64) -> Vec<(i64, i64)> {
    assert!(step_ms > 0, "a range has a step");
    let (start, end, step) = (
        i128::from(start_ms),
        i128::from(end_ms),
        i128::from(step_ms),
    );
    let piece = step * i128::from(RANGE_POINTS_MAX - 1);
    let last = end.div_euclid(step) * step;
    let mut first = -(-start).div_euclid(step) * step;
    let mut chunks = Vec::new();
    let moment = |at: i128| i64::try_from(at).expect("it lies between two of them");
    while first <= last {
        let until = last.min(first + piece);
        chunks.push((moment(first), moment(until)));
        first = until + step;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: (i64, i64), step_ms: i64, expected: &[(i64, i64)]) {
        assert_eq!(chunks(range.0, range.1, step_ms), expected, "{range:?}");
    }

    #[test]
    fn pieces_have_at_most_so_many_points() {
        let most = 10 * (RANGE_POINTS_MAX - 1);
        check((0, most), 10, &[(0, most)]);
        check((0, most + 9), 10, &[(0, most)]);
        let next = most + 10;
        check((0, next), 10, &[(0, most), (next, next)]);
        let twice = next + most;
        check((0, twice), 10, &[(0, most), (next, twice)]);
    }

    #[test]
    fn moments_are_multiples_of_the_step_within_the_range() {
        check((1, 39), 10, &[(10, 30)]);
        check((10, 30), 10, &[(10, 30)]);
        check((-19, 5), 10, &[(-10, 0)]);
        check((11, 19), 10, &[]);
        check((20, 10), 10, &[]);
        check((i64::MAX - 1, i64::MAX), 1, &[(i64::MAX - 1, i64::MAX)]);
        check((i64::MIN, i64::MIN), 2, &[(i64::MIN, i64::MIN)]);
    }
}
