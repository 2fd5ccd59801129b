//! Asks a server how SLOs stand, many at a time.

use crate::plan::{Plan, Settings};
use crate::prometheus::Server;
use crate::replay::{Depth, Inquiry, ask_all};

use super::span::span;
use super::standing::Standing;

/// So many SLOs are asked about at once: enough to keep a server busy, few enough to keep their answers.
pub const SLOS_AT_ONCE: usize = 32;

/// Which times matter, in Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// How SLOs stand is asked for now.
    pub now_ms: i64,
    /// Incidents are followed back to here at least.
    pub since_ms: i64,
    /// What each group counted is told from here on,
    pub counted_from_ms: i64,
    /// and of no more than the last so many milliseconds.
    pub counted_max_ms: i64,
}

impl Times {
    /// Now, and nothing before it in particular.
    pub fn at(now_ms: i64) -> Times {
        Times {
            now_ms,
            since_ms: now_ms,
            counted_from_ms: now_ms,
            counted_max_ms: 0,
        }
    }
}

/// How the SLOs of `plans` stand, in their order. `done` hears how many of them are known already.
pub fn stand(
    plans: &[Plan<'_>],
    settings: &Settings,
    times: Times,
    server: &mut dyn Server,
    done: &mut dyn FnMut(usize),
) -> Vec<Standing> {
    let mut standings = Vec::new();
    for plans in plans.chunks(SLOS_AT_ONCE) {
        let inquiry = |plan| {
            let span = span(plan, settings, times.now_ms, times.since_ms);
            Inquiry::new(plan, settings, span, Depth::Ending)
        };
        let inquiries: Vec<Inquiry<'_>> = plans.iter().map(inquiry).collect();
        let known = ask_all(&inquiries, server);
        let one = |(plan, known)| match known {
            Ok(replayer) => Standing::of(plan, settings, replayer, times),
            Err(failure) => Standing::unasked(plan, times.now_ms, failure),
        };
        standings.extend(plans.iter().zip(known).map(one));
        done(standings.len());
    }
    standings
}
