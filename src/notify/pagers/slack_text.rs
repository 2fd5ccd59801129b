//! What Slack shows, by webhook and by bot alike: a line that notifications show, and below it one coloured part of blocks.
//!
//! `&`, `<` and `>` are escaped in every text, so that no label mentions a channel or a person. Our texts are `plain_text`,
//! which has no formatting; links alone are formatted, and have nothing of the user's in them but the URL.

use serde_json::{Value, json};

use crate::notify::judged::ReasonKind;
use crate::notify::limit::{Limit, Measure};
use crate::notify::message::{Message, Urgency};
use crate::notify::pager::{Address, Identity, Size};
use crate::notify::text::Page;
use crate::notify::words;

/// Longest text of a message, in characters: more is refused when a message is changed.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Longest text of a block, in characters.
pub const BLOCK_CHARS_MAX: usize = 3_000;

/// The limits of both.
pub const LIMITS: &[Limit] = &[
    Limit::chars("text", TEXT_CHARS_MAX),
    Limit::chars("attachments.*.blocks.*.text.text", BLOCK_CHARS_MAX),
    Limit::items("attachments.*.blocks", 50),
];

/// As Slack wants it: three characters mean something.
pub fn escape(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        c => out.push(c),
    }
}

/// The message, without where it goes.
pub fn body(message: &Message, address: &Address<'_>, size: Size) -> Value {
    let mut page = Page::new(BLOCK_CHARS_MAX, Measure::Chars, escape);
    words::add_body(&mut page, message, address, Identity::Unkeyed, size, None);
    let mut blocks = vec![json!({
        "type": "section",
        "text": {"type": "plain_text", "text": page.into_text(), "emoji": false},
    })];
    let mut links = Page::new(BLOCK_CHARS_MAX, Measure::Chars, escape);
    for (name, url) in words::links(message) {
        // One that does not fit beside the others is left out: half a link leads nowhere.
        links.add_ready(&format!("<{}|{name}>", url.replace('&', "&amp;")));
    }
    let links = links.into_text();
    if !links.is_empty() {
        blocks.push(json!({
            "type": "section",
            "text": {"type": "mrkdwn", "text": links, "verbatim": true},
        }));
    }
    json!({
        "text": words::escaped(&words::headline(message), TEXT_CHARS_MAX, escape),
        "mrkdwn": false,
        "unfurl_links": false,
        "unfurl_media": false,
        "attachments": [{"color": color(message), "blocks": blocks}],
    })
}

fn color(message: &Message) -> &'static str {
    match (words::is_over(message), message.urgency) {
        (true, _) => "good",
        (false, Urgency::Critical | Urgency::Error) => "danger",
        (false, Urgency::Warning) => "warning",
        (false, Urgency::Info) => "#439FE0",
    }
}

/// What an error of Slack is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It may pass.
    Passing(ReasonKind),
    /// It will not.
    Lasting(ReasonKind),
    /// The message is too long.
    TooLarge,
    /// The message that is to be changed is gone, or too old to be changed.
    Gone,
}

/// The errors that are documented or known, each with what it is about. Others are not repeated: they are not ours to trust.
const ERRORS: &[(&str, Trouble)] = &[
    ("ratelimited", Trouble::Passing(ReasonKind::Limited)),
    ("rate_limited", Trouble::Passing(ReasonKind::Limited)),
    (
        "message_limit_exceeded",
        Trouble::Passing(ReasonKind::Limited),
    ),
    ("fatal_error", Trouble::Passing(ReasonKind::Troubled)),
    ("internal_error", Trouble::Passing(ReasonKind::Troubled)),
    ("request_timeout", Trouble::Passing(ReasonKind::Troubled)),
    ("rollup_error", Trouble::Passing(ReasonKind::Troubled)),
    (
        "service_unavailable",
        Trouble::Passing(ReasonKind::Troubled),
    ),
    ("team_added_to_org", Trouble::Passing(ReasonKind::Troubled)),
    ("msg_too_long", Trouble::TooLarge),
    ("msg_blocks_too_long", Trouble::TooLarge),
    ("too_many_attachments", Trouble::TooLarge),
    ("cant_update_message", Trouble::Gone),
    ("edit_window_closed", Trouble::Gone),
    ("message_not_found", Trouble::Gone),
    ("access_denied", Trouble::Lasting(ReasonKind::Denied)),
    ("account_inactive", Trouble::Lasting(ReasonKind::Denied)),
    ("action_prohibited", Trouble::Lasting(ReasonKind::Denied)),
    ("channel_is_archived", Trouble::Lasting(ReasonKind::Denied)),
    ("channel_not_found", Trouble::Lasting(ReasonKind::Denied)),
    ("ekm_access_denied", Trouble::Lasting(ReasonKind::Denied)),
    ("invalid_auth", Trouble::Lasting(ReasonKind::Denied)),
    ("invalid_token", Trouble::Lasting(ReasonKind::Denied)),
    ("is_archived", Trouble::Lasting(ReasonKind::Denied)),
    ("missing_scope", Trouble::Lasting(ReasonKind::Denied)),
    ("no_active_hooks", Trouble::Lasting(ReasonKind::Denied)),
    ("no_permission", Trouble::Lasting(ReasonKind::Denied)),
    ("no_service", Trouble::Lasting(ReasonKind::Denied)),
    ("no_service_id", Trouble::Lasting(ReasonKind::Denied)),
    ("no_team", Trouble::Lasting(ReasonKind::Denied)),
    (
        "not_allowed_token_type",
        Trouble::Lasting(ReasonKind::Denied),
    ),
    ("not_authed", Trouble::Lasting(ReasonKind::Denied)),
    ("not_in_channel", Trouble::Lasting(ReasonKind::Denied)),
    ("org_login_required", Trouble::Lasting(ReasonKind::Denied)),
    (
        "posting_to_general_channel_denied",
        Trouble::Lasting(ReasonKind::Denied),
    ),
    ("restricted_action", Trouble::Lasting(ReasonKind::Denied)),
    (
        "team_access_not_granted",
        Trouble::Lasting(ReasonKind::Denied),
    ),
    ("team_disabled", Trouble::Lasting(ReasonKind::Denied)),
    ("token_expired", Trouble::Lasting(ReasonKind::Denied)),
    ("token_revoked", Trouble::Lasting(ReasonKind::Denied)),
    ("user_not_found", Trouble::Lasting(ReasonKind::Denied)),
    (
        "invalid_arguments",
        Trouble::Lasting(ReasonKind::Misunderstood),
    ),
    (
        "invalid_attachments",
        Trouble::Lasting(ReasonKind::Misunderstood),
    ),
    (
        "invalid_blocks",
        Trouble::Lasting(ReasonKind::Misunderstood),
    ),
    (
        "invalid_blocks_format",
        Trouble::Lasting(ReasonKind::Misunderstood),
    ),
    ("invalid_json", Trouble::Lasting(ReasonKind::Misunderstood)),
    (
        "invalid_payload",
        Trouble::Lasting(ReasonKind::Misunderstood),
    ),
    (
        "json_not_object",
        Trouble::Lasting(ReasonKind::Misunderstood),
    ),
    ("no_text", Trouble::Lasting(ReasonKind::Misunderstood)),
];

/// The error of this name, where it is known.
pub fn trouble(error: &str) -> Option<(&'static str, Trouble)> {
    let known = ERRORS.iter().find(|(name, _)| *name == error);
    known.copied()
}
