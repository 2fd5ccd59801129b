//! Random numbers that are the same on every machine: a splitmix64 stream, and counts drawn from it.

/// A seeded stream.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// A stream of its own for each pair of seed and stream number.
    ///
    /// The start is mixed: streams that begin a few steps apart would be shifted copies of each other.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self { state: seed };
        let mixed_seed = random.next();
        random.state = mixed_seed ^ stream;
        random.state = random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in [0, 1).
    #[allow(
        clippy::cast_precision_loss,
        reason = "53 bits are what a double holds"
    )]
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A Poisson count of mean `mean` (Knuth's product of uniforms; means here are below a hundred).
    pub fn poisson(&mut self, mean: f64) -> u64 {
        let limit = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// How many of `trials` succeed, each with `probability`.
    pub fn binomial(&mut self, trials: u64, probability: f64) -> u64 {
        if probability <= 0.0 {
            return 0;
        }
        if probability >= 1.0 {
            return trials;
        }
        let hits = (0..trials).filter(|_| self.unit() < probability).count();
        hits as u64
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_gives_the_same_stream_and_another_seed_another_one() {
        let draw = |seed| {
            let mut random = Random::new(seed, 1);
            (0..8).map(|_| random.poisson(3.0)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn streams_of_one_seed_have_nothing_in_common() {
        let draws = |stream| {
            let mut random = Random::new(3, stream);
            (0..1_000)
                .map(|_| random.next())
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert!(draws(0).is_disjoint(&draws(1)));
        assert!(draws(1).is_disjoint(&draws(2)));
    }

    #[test]
    fn counts_have_the_mean_that_was_asked_for() {
        let mut random = Random::new(1, 1);
        let draws = 20_000;
        let poisson: u64 = (0..draws).map(|_| random.poisson(4.0)).sum();
        let binomial: u64 = (0..draws).map(|_| random.binomial(10, 0.3)).sum();
        assert!(poisson.abs_diff(4 * draws) < draws / 20, "{poisson}");
        assert!(binomial.abs_diff(3 * draws) < draws / 20, "{binomial}");
    }
}
