//! Which files are meant: paths, folders and globs; and where the workspace is.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::FilesError;
use crate::spec::workspace_file::FILE_NAME;

/// Most files in one run.
pub const FILES_MAX: usize = 50_000;
/// Most folder entries that are looked at for one pattern.
pub const ENTRIES_MAX: usize = 1_000_000;
/// Deepest folder that is looked into, counted from where the search begins.
pub const FOLDERS_DEEP_MAX: usize = 64;

/// The workspace file of `start`: in it, or in the nearest folder above.
pub fn workspace_file(start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())
}

/// Whose word a pattern is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The user's at the command line: any file may be read.
    CommandLine,
    /// The workspace file's, which a pull request may have written: files stay inside the workspace, links followed.
    Workspace,
}

/// The files that `patterns`, relative to `root`, mean, in order and each once. `skip` is not looked into.
pub fn files(
    patterns: &[String],
    root: &Path,
    skip: Option<&Path>,
    trust: Trust,
) -> Result<Vec<PathBuf>, FilesError> {
    let mut found = BTreeSet::new();
    for pattern in patterns {
        let before = found.len();
        let matched = one(pattern, root, skip, &mut found)?;
        if !matched && found.len() == before {
            return Err(FilesError::NoMatch(pattern.clone()));
        }
    }
    let files: Vec<PathBuf> = found.into_iter().collect();
    if trust == Trust::Workspace {
        for file in &files {
            inside(file, root)?;
        }
    }
    Ok(files)
}

/// Adds what `pattern` means; whether it meant anything.
fn one(
    pattern: &str,
    root: &Path,
    skip: Option<&Path>,
    found: &mut BTreeSet<PathBuf>,
) -> Result<bool, FilesError> {
    let path = root.join(pattern);
    if path.is_file() {
        add(found, path)?;
        return Ok(true);
    }
    if path.is_dir() {
        return walk(&path, skip, is_yaml, found);
    }
    if !pattern.contains(['*', '?', '[', '{']) {
        return Ok(false);
    }
    let glob = GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| FilesError::BadGlob(pattern.to_string(), error.kind().to_string()))?
        .compile_matcher();
    let base = root.join(fixed_part(pattern));
    let matches = |file: &Path| {
        let relative = file.strip_prefix(root).unwrap_or(file);
        glob.is_match(relative) && is_yaml(file)
    };
    walk(&base, skip, matches, found)
}

/// The folders of a glob before its first wildcard.
fn fixed_part(pattern: &str) -> PathBuf {
    let parts: Vec<Component<'_>> = Path::new(pattern).components().collect();
    let fixed = parts.iter().take_while(|part| {
        !part
            .as_os_str()
            .to_string_lossy()
            .contains(['*', '?', '[', '{'])
    });
    let fixed: PathBuf = fixed.collect();
    // The last part names files.
    match fixed.components().count() == parts.len() {
        true => fixed.parent().map(Path::to_path_buf).unwrap_or_default(),
        false => fixed,
    }
}

fn walk(
    base: &Path,
    skip: Option<&Path>,
    wanted: impl Fn(&Path) -> bool,
    found: &mut BTreeSet<PathBuf>,
) -> Result<bool, FilesError> {
    let mut matched = false;
    let walk = WalkDir::new(base)
        .follow_links(true)
        .max_depth(FOLDERS_DEEP_MAX)
        .into_iter();
    let visible = walk.filter_entry(|entry| {
        let hidden = entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
        !hidden && Some(entry.path()) != skip
    });
    for (seen, entry) in visible.enumerate() {
        if seen >= ENTRIES_MAX {
            return Err(FilesError::TooMany(ENTRIES_MAX));
        }
        let entry = match entry {
            Ok(entry) => entry,
            // A link that leads into a circle, or a folder that may not be read, hides no file that could be.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                let path = error.path().unwrap_or(base).to_path_buf();
                if !path.exists() {
                    continue;
                }
                return Err(FilesError::io("look into", path, error.into()));
            }
        };
        if entry.file_type().is_file() && wanted(entry.path()) && !is_workspace_file(entry.path()) {
            add(found, entry.into_path())?;
            matched = true;
        }
    }
    Ok(matched)
}

fn add(found: &mut BTreeSet<PathBuf>, path: PathBuf) -> Result<(), FilesError> {
    found.insert(path);
    match found.len() > FILES_MAX {
        true => Err(FilesError::TooMany(FILES_MAX)),
        false => Ok(()),
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn is_workspace_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE_NAME)
}

/// Whether `path`, its links followed, lies below `root`.
pub fn inside(path: &Path, root: &Path) -> Result<(), FilesError> {
    let real = |path: &Path| {
        path.canonicalize()
            .map_err(|error| FilesError::io("find", path, error))
    };
    match real(path)?.starts_with(real(root)?) {
        true => Ok(()),
        false => Err(FilesError::Outside(path.to_path_buf(), root.to_path_buf())),
    }
}

/// Whether a path that is written in a file can only mean something below its folder.
pub fn stays_below(path: &str) -> bool {
    let path = Path::new(path);
    path.components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
        && path
            .components()
            .any(|part| matches!(part, Component::Normal(_)))
}
