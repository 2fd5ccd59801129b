//! Checks: what is suspicious about SLOs that can be read.
//!
//! Each check is one value with its own documentation (`lint/checks`). What the readers find stands in the same list, with
//! its documentation, so that every code has a page. Levels and suppressions are applied to all findings in one place,
//! `lint/settle`.

pub mod arrival;
pub mod check;
pub mod checks;
pub mod landing;
pub mod levels;
pub mod library;
pub mod online;
pub mod options;
pub mod page;
pub mod patterns;
pub mod settle;
pub mod subject;
pub mod suppression;
pub mod tiers;

pub use arrival::Arrivals;
pub use check::{Ask, Check};
pub use levels::Levels;
pub use library::Library;
pub use options::Options;
pub use settle::{Looked, Settled, Suppressed, settle};
pub use subject::{Query, Subject};

use crate::diagnostics::Findings;
use crate::model::Roster;

/// How many checks there are.
const CHECKS_COUNT: usize = checks::CHECKS.len() + online::CHECKS.len() + online::WEB_CHECKS.len();

/// Every check: those of texts, then those against a server, then those of links, each by code.
pub static CHECKS: &[&Check] = &ALL;

static ALL: [&Check; CHECKS_COUNT] = {
    let mut all = [checks::CHECKS[0]; CHECKS_COUNT];
    let lists = [checks::CHECKS, online::CHECKS, online::WEB_CHECKS];
    let (mut list, mut at) = (0, 0);
    while list < lists.len() {
        let mut of_list = 0;
        while of_list < lists[list].len() {
            all[at] = lists[list][of_list];
            (of_list, at) = (of_list + 1, at + 1);
        }
        list += 1;
    }
    all
};

/// What the checks of single SLOs find in one.
pub fn each(subject: &Subject<'_>, findings: &mut Findings) {
    for check in CHECKS {
        if let Ask::Slo(find) = check.ask {
            find(subject, findings);
        }
    }
}

/// What the checks of who is reached find.
pub fn of_roster(roster: &Roster, findings: &mut Findings) {
    for check in CHECKS {
        if let Ask::Roster(find) = check.ask {
            find(roster, findings);
        }
    }
}

/// What the checks of routes find.
pub fn of_routes(arrivals: &Arrivals<'_>, findings: &mut Findings) {
    for check in CHECKS {
        if let Ask::Routes(find) = check.ask {
            find(arrivals, findings);
        }
    }
}

/// What the checks of runbooks find.
pub fn of_runbooks(library: &Library<'_>, findings: &mut Findings) {
    for check in CHECKS {
        if let Ask::Runbooks(find) = check.ask {
            find(library, findings);
        }
    }
}

/// What the checks of all SLOs together find.
pub fn together(subjects: &[Subject<'_>], findings: &mut Findings) {
    for check in CHECKS {
        if let Ask::Slos(find) = check.ask {
            find(subjects, findings);
        }
    }
}
