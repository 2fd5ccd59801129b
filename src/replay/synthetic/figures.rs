//! What many incidents of one kind came to.

use crate::base::Name;
use crate::plan::{Plan, Reach};

use super::trial::{Kind, Sighting};

/// The middle of some figures, and what nine of ten do not exceed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The median; of an even number the lower one of the two in the middle.
    pub median: f64,
    /// The 90th percentile, by nearest rank.
    pub p90: f64,
}

/// What a tier made of all incidents of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TierFigures {
    /// What the formulas say for traffic without any chance in it.
    pub theory: Reach,
    /// How soon it fired.
    pub told: Told,
    /// How long after the end it ceased, in milliseconds.
    pub resets_ms: Option<Spread>,
    /// Which share of the budget was spent by then.
    pub spent: Option<Spread>,
}

/// How many incidents somebody was told of, and how soon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Incidents.
    pub runs: usize,
    /// Those that somebody was told of.
    pub detected: usize,
    /// How long after the beginning, in milliseconds, where it happened.
    pub fires_ms: Option<Spread>,
}

impl Spread {
    /// That of some figures; nothing where there are none.
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let count = figures.len();
        let last = count.checked_sub(1)?;
        Some(Spread {
            median: figures[last / 2],
            p90: figures[(count * 9).div_ceil(10) - 1],
        })
    }
}

impl Told {
    fn of(runs: usize, fires_ms: impl Iterator<Item = i64>) -> Told {
        let fires_ms: Vec<f64> = fires_ms.map(|ms| ms as f64).collect();
        Told {
            runs,
            detected: fires_ms.len(),
            fires_ms: Spread::of(fires_ms),
        }
    }

    /// The share of incidents that somebody was told of; nothing without any.
    pub fn share(&self) -> Option<f64> {
        (self.runs > 0).then(|| self.detected as f64 / self.runs as f64)
    }
}

/// The figures of each tier of `plan`, from what it made of each incident.
pub fn of_tiers(plan: &Plan<'_>, kind: Kind, incidents: &[Vec<Sighting>]) -> Vec<TierFigures> {
    let tiers = plan.tiers.iter().enumerate().map(|(at, planned)| {
        let all = || incidents.iter().map(move |sightings| sightings[at]);
        TierFigures {
            theory: plan.detection(planned, kind.errors),
            told: Told::of(incidents.len(), all().filter_map(|s| s.fires_ms)),
            resets_ms: Spread::of(all().filter_map(|s| s.resets_ms).map(|ms| ms as f64)),
            spent: Spread::of(all().filter_map(|s| s.spent)),
        }
    });
    tiers.collect()
}

/// How soon the first tier fired whose severity is one of those that are `meant`.
pub fn of_first(
    plan: &Plan<'_>,
    meant: &dyn Fn(&Name) -> bool,
    incidents: &[Vec<Sighting>],
) -> Told {
    let first = |sightings: &Vec<Sighting>| {
        let tiers = plan.tiers.iter().zip(sightings);
        let of = tiers.filter(|(planned, _)| meant(&planned.tier.severity));
        of.filter_map(|(_, sighting)| sighting.fires_ms).min()
    };
    Told::of(incidents.len(), incidents.iter().filter_map(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(figures: &[f64], expected: Option<(f64, f64)>) {
        let found = Spread::of(figures.iter().copied());
        assert_eq!(found.map(|s| (s.median, s.p90)), expected, "{figures:?}");
    }

    #[test]
    fn the_middle_and_nine_of_ten_are_figures_that_were_there() {
        check(&[], None);
        check(&[3.0], Some((3.0, 3.0)));
        check(&[2.0, 1.0], Some((1.0, 2.0)));
        let ten: Vec<f64> = (1..=10).rev().map(f64::from).collect();
        check(&ten, Some((5.0, 9.0)));
        let eleven: Vec<f64> = (1..=11).map(f64::from).collect();
        check(&eleven, Some((6.0, 10.0)));
    }
}
