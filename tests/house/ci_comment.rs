//! The step of the GitHub Action that comments, against a GitHub that is made up: it keeps comments, hands them out in pages,
//! and lets a token write that may.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::kit::fake::{Behaviour, Fake, Request};

const TAG: &str = "<!-- burnwatch-preview -->";
const BOT: &str = "github-actions[bot]";
const PATH: &str = "/repos/shop/slos";

/// A repository with comments on one pull request, and who asks.
struct GitHub {
    comments: Vec<Value>,
    /// Who the token belongs to; the token of a workflow may not ask.
    login: Option<&'static str>,
    /// What writing is answered with, where that is no success.
    refusal: Option<u16>,
}

impl GitHub {
    fn answer(&mut self, request: &Request) -> Behaviour {
        let token = "authorization: bearer secret".to_string();
        if !request.headers.contains(&token) {
            return refused(401);
        }
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let list = format!("{PATH}/issues/7/comments");
        let body = || serde_json::from_str::<Value>(&request.body).expect("JSON")["body"].clone();
        match (request.method.as_str(), path) {
            ("GET", "/user") => match self.login {
                Some(login) => Behaviour::json(json!({"login": login}).to_string()),
                None => refused(403),
            },
            ("GET", path) if path == list => {
                let page = query.strip_prefix("per_page=100&page=").expect("a page");
                let page: usize = page.parse().expect("a number");
                let of_page = self.comments.chunks(100).nth(page - 1).unwrap_or_default();
                Behaviour::json(Value::from(of_page).to_string())
            }
            _ if self.refusal.is_some() => refused(self.refusal.unwrap_or_default()),
            ("POST", path) if path == list => {
                let login = self.login.unwrap_or(BOT);
                let id = self.comments.len() + 1;
                self.comments.push(comment(id, login, body()));
                Behaviour::Answer(201, Vec::new(), "{}".to_string())
            }
            ("PATCH", path) => {
                let id = path.strip_prefix(&format!("{PATH}/issues/comments/"));
                let id: usize = id.and_then(|id| id.parse().ok()).expect("an id");
                self.comments[id - 1]["body"] = body();
                Behaviour::json("{}")
            }
            _ => refused(404),
        }
    }
}

fn refused(status: u16) -> Behaviour {
    Behaviour::Answer(status, Vec::new(), json!({"message": "no"}).to_string())
}

fn comment(id: usize, login: &str, body: impl Into<Value>) -> Value {
    json!({"id": id, "user": {"login": login}, "body": body.into()})
}

/// What there is before the step, and what it is told.
struct Step {
    github: GitHub,
    text: &'static str,
    changed: bool,
    event: Value,
    token: &'static str,
}

impl Step {
    fn new(comments: Vec<Value>) -> Step {
        Step {
            github: GitHub {
                comments,
                login: None,
                refusal: None,
            },
            text: "<!-- burnwatch-preview -->\n### SLO \"preview\": `$(x)` → \\n\n",
            changed: true,
            event: json!({"pull_request": {"number": 7}}),
            token: "secret",
        }
    }

    /// Runs the step: what it said, the comments then, and how often something was written.
    fn run(self) -> (String, Vec<Value>, usize) {
        let folder = TempDir::new().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("preview.md"), self.text).expect("a file");
        fs::write(path("event.json"), self.event.to_string()).expect("a file");
        let github = Arc::new(Mutex::new(self.github));
        let shared = github.clone();
        let fake = Fake::start(move |request| {
            let mut github = shared.lock().expect("no request panics");
            github.answer(request)
        });
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        let output = Command::new("bash")
            .arg(source.join("ci/github"))
            .arg("comment")
            .env("GITHUB_API_URL", fake.url())
            .env("GITHUB_REPOSITORY", "shop/slos")
            .env("GITHUB_EVENT_PATH", path("event.json"))
            .env("INPUT_PREVIEW_TOKEN", self.token)
            .env("PREVIEW_FILE", path("preview.md"))
            .env("PREVIEW_CHANGED", self.changed.to_string())
            .env("RUNNER_TEMP", folder.path())
            .output()
            .expect("bash");
        assert!(output.status.success(), "{output:?}");
        let requests = fake.requests();
        let written = requests.iter().filter(|request| request.method != "GET");
        let comments = github.lock().expect("no request panics").comments.clone();
        let said = String::from_utf8(output.stdout).expect("text");
        (said, comments, written.count())
    }
}

fn ours(id: usize) -> Value {
    comment(id, BOT, format!("{TAG}\r\n### SLO preview: old"))
}

#[test]
fn without_a_comment_one_is_made_with_the_text_as_it_is() {
    let step = Step::new(vec![comment(1, "ann", "good")]);
    let text = step.text;
    let (said, comments, written) = step.run();
    assert_eq!((said.as_str(), written), ("", 1));
    assert_eq!(comments[1], comment(2, BOT, text));
}

#[test]
fn the_comment_that_is_there_is_changed() {
    let step = Step::new(vec![comment(1, "ann", "good"), ours(2)]);
    let text = step.text;
    let (_, comments, written) = step.run();
    assert_eq!((comments.len(), written), (2, 1));
    assert_eq!(comments[1]["body"], text);
}

#[test]
fn it_is_found_among_many() {
    let mut before: Vec<Value> = (1..=250).map(|id| comment(id, "ann", "good")).collect();
    before[204] = ours(205);
    let step = Step::new(before);
    let text = step.text;
    let (_, comments, written) = step.run();
    assert_eq!((comments.len(), written), (250, 1));
    assert_eq!(comments[204]["body"], text);
}

#[test]
fn a_comment_of_somebody_else_or_of_another_workspace_is_left_alone() {
    let foreign = vec![
        comment(1, "mallory", format!("{TAG}\nhello")),
        comment(2, BOT, "<!-- burnwatch-preview till -->\n### SLO preview"),
        comment(3, BOT, format!("see {TAG}\n")),
        comment(4, BOT, Value::Null),
    ];
    let (_, comments, written) = Step::new(foreign.clone()).run();
    assert_eq!(
        (&comments[..4], comments.len(), written),
        (&foreign[..], 5, 1)
    );
}

#[test]
fn a_token_of_its_own_finds_its_own_comment() {
    let mut step = Step::new(vec![ours(1), comment(2, "slo-bot", format!("{TAG}\nold"))]);
    step.github.login = Some("slo-bot");
    let (_, comments, written) = step.run();
    assert_eq!((comments.len(), written), (2, 1));
    assert_eq!(comments[0], ours(1));
}

#[test]
fn where_nothing_changed_a_comment_is_brought_up_to_date_and_none_is_made() {
    let mut step = Step::new(Vec::new());
    step.changed = false;
    let (_, comments, written) = step.run();
    assert_eq!((comments.len(), written), (0, 0));
    let mut step = Step::new(vec![ours(1)]);
    step.changed = false;
    let text = step.text;
    let (_, comments, written) = step.run();
    assert_eq!((&comments[0]["body"], written), (&json!(text), 1));
}

#[test]
fn without_the_right_to_comment_the_summary_is_pointed_at() {
    let mut step = Step::new(Vec::new());
    step.github.refusal = Some(403);
    let (said, comments, _) = step.run();
    assert!(comments.is_empty());
    assert_eq!(
        said,
        "::notice title=burnwatch::the comment cannot be written (status 403); the summary of this job has the preview\n"
    );
    let mut step = Step::new(Vec::new());
    step.token = "another";
    let (said, ..) = step.run();
    assert!(
        said.contains("the comments cannot be read (status 401)"),
        "{said}"
    );
    let mut step = Step::new(Vec::new());
    step.token = "";
    let (said, _, written) = step.run();
    assert!(said.contains("there is no token") && written == 0, "{said}");
    let mut step = Step::new(Vec::new());
    step.event = json!({"ref": "refs/heads/main"});
    let (said, _, written) = step.run();
    assert!(
        said.contains("this is no pull request") && written == 0,
        "{said}"
    );
}
