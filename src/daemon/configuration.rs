//! What the daemon runs with, and where it comes from.

use std::path::PathBuf;
use std::sync::Arc;

use super::bodies::Bodies;
use super::timetable::Class;
use crate::model::policy::Mode;
use crate::model::{Daemon, Slo};
use crate::notify::Key;
use crate::plan::Settings;
use crate::source::SourceSettings;

/// A configuration without faults.
#[derive(Debug)]
pub struct Configuration {
    /// The SLOs.
    pub slos: Vec<Arc<Slo>>,
    /// How they are evaluated, and who is told.
    pub settings: Settings,
    /// How the daemon runs.
    pub daemon: Daemon,
    /// Who is asked, and how.
    pub source: SourceSettings,
    /// The templates of webhooks.
    pub bodies: Bodies,
    /// The folder of the workspace, which paths are relative to.
    pub root: PathBuf,
}

/// Reads configurations. It may block.
pub trait Configurations: Send + 'static {
    /// Reads what there is now.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in lines for people.
    fn read(&mut self) -> Result<Configuration, String>;

    /// Any number that is another one when a file was changed, added or removed.
    fn stamp(&mut self) -> u64;
}

impl Configuration {
    /// What tells the source from others: pasts of one are none of another.
    pub fn source_mark(&self) -> Key {
        let parts = self.source.identity();
        Key::of(parts.iter().map(String::as_str))
    }

    /// Where the store is.
    pub fn data(&self) -> PathBuf {
        self.root.join(&self.daemon.data)
    }

    /// Whether an SLO can wake somebody.
    pub fn class(&self, slo: &Slo) -> Class {
        let wakes = slo.mode != Mode::Observe
            && slo
                .policy
                .tiers
                .iter()
                .any(|tier| self.settings.roster.wakes(&tier.severity));
        match wakes {
            true => Class::Wakes,
            false => Class::Waits,
        }
    }
}
