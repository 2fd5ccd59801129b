//! What is read from the records of rules decides as the alerts beside them do.
//!
//! promtool runs the generated rules of a trace and says what they have recorded at each evaluation. That becomes blocks of a
//! Prometheus, which is asked as the daemon asks it, and each verdict is held against the alert of the same evaluation: without
//! tolerance, for both have the same numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use burnwatch::alert::{self, Phase, Tiers, Timers, Watch};
use burnwatch::base::Duration;
use burnwatch::engine::{GroupLook, Sight};
use burnwatch::prometheus::Server as _;
use burnwatch::recorded::{Reading, Survey};
use burnwatch::source::{Endpoint, Source, SourceSettings};
use regex::Regex;

use super::past::{self, START_S};
use super::rules::{self, Seen, Timeline, evaluations_s};
use super::trace::Trace;
use super::traffic;
use crate::kit::prometheus::Prometheus;
use crate::kit::tools;

/// What is asked for this long after rules have run is what they have recorded.
const LATE_MS: i64 = 10_000;
/// A series that a rule does not record any more has ended at the next evaluation. Blocks cannot say so; a short look back can.
const LOOKBACK: &str = "--query.lookback-delta=20s";

/// Numbers of one trace, or of many.
#[derive(Debug, Default)]
struct Tally {
    /// Evaluations of a tier in a group.
    evaluations: usize,
    /// Those at which the alert fired.
    fired: usize,
    /// Those of which there was no verdict.
    unseen: usize,
    /// Those at which the rules went on while the daemon was blind.
    blind: usize,
    /// Those at which the daemon has a tier firing that the rules have not, since it was blind.
    held: usize,
    questions: usize,
}

/// Everything that the rules of a trace have recorded, as lines of OpenMetrics.
fn records(folder: &Path, trace: &Trace) -> String {
    let text = std::fs::read_to_string(folder.join("trace.yaml")).expect("the trace was run");
    let (series, _) = text
        .split_once("  promql_expr_test:")
        .expect("it has a test");
    let mut again = format!("{series}  promql_expr_test:\n");
    let query = r#"{__name__=~"slo:(objective|events|errors|error_budget_remaining).*"}"#;
    for at_s in evaluations_s(trace) {
        writeln!(again, "  - {{expr: '{query}', eval_time: {at_s}s}}")
            .expect("a string takes text");
    }
    std::fs::write(folder.join("records.yaml"), again).expect("the folder is writable");
    let said = tools::promtool(folder, ["test", "rules", "records.yaml"]);
    let pattern = |text| Regex::new(text).expect("a literal pattern");
    let time = pattern(r"time: (\w+),");
    let element = pattern(r"(?:(slo:[a-z_:0-9]+)|)\{([^}]*)\} ([^\s,]+)");
    let name = pattern(r#"__name__="([^"]*)"(?:, )?"#);
    let mut lines = String::new();
    let mut at_s = None;
    for line in format!("{}\n{}", said.stdout, said.stderr).lines() {
        if let Some(found) = time.captures(line) {
            let time: Duration = found[1].parse().expect("promtool says times as durations");
            at_s = Some(START_S + time.as_ms() as i64 / 1_000);
        }
        let Some(got) = line.trim_start().strip_prefix("got:") else {
            continue;
        };
        for found in element.captures_iter(got) {
            let labels = &found[2];
            let inside = name.captures(labels).map(|found| found[1].to_owned());
            let outside = found.get(1).map(|name| name.as_str().to_owned());
            let name_of = inside.or(outside).expect("what is recorded has a name");
            let labels = name.replace(labels, "").replace(", ", ",");
            let (value, at_s) = (&found[3], at_s.expect("a time comes first"));
            writeln!(lines, "{name_of}{{{labels}}} {value} {at_s}").expect("a string takes text");
        }
    }
    lines
}

fn prometheus(folder: &Path, records: &str) -> Prometheus {
    std::fs::write(folder.join("records.om"), format!("{records}# EOF\n"))
        .expect("the folder is writable");
    let arguments = [
        "tsdb",
        "create-blocks-from",
        "--max-block-duration=162h",
        "openmetrics",
        "records.om",
        "recorded",
    ];
    tools::promtool(folder, arguments).expect_success("promtool tsdb create-blocks-from");
    let flags = [LOOKBACK, "--storage.tsdb.retention.time=100y"];
    Prometheus::configured(&folder.join("recorded"), "{}\n", &flags)
}

/// What the daemon sees at each evaluation.
fn sights(
    server: &Prometheus,
    trace: &Trace,
    survey: &Arc<Survey>,
    tally: &mut Tally,
) -> Vec<Sight> {
    let endpoint = Endpoint::parse(&server.url()).expect("it has a URL");
    let mut source = Source::new(SourceSettings {
        run_timeout: Duration::hours(1),
        questions_max: usize::MAX,
        run_max_bytes: usize::MAX,
        ..SourceSettings::new(endpoint)
    })
    .expect("a client can be made");
    let questions: Vec<_> = survey
        .batches()
        .iter()
        .map(|b| b.question.clone())
        .collect();
    let mut sight = |at_s: i64| {
        let at_ms = (START_S + at_s) * 1_000 + LATE_MS;
        let mut reading = Reading::of(survey.clone());
        tally.questions += questions.len();
        let answers = source.ask(&questions, Some(at_ms));
        for (batch, answer) in survey.batches().iter().zip(&answers) {
            reading.take(batch, answer.as_ref());
        }
        let mut looks = reading.looks(at_ms).into_iter();
        looks.next().expect("one SLO a trace").sight
    };
    evaluations_s(trace).map(&mut sight).collect()
}

fn seen_of(phase: Phase) -> Seen {
    match phase {
        Phase::Ok => Seen::Ok,
        Phase::Pending { .. } => Seen::Pending,
        Phase::Firing { .. } => Seen::Firing,
    }
}

/// What a group's tiers decide, by the phases that the rules left them in, against the alerts.
fn decisions(
    trace: &Trace,
    group: &str,
    sights: &[Sight],
    rules: &Timeline,
    timers: &[Timers],
    tally: &mut Tally,
) {
    let interval_ms = trace.interval_s * 1_000;
    for (tier, timers) in timers.iter().enumerate() {
        let nothing = vec![Seen::Ok; sights.len()];
        let of_rules = rules.get(&(group.to_owned(), tier)).unwrap_or(&nothing);
        let mut phase = Phase::Ok;
        // The daemon is blind where the shortest window is not recorded, and rules go on with longer ones: how long a condition
        // has held by then is not known until it is over.
        let mut is_blind = false;
        for (at, sight) in sights.iter().enumerate() {
            let of_group = group_of(sight, group);
            let verdict = of_group.and_then(|look| look.verdict.as_ref());
            is_blind = of_rules[at] != Seen::Ok && (is_blind || !matches!(sight, Sight::Seen(_)));
            // To the rules a group that is not there does not burn.
            let holds = verdict.is_some_and(|verdict| {
                let decision = verdict.tiers[tier].judgement.decision;
                decision.holds(phase.is_firing())
            });
            phase = phase.next(holds, interval_ms, *timers);
            if is_blind {
                phase = Phase::Ok;
                tally.blind += 1;
                continue;
            }
            assert_eq!(
                seen_of(phase),
                of_rules[at],
                "seed {} group {group:?} tier {tier} at {} s: {verdict:#?}",
                trace.seed,
                (at as i64 + 1) * trace.interval_s
            );
            tally.evaluations += 1;
            tally.fired += usize::from(phase.is_firing());
            tally.unseen += usize::from(verdict.is_none());
        }
    }
}

fn group_of<'a>(sight: &'a Sight, group: &str) -> Option<&'a GroupLook> {
    let Sight::Seen(groups) = sight else {
        return None;
    };
    let is_it = |look: &&GroupLook| look.group.values().concat() == group;
    groups.iter().find(is_it)
}

/// What the daemon makes of a group over time, against the alerts: they differ from when it was blind until they next agree,
/// and it is the daemon that holds.
fn over_time(
    trace: &Trace,
    group: &str,
    sights: &[Sight],
    rules: &Timeline,
    tiers: &Tiers,
    tally: &mut Tally,
) {
    let mut watch = Watch::new(tiers);
    let mut excused = vec![false; tiers.names().len()];
    for (at, sight) in sights.iter().enumerate() {
        let at_ms = (START_S + (at as i64 + 1) * trace.interval_s) * 1_000;
        let verdict = match sight {
            Sight::Seen(_) => group_of(sight, group).map(|look| look.verdict.clone()),
            Sight::Nothing | Sight::Unrecorded { .. } | Sight::Failed { .. } => Some(None),
        };
        // A group that is not among those that are seen has no events; the engine knows.
        let quiet = burnwatch::evaluate::Verdict::without_numbers(
            at_ms,
            burnwatch::evaluate::Decision::LongBelow,
            tiers.names().len(),
        );
        let verdict = verdict.unwrap_or(Some(quiet));
        let verdict = verdict.map(|verdict| burnwatch::evaluate::Verdict { at_ms, ..verdict });
        let is_blind = verdict.is_none();
        let look = match &verdict {
            Some(verdict) => alert::Look::Seen(verdict),
            None => alert::Look::Blind { at_ms },
        };
        watch = watch.next(tiers, look).expect("time goes on").0;
        for (tier, phase) in watch.phases().iter().enumerate() {
            let alert = (group.to_owned(), tier);
            let of_rules = rules.get(&alert).map_or(Seen::Ok, |column| column[at]);
            let unknown = verdict.as_ref().is_some_and(|verdict| {
                verdict.tiers[tier].judgement.decision == burnwatch::evaluate::Decision::Unknown
            });
            excused[tier] |= is_blind || unknown;
            if seen_of(*phase) == of_rules {
                excused[tier] &= is_blind || unknown;
                continue;
            }
            assert!(
                excused[tier],
                "seed {} group {group:?} tier {tier} at {} s: {phase:?}, and {of_rules:?} in the rules",
                trace.seed,
                (at as i64 + 1) * trace.interval_s
            );
            tally.held += 1;
        }
    }
}

fn check(seeds: impl IntoIterator<Item = u64>) {
    let mut tally = Tally::default();
    for seed in seeds {
        let trace = Trace::of(seed);
        let folder = tempfile::tempdir().expect("a folder can be made");
        let series = traffic::series(&trace);
        let timeline = rules::timeline(folder.path(), &trace, &series);
        let server = prometheus(folder.path(), &records(folder.path(), &trace));
        let (survey, timers, tiers) = past::with_plan(&trace, |plan, settings| {
            let slo = Arc::new(plan.slo.clone());
            let timers = plan.tiers.iter().map(|planned| Timers::of(planned.tier));
            let timers: Vec<Timers> = timers.collect();
            let survey = Arc::new(Survey::of(&[slo], settings));
            (survey, timers, Tiers::of(plan, settings.interval))
        });
        let sights = sights(&server, &trace, &survey, &mut tally);
        let mut groups: BTreeMap<String, ()> = BTreeMap::new();
        for sight in &sights {
            if let Sight::Seen(of) = sight {
                groups.extend(of.iter().map(|look| (look.group.values().concat(), ())));
            }
        }
        groups.extend(timeline.keys().map(|(group, _)| (group.clone(), ())));
        for group in groups.keys() {
            decisions(&trace, group, &sights, &timeline, &timers, &mut tally);
            over_time(&trace, group, &sights, &timeline, &tiers, &mut tally);
        }
    }
    println!("{tally:?}");
    assert!(tally.fired > 0, "rules fire in some traces");
}

/// E18, from what is recorded.
#[test]
fn what_is_read_from_records_fires_as_the_rules_do_in_four_random_traces() {
    let first: Option<u64> = std::env::var("ENGINE_SEED")
        .ok()
        .map(|n| n.parse().expect("a number"));
    let first = first.unwrap_or(1);
    check(first..first + 4);
}
