//! What would have paged, for people and for tools: text for a terminal, JSON, a page of HTML.
//!
//! Leaves working it out to `replay`, and writing to whoever has a file. One format one file. Pure: the same past gives the
//! same bytes.

mod chart;
pub mod digest;
pub mod fit;
pub mod past;
pub mod past_html;
pub mod past_json;
mod svg;
mod threshold;
pub mod when;

use crate::model::Slo;
use crate::replay::{Past, Span};

pub use digest::Digest;

/// What alerts go through after they fire, and what is no part of a backtest.
pub const NOT_SIMULATED: &str =
    "Silences, inhibition, grouping and notification are not simulated.";

/// Definitions held against history.
pub struct Backtest<'a> {
    /// From the first time that was asked for to the last.
    pub span: Span,
    /// The one severity that is shown, where one is asked for.
    pub severity: Option<&'a str>,
    /// Each SLO.
    pub slos: Vec<Tested<'a>>,
}

/// One SLO and what came of it.
pub struct Tested<'a> {
    /// The SLO.
    pub slo: &'a Slo,
    /// What was asked for of it.
    pub span: Span,
    /// What came of it.
    pub outcome: Outcome,
    /// What a reader should know beside it, a sentence each.
    pub notes: Vec<String>,
}

/// What came of an SLO.
pub enum Outcome {
    /// Its past.
    Past(Past),
    /// Nobody could say, and why.
    Unanswered(String),
}
