//! What checks see of runbooks: the SLOs that need them, the texts that are there, and how one becomes a link.
//!
//! Whoever reads files puts it together; nothing here looks at one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{SourceId, Span};
use crate::model::Slo;
use crate::model::policy::Mode;
use crate::model::slo::Runbook;
use crate::plan::Settings;
use crate::runbook::{Anchors, Document};

use super::options::Options;

/// The runbooks of a workspace.
pub struct Library<'a> {
    /// The SLOs, in order.
    pub slos: &'a [Slo],
    /// How rules are made, and who is reached.
    pub settings: &'a Settings,
    /// What checks were told.
    pub options: &'a Options<'a>,
    /// `runbooks.url`.
    pub url: Url,
    /// What is there of the files that SLOs name, by path.
    pub books: &'a BTreeMap<String, Book>,
    /// Anchors that generation adds to every runbook.
    pub anchors: &'a BTreeSet<String>,
}

/// How `runbooks.url` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Url {
    /// Nothing is said of links.
    Absent,
    /// Something is said and cannot be read, which has its finding.
    Unreadable,
    /// At this place.
    Written(Span),
}

/// What is there of a file that an SLO names as its runbook.
pub enum Book {
    /// A text.
    Read {
        /// Its number among the sources.
        source: SourceId,
        /// What it says.
        document: Document,
        /// Paths of its links that lead to no file of the workspace.
        broken: BTreeSet<String>,
        /// What those lead to that name a heading of other Markdown, by path as it is written.
        pages: BTreeMap<String, Page>,
    },
    /// Nothing that could be read, and why.
    Unread(Unread),
}

/// Markdown of the workspace that a runbook leads to.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its path in the workspace.
    pub path: String,
    /// Every place in it that a link may name.
    pub anchors: Arc<Anchors>,
}

/// Why a runbook could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// There is no such file.
    Missing,
    /// Its name does not end in `.md` or `.markdown`: it may be anything, and would be published.
    NoMarkdown,
    /// It lies outside of the workspace, links followed.
    Outside,
    /// It has more bytes than are read of one.
    TooLarge,
    /// It is no text in UTF-8.
    Garbled,
}

/// What the alerts of an SLO do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alerts {
    /// There are none.
    None,
    /// They wait.
    Wait,
    /// They wake somebody.
    Wake,
}

/// A path of the workspace without dots.
pub fn plain(path: &str) -> String {
    let parts = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<&str>>().join("/")
}

impl Alerts {
    /// What those of `slo` do.
    pub fn of(slo: &Slo, settings: &Settings) -> Alerts {
        if slo.mode == Mode::Observe || slo.policy.tiers.is_empty() {
            return Alerts::None;
        }
        let tiers = slo.policy.tiers.iter().map(|tier| &tier.severity);
        let mut severities =
            tiers.chain(slo.policy.no_data.iter().map(|no_data| &no_data.severity));
        match severities.any(|severity| settings.roster.wakes(severity)) {
            true => Alerts::Wake,
            false => Alerts::Wait,
        }
    }
}

impl Library<'_> {
    /// What the alerts of an SLO do.
    pub fn alerts(&self, slo: &Slo) -> Alerts {
        Alerts::of(slo, self.settings)
    }

    /// Each runbook with the SLOs that name it; there is at least one.
    pub fn users(&self) -> BTreeMap<String, Vec<&Slo>> {
        let mut users: BTreeMap<String, Vec<&Slo>> = BTreeMap::new();
        for slo in self.slos {
            if let Some(Runbook::File(path)) = &slo.runbook {
                users.entry(plain(path)).or_default().push(slo);
            }
        }
        users
    }
}
