//! Counts over any window, from counts at moments.

/// Counts at ordered moments, added up once.
#[derive(Debug)]
pub struct Sums {
    times: Vec<i64>,
    /// The sum up to and including the moment of the same place.
    totals: Vec<u64>,
}

impl Sums {
    /// From moments in any order.
    pub fn of_moments(mut moments: Vec<(i64, u64)>) -> Self {
        moments.sort_unstable();
        let mut total = 0;
        let (mut times, mut totals) = (Vec::new(), Vec::new());
        for (time, count) in moments {
            total += count;
            times.push(time);
            totals.push(total);
        }
        Self { times, totals }
    }

    /// From one count a second, the first at `start`.
    pub fn of_seconds(start: i64, counts: &[u64]) -> Self {
        Self::of_moments(
            (start..)
                .zip(counts.iter().copied())
                .filter(|(_, count)| *count > 0)
                .collect(),
        )
    }

    /// The sum of all that was counted after `end - window_s` and not after `end`.
    pub fn within(&self, end: i64, window_s: i64) -> u64 {
        self.until(end) - self.until(end - window_s)
    }

    fn until(&self, time: i64) -> u64 {
        match self.times.partition_point(|moment| *moment <= time) {
            0 => 0,
            place => self.totals[place - 1],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sums;

    #[test]
    fn a_window_holds_its_end_and_not_its_start() {
        let sums = Sums::of_moments(vec![(20, 2), (10, 1), (30, 4)]);
        assert_eq!(sums.within(30, 20), 6);
        assert_eq!(sums.within(30, 21), 7);
        assert_eq!(sums.within(29, 9), 0);
        assert_eq!(sums.within(5, 5), 0);
    }
}
