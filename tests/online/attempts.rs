//! What is asked again, how often and when; and what is not.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use burnwatch::base;
use burnwatch::prometheus::matrix::TRACKS_MAX;
use burnwatch::prometheus::{Answer, Fault, Labels, Question, Server, Track};
use burnwatch::source::{Endpoint, Source, SourceSettings};

use super::kit::fake::{Behaviour, Fake, Request};
use super::slos::source;

/// A scalar.
pub fn scalar(value: u32) -> Behaviour {
    Behaviour::json(format!(
        r#"{{"status":"success","data":{{"resultType":"scalar","result":[1770000000,"{value}"]}}}}"#
    ))
}

/// A status with a body that is an error of the API.
pub fn refusal(status: u16, kind: &str) -> Behaviour {
    let body = format!(r#"{{"status":"error","errorType":"{kind}","error":"no"}}"#);
    Behaviour::Answer(status, Vec::new(), body)
}

/// A status, with header lines, and a text that is no answer.
pub fn status(status: u16, headers: &[&str]) -> Behaviour {
    let headers = headers.iter().map(ToString::to_string).collect();
    Behaviour::Answer(status, headers, "busy".to_owned())
}

fn ask(url: &str) -> Result<Answer, Fault> {
    let mut settings = SourceSettings::new(Endpoint::parse(url).unwrap());
    settings.question_timeout = base::Duration::from_ms(500);
    let answers = Source::new(settings)
        .unwrap()
        .ask(&[Question::instant("time()")], None);
    let answer = answers.into_iter().next().unwrap();
    answer
        .map(|reply| reply.answer)
        .map_err(|failure| failure.fault)
}

/// What comes of a question when every attempt meets this behaviour, and how many attempts are made.
fn check(
    behave: impl Fn(&Request) -> Behaviour + Send + Sync + 'static,
    is_expected: impl Fn(&Fault) -> bool,
    attempts: usize,
) {
    let fake = Fake::start(behave);
    let fault = ask(&fake.url()).unwrap_err();
    assert!(is_expected(&fault), "{fault:?}");
    assert_eq!(fake.requests().len(), attempts, "{fault:?}");
}

#[test]
fn every_fault_is_known_and_only_what_may_pass_is_asked_again() {
    for code in [429, 500, 502, 503] {
        let is_overloaded = move |fault: &Fault| matches!(fault, Fault::Overloaded { status, .. } if *status == code);
        check(move |_| status(code, &[]), is_overloaded, 3);
        check(move |_| refusal(code, "unavailable"), is_overloaded, 3);
    }
    let is_refused = |fault: &Fault| matches!(fault, Fault::Refused { .. });
    check(|_| refusal(400, "bad_data"), is_refused, 1);
    check(|_| refusal(422, "execution"), is_refused, 1);
    check(|_| refusal(503, "timeout"), is_refused, 1);
    check(|_| refusal(200, "internal"), is_refused, 1);
    let is_denied = |fault: &Fault| matches!(fault, Fault::Denied(_));
    check(|_| status(401, &[]), is_denied, 1);
    check(|_| status(403, &[]), is_denied, 1);
    let is_foreign = |fault: &Fault| matches!(fault, Fault::NotThisApi { .. });
    check(
        |_| Behaviour::json("{\"status\":"),
        |f| *f == Fault::CutShort,
        3,
    );
    check(|_| Behaviour::json("nonsense"), is_foreign, 1);
    check(
        |_| Behaviour::CutShort("{".to_owned()),
        |f| *f == Fault::CutShort,
        3,
    );
    check(|_| Behaviour::Silent, |f| matches!(f, Fault::TooSlow(_)), 1);
    let is_unreachable = |fault: &Fault| matches!(fault, Fault::Unreachable(_));
    check(|_| Behaviour::HangUp, is_unreachable, 3);
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    assert!(ask(&url).is_err_and(|fault| is_unreachable(&fault)));
}

#[test]
fn what_passes_in_time_is_answered() {
    for failures in [1, 2] {
        let asked = AtomicUsize::new(0);
        let fake = Fake::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
            at if at < failures => status(503, &[]),
            _ => scalar(7),
        });
        assert_eq!(ask(&fake.url()), Ok(Answer::Scalar(7.0)));
        assert_eq!(fake.requests().len(), failures + 1);
    }
}

#[test]
fn of_a_batch_only_what_failed_is_asked_again() {
    let failed = AtomicUsize::new(0);
    let fake = Fake::start(move |request| {
        let is_second = request.body.contains("query=2&");
        match is_second && failed.fetch_add(1, Ordering::SeqCst) == 0 {
            true => status(503, &[]),
            false => scalar(1),
        }
    });
    let questions: Vec<Question> = (1..4).map(|n| Question::instant(n.to_string())).collect();
    let mut source = source(&fake.url());
    assert!(source.ask(&questions, Some(0)).iter().all(Result::is_ok));
    assert_eq!(fake.requests().len(), 4);
    assert_eq!(source.asked(), 3);
}

#[test]
fn a_server_is_left_alone_for_as_long_as_it_says() {
    for headers in [
        &["Retry-After: 1"][..],
        &[
            "Date: Sun, 06 Nov 1994 08:49:37 GMT",
            "Retry-After: Sun, 06 Nov 1994 08:49:38 GMT",
        ],
    ] {
        let arrivals = Arc::new(Mutex::new(Vec::new()));
        let seen = arrivals.clone();
        let fake = Fake::start(move |_| {
            let mut seen = seen.lock().unwrap();
            seen.push(Instant::now());
            match seen.len() {
                1 => status(429, headers),
                _ => scalar(7),
            }
        });
        assert_eq!(ask(&fake.url()), Ok(Answer::Scalar(7.0)), "{headers:?}");
        let arrivals = arrivals.lock().unwrap();
        let gap = arrivals[1] - arrivals[0];
        assert!(gap >= Duration::from_secs(1), "{headers:?} {gap:?}");
    }
}

#[test]
fn a_server_that_wants_to_be_left_alone_beyond_the_deadline_is_not_asked_again() {
    let fake = Fake::start(|_| status(503, &["Retry-After: 99999"]));
    let mut source = source(&fake.url());
    for query in ["1", "2"] {
        let answers = source.ask(&[Question::instant(query)], None);
        let fault = answers[0].as_ref().unwrap_err().fault.clone();
        assert!(
            matches!(fault, Fault::Overloaded { status: 503, .. }),
            "{fault:?}"
        );
    }
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn e5_an_answer_with_too_many_series_fails_alone_and_histograms_are_counted() {
    let matrix = |series: &str| {
        Behaviour::json(format!(
            r#"{{"status":"success","data":{{"resultType":"matrix","result":[{series}]}}}}"#
        ))
    };
    let fake = Fake::start(move |request| match request.body.contains("query=many&") {
        true => {
            let one = |at| format!(r#"{{"metric":{{"a":"{at}"}},"values":[]}}"#);
            let all: Vec<String> = (0..=TRACKS_MAX).map(one).collect();
            matrix(&all.join(","))
        }
        false => matrix(r#"{"metric":{},"values":[[1,"2"]],"histograms":[[2,{"count":"1"}]]}"#),
    });
    let question = |query: &str| Question::Range {
        query: query.to_owned(),
        start_ms: 1_000,
        end_ms: 2_000,
        step_ms: 1_000,
    };
    let answers = source(&fake.url()).ask(&[question("many"), question("few")], None);
    let [many, few] = <[_; 2]>::try_from(answers).unwrap();
    assert_eq!(many.unwrap_err().fault, Fault::TooManySeries(TRACKS_MAX));
    let track = Track {
        labels: Labels::new(),
        points: vec![(1_000, 2.0)],
        histograms: 1,
    };
    assert_eq!(few.unwrap().answer, Answer::Matrix(vec![track]));
    let few = fake
        .requests()
        .into_iter()
        .find(|request| request.body.contains("query=few"));
    let few = few.unwrap();
    assert_eq!((&*few.method, &*few.path), ("POST", "/api/v1/query_range"));
    let body = "query=few&start=1.000&end=2.000&step=1.000&timeout=30s";
    assert_eq!(few.body, body);
}
