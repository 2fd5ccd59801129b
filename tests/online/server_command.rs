//! The arguments about servers, from outside: who is asked with what, what is refused, and that no secret is shown.

use std::fs;

use super::attempts::{refusal, status};
use super::case::{Case, FINE, Outcome, slo};
use super::kit::fake::{Behaviour, Fake, Request};

/// What no output may have.
const CANARY: &str = "c4n4ry";
const CLOCK: &str =
    r#"{"status":"success","data":{"resultType":"scalar","result":[1770000000,"1770000000"]}}"#;
const NOTHING: &str = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;

fn workspace() -> Case {
    Case::new().file("slos/a.yaml", &slo(FINE))
}

/// A server that knows the time and has nothing.
fn empty() -> Fake {
    Fake::start(|request| match request.path.as_str() {
        path if path.contains("__name__") => Behaviour::json(r#"{"status":"success","data":[]}"#),
        _ if request.body.contains("query=time") => Behaviour::json(CLOCK),
        _ => Behaviour::json(NOTHING),
    })
}

fn run(case: &Case, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let all = [&["validate"][..], arguments].concat();
    case.run_with(&all, environment)
}

/// The arguments are wrong: what is said.
fn check_refused(arguments: &[&str], environment: &[(&str, &str)], says: &str) {
    let case = workspace()
        .file("token", CANARY)
        .file("no-token", "c4n4ry c4n4ry")
        .file("empty", "")
        .file("large", &"x".repeat((1 << 20) + 1));
    let outcome = run(&case, arguments, environment);
    assert_eq!(outcome.code, 2, "{arguments:?} {outcome:?}");
    assert!(outcome.stderr.contains(says), "{arguments:?} {outcome:?}");
    assert!(
        !outcome.stderr.contains(CANARY),
        "{arguments:?} {outcome:?}"
    );
}

#[test]
fn arguments_that_cannot_be_followed_are_refused_before_anybody_is_asked() {
    let fake = empty();
    let url = fake.url();
    let with = |arguments: &[&str], environment: &[(&str, &str)], says: &str| {
        let all = [&["--prometheus", &url][..], arguments].concat();
        check_refused(&all, environment, says);
    };
    let token_file = "BURNWATCH_PROMETHEUS_TOKEN_FILE";
    let token = "BURNWATCH_PROMETHEUS_TOKEN";
    with(&["--prometheus-token-file", "none"], &[], "could not read");
    with(
        &["--prometheus-token-file", "no-token"],
        &[],
        "the token is empty or",
    );
    with(
        &["--prometheus-token-file", "empty"],
        &[],
        "the token is empty or",
    );
    with(
        &["--prometheus-token-file", "large"],
        &[],
        "larger than 64 KiB",
    );
    with(
        &[],
        &[(token_file, "empty")],
        "`BURNWATCH_PROMETHEUS_TOKEN_FILE`: the token",
    );
    with(
        &[],
        &[(token_file, "token"), (token, CANARY)],
        "a server takes one token",
    );
    let user = ("BURNWATCH_PROMETHEUS_USER", "me");
    let password = ("BURNWATCH_PROMETHEUS_PASSWORD", CANARY);
    with(
        &["--prometheus-token-file", "token"],
        &[user, password],
        "a token and a user",
    );
    with(
        &["--prometheus-ca-file", "token"],
        &[],
        "it holds no certificates",
    );
    with(
        &["--prometheus-ca-file", "large"],
        &[],
        "larger than 1024 KiB",
    );
    with(
        &["--prometheus-cert-file", "token"],
        &[],
        "--prometheus-key-file",
    );
    with(
        &["--prometheus-key-file", "token"],
        &[],
        "--prometheus-cert-file",
    );
    with(
        &[
            "--prometheus-cert-file",
            "token",
            "--prometheus-key-file",
            "token",
        ],
        &[],
        "a client has a certificate and its private key",
    );
    with(
        &["--prometheus", "http://me:c4n4ry@host"],
        &[],
        "holds credentials",
    );
    let many = ["--prometheus=http://a"; 8];
    with(&many, &[], "more than 8 servers");
    assert!(fake.requests().is_empty());
}

#[test]
fn what_is_about_a_server_needs_one() {
    for arguments in [
        &["--prometheus-header", "X-A: b"][..],
        &["--prometheus-token-file", "token"],
        &["--prometheus-ca-file", "token"],
        &[
            "--prometheus-cert-file",
            "token",
            "--prometheus-key-file",
            "token",
        ],
        &["--allow-partial"],
    ] {
        let says = format!(
            "`{}` is about the server that `--prometheus` names",
            arguments[0]
        );
        check_refused(
            arguments,
            &[("BURNWATCH_PROMETHEUS_URL", "http://a")],
            &says,
        );
    }
}

#[test]
fn no_variable_has_a_server_asked_that_the_command_line_does_not_name() {
    let fake = empty();
    let variables = [("BURNWATCH_PROMETHEUS_URL", &*fake.url())];
    let outcome = run(&workspace(), &[], &variables);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(fake.requests().is_empty());
}

#[test]
fn a_token_of_a_file_goes_with_every_question() {
    let fake = empty();
    let url = fake.url();
    let case = workspace()
        .file("token", "c4n4ry\n")
        .file("other", "another");
    let from_environment = [("BURNWATCH_PROMETHEUS_TOKEN_FILE", "other")];
    let tenant = ["--prometheus-header", "X-Scope-OrgID: team"];
    let flags = [
        &["--prometheus", &url, "--prometheus-token-file", "token"][..],
        &tenant,
    ]
    .concat();
    run(&case, &flags, &from_environment);
    let of_flag = fake.requests();
    run(&case, &["--prometheus", &url], &from_environment);
    let of_variable = fake.requests().split_off(of_flag.len());
    let all_have = |requests: &[Request], line: &str| {
        !requests.is_empty()
            && requests
                .iter()
                .all(|request| request.headers.iter().any(|header| header == line))
    };
    assert!(all_have(&of_flag, "authorization: bearer c4n4ry"));
    assert!(all_have(&of_flag, "x-scope-orgid: team"));
    assert!(all_have(&of_variable, "authorization: bearer another"));
}

#[test]
fn several_servers_are_asked_in_the_order_of_the_command_line() {
    let down = Fake::start(|_| status(503, &[]));
    let up = empty();
    let (first, second) = (down.url(), up.url());
    let outcome = run(
        &workspace(),
        &["--prometheus", &first, "--prometheus", &second],
        &[],
    );
    assert!(
        outcome.stdout.contains("is this the right server?"),
        "{outcome:?}"
    );
    assert_eq!(down.requests().len(), 1);
    assert!(up.requests().len() > 2);
}

#[test]
fn partial_answers_are_taken_where_the_command_line_allows_it() {
    let fake = Fake::start(|request| match request.path.as_str() {
        path if path.contains("__name__") => Behaviour::json(r#"{"status":"success","data":[]}"#),
        _ if request.body.contains("query=time") => Behaviour::json(CLOCK),
        _ => Behaviour::json(NOTHING.replace("{\"status", "{\"isPartial\":true,\"status")),
    });
    let url = fake.url();
    let says = |arguments: &[&str], text: &str| {
        let outcome = run(&workspace(), arguments, &[]);
        assert!(outcome.stdout.contains(text), "{outcome:?}");
    };
    says(&["--prometheus", &url], "the server calls it partial");
    says(
        &["--prometheus", &url, "--allow-partial"],
        "is this the right server?",
    );
}

/// A server that repeats what it was sent.
fn echo(request: &Request, code: u16) -> Behaviour {
    let credentials = request
        .headers
        .iter()
        .find(|line| line.starts_with("authorization"));
    let sent = credentials.cloned().unwrap_or_default();
    match code {
        200 => Behaviour::json(format!(
            r#"{{"status":"success","warnings":["{sent}"],"data":[]}}"#
        )),
        400 => {
            let body = format!(r#"{{"status":"error","errorType":"{sent}","error":"{sent}"}}"#);
            Behaviour::Answer(code, Vec::new(), body)
        }
        302 => Behaviour::Answer(
            code,
            vec![format!("Location: /{sent}?{sent}")],
            String::new(),
        ),
        _ => Behaviour::Answer(code, Vec::new(), sent),
    }
}

#[test]
fn no_secret_is_shown_whatever_goes_wrong() {
    let case = workspace();
    let faults: [fn(&Request) -> Behaviour; 12] = [
        |request| echo(request, 200),
        |request| echo(request, 201),
        |request| echo(request, 302),
        |request| echo(request, 400),
        |request| echo(request, 401),
        |request| echo(request, 404),
        |request| echo(request, 503),
        |_| refusal(422, "execution"),
        |_| status(403, &[]),
        |_| Behaviour::HangUp,
        |_| Behaviour::CutShort(CANARY.to_owned()),
        |_| Behaviour::json(CANARY.to_owned() + "\u{1b}"),
    ];
    // What a user sends as a user and a password: `me:c4n4ry` in base 64, in lower case as a fake server keeps it.
    let encoded = "bWU6YzRuNHJ5".to_lowercase();
    for fault in faults {
        let fake = Fake::start(fault);
        for (named, environment) in [
            ("token", &[("BURNWATCH_PROMETHEUS_TOKEN", CANARY)][..]),
            (
                "user",
                &[
                    ("BURNWATCH_PROMETHEUS_USER", "me"),
                    ("BURNWATCH_PROMETHEUS_PASSWORD", CANARY),
                ],
            ),
        ] {
            let flags = [
                "--prometheus",
                &fake.url(),
                "--format=human",
                "--format=json=out",
            ];
            let outcome = run(&case, &flags, environment);
            assert!(!fake.requests().is_empty(), "{named}");
            let report = fs::read_to_string(case.path().join("out")).unwrap();
            let said = [outcome.stdout, outcome.stderr, report].concat();
            let shown = said.contains(CANARY) || said.to_lowercase().contains(&encoded);
            assert!(!shown, "{named} {said}");
        }
    }
}
