//! Which findings concern what changed since a revision of git.
//!
//! The older state is compiled like the files on disk, by the globs of its own workspace file, and SLOs are compared by what
//! they mean. Promise: an error is never held back, since nothing is generated while there is one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use super::compile::{Compiled, Extent, Resolved, resolve};
use super::layout::{From, Text};
use super::report::{count, printable};
use super::{Exit, Io};
use crate::base::{SourceId, Span};
use crate::diagnostics::{Finding, Level};
use crate::diff::{Changes, Side, diff, same};
use crate::emit::artifact::with_line_feeds;
use crate::files::FilesError;
use crate::files::git::{GitError, Revision};
use crate::files::path::without_dots;
use crate::spec::workspace_file::FILE_NAME;

/// Characters of a commit that are shown.
pub(super) const COMMIT_CHARS: usize = 12;

/// Why what changed could not be found out.
#[derive(Debug)]
pub(super) enum ChangedError {
    Git(GitError),
    Files(FilesError),
}

impl std::convert::From<GitError> for ChangedError {
    fn from(error: GitError) -> ChangedError {
        ChangedError::Git(error)
    }
}

impl std::convert::From<FilesError> for ChangedError {
    fn from(error: FilesError) -> ChangedError {
        ChangedError::Files(error)
    }
}

impl fmt::Display for ChangedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChangedError::Git(error) => write!(f, "{error}"),
            ChangedError::Files(error) => write!(f, "{error}"),
        }
    }
}

/// The error, and what to do about it, on stderr.
pub(super) fn refused(error: &ChangedError, io: &mut Io<'_>) -> Exit {
    let exit = super::report::failed(error, io);
    if let ChangedError::Git(error) = error {
        for help in error.help() {
            let _ = writeln!(io.stderr, "help: {}", printable(&help));
        }
    }
    exit
}

/// What changed since a revision.
pub(super) struct Changed {
    /// The SLOs that did, and in what.
    pub changes: Changes,
    files: BTreeMap<SourceId, File>,
    workspace: Workspace,
    /// How many SLOs there are now, and how many of them changed.
    slos: usize,
    touched: usize,
    /// Files of the revision that could not be read, or not as a whole.
    unread: usize,
    /// Whether SLOs that are not there may just not have been named.
    extent: Extent,
    reference: String,
    commit: String,
}

/// What an SLO file has.
#[derive(Default)]
struct File {
    /// Its SLOs: where each begins and ends, and whether it changed.
    slos: Vec<(u32, u32, State)>,
    /// Whether what stands outside of them is looked at.
    rest: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Same,
    Changed,
}

/// The workspace file, as a place of findings.
struct Workspace {
    source: Option<SourceId>,
    state: State,
}

/// Compares what was compiled from `paths` with the revision that `reference` and `HEAD` have in common.
pub(super) fn changed_since(
    reference: &str,
    paths: &[String],
    compiled: &Compiled,
    io: &Io<'_>,
) -> Result<Changed, ChangedError> {
    let revision = Revision::common(&compiled.root, reference)?;
    let (base, left_out) = resolve_base(&revision, paths, compiled, io)?;
    let side = |slos, settings| Side { slos, settings };
    let changes = diff(
        side(&base.slos, &base.settings),
        side(&compiled.slos, &compiled.settings),
    );
    let failed: BTreeSet<SourceId> = base
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .map(|finding| finding.primary.span.source)
        .collect();
    let workspace = Workspace {
        source: compiled
            .sources
            .iter()
            .find(|(_, source)| source.name == FILE_NAME && !compiled.names.contains(&source.name))
            .map(|(id, _)| id),
        state: match same(base.document.as_ref(), compiled.document.as_ref()) {
            true => State::Same,
            false => State::Changed,
        },
    };
    let touched = compiled.slos.iter().filter(|slo| changes.touches(&slo.id));
    let touched = touched.count();
    Ok(Changed {
        files: files(compiled, &base, &changes),
        changes,
        workspace,
        slos: compiled.slos.len(),
        touched,
        unread: failed.len() + left_out,
        extent: compiled.extent,
        reference: reference.to_string(),
        commit: revision.commit.chars().take(COMMIT_CHARS).collect(),
    })
}

/// The older state, and how many of its files are too large to be read. What its workspace names is read, and what is named now,
/// so that an SLO that moved from one to the other has not changed.
pub(super) fn resolve_base(
    revision: &Revision<'_>,
    paths: &[String],
    compiled: &Compiled,
    io: &Io<'_>,
) -> Result<(Resolved, usize), ChangedError> {
    let mut left_out = 0;
    let workspace = match revision.has(FILE_NAME) {
        false => None,
        true => {
            let bytes = revision.read(&[FILE_NAME.to_string()])?;
            let bytes = bytes.into_iter().next().flatten();
            left_out += usize::from(bytes.is_none());
            bytes.map(|bytes| text(FILE_NAME.to_string(), bytes))
        }
    };
    let named = paths
        .iter()
        .filter(|path| *path != "-")
        .filter_map(|path| below(path, &io.folder, &compiled.root));
    let named: Vec<String> = named.collect();
    let resolved = resolve(workspace, |layout| {
        let patterns = [&layout.slos[..], &named[..]].concat();
        let found = revision.select(&patterns, &layout.output)?;
        let mut texts = Vec::with_capacity(found.len());
        for (name, bytes) in found.iter().zip(revision.read(&found)?) {
            match bytes {
                Some(bytes) => texts.push(text(name.clone(), bytes)),
                None => left_out += 1,
            }
        }
        Ok::<_, ChangedError>(texts)
    })?;
    Ok((resolved, left_out))
}

fn text(name: String, bytes: Vec<u8>) -> Text {
    Text {
        name,
        from: From::Bytes(bytes),
    }
}

/// A path or glob that is relative to `folder`, relative to `root`; nothing where it leads out of it.
fn below(path: &str, folder: &Path, root: &Path) -> Option<String> {
    let plain = without_dots(&folder.join(path));
    let parts = plain.strip_prefix(root).ok()?.components();
    let parts: Vec<String> = parts
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    Some(parts.join("/"))
}

/// Every file that is read now.
fn files(compiled: &Compiled, base: &Resolved, changes: &Changes) -> BTreeMap<SourceId, File> {
    let mut files: BTreeMap<SourceId, File> = BTreeMap::new();
    for slo in &compiled.slos {
        let node = slo.places.node;
        let state = match changes.touches(&slo.id) {
            true => State::Changed,
            false => State::Same,
        };
        let file = files.entry(node.source).or_default();
        file.slos.push((node.start, node.end, state));
        if state == State::Changed {
            file.rest = State::Changed;
        }
    }
    for file in files.values_mut() {
        file.slos.sort_unstable_by_key(|(start, _, _)| *start);
    }
    // A checkout may have other line ends than the repository.
    let plain = |text: &str| with_line_feeds(text.to_string());
    let before: BTreeSet<String> = base
        .sources
        .iter()
        .map(|(_, source)| plain(&source.text))
        .collect();
    for (id, source) in compiled.sources.iter() {
        if compiled.names.contains(&source.name) && !files.contains_key(&id) {
            // Of a file without SLOs all that is known is whether its text was there.
            let rest = match before.contains(&plain(&source.text)) {
                true => State::Same,
                false => State::Changed,
            };
            files.insert(
                id,
                File {
                    slos: Vec::new(),
                    rest,
                },
            );
        }
    }
    files
}

impl Changed {
    /// Whether a finding is an error, or says something of what changed.
    pub fn concerns(&self, finding: &Finding) -> bool {
        let primary = finding.primary.span;
        finding.level == Level::Error
            || self.is_changed(primary)
            || finding.secondary.iter().any(|label| {
                // A policy that another SLO shares is no reason to show what is said of this one.
                Some(label.span.source) != self.workspace.source && self.is_changed(label.span)
            })
    }

    fn is_changed(&self, span: Span) -> bool {
        if Some(span.source) == self.workspace.source {
            return self.workspace.state == State::Changed;
        }
        let Some(file) = self.files.get(&span.source) else {
            return true;
        };
        // Items of a list follow each other and do not overlap.
        let after = file
            .slos
            .partition_point(|(start, _, _)| *start <= span.start);
        let around = file.slos[..after].last();
        match around.filter(|(_, end, _)| span.start < *end) {
            Some((_, _, state)) => *state == State::Changed,
            None => file.rest == State::Changed,
        }
    }

    /// What to say on stderr: how many SLOs changed, and what could not be compared.
    pub fn lines(&self) -> Vec<String> {
        let new = self.changes.added.len();
        let mut line = format!(
            "{} of {} changed since {} ({})",
            self.touched,
            count(self.slos, "SLO"),
            printable(&self.reference),
            self.commit
        );
        if new > 0 {
            line.push_str(&format!(", {new} new"));
        }
        let gone = self.changes.removed.len();
        if gone > 0 && self.extent == Extent::Workspace {
            line.push_str(&format!(", {gone} gone"));
        }
        let mut lines = vec![line];
        if self.unread > 0 {
            let (files, could) = (count(self.unread, "file"), "could not be read as a whole");
            lines.push(format!(
                "{files} {could} at that revision: SLOs that are missing there count as new"
            ));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::code::{SP002, SP016, SP019};

    const SLOS: SourceId = SourceId(1);

    /// A workspace file, a file with one SLO that changed at 20..30 and one that did not at 30..40, and one that did not.
    fn changed(workspace: State) -> Changed {
        let file = |slos: &[(u32, u32, State)], rest| File {
            slos: slos.to_vec(),
            rest,
        };
        Changed {
            changes: Changes::default(),
            files: BTreeMap::from([
                (
                    SLOS,
                    file(
                        &[(20, 30, State::Changed), (32, 40, State::Same)],
                        State::Changed,
                    ),
                ),
                (SourceId(2), file(&[(20, 30, State::Same)], State::Same)),
            ]),
            workspace: Workspace {
                source: Some(SourceId(0)),
                state: workspace,
            },
            slos: 3,
            touched: 1,
            unread: 0,
            extent: Extent::Workspace,
            reference: "main".to_string(),
            commit: "0123".to_string(),
        }
    }

    fn span(source: u32, start: usize) -> Span {
        Span::new(SourceId(source), start, start + 1)
    }

    fn check(workspace: State, primary: Span, secondary: Option<Span>, expected: bool) {
        let mut finding = Finding::new(SP019, primary, "x");
        if let Some(secondary) = secondary {
            finding = finding.also(secondary, "y");
        }
        let concerns = changed(workspace).concerns(&finding);
        assert_eq!(concerns, expected, "{primary:?} {secondary:?}");
    }

    #[test]
    fn what_is_said_in_a_changed_slo_is_reported() {
        check(State::Same, span(1, 20), None, true);
        check(State::Same, span(1, 29), None, true);
        check(State::Same, span(1, 32), None, false);
        check(State::Same, span(1, 39), None, false);
        check(State::Same, span(2, 25), None, false);
        check(State::Same, span(2, 25), Some(span(1, 25)), true);
        check(State::Same, span(2, 25), Some(span(1, 35)), false);
    }

    #[test]
    fn what_is_said_around_slos_is_reported_where_one_of_their_file_changed() {
        for at in [0, 30, 31, 40] {
            check(State::Same, span(1, at), None, true);
            check(State::Same, span(2, at), None, false);
        }
    }

    #[test]
    fn what_is_said_of_the_workspace_is_reported_where_that_changed() {
        check(State::Same, span(0, 5), None, false);
        check(State::Changed, span(0, 5), None, true);
        check(State::Same, span(0, 5), Some(span(1, 25)), true);
        // A policy that was added is no reason to show what is said of an SLO that uses another one.
        check(State::Changed, span(2, 25), Some(span(0, 5)), false);
    }

    #[test]
    fn errors_and_what_lies_in_other_files_are_always_reported() {
        check(State::Same, span(3, 5), None, true);
        let changed = changed(State::Same);
        assert!(changed.concerns(&Finding::new(SP002, span(2, 25), "x")));
        assert!(!changed.concerns(&Finding::new(SP016, span(2, 25), "x")));
    }
}
