//! What is known of one step of a group: that it was not there, that nobody can say, or how much.

use super::contents::Contents;

/// One step of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Counted {
    /// There is no series.
    #[default]
    Absent,
    /// There is a number that is no count, such as NaN: nobody can say what happened, which is not that nothing did.
    NoCount,
    /// So much.
    Contents(Contents),
}

impl Counted {
    /// What was counted; nothing where that is not known, for whichever reason.
    pub fn contents(self) -> Option<Contents> {
        match self {
            Counted::Contents(contents) => Some(contents),
            Counted::Absent | Counted::NoCount => None,
        }
    }
}

/// What is not there is absent.
impl From<Option<Contents>> for Counted {
    fn from(contents: Option<Contents>) -> Counted {
        contents.map_or(Counted::Absent, Counted::Contents)
    }
}
