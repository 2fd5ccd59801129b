//! Numbers from distributions, the same in every run.

use crate::dice::Dice;

/// Above so many expected events a normal distribution stands for a Poisson one.
const NORMAL_FROM: f64 = 40.0;

/// A source of chance, from a seed.
pub struct Chance(Dice);

impl Chance {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Chance {
        Chance(Dice(seed))
    }

    /// From 0 up to 1, that aside.
    pub fn share(&mut self) -> f64 {
        const FINE: usize = 1 << 52;
        self.0.below(FINE) as f64 / FINE as f64
    }

    /// From `low` up to `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// From `low` up to `high`, each power of ten alike.
    pub fn by_magnitude(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    /// Whole numbers from `low` to `high`, both of them within it.
    pub fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + self.0.below((high - low + 1) as usize) as i64
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.0.below(times) == 0
    }

    /// One of `from`.
    pub fn one_of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.0.below(from.len())]
    }

    /// How often something happens that is expected so often.
    pub fn poisson(&mut self, expected: f64) -> u64 {
        if expected > NORMAL_FROM {
            return (expected + expected.sqrt() * self.normal())
                .round()
                .max(0.0) as u64;
        }
        let (limit, mut product, mut count) = ((-expected).exp(), self.share(), 0);
        while product > limit {
            product *= self.share();
            count += 1;
        }
        count
    }

    /// How many of `count` a share of them is, by chance.
    pub fn of(&mut self, count: u64, share: f64) -> u64 {
        let expected = count as f64 * share;
        let variance = expected * (1.0 - share);
        if variance > NORMAL_FROM {
            let found = (expected + variance.sqrt() * self.normal()).round();
            return (found.max(0.0) as u64).min(count);
        }
        match count {
            0..=400 => (0..count).filter(|_| self.share() < share).count() as u64,
            _ if share > 0.5 => count - self.of(count, 1.0 - share),
            _ => self.poisson(expected).min(count),
        }
    }

    fn normal(&mut self) -> f64 {
        let sum: f64 = (0..12).map(|_| self.share()).sum();
        sum - 6.0
    }
}
