//! Generated rules against a real Prometheus, judged by oracles that know nothing of burnwatch.
//!
//! Each scenario is a history of 6.75 days. promtool loads its counters and fills the recorded series in
//! passes; ratios and alerts are then compared with exact counts: of the counters as they were scraped, for
//! which there are tolerances, and of what truly happened, whose difference is printed.
//!
//! Nothing here imports the crate: burnwatch is run as a binary, and its output is read.

mod backfill;
mod exact;
mod history;
mod hold;
mod independence;
mod judge;
#[path = "../kit/mod.rs"]
mod kit;
mod openmetrics;
mod order;
mod passes;
mod random;
mod ratios;
mod report;
mod rules;
mod scenario;
mod scenarios;
mod sums;
mod tiers;

use judge::check;

const PAGES: [&str; 2] = ["1h/5m", "6h/30m"];
const ALL: [&str; 4] = ["1h/5m", "6h/30m", "1d/2h", "3d/6h"];

#[test]
fn diurnal_traffic_is_counted_by_its_weight_and_wakes_nobody() {
    check(&scenarios::diurnal(), &[]);
}

#[test]
fn bursty_traffic_is_counted_by_its_weight() {
    check(&scenarios::bursty(), &["1h/5m", "6h/30m", "3d/6h"]);
}

#[test]
fn an_incident_at_peak_fires_when_its_raw_windows_say_so() {
    check(&scenarios::peak(), &ALL);
}

#[test]
fn an_incident_in_the_trough_fires_when_its_raw_windows_say_so() {
    check(&scenarios::trough(), &PAGES);
}

#[test]
fn e8_restarts_lose_nothing_that_was_scraped() {
    check(&scenarios::restarts(), &PAGES);
}

#[test]
fn error_series_that_are_born_late_after_each_restart_cost_their_first_value() {
    check(&scenarios::reborn(), &PAGES);
}

#[test]
fn scrape_gaps_do_not_bend_ratios() {
    check(&scenarios::gaps(), &["1h/5m", "6h/30m", "3d/6h"]);
}

#[test]
fn a_scrape_gap_within_an_incident_bends_ratios_by_its_share_of_the_incident() {
    check(&scenarios::blindfold(), &PAGES);
}

#[test]
fn a_minute_between_scrapes_costs_nothing_where_it_is_declared() {
    check(&scenarios::minutely(), &["1h/5m", "6h/30m", "3d/6h"]);
}

#[test]
fn a_minute_between_scrapes_bends_ratios_where_it_is_not_declared() {
    check(&scenarios::undeclared(), &["1h/5m", "6h/30m", "3d/6h"]);
}

#[test]
fn forty_days_fill_the_windows_of_the_whole_period() {
    check(&scenarios::month(), &ALL);
}

#[test]
fn a_service_that_is_down_while_nobody_calls_wakes_nobody() {
    check(&scenarios::down(), &[]);
}

#[test]
fn ten_requests_an_hour_page_when_all_fail_and_not_for_one_error() {
    check(&scenarios::rare(), &ALL);
}

#[test]
fn an_error_series_that_is_born_in_the_incident_fires_all_the_same() {
    check(&scenarios::newborn(), &PAGES);
}

#[test]
fn an_error_series_that_starts_at_zero_fires_all_the_same() {
    check(&scenarios::initialised(), &PAGES);
}
