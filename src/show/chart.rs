//! A budget over time in block characters, for a terminal of 80 columns.

use super::when;

/// Columns that are drawn in.
const COLUMNS: usize = 68;
/// Columns of the numbers beside.
const LABEL_COLUMNS: usize = 8;
/// Rows between nothing and the whole budget.
const ROWS: usize = 6;
/// Rows for what is overspent, where something is.
const ROWS_BELOW: usize = 3;
/// From nothing to a whole character, from below.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A time that is marked below the chart.
pub(super) struct Band<'a> {
    /// What its row is called.
    pub name: &'a str,
    /// From and until when, in Unix milliseconds.
    pub times: Vec<(i64, i64)>,
}

/// The lines of a chart. `points` are times and shares that are left; a column shows the least within it.
pub(super) fn chart(
    points: &[(i64, Option<f64>)],
    (from_ms, to_ms): (i64, i64),
    bands: &[Band<'_>],
) -> Vec<String> {
    let levels = levels(points, from_ms, to_ms);
    let least = levels.iter().flatten().copied().fold(0.0, f64::min);
    let mut lines = Vec::new();
    for row in (0..ROWS).rev() {
        let label = match row {
            row if row + 1 == ROWS => "100 %",
            0 => "0 %",
            _ => "",
        };
        let cells = levels.iter().map(|level| above(*level, row));
        lines.push(line(label, cells));
    }
    if least < 0.0 {
        let label = when::percent(least);
        for row in 0..ROWS_BELOW {
            let is_last = row + 1 == ROWS_BELOW;
            let cells = levels.iter().map(|level| below(*level, row, least));
            lines.push(line(if is_last { &label } else { "" }, cells));
        }
    }
    for band in bands {
        let cells = (0..COLUMNS).map(|column| {
            let (begin_ms, end_ms) = slot(column, from_ms, to_ms);
            // What has no length is in the column that begins there; there is none behind the end.
            let is_last = column + 1 == COLUMNS;
            let touches = |(from, to): &(i64, i64)| {
                let begins = *from < end_ms || is_last && *from == end_ms;
                begins && (*to > begin_ms || *from == begin_ms)
            };
            match band.times.iter().any(touches) {
                true => '■',
                false => '·',
            }
        });
        lines.push(line(band.name, cells));
    }
    let (first, last) = (when::minute(from_ms), when::minute(to_ms));
    let gap = COLUMNS.saturating_sub(first.len() + last.len());
    lines.push(format!("{:LABEL_COLUMNS$}  {first}{:gap$}{last}", "", ""));
    lines
}

/// What a column is of.
fn slot(column: usize, from_ms: i64, to_ms: i64) -> (i64, i64) {
    let at = |column: usize| {
        let share = column as f64 / COLUMNS as f64;
        from_ms + ((to_ms - from_ms) as f64 * share) as i64
    };
    (at(column), at(column + 1))
}

/// The least of each column; where it has no point, that of the one before.
fn levels(points: &[(i64, Option<f64>)], from_ms: i64, to_ms: i64) -> Vec<Option<f64>> {
    let mut levels = Vec::with_capacity(COLUMNS);
    let mut points = points.iter().peekable();
    let mut last = None;
    for column in 0..COLUMNS {
        let (_, end_ms) = slot(column, from_ms, to_ms);
        let mut least: Option<f64> = None;
        let mut any = false;
        while let Some((_, left)) = points.next_if(|(at_ms, _)| *at_ms <= end_ms) {
            any = true;
            last = *left;
            least = match (least, *left) {
                (Some(least), Some(left)) => Some(least.min(left)),
                (least, left) => least.or(left),
            };
        }
        levels.push(if any { least } else { last });
    }
    levels
}

fn above(level: Option<f64>, row: usize) -> char {
    let Some(level) = level else {
        return ' ';
    };
    let eighths = (level.clamp(0.0, 1.0) * (ROWS * 8) as f64).round() as usize;
    EIGHTHS[eighths.saturating_sub(row * 8).min(8)]
}

fn below(level: Option<f64>, row: usize, least: f64) -> char {
    let share = match level {
        Some(level) if level < 0.0 => level / least,
        Some(_) | None => return ' ',
    };
    let halves = (share * (ROWS_BELOW * 2) as f64).ceil() as usize;
    match halves.saturating_sub(row * 2) {
        0 => ' ',
        1 => '▀',
        _ => '█',
    }
}

fn line(label: &str, cells: impl Iterator<Item = char>) -> String {
    let label: String = label.chars().take(LABEL_COLUMNS).collect();
    let cells: String = cells.collect();
    let line = format!("{label:>LABEL_COLUMNS$}  {cells}");
    line.trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn check(points: &[(i64, Option<f64>)], expected: &[&str]) {
        let found = chart(points, (0, 68 * DAY), &[]);
        let (_, found) = found.split_last().unwrap();
        let found: Vec<String> = found
            .iter()
            .map(|line| line.chars().take(LABEL_COLUMNS + 2 + 4).collect())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_column_shows_the_least_that_is_left_in_it() {
        check(
            &[
                (DAY, Some(1.0)),
                (2 * DAY - 1, Some(0.25)),
                (2 * DAY, Some(0.5)),
                (3 * DAY, Some(0.0)),
                (4 * DAY, Some(0.5)),
            ],
            &[
                "   100 %  █",
                "          █",
                "          █",
                "          █  █",
                "          █▄ █",
                "     0 %  ██ █",
            ],
        );
    }

    #[test]
    fn what_is_overspent_hangs_below() {
        check(
            &[
                (DAY, Some(0.5)),
                (2 * DAY, Some(-1.0)),
                (3 * DAY, Some(-3.0)),
                (4 * DAY, None),
            ],
            &[
                "   100 %",
                "",
                "",
                "          █",
                "          █",
                "     0 %  █",
                "           ██",
                "            █",
                "-300.0 %    █",
            ],
        );
    }

    #[test]
    fn an_episode_that_opens_at_the_very_end_or_beginning_is_marked() {
        let marked = |time| {
            let bands = [Band {
                name: "page",
                times: vec![time],
            }];
            let lines = chart(&[(DAY, Some(1.0))], (0, 68 * DAY), &bands);
            let row: Vec<char> = lines[ROWS].chars().skip(LABEL_COLUMNS + 2).collect();
            let marks = row.iter().enumerate().filter(|(_, cell)| **cell == '■');
            marks.map(|(column, _)| column).collect::<Vec<_>>()
        };
        assert_eq!(marked((68 * DAY, 68 * DAY)), [67]);
        assert_eq!(marked((0, 0)), [0]);
        assert_eq!(marked((DAY, DAY)), [1]);
        assert_eq!(marked((DAY, 2 * DAY)), [1]);
        assert_eq!(marked((DAY - 1, 2 * DAY + 1)), [0, 1, 2]);
    }

    #[test]
    fn every_line_fits_into_eighty_columns() {
        let bands = [Band {
            name: "a-severity-with-a-long-name",
            times: vec![(0, DAY)],
        }];
        let lines = chart(&[(0, Some(-1e9)), (DAY, Some(1.0))], (0, 68 * DAY), &bands);
        assert!(
            lines.iter().all(|line| line.chars().count() <= 80),
            "{lines:#?}"
        );
    }
}
