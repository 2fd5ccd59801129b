//! How long thirty days of one SLO take, against running its alert expressions over windows read raw.
//!
//! `cargo bench --bench backtest`; the seconds between scrapes are an argument: `cargo bench --bench backtest -- 30`. The tools
//! are Debian's, as `tests/run` brings them; `BURNWATCH_TOOLS` names another folder.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::disallowed_methods, reason = "a benchmark reads a clock")]

#[path = "../../tests/kit/mod.rs"]
mod debian;
#[path = "../../tests/kit/dice.rs"]
mod dice;
mod history;
#[path = "../kit/mod.rs"]
mod kit;
mod slo;

use std::time::Instant;

use burnwatch::base::Duration;
use burnwatch::plan::{Plan, Settings};
use burnwatch::prometheus::{Answer, Question, Server};
use burnwatch::replay::{self, Depth, Past, Span};
use burnwatch::source::{Endpoint, Source, SourceSettings};

use debian::prometheus::Prometheus;
use history::{DAY_S, END_S};
use kit::spread::Spread;
use kit::table;

/// How often the past is asked for.
const ROUNDS: usize = 9;
/// Seconds between scrapes, unless the command line says otherwise.
const SCRAPE_S: i64 = 15;
/// What is gone through.
const DAYS: i64 = 30;
/// Into how many pieces a range of so many minutes is cut, since an answer has 11,000 points at most.
const PIECES: i64 = 4;
const MINUTE_MS: i64 = 60_000;

fn main() {
    let asked = std::env::args().find_map(|word| word.parse().ok());
    let scrape_s = asked.unwrap_or(SCRAPE_S);
    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    history::load(folder.path(), scrape_s);
    let flags = ["--query.timeout=30m"];
    let prometheus = Prometheus::start(&folder.path().join("data"), &flags);
    slo::with_plan(|plan, settings| measure(&prometheus, plan, settings, scrape_s));
}

fn measure(prometheus: &Prometheus, plan: &Plan<'_>, settings: &Settings, scrape_s: i64) {
    let span = Span {
        from_ms: (END_S - DAYS * DAY_S) * 1_000,
        to_ms: END_S * 1_000,
    };
    let ask = |depth| {
        let begun = Instant::now();
        let past = replay::ask(plan, settings, span, depth, &mut source(prometheus));
        let past = past.expect("a Prometheus answers");
        (begun.elapsed().as_secs_f64(), past)
    };
    let rounds = |depth| Spread::of((0..ROUNDS).map(|_| ask(depth).0 * 1_000.0));
    let (tiers, period) = (rounds(Depth::Tiers), rounds(Depth::Period));
    let past = ask(Depth::Tiers).1;
    let begun = Instant::now();
    let raw: Vec<Vec<i64>> = firing(prometheus, plan, span);
    let raw_s = begun.elapsed().as_secs_f64();
    let rows = vec![
        vec![
            "`burnwatch`".to_string(),
            tiers.to_string(),
            format!("{:.0}", raw_s * 1_000.0 / tiers.median),
        ],
        vec![
            "`burnwatch`, the budget known from the first day on".to_string(),
            period.to_string(),
            format!("{:.0}", raw_s * 1_000.0 / period.median),
        ],
        vec![
            "alert expressions, raw windows".to_string(),
            format!("{:.0}", raw_s * 1_000.0),
            "1".to_string(),
        ],
    ];
    println!("{DAYS} days, 40 series, scrapes every {scrape_s} s\n");
    table::print(&["asked", "ms", "times faster"], &rows);
    println!();
    let rows = plan.tiers.iter().zip(&raw).enumerate();
    let rows =
        rows.map(|(at, (planned, raw))| compared(planned.tier.name.as_str(), &of(&past, at), raw));
    let head = [
        "tier",
        "firings",
        "of raw windows",
        "minutes",
        "of raw",
        "minutes that differ",
        "firings apart",
    ];
    table::print(&head, &rows.collect::<Vec<_>>());
}

fn source(prometheus: &Prometheus) -> Source {
    let endpoint = Endpoint::parse(&prometheus.url()).expect("it has a URL");
    let mut settings = SourceSettings::new(endpoint);
    settings.question_timeout = Duration::hours(1);
    settings.run_timeout = Duration::hours(1);
    Source::new(settings).expect("a client can be made")
}

/// At which minutes each tier fires by its own expression over raw windows. Everything is asked at once.
fn firing(prometheus: &Prometheus, plan: &Plan<'_>, span: Span) -> Vec<Vec<i64>> {
    let increase = |matcher: &str, window: Duration| {
        format!("sum(increase(http_requests_total{{job=\"shop\"{matcher}}}[{window}]))")
    };
    let piece_ms = (span.to_ms - span.from_ms) / PIECES;
    let question = |query: &str, piece: i64| Question::Range {
        query: query.to_string(),
        start_ms: span.from_ms + piece * piece_ms + MINUTE_MS,
        end_ms: span.from_ms + (piece + 1) * piece_ms,
        step_ms: MINUTE_MS,
    };
    let questions: Vec<Question> = plan
        .tiers
        .iter()
        .flat_map(|planned| {
            let theta = planned.threshold.theta.to_f64();
            let burns = |window| {
                let errors = increase(",code=~\"5..\"", window);
                format!("{errors} > {theta} * {}", increase("", window))
            };
            let least = format!("{} >= 4.5", increase(",code=~\"5..\"", planned.tier.long));
            let query = format!(
                "{} and {} and {least}",
                burns(planned.tier.long),
                burns(planned.tier.short)
            );
            (0..PIECES).map(move |piece| question(&query, piece))
        })
        .collect();
    let replies = source(prometheus).ask(&questions, None);
    let minutes = replies.into_iter().map(|reply| {
        let Answer::Matrix(tracks) = reply.expect("a Prometheus answers").answer else {
            panic!("a range has a matrix")
        };
        let points = tracks.into_iter().flat_map(|track| track.points);
        points.map(|(at_ms, _)| at_ms).collect::<Vec<i64>>()
    });
    let minutes: Vec<Vec<i64>> = minutes.collect();
    minutes.chunks(PIECES as usize).map(<[_]>::concat).collect()
}

/// At which minutes a tier fires.
fn of(past: &Past, tier: usize) -> Vec<i64> {
    let incidents = past.groups.values().flat_map(|group| &group.incidents);
    let firings = incidents.flat_map(|incident| &incident.episode.firings);
    let minutes = |from_ms: i64, to_ms: i64| (from_ms..to_ms).step_by(MINUTE_MS as usize);
    let mut all: Vec<i64> = firings
        .filter(|firing| firing.tier == tier)
        .flat_map(|firing| minutes(firing.from_ms, firing.to_ms.unwrap_or(past.to_ms + 1)))
        .collect();
    all.sort_unstable();
    all
}

fn compared(name: &str, ours: &[i64], raw: &[i64]) -> Vec<String> {
    let begins = |minutes: &[i64]| -> Vec<i64> {
        let first = |at_ms: &&i64| minutes.binary_search(&(**at_ms - MINUTE_MS)).is_err();
        minutes.iter().filter(first).copied().collect()
    };
    let lacks = |one: &[i64], other: &[i64]| {
        one.iter()
            .filter(|at_ms| other.binary_search(at_ms).is_err())
            .count()
    };
    let (of_ours, of_raw) = (begins(ours), begins(raw));
    let near = |at_ms: &&i64| {
        of_raw
            .iter()
            .any(|other| (**at_ms - other).abs() <= MINUTE_MS)
    };
    let apart = of_ours.len().max(of_raw.len()) - of_ours.iter().filter(near).count();
    vec![
        format!("`{name}`"),
        of_ours.len().to_string(),
        of_raw.len().to_string(),
        ours.len().to_string(),
        raw.len().to_string(),
        (lacks(ours, raw) + lacks(raw, ours)).to_string(),
        apart.to_string(),
    ]
}
