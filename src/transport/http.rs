//! A request over HTTP and its answer.

use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{DATE, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Url};
use tokio::time::timeout_at;

use super::client::{Deadline, time_of, unconnected};
use super::settings::{Proxy, TransportError, TransportSettings};
use crate::base::{Duration, Trace, retry_after};
use crate::net::{Lookup, LookupFault, innermost, tls_fault};
use crate::notify::reply::BODY_MAX_BYTES;
use crate::notify::{Breakage, HttpRequest, Method, Reply, Response};

/// How much more of a body is read than is kept, in bytes, so that a secret which is cut at the end is known as one.
const OVERHANG_BYTES: usize = 4 << 10;
/// How long a connection is kept for the next request.
const IDLE_MAX: Duration = Duration::minutes(1);
/// Most connections to one host that are kept for the next request.
const IDLE_PER_HOST_MAX: usize = 4;

/// Sends requests over HTTP.
pub(super) struct HttpClient {
    client: reqwest::Client,
    connect_timeout: Duration,
}

impl HttpClient {
    pub(super) fn new(settings: &TransportSettings) -> Result<HttpClient, TransportError> {
        let roots = match &settings.extra_roots_pem {
            Some(pem) => Certificate::from_pem_bundle(pem).map_err(|_| TransportError::Roots)?,
            None => Vec::new(),
        };
        let builder = || {
            let builder = reqwest::Client::builder()
                .user_agent(concat!("burnwatch/", env!("CARGO_PKG_VERSION")))
                .redirect(Policy::none())
                .referer(false)
                // What is sent again is decided by those who count.
                .retry(reqwest::retry::never())
                .connect_timeout(time_of(settings.connect_timeout))
                .pool_idle_timeout(time_of(IDLE_MAX))
                .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
                .dns_resolver(Arc::new(Names(settings.lookup.clone())));
            match settings.proxy {
                Proxy::None => builder.no_proxy(),
                Proxy::Environment => builder,
            }
        };
        // A machine without certificates can still reach those who need none, or are known by those in the settings.
        let client = builder()
            .tls_certs_merge(roots.iter().cloned())
            .build()
            .or_else(|_| builder().tls_certs_only(roots).build())
            .map_err(|error| TransportError::Client(innermost(&error)))?;
        Ok(HttpClient {
            client,
            connect_timeout: settings.connect_timeout,
        })
    }

    pub(super) async fn send(
        &self,
        request: HttpRequest,
        trace: Trace,
        deadline: Deadline,
    ) -> Reply {
        let request = match self.made(request, trace) {
            Ok(request) => request,
            Err(why) => return unconnected(why),
        };
        match timeout_at(deadline.at, self.client.execute(request)).await {
            Err(_) => lost(format!("no answer within {}", deadline.total)),
            Ok(Err(error)) => self.broken(&error),
            Ok(Ok(response)) => Reply::Http(read(response, deadline).await),
        }
    }

    /// The request, ready to be sent; where it cannot be, why, without saying what is in it.
    fn made(&self, request: HttpRequest, trace: Trace) -> Result<reqwest::Request, String> {
        let url = Url::parse(request.url.expose())
            .map_err(|error| format!("the URL cannot be used: {error}"))?;
        if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
            return Err("the URL begins neither with `http://` nor with `https://`".to_owned());
        }
        let method = match request.method {
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        let mut building = self.client.request(method, url);
        for (name, value) in &request.headers {
            let sendable = HeaderName::from_bytes(name.as_bytes())
                .ok()
                .zip(HeaderValue::from_str(value.expose()).ok());
            let Some((key, mut value)) = sendable else {
                return Err(format!("the header `{name}` holds what cannot be sent"));
            };
            value.set_sensitive(true);
            building = building.header(key, value);
        }
        building
            .header("traceparent", trace.parent())
            .body(request.body)
            .build()
            .map_err(|error| format!("the request cannot be made: {}", innermost(&error)))
    }

    /// What an error says of what was received.
    fn broken(&self, error: &reqwest::Error) -> Reply {
        let why = innermost(error);
        match (error.is_connect(), tls_fault(error)) {
            (true, Some(_)) => Reply::Broken(Breakage::Untrusted(why)),
            // Who wants a certificate of ours says so only after the connection stands, and reads nothing.
            (false, Some(rustls::Error::AlertReceived(_))) => {
                Reply::Broken(Breakage::Untrusted(why))
            }
            (true, None) if error.is_timeout() => {
                unconnected(format!("no connection within {}", self.connect_timeout))
            }
            (true, None) => unconnected(why),
            (false, _) => lost(why),
        }
    }
}

fn lost(why: String) -> Reply {
    Reply::Broken(Breakage::Lost(why))
}

/// An answer begins with its status, which is an answer already: a body that does not come, does not end or breaks off takes
/// nothing from it.
async fn read(mut response: reqwest::Response, deadline: Deadline) -> Response {
    let header = |name| response.headers().get(name)?.to_str().ok();
    let retry_after = header(RETRY_AFTER).and_then(|value: &str| retry_after(value, header(DATE)));
    let status = response.status().as_u16();
    let most = BODY_MAX_BYTES + OVERHANG_BYTES;
    let mut body = Vec::new();
    while body.len() < most {
        let Ok(Ok(Some(chunk))) = timeout_at(deadline.at, response.chunk()).await else {
            break;
        };
        body.extend_from_slice(&chunk[..chunk.len().min(most - body.len())]);
    }
    Response {
        status,
        retry_after,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// Says where hosts are.
struct Names(Arc<dyn Lookup>);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.clone();
        Box::pin(async move {
            let addresses = addresses(lookup, name.as_str().to_owned()).await;
            let found = addresses.map_err(Nowhere)?.into_iter();
            Ok(Box::new(found.map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// The addresses of a host, at least one; or why there is none.
pub(super) async fn addresses(
    lookup: Arc<dyn Lookup>,
    host: String,
) -> Result<Vec<std::net::IpAddr>, String> {
    let asked = host.clone();
    let looked = tokio::task::spawn_blocking(move || lookup.addresses(&asked)).await;
    match looked {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Ok(_) | Err(LookupFault::None)) => Err(format!("the host `{host}` has no address")),
        Ok(Err(LookupFault::Failed(why))) => {
            Err(format!("nobody says where the host `{host}` is: {why}"))
        }
        Err(_) => Err(format!("the lookup of the host `{host}` was given up")),
    }
}

/// Why there is no address, on its way through the errors of the client.
#[derive(Debug)]
struct Nowhere(String);

impl fmt::Display for Nowhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Nowhere {}
