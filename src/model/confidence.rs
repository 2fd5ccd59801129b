//! How sure a tier must be: a one-sided confidence and its normal quantile.

use crate::base::Ratio;

/// How sure a tier must be that its threshold is exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confidence {
    /// In percent, from 50 up to 99.9999.
    pub percent: Ratio,
    /// The quantile of the standard normal distribution at that confidence, rounded to six digits.
    pub z: Ratio,
}

impl Confidence {
    /// A confidence of `percent`; `None` out of range.
    pub fn new(percent: Ratio) -> Option<Confidence> {
        let max = Ratio::new(999_999, 10_000);
        if percent < Ratio::whole(50) || percent > max {
            return None;
        }
        // The quantile is irrational: this is the one number of a threshold that has to be rounded.
        let z = quantile(percent.to_f64() / 100.0);
        Some(Confidence {
            percent,
            z: Ratio::new((z * 1e6).round() as i128, 1_000_000),
        })
    }
}

/// The standard normal quantile for `0.5 <= p < 1`, by bisection of its integral.
fn quantile(p: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 6.0_f64);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if 0.5 + half_integral(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The integral of the standard normal density from 0 to `x`, by its power series: all terms are positive, so that nothing
/// cancels (Marsaglia, "Evaluating the normal distribution", 2004).
fn half_integral(x: f64) -> f64 {
    let mut term = x;
    let mut sum = x;
    let mut n = 1.0;
    while term > sum * 1e-17 {
        n += 2.0;
        term *= x * x / n;
        sum += term;
    }
    sum * (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(percent: &str, expected: Option<&str>) {
        let z = Confidence::new(percent.parse().unwrap()).map(|c| c.z.to_string());
        assert_eq!(z.as_deref(), expected, "{percent}");
    }

    #[test]
    fn quantiles_are_those_of_the_tables() {
        check("50", Some("0"));
        check("90", Some("1.281552"));
        check("95", Some("1.644854"));
        check("97.5", Some("1.959964"));
        check("99", Some("2.326348"));
        check("99.9", Some("3.090232"));
        check("99.9999", Some("4.753424"));
    }

    #[test]
    fn a_confidence_has_edges() {
        check("49.999", None);
        check("99.99999", None);
        check("100", None);
    }
}
