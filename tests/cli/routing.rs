//! `routes` and what `generate` makes for Alertmanager, as users run them.

use super::case::{Case, Outcome, slo};

const CONFIG: &str = "generated/alertmanager/alertmanager.yaml";
const TEMPLATE: &str = "generated/alertmanager/burnwatch.tmpl";
const RULES: &str = "generated/prometheus/checkout.rules.yaml";

const PEOPLE: &str = "apiVersion: burnwatch/v1
teams:
  payments:
    notify: {page: [pager, chat], ticket: [chat]}
    office_hours: {days: [mon, fri], from: '09:00', to: '17:00'}
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/pager}}
  chat: {slack: {url_file: /run/secrets/chat}}
maintenance: {moving: {from: 2026-12-01 22:00, to: 2026-12-02 04:00, services: [checkout]}}
";

const BASE: &str = "route:
  receiver: everybody
  routes:
    - {receiver: archive, continue: true}
    - {matchers: [team=\"x\"], receiver: everybody}
receivers:
  - name: everybody
  - name: archive
    webhook_configs: [{url: 'http://127.0.0.1:9095/archive'}]
";

const FIELDS: &str = "objective: 99.9
runbook: https://runbooks.example.com/checkout
group_by: [region]
sli: {ratio: {events: 'requests_total{job=\"checkout\"}', errors_where: code=~\"5..\"}}
alerting: {no_data: {severity: ticket}}
";

/// A workspace whose `alertmanager` section is this.
fn case(alertmanager: &str) -> Case {
    Case::bare()
        .file("burnwatch.yaml", &format!("{PEOPLE}{alertmanager}"))
        .file("slos/checkout.yaml", &slo(FIELDS))
        .file("base.yaml", BASE)
}

const DEFAULT: &str = "alertmanager: {default_receiver: chat}\n";
const MERGED: &str = "alertmanager: {base: base.yaml}\n";

fn ok(outcome: Outcome) -> String {
    assert_eq!(outcome.code, 0, "{outcome:?}");
    outcome.stdout
}

/// A run that fails with this code and says each of these.
fn fails(outcome: &Outcome, code: u8, said: &[&str]) {
    assert_eq!(outcome.code, code, "{outcome:?}");
    for text in said {
        assert!(outcome.stderr.contains(text), "{text}: {outcome:?}");
    }
}

#[test]
fn routes_shows_where_each_alert_lands() {
    let table = ok(case(DEFAULT).run(&["routes"]));
    let expected = "\
slo                               tiers                          severity  receivers    wait, change, repeat  muted
checkout/availability (region=*)  page-1h, page-6h               page      pager, chat  10s, 1m, 1h           in maintenance/moving
checkout/availability (region=*)  ticket-1d, ticket-3d, no-data  ticket    chat         5m, 10m, 1d           outside office-hours/payments, in maintenance/moving
";
    assert_eq!(table, expected);
}

#[test]
fn routes_shows_every_place_where_an_alert_lands() {
    let table = ok(case(MERGED).run(&["routes"]));
    let archive: Vec<&str> = table.lines().filter(|l| l.contains("archive")).collect();
    assert_eq!(archive.len(), 2, "{table}");
    assert!(
        archive[0].ends_with("archive      30s, 5m, 4h           never"),
        "{table}"
    );
    assert_eq!(table.lines().count(), 5, "{table}");
}

#[test]
fn routes_gives_tools_the_same() {
    let text = ok(case(DEFAULT).run(&["routes", "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["version"], 1, "{text}");
    let expected = serde_json::json!({
        "slo": "checkout/availability",
        "tiers": ["page-1h", "page-6h"],
        "severity": "page",
        "group": {"region": "*"},
        "receiver": "burnwatch/payments/page",
        "members": ["pager", "chat"],
        "group_by": ["slo", "region"],
        "group_wait": "10s",
        "group_interval": "1m",
        "repeat_interval": "1h",
        "active": [],
        "mute": ["burnwatch/maintenance/moving"],
    });
    let rows = json["routes"].as_array().unwrap();
    assert_eq!(rows[0], expected, "{text}");
    assert_eq!(rows.len(), 2);
}

#[test]
fn without_alertmanager_there_are_no_routes() {
    fails(
        &case("").run(&["routes"]),
        2,
        &["no `alertmanager` section"],
    );
    ok(case("").run(&["generate"]));
}

#[test]
fn files_that_are_named_leave_routes_alone() {
    let case = case(DEFAULT);
    ok(case.run(&["generate"]));
    let before = case.read(CONFIG).unwrap();
    let other = slo(FIELDS).replace("service: checkout", "service: search");
    let case = case.file("slos/search.yaml", &other.replace("region", "zone"));
    ok(case.run(&["generate", "slos/search.yaml"]));
    assert_eq!(case.read(CONFIG).unwrap(), before);
    assert!(
        case.read("generated/prometheus/search.rules.yaml")
            .is_some()
    );
    // The whole workspace is grouped by both labels.
    ok(case.run(&["generate"]));
    assert!(case.read(CONFIG).unwrap().contains("- zone"));
}

#[test]
fn a_section_that_is_removed_takes_its_files_with_it() {
    let case = case(DEFAULT);
    ok(case.run(&["generate"]));
    assert!(case.read(TEMPLATE).is_some());
    let case = case.file("burnwatch.yaml", PEOPLE);
    let check = case.run(&["generate", "--check"]);
    assert_eq!(check.code, 1);
    assert!(
        check
            .stdout
            .contains(&format!("{CONFIG} is no longer generated")),
        "{check:?}"
    );
    ok(case.run(&["generate"]));
    assert_eq!((case.read(CONFIG), case.read(TEMPLATE)), (None, None));
    assert!(case.read(RULES).is_some());
    ok(case.run(&["generate", "--check"]));
}

#[test]
fn only_routes_writes_nothing_else() {
    let case = case(DEFAULT);
    ok(case.run(&["generate", "--only", "routes"]));
    assert!(case.read(CONFIG).is_some() && case.read(TEMPLATE).is_some());
    assert_eq!(case.read(RULES), None);
    ok(case.run(&["generate", "--check", "--only", "routes"]));
    assert_eq!(case.run(&["generate", "--check"]).code, 1);
}

#[test]
fn check_shows_how_routes_differ() {
    let case = case(DEFAULT);
    ok(case.run(&["generate"]));
    let case = case.file(
        "burnwatch.yaml",
        &format!("{PEOPLE}{DEFAULT}").replace("page: [pager, chat]", "page: [pager]"),
    );
    let check = case.run(&["generate", "--check"]);
    assert_eq!(check.code, 1, "{check:?}");
    assert!(
        check.stdout.starts_with(&format!("{CONFIG} differs\n")),
        "{check:?}"
    );
    assert!(
        case.read(CONFIG)
            .unwrap()
            .contains("burnwatch/payments/page")
    );
}

#[test]
fn a_base_that_changes_makes_the_generated_file_stale() {
    let case = case(MERGED);
    ok(case.run(&["generate"]));
    ok(case.run(&["validate"]));
    let case = case.file("base.yaml", &BASE.replace("team=\"x\"", "team=\"y\""));
    assert_eq!(case.run(&["generate", "--check"]).code, 1);
    let validate = case.run(&["validate"]);
    assert!(validate.stdout.contains(CONFIG), "{validate:?}");
}

#[test]
fn a_secret_in_the_base_is_taken_only_where_that_is_said_and_never_shown() {
    let secret = BASE.replace(
        "/archive'",
        "/archive', http_config: {bearer_token: c4n4ry}",
    );
    let case = case(MERGED).file("base.yaml", &secret);
    let refused = case.run(&["generate"]);
    fails(&refused, 1, &["RT010", "bearer_token_file", "base.yaml:9"]);
    assert!(!refused.stderr.contains("c4n4ry"), "{refused:?}");
    assert_eq!(case.read(CONFIG), None);
    ok(case.run(&["generate", "--allow-inline-secrets"]));
    assert!(case.read(CONFIG).unwrap().contains("c4n4ry"));
    for command in [
        ["validate"].as_slice(),
        &["routes"],
        &["validate", "--format", "json"],
    ] {
        let said = case.run(command);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(!format!("{said:?}").contains("c4n4ry"), "{said:?}");
    }
}

/// Routes of somebody who writes them himself.
const OWN: &str = "route:
  receiver: chat
  routes:
    - matchers: [owner=\"payments\", severity=\"page\"]
      receiver: chat
      continue: true
    - {matchers: [owner=\"payments\", severity=\"page\"], receiver: pager}
    - {matchers: [owner=\"payments\"], receiver: chat}
inhibit_rules:
  - {source_matchers: [severity=page], target_matchers: [severity=ticket], equal: [slo, region]}
receivers:
  - name: chat
    slack_configs: [{api_url_file: /run/secrets/chat, channel: c}]
  - name: pager
    pagerduty_configs: [{routing_key_file: /run/secrets/pager}]
";

#[test]
fn routes_of_ones_own_are_proven_and_not_written() {
    let case = case("alertmanager: {base: base.yaml, routes: own}\n").file("base.yaml", OWN);
    ok(case.run(&["generate"]));
    assert_eq!(case.read(CONFIG), None);
    let table = ok(case.run(&["routes"]));
    assert_eq!(table.matches("  pager  ").count(), 1, "{table}");
    assert_eq!(table.matches("  chat  ").count(), 2, "{table}");
    for (from, to, code) in [
        ("      continue: true\n", "", "RT005"),
        ("owner=\"payments\"", "owner=\"paymnets\"", "RT002"),
        ("equal: [slo, region]", "equal: [slo, severity]", "RT004"),
        (
            "    pagerduty_configs: [{routing_key_file: /run/secrets/pager}]\n",
            "",
            "RT002",
        ),
    ] {
        let broken = OWN.replace(from, to);
        assert_ne!(broken, OWN);
        let broken = Case::bare()
            .file("burnwatch.yaml", &case.read("burnwatch.yaml").unwrap())
            .file("slos/checkout.yaml", &slo(FIELDS))
            .file("base.yaml", &broken);
        let said = broken.run(&["validate"]);
        assert!(said.stdout.contains(code), "{code}: {said:?}");
    }
}

#[test]
fn a_base_outside_of_the_workspace_is_refused() {
    for path in ["../base.yaml", "/etc/alertmanager/alertmanager.yml"] {
        let outcome = case(&format!("alertmanager: {{base: '{path}'}}\n")).run(&["generate"]);
        fails(&outcome, 1, &["leads out of the workspace", path]);
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_workspace_is_refused() {
    let outside = Case::bare().file("base.yaml", BASE);
    let case = case("alertmanager: {base: link.yaml}\n");
    let link = case.path().join("link.yaml");
    std::os::unix::fs::symlink(outside.path().join("base.yaml"), &link).unwrap();
    fails(&case.run(&["generate"]), 2, &["leads out of"]);
    assert_eq!(case.read(CONFIG), None);
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("base.yaml", &link).unwrap();
    ok(case.run(&["generate"]));
}

/// A base that is refused with this said, and nothing is written.
fn refused(base: &[u8], said: &[&str]) {
    let case = case(MERGED).bytes("base.yaml", base);
    let outcome = case.run(&["generate"]);
    fails(&outcome, 1, said);
    assert!(!outcome.stderr.contains("panic"), "{outcome:?}");
    assert_eq!(case.read(CONFIG), None);
}

#[test]
fn a_base_that_is_no_configuration_is_refused() {
    refused(b"", &["RT008", "says nothing"]);
    refused(b"# only a comment\n", &["says nothing"]);
    refused(b"route: {receiver: \xff}\n", &["no text in UTF-8"]);
    refused(b"- a\n- b\n", &["the file is a list"]);
    refused(b"receivers: [{name: a}]\n", &["there is no `route`"]);
    refused(b"route: {receiver: a}\n", &["RT008"]);
    refused(b"route: {receiver: a\n", &["SP001"]);
    let two = format!("{BASE}---\n{BASE}");
    refused(two.as_bytes(), &["one document"]);
    let missing = case("alertmanager: {base: nowhere.yaml}\n").run(&["generate"]);
    fails(&missing, 1, &["there is no file `nowhere.yaml`"]);
    let folder = case("alertmanager: {base: slos}\n").run(&["generate"]);
    fails(&folder, 1, &["there is no file `slos`"]);
}

#[test]
fn a_base_that_is_hostile_costs_little() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    refused(deep.as_bytes(), &["SP001"]);
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_string();
    for at in 1..40 {
        let items = vec![format!("*a{}", at - 1); 9].join(", ");
        bomb.push_str(&format!("a{at}: &a{at} [{items}]\n"));
    }
    refused(format!("{bomb}{BASE}").as_bytes(), &["base.yaml"]);
    let many = |count: usize| {
        let route = "    - {matchers: [team=\"y\"], continue: true}\n";
        let archive = "    - {receiver: archive, continue: true}\n";
        BASE.replace(archive, &route.repeat(count))
    };
    refused(many(10_000).as_bytes(), &["more than 10000 routes"]);
    // What fits by itself need not fit with ours.
    refused(
        many(9_995).as_bytes(),
        &["cannot be read", "more than 10000 routes"],
    );
    ok(case(MERGED)
        .file("base.yaml", &many(9_994))
        .run(&["generate"]));
}

#[test]
fn templates_of_ones_own_take_the_place_of_ours() {
    let case = case(DEFAULT);
    ok(case.run(&["generate"]));
    let ours = case.read(TEMPLATE).unwrap();
    let own = ours.replacen("{{- define", "{{- /* mine */ -}}\n{{- define", 1);
    assert_ne!(own, ours);
    let case = case.file("templates/alertmanager.tmpl", &own);
    ok(case.run(&["generate"]));
    assert_eq!(case.read(TEMPLATE).unwrap(), own);
    let broken = own.replacen("{{- define", "{{- define {{", 1);
    let case = case.file("templates/alertmanager.tmpl", &broken);
    let outcome = case.run(&["generate"]);
    fails(&outcome, 1, &["RT012", "templates/alertmanager.tmpl:"]);
    assert_eq!(case.read(TEMPLATE).unwrap(), own);
    let case = case.file(
        "templates/alertmanager.tmpl",
        "{{ define \"x\" }}{{ end }}\n",
    );
    assert_eq!(case.run(&["generate"]).code, 1, "definitions are missing");
    let case = case.bytes("templates/alertmanager.tmpl", b"{{ define \"x\xff\" }}");
    let outcome = case.run(&["generate"]);
    let said = ["RT012", "templates/alertmanager.tmpl:1:13", "text in UTF-8"];
    fails(&outcome, 1, &said);
}
