//! Checks against a server: what only somebody who has the data can say; and of links, what only their hosts can.
//!
//! A check is a function of what is known so far. What it looks up and does not find is asked, several questions at a
//! time, and then it is called again; equal questions are asked once, and SLOs over the same metric share theirs. When
//! nothing is left to ask, its findings count. What could not be asked is never held against an SLO: it is *unchecked*,
//! with the reason.

mod budget_already_spent;
mod burning_now;
mod canary;
mod desk;
mod label_missing;
mod le_bucket_missing;
mod metric_missing;
mod not_a_counter;
pub mod past;
mod presence;
mod query_cost;
mod range_below_two_scrapes;
mod ratio_out_of_range;
mod retention_too_short;
pub mod runbook_link_dead;
mod scene;
mod scrapes;
mod sli;
mod sli_empty;
mod table;
mod traffic;
mod traffic_too_low;
pub mod unchecked;
mod would_have_paged;

pub use query_cost::OPTIONS as QUERY_COST_OPTIONS;
pub use unchecked::{Online, Unchecked, Weight};

use super::check::Check;
use super::subject::Subject;
use crate::diagnostics::Findings;
use crate::prometheus::Server;
use canary::Canary;
use desk::Desk;
use scene::Scene;

/// How a check is asked: it looks things up and says what is wrong as far as it knows.
type Find = fn(&[Scene<'_>], &mut Desk, &mut Findings);

macro_rules! checks {
    ($($module:ident),* $(,)?) => {
        /// Every check against a server, by its code.
        pub static CHECKS: &[&Check] = &[$(&$module::CHECK),*];
        /// How each of them is asked.
        static FINDERS: &[Find] = &[$($module::find),*];
    };
}

checks! {
    metric_missing,
    label_missing,
    le_bucket_missing,
    not_a_counter,
    sli_empty,
    ratio_out_of_range,
    range_below_two_scrapes,
    retention_too_short,
    budget_already_spent,
    burning_now,
    would_have_paged,
    traffic_too_low,
    query_cost,
}

/// The checks of links: each of them runs on its own, without a server.
pub static WEB_CHECKS: &[&Check] = &[&runbook_link_dead::CHECK];

/// Most times that questions follow from answers. What the checks ask is at most this deep.
pub const ROUNDS_MAX: usize = 16;

/// Holds SLOs against a server. `at_ms` is the Unix time that is asked about, in milliseconds; without it the server's own.
pub fn check(subjects: &[Subject<'_>], server: &mut dyn Server, at_ms: Option<i64>) -> Online {
    let scenes: Vec<Scene<'_>> = subjects.iter().map(Scene::new).collect();
    if scenes.is_empty() {
        return Online::default();
    }
    let mut online = Online::default();
    let (now_ms, up) = match canary::sing(server, at_ms, &mut online.asked) {
        Canary::Alive { now_ms, up } => (now_ms, up),
        Canary::Silent(unchecked) => {
            online.unchecked.push(unchecked);
            return online;
        }
    };
    let mut desk = Desk::new(&scenes, CHECKS[0].code, now_ms);
    let mut foreign = None;
    for _ in 0..ROUNDS_MAX {
        desk.turn_to(CHECKS[0].code);
        foreign = foreign.or_else(|| metric_missing::is_foreign(&mut desk, up));
        if foreign == Some(true) {
            online
                .unchecked
                .push(canary::foreign(desk.metrics().count()));
            return online;
        }
        online.findings.clear();
        for (check, find) in CHECKS.iter().zip(FINDERS) {
            desk.turn_to(check.code);
            find(&scenes, &mut desk, &mut online.findings);
        }
        let wanted = desk.take_wanted();
        if wanted.is_empty() {
            online.unchecked = desk.unchecked();
            return online;
        }
        online.asked += wanted.len();
        let outcomes = server.ask(&wanted, Some(now_ms));
        for (question, outcome) in wanted.into_iter().zip(outcomes) {
            desk.learn(question, outcome);
        }
    }
    unreachable!("questions follow from answers more than {ROUNDS_MAX} times")
}
