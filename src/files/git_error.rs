//! Why an older state could not be read from git, and what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why an older state could not be read.
#[derive(Debug)]
pub enum GitError {
    /// There is no `git`.
    Missing,
    /// Calling it failed, or it said more than is read.
    Io(io::Error),
    /// It did not answer in this time.
    Late(Duration),
    /// The workspace is in no repository.
    NotARepository(PathBuf),
    /// The name of the revision is one that is never asked for.
    BadRevision(String),
    /// The clone has no such revision.
    UnknownRevision {
        /// What was asked for.
        reference: String,
        /// Whether the clone has only a part of the history.
        shallow: bool,
    },
    /// The branch and the revision have nothing in common.
    NoMergeBase {
        /// What was asked for.
        reference: String,
        /// Whether the clone has only a part of the history.
        shallow: bool,
    },
    /// An object that the revision needs is not in the clone.
    Absent(String),
    /// More files, or more bytes, than are read.
    TooMuch,
    /// Anything else, in the words of `git`.
    Failed(String),
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GitError::Missing => write!(
                f,
                "`git` is not installed, and the older state is read with it"
            ),
            GitError::Io(error) => write!(f, "could not call `git`: {error}"),
            GitError::Late(time) => {
                write!(f, "`git` gave no answer in {} s", time.as_secs())
            }
            GitError::NotARepository(root) => {
                write!(f, "`{}` is not in a git repository", root.display())
            }
            GitError::BadRevision(reference) => {
                write!(f, "`{reference}` is not the name of a revision")
            }
            GitError::UnknownRevision { reference, .. } => {
                write!(f, "this clone has no revision `{reference}`")
            }
            GitError::NoMergeBase { reference, shallow } => match shallow {
                true => write!(
                    f,
                    "this clone is shallow, and ends before the branch left `{reference}`"
                ),
                false => write!(f, "`{reference}` and `HEAD` have no common history"),
            },
            GitError::Absent(path) => {
                write!(
                    f,
                    "this clone has not all of the older state: `{path}` is missing"
                )
            }
            GitError::TooMuch => write!(f, "the older state is larger than is read"),
            GitError::Failed(said) => write!(f, "`git` failed: {said}"),
        }
    }
}

impl std::error::Error for GitError {}

impl GitError {
    /// What to do, each a sentence or a command.
    pub fn help(&self) -> Vec<String> {
        let ci = "in GitHub Actions give `actions/checkout` `fetch-depth: 0`; in GitLab CI set the variable `GIT_DEPTH: 0`";
        match self {
            GitError::UnknownRevision { reference, shallow } => {
                let mut help = vec![format!("fetch it: `{}`", fetch(reference, *shallow))];
                if *shallow {
                    help.push(ci.to_string());
                }
                help
            }
            GitError::NoMergeBase { shallow: true, .. } => vec![
                "fetch the rest of the history: `git fetch --unshallow`".to_string(),
                "or as much of it as the branch is long: `git fetch --deepen=100`".to_string(),
                ci.to_string(),
            ],
            GitError::Absent(_) => {
                vec![
                    "fetch the files too: `git fetch --refetch --filter=blob:limit=1g origin`"
                        .to_string(),
                ]
            }
            GitError::Failed(said) if said.contains("safe.directory") => vec![
                "the clone belongs to another user: `git config --global --add safe.directory PATH`"
                    .to_string(),
            ],
            _ => Vec::new(),
        }
    }
}

/// The command that brings `reference` in. What a shell would read otherwise is not put into it.
fn fetch(reference: &str, shallow: bool) -> String {
    let unshallow = if shallow { "--unshallow " } else { "" };
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._/-".contains(&b))
    };
    match reference.split_once('/') {
        Some((remote, branch)) if plain(reference) && plain(branch) && remote != "refs" => {
            format!("git fetch {unshallow}{remote} {branch}:refs/remotes/{remote}/{branch}")
        }
        _ if plain(reference) && !reference.starts_with("refs/") && !is_id(reference) => {
            format!("git fetch {unshallow}origin {reference}:{reference}")
        }
        _ => format!("git fetch {unshallow}--tags origin"),
    }
}

fn is_id(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_is_suggested_is_safe_to_paste() {
        let origin = "git fetch origin main:refs/remotes/origin/main";
        assert_eq!(fetch("origin/main", false), origin);
        assert_eq!(fetch("main", false), "git fetch origin main:main");
        for odd in [
            "a;rm -rf x",
            "HEAD~3",
            "$(x)",
            "refs/heads/x",
            "0123456789ab",
        ] {
            assert_eq!(fetch(odd, true), "git fetch --unshallow --tags origin");
        }
    }
}
