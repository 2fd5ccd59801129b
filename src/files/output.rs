//! The generated tree: compared, written whole or not at all, cleaned of what is no longer made.
//!
//! Promise: a file that burnwatch did not write is never touched, and no path leads out of the output folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::FilesError;
use super::find::inside;
use super::manifest::{self, Made, Manifest};
use super::replace::replace;
use super::side_by_side;
use crate::emit::artifact::{is_ours, with_line_feeds};
use crate::emit::{Artifact, Format};

/// Most bytes that are read of a file in the output folder; what is longer differs from anything that is made.
pub const READ_BYTES_MAX: u64 = 1 << 30;

/// What is to happen with one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is not there.
    Create,
    /// It has another text.
    Update,
    /// It has this text.
    Keep,
    /// It was made earlier, and nothing makes it now.
    Remove,
}

/// One file of the tree and what is to happen with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its path below the output folder.
    pub path: String,
    /// What is to happen.
    pub change: Change,
    /// What it says now, where it differs.
    pub before: Option<String>,
    /// What it is to say; nothing for a removal.
    pub after: Option<String>,
}

/// What a run covers: which files were read, and which formats were asked for.
pub struct Scope<'a> {
    /// The files that were read, as they are shown to the user.
    pub sources: &'a BTreeSet<String>,
    /// The formats that were asked for.
    pub formats: &'a [Format],
    /// Whether a source that was not read is still there.
    pub exists: &'a dyn Fn(&str) -> bool,
    /// How the files are made.
    pub made: &'a Made,
}

/// The list of generated files in a folder, if there is one.
///
/// # Errors
///
/// Where something stands in its place that is no file, or that cannot be read.
pub fn list(folder: &Path) -> Result<Option<Manifest>, FilesError> {
    let path = folder.join(manifest::FILE_NAME);
    match read(&path)? {
        Found::Nothing => Ok(None),
        Found::Text(text) => Ok(Some(Manifest::read(&text))),
        Found::Other => Err(FilesError::Foreign(vec![path])),
    }
}

/// What must happen in `folder` so that it says `artifacts`. Nothing is changed.
pub fn compare(
    folder: &Path,
    artifacts: Vec<Artifact>,
    scope: &Scope<'_>,
) -> Result<Vec<Step>, FilesError> {
    let list = folder.join(manifest::FILE_NAME);
    let written = match read(&list)? {
        Found::Nothing => None,
        Found::Text(text) => Some(text),
        Found::Other => return Err(FilesError::Foreign(vec![list])),
    };
    let old = written.as_deref().map(Manifest::read).unwrap_or_default();
    let mut new = old.clone();
    new.made = Some(scope.made.clone());
    let mut steps = Vec::new();
    let mut foreign = Vec::new();
    let mut made = BTreeSet::new();
    for artifact in artifacts {
        if let Some(missing) = not_given(&old, &artifact, scope) {
            return Err(FilesError::Partial {
                output: artifact.path,
                missing,
            });
        }
        let path = folder.join(&artifact.path);
        new.add(&artifact);
        made.insert(artifact.path.clone());
        let step = |change, before, after| Step {
            path: artifact.path.clone(),
            change,
            before,
            after,
        };
        match read(&path)? {
            Found::Text(text) if text == artifact.text => {
                steps.push(step(Change::Keep, None, None));
            }
            Found::Text(text) if is_ours(&text) => {
                steps.push(step(Change::Update, Some(text), Some(artifact.text)));
            }
            Found::Nothing => steps.push(step(Change::Create, None, Some(artifact.text))),
            Found::Text(_) | Found::Other => foreign.push(path),
        }
    }
    if !foreign.is_empty() {
        return Err(FilesError::Foreign(foreign));
    }
    for (path, entry) in &old.files {
        let asked = scope
            .formats
            .iter()
            .any(|format| format.name() == entry.format);
        let covered = entry
            .sources
            .iter()
            .all(|s| scope.sources.contains(s) || !(scope.exists)(s));
        if !made.contains(path) && asked && covered {
            new.files.remove(path);
            if let Found::Text(before) = read(&folder.join(path))?
                && is_ours(&before)
            {
                steps.push(Step {
                    path: path.clone(),
                    change: Change::Remove,
                    before: Some(before),
                    after: None,
                });
            }
        }
    }
    let text = new.text();
    if written.as_deref() != Some(&text) {
        steps.push(Step {
            path: manifest::FILE_NAME.to_string(),
            change: match written {
                Some(_) => Change::Update,
                None => Change::Create,
            },
            before: written,
            after: Some(text),
        });
    }
    Ok(steps)
}

/// A source of the same output that is still there and was not read in this run.
fn not_given(old: &Manifest, artifact: &Artifact, scope: &Scope<'_>) -> Option<String> {
    let entry = old.files.get(&artifact.path)?;
    entry
        .sources
        .iter()
        .find(|s| !scope.sources.contains(*s) && (scope.exists)(s))
        .cloned()
}

/// Carries out `steps` in `folder`: first what is written, then what is removed, and the list of it all at the end.
pub fn apply(folder: &Path, steps: &[Step]) -> Result<(), FilesError> {
    create_folder(folder)?;
    // Two runs at once take turns, so that neither moves a file that the other is still writing. Where the system has no
    // locks of folders each goes ahead.
    let turn = fs::File::open(folder);
    let _ = turn.as_ref().map(fs::File::lock);
    let is_list = |step: &&Step| step.path == manifest::FILE_NAME;
    let (list, files): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(is_list);
    write_all(folder, &files)?;
    for step in files.iter().filter(|step| step.change == Change::Remove) {
        let path = folder.join(&step.path);
        let parent = path.parent().unwrap_or(folder);
        inside(parent, folder)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(FilesError::io("remove", &path, error));
            }
            // Another run may have removed it.
            Ok(()) | Err(_) => {}
        }
        // Folders that became empty go too; one that holds something else stays.
        let below = |above: &&Path| *above != folder && above.starts_with(folder);
        let _ = parent
            .ancestors()
            .take_while(below)
            .try_for_each(fs::remove_dir);
    }
    write_all(folder, &list)
}

/// Writes those of `steps` that have a new text.
fn write_all(folder: &Path, steps: &[&Step]) -> Result<(), FilesError> {
    let mut texts = Vec::new();
    let mut known = BTreeSet::new();
    for step in steps {
        if let (Change::Create | Change::Update, Some(text)) = (step.change, &step.after) {
            let path = folder.join(&step.path);
            let parent = path.parent().unwrap_or(folder).to_path_buf();
            if !known.contains(&parent) {
                create_folder(&parent)?;
                inside(&parent, folder)?;
                known.insert(parent);
            }
            texts.push((path, text));
        }
    }
    side_by_side(texts.len(), |at| write(&texts[at].0, texts[at].1))
        .into_iter()
        .collect()
}

/// Whole or not at all. It is not synced to the disk, since it can be generated again.
pub(super) fn write(path: &Path, text: &str) -> Result<(), FilesError> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".tmp");
    replace(path, &path.with_file_name(name), text, |_| Ok(()))
        .map_err(|error| FilesError::io("write", path, error))
}

fn create_folder(path: &Path) -> Result<(), FilesError> {
    fs::create_dir_all(path).map_err(|error| FilesError::io("create", path, error))
}

/// What stands at a path.
enum Found {
    Nothing,
    Text(String),
    /// A link, a folder, a device: never ours, and never read.
    Other,
}

/// What stands there, with the line ends that we write: a checkout with others differs in nothing. What is no UTF-8 is not
/// ours, and no text of ours equals it.
fn read(path: &Path) -> Result<Found, FilesError> {
    let bytes = path.symlink_metadata().and_then(|metadata| {
        if !metadata.is_file() {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(metadata.len().min(READ_BYTES_MAX) as usize + 1);
        let file = fs::File::open(path)?;
        file.take(READ_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    });
    match bytes {
        Ok(Some(bytes)) => Ok(Found::Text(match String::from_utf8(bytes) {
            Ok(text) => with_line_feeds(text),
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })),
        Ok(None) => Ok(Found::Other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(FilesError::io("read", path, error)),
    }
}
