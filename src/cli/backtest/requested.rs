//! What `--format FORMAT[=FILE]` of `backtest` asks for, and where it goes.
//!
//! Several can be asked for at once: one of them on stdout at most. Where none goes to stdout, the text for people does.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::cli::Io;
use crate::cli::compile::Compiled;
use crate::cli::reports::is_read;
use crate::diagnostics::shown;
use crate::files::{self, FilesError};
use crate::show::{Backtest, past, past_html, past_json};

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Text for a terminal.
    Human,
    /// One object, for tools.
    Json,
    /// A page for a browser.
    Html,
}

/// The formats by name.
const FORMATS: [(&str, Format); 3] = [
    ("human", Format::Human),
    ("json", Format::Json),
    ("html", Format::Html),
];

/// A format and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requested {
    format: Format,
    /// Stdout where there is none.
    file: Option<String>,
}

/// Why formats cannot be asked for like this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RequestedError {
    /// No format has this name.
    Unknown(String),
    /// There is `=` and no file after it.
    NoFile(String),
    /// Two of them would be mixed on stdout.
    BothToStdout,
    /// One would overwrite the other.
    SameFile(String),
}

impl FromStr for Requested {
    type Err = RequestedError;

    fn from_str(value: &str) -> Result<Requested, RequestedError> {
        let (name, file) = match value.split_once('=') {
            None => (value, None),
            Some((name, file)) => (name, Some(file)),
        };
        let found = FORMATS.iter().find(|(known, _)| *known == name);
        let (_, format) = found.ok_or_else(|| RequestedError::Unknown(name.to_string()))?;
        match file {
            Some("") => Err(RequestedError::NoFile(name.to_string())),
            file => Ok(Requested {
                format: *format,
                file: file.filter(|file| *file != "-").map(str::to_string),
            }),
        }
    }
}

/// All that is asked for.
pub(super) fn all(requests: &[Requested]) -> Result<Vec<Requested>, RequestedError> {
    for (at, request) in requests.iter().enumerate() {
        if requests[..at]
            .iter()
            .any(|other| other.file == request.file)
        {
            return Err(match &request.file {
                None => RequestedError::BothToStdout,
                Some(file) => RequestedError::SameFile(file.clone()),
            });
        }
    }
    let mut all = requests.to_vec();
    if all.iter().all(|request| request.file.is_some()) {
        all.push(Requested {
            format: Format::Human,
            file: None,
        });
    }
    Ok(all)
}

/// Writes everything; files first.
pub(super) fn write(
    backtest: &Backtest<'_>,
    requests: &[Requested],
    compiled: &Compiled,
    data: Option<&str>,
    io: &mut Io<'_>,
) -> Result<(), FilesError> {
    for request in requests {
        let Some(file) = &request.file else { continue };
        let path = io.folder.join(file);
        if is_read(&path, compiled)
            || data.is_some_and(|data| is_same(&path, &io.folder.join(data)))
        {
            return Err(FilesError::Foreign(vec![path]));
        }
        files::report::write(&io.folder, file, &request.render(backtest))?;
    }
    for request in requests.iter().filter(|request| request.file.is_none()) {
        let _ = io.stdout.write_all(request.render(backtest).as_bytes());
    }
    Ok(())
}

/// Whether two paths lead to one file.
fn is_same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(a).is_some_and(|a| Some(a) == real(b))
}

impl Requested {
    fn render(&self, backtest: &Backtest<'_>) -> String {
        match self.format {
            Format::Human => past::text(backtest),
            Format::Json => past_json::text(backtest),
            Format::Html => past_html::text(backtest),
        }
    }
}

impl fmt::Display for RequestedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestedError::Unknown(name) => {
                let names: Vec<String> = FORMATS
                    .iter()
                    .map(|(name, _)| format!("`{name}`"))
                    .collect();
                write!(
                    f,
                    "there is no format {}; there are {}",
                    shown(name),
                    names.join(", ")
                )
            }
            RequestedError::NoFile(name) => write!(f, "a file is expected after `{name}=`"),
            RequestedError::BothToStdout => {
                f.write_str("two formats cannot both go to stdout; name a file: `html=FILE`")
            }
            RequestedError::SameFile(file) => {
                write!(f, "two formats cannot both go to {}", shown(file))
            }
        }
    }
}

impl std::error::Error for RequestedError {}
