//! Several servers: which of them answers, and that a batch is never put together from two (E15).

use std::time::Instant;

use burnwatch::base::Duration;
use burnwatch::prometheus::{Answer, Fault, Question, Reply, Server};
use burnwatch::source::{Endpoint, Partial, Source, SourceSettings};

use super::attempts::{refusal, scalar, status};
use super::kit::fake::{Behaviour, Fake, Request};

fn settings(servers: &[&Fake]) -> SourceSettings {
    let mut endpoints = servers
        .iter()
        .map(|fake| Endpoint::parse(&fake.url()).unwrap());
    let mut settings = SourceSettings::new(endpoints.next().unwrap());
    settings.others = endpoints.collect();
    settings.question_timeout = Duration::from_ms(500);
    settings
}

fn servers(servers: &[&Fake]) -> Source {
    Source::new(settings(servers)).unwrap()
}

/// The values of the questions `1` and `2`; nothing where one failed.
fn ask(source: &mut Source) -> [Option<f64>; 2] {
    values(source, ["1", "2"])
}

fn values(source: &mut Source, queries: [&str; 2]) -> [Option<f64>; 2] {
    let questions = queries.map(Question::instant);
    let answers = source.ask(&questions, None);
    let value = |reply: &Reply| match reply.answer {
        Answer::Scalar(value) => value,
        _ => panic!("{reply:?}"),
    };
    let values: Vec<Option<f64>> = answers
        .iter()
        .map(|answer| answer.as_ref().ok().map(value))
        .collect();
    values.try_into().unwrap()
}

fn answered_by(source: &Source, fake: &Fake) -> bool {
    source.answered_by().map(ToString::to_string) == Some(fake.url())
}

fn is_second(request: &Request) -> bool {
    request.body.contains("query=2&")
}

#[test]
fn e15_the_first_server_that_can_answer_does_and_no_other_is_asked() {
    let (first, second) = (Fake::start(|_| scalar(1)), Fake::start(|_| scalar(2)));
    let mut source = servers(&[&first, &second]);
    assert!(source.answered_by().is_none());
    assert_eq!(ask(&mut source), [Some(1.0); 2]);
    assert!(answered_by(&source, &first));
    assert!(second.requests().is_empty());
}

#[test]
fn e15_a_batch_that_one_server_answers_in_part_is_answered_by_the_next_one_in_whole() {
    for fails in [
        || status(503, &[]),
        || Behaviour::HangUp,
        || Behaviour::Silent,
        || Behaviour::CutShort("{".to_owned()),
        || {
            Behaviour::json(
                r#"{"status":"success","isPartial":true,"data":{"resultType":"scalar","result":[0,"1"]}}"#,
            )
        },
    ] {
        let first = Fake::start(move |request| match is_second(request) {
            true => fails(),
            false => scalar(1),
        });
        let second = Fake::start(|_| scalar(2));
        let mut source = servers(&[&first, &second]);
        assert_eq!(ask(&mut source), [Some(2.0); 2]);
        assert!(answered_by(&source, &second));
        // It answered first, and stays.
        assert_eq!(values(&mut source, ["3", "4"]), [Some(2.0); 2]);
        let is_later = |request: &Request| {
            ["query=3&", "query=4&"]
                .iter()
                .any(|query| request.body.contains(query))
        };
        assert!(!first.requests().iter().any(is_later));
    }
}

#[test]
fn a_server_that_failed_once_is_not_waited_for_while_there_is_another() {
    let first = Fake::start(|request| match is_second(request) {
        true => status(503, &[]),
        false => Behaviour::Silent,
    });
    let second = Fake::start(|_| scalar(2));
    let mut settings = settings(&[&first, &second]);
    settings.question_timeout = Duration::minutes(2);
    let started = Instant::now();
    assert_eq!(ask(&mut Source::new(settings).unwrap()), [Some(2.0); 2]);
    let took = started.elapsed();
    assert!(took.as_secs() < 60, "{took:?}");
}

#[test]
fn what_a_server_refuses_for_good_is_not_asked_of_another() {
    for fails in [
        || refusal(422, "execution"),
        || status(401, &[]),
        || Behaviour::json("<html>"),
    ] {
        let first = Fake::start(move |request| match is_second(request) {
            true => fails(),
            false => scalar(1),
        });
        let second = Fake::start(|_| scalar(2));
        let mut source = servers(&[&first, &second]);
        assert_eq!(ask(&mut source), [Some(1.0), None]);
        assert!(answered_by(&source, &first));
        assert!(second.requests().is_empty());
    }
}

#[test]
fn when_no_server_has_all_answers_those_of_the_best_one_are_taken() {
    let nothing = Fake::start(|_| status(503, &[]));
    let half = Fake::start(|request| match is_second(request) {
        true => status(503, &[]),
        false => scalar(2),
    });
    for order in [[&nothing, &half], [&half, &nothing]] {
        let mut source = servers(&order);
        assert_eq!(ask(&mut source), [Some(2.0), None]);
        assert!(answered_by(&source, &half));
    }
    let mut source = servers(&[&nothing, &nothing]);
    assert_eq!(ask(&mut source), [None, None]);
    assert!(source.answered_by().is_none());
}

#[test]
fn a_server_that_wants_to_be_left_alone_does_not_hold_up_the_next_one() {
    let first = Fake::start(|_| status(429, &["Retry-After: 3600"]));
    let second = Fake::start(|_| scalar(2));
    let mut source = servers(&[&first, &second]);
    assert_eq!(ask(&mut source), [Some(2.0); 2]);
}

/// What becomes of an answer with this beside it.
fn check_partial(beside: &str, expected: Option<&str>) {
    let body = format!(
        r#"{{"status":"success",{beside},"data":{{"resultType":"scalar","result":[0,"1"]}}}}"#
    );
    let fake = Fake::start(move |_| Behaviour::json(body.clone()));
    for partial in [Partial::Refused, Partial::Allowed] {
        let mut settings = settings(&[&fake]);
        settings.partial = partial;
        let answers = Source::new(settings)
            .unwrap()
            .ask(&[Question::instant("1")], None);
        let fault = answers[0].as_ref().err().map(|failure| &failure.fault);
        let expected = expected
            .filter(|_| partial == Partial::Refused)
            .map(|warning| Fault::Partial(warning.to_owned()));
        assert_eq!(fault, expected.as_ref(), "{beside}");
    }
}

#[test]
fn e2_an_answer_that_may_lack_series_is_none_unless_it_is_allowed() {
    let thanos =
        "receive series from Addr: store-2:10901 LabelSets: {} : rpc error: code = Unavailable";
    check_partial(&format!(r#""warnings":["{thanos}"]"#), Some(thanos));
    check_partial(r#""isPartial":true"#, Some("the server calls it partial"));
    check_partial(r#""isPartial":false"#, None);
    let annotation = "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: (1:6)";
    check_partial(&format!(r#""warnings":["{annotation}"]"#), None);
    check_partial(&format!(r#""infos":["{annotation}"]"#), None);
    check_partial(r#""infos":["fewer stores"]"#, None);
    let both = format!(r#""warnings":["{annotation}","{thanos}"],"infos":[]"#);
    check_partial(&both, Some(thanos));
}
