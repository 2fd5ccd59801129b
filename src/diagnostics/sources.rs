//! The texts that findings point into, by the number in their spans.

use crate::base::SourceId;

/// One text that a user wrote and the name to show for it.
#[derive(Clone, Debug)]
pub struct Source {
    /// What to call it: a path as the user would type it, or `<stdin>`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// All texts of a run.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// Takes a text in and gives its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.all.push(Source {
            name: name.into(),
            text: text.into(),
        });
        SourceId(self.all.len() as u32 - 1)
    }

    /// The text behind a number.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.all[id.0 as usize]
    }

    /// All texts with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.all
            .iter()
            .enumerate()
            .map(|(at, source)| (SourceId(at as u32), source))
    }
}
