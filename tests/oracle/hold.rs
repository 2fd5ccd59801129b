//! A tier with `for`: promtool plays the generated alerts, since a range query knows no pending state.

use serde_json::{Value, json};

use super::rules;
use crate::kit::tools::promtool;

const SERVICE: &str = "patience";

/// Two tiers that differ in `for` alone.
const POLICY: &str = "policies:\n\
    \x20 patient:\n\
    \x20   tiers:\n\
    \x20     - {name: hasty, severity: page, budget: 2%, long: 1h, short: 5m}\n\
    \x20     - {name: patient, severity: page, budget: 2%, long: 1h, short: 5m, for: 15m}\n";

/// 600 requests a minute; from minute 60 on a tenth fails, for `minutes`.
///
/// 1.44 % of an hour are 518.4 errors: more than that have happened 9 minutes later.
fn timeline(minutes: usize, expected: &[(&str, &[(&str, &str)])]) -> Value {
    let rest = 120 - 60 - minutes;
    let good = format!(
        "0+600x60 {}+540x{} {}+600x{rest}",
        36_540,
        minutes - 1,
        36_600 + 540 * minutes
    );
    let bad = format!("0x60 60+60x{} {}x{rest}", minutes - 1, 60 * minutes);
    let series = |code: &str, values: &str| {
        json!({
            "series": format!("http_requests_total{{job=\"{SERVICE}\",instance=\"0\",code=\"{code}\"}}"),
            "values": values,
        })
    };
    let tests: Vec<Value> = expected
        .iter()
        .map(|(time, states)| {
            let samples: Vec<Value> = states
                .iter()
                .map(|(tier, state)| {
                    let labels = format!("{{slo_tier=\"{tier}\",alertstate=\"{state}\"}}");
                    json!({"labels": labels, "value": 1})
                })
                .collect();
            json!({
                "expr": format!("count by (slo_tier, alertstate) (ALERTS{{slo=\"{SERVICE}/availability\"}})"),
                "eval_time": time,
                "exp_samples": samples,
            })
        })
        .collect();
    json!({
        "interval": "1m",
        "input_series": [series("200", &good), series("503", &bad)],
        "promql_expr_test": tests,
    })
}

fn check(tests: &[Value]) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let slo = rules::slo_of(SERVICE) + "  alerting: {policy: patient}\n";
    let path = rules::compile(folder.path(), SERVICE, POLICY, &slo);
    let file = json!({
        "rule_files": [path],
        "evaluation_interval": "1m",
        "tests": tests,
    });
    // JSON is YAML.
    std::fs::write(folder.path().join("for.test.yaml"), file.to_string())
        .expect("the folder is writable");
    promtool(folder.path(), ["test", "rules", "for.test.yaml"])
        .expect_success("promtool test rules");
}

#[test]
fn a_tier_with_for_is_pending_until_its_time_is_over() {
    const HASTY: (&str, &str) = ("hasty", "firing");
    check(&[timeline(
        50,
        &[
            ("68m", &[]),
            ("69m", &[HASTY, ("patient", "pending")]),
            ("83m", &[HASTY, ("patient", "pending")]),
            ("84m", &[HASTY, ("patient", "firing")]),
        ],
    )]);
}

#[test]
fn an_incident_that_ends_within_for_never_fires() {
    const HASTY: (&str, &str) = ("hasty", "firing");
    check(&[timeline(
        13,
        &[
            ("69m", &[HASTY, ("patient", "pending")]),
            ("77m", &[HASTY, ("patient", "pending")]),
            ("84m", &[]),
            ("100m", &[]),
        ],
    )]);
}
