//! Telegram, a bot: plain text, the followers of the first message as replies to it.
//!
//! Telegram makes mentions of `@name` in plain text too, so that something invisible stands behind every `@`.

use serde_json::{Value, json};

use crate::base::Duration;
use crate::model::roster;
use crate::notify::access;
use crate::notify::judged::{Judged, Reason, ReasonKind};
use crate::notify::limit::{Limit, Measure};
use crate::notify::message::Message;
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::{Reply, Response};
use crate::notify::request::{HttpRequest, Method, Request};
use crate::notify::text::Page;
use crate::notify::{verdict, words};

/// Where the Bot API is.
const URL: &str = "https://api.telegram.org";
/// Longest text.
const TEXT_UNITS_MAX: usize = 4_096;

/// How long its parts may be.
const LIMITS: &[Limit] = &[Limit::utf16("text", TEXT_UNITS_MAX)];

/// Telegram.
pub struct Telegram;

impl Pager for Telegram {
    fn kind(&self) -> &'static str {
        "telegram"
    }

    fn identity(&self) -> Identity {
        Identity::Unkeyed
    }

    /// Twenty in a minute for a group.
    fn budget(&self) -> Budget {
        Budget {
            burst: 3,
            refill: Duration::from_ms(3_000),
        }
    }

    fn cadence(&self) -> Cadence {
        Cadence::Once
    }

    fn doc(&self) -> &'static str {
        "A message of a bot (`bot_token_file`, `chat`), for every change a new one, as a reply to the first of its episode. \
         The text is plain, and mentions nobody. Only an answer with `\"ok\": true` is a delivery. `api_url` is for a Bot API \
         server of one's own."
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
        let roster::Pager::Telegram { chat, api_url, .. } = address.pager else {
            super::foreign(self.kind())
        };
        let token = access::token(address)?;
        let is_safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-');
        if !token.bytes().all(is_safe) {
            return Err(Reason {
                kind: ReasonKind::Secret,
                text: "the secret is no token of a bot of Telegram".to_string(),
            });
        }
        let mut page = Page::new(TEXT_UNITS_MAX, Measure::Utf16, escape);
        page.add(&words::headline(message));
        let link: fn(&str, &str) -> String = |name, url| format!("{name}: {url}");
        words::add_body(
            &mut page,
            message,
            address,
            Identity::Unkeyed,
            size,
            Some(link),
        );
        let mut body = json!({
            "chat_id": chat,
            "text": page.into_text(),
            "link_preview_options": {"is_disabled": true},
        });
        if let Some(first) = address.handle.and_then(|handle| handle.parse::<i64>().ok()) {
            body["reply_parameters"] =
                json!({"message_id": first, "allow_sending_without_reply": true});
        }
        Ok(Some(Request::Http(HttpRequest {
            method: Method::Post,
            url: access::below(
                api_url.as_deref().unwrap_or(URL),
                &format!("bot{token}/sendMessage"),
            ),
            headers: vec![access::json()],
            body: body.to_string(),
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        let Reply::Http(response) = reply else {
            return verdict::http(reply, verdict::stranger);
        };
        let answer = serde_json::from_str::<Value>(&response.body).unwrap_or_default();
        if response.status == 400
            && let Some(judged) = misunderstood(&answer)
        {
            return judged;
        }
        let mut response = response.clone();
        let pause = answer["parameters"]["retry_after"].as_u64();
        let pause = pause.filter(|seconds| (1..1 << 32).contains(seconds));
        let pause = pause.map(|seconds| Duration::from_ms(seconds * 1_000));
        response.retry_after = response.retry_after.or(pause);
        verdict::http(&Reply::Http(response), |response| {
            accepted(response, &answer)
        })
    }
}

fn accepted(response: &Response, answer: &Value) -> Judged {
    match answer["ok"].as_bool() {
        Some(true) => Judged::Delivered {
            handle: answer["result"]["message_id"]
                .as_i64()
                .map(|id| id.to_string()),
        },
        Some(false) | None => verdict::stranger(response),
    }
}

/// What is wrong with a request, where Telegram says it.
fn misunderstood(answer: &Value) -> Option<Judged> {
    let description = answer["description"].as_str()?.to_ascii_lowercase();
    let moved = answer["parameters"]["migrate_to_chat_id"].as_i64();
    if let Some(chat) = moved {
        let text = format!("status 400, the chat has become {chat}");
        return Some(verdict::refused(ReasonKind::Denied, text));
    }
    if description.contains("message is too long") {
        return Some(Judged::TooLarge);
    }
    description
        .contains("chat not found")
        .then(|| verdict::refused(ReasonKind::Denied, "status 400, there is no such chat"))
}

/// Without mentions.
fn escape(c: char, out: &mut String) {
    out.push(c);
    if c == '@' {
        out.push('\u{2060}');
    }
}
