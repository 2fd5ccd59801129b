//! One link asked, within a time.
//!
//! Nothing of it says who asks: no credentials, no cookies, no page that it was found on. Bodies are not read.

use std::error::Error;
use std::sync::Arc;
use std::time;

use reqwest::header::LOCATION;
use reqwest::redirect::Policy;

use super::client::ClientError;
use super::links::LinkSettings;
use super::lookup::{Guard, NotAdmitted};
use crate::base::Duration;
use crate::base::address::realm;
use crate::net::innermost;
use crate::web::{Doubt, Method, Reach, Step, Verdict, WebUrl, step};

/// Most redirects of one link that are followed.
pub const REDIRECTS_MAX: usize = 5;

/// Asks links.
pub(super) struct LinkClient {
    http: reqwest::Client,
    reach: Reach,
    connect_timeout: Duration,
    link_timeout: Duration,
}

impl LinkClient {
    /// A client that connects to nothing out of reach. Nothing is connected yet.
    pub(super) fn new(settings: &LinkSettings) -> Result<LinkClient, ClientError> {
        // A second installation fails, and the first one is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("burnwatch/", env!("CARGO_PKG_VERSION")))
                .redirect(Policy::none())
                .referer(false)
                .retry(reqwest::retry::never())
                // A proxy connects where nobody judges the address.
                .no_proxy()
                .connect_timeout(time::Duration::from_millis(
                    settings.connect_timeout.as_ms(),
                ))
                .dns_resolver(Arc::new(Guard {
                    lookup: settings.lookup.clone(),
                    reach: settings.reach,
                }))
        };
        // A machine without certificates can still ask those links that need none.
        let http = builder()
            .build()
            .or_else(|_| builder().tls_certs_only([]).build())
            .map_err(|error| ClientError(innermost(&error)))?;
        Ok(LinkClient {
            http,
            reach: settings.reach,
            connect_timeout: settings.connect_timeout,
            link_timeout: settings.link_timeout,
        })
    }

    /// What became of a link, with all its redirects.
    pub(super) async fn ask(&self, url: WebUrl) -> Verdict {
        let limit = time::Duration::from_millis(self.link_timeout.as_ms());
        let walked = tokio::time::timeout(limit, self.walk(url)).await;
        walked.unwrap_or(Verdict::Unknown(Doubt::TooSlow(self.link_timeout)))
    }

    async fn walk(&self, url: WebUrl) -> Verdict {
        let (mut at, mut method, mut redirects) = (url, Method::Head, 0);
        loop {
            let (status, location) = match self.send(method, &at).await {
                Ok(answer) => answer,
                Err(verdict) => return verdict,
            };
            match step(method, &at, status, location.as_deref()) {
                Step::Over(verdict) => return verdict,
                Step::Get => method = Method::Get,
                Step::To(_) if redirects == REDIRECTS_MAX => {
                    return Verdict::Unknown(Doubt::Redirects(REDIRECTS_MAX));
                }
                Step::To(to) => {
                    redirects += 1;
                    at = to;
                }
            }
        }
    }

    /// The status, and where the page is said to be.
    async fn send(&self, method: Method, url: &WebUrl) -> Result<(u16, Option<String>), Verdict> {
        // An address is connected without being looked up, past the guard of names.
        let refusal = url
            .address()
            .and_then(|address| self.reach.refuses(realm(address)));
        if let Some(doubt) = refusal {
            return Err(Verdict::Unknown(doubt));
        }
        let request = match method {
            Method::Head => self.http.head(url.as_str()),
            Method::Get => self.http.get(url.as_str()),
        };
        let response = request.send().await;
        let response = response.map_err(|error| self.verdict_of(&error))?;
        let location = response.headers().get(LOCATION);
        let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok((response.status().as_u16(), location))
    }

    /// What an error says of the link.
    fn verdict_of(&self, error: &reqwest::Error) -> Verdict {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(inner) = cause {
            if let Some(NotAdmitted(verdict)) = inner.downcast_ref() {
                return verdict.clone();
            }
            cause = inner.source();
        }
        Verdict::Unknown(match error.is_timeout() {
            true => Doubt::TooSlow(self.connect_timeout),
            false => Doubt::Unreachable(innermost(error)),
        })
    }
}
