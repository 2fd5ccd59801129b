//! How many faults in the alerts the generated tests catch: each mutant stands beside the real alerts as one of its own, so that
//! one run of promtool judges all of them.

use std::collections::{BTreeMap, BTreeSet};

use burnwatch::base::SourceId;
use burnwatch::yaml::{Node, Value, read};

use crate::kit::tools::promtool;
use crate::mutants::mutants;
use crate::workspace::Generated;

/// The least share of mutants that must be caught, in percent.
const CAUGHT_MIN: usize = 95;

const SLO: &str = "- name: availability
  objective: 99.9
  sli: {ratio: {events: 'requests_total{job=\"shop\"}', errors_where: 'code=~\"5..\"'}}
";

/// An alerting rule, as it stands in the file.
struct Alert {
    tier: String,
    expr: String,
    /// `for` and `keep_firing_for`.
    durations: Vec<(String, String)>,
}

fn text(node: &Node) -> &str {
    match &node.value {
        Value::Scalar(scalar) => &scalar.text,
        other => panic!("{other:?} is no text"),
    }
}

fn field<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    match &node.value {
        Value::Mapping(mapping) => mapping
            .entries
            .iter()
            .find(|entry| &*entry.key.text == name)
            .map(|entry| &entry.value),
        _ => None,
    }
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::Sequence(items) => items,
        other => panic!("{other:?} is no list"),
    }
}

/// Recorded windows, the shortest first, and alerts of a rule file with one group.
fn contents(rules: &str) -> (Vec<String>, Vec<Alert>) {
    let (documents, findings) = read(SourceId(0), rules);
    assert!(findings.is_empty(), "{findings:?}");
    let groups = field(&documents[0].root, "groups").unwrap();
    let (mut windows, mut alerts) = (Vec::new(), Vec::new());
    for rule in items(field(&items(groups)[0], "rules").unwrap()) {
        if let Some(name) = field(rule, "record") {
            windows.extend(
                text(name)
                    .strip_prefix("slo:events:increase")
                    .map(str::to_string),
            );
            continue;
        }
        let labels = field(rule, "labels").unwrap();
        let durations = ["for", "keep_firing_for"].into_iter();
        alerts.push(Alert {
            tier: text(field(labels, "slo_tier").unwrap()).to_string(),
            expr: text(field(rule, "expr").unwrap()).trim().to_string(),
            durations: durations
                .filter_map(|name| Some((name.to_string(), text(field(rule, name)?).to_string())))
                .collect(),
        });
    }
    (windows, alerts)
}

/// A mutant under the name by which promtool reports it.
struct Named {
    tier: String,
    change: String,
}

/// The rule file with every mutant behind the real alerts, and the mutants by their tier label.
fn mutated(rules: &str) -> (String, BTreeMap<String, Named>) {
    let (windows, alerts) = contents(rules);
    let mut text = rules.to_string();
    let mut named = BTreeMap::new();
    for alert in &alerts {
        let other = alerts
            .iter()
            .find(|a| a.tier != alert.tier)
            .map(|a| a.tier.as_str());
        for mutant in mutants(&alert.expr, &alert.tier, other, &windows) {
            let label = format!("{}~{}", alert.tier, named.len());
            // Held by its own state, not by that of the alert that it was made from.
            let expr = mutant.expr.replace(
                &format!("slo_tier=\"{}\"", alert.tier),
                &format!("slo_tier=\"{label}\""),
            );
            text.push_str("  - alert: SLOErrorBudgetBurn\n    expr: ");
            text.push_str(&serde_json::to_string(&expr).unwrap());
            for (name, duration) in &alert.durations {
                text.push_str(&format!("\n    {name}: {duration}"));
            }
            text.push_str(&format!(
                "\n    labels: {{slo: shop/availability, slo_tier: {label}}}\n"
            ));
            named.insert(
                label,
                Named {
                    tier: alert.tier.clone(),
                    change: mutant.change,
                },
            );
        }
    }
    (text, named)
}

/// Tiers in a line such as `{slo_tier="a"} 1E+00, {slo_tier="b"} 1E+00`, with their values.
fn samples(line: &str) -> BTreeMap<String, f64> {
    let behind = line.split("slo_tier=\"").skip(1);
    let sample = |part: &str| {
        let (tier, rest) = part.split_once("\"}").unwrap();
        let value = rest
            .split([',', ' '])
            .find(|word| !word.is_empty())
            .unwrap();
        (tier.to_string(), value.parse().unwrap())
    };
    behind.map(sample).collect()
}

/// The mutants that no assertion tells from the alert that they were made from.
fn survivors(report: &str, named: &BTreeMap<String, Named>) -> BTreeSet<String> {
    let mut alive: BTreeSet<&String> = named.keys().collect();
    let lines = |word: &'static str| {
        let lines = report.lines().map(str::trim);
        lines.filter_map(move |line| line.strip_prefix(word))
    };
    let expected: Vec<_> = lines("exp:").map(samples).collect();
    let got: Vec<_> = lines("got:").map(samples).collect();
    assert_eq!(expected.len(), got.len(), "{report:.2000}");
    for (expected, got) in expected.iter().zip(&got) {
        let real = |(tier, _): &(&String, &f64)| !tier.contains('~');
        let found: BTreeMap<_, _> = got.iter().filter(real).collect();
        assert_eq!(found, expected.iter().collect(), "a real alert is wrong");
        alive.retain(|label| got.get(*label) == expected.get(&named[*label].tier));
    }
    alive
        .into_iter()
        .map(|label| format!("{}, {}", named[label].tier, named[label].change))
        .collect()
}

/// Runs all mutants of the alerts of an SLO with this `alerting`; `listed` are those known to survive, each with its reason.
fn check(what: &str, alerting: &str, listed: &[(&str, &str)]) {
    let generated = Generated::new("", &format!("{SLO}{alerting}"));
    let (rules, named) = mutated(&generated.text("rules.yaml"));
    std::fs::write(generated.folder().join("shop.rules.yaml"), rules).unwrap();
    let folder = generated.folder();
    // One mutant that is no PromQL would fail the run early, and look as if every mutant had been caught.
    promtool(&folder, ["check", "rules", "shop.rules.yaml"]).expect_success("check rules");
    let outcome = promtool(&folder, ["test", "rules", "shop.test.yaml"]);
    let report = format!("{}\n{}", outcome.stdout, outcome.stderr);
    assert!(
        !outcome.success && report.contains("got:"),
        "{report:.2000}"
    );
    assert!(!report.contains("err:"), "{report:.2000}");
    let survivors = survivors(&report, &named);
    let caught = named.len() - survivors.len();
    eprintln!("{what}: {caught} of {} mutants are caught", named.len());
    let known: BTreeSet<String> = listed.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(survivors, known, "{what}: survivors, and those listed");
    assert!(
        caught * 100 >= named.len() * CAUGHT_MIN,
        "{what}: {caught} of {}",
        named.len()
    );
}

/// Equal at one real number only, which no count of events meets; nothing against nothing is stopped by the third line.
const EQUAL: &str = "equal at one real number only";
/// It asks only whether there is a series, and apart from the edges of a gap all windows exist together.
const EXISTS: &str = "exists whenever the other does, but at the edges of a gap";
/// Long windows look back over most of the timeline, or over its quiet stretch.
const OLDER: &str = "no errors are older than the window when it matters";
#[test]
fn nearly_every_fault_in_the_default_alerts_is_caught() {
    check(
        "the default policy",
        "",
        &[
            ("page-1h, line 1: > -> >=", EQUAL),
            ("page-6h, line 1: > -> >=", EQUAL),
            ("ticket-1d, line 1: > -> >=", EQUAL),
            ("ticket-3d, line 1: > -> >=", EQUAL),
            (
                "ticket-1d, line 4: slo:events:increase1h -> slo:events:increase2h",
                EXISTS,
            ),
            (
                "ticket-3d, line 4: slo:events:increase1h -> slo:events:increase2h",
                EXISTS,
            ),
            (
                "ticket-3d, line 1: slo:errors:increase3d -> slo:errors:increase30d",
                OLDER,
            ),
            (
                "ticket-3d, line 3: slo:errors:increase3d -> slo:errors:increase30d",
                OLDER,
            ),
        ],
    );
}

const WITH_FOR: &str = "  alerting:
    tiers:
      - {name: fast, severity: page, long: 1h, short: 5m, burn_rate: 36}
      - {name: slow, severity: ticket, long: 6h, short: 30m, burn_rate: 10, for: 15m}
      - {name: drip, severity: ticket, long: 3d, short: 6h, burn_rate: 1, for: 15m, keep_firing_for: 30m}
";

#[test]
fn nearly_every_fault_in_alerts_with_for_is_caught() {
    check(
        "a policy with `for`",
        WITH_FOR,
        &[
            ("fast, line 1: > -> >=", EQUAL),
            ("slow, line 1: > -> >=", EQUAL),
            ("drip, line 1: > -> >=", EQUAL),
            (
                "drip, line 4: slo:events:increase1h -> slo:events:increase6h",
                EXISTS,
            ),
            (
                "slow, line 1: slo:errors:increase6h -> slo:errors:increase12h",
                OLDER,
            ),
            (
                "drip, line 1: slo:errors:increase3d -> slo:errors:increase30d",
                OLDER,
            ),
            (
                "drip, line 3: slo:errors:increase3d -> slo:errors:increase30d",
                OLDER,
            ),
        ],
    );
}
