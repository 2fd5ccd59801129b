//! What a file says of one SLO: counts in steps, for those who go through them.

use crate::evaluate::{Contents, Counts, GROUPS_MAX, Group, Resolution};

use super::fault::Refusal;
use super::{GROUP_STEPS_MAX, STEPS_MAX};

/// Most cells of a piece, so that many groups take no more memory than few.
const CELLS_MAX: usize = 500_000;

/// Counts in steps of one length.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Where the first step begins, in Unix milliseconds.
    pub begin_ms: i64,
    /// Where the last one ends.
    pub end_ms: i64,
    /// How long each is.
    pub step_ms: i64,
    /// What a reader should know beside it, a sentence each.
    pub notes: Vec<String>,
    groups: Vec<Group>,
    /// By step and group, ascending, each once.
    cells: Vec<Cell>,
}

/// What a group counted in a step, or a part of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// The step, by its place.
    pub step: u32,
    /// The group, by its place.
    pub group: u32,
    /// What was counted.
    pub contents: Contents,
    /// Whether there are events in it; errors alone make nothing known.
    pub is_known: bool,
}

/// What was counted in a stretch of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// When it ends, in Unix milliseconds.
    pub end_ms: i64,
    /// The group, by its place.
    pub group: u32,
    /// What was counted.
    pub contents: Contents,
}

/// How long the steps are that hold rows of this length: the whole steps of the resolution that are nearest. A row that is
/// longer by a tenth still fits, since nobody is punctual; into a step that is shorter by more it does not.
pub(super) fn step_ms(spacing_ms: i64, resolution: Resolution) -> i64 {
    let step_ms = resolution.step_ms();
    let nearest_ms = ((spacing_ms + step_ms / 2) / step_ms).max(1) * step_ms;
    match spacing_ms <= nearest_ms + nearest_ms / 10 {
        true => nearest_ms,
        false => nearest_ms + step_ms,
    }
}

/// Whether there are few enough steps from one time to another, in the resolution in which they are kept, and little enough
/// to do where each of them has so many groups.
pub(super) fn fits(
    begin_ms: i64,
    end_ms: i64,
    resolution: Resolution,
    groups: usize,
) -> Result<(), Refusal> {
    let step_ms = resolution.step_ms();
    let steps = (end_ms - begin_ms) / step_ms;
    let length = format!(
        "from its first time to its last there are {steps} steps of {} s",
        step_ms / 1_000
    );
    if steps > STEPS_MAX {
        return Err(Refusal::Whole(format!(
            "{length}; at most {STEPS_MAX} are read"
        )));
    }
    let watched = groups.min(GROUPS_MAX) as i64;
    if steps * watched > GROUP_STEPS_MAX {
        return Err(Refusal::Whole(format!(
            "{length} and {watched} groups; at most {GROUP_STEPS_MAX} steps of all groups are gone through"
        )));
    }
    Ok(())
}

impl Recording {
    /// Rows that are each `row_ms` long, spread over the steps that they lie in.
    pub(super) fn of_rows(
        rows: &[Row],
        row_ms: i64,
        groups: Vec<Group>,
        resolution: Resolution,
    ) -> Result<Recording, Refusal> {
        let step_ms = step_ms(row_ms, resolution);
        let ends = || rows.iter().map(|row| row.end_ms);
        let (Some(first_ms), Some(last_ms)) = (ends().min(), ends().max()) else {
            return Err(Refusal::Whole("it has no rows".to_string()));
        };
        let begin_ms = (first_ms - row_ms).div_euclid(step_ms) * step_ms;
        let end_ms = (last_ms + step_ms - 1).div_euclid(step_ms) * step_ms;
        fits(begin_ms, end_ms, resolution, groups.len())?;
        let mut parts = Vec::with_capacity(rows.len());
        for row in rows {
            let (from_ms, to_ms) = (row.end_ms - row_ms, row.end_ms);
            let mut at_ms = from_ms;
            while at_ms < to_ms {
                let step = (at_ms - begin_ms) / step_ms;
                let until_ms = to_ms.min(begin_ms + (step + 1) * step_ms);
                let share = (until_ms - at_ms) as f64 / row_ms as f64;
                parts.push(Cell {
                    step: u32::try_from(step).expect("there are few enough steps"),
                    group: row.group,
                    contents: Contents {
                        events: row.contents.events * share,
                        errors: row.contents.errors * share,
                    },
                    is_known: true,
                });
                at_ms = until_ms;
            }
        }
        Ok(Recording::of_parts(
            parts,
            groups,
            (begin_ms, end_ms),
            step_ms,
        ))
    }

    /// Cells that may lie in the same place, where they add up.
    pub(super) fn of_parts(
        mut parts: Vec<Cell>,
        groups: Vec<Group>,
        (begin_ms, end_ms): (i64, i64),
        step_ms: i64,
    ) -> Recording {
        parts.sort_by_key(|cell| (cell.step, cell.group));
        parts.dedup_by(|next, cell| {
            let is_same = (next.step, next.group) == (cell.step, cell.group);
            if is_same {
                cell.contents = cell.contents.plus(next.contents);
                cell.is_known |= next.is_known;
            }
            is_same
        });
        parts.retain(|cell| cell.is_known);
        Recording {
            notes: Vec::new(),
            begin_ms,
            end_ms,
            step_ms,
            groups,
            cells: parts,
        }
    }

    /// The counts in pieces, those of steps that end after `until_ms` left out.
    pub fn pieces(&self, until_ms: i64) -> impl Iterator<Item = Counts> {
        let per_piece = (CELLS_MAX / self.groups.len().max(1)).max(1);
        let end_ms = self.end_ms.min(until_ms);
        let steps = usize::try_from((end_ms - self.begin_ms) / self.step_ms).unwrap_or(0);
        let mut cells = self.cells.iter().peekable();
        (0..steps).step_by(per_piece).map(move |first| {
            let count = per_piece.min(steps - first);
            let begin_ms = self.begin_ms + first as i64 * self.step_ms;
            let mut counts = Counts::new(begin_ms, self.step_ms, count);
            while let Some(cell) = cells.next_if(|cell| (cell.step as usize) < first + count) {
                let group = &self.groups[cell.group as usize];
                counts.set(group, cell.step as usize - first, cell.contents);
            }
            counts
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Duration;

    const MINUTE: i64 = 60_000;

    fn check(rows: &[(i64, f64)], row_ms: i64, expected: &[(i64, &[Option<f64>])]) {
        let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
        let row = |(end_ms, events): &(i64, f64)| Row {
            end_ms: *end_ms,
            group: 0,
            contents: Contents {
                events: *events,
                errors: 0.0,
            },
        };
        let rows: Vec<Row> = rows.iter().map(row).collect();
        let recording =
            Recording::of_rows(&rows, row_ms, vec![Group::default()], resolution).unwrap();
        let found: Vec<(i64, Vec<Option<f64>>)> = recording
            .pieces(i64::MAX)
            .map(|counts| {
                let column = &counts.groups[&Group::default()];
                let events = column
                    .iter()
                    .map(|cell| cell.contents().map(|contents| contents.events));
                (counts.step_ms, events.collect())
            })
            .collect();
        let expected: Vec<(i64, Vec<Option<f64>>)> = expected
            .iter()
            .map(|(step_ms, column)| (*step_ms, column.to_vec()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn rows_as_long_as_a_step_are_steps() {
        check(
            &[(MINUTE, 1.0), (2 * MINUTE, 2.0), (4 * MINUTE, 4.0)],
            MINUTE,
            &[(MINUTE, &[Some(1.0), Some(2.0), None, Some(4.0)])],
        );
    }

    #[test]
    fn short_rows_add_up_and_long_ones_make_long_steps() {
        check(
            &[(30_000, 1.0), (MINUTE, 2.0), (90_000, 4.0)],
            30_000,
            &[(MINUTE, &[Some(3.0), Some(4.0)])],
        );
        check(
            &[(5 * MINUTE, 10.0), (10 * MINUTE, 5.0)],
            5 * MINUTE,
            &[(5 * MINUTE, &[Some(10.0), Some(5.0)])],
        );
    }

    #[test]
    fn steps_are_as_long_as_the_rows_whatever_they_are_off_by() {
        let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
        for (row_s, minutes) in [
            (1, 1),
            (66, 1),
            (67, 2),
            (90, 2),
            (130, 2),
            (135, 3),
            (900, 15),
            (3_600, 60),
            (60_000, 1_000),
        ] {
            let found = step_ms(row_s * 1_000, resolution);
            assert_eq!(found, minutes * MINUTE, "{row_s} s");
        }
    }

    #[test]
    fn rows_between_two_steps_are_shared_and_nothing_is_lost() {
        check(
            &[(90_000, 4.0), (150_000, 8.0)],
            MINUTE,
            &[(MINUTE, &[Some(2.0), Some(6.0), Some(4.0)])],
        );
    }

    #[test]
    fn what_ends_after_the_end_is_left_out() {
        let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
        let row = |end_ms| Row {
            end_ms,
            group: 0,
            contents: Contents::NONE,
        };
        let rows = [row(MINUTE), row(2 * MINUTE)];
        let recording =
            Recording::of_rows(&rows, MINUTE, vec![Group::default()], resolution).unwrap();
        let steps = |until_ms| {
            recording
                .pieces(until_ms)
                .map(|counts| counts.steps)
                .sum::<usize>()
        };
        assert_eq!(
            (steps(2 * MINUTE), steps(2 * MINUTE - 1), steps(0)),
            (2, 1, 0)
        );
    }

    #[test]
    fn steps_and_groups_have_an_edge() {
        let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
        let check = |steps: i64, groups| fits(0, steps * MINUTE, resolution, groups).is_ok();
        assert!(check(STEPS_MAX, 1) && !check(STEPS_MAX + 1, 1));
        let each = GROUP_STEPS_MAX / 100;
        assert!(check(each, 100) && !check(each + 1, 100) && !check(each, 101));
        let most = GROUP_STEPS_MAX / GROUPS_MAX as i64;
        assert!(
            check(most, 10 * GROUPS_MAX),
            "those that are not watched cost nothing"
        );
    }
}
