//! What the tests send, and how.

use std::net::IpAddr;
use std::num::{NonZeroU64, NonZeroU128};
use std::sync::Arc;

use burnwatch::base::{Duration, Secret, Trace};
use burnwatch::net::{Lookup, LookupFault};
use burnwatch::notify::{
    Breakage, HttpRequest, MailRequest, MailTls, Method, Reply, Request, Response,
};
use burnwatch::transport::{Transport, TransportSettings};

/// Long enough for every server that answers.
pub const PATIENT: Duration = Duration::from_ms(30_000);
/// Short enough to be waited for.
pub const SHORT: Duration = Duration::from_ms(1_000);

/// A name service that knows `localhost` and nothing else, without asking anybody.
pub struct Local;

impl Lookup for Local {
    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupFault> {
        match host {
            "localhost" => Ok(vec![IpAddr::from([127, 0, 0, 1])]),
            "broken.invalid" => Err(LookupFault::Failed("try again".to_owned())),
            _ => Err(LookupFault::None),
        }
    }
}

pub fn settings(total_timeout: Duration) -> TransportSettings {
    TransportSettings {
        connect_timeout: total_timeout,
        total_timeout,
        lookup: Arc::new(Local),
        ..TransportSettings::default()
    }
}

pub fn transport(total_timeout: Duration) -> Transport {
    Transport::new(settings(total_timeout)).unwrap()
}

pub fn trace() -> Trace {
    Trace::new(
        NonZeroU128::new(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736).unwrap(),
        NonZeroU64::new(0x00f0_67aa_0ba9_02b7).unwrap(),
    )
}

pub fn post(url: &str) -> Request {
    Request::Http(http(url))
}

pub fn http(url: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Post,
        url: Secret::new(url),
        headers: vec![("Content-Type", Secret::new("application/json"))],
        body: "{}".to_owned(),
    }
}

pub fn mail(smarthost: &str) -> MailRequest {
    MailRequest {
        smarthost: smarthost.to_owned(),
        tls: MailTls::Offered,
        login: None,
        from: "burnwatch@example.com".to_owned(),
        to: vec!["oncall@example.com".to_owned()],
        subject: "checkout burns".to_owned(),
        message_id: "e1.1@example.com".to_owned(),
        in_reply_to: None,
        text: "It burns.\n.\n..".to_owned(),
        html: "<p>It burns.</p>".to_owned(),
    }
}

pub async fn send(transport: &Transport, request: Request) -> Reply {
    transport.send(request, trace(), &[]).await
}

pub fn response(reply: Reply) -> Response {
    match reply {
        Reply::Http(response) => response,
        other => panic!("{other:?}"),
    }
}

/// Which kind of breakage it is, and its reason.
pub fn breakage(reply: Reply) -> (&'static str, String) {
    match reply {
        Reply::Broken(Breakage::Unconnected(why)) => ("unconnected", why),
        Reply::Broken(Breakage::Untrusted(why)) => ("untrusted", why),
        Reply::Broken(Breakage::Lost(why)) => ("lost", why),
        other => panic!("{other:?}"),
    }
}
