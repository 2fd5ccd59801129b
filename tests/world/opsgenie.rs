//! Opsgenie's API for alerts, with its rules: what is asked is answered with status 202 before it is done; one alert is open
//! for an alias, and what comes again is counted; the close of what is not open does nothing.

use serde_json::{Value, json};

use super::front::Service;
use super::http::{Answer, Request};

/// Longest alias, in characters.
const ALIAS_CHARS_MAX: usize = 512;
/// Longest message, in characters.
const MESSAGE_CHARS_MAX: usize = 130;

/// An alert.
#[derive(Clone, Debug)]
pub struct Alert {
    /// What names it.
    pub alias: String,
    /// The line that people see.
    pub message: String,
    /// How often it came.
    pub count: usize,
    /// Whether it is open.
    pub is_open: bool,
    /// What was said when it was opened.
    pub first: Value,
}

/// The service.
#[derive(Debug)]
pub struct Opsgenie {
    key: String,
    alerts: Vec<Alert>,
    dropped: Vec<String>,
}

impl Opsgenie {
    /// A service that knows this key.
    pub fn new(key: &str) -> Opsgenie {
        Opsgenie {
            key: key.to_string(),
            alerts: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// Every alert, in the order in which they were opened.
    pub fn alerts(&self) -> &[Alert] {
        &self.alerts
    }

    /// Aliases of what was closed without being open.
    pub fn dropped(&self) -> &[String] {
        &self.dropped
    }

    fn create(&mut self, body: Value) -> Answer {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_string();
        let (message, alias) = (text("message"), text("alias"));
        let is_fit = |text: &str, most| !text.is_empty() && text.chars().count() <= most;
        if !is_fit(&message, MESSAGE_CHARS_MAX) || !is_fit(&alias, ALIAS_CHARS_MAX) {
            let body = json!({"message": "Request body is not processable", "took": 0.0});
            return Answer::json(422, body);
        }
        let open = self.alerts.iter_mut();
        let mut open = open.filter(|alert| alert.is_open && alert.alias == alias);
        match open.next() {
            Some(alert) => alert.count += 1,
            None => self.alerts.push(Alert {
                alias,
                message,
                count: 1,
                is_open: true,
                first: body,
            }),
        }
        accepted()
    }

    fn close(&mut self, alias: &str) -> Answer {
        let mut open = self.alerts.iter_mut();
        match open.find(|alert| alert.is_open && alert.alias == alias) {
            Some(alert) => alert.is_open = false,
            None => self.dropped.push(alias.to_string()),
        }
        accepted()
    }
}

fn accepted() -> Answer {
    let body = json!({"result": "Request will be processed", "took": 0.1, "requestId": "r-1"});
    Answer::json(202, body)
}

impl Service for Opsgenie {
    fn take(&mut self, request: &Request) -> Answer {
        if request.header("authorization") != Some(&format!("GenieKey {}", self.key)) {
            return Answer::json(
                401,
                json!({"message": "Could not authenticate", "took": 0.0}),
            );
        }
        let place = request.place();
        let alias = place.strip_prefix("/v2/alerts/");
        let alias = alias.and_then(|rest| rest.strip_suffix("/close"));
        match (request.method.as_str(), alias) {
            ("POST", Some(alias)) if request.path.contains("identifierType=alias") => {
                self.close(alias)
            }
            ("POST", None) if place == "/v2/alerts" => self.create(request.json()),
            _ => Answer::json(404, json!({"message": "not found"})),
        }
    }
}
