//! What is sent, word for word.

use std::fmt::Write;

use burnwatch::notify::{HttpRequest, Message, Method, Request, Size};
use serde_json::Value;

use crate::samples::{CANARY, Receiver, golden, messages, receivers};

/// A request as text; its secrets are called so.
pub fn shown(request: &Request) -> String {
    let text = match request {
        Request::Http(http) => http_shown(http),
        Request::Mail(mail) => {
            let mut text = format!(
                "from {} to {} by {} ({:?})\n",
                mail.from,
                mail.to.join(", "),
                mail.smarthost,
                mail.tls
            );
            let _ = writeln!(
                text,
                "Subject: {}\nMessage-ID: <{}>",
                mail.subject, mail.message_id
            );
            if let Some(first) = &mail.in_reply_to {
                let _ = writeln!(text, "In-Reply-To: <{first}>");
            }
            let _ = write!(text, "\n{}\n\n{}\n", mail.text, mail.html);
            text
        }
    };
    // A user and a password are encoded together.
    let text = text.replace("c2xvOkNBTkFSWTA=", "SECRET");
    text.replace(CANARY, "SECRET").replace("CANARY-", "")
}

fn http_shown(http: &HttpRequest) -> String {
    let method = match http.method {
        Method::Post => "POST",
        Method::Put => "PUT",
    };
    let mut text = format!("{method} {}\n", http.url.expose());
    for (name, value) in &http.headers {
        let _ = writeln!(text, "{name}: {}", value.expose());
    }
    let body = match serde_json::from_str::<Value>(&http.body) {
        Ok(body) => serde_json::to_string_pretty(&body).unwrap(),
        Err(_) => http.body.clone(),
    };
    let _ = writeln!(text, "\n{body}");
    text
}

/// What `receiver` gets of `message`.
pub fn sent(receiver: &Receiver, message: &Message, size: Size) -> String {
    match receiver.render(message, size) {
        Some(request) => shown(&request),
        None => "nothing\n".to_string(),
    }
}

#[test]
fn every_pager_sends_what_its_file_says() {
    for receiver in receivers() {
        let mut text = String::new();
        for (name, message) in messages() {
            let _ = write!(
                text,
                "=== {name}\n{}",
                sent(&receiver, &message, Size::Whole)
            );
        }
        let (_, opened) = messages().remove(0);
        let _ = write!(
            text,
            "=== opened, the least\n{}",
            sent(&receiver, &opened, Size::Least)
        );
        golden(&format!("tests/golden/notify/{}.txt", receiver.name), &text);
    }
}
