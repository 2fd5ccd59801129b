//! `burnwatch preview` run in a repository, and its comment held against one that was looked at.

use std::fs;
use std::path::Path;

use burnwatch::cli::{Io, run};
use burnwatch::diagnostics::Colour;
use serde_json::Value;

use crate::kit::repository::Repository;

/// How it ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: u8,
    pub stdout: String,
    pub stderr: String,
}

/// What `preview` says in the repository's workspace.
pub fn preview(repository: &Repository, arguments: &[&str]) -> Outcome {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = ["burnwatch", "preview"].iter().chain(arguments);
    let code = run(
        arguments.map(Into::into),
        &mut Io {
            stdin: &mut std::io::empty(),
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_colour: Colour::Plain,
            stderr_colour: Colour::Plain,
            folder: repository.folder.clone(),
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

/// The comment on what differs from `main`.
pub fn since_main(repository: &Repository) -> String {
    let outcome = preview(repository, &["--base", "main"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    outcome.stdout
}

/// The same for programs.
pub fn json(repository: &Repository, arguments: &[&str]) -> Value {
    let arguments = [&["--base", "main", "--format", "json"], arguments].concat();
    let outcome = preview(repository, &arguments);
    assert!(outcome.code < 2 || outcome.code == 3, "{outcome:?}");
    serde_json::from_str(&outcome.stdout).unwrap()
}

/// Holds a comment against `golden/NAME.md`; the commit, which is another one in every run, is left out. `UPDATE=1` writes it
/// anew.
pub fn golden(name: &str, repository: &Repository, comment: &str) {
    let commit = repository.git(&["merge-base", "main", "HEAD"]);
    let text = comment.replace(&commit[..12], "0123456789ab");
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/preview/golden/{name}.md"));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let before = fs::read_to_string(&path).unwrap_or_default();
    assert!(before == text, "{name} differs:\n{text}");
}
