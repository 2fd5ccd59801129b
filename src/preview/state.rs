//! Two states of a workspace, and which SLOs of them are to be compared.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{Changes, Side, diff};
use crate::model::{Slo, SloId};
use crate::plan::Settings;

use super::row::Kind;

/// A state of a workspace, as far as it could be read.
#[derive(Clone, Debug)]
pub struct State<'a> {
    /// The SLOs that could be understood.
    pub slos: &'a [Slo],
    /// How rules are made of them.
    pub settings: &'a Settings,
    /// The file of each.
    pub files: BTreeMap<SloId, String>,
    /// Every file that was read.
    pub read: BTreeSet<String>,
    /// Every SLO as it is written, whether it could be understood or not, by its file.
    pub written: BTreeMap<String, BTreeSet<String>>,
    /// Files with errors of syntax: not all of their SLOs may be known.
    pub garbled: BTreeSet<String>,
    /// Files with any error.
    pub faulty: BTreeSet<String>,
    /// What the workspace file is called.
    pub workspace: &'a str,
}

/// An SLO in both states.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// What it is called; for one that is gone, what it was called.
    pub id: SloId,
    /// What became of it.
    pub kind: Kind,
    /// As it was.
    pub old: Option<&'a Slo>,
    /// As it is.
    pub new: Option<&'a Slo>,
}

impl<'a> State<'a> {
    fn side(&self) -> Side<'a> {
        Side {
            slos: self.slos,
            settings: self.settings,
        }
    }

    fn slo(&self, id: &SloId) -> Option<&'a Slo> {
        self.slos.iter().find(|slo| slo.id == *id)
    }

    /// Whether an SLO that is not among those of this state may be in it nevertheless; `file` is where the other state has it.
    fn may_hide(&self, id: &SloId, file: Option<&String>, other: &State<'_>) -> bool {
        let (whole, short) = (id.to_string(), id.name.as_str());
        // Without a service it is written by its short name. Errors are no sign: one cause may be said in another file.
        let named = |ids: &BTreeSet<String>| ids.contains(&whole) || ids.contains(short);
        if self.written.values().any(named) {
            return true;
        }
        let Some(file) = file else {
            return false;
        };
        // A file without a single SLO that has an error is not read as a list of them.
        let lost = |file: &String| {
            let empty = self.written.get(file).is_none_or(BTreeSet::is_empty);
            self.garbled.contains(file) || (self.faulty.contains(file) && empty)
        };
        match self.read.contains(file) {
            true => lost(file),
            // It may have been moved to a file that cannot be read, or the workspace does not say any more where it is.
            false => {
                let fresh = self.read.iter().filter(|file| !other.read.contains(*file));
                fresh.into_iter().any(lost) || self.faulty.contains(self.workspace)
            }
        }
    }
}

/// The SLOs that differ in meaning, and those of which that cannot be told.
pub fn pairs<'a>(base: &State<'a>, head: &State<'a>) -> Vec<Pair<'a>> {
    let changes = diff(base.side(), head.side());
    let mut pairs = Vec::new();
    for (id, fields) in &changes.changed {
        pairs.push(Pair {
            id: id.clone(),
            kind: Kind::Changed(fields.clone()),
            old: base.slo(id),
            new: head.slo(id),
        });
    }
    let renamed = |id: &SloId| changes.renamed.iter().any(|r| r.from == *id || r.to == *id);
    for id in changes.added.iter().filter(|id| !renamed(id)) {
        let kind = match base.may_hide(id, head.files.get(id), head) {
            true => Kind::UnreadBefore,
            false => Kind::Added,
        };
        pairs.push(Pair {
            id: id.clone(),
            kind,
            old: None,
            new: head.slo(id),
        });
    }
    for id in changes.removed.iter().filter(|id| !renamed(id)) {
        let kind = match head.may_hide(id, base.files.get(id), base) {
            true => Kind::UnreadNow,
            false => Kind::Removed,
        };
        pairs.push(Pair {
            id: id.clone(),
            kind,
            old: base.slo(id),
            new: None,
        });
    }
    pairs.extend(renamed_pairs(&changes, base, head));
    pairs
}

fn renamed_pairs<'a>(changes: &Changes, base: &State<'a>, head: &State<'a>) -> Vec<Pair<'a>> {
    let pair = |renamed: &crate::diff::Renamed| Pair {
        id: renamed.to.clone(),
        kind: Kind::Renamed(renamed.from.clone()),
        old: base.slo(&renamed.from),
        new: head.slo(&renamed.to),
    };
    changes.renamed.iter().map(pair).collect()
}
