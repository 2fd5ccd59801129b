//! A workspace for backtests, and what they print.

use serde_json::Value;

use super::case::{Case, Outcome};

/// Three SLOs over one counter: one budget, a budget for each route, and one that follows the calendar.
const SLOS: &str = "apiVersion: burnwatch/v1
service: checkout
owner: payments
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job=\"checkout\"}', errors_where: code=~\"5..\"}}
  - name: routes
    objective: 99.9
    group_by: [route]
    sli: {ratio: {events: 'http_requests_total{job=\"checkout\"}', good_where: 'code!~\"5..\", job=\"checkout\"'}}
  - name: monthly
    objective: 99.90
    period: {calendar: month, time_zone: UTC}
    sli: {ratio: {events: 'http_requests_total{job=\"checkout\"}', errors_where: code=~\"5..\"}}
  - name: reachable
    objective: 99
    sli: {gauge: {metric: 'probe_success{job=\"checkout\"}'}}
";

/// The workspace.
pub fn workspace() -> Case {
    Case::new().file("slos/checkout.yaml", SLOS)
}

/// The JSON of a backtest that went well.
pub fn json(outcome: &Outcome) -> Value {
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    serde_json::from_str(&outcome.stdout).unwrap()
}

/// The episodes of an SLO in short lines: group, severity, minutes of opening and resolution after the beginning, and those
/// of each tier.
pub fn episodes(value: &Value, begin_s: i64) -> Vec<String> {
    let minute = |time: &Value| match time.as_str() {
        None => "now".to_string(),
        Some(text) => {
            let at: jiff::Timestamp = text.parse().unwrap();
            ((at.as_second() - begin_s) / 60).to_string()
        }
    };
    let mut lines = Vec::new();
    for group in value["slos"][0]["groups"].as_array().unwrap() {
        for episode in group["episodes"].as_array().unwrap() {
            let firings = episode["firings"].as_array().unwrap().iter().map(|firing| {
                format!(
                    "{} {}-{}",
                    firing["tier"].as_str().unwrap(),
                    minute(&firing["from"]),
                    minute(&firing["to"])
                )
            });
            let labels: Vec<&str> = group["labels"]
                .as_object()
                .unwrap()
                .values()
                .map(|v| v.as_str().unwrap())
                .collect();
            lines.push(format!(
                "{}{} {}-{}: {}",
                labels
                    .iter()
                    .map(|label| format!("{label} "))
                    .collect::<String>(),
                episode["severity"].as_str().unwrap(),
                minute(&episode["opened"]),
                minute(&episode["resolved"]),
                firings.collect::<Vec<_>>().join(", ")
            ));
        }
    }
    lines.sort();
    lines
}
