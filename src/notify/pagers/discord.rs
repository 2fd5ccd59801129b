//! Discord, a webhook: an embed, in which nobody is mentioned.

use serde_json::{Value, json};

use crate::base::{Duration, Secret};
use crate::notify::access;
use crate::notify::judged::{Judged, Reason};
use crate::notify::limit::{Limit, Measure};
use crate::notify::message::{Message, Urgency};
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::{Reply, Response};
use crate::notify::request::{HttpRequest, Method, Request};
use crate::notify::text::{Page, fit};
use crate::notify::{verdict, words};

/// Longest title of an embed.
const TITLE_UNITS_MAX: usize = 256;
/// Longest text of an embed.
const TEXT_UNITS_MAX: usize = 4_096;

/// How long its parts may be.
const LIMITS: &[Limit] = &[
    Limit::utf16("embeds.*.title", TITLE_UNITS_MAX),
    Limit::utf16("embeds.*.description", TEXT_UNITS_MAX),
];

/// Discord.
pub struct Discord;

impl Pager for Discord {
    fn kind(&self) -> &'static str {
        "discord"
    }

    fn identity(&self) -> Identity {
        Identity::Unkeyed
    }

    /// Five in two seconds for a webhook, thirty in a minute for its channel.
    fn budget(&self) -> Budget {
        Budget {
            burst: 5,
            refill: Duration::from_ms(2_000),
        }
    }

    fn cadence(&self) -> Cadence {
        Cadence::Once
    }

    fn doc(&self) -> &'static str {
        "An embed by a webhook (`url_file`), for every change a new one. Markdown of titles and labels is escaped, and nobody \
         is mentioned. The answer is waited for until the message is stored: status 200 with its number is a delivery, and 204."
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
        let url = access::secret_url(address)?;
        let mark = if url.contains('?') { '&' } else { '?' };
        let mut page = Page::new(TEXT_UNITS_MAX, Measure::Utf16, escape);
        let link: fn(&str, &str) -> String = |name, url| format!("[{name}]({url})");
        words::add_body(
            &mut page,
            message,
            address,
            Identity::Unkeyed,
            size,
            Some(link),
        );
        let title = words::headline(message);
        let body = json!({
            "embeds": [{
                "title": fit(&title, TITLE_UNITS_MAX, Measure::Utf16, escape),
                "description": page.into_text(),
                "color": color(message),
            }],
            "allowed_mentions": {"parse": []},
        });
        Ok(Some(Request::Http(HttpRequest {
            method: Method::Post,
            url: Secret::new(format!("{url}{mark}wait=true")),
            headers: vec![access::json()],
            body: body.to_string(),
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        let Reply::Http(response) = reply else {
            return verdict::http(reply, verdict::stranger);
        };
        let mut response = response.clone();
        response.retry_after = response.retry_after.or_else(|| pause(&response));
        verdict::http(&Reply::Http(response), accepted)
    }
}

fn accepted(response: &Response) -> Judged {
    let answer = serde_json::from_str::<Value>(&response.body);
    match (response.status, answer) {
        (204, _) if !verdict::is_html(&response.body) => verdict::delivered(),
        (200, Ok(answer)) if answer["id"].is_string() => verdict::delivered(),
        _ => verdict::stranger(response),
    }
}

/// The pause that a body asks for, in seconds with a fraction.
fn pause(response: &Response) -> Option<Duration> {
    let answer: Value = serde_json::from_str(&response.body).ok()?;
    let seconds = answer["retry_after"].as_f64()?;
    let ms = (seconds * 1_000.0).ceil();
    (1.0..1e12)
        .contains(&ms)
        .then(|| Duration::from_ms(ms as u64))
}

/// Markdown of Discord.
fn escape(c: char, out: &mut String) {
    if matches!(
        c,
        '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '#' | '[' | ']' | '@'
    ) {
        out.push('\\');
    }
    out.push(c);
}

fn color(message: &Message) -> u32 {
    match (words::is_over(message), message.urgency) {
        (true, _) => 0x2e_b8_86,
        (false, Urgency::Critical | Urgency::Error) => 0xd0_00_00,
        (false, Urgency::Warning) => 0xda_a0_38,
        (false, Urgency::Info) => 0x43_9f_e0,
    }
}
