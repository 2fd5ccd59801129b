//! Secrets that stand where they should not are shown by nothing: no message, no report, no generated file.

use std::fs;

use burnwatch::alertmanager::secret_fields::{SECRET_FIELDS, URL_FIELDS};

use super::case::{Case, FINE, slo};

/// What no output may have. YAML has no meaning for it, and no field's name has it.
const CANARY: &str = "c4n4ry";

/// Values of a field, from its colon on, right and wrong. `CANARY` stands for the secret, `KEY` for the column of the key and
/// `BELOW` for a column behind it.
const VALUES: &[&str] = &[
    " CANARY",
    " \"CANARY\"",
    " 'CANARY'",
    " CANARY # a comment",
    " \"with, a comma and CANARY\"",
    " with, a comma and CANARY",
    " |\nBELOWCANARY\n\nBELOWCANARY",
    " >-\nBELOWa\nBELOWCANARY",
    "\nBELOWCANARY",
    " a\nBELOWCANARY",
    " \"a\nBELOWCANARY\"",
    " [CANARY, CANARY]",
    " [\nBELOWa,\nBELOWCANARY\nBELOW]",
    "\nKEY- CANARY\nKEY- CANARY",
    " {a: CANARY, CANARY: b}",
    "\nBELOWa: CANARY\nBELOWb: [CANARY]",
    " !vault CANARY",
    " !CANARY x",
    " !!int CANARY",
    " &CANARY x",
    " &x CANARY",
    " *CANARY",
    " @CANARY",
    " %CANARY",
    " `CANARY",
    " \"CANARY",
    " 'CANARY",
    " \"CANARY\\q\"",
    " \"a\" CANARY",
    " CANARY: CANARY",
    " [CANARY",
    " {CANARY",
    " {a: CANARY",
    " ]CANARY",
    " - CANARY",
    " \tCANARY",
    " CANARY\u{7}",
    "CANARY",
    " 0xCANARY",
    " https://CANARY@hooks.example.com/CANARY",
];

/// `fields` with one more field at `column`, whose value is one of [`VALUES`].
fn with_value(before: &str, key: &str, column: usize, value: &str) -> String {
    let value = value
        .replace("KEY", &" ".repeat(column))
        .replace("BELOW", &" ".repeat(column + 2))
        .replace("CANARY", CANARY);
    format!("{before}{key}:{value}\n")
}

/// Whether nothing that these commands say has the secret, and no file that they write.
#[track_caller]
fn check(case: &Case, what: &str) {
    let formats = [
        "human",
        "concise",
        "json",
        "github",
        "sarif",
        "gitlab",
        "junit",
        "checkstyle",
        "rdjson",
    ];
    let formats = formats.map(|format| format!("--format={format}=reports/{format}"));
    let mut validate = vec!["validate", "--format=human"];
    validate.extend(formats.iter().map(String::as_str));
    fs::create_dir_all(case.path().join("reports")).unwrap();
    for arguments in [
        &validate[..],
        &["validate", "--diff"],
        &["generate"],
        &["routes"],
    ] {
        let outcome = case.run(arguments);
        let said = [outcome.stdout, outcome.stderr].concat();
        assert!(!said.contains(CANARY), "{arguments:?}\n{what}\n{said}");
    }
    for folder in ["reports", "generated/alertmanager"] {
        let Ok(entries) = fs::read_dir(case.path().join(folder)) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains(CANARY), "{}\n{what}\n{text}", path.display());
        }
    }
}

const ROUTED: &str = "\
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {base: base.yaml}
checks: {levels: {QL009: off}}
";

/// A base file up to one of its fields, and the column of that field.
fn base(path: &[&str]) -> (String, usize) {
    let above: &[&str] = match path[0] {
        "global" | "tracing" => &[],
        "smtp_tls_config" => &["global"],
        "webhook_outputs" => &["event_recorder"],
        "sigv4" => &["receivers", "-", "sns_configs", "-"],
        first if first.ends_with("_configs") => &["receivers", "-"],
        "http_config" => &["receivers", "-", "webhook_configs", "-"],
        _ => &["receivers", "-", "webhook_configs", "-", "http_config"],
    };
    let (_, parents) = path.split_last().unwrap();
    let mut text = String::from("route: {receiver: everybody}\n");
    if above.first() != Some(&"receivers") {
        text.push_str("receivers: [{name: everybody}]\n");
    }
    let (mut column, mut dash) = (0, "");
    for key in above.iter().chain(parents) {
        if *key == "-" {
            (column, dash) = (column + 2, "- ");
            if text.ends_with("receivers:\n") {
                text.push_str("- name: everybody\n");
                dash = "";
            }
            continue;
        }
        let key = if *key == "*" { "X-Any" } else { key };
        text.push_str(&format!(
            "{}{dash}{key}:\n",
            " ".repeat(column - dash.len())
        ));
        (column, dash) = (column + 2, "");
        if key.ends_with("_configs") && parents.last() == Some(&key) {
            dash = "- ";
            column += 2;
        }
    }
    text.push_str(&format!("{}{dash}", " ".repeat(column - dash.len())));
    (text, column)
}

fn check_base(path: &[&str], value: &str) {
    let (before, column) = base(path);
    let key = path.last().unwrap().replace('*', "X-Any");
    let text = with_value(&before, &key, column, value);
    let case = Case::bare()
        .file("burnwatch.yaml", ROUTED)
        .file("slos/checkout.yaml", &slo(FINE))
        .file("base.yaml", &text);
    check(&case, &text);
    let taken = case.run(&["generate", "--allow-inline-secrets"]);
    let said = [taken.stdout, taken.stderr].concat();
    assert!(!said.contains(CANARY), "{text}\n{said}");
    // What was generated from it differs from what is now.
    let now = text.replace(CANARY, &format!("{CANARY}2"));
    let case = case.file("base.yaml", &now);
    for arguments in [
        &["generate", "--allow-inline-secrets", "--check"][..],
        &["validate"],
    ] {
        let outcome = case.run(arguments);
        let said = [outcome.stdout, outcome.stderr].concat();
        assert!(!said.contains(CANARY), "{arguments:?}\n{text}\n{said}");
    }
}

#[test]
fn no_secret_of_a_base_file_is_shown_whatever_its_field() {
    for field in SECRET_FIELDS {
        for value in [" CANARY", " [CANARY]", " \"CANARY"] {
            check_base(field.path, value);
        }
    }
    for field in URL_FIELDS {
        check_base(field.path, " https://user:CANARY@hooks.example.com/x");
    }
}

#[test]
fn no_secret_of_a_base_file_is_shown_however_it_is_written() {
    for value in VALUES {
        check_base(&["global", "smtp_auth_password"], value);
        check_base(&["slack_configs", "api_url"], value);
    }
}

/// Places in a workspace file where somebody may type a secret: what stands before, the field, and its column.
const TYPED: &[(&str, &str, usize)] = &[
    (
        "receivers:\n  ops:\n    pagerduty:\n      ",
        "routing_key",
        6,
    ),
    (
        "receivers:\n  ops:\n    pagerduty:\n      ",
        "service_key",
        6,
    ),
    (
        "receivers:\n  ops:\n    pagerduty:\n      ",
        "routing-kye",
        6,
    ),
    ("receivers:\n  ops:\n    ", "pagerduty", 4),
    ("receivers:\n  ops:\n    opsgenie:\n      ", "api_key", 6),
    ("receivers:\n  ops:\n    opsgenie:\n      ", "apiKey", 6),
    ("receivers:\n  ops:\n    slack:\n      ", "url", 6),
    (
        "receivers:\n  ops:\n    slack:\n      channel: x\n      ",
        "api_url",
        6,
    ),
    ("receivers:\n  ops:\n    slak:\n      ", "url", 6),
    ("receivers:\n  ops:\n    ", "slack", 4),
    ("receivers:\n  ops:\n    msteams:\n      ", "webhook_url", 6),
    ("receivers:\n  ops:\n    discord:\n      ", "url", 6),
    (
        "receivers:\n  ops:\n    telegram:\n      chat: 1\n      ",
        "bot_token",
        6,
    ),
    (
        "receivers:\n  ops:\n    email:\n      to: a@example.com\n      ",
        "auth_password",
        6,
    ),
    (
        "receivers:\n  ops:\n    email:\n      to: a@example.com\n      ",
        "pasword",
        6,
    ),
    (
        "prometheus:\n  url: http://localhost\n  basic_auth:\n    username: x\n    ",
        "password",
        4,
    ),
    (
        "prometheus:\n  url: http://localhost\n  ",
        "bearer_token",
        2,
    ),
    (
        "prometheus:\n  url: http://localhost\n  headers:\n    ",
        "Authorization",
        4,
    ),
    (
        "prometheus:\n  url: http://localhost\n  tls:\n    ",
        "key",
        4,
    ),
];

fn check_typed(text: &str) {
    let case = Case::bare()
        .file(
            "burnwatch.yaml",
            &format!("apiVersion: burnwatch/v1\nteams: {{payments: {{}}}}\n{text}"),
        )
        .file("slos/checkout.yaml", &slo(FINE));
    check(&case, text);
}

#[test]
fn no_secret_that_is_typed_in_place_of_its_file_is_shown() {
    for (before, key, column) in TYPED {
        for value in [
            " CANARY",
            " \"CANARY\"",
            " >-\nBELOWCANARY",
            "\nBELOWCANARY",
            " [CANARY]",
            "\nKEY- CANARY",
        ] {
            check_typed(&with_value(before, key, *column, value));
        }
    }
}

#[test]
fn no_secret_that_is_typed_in_place_of_its_file_is_shown_however_it_is_written() {
    for value in VALUES {
        check_typed(&with_value(
            "receivers:\n  ops:\n    pagerduty:\n      ",
            "routing_key",
            6,
            value,
        ));
        check_typed(&with_value(
            "prometheus:\n  url: http://localhost\n  ",
            "bearer_token",
            2,
            value,
        ));
    }
}

#[test]
fn no_secret_that_is_typed_between_brackets_is_shown() {
    for fields in [
        "pagerduty: {routing_key: CANARY, severity: x}",
        "pagerduty: {severity: x, \"routing_key\":\"CANARY\"}",
        "pagerduty: {routing_key: CANARY",
        "slack: {channel: x, url: CANARY}",
        "slack: {url: 'it''s, CANARY', channel: x}",
        "slack: {api_url: 'it''s, CANARY', bot_token_file: x, channel: x}",
        "alertmanager: {url: 'it''s, CANARY'}",
        "slack: [{url: CANARY}]",
        "slack: {\n    url: CANARY,\n    channel: x}",
        "slack: {? url\n    : CANARY}",
        "slack: CANARY",
        "pagerduty: [CANARY]",
        "webhook: CANARY",
        "webhook: {url: ftp://user:CANARY@example.com}",
        "webhook: {url: 'https://CANARY@example.com', url_file: x}",
        "telegram: {bot_token_file: x, chat: 1, token: CANARY}",
    ] {
        let fields = fields.replace("CANARY", CANARY);
        check_typed(&format!("receivers: {{ops: {{{fields}}}}}\n"));
        check_typed(&format!("receivers:\n  ops: {{{fields}}}\n"));
    }
}

#[test]
fn what_is_hidden_in_a_change_is_not_hidden_in_the_file() {
    let workspace = "apiVersion: burnwatch/v1\nteams: {payments: {}}\nruels: {interval: 1m}\nprometheus: {url: http://a, \
                     headers: {X-Api-Key: c4n4ry}}\n";
    let case = Case::bare()
        .file("burnwatch.yaml", workspace)
        .file("slos/checkout.yaml", &slo(FINE));
    let shown = case.run(&["validate", "--diff"]);
    assert!(shown.stdout.contains("+rules: {interval: 1m}"), "{shown:?}");
    assert!(shown.stdout.contains("X-Api-Key: ******"), "{shown:?}");
    case.run(&["validate", "--fix"]);
    assert_eq!(
        case.read("burnwatch.yaml").unwrap(),
        workspace.replace("ruels", "rules")
    );
}
