//! P1: credentials are in no reply, however the other side repeats them, and in no log.

use std::io;
use std::sync::{Arc, Mutex};

use burnwatch::base::Secret;
use burnwatch::notify::{HttpRequest, MailRequest, Request};
use tracing_subscriber::fmt::MakeWriter;

use super::kit::fake::{Behaviour, Fake};
use super::peer::Peer;
use super::sender::{PATIENT, SHORT, http, mail, trace, transport};
use super::smtp::Smtp;

/// Each as it stands in a request.
const CANARIES: [&str; 7] = [
    "c4nary-user",
    "c4nary-password",
    "c4nary-path",
    "c4nary-query",
    "c4nary-header",
    "c4nary-body",
    "c4nary-login",
];

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

fn assert_hidden(what: &str, text: &str) {
    let text = text.to_lowercase();
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what}: {text}");
    }
}

fn request(place: &str) -> HttpRequest {
    let base = place.trim_start_matches("http://");
    let secrets = "c4nary-user:c4nary-password";
    let url = format!("http://{secrets}@{base}/hook/c4nary-path-0123?key=c4nary-query");
    HttpRequest {
        headers: vec![("X-Api-Key", Secret::new("Key c4nary-header"))],
        body: "{\"routing_key\":\"c4nary-body\"}".to_owned(),
        ..http(&url)
    }
}

async fn check_http(what: &str, place: &str) -> String {
    let patience = match what {
        "silent" => SHORT,
        _ => PATIENT,
    };
    let request = Request::Http(request(place));
    let mut shown = format!("{request:?}");
    let hidden = [Secret::new("c4nary-body")];
    let reply = transport(patience).send(request, trace(), &hidden).await;
    shown += &format!("{reply:?}");
    assert_hidden(what, &shown);
    shown
}

#[tokio::test]
async fn p1_credentials_are_in_no_reply_and_in_no_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    tracing::info!("begin");

    // It repeats all that it was sent.
    let echo = Fake::start(|request| {
        let headers = request.headers.join("\n");
        let text = format!("{}\n{headers}\n{}", request.path, request.body);
        Behaviour::Answer(400, vec![], text)
    });
    let shown = check_http("echo", &echo.url()).await;
    assert!(shown.contains("******"), "{shown}");
    for (what, behave) in [
        ("silent", (|| Behaviour::Silent) as fn() -> Behaviour),
        ("hang up", || Behaviour::HangUp),
    ] {
        let server = Fake::start(move |_| behave());
        check_http(what, &server.url()).await;
    }
    let speaks_strangely = Peer::start(|talk| {
        let lines = talk.head()?;
        talk.say(&format!("HTTP/1.1 {}\r\n\r\n", lines.join("/")))
    });
    check_http("strange", &speaks_strangely.place()).await;
    check_http("nobody", "nowhere.invalid").await;
    check_http("malformed", "[").await;

    let echo = Smtp::default()
        .extension("AUTH PLAIN")
        .answer(
            "AUTH",
            "535 AGM0bmFyeS1sb2dpbgBjNG5hcnktcGFzc3dvcmQ= c4nary-login c4nary-password oncall@example.com",
        )
        .start();
    let request = Request::Mail(MailRequest {
        login: Some(("c4nary-login".to_owned(), Secret::new("c4nary-password"))),
        ..mail(&echo.place())
    });
    let mut shown = format!("{request:?}");
    let reply = transport(PATIENT).send(request, trace(), &[]).await;
    shown += &format!("{reply:?}");
    assert_hidden("mail", &shown);
    assert!(shown.contains("535") && !shown.contains("AGM0"), "{shown}");
    assert!(!shown.contains("oncall@"), "{shown}");

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("begin"), "{logged}");
    assert_hidden("the log", &logged);
}
