//! Alertmanager, API v2: an alert as Prometheus would send it.
//!
//! It takes an alert for over unless it is told again, so a firing one is sent every minute with an end four minutes ahead,
//! and one that is over for a quarter of an hour, as the specification of alert generators has it
//! (`prometheus/compliance`, `alert_generator/specification.md`). It groups, repeats and mutes by itself, and has its own
//! idea of who is told.

use serde_json::{Map, Value, json};

use crate::base::Duration;
use crate::base::naming::{SEVERITY, SLO};
use crate::model::roster;
use crate::notify::access;
use crate::notify::judged::{Judged, Reason};
use crate::notify::limit::{Limit, Measure};
use crate::notify::message::{About, Message, News};
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::Reply;
use crate::notify::request::{HttpRequest, Method, Request};
use crate::notify::text::{Page, cut, plain};
use crate::notify::{verdict, words};

/// How often an alert is sent: `ResendDelay` of the specification.
const RESEND: Duration = Duration::minutes(1);
/// How many of them may be lost before an alert counts as over.
const RESENDS_UNTIL_OVER: i64 = 4;
/// For how long an alert is sent that is over.
const RESOLVED: Duration = Duration::minutes(15);
/// Longest value of a label or annotation, in characters.
const VALUE_CHARS_MAX: usize = 8_192;
/// Most labels.
const LABELS_MAX: usize = 64;

/// How long its parts may be.
const LIMITS: &[Limit] = &[
    Limit::chars("*.labels.*", VALUE_CHARS_MAX),
    Limit::chars("*.annotations.*", VALUE_CHARS_MAX),
    Limit::items("*.labels", LABELS_MAX),
];

/// Alertmanager.
pub struct Alertmanager;

impl Pager for Alertmanager {
    fn kind(&self) -> &'static str {
        "alertmanager"
    }

    fn identity(&self) -> Identity {
        Identity::Keyed
    }

    fn budget(&self) -> Budget {
        Budget {
            burst: 200,
            refill: Duration::from_ms(10),
        }
    }

    fn cadence(&self) -> Cadence {
        Cadence::While {
            every: RESEND,
            resolved: RESOLVED,
        }
    }

    fn doc(&self) -> &'static str {
        "An alert for `/api/v2/alerts` below `url`, with the labels that the generated rules would give it; they, not the key \
         of the episode, are what Alertmanager knows it by. It is sent every minute with an end four minutes ahead, and for 15 \
         minutes after it is over. Who is told, and when again, is up to Alertmanager: a delivery says that it has the alert. \
         What is over before it could be told is not sent. The link that acknowledges is not in it, since everybody who \
         reaches Alertmanager can read alerts."
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
        let roster::Pager::Alertmanager { endpoint, login } = address.pager else {
            super::foreign(self.kind())
        };
        let base = access::endpoint(endpoint, address)?;
        let mut headers = vec![access::json()];
        headers.extend(access::login(login, address)?);
        let ends_ms = match message.news {
            News::Missed => return Ok(None),
            News::Opened | News::Changed => {
                message.sent_ms + RESENDS_UNTIL_OVER * RESEND.as_ms() as i64
            }
            News::Resolved { .. } => message.resolved_ms.unwrap_or(message.sent_ms),
        };
        let mut alert = json!({
            "labels": labels(message),
            "annotations": annotations(message, address, size),
            "startsAt": words::moment(message.opened_ms),
            // An alert that ends before it starts is refused.
            "endsAt": words::moment(ends_ms.max(message.opened_ms)),
        });
        let dashboard = message.links.dashboard.as_deref();
        let link = dashboard.or(message.links.runbook.as_deref());
        if let Some(link) = link.and_then(words::link) {
            alert["generatorURL"] = link.into();
        }
        Ok(Some(Request::Http(HttpRequest {
            method: Method::Post,
            url: access::below(base, "api/v2/alerts"),
            headers,
            body: json!([alert]).to_string(),
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        verdict::http(reply, |response| match response.status {
            200 if !verdict::is_html(&response.body) => verdict::delivered(),
            _ => verdict::stranger(response),
        })
    }
}

/// The labels: those of the message that Alertmanager takes, and what it must have.
fn labels(message: &Message) -> Value {
    let mut labels = Map::new();
    let alert = match &message.about {
        About::Slo { .. } => "SLOErrorBudgetBurn",
        About::Burnwatch { .. } => "Burnwatch",
    };
    labels.insert("alertname".into(), alert.into());
    labels.insert(SEVERITY.into(), message.severity.as_str().into());
    match &message.about {
        About::Slo { service, name, .. } => {
            labels.insert(SLO.into(), format!("{service}/{name}").into());
        }
        About::Burnwatch { part } => {
            labels.insert("part".into(), cut(part, VALUE_CHARS_MAX).into());
        }
    }
    let is_label = |name: &str| {
        let mut bytes = name.bytes();
        bytes
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    for (name, value) in &message.labels {
        if is_label(name) && (labels.len() < LABELS_MAX || labels.contains_key(name)) {
            labels.insert(name.clone(), cut(value, VALUE_CHARS_MAX).into());
        }
    }
    labels.retain(|_, value| value.as_str() != Some(""));
    labels.into()
}

fn annotations(message: &Message, address: &Address<'_>, size: Size) -> Value {
    let mut annotations = Map::new();
    let mut add = |name: &str, text: String| {
        if !text.is_empty() {
            annotations.insert(name.into(), cut(&text, VALUE_CHARS_MAX).into());
        }
    };
    add("summary", words::headline(message));
    for (name, url) in words::links(message) {
        match name {
            "Runbook" => add("runbook_url", url),
            "Dashboard" => add("dashboard_url", url),
            _ => {}
        }
    }
    add("told", words::signature(message, address));
    add("note", words::notes(message, Identity::Keyed).join(" "));
    if size == Size::Whole {
        add("description", words::text(message));
        let mut page = Page::new(VALUE_CHARS_MAX, Measure::Chars, plain);
        words::add_members(&mut page, message);
        add("episodes", page.into_text());
    }
    annotations.into()
}
