//! What would have happened to an SLO in the last weeks, for the checks that judge it.
//!
//! The engine goes through it; the questions go over the desk like all others. Steps are five minutes where windows allow it,
//! so that thirty days of an SLO are two questions. Only the first few SLOs of a run are replayed.

use std::rc::Rc;

use super::desk::Desk;
use super::presence::is_whole;
use super::scene::Scene;
use crate::base::Duration;
use crate::evaluate::{Group, Resolution};
use crate::model::Slo;
use crate::plan::{Plan, Settings};
use crate::replay::{GroupPast, Past, Span};
use crate::status::span::ARRIVAL;

/// How far back it goes.
pub const REPLAYED: Duration = Duration::days(30);
/// Most SLOs of one run that are replayed.
pub const REPLAYED_MAX: usize = 50;
/// How often it is evaluated: as often as a step is long, and the longest that fits the windows is this.
const INTERVAL: Duration = Duration::minutes(5);
/// Errors may be this much more than events before they are no share of them: two counters are never read together.
const SHARE_MAX: f64 = 1.01;

/// The past of an SLO whose metrics are all there; nothing while it is not known, and for the SLOs that are not replayed.
pub fn past(scene: &Scene<'_>, desk: &mut Desk) -> Option<Rc<Past>> {
    match is_whole(scene, desk)? {
        true => desk.past(scene.subject),
        false => None,
    }
}

/// The settings of a replay.
pub fn settings(settings: &Settings) -> Settings {
    Settings {
        interval: settings.interval.max(INTERVAL),
        ..settings.clone()
    }
}

/// Which time is replayed.
pub fn span(plan: &Plan<'_>, settings: &Settings, now_ms: i64) -> Span {
    let step_ms = Resolution::of(plan, settings).step_ms();
    let to_ms = (now_ms - ARRIVAL.as_ms() as i64).div_euclid(step_ms) * step_ms;
    Span {
        from_ms: to_ms - REPLAYED.as_ms() as i64,
        to_ms,
    }
}

/// The groups that can be judged. Where errors are no share of events the SLI is wrong, which another check says.
pub fn groups(past: &Past) -> impl Iterator<Item = (&Group, &GroupPast)> {
    past.groups
        .iter()
        .filter(|(_, group)| group.total.errors <= SHARE_MAX * group.total.events)
}

/// A group for people, in parentheses; nothing where an SLO has none.
pub fn named(slo: &Slo, group: &Group) -> String {
    match slo.group_by.is_empty() {
        true => String::new(),
        false => format!(" ({})", group.show(&slo.group_by)),
    }
}
