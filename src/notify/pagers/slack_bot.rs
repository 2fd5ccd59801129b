//! Slack, a bot: `chat.postMessage`, then `chat.update` of the same message, which is named by its channel and time.

use serde_json::Value;

use crate::base::Duration;
use crate::model::roster;
use crate::notify::access;
use crate::notify::judged::{Judged, Reason, ReasonKind, Receipt};
use crate::notify::limit::Limit;
use crate::notify::message::Message;
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::{Reply, Response};
use crate::notify::request::{HttpRequest, Method, Request};
use crate::notify::verdict;

use super::slack_text::{LIMITS, Trouble, body, trouble};

/// Where the Web API is.
const URL: &str = "https://slack.com/api";
/// Longest part of a handle, in bytes.
const HANDLE_BYTES_MAX: usize = 64;

/// Slack, a bot.
pub struct SlackBot;

impl Pager for SlackBot {
    fn kind(&self) -> &'static str {
        "slack_bot"
    }

    fn identity(&self) -> Identity {
        Identity::Unkeyed
    }

    fn budget(&self) -> Budget {
        super::slack::BUDGET
    }

    fn cadence(&self) -> Cadence {
        Cadence::Once
    }

    fn doc(&self) -> &'static str {
        "A message by a bot (`bot_token_file` and `channel`), which changes when something changes: one message for an \
         episode. Changes notify nobody. Where the message was deleted, or is too old to be changed, a new one is sent. Labels \
         and titles cannot mention anybody. Only an answer with `\"ok\": true` is a delivery."
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
        let roster::Pager::SlackBot {
            channel, api_url, ..
        } = address.pager
        else {
            super::foreign(self.kind())
        };
        let token = access::token(address)?;
        let mut body = body(message, address, size);
        let method = match address.handle.and_then(parts) {
            Some((channel, time)) => {
                body["channel"] = channel.into();
                body["ts"] = time.into();
                "chat.update"
            }
            None => {
                body["channel"] = channel.as_str().into();
                "chat.postMessage"
            }
        };
        Ok(Some(Request::Http(HttpRequest {
            method: Method::Post,
            url: access::below(api_url.as_deref().unwrap_or(URL), method),
            headers: vec![
                (
                    "content-type",
                    crate::base::Secret::new("application/json; charset=utf-8"),
                ),
                access::authorization("Bearer", token),
            ],
            body: body.to_string(),
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        verdict::http(reply, accepted)
    }
}

/// An answer with a status of success, which may be none.
fn accepted(response: &Response) -> Judged {
    let Ok(answer) = serde_json::from_str::<Value>(&response.body) else {
        return verdict::stranger(response);
    };
    match answer["ok"].as_bool() {
        Some(true) => Judged::Delivered {
            handle: handle(&answer),
        },
        Some(false) => failed(&answer, response.retry_after),
        None => verdict::stranger(response),
    }
}

fn failed(answer: &Value, after: Option<Duration>) -> Judged {
    let Some((error, trouble)) = answer["error"].as_str().and_then(trouble) else {
        let text = "Slack does not take it, for a reason that is not known here";
        return verdict::refused(ReasonKind::Misunderstood, text);
    };
    let text = format!("Slack says `{error}`");
    match trouble {
        Trouble::Passing(kind) => verdict::retry(kind, text, after, Receipt::None),
        Trouble::Lasting(kind) => verdict::refused(kind, text),
        Trouble::TooLarge => Judged::TooLarge,
        Trouble::Gone => Judged::Forgotten {
            reason: Reason {
                kind: ReasonKind::Misunderstood,
                text,
            },
        },
    }
}

/// The name of a message: its channel and its time.
fn handle(answer: &Value) -> Option<String> {
    let handle = format!("{}:{}", answer["channel"].as_str()?, answer["ts"].as_str()?);
    parts(&handle).is_some().then_some(handle)
}

fn parts(handle: &str) -> Option<(&str, &str)> {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= HANDLE_BYTES_MAX
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
    };
    let (channel, time) = handle.split_once(':')?;
    (is_part(channel) && is_part(time)).then_some((channel, time))
}
