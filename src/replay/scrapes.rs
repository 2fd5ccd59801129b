//! Whether targets are scraped as often as the workspace says.
//!
//! In steps of a minute that reach back 15s further, a target that is scraped once a minute has one sample or two, by chance: it
//! is lost or seen for ever, and neither can be told from the steps alone. Whole hours of the same day tell.

use std::collections::BTreeSet;

use crate::base::Duration;
use crate::evaluate::Counts;
use crate::model::core::Core;
use crate::plan::Plan;

use super::sections::Section;

/// Real intervals that are tried where the declared one is not it.
pub const INTERVALS: [Duration; 3] = [
    Duration::from_ms(60_000),
    Duration::from_ms(120_000),
    Duration::from_ms(300_000),
];
const HOUR_MS: i64 = 3_600_000;
/// Hours that are compared.
const HOURS: i64 = 24;
/// Fewest events in them: of fewer a share says nothing.
const EVENTS_MIN: f64 = 20.0;
/// The least share of the events of hours that steps must have.
const SHARE_MIN: f64 = 0.6;

/// The hours that are compared, of the finest of `sections`; none where time is counted and not events. They are over for an
/// hour: whoever remembers answers about times that do not change any more asks once.
pub fn hours(plan: &Plan<'_>, sections: &[Section]) -> Option<Section> {
    if matches!(plan.slo.core, Core::Slices { .. }) {
        return None;
    }
    let finest = sections.last()?;
    let end_ms = (finest.end_ms - HOUR_MS).div_euclid(HOUR_MS) * HOUR_MS;
    let begin_ms =
        (end_ms - HOURS * HOUR_MS).max(-(-finest.begin_ms).div_euclid(HOUR_MS) * HOUR_MS);
    (finest.step_ms < HOUR_MS && begin_ms < end_ms).then_some(Section {
        begin_ms,
        end_ms,
        step_ms: HOUR_MS,
    })
}

/// Whether steps lack what hours have, in those of their groups and hours of which something is known.
pub fn lacks(hours: &Counts, steps: &[Counts]) -> bool {
    let (mut of_hours, mut of_steps) = (0.0, 0.0);
    for (group, column) in &hours.groups {
        let known = column.iter().enumerate();
        let known = known.filter_map(|(at, contents)| Some((at, contents.as_ref()?.events)));
        let known: Vec<(usize, f64)> = known.collect();
        of_hours += known.iter().map(|(_, events)| events).sum::<f64>();
        let known: BTreeSet<i64> = known.iter().map(|(at, _)| hours.end_ms(*at)).collect();
        for counts in steps {
            let column = counts.groups.get(group).into_iter().flatten().enumerate();
            of_steps += column
                .filter(|(step, _)| {
                    let end_ms = counts.end_ms(*step);
                    known.contains(&((end_ms + HOUR_MS - 1).div_euclid(HOUR_MS) * HOUR_MS))
                })
                .filter_map(|(_, contents)| Some(contents.as_ref()?.events))
                .sum::<f64>();
        }
    }
    of_hours >= EVENTS_MIN && of_steps < SHARE_MIN * of_hours
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
            let column = column.iter().map(contents).collect();
            counts.groups.insert(group, column);
        }
        counts
    }

    #[test]
    fn steps_that_have_a_part_of_the_events_of_hours_lack_the_rest() {
        let check = |hours: &[Option<f64>], steps: &[Option<f64>], expected: bool| {
            let hours = counts(HOUR_MS, &[("a", hours)]);
            let steps = counts(HOUR_MS / 2, &[("a", steps)]);
            assert_eq!(lacks(&hours, &[steps]), expected);
        };
        let [ten, five, two, none] = [Some(10.0), Some(5.0), Some(2.0), None];
        check(&[ten, ten], &[five, five, five, five], false);
        check(&[ten, ten], &[none, none, none, none], true);
        check(&[ten, ten], &[two, five, five, none], false);
        check(&[ten, ten], &[two, five, two, two], true);
        // Too few to tell.
        check(&[ten, Some(9.0)], &[none, none, none, none], false);
        // What hours do not know says nothing.
        check(&[ten, none], &[five, five, five, five], false);
    }

    #[test]
    fn a_group_that_is_lost_is_lacked() {
        let hours = counts(HOUR_MS, &[("a", &[Some(10.0)]), ("b", &[Some(30.0)])]);
        let steps = counts(HOUR_MS, &[("a", &[Some(10.0)])]);
        assert!(lacks(&hours, &[steps]));
    }
}
