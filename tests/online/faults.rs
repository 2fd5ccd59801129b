//! Servers that are down, slow, wrong or malicious: nothing is held against an SLO, and every run ends.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

use burnwatch::base::{Duration, Secret};
use burnwatch::lint::online::Weight;
use burnwatch::prometheus::{Answer, Failure, Fault, Question, Server};
use burnwatch::source::{Access, Endpoint, Header, Source, SourceSettings};

use super::kit::fake::{Behaviour, Fake, Request};
use super::slos::{MINUTELY, file, held_against, lines, source};

const SLO: &str = r#"objective: 99, sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code=~"5.."'}}"#;
const CLOCK: &str =
    r#"{"status":"success","data":{"resultType":"scalar","result":[1770000000,"1770000000"]}}"#;
const NOTHING: &str = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;

fn settings(url: &str) -> SourceSettings {
    SourceSettings::new(Endpoint::parse(url).unwrap())
}

/// What is said when every question meets this behaviour.
fn said(behave: impl Fn(&Request) -> Behaviour + Send + Sync + 'static) -> Vec<String> {
    let fake = Fake::start(behave);
    let mut settings = settings(&fake.url());
    settings.question_timeout = Duration::from_ms(500);
    said_with(settings)
}

fn said_with(settings: SourceSettings) -> Vec<String> {
    let mut source = Source::new(settings).unwrap();
    let text = file(&[SLO]);
    let online = held_against(&mut source, MINUTELY, &text, None);
    assert!(!online.is_complete());
    assert!(online.findings.is_empty(), "{:?}", online.findings);
    lines(&text, &online)
}

fn check(behave: impl Fn(&Request) -> Behaviour + Send + Sync + 'static, why: &str) {
    assert_eq!(
        said(behave),
        [format!("could not check against the server: {why}")]
    );
}

#[test]
fn a_server_that_is_down_is_said_to_be_unreachable() {
    let free = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap();
    let said = said_with(settings(&format!("http://{free}")));
    assert_eq!(said.len(), 1);
    let start = "could not check against the server: the server cannot be reached: ";
    assert!(
        said[0].starts_with(start) && said[0].contains("refused"),
        "{said:?}"
    );
}

#[test]
fn a_server_that_hangs_up_is_said_to_be_unreachable() {
    let said = said(|_| Behaviour::HangUp);
    let start = "could not check against the server: the server cannot be reached: ";
    assert!(said[0].starts_with(start), "{said:?}");
}

#[test]
fn a_server_that_says_nothing_is_given_up_on() {
    check(|_| Behaviour::Silent, "no answer within 500ms");
}

#[test]
fn a_body_without_an_end_is_not_read_to_its_end() {
    let fake = Fake::start(|_| Behaviour::Endless);
    let said = said_with(settings(&fake.url()));
    assert_eq!(
        said,
        ["could not check against the server: the answer is longer than 32 MiB"]
    );
}

#[test]
fn an_answer_has_an_edge_and_so_has_a_run() {
    let fake = Fake::start(|_| Behaviour::json(CLOCK));
    let faults = |body_max_bytes, run_max_bytes| {
        let mut settings = settings(&fake.url());
        settings.in_flight_max = 1;
        settings.body_max_bytes = body_max_bytes;
        settings.run_max_bytes = run_max_bytes;
        let questions: Vec<Question> = (0..4).map(|n| Question::instant(n.to_string())).collect();
        let answers = Source::new(settings).unwrap().ask(&questions, None);
        let fault = |failure: Failure| failure.fault;
        answers
            .into_iter()
            .map(|answer| answer.map_err(fault).err())
            .collect::<Vec<_>>()
    };
    let length = CLOCK.len();
    assert_eq!(faults(length, 4 * length), [const { None }; 4]);
    let too_large = Some(Fault::TooLarge(length - 1));
    assert_eq!(faults(length - 1, 8 * length), vec![too_large; 4]);
    let most = 2 * length;
    let over = Some(Fault::RunTooLarge(most));
    assert_eq!(faults(length, most), [None, None, None, over]);
}

#[test]
fn a_page_is_no_answer() {
    check(
        |_| Behaviour::Answer(200, Vec::new(), "<html>\n<h1>Sign in</h1>".to_owned()),
        "this does not answer as the Prometheus API does (status 200): `<html>\\n<h1>Sign in</h1>`",
    );
}

#[test]
fn json_of_another_kind_is_no_answer() {
    check(
        |_| Behaviour::json(r#"{"took":3,"hits":[]}"#),
        "this does not answer as the Prometheus API does (status 200): `{\"took\":3,\"hits\":[]}`",
    );
}

#[test]
fn json_that_ends_too_early_is_no_answer() {
    check(
        |_| Behaviour::json(&CLOCK[..40]),
        "the answer ends too early",
    );
    check(
        |_| Behaviour::CutShort(CLOCK[..40].to_owned()),
        "the answer ends too early",
    );
}

#[test]
fn statuses_say_what_is_wrong() {
    let status = |status, body: &'static str| {
        said(move |_| Behaviour::Answer(status, Vec::new(), body.to_owned()))
            .concat()
            .replace("could not check against the server: ", "")
    };
    assert_eq!(
        status(500, "out\u{1b}[31m of order"),
        "the server answers with status 500: `out\\u{1b}[31m of order`"
    );
    for code in [401, 403] {
        assert_eq!(
            status(code, "no"),
            format!("the server does not accept the credentials (status {code})")
        );
    }
    assert_eq!(
        status(404, "404 page not found"),
        "the Prometheus API is not below this URL (status 404)"
    );
    assert_eq!(
        status(
            503,
            r#"{"status":"error","errorType":"timeout","error":"query timed out"}"#
        ),
        "the server refuses it (timeout): query timed out"
    );
}

#[test]
fn redirects_are_named_and_not_followed() {
    let other = Fake::start(|_| Behaviour::json(CLOCK));
    let to = format!("Location: {}/login?token=hunter2", other.url());
    let elsewhere = format!("{}/login", other.url());
    check(
        move |_| Behaviour::Answer(302, vec![to.clone()], String::new()),
        &format!(
            "the server redirects to `{elsewhere}` (status 302), and redirects are not followed"
        ),
    );
    assert!(other.requests().is_empty());
}

#[test]
fn a_server_that_loses_its_voice_makes_no_metric_missing() {
    let spoken = AtomicUsize::new(0);
    let said = said(move |_| match spoken.fetch_add(1, Ordering::SeqCst) {
        0 => Behaviour::json(CLOCK),
        1 => Behaviour::json(NOTHING),
        _ => Behaviour::Answer(503, Vec::new(), "overloaded".to_owned()),
    });
    assert_eq!(said.len(), 1, "{said:?}");
    let end = "the server answers with status 503: `overloaded` (and 1 more)";
    assert!(said[0].ends_with(end), "{said:?}");
    assert!(
        said[0].starts_with("could not check ON001, ON002, "),
        "{said:?}"
    );
}

#[test]
fn answers_that_may_lack_series_make_no_metric_missing() {
    let partial = r#"{"status":"success","warnings":["store a is down"],"data":{"resultType":"vector","result":[]}}"#;
    let spoken = AtomicUsize::new(0);
    let said = said(move |request| match spoken.fetch_add(1, Ordering::SeqCst) {
        0 => Behaviour::json(CLOCK),
        _ if request.path.contains("runtimeinfo") => {
            Behaviour::json(r#"{"status":"success","data":{"storageRetention":"100d"}}"#)
        }
        _ => Behaviour::json(partial),
    });
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].ends_with("the answer may lack series: store a is down"),
        "{said:?}"
    );
}

#[test]
fn a_server_with_other_metrics_is_asked_about_once() {
    let spoken = AtomicUsize::new(0);
    check(
        move |request| match spoken.fetch_add(1, Ordering::SeqCst) {
            0 => Behaviour::json(CLOCK),
            _ if request.path.contains("__name__") => {
                Behaviour::json(r#"{"status":"success","data":["node_load1"]}"#)
            }
            _ => Behaviour::json(NOTHING),
        },
        "is this the right server? it does not have the only metric that the SLOs need, nor one of a similar name",
    );
}

#[test]
fn a_server_that_takes_no_forms_is_asked_by_url() {
    let fake = Fake::start(|request| match request.method.as_str() {
        "POST" => Behaviour::Answer(405, Vec::new(), String::new()),
        _ => Behaviour::json(CLOCK),
    });
    let mut source = source(&format!("{}/prefix/", fake.url()));
    let answers = source.ask(&[Question::instant("time()")], Some(1_500));
    assert_eq!(
        answers[0].as_ref().unwrap().answer,
        Answer::Scalar(1_770_000_000.0)
    );
    let requests = fake.requests();
    assert_eq!(requests[0].path, "/prefix/api/v1/query");
    assert_eq!(requests[0].body, "query=time%28%29&time=1.500&timeout=30s");
    assert_eq!(
        requests[1].path,
        "/prefix/api/v1/query?query=time%28%29&time=1.500&timeout=30s"
    );
}

#[test]
fn credentials_and_headers_go_with_every_question() {
    let fake = Fake::start(|_| Behaviour::json(CLOCK));
    let ask = |access| {
        let mut settings = settings(&fake.url());
        settings.access = access;
        settings.headers = vec![Header::parse("X-Scope-OrgID: team").unwrap()];
        Source::new(settings)
            .unwrap()
            .ask(&[Question::instant("time()")], None);
    };
    ask(Access::Bearer(Secret::new("t0ken")));
    ask(Access::Basic {
        user: "u".to_owned(),
        password: Secret::new("p"),
    });
    let sent: Vec<String> = fake
        .requests()
        .into_iter()
        .flat_map(|request| request.headers)
        .filter(|line| line.starts_with("authorization") || line.starts_with("x-scope"))
        .collect();
    assert_eq!(
        sent,
        [
            "authorization: bearer t0ken",
            "x-scope-orgid: team",
            // base64 of u:p, in lower case as the fake server keeps its header lines.
            "authorization: basic dtpw",
            "x-scope-orgid: team",
        ]
    );
}

#[test]
fn as_many_questions_are_under_way_as_may_be() {
    let many: Vec<Question> = (0..24)
        .map(|n| Question::instant(format!("time() + {n}")))
        .collect();
    // Each question waits until as many are under way as may be, so that a client that asks fewer would never be answered.
    let gate = std::sync::Arc::new(std::sync::Barrier::new(3));
    let fake = Fake::start(move |_| {
        gate.wait();
        Behaviour::json(CLOCK)
    });
    let mut settings = settings(&fake.url());
    settings.in_flight_max = 3;
    let mut source = Source::new(settings).unwrap();
    let answers = source.ask(&many, None);
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(fake.most_at_once(), 3);
}

#[test]
fn a_run_asks_no_more_than_it_may() {
    let fake = Fake::start(|_| Behaviour::json(CLOCK));
    let mut settings = settings(&fake.url());
    settings.questions_max = 3;
    let mut source = Source::new(settings).unwrap();
    let asked = |source: &mut Source, count: usize| -> Vec<bool> {
        let questions: Vec<Question> = (0..count)
            .map(|n| Question::instant(n.to_string()))
            .collect();
        source
            .ask(&questions, None)
            .iter()
            .map(Result::is_ok)
            .collect()
    };
    assert_eq!(asked(&mut source, 2), [true, true]);
    assert_eq!(asked(&mut source, 2), [true, false]);
    assert_eq!(asked(&mut source, 1), [false]);
    assert_eq!(fake.requests().len(), 3);
}

#[test]
fn a_run_ends_with_its_deadline_and_says_so_of_every_question() {
    let fake = Fake::start(|_| Behaviour::Silent);
    let mut settings = settings(&fake.url());
    settings.run_timeout = Duration::from_ms(2_000);
    settings.in_flight_max = 3;
    let mut source = Source::new(settings).unwrap();
    let questions: Vec<Question> = (0..40).map(|n| Question::instant(n.to_string())).collect();
    let answers = source.ask(&questions, None);
    assert_eq!(answers.len(), 40);
    for answer in answers {
        let said = answer.unwrap_err().to_string();
        assert!(
            said.ends_with(": the 2s for all questions together were over"),
            "{said}"
        );
    }
    // Nobody was answered, so nobody made room for a fourth.
    assert_eq!(fake.requests().len(), 3);
}

#[test]
fn what_a_server_does_not_have_is_a_note() {
    let fake = Fake::start(|request| match request.path.as_str() {
        path if path.contains("runtimeinfo") => {
            Behaviour::Answer(404, Vec::new(), "404 page not found".to_owned())
        }
        _ if request.body.contains("time%28%29&") => Behaviour::json(CLOCK),
        _ if request.body.contains("timestamp") => Behaviour::json(
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"60"]}]}}"#,
        ),
        path if path.contains("__name__") => {
            Behaviour::json(r#"{"status":"success","data":["http_requests_total"]}"#)
        }
        _ => Behaviour::json(NOTHING),
    });
    let text = file(&[SLO]);
    let online = held_against(&mut source(&fake.url()), MINUTELY, &text, None);
    assert!(online.findings.is_empty(), "{:?}", lines(&text, &online));
    assert!(online.is_complete(), "{:?}", online.unchecked);
    let weights: Vec<Weight> = online
        .unchecked
        .iter()
        .map(|unchecked| unchecked.weight)
        .collect();
    assert_eq!(weights, [Weight::Unsupported]);
}
