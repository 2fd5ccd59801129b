//! A daemon's whole world: its services, its workspace, its machine.

use std::process::Command;

use super::process::Daemon;
use super::shim::Shim;
use super::site::{Services, Site, WORKSPACE, slos};
use super::world::pagerduty::Incident;
use super::world::rates::{BURNING, FLOOD, Traffic};
use super::world::wait::{now_ms, until, until_so};

/// An incident that a start finds has begun before it.
const SINCE_MS: i64 = 60_000;

/// All of it.
pub struct Scene {
    pub services: Services,
    pub site: Site,
    pub shim: Shim,
}

impl Scene {
    /// The usual workspace with these SLOs, each of which counts the job of its name.
    pub fn new(names: &[&str]) -> Scene {
        Scene::of(WORKSPACE, &slos(names))
    }

    /// The usual workspace with one text in place of another, which must be there.
    pub fn with(names: &[&str], changes: &[(&str, &str)]) -> Scene {
        Scene::of(&changed(changes), &slos(names))
    }

    /// A workspace and an SLO file.
    pub fn of(workspace: &str, slos: &str) -> Scene {
        let services = Services::start();
        let site = Site::of(&services, workspace, slos);
        let place = services.pagerduty.url();
        let port = place.rsplit(':').next().unwrap().parse().unwrap();
        let shim = Shim::new(&site.path("control"), &site.path("data"), port);
        Scene {
            services,
            site,
            shim,
        }
    }

    /// The command that runs the daemon in its machine.
    pub fn command(&self) -> Command {
        self.shim.below(self.site.command(&["run"]))
    }

    /// Starts a daemon, and waits until it serves.
    #[track_caller]
    pub fn start(&self) -> Daemon {
        self.spawn().lives()
    }

    /// Starts a daemon.
    pub fn spawn(&self) -> Daemon {
        self.site.spawn(self.command())
    }

    /// Starts a daemon, and waits until it has evaluated every SLO with all of its past.
    #[track_caller]
    pub fn start_ready(&self) -> Daemon {
        let daemon = self.start();
        until_so("the daemon knows the past of all SLOs", || {
            let page = daemon.page("/metrics").body;
            page.contains("burnwatch_slos{state=\"unknown\"} 0\n")
                && page.contains("burnwatch_slos{state=\"backfilling\"} 0\n")
                && daemon.page("/readyz").status == 200
        });
        daemon
    }

    /// A job burns from now on.
    pub fn burns(&self, job: &str) {
        self.services.counters.set(job, BURNING);
    }

    /// A job has been burning for a minute; nobody has asked about that time.
    pub fn was_burning(&self, job: &str) {
        let counters = &self.services.counters;
        counters.set_group(job, "", now_ms() - SINCE_MS, BURNING);
    }

    /// A job has no errors from now on, and so many events that windows are below every threshold at once.
    pub fn recovers(&self, job: &str) {
        self.services.counters.set(job, FLOOD);
    }

    /// A job has this traffic from now on.
    pub fn set(&self, job: &str, traffic: Traffic) {
        self.services.counters.set(job, traffic);
    }

    /// So much time goes by at once, everywhere.
    pub fn passes(&self, ms: i64) {
        let ahead_ms = self.shim.passed_ms() + ms;
        self.services.counters.runs_ahead(ahead_ms);
        self.shim.passes(ms);
    }

    /// Waits until a job was asked about once more and its answer was seen.
    #[track_caller]
    pub fn is_seen(&self, job: &str) {
        let counters = &self.services.counters;
        let before = counters.asked_about(job);
        // The first question may have been under way already.
        until_so("it is evaluated again", || {
            counters.asked_about(job) >= before + 4
        });
    }

    /// Every incident of PagerDuty.
    pub fn incidents(&self) -> Vec<Incident> {
        self.services
            .pagerduty
            .look(|service| service.incidents().to_vec())
    }

    /// Waits until PagerDuty has an incident about this, and gives it.
    #[track_caller]
    pub fn told_of(&self, what: &str) -> Incident {
        until(&format!("PagerDuty is told of `{what}`"), || {
            let incidents = self.incidents().into_iter();
            let mut about = incidents.filter(|one| one.summary().contains(what));
            about.next()
        })
    }

    /// Waits until no incident of PagerDuty is open.
    #[track_caller]
    pub fn all_is_resolved(&self) {
        until_so("every incident is resolved", || {
            self.incidents().iter().all(|one| !one.is_open())
        });
    }
}

/// The usual workspace with some texts in place of others, which must be there.
pub fn changed(changes: &[(&str, &str)]) -> String {
    let change = |text: String, (old, new): &(&str, &str)| {
        assert!(text.contains(old), "there is no {old}");
        text.replacen(old, new, 1)
    };
    changes.iter().fold(WORKSPACE.to_string(), change)
}
