//! Which changes are made, and that what lies around them stays.

use super::case::{Case, FINE, WORKSPACE, slo};

/// A workspace in which `slos/a.yaml` says `text`, fixed; what it says then.
fn fixed(text: &str) -> String {
    let case = Case::new().file("slos/a.yaml", text);
    let outcome = case.run(&["validate", "--fix"]);
    assert!(outcome.code < 2, "{outcome:?}");
    let after = case.read("slos/a.yaml").unwrap();
    let again = case.run(&["validate", "--fix"]);
    assert_eq!(case.read("slos/a.yaml").unwrap(), after);
    assert_eq!((again.code, &again.stdout), (outcome.code, &outcome.stdout));
    after
}

/// An SLO with the field lines `wrong` becomes one with `right`, without any finding.
fn check(wrong: &str, right: &str) {
    assert_eq!(fixed(&slo(wrong)), slo(right));
    let outcome = Case::new()
        .file("slos/a.yaml", &slo(right))
        .run(&["validate"]);
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""), "{outcome:?}");
}

/// An SLO with the field lines `text` stays as it is.
fn check_kept(text: &str) {
    assert_eq!(fixed(&slo(text)), slo(text));
}

#[test]
fn a_misspelt_field_gets_its_name() {
    check(&FINE.replace("objective", "objetive"), FINE);
    check(&FINE.replace("objective", "Objective"), FINE);
    check(
        &FINE.replace("errors_where", "\"errorsWhere\""),
        &FINE.replace("errors_where", "\"errors_where\""),
    );
    check(
        &format!("{FINE}groupBy: [route]\n"),
        &format!("{FINE}group_by: [route]\n"),
    );
}

#[test]
fn a_field_that_may_be_another_one_is_kept() {
    check_kept(&format!("{FINE}colour: red\n"));
    // There already.
    check_kept(&format!("{FINE}objetive: 99\n"));
    // Two that claim the same name.
    check_kept(&format!("{FINE}labls: {{a: b}}\nlabesl: {{c: d}}\n"));
    // Another unit.
    check_kept("objective: 99\nsli: {latency: {histogram: x, threshold_ms: 500}}\n");
    // A value that the field does not take.
    check_kept(&FINE.replace("objective: 99.9", "objetive: [99.9]"));
    // A field that another one excludes.
    check_kept(&FINE.replace("errors_where", "good_where: a=\"b\", errors_wher"));
}

#[test]
fn what_yaml_takes_for_something_else_is_quoted() {
    check(
        &format!("{FINE}labels: {{product: on, tier: 5}}\n"),
        &format!("{FINE}labels: {{product: \"on\", tier: \"5\"}}\n"),
    );
    check(
        &format!("{FINE}description: @home is reachable\n"),
        &format!("{FINE}description: \"@home is reachable\"\n"),
    );
    check_kept(&format!("{FINE}description: @home # or so\n"));
}

#[test]
fn a_value_that_is_written_in_another_way_is_written_right() {
    let fine = |period: &str| format!("{FINE}period: {period}\n");
    check(&fine("30 days"), &fine("30d"));
    check(&fine("'4 weeks'"), &fine("'4w'"));
    check(
        &FINE.replace("99.9", "99,9 %"),
        &FINE.replace("99.9", "99.9%"),
    );
    let mode = |mode: &str| format!("{FINE}alerting: {{mode: {mode}, reason: new}}\n");
    check(&mode("Ticket_only"), &mode("ticket-only"));
    check_kept(&fine("30"));
    check_kept(&fine("1 month"));
    check_kept(&mode("observed"));
    check_kept(&FINE.replace("99.9", "0.999"));
    check_kept(&FINE.replace("99.9", "100"));
    let threshold = |good: &str, slice: &str| {
        format!(
            "objective: 99\nsli: {{threshold: {{query: max(age_seconds), good_when: {good}, slice: {slice}}}}}\n"
        )
    };
    check(&threshold("=> 3", "2 min"), &threshold("\">= 3\"", "2m"));
}

#[test]
fn a_suffix_that_is_added_anyway_is_dropped() {
    let latency = |histogram: &str| {
        format!("objective: 99\nsli: {{latency: {{histogram: {histogram}, threshold: 1s}}}}\n")
    };
    check(&latency("took_seconds_bucket"), &latency("took_seconds"));
    check(
        &latency("'took_seconds_bucket{a=\"b\"}'"),
        &latency("'took_seconds{a=\"b\"}'"),
    );
    check_kept(&latency("jobs_count"));
    check_kept(&latency("took_seconds_bucket_bucket"));
    check_kept(&latency("'took_seconds_bucket{le=\"1\"}'"));
    check_kept(&latency("'{__name__=\"took_seconds_bucket\"}'"));
}

#[test]
fn braces_around_matchers_are_dropped() {
    check(
        &FINE.replace("code=~\"5..\"", "'{code=~\"5..\"}'"),
        &FINE.replace("code=~\"5..\"", "'code=~\"5..\"'"),
    );
    check_kept(&FINE.replace("code=~\"5..\"", "'{code=~\"5..\"'"));
}

#[test]
fn brackets_that_are_missing_in_promql_are_shown_and_not_put() {
    let text =
        "objective: 99\nsli: {ratio: {events: 'sum(increase(a_total[$window]', errors: b_total}}\n";
    check_kept(text);
    let outcome = Case::new()
        .file("slos/a.yaml", &slo(text))
        .run(&["validate"]);
    assert!(
        outcome
            .stdout
            .contains("help: close what is open with `))`"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn what_stands_twice_and_says_the_same_is_dropped_once() {
    check(&format!("{FINE}objective: 99.9\n"), FINE);
    check(
        &format!("{FINE}objective: \"99.9\" \n"),
        &format!("{FINE} \n"),
    );
    check(
        &format!("{FINE}group_by:\n  - a\n  - a # again\n  - b\n"),
        &format!("{FINE}group_by:\n  - a # again\n  - b\n"),
    );
    check(
        &format!("{FINE}group_by: [a, b, a, a]\n"),
        &format!("{FINE}group_by: [a, b]\n"),
    );
    check(
        &format!("{FINE}labels: {{a: b, a: b}}\n\nowner: payments\nowner: payments\n"),
        &format!("{FINE}labels: {{a: b}}\n\nowner: payments\n"),
    );
    check_kept(&format!("{FINE}objective: 99\n"));
    check_kept(&format!("{FINE}# the one that counts\nobjective: 99.9\n"));
}

#[test]
fn comments_line_ends_and_the_byte_order_mark_are_kept() {
    let text = format!(
        "\u{feff}# head\r\n{}# tail",
        slo(&format!("# own\n{FINE}")).replace('\n', "\r\n")
    );
    let wrong = text
        .replace("objective: 99.9", "objetive: 99.9   # nines")
        .replace("owner", "ownr");
    let right = text.replace("objective: 99.9", "objective: 99.9   # nines");
    assert_eq!(fixed(&wrong), right);
}

#[test]
fn a_change_that_uncovers_a_fault_is_followed_by_the_next() {
    let wrong = FINE
        .replace("objective: 99.9", "objective: 99,9")
        .replace("sli:", "period: @30 days\nsli:");
    // The text is no YAML at first.
    let right = FINE.replace("sli:", "period: \"@30 days\"\nsli:");
    assert_eq!(fixed(&slo(&wrong)), slo(&right));
}

#[test]
fn a_fault_in_a_template_is_mended_once_and_never_in_what_is_put_in() {
    let template = |histogram: &str| {
        format!(
            "{WORKSPACE}sli_templates:\n  x:\n    params: [metric]\n    latency: {{histogram: {histogram}, threshold: 1s}}\n"
        )
    };
    let used = |metric: &str| {
        let uses = format!("objective: 99\nsli: {{use: x, with: {{metric: {metric}}}}}\n");
        let first = slo(&uses);
        let second = first
            .split_once("slos:\n")
            .unwrap()
            .1
            .replace("availability", "other");
        format!("{first}{second}")
    };
    let run = |template: &str, slos: &str| {
        let case = Case::bare()
            .file("burnwatch.yaml", template)
            .file("slos/a.yaml", slos);
        case.run(&["validate", "--fix"]);
        (
            case.read("burnwatch.yaml").unwrap(),
            case.read("slos/a.yaml").unwrap(),
        )
    };
    let (workspace, slos) = run(&template("$metric_seconds_bucket"), &used("took"));
    assert_eq!(
        (workspace, slos),
        (template("$metric_seconds_bucket"), used("took"))
    );
    let (workspace, slos) = run(&template("'${metric}_seconds_bucket'"), &used("took"));
    assert_eq!(
        (workspace, slos),
        (template("'${metric}_seconds'"), used("took"))
    );
    let (workspace, slos) = run(&template("$metric"), &used("took_bucket"));
    assert_eq!(
        (workspace, slos),
        (template("$metric"), used("took_bucket"))
    );
}

#[test]
fn a_text_that_several_aliases_use_is_kept() {
    check_kept(
        "description: &x 30 days\nobjective: 99.9\nperiod: *x\nsli: {gauge: {metric: up}}\n",
    );
}
