//! Definitions that count the same are asked for once, and each has the past that it has alone.

use burnwatch::base::SourceId;
use burnwatch::diagnostics::Findings;
use burnwatch::model::slo::WindowMode;
use burnwatch::model::{Slo, Workspace, slos};
use burnwatch::plan::{Plan, Settings, plan};
use burnwatch::prometheus::{Answer, Failure, Question, Reply, Server, Track};
use burnwatch::replay::{Depth, Inquiry, Span, ask, ask_all};
use burnwatch::yaml;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Answers with events at every step, among them errors in one hour of each day; counts the questions.
#[derive(Default)]
struct Busy {
    asked: usize,
}

impl Server for Busy {
    fn ask(&mut self, questions: &[Question], _: Option<i64>) -> Vec<Result<Reply, Failure>> {
        self.asked += questions.len();
        questions
            .iter()
            .map(|question| Ok(answer(question)))
            .collect()
    }
}

fn answer(question: &Question) -> Reply {
    let Question::Range {
        query,
        start_ms,
        end_ms,
        step_ms,
    } = question
    else {
        panic!("{question} is no range");
    };
    let is_errors = query.contains("5..");
    let times = (0..)
        .map(|at| start_ms + at * step_ms)
        .take_while(|at_ms| at_ms <= end_ms);
    let value = |at_ms: i64| {
        let events = *step_ms as f64 / 100.0;
        match (is_errors, (at_ms - 1).rem_euclid(DAY) / HOUR) {
            (false, _) => events,
            (true, 7) => events * 0.02,
            (true, _) => 0.0,
        }
    };
    Reply {
        answer: Answer::Matrix(vec![Track {
            points: times.map(|at_ms| (at_ms, value(at_ms))).collect(),
            ..Track::default()
        }]),
        warnings: Vec::new(),
        infos: Vec::new(),
        spent: None,
    }
}

/// One SLO with this objective, events and tiers.
fn slo(objective: &str, events: &str, tiers: &str) -> Slo {
    let text = format!(
        "apiVersion: burnwatch/v1\nservice: s\nslos:\n  - name: a\n    objective: {objective}\n    period: 7d\n    sli: {{ratio: {{events: {events}, errors_where: code=~\"5..\"}}}}\n    alerting: {{tiers: [{tiers}]}}\n"
    );
    let (documents, _) = yaml::read(SourceId(0), &text);
    let mut findings = Findings::new();
    let mut found = slos(&documents[0].root, &Workspace::default(), &mut findings);
    assert!(found.len() == 1, "{findings:#?}");
    found.remove(0)
}

const FAST: &str = "{name: fast, severity: page, burn_rate: 10, long: 1h}";
const SLOW: &str = "{name: slow, severity: page, burn_rate: 2, long: 6h, short: 15m}";

fn check(a: &Slo, b: &Slo, alike: bool) {
    let settings = Settings::of(&Workspace::default());
    let (a, b) = (plan(a, WindowMode::Recorded), plan(b, WindowMode::Recorded));
    let both = [(&a, &settings), (&b, &settings)];
    let span = Span {
        from_ms: 100 * DAY,
        to_ms: 103 * DAY,
    };
    let alone = |plan: &Plan<'_>| {
        let mut server = Busy::default();
        let past = ask(plan, &settings, span, Depth::Period, &mut server).unwrap();
        (
            format!("{past:?}"),
            server.asked,
            past.incidents("page").count(),
        )
    };
    let (first, second) = (alone(&a), alone(&b));
    assert!(first.2 > 0 && second.2 > 0, "nothing pages");
    let mut server = Busy::default();
    let inquiries = Inquiry::together(&both, span, Depth::Period);
    let pasts = ask_all(&inquiries, &mut server).into_iter();
    let pasts: Vec<String> = pasts
        .map(|past| format!("{:?}", past.unwrap().finish()))
        .collect();
    assert_eq!(pasts, [first.0, second.0]);
    let asked = match alike {
        true => first.1.max(second.1),
        false => first.1 + second.1,
    };
    assert_eq!(server.asked, asked);
}

#[test]
fn another_objective_or_policy_counts_the_same() {
    let old = slo("99.9", "x_total", FAST);
    check(&old, &slo("99.8", "x_total", FAST), true);
    check(&old, &slo("99.9", "x_total", SLOW), true);
}

#[test]
fn another_selector_counts_something_else() {
    let old = slo("99.9", "x_total", FAST);
    check(&old, &slo("99.9", "'x_total{job=\"y\"}'", FAST), false);
}
