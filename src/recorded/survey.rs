//! All SLOs of a configuration, and what is asked about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::batch::{Batch, Part, Writer, fresh};
use super::subject::Subject;
use crate::base::Duration;
use crate::base::naming::{self, Naming};
use crate::model::{Slo, SloId};
use crate::plan::{self, Settings};

/// Most questions of one evaluation. What lies beyond is not known.
pub const BATCHES_MAX: usize = 200;
/// Up to this length in bytes the names of all SLOs stand in each question. Beyond it all that is recorded on the server is
/// asked for, and what is of others is passed over.
pub const NAMES_MAX_BYTES: usize = 4_096;

/// The SLOs.
#[derive(Clone, Debug)]
pub struct Survey {
    pub(super) subjects: Vec<Subject>,
    /// Where each stands, by the value of its label.
    pub(super) places: BTreeMap<String, usize>,
    pub(super) interval: Duration,
    pub(super) naming: &'static Naming,
    batches: Vec<Batch>,
    /// What is beyond the most questions.
    pub(super) refused: BTreeSet<Part>,
}

impl Survey {
    /// The survey of `slos`, whose rules run as `settings` say.
    pub fn of(slos: &[Arc<Slo>], settings: &Settings) -> Survey {
        let subjects = slos.iter();
        let subjects =
            subjects.map(|slo| Subject::of(&plan::plan(slo, slo.windows), &settings.roster));
        let subjects: Vec<Subject> = subjects.collect();
        let names = subjects.iter().enumerate();
        let names = names.map(|(at, subject)| (subject.id.to_string(), at));
        let places: BTreeMap<String, usize> = names.collect();
        let parts = subjects.iter().flat_map(Subject::parts);
        let mut parts: BTreeSet<Part> = parts.collect();
        let refused = match parts.iter().nth(BATCHES_MAX).copied() {
            Some(first) => parts.split_off(&first),
            None => BTreeSet::new(),
        };
        let writer = Writer {
            naming: settings.naming,
            interval: settings.interval,
            slos: matcher(&places),
        };
        Survey {
            batches: parts.into_iter().map(|part| writer.batch(part)).collect(),
            subjects,
            places,
            interval: settings.interval,
            naming: settings.naming,
            refused,
        }
    }

    /// What is asked in one evaluation, all of it for the same moment.
    pub fn batches(&self) -> &[Batch] {
        &self.batches
    }

    /// The SLOs, in the order of what is seen of them.
    pub fn slos(&self) -> impl ExactSizeIterator<Item = &SloId> {
        self.subjects.iter().map(|subject| &subject.id)
    }

    /// How often the rules run.
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// How old the newest sample of an SLO may be.
    pub(super) fn fresh(&self) -> Duration {
        fresh(self.interval)
    }
}

/// The matcher of SLOs: by name where that is short.
fn matcher(places: &BTreeMap<String, usize>) -> String {
    let mut names = String::new();
    for name in places.keys() {
        if !names.is_empty() {
            names.push('|');
        }
        names.push_str(&name.replace('.', r"\\."));
        if names.len() > NAMES_MAX_BYTES {
            return format!("{}!=\"\"", naming::SLO);
        }
    }
    format!("{}=~\"{names}\"", naming::SLO)
}
