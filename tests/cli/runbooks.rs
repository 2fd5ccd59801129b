//! Runbooks: written, generated, checked, removed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::case::{Case, Outcome};

const WORKSPACE: &str = r##"apiVersion: burnwatch/v1
severities:
  page: {wakes: true, priority: P1, response: 15m}
  ticket: {}
teams:
  payments:
    notify: {page: [pager], ticket: [chat]}
    escalate: [{after: 15m, notify: [leads]}]
    fallback: [mail]
    contacts: {chat: "#payments", schedule_url: "https://oncall.example.com/payments"}
    office_hours: {days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00", time_zone: Europe/Berlin}
receivers:
  pager: {pagerduty: {routing_key_file: /run/canary/pager}}
  leads: {pagerduty: {routing_key_file: /run/canary/leads}}
  chat: {slack: {url_file: /run/canary/chat, channel: "#payments"}}
  mail: {email: {to: payments@example.com}}
runbooks: {url: "https://runbooks.example.com/{{service}}/{{slo}}.html#{{tier}}"}
dashboards: {url: "https://grafana.example.com/d/slo?var-slo={{id}}"}
"##;

const SLOS: &str = r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: runbooks/checkout.md
slos:
  - name: availability
    description: Checkout requests without a server error.
    objective: 99.9
    expected_rate: 300/h
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 2%, long: 1h}
        - {name: slow, severity: ticket, budget: 10%, long: 3d, short: 6h, for: 15m}
      no_data: {severity: ticket, after: 30m}
"#;

const SOURCE: &str = "# Checkout\n\n## Confirm\n\n{{{confirm}}}\n\n## Mitigation\n\nRoll back as in [deployments](deployments.md#roll-back).\n\n## Escalate\n\n{{{escalate}}}\n";

const GENERATED: &str = "generated/runbooks/checkout/availability.md";

fn workspace() -> Case {
    Case::bare()
        .file("burnwatch.yaml", WORKSPACE)
        .file("slos/checkout.yaml", SLOS)
        .file("runbooks/checkout.md", SOURCE)
        .file("runbooks/deployments.md", "# Deployments\n\n## Roll back\n")
}

fn clean(case: &Case, arguments: &[&str]) -> Outcome {
    let outcome = case.run(arguments);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    outcome
}

fn read(case: &Case, path: &str) -> String {
    fs::read_to_string(case.path().join(path)).unwrap()
}

fn exists(case: &Case, path: &str) -> bool {
    case.path().join(path).exists()
}

/// The text that `source` is rendered to.
fn rendered(source: &str) -> String {
    let case = workspace().file("runbooks/checkout.md", source);
    clean(&case, &["generate", "--only", "runbooks"]);
    read(&case, GENERATED)
}

/// What is said of `source`, by code and place.
fn said(source: &[u8]) -> String {
    let case = workspace().bytes("runbooks/checkout.md", source);
    let outcome = case.run(&["validate", "--format", "concise"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    outcome.stdout
}

#[test]
fn a_runbook_says_what_its_golden_says() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/runbook.md");
    let text = rendered(SOURCE);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(golden).unwrap_or_default());
}

#[test]
fn text_behind_the_queries_does_not_break_their_fence() {
    let text = rendered(&SOURCE.replace("{{{confirm}}}", "{{{confirm}}} Then look at the logs."));
    assert!(text.contains("\n```\n\nThen look at the logs.\n"), "{text}");
    assert!(!text.contains('\u{fdd0}'), "{text}");
}

#[test]
fn no_path_of_a_secret_comes_into_a_runbook() {
    let text = rendered(SOURCE);
    assert!(text.contains("`pager` (pagerduty)"), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn what_a_source_does_not_fill_in_is_said_all_the_same() {
    let text =
        rendered("# x\n\n## Confirm\n\nLook.\n\n## Mitigate\n\nStop.\n\n## Escalate\n\nCall.\n");
    for part in [
        "## Queries\n",
        "slo:burn_rate:ratio1h",
        "## Team\n",
        "`leads` (pagerduty)",
    ] {
        assert!(text.contains(part), "{part} is missing from:\n{text}");
    }
}

#[test]
fn generated_runbooks_are_held_against_the_slos_and_removed_with_them() {
    let case = workspace();
    clean(&case, &["generate"]);
    clean(&case, &["generate", "--check"]);
    clean(&case, &["validate"]);
    let changed = case.file(
        "runbooks/checkout.md",
        &SOURCE.replace("Roll back as", "Undo as"),
    );
    assert_eq!(changed.run(&["generate", "--check"]).code, 1);
    assert!(changed.run(&["validate"]).stdout.contains("[XF003]"));
    clean(&changed, &["generate"]);
    assert!(read(&changed, GENERATED).contains("Undo as"));
    let other = changed.file(
        "slos/checkout.yaml",
        &SLOS.replace(
            "runbook: runbooks/checkout.md",
            "runbook: https://example.com/x",
        ),
    );
    clean(&other, &["generate", "--only", "rules"]);
    assert!(exists(&other, GENERATED), "only rules were asked for");
    clean(&other, &["generate"]);
    assert!(
        !exists(&other, "generated/runbooks"),
        "its folders are empty"
    );
    assert!(exists(&other, "generated/prometheus/checkout.rules.yaml"));
}

#[test]
fn a_file_that_is_not_ours_is_not_written_over() {
    let case = workspace().file(GENERATED, "# mine\n");
    let outcome = case.run(&["generate"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert_eq!(read(&case, GENERATED), "# mine\n");
}

#[test]
fn an_slo_without_alerts_has_no_generated_runbook() {
    let observed = SLOS.split("    alerting:").next().unwrap().to_string()
        + "    alerting: {mode: observe, reason: new}\n";
    let case = workspace().file("slos/checkout.yaml", &observed);
    clean(&case, &["generate"]);
    assert!(!exists(&case, GENERATED));
}

#[test]
fn a_relative_link_leads_from_the_generated_file_to_where_it_led() {
    let text = rendered(SOURCE);
    assert!(
        text.contains("(../../../runbooks/deployments.md#roll-back)"),
        "{text}"
    );
}

#[test]
fn lines_and_a_byte_order_mark_of_other_editors_do_no_harm() {
    let windows = format!("\u{feff}{}", SOURCE.replace('\n', "\r\n"));
    assert_eq!(rendered(&windows), rendered(SOURCE));
}

#[test]
fn what_is_no_text_or_too_long_is_said_and_not_shown() {
    assert_eq!(
        said(b"# a\n\xff\xfe canary"),
        "slos/checkout.yaml:4:10: error[RB002] `runbooks/checkout.md` is no text in UTF-8\n"
    );
    let too_long = format!("{SOURCE}{}", "x".repeat((256 << 10) + 1 - SOURCE.len()));
    assert_eq!(
        said(too_long.as_bytes()),
        "slos/checkout.yaml:4:10: error[RB002] `runbooks/checkout.md` is too large for a runbook\n"
    );
    let longest = &too_long[..too_long.len() - 1];
    assert!(rendered(longest).len() > 256 << 10);
    assert!(said(&vec![b'{'; 10 << 20]).contains("too large"));
}

#[test]
fn a_runbook_behind_a_link_out_of_the_workspace_is_not_read() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("x.md"), "# canary {{canary}}\n").unwrap();
    let case = workspace();
    fs::remove_file(case.path().join("runbooks/checkout.md")).unwrap();
    symlink(
        outside.path().join("x.md"),
        case.path().join("runbooks/checkout.md"),
    )
    .unwrap();
    let outcome = case.run(&["validate"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(
        outcome.stdout.contains("leads out of the workspace"),
        "{outcome:?}"
    );
    assert!(!outcome.stdout.contains("canary"), "{outcome:?}");
    let outcome = case.run(&["generate"]);
    assert!(!exists(&case, GENERATED), "{outcome:?}");
}

#[test]
fn hostile_sources_end_in_a_finding() {
    let loops = "{{#each tiers}}".repeat(16) + &"{{/each}}".repeat(16);
    for (text, code) in [
        ("{{> x}}", "partials are no part of a template"),
        (
            "{{#*inline \"x\"}}{{> x}}{{/inline}}",
            "decorators are no part",
        ),
        (
            "{{#each tiers}}{{#each ../tiers}}{{nope}}{{/each}}{{/each}}",
            "no value here",
        ),
        (&loops, "no value here"),
        (&"{{#if slo}}".repeat(20_000), "more than 16 blocks"),
    ] {
        let said = said(format!("{SOURCE}\n{text}\n").as_bytes());
        assert!(said.contains("error[RB007]"), "{said}");
        assert!(said.contains(code), "{said}");
    }
}

#[test]
fn the_workspaces_own_templates_are_used_and_judged() {
    let case = workspace().file("templates/runbook-escalate.md.hbs", "Call {{team.name}}.\n");
    clean(&case, &["generate"]);
    assert!(read(&case, GENERATED).contains("## Escalate\n\nCall payments.\n"));
    let page = case.file("templates/runbook.md.hbs", "{{slo.id}}\n{{slo.nope}}\n");
    let outcome = page.run(&["validate", "--format", "concise"]);
    assert_eq!(
        outcome.stdout,
        "templates/runbook.md.hbs:2:1: error[RB007] `slo.nope` is no value here\n"
    );
    let outcome = page.run(&["generate", "-o", "-"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    let large = page.file("templates/runbook.md.hbs", &"x".repeat((256 << 10) + 1));
    let said = large.run(&["validate", "--format", "concise"]).stdout;
    assert!(
        said.contains("a template has at most 262144 bytes"),
        "{said}"
    );
    let garbled = large.bytes("templates/runbook.md.hbs", b"ab\xff");
    let said = garbled.run(&["validate", "--format", "concise"]).stdout;
    assert_eq!(
        said,
        "templates/runbook.md.hbs:1:3: error[RB007] a template is text in UTF-8\n"
    );
}

#[test]
fn a_new_source_is_written_where_the_slo_names_it_and_is_not_yet_good() {
    let case = workspace();
    fs::remove_file(case.path().join("runbooks/checkout.md")).unwrap();
    let outcome = clean(&case, &["runbook", "new", "checkout/availability"]);
    assert_eq!(
        outcome.stdout,
        "wrote runbooks/checkout.md\nnext: write what mitigates, then run `burnwatch validate`\n"
    );
    let said = case.run(&["validate", "--format", "concise"]);
    assert_eq!(
        said.stdout,
        "runbooks/checkout.md:9:3: error[RB003] `Mitigate` is still to be written\n"
    );
    let text = read(&case, "runbooks/checkout.md");
    for heading in ["Symptoms", "Impact", "Diagnosis", "Prevention", "Related"] {
        assert!(text.contains(&format!("\n## {heading}\n")), "{text}");
    }
    let written = case.file(
        "runbooks/checkout.md",
        &text.replace("**TODO**: what", "Do what"),
    );
    clean(&written, &["validate"]);
    clean(&written, &["generate"]);
}

#[test]
fn a_new_source_has_the_sections_that_the_workspace_asks_for() {
    let options = "checks: {options: {RB003: {sections: [Impact, Dashboards]}}}\n";
    let case = workspace().file("burnwatch.yaml", &[WORKSPACE, options].concat());
    clean(
        &case,
        &["runbook", "new", "checkout/availability", "--force"],
    );
    let text = read(&case, "runbooks/checkout.md");
    assert_eq!(text.matches("\n## Impact\n").count(), 1, "{text}");
    assert!(text.ends_with("\n\n## Dashboards\n\n**TODO**\n"), "{text}");
    let said = case.run(&["validate", "--format", "concise"]).stdout;
    let open = ["Mitigate", "Impact", "Dashboards"];
    let open = open.map(|name| said.contains(&format!("[RB003] `{name}` is still to be written")));
    assert_eq!(open, [true; 3], "{said}");
    assert_eq!(said.lines().count(), 3, "{said}");
}

#[test]
fn a_source_that_is_there_is_written_anew_only_where_that_is_asked_for() {
    let case = workspace();
    let outcome = case.run(&["runbook", "new", "availability"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("is there already"), "{outcome:?}");
    assert_eq!(read(&case, "runbooks/checkout.md"), SOURCE);
    clean(&case, &["runbook", "new", "availability", "--force"]);
    assert!(read(&case, "runbooks/checkout.md").contains("TODO"));
}

#[test]
fn an_slo_without_a_runbook_is_told_which_line_to_add() {
    let case = workspace().file(
        "slos/checkout.yaml",
        &SLOS.replace("runbook: runbooks/checkout.md\n", ""),
    );
    let outcome = clean(&case, &["runbook", "new", "availability"]);
    assert_eq!(
        outcome.stdout,
        "wrote runbooks/checkout/availability.md\nadd to `checkout/availability` in slos/checkout.yaml: `runbook: \
         runbooks/checkout/availability.md`\nnext: write what mitigates, then run `burnwatch validate`\n"
    );
}

#[test]
fn a_source_is_not_written_out_of_the_workspace_or_where_it_is_a_url() {
    let outside = tempfile::tempdir().unwrap();
    let case = workspace().file("slos/checkout.yaml", &SLOS.replace("runbooks/", "link/"));
    symlink(outside.path(), case.path().join("link")).unwrap();
    for force in [&[][..], &["--force"]] {
        let outcome = case.run(&[&["runbook", "new", "availability"], force].concat());
        assert_eq!(outcome.code, 2, "{outcome:?}");
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    let url = workspace().file(
        "slos/checkout.yaml",
        &SLOS.replace("runbooks/checkout.md", "https://x.example/y"),
    );
    let outcome = url.run(&["runbook", "new", "availability"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome.stderr.contains("https://x.example/y"),
        "{outcome:?}"
    );
}

#[test]
fn a_new_source_is_markdown_outside_of_hidden_and_generated_folders() {
    for (path, said) in [
        ("runbooks/checkout.txt", "is no `.md` or `.markdown` file"),
        ("slos/checkout.yaml", "is no `.md` or `.markdown` file"),
        (".github/checkout.md", "begins with a dot"),
        ("docs/.x/checkout.md", "begins with a dot"),
        ("generated/checkout.md", "is a folder of generated files"),
        (
            "./generated/runbooks/x.md",
            "is a folder of generated files",
        ),
    ] {
        let slos = SLOS.replace("runbooks/checkout.md", path);
        let case = workspace().file("slos/checkout.yaml", &slos);
        for force in [&[][..], &["--force"]] {
            let outcome = case.run(&[&["runbook", "new", "availability"], force].concat());
            assert_eq!(outcome.code, 2, "{outcome:?}");
            assert!(outcome.stderr.contains(said), "{path}: {outcome:?}");
        }
        assert_eq!(read(&case, "slos/checkout.yaml"), slos);
        assert!(path.starts_with("slos") || !exists(&case, path));
    }
    let slos = SLOS.replace("runbooks/checkout.md", "generated-not/x.Markdown");
    let case = workspace().file("slos/checkout.yaml", &slos);
    clean(&case, &["runbook", "new", "availability"]);
}

#[test]
fn a_new_source_is_for_an_slo_and_no_check() {
    for (name, said) in [
        ("nope", "no SLO is called `nope`"),
        ("RB001", "no SLO is called `RB001`; there"),
    ] {
        let outcome = workspace().run(&["runbook", "new", name]);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains(said), "{outcome:?}");
    }
}

#[test]
fn one_fault_of_a_shared_runbook_is_one_finding() {
    let mut slos = SLOS.to_string();
    for number in 0..10 {
        slos.push_str(&format!(
            "  - name: slo-{number}\n    objective: 99.{number}\n    sli: {{ratio: {{events: 'x_total{{job=\"{number}\"}}', errors_where: a=\"b\"}}}}\n"
        ));
    }
    let case = workspace().file("slos/checkout.yaml", &slos).file(
        "runbooks/checkout.md",
        "# x\n\n## Confirm\n\n{{nope}}\n\n## Escalate\n\nCall.\n",
    );
    let said = case.run(&["validate", "--format", "concise"]).stdout;
    assert_eq!(
        said,
        "runbooks/checkout.md:1:1: error[RB003] this runbook has no section `Mitigate`\n\
         runbooks/checkout.md:5:1: error[RB007] `nope` is no value here\n"
    );
}

#[test]
fn explain_names_the_link_of_each_tier() {
    let outcome = clean(&workspace(), &["explain", "availability"]);
    assert!(
        outcome
            .stdout
            .contains("  runbook: https://runbooks.example.com/checkout/availability.html#fast\n"),
        "{outcome:?}"
    );
}

#[test]
fn what_init_writes_is_without_fault_and_can_be_generated() {
    let case = Case::bare();
    clean(&case, &["init"]);
    assert_eq!(clean(&case, &["validate"]).stdout, "");
    clean(&case, &["generate"]);
    assert!(exists(&case, GENERATED));
}

#[test]
fn every_value_of_a_template_stands_in_the_documentation() {
    let page = include_str!("../../docs/runbooks.md");
    let roots = "{{#each this}}={{@key}}\n{{/each}}";
    let objects = [
        "slo", "budget", "queries", "team", "anchors", "filled", "tiers.0",
    ]
    .map(|name| format!("{{{{#each {name}}}}}={name}.{{{{@key}}}}\n{{{{/each}}}}"));
    let template = format!("{roots}{}", objects.concat());
    let case = workspace().file("templates/runbook.md.hbs", &template);
    clean(&case, &["generate"]);
    let text = read(&case, GENERATED).replace("tiers.0", "tiers");
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix('='))
        .collect();
    assert!(names.len() > 50, "{names:?}");
    for name in names {
        let documented = page.contains(&format!("`{name}`")) || page.contains(&format!("`{name}."));
        assert!(documented, "`{name}` is not in docs/runbooks.md");
    }
}
