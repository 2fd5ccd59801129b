//! Configurations that people have, before and after ours is merged in: everything of theirs lands where it landed, says
//! what it said and silences what it silenced, and everything of ours arrives.

use std::fs;
use std::path::Path;
use std::time::Duration;

use burnwatch::alertmanager::inhibit::silences;
use burnwatch::alertmanager::shadow::shadowed;
use burnwatch::alertmanager::{Arrival, Config, Continue, Labels, arrivals};
use serde_json::Value;

use crate::amtool_files;
use crate::dice::Dice;
use crate::folder::{Folder, GENERATED};
use crate::foreign::{self, Vocabulary};
use crate::kit::alertmanager::Alertmanager;
use crate::kit::http;
use crate::read::read;

/// Alerts of other people that are followed through each base.
const ALERTS: usize = 36;
/// Pairs of them of which it is asked whether one silences the other.
const PAIRS: usize = 1_500;
/// How long a question may take.
const ASK_DEADLINE: Duration = Duration::from_secs(30);

const WORKSPACE: &str = "apiVersion: burnwatch/v1
teams:
  payments:
    notify: {page: [pager, chat], ticket: [tracker]}
    office_hours: {days: [mon, tue, wed, thu, fri], from: '09:00', to: '17:00', time_zone: Europe/Berlin}
  search:
    notify: {page: [pager], ticket: [chat, tracker]}
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/pager}}
  chat: {slack: {url_file: /run/secrets/chat, channel: '#burns'}}
  tracker: {webhook: {url: 'http://127.0.0.1:9099/tracker'}}
maintenance:
  moving: {from: 2026-12-01 22:00, to: 2026-12-03 04:00, services: [checkout]}
alertmanager: {base: alertmanager.base.yaml}
";

const SLOS: &str = "apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
labels: {tenant: shop}
slos:
  - name: availability
    objective: 99.9
    group_by: [region]
    sli: {ratio: {events: 'http_requests_total{job=\"checkout\"}', errors_where: code=~\"5..\"}}
    depends_on: [search/latency]
    alerting: {no_data: {severity: page}}
---
apiVersion: burnwatch/v1
service: search
owner: search
runbook: https://runbooks.example.com/search
slos:
  - name: latency
    objective: 99
    sli: {ratio: {events: 'http_requests_total{job=\"search\"}', errors_where: code=~\"5..\"}}
";

/// The bases, by name.
fn bases() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/routes/bases");
    let mut bases: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    bases.sort();
    assert!(bases.len() >= 20, "only {} bases", bases.len());
    bases
}

/// A base and what `burnwatch generate` makes of it.
struct Merged {
    name: String,
    folder: Folder,
    before: Config,
    after: Config,
}

fn merged((name, base): (String, String)) -> Merged {
    let folder = Folder::with(&[
        ("burnwatch.yaml", WORKSPACE),
        ("slos/all.yaml", SLOS),
        ("alertmanager.base.yaml", &base),
    ]);
    folder
        .burnwatch(&["generate", "--allow-inline-secrets"])
        .expect_success(&name);
    let config = |text: &str| {
        let (config, findings) = read(text);
        assert!(findings.is_empty(), "{name}: {findings:?}");
        config
    };
    Merged {
        before: config(&base),
        after: config(&folder.read(GENERATED)),
        name,
        folder,
    }
}

/// What holds for an alert where it lands; the place itself moves by one where our route stands before it.
fn settings(config: &Config, alert: &Labels) -> Vec<Arrival> {
    let found = arrivals(config.route.as_ref().unwrap(), alert).into_iter();
    let without_place = |arrival| Arrival {
        trail: Vec::new(),
        ..arrival
    };
    found.map(without_place).collect()
}

fn names(arrivals: &[Arrival]) -> String {
    let names: Vec<&str> = arrivals.iter().map(|each| each.receiver.as_str()).collect();
    names.join(",")
}

#[test]
fn alerts_of_others_land_where_they_landed_and_all_of_ours_arrive() {
    let (mut alerts, mut own) = (0, 0);
    for base in bases() {
        let merged = merged(base);
        let folder = merged.folder.path();
        amtool_files::check_config(folder, "alertmanager.base.yaml");
        amtool_files::check_config(folder, GENERATED);
        let mut dice = Dice(7);
        let (foreign, missed) = foreign::alerts(&merged.before, ALERTS, &mut dice);
        assert_reached(&merged, &missed);
        alerts += foreign.len();
        for alert in &foreign {
            let before = settings(&merged.before, alert);
            let after = settings(&merged.after, alert);
            let name = &merged.name;
            assert_eq!(before, after, "{name}: {alert:?}");
            let asked = |file| amtool_files::receivers(folder, file, alert);
            let expected = names(&before);
            assert_eq!(
                asked("alertmanager.base.yaml"),
                expected,
                "{name}: {alert:?}"
            );
            assert_eq!(asked(GENERATED), expected, "{name}: {alert:?}");
        }
        let ours = merged.folder.alerts();
        assert_eq!(ours.len(), 9, "{}", merged.name);
        own += ours.len();
        ours.iter().for_each(|alert| assert_arrives(&merged, alert));
    }
    eprintln!("{alerts} alerts of others, {own} of ours");
}

/// Every route but those that no alert can reach is reached by some alert: a node only through its children is none.
fn assert_reached(merged: &Merged, missed: &[Vec<usize>]) {
    let root = merged.before.route.as_ref().unwrap();
    let shadows = shadowed(root);
    for trail in missed {
        let route = trail.iter().fold(root, |route, at| &route.routes[*at]);
        let is_shadowed = shadows.iter().any(|shadow| shadow.route == route.span);
        // What a child without matchers takes never stays with its parent.
        let hands_on = route.routes.iter().any(|child| child.matchers.is_empty());
        assert!(
            is_shadowed || hands_on,
            "{}: no alert was found for the route {trail:?}",
            merged.name
        );
    }
}

/// An alert of ours reaches its team's receiver, and of the base's those that see all alerts and pass them on.
fn assert_arrives(merged: &Merged, alert: &Labels) {
    let mut leading = merged.before.route.clone().unwrap();
    let passing = leading
        .routes
        .iter()
        .take_while(|route| route.continues == Continue::GoOn);
    let passing = passing.count();
    leading.routes.truncate(passing);
    let seen = arrivals(&leading, alert).into_iter();
    let mut expected: Vec<String> = seen
        .filter(|arrival| !arrival.trail.is_empty())
        .map(|arrival| arrival.receiver)
        .collect();
    expected.push(format!(
        "burnwatch/{}/{}",
        alert["owner"], alert["severity"]
    ));
    let expected = expected.join(",");
    let name = &merged.name;
    let asked = amtool_files::receivers(merged.folder.path(), GENERATED, alert);
    assert_eq!(asked, expected, "{name}: {alert:?}");
    assert_eq!(names(&settings(&merged.after, alert)), expected, "{name}");
}

#[test]
fn no_alert_of_others_is_silenced_that_was_not() {
    let mut silenced = 0;
    for base in bases() {
        let merged = merged(base);
        let vocabulary = Vocabulary::of(&merged.before);
        let mut dice = Dice(11);
        for at in 0..PAIRS {
            let source = vocabulary.any(1 + at % 3, &mut dice);
            let mut target = vocabulary.any(1 + at % 3, &mut dice);
            // Most inhibitions ask for labels that are equal.
            for (label, value) in &source {
                if dice.below(2) == 0 && label != "severity" && label != "slo_tier" {
                    target.insert(label.clone(), value.clone());
                }
            }
            if foreign::is_ours(&target) {
                continue;
            }
            let holds = |config: &Config| {
                let rules = &config.inhibit_rules;
                rules.iter().any(|rule| silences(rule, &source, &target))
            };
            let (before, after) = (holds(&merged.before), holds(&merged.after));
            silenced += u32::from(before);
            assert_eq!(before, after, "{}: {source:?} {target:?}", merged.name);
        }
    }
    assert!(silenced > 100, "only {silenced} pairs silence at all");
}

/// What somebody else's reader makes of a text.
fn tree(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Whether an item is ours.
type Judge<'a> = &'a dyn Fn(&Value) -> bool;

/// A configuration without what is ours; empty lists are as good as none.
fn without_ours(mut config: Value) -> Value {
    let says = |value: &Value, what: &str| value.as_str().is_some_and(|text| text.contains(what));
    let any_says = |value: &Value, what: &str| {
        let items = value.as_array().into_iter().flatten();
        items.into_iter().any(|item| says(item, what))
    };
    let named = |value: &Value| says(&value["name"], "burnwatch/");
    let ours: [(&str, Judge<'_>); 4] = [
        ("receivers", &named),
        ("time_intervals", &named),
        ("templates", &|item| says(item, "burnwatch.tmpl")),
        ("inhibit_rules", &|rule| {
            any_says(&rule["source_matchers"], "SLOErrorBudgetBurn")
        }),
    ];
    for (field, is_ours) in ours {
        if let Some(items) = config[field].as_array_mut() {
            items.retain(|item| !is_ours(item));
        }
    }
    if let Some(routes) = config["route"]["routes"].as_array_mut() {
        routes.retain(|route| !says(&route["receiver"], "burnwatch/"));
    }
    let is_empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let fields = ["inhibit_rules", "time_intervals", "templates"];
    let map = config.as_object_mut().unwrap();
    map.retain(|key, value| !(fields.contains(&key.as_str()) && is_empty(value)));
    let route = config["route"].as_object_mut().unwrap();
    route.retain(|key, value| !(key == "routes" && is_empty(value)));
    config
}

#[test]
fn everything_of_a_base_is_still_there_with_equal_values() {
    for base in bases() {
        let text = base.1.clone();
        let merged = merged(base);
        let after = tree(&merged.folder.read(GENERATED));
        assert_ne!(after, tree(&text), "{}", merged.name);
        let name = &merged.name;
        assert_eq!(without_ours(after), without_ours(tree(&text)), "{name}");
    }
}

/// What a real Alertmanager holds after it has read a text.
fn loaded(alertmanager: &Alertmanager, file: &Path, text: &str) -> Value {
    fs::write(file, text).unwrap();
    alertmanager.reload();
    let status = http::get(alertmanager.port(), "/api/v2/status", ASK_DEADLINE).unwrap();
    let status: Value = serde_json::from_str(&status.body).unwrap();
    tree(status["config"]["original"].as_str().unwrap())
}

#[test]
fn alertmanager_itself_reads_the_same_settings_of_the_base() {
    let folder = Folder::with(&[("am.yaml", "route: {receiver: a}\nreceivers: [{name: a}]\n")]);
    let file = folder.path().join("am.yaml");
    let alertmanager = Alertmanager::start(&file, &folder.path().join("data"));
    for base in bases() {
        let text = base.1.clone();
        let merged = merged(base);
        let before = loaded(&alertmanager, &file, &text);
        let after = loaded(&alertmanager, &file, &merged.folder.read(GENERATED));
        let name = &merged.name;
        assert_ne!(before, after, "{name}");
        assert_eq!(without_ours(after), without_ours(before), "{name}");
    }
}
