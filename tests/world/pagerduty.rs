//! PagerDuty, Events API v2, with its rules: an event is taken with status 202 or refused with 400; a key names one open
//! incident of one integration; a resolve through another integration, or of what is not open, is dropped without a word.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::bucket::Bucket;
use super::front::Service;
use super::http::{Answer, Request};

/// Largest event, in bytes.
const EVENT_BYTES_MAX: usize = 512 << 10;
/// Longest key, in characters.
const KEY_CHARS_MAX: usize = 255;
/// Longest summary, in characters.
const SUMMARY_CHARS_MAX: usize = 1_024;

/// An incident.
#[derive(Clone, Debug)]
pub struct Incident {
    /// Through which integration it came.
    pub routing_key: String,
    /// What names it.
    pub key: String,
    /// When it was opened, in Unix milliseconds.
    pub opened_ms: i64,
    /// When it was resolved.
    pub resolved_ms: Option<i64>,
    /// Every trigger that it got; the first opened it.
    pub triggers: Vec<Value>,
}

impl Incident {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.resolved_ms.is_none()
    }

    /// The line that people see.
    pub fn summary(&self) -> &str {
        self.triggers[0]["payload"]["summary"]
            .as_str()
            .unwrap_or_default()
    }
}

/// The service.
#[derive(Debug)]
pub struct PagerDuty {
    integrations: BTreeSet<String>,
    incidents: Vec<Incident>,
    /// Resolves that did nothing, by their keys.
    dropped: Vec<String>,
    /// Events of each integration, where they are limited.
    limit: Option<(u32, Duration)>,
    buckets: BTreeMap<String, Bucket>,
    limited: usize,
}

impl PagerDuty {
    /// A service with these integrations.
    pub fn new(integrations: &[&str]) -> PagerDuty {
        PagerDuty {
            integrations: integrations.iter().map(|key| key.to_string()).collect(),
            incidents: Vec::new(),
            dropped: Vec::new(),
            limit: None,
            buckets: BTreeMap::new(),
            limited: 0,
        }
    }

    /// From now on it takes so many events at once from an integration, then one in each span.
    pub fn limit(&mut self, burst: u32, refill: Duration) {
        self.limit = Some((burst, refill));
    }

    /// Every incident, in the order in which they were opened.
    pub fn incidents(&self) -> &[Incident] {
        &self.incidents
    }

    /// Those that are open.
    pub fn open(&self) -> Vec<&Incident> {
        self.incidents.iter().filter(|one| one.is_open()).collect()
    }

    /// Keys of resolves that did nothing.
    pub fn dropped(&self) -> &[String] {
        &self.dropped
    }

    /// How many events were answered with 429.
    pub fn limited_events(&self) -> usize {
        self.limited
    }

    fn refused(why: &str) -> Answer {
        let body = json!({"status": "invalid event", "message": "Event object is invalid", "errors": [why]});
        Answer::json(400, body)
    }

    fn event(&mut self, event: &Value, at_ms: i64) -> Result<String, String> {
        let text = |name: &str| event[name].as_str().map(str::to_string);
        let routing_key = text("routing_key").ok_or("`routing_key` is missing")?;
        if !self.integrations.contains(&routing_key) {
            return Err("`routing_key` is invalid".to_string());
        }
        let key = text("dedup_key").unwrap_or_else(|| format!("own-{}", self.incidents.len()));
        if key.chars().count() > KEY_CHARS_MAX {
            return Err("`dedup_key` is too long".to_string());
        }
        let open = self.incidents.iter_mut().find(|incident| {
            incident.is_open() && incident.key == key && incident.routing_key == routing_key
        });
        match text("event_action").as_deref() {
            Some("trigger") => {
                valid(&event["payload"])?;
                match open {
                    Some(incident) => incident.triggers.push(event.clone()),
                    None => self.incidents.push(Incident {
                        routing_key,
                        key: key.clone(),
                        opened_ms: at_ms,
                        resolved_ms: None,
                        triggers: vec![event.clone()],
                    }),
                }
            }
            Some("resolve") => match open {
                Some(incident) => incident.resolved_ms = Some(at_ms),
                None => self.dropped.push(key.clone()),
            },
            Some("acknowledge") => {}
            _ => return Err("`event_action` is invalid".to_string()),
        }
        Ok(key)
    }
}

/// What a trigger must say.
fn valid(payload: &Value) -> Result<(), String> {
    let summary = payload["summary"].as_str().unwrap_or_default();
    let severity = payload["severity"].as_str().unwrap_or_default();
    if summary.is_empty() || summary.chars().count() > SUMMARY_CHARS_MAX {
        return Err("`payload.summary` is missing or too long".to_string());
    }
    if payload["source"].as_str().unwrap_or_default().is_empty() {
        return Err("`payload.source` is missing".to_string());
    }
    match severity {
        "critical" | "error" | "warning" | "info" => Ok(()),
        _ => Err("`payload.severity` is invalid".to_string()),
    }
}

impl Service for PagerDuty {
    fn take(&mut self, request: &Request) -> Answer {
        if (request.method.as_str(), request.place()) != ("POST", "/v2/enqueue") {
            return Answer::text(404, "Not Found");
        }
        if request.body.len() > EVENT_BYTES_MAX {
            return PagerDuty::refused("the event is too large");
        }
        let event = request.json();
        if !event.is_object() {
            return PagerDuty::refused("the event is no JSON object");
        }
        if let (Some((burst, refill)), Some(key)) = (self.limit, event["routing_key"].as_str()) {
            let bucket = self.buckets.entry(key.to_string());
            let bucket = bucket.or_insert_with(|| Bucket::new(burst, refill));
            if bucket.take().is_err() {
                self.limited += 1;
                return Answer::json(429, json!({"status": "throttle exceeded"}));
            }
        }
        match self.event(&event, request.at_ms) {
            Ok(key) => {
                let body =
                    json!({"status": "success", "message": "Event processed", "dedup_key": key});
                Answer::json(202, body)
            }
            Err(why) => PagerDuty::refused(&why),
        }
    }
}
