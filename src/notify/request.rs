//! What goes out to a receiver, ready to be sent.
//!
//! Its texts are not printed: some services have their credential in the body, and a link to acknowledge is one.

use std::fmt;

use crate::base::Secret;

/// What goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Over HTTP.
    Http(HttpRequest),
    /// As mail.
    Mail(MailRequest),
}

/// A request over HTTP. Redirects are not followed. Its `Debug` says nothing of the body, which may carry a credential.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// How.
    pub method: Method,
    /// Where to; of some services it is the credential.
    pub url: Secret,
    /// With which headers beside those of HTTP itself; of some services one is the credential.
    pub headers: Vec<(&'static str, Secret)>,
    /// What.
    pub body: String,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("headers", &headers)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The methods that pagers need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// POST.
    Post,
    /// PUT.
    Put,
}

/// A mail. Its `Debug` says whose it is and which, and nothing of whom it is for or what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct MailRequest {
    /// Host and port of the mail server.
    pub smarthost: String,
    /// Whether the connection must be encrypted.
    pub tls: MailTls,
    /// Who sends it there, where the server wants to know.
    pub login: Option<(String, Secret)>,
    /// The sender.
    pub from: String,
    /// Whom it is for.
    pub to: Vec<String>,
    /// The subject: one line.
    pub subject: String,
    /// The same for every attempt at the same message, without the angle brackets.
    pub message_id: String,
    /// The id of the first message of the episode, which mail programs put its followers under.
    pub in_reply_to: Option<String>,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

impl fmt::Debug for MailRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailRequest")
            .field("smarthost", &self.smarthost)
            .field("tls", &self.tls)
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}

/// Whether a connection to a mail server must be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// It must: STARTTLS, or from the first byte on port 465.
    Required,
    /// Where the server offers it.
    Offered,
}
