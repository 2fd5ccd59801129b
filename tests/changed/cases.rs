//! What counts as a change, and what is reported of it.

use super::repository::{Repository, Validated, WORKSPACE, file, first, slo};

/// What is said after `change` was made to the workspace.
fn check(change: impl FnOnce(&Repository), expected: &str) {
    let repository = Repository::new();
    change(&repository);
    assert_eq!(repository.since_main(), expected);
}

const NONE: &str = "0 of 3 SLOs changed since main";

#[test]
fn nothing_changed() {
    check(|_| {}, NONE);
}

#[test]
fn a_file_that_was_moved_is_no_change() {
    check(|r| r.rename("slos/a.yaml", "slos/deep/er.yaml"), NONE);
    check(
        |r| {
            r.rename("slos/a.yaml", "slos/deep/er.yaml");
            r.commit();
        },
        NONE,
    );
}

#[test]
fn a_file_that_was_written_in_another_way_is_no_change() {
    check(
        |r| {
            let text = "# a note\n\"service\": 'till'\napiVersion: burnwatch/v1\nowner: payments\nrunbook: https://runbooks.example.com/till\nslos:\n\n- alerting:\n    policy: \"loud\" # why\n  sli:\n    ratio:\n      errors_where: >-\n        code =~ '5..'\n      events: three_total{ }\n  objective: 99.90%\n  name: three\n";
            r.write("slos/b.yaml", text);
        },
        NONE,
    );
}

#[test]
fn a_checkout_with_other_line_ends_is_no_change() {
    let repository = Repository::new();
    // Of a file without SLOs its text is all that is known.
    repository.git(&["checkout", "-q", "main"]);
    let empty =
        "apiVersion: burnwatch/v1\n# burnwatch: ignore[AL001] -- old\nservice: new\nslos: []\n";
    repository.write("slos/empty.yaml", empty);
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    let before = repository.validate(&["--changed-since", "main"]).stdout;
    for path in [
        "burnwatch.yaml",
        "slos/a.yaml",
        "slos/b.yaml",
        "slos/empty.yaml",
    ] {
        repository.write(path, &repository.read(path).replace('\n', "\r\n"));
    }
    let outcome = repository.validate(&["--changed-since", "main"]);
    assert_eq!(first(&outcome), NONE);
    assert_eq!(outcome.stdout, before);
    let edited = repository.read("slos/empty.yaml").replace("new", "newer");
    repository.write("slos/empty.yaml", &edited);
    let outcome = repository.validate(&["--changed-since", "main"]);
    assert_ne!(outcome.stdout, before);
}

#[test]
fn a_comment_or_another_order_of_slos_is_no_change() {
    check(
        |r| {
            let slos = [
                slo("two", "loud"),
                "    # about one\n".to_string(),
                slo("one", "calm"),
            ];
            r.write("slos/a.yaml", &file("shop", &slos));
        },
        NONE,
    );
}

#[test]
fn an_slo_that_moves_between_files_is_no_change() {
    check(
        |r| {
            r.write("slos/a.yaml", &file("shop", &[slo("one", "calm")]));
            r.write("slos/c.yaml", &file("shop", &[slo("two", "loud")]));
        },
        NONE,
    );
}

#[test]
fn a_changed_objective_changes_its_slo_alone() {
    check(
        |r| r.replace("slos/a.yaml", "99.9", "99.5"),
        "1 of 3 SLOs changed since main",
    );
}

#[test]
fn a_changed_default_changes_the_slos_that_it_speaks_for() {
    check(
        |r| {
            r.replace(
                "slos/a.yaml",
                "owner: payments\n",
                "owner: payments\nlabels: {tier: gold}\n",
            )
        },
        "2 of 3 SLOs changed since main",
    );
}

#[test]
fn a_changed_policy_changes_the_slos_that_use_it() {
    check(
        |r| r.replace("burnwatch.yaml", "burn_rate: 10", "burn_rate: 11"),
        "2 of 3 SLOs changed since main",
    );
    check(
        |r| r.replace("burnwatch.yaml", "burn_rate: 1,", "burn_rate: 2,"),
        "1 of 3 SLOs changed since main",
    );
}

#[test]
fn a_pace_that_is_named_in_another_way_is_no_change() {
    // Of a period of 30d, 3d at a burn rate of 1 are 10 % of the budget.
    check(
        |r| r.replace("burnwatch.yaml", "burn_rate: 1,", "budget: 10,"),
        NONE,
    );
}

#[test]
fn a_new_team_or_a_policy_that_nobody_uses_changes_no_slo() {
    check(
        |r| {
            r.replace(
                "burnwatch.yaml",
                "{payments: {}}",
                "{payments: {}, search: {}}",
            );
            r.replace(
                "burnwatch.yaml",
                "policies:\n",
                "policies:\n  other:\n    tiers: [{name: x, severity: page, burn_rate: 3, long: 6h}]\n",
            );
        },
        NONE,
    );
}

#[test]
fn a_changed_template_changes_the_slos_that_are_made_of_it() {
    let repository = Repository::new();
    let used = "  - name: four\n    objective: 99\n    sli: {use: http, with: {job: x}}\n    alerting: {policy: calm}\n";
    repository.git(&["checkout", "-q", "main"]);
    repository.write("slos/c.yaml", &file("used", &[used.to_string()]));
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    repository.replace("burnwatch.yaml", "code=~", "status=~");
    assert_eq!(repository.since_main(), "1 of 4 SLOs changed since main");
}

#[test]
fn how_rules_are_evaluated_changes_every_slo() {
    check(
        |r| {
            r.write(
                "burnwatch.yaml",
                &format!("{WORKSPACE}rules: {{interval: 30s}}\n"),
            )
        },
        "3 of 3 SLOs changed since main",
    );
    check(
        |r| {
            r.write(
                "burnwatch.yaml",
                &format!("{WORKSPACE}rules: {{interval: 60s}}\n"),
            )
        },
        NONE,
    );
}

#[test]
fn a_new_slo_counts_and_one_that_is_gone_is_said() {
    check(
        |r| r.write("slos/c.yaml", &file("new", &[slo("four", "calm")])),
        "1 of 4 SLOs changed since main, 1 new",
    );
    check(
        |r| r.remove("slos/b.yaml"),
        "0 of 2 SLOs changed since main, 1 gone",
    );
    check(
        |r| r.replace("slos/b.yaml", "name: three", "name: renamed"),
        "1 of 3 SLOs changed since main, 1 new, 1 gone",
    );
}

#[test]
fn a_second_slo_of_a_name_is_a_change() {
    let repository = Repository::new();
    repository.write("slos/c.yaml", &file("till", &[slo("three", "loud")]));
    let outcome = repository.validate(&["--changed-since", "main"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("[XF001]"), "{outcome:?}");
    assert!(outcome.stderr.starts_with("2 of 4 SLOs"), "{outcome:?}");
}

#[test]
fn what_others_changed_meanwhile_is_no_change_of_the_branch() {
    let repository = Repository::new();
    repository.replace("slos/b.yaml", "99.9", "99.5");
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.replace("slos/a.yaml", "99.9", "99");
    repository.commit();
    repository.git(&["checkout", "-q", "work"]);
    assert_eq!(repository.since_main(), "1 of 3 SLOs changed since main");
}

#[test]
fn named_files_are_compared_with_wherever_their_slos_were() {
    let repository = Repository::new();
    repository.rename("slos/a.yaml", "slos/c.yaml");
    let outcome = repository.validate(&["--changed-since", "main", "slos/c.yaml"]);
    assert!(
        outcome
            .stderr
            .starts_with("0 of 2 SLOs changed since main ("),
        "{outcome:?}"
    );
    assert!(!outcome.stderr.contains("gone"), "{outcome:?}");
    repository.write("elsewhere/d.yaml", &file("x", &[slo("x", "calm")]));
    let outcome = repository.validate(&["--changed-since", "main", "elsewhere"]);
    assert!(
        outcome.stderr.starts_with("1 of 1 SLO changed"),
        "{outcome:?}"
    );
}

#[test]
fn an_error_is_always_reported() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "main"]);
    repository.replace("slos/b.yaml", "objective", "objetive");
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    let outcome = repository.validate(&["--changed-since", "main"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("[SP002]"), "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("1 file could not be read as a whole at"),
        "{outcome:?}"
    );
}

#[test]
fn an_slo_that_could_not_be_read_before_counts_as_new() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "main"]);
    repository.replace("slos/b.yaml", "objective", "goal");
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    repository.replace("slos/b.yaml", "goal", "objective");
    assert_eq!(
        repository.since_main(),
        "1 of 3 SLOs changed since main, 1 new"
    );
}

/// Whether `code` is reported, and without `--changed-since`.
fn reported(repository: &Repository, code: &str) -> [bool; 2] {
    [&["--changed-since", "main"][..], &[]].map(|arguments| {
        let outcome = repository.validate(arguments);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        outcome.stdout.contains(code)
    })
}

#[test]
fn what_is_said_of_the_workspace_file_is_reported_where_its_meaning_changed() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "main"]);
    let later = "daemon: {open_probes: true}\n";
    repository.write("burnwatch.yaml", &format!("{WORKSPACE}{later}"));
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    assert_eq!(reported(&repository, "[SP016]"), [false, true]);
    repository.write("burnwatch.yaml", &format!("# note\n{later}{WORKSPACE}"));
    assert_eq!(reported(&repository, "[SP016]"), [false, true]);
    repository.replace("burnwatch.yaml", "{payments: {}}", "{payments: {}, x: {}}");
    assert_eq!(reported(&repository, "[SP016]"), [true, true]);
}

#[test]
fn a_file_without_slos_is_reported_where_it_is_new() {
    let repository = Repository::new();
    repository.write("slos/empty.yaml", "");
    assert_eq!(reported(&repository, "[SP019]"), [true, true]);
    repository.git(&["checkout", "-q", "main"]);
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    assert_eq!(reported(&repository, "[SP019]"), [false, true]);
}
