//! An older state of the workspace, read from git.
//!
//! A pull request is not trusted: `git` is called without a shell and runs nothing that the repository names, each call has a
//! deadline, and what it gives is bounded (`git_call`). Which revision is compared with is the last one that the branch has
//! in common with the one that was named, so that what others changed there since is no change of this branch.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};
use std::path::Path;

use super::find::{self, ENTRIES_MAX};
use super::git_call::{CALL_MAX, Git};
pub use super::git_error::GitError;
use super::path::beside;
use crate::yaml::limits::FILE_MAX_BYTES;

/// Most bytes that the list of a revision's files may have.
pub const LIST_BYTES_MAX: u64 = 256 << 20;
/// Most bytes of all files together that are read of a revision.
pub const REVISION_BYTES_MAX: usize = 1 << 30;
/// Longest name of a revision, in bytes.
pub const REFERENCE_BYTES_MAX: usize = 1_000;
/// Longest answer of `git` that is a line, in bytes.
const LINE_BYTES_MAX: u64 = 10_000;
/// Links to links that are followed.
const LINKS_DEEP_MAX: usize = 8;

/// The files of a revision, below the folder of the workspace.
pub struct Revision<'a> {
    git: Git<'a>,
    /// The commit, as `git` names it.
    pub commit: String,
    /// The object of each file, by its path below the workspace, with `/`.
    files: BTreeMap<String, String>,
}

impl<'a> Revision<'a> {
    /// The last revision that `HEAD` and `reference` have in common, as the workspace of `root` was there.
    pub fn common(root: &'a Path, reference: &str) -> Result<Revision<'a>, GitError> {
        let odd = reference.is_empty()
            || reference.starts_with('-')
            || reference.len() > REFERENCE_BYTES_MAX
            || reference.chars().any(char::is_control);
        if odd {
            let shown = reference.chars().take(100).collect();
            return Err(GitError::BadRevision(shown));
        }
        let git = Git {
            program: "git".into(),
            folder: root,
            call_max: CALL_MAX,
        };
        let shallow = git.text(&["rev-parse", "--is-shallow-repository"], LINE_BYTES_MAX)?;
        if !shallow.fine {
            return Err(match shallow.said.contains("not a git repository") {
                true => GitError::NotARepository(root.to_path_buf()),
                false => GitError::Failed(shallow.said.trim().to_string()),
            });
        }
        let shallow = shallow.read.starts_with(b"true");
        let unknown = |reference: &str| GitError::UnknownRevision {
            reference: reference.to_string(),
            shallow,
        };
        let named = commit(&git, reference)?.ok_or_else(|| unknown(reference))?;
        let head = commit(&git, "HEAD")?.ok_or_else(|| unknown("HEAD"))?;
        let base = git.text(&["merge-base", &named, &head], LINE_BYTES_MAX)?;
        let Some(base) = base.fine.then(|| id(&base.read)).flatten() else {
            return Err(GitError::NoMergeBase {
                reference: reference.to_string(),
                shallow,
            });
        };
        let mut revision = Revision {
            git,
            commit: base,
            files: BTreeMap::new(),
        };
        revision.list()?;
        Ok(revision)
    }

    /// Takes in the list of files; links stand for what they lead to.
    fn list(&mut self) -> Result<(), GitError> {
        let answer = self
            .git
            .text(&["ls-tree", "-r", "-z", &self.commit], LIST_BYTES_MAX)?;
        if !answer.fine {
            return Err(GitError::Failed(answer.said.trim().to_string()));
        }
        let mut links = Vec::new();
        for (at, line) in answer.read.split(|byte| *byte == 0).enumerate() {
            if at > ENTRIES_MAX {
                return Err(GitError::TooMuch);
            }
            let Some((path, mode, object)) = entry(line) else {
                continue;
            };
            match mode {
                LINK => links.push((path, object)),
                // The files of a submodule are in another repository.
                SUBMODULE => {}
                _ => drop(self.files.insert(path, object)),
            }
        }
        let objects: Vec<String> = links.iter().map(|(_, object)| object.clone()).collect();
        let targets = self.blobs(&objects)?;
        let mut open: Vec<(String, String)> = Vec::new();
        for ((path, _), target) in links.iter().zip(targets) {
            let text = target.and_then(|bytes| String::from_utf8(bytes).ok());
            open.extend(text.and_then(|text| Some((path.clone(), beside(path, &text)?))));
        }
        for _ in 0..LINKS_DEEP_MAX {
            let before = self.files.len();
            for (path, target) in &open {
                self.link(path, target)?;
            }
            if self.files.len() == before {
                break;
            }
        }
        Ok(())
    }

    /// Takes in what is at `target`, a file or a folder, as it is seen at `path`.
    fn link(&mut self, path: &str, target: &str) -> Result<(), GitError> {
        if let Some(object) = self.files.get(target).cloned() {
            self.files.insert(path.to_string(), object);
        }
        let folder = format!("{target}/");
        let inside = |name: &&String| name.starts_with(&folder);
        // A link to a folder above it leads into a circle.
        if path.starts_with(&folder) {
            return Ok(());
        }
        let found: Vec<String> = self
            .files
            .range(folder.clone()..)
            .map(|(name, _)| name)
            .take_while(inside)
            .cloned()
            .collect();
        for name in found {
            let object = self.files[&name].clone();
            self.files
                .insert(format!("{path}/{}", &name[folder.len()..]), object);
        }
        match self.files.len() > ENTRIES_MAX {
            true => Err(GitError::TooMuch),
            false => Ok(()),
        }
    }

    /// Whether a file was there.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Its files that `patterns` mean, in order and each once; `skip` is not looked into. A pattern that meant nothing then is
    /// none the worse for it.
    pub fn select(
        &self,
        patterns: &[String],
        skip: &str,
    ) -> Result<Vec<String>, super::FilesError> {
        find::among(self.files.keys().map(String::as_str), patterns, skip)
    }

    /// The bytes of files that were there; nothing for one that is larger than is read.
    pub fn read(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        let objects: Vec<String> = paths.iter().map(|path| self.files[path].clone()).collect();
        self.blobs(&objects).map_err(|error| match error {
            GitError::Absent(object) => {
                let path = paths.iter().find(|path| self.files[*path] == object);
                GitError::Absent(path.cloned().unwrap_or(object))
            }
            other => other,
        })
    }

    fn blobs(&self, objects: &[String]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        let input = objects.join("\n") + "\n";
        let count = objects.len();
        let answer = self.git.call(
            &["cat-file", "--batch"],
            input.into_bytes(),
            move |mut stdout| Ok(batch(&mut stdout, count, REVISION_BYTES_MAX)),
        )?;
        match answer.read {
            Ok(blobs) => Ok(blobs),
            Err(GitError::Io(_)) if !answer.fine => Err(failed(&answer.said)),
            Err(error) => Err(error),
        }
    }
}

/// What `git` says when it ends early: in a partial clone, that it may not fetch an object.
fn failed(said: &str) -> GitError {
    let object = said
        .split_whitespace()
        .find(|word| id(word.as_bytes()).is_some());
    match object {
        Some(object) if said.contains("could not fetch") => GitError::Absent(object.to_string()),
        Some(_) | None => GitError::Failed(said.trim().to_string()),
    }
}

/// The mode of a link, as `git` writes it.
const LINK: &str = "120000";
/// The mode of a submodule.
const SUBMODULE: &str = "160000";

/// Path, mode and object of a line such as `100644 blob 83baae… TAB slos/a.yaml`.
fn entry(line: &[u8]) -> Option<(String, &str, String)> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
    let (mode, _, object) = (words.next()?, words.next()?, words.next()?);
    let path = String::from_utf8_lossy(&line[tab + 1..]).into_owned();
    Some((path, mode, object.to_string()))
}

/// The commit of a name, if there is one.
fn commit(git: &Git<'_>, name: &str) -> Result<Option<String>, GitError> {
    let name = format!("{name}^{{commit}}");
    let arguments = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &name,
    ];
    let answer = git.text(&arguments, LINE_BYTES_MAX)?;
    Ok(answer.fine.then(|| id(&answer.read)).flatten())
}

/// The id of an object, alone on the last line of an answer.
fn id(answer: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(answer).ok()?;
    let line = text.lines().last()?.trim();
    let whole = [40, 64].contains(&line.len()) && line.bytes().all(|b| b.is_ascii_hexdigit());
    whole.then(|| line.to_string())
}

/// The blobs that `cat-file --batch` gives: for each a line `ID TYPE SIZE`, its bytes and a line feed.
fn batch(
    stdout: &mut impl BufRead,
    count: usize,
    bytes_max: usize,
) -> Result<Vec<Option<Vec<u8>>>, GitError> {
    let mut blobs = Vec::with_capacity(count);
    let mut total = 0;
    for _ in 0..count {
        let mut line = String::new();
        stdout
            .by_ref()
            .take(LINE_BYTES_MAX)
            .read_line(&mut line)
            .map_err(GitError::Io)?;
        let mut words = line.trim_end().split(' ');
        let (object, kind, size) = (words.next(), words.next(), words.next());
        if kind == Some("missing") {
            return Err(GitError::Absent(object.unwrap_or_default().to_string()));
        }
        let size = size.and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else {
            return Err(GitError::Io(io::ErrorKind::UnexpectedEof.into()));
        };
        let mut blob = stdout.by_ref().take(size + 1);
        if size > FILE_MAX_BYTES as u64 {
            io::copy(&mut blob, &mut io::sink()).map_err(GitError::Io)?;
            blobs.push(None);
            continue;
        }
        total += size as usize;
        if total > bytes_max {
            return Err(GitError::TooMuch);
        }
        let mut bytes = Vec::with_capacity(size as usize + 1);
        blob.read_to_end(&mut bytes).map_err(GitError::Io)?;
        if bytes.len() as u64 != size + 1 {
            return Err(GitError::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        bytes.pop();
        blobs.push(Some(bytes));
    }
    Ok(blobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_are_cut_at_their_sizes() {
        let text = b"aa blob 3\nx\ny\nbb blob 0\n\n";
        let blobs = batch(&mut &text[..], 2, 3).unwrap();
        assert_eq!(blobs, [Some(b"x\ny".to_vec()), Some(Vec::new())]);
        assert!(matches!(
            batch(&mut &text[..], 2, 2),
            Err(GitError::TooMuch)
        ));
        assert!(matches!(
            batch(&mut &text[..12], 1, 3),
            Err(GitError::Io(_))
        ));
        let text = b"aa missing\n";
        assert!(matches!(
            batch(&mut &text[..], 1, 3),
            Err(GitError::Absent(_))
        ));
    }

    #[test]
    fn a_file_that_is_too_large_is_left_out_and_the_next_one_read() {
        let large = FILE_MAX_BYTES + 1;
        let mut text = format!("aa blob {large}\n").into_bytes();
        text.extend(vec![b'x'; large]);
        text.extend(b"\nbb blob 1\ny\n");
        let blobs = batch(&mut &text[..], 2, 10).unwrap();
        assert_eq!(blobs, [None, Some(b"y".to_vec())]);
    }
}
