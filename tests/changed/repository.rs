//! `burnwatch validate` run in a repository.

use std::path::Path;

use burnwatch::cli::{Io, run};
use burnwatch::diagnostics::Colour;

pub use crate::kit::repository::{Repository, WORKSPACE, file, git_in, slo};

/// How `validate` ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: u8,
    pub stdout: String,
    pub stderr: String,
}

/// What is asked of a repository.
pub trait Validated {
    /// Runs `burnwatch validate` with these arguments.
    fn validate(&self, arguments: &[&str]) -> Outcome;

    /// The first line that `validate --changed-since main` says, without the commit.
    fn since_main(&self) -> String {
        let outcome = self.validate(&["--changed-since", "main"]);
        assert!(outcome.code < 2, "{outcome:?}");
        first(&outcome)
    }
}

impl Validated for Repository {
    fn validate(&self, arguments: &[&str]) -> Outcome {
        validate_in(&self.folder, arguments)
    }
}

/// What is said of how much changed, without the commit.
pub fn first(outcome: &Outcome) -> String {
    let line = outcome.stderr.lines().next().unwrap_or_default();
    let (before, after) = line.split_once(" (").unwrap_or((line, ""));
    let after = after.split_once(')').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

pub fn validate_in(folder: &Path, arguments: &[&str]) -> Outcome {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = ["burnwatch", "validate"].iter().chain(arguments);
    let code = run(
        arguments.map(Into::into),
        &mut Io {
            stdin: &mut std::io::empty(),
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_colour: Colour::Plain,
            stderr_colour: Colour::Plain,
            folder: folder.to_path_buf(),
            today: jiff::civil::date(2026, 1, 1),
            now_ms: 1_767_225_600_000,
            environment: &|_| None,
        },
    );
    Outcome {
        code,
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}
