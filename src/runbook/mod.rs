//! A runbook as it is written: Markdown, read as far as its sections, anchors and links.
//!
//! What Markdown is, `pulldown-cmark` knows; every place is a range of bytes. What must stand in a runbook is decided in
//! `lint`, and what is made of it in `emit`.

mod anchor;
mod document;
mod placeholder;
mod question;

pub use anchor::{Anchors, anchor};
pub use document::{Document, Heading, Link, Section};
pub use question::{Answer, Question};

/// Longest runbook, in bytes.
pub const RUNBOOK_BYTES_MAX: usize = 256 << 10;

/// The links of a runbook that lead to the web, in order.
pub fn links(document: &Document) -> impl Iterator<Item = &Link> {
    let is_web = |link: &&Link| {
        let target = link.target.to_ascii_lowercase();
        target.starts_with("https://") || target.starts_with("http://")
    };
    document.links.iter().filter(is_web)
}
