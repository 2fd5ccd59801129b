//! The formats of `validate`: what they say of awkward findings, and what tools that were not written here make of it.

#![allow(clippy::unwrap_used)]

mod arbitrary;
mod github;
mod goldens;
mod json;
mod page;
mod sarif;
mod schemas;
mod set;
mod xml;

use burnwatch::report::{FORMATS, Report};

/// A report in the format of a name.
fn render(format: &str, report: &Report<'_>) -> String {
    let format = FORMATS
        .iter()
        .find(|known| known.name == format)
        .expect("a format of this name");
    (format.render)(report)
}
