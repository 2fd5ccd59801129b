//! What is asked so that SLOs can be judged, with a server that knows every number.

use burnwatch::base::SourceId;
use burnwatch::diagnostics::Findings;
use burnwatch::lint::options::SLOTS;
use burnwatch::model::{self, Workspace, slo::WindowMode};
use burnwatch::plan::{Plan, Settings, plan};
use burnwatch::prometheus::{Answer, Failure, Fault, Memory, Question, Reply, Server, Track};
use burnwatch::spec::check;
use burnwatch::spec::slo_file::SLO_FILE;
use burnwatch::spec::workspace_file::WORKSPACE_FILE;
use burnwatch::status::{Sight, Spending, Standing, Times, stand};
use burnwatch::yaml;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A thousand events a minute, and two errors among them.
const PER_MINUTE: (f64, f64) = (1_000.0, 2.0);

/// Answers everything, and keeps what was asked.
#[derive(Default)]
struct Steady {
    rounds: usize,
    asked: Vec<Question>,
    /// Answers with more points than this are too long.
    points_max: Option<i64>,
    /// There are no points after this.
    last_ms: Option<i64>,
    /// Questions with this in them are refused.
    refused: Option<&'static str>,
}

impl Server for Steady {
    fn ask(&mut self, questions: &[Question], _: Option<i64>) -> Vec<Result<Reply, Failure>> {
        self.rounds += 1;
        self.asked.extend_from_slice(questions);
        let answers = questions.iter().map(|question| {
            self.answer(question).map_err(|fault| Failure {
                asked: question.to_string(),
                fault,
            })
        });
        answers.collect()
    }
}

impl Steady {
    fn answer(&self, question: &Question) -> Result<Reply, Fault> {
        let (query, start_ms, end_ms, step_ms) = range(question);
        let points = (end_ms - start_ms) / step_ms + 1;
        if self.refused.is_some_and(|part| query.contains(part)) {
            return Err(Fault::Refused {
                kind: "execution".to_owned(),
                message: "no".to_owned(),
            });
        }
        if self.points_max.is_some_and(|most| points > most) {
            return Err(Fault::TooLarge(1));
        }
        let reach_ms = reach_ms(query);
        let minutes = reach_ms as f64 / 60_000.0;
        let value = match query.contains("code") {
            true => PER_MINUTE.1 * minutes,
            false => PER_MINUTE.0 * minutes,
        };
        let points = (0..points).map(|at| (start_ms + at * step_ms, value));
        let track = Track {
            points: points
                .filter(|(at_ms, _)| self.last_ms.is_none_or(|last_ms| *at_ms <= last_ms))
                .collect(),
            ..Track::default()
        };
        Ok(Reply {
            answer: Answer::Matrix(vec![track]),
            warnings: Vec::new(),
            infos: Vec::new(),
            spent: None,
        })
    }
}

fn range(question: &Question) -> (&str, i64, i64, i64) {
    match question {
        Question::Range {
            query,
            start_ms,
            end_ms,
            step_ms,
        } => (query, *start_ms, *end_ms, *step_ms),
        other => panic!("{other}"),
    }
}

/// How far back an `increase` reads.
fn reach_ms(query: &str) -> i64 {
    let range = query.rsplit('[').next().unwrap().split(']').next().unwrap();
    let reach: burnwatch::base::Duration = range.split(':').next().unwrap().parse().unwrap();
    reach.as_ms() as i64
}

/// How these SLOs, in flow style without names, stand at a time.
fn stands(slos: &[&str], now_ms: i64, server: &mut dyn Server) -> Vec<Standing> {
    let mut faults = Findings::new();
    let node = |source: u32, text: &str| {
        let (documents, faults) = yaml::read(SourceId(source), text);
        assert!(faults.is_empty(), "{text}\n{faults:?}");
        documents.into_iter().next().unwrap().root
    };
    let text = "apiVersion: burnwatch/v1\nteams: {payments: {}}\n";
    let mut workspace = node(0, text);
    check::check(&mut workspace, &WORKSPACE_FILE, &SLOTS, &mut faults);
    let workspace = Workspace::resolve(&workspace, &mut faults);
    let settings = Settings::of(&workspace);
    let mut text = "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nslos:\n".to_owned();
    for (at, slo) in slos.iter().enumerate() {
        text.push_str(&format!("  - {{name: s{at}, objective: 99.9, {slo}}}\n"));
    }
    let mut file = node(1, &text);
    check::check(&mut file, &SLO_FILE, &SLOTS, &mut faults);
    let slos = model::slos(&file, &workspace, &mut faults);
    assert!(faults.is_empty(), "{text}\n{faults:#?}");
    let plans: Vec<Plan<'_>> = slos
        .iter()
        .map(|slo| plan(slo, WindowMode::Recorded))
        .collect();
    stand(&plans, &settings, Times::at(now_ms), server, &mut |_| ())
}

const RATIO: &str = r#"sli: {ratio: {events: 'a_total{job="a"}', errors_where: 'code="500"'}}"#;
/// The last hour of a month of 31 days.
const LAST_HOUR_MS: i64 = 1_793_487_600_000;

#[test]
fn the_last_day_of_a_long_month_knows_the_first() {
    let slo = format!("period: {{calendar: month}}, {RATIO}");
    let [standing] = &stands(&[&slo], LAST_HOUR_MS, &mut Steady::default())[..] else {
        panic!("one SLO stands once");
    };
    let group = &standing.groups[0];
    let least_ms = 30 * DAY + 23 * HOUR - 120_000;
    assert!(group.known.whole_ms >= least_ms, "{}", group.known.whole_ms);
    assert_eq!(group.known.known_ms, group.known.whole_ms);
    // Twice as many errors as the budget has, with the month nearly over.
    let left = group.budget.left.unwrap();
    assert!((left + 1.0).abs() < 0.01, "{left}");
    assert_eq!(group.spending, Spending::Spent);
}

#[test]
fn answers_that_are_too_long_are_asked_for_in_halves_and_say_the_same() {
    let mut whole = Steady::default();
    let mut cut = Steady {
        points_max: Some(100),
        ..Steady::default()
    };
    let expected = stands(&[RATIO], LAST_HOUR_MS, &mut whole);
    let found = stands(&[RATIO], LAST_HOUR_MS, &mut cut);
    assert_eq!(format!("{found:?}"), format!("{expected:?}"));
    assert_eq!(whole.rounds, 1);
    assert!(cut.rounds > 1);
    let answered = |question: &&Question| cut.answer(question).is_ok();
    let steps = |questions: &mut dyn Iterator<Item = &Question>| -> i64 {
        let steps = questions
            .map(range)
            .map(|(_, from, to, step)| (to - from) / step + 1);
        steps.sum()
    };
    assert_eq!(
        steps(&mut cut.asked.iter().filter(answered)),
        steps(&mut whole.asked.iter()),
        "nothing is asked twice"
    );
}

#[test]
fn an_answer_that_cannot_be_cut_is_a_failure() {
    let mut server = Steady {
        points_max: Some(8),
        ..Steady::default()
    };
    let standings = stands(&[RATIO], LAST_HOUR_MS, &mut server);
    assert!(
        matches!(&standings[0].sight, Sight::Unasked(failure) if failure.fault == Fault::TooLarge(1))
    );
}

#[test]
fn one_that_fails_leaves_the_others_and_equal_questions_are_asked_once() {
    let other = RATIO.replace("500", "503");
    let foreign = RATIO.replace("a_total", "b_total");
    let mut server = Steady {
        refused: Some("b_total"),
        ..Steady::default()
    };
    let standings = stands(&[RATIO, &other, &foreign], LAST_HOUR_MS, &mut server);
    let seen: Vec<bool> = standings.iter().map(|s| s.sight == Sight::Clear).collect();
    assert_eq!(seen, [true, true, false]);
    assert_eq!(server.rounds, 1);
    let events = server
        .asked
        .iter()
        .filter(|question| !range(question).0.contains("code"));
    // Hours, five minutes and minutes of two metrics, and the hours of the last day.
    assert_eq!(events.count(), 4 * 2);
}

#[test]
fn a_hundred_slos_are_asked_about_in_a_few_rounds() {
    let slos: Vec<String> = (0..100)
        .map(|n| RATIO.replace("job=\"a\"", &format!("job=\"a{n}\"")))
        .collect();
    let slos: Vec<&str> = slos.iter().map(String::as_str).collect();
    let mut server = Steady::default();
    let standings = stands(&slos, LAST_HOUR_MS, &mut server);
    assert_eq!(standings.len(), 100);
    assert_eq!((server.rounds, server.asked.len()), (4, 800));
}

#[test]
fn a_second_look_asks_about_the_last_hours_alone() {
    let mut memory = Memory::new();
    let mut server = Steady::default();
    let mut look = |now_ms: i64| {
        let mut remembered = memory.of(&mut server, now_ms - HOUR);
        let standings = stands(&[RATIO], now_ms, &mut remembered);
        assert_eq!(standings[0].sight, Sight::Clear);
        std::mem::take(&mut server.asked).len()
    };
    let minutes = |minutes: i64| LAST_HOUR_MS + minutes * 60_000;
    assert_eq!(look(minutes(1)), 8);
    assert_eq!(look(minutes(2)), 2);
    assert_eq!(look(minutes(60)), 2);
    // Sections begin at whole hours.
    assert_eq!(look(minutes(61)), 8);
}

#[test]
fn no_question_looks_at_more_slices_than_servers_allow() {
    let slo = "sli: {threshold: {query: 'max(room_celsius)', good_when: '<= 30'}}";
    let mut server = Steady::default();
    stands(&[slo], LAST_HOUR_MS, &mut server);
    // VictoriaMetrics counts those before the first step, too.
    let slices = |question: &Question| {
        let (query, start_ms, end_ms, step_ms) = range(question);
        assert!(query.contains(":1m]"), "{query}");
        (end_ms - start_ms + step_ms) / 60_000
    };
    let most = server.asked.iter().map(slices).max().unwrap();
    assert!((20_000..=25_000).contains(&most), "{most}");
}

#[test]
fn a_slice_between_two_steps_is_counted_in_one_of_them() {
    let slo = "sli: {threshold: {query: 'max(room_celsius)', good_when: '<= 30'}}";
    let mut server = Steady::default();
    stands(&[slo], LAST_HOUR_MS, &mut server);
    // Prometheus 2 counts both ends of a range.
    for question in &server.asked {
        let (query, ..) = range(question);
        assert!(query.contains("59s999ms:1m]"), "{query}");
    }
}

#[test]
fn what_ceased_is_stale_at_every_moment_between_two_evaluations() {
    let slo = "sli: {ratio: {events: x_total, errors_where: 'code=~\"5..\"'}}, \
        alerting: {tiers: [{name: fast, severity: page, burn_rate: 10, long: 6m, short: 30s}]}";
    for seconds in [30, 45, 60, 75] {
        let now_ms = LAST_HOUR_MS + 40 * 60_000 + seconds * 1_000;
        let mut server = Steady {
            last_ms: Some(LAST_HOUR_MS),
            ..Steady::default()
        };
        let standing = stands(&[slo], now_ms, &mut server).remove(0);
        let is_stale = matches!(standing.sight, Sight::Stale { .. });
        assert!(is_stale, "{seconds}: {:?}", standing.sight);
    }
}
