//! Microsoft Teams, a workflow that takes an adaptive card.
//!
//! Texts are runs of text, which have no Markdown, so that no label becomes a link or a mention.

use serde_json::{Value, json};

use crate::base::{Duration, Secret};
use crate::notify::access;
use crate::notify::judged::{Judged, Reason, ReasonKind, Receipt};
use crate::notify::limit::{Limit, Measure};
use crate::notify::message::{Message, Urgency};
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::{Reply, Response};
use crate::notify::request::{HttpRequest, Method, Request};
use crate::notify::text::{Page, cut, plain};
use crate::notify::{verdict, words};

/// Largest message, in bytes.
const MESSAGE_BYTES_MAX: usize = 28_000;
/// Longest text below the title, in bytes: with quotes escaped, lines in blocks of their own and three links the message
/// stays below its limit.
const TEXT_BYTES_MAX: usize = 6_000;
/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 300;
/// Most blocks of text; the last has the lines that are left.
const BLOCKS_MAX: usize = 60;

/// How long its parts may be.
const LIMITS: &[Limit] = &[Limit::bytes("", MESSAGE_BYTES_MAX)];

/// Microsoft Teams.
pub struct MsTeams;

impl Pager for MsTeams {
    fn kind(&self) -> &'static str {
        "msteams"
    }

    fn identity(&self) -> Identity {
        Identity::Unkeyed
    }

    fn budget(&self) -> Budget {
        Budget {
            burst: 3,
            refill: Duration::from_ms(1_000),
        }
    }

    fn cadence(&self) -> Cadence {
        Cadence::Once
    }

    fn doc(&self) -> &'static str {
        "An adaptive card for a workflow with the trigger \"When a Teams webhook request is received\" (`url_file`), for every \
         change a new one, with the links as buttons. Status 202 is a delivery, and status 200 where the answer does not say \
         that it failed; what the workflow then does with the card, nobody says."
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
        let body = json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": card(message, address, size),
            }],
        });
        Ok(Some(Request::Http(HttpRequest {
            method: Method::Post,
            url: Secret::new(url),
            headers: vec![access::json()],
            body: body.to_string(),
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        verdict::http(reply, accepted)
    }
}

/// An older connector answers 200 and says in the text that it failed, with the status that it got itself.
fn accepted(response: &Response) -> Judged {
    let body = response.body.to_ascii_lowercase();
    let failed = |kind| {
        let text = format!(
            "status {}, with a text that says it failed",
            response.status
        );
        verdict::retry(kind, text, response.retry_after, Receipt::Possible)
    };
    match response.status {
        _ if verdict::is_html(&response.body) => verdict::stranger(response),
        200..=202 if body.contains("http error 429") => failed(ReasonKind::Limited),
        200..=202 if body.contains("delivery failed") => failed(ReasonKind::Troubled),
        200..=202 => verdict::delivered(),
        _ => verdict::stranger(response),
    }
}

fn card(message: &Message, address: &Address<'_>, size: Size) -> Value {
    let mut page = Page::new(TEXT_BYTES_MAX, Measure::Bytes, plain);
    words::add_body(&mut page, message, address, Identity::Unkeyed, size, None);
    let text = page.into_text();
    let mut blocks = vec![json!({
        "type": "RichTextBlock",
        "inlines": [{
            "type": "TextRun",
            "text": cut(&words::headline(message), TITLE_CHARS_MAX),
            "weight": "Bolder",
            "size": "Large",
            "color": color(message),
        }],
    })];
    let lines = text
        .splitn(BLOCKS_MAX, '\n')
        .filter(|line| !line.is_empty());
    blocks.extend(lines.map(|line| {
        json!({
            "type": "RichTextBlock",
            "inlines": [{"type": "TextRun", "text": line}],
            "spacing": "None",
        })
    }));
    let links = words::links(message).into_iter();
    let actions: Vec<Value> = links
        .map(|(name, url)| json!({"type": "Action.OpenUrl", "title": name, "url": url}))
        .collect();
    json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": blocks,
        "actions": actions,
    })
}

fn color(message: &Message) -> &'static str {
    match (words::is_over(message), message.urgency) {
        (true, _) => "Good",
        (false, Urgency::Critical | Urgency::Error) => "Attention",
        (false, Urgency::Warning) => "Warning",
        (false, Urgency::Info) => "Default",
    }
}
