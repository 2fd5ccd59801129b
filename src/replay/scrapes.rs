//! Whether targets are scraped as often as the workspace says.
//!
//! In steps of a minute that reach back 15s further, a target that is scraped once a minute has one sample or two, by chance: it
//! is lost or seen for ever, and neither can be told from the steps alone. Whole hours of the same day tell.

use std::collections::BTreeMap;

use crate::base::Duration;
use crate::evaluate::Counts;
use crate::model::core::Core;
use crate::plan::Plan;

use super::sections::{Section, whole_ms};

/// Real intervals that are tried where the declared one is not it.
pub const INTERVALS: [Duration; 3] = [
    Duration::from_ms(60_000),
    Duration::from_ms(120_000),
    Duration::from_ms(300_000),
];
const HOUR_MS: i64 = 3_600_000;
/// Hours that are compared.
const HOURS: i64 = 24;
/// Fewest hours with events: of fewer nothing follows.
const HOURS_MIN: usize = 3;
/// The least share of the events of an hour that steps must have.
const SHARE_MIN: f64 = 0.6;
/// In so many of four hours it is less where targets are scraped less often; in fewer of them where nothing was for a while.
const LACKING_OF_FOUR: usize = 3;

/// The hours that are compared, of the finest of `sections`; none where time is counted and not events. They are over for an
/// hour: whoever remembers answers about times that do not change any more asks once.
pub fn hours(plan: &Plan<'_>, sections: &[Section]) -> Option<Section> {
    if matches!(plan.slo.core, Core::Slices { .. }) {
        return None;
    }
    let finest = sections.last()?;
    let phase_ms = finest.end_ms.rem_euclid(finest.step_ms);
    let end_ms = whole_ms(finest.end_ms - HOUR_MS, HOUR_MS, phase_ms);
    let begin_ms = (end_ms - HOURS * HOUR_MS).max(hour_ms(finest.begin_ms, phase_ms));
    (finest.step_ms < HOUR_MS && begin_ms < end_ms).then_some(Section {
        begin_ms,
        end_ms,
        step_ms: HOUR_MS,
    })
}

/// The first end of an hour at or after `at_ms`.
fn hour_ms(at_ms: i64, phase_ms: i64) -> i64 {
    whole_ms(at_ms + HOUR_MS - 1, HOUR_MS, phase_ms)
}

/// Whether steps lack what hours have, in most of those in which there was something.
pub fn lacks(hours: &Counts, steps: &[Counts]) -> bool {
    let phase_ms = hours.end_ms(0).rem_euclid(HOUR_MS);
    let mut of_steps: BTreeMap<i64, f64> = BTreeMap::new();
    for counts in steps {
        for (step, contents) in counts.groups.values().flat_map(|c| c.iter().enumerate()) {
            let hour_ms = hour_ms(counts.end_ms(step), phase_ms);
            *of_steps.entry(hour_ms).or_default() += contents.contents().map_or(0.0, |c| c.events);
        }
    }
    let of_hour = |hour: usize| -> f64 {
        let groups = hours.groups.values();
        groups
            .filter_map(|column| Some(column[hour].contents()?.events))
            .sum()
    };
    let shares = (0..hours.steps).filter_map(|hour| {
        let events = of_hour(hour);
        let of_steps = of_steps.get(&hours.end_ms(hour)).copied();
        (events > 0.0).then(|| of_steps.unwrap_or(0.0) / events)
    });
    let shares: Vec<f64> = shares.collect();
    let lacking = shares.iter().filter(|share| **share < SHARE_MIN).count();
    shares.len() >= HOURS_MIN && lacking * 4 >= shares.len() * LACKING_OF_FOUR
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Contents, Group};

    fn counts(step_ms: i64, columns: &[(&str, &[Option<f64>])]) -> Counts {
        let mut counts = Counts::new(0, step_ms, columns[0].1.len());
        for (group, column) in columns {
            let contents = |events: &Option<f64>| {
                events.map(|events| Contents {
                    events,
                    errors: 0.0,
                })
            };
            let group = Group::of_values(vec![group.to_string()]);
            let column = column.iter().map(|c| contents(c).into()).collect();
            counts.groups.insert(group, column);
        }
        counts
    }

    #[test]
    fn steps_that_have_a_part_of_the_events_of_most_hours_lack_the_rest() {
        let check = |hours: &[Option<f64>], steps: &[Option<f64>], expected: bool| {
            let hours = counts(HOUR_MS, &[("a", hours)]);
            let steps = counts(HOUR_MS / 2, &[("a", steps)]);
            assert_eq!(lacks(&hours, &[steps]), expected);
        };
        let [ten, five, two, zero, none] = [Some(10.0), Some(5.0), Some(2.0), Some(0.0), None];
        check(&[ten; 4], &[five; 8], false);
        check(&[ten; 4], &[none; 8], true);
        check(&[ten; 4], &[two; 8], true);
        // Nothing was scraped in half of the time.
        check(
            &[ten; 4],
            &[five, five, five, five, none, none, none, none],
            false,
        );
        check(
            &[ten; 4],
            &[five, five, none, none, none, none, none, none],
            true,
        );
        // Too few hours, or none in which there was something.
        check(&[ten; 2], &[none; 4], false);
        check(&[none; 4], &[none; 8], false);
        check(&[zero; 4], &[none; 8], false);
    }

    #[test]
    fn a_group_that_is_lost_is_lacked() {
        let hours = counts(HOUR_MS, &[("a", &[Some(10.0); 3]), ("b", &[Some(30.0); 3])]);
        let steps = counts(HOUR_MS, &[("a", &[Some(10.0); 3])]);
        assert!(lacks(&hours, &[steps]));
    }
}
