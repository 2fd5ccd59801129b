//! Every pager: one file each, one line in each of the two lists.

mod alertmanager;
mod discord;
mod email;
mod msteams;
mod opsgenie;
mod pagerduty;
mod slack;
mod slack_bot;
mod slack_text;
mod telegram;
mod webhook;
mod webhook_body;

use crate::model::roster;

use super::pager::Pager;

pub use webhook_body::values as template_values;

/// The pager that tells such a receiver.
pub fn of(pager: &roster::Pager) -> &'static dyn Pager {
    match pager {
        roster::Pager::Alertmanager { .. } => &alertmanager::Alertmanager,
        roster::Pager::Discord { .. } => &discord::Discord,
        roster::Pager::Email(_) => &email::Email,
        roster::Pager::MsTeams { .. } => &msteams::MsTeams,
        roster::Pager::Opsgenie { .. } => &opsgenie::Opsgenie,
        roster::Pager::PagerDuty { .. } => &pagerduty::PagerDuty,
        roster::Pager::Slack { .. } => &slack::Slack,
        roster::Pager::SlackBot { .. } => &slack_bot::SlackBot,
        roster::Pager::Telegram { .. } => &telegram::Telegram,
        roster::Pager::Webhook { .. } => &webhook::Webhook,
    }
}

/// Every pager, those that wake people first.
pub fn all() -> &'static [&'static dyn Pager] {
    &[
        &pagerduty::PagerDuty,
        &opsgenie::Opsgenie,
        &slack::Slack,
        &slack_bot::SlackBot,
        &email::Email,
        &webhook::Webhook,
        &msteams::MsTeams,
        &discord::Discord,
        &telegram::Telegram,
        &alertmanager::Alertmanager,
    ]
}

/// The settings that a pager was given are not its own: [`of`] is the only way to it.
fn foreign(kind: &str) -> ! {
    panic!("the settings are those of another pager than `{kind}`")
}
