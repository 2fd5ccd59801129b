//! Opsgenie, and Jira Service Management which takes its place: `POST /v2/alerts`, closed by alias.
//!
//! 202 says that a request was accepted, not that it was handled; what became of it would be a question of its own, which
//! nobody asks. Texts may be shown as HTML there, so that `<` and `>` are written as `‹` and `›`.

use serde_json::{Map, Value, json};

use crate::base::Duration;
use crate::model::roster;
use crate::notify::access;
use crate::notify::judged::{Judged, Reason};
use crate::notify::limit::{Limit, Measure};
use crate::notify::message::{Message, News, Urgency};
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::Reply;
use crate::notify::request::{HttpRequest, Method, Request};
use crate::notify::text::Page;
use crate::notify::{verdict, words};

/// Where its API is.
const URL: &str = "https://api.opsgenie.com";
/// Longest message, in characters.
const MESSAGE_CHARS_MAX: usize = 130;
/// Longest alias, in characters.
const ALIAS_CHARS_MAX: usize = 512;
/// Longest description, in characters.
const DESCRIPTION_CHARS_MAX: usize = 15_000;
/// Longest entity, in characters.
const ENTITY_CHARS_MAX: usize = 512;
/// Longest source, in characters.
const SOURCE_CHARS_MAX: usize = 100;
/// Longest note, in characters.
const NOTE_CHARS_MAX: usize = 25_000;
/// Longest tag, in characters.
const TAG_CHARS_MAX: usize = 50;
/// Longest value of a detail, in characters.
const DETAIL_CHARS_MAX: usize = 512;
/// Most details: with their names they stay below 8,000 characters together, which is what Opsgenie takes.
const DETAILS_CHARS_MAX: usize = 8_000;

/// How long its parts may be.
const LIMITS: &[Limit] = &[
    Limit::chars("message", MESSAGE_CHARS_MAX),
    Limit::chars("alias", ALIAS_CHARS_MAX),
    Limit::chars("description", DESCRIPTION_CHARS_MAX),
    Limit::chars("entity", ENTITY_CHARS_MAX),
    Limit::chars("source", SOURCE_CHARS_MAX),
    Limit::chars("note", NOTE_CHARS_MAX),
    Limit::chars("tags.*", TAG_CHARS_MAX),
    Limit::chars("details", DETAILS_CHARS_MAX),
];

/// Opsgenie.
pub struct Opsgenie;

impl Pager for Opsgenie {
    fn kind(&self) -> &'static str {
        "opsgenie"
    }

    fn identity(&self) -> Identity {
        Identity::Keyed
    }

    fn budget(&self) -> Budget {
        Budget {
            burst: 10,
            refill: Duration::from_ms(1_000),
        }
    }

    fn cadence(&self) -> Cadence {
        Cadence::Once
    }

    fn doc(&self) -> &'static str {
        "An alert of the API `v2/alerts` below `https://api.opsgenie.com`, or below `url`: \
         `https://api.eu.opsgenie.com`, or `https://api.atlassian.com/jsm/ops/integration` for Jira Service Management, which \
         takes the same. The alias is the key of the episode, and closes the alert. A change of an open alert is counted \
         there, and shown by what it said first. What is over before it could be told creates none. Only status 202 is a \
         delivery. `<` and `>` of titles and labels arrive as `‹` and `›`."
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
        let roster::Pager::Opsgenie { url, .. } = address.pager else {
            super::foreign(self.kind())
        };
        let key = access::token(address)?;
        let (path, body) = match message.news {
            News::Missed => return Ok(None),
            News::Resolved { .. } => {
                let path = format!("v2/alerts/{}/close?identifierType=alias", message.key);
                (path, close(message, address))
            }
            News::Opened | News::Changed => {
                ("v2/alerts".to_string(), create(message, address, size))
            }
        };
        Ok(Some(Request::Http(HttpRequest {
            method: Method::Post,
            url: access::below(url.as_deref().unwrap_or(URL), &path),
            headers: vec![access::json(), access::authorization("GenieKey", key)],
            body: body.to_string(),
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        verdict::http(reply, |response| match response.status {
            202 if !verdict::is_html(&response.body) => verdict::delivered(),
            _ => verdict::stranger(response),
        })
    }
}

/// Without what HTML would read.
fn escape(c: char, out: &mut String) {
    out.push(match c {
        '<' => '‹',
        '>' => '›',
        c => c,
    });
}

fn source(address: &Address<'_>) -> String {
    let source = format!("burnwatch on {}", address.sender);
    words::escaped(
        &crate::notify::text::line(&source),
        SOURCE_CHARS_MAX,
        escape,
    )
}

fn close(message: &Message, address: &Address<'_>) -> Value {
    json!({
        "source": source(address),
        "note": words::escaped(&words::times(message), NOTE_CHARS_MAX, escape),
    })
}

fn create(message: &Message, address: &Address<'_>, size: Size) -> Value {
    let text = |text: &str, most| words::escaped(text, most, escape);
    let mut page = Page::new(DESCRIPTION_CHARS_MAX, Measure::Chars, escape);
    // The message has 130 characters, which a title may need alone.
    page.add(&words::headline(message));
    let link: fn(&str, &str) -> String = |name, url| format!("{name}: {url}");
    words::add_body(
        &mut page,
        message,
        address,
        Identity::Keyed,
        size,
        Some(link),
    );
    json!({
        "message": text(&words::headline(message), MESSAGE_CHARS_MAX),
        "alias": message.key.as_str(),
        "description": page.into_text(),
        "entity": text(&words::subject(message, address.sender), ENTITY_CHARS_MAX),
        "source": source(address),
        "priority": priority(message.urgency),
        "tags": ["burnwatch", text(message.severity.as_str(), TAG_CHARS_MAX)],
        "details": details(message, size),
    })
}

/// The labels, as many as fit.
fn details(message: &Message, size: Size) -> Value {
    let mut details = Map::new();
    if size == Size::Least {
        return details.into();
    }
    let mut used = 0;
    for (name, value) in words::labels(message) {
        let value = words::escaped(&value, DETAIL_CHARS_MAX, escape);
        used += name.chars().count() + value.chars().count();
        if used > DETAILS_CHARS_MAX {
            break;
        }
        details.insert(name, value.into());
    }
    details.into()
}

/// Opsgenie knows P1 to P5.
fn priority(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Critical => "P1",
        Urgency::Error => "P2",
        Urgency::Warning => "P4",
        Urgency::Info => "P5",
    }
}
