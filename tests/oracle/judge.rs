//! Plays a scenario, fills a Prometheus with it, and judges what the generated rules recorded and fired.

use std::collections::BTreeMap;
use std::path::Path;

use super::backfill::Backfilled;
use super::exact::{Exact, Seen};
use super::history::History;
use super::passes::passes;
use super::ratios::{Differences, compare, windows_of};
use super::report;
use super::rules::{self, Rule};
use super::scenario::Scenario;
use super::tiers::{TIERS, TierReport, judge};

/// What a scenario came to.
pub struct Verdict {
    /// Per long window: against the counters as scraped, and against what happened.
    pub windows: Vec<(&'static str, Differences, Differences)>,
    /// Per tier.
    pub tiers: Vec<TierReport>,
}

/// Plays, fills, compares; prints the figures; fails where they are outside the tolerances.
///
/// `fires` names the tiers that must fire at some time, all others must stay silent.
pub fn check(scenario: &Scenario, fires: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let verdict = verdict_of(scenario, folder.path());
    report::print(scenario, &verdict);
    for (window, scraped, _) in &verdict.windows {
        let median = scraped.median().unwrap_or(0.0);
        assert!(
            median <= scenario.limits.median,
            "{window} of {}: the median ratio is off by {:.2} %",
            scenario.name,
            100.0 * median
        );
        assert!(
            scraped.worst_beyond_one_event <= scenario.limits.worst,
            "{window} of {}: a ratio is off by {:.2} % and by more than one event",
            scenario.name,
            100.0 * scraped.worst_beyond_one_event
        );
    }
    for tier in &verdict.tiers {
        assert!(
            tier.faults.is_empty(),
            "{} of {}: fires apart from the raw expression at {:?}",
            tier.name,
            scenario.name,
            tier.faults
        );
        assert!(
            tier.fired_before_incidents.is_empty(),
            "{} of {}: fires without an incident at {:?}",
            tier.name,
            scenario.name,
            tier.fired_before_incidents
        );
    }
    let fired: Vec<&str> = verdict
        .tiers
        .iter()
        .filter(|tier| tier.fired > 0)
        .map(|tier| tier.name.as_str())
        .collect();
    assert_eq!(fired, fires, "tiers of {} that fired", scenario.name);
}

/// Every recorded value is a number, and errors are counted wherever events are, as zero where they have no
/// series.
fn check_records(server: &Backfilled, records: &[Rule]) {
    let values: BTreeMap<&str, Vec<Option<f64>>> = records
        .iter()
        .filter_map(|rule| rule.record.as_deref())
        // A value that is no number stops the evaluation.
        .map(|name| (name, server.evaluate(name)))
        .collect();
    let presence = |name: &str| -> Vec<bool> {
        let of_name = values.get(name);
        let of_name = of_name.unwrap_or_else(|| panic!("`{name}` is not recorded"));
        of_name.iter().map(Option::is_some).collect()
    };
    for name in values.keys() {
        if let Some(window) = name.strip_prefix("slo:events:increase") {
            let errors = format!("slo:errors:increase{window}");
            assert!(
                presence(name) == presence(&errors),
                "`{errors}` is absent where `{name}` is not, or the other way round"
            );
        }
    }
}

fn verdict_of(scenario: &Scenario, folder: &Path) -> Verdict {
    let history = History::of(scenario);
    let workspace = format!(
        "rules: {{interval: 1m, scrape_interval: {}s}}\n",
        scenario.declared_scrape_s
    );
    let slo = rules::slo_of(scenario.name);
    let path = rules::compile(folder, scenario.name, &workspace, &slo);
    let rules = rules::read(&folder.join(path));
    let mut server = Backfilled::load(folder, scenario, &history.counters);
    server.fill(&passes(&rules.records()));
    check_records(&server, &rules.records());
    let seen = Seen::of(&history);
    let scraped = Exact::as_scraped(&history);
    let truth = Exact::as_happened(history);
    let windows = windows_of(scenario).map(|window| {
        let against = |exact| compare(scenario, &server, &seen, exact, window);
        (window.0, against(&scraped), against(&truth))
    });
    let alerts = rules.alerts();
    let tiers = TIERS
        .iter()
        .map(|tier| judge(scenario, &server, &truth, tier, &alerts));
    Verdict {
        tiers: tiers.collect(),
        windows: windows.collect(),
    }
}
