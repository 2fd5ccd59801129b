//! One call of `git`: without a shell, without what a repository could make it run, bounded in time and output.

use std::ffi::OsString;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::git_error::GitError;

/// Longest time that one call may take.
pub(super) const CALL_MAX: Duration = Duration::from_secs(120);
/// Most bytes that are kept of what `git` says on stderr.
const SAID_BYTES_MAX: u64 = 4 << 10;
/// How long stderr may stay open after `git` has ended.
const SAID_MAX: Duration = Duration::from_secs(2);

/// Settings of every call. A repository is somebody's pull request: none of its settings may start a program, and what it lacks
/// is not fetched.
const SETTINGS: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.untrackedCache=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
];
/// What is set for every call.
const SET: &[(&str, &str)] = &[
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("LC_ALL", "C"),
];
/// What would send a call into another repository, or start a program.
const UNSET: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_EXTERNAL_DIFF",
    "GIT_TRACE",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
];

/// The program, and where it is called.
pub(super) struct Git<'a> {
    pub program: OsString,
    pub folder: &'a Path,
    pub call_max: Duration,
}

/// What a call gave.
pub(super) struct Answer<T> {
    /// Whether `git` ended well.
    pub fine: bool,
    /// What was read of its output.
    pub read: T,
    /// The beginning of what it said on stderr.
    pub said: String,
}

impl Git<'_> {
    /// Calls `git` with `arguments` and `input`, and has its output read by `read` while it runs.
    pub fn call<T: Send + 'static>(
        &self,
        arguments: &[&str],
        input: Vec<u8>,
        read: impl FnOnce(BufReader<ChildStdout>) -> io::Result<T> + Send + 'static,
    ) -> Result<Answer<T>, GitError> {
        let mut child = self.start(arguments)?;
        let (mut stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (output, reading) = mpsc::channel();
        let (errors, said) = mpsc::channel();
        // Detached, so that nobody waits for a pipe that a child of `git` keeps open.
        thread::spawn(move || {
            let stdout = stdout.expect("stdout is piped");
            let _ = output.send(read(BufReader::new(stdout)));
        });
        thread::spawn(move || {
            let mut text = Vec::new();
            let mut stderr = stderr.expect("stderr is piped");
            let _ = stderr.by_ref().take(SAID_BYTES_MAX).read_to_end(&mut text);
            let _ = errors.send(String::from_utf8_lossy(&text).into_owned());
            let _ = io::copy(&mut stderr, &mut io::sink());
        });
        thread::spawn(move || {
            // Where it ends before it has read all, its exit code says why.
            let _ = stdin.as_mut().map(|stdin| stdin.write_all(&input));
        });
        let read = match reading.recv_timeout(self.call_max) {
            Ok(read) => read,
            Err(_) => {
                stop(&mut child);
                return Err(GitError::Late(self.call_max));
            }
        };
        if read.is_err() {
            stop(&mut child);
        }
        let status = child.wait().map_err(GitError::Io)?;
        Ok(Answer {
            fine: status.success(),
            read: read.map_err(GitError::Io)?,
            said: said.recv_timeout(SAID_MAX).unwrap_or_default(),
        })
    }

    fn start(&self, arguments: &[&str]) -> Result<Child, GitError> {
        let mut command = Command::new(&self.program);
        command.arg("--no-pager").arg("--no-replace-objects");
        command.arg("-C").arg(self.folder);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        for name in UNSET {
            command.env_remove(name);
        }
        command
            .envs(SET.iter().copied())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => GitError::Missing,
            _ => GitError::Io(error),
        })
    }

    /// A call whose output is text of at most `bytes_max`.
    pub fn text(&self, arguments: &[&str], bytes_max: u64) -> Result<Answer<Vec<u8>>, GitError> {
        self.call(arguments, Vec::new(), move |mut stdout| {
            let mut bytes = Vec::new();
            stdout
                .by_ref()
                .take(bytes_max + 1)
                .read_to_end(&mut bytes)?;
            match bytes.len() as u64 > bytes_max {
                true => Err(io::Error::other("`git` says more than is read")),
                false => Ok(bytes),
            }
        })
    }
}

fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A `git` that is this script.
    fn with(script: &str, call_max: Duration, check: impl FnOnce(Git<'_>)) {
        let folder = tempfile::TempDir::new().unwrap();
        let program = folder.path().join("git");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        check(Git {
            program: program.into(),
            folder: folder.path(),
            call_max,
        });
    }

    #[test]
    fn a_call_that_does_not_end_is_given_up() {
        with("exec sleep 60", Duration::from_millis(200), |git| {
            assert!(matches!(git.text(&[], 10), Err(GitError::Late(_))));
        });
    }

    #[test]
    fn output_has_a_limit() {
        with("printf 12345", CALL_MAX, |git| {
            assert_eq!(git.text(&[], 5).unwrap().read, b"12345");
            assert!(matches!(git.text(&[], 4), Err(GitError::Io(_))));
        });
        with("exec cat /dev/zero", CALL_MAX, |git| {
            assert!(matches!(git.text(&[], 4), Err(GitError::Io(_))));
        });
    }

    #[test]
    fn what_it_says_is_kept_in_part() {
        with(
            "head -c 100000 /dev/zero | tr '\\0' x >&2; exit 3",
            CALL_MAX,
            |git| {
                let answer = git.text(&[], 10).unwrap();
                assert!(!answer.fine);
                assert_eq!(answer.said.len() as u64, SAID_BYTES_MAX);
            },
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        let git = Git {
            program: "burnwatch-has-no-such-program".into(),
            folder: Path::new("."),
            call_max: CALL_MAX,
        };
        assert!(matches!(git.text(&[], 10), Err(GitError::Missing)));
    }
}
