//! Counts of the past from a file, so that a definition can be held against history without a server: CSV of counts, and
//! counters as OpenMetrics or as the older text format of Prometheus.
//!
//! Leaves the file to whoever has one, and going through it to `replay`. Promise: whatever the file holds, what is wrong
//! with it is said with its line, in bounded time and memory.

pub mod counters;
pub mod csv;
pub mod fault;
pub mod increase;
mod lines;
pub mod openmetrics;
pub mod recording;
mod series;

use crate::base::Duration;
use crate::evaluate::Resolution;
use crate::plan::{Plan, PlannedTier};

pub use fault::{DataFault, Refusal};
pub use recording::Recording;

/// Longest file, in bytes.
pub const DATA_MAX_BYTES: usize = 256 << 20;
/// Longest line, in bytes.
pub const LINE_MAX_BYTES: usize = 64 << 10;
/// Most rows of a CSV, or samples of the counters of an SLO.
pub const ROWS_MAX: usize = 2_000_000;
/// Most groups of a file.
pub const GROUPS_READ_MAX: usize = 10_000;
/// Most series of the metrics that an SLO counts.
pub const SERIES_MAX: usize = 50_000;
/// Most steps from the beginning of a file to its end: two years of minutes.
pub const STEPS_MAX: i64 = 1_100_000;
/// Most steps of all groups together that are gone through: a hundred groups for four months of minutes.
pub const GROUP_STEPS_MAX: i64 = 20_000_000;
/// The latest time that is read, in Unix milliseconds: the end of the year 9998.
pub const MOMENT_MAX_MS: i64 = 253_370_764_799_999;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Rows of counts below a header.
    Csv,
    /// OpenMetrics: times in seconds, and `# EOF` at the end.
    OpenMetrics,
    /// The text format of Prometheus: times in milliseconds.
    Prometheus,
}

/// How the file `name` is written; nothing where neither its ending nor its beginning says so.
pub fn form(name: &str, bytes: &[u8]) -> Option<Form> {
    let trimmed = bytes.trim_ascii();
    let has_end = trimmed.ends_with(b"# EOF");
    let of_metrics = if has_end {
        Form::OpenMetrics
    } else {
        Form::Prometheus
    };
    match name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase())
    {
        Some(ending) if ending == "csv" => return Some(Form::Csv),
        Some(ending) if ["om", "openmetrics"].contains(&ending.as_str()) => {
            return Some(Form::OpenMetrics);
        }
        Some(ending) if ending == "prom" => return Some(of_metrics),
        Some(_) | None => {}
    }
    let first = trimmed
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    if first.starts_with(b"# ") || first.contains(&b'{') {
        return Some(of_metrics);
    }
    first.contains(&b',').then_some(Form::Csv)
}

/// What a file says of the SLO of `plan`.
pub fn read(
    bytes: &[u8],
    form: Form,
    plan: &Plan<'_>,
    resolution: Resolution,
) -> Result<Recording, Refusal> {
    let mut recording = match form {
        Form::Csv => csv::read(bytes, plan, resolution)?,
        Form::OpenMetrics | Form::Prometheus => increase::read(bytes, form, plan, resolution)?,
    };
    let is_coarse = |tier: &&PlannedTier<'_>| (tier.tier.short.as_ms() as i64) < recording.step_ms;
    let coarse: Vec<&str> = plan
        .tiers
        .iter()
        .filter(is_coarse)
        .map(|one| one.tier.name.as_str())
        .collect();
    if !coarse.is_empty() {
        let step = Duration::from_ms(recording.step_ms as u64);
        recording.notes.push(format!(
            "the steps of the file, {step}, are longer than the short window of {}: when they fire is rounded",
            coarse.join(", ")
        ));
    }
    Ok(recording)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, text: &str, expected: Option<Form>) {
        assert_eq!(form(name, text.as_bytes()), expected, "{name} {text}");
    }

    #[test]
    fn a_file_is_known_by_its_ending_or_its_beginning() {
        check("a.csv", "{", Some(Form::Csv));
        check("a.CSV", "", Some(Form::Csv));
        check("a.om", "", Some(Form::OpenMetrics));
        check(
            "a.openmetrics",
            "time,events,errors",
            Some(Form::OpenMetrics),
        );
        check("a.prom", "x 1 1\n", Some(Form::Prometheus));
        check("a.prom", "x 1 1\n# EOF\n", Some(Form::OpenMetrics));
        check("a.txt", "# TYPE x counter\n# EOF", Some(Form::OpenMetrics));
        check("-", "x{a=\"b\"} 1 1\n", Some(Form::Prometheus));
        check("a", "\u{feff}time,events,errors\n", Some(Form::Csv));
        check("a.txt", "hello", None);
        check("a", "", None);
    }
}
