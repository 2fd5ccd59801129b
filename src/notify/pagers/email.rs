//! E-mail: text and HTML, all mails about an episode as one conversation.
//!
//! The id of a mail is made of the episode and the number of its message, so that a second attempt has the same, and a mail
//! server or program that looks at ids shows it once.

use maud::html;

use crate::base::{Duration, Secret};
use crate::model::roster;
use crate::model::roster::receiver::Email as Settings;
use crate::notify::judged::{Judged, Reason, ReasonKind, Receipt};
use crate::notify::limit::{Limit, Measure};
use crate::notify::message::Message;
use crate::notify::pager::{Address, Budget, Cadence, Identity, Pager, Size};
use crate::notify::reply::{MailStage, Reply};
use crate::notify::request::{MailRequest, MailTls, Request};
use crate::notify::text::{Page, cut, plain};
use crate::notify::{verdict, words};

/// Longest subject, in characters.
const SUBJECT_CHARS_MAX: usize = 400;
/// Longest text, in characters.
const TEXT_CHARS_MAX: usize = 100_000;
/// Longest list of the members of a storm, in characters.
const MEMBERS_CHARS_MAX: usize = 50_000;
/// Largest HTML, in bytes.
const HTML_BYTES_MAX: usize = 1 << 20;
/// Most digits of the key in an id.
const KEY_DIGITS: usize = 32;

/// How long its parts may be.
const LIMITS: &[Limit] = &[
    Limit::chars("subject", SUBJECT_CHARS_MAX),
    Limit::chars("text", TEXT_CHARS_MAX),
    Limit::bytes("html", HTML_BYTES_MAX),
];

/// E-mail.
pub struct Email;

impl Pager for Email {
    fn kind(&self) -> &'static str {
        "email"
    }

    fn identity(&self) -> Identity {
        Identity::Unkeyed
    }

    fn budget(&self) -> Budget {
        Budget {
            burst: 10,
            refill: Duration::from_ms(1_000),
        }
    }

    fn cadence(&self) -> Cadence {
        Cadence::Once
    }

    fn doc(&self) -> &'static str {
        "A mail in text and HTML to everybody in `to` (several are separated by commas), through `smarthost`, from `from`; the \
         connection is encrypted unless `require_tls` is `false`. Mails about one episode belong to one conversation. An answer \
         from 400 to 499 is tried again, one from 500 on refuses. Where the connection breaks after the text was sent, the same \
         mail is sent again with the same `Message-ID`, and says that it is possibly a repeat."
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
        let roster::Pager::Email(settings) = address.pager else {
            super::foreign(self.kind())
        };
        let from = header(settings.from.as_deref(), "from")?;
        if !from.contains('@') {
            return Err(unmade("`from` is no address"));
        }
        let to: Vec<String> = settings
            .to
            .split(',')
            .map(str::trim)
            .map(String::from)
            .collect();
        for each in &to {
            if !header(Some(each), "to")?.contains('@') {
                return Err(unmade("`to` has something that is no address"));
            }
        }
        let first = id(message, 1, from);
        let message_id = id(message, message.sequence, from);
        Ok(Some(Request::Mail(MailRequest {
            smarthost: header(settings.smarthost.as_deref(), "smarthost")?.to_string(),
            tls: match settings.require_tls {
                Some(false) => MailTls::Offered,
                Some(true) | None => MailTls::Required,
            },
            login: login(settings, address)?,
            from: from.to_string(),
            to,
            subject: cut(&words::headline(message), SUBJECT_CHARS_MAX),
            in_reply_to: (message_id != first).then_some(first),
            message_id,
            text: words::plain_body(message, address, Identity::Unkeyed, size, TEXT_CHARS_MAX),
            html: html(message, address, size),
        })))
    }

    fn judge(&self, _message: &Message, reply: &Reply) -> Judged {
        let (code, stage) = match reply {
            Reply::Mail { code, stage, .. } => (*code, *stage),
            Reply::Http(response) => return verdict::stranger(response),
            Reply::Broken(breakage) => return verdict::broken(breakage),
        };
        let at = match stage {
            MailStage::Session => "at the beginning",
            MailStage::Recipient => "for a recipient",
            MailStage::Data => "for the text",
        };
        let text = format!("the mail server says {code} {at}");
        match (code, stage) {
            (200..=299, MailStage::Data) => verdict::delivered(),
            (400..=499, _) => verdict::retry(ReasonKind::Limited, text, None, Receipt::None),
            (523 | 552, _) => Judged::TooLarge,
            (530 | 534 | 535 | 538, _) | (500..=599, MailStage::Recipient) => {
                verdict::refused(ReasonKind::Denied, text)
            }
            (500..=599, _) => verdict::refused(ReasonKind::Misunderstood, text),
            // It went on, and then there was nothing.
            _ => verdict::retry(ReasonKind::Lost, text, None, Receipt::None),
        }
    }
}

fn unmade(text: impl Into<String>) -> Reason {
    Reason {
        kind: ReasonKind::Unmade,
        text: text.into(),
    }
}

/// A setting that goes into a header or a command: one line.
fn header<'a>(value: Option<&'a str>, name: &str) -> Result<&'a str, Reason> {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    let value = value.ok_or_else(|| unmade(format!("the receiver has no `{name}`")))?;
    match value.chars().any(char::is_control) {
        true => Err(unmade(format!("`{name}` is more than one line"))),
        false => Ok(value),
    }
}

fn login(settings: &Settings, address: &Address<'_>) -> Result<Option<(String, Secret)>, Reason> {
    let Some(user) = &settings.auth_username else {
        return Ok(None);
    };
    let password = address.secret.ok_or_else(|| Reason {
        kind: ReasonKind::Secret,
        text: "the password was not read".to_string(),
    })?;
    let password = password.expose().trim_end_matches(['\r', '\n']);
    Ok(Some((
        header(Some(user), "auth_username")?.to_string(),
        Secret::new(password),
    )))
}

/// The id of a message: the key, when the episode began (keys come back with the next one) and its number.
fn id(message: &Message, sequence: u64, from: &str) -> String {
    let key = &message.key.as_str()[..KEY_DIGITS];
    let domain = from.rsplit('@').next().unwrap_or_default();
    let domain: String = domain
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        .collect();
    let domain = match domain.is_empty() {
        true => "burnwatch.invalid",
        false => &domain,
    };
    format!("{key}.{}.{sequence}@{domain}", message.opened_ms)
}

fn html(message: &Message, address: &Address<'_>, size: Size) -> String {
    let is_whole = size == Size::Whole;
    let mut page = Page::new(MEMBERS_CHARS_MAX, Measure::Chars, plain);
    if is_whole {
        words::add_members(&mut page, message);
    }
    let members = page.into_text();
    let facts = match is_whole && message.members.is_empty() {
        true => words::facts(message),
        false => Vec::new(),
    };
    let page = html! {
        h2 { (words::headline(message)) }
        @for note in words::notes(message, Identity::Unkeyed) { p { (note) } }
        p { (words::times(message)) }
        p {
            @for (name, url) in words::links(message) { a href=(url) { (name) } " " }
        }
        @if is_whole && !message.text.is_empty() {
            p style="white-space: pre-line" { (words::text(message)) }
        }
        @if !facts.is_empty() {
            table {
                @for (name, value) in facts { tr { td { (name) } td { (value) } } }
            }
        }
        @if !members.is_empty() {
            ul {
                @for member in members.lines() { li { (member.trim_start_matches("- ")) } }
            }
        }
        p { (words::signature(message, address)) }
    };
    page.into_string()
}
