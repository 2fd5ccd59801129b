//! Ranges asked of real servers: in pieces that they answer, with the values that are there.

use burnwatch::prometheus::range::{RANGE_POINTS_MAX, chunks};
use burnwatch::prometheus::{Answer, Failure, Fault, Question, Reply, Server, Track, clock};
use burnwatch::source::Source;

use super::data::{self, NOW_S};
use super::slos::source;

const MINUTE_MS: i64 = 60_000;
const NOW_MS: i64 = NOW_S * 1_000;
/// As far back as there is data: too far for one answer.
const ALL_MS: i64 = 8 * 24 * 60 * MINUTE_MS;

fn range(query: &str, start_ms: i64, end_ms: i64) -> Question {
    Question::Range {
        query: query.to_owned(),
        start_ms,
        end_ms,
        step_ms: MINUTE_MS,
    }
}

fn tracks(answer: Result<Reply, Failure>) -> Vec<Track> {
    match answer.unwrap().answer {
        Answer::Matrix(tracks) => tracks,
        other => panic!("{other:?}"),
    }
}

/// Two series over all the data, and nothing before it.
fn check(source: &mut Source) {
    let query = "http_requests_total{job=\"flaky\"}";
    let pieces = chunks(NOW_MS - ALL_MS, NOW_MS, MINUTE_MS);
    assert_eq!(pieces.len(), 2);
    let questions: Vec<Question> = pieces
        .iter()
        .map(|(start_ms, end_ms)| range(query, *start_ms, *end_ms))
        .collect();
    let answers = source.ask(&questions, None);
    let mut points: Vec<(i64, f64)> = Vec::new();
    for answer in answers {
        let all = tracks(answer);
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|track| track.histograms == 0));
        let ok = all.iter().find(|track| track.labels["code"] == "200");
        points.extend(&ok.unwrap().points);
    }
    let expected = |at: i64| {
        let since_ms = at * MINUTE_MS;
        (NOW_MS - ALL_MS + since_ms, (1_000 + since_ms / 100) as f64)
    };
    let expected: Vec<(i64, f64)> = (0..=ALL_MS / MINUTE_MS).map(expected).collect();
    assert_eq!(points, expected);
    let before = NOW_MS - 2 * ALL_MS;
    let nothing = source.ask(&[range(query, before, before + MINUTE_MS)], None);
    assert_eq!(tracks(nothing.into_iter().next().unwrap()), []);
}

/// How far the server's clock is from ours.
fn ahead(source: &mut Source) -> clock::Ahead {
    let now_ms = || jiff::Timestamp::now().as_millisecond();
    let asked_ms = now_ms();
    let answers = source.ask(&[clock::question()], None);
    let reply = answers.into_iter().next().unwrap().unwrap();
    clock::ahead(clock::clock_ms(&reply).unwrap(), asked_ms, now_ms())
}

#[test]
fn ranges_are_read_from_prometheus() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = data::prometheus(folder.path());
    let mut source = source(&server.url());
    check(&mut source);
    // It counts steps, not points.
    let most = NOW_MS - RANGE_POINTS_MAX * MINUTE_MS;
    let answers = source.ask(
        &[
            range("vector(1)", most, NOW_MS),
            range("vector(1)", most - MINUTE_MS, NOW_MS),
        ],
        None,
    );
    let [full, over] = <[_; 2]>::try_from(answers).unwrap();
    assert_eq!(tracks(full)[0].points.len() as i64, RANGE_POINTS_MAX + 1);
    let over = over.unwrap_err().fault;
    assert!(matches!(over, Fault::Refused { .. }), "{over:?}");
    assert!(!ahead(&mut source).exceeds(burnwatch::base::Duration::from_ms(1_000)));
}

#[test]
fn ranges_are_read_from_victoria_metrics() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = data::victoria(folder.path());
    let mut source = source(&server.url());
    check(&mut source);
    let ahead = ahead(&mut source);
    assert!(
        !ahead.exceeds(burnwatch::base::Duration::from_ms(1_000)),
        "{ahead:?}"
    );
    assert!(ahead.least_ms < -20_000, "{ahead:?}");
}
