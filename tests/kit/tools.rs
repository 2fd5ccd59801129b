//! Where Debian's tools are, and how they are run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The path of a tool such as `promtool`.
///
/// `BURNWATCH_TOOLS` names the folder; without it the one that `tests/run` fills.
///
/// # Panics
///
/// When the tool is not there; the message names `tests/run`.
pub fn tool(name: &str) -> PathBuf {
    let folder = std::env::var_os("BURNWATCH_TOOLS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/debian/usr/bin"),
        PathBuf::from,
    );
    let path = folder.join(name);
    assert!(
        path.is_file(),
        "`{name}` is not in `{}`: run `tests/run`, which brings it, or name its folder in `BURNWATCH_TOOLS`",
        folder.display()
    );
    path
}

/// What a finished tool left behind.
#[derive(Debug)]
pub struct Outcome {
    /// Whether its exit code was 0.
    pub success: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Outcome {
    /// The standard output of a tool that must have succeeded.
    pub fn expect_success(self, what: &str) -> String {
        assert!(
            self.success,
            "{what} failed\n{}\n{}",
            self.stdout, self.stderr
        );
        self.stdout
    }
}

/// Runs a program in `folder` to its end, without input, and captures what it says.
pub fn run<I, S>(program: &Path, folder: &Path, arguments: I) -> Outcome
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let output = Command::new(program)
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("cannot run `{}`: {error}", program.display()));
    Outcome {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs promtool in `folder`.
pub fn promtool<I, S>(folder: &Path, arguments: I) -> Outcome
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    run(&tool("promtool"), folder, arguments)
}
