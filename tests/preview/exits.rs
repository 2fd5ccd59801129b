//! What `preview` exits with, as docs/preview.md says.

use super::run::{json, preview};
use super::steady::steady;
use crate::kit::repository::{Repository, file, slo};

/// What it exits with after `change`, asked of a server that has nothing where a question names one of `unknown`; with
/// `--exit-code` too. The JSON says the same.
fn check(
    change: impl FnOnce(&Repository),
    unknown: &'static [&'static str],
    (plain, exit_code): (u8, u8),
) {
    let repository = Repository::new();
    change(&repository);
    let fake = steady(unknown);
    let url = fake.url();
    let arguments = ["--base", "main", "--prometheus", &url, "--from", "1h"];
    let outcome = preview(&repository, &arguments);
    assert_eq!(outcome.code, plain, "{outcome:?}");
    assert!(outcome.stdout.starts_with("<!-- burnwatch-preview -->\n"));
    let outcome = preview(&repository, &[&arguments[..], &["--exit-code"]].concat());
    assert_eq!(outcome.code, exit_code, "{outcome:?}");
    let json = json(&repository, &arguments[2..]);
    assert_eq!(json["complete"], plain != 3);
}

/// `shop/one` counts `other_total` now.
fn other_metric(repository: &Repository) {
    repository.replace("slos/a.yaml", "one_total", "other_total");
}

#[test]
fn a_comment_that_could_be_made_exits_with_0_and_a_change_with_1_where_that_is_asked() {
    check(|_| {}, &[], (0, 0));
    check(other_metric, &[], (0, 1));
}

#[test]
fn an_slo_that_is_new_or_gone_may_have_no_data() {
    let new = |repository: &Repository| {
        repository.write("slos/c.yaml", &file("search", &[slo("four", "loud")]));
    };
    check(new, &["four_total"], (0, 1));
    let gone = |repository: &Repository| {
        repository.write("slos/a.yaml", &file("shop", &[slo("one", "calm")]));
    };
    check(gone, &["two_total"], (0, 1));
}

#[test]
fn a_definition_that_has_data_where_the_other_has_none_is_an_answer() {
    check(other_metric, &["other_total"], (0, 1));
    check(other_metric, &["one_total"], (0, 1));
}

#[test]
fn a_change_of_which_neither_definition_has_data_could_not_be_checked() {
    check(other_metric, &["one_total", "other_total"], (3, 3));
    let objective = |repository: &Repository| repository.replace("slos/a.yaml", "99.9", "99.5");
    check(objective, &["one_total"], (3, 3));
}

#[test]
fn a_server_that_does_not_answer_exits_with_3_unless_it_need_not() {
    let repository = Repository::new();
    other_metric(&repository);
    let arguments = ["--base", "main", "--prometheus", "http://127.0.0.1:1"];
    for (more, code) in [
        (&[][..], 3),
        (&["--exit-code"], 3),
        (&["--online", "best-effort"], 0),
        (&["--online", "best-effort", "--exit-code"], 1),
    ] {
        let outcome = preview(&repository, &[&arguments[..], more].concat());
        assert_eq!(outcome.code, code, "{more:?} {outcome:?}");
    }
}

#[test]
fn what_cannot_be_compared_exits_with_2_and_makes_no_comment() {
    let repository = Repository::new();
    for arguments in [
        &["--base", "nowhere"][..],
        &["--base", "main", "--from", "soon"],
        &["--base", "main", "--prometheus", "nowhere"],
        &[],
    ] {
        let outcome = preview(&repository, arguments);
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (2, ""),
            "{outcome:?}"
        );
    }
}
