//! As much of GitHub's REST API for issues as a bridge needs, with the rules of its documentation: who asks says so, fields
//! have their lengths, labels that are unknown are made with the issue, lists come in pages and hold pull requests too.

#![allow(
    clippy::disallowed_methods,
    reason = "GitHub says when an issue was closed, which needs a clock"
)]

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::kit::fake::{Behaviour, Fake, Request};

/// The token that may do everything; of lower case, as the fake server hands out header lines.
pub const TOKEN: &str = "ghp_canary0of0the0tracker";

/// The repository.
pub const REPOSITORY: &str = "shop/tickets";

/// Most issues of a page, however many are asked for; so few that a second page is soon needed.
const PAGE: usize = 2;

const LABEL_CHARS_MAX: usize = 50;
const TITLE_CHARS_MAX: usize = 256;
const BODY_CHARS_MAX: usize = 65_536;

/// An issue, or a pull request.
#[derive(Clone, Debug)]
pub struct Issue {
    pub title: String,
    pub body: String,
    pub labels: Vec<String>,
    pub comments: Vec<String>,
    /// When it was closed; nothing while it is open.
    pub closed_at: Option<String>,
    is_pull_request: bool,
}

/// What is in the repository, and what the next requests are answered with.
#[derive(Default)]
struct Repository {
    issues: Vec<Issue>,
    labels: Vec<String>,
    /// So many requests are answered with this status.
    refusals: (usize, u16),
    /// Whether the token may make labels.
    forbids_labels: bool,
}

/// A running fake.
pub struct GitHub {
    fake: Fake,
    repository: Arc<Mutex<Repository>>,
}

impl GitHub {
    /// Starts one with an empty repository.
    pub fn start() -> GitHub {
        let repository = Arc::new(Mutex::new(Repository::default()));
        let (shared, address) = (repository.clone(), Arc::new(Mutex::new(String::new())));
        let base = address.clone();
        let fake = Fake::start(move |request| {
            let base = base.lock().unwrap().clone();
            shared.lock().unwrap().answer(&base, request)
        });
        *address.lock().unwrap() = fake.url();
        GitHub { fake, repository }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        self.fake.url()
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.fake.requests()
    }

    /// The issues, by number; numbers of pull requests are left out.
    pub fn issues(&self) -> Vec<Issue> {
        let repository = self.repository();
        let issues = repository.issues.iter();
        issues.filter(|i| !i.is_pull_request).cloned().collect()
    }

    /// Answers so many requests with this status.
    pub fn refuse(&self, count: usize, status: u16) {
        self.repository().refusals = (count, status);
    }

    /// Takes the right to make labels away.
    pub fn forbid_labels(&self) {
        self.repository().forbids_labels = true;
    }

    /// Adds so many pull requests with these labels.
    pub fn add_pull_requests(&self, count: usize, labels: &[String]) {
        let pull_request = Issue {
            title: "a change".to_string(),
            body: String::new(),
            labels: labels.to_vec(),
            comments: Vec::new(),
            closed_at: None,
            is_pull_request: true,
        };
        let more = std::iter::repeat_n(pull_request, count);
        self.repository().issues.extend(more);
    }

    /// Changes the first issue by hand.
    pub fn edit(&self, change: impl FnOnce(&mut Issue)) {
        change(&mut self.repository().issues[0]);
    }

    fn repository(&self) -> MutexGuard<'_, Repository> {
        self.repository.lock().unwrap()
    }
}

impl Repository {
    fn answer(&mut self, base: &str, request: &Request) -> Behaviour {
        if self.refusals.0 > 0 {
            self.refusals.0 -= 1;
            return refusal(self.refusals.1, "not now");
        }
        let has = |line: &str| request.headers.iter().any(|header| header == line);
        if !has(&format!("authorization: bearer {TOKEN}")) {
            return refusal(401, "Bad credentials");
        }
        if !request
            .headers
            .iter()
            .any(|h| h.starts_with("user-agent: "))
        {
            return refusal(403, "User-Agent is missing");
        }
        if !has("accept: application/vnd.github+json") {
            return refusal(415, "Unsupported media type");
        }
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let root = format!("/repos/{REPOSITORY}/");
        let Some(path) = path.strip_prefix(&root) else {
            return refusal(404, "Not Found");
        };
        let parts: Vec<&str> = path.split('/').collect();
        let body = || serde_json::from_str::<Value>(&request.body).ok();
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["issues"]) => self.list(base, query),
            (_, _) if body().is_none_or(|b| !b.is_object()) => {
                refusal(400, "Problems parsing JSON")
            }
            ("POST", ["labels"]) => self.label(&body().unwrap()),
            ("POST", ["issues"]) => self.open(&body().unwrap()),
            ("POST", ["issues", number, "comments"]) => self.comment(number, &body().unwrap()),
            ("PATCH", ["issues", number]) => self.change(number, &body().unwrap()),
            _ => refusal(404, "Not Found"),
        }
    }

    fn list(&self, base: &str, query: &str) -> Behaviour {
        let field = |name: &str, default: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let mut found = pairs.filter(|(known, _)| *known == name);
            found
                .next()
                .map_or(default.to_string(), |(_, v)| v.replace("%3D", "="))
        };
        let (wanted, state) = (field("labels", ""), field("state", "open"));
        let page: usize = field("page", "1").parse().unwrap();
        let per_page: usize = field("per_page", "30").parse().unwrap();
        assert!(per_page <= 100, "GitHub has at most 100 a page");
        let size = per_page.min(PAGE);
        let mut numbers: Vec<usize> = (0..self.issues.len()).collect();
        if field("direction", "desc") == "desc" {
            numbers.reverse();
        }
        numbers.retain(|at| {
            let issue = &self.issues[*at];
            let is_open = issue.closed_at.is_none();
            issue.labels.contains(&wanted) && (state == "all" || is_open == (state == "open"))
        });
        let shown = numbers.iter().skip((page - 1) * size).take(size);
        let list: Vec<Value> = shown.map(|at| self.issue(*at)).collect();
        let mut headers = vec!["Content-Type: application/json".to_string()];
        if numbers.len() > page * size {
            let rest: Vec<&str> = query
                .split('&')
                .filter(|p| !p.starts_with("page="))
                .collect();
            headers.push(format!(
                "Link: <{base}/repos/{REPOSITORY}/issues?{}&page={}>; rel=\"next\", <{base}/last>; rel=\"last\"",
                rest.join("&"),
                page + 1
            ));
        }
        Behaviour::Answer(200, headers, Value::from(list).to_string())
    }

    fn issue(&self, at: usize) -> Value {
        let issue = &self.issues[at];
        let state = if issue.closed_at.is_none() {
            "open"
        } else {
            "closed"
        };
        let labels: Vec<Value> = issue.labels.iter().map(|l| json!({"name": l})).collect();
        let mut value = json!({
            "number": at + 1, "state": state, "title": issue.title, "body": issue.body,
            "labels": labels, "closed_at": issue.closed_at,
        });
        if issue.is_pull_request {
            value["pull_request"] = json!({});
        }
        value
    }

    fn label(&mut self, body: &Value) -> Behaviour {
        if self.forbids_labels {
            return refusal(403, "Resource not accessible by personal access token");
        }
        let (name, color) = (body["name"].as_str(), body["color"].as_str());
        let is_hex = |c: &str| c.len() == 6 && c.chars().all(|c| c.is_ascii_hexdigit());
        let (Some(name), Some(true)) = (name, color.map(is_hex)) else {
            return refusal(422, "Validation Failed");
        };
        let fits = name.chars().count() <= LABEL_CHARS_MAX
            && body["description"]
                .as_str()
                .unwrap_or_default()
                .chars()
                .count()
                <= 100;
        if !fits || self.labels.iter().any(|known| known == name) {
            return refusal(422, "Validation Failed");
        }
        self.labels.push(name.to_string());
        answer(201, body)
    }

    fn open(&mut self, body: &Value) -> Behaviour {
        let title = body["title"].as_str().unwrap_or_default();
        let text = body["body"].as_str().unwrap_or_default();
        let labels: Option<Vec<String>> = body["labels"].as_array().and_then(|labels| {
            labels
                .iter()
                .map(|l| l.as_str().map(str::to_string))
                .collect()
        });
        let fits = (1..=TITLE_CHARS_MAX).contains(&title.chars().count())
            && text.chars().count() <= BODY_CHARS_MAX;
        let Some(mut labels) = labels.filter(|labels| {
            fits && labels
                .iter()
                .all(|l| (1..=LABEL_CHARS_MAX).contains(&l.chars().count()))
        }) else {
            return refusal(422, "Validation Failed");
        };
        match self.forbids_labels {
            true => labels.clear(),
            false => self.labels.extend(labels.iter().cloned()),
        }
        self.issues.push(Issue {
            title: title.to_string(),
            body: text.to_string(),
            labels,
            comments: Vec::new(),
            closed_at: None,
            is_pull_request: false,
        });
        answer(201, &self.issue(self.issues.len() - 1))
    }

    fn numbered(&mut self, number: &str) -> Option<&mut Issue> {
        let at = number.parse::<usize>().ok()?.checked_sub(1)?;
        self.issues.get_mut(at)
    }

    fn comment(&mut self, number: &str, body: &Value) -> Behaviour {
        let text = body["body"].as_str().unwrap_or_default().to_string();
        let is_short = text.chars().count() <= BODY_CHARS_MAX;
        match self.numbered(number) {
            None => refusal(404, "Not Found"),
            Some(_) if text.is_empty() || !is_short => refusal(422, "Validation Failed"),
            Some(issue) => {
                issue.comments.push(text);
                answer(201, body)
            }
        }
    }

    fn change(&mut self, number: &str, body: &Value) -> Behaviour {
        let Some(issue) = self.numbered(number) else {
            return refusal(404, "Not Found");
        };
        match body["state"].as_str() {
            None => {}
            Some("open") => issue.closed_at = None,
            Some("closed") => {
                let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
                issue.closed_at.get_or_insert(now.to_string());
            }
            Some(_) => return refusal(422, "Validation Failed"),
        }
        if let Some(text) = body["body"].as_str() {
            issue.body = text.to_string();
        }
        answer(200, body)
    }
}

fn answer(status: u16, body: &Value) -> Behaviour {
    let kind = "Content-Type: application/json".to_string();
    Behaviour::Answer(status, vec![kind], body.to_string())
}

fn refusal(status: u16, message: &str) -> Behaviour {
    answer(status, &json!({"message": message}))
}
