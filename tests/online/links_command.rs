//! `validate --check-links` from outside: findings, exit codes, and who is asked at all.

use std::net::TcpListener;
use std::process::Command;

use burnwatch::lint::CHECKS;

use super::case::{Case, FINE, Outcome, WORKSPACE, slo};
use super::kit::fake::{Behaviour, Fake};

const ASKED: [&str; 3] = ["validate", "--check-links", "--allow-private-links"];

fn answering(status: u16) -> Fake {
    Fake::start(move |_| Behaviour::Answer(status, Vec::new(), String::new()))
}

/// A workspace whose only SLO has this runbook.
fn with_runbook(runbook: &str) -> Case {
    Case::new().file("slos/a.yaml", &slo(&format!("{FINE}runbook: {runbook}\n")))
}

fn run(case: &Case, more: &[&str]) -> Outcome {
    case.run(&[&ASKED[..], more].concat())
}

#[test]
fn a_dead_link_is_a_warning_at_its_place() {
    let fake = answering(404);
    let url = format!("{}/checkout", fake.url());
    let outcome = run(&with_runbook(&url), &["--format", "concise"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let says = format!("RB005 `{url}` leads nowhere: it answers 404");
    assert!(
        outcome.stdout.starts_with("slos/a.yaml:8:14: warning"),
        "{outcome:?}"
    );
    assert!(
        outcome.stdout.contains(&says.replace("RB005 ", "")),
        "{outcome:?}"
    );
    assert_eq!(run(&with_runbook(&url), &["--fail-on", "warning"]).code, 1);
}

#[test]
fn a_link_that_is_alive_is_silent() {
    let fake = answering(200);
    let outcome = run(&with_runbook(&fake.url()), &["--fail-on", "info"]);
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""), "{outcome:?}");
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn without_the_flag_nobody_is_asked() {
    let fake = answering(404);
    let outcome = with_runbook(&fake.url()).run(&["validate"]);
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""), "{outcome:?}");
    assert!(fake.requests().is_empty());
}

#[test]
fn what_could_not_be_told_is_exit_code_3_unless_best_effort_will_do() {
    let fake = answering(503);
    let case = with_runbook(&fake.url());
    let outcome = run(&case, &[]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    let why = format!("RB005 runbook-link-dead: `{}/` answers 503", fake.url());
    assert!(outcome.stdout.contains(&why), "{outcome:?}");
    assert_eq!(run(&case, &["--online", "best-effort"]).code, 0);
}

#[test]
fn an_inner_network_is_asked_only_where_the_command_line_allows_it() {
    let fake = answering(200);
    let case = with_runbook(&fake.url());
    let outcome = case.run(&["validate", "--check-links"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    let why = "is not on the public internet (loopback, RFC 1122); `--allow-private-links` lets it be asked";
    assert!(outcome.stdout.contains(why), "{outcome:?}");
    assert!(fake.requests().is_empty());
}

#[test]
fn a_link_of_many_slos_is_asked_once_and_told_once() {
    let fake = answering(404);
    let mut text = slo("").replace("  - name: availability\n", "");
    for at in 0..20 {
        let fields = FINE.replace('\n', "\n    ");
        text += &format!(
            "  - name: s{at}\n    runbook: {}/#part-{at}\n    {}\n",
            fake.url(),
            fields.trim_end()
        );
    }
    let outcome = run(&Case::new().file("slos/a.yaml", &text), &[]);
    assert_eq!(
        outcome.stdout.matches("leads nowhere").count(),
        1,
        "{outcome:?}"
    );
    assert_eq!(outcome.stdout.matches("here too").count(), 4, "{outcome:?}");
    assert!(outcome.stdout.contains("and 15 more places"), "{outcome:?}");
    let methods: Vec<String> = fake.requests().into_iter().map(|r| r.method).collect();
    assert_eq!(methods, ["HEAD", "GET"]);
}

#[test]
fn the_runbook_of_a_file_is_told_at_its_own_place() {
    let fake = answering(410);
    let text = slo(FINE).replace("owner:", &format!("runbook: {}\nowner:", fake.url()));
    let outcome = run(
        &Case::new().file("slos/a.yaml", &text),
        &["--format", "concise"],
    );
    assert!(
        outcome.stdout.starts_with("slos/a.yaml:3:10: warning"),
        "{outcome:?}"
    );
}

#[test]
fn links_in_a_source_are_asked_once_and_told_at_their_place() {
    let fake = answering(404);
    let source = format!(
        "# A\n\n## Confirm\n\nLook at [the dashboard]({url}/d) and <{url}/d#top>.\n\n## Mitigate\n\nSee \
         [this]({url}/{{{{slo.name}}}}).\n\n## Escalate\n\nCall them.\n",
        url = fake.url()
    );
    let case = with_runbook("runbooks/a.md").file("runbooks/a.md", &source);
    let outcome = run(&case, &["--format", "concise"]);
    let told = outcome.stdout.lines().filter(|line| line.contains("RB005"));
    assert!(
        told.clone()
            .next()
            .is_some_and(|line| line.starts_with("runbooks/a.md:5:9: warning")),
        "{outcome:?}"
    );
    assert_eq!(told.count(), 1, "{outcome:?}");
    let asked = fake.requests();
    assert!(
        asked.iter().all(|request| request.path == "/d"),
        "{outcome:?}"
    );
}

#[test]
fn a_suppression_of_a_dead_link_is_judged_only_where_links_are_asked() {
    let (gone, alive) = (answering(404), answering(200));
    let suppressed = |fake: &Fake| {
        with_runbook(&format!(
            "{} # burnwatch: ignore[RB005] -- a private wiki",
            fake.url()
        ))
    };
    let all = &["--fail-on", "info"][..];
    assert_eq!(run(&suppressed(&gone), all).code, 0);
    let unused = run(&suppressed(&alive), &[]);
    assert!(unused.stdout.contains("[SU001]"), "{unused:?}");
    let offline = suppressed(&alive).run(&["validate", "--fail-on", "info"]);
    assert_eq!(offline.code, 0, "{offline:?}");
    let untold = run(&suppressed(&answering(503)), &["--fail-on", "info"]);
    assert_eq!(untold.code, 3, "{untold:?}");
}

#[test]
fn where_the_check_is_off_links_are_not_asked() {
    let fake = answering(503);
    let paths =
        "checks: {levels: {QL009: off}, paths: [{files: [slos/a.yaml], levels: {RB005: off}}]}\n";
    let workspace = format!("{WORKSPACE}{paths}");
    let outcome = run(
        &with_runbook(&fake.url()).file("burnwatch.yaml", &workspace),
        &[],
    );
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(fake.requests().is_empty());
}

#[test]
fn only_links_of_what_is_asked_for_need_an_answer() {
    for arguments in [
        &["validate", "--allow-private-links"][..],
        &["validate", "--online", "best-effort"],
    ] {
        assert_eq!(with_runbook("runbooks/a.md").run(arguments).code, 2);
    }
    let linked =
        format!("{WORKSPACE}runbooks: {{url: \"https://runbooks.example.com/{{{{slo}}}}\"}}\n");
    let without_links = with_runbook("runbooks/a.md")
        .file("burnwatch.yaml", &linked)
        .file(
            "runbooks/a.md",
            "# A\n\n## Confirm\n\nLook.\n\n## Mitigate\n\nRoll back.\n\n## Escalate\n\nCall.\n",
        );
    let outcome = run(&without_links, &[]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
}

#[test]
fn a_server_and_links_are_asked_in_one_run() {
    let fake = answering(404);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let outcome = run(&with_runbook(&fake.url()), &["--prometheus", &server]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.stdout.contains("[RB005]"), "{outcome:?}");
    assert!(
        outcome.stdout.contains("the server cannot be reached"),
        "{outcome:?}"
    );
}

#[test]
fn proxies_of_the_environment_are_not_used() {
    let (fake, proxy) = (answering(200), answering(200));
    let case = with_runbook(&fake.url());
    let mut command = Command::new(env!("CARGO_BIN_EXE_burnwatch"));
    command.args(ASKED).current_dir(case.path());
    for name in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env(name, proxy.url());
    }
    let output = command
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!((fake.requests().len(), proxy.requests().len()), (1, 0));
}

#[test]
fn the_example_of_the_check_speaks_and_what_stands_instead_is_silent() {
    let fake = Fake::start(|request| {
        let status = match request.path.ends_with("/checkout") {
            true => 200,
            false => 404,
        };
        Behaviour::Answer(status, Vec::new(), String::new())
    });
    let check = CHECKS
        .iter()
        .find(|check| check.code.id == "RB005")
        .unwrap();
    let here = |text: &str| {
        assert!(text.contains("https://wiki.example.com/"));
        Case::of(&text.replace("https://wiki.example.com", &fake.url()))
    };
    let outcome = run(&here(check.example), &["--fail-on", "info"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert_eq!(outcome.stdout.matches("[RB005]").count(), 1, "{outcome:?}");
    let outcome = run(&here(check.instead), &["--fail-on", "info"]);
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""), "{outcome:?}");
}
