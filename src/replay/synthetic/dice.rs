//! Numbers that look random, from a seed: the same on every machine.
//!
//! Nothing here asks a function whose last digit depends on the platform: sums, products and square roots only.

/// Up to this mean, Poisson numbers are drawn exactly; above it a normal distribution stands in for them.
pub const POISSON_EXACT_MAX: f64 = 30.0;

/// A generator (SplitMix64; Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub struct Dice(u64);

/// The mean of a Poisson distribution, with what drawing from it needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    mean: f64,
    /// How likely nothing is, where that is drawn exactly; else the standard deviation.
    aid: f64,
}

impl Dice {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A generator of its own for the thing at this place: what one draws does not depend on how much others drew.
    pub fn at(seed: u64, place: &[u64]) -> Dice {
        let start = Dice(seed).draw();
        let turn = |state: u64, part: &u64| Dice(state.rotate_left(23).wrapping_add(*part)).draw();
        Dice(place.iter().fold(start, turn))
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to 1, that aside.
    pub fn unit(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 up to `limit`, that aside; 0 where `limit` is not above it.
    pub fn below(&mut self, limit: i64) -> i64 {
        let limit = u64::try_from(limit).unwrap_or(0).max(1);
        (self.draw() % limit) as i64
    }

    /// How many things happen of which `mean` are expected.
    pub fn poisson(&mut self, mean: Mean) -> f64 {
        let Mean { mean, aid } = mean;
        if mean > POISSON_EXACT_MAX {
            return (mean + aid * self.normal()).round().max(0.0);
        }
        let drawn = self.unit();
        let (mut count, mut likely, mut sum) = (0.0, aid, aid);
        while drawn >= sum && likely > 0.0 {
            count += 1.0;
            likely *= mean / count;
            sum += likely;
        }
        count
    }

    /// How many of `count` things happen, each with this probability.
    pub fn binomial(&mut self, count: u32, probability: f64) -> u32 {
        (0..count).filter(|_| self.unit() < probability).count() as u32
    }

    /// Mean 0, standard deviation 1: twelve numbers from 0 to 1 added up, which reaches to six either way.
    fn normal(&mut self) -> f64 {
        let mut sum = 0.0;
        for _ in 0..3 {
            let bits = self.draw();
            for part in [bits, bits >> 16, bits >> 32, bits >> 48] {
                sum += (part & 0xffff) as f64 + 0.5;
            }
        }
        sum / 65_536.0 - 6.0
    }
}

impl Mean {
    /// A mean; nothing below zero.
    pub fn new(mean: f64) -> Mean {
        let mean = mean.max(0.0);
        let aid = match mean > POISSON_EXACT_MAX {
            true => mean.sqrt(),
            false => exp_of_minus(mean),
        };
        Mean { mean, aid }
    }
}

/// `e` to the power of `-x`, for `x` from 0 on: the power series of a small part of it, squared again.
fn exp_of_minus(x: f64) -> f64 {
    let (mut small, mut squarings) = (x, 0);
    while small > 0.25 {
        small /= 2.0;
        squarings += 1;
    }
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 1..=12 {
        term *= -small / f64::from(n);
        sum += term;
    }
    (0..squarings).fold(sum, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: usize = 200_000;

    /// Mean and variance of many draws lie near those of the distribution, within five standard errors and a little more.
    fn check(mean: f64) {
        let mut dice = Dice::new(7);
        let of = Mean::new(mean);
        let draws: Vec<f64> = (0..DRAWS).map(|_| dice.poisson(of)).collect();
        let found = draws.iter().sum::<f64>() / DRAWS as f64;
        let variance = draws.iter().map(|x| (x - found).powi(2)).sum::<f64>() / DRAWS as f64;
        let error = (mean / DRAWS as f64).sqrt();
        assert!((found - mean).abs() < 5.0 * error, "mean {mean}: {found}");
        assert!(
            (variance / mean - 1.0).abs() < 0.03,
            "variance {mean}: {variance}"
        );
    }

    #[test]
    fn counts_scatter_as_poisson_says() {
        for mean in [0.05, 1.0, 12.0, 29.9, 30.1, 1_000.0] {
            check(mean);
        }
    }

    #[test]
    fn nothing_happens_as_often_as_it_should() {
        let mut dice = Dice::new(3);
        let none = (0..DRAWS).filter(|_| dice.poisson(Mean::new(1.5)) == 0.0);
        let share = none.count() as f64 / DRAWS as f64;
        assert!((share - 0.223_130).abs() < 0.005, "{share}");
    }

    #[test]
    fn nothing_is_expected_and_nothing_comes() {
        let mut dice = Dice::new(1);
        assert!((0..1_000).all(|_| dice.poisson(Mean::new(0.0)) == 0.0));
    }

    #[test]
    fn the_exponential_is_that_of_the_library() {
        for x in [0.0, 1e-9, 0.1, 0.25, 0.26, 1.0, 7.5, 30.0] {
            let (ours, theirs) = (exp_of_minus(x), (-x).exp());
            assert!((ours / theirs - 1.0).abs() < 1e-13, "{x}: {ours} {theirs}");
        }
    }

    #[test]
    fn a_seed_is_the_same_everywhere() {
        let mut dice = Dice::new(1_234_567);
        let first = [dice.draw(), dice.draw(), dice.draw()];
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn places_draw_apart() {
        let first = |place: &[u64]| Dice::at(1, place).draw();
        let all = [
            first(&[]),
            first(&[0]),
            first(&[1]),
            first(&[0, 0]),
            first(&[0, 1]),
            first(&[1, 0]),
        ];
        let distinct: std::collections::BTreeSet<u64> = all.into_iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn slices_fail_as_often_as_asked() {
        let mut dice = Dice::new(5);
        let bad: u32 = (0..10_000).map(|_| dice.binomial(4, 0.15)).sum();
        assert!((5_700..6_300).contains(&bad), "{bad}");
        assert_eq!(dice.binomial(4, 1.0), 4);
        assert_eq!(dice.binomial(4, 0.0), 0);
    }
}
