//! What is being done, on a terminal, while it is done.

use super::Io;
use super::report::printable;
use crate::diagnostics::Colour;

/// Takes the line of a terminal back.
const ERASE: &str = "\r\u{1b}[K";

/// A line on stderr that changes.
pub(super) struct Progress {
    is_terminal: bool,
    is_shown: bool,
}

impl Progress {
    /// Nothing is shown yet. Where stderr may not be styled it is no terminal, and nothing ever is.
    pub fn new(io: &Io<'_>) -> Progress {
        Progress {
            is_terminal: io.stderr_colour == Colour::Styled,
            is_shown: false,
        }
    }

    /// Shows what is being done.
    pub fn says(&mut self, io: &mut Io<'_>, what: &str) {
        if self.is_terminal {
            let _ = write!(io.stderr, "{ERASE}{}", printable(what));
            let _ = io.stderr.flush();
            self.is_shown = true;
        }
    }

    /// Leaves nothing behind.
    pub fn ends(self, io: &mut Io<'_>) {
        if self.is_shown {
            let _ = write!(io.stderr, "{ERASE}");
        }
    }
}
