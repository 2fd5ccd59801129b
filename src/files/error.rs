//! What can go wrong with files, and what was being done.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A failure of the file system, or a request that it must refuse.
#[derive(Debug)]
pub enum FilesError {
    /// An operation failed.
    Io {
        /// What was being done, such as `read`.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// How it failed.
        error: io::Error,
    },
    /// A path or glob that matches nothing.
    NoMatch(String),
    /// No workspace file here or above, and none of the files that there are without one.
    NoWorkspace(String),
    /// A glob that cannot be read.
    BadGlob(String, String),
    /// More files than are read in one run.
    TooMany(usize),
    /// Files that would cost more time and memory than one run may take.
    TooCostly,
    /// A path that leads out of the folder it must stay in.
    Outside(PathBuf, PathBuf),
    /// A file in the way that burnwatch did not write.
    Foreign(Vec<PathBuf>),
    /// A runbook that could not be made: its SLO, and why.
    Unrendered(String, String),
    /// A file that is there already.
    Exists(PathBuf),
    /// Files of this run that also come from a file that was not given.
    Partial {
        /// The generated file.
        output: String,
        /// The file that was not given.
        missing: String,
    },
}

impl FilesError {
    /// An error of the operating system.
    pub fn io(doing: &'static str, path: impl Into<PathBuf>, error: io::Error) -> FilesError {
        FilesError::Io {
            doing,
            path: path.into(),
            error,
        }
    }
}

impl fmt::Display for FilesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FilesError::Io { doing, path, error } => {
                write!(f, "could not {doing} `{}`: {error}", path.display())
            }
            FilesError::NoWorkspace(pattern) => write!(
                f,
                "no file matches `{pattern}`, and there is no `burnwatch.yaml` here or above; `burnwatch init` writes a first one"
            ),
            FilesError::NoMatch(pattern) => write!(f, "no file matches `{pattern}`"),
            FilesError::BadGlob(pattern, reason) => write!(f, "`{pattern}` is no glob: {reason}"),
            FilesError::TooMany(limit) => write!(f, "more than {limit} files match; name fewer"),
            FilesError::TooCostly => write!(
                f,
                "these files ask for more than one run may cost: shorten their queries, or name fewer files"
            ),
            FilesError::Outside(path, root) => {
                write!(
                    f,
                    "`{}` leads out of `{}`, where it must stay",
                    path.display(),
                    root.display()
                )
            }
            FilesError::Foreign(paths) => {
                write!(f, "not written by burnwatch, and in the way: ")?;
                for (at, path) in paths.iter().enumerate() {
                    write!(f, "{}`{}`", if at == 0 { "" } else { ", " }, path.display())?;
                }
                write!(f, "; move it away, or choose another place")
            }
            FilesError::Unrendered(slo, reason) => {
                write!(f, "the runbook of `{slo}` cannot be made: {reason}")
            }
            FilesError::Exists(path) => write!(
                f,
                "`{}` is there already; `--force` writes it anew",
                path.display()
            ),
            FilesError::Partial { output, missing } => write!(
                f,
                "`{output}` also comes from `{missing}`, which was not given; name both, or no files at all"
            ),
        }
    }
}

impl std::error::Error for FilesError {}
