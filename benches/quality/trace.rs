//! Traces of incidents: CSV with the columns `start_time,end_time,status,service`, times in seconds, `status` the probability
//! that a request fails. The format of the Cloud Uptime Archive.

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use burnwatch::replay::synthetic::Failing;

/// Most bytes of one file.
pub const FILE_BYTES_MAX: u64 = 16 << 20;
/// Most rows of one file.
pub const ROWS_MAX: usize = 100_000;
/// Most files of a folder.
pub const FILES_MAX: usize = 1_000;
/// The latest time, in seconds: a hundred years.
pub const SECONDS_MAX: f64 = 100.0 * 365.0 * 86_400.0;
/// The first line.
pub const HEAD: &str = "start_time,end_time,status,service";

/// The incidents of one service, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Where it is from.
    pub name: String,
    /// Rows that were read.
    pub rows: usize,
    /// When how much fails; times without any failure are left out, and where rows overlap the worse one counts.
    pub failing: Vec<Failing>,
}

/// Why a trace cannot be read.
#[derive(Debug)]
pub enum TraceError {
    /// The world.
    Io(PathBuf, std::io::Error),
    /// Larger than [`FILE_BYTES_MAX`].
    TooLarge(PathBuf),
    /// More than [`FILES_MAX`] of them.
    TooMany(PathBuf),
    /// No CSV file there.
    None(PathBuf),
    /// A line that is no row.
    Line {
        /// The file.
        name: String,
        /// From 1 on.
        line: usize,
        /// What is expected.
        expected: &'static str,
    },
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TraceError::Io(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            TraceError::TooLarge(path) => write!(
                f,
                "`{}` has more than {} MiB",
                path.display(),
                FILE_BYTES_MAX >> 20
            ),
            TraceError::TooMany(path) => {
                write!(f, "`{}` has more than {FILES_MAX} files", path.display())
            }
            TraceError::None(path) => write!(f, "there is no CSV file in `{}`", path.display()),
            TraceError::Line {
                name,
                line,
                expected,
            } => write!(f, "{name}:{line}: {expected}"),
        }
    }
}

/// The traces of a file, or of every CSV file of a folder, by name.
pub fn read(path: &Path) -> Result<Vec<Trace>, TraceError> {
    let io = |error| TraceError::Io(path.to_path_buf(), error);
    if !fs::metadata(path).map_err(io)?.is_dir() {
        return Ok(vec![one(path)?]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(io)? {
        let file = entry.map_err(io)?.path();
        if file.extension().is_some_and(|e| e == "csv") {
            files.push(file);
        }
        if files.len() > FILES_MAX {
            return Err(TraceError::TooMany(path.to_path_buf()));
        }
    }
    if files.is_empty() {
        return Err(TraceError::None(path.to_path_buf()));
    }
    files.sort();
    files.iter().map(|file| one(file)).collect()
}

fn one(path: &Path) -> Result<Trace, TraceError> {
    let io = |error| TraceError::Io(path.to_path_buf(), error);
    let file = fs::File::open(path).map_err(io)?;
    let mut text = String::new();
    let mut limited = file.take(FILE_BYTES_MAX + 1);
    limited.read_to_string(&mut text).map_err(io)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(TraceError::TooLarge(path.to_path_buf()));
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    parse(&name, &text)
}

/// The trace in `text`.
pub fn parse(name: &str, text: &str) -> Result<Trace, TraceError> {
    let fault = |line: usize, expected| TraceError::Line {
        name: name.to_string(),
        line,
        expected,
    };
    let mut lines = text.lines().enumerate();
    if lines.next().map(|(_, line)| line.trim_end()) != Some(HEAD) {
        return Err(fault(1, "`start_time,end_time,status,service` is expected"));
    }
    let mut rows = Vec::new();
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        if rows.len() == ROWS_MAX {
            return Err(fault(at + 1, "a trace has at most 100000 rows"));
        }
        rows.push(row(line).map_err(|expected| fault(at + 1, expected))?);
    }
    Ok(Trace {
        name: name.to_string(),
        rows: rows.len(),
        failing: apart(rows),
    })
}

fn row(line: &str) -> Result<Failing, &'static str> {
    let mut fields = line.splitn(4, ',');
    let mut number = |expected| {
        let field = fields.next().ok_or("four fields are expected")?;
        let number: f64 = field.trim().parse().map_err(|_| expected)?;
        match number.is_finite() {
            true => Ok(number),
            false => Err(expected),
        }
    };
    let start_s = number("a start in seconds is expected")?;
    let end_s = number("an end in seconds is expected")?;
    let ratio = number("a status from 0 to 1 is expected")?;
    if fields.next().is_none() {
        return Err("four fields are expected");
    }
    if !(0.0..=SECONDS_MAX).contains(&start_s) || !(0.0..=SECONDS_MAX).contains(&end_s) {
        return Err("times are from 0 to a hundred years");
    }
    if end_s <= start_s {
        return Err("an incident ends after it begins");
    }
    if !(0.0..=1.0).contains(&ratio) {
        return Err("a status from 0 to 1 is expected");
    }
    Ok(Failing {
        from_ms: (start_s * 1e3).round() as i64,
        to_ms: (end_s * 1e3).round() as i64,
        ratio,
    })
}

/// The same without overlaps, in the order of time.
fn apart(mut rows: Vec<Failing>) -> Vec<Failing> {
    rows.retain(|row| row.ratio > 0.0 && row.to_ms > row.from_ms);
    rows.sort_by_key(|row| row.from_ms);
    let mut edges: Vec<i64> = rows
        .iter()
        .flat_map(|row| [row.from_ms, row.to_ms])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let mut apart: Vec<Failing> = Vec::new();
    let (mut active, mut next) = (Vec::<Failing>::new(), rows.into_iter().peekable());
    for edge in edges.windows(2) {
        let (from_ms, to_ms) = (edge[0], edge[1]);
        active.retain(|row| row.to_ms > from_ms);
        while let Some(row) = next.next_if(|row| row.from_ms <= from_ms) {
            active.push(row);
        }
        let ratio = active.iter().map(|row| row.ratio).fold(0.0, f64::max);
        match apart.last_mut() {
            Some(last) if last.to_ms == from_ms && last.ratio == ratio => last.to_ms = to_ms,
            _ if ratio > 0.0 => apart.push(Failing {
                from_ms,
                to_ms,
                ratio,
            }),
            _ => {}
        }
    }
    apart
}
