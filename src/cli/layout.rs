//! Where files are: what the workspace says of it, and what the command line names.

use std::path::{Path, PathBuf};

use super::Io;
use crate::diagnostics::code::SP018;
use crate::diagnostics::{self, Finding, Findings};
use crate::files::{FilesError, find, read};
use crate::spec::{Record, record};
use crate::yaml::Node;

/// What `-` is called.
pub(super) const STDIN: &str = "<stdin>";
/// Where SLO files are, unless the workspace says otherwise.
const SLOS_DEFAULT: &str = "slos/**/*.yaml";
/// Where generated files go, unless the workspace says otherwise.
const OUTPUT_DEFAULT: &str = "generated";

/// Where the workspace says that files are.
pub(super) struct Layout {
    /// Paths, folders and globs of SLO files.
    pub slos: Vec<String>,
    /// The folder of generated files.
    pub output: String,
}

impl Layout {
    pub fn of(document: Option<&Node>, findings: &mut Findings) -> Layout {
        let mut layout = Layout {
            slos: Vec::new(),
            output: OUTPUT_DEFAULT.to_string(),
        };
        let file = document.and_then(Record::of);
        if let Some(file) = &file {
            let slos = file.list("slos").iter().filter_map(record::scalar);
            for scalar in slos.chain(file.scalar("output")) {
                if !find::stays_below(&scalar.text) {
                    findings.push(
                        Finding::new(
                            SP018,
                            scalar.span,
                            format!(
                                "{} leads out of the workspace",
                                diagnostics::shown(&scalar.text)
                            ),
                        )
                        .label("paths are relative to `burnwatch.yaml` and stay below its folder"),
                    );
                }
            }
            let slos = file
                .list("slos")
                .iter()
                .filter_map(record::scalar)
                .map(|s| s.text.to_string());
            layout.slos = slos.filter(|path| find::stays_below(path)).collect();
            if let Some(output) = file
                .text("output")
                .filter(|text| find::stays_below(text.value))
            {
                layout.output = output.value.to_string();
            }
        }
        if file.is_none_or(|file| file.node("slos").is_none()) {
            layout.slos.push(SLOS_DEFAULT.to_string());
        }
        layout
    }
}

/// A text that is to be read as SLO files.
pub(super) struct Text {
    /// What to call it.
    pub name: String,
    /// Where it comes from.
    pub from: From,
}

/// Where a text comes from.
pub(super) enum From {
    File(PathBuf),
    Bytes(Vec<u8>),
}

impl From {
    pub fn bytes(&self) -> Result<Vec<u8>, FilesError> {
        match self {
            From::File(path) => read::bytes(path),
            From::Bytes(bytes) => Ok(bytes.clone()),
        }
    }
}

/// The texts that are there, and the first path or glob that means none, if there is one.
pub(super) type Texts = (Vec<Text>, Option<String>);

/// The texts that the command line names, or the workspace where it names none, each once and in order.
pub(super) fn texts(
    paths: &[String],
    layout: &Layout,
    root: &Path,
    io: &mut Io<'_>,
) -> Result<Texts, FilesError> {
    let skip = root.join(&layout.output);
    let mut texts = Vec::new();
    let (patterns, base) = match paths.is_empty() {
        true => (layout.slos.clone(), root.to_path_buf()),
        false => {
            let named: Vec<String> = paths.iter().filter(|path| *path != "-").cloned().collect();
            if named.len() < paths.len() {
                texts.push(Text {
                    name: STDIN.to_string(),
                    from: From::Bytes(read::stream(&mut *io.stdin)?),
                });
            }
            (named, io.folder.clone())
        }
    };
    let meant = find::files(&patterns, &base, Some(&skip), root)?;
    for path in meant.files {
        texts.push(Text {
            name: shown(&path, root, &io.folder),
            from: From::File(path),
        });
    }
    // Two spellings of one path are one file.
    texts.sort_by(|a, b| a.name.cmp(&b.name));
    texts.dedup_by(|a, b| a.name == b.name);
    Ok((texts, meant.unmatched))
}

/// A path as the user would type it: relative to the workspace, without dots.
pub(super) fn shown(path: &Path, root: &Path, folder: &Path) -> String {
    let clean: PathBuf = path
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .collect();
    let relative = clean
        .strip_prefix(root)
        .or_else(|_| clean.strip_prefix(folder))
        .unwrap_or(&clean);
    relative.to_string_lossy().into_owned()
}
