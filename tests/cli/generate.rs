//! `generate`: what is written, what is removed, and what is left alone.

use super::case::{Case, FINE, WORKSPACE, slo};

const RULES: &str = "generated/prometheus/checkout.rules.yaml";

fn case() -> Case {
    Case::new().file("slos/checkout.yaml", &slo(FINE))
}

#[test]
fn a_file_of_rules_is_written_for_each_service() {
    let case = case();
    let outcome = case.run(&["generate", "--only", "rules"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(
        outcome.stdout.starts_with("1 SLO: 31 rules (4 alerts)"),
        "{outcome:?}"
    );
    let rules = case.read(RULES).unwrap();
    assert!(
        rules.contains("- name: slo:checkout/availability\n"),
        "{rules}"
    );
    assert!(
        rules.contains("sum(increase(requests_total{code=~\"5..\"}[5m]))"),
        "{rules}"
    );
}

#[test]
fn a_second_run_changes_nothing_and_check_agrees() {
    let case = case();
    case.run(&["generate"]);
    let before = case.read(RULES);
    let again = case.run(&["generate"]);
    assert!(again.stdout.contains("unchanged in"), "{again:?}");
    assert!(!again.stdout.contains("created"), "{again:?}");
    assert_eq!(case.read(RULES), before);
    let check = case.run(&["generate", "--check"]);
    assert_eq!((check.code, check.stdout.as_str()), (0, ""), "{check:?}");
}

#[test]
fn check_shows_a_short_difference_and_writes_nothing() {
    let case = case();
    let missing = case.run(&["generate", "--check", "--only", "rules"]);
    assert_eq!(missing.code, 1);
    assert!(
        missing.stdout.starts_with(&format!("{RULES} is missing\n")),
        "{missing:?}"
    );
    assert_eq!(case.read(RULES), None);
    case.run(&["generate", "--only", "rules"]);
    let case = case.file("slos/checkout.yaml", &slo(&FINE.replace("99.9", "99.95")));
    let differs = case.run(&["generate", "--check", "--only", "rules"]);
    assert_eq!(differs.code, 1);
    assert!(
        differs
            .stdout
            .contains("checkout.rules.yaml differs\n  line "),
        "{differs:?}"
    );
    assert!(differs.stdout.contains("0.0005 * "), "{differs:?}");
}

#[test]
fn files_that_nothing_makes_any_more_are_removed() {
    let case = case().file(
        "slos/cart.yaml",
        &slo(FINE).replace("service: checkout", "service: cart"),
    );
    case.run(&["generate"]);
    assert!(case.read("generated/prometheus/cart.rules.yaml").is_some());
    std::fs::remove_file(case.path().join("slos/cart.yaml")).unwrap();
    let check = case.run(&["generate", "--check"]);
    assert!(
        check
            .stdout
            .contains("generated/prometheus/cart.rules.yaml is no longer generated\n"),
        "{check:?}"
    );
    let outcome = case.run(&["generate"]);
    assert!(outcome.stdout.contains("removed"), "{outcome:?}");
    assert_eq!(case.read("generated/prometheus/cart.rules.yaml"), None);
    assert!(case.read(RULES).is_some());
}

#[test]
fn a_run_over_some_files_leaves_those_of_others() {
    let case = case().file(
        "slos/cart.yaml",
        &slo(FINE).replace("service: checkout", "service: cart"),
    );
    case.run(&["generate"]);
    let outcome = case.run(&["generate", "slos/checkout.yaml"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(case.read("generated/prometheus/cart.rules.yaml").is_some());
}

#[test]
fn a_service_in_two_files_is_made_from_both_or_not_at_all() {
    let more = slo(FINE).replace("name: availability", "name: more");
    let case = case().file("slos/more.yaml", &more);
    case.run(&["generate"]);
    let outcome = case.run(&["generate", "slos/more.yaml"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome
            .stderr
            .contains("also comes from `slos/checkout.yaml`, which was not given"),
        "{outcome:?}"
    );
}

#[test]
fn files_of_others_are_never_touched() {
    let foreign = "groups: []\n";
    let case = case()
        .file(RULES, foreign)
        .file("generated/prometheus/notes.txt", "mine");
    let outcome = case.run(&["generate"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome
            .stderr
            .contains("not written by burnwatch, and in the way"),
        "{outcome:?}"
    );
    assert_eq!(case.read(RULES).as_deref(), Some(foreign));
    std::fs::remove_file(case.path().join(RULES)).unwrap();
    assert_eq!(case.run(&["generate"]).code, 0);
    std::fs::remove_file(case.path().join("slos/checkout.yaml")).unwrap();
    let case = case.file(
        "slos/cart.yaml",
        &slo(FINE).replace("service: checkout", "service: cart"),
    );
    assert_eq!(case.run(&["generate"]).code, 0);
    assert_eq!(
        case.read("generated/prometheus/notes.txt").as_deref(),
        Some("mine")
    );
    assert_eq!(case.read(RULES), None);
}

#[test]
fn a_list_from_a_pull_request_removes_nothing_of_others() {
    let list = "{\"version\": 1, \"files\": {\n\"../victim.yaml\": {\"format\": \"rules\", \"sources\": []},\n\
                \"prometheus/mine.yaml\": {\"format\": \"rules\", \"sources\": []}\n}}\n";
    let case = case()
        .file("generated/.burnwatch.json", list)
        .file(
            "victim.yaml",
            "# Generated by burnwatch. Changes made here are lost; change the SLO files instead.\n",
        )
        .file("generated/prometheus/mine.yaml", "groups: []\n");
    assert_eq!(case.run(&["generate"]).code, 0);
    assert!(case.read("victim.yaml").is_some());
    assert!(case.read("generated/prometheus/mine.yaml").is_some());
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_output_folder() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::TempDir::new().unwrap();
    let case = case();
    std::fs::create_dir(case.path().join("generated")).unwrap();
    symlink(outside.path(), case.path().join("generated/prometheus")).unwrap();
    let outcome = case.run(&["generate"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("leads out of"), "{outcome:?}");
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_workspace_that_a_pull_request_wrote_reads_and_writes_nothing_outside() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::TempDir::new().unwrap();
    std::fs::write(outside.path().join("secret.yaml"), slo(FINE)).unwrap();
    let case = Case::new();
    std::fs::create_dir(case.path().join("slos")).unwrap();
    symlink(
        outside.path().join("secret.yaml"),
        case.path().join("slos/secret.yaml"),
    )
    .unwrap();
    let outcome = case.run(&["validate"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("leads out of"), "{outcome:?}");

    let case = Case::new()
        .file(
            "burnwatch.yaml",
            &format!("{WORKSPACE}output: ../elsewhere\nslos: [/etc/*.yaml, slos/*.yaml]\n"),
        )
        .file("slos/a.yaml", &slo(FINE));
    let outcome = case.run(&["generate"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert_eq!(
        outcome.stderr.matches("leads out of the workspace").count(),
        2,
        "{outcome:?}"
    );
}

#[test]
fn streams_work_as_a_dash() {
    let case = Case::new().stdin(&slo(FINE));
    let outcome = case.run(&["generate", "-", "-o", "-"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(
        outcome.stdout.starts_with("# Generated by burnwatch."),
        "{outcome:?}"
    );
    assert!(
        outcome.stdout.contains("alert: SLOErrorBudgetBurn"),
        "{outcome:?}"
    );
}

#[test]
fn the_operator_gets_an_object_with_the_same_groups() {
    let case = case();
    case.run(&["generate", "--target", "operator", "--only", "rules"]);
    let rules = case.read(RULES).unwrap();
    assert!(rules.contains("kind: PrometheusRule\n"), "{rules}");
    assert!(
        rules.contains("  groups:\n  - name: slo:checkout/availability\n"),
        "{rules}"
    );
}

#[test]
fn raw_windows_read_the_raw_series() {
    let case = case();
    case.run(&["generate", "--windows", "raw", "--only", "rules"]);
    let rules = case.read(RULES).unwrap();
    assert!(rules.contains("increase(requests_total[3d])"), "{rules}");
    assert!(!rules.contains("last_over_time"), "{rules}");
}

#[test]
fn a_calendar_period_is_refused_with_the_reason() {
    let fields = format!("{FINE}period: {{calendar: month, time_zone: Europe/Berlin}}\n");
    let case = Case::new().file("slos/a.yaml", &slo(&fields));
    assert_eq!(case.run(&["validate"]).code, 0);
    let outcome = case.run(&["generate"]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome
            .stderr
            .contains("error[SP017]: rules cannot follow the calendar `month`"),
        "{outcome:?}"
    );
}

#[test]
fn with_an_error_nothing_is_written() {
    let case = case().file(
        "slos/bad.yaml",
        &slo("objective: 100\nsli: {gauge: {metric: up}}\n"),
    );
    let outcome = case.run(&["generate"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(case.read(RULES), None);
    assert_eq!(outcome.stdout, "");
}

#[test]
fn a_path_that_matches_nothing_is_wrong_usage() {
    for path in ["nothing.yaml", "nothing/*.yaml"] {
        let outcome = Case::new().run(&["generate", path]);
        assert_eq!(outcome.code, 2);
        assert_eq!(outcome.stderr, format!("error: no file matches `{path}`\n"));
    }
}

#[test]
fn braces_in_a_label_or_description_run_no_template() {
    let case = Case::new().file(
        "slos/checkout.yaml",
        &slo(&format!(
            "{FINE}labels: {{note: \"{{{{ query `up` }}}} {{{{ broken\"}}\ndescription: \"{{{{ .Labels }}}}\"\n"
        )),
    );
    let outcome = case.run(&["generate", "-o", "-"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let (facts, alerts) = outcome.stdout.split_once("- alert:").unwrap();
    assert!(
        facts.contains("note: \"{{ query `up` }} {{ broken\""),
        "{facts}"
    );
    let escaped = r#"{{ \"{{\" }} query `up` }} {{ \"{{\" }} broken"#;
    assert_eq!(alerts.matches(escaped).count(), 4, "{alerts}");
    assert_eq!(
        alerts.matches(r#"{{ \"{{\" }} .Labels }}"#).count(),
        4,
        "{alerts}"
    );
}
