//! Where a template is rendered to: a text that stops growing, and a count of what was done for it.

use std::fmt;
use std::io;

use handlebars::Output;

/// Longest rendered text, in bytes.
pub const OUTPUT_BYTES_MAX: usize = 4 << 20;
/// Most steps of one rendering: every piece of text, value, block and turn of an `each` is one. A runbook takes about a
/// thousand.
pub const STEPS_MAX: usize = 100_000;

/// A limit that was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Bytes,
    Steps,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Bytes => write!(f, "the text grows beyond {OUTPUT_BYTES_MAX} bytes here"),
            Limit::Steps => write!(f, "filling in takes more than {STEPS_MAX} steps"),
        }
    }
}

/// A text that takes no more than it may.
#[derive(Default)]
pub(super) struct Bounded {
    text: String,
    steps: usize,
    exceeded: Option<Limit>,
}

impl Bounded {
    /// What was written.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The limit that ended it, if one did.
    pub fn exceeded(&self) -> Option<Limit> {
        self.exceeded
    }
}

impl Output for Bounded {
    fn write(&mut self, text: &str) -> Result<(), io::Error> {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            self.exceeded = Some(Limit::Steps);
        } else if self.text.len() + text.len() > OUTPUT_BYTES_MAX {
            self.exceeded = Some(Limit::Bytes);
        }
        match self.exceeded {
            Some(limit) => Err(io::Error::other(limit.to_string())),
            None => {
                self.text.push_str(text);
                Ok(())
            }
        }
    }
}

/// Counts `steps` that write nothing.
///
/// # Errors
///
/// Where they are too many.
pub(super) fn charge(out: &mut dyn Output, steps: usize) -> Result<(), io::Error> {
    (0..steps).try_for_each(|_| out.write(""))
}
