//! What is said beside a past: where its data is not what it should be.

use burnwatch::base::Duration;
use burnwatch::plan;
use burnwatch::prometheus::{Answer, Failure, Question, Reply, Server, Track};
use burnwatch::replay::{Depth, Note, Past, Span, ask};

use crate::slos;
use crate::track::{BEGIN_MS, MINUTE_MS, WORKSPACE, file};

const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Events of a minute.
const PER_MINUTE: f64 = 600.0;

/// A server of one counter.
struct Counter {
    /// How far apart its samples are.
    scraped: Duration,
    /// In so many of the last minutes every fourth has no number.
    gaps: i64,
    end_ms: i64,
}

impl Counter {
    fn value(&self, at_ms: i64, step_ms: i64, reach_ms: i64) -> Option<f64> {
        let minute = (self.end_ms - at_ms) / MINUTE_MS;
        let is_gap = step_ms == MINUTE_MS && minute < self.gaps * 4 && minute % 4 == 2;
        let samples = reach_ms / self.scraped.as_ms() as i64;
        (samples >= 2 && !is_gap).then(|| PER_MINUTE * reach_ms as f64 / MINUTE_MS as f64)
    }
}

impl Server for Counter {
    fn ask(&mut self, questions: &[Question], _: Option<i64>) -> Vec<Result<Reply, Failure>> {
        let answer = |question: &Question| {
            let Question::Range {
                query,
                start_ms,
                end_ms,
                step_ms,
            } = question
            else {
                panic!("{question}");
            };
            let range = query.rsplit('[').next().unwrap().split(']').next().unwrap();
            let reach: Duration = range.parse().unwrap();
            let times = (0..=(end_ms - start_ms) / step_ms).map(|at| start_ms + at * step_ms);
            let points = times.filter_map(|at_ms| {
                Some((at_ms, self.value(at_ms, *step_ms, reach.as_ms() as i64)?))
            });
            let track = Track {
                points: points.collect(),
                ..Track::default()
            };
            Ok(Reply {
                answer: Answer::Matrix(vec![track]),
                warnings: Vec::new(),
                infos: Vec::new(),
                spent: None,
            })
        };
        questions.iter().map(answer).collect()
    }
}

/// The last six hours, by a server whose samples are so far apart, with so many gaps.
fn past(rules: &str, scraped: &str, gaps: i64) -> Past {
    let (slos, settings) = slos::read(&format!("{WORKSPACE}{rules}"), &file(""));
    let plan = plan::plan(&slos[0], slos[0].windows);
    let end_ms = BEGIN_MS + 40 * 24 * HOUR_MS;
    let span = Span {
        from_ms: end_ms - 6 * HOUR_MS,
        to_ms: end_ms,
    };
    let mut server = Counter {
        scraped: scraped.parse().unwrap(),
        gaps,
        end_ms,
    };
    ask(&plan, &settings, span, Depth::Tiers, &mut server).unwrap()
}

#[test]
fn gaps_beyond_those_that_are_bridged_are_said() {
    let check = |gaps: i64, expected: &[Note]| {
        assert_eq!(past("", "15s", gaps).notes, expected, "{gaps}");
    };
    check(0, &[]);
    check(64, &[]);
    check(65, &[Note::Unbridged(1)]);
    check(80, &[Note::Unbridged(16)]);
}

/// Of a sample a minute a range of a minute and a quarter has one or two, by chance.
#[test]
fn samples_further_apart_than_declared_are_said() {
    let check = |rules: &str, scraped: &str, expected: Option<[&str; 2]>| {
        let past = past(rules, scraped, 0);
        let note = expected.map(|both| {
            let [found, declared] = both.map(|text| text.parse().unwrap());
            Note::Scraped { found, declared }
        });
        let notes: Vec<Note> = note.into_iter().collect();
        assert_eq!(past.notes, notes, "{rules} {scraped}");
        assert!(past.groups.values().all(|group| group.total.events > 0.0));
    };
    check("", "15s", None);
    check("", "60s", Some(["60s", "15s"]));
    check("rules: {scrape_interval: 60s}\n", "60s", None);
    check("rules: {scrape_interval: 60s}\n", "2m", Some(["2m", "60s"]));
    let said = past("", "60s", 0).notes[0].to_string();
    let start = "samples are about 60 s apart, `rules.scrape_interval` says 15 s";
    assert!(said.starts_with(start), "{said}");
}
