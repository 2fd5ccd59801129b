//! Made-up counts: traffic with a daily rhythm, a background of errors, incidents.
//!
//! Events arrive one by one (Poisson), and each fails by itself with the probability of its moment; time is judged slice by
//! slice in the same way. Errors that come in bursts are not made up here.

use crate::evaluate::{Contents, Counted, Counts, Group};
use crate::replay::sections::Section;

use super::dice::{Dice, Mean};

const HOUR_MS: f64 = 3_600_000.0;
const DAY_MS: i64 = 86_400_000;

/// What is counted, and how much of it there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Volume {
    /// Events.
    Events(Traffic),
    /// Seconds, in slices of this length in milliseconds.
    Time {
        /// The length.
        slice_ms: i64,
    },
}

/// How many events come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traffic {
    /// In an hour, on average over a day.
    pub per_hour: f64,
    /// How far it rises above the average by day and falls below it by night, as a share of it, from 0 to 1.
    pub swing: f64,
}

/// A time in which more fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Failing {
    /// From when, in Unix milliseconds.
    pub from_ms: i64,
    /// Until when.
    pub to_ms: i64,
    /// How likely an event fails, from 0 to 1.
    pub ratio: f64,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// What is counted.
    pub volume: Volume,
    /// How likely an event fails at any time.
    pub background: f64,
    /// Times in which more do, one after the other.
    pub failing: Vec<Failing>,
}

impl Traffic {
    /// Events in an hour around this moment. The rhythm is a curve like that of a sine, made of parabolas: least at midnight
    /// and most at noon, UTC.
    pub fn per_hour_at(self, at_ms: f64) -> f64 {
        let day = DAY_MS as f64;
        let turn = (at_ms / day + 0.75).rem_euclid(1.0);
        let wave = match turn < 0.5 {
            true => 16.0 * turn * (0.5 - turn),
            false => -16.0 * (turn - 0.5) * (1.0 - turn),
        };
        self.per_hour * (1.0 + self.swing * wave)
    }

    fn expected(self, from_ms: i64, step_ms: i64) -> f64 {
        let middle_ms = from_ms as f64 + step_ms as f64 / 2.0;
        self.per_hour_at(middle_ms) * step_ms as f64 / HOUR_MS
    }
}

impl Scene {
    /// How likely an event of this step fails.
    fn ratio(&self, from_ms: i64, to_ms: i64) -> f64 {
        let first = self.failing.partition_point(|f| f.to_ms <= from_ms);
        let here = self.failing[first..].iter();
        let here = here.take_while(|failing| failing.from_ms < to_ms);
        let more = here.map(|failing| {
            let within_ms = failing.to_ms.min(to_ms) - failing.from_ms.max(from_ms);
            let share = within_ms as f64 / (to_ms - from_ms) as f64;
            share * (failing.ratio - self.background).max(0.0)
        });
        self.background + more.sum::<f64>()
    }

    /// The counts of a section of time.
    pub fn counts(&self, section: Section, dice: &mut Dice) -> Counts {
        let mut counts = Counts::new(section.begin_ms, section.step_ms, section.steps());
        let column = match self.volume {
            Volume::Events(traffic) => self.events(traffic, section, dice),
            Volume::Time { slice_ms } => self.seconds(slice_ms, section, dice),
        };
        counts.groups.insert(Group::default(), column);
        counts
    }

    fn events(&self, traffic: Traffic, section: Section, dice: &mut Dice) -> Vec<Counted> {
        let rhythm = Rhythm::new(traffic, self.background, section);
        let step = |step: i64| {
            let from_ms = section.begin_ms + step * section.step_ms;
            let ratio = self.ratio(from_ms, from_ms + section.step_ms);
            let [good, bad] = match ratio == self.background {
                true => rhythm.means[(step as usize) % rhythm.means.len()],
                false => means(traffic.expected(from_ms, section.step_ms), ratio),
            };
            let errors = dice.poisson(bad);
            Counted::Contents(Contents {
                events: errors + dice.poisson(good),
                errors,
            })
        };
        (0..section.steps() as i64).map(step).collect()
    }

    /// A step holds the slices that end in it, and is not known where none does.
    fn seconds(&self, slice_ms: i64, section: Section, dice: &mut Dice) -> Vec<Counted> {
        let step = |step: i64| {
            let from_ms = section.begin_ms + step * section.step_ms;
            let to_ms = from_ms + section.step_ms;
            let slices = to_ms.div_euclid(slice_ms) - from_ms.div_euclid(slice_ms);
            let slices = u32::try_from(slices).unwrap_or(0);
            let bad = dice.binomial(slices, self.ratio(from_ms, to_ms));
            let seconds = |slices: u32| f64::from(slices) * slice_ms as f64 / 1e3;
            let contents = (slices > 0).then(|| Contents {
                events: seconds(slices),
                errors: seconds(bad),
            });
            contents.into()
        };
        (0..section.steps() as i64).map(step).collect()
    }
}

/// What is expected in each step of a day, good and bad, from the first step of a section on.
struct Rhythm {
    means: Vec<[Mean; 2]>,
}

impl Rhythm {
    fn new(traffic: Traffic, background: f64, section: Section) -> Rhythm {
        let day = match traffic.swing == 0.0 {
            true => 1,
            false => (DAY_MS / section.step_ms).max(1),
        };
        let steps = day.min(section.steps().max(1) as i64);
        let mean = |step: i64| {
            let from_ms = section.begin_ms + step * section.step_ms;
            means(traffic.expected(from_ms, section.step_ms), background)
        };
        Rhythm {
            means: (0..steps).map(mean).collect(),
        }
    }
}

fn means(expected: f64, ratio: f64) -> [Mean; 2] {
    [expected * (1.0 - ratio), expected * ratio].map(Mean::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;

    fn section(from_hour: i64, hours: i64) -> Section {
        Section {
            begin_ms: from_hour * HOUR,
            end_ms: (from_hour + hours) * HOUR,
            step_ms: MINUTE,
        }
    }

    fn scene(per_hour: f64, swing: f64, background: f64, failing: &[(i64, i64, f64)]) -> Scene {
        let failing = failing.iter().map(|(from_ms, to_ms, ratio)| Failing {
            from_ms: *from_ms,
            to_ms: *to_ms,
            ratio: *ratio,
        });
        Scene {
            volume: Volume::Events(Traffic { per_hour, swing }),
            background,
            failing: failing.collect(),
        }
    }

    fn sum(scene: &Scene, section: Section) -> Contents {
        let counts = scene.counts(section, &mut Dice::new(11));
        let column = &counts.groups[&Group::default()];
        column
            .iter()
            .filter_map(|step| step.contents())
            .fold(Contents::NONE, |sum, step| sum.plus(step))
    }

    /// Within five standard deviations of what is expected.
    fn near(found: f64, expected: f64) {
        let off = (found - expected).abs();
        assert!(off <= 5.0 * expected.sqrt(), "{found}, not {expected}");
    }

    #[test]
    fn traffic_and_background_are_what_was_asked_for() {
        let sum = sum(&scene(600.0, 0.0, 0.05, &[]), section(0, 240));
        near(sum.events, 144_000.0);
        near(sum.errors, 7_200.0);
    }

    #[test]
    fn a_day_has_its_rhythm_and_keeps_its_sum() {
        let scene = scene(6_000.0, 0.8, 0.0, &[]);
        near(sum(&scene, section(0, 24)).events, 144_000.0);
        let (night, noon) = (sum(&scene, section(0, 1)), sum(&scene, section(12, 1)));
        assert!(night.events < 1_500.0, "{night:?}");
        assert!(noon.events > 10_000.0, "{noon:?}");
        let later = scene.counts(section(36, 1), &mut Dice::new(1));
        let later = later.groups[&Group::default()].iter();
        let later = later.filter_map(|step| step.contents());
        assert!(later.map(|step| step.events).sum::<f64>() > 10_000.0);
    }

    #[test]
    fn an_incident_lasts_from_its_first_moment_to_its_last() {
        let half = MINUTE / 2;
        let scene = scene(600_000.0, 0.0, 0.0, &[(half, 10 * MINUTE + half, 0.5)]);
        let counts = scene.counts(section(0, 1), &mut Dice::new(2));
        let errors: Vec<f64> = counts.groups[&Group::default()]
            .iter()
            .filter_map(|step| Some(step.contents()?.errors))
            .collect();
        near(errors[0], 2_500.0);
        near(errors[5], 5_000.0);
        near(errors[10], 2_500.0);
        assert!(errors[11..].iter().all(|errors| *errors == 0.0));
    }

    #[test]
    fn when_everything_fails_nothing_is_good() {
        let scene = scene(600.0, 0.0, 0.001, &[(0, HOUR, 1.0)]);
        let sum = sum(&scene, section(0, 1));
        assert!(sum.errors > 0.0);
        assert_eq!(sum.errors, sum.events);
    }

    #[test]
    fn time_is_judged_in_slices() {
        let scene = Scene {
            volume: Volume::Time {
                slice_ms: 5 * MINUTE,
            },
            background: 0.0,
            failing: vec![Failing {
                from_ms: 30 * MINUTE,
                to_ms: HOUR,
                ratio: 1.0,
            }],
        };
        let counts = scene.counts(section(0, 1), &mut Dice::new(1));
        let column = &counts.groups[&Group::default()];
        assert_eq!(column.iter().filter_map(|step| step.contents()).count(), 12);
        assert_eq!(
            column[4],
            Counted::Contents(Contents {
                events: 300.0,
                errors: 0.0
            })
        );
        let sum = sum(&scene, section(0, 1));
        assert_eq!((sum.events, sum.errors), (3_600.0, 1_800.0));
    }

    #[test]
    fn the_same_seed_gives_the_same_counts() {
        let scene = scene(300.0, 0.5, 0.01, &[(HOUR, 2 * HOUR, 0.2)]);
        let counts = |seed| scene.counts(section(0, 3), &mut Dice::new(seed));
        assert_eq!(counts(1), counts(1));
        assert_ne!(counts(1), counts(2));
    }
}
