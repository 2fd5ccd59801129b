//! What only a server that scrapes can tell: the types of metrics, and how long samples are kept by default.

use std::time::{Duration, Instant};

use burnwatch::prometheus::{Answer, Question, Server};
use burnwatch::source::Source;

use super::kit::fake::{Behaviour, Fake};
use super::kit::prometheus::Prometheus;
use super::slos::{MINUTELY, file, held_against, lines, source};

/// How long a server may take until it has scraped.
const SCRAPED_DEADLINE: Duration = Duration::from_secs(60);

const EXPOSED: &str = "# TYPE requests_total counter\nrequests_total{code=\"200\"} 5\n\
    # TYPE requests_in_flight gauge\nrequests_in_flight{code=\"200\"} 5\n\
    # TYPE seconds histogram\nseconds_bucket{le=\"1\"} 1\nseconds_bucket{le=\"+Inf\"} 1\nseconds_sum 1\nseconds_count 1\n\
    untyped_total 3\n";

/// Waits until the server has scraped, and knows what.
fn wait_for_metadata(source: &mut Source) {
    let deadline = Instant::now() + SCRAPED_DEADLINE;
    let questions = [
        Question::instant("requests_in_flight"),
        Question::Metadata {
            metric: "requests_in_flight".to_owned(),
        },
    ];
    while Instant::now() < deadline {
        let answers = source.ask(&questions, None);
        let known = answers
            .iter()
            .all(|answer| match answer.as_ref().map(|reply| &reply.answer) {
                Ok(Answer::Vector(samples)) => !samples.is_empty(),
                Ok(Answer::Types(types)) => !types.is_empty(),
                _ => false,
            });
        if known {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nothing was scraped within {SCRAPED_DEADLINE:?}");
}

#[test]
fn a_gauge_that_is_counted_and_a_retention_below_the_period_are_found() {
    let target = Fake::start(|_| {
        let kind = "Content-Type: text/plain; version=0.0.4".to_owned();
        Behaviour::Answer(200, vec![kind], EXPOSED.to_owned())
    });
    let address = target.url().replace("http://", "");
    let config = format!(
        "scrape_configs: [{{job_name: a, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{{targets: [\"{address}\"]}}]}}]\n"
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Prometheus::configured(&folder.path().join("data"), &config, &[]);
    wait_for_metadata(&mut source(&server.url()));
    let text = file(&[
        r#"objective: 99, sli: {ratio: {events: 'requests_total{job="a"}', errors_where: 'code="200"'}}"#,
        r#"objective: 99, sli: {ratio: {events: 'requests_in_flight{job="a"}', errors_where: 'code="200"'}}"#,
        r#"objective: 99, sli: {ratio: {events: 'untyped_total{job="a"}', errors: 'untyped_total{job="a"}'}}"#,
        r#"objective: 99, sli: {latency: {histogram: 'seconds{job="a"}', threshold: 1s}}"#,
        r#"objective: 99, period: 15d, sli: {gauge: {metric: 'requests_in_flight{job="a"}'}}"#,
        r#"objective: 99, period: 60d, sli: {gauge: {metric: 'up{job="a"}'}}"#,
    ]);
    let online = held_against(&mut source(&server.url()), MINUTELY, &text, None);
    let said: Vec<String> = lines(&text, &online)
        .into_iter()
        // The gauge has the value 5; how that is judged is tested elsewhere.
        .filter(|line| !line.starts_with("ON006"))
        .collect();
    assert_eq!(
        said,
        [
            "ON004 error at `requests_in_flight`: `requests_in_flight` is a gauge, and no counter; counted with `increase`",
            "ON008 warning at `60d`: the server keeps samples for 15d, and the period is 60d; of the 60d, only 15d will be known",
        ]
    );
    let retention = online
        .findings
        .iter()
        .find(|finding| finding.code.id == "ON008");
    let notes = &retention.expect("it is among the findings").notes;
    assert!(
        notes.contains(&"4 more SLOs have a period that is too long".to_owned()),
        "{notes:?}"
    );
}
