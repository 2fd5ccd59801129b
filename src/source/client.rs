//! One question sent and one answer read, within a time and a size.

use std::error::Error;
use std::fmt;
use std::time;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode};

use super::access::Access;
use super::settings::{Partial, SourceSettings};
use crate::prometheus::{self, Fault, Question, Reply};

/// Longest URL of a redirect that is shown, in bytes.
const LOCATION_MAX_BYTES: usize = 2048;

/// A client of one server.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    settings: SourceSettings,
}

/// What came of a question.
#[derive(Debug)]
pub struct Heard {
    /// The answer, or why there is none.
    pub outcome: Result<Reply, Fault>,
    /// How long the body was that was read, in bytes.
    pub bytes: usize,
}

/// Why there is no client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientError(pub(super) String);

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no client can be made on this machine: {}", self.0)
    }
}

impl Client {
    /// A client for a server. Nothing is connected yet.
    pub fn new(settings: SourceSettings) -> Result<Client, ClientError> {
        // A second installation fails, and the first one is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let headers: HeaderMap = settings
            .headers
            .iter()
            .map(|header| (header.name.clone(), header.value.clone()))
            .collect();
        let builder = reqwest::Client::builder()
            .user_agent(concat!("burnwatch/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(Policy::none())
            .no_proxy();
        // Without encryption no certificates are needed, and a machine may have none.
        let builder = match settings.endpoint.is_encrypted() {
            true => builder,
            false => builder.tls_certs_only([]),
        };
        let http = builder
            .build()
            .map_err(|error| ClientError(innermost(&error)))?;
        Ok(Client { http, settings })
    }

    /// How this server is asked.
    pub fn settings(&self) -> &SourceSettings {
        &self.settings
    }

    /// Asks one question, for a Unix time in milliseconds or for the server's own.
    pub async fn ask(&self, question: &Question, at_ms: Option<i64>) -> Heard {
        let limit = self.settings.question_timeout;
        let asked = self.exchange(question, at_ms);
        let exchanged = tokio::time::timeout(time::Duration::from_millis(limit.as_ms()), asked);
        let exchanged = exchanged.await.unwrap_or(Err(Fault::TooSlow(limit)));
        match exchanged {
            Ok((status, body)) => Heard {
                outcome: prometheus::read(question, status, &body).and_then(|r| self.whole(r)),
                bytes: body.len(),
            },
            Err(fault) => Heard {
                bytes: match fault {
                    Fault::TooLarge(limit) => limit,
                    _ => 0,
                },
                outcome: Err(fault),
            },
        }
    }

    /// The answer, unless it may lack series and must not.
    fn whole(&self, reply: Reply) -> Result<Reply, Fault> {
        match (self.settings.partial, reply.partial()) {
            (Partial::Refused, Some(warning)) => Err(Fault::Partial(warning.to_string())),
            (Partial::Allowed, _) | (Partial::Refused, None) => Ok(reply),
        }
    }

    /// The status and the body.
    async fn exchange(
        &self,
        question: &Question,
        at_ms: Option<i64>,
    ) -> Result<(u16, Vec<u8>), Fault> {
        let method = match question.is_posted() {
            true => Method::POST,
            false => Method::GET,
        };
        let response = self.send(method, question, at_ms).await?;
        let again = question.is_posted() && response.status() == StatusCode::METHOD_NOT_ALLOWED;
        let response = match again {
            true => self.send(Method::GET, question, at_ms).await?,
            false => response,
        };
        let status = response.status();
        if status.is_redirection() {
            return Err(Fault::Redirected {
                status: status.as_u16(),
                to: location(&response),
            });
        }
        Ok((
            status.as_u16(),
            body(response, self.settings.body_max_bytes).await?,
        ))
    }

    async fn send(
        &self,
        method: Method,
        question: &Question,
        at_ms: Option<i64>,
    ) -> Result<Response, Fault> {
        let mut url = self.settings.endpoint.url(question.path());
        let parameters = question.parameters(at_ms, self.settings.question_timeout);
        let posted = method == Method::POST;
        if !posted && !parameters.is_empty() {
            url.query_pairs_mut().extend_pairs(&parameters);
        }
        let mut request = self.http.request(method, url);
        if posted {
            request = request.form(&parameters);
        }
        request = match &self.settings.access {
            Access::Open => request,
            Access::Bearer(token) => request.bearer_auth(token.expose()),
            Access::Basic { user, password } => request.basic_auth(user, Some(password.expose())),
        };
        request
            .send()
            .await
            .map_err(|error| Fault::Unreachable(innermost(&error)))
    }
}

/// The body, unless it is longer than `most` bytes: then reading stops there.
async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > most => {
                return Err(Fault::TooLarge(most));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(_) => return Err(Fault::CutShort),
        }
    }
}

/// Where a redirect leads, without what may be secret.
fn location(response: &Response) -> String {
    let text = response
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        .filter(|text| text.len() <= LOCATION_MAX_BYTES);
    let Some(text) = text else {
        return String::new();
    };
    match response.url().join(text) {
        Ok(mut url) => {
            // A URL that has no host has no credentials either.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.set_query(None);
            url.set_fragment(None);
            url.to_string()
        }
        Err(_) => String::new(),
    }
}

/// What the innermost cause of an error says; the outer ones repeat the URL.
pub(super) fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
