//! Slack: an incoming webhook, which answers with a word, and the Web API for bots, which answers with `ok`.

use std::time::Duration;

use serde_json::{Value, json};

use super::bucket::Bucket;
use super::front::Service;
use super::http::{Answer, Request};

/// What people see.
#[derive(Clone, Debug)]
pub struct Post {
    /// Its name in the channel; empty where a webhook sent it.
    pub time: String,
    /// The line above.
    pub text: String,
    /// Everything.
    pub body: Value,
    /// How often it was changed.
    pub changes: usize,
}

/// The service, with one workspace in it.
#[derive(Debug)]
pub struct Slack {
    /// The path of the webhook, in which its secret is.
    hook: String,
    token: String,
    channel: String,
    posts: Vec<Post>,
    limit: Option<Bucket>,
    limited: usize,
}

impl Slack {
    /// A service with a webhook at this path, and a bot with this token in this channel.
    pub fn new(hook: &str, token: &str, channel: &str) -> Slack {
        Slack {
            hook: hook.to_string(),
            token: token.to_string(),
            channel: channel.to_string(),
            posts: Vec::new(),
            limit: None,
            limited: 0,
        }
    }

    /// From now on it takes so many messages at once, then about one in each span.
    pub fn limit(&mut self, burst: u32, refill: Duration) {
        self.limit = Some(Bucket::new(burst, refill));
    }

    /// How many messages were answered with 429.
    pub fn limited_posts(&self) -> usize {
        self.limited
    }

    /// Every message, in order.
    pub fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// Texts that would mention somebody.
    pub fn mentions(&self) -> Vec<String> {
        let bodies = self.posts.iter().map(|post| post.body.to_string());
        let marks = ["<!", "<@", "<#"];
        bodies
            .filter(|body| marks.iter().any(|mark| body.contains(mark)))
            .collect()
    }

    fn hooked(&mut self, body: Value) -> Answer {
        if !body.is_object() {
            return Answer::text(400, "invalid_payload");
        }
        let text = body["text"].as_str().unwrap_or_default().to_string();
        if text.is_empty() {
            return Answer::text(400, "no_text");
        }
        self.posts.push(Post {
            time: String::new(),
            text,
            body,
            changes: 0,
        });
        Answer::text(200, "ok")
    }

    fn called(&mut self, method: &str, request: &Request) -> Answer {
        let failed = |error: &str| Answer::json(200, json!({"ok": false, "error": error}));
        if request.header("authorization") != Some(&format!("Bearer {}", self.token)) {
            return failed("invalid_auth");
        }
        let body = request.json();
        let text = body["text"].as_str().unwrap_or_default().to_string();
        let channel = body["channel"].as_str().unwrap_or_default();
        let channel_id = format!("C0{}", self.channel.len());
        if channel.trim_start_matches('#') != self.channel && channel != channel_id {
            return failed("channel_not_found");
        }
        let time = match method {
            "chat.postMessage" => {
                let time = format!("1700000000.{:06}", self.posts.len());
                self.posts.push(Post {
                    time: time.clone(),
                    text,
                    body,
                    changes: 0,
                });
                time
            }
            "chat.update" if channel != channel_id => return failed("channel_not_found"),
            "chat.update" => {
                let time = body["ts"].as_str().unwrap_or_default().to_string();
                let Some(post) = self.posts.iter_mut().find(|post| post.time == time) else {
                    return failed("message_not_found");
                };
                (post.text, post.body) = (text, body);
                post.changes += 1;
                time
            }
            _ => return failed("unknown_method"),
        };
        Answer::json(200, json!({"ok": true, "channel": channel_id, "ts": time}))
    }
}

impl Service for Slack {
    fn take(&mut self, request: &Request) -> Answer {
        if let Some(Err(seconds)) = self.limit.as_mut().map(Bucket::take) {
            self.limited += 1;
            let answer = Answer::text(429, "rate_limited");
            return answer.with(format!("Retry-After: {seconds}"));
        }
        let place = request.place();
        match (request.method.as_str(), place.strip_prefix("/api/")) {
            ("POST", Some(method)) => self.called(method, request),
            ("POST", None) if place == self.hook => self.hooked(request.json()),
            _ => Answer::text(404, "no_service"),
        }
    }
}
