//! Which files are meant: paths, folders and globs; and where the workspace is.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use walkdir::WalkDir;

use super::FilesError;
use super::path::without_dots;
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

/// What patterns mean.
pub struct Meant {
    /// The files, in order and each once.
    pub files: Vec<PathBuf>,
    /// The first pattern that means none, if there is one.
    pub unmatched: Option<String>,
}

/// The files that `patterns`, relative to `base`, mean. `skip` is not looked into.
///
/// What lies in the workspace of `root` may come from a pull request: it stays there, links followed. What the command
/// line names elsewhere is the user's own word.
pub fn files(
    patterns: &[String],
    base: &Path,
    skip: Option<&Path>,
    root: &Path,
) -> Result<Meant, FilesError> {
    let mut found = BTreeSet::new();
    let mut unmatched = None;
    let place = Place { base, skip, root };
    for pattern in patterns {
        let before = found.len();
        let matched = place.one(pattern, &mut found)?;
        if !matched && found.len() == before {
            unmatched.get_or_insert_with(|| pattern.clone());
        }
    }
    let files: Vec<PathBuf> = found.into_iter().collect();
    for file in &files {
        stays(file, root)?;
    }
    Ok(Meant { files, unmatched })
}

/// Where patterns are looked up.
struct Place<'a> {
    base: &'a Path,
    skip: Option<&'a Path>,
    root: &'a Path,
}

impl Place<'_> {
    /// Adds what `pattern` means; whether it meant anything.
    fn one(&self, pattern: &str, found: &mut BTreeSet<PathBuf>) -> Result<bool, FilesError> {
        let path = self.base.join(pattern);
        if path.is_file() {
            add(found, path)?;
            return Ok(true);
        }
        if path.is_dir() {
            return self.walk(&path, is_yaml, found);
        }
        if !is_glob(pattern) {
            return Ok(false);
        }
        let glob = glob(pattern)?;
        let start = self.base.join(fixed_part(pattern));
        let matches = |file: &Path| {
            let relative = file.strip_prefix(self.base).unwrap_or(file);
            glob.is_match(relative) && is_yaml(file)
        };
        self.walk(&start, matches, found)
    }

    fn walk(
        &self,
        start: &Path,
        wanted: impl Fn(&Path) -> bool,
        found: &mut BTreeSet<PathBuf>,
    ) -> Result<bool, FilesError> {
        let mut matched = false;
        let outside = OnceCell::new();
        let walk = WalkDir::new(start)
            .follow_links(true)
            .max_depth(FOLDERS_DEEP_MAX)
            .into_iter();
        let visible = walk.filter_entry(|entry| {
            let hidden = entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
            if hidden || Some(entry.path()) == self.skip {
                return false;
            }
            // A link to the whole disk is refused before it is walked.
            let checked = match entry.path_is_symlink() && entry.file_type().is_dir() {
                true => stays(entry.path(), self.root),
                false => Ok(()),
            };
            checked.map_err(|error| outside.set(error)).is_ok()
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
                    let path = error.path().unwrap_or(start).to_path_buf();
                    if !path.exists() {
                        continue;
                    }
                    return Err(FilesError::io("look into", path, error.into()));
                }
            };
            let file = entry.file_type().is_file();
            if file && wanted(entry.path()) && !is_workspace_file(entry.path()) {
                add(found, entry.into_path())?;
                matched = true;
            }
        }
        match outside.into_inner() {
            Some(error) => Err(error),
            None => Ok(matched),
        }
    }
}

fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '{'])
}

fn glob(pattern: &str) -> Result<GlobMatcher, FilesError> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher())
        .map_err(|error| FilesError::BadGlob(pattern.to_string(), error.kind().to_string()))
}

/// Those of `names`, paths below a folder, that [`files`] would find for `patterns` if they lay there; `skip` is a folder among
/// them. What matches nothing is no error.
pub fn among<'a>(
    names: impl Iterator<Item = &'a str>,
    patterns: &[String],
    skip: &str,
) -> Result<Vec<String>, FilesError> {
    struct Wanted {
        exact: String,
        folder: String,
        glob: Option<GlobMatcher>,
    }
    let mut wanted = Vec::new();
    for pattern in patterns {
        let is_glob = is_glob(pattern);
        let start = match is_glob {
            true => plain(&fixed_part(pattern)),
            false => plain(Path::new(pattern)),
        };
        wanted.push(Wanted {
            exact: plain(Path::new(pattern)),
            folder: match start.is_empty() {
                true => start,
                false => start + "/",
            },
            glob: match is_glob {
                true => Some(glob(pattern)?),
                false => None,
            },
        });
    }
    let skip = plain(Path::new(skip)) + "/";
    let matches = |name: &str, wanted: &Wanted| {
        if name == wanted.exact {
            return true;
        }
        let Some(below) = name.strip_prefix(&wanted.folder) else {
            return false;
        };
        let path = Path::new(name);
        let found = is_yaml(path) && !is_workspace_file(path) && !name.starts_with(&skip);
        let visible = !below.split('/').any(|part| part.starts_with('.'));
        let near = below.split('/').count() <= FOLDERS_DEEP_MAX;
        let glob = wanted.glob.as_ref();
        found && visible && near && glob.is_none_or(|glob| glob.is_match(name))
    };
    let mut found = BTreeSet::new();
    for name in names {
        if wanted.iter().any(|wanted| matches(name, wanted)) {
            add(&mut found, PathBuf::from(name))?;
        }
    }
    let name = |path: PathBuf| path.to_string_lossy().into_owned();
    Ok(found.into_iter().map(name).collect())
}

/// A path with `/` and without dots.
fn plain(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
        _ => None,
    });
    parts.collect::<Vec<String>>().join("/")
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

/// Whether `path`, where it is written as one below `root`, lies there with its links followed. Of a path that does not
/// exist yet, the part that does.
pub fn stays(path: &Path, root: &Path) -> Result<(), FilesError> {
    let plain = without_dots(path);
    let existing = path
        .ancestors()
        .find(|part| part.symlink_metadata().is_ok());
    match existing {
        Some(existing) if plain.starts_with(root) && existing.starts_with(root) => {
            inside(existing, root)
        }
        Some(_) | None => Ok(()),
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

/// The path of `root` in the git repository that it is in, with `/` between the parts; nothing at its top or outside of any.
pub fn path_in_repository(root: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let top = root
        .ancestors()
        .find(|folder| folder.join(".git").exists())?;
    let parts = root.strip_prefix(top).ok()?.components();
    let parts: Vec<_> = parts
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}
