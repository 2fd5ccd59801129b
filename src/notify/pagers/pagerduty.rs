//! PagerDuty, Events API v2: `trigger` and `resolve` with the key of the incident.
//!
//! A resolve without an open incident does nothing there, and a trigger with one adds to its log, so both may be repeated.

use serde_json::{Map, Value, json};

use crate::base::{Duration, Secret};
use crate::model::roster;
use crate::notify::access;
use crate::notify::judged::{Judged, Reason};
use crate::notify::limit::{Limit, Measure};
use crate::notify::message::{About, Message, News, Urgency};
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::Reply;
use crate::notify::request::{HttpRequest, Method, Request};
use crate::notify::text::{Page, cut, line, plain};
use crate::notify::{verdict, words};

/// Where its Events API is.
const URL: &str = "https://events.pagerduty.com/v2/enqueue";
/// Longest summary, in characters.
const SUMMARY_CHARS_MAX: usize = 1_024;
/// Longest key of an incident, in characters.
const KEY_CHARS_MAX: usize = 255;
/// Largest event, in bytes.
const EVENT_BYTES_MAX: usize = 512_000;
/// Longest list of the members of a storm, in bytes: with everything else at its longest the event stays below its limit.
const MEMBERS_BYTES_MAX: usize = 65_536;
/// Longest of the short fields, in characters.
const FIELD_CHARS_MAX: usize = 255;

/// How long its parts may be.
const LIMITS: &[Limit] = &[
    Limit::bytes("", EVENT_BYTES_MAX),
    Limit::chars("payload.summary", SUMMARY_CHARS_MAX),
    Limit::chars("dedup_key", KEY_CHARS_MAX),
    Limit::bytes("payload.custom_details.episodes", MEMBERS_BYTES_MAX),
];

/// PagerDuty.
pub struct PagerDuty;

impl Pager for PagerDuty {
    fn kind(&self) -> &'static str {
        "pagerduty"
    }

    fn identity(&self) -> Identity {
        Identity::Keyed
    }

    /// Its limits change and are not published; 120 in a minute was once said of a key.
    fn budget(&self) -> Budget {
        Budget {
            burst: 20,
            refill: Duration::from_ms(1_000),
        }
    }

    fn cadence(&self) -> Cadence {
        Cadence::Once
    }

    fn doc(&self) -> &'static str {
        "An event for the Events API v2, to `https://events.pagerduty.com/v2/enqueue` unless `url` says otherwise. It opens an \
         incident or resolves it; the key of the incident is that of the episode. A change of an open incident goes to its \
         log. What is over before it could be told opens none. Only status 202 is a delivery."
    }

    fn limits(&self) -> &'static [Limit] {
        LIMITS
    }

    fn render(
        &self,
        message: &Message,
        address: &Address<'_>,
        size: Size,
    ) -> Result<Option<Request>, Reason> {
        let roster::Pager::PagerDuty { url, .. } = address.pager else {
            super::foreign(self.kind())
        };
        let routing_key = access::token(address)?;
        let mut event = json!({
            "routing_key": routing_key,
            "dedup_key": message.key.as_str(),
        });
        match message.news {
            News::Missed => return Ok(None),
            News::Resolved { .. } => event["event_action"] = "resolve".into(),
            News::Opened | News::Changed => {
                event["event_action"] = "trigger".into();
                event["client"] = "burnwatch".into();
                event["payload"] = payload(message, address, size);
                let links = words::links(message);
                let client_url = links.iter().find(|(name, _)| *name == "Dashboard");
                if let Some((_, url)) = client_url {
                    event["client_url"] = url.as_str().into();
                }
                let link =
                    |(name, url): &(&str, String)| -> Value { json!({"href": url, "text": name}) };
                event["links"] = links.iter().map(link).collect();
            }
        }
        Ok(Some(Request::Http(HttpRequest {
            method: Method::Post,
            url: Secret::new(url.as_deref().unwrap_or(URL)),
            headers: vec![access::json()],
            body: event.to_string(),
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        verdict::http(reply, |response| match response.status {
            202 if !verdict::is_html(&response.body) => verdict::delivered(),
            _ => verdict::stranger(response),
        })
    }
}

fn payload(message: &Message, address: &Address<'_>, size: Size) -> Value {
    let field = |text: &str| Value::from(cut(&line(text), FIELD_CHARS_MAX));
    let mut payload = json!({
        "summary": cut(&words::headline(message), SUMMARY_CHARS_MAX),
        "source": field(&words::subject(message, address.sender)),
        "severity": severity(message.urgency),
        "timestamp": words::moment(message.opened_ms),
    });
    match &message.about {
        About::Slo { service, name, .. } => {
            payload["component"] = field(name);
            payload["group"] = field(service);
            payload["class"] = "SLO error budget".into();
        }
        About::Burnwatch { part } => {
            payload["component"] = field(part);
            payload["group"] = "burnwatch".into();
            payload["class"] = "burnwatch".into();
        }
    }
    payload["custom_details"] = details(message, address, size);
    payload
}

fn details(message: &Message, address: &Address<'_>, size: Size) -> Value {
    let mut details = Map::new();
    details.insert("times".into(), words::times(message).into());
    details.insert("told".into(), words::signature(message, address).into());
    let notes = words::notes(message, Identity::Keyed);
    if !notes.is_empty() {
        details.insert("notes".into(), notes.join(" ").into());
    }
    if size == Size::Least {
        return details.into();
    }
    details.insert("message".into(), words::text(message).into());
    let object = |pairs: Vec<(String, String)>| -> Value {
        let pairs = pairs.into_iter();
        pairs
            .map(|(name, value)| (name, Value::from(value)))
            .collect()
    };
    details.insert("facts".into(), object(words::facts(message)));
    details.insert("labels".into(), object(words::labels(message)));
    if !message.members.is_empty() {
        let mut page = Page::new(MEMBERS_BYTES_MAX, Measure::Bytes, plain);
        words::add_members(&mut page, message);
        details.insert("episodes".into(), page.into_text().into());
    }
    details.into()
}

/// The severities that PagerDuty knows.
fn severity(urgency: Urgency) -> &'static str {
    words::urgency(urgency)
}
