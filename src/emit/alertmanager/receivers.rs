//! Receivers: what Alertmanager writes to, and with which words.
//!
//! One file a kind; adding one is a file here, its `mod` line and its line in [`section`]. Secrets are named by their file
//! on Alertmanager's host and by nothing else. Every text is a definition of the message templates, so that users can
//! change it in one place; what a user wrote into a receiver is put beyond the reach of templates.

mod discord;
mod email;
mod msteams;
mod opsgenie;
mod pagerduty;
mod slack;
mod telegram;
mod webhook;

use crate::base::Name;
use crate::model::roster::{Pager, Receiver, Severity, Version};
use crate::yaml::print::Output;

/// The fields of one entry.
type Fields = Vec<(&'static str, Output)>;

/// The receiver called `name` with one entry for each member, in their order. `severity` is that of the alerts it gets.
///
/// Every form that is written has one spelling from the version on that has it, so nothing depends on `_version`. A member
/// that it cannot read is written all the same, and a check says so.
pub fn receiver(
    name: &str,
    members: &[(&Name, &Receiver)],
    severity: &Severity,
    _version: Version,
) -> Output {
    let mut sections: Vec<(&'static str, Vec<Output>)> = Vec::new();
    for (_, receiver) in members {
        let (title, mut fields) = section(receiver, severity);
        fields.insert(0, ("send_resolved", Output::plain(true)));
        let entry = Output::map(fields);
        match sections.iter_mut().find(|(known, _)| *known == title) {
            Some((_, entries)) => entries.push(entry),
            None => sections.push((title, vec![entry])),
        }
    }
    let mut fields = vec![("name", Output::text(name))];
    let sections = sections.into_iter();
    fields.extend(sections.map(|(title, entries)| (title, Output::List(entries))));
    Output::map(fields)
}

/// The section of a receiver's kind, and the fields of its entry there.
fn section(receiver: &Receiver, severity: &Severity) -> (&'static str, Fields) {
    // The path on the host of Alertmanager.
    let file = |daemon: &str| {
        let path = receiver.alertmanager_file.as_deref().unwrap_or(daemon);
        Output::text(path)
    };
    match &receiver.pager {
        Pager::PagerDuty {
            routing_key_file,
            url,
        } => pagerduty::section(file(routing_key_file), url.as_deref(), severity),
        Pager::Opsgenie { api_key_file, url } => {
            opsgenie::section(file(api_key_file), url.as_deref(), severity)
        }
        Pager::Slack { url_file, channel } => {
            slack::section(file(url_file), channel.as_deref(), severity)
        }
        Pager::Email(email) => email::section(email, receiver.alertmanager_file.as_deref()),
        Pager::SlackBot {
            bot_token_file,
            channel,
            api_url,
        } => slack::bot(file(bot_token_file), channel, api_url.as_deref(), severity),
        // No Alertmanager fills in a body or tells another one; a check says so.
        Pager::Webhook { endpoint, .. } | Pager::Alertmanager { endpoint, .. } => {
            webhook::section(endpoint, file)
        }
        Pager::MsTeams { url_file } => msteams::section(file(url_file)),
        Pager::Discord { url_file } => discord::section(file(url_file)),
        Pager::Telegram {
            bot_token_file,
            chat,
            api_url,
        } => telegram::section(file(bot_token_file), *chat, api_url.as_deref()),
    }
}

/// A text of the message templates.
fn message(definition: &str) -> Output {
    Output::Text(format!("{{{{ template \"{definition}\" . }}}}"))
}

/// A text of the user, as it stands.
fn literal(text: &str) -> Output {
    Output::Text(text.replace("{{", "{{ \"{{\" }}"))
}

/// Entries of a mapping below an entry.
fn map(entries: &[(&str, Output)]) -> Output {
    Output::map(
        entries
            .iter()
            .map(|(key, value)| (key.to_string(), value.clone())),
    )
}
