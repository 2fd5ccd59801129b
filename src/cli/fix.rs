//! Makes the changes that are certain, and shows them.
//!
//! Promise: only files of the workspace that this run reads are written, each whole or not at all; no SLO that could be read
//! before is lost by a change.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use super::Io;
use super::compile::{Compiled, compile, recompile};
use super::layout::STDIN;
use super::unified::unified;
use crate::base::SourceId;
use crate::diagnostics::{Findings, fixes, masked};
use crate::files::FilesError;
use crate::files::find::inside;
use crate::files::rewrite::rewrite;
use crate::lint::Looked;
use crate::model::SloId;
use crate::spec::workspace_file::FILE_NAME;

/// Most rounds: a change may uncover the next fault, and that one another.
pub(super) const ROUNDS_MAX: usize = 16;

/// Why nothing was fixed.
#[derive(Debug)]
pub(super) enum FixError {
    Files(FilesError),
    /// Stdin is no file that could be written.
    Stdin,
}

impl std::convert::From<FilesError> for FixError {
    fn from(error: FilesError) -> FixError {
        FixError::Files(error)
    }
}

impl fmt::Display for FixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FixError::Files(error) => write!(f, "{error}"),
            FixError::Stdin => write!(f, "`-` is no file that could be fixed"),
        }
    }
}

/// A file and how it changes.
#[derive(Debug)]
pub(super) struct Rewrite {
    /// Its path, relative to the workspace.
    pub name: String,
    before: String,
    after: String,
}

impl Rewrite {
    /// As `diff -u` would show it, without secrets.
    pub fn diff(&self) -> String {
        unified(&self.name, &masked(&self.before), &masked(&self.after))
    }
}

/// What can be fixed.
pub(super) struct Fix {
    /// What was read.
    pub compiled: Compiled,
    /// The findings that count before anything is changed.
    pub findings: Findings,
    /// The files that change, by name.
    pub rewrites: Vec<Rewrite>,
    /// How many findings that sees to.
    pub made: usize,
}

/// Finds out what can be fixed in `paths`, or in what the workspace names where there are none. Writes nothing.
pub(super) fn fix(paths: &[String], io: &mut Io<'_>) -> Result<Fix, FixError> {
    if paths.iter().any(|path| path == "-") {
        return Err(FixError::Stdin);
    }
    let mut compiled = compile(paths, io)?;
    let settle = |compiled: &mut Compiled| compiled.settle(io.today, Looked::OFFLINE).findings;
    let findings = settle(&mut compiled);
    let open = open(&compiled, paths);
    let may_change = |id: SourceId| open.contains(&id);
    let mut made = 0;
    let mut texts: BTreeMap<SourceId, String> = BTreeMap::new();
    let mut ids = ids(&compiled);
    let mut round = fixes::apply(&findings, &compiled.sources, &may_change);
    for _ in 0..ROUNDS_MAX {
        if round.texts.is_empty() {
            break;
        }
        let mut new_texts = texts.clone();
        new_texts.extend(round.texts);
        let mut next = recompile(&compiled, &new_texts)?;
        let new_ids = self::ids(&next);
        if !ids.is_subset(&new_ids) {
            break;
        }
        made += round.made;
        (texts, ids) = (new_texts, new_ids);
        round = fixes::apply(&settle(&mut next), &next.sources, &may_change);
    }
    let rewrites = texts.into_iter().map(|(id, after)| {
        let source = compiled.sources.get(id);
        Rewrite {
            name: source.name.clone(),
            before: source.text.clone(),
            after,
        }
    });
    let rewrites = rewrites.collect();
    Ok(Fix {
        compiled,
        findings,
        rewrites,
        made,
    })
}

impl Fix {
    /// Writes the files. What was written before an error stays: each file is right on its own.
    pub fn write(&self) -> Result<(), FixError> {
        let root = &self.compiled.root;
        for file in &self.rewrites {
            rewrite(&root.join(&file.name), root, &file.before, &file.after)?;
        }
        Ok(())
    }
}

/// The sources that may be written: files below the workspace's folder, and its own file where no others are named. A text that
/// was no UTF-8 would not be written back as it was.
fn open(compiled: &Compiled, paths: &[String]) -> BTreeSet<SourceId> {
    let may = |name: &str, text: &str| {
        let selected = compiled.names.contains(name) || (paths.is_empty() && name == FILE_NAME);
        let path = compiled.root.join(name);
        selected
            && name != STDIN
            && !text.contains(char::REPLACEMENT_CHARACTER)
            && is_below(&path, &compiled.root)
    };
    compiled
        .sources
        .iter()
        .filter(|(_, source)| may(&source.name, &source.text))
        .map(|(id, _)| id)
        .collect()
}

fn is_below(path: &Path, root: &Path) -> bool {
    inside(path, root).is_ok()
}

fn ids(compiled: &Compiled) -> BTreeSet<SloId> {
    compiled.slos.iter().map(|slo| slo.id.clone()).collect()
}
