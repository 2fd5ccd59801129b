//! What the engine must know, from what was compiled.

use crate::engine::{self, Limits, Own};
use crate::model::{Daemon, Slo};
use crate::notify::pagers;
use crate::plan::{Plan, Settings, plan};

/// The book of a workspace: its SLOs, the pagers of its receivers as they are, and what it says of the daemon.
pub fn book(slos: &[&Slo], settings: &Settings, daemon: &Daemon) -> engine::Book {
    let plans: Vec<Plan<'_>> = slos.iter().map(|slo| plan(slo, slo.windows)).collect();
    engine::Book::of(&plans, settings, own(daemon), |pager| {
        let pager = pagers::of(pager);
        (pager.identity(), pager.budget(), pager.cadence())
    })
}

/// What the daemon is told about itself.
fn own(daemon: &Daemon) -> Own {
    Own {
        namespace: daemon.namespace.clone(),
        owner: daemon.owner.as_ref().map(|owner| owner.value.clone()),
        limits: Limits {
            blind_after: daemon.blind_after,
            expire_after: daemon.expire_after,
            fallback_after: daemon.fallback_after,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Duration, SourceId};
    use crate::diagnostics::Findings;
    use crate::model::Workspace;
    use crate::notify::Identity;

    const WORKSPACE: &str = "
teams: {payments: {notify: {page: [pager, chat]}}}
receivers:
  pager: {pagerduty: {routing_key_file: a}}
  chat: {slack: {url_file: b}}
daemon: {namespace: west, owner: payments, blind_after: 5m, fallback_after: 2m, expire_after: 1h}
";

    #[test]
    fn what_the_workspace_says_of_the_daemon_is_in_its_book() {
        let (documents, faults) = crate::yaml::read(SourceId(0), WORKSPACE);
        assert!(faults.is_empty());
        let mut findings = Findings::new();
        let workspace = Workspace::resolve(&documents[0].root, &mut findings);
        assert!(findings.is_empty(), "{findings:?}");
        let book = book(&[], &Settings::of(&workspace), &workspace.daemon);
        let owner = book.owner.as_ref().map(|owner| owner.as_str());
        assert_eq!((&*book.namespace, owner), ("west", Some("payments")));
        let limits = Limits {
            blind_after: Duration::minutes(5),
            expire_after: Duration::hours(1),
            fallback_after: Duration::minutes(2),
        };
        assert_eq!(book.limits, limits);
        let identities: Vec<(&str, Identity)> = book
            .lanes
            .values()
            .map(|lane| (lane.receiver.as_str(), lane.identity))
            .collect();
        assert_eq!(
            identities,
            [("chat", Identity::Unkeyed), ("pager", Identity::Keyed)]
        );
    }
}
