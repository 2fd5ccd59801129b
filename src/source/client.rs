//! One question sent and one answer read, within a time and a size.

use std::fmt;
use std::sync::Arc;
use std::time;

use reqwest::header::{DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode};

use super::access::Access;
use super::endpoint::Endpoint;
use super::settings::SourceSettings;
use crate::base::{Duration, Trace, http_date, retry_after};
use crate::net::{Mask, innermost};
use crate::prometheus::Partial;
use crate::prometheus::{self, Fault, Question, Reply};

/// Longest URL of a redirect that is shown, in bytes.
const LOCATION_MAX_BYTES: usize = 2048;

/// A client of one server.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    endpoint: Endpoint,
    settings: Arc<SourceSettings>,
    mask: Mask,
}

/// What came of a question.
#[derive(Debug)]
pub struct Heard {
    /// The answer, or why there is none.
    pub outcome: Result<Reply, Fault>,
    /// How long the body was that was read, in bytes.
    pub bytes: usize,
    /// The pause that the server asks for.
    pub retry_after: Option<Duration>,
    /// The second in which it answered, by its own clock, in Unix milliseconds.
    pub date_ms: Option<i64>,
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
    /// A client for a server, which is asked as the settings say. Nothing is connected yet.
    pub fn new(endpoint: Endpoint, settings: Arc<SourceSettings>) -> Result<Client, ClientError> {
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
            // What is asked again is asked by those who count.
            .retry(reqwest::retry::never())
            .no_proxy();
        // Without encryption no certificates are needed, and a machine may have none.
        let builder = match endpoint.is_encrypted() {
            true => settings.tls.configure(builder),
            false => builder.tls_certs_only([]),
        };
        let http = builder
            .build()
            .map_err(|error| ClientError(innermost(&error)))?;
        let mask = Mask::new(settings.access.secrets());
        Ok(Client {
            http,
            endpoint,
            settings,
            mask,
        })
    }

    /// Which server it is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// How this server is asked.
    pub fn settings(&self) -> &SourceSettings {
        &self.settings
    }

    /// Asks one question, for a Unix time in milliseconds or for the server's own, as a part of `trace` where it is one.
    pub async fn ask(
        &self,
        question: &Question,
        at_ms: Option<i64>,
        trace: Option<Trace>,
    ) -> Heard {
        let limit = self.settings.question_timeout;
        let asked = self.exchange(question, at_ms, trace);
        let exchanged = tokio::time::timeout(time::Duration::from_millis(limit.as_ms()), asked);
        let exchanged = exchanged.await.unwrap_or(Err(Fault::TooSlow(limit)));
        match exchanged {
            Ok(exchanged) => {
                let read = self.read(question, &exchanged);
                Heard {
                    outcome: read.and_then(|reply| self.whole(reply)),
                    bytes: exchanged.body.len(),
                    retry_after: exchanged.retry_after,
                    date_ms: exchanged.date_ms,
                }
            }
            Err(fault) => Heard {
                bytes: match fault {
                    Fault::TooLarge(limit) => limit,
                    _ => 0,
                },
                outcome: Err(fault),
                retry_after: None,
                date_ms: None,
            },
        }
    }

    /// The answer; where there is none, why, without our credentials, which a server may repeat.
    fn read(&self, question: &Question, exchanged: &Exchanged) -> Result<Reply, Fault> {
        let read = |body: &[u8]| prometheus::read(question, exchanged.status, body);
        read(&exchanged.body).or_else(|fault| match self.mask.hide(&exchanged.body) {
            Some(masked) => read(&masked),
            None => Err(fault),
        })
    }

    /// The answer, unless it may lack series and must not.
    fn whole(&self, reply: Reply) -> Result<Reply, Fault> {
        match (self.settings.partial, reply.partial()) {
            (Partial::Refused, Some(warning)) => {
                Err(Fault::Partial(self.mask.text(warning.to_string())))
            }
            (Partial::Allowed, _) | (Partial::Refused, None) => Ok(reply),
        }
    }

    async fn exchange(
        &self,
        question: &Question,
        at_ms: Option<i64>,
        trace: Option<Trace>,
    ) -> Result<Exchanged, Fault> {
        let method = match question.is_posted() {
            true => Method::POST,
            false => Method::GET,
        };
        let response = self.send(method, question, at_ms, trace).await?;
        let again = question.is_posted() && response.status() == StatusCode::METHOD_NOT_ALLOWED;
        let response = match again {
            true => self.send(Method::GET, question, at_ms, trace).await?,
            false => response,
        };
        let status = response.status();
        if status.is_redirection() {
            return Err(Fault::Redirected {
                status: status.as_u16(),
                to: self.mask.text(location(&response)),
            });
        }
        let retry_after = header(&response, RETRY_AFTER)
            .and_then(|value| retry_after(value, header(&response, DATE)));
        let date_s = header(&response, DATE).and_then(http_date);
        Ok(Exchanged {
            date_ms: date_s.map(|date_s| date_s.saturating_mul(1_000)),
            status: status.as_u16(),
            body: body(response, self.settings.body_max_bytes).await?,
            retry_after,
        })
    }

    async fn send(
        &self,
        method: Method,
        question: &Question,
        at_ms: Option<i64>,
        trace: Option<Trace>,
    ) -> Result<Response, Fault> {
        let mut url = self.endpoint.url(question.path());
        let parameters = question.parameters(at_ms, self.settings.question_timeout);
        let posted = method == Method::POST;
        if !posted && !parameters.is_empty() {
            url.query_pairs_mut().extend_pairs(&parameters);
        }
        let mut request = self.http.request(method, url);
        if posted {
            request = request.form(&parameters);
        }
        if let Some(trace) = trace {
            request = request.header("traceparent", trace.parent());
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

/// What a server sent.
struct Exchanged {
    status: u16,
    body: Vec<u8>,
    retry_after: Option<Duration>,
    date_ms: Option<i64>,
}

fn header(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
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
    let text = header(response, LOCATION).filter(|text| text.len() <= LOCATION_MAX_BYTES);
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
