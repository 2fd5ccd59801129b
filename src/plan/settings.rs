//! What the workspace says about how rules are made.

use std::sync::Arc;

use crate::base::naming::{BURNWATCH, Naming};
use crate::base::{Duration, UrlTemplate};
use crate::model::{Roster, Workspace};

/// Settings of rules.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How often rules are evaluated.
    pub interval: Duration,
    /// How often Prometheus scrapes what is counted.
    pub scrape_interval: Duration,
    /// What things are called.
    pub naming: &'static Naming,
    /// How a runbook of the workspace becomes a link.
    pub runbook_url: Option<UrlTemplate>,
    /// How an SLO becomes a link to its dashboard.
    pub dashboard_url: Option<UrlTemplate>,
    /// Who is reached, how and when.
    pub roster: Arc<Roster>,
}

impl Settings {
    /// The settings of a workspace.
    pub fn of(workspace: &Workspace<'_>) -> Settings {
        Settings {
            interval: workspace.interval,
            scrape_interval: workspace.scrape_interval,
            naming: &BURNWATCH,
            runbook_url: workspace.runbook_url.clone(),
            dashboard_url: workspace.dashboard_url.clone(),
            roster: Arc::new(workspace.roster.clone()),
        }
    }
}
