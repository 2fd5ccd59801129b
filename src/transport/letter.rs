//! A mail as it is written for the wire.

use lettre::address::Envelope;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};

use crate::notify::MailRequest;

/// Longest id of a message, in bytes.
const ID_MAX_BYTES: usize = 250;

/// A mail as it is written for the wire, and for whom.
pub(super) struct Letter {
    /// From whom and for whom.
    pub(super) envelope: Envelope,
    /// Its headers and its text.
    pub(super) bytes: Vec<u8>,
}

/// Says that nobody wrote it, so that nobody is answered who is on holiday (RFC 3834, 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<AutoSubmitted, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(AutoSubmitted::name(), "auto-generated".to_owned())
    }
}

impl Letter {
    /// Writes a mail; where it cannot be written, why, without addresses.
    pub(super) fn of(request: &MailRequest) -> Result<Letter, String> {
        let id = angled(&request.message_id)?;
        let mut builder = Message::builder()
            .from(mailbox(&request.from, "sender")?)
            .subject(line(&request.subject))
            .header(AutoSubmitted)
            .message_id(Some(id));
        for to in &request.to {
            builder = builder.to(mailbox(to, "recipient")?);
        }
        if let Some(first) = &request.in_reply_to {
            let first = angled(first)?;
            builder = builder.in_reply_to(first.clone()).references(first);
        }
        let parts = MultiPart::alternative_plain_html(request.text.clone(), request.html.clone());
        let message = builder
            .multipart(parts)
            .map_err(|error| format!("the mail cannot be written: {error}"))?;
        Ok(Letter {
            envelope: message.envelope().clone(),
            bytes: message.formatted(),
        })
    }
}

fn mailbox(text: &str, whose: &str) -> Result<Mailbox, String> {
    let parsed = text.parse().ok();
    parsed
        .filter(|_| !text.contains(char::is_control))
        .ok_or_else(|| format!("the address of the {whose} is none"))
}

/// An id within its angle brackets.
fn angled(id: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_graphic() && !b"<>".contains(&byte);
    match !id.is_empty() && id.len() <= ID_MAX_BYTES && id.bytes().all(fits) {
        true => Ok(format!("<{id}>")),
        false => Err("the id of the message cannot be sent".to_owned()),
    }
}

/// One line of it: what ends a line would begin another header.
fn line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::MailTls;

    fn mail() -> MailRequest {
        MailRequest {
            smarthost: "mail.test:25".to_owned(),
            tls: MailTls::Required,
            login: None,
            from: "burnwatch <burnwatch@example.com>".to_owned(),
            to: vec!["a@example.com".to_owned(), "B <b@example.com>".to_owned()],
            subject: "checkout burns".to_owned(),
            message_id: "e1.1@example.com".to_owned(),
            in_reply_to: Some("e1.0@example.com".to_owned()),
            text: ".\r\nsmall\n.".to_owned(),
            html: "<p>small</p>".to_owned(),
        }
    }

    fn headers(request: &MailRequest) -> Vec<String> {
        let letter = Letter::of(request).unwrap();
        let text = String::from_utf8(letter.bytes).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        head.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_mail_names_its_message_and_the_first_one_of_its_episode() {
        let headers = headers(&mail());
        for header in [
            "From: burnwatch <burnwatch@example.com>",
            "To: a@example.com, B <b@example.com>",
            "Subject: checkout burns",
            "Message-ID: <e1.1@example.com>",
            "In-Reply-To: <e1.0@example.com>",
            "References: <e1.0@example.com>",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(headers.iter().any(|line| line == header), "{headers:#?}");
        }
    }

    #[test]
    fn p3_nothing_adds_a_header() {
        let attacks = [
            "x\r\nBcc: evil@example.com",
            "x\nBcc: evil@example.com",
            "x\rBcc: e",
        ];
        for attack in attacks {
            let in_subject = MailRequest {
                subject: attack.to_owned(),
                ..mail()
            };
            let headers = headers(&in_subject);
            let is_added = |line: &String| line.to_lowercase().starts_with("bcc");
            assert!(!headers.iter().any(is_added), "{headers:#?}");

            let refused = |request: MailRequest| Letter::of(&request).is_err();
            let attack = || attack.to_owned();
            assert!(refused(MailRequest {
                from: attack(),
                ..mail()
            }));
            assert!(refused(MailRequest {
                to: vec![attack()],
                ..mail()
            }));
            let named = format!("{} <a@example.com>", attack());
            assert!(refused(MailRequest {
                to: vec![named],
                ..mail()
            }));
            assert!(refused(MailRequest {
                message_id: attack(),
                ..mail()
            }));
            assert!(refused(MailRequest {
                in_reply_to: Some(attack()),
                ..mail()
            }));
        }
    }

    #[test]
    fn an_id_is_short_and_without_brackets() {
        let fits = "i".repeat(ID_MAX_BYTES);
        assert!(angled(&fits).is_ok());
        assert!(angled(&format!("{fits}i")).is_err());
        for id in ["", "a b", "<a@b>", "ä@b"] {
            assert!(angled(id).is_err(), "{id}");
        }
    }

    #[test]
    fn whatever_the_texts_are_a_mail_is_ascii() {
        let mail = MailRequest {
            subject: "größer ⚠".to_owned(),
            text: "größer".to_owned(),
            ..mail()
        };
        assert!(Letter::of(&mail).unwrap().bytes.is_ascii());
    }
}
