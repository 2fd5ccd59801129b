//! `init`, `explain`, `schema` and `--version`.

use super::case::{Case, FINE, slo};

#[test]
fn a_workspace_that_init_wrote_generates_at_once() {
    let case = Case::bare();
    let outcome = case.run(&["init"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(case.run(&["validate"]).stdout, "");
    assert_eq!(case.run(&["generate"]).code, 0);
    let again = case.run(&["init"]);
    assert_eq!(again.code, 2);
    assert!(
        again
            .stderr
            .contains("is there already; nothing was written"),
        "{again:?}"
    );
}

#[test]
fn what_init_wrote_names_its_schema_for_editors() {
    let case = Case::bare();
    assert_eq!(case.run(&["init"]).code, 0);
    for (file, which) in [
        ("burnwatch.yaml", "workspace"),
        ("slos/checkout.yaml", "slo"),
    ] {
        let text = case.read(file).unwrap();
        let first = text.lines().next().unwrap();
        let path = first
            .strip_prefix("# yaml-language-server: $schema=")
            .unwrap_or_else(|| panic!("{file} begins with `{first}`"));
        // Language servers look from the folder of the file.
        let schema = case.path().join(file).parent().unwrap().join(path);
        let schema = std::fs::read_to_string(schema).unwrap();
        assert_eq!(schema, case.run(&["schema", which]).stdout);
    }
}

#[test]
fn explain_says_when_each_tier_fires() {
    let case = Case::new().file(
        "slos/a.yaml",
        &slo(&format!("{FINE}expected_rate: 300/h\n")),
    );
    let outcome = case.run(&["explain", "checkout/availability"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    for line in [
        "objective: 99.9 % over 30d",
        "error budget: 0.1 % of all, or 43 min 12 s of complete failure",
        "in events: about 216 errors among 216000 events, at 300 an hour",
        "tier page-1h (page)",
        "  burn rate: 14.4 (2 % of the budget in 1h)",
        "  threshold: an error ratio of 1.44 %",
        "  budget spent when it fires: 2 %",
        "  at 100 % errors: fires after 51.8 s, resets 4 min 56 s after the errors end",
        "  at 10 % errors: fires after 8 min 38 s, resets 4 min 17 s after the errors end",
        "  at 1 % errors: does not fire",
        "  at the expected rate: 5 errors among 300 events in 1h",
        "  waits until there is history from 5h ago",
    ] {
        assert!(
            outcome.stdout.lines().any(|found| found == line),
            "no `{line}` in\n{}",
            outcome.stdout
        );
    }
    assert_eq!(
        case.run(&["explain", "availability"]).stdout,
        outcome.stdout
    );
}

#[test]
fn explain_says_that_a_tier_can_never_fire_and_why() {
    let case = Case::new().file("slos/a.yaml", &slo(&FINE.replace("99.9", "90")));
    let outcome = case.run(&["explain", "checkout/availability"]);
    let line = "  can never fire: even when everything fails the burn rate is 10, and it would have to exceed 14.4";
    assert!(outcome.stdout.contains(line), "{}", outcome.stdout);
    assert_eq!(
        outcome.stdout.matches("can never fire").count(),
        1,
        "{}",
        outcome.stdout
    );
}

#[test]
fn explain_suggests_a_name() {
    let case = Case::new().file("slos/a.yaml", &slo(FINE));
    let outcome = case.run(&["explain", "checkout/availabilty"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(
        outcome.stderr,
        "error: no SLO is called `checkout/availabilty`; `checkout/availability` is similar\n"
    );
}

#[test]
fn schemas_are_json() {
    for file in ["slo", "workspace"] {
        let outcome = Case::bare().run(&["schema", file]);
        let schema: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(
            schema["properties"]["apiVersion"]["enum"][0],
            "burnwatch/v1"
        );
    }
}

#[test]
fn the_version_goes_to_stdout_and_wrong_usage_to_stderr() {
    let version = Case::bare().run(&["--version"]);
    assert_eq!(
        (version.code, version.stdout.as_str()),
        (0, concat!("burnwatch ", env!("CARGO_PKG_VERSION"), "\n"))
    );
    let wrong = Case::bare().run(&["generat"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert!(wrong.stderr.contains("generate"), "{wrong:?}");
}
