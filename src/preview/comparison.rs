//! Everything that a comment says, as values.

use std::cmp::Reverse;

use crate::model::SloId;
use crate::replay::Span;

use super::effect::{Effect, Weight};
use super::row::{Row, Simulated};
use super::state::State;

/// What is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// As it was named.
    pub reference: String,
    /// The commit.
    pub commit: String,
    /// Files of it that could not be read, or not as a whole.
    pub unread: usize,
}

/// An SLO that is in another file, and means the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The SLO.
    pub id: SloId,
    /// The file that it was in.
    pub from: String,
    /// The file that it is in.
    pub to: String,
}

/// What `validate` says of the branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// The first of them, the worst first.
    pub first: Vec<Check>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Where, as `slos/a.yaml:17:16`.
    pub place: String,
    /// `error` or `warning`.
    pub level: String,
    /// Its code.
    pub code: &'static str,
    /// What it says.
    pub title: String,
}

/// Everything that a comment says.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared with.
    pub base: Base,
    /// Files of the branch that could not be read as a whole: new SLOs in them are not known.
    pub unread: usize,
    /// The SLOs that differ, the worst first.
    pub rows: Vec<Row>,
    /// How many SLOs mean what they meant.
    pub unchanged: usize,
    /// Those of them that are in another file.
    pub moved: Vec<Moved>,
    /// What `validate` says.
    pub checks: Checks,
    /// Which time was simulated, where it was.
    pub span: Option<Span>,
}

impl Comparison {
    /// Puts the worst first.
    pub fn sort(&mut self) {
        self.rows.sort_by_cached_key(|row| {
            let effect = Effect::of(row);
            (effect.weight, Reverse(effect.amount), row.id.clone())
        });
    }

    /// Whether there is anything to say.
    pub fn is_changed(&self) -> bool {
        !self.rows.is_empty() || self.unread > 0
    }

    /// How many rows have one of these weights, judged by what is defined.
    pub fn count(&self, of: impl Fn(&Row) -> bool) -> usize {
        self.rows.iter().filter(|row| of(row)).count()
    }

    /// Whether everything that was to be simulated could be. Where an SLO that changes has no data with either definition, the
    /// server could not say what the change does; that one that is new has none, or one that is gone had none, is an answer.
    pub fn is_complete(&self) -> bool {
        let failed = |row: &&Row| match &row.simulated {
            Simulated::Asked {
                old: Some(Ok(old)),
                new: Some(Ok(new)),
                ..
            } => !old.sees() && !new.sees(),
            Simulated::Asked { old, new, .. } => {
                [old, new].into_iter().flatten().any(Result::is_err)
            }
            Simulated::NotAsked
            | Simulated::SameMeaning
            | Simulated::Unread
            | Simulated::BeyondLimit => false,
        };
        !self.rows.iter().any(|row| failed(&row))
    }

    /// The effect of the first row.
    pub fn worst(&self) -> Option<(&Row, Weight)> {
        let row = self.rows.first()?;
        Some((row, Effect::of(row).weight))
    }
}

/// SLOs that are in both states, and in another file.
pub fn moved(base: &State<'_>, head: &State<'_>) -> Vec<Moved> {
    let moved = head.files.iter().filter_map(|(id, to)| {
        let from = base.files.get(id)?;
        (from != to).then(|| Moved {
            id: id.clone(),
            from: from.clone(),
            to: to.clone(),
        })
    });
    moved.collect()
}
