//! What a webhook is sent: Alertmanager's JSON, version 4, or what the user's own template makes of a message.

use serde_json::{Map, Value, json};

use crate::base::naming::{SEVERITY, SLO};
use crate::notify::judged::{Reason, ReasonKind};
use crate::notify::key::Key;
use crate::notify::message::{About, Member, Message, News, Purpose, Repeat};
use crate::notify::pager::{Address, Identity, Size};
use crate::notify::text::cut;
use crate::notify::words;
use crate::template::Template;

/// Most alerts of a storm; how many more there are is said in `truncatedAlerts`.
pub const ALERTS_MAX: usize = 100;
/// Most of them where it must be short.
const ALERTS_LEAST: usize = 10;
/// Most labels.
pub const LABELS_MAX: usize = 64;
/// Longest value of a label, in characters.
pub const LABEL_CHARS_MAX: usize = 4_096;
/// What Alertmanager says of an end that is not there yet.
const NEVER: &str = "0001-01-01T00:00:00Z";
/// Digits of a fingerprint.
const FINGERPRINT_DIGITS: usize = 16;

/// The labels as they are, as many as fit.
fn labels(message: &Message) -> Map<String, Value> {
    let all = message.labels.iter().take(LABELS_MAX);
    all.map(|(name, value)| (name.clone(), cut(value, LABEL_CHARS_MAX).into()))
        .collect()
}

fn some<'a>(all: &Map<String, Value>, names: impl Iterator<Item = &'a str>) -> Map<String, Value> {
    names
        .filter_map(|name| Some((name.to_string(), all.get(name)?.clone())))
        .collect()
}

fn status(is_over: bool) -> &'static str {
    match is_over {
        true => "resolved",
        false => "firing",
    }
}

/// Alertmanager's JSON of version 4.
pub fn payload(message: &Message, address: &Address<'_>, size: Size) -> Value {
    let labels = labels(message);
    let group: Vec<&str> = match &message.about {
        About::Slo { group, .. } => group.iter().map(|(name, _)| name.as_str()).collect(),
        About::Burnwatch { .. } => Vec::new(),
    };
    let names = ["alertname", SLO, SEVERITY].into_iter().chain(group);
    let group_labels = some(&labels, names);
    let annotations = annotations(message, address, size);
    let (alerts, truncated) = match message.members.is_empty() {
        true => (vec![alert(message, &labels, &annotations)], 0),
        false => members(message, &labels, size),
    };
    let common = match message.members.is_empty() {
        true => labels,
        false => some(&labels, ["alertname", SEVERITY].into_iter()),
    };
    json!({
        "version": "4",
        "groupKey": message.key.as_str(),
        "truncatedAlerts": truncated,
        "status": status(words::is_over(message)),
        "receiver": address.receiver.as_str(),
        "groupLabels": group_labels,
        "commonLabels": common,
        "commonAnnotations": annotations,
        "externalURL": generator(message),
        "alerts": alerts,
    })
}

/// Where the alerts of this come from: the dashboard, since burnwatch has no page of its own.
fn generator(message: &Message) -> String {
    let dashboard = message.links.dashboard.as_deref();
    dashboard.and_then(words::link).unwrap_or_default()
}

fn annotations(message: &Message, address: &Address<'_>, size: Size) -> Map<String, Value> {
    let mut annotations = Map::new();
    let mut add = |name: &str, text: String| {
        if !text.is_empty() {
            annotations.insert(name.into(), text.into());
        }
    };
    add("summary", words::headline(message));
    for (name, url) in words::links(message) {
        add(&format!("{}_url", name.to_lowercase()), url);
    }
    add("episode", message.episode.clone());
    add("sequence", message.sequence.to_string());
    add("times", words::times(message));
    add("told", words::signature(message, address));
    add("note", words::notes(message, Identity::Unkeyed).join(" "));
    if size == Size::Whole {
        add("description", words::text(message));
        for (name, value) in words::facts(message) {
            // A fact is not to take the place of what was said before.
            add(&format!("fact: {name}"), value);
        }
    }
    annotations
}

fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    Key::of(parts).as_str()[..FINGERPRINT_DIGITS].to_string()
}

fn ends_at(message: &Message, is_over: bool) -> String {
    match is_over {
        true => words::moment(message.resolved_ms.unwrap_or(message.sent_ms)),
        false => NEVER.to_string(),
    }
}

fn alert(
    message: &Message,
    labels: &Map<String, Value>,
    annotations: &Map<String, Value>,
) -> Value {
    let is_over = words::is_over(message);
    json!({
        "status": status(is_over),
        "labels": labels,
        "annotations": annotations,
        "startsAt": words::moment(message.opened_ms),
        "endsAt": ends_at(message, is_over),
        "generatorURL": generator(message),
        "fingerprint": fingerprint([message.key.as_str()]),
    })
}

/// An alert for each member of a storm, as far as they fit, and how many do not.
fn members(message: &Message, labels: &Map<String, Value>, size: Size) -> (Vec<Value>, usize) {
    let most = match size {
        Size::Whole => ALERTS_MAX,
        Size::Least => ALERTS_LEAST,
    };
    let members = words::members(message);
    let alerts = members.iter().take(most).map(|member| {
        let is_over = member.is_over || words::is_over(message);
        let mut labels = some(labels, ["alertname", SEVERITY].into_iter());
        labels.insert("episode".into(), member.episode.as_str().into());
        let mut annotations = Map::new();
        let summary = cut(&member.title, words::MEMBER_CHARS_MAX);
        annotations.insert("summary".into(), summary.into());
        let runbook = member.runbook.as_deref().and_then(words::link);
        annotations.extend(runbook.map(|url| ("runbook_url".to_string(), url.into())));
        json!({
            "status": status(is_over),
            "labels": labels,
            "annotations": annotations,
            "startsAt": words::moment(message.opened_ms),
            "endsAt": ends_at(message, is_over),
            "generatorURL": "",
            "fingerprint": fingerprint([message.key.as_str(), member.episode.as_str()]),
        })
    });
    (alerts.collect(), members.len().saturating_sub(most))
}

/// What a template makes of the message, and its content type: JSON where it is some, else plain text.
///
/// # Errors
///
/// What is missing in the template's place, and JSON that a value broke.
pub fn filled(
    template: &Template,
    message: &Message,
    address: &Address<'_>,
    size: Size,
) -> Result<(String, &'static str), Reason> {
    let unmade = |text: String| Reason {
        kind: ReasonKind::Unmade,
        text,
    };
    let body = template
        .render(&values(message, address, size))
        .map_err(|fault| unmade(format!("the template of its body: {}", fault.what)))?;
    if serde_json::from_str::<serde::de::IgnoredAny>(&body).is_ok() {
        return Ok((body, "application/json"));
    }
    match body.trim_start().starts_with('{') {
        true => Err(unmade(
            "the template of its body gives broken JSON: `{{json.title}}` is a value with its quotes".to_string(),
        )),
        false => Ok((body, "text/plain; charset=utf-8")),
    }
}

/// What a template may name. Each is there in every message; what is not known is `null`. Below `json` each is there once
/// more, as JSON, and so it is in items of lists.
pub fn values(message: &Message, address: &Address<'_>, size: Size) -> Value {
    let (service, slo, group, part) = match &message.about {
        About::Slo {
            service,
            name,
            group,
        } => (Some(service), Some(name), group.as_slice(), None),
        About::Burnwatch { part } => (None, None, [].as_slice(), Some(part)),
    };
    let pairs = |pairs: Vec<(String, String)>| -> Vec<Value> {
        let pairs = pairs.into_iter();
        pairs
            .map(|(name, value)| with_json(json!({"name": name, "value": value})))
            .collect()
    };
    let (text, facts) = match size {
        Size::Whole => (words::text(message), pairs(words::facts(message))),
        Size::Least => (String::new(), Vec::new()),
    };
    let most = match size {
        Size::Whole => ALERTS_MAX,
        Size::Least => ALERTS_LEAST,
    };
    let members = words::members(message);
    let shown: Vec<Value> = members.iter().take(most).map(|m| member(m)).collect();
    let link = |url: &Option<String>| url.as_deref().and_then(words::link);
    let (news, why) = match &message.news {
        News::Opened => ("opened", None),
        News::Changed => ("changed", None),
        News::Resolved { why } => ("resolved", Some(why)),
        News::Missed => ("missed", None),
    };
    with_json(json!({
        "headline": words::headline(message),
        "title": crate::notify::text::line(&cut(&message.title, words::TITLE_CHARS_MAX)),
        "text": text,
        "news": news,
        "status": status(words::is_over(message)),
        "severity": message.severity.as_str(),
        "urgency": words::urgency(message.urgency),
        "episode": message.episode,
        "sequence": message.sequence,
        "key": message.key.as_str(),
        "subject": words::subject(message, address.sender),
        "service": service,
        "slo": slo,
        "group": pairs(group.to_vec()),
        "part": part,
        "facts": facts,
        "labels": labels(message),
        "runbook": link(&message.links.runbook),
        "dashboard": link(&message.links.dashboard),
        "acknowledge": link(&message.links.acknowledge),
        "opened": words::moment(message.opened_ms),
        "resolved": message.resolved_ms.map(words::moment),
        "times": words::times(message),
        "why": why,
        "because": message.because,
        "notes": words::notes(message, Identity::Unkeyed),
        "is_repeat": message.repeat == Repeat::Possible,
        "is_test": message.purpose == Purpose::Test,
        "members": shown,
        "more": members.len().saturating_sub(most),
        "receiver": address.receiver.as_str(),
        "sender": address.sender,
    }))
}

/// An object with its values once more below `json`, as JSON.
fn with_json(mut object: Value) -> Value {
    let fields = object.as_object().into_iter().flatten();
    let json: Map<String, Value> = fields
        .map(|(name, value)| (name.clone(), value.to_string().into()))
        .collect();
    object["json"] = json.into();
    object
}

fn member(member: &Member) -> Value {
    with_json(json!({
        "episode": member.episode,
        "urgency": words::urgency(member.urgency),
        "title": cut(&member.title, words::MEMBER_CHARS_MAX),
        "is_over": member.is_over,
        "runbook": member.runbook.as_deref().and_then(words::link),
    }))
}
