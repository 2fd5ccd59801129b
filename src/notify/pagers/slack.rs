//! Slack, an incoming webhook. Its answer is a status and a word: `ok`, or what is wrong.

use crate::base::{Duration, Secret};
use crate::model::roster;
use crate::notify::access;
use crate::notify::judged::{Judged, Reason, Receipt};
use crate::notify::limit::Limit;
use crate::notify::message::Message;
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::{Reply, Response};
use crate::notify::request::{HttpRequest, Method, Request};
use crate::notify::verdict;

use super::slack_text::{LIMITS, Trouble, body, trouble};

/// Slack, an incoming webhook.
pub struct Slack;

/// About one message in a second, and a few more at once.
pub(super) const BUDGET: Budget = Budget {
    burst: 3,
    refill: Duration::from_ms(1_000),
};

impl Pager for Slack {
    fn kind(&self) -> &'static str {
        "slack"
    }

    fn identity(&self) -> Identity {
        Identity::Unkeyed
    }

    fn budget(&self) -> Budget {
        BUDGET
    }

    fn cadence(&self) -> Cadence {
        Cadence::Once
    }

    fn doc(&self) -> &'static str {
        "A message by an incoming webhook (`url_file`), for every change a new one: a line, and below it a coloured part with \
         the links. Labels and titles cannot mention anybody. Only status 200 with the word `ok` is a delivery."
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
        let roster::Pager::Slack { channel, .. } = address.pager else {
            super::foreign(self.kind())
        };
        let url = access::secret_url(address)?;
        let mut body = body(message, address, size);
        if let Some(channel) = channel {
            body["channel"] = channel.as_str().into();
        }
        Ok(Some(Request::Http(HttpRequest {
            method: Method::Post,
            url: Secret::new(url),
            headers: vec![access::json()],
            body: body.to_string(),
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        match reply {
            Reply::Http(response) if response.status == 200 && response.body.trim() == "ok" => {
                verdict::delivered()
            }
            Reply::Http(response) => {
                word(response).unwrap_or_else(|| verdict::http(reply, verdict::stranger))
            }
            Reply::Mail { .. } | Reply::Broken(_) => verdict::http(reply, verdict::stranger),
        }
    }
}

/// What the word in an answer means, where it is one of Slack's and the status alone does not decide.
fn word(response: &Response) -> Option<Judged> {
    let (error, trouble) = trouble(response.body.trim())?;
    let text = format!("status {}, `{error}`", response.status);
    match (response.status, trouble) {
        (200..=299 | 400..=428 | 430..=499, Trouble::Lasting(kind)) => {
            Some(verdict::refused(kind, text))
        }
        (200..=299 | 400..=499, Trouble::Passing(kind)) => Some(verdict::retry(
            kind,
            text,
            response.retry_after,
            Receipt::None,
        )),
        (200..=299 | 400..=428 | 430..=499, Trouble::TooLarge) => Some(Judged::TooLarge),
        _ => None,
    }
}
