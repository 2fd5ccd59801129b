//! Backtests from files: when tiers fire is worked out by hand, and every form of the same counts says the same.

use super::history::{BEGIN_S, DAY, Route, csv, openmetrics, route};
use super::workspace::{episodes, json, workspace};

/// Ten days of 600 requests a minute; half an hour of them has a tenth of errors.
pub fn outage() -> Vec<Route> {
    vec![route("/pay", 10 * DAY, 600, (7_000, 7_030), 10)]
}

/// When the built-in tiers fire for [`outage`], by hand. Of an hour's 36,000 requests more than 14.4 x 0.1 % must fail: 60 a
/// minute do so in the ninth minute; five minutes after the end the short window holds none. Of six hours' 216,000 more than
/// 6 x 0.1 %: in the 22nd minute; the short window of half an hour holds at most 108 errors from 29 minutes after the end on.
/// The tiers of a day and of three days need more errors than the 1,800 that there are: 3 x 0.1 % of 864,000 are 2,592, and
/// 0.1 % of 2,592,000 as many.
pub const OUTAGE: &str = "page 7009-7059: page-1h 7009-7035, page-6h 7022-7059";

#[test]
fn a_csv_fires_when_arithmetic_says() {
    let case = workspace().file("a.csv", &csv(&outage(), 1, false));
    let outcome = case.run(&[
        "backtest",
        "checkout/availability",
        "--data",
        "a.csv",
        "--format",
        "json",
    ]);
    assert_eq!(episodes(&json(&outcome), BEGIN_S), [OUTAGE]);
}

#[test]
fn counters_fire_as_their_counts_do_whatever_their_form_and_resets() {
    let text = openmetrics(&outage());
    let in_ms: String = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}000\n"))
        .collect();
    let case = workspace().file("a.om", &text).file("a.prom", &in_ms);
    for file in ["a.om", "a.prom"] {
        let outcome = case.run(&[
            "backtest",
            "checkout/availability",
            "--data",
            file,
            "--format",
            "json",
        ]);
        assert_eq!(episodes(&json(&outcome), BEGIN_S), [OUTAGE], "{file}");
    }
}

#[test]
fn rows_of_five_minutes_fire_within_one_of_them() {
    let case = workspace().file("a.csv", &csv(&outage(), 5, false));
    let outcome = case.run(&[
        "backtest",
        "availability",
        "--data",
        "a.csv",
        "--format",
        "json",
    ]);
    assert_eq!(
        episodes(&json(&outcome), BEGIN_S),
        ["page 7010-7060: page-1h 7010-7035, page-6h 7025-7060"]
    );
    let group = &json(&outcome)["slos"][0]["groups"][0];
    assert_eq!(
        (group["events"].as_u64(), group["errors"].as_u64()),
        (Some(8_640_000), Some(1_800))
    );
}

#[test]
fn what_must_hold_for_a_while_does_so_in_long_steps_too() {
    let slo = "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nslos:\n  - name: held\n    objective: 99\n    \
               sli: {ratio: {events: a_total, errors: b_total}}\n    alerting:\n      tiers:\n        \
               - {name: fast, severity: page, burn_rate: 10, long: 1h, short: 5m, for: 15m}\n";
    let rows = csv(&[route("/pay", DAY, 600, (600, 660), 50)], 5, false);
    let case = workspace().file("slos/held.yaml", slo).file("a.csv", &rows);
    let outcome = case.run(&["backtest", "held", "--data", "a.csv", "--format", "json"]);
    // 10 % of an hour's 36,000 requests are 3,600: more than that are bad after 15 minutes, and 15 minutes later it fires.
    assert_eq!(
        episodes(&json(&outcome), BEGIN_S),
        ["page 630-665: fast 630-665"]
    );
}

#[test]
fn each_route_has_episodes_of_its_own_and_good_events_count_like_bad_ones() {
    let routes = [
        route("/cart", 10 * DAY, 600, (0, 0), 0),
        route("/pay", 10 * DAY, 600, (7_000, 7_030), 10),
    ];
    let case = workspace()
        .file("a.csv", &csv(&routes, 1, true))
        .file("a.om", &openmetrics(&routes));
    for file in ["a.csv", "a.om"] {
        let outcome = case.run(&["backtest", "routes", "--data", file, "--format", "json"]);
        let value = json(&outcome);
        assert_eq!(
            episodes(&value, BEGIN_S),
            [format!("/pay {OUTAGE}")],
            "{file}"
        );
        let groups = value["slos"][0]["groups"].as_array().unwrap();
        assert_eq!(groups[0]["labels"]["route"], "/pay", "the worst is first");
        assert_eq!(groups[1]["errors"], 0);
    }
}

#[test]
fn a_month_begins_with_a_whole_budget() {
    let case = workspace().file(
        "a.csv",
        &csv(&[route("/pay", 20 * DAY, 600, (0, 10 * DAY), 1)], 5, false),
    );
    let run = |to: &str| {
        let outcome = case.run(&[
            "backtest", "monthly", "--data", "a.csv", "--format", "json", "--to", to,
        ]);
        let value = json(&outcome);
        assert_eq!(value["slos"][0]["objective"], "99.9");
        assert_eq!(value["slos"][0]["calendar"]["unit"], "month");
        value["slos"][0]["groups"][0]["budget_left"]
            .as_f64()
            .unwrap()
    };
    // The ten days of October that are known hold 1 % of errors, ten times what is allowed; before them there were none.
    let october = run("2026-11-01");
    assert!(
        (october - (1.0 - 10.0 * 10.0 / 31.0)).abs() < 1e-6,
        "{october}"
    );
    assert_eq!(run("2026-11-11"), 1.0);
}

#[test]
fn what_an_episode_spent_of_a_month_is_what_the_budget_of_the_month_lost() {
    // Half of everything fails in the last twenty minutes, on the first day of November.
    let end = 10 * DAY + 740;
    let routes = [route("/pay", end, 600, (end - 20, end), 50)];
    let case = workspace().file("a.csv", &csv(&routes, 5, false));
    let outcome = case.run(&["backtest", "monthly", "--data", "a.csv", "--format", "json"]);
    let value = json(&outcome);
    let group = &value["slos"][0]["groups"][0];
    let lost = 1.0 - group["budget_left"].as_f64().unwrap();
    let episode = &group["episodes"][0];
    let spent = episode["budget_spent"].as_f64().unwrap();
    assert!(spent > lost / 2.0 && spent <= lost, "{spent} of {lost}");
}

#[test]
fn what_nobody_saw_is_neither_calm_nor_an_episode() {
    let mut routes = outage();
    routes[0].minutes[3_000..3_120].fill(None);
    let case = workspace().file("a.csv", &csv(&routes, 1, false));
    let value = json(&case.run(&[
        "backtest",
        "availability",
        "--data",
        "a.csv",
        "--format",
        "json",
    ]));
    assert_eq!(episodes(&value, BEGIN_S), [OUTAGE]);
    assert_eq!(value["slos"][0]["blind"].as_array().unwrap().len(), 1);
    assert_eq!(value["slos"][0]["blind"][0]["from"], "2026-10-24T02:00:00Z");
    assert_eq!(value["slos"][0]["blind"][0]["to"], "2026-10-24T04:00:00Z");
}

#[test]
fn a_time_of_which_nothing_is_known_is_not_calm() {
    let mut routes = outage();
    routes[0].minutes[3_000..3_120].fill(None);
    let case = workspace().file("a.csv", &csv(&routes, 1, false));
    let span = [
        "--from",
        "2026-10-24T02:10:00Z",
        "--to",
        "2026-10-24T03:50:00Z",
    ];
    let outcome = case.run(&[&["backtest", "availability", "--data", "a.csv"], &span[..]].concat());
    let first = outcome.stdout.lines().next();
    assert_eq!(
        first,
        Some("checkout/availability: no data"),
        "{}",
        outcome.stdout
    );
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
}

#[test]
fn what_is_asked_for_is_shown_and_how_far_the_data_reaches() {
    let case = workspace().file("a.csv", &csv(&outage(), 1, false));
    let run = |arguments: &[&str]| {
        case.run(&[&["backtest", "availability", "--data", "a.csv"], arguments].concat())
    };
    let earlier = run(&["--from", "2026-10-01"]);
    assert!(
        earlier
            .stdout
            .contains("the data begins at 2026-10-22 00:00, 21 d later than asked for"),
        "{}",
        earlier.stdout
    );
    let later = run(&["--from", "2026-10-28", "--to", "2026-10-30"]);
    assert!(
        later.stdout.contains("availability: calm"),
        "{}",
        later.stdout
    );
    let tickets = run(&["--severity", "ticket"]);
    assert!(
        tickets.stdout.contains("calm, no ticket"),
        "{}",
        tickets.stdout
    );
    let outside = run(&["--from", "2026-11-10"]);
    assert_eq!(outside.code, 2);
    assert!(
        outside
            .stderr
            .contains("the file holds 2026-10-22 00:00 to 2026-11-01 00:00 UTC"),
        "{}",
        outside.stderr
    );
}
