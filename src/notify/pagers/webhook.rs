//! Any HTTP endpoint: what receivers of Alertmanager's webhooks read, or a body of the user's own.

use crate::base::{Duration, Secret};
use crate::model::roster;
use crate::notify::access;
use crate::notify::judged::{Judged, Reason};
use crate::notify::limit::Limit;
use crate::notify::message::Message;
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::Reply;
use crate::notify::request::{HttpRequest, Method, Request};
use crate::notify::verdict;

use super::webhook_body::{ALERTS_MAX, LABEL_CHARS_MAX, LABELS_MAX, filled, payload};

/// How long its parts may be.
const LIMITS: &[Limit] = &[
    Limit::items("alerts", ALERTS_MAX),
    Limit::items("alerts.*.labels", LABELS_MAX),
    Limit::chars("alerts.*.labels.*", LABEL_CHARS_MAX),
];

/// A webhook.
pub struct Webhook;

impl Pager for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn identity(&self) -> Identity {
        Identity::Unkeyed
    }

    fn budget(&self) -> Budget {
        Budget {
            burst: 20,
            refill: Duration::from_ms(100),
        }
    }

    fn cadence(&self) -> Cadence {
        Cadence::Once
    }

    fn doc(&self) -> &'static str {
        "The JSON that Alertmanager sends to webhooks, version 4 (`url`, or `url_file` where that is a secret), or what `body`, \
         a template of the workspace, makes of the message. In the JSON the group is the episode: `groupKey` is its key, and \
         the members of a storm are its alerts. Every status from 200 to 299 is a delivery, unless the answer is a web page, \
         as a proxy has it that asks for a login."
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
        let roster::Pager::Webhook { endpoint, .. } = address.pager else {
            super::foreign(self.kind())
        };
        let url = access::endpoint(endpoint, address)?;
        let own = address
            .body
            .map(|template| filled(template, message, address, size));
        let usual = || (payload(message, address, size).to_string(), access::JSON.1);
        let (body, content_type) = match (own, size) {
            (None, _) => usual(),
            (Some(Ok(own)), _) => own,
            (Some(Err(reason)), Size::Whole) => return Err(reason),
            // Better in another form than not at all.
            (Some(Err(_)), Size::Least) => usual(),
        };
        Ok(Some(Request::Http(HttpRequest {
            method: Method::Post,
            url: Secret::new(url),
            headers: vec![("content-type", Secret::new(content_type))],
            body,
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        verdict::http(reply, |response| match verdict::is_html(&response.body) {
            true => verdict::stranger(response),
            false => verdict::delivered(),
        })
    }
}
