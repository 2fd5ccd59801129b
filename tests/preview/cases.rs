//! What is said of each kind of change, without a server.

use super::run::{golden, json, preview, since_main};
use crate::kit::repository::{Repository, WORKSPACE, file, slo};

/// The comment after `change` was made to the workspace is the golden of this name.
fn check(name: &str, change: impl FnOnce(&Repository)) -> Repository {
    let repository = Repository::new();
    change(&repository);
    golden(name, &repository, &since_main(&repository));
    repository
}

/// The kind of change, SLO by SLO, the worst first.
fn kinds(repository: &Repository) -> Vec<(String, String)> {
    let json = json(repository, &[]);
    let rows = json["slos"].as_array().unwrap().iter();
    rows.map(|row| {
        let text = |field: &str| row[field].as_str().unwrap().to_string();
        (text("slo"), text("change"))
    })
    .collect()
}

fn check_kinds(change: impl FnOnce(&Repository), expected: &[(&str, &str)]) {
    let repository = Repository::new();
    change(&repository);
    let found = kinds(&repository);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn nothing_changed() {
    let repository = check("nothing", |_| {});
    assert_eq!(json(&repository, &[])["changed"], false);
    let outcome = preview(&repository, &["--base", "main", "--exit-code"]);
    assert_eq!(outcome.code, 0);
}

#[test]
fn an_slo_that_is_new_shows_its_budget_and_alerts() {
    let repository = check("added", |r| {
        r.write("slos/c.yaml", &file("search", &[slo("four", "loud")]));
    });
    assert_eq!(json(&repository, &[])["changed"], true);
    let outcome = preview(&repository, &["--base", "main", "--exit-code"]);
    assert_eq!(outcome.code, 1);
}

#[test]
fn the_first_slos_of_a_repository_are_new() {
    let repository = Repository::below("");
    repository.write("README.md", "nothing yet\n");
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "work"]);
    repository.write("burnwatch.yaml", WORKSPACE);
    repository.write("slos/a.yaml", &file("shop", &[slo("one", "calm")]));
    assert_eq!(
        kinds(&repository),
        [("shop/one".to_string(), "added".to_string())]
    );
}

#[test]
fn a_changed_objective_shows_both_budgets_and_thresholds() {
    check("objective", |r| r.replace("slos/a.yaml", "99.9", "99.95"));
}

#[test]
fn a_changed_policy_shows_the_alerts_of_all_who_use_it() {
    check("policy", |r| {
        r.replace(
            "burnwatch.yaml",
            "tiers: [{name: fast, severity: page, burn_rate: 10, long: 1h}]",
            "no_data: {severity: ticket, after: 15m}\n    tiers: [{name: faster, severity: page, burn_rate: 14, long: 1h}, {name: steady, severity: ticket, burn_rate: 2, of: remaining, long: 6h, for: 10m}]",
        );
    });
}

#[test]
fn a_changed_selector_is_shown_as_it_is_written() {
    check("selector", |r| {
        r.replace(
            "slos/b.yaml",
            "events: three_total",
            "events: 'three_total{job=\"x\"}'",
        );
    });
}

#[test]
fn an_slo_in_another_file_is_no_change() {
    let repository = check("moved", |r| r.rename("slos/a.yaml", "slos/deep/er.yaml"));
    assert_eq!(json(&repository, &[])["changed"], false);
}

#[test]
fn an_slo_with_another_name_is_renamed() {
    check("renamed", |r| {
        r.replace("slos/a.yaml", "name: one\n", "name: uno\n")
    });
}

#[test]
fn an_slo_that_is_gone_is_removed() {
    check("removed", |r| {
        r.write("slos/a.yaml", &file("shop", &[slo("one", "calm")]));
    });
}

#[test]
fn a_branch_without_any_slo_file_removes_all_of_them() {
    let repository = check("all-removed", |r| {
        r.remove("slos/a.yaml");
        r.remove("slos/b.yaml");
        r.commit();
    });
    let outcome = preview(&repository, &["--base", "main", "--exit-code"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert_eq!(outcome.stderr, "note: no file matches `slos/**/*.yaml`\n");
    // The workspace may be gone with them.
    repository.remove("burnwatch.yaml");
    let removed = ["shop/one", "shop/two", "till/three"];
    let removed = removed.map(|slo| (slo.to_string(), "removed".to_string()));
    assert_eq!(kinds(&repository), removed);
}

#[test]
fn a_glob_that_means_no_file_any_more_removes_what_it_meant() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "main"]);
    let workspace = format!("{WORKSPACE}slos: [slos/a.yaml, slos/b.yaml]\n");
    repository.write("burnwatch.yaml", &workspace);
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    repository.remove("slos/b.yaml");
    assert_eq!(
        kinds(&repository),
        [("till/three".to_string(), "removed".to_string())]
    );
}

#[test]
fn where_there_never_was_an_slo_file_nothing_is_compared() {
    let repository = Repository::below("");
    repository.write("burnwatch.yaml", WORKSPACE);
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "work"]);
    let outcome = preview(&repository, &["--base", "main"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    assert_eq!(outcome.stderr, "error: no file matches `slos/**/*.yaml`\n");
    repository.write("slos/a.yaml", &file("shop", &[slo("one", "calm")]));
    assert_eq!(
        kinds(&repository),
        [("shop/one".to_string(), "added".to_string())]
    );
}

#[test]
fn the_worst_change_stands_first() {
    check("several", |r| {
        r.replace("slos/a.yaml", "99.9", "99.5");
        r.replace("slos/a.yaml", "objective: 99.9", "objective: 99.99");
        r.write("slos/b.yaml", &file("till", &[slo("four", "calm")]));
    });
}

#[test]
fn a_file_that_cannot_be_read_hides_its_slos_and_removes_none() {
    check("broken", |r| {
        r.replace("slos/a.yaml", "slos:\n", "slos: [\n");
        r.replace("slos/b.yaml", "99.9", "99.99");
    });
}

#[test]
fn an_slo_with_an_error_is_not_removed() {
    check_kinds(
        |r| r.replace("slos/a.yaml", "policy: loud", "policy: lout"),
        &[("shop/two", "unread")],
    );
    check_kinds(
        |r| {
            r.rename("slos/a.yaml", "slos/c.yaml");
            r.replace("slos/c.yaml", "slos:\n", "slos: {\n");
        },
        &[("shop/one", "unread"), ("shop/two", "unread")],
    );
    check_kinds(
        |r| r.replace("slos/a.yaml", "service: shop\n", ""),
        &[("shop/one", "unread"), ("shop/two", "unread")],
    );
    check_kinds(
        |r| r.write("slos/a.yaml", "slos: many\n"),
        &[("shop/one", "unread"), ("shop/two", "unread")],
    );
    // One that is removed beside one with an error is removed.
    check_kinds(
        |r| {
            r.write(
                "slos/a.yaml",
                &file("shop", &[slo("one", "calm").replace("99.9", "nought")]),
            );
        },
        &[("shop/one", "unread"), ("shop/two", "removed")],
    );
}

#[test]
fn an_slo_of_which_the_base_could_not_be_read_is_not_new() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "main"]);
    repository.replace("slos/a.yaml", "policy: loud", "policy: lout");
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    repository.replace("slos/a.yaml", "policy: lout", "policy: loud");
    golden("broken-before", &repository, &since_main(&repository));
}

#[test]
fn a_workspace_that_cannot_be_read_removes_nothing() {
    let repository = Repository::new();
    repository.replace("burnwatch.yaml", "policies:\n", "policies: [\n");
    let found = kinds(&repository);
    assert!(!found.is_empty());
    assert!(found.iter().all(|(_, kind)| kind != "removed"), "{found:?}");
}

#[test]
fn a_new_file_that_cannot_be_read_is_said() {
    let repository = check("broken-new", |r| {
        r.write("slos/c.yaml", &file("search", &[slo("four", "lout")]));
    });
    assert_eq!(json(&repository, &[])["changed"], true);
}

#[test]
fn a_base_that_is_not_there_is_said_with_what_to_do() {
    let repository = Repository::new();
    let outcome = preview(&repository, &["--base", "origin/main"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(outcome.stdout, "");
    assert_eq!(
        outcome.stderr,
        "error: this clone has no revision `origin/main`\nhelp: fetch it: `git fetch origin main:refs/remotes/origin/main`\n"
    );
}

#[test]
fn what_others_changed_on_the_base_is_no_change_of_the_branch() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "main"]);
    repository.replace("slos/b.yaml", "99.9", "99.5");
    repository.commit();
    repository.git(&["checkout", "-q", "work"]);
    repository.replace("slos/a.yaml", "99.9", "99.95");
    assert_eq!(
        kinds(&repository),
        [("shop/one".to_string(), "changed".to_string())]
    );
}

#[test]
fn the_comment_of_a_workspace_is_told_from_others_by_its_name() {
    let repository = Repository::new();
    let outcome = preview(&repository, &["--base", "main", "--name", "shop"]);
    assert!(
        outcome
            .stdout
            .starts_with("<!-- burnwatch-preview shop -->\n### "),
        "{outcome:?}"
    );
    let outcome = preview(&repository, &["--base", "main", "--name", "--> <b>"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
}

#[test]
fn it_can_be_written_to_a_file() {
    let repository = Repository::new();
    let outcome = preview(&repository, &["--base", "main", "-o", "comment.md"]);
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (0, ""),
        "{outcome:?}"
    );
    assert_eq!(repository.read("comment.md"), since_main(&repository));
}

#[test]
fn a_time_that_is_none_is_wrong_usage() {
    let repository = Repository::new();
    for arguments in [
        ["--at", "yesterday"],
        ["--at", "2026-02-30"],
        ["--at", "2026-01-02"],
        ["--at", "1970-01-02"],
        ["--from", "400d"],
        ["--from", "soon"],
    ] {
        let all = [&["--base", "main"], &arguments[..]].concat();
        assert_eq!(preview(&repository, &all).code, 2, "{arguments:?}");
    }
}
