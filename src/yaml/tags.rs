//! Tags: those of the core schema are read where they fit, all others are findings.

use granit_parser::Tag;

use crate::base::Span;
use crate::diagnostics::{Finding, code, shown};

/// What stands behind a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    List,
    Mapping,
}

/// What a tag makes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tagged {
    /// Nothing: types are the business of `spec`.
    No,
    /// Text, even where it looks like nothing.
    Text,
    /// The tag does not fit the value, or is not known.
    Misfit,
}

/// What a tag makes of a value.
pub(super) fn judge(tag: &Tag, kind: Kind) -> Tagged {
    let fits = match tag.core_suffix() {
        Some("str") => Kind::Text,
        Some("seq") => Kind::List,
        Some("map") => Kind::Mapping,
        Some("int" | "float" | "bool" | "null") if kind == Kind::Text => return Tagged::No,
        Some(_) => return Tagged::Misfit,
        // A lone `!` says: not what it looks like.
        None if tag.handle().is_empty() && tag.suffix() == "!" => kind,
        None => return Tagged::Misfit,
    };
    match fits == kind {
        true if kind == Kind::Text => Tagged::Text,
        true => Tagged::No,
        false => Tagged::Misfit,
    }
}

/// The finding for a tag that does not fit.
pub(super) fn misfit(tag: &Tag, written: &str, place: Span, kind: Kind) -> Finding {
    let written = shown(written);
    let kind = match kind {
        Kind::Text => "text",
        Kind::List => "a list",
        Kind::Mapping => "a mapping",
    };
    let title = if tag.core_suffix().is_some() {
        format!("the tag {written} does not fit {kind}")
    } else {
        format!("the tag {written} means nothing here")
    };
    Finding::new(code::SP004, place, title)
        .label("not a tag of this value")
        .help("remove the tag")
}
