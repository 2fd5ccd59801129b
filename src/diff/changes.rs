//! The SLOs that differ between two states, and in what.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Slo, SloId};
use crate::plan::Settings;

use super::meaning::{Field, Meaning, by_name};

/// A state of a workspace.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// Its SLOs.
    pub slos: &'a [Slo],
    /// How rules are made of them.
    pub settings: &'a Settings,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field, as a path.
    pub field: Field,
    /// What it said; nothing where it was not there.
    pub old: Option<String>,
    /// What it says; nothing where it is not there any more.
    pub new: Option<String>,
}

/// An SLO that means what another one meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// What it was called.
    pub from: SloId,
    /// What it is called.
    pub to: SloId,
}

/// What differs between two states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// SLOs that are new, renamed ones too: their recorded series begin anew.
    pub added: BTreeSet<SloId>,
    /// SLOs that are gone, under the names that they had.
    pub removed: BTreeSet<SloId>,
    /// SLOs that mean something else, and in which fields.
    pub changed: BTreeMap<SloId, Vec<Change>>,
    /// Which of the new ones are gone ones under another name. Where several could be, none is named.
    pub renamed: Vec<Renamed>,
}

impl Changes {
    /// Whether an SLO of the new state is not what it was.
    pub fn touches(&self, id: &SloId) -> bool {
        self.added.contains(id) || self.changed.contains_key(id)
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// What is different in `head`, seen from `base`.
pub fn diff(base: Side<'_>, head: Side<'_>) -> Changes {
    let (old, new) = (
        by_name(base.slos, base.settings),
        by_name(head.slos, head.settings),
    );
    let mut changes = Changes::default();
    for (id, meanings) in &new {
        match old.get(id) {
            None => drop(changes.added.insert((*id).clone())),
            Some(before) if before == meanings => {}
            Some(before) => {
                changes
                    .changed
                    .insert((*id).clone(), fields(before, meanings));
            }
        }
    }
    let gone = old.keys().filter(|id| !new.contains_key(*id));
    changes.removed = gone.map(|id| (*id).clone()).collect();
    changes.renamed = renamed(&changes, &old, &new);
    changes
}

/// How often a name is given; the field that differs where two SLOs have one name.
const TIMES: &str = "times_defined";

/// The fields that differ between the first SLOs of a name.
fn fields(before: &[Meaning], after: &[Meaning]) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.len() != after.len() {
        changes.push(Change {
            field: TIMES.into(),
            old: Some(before.len().to_string()),
            new: Some(after.len().to_string()),
        });
    }
    let differing = before
        .iter()
        .zip(after)
        .find(|(before, after)| before != after);
    let Some((before, after)) = differing else {
        return changes;
    };
    let names: BTreeSet<&Field> = before
        .fields()
        .keys()
        .chain(after.fields().keys())
        .collect();
    for field in names {
        let (old, new) = (before.get(field), after.get(field));
        if old != new {
            changes.push(Change {
                field: field.clone(),
                old: old.map(str::to_string),
                new: new.map(str::to_string),
            });
        }
    }
    changes
}

/// New SLOs that mean what exactly one of the gone ones meant, and no other new one does.
fn renamed(
    changes: &Changes,
    old: &BTreeMap<&SloId, Vec<Meaning>>,
    new: &BTreeMap<&SloId, Vec<Meaning>>,
) -> Vec<Renamed> {
    let mut by_meaning: BTreeMap<&[Meaning], (Vec<&SloId>, Vec<&SloId>)> = BTreeMap::new();
    for id in &changes.removed {
        by_meaning.entry(&old[id]).or_default().0.push(id);
    }
    for id in &changes.added {
        by_meaning.entry(&new[id]).or_default().1.push(id);
    }
    let mut renamed: Vec<Renamed> = by_meaning
        .into_values()
        .filter_map(|pair| match (&pair.0[..], &pair.1[..]) {
            ([from], [to]) => Some(Renamed {
                from: (*from).clone(),
                to: (*to).clone(),
            }),
            _ => None,
        })
        .collect();
    renamed.sort_by(|a, b| a.to.cmp(&b.to));
    renamed
}
