//! The job of the GitLab template that writes a note, against a GitLab that is made up.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::kit::fake::{Behaviour, Fake, Request};

const NOTES: &str = "/projects/3/merge_requests/7/notes";
const TEXT: &str = "<!-- burnwatch-preview -->\n### SLO preview: \"1\" \\n\n";
/// Who the token belongs to.
const ME: u64 = 42;

/// The commands of the job.
fn script() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/gitlab.yml");
    let text = fs::read_to_string(path).expect("the template");
    let (_, jobs) = text.split_once("---\n").expect("two documents");
    let jobs: Value = serde_saphyr::from_str(jobs).expect("jobs");
    let lines = jobs["burnwatch-preview"]["script"]
        .as_array()
        .expect("a script");
    let lines: Vec<&str> = lines.iter().map(|l| l.as_str().expect("text")).collect();
    lines.join("\n")
}

fn answer(notes: &mut Vec<Value>, request: &Request) -> Behaviour {
    if !request
        .headers
        .contains(&"private-token: secret".to_string())
    {
        return Behaviour::Answer(401, Vec::new(), "{}".to_string());
    }
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let body = || serde_json::from_str::<Value>(&request.body).expect("JSON")["body"].clone();
    match (request.method.as_str(), path) {
        ("GET", "/user") => Behaviour::json(json!({"id": ME}).to_string()),
        ("GET", NOTES) => {
            let page = query.strip_prefix("sort=asc&per_page=100&page=");
            let page: usize = page.and_then(|page| page.parse().ok()).expect("a page");
            let of_page = notes.chunks(100).nth(page - 1).unwrap_or_default();
            Behaviour::json(Value::from(of_page).to_string())
        }
        ("POST", NOTES) => {
            let id = notes.len() + 1;
            notes.push(note(id, ME, body()));
            Behaviour::Answer(201, Vec::new(), "{}".to_string())
        }
        ("PUT", path) => {
            let id = path.strip_prefix(&format!("{NOTES}/"));
            let id: usize = id.and_then(|id| id.parse().ok()).expect("an id");
            notes[id - 1]["body"] = body();
            Behaviour::json("{}")
        }
        _ => Behaviour::Answer(404, Vec::new(), "{}".to_string()),
    }
}

fn note(id: usize, author: u64, body: impl Into<Value>) -> Value {
    json!({"id": id, "author": {"id": author}, "body": body.into()})
}

/// Runs the job where `preview` exits with `code`: how it ended, the notes then, and how burnwatch was called.
fn run(code: u8, token: &str, notes: Vec<Value>) -> (Output, Vec<Value>, String) {
    let folder = TempDir::new().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir_all(path(".cache/bin")).expect("a folder");
    let stub = format!(
        "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\" >called\ncp text burnwatch-preview.md\nexit {code}\n"
    );
    fs::write(path(".cache/bin/burnwatch"), stub).expect("a program");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(path(".cache/bin/burnwatch"), mode).expect("a mode");
    fs::write(path("text"), TEXT).expect("a text");
    let notes = Arc::new(Mutex::new(notes));
    let shared = notes.clone();
    let fake =
        Fake::start(move |request| answer(&mut shared.lock().expect("no request panics"), request));
    let search = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("bash")
        .args(["-e", "-o", "pipefail", "-c", &script()])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{search}", path(".cache/bin").display()))
        .env("CI_API_V4_URL", fake.url())
        .env("CI_PROJECT_ID", "3")
        .env("CI_MERGE_REQUEST_IID", "7")
        .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", "0123abc")
        .env("BURNWATCH_NOTE_TOKEN", token)
        .env("BURNWATCH_PREVIEW_FROM", "30d")
        .env_remove("BURNWATCH_PROMETHEUS_URL")
        .output()
        .expect("bash");
    let called = fs::read_to_string(path("called")).unwrap_or_default();
    let notes = notes.lock().expect("no request panics").clone();
    (output, notes, called)
}

#[test]
fn a_note_is_made_once_and_then_changed() {
    let (output, notes, called) = run(1, "secret", vec![note(1, 5, "good")]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(notes[1], note(2, ME, TEXT));
    assert_eq!(String::from_utf8_lossy(&output.stdout), TEXT);
    assert_eq!(
        called,
        "preview\n--base\n0123abc\n--exit-code\n--online\nbest-effort\n-o\nburnwatch-preview.md\n"
    );
    let mut before: Vec<Value> = (1..=130).map(|id| note(id, 5, "good")).collect();
    before[3] = note(4, 5, "<!-- burnwatch-preview -->\nmine");
    before[120] = note(121, ME, "<!-- burnwatch-preview -->\nold");
    let (output, notes, _) = run(0, "secret", before.clone());
    assert!(output.status.success(), "{output:?}");
    assert_eq!((notes.len(), &notes[120]["body"]), (130, &json!(TEXT)));
    assert_eq!(notes[3], before[3]);
}

#[test]
fn where_nothing_changed_no_note_is_made() {
    let (output, notes, _) = run(0, "secret", Vec::new());
    assert!(output.status.success() && notes.is_empty(), "{output:?}");
}

#[test]
fn without_a_token_the_log_has_it() {
    let (output, notes, _) = run(1, "", Vec::new());
    assert!(output.status.success() && notes.is_empty(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), TEXT);
    let (output, notes, _) = run(1, "another", Vec::new());
    assert!(!output.status.success() && notes.is_empty(), "{output:?}");
}

#[test]
fn a_preview_that_failed_fails_the_job() {
    let (output, notes, _) = run(2, "secret", Vec::new());
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(notes.is_empty());
}
