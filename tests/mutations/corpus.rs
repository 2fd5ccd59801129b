//! The files that are mutated, and a copy of their workspaces in which `validate` is asked.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use burnwatch::cli::{Io, run};
use burnwatch::diagnostics::Colour;
use burnwatch::spec::shape::Object;
use burnwatch::spec::slo_file::SLO_FILE;
use burnwatch::spec::workspace_file::{FILE_NAME, WORKSPACE_FILE};
use tempfile::TempDir;

/// The day that suppressions are judged by.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 21);

/// A workspace and a copy of it.
pub struct Workspace {
    pub files: Vec<File>,
    copy: TempDir,
}

/// A file that is mutated.
pub struct File {
    /// Relative to the workspace.
    pub path: String,
    pub text: String,
    pub object: &'static Object,
    /// What `validate` says of the file as it is, by code and title.
    before: BTreeMap<(String, String), usize>,
}

/// A finding, as it was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub level: String,
    pub code: String,
    pub title: String,
    /// `path:line:column` of its first place.
    pub place: String,
}

impl Workspace {
    /// The workspace in this folder of the repository; empty for the repository itself.
    pub fn of(folder: &str) -> Workspace {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let copy = TempDir::new().unwrap();
        let mut paths = vec![FILE_NAME.to_string()];
        for below in ["slos", "runbooks"] {
            fs::create_dir(copy.path().join(below)).unwrap();
            for entry in fs::read_dir(from.join(below)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                paths.push(format!("{below}/{name}"));
            }
        }
        paths.sort();
        let mut files = Vec::new();
        for path in paths {
            let text = fs::read_to_string(from.join(&path)).unwrap();
            fs::write(copy.path().join(&path), &text).unwrap();
            let object = if path == FILE_NAME {
                &WORKSPACE_FILE
            } else {
                &SLO_FILE
            };
            if path.ends_with(".yaml") {
                files.push(File {
                    path,
                    text,
                    object,
                    before: BTreeMap::new(),
                });
            }
        }
        let mut workspace = Workspace { files, copy };
        for at in 0..workspace.files.len() {
            let said = workspace.ask(at);
            let before = &mut workspace.files[at].before;
            for said in said {
                *before.entry((said.code, said.title)).or_default() += 1;
            }
        }
        workspace
    }

    /// What `validate` says that it does not say of the file as it is, when this is its text.
    pub fn said_of(&self, file: usize, text: &str) -> Vec<Said> {
        let path = self.copy.path().join(&self.files[file].path);
        fs::write(&path, text).unwrap();
        let said = self.ask(file);
        fs::write(&path, &self.files[file].text).unwrap();
        let mut before = self.files[file].before.clone();
        said.into_iter()
            .filter(
                |said| match before.get_mut(&(said.code.clone(), said.title.clone())) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        false
                    }
                    _ => true,
                },
            )
            .collect()
    }

    /// One SLO file with its workspace; the workspace file with every SLO file.
    fn ask(&self, file: usize) -> Vec<Said> {
        let path = &self.files[file].path;
        let mut arguments = vec!["burnwatch", "validate"];
        if path != FILE_NAME {
            arguments.push(path);
        }
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let code = run(
            arguments.into_iter().map(Into::into),
            &mut Io {
                stdin: &mut std::io::empty(),
                stdout: &mut stdout,
                stderr: &mut stderr,
                stdout_colour: Colour::Plain,
                stderr_colour: Colour::Plain,
                today: TODAY,
                now_ms: 1_795_219_200_000,
                environment: &|_| None,
                folder: self.copy.path().to_path_buf(),
            },
        );
        let text = String::from_utf8(stdout).unwrap();
        assert!(code <= 1, "{}", String::from_utf8_lossy(&stderr));
        let said = parsed(&text);
        assert!(code == 0 || !said.is_empty(), "{text}");
        said
    }
}

/// The findings in what `validate` printed: `error[SP002]: title`, and below it `--> path:line:column`.
fn parsed(text: &str) -> Vec<Said> {
    let mut lines = text.lines();
    let mut all = Vec::new();
    while let Some(line) = lines.next() {
        let Some((level, rest)) = line.split_once('[') else {
            continue;
        };
        if !["error", "warning", "info"].contains(&level) {
            continue;
        }
        let (code, title) = rest.split_once("]: ").unwrap();
        let place = lines
            .by_ref()
            .find_map(|line| line.trim_start().strip_prefix("--> "))
            .unwrap();
        all.push(Said {
            level: level.to_string(),
            code: code.to_string(),
            title: title.to_string(),
            place: place.to_string(),
        });
    }
    all
}

/// `line:column` of a byte, both from 1.
pub fn line_column(text: &str, at: usize) -> String {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("{line}:{column}")
}
