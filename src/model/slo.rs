//! One SLO as it is meant: everything looked up, defaulted, derived and checked.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::name::NameError;
use crate::base::{Duration, LabelName, Name, Ratio, Span, Spanned};

use super::core::Core;
use super::objective::Objective;
use super::place::{Part, Places};
use super::policy::{Mode, Policy};

/// What an SLO is called everywhere: `service/name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SloId {
    /// The service.
    pub service: Name,
    /// The SLO's name within it.
    pub name: Name,
}

impl fmt::Display for SloId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.name)
    }
}

impl From<SloId> for String {
    fn from(id: SloId) -> String {
        id.to_string()
    }
}

impl TryFrom<String> for SloId {
    type Error = NameError;

    fn try_from(text: String) -> Result<SloId, NameError> {
        let (service, name) = text.split_once('/').ok_or(NameError::Empty)?;
        Ok(SloId {
            service: service.parse()?,
            name: name.parse()?,
        })
    }
}

/// Where a runbook is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runbook {
    /// A file of the workspace, relative to its root.
    File(String),
    /// Somewhere on the web.
    Url(String),
}

/// How windows beyond an hour are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowMode {
    /// From recorded series, in tiles.
    Recorded,
    /// From the raw series, each time.
    Raw,
}

/// A period that follows the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// `day`, `week`, `month`, `quarter` or `year`.
    pub unit: String,
    /// The IANA time zone in which it begins.
    pub time_zone: String,
    /// Where it is written.
    pub span: Span,
}

/// One SLO.
#[derive(Clone, Debug)]
pub struct Slo {
    /// What it is called.
    pub id: SloId,
    /// The team that answers for it.
    pub owner: Option<Name>,
    /// Labels for alerts and `slo:info`.
    pub labels: BTreeMap<LabelName, String>,
    /// What it promises, in the user's words.
    pub description: Option<String>,
    /// What to do when it burns.
    pub runbook: Option<Runbook>,
    /// SLOs and services that it depends on, as they are written.
    pub depends_on: Vec<Spanned<String>>,
    /// How much must be good.
    pub objective: Objective,
    /// Over which time the objective holds; the usual length of a unit of the calendar.
    pub period: Duration,
    /// The unit of the calendar, where the period follows it.
    pub calendar: Option<Calendar>,
    /// The SLI kind as it was written, for people.
    pub kind: &'static str,
    /// What is counted.
    pub core: Core,
    /// One budget and one set of alerts for each value of these labels.
    pub group_by: Vec<LabelName>,
    /// When to alert.
    pub policy: Policy,
    /// What alerts may do.
    pub mode: Mode,
    /// How long windows are computed.
    pub windows: WindowMode,
    /// Expected events per hour, where declared.
    pub expected_per_hour: Option<Ratio>,
    /// Why its mode is not to alert, in the user's words.
    pub mode_reason: Option<String>,
    /// The texts of its SLI as they were written.
    pub parts: Vec<Part>,
    /// Where the rest of it is written.
    pub places: Places,
}
