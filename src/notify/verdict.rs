//! What replies mean that every service means alike; what is particular to one is in its own file.
//!
//! What a receiver writes into the body of an answer is never repeated: it may repeat our request with its secret.

use crate::base::Duration;

use super::judged::{Judged, Reason, ReasonKind, Receipt};
use super::reply::{Breakage, Reply, Response};

/// How much of a body is looked at to tell whether it is a web page, in bytes.
const HTML_WITHIN_BYTES: usize = 1_024;

/// The receiver has it, and says no name for it.
pub fn delivered() -> Judged {
    Judged::Delivered { handle: None }
}

/// It will never take it.
pub fn refused(kind: ReasonKind, text: impl Into<String>) -> Judged {
    Judged::Refused {
        reason: Reason {
            kind,
            text: text.into(),
        },
    }
}

/// It may take it later.
pub fn retry(
    kind: ReasonKind,
    text: impl Into<String>,
    after: Option<Duration>,
    receipt: Receipt,
) -> Judged {
    let text = text.into();
    Judged::Retry {
        reason: Reason { kind, text },
        after,
        receipt,
    }
}

/// An answer that is none of this service.
///
/// It is refused, not tried again: with a wrong URL nobody would be told until the page expires, and the fallback is told
/// now.
pub fn stranger(response: &Response) -> Judged {
    let what = match is_html(&response.body) {
        true => "a web page",
        false => "an answer that is none of this service",
    };
    refused(
        ReasonKind::Stranger,
        format!("status {}, with {what}", response.status),
    )
}

/// Whether a body is a web page: a proxy or a login, and none of the services that are paged.
pub fn is_html(body: &str) -> bool {
    let mut end = body.len().min(HTML_WITHIN_BYTES);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    let start = body[..end].trim_start().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.contains("<html") || start.contains("<body")
}

/// The verdict on `reply`, where `accepted` judges an answer with a status from 200 to 299.
pub fn http(reply: &Reply, accepted: impl FnOnce(&Response) -> Judged) -> Judged {
    match reply {
        Reply::Http(response) => match response.status {
            200..=299 => accepted(response),
            _ => status(response),
        },
        Reply::Mail { .. } => refused(ReasonKind::Stranger, "an answer of a mail server"),
        Reply::Broken(breakage) => broken(breakage),
    }
}

/// The verdict on a status that is no success.
pub fn status(response: &Response) -> Judged {
    use ReasonKind::*;
    let text = format!("status {}", response.status);
    let later = |kind, receipt| retry(kind, text.as_str(), response.retry_after, receipt);
    match response.status {
        300..=399 => refused(Redirected, format!("{text}; redirects are not followed")),
        // The request was not read to its end, or was, by whom the one that answers asked.
        408 => later(Troubled, Receipt::Possible),
        421 | 425 => later(Troubled, Receipt::None),
        413 => Judged::TooLarge,
        429 => later(Limited, Receipt::None),
        401 | 402 | 403 | 404 | 407 | 410 => refused(Denied, text),
        400..=499 => refused(Misunderstood, text),
        503 | 511 => later(Troubled, Receipt::None),
        500..=599 => later(Troubled, Receipt::Possible),
        _ => stranger(response),
    }
}

/// The verdict where there is no answer.
pub fn broken(breakage: &Breakage) -> Judged {
    let (kind, what, said, receipt) = match breakage {
        Breakage::Unconnected(said) => (
            ReasonKind::Unconnected,
            "no connection",
            said,
            Receipt::None,
        ),
        Breakage::Untrusted(said) => (ReasonKind::Untrusted, "not trusted", said, Receipt::None),
        Breakage::Lost(said) => (ReasonKind::Lost, "no answer", said, Receipt::Possible),
    };
    retry(kind, format!("{what}: {said}"), None, receipt)
}
