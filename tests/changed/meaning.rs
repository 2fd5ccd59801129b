//! What an SLO means, field by field, and which fields differ.

use burnwatch::base::SourceId;
use burnwatch::diff::{Changes, Side, diff};
use burnwatch::model::{Slo, Workspace, slos};
use burnwatch::plan::Settings;

/// The SLOs of a workspace file and an SLO file, and how rules are made.
fn read(workspace: &str, text: &str) -> (Vec<Slo>, Settings) {
    let mut findings = Vec::new();
    let nodes = |text: &str| burnwatch::yaml::read(SourceId(0), text).0;
    let document = nodes(workspace);
    let workspace = match document.first() {
        Some(document) => Workspace::resolve(&document.root, &mut findings),
        None => Workspace::default(),
    };
    let all = nodes(text)
        .iter()
        .flat_map(|document| slos(&document.root, &workspace, &mut findings))
        .collect();
    assert!(findings.is_empty(), "{findings:?}");
    (all, Settings::of(&workspace))
}

fn changes(before: (&str, &str), after: (&str, &str)) -> Changes {
    let (old, old_settings) = read(before.0, before.1);
    let (new, new_settings) = read(after.0, after.1);
    let side = |slos, settings| Side { slos, settings };
    diff(side(&old, &old_settings), side(&new, &new_settings))
}

const TEAMS: &str = "teams: {payments: {}, search: {}}\n";

/// A file of one SLO with these fields beside the ones that it needs.
fn one(name: &str, fields: &str) -> String {
    let needed = [
        ("objective", "objective: 99.9"),
        ("sli", "sli: {gauge: {metric: up}}"),
        ("owner", "owner: payments"),
    ];
    let lines: String = needed
        .iter()
        .filter(|(field, _)| !fields.starts_with(field))
        .map(|(_, line)| format!("    {line}\n"))
        .collect();
    format!("service: shop\nslos:\n  - name: {name}\n{lines}    {fields}\n")
}

/// Between an SLO with `before` and one with `after` these differ: `field: old -> new`.
fn check(before: &str, after: &str, expected: &[&str]) {
    let changes = changes((TEAMS, &one("a", before)), (TEAMS, &one("a", after)));
    assert_eq!(shown(&changes), expected, "{before} to {after}");
}

fn shown(changes: &Changes) -> Vec<String> {
    assert!(changes.added.is_empty() && changes.removed.is_empty());
    let text = |text: &Option<String>| text.clone().unwrap_or("-".to_string());
    let fields = changes.changed.values().flatten();
    fields
        .map(|change| {
            format!(
                "{}: {} -> {}",
                change.field,
                text(&change.old),
                text(&change.new)
            )
        })
        .collect()
}

#[test]
fn every_field_of_an_slo_is_part_of_its_meaning() {
    check("", "objective: 99.5", &["objective: 99.9 % -> 99.5 %"]);
    check("", "owner: search", &["owner: payments -> search"]);
    check("", "description: x", &["description: - -> x"]);
    check(
        "",
        "runbook: https://x.example",
        &["runbook: - -> https://x.example"],
    );
    check("", "labels: {a: b}", &["labels.a: - -> b"]);
    check("labels: {a: b}", "labels: {a: c}", &["labels.a: b -> c"]);
    check("", "windows: raw", &["windows: recorded -> raw"]);
    check("", "expected_rate: 1/s", &["expected_rate: - -> 3600/h"]);
    check(
        "",
        "period: {calendar: month, time_zone: Europe/Berlin}",
        &["period: 30d -> calendar month in Europe/Berlin"],
    );
    check(
        "sli: {gauge: {metric: 'up{a=\"1\",b=\"2\"}'}}",
        "sli: {gauge: {metric: \"up { b='2', a='1' }\"}}",
        &[],
    );
    check(
        "sli: {latency: {histogram: x, threshold: 500ms}}",
        "sli: {latency: {histogram: x, threshold: 1s}}",
        &[
            "sli.good: sum(increase(x_bucket{le=\"0.5\"}[$window])) -> sum(increase(x_bucket{le=~\"1|1[.]0\"}[$window]))",
        ],
    );
    check(
        "sli: {latency: {histogram: x, threshold: 500ms}}",
        "sli: {latency: {histogram: x, threshold: 0.5}}",
        &[],
    );
    check("group_by: [a, b]", "group_by: [b, a]", &[]);
}

#[test]
fn every_field_of_alerting_is_part_of_its_meaning() {
    let tiers = |fields: &str| {
        format!("alerting: {{tiers: [{{name: t, severity: ticket, long: 6h, {fields}}}]}}")
    };
    let check = |before: &str, after: &str, expected: &[&str]| {
        check(&tiers(before), &tiers(after), expected);
    };
    check("burn_rate: 6", "budget: 5", &[]);
    check("burn_rate: 6", "burn_rate: 6, short: 30m", &[]);
    check(
        "burn_rate: 6",
        "burn_rate: 7",
        &["alerting.tiers.t.burn_rate: 6 -> 7"],
    );
    check(
        "burn_rate: 6",
        "burn_rate: 6, short: 1h",
        &["alerting.tiers.t.short: 30m -> 1h"],
    );
    check(
        "burn_rate: 6",
        "burn_rate: 6, of: remaining",
        &["alerting.tiers.t.of: full -> remaining"],
    );
    check(
        "burn_rate: 6",
        "burn_rate: 6, for: 1m",
        &["alerting.tiers.t.for: - -> 1m"],
    );
    check(
        "burn_rate: 6",
        "burn_rate: 6, keep_firing_for: 1m",
        &["alerting.tiers.t.keep_firing_for: - -> 1m"],
    );
}

#[test]
fn guards_and_modes_are_part_of_its_meaning() {
    let to =
        |after: &str, expected: &[&str]| check("", &format!("alerting: {{{after}}}"), expected);
    to("min_bad: 3m", &["alerting.min_bad: 2m -> 3m"]);
    // An SLI that counts time asks no errors.
    to("min_errors: 9", &[]);
    to("confidence: 95", &["alerting.confidence: - -> 95 %"]);
    to(
        "no_data: {severity: ticket}",
        &["alerting.no_data: - -> ticket after 30m"],
    );
    to(
        "mode: observe, reason: new",
        &[
            "alerting.mode: alert -> observe",
            "alerting.reason: - -> new",
        ],
    );
    to(
        "mode: ticket-only",
        &[
            "alerting.mode: alert -> ticket-only",
            "alerting.tiers.page-1h.severity: page -> ticket",
            "alerting.tiers.page-6h.severity: page -> ticket",
        ],
    );
}

#[test]
fn a_setting_changes_the_slos_that_it_shows_in() {
    let workspace = |text: &str, expected: &[&str], fields: &str| {
        let (old, new) = (TEAMS.to_string(), format!("{TEAMS}{text}\n"));
        let slo = one("a", fields);
        assert_eq!(
            shown(&changes((&old, &slo), (&new, &slo))),
            expected,
            "{text}"
        );
    };
    workspace("rules: {interval: 30s}", &["rules.interval: 1m -> 30s"], "");
    let link = "https://x.example/{{ slo }}";
    workspace(&format!("runbooks: {{url: '{link}'}}"), &[], "");
    workspace(
        &format!("runbooks: {{url: '{link}'}}"),
        &["runbook: a.md -> a.md at https://x.example/{{slo}}"],
        "runbook: a.md",
    );
    workspace(
        &format!("dashboards: {{url: '{link}'}}"),
        &["dashboard: - -> https://x.example/{{slo}}"],
        "",
    );
}

#[test]
fn an_slo_that_means_what_a_gone_one_meant_was_renamed() {
    let changes = changes((TEAMS, &one("a", "")), (TEAMS, &one("b", "")));
    let [renamed] = &changes.renamed[..] else {
        panic!("{changes:?}")
    };
    let ids = (renamed.from.to_string(), renamed.to.to_string());
    assert_eq!(ids, ("shop/a".to_string(), "shop/b".to_string()));
    assert!(changes.touches(&renamed.to) && !changes.touches(&renamed.from));
    assert!(changes.removed.contains(&renamed.from));
}

#[test]
fn where_several_could_have_been_renamed_none_is_named() {
    let after = format!("{}---\n{}", one("b", ""), one("c", ""));
    let changed = changes((TEAMS, &one("a", "")), (TEAMS, &after));
    assert!(
        changed.renamed.is_empty() && changed.added.len() == 2,
        "{changed:?}"
    );
    let changed = changes(
        (TEAMS, &one("a", "")),
        (TEAMS, &one("b", "objective: 99.5")),
    );
    assert!(
        changed.renamed.is_empty() && changed.added.len() == 1,
        "{changed:?}"
    );
}

#[test]
fn a_name_that_is_given_twice_is_a_change_of_how_often() {
    let twice = format!("{}---\n{}", one("a", ""), one("a", ""));
    let changed = changes((TEAMS, &one("a", "")), (TEAMS, &twice));
    assert_eq!(shown(&changed), ["times_defined: 1 -> 2"]);
    assert!(changes((TEAMS, &twice), (TEAMS, &twice)).is_empty());
}
