//! Which times are asked for in which steps: long ago in long ones, as histories keep them.

use crate::evaluate::Resolution;

/// A stretch of time in steps of one length. Both ends are whole steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Where the first step begins, in Unix milliseconds.
    pub begin_ms: i64,
    /// Where the last one ends.
    pub end_ms: i64,
    /// How long each is.
    pub step_ms: i64,
}

impl Section {
    /// How many steps it has.
    pub fn steps(&self) -> usize {
        ((self.end_ms - self.begin_ms) / self.step_ms) as usize
    }
}

/// The sections from `begin_ms`, which is rounded down, to `to_ms`: fine ones from the finest age before `fine_ms` on. Steps
/// begin `phase_ms` after the whole ones.
pub fn sections(
    resolution: Resolution,
    begin_ms: i64,
    fine_ms: i64,
    to_ms: i64,
    phase_ms: i64,
) -> Vec<Section> {
    let [fine, middle, coarse] = resolution.steps_ms;
    let [young_ms, middle_ms, _] = resolution.ages_ms;
    let down = |at_ms: i64, step_ms: i64| whole_ms(at_ms, step_ms, phase_ms);
    let begin_ms = down(begin_ms, coarse);
    let middle_begin_ms = down(fine_ms - middle_ms, coarse).max(begin_ms);
    let fine_begin_ms = down(fine_ms - young_ms, coarse).max(middle_begin_ms);
    let edges = [
        (begin_ms, middle_begin_ms, coarse),
        (middle_begin_ms, fine_begin_ms, middle),
        (fine_begin_ms, down(to_ms, fine), fine),
    ];
    let section = |(begin_ms, end_ms, step_ms)| Section {
        begin_ms,
        end_ms,
        step_ms,
    };
    let sections = edges.into_iter().map(section);
    sections.filter(|section| section.steps() > 0).collect()
}

/// The last moment at or before `at_ms` that is so many whole steps and `phase_ms`.
pub fn whole_ms(at_ms: i64, step_ms: i64, phase_ms: i64) -> i64 {
    (at_ms - phase_ms).div_euclid(step_ms) * step_ms + phase_ms
}

/// The same with neighbours of equal steps made one.
pub fn joined(sections: Vec<Section>) -> Vec<Section> {
    let mut joined: Vec<Section> = Vec::new();
    for section in sections {
        match joined.last_mut() {
            Some(last) if last.step_ms == section.step_ms && last.end_ms == section.begin_ms => {
                last.end_ms = section.end_ms;
            }
            _ => joined.push(section),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Duration;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;

    fn check(begin_ms: i64, fine_ms: i64, to_ms: i64, expected: &[(i64, i64, i64)]) {
        check_phase(begin_ms, fine_ms, to_ms, 0, expected);
    }

    fn check_phase(
        begin_ms: i64,
        fine_ms: i64,
        to_ms: i64,
        phase_ms: i64,
        expected: &[(i64, i64, i64)],
    ) {
        let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
        let found = sections(resolution, begin_ms, fine_ms, to_ms, phase_ms);
        let found: Vec<_> = found
            .iter()
            .map(|s| (s.begin_ms, s.end_ms, s.step_ms))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_long_ago_is_asked_for_in_long_steps() {
        check(
            0,
            30 * DAY + MINUTE,
            31 * DAY + 90_000,
            &[
                (0, 27 * DAY, HOUR),
                (27 * DAY, 30 * DAY - 6 * HOUR, 5 * MINUTE),
                (30 * DAY - 6 * HOUR, 31 * DAY + MINUTE, MINUTE),
            ],
        );
    }

    #[test]
    fn steps_of_every_length_begin_the_same_phase_after_the_whole_ones() {
        let p = 7_001;
        check_phase(
            HOUR,
            30 * DAY + MINUTE + p,
            31 * DAY + MINUTE + p,
            p,
            &[
                (p, 27 * DAY + p, HOUR),
                (27 * DAY + p, 30 * DAY - 6 * HOUR + p, 5 * MINUTE),
                (30 * DAY - 6 * HOUR + p, 31 * DAY + MINUTE + p, MINUTE),
            ],
        );
    }

    #[test]
    fn without_a_past_everything_is_fine() {
        check(
            5 * DAY + 1,
            5 * DAY,
            5 * DAY + 2 * MINUTE,
            &[(5 * DAY, 5 * DAY + 2 * MINUTE, MINUTE)],
        );
    }
}
