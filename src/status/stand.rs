//! Asks a server how SLOs stand, many at a time.

use crate::plan::{Plan, Settings};
use crate::prometheus::Server;
use crate::replay::{Depth, Inquiry, ask_all};

use super::span::span;
use super::standing::Standing;

/// So many SLOs are asked about at once: enough to keep a server busy, few enough to keep their answers.
pub const SLOS_AT_ONCE: usize = 32;

/// How the SLOs of `plans` stand at `now_ms`, in their order; incidents are followed back to `since_ms` at least. `done` hears
/// how many of them are known already.
pub fn stand(
    plans: &[Plan<'_>],
    settings: &Settings,
    (now_ms, since_ms): (i64, Option<i64>),
    server: &mut dyn Server,
    done: &mut dyn FnMut(usize),
) -> Vec<Standing> {
    let mut standings = Vec::new();
    for plans in plans.chunks(SLOS_AT_ONCE) {
        let inquiry = |plan| {
            let span = span(plan, settings, now_ms, since_ms);
            Inquiry::new(plan, settings, span, Depth::Ending)
        };
        let inquiries: Vec<Inquiry<'_>> = plans.iter().map(inquiry).collect();
        let known = ask_all(&inquiries, server);
        let one = |(plan, known)| match known {
            Ok(replayer) => Standing::of(plan, settings, replayer),
            Err(failure) => Standing::unasked(plan, now_ms, failure),
        };
        standings.extend(plans.iter().zip(known).map(one));
        done(standings.len());
    }
    standings
}
