//! A workspace in a folder of its own, and commands that are run in it.

use std::fs;
use std::path::Path;

use burnwatch::cli::{Io, run};
use burnwatch::diagnostics::Colour;
use tempfile::TempDir;

/// A team, so that pages have an owner.
pub const WORKSPACE: &str = "apiVersion: burnwatch/v1\nteams: {payments: {}}\n";

/// The same for short SLOs, whose selectors no label ties to a service, and of which one is like another.
pub const TERSE_WORKSPACE: &str = "apiVersion: burnwatch/v1\nteams: {payments: {}}\nchecks: {levels: {QL009: off, XF004: off, RB001: off}}\n";

/// The day of every case.
pub const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 21);

/// The time of every case, in Unix milliseconds.
pub const NOW_MS: i64 = 1_795_219_200_000;

/// A folder with files.
pub struct Case {
    folder: TempDir,
    stdin: String,
}

/// How a command ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: u8,
    pub stdout: String,
    pub stderr: String,
}

impl Case {
    /// An empty folder with a workspace file.
    pub fn new() -> Case {
        Case::bare().file("burnwatch.yaml", TERSE_WORKSPACE)
    }

    /// A folder with the texts of a case: an SLO file, or several texts under lines of `=== path`. Unless one of them is the
    /// workspace file, there is that of [`WORKSPACE`].
    pub fn of(text: &str) -> Case {
        Case::within(WORKSPACE, text)
    }

    /// As [`Case::of`], with another workspace file unless the texts have one.
    pub fn within(workspace: &str, text: &str) -> Case {
        let bare = Case::bare().file("burnwatch.yaml", workspace);
        if !text.starts_with("=== ") {
            return bare.file("slos/a.yaml", text);
        }
        text.split("=== ").skip(1).fold(bare, |case, part| {
            let (path, body) = part.split_once('\n').unwrap();
            case.file(path.trim(), body)
        })
    }

    /// An empty folder.
    pub fn bare() -> Case {
        Case {
            folder: TempDir::new().unwrap(),
            stdin: String::new(),
        }
    }

    /// Adds or replaces a file.
    pub fn file(self, path: &str, text: &str) -> Case {
        self.bytes(path, text.as_bytes())
    }

    /// Adds or replaces a file that need not be text.
    pub fn bytes(self, path: &str, bytes: &[u8]) -> Case {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// What `-` reads.
    pub fn stdin(mut self, text: &str) -> Case {
        self.stdin = text.to_string();
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The text of a file, if it is there.
    pub fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.folder.path().join(path)).ok()
    }

    /// Runs `burnwatch` with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_in("", arguments)
    }

    /// As [`Case::run`], in a folder below.
    pub fn run_in(&self, folder: &str, arguments: &[&str]) -> Outcome {
        self.run_at(folder, arguments, &[])
    }

    /// As [`Case::run`], with variables of the environment.
    #[allow(
        dead_code,
        reason = "not every test binary that has this module asks servers"
    )]
    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
        self.run_at("", arguments, environment)
    }

    fn run_at(&self, folder: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
        let variable = |name: &str| {
            let named = environment.iter().find(|(known, _)| *known == name);
            named.map(|(_, value)| (*value).to_owned())
        };
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let arguments = std::iter::once("burnwatch")
            .chain(arguments.iter().copied())
            .map(Into::into);
        let code = run(
            arguments,
            &mut Io {
                stdin: &mut self.stdin.as_bytes(),
                stdout: &mut stdout,
                stderr: &mut stderr,
                stdout_colour: Colour::Plain,
                stderr_colour: Colour::Plain,
                folder: self.folder.path().join(folder),
                today: TODAY,
                now_ms: NOW_MS,
                environment: &variable,
            },
        );
        Outcome {
            code,
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }
}

/// An SLO file of the service `checkout` with one SLO whose fields are `fields`, each on a line of its own.
pub fn slo(fields: &str) -> String {
    let lines: Vec<String> = fields
        .trim_end()
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    format!(
        "apiVersion: burnwatch/v1\nservice: checkout\nowner: payments\nslos:\n  - name: availability\n{}",
        lines.concat()
    )
}

/// The fields of an SLO without fault.
pub const FINE: &str =
    "objective: 99.9\nsli: {ratio: {events: requests_total, errors_where: code=~\"5..\"}}\n";
