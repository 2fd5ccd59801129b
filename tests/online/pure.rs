//! What the checks ask and how they judge, with answers made up.

use burnwatch::lint::online::Online;
use burnwatch::lint::online::past::REPLAYED_MAX;
use burnwatch::prometheus::{Answer, Failure, Fault, Question, Reply, Sample, SampleValue, Server};

use super::slos::{file, held_against, lines};

const WORKSPACE: &str = "apiVersion: burnwatch/v1\nteams: {payments: {}}\n";

/// Answers by a function, and keeps what was asked.
struct Table<F> {
    answer: F,
    asked: Vec<Question>,
}

impl<F: Fn(&Question) -> Result<Answer, Fault>> Server for Table<F> {
    fn ask(&mut self, questions: &[Question], _: Option<i64>) -> Vec<Result<Reply, Failure>> {
        self.asked.extend_from_slice(questions);
        let answer = |question: &Question| {
            let reply = |answer| Reply {
                answer,
                warnings: Vec::new(),
                infos: Vec::new(),
                spent: None,
            };
            let failure = |fault| Failure {
                asked: question.to_string(),
                fault,
            };
            (self.answer)(question).map(reply).map_err(failure)
        };
        questions.iter().map(answer).collect()
    }
}

fn ask<F: Fn(&Question) -> Result<Answer, Fault>>(
    slos: &[&str],
    answer: F,
) -> (String, Online, Vec<Question>) {
    let mut table = Table {
        answer,
        asked: Vec::new(),
    };
    let text = file(slos);
    let online = held_against(&mut table, WORKSPACE, &text, None);
    (text, online, table.asked)
}

fn vector(samples: impl IntoIterator<Item = (Vec<(&'static str, String)>, f64)>) -> Answer {
    let sample = |(labels, value): (Vec<(&'static str, String)>, f64)| Sample {
        labels: labels
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        value: SampleValue::Float(value),
    };
    Answer::Vector(samples.into_iter().map(sample).collect())
}

const JOBS: usize = 100;
const METRICS: usize = 20;

/// A server where every metric has every job, with two codes.
fn rich(question: &Question) -> Result<Answer, Fault> {
    let jobs = |value: f64| {
        let codes = |job: usize| ["200", "500"].map(|code| (job, code));
        let sample = |(job, code): (usize, &str)| {
            (
                vec![("job", format!("j{job}")), ("code", code.to_owned())],
                value,
            )
        };
        vector((0..JOBS).flat_map(codes).map(sample))
    };
    Ok(match question {
        Question::Instant { query, .. } if query == "time()" => Answer::Scalar(1.77e9),
        Question::Instant { query, .. } if query == "count(up)" => vector([(Vec::new(), 1.0)]),
        Question::Instant { query, .. } if query.contains("__name__") => {
            vector((0..METRICS).map(|n| (vec![("__name__", format!("m{n}_total"))], 200.0)))
        }
        Question::Instant { query, .. } if query.contains("count by") => jobs(1.0),
        Question::Instant { query, .. } if query.contains("count_over_time") => jobs(120.0),
        Question::Instant { query, .. } if query.contains("increase") => jobs(1e5),
        Question::Metadata { .. } => Answer::Types(vec!["counter".to_owned()]),
        Question::Runtime => Answer::Retention(Some("100d".to_owned())),
        Question::Range { .. } => Answer::Matrix(Vec::new()),
        other => panic!("{other}"),
    })
}

#[test]
fn slos_over_the_same_metrics_share_their_questions() {
    let slos: Vec<String> = (0..JOBS * METRICS)
        .map(|n| {
            let (job, metric) = (n % JOBS, n / JOBS);
            format!("objective: 99, sli: {{ratio: {{events: 'm{metric}_total{{job=\"j{job}\"}}', errors_where: 'code=~\"5..\"'}}}}")
        })
        .collect();
    let slos: Vec<&str> = slos.iter().map(String::as_str).collect();
    let (text, online, asked) = ask(&slos, rich);
    let rest = "could not check ON009, ON010, ON011: a run replays the last days of 50 SLOs, and there are more";
    assert_eq!(lines(&text, &online), [rest]);
    assert!(online.is_complete(), "a limit of ours is no failure");
    assert_eq!(online.asked, asked.len());
    // Three for the canary and the names, one for how long samples are kept. For each metric: the groups of events and
    // of errors, two looks at scrapes of both, four at the traffic of the events, and its type. Four for each SLO that is replayed:
    // two for its steps, and two for whole hours, which tell how often targets are scraped.
    assert_eq!(
        asked.len(),
        3 + 1 + METRICS * (2 + 2 * 2 + 4 + 1) + 4 * REPLAYED_MAX
    );
}

#[test]
fn a_metric_with_too_many_series_is_asked_about_one_selector_at_a_time() {
    let slo = r#"objective: 99, sli: {ratio: {events: 'm0_total{job="j1"}', errors_where: 'kode="500"'}}"#;
    let (text, online, _) = ask(&[slo], |question| match question {
        Question::Instant { query, .. } if query.starts_with("topk(20001, ") => {
            let group = |n: usize| (vec![("job", n.to_string())], 1.0);
            Ok(vector((0..20_001).map(group)))
        }
        Question::Instant { query, .. } => Ok(match query.as_str() {
            "count(m0_total{job=\"j1\"})" => vector([(Vec::new(), 7.0)]),
            "count(m0_total{job=\"j1\",kode=\"500\"})" => vector([]),
            "topk(1000, count by (job) (m0_total))" => {
                vector([(vec![("job", "j1".to_owned())], 9.0)])
            }
            "topk(1000, count by (kode) (m0_total{job=\"j1\"}))" => vector([(Vec::new(), 7.0)]),
            _ => return rich(question),
        }),
        Question::Series { .. } => Ok(Answer::Series(Vec::new())),
        _ => rich(question),
    });
    assert_eq!(
        lines(&text, &online),
        [
            "ON002 warning at `kode=\"500\"`: no series of `m0_total{job=\"j1\"}` has the label `kode`; nothing passes this"
        ]
    );
}

#[test]
fn a_server_without_any_of_several_metrics_is_probably_another_one() {
    let slos = [
        r#"objective: 99, sli: {ratio: {events: 'orders_total', errors_where: 'code="500"'}}"#,
        r#"objective: 99, sli: {ratio: {events: 'b_total', errors_where: 'code="500"'}}"#,
    ];
    let names = |names: &'static [&'static str]| {
        let (text, online, _) = ask(&slos, move |question| match question {
            Question::Instant { query, .. } if query.contains("__name__") => Ok(vector([])),
            Question::Names { .. } => Ok(Answer::Names(
                names.iter().map(|name| name.to_string()).collect(),
            )),
            _ => rich(question),
        });
        lines(&text, &online)
    };
    assert_eq!(
        names(&["node_load1"]),
        [
            "could not check against the server: is this the right server? it does not have any of the 2 metrics that the SLOs need, nor one of a similar name"
        ]
    );
    assert_eq!(
        names(&["orders"]),
        [
            "ON001 error at `orders_total`: the server has no metric `orders_total`; no series now, and none in the last 7d; `orders` is similar",
            "ON001 error at `b_total`: the server has no metric `b_total`; no series now, and none in the last 7d",
        ]
    );
}

#[test]
fn a_question_that_fails_leaves_the_rest_judged() {
    let slo = r#"objective: 99, sli: {ratio: {events: 'm0_total{job="j1"}', errors_where: 'code="500"'}}"#;
    let (text, online, _) = ask(&[slo], |question| match question {
        Question::Runtime => Err(Fault::NoSuchApi(404)),
        Question::Metadata { .. } => Ok(Answer::Types(vec!["gauge".to_owned()])),
        Question::Instant { query, .. } if query.contains("count_over_time") => {
            Err(Fault::Refused {
                kind: "execution".to_owned(),
                message: "too many samples".to_owned(),
            })
        }
        _ => rich(question),
    });
    assert_eq!(
        lines(&text, &online),
        [
            "ON004 error at `m0_total`: `m0_total` is a gauge, and no counter; counted with `increase`",
            "could not check ON007, ON013: the query `topk(20001, max by (code, job) (count_over_time(m0_total[30m…`: the server refuses it (execution): too many samples (and 3 more)",
            "could not check ON008 retention-too-short: how long samples are kept: the server does not have this part of the API (status 404)",
        ]
    );
    assert!(!online.is_complete());
}

#[test]
fn an_answer_to_another_question_is_none() {
    let slo = r#"objective: 99, sli: {ratio: {events: 'm0_total{job="j1"}', errors_where: 'code="500"'}}"#;
    let (text, online, _) = ask(&[slo], |question| match question {
        Question::Instant { query, .. } if query.contains("count by (code, job)") => {
            Ok(Answer::Scalar(7.0))
        }
        _ => rich(question),
    });
    assert_eq!(
        lines(&text, &online),
        [
            "could not check ON001, ON002, ON003, ON004, ON005, ON007, ON009, ON010, ON011, ON012, ON013: the query `topk(20001, count by (code, job) (m0_total))`: this does not answer as the Prometheus API does (status 200): `an answer to another question`"
        ]
    );
    assert!(!online.is_complete());
}

#[test]
fn what_is_documented_can_be_read() {
    for check in burnwatch::lint::online::CHECKS {
        for text in [check.example, check.instead] {
            let mut down = Table {
                answer: |_: &Question| Err(Fault::Unreachable("down".to_owned())),
                asked: Vec::new(),
            };
            let online = held_against(&mut down, WORKSPACE, text, None);
            assert_eq!(online.asked, 1, "{}", check.code.id);
        }
    }
}

#[test]
fn without_slos_nothing_is_asked() {
    let mut table = Table {
        answer: rich,
        asked: Vec::new(),
    };
    let online = burnwatch::lint::online::check(&[], &mut table, None);
    assert!(table.asked.is_empty() && online.is_complete());
}
