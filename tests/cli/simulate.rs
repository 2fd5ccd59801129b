//! `simulate` as users run it. The seed is given, so that figures are exact.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::case::{Case, FINE, Outcome, slo};

const WORKSPACE: &str = "apiVersion: burnwatch/v1
teams: {payments: {}}
checks: {levels: {QL009: off, XF004: off, RB001: off}}
policies:
  relaxed:
    min_errors: 10
    tiers:
      - {name: fast, severity: page, budget: 5%, long: 1h, short: 5m}
      - {name: slow, severity: ticket, budget: 10%, long: 1d, short: 2h}
  patient:
    tiers: [{name: fast, severity: page, budget: 2%, long: 1h, short: 5m, for: 10m}]
  yearly:
    tiers: [{name: slow, severity: ticket, burn_rate: 1, long: 90d}]
";

const REACHABLE: &str = "objective: 99.5
sli: {gauge: {metric: 'probe_success{job=\"checkout\"}'}}
";

fn case(fields: &str) -> Case {
    Case::bare()
        .file("burnwatch.yaml", WORKSPACE)
        .file("slos/checkout.yaml", &slo(fields))
}

fn ok(outcome: Outcome) -> String {
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(outcome.stderr, "");
    outcome.stdout
}

fn json(case: &Case, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["simulate", "--format", "json", "--runs", "5"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    serde_json::from_str(&ok(case.run(&all))).unwrap()
}

fn refused(arguments: &[&str], said: &str) {
    let all: Vec<&str> = ["simulate"].iter().chain(arguments).copied().collect();
    let outcome = case(FINE).run(&all);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains(said), "{said}: {outcome:?}");
}

#[test]
fn policies_are_compared_in_tables() {
    let text = ok(case(FINE).run(&[
        "simulate",
        "availability",
        "--policy",
        "google-sre",
        "--policy",
        "relaxed",
        "--traffic",
        "100/h",
        "--errors",
        "100%",
        "--errors",
        "0.5%",
        "--runs",
        "10",
        "--months",
        "1",
    ]));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/simulate.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&golden, &text).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        text == expected,
        "tests/golden/simulate.txt is out of date: run the tests with UPDATE=1 and look at the difference\n{text}"
    );
}

#[test]
fn a_new_workspace_is_simulated_without_arguments() {
    let case = Case::bare();
    assert_eq!(case.run(&["init"]).code, 0);
    let text = ok(case.run(&[
        "simulate",
        "--runs",
        "2",
        "--months",
        "0",
        "--traffic",
        "1000/h",
    ]));
    for part in [
        "checkout/availability: 99.9 % over 30d",
        "checkout/latency: 99 % over 30d",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_seed_gives_the_same_figures_and_another_one_others() {
    let case = case(FINE);
    let figures = |seed: &str| {
        let all = json(
            &case,
            &["--months", "0", "--traffic", "100/h", "--seed", seed],
        );
        all["simulated"].clone()
    };
    assert_eq!(figures("1"), figures("1"));
    assert_ne!(figures("1"), figures("2"));
}

/// Where nothing is left to chance, what is simulated is what the formulas say, to an evaluation and a fiftieth.
#[test]
fn with_much_traffic_the_formulas_hold() {
    let all = json(
        &case(FINE),
        &[
            "--months",
            "0",
            "--traffic",
            "1000000/h",
            "--swing",
            "0%",
            "--errors",
            "100%",
            "--errors",
            "5%",
            "--errors",
            "1%",
        ],
    );
    let incidents = &all["simulated"][0]["outcomes"][0]["alternatives"][1]["incidents"];
    let mut compared = 0;
    for incident in incidents.as_array().unwrap() {
        for tier in incident["tiers"].as_array().unwrap() {
            let Some(theory) = tier["theory"].as_object() else {
                assert_eq!(tier["detected"], 0.0, "{tier}");
                continue;
            };
            assert_eq!(tier["detected"], 1.0, "{tier}");
            for (what, found) in [("detection", &tier["detection"]), ("reset", &tier["reset"])] {
                let (expected, found) = (
                    theory[what].as_f64().unwrap(),
                    found["median"].as_f64().unwrap(),
                );
                let late = found - expected;
                assert!(late >= -0.02 * expected - 1.0, "{what}: {tier}");
                assert!(late <= 0.02 * expected + 61.0, "{what}: {tier}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 22);
}

/// It waits ten minutes, and the incident is over by then.
#[test]
fn a_tier_that_fires_after_an_incident_while_it_still_sees_it_has_detected_it() {
    let fixed = "--policy patient --months 0 --traffic 1000000/h --swing 0% --errors 100%";
    let fixed: Vec<&str> = fixed.split(' ').collect();
    let tier = |lasts: &str| {
        let all = json(&case(FINE), &[&fixed[..], &["--lasting", lasts]].concat());
        all["simulated"][0]["outcomes"][0]["alternatives"][1]["incidents"][0]["tiers"][0].clone()
    };
    let seen = tier("8m");
    assert_eq!(seen["detected"], 1.0, "{seen}");
    let fired = seen["detection"]["median"].as_f64().unwrap();
    assert!((651.0..780.0).contains(&fired), "{seen}");
    assert_eq!(tier("4m")["detected"], 0.0);
}

#[test]
fn errors_at_which_nothing_can_fire_are_said() {
    let workspace = WORKSPACE.replace(
        "policies:\n",
        "policies:
  low:
    tiers: [{name: leak, severity: ticket, burn_rate: 0.4, long: 3d}]
",
    );
    let case = case(FINE).file("burnwatch.yaml", &workspace);
    let fixed = "simulate --runs 1 --months 0 --traffic 100/h --errors 0.05% --errors 0.1%";
    let fixed: Vec<&str> = fixed.split(' ').collect();
    let text = ok(case.run(&fixed)).replace('\n', " ");
    let said = "nothing can fire at 0.05 % (a burn rate of 0.5), 0.1 % (a burn rate of 1)";
    assert!(text.contains(said), "{text}");
    assert!(
        text.contains("the lowest tier, `ticket-3d`, fires above 1"),
        "{text}"
    );
    assert!(!text.contains("in theory  detected"), "{text}");
    let text = ok(case.run(&[&fixed[..], &["--errors", "2%", "--policy", "low"]].concat()));
    assert!(!text.contains("nothing can fire"), "{text}");
    let fixed = [
        "--months",
        "0",
        "--traffic",
        "100/h",
        "--errors",
        "0.03%",
        "--policy",
        "low",
    ];
    let own = &json(&case, &fixed)["simulated"][0]["outcomes"][0]["alternatives"][1];
    assert_eq!(own["left_out"], serde_json::json!([0.0003]));
    assert_eq!(own["incidents"], serde_json::json!([]));
}

#[test]
fn lines_fit_into_a_terminal_however_long_names_are() {
    let long = "a-name-that-is-nearly-as-long-as-one-may-be-and-says-nothing";
    let workspace = WORKSPACE.replace(
        "policies:\n",
        &format!(
            "severities:\n  page: {{wakes: true}}\n  ticket: {{}}\n  {long}: {{wakes: true}}\npolicies:
  {long}:
    tiers: [{{name: {long}, severity: {long}, budget: 2%, long: 1h, short: 5m}}]
"
        ),
    );
    let other = slo(FINE).replace("name: availability", &format!("name: {long}"));
    let case = case(FINE)
        .file("burnwatch.yaml", &workspace)
        .file("slos/other.yaml", &other);
    let fixed = "simulate --runs 2 --months 1 --traffic 999999999/h --errors 0.1% --errors 15% --policy google-sre --policy";
    let fixed: Vec<&str> = fixed.split(' ').chain([long]).collect();
    let text = ok(case.run(&fixed));
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}\n{text}");
    }
    assert!(text.contains("…"), "{text}");
}

#[test]
fn guards_cost_time_and_save_pages() {
    let all = json(
        &case(FINE),
        &["--months", "1", "--traffic", "30/h", "--errors", "100%"],
    );
    let tried = all["simulated"][0]["outcomes"][0]["alternatives"]
        .as_array()
        .unwrap();
    let guards: Vec<&str> = tried
        .iter()
        .map(|one| one["guards"].as_str().unwrap())
        .collect();
    assert_eq!(
        guards,
        ["no guards", "min_errors 5", "min_errors 5, confidence 99 %"]
    );
    let pages = |at: usize| tried[at]["false_alerts_per_30d"]["page"].as_f64().unwrap();
    let soon = |at: usize| tried[at]["outage"]["detection"]["median"].as_f64().unwrap();
    assert!(pages(0) >= 10.0, "{}", pages(0));
    assert!(pages(1) <= 1.0, "{}", pages(1));
    assert!(soon(0) < soon(1), "{} {}", soon(0), soon(1));
}

#[test]
fn time_is_simulated_without_traffic() {
    let all = json(&case(REACHABLE), &["--months", "0", "--errors", "100%"]);
    let outcome = &all["simulated"][0]["outcomes"][0];
    assert_eq!(outcome["per_hour"], Value::Null);
    let own = &outcome["alternatives"][1];
    assert_eq!(own["guards"], "min_bad 2m");
    assert_eq!(own["incidents"][0]["tiers"][0]["detected"], 1.0);
}

#[test]
fn slos_that_come_out_the_same_are_simulated_once() {
    let other = slo(FINE)
        .replace("name: availability", "name: other")
        .replace("checkout", "cart");
    let case = case(FINE).file(
        "slos/cart.yaml",
        &other.replace("requests_total", "carts_total"),
    );
    let all = json(&case, &["--months", "0", "--traffic", "100/h"]);
    let simulated = all["simulated"].as_array().unwrap();
    assert_eq!(simulated.len(), 1);
    let slos = serde_json::json!(["cart/other", "checkout/availability"]);
    assert_eq!(simulated[0]["slos"], slos);
}

#[test]
fn an_slo_that_only_observes_has_nothing_to_simulate() {
    let fields = format!("{FINE}alerting: {{mode: observe, reason: new}}\n");
    let outcome = case(&fields).run(&["simulate", "--runs", "1", "--months", "0"]);
    assert!(
        outcome.stdout.contains("no alerts: its mode is `observe`"),
        "{outcome:?}"
    );
}

#[test]
fn what_makes_no_sense_is_said() {
    refused(
        &["checkout/availabilty"],
        "`checkout/availability` is similar",
    );
    refused(
        &["--policy", "relaxd"],
        "no policy is called `relaxd`; `relaxed` is similar",
    );
    refused(
        &["--policy", "yearly"],
        "the policy `yearly` does not fit `checkout/availability`",
    );
    refused(
        &["--traffic", "300"],
        "`--traffic 300`: a number per `s`, `m`, `h` or `d`",
    );
    refused(&["--traffic", "1000000001/h"], "`--traffic 1000000001/h`");
    refused(&["--errors", "0%"], "`--errors` is above 0 %");
    refused(
        &["--errors", "100.1%"],
        "`--errors 100.1%`: from 0% to 100% is expected",
    );
    refused(&["--swing", "101%"], "`--swing 101%`");
    refused(&["--burn=-1"], "`--burn -1`");
    refused(
        &["--burn", "1001"],
        "`--burn 1001`: a burn rate from 0 to 1000",
    );
    refused(&["--lasting", "91d"], "`--lasting 91d`: at most 90d");
    refused(&["--lasting", "soon"], "`--lasting soon`");
    refused(&["--runs", "0"], "--runs");
    refused(&["--runs", "100001"], "--runs");
    let many = ["--errors", "1%"].repeat(21);
    refused(&many, "`--errors` is given at most 20 times");
}
