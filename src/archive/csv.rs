//! CSV of counts: a header `time,events,errors` and the labels that the SLO is grouped by, then a row for each step and group.
//!
//! A row holds what was counted in the step that ends at its time. How long a step is follows from the times; steps without a
//! row are missing data.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::fault::{Faults, Refusal};
use super::lines::{count, lines, text};
use super::recording::{Recording, Row};
use super::{GROUPS_READ_MAX, MOMENT_MAX_MS, ROWS_MAX};
use crate::diagnostics::shown;
use crate::evaluate::{Contents, Group, Resolution};
use crate::model::Slo;
use crate::plan::Plan;

/// The columns that every file has.
const COLUMNS: [&str; 3] = ["time", "events", "errors"];

/// What a CSV says of the SLO of `plan`.
pub fn read(bytes: &[u8], plan: &Plan<'_>, resolution: Resolution) -> Result<Recording, Refusal> {
    let mut faults = Faults::default();
    let mut lines = lines(bytes).filter(|(_, line)| !line.trim_ascii().is_empty());
    let header = lines.next().and_then(|(number, line)| {
        Header::of(
            number,
            text(number, line, &mut faults)?,
            plan.slo,
            &mut faults,
        )
    });
    let Some(header) = header else {
        faults.refusal()?;
        return Err(Refusal::Whole(format!(
            "it is empty; {}",
            expected(plan.slo)
        )));
    };
    faults.refusal()?;
    let mut table = Table::default();
    let mut faults = Faults::default();
    for (number, line) in lines {
        if faults.is_full() {
            break;
        }
        if table.rows.len() == ROWS_MAX {
            faults.add(number, format!("at most {ROWS_MAX} rows are read"));
            break;
        }
        if let Some(line) = text(number, line, &mut faults) {
            table.take(number, line, &header, &mut faults);
        }
    }
    faults.refusal()?;
    let row_ms = table.row_ms()?;
    let rows: Vec<Row> = table.rows.into_iter().map(|(_, row)| row).collect();
    Recording::of_rows(&rows, row_ms, table.names, resolution)
}

/// Where each column is.
struct Header {
    columns: usize,
    time: usize,
    events: usize,
    errors: usize,
    group: Vec<usize>,
}

impl Header {
    fn of(number: usize, line: &str, slo: &Slo, faults: &mut Faults) -> Option<Header> {
        let Some(names) = fields(line) else {
            faults.add(number, "a quote is not closed");
            return None;
        };
        let place = |name: &str| names.iter().position(|known| known == name);
        let labels = || slo.group_by.iter().map(|label| label.as_str());
        let wanted: Vec<&str> = COLUMNS.into_iter().chain(labels()).collect();
        let before = faults.is_full();
        let mut is_right = !before;
        for name in wanted.iter().filter(|name| place(name).is_none()) {
            faults.add(
                number,
                format!("there is no column `{name}`; {}", expected(slo)),
            );
            is_right = false;
        }
        for (at, name) in names.iter().enumerate() {
            let is_twice = names[..at].contains(name);
            if is_twice || !wanted.contains(&name.as_ref()) {
                let why = if is_twice {
                    "is there twice"
                } else {
                    "is not known"
                };
                faults.add(
                    number,
                    format!("the column {} {why}; {}", shown(name), expected(slo)),
                );
                is_right = false;
            }
            if faults.is_full() {
                break;
            }
        }
        is_right.then(|| Header {
            columns: names.len(),
            time: place("time").unwrap_or(0),
            events: place("events").unwrap_or(0),
            errors: place("errors").unwrap_or(0),
            group: labels().filter_map(place).collect(),
        })
    }
}

/// What the header should be.
fn expected(slo: &Slo) -> String {
    let labels = slo.group_by.iter().map(|label| label.as_str());
    let all: Vec<&str> = COLUMNS.into_iter().chain(labels).collect();
    format!("the header is `{}`", all.join(","))
}

/// The rows as they are read.
#[derive(Default)]
struct Table {
    /// With their lines.
    rows: Vec<(usize, Row)>,
    names: Vec<Group>,
    places: BTreeMap<Group, u32>,
}

impl Table {
    fn take(&mut self, number: usize, line: &str, header: &Header, faults: &mut Faults) {
        let Some(fields) = fields(line) else {
            return faults.add(number, "a quote is not closed");
        };
        if fields.len() != header.columns {
            let (found, columns) = (fields.len(), header.columns);
            return faults.add(
                number,
                format!("{found} fields where the header has {columns}"),
            );
        }
        let end_ms = match moment(&fields[header.time]) {
            Ok(end_ms) => end_ms,
            Err(message) => return faults.add(number, message),
        };
        let mut number_of = |at: usize, name: &str| {
            let found = count(&fields[at]);
            if found.is_none() {
                let field = shown(&fields[at]);
                faults.add(
                    number,
                    format!("`{name}` is {field}; a count is expected, such as `12`"),
                );
            }
            found
        };
        let events = number_of(header.events, "events");
        let errors = number_of(header.errors, "errors");
        let (Some(events), Some(errors)) = (events, errors) else {
            return;
        };
        if errors > events {
            return faults.add(
                number,
                format!("{errors} errors among {events} events; errors are a part of events"),
            );
        }
        let values = header.group.iter().map(|at| fields[*at].to_string());
        let group = Group::of_values(values.collect());
        if self.names.len() == GROUPS_READ_MAX && !self.places.contains_key(&group) {
            return faults.add(number, format!("at most {GROUPS_READ_MAX} groups are read"));
        }
        let next = self.names.len() as u32;
        let place = *self.places.entry(group).or_insert_with_key(|group| {
            self.names.push(group.clone());
            next
        });
        let contents = Contents { events, errors };
        self.rows.push((
            number,
            Row {
                end_ms,
                group: place,
                contents,
            },
        ));
    }

    /// How long a row is: the least distance of two times, of which all others are multiples.
    fn row_ms(&mut self) -> Result<i64, Refusal> {
        self.rows
            .sort_by_key(|(number, row)| (row.end_ms, row.group, *number));
        let mut faults = Faults::default();
        for pair in self.rows.windows(2) {
            let [(first, a), (second, b)] = pair else {
                continue;
            };
            if (a.end_ms, a.group) == (b.end_ms, b.group) && !faults.is_full() {
                let of = if self.names.len() > 1 {
                    "time and group are"
                } else {
                    "time is"
                };
                faults.add(*second, format!("this {of} that of line {first} already"));
            }
        }
        faults.refusal()?;
        let mut times: Vec<(i64, usize)> = self
            .rows
            .iter()
            .map(|(line, row)| (row.end_ms, *line))
            .collect();
        times.dedup_by_key(|(end_ms, _)| *end_ms);
        let gaps = || {
            times
                .windows(2)
                .map(|pair| (pair[1].0 - pair[0].0, pair[1].1))
        };
        let Some(row_ms) = gaps().map(|(gap_ms, _)| gap_ms).min() else {
            return Err(Refusal::Whole(
                "it has fewer than two times, so that nobody can say how long a step is"
                    .to_string(),
            ));
        };
        let mut faults = Faults::default();
        for (gap_ms, line) in gaps().filter(|(gap_ms, _)| gap_ms % row_ms != 0) {
            if faults.is_full() {
                break;
            }
            let [gap, row] = [gap_ms, row_ms].map(|ms| ms as f64 / 1_000.0);
            faults.add(line, format!("{gap} s after the time before, where steps are {row} s: whole steps are expected"));
        }
        if let Some((end_ms, line)) = times.first().filter(|(end_ms, _)| *end_ms < row_ms) {
            let [row, end] = [row_ms, *end_ms].map(|ms| ms as f64 / 1_000.0);
            faults.add(*line, format!("the step of {row} s that ends here, at {end} s, begins before 1970: is `time` in Unix seconds?"));
        }
        faults.refusal()?;
        Ok(row_ms)
    }
}

/// A time, 1970 or later: Unix seconds or RFC 3339. In Unix milliseconds.
fn moment(field: &str) -> Result<i64, String> {
    let wrong = || {
        format!(
            "`time` is {}; Unix seconds or RFC 3339 are expected, such as `2026-11-03T14:00:00Z`",
            shown(field)
        )
    };
    let negative = || count(field.strip_prefix('-')?).map(|seconds| -seconds);
    let at_ms = match count(field).or_else(negative) {
        Some(seconds) => (seconds * 1_000.0).round(),
        None => field
            .parse::<Timestamp>()
            .map_err(|_| wrong())?
            .as_millisecond() as f64,
    };
    let is_shown = |at_ms: f64| at_ms <= MOMENT_MAX_MS as f64;
    match at_ms {
        before if before < 0.0 => Err(format!(
            "`time` is {}, which lies before 1970",
            shown(field)
        )),
        known if is_shown(known) => Ok(known as i64),
        // Milliseconds of any time since 1978 are seconds of one that is too late.
        late if is_shown(late / 1_000.0) => Err(format!(
            "`time` is {}, which looks like milliseconds; Unix seconds are expected: `{:.0}`",
            shown(field),
            late / 1_000_000.0
        )),
        _ => Err(wrong()),
    }
}

/// The fields of a line (RFC 4180), spaces around them dropped; nothing where a quote is not closed.
fn fields(line: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start();
        let Some(quoted) = trimmed.strip_prefix('"') else {
            let (field, after) = match rest.split_once(',') {
                Some((field, after)) => (field, Some(after)),
                None => (rest, None),
            };
            fields.push(Cow::Borrowed(field.trim()));
            match after {
                Some(after) => rest = after,
                None => return Some(fields),
            }
            continue;
        };
        let (field, after) = unquoted(quoted)?;
        fields.push(Cow::Owned(field));
        let after = after.trim_start();
        match after.strip_prefix(',') {
            Some(after) => rest = after,
            None => return after.is_empty().then_some(fields),
        }
    }
}

/// What stands before the quote that closes it, and what is behind.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        field.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None => return Some((field, after)),
        }
    }
}
