//! When a tier fires: its threshold as an error ratio, and what follows from it.
//!
//! Formulas: SRE workbook, chapter 5. theta = burn rate x budget; with a constant error ratio e above it, the tier fires
//! after theta * W / e and resets W_short * (1 - theta / e) after the errors end.

use crate::base::{Duration, Ratio};
use crate::model::objective::Objective;
use crate::model::policy::{Of, Tier};

/// A tier's threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// The error ratio above which the tier fires: burn rate x budget.
    pub theta: Ratio,
    /// Whether theta shrinks with the budget that is left, and how far at most.
    pub scale: Scale,
}

/// How a threshold moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// It does not.
    Fixed,
    /// It is multiplied with the share of the budget that is left, between this floor and 1.
    Remaining {
        /// The share at which the burn rate has fallen to 1.
        floor: Ratio,
    },
}

/// Whether a tier can fire at some error ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It fires after `fires_ms` of that ratio, and resets `resets_ms` after the errors end.
    Fires {
        /// From the first error to the condition, in milliseconds, rounded up.
        fires_ms: u64,
        /// From the last error to the reset, in milliseconds, rounded up.
        resets_ms: u64,
    },
    /// It never fires at that ratio: the ratio does not exceed the threshold.
    Below,
    /// It can never fire: not even when everything fails.
    Never,
}

impl Threshold {
    /// The threshold of `tier` under `objective`.
    pub fn new(objective: Objective, tier: &Tier) -> Threshold {
        let scale = match tier.of {
            Of::Remaining if tier.burn_rate > Ratio::ONE => Scale::Remaining {
                floor: Ratio::ONE / tier.burn_rate,
            },
            Of::Full | Of::Remaining => Scale::Fixed,
        };
        Threshold {
            theta: tier.burn_rate * objective.budget(),
            scale,
        }
    }

    /// The least that theta can become.
    fn theta_min(&self) -> Ratio {
        match self.scale {
            Scale::Fixed => self.theta,
            Scale::Remaining { floor } => self.theta * floor,
        }
    }

    /// What happens at a constant error ratio, with the whole budget left.
    pub fn reach(&self, tier: &Tier, errors: Ratio) -> Reach {
        if self.theta_min() >= Ratio::ONE {
            return Reach::Never;
        }
        if errors <= self.theta {
            return Reach::Below;
        }
        let share = self.theta / errors;
        let fires_ms = times(share, tier.long) + tier.hold.map_or(0, Duration::as_ms);
        Reach::Fires {
            fires_ms,
            resets_ms: times(Ratio::ONE - share, tier.short)
                + tier.keep_firing_for.map_or(0, Duration::as_ms),
        }
    }

    /// The share of the period's budget that is spent when the tier fires: F * W / P.
    pub fn budget_spent(&self, tier: &Tier, period: Duration) -> Ratio {
        tier.burn_rate * Ratio::of_durations(tier.long, period)
    }
}

/// `share` of a duration in milliseconds, rounded up.
fn times(share: Ratio, duration: Duration) -> u64 {
    let ms = share * Ratio::whole(i128::from(duration.as_ms()));
    (ms.floor() + i128::from(Ratio::whole(ms.floor()) < ms)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::policy::Pace;

    fn tier(pace: Pace, long: &str, short: &str, period: &str) -> Tier {
        let long = long.parse().unwrap();
        Tier {
            name: "t".parse().unwrap(),
            severity: "page".parse().unwrap(),
            pace,
            of: Of::Full,
            burn_rate: pace.burn_rate(period.parse().unwrap(), long),
            long,
            short: short.parse().unwrap(),
            hold: None,
            keep_firing_for: None,
            place: None,
        }
    }

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn objective(text: &str) -> Objective {
        Objective::new(ratio(text)).unwrap()
    }

    /// Burn rates p * P / W, worked out by hand from the SRE workbook, chapter 5.
    #[test]
    fn burn_rates_follow_the_period() {
        let budgets = [
            ("0.02", "1h"),
            ("0.05", "6h"),
            ("0.1", "1d"),
            ("0.1", "3d"),
            ("0.05", "1h"),
        ];
        for (period, expected) in [
            ("7d", ["3.36", "1.4", "0.7", "0.233333333333333", "8.4"]),
            ("14d", ["6.72", "2.8", "1.4", "0.466666666666667", "16.8"]),
            ("28d", ["13.44", "5.6", "2.8", "0.933333333333333", "33.6"]),
            ("30d", ["14.4", "6", "3", "1", "36"]),
            ("90d", ["43.2", "18", "9", "3", "108"]),
        ] {
            let rates: Vec<String> = budgets
                .iter()
                .map(|(share, long)| {
                    let pace = Pace::Budget(ratio(share));
                    pace.burn_rate(period.parse().unwrap(), long.parse().unwrap())
                        .to_string()
                })
                .collect();
            assert_eq!(rates, expected, "{period}");
        }
    }

    /// Thresholds F * B, worked out by hand from the SRE workbook, chapter 5.
    #[test]
    fn thresholds_are_exact() {
        for (percent, expected) in [
            (
                "99.9",
                ["0.0144", "0.006", "0.003", "0.001", "0.036", "0.01"],
            ),
            ("99.5", ["0.072", "0.03", "0.015", "0.005", "0.18", "0.05"]),
            ("99", ["0.144", "0.06", "0.03", "0.01", "0.36", "0.1"]),
            (
                "99.99",
                ["0.00144", "0.0006", "0.0003", "0.0001", "0.0036", "0.001"],
            ),
        ] {
            let thetas: Vec<String> = ["14.4", "6", "3", "1", "36", "10"]
                .iter()
                .map(|rate| {
                    let tier = tier(Pace::BurnRate(ratio(rate)), "1h", "5m", "30d");
                    Threshold::new(objective(percent), &tier).theta.to_string()
                })
                .collect();
            assert_eq!(thetas, expected, "{percent}");
        }
    }

    /// Detection and reset times at 99.9 % over 30 days, in tenths of a second,, worked out by hand from the SRE workbook, chapter 5.
    #[test]
    fn detection_and_reset_times_are_those_of_the_theory() {
        let tiers = [
            ("14.4", "1h", "5m"),
            ("6", "6h", "30m"),
            ("3", "1d", "2h"),
            ("1", "3d", "6h"),
            ("36", "1h", "5m"),
            ("10", "6h", "30m"),
        ];
        let never = None;
        for (errors, expected) in [
            (
                "1",
                [
                    Some((51_840, 295_680)),
                    Some((129_600, 1_789_200)),
                    Some((259_200, 7_178_400)),
                    Some((259_200, 21_578_400)),
                    Some((129_600, 289_200)),
                    Some((216_000, 1_782_000)),
                ],
            ),
            (
                "0.15",
                [
                    Some((345_600, 271_200)),
                    Some((864_000, 1_728_000)),
                    Some((1_728_000, 7_056_000)),
                    Some((1_728_000, 21_456_000)),
                    Some((864_000, 228_000)),
                    Some((1_440_000, 1_680_000)),
                ],
            ),
            (
                "0.05",
                [
                    Some((1_036_800, 213_600)),
                    Some((2_592_000, 1_584_000)),
                    Some((5_184_000, 6_768_000)),
                    Some((5_184_000, 21_168_000)),
                    Some((2_592_000, 84_000)),
                    Some((4_320_000, 1_440_000)),
                ],
            ),
            (
                "0.01",
                [
                    never,
                    Some((12_960_000, 720_000)),
                    Some((25_920_000, 5_040_000)),
                    Some((25_920_000, 19_440_000)),
                    never,
                    never,
                ],
            ),
            (
                "0.0015",
                [
                    never,
                    never,
                    never,
                    Some((172_800_000, 7_200_000)),
                    never,
                    never,
                ],
            ),
        ] {
            for ((rate, long, short), expected) in tiers.iter().zip(expected) {
                let tier = tier(Pace::BurnRate(ratio(rate)), long, short, "30d");
                let reach = Threshold::new(objective("99.9"), &tier).reach(&tier, ratio(errors));
                let expected = match expected {
                    Some((fires_ms, resets_ms)) => Reach::Fires {
                        fires_ms,
                        resets_ms,
                    },
                    None => Reach::Below,
                };
                assert_eq!(reach, expected, "{rate} at {errors}");
            }
        }
    }

    /// SRE workbook, chapter 5: reachable only where objective > 1 - 1/F.
    #[test]
    fn a_tier_whose_threshold_is_all_events_can_never_fire() {
        for (rate, reachable, unreachable) in [
            ("36", "97.23", "97.22"),
            ("14.4", "93.06", "93.05"),
            ("10", "90.01", "90"),
            ("6", "83.34", "83.33"),
        ] {
            let tier = tier(Pace::BurnRate(ratio(rate)), "1h", "5m", "30d");
            let at = |percent| Threshold::new(objective(percent), &tier).reach(&tier, Ratio::ONE);
            assert!(
                matches!(at(reachable), Reach::Fires { .. }),
                "{rate} at {reachable}"
            );
            assert_eq!(at(unreachable), Reach::Never, "{rate} at {unreachable}");
        }
    }

    #[test]
    fn the_budget_spent_at_firing_is_that_of_the_workbook() {
        for (rate, long, expected) in [
            ("14.4", "1h", "0.02"),
            ("6", "6h", "0.05"),
            ("3", "1d", "0.1"),
            ("1", "3d", "0.1"),
            ("36", "1h", "0.05"),
        ] {
            let tier = tier(Pace::BurnRate(ratio(rate)), long, "5m", "30d");
            let spent =
                Threshold::new(objective("99.9"), &tier).budget_spent(&tier, Duration::days(30));
            assert_eq!(spent.to_string(), expected, "{rate}");
        }
        // "Will breach in 3 days" over 6h: 8.33 % spent at firing.
        let tier = tier(Pace::ExhaustsIn(Duration::days(3)), "6h", "30m", "30d");
        assert_eq!(tier.burn_rate.to_string(), "10");
        let spent =
            Threshold::new(objective("99.9"), &tier).budget_spent(&tier, Duration::days(30));
        assert_eq!(spent.round_to(4).to_string(), "0.0833");
    }
}
