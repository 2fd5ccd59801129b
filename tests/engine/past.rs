//! What the engine makes of a trace: asked of a Prometheus that holds the same samples.

use std::fmt::Write as _;
use std::path::Path;

use burnwatch::base::{Duration, SourceId};
use burnwatch::diagnostics::Findings;
use burnwatch::evaluate::{
    Armed, Condition, Contents, Counts, Evidence, Feed, Grouping, Histories, Judge, Resolution,
    Sight, TierVerdict, Verdict,
};
use burnwatch::model::{self, Slo, Workspace};
use burnwatch::plan::{self, Plan, Settings};
use burnwatch::prometheus::Server;
use burnwatch::replay::{self, Depth, Past, Section, Span, answers, bridges};
use burnwatch::source::{Endpoint, Source, SourceSettings};
use burnwatch::{spec, yaml};

use super::rules::{self, Alert, Seen, evaluations_s};
use super::trace::Trace;
use super::traffic::Series;
use crate::kit::prometheus::Prometheus;
use crate::kit::tools;

/// A block of Prometheus, and where all traces begin: at midnight, and at the beginning of a block.
const BLOCK_S: i64 = 162 * 3_600;
/// See [`BLOCK_S`].
pub const START_S: i64 = 2_960 * BLOCK_S;

/// One evaluation of one group as the engine sees it.
pub struct Evaluation {
    /// What it says; nothing where nothing is to be seen.
    pub verdict: Option<Verdict>,
    /// Whether the group is absent while others answer.
    pub is_absent: bool,
}

/// What the engine says of a trace.
pub struct Answer {
    /// As `backtest` has it.
    pub past: Past,
    /// What was known at each evaluation, for each group.
    pub groups: std::collections::BTreeMap<String, Vec<Evaluation>>,
    /// The smallest amount that can be counted.
    pub quantum: f64,
    /// `for` and `keep_firing_for` of each tier.
    pub timers: Vec<burnwatch::alert::Timers>,
}

/// A Prometheus that holds traces.
pub fn prometheus(folder: &Path, traces: &[(Trace, Vec<Series>)]) -> Prometheus {
    let mut text = String::new();
    for (trace, series) in traces {
        for one in series {
            let at = (START_S + trace.offset_s..).step_by(trace.scrape_s as usize);
            for (at_s, value) in at.zip(&one.samples) {
                if let Some(value) = value {
                    writeln!(text, "{} {value} {at_s}", one.name).expect("a string takes text");
                }
            }
        }
    }
    text.push_str("# EOF\n");
    std::fs::write(folder.join("raw.om"), text).expect("the folder is writable");
    let block = "--max-block-duration=162h";
    let load = [
        "tsdb",
        "create-blocks-from",
        block,
        "openmetrics",
        "raw.om",
        "data",
    ];
    tools::promtool(folder, load).expect_success("promtool tsdb create-blocks-from");
    Prometheus::start(&folder.join("data"), &[])
}

/// Hands over the plan of a trace.
///
/// # Panics
///
/// When the files of the trace have faults.
pub fn with_plan<T>(trace: &Trace, then: impl FnOnce(&Plan<'_>, &Settings) -> T) -> T {
    let mut faults = Findings::new();
    let mut node = document(0, &trace.workspace());
    let slots = &burnwatch::lint::options::SLOTS;
    spec::check::check(
        &mut node,
        &spec::workspace_file::WORKSPACE_FILE,
        slots,
        &mut faults,
    );
    let workspace = Workspace::resolve(&node, &mut faults);
    let settings = Settings::of(&workspace);
    let mut node = document(1, &trace.slo());
    spec::check::check(&mut node, &spec::slo_file::SLO_FILE, slots, &mut faults);
    let slos: Vec<Slo> = model::slos(&node, &workspace, &mut faults);
    assert!(faults.is_empty(), "{}\n{faults:#?}", trace.slo());
    let [slo] = &slos[..] else {
        panic!("one SLO a trace")
    };
    let plan = plan::plan(slo, slo.windows);
    then(&plan, &settings)
}

fn document(source: u32, text: &str) -> yaml::Node {
    let (documents, faults) = yaml::read(SourceId(source), text);
    assert!(faults.is_empty(), "{text}\n{faults:?}");
    let mut documents = documents.into_iter();
    documents.next().expect("the text has a document").root
}

/// Asks for the past of a trace from `from_s` on.
pub fn ask(server: &Prometheus, trace: &Trace, from_s: i64) -> Answer {
    with_plan(trace, |plan, settings| {
        let endpoint = Endpoint::parse(&server.url()).expect("it has a URL");
        let settings_of_source = SourceSettings::new(endpoint);
        let mut source = Source::new(settings_of_source).expect("a client can be made");
        let span = Span {
            from_ms: (START_S + from_s) * 1_000,
            to_ms: (START_S + trace.length_s) * 1_000,
        };
        let past = replay::ask(plan, settings, span, Depth::Period, &mut source);
        let past = past.unwrap_or_else(|failure| panic!("seed {}: {failure}", trace.seed));
        let counts = counts(plan, settings, span, &mut source);
        Answer {
            past,
            groups: evaluations(plan, settings, trace, &counts),
            quantum: plan.nothing.to_f64() * 2.0,
            timers: plan
                .tiers
                .iter()
                .map(|planned| burnwatch::alert::Timers::of(planned.tier))
                .collect(),
        }
    })
}

/// Every step of the whole trace.
fn counts(plan: &Plan<'_>, settings: &Settings, span: Span, source: &mut Source) -> Counts {
    let step_ms = Resolution::of(plan, settings).step_ms();
    let whole = Section {
        begin_ms: START_S * 1_000,
        end_ms: span.to_ms,
        step_ms,
    };
    let mut of = |section: Section| {
        let feed = Feed::of(plan, settings, Duration::from_ms(section.step_ms as u64));
        let mut replies = source
            .ask(&answers::questions(&feed, section), None)
            .into_iter();
        let mut next = || {
            let reply = replies.next().expect("two questions have two answers");
            reply.unwrap_or_else(|failure| panic!("{}: {failure}", plan.slo.id))
        };
        let (events, part) = (next(), next());
        let counts = answers::counts(plan.slo, &feed, section, &events, &part);
        counts.expect("a Prometheus answers as it should")
    };
    let mut counts = of(whole);
    for gap in bridges::gaps(plan, &counts).bridged {
        let found = of(gap.section(&counts));
        bridges::add(&mut counts, gap, &found);
    }
    counts
}

/// What is known at every evaluation, and what the tiers make of it.
fn evaluations(
    plan: &Plan<'_>,
    settings: &Settings,
    trace: &Trace,
    counts: &Counts,
) -> std::collections::BTreeMap<String, Vec<Evaluation>> {
    let grouping = match trace.groups {
        0 => Grouping::Whole,
        _ => Grouping::Grouped,
    };
    let resolution = Resolution::of(plan, settings);
    let mut histories = Histories::new(resolution, grouping, START_S * 1_000);
    let judge = Judge::new(plan);
    let mut due_s = evaluations_s(trace).peekable();
    let mut all = std::collections::BTreeMap::new();
    let mut done = 0;
    for step in 0..counts.steps {
        histories.push(counts, step, &|_| false);
        let now_ms = histories.now_ms();
        if due_s
            .next_if(|at_s| (START_S + at_s) * 1_000 == now_ms)
            .is_none()
        {
            continue;
        }
        done += 1;
        let armed = judge.armed(histories.groups(), now_ms);
        for (group, history) in histories.groups() {
            let name = group.values().first().cloned().unwrap_or_default();
            let is_seen = histories.sight() == Sight::Clear;
            let column = counts
                .groups
                .get(group)
                .and_then(|column| column[step].contents());
            let of_group = all.entry(name).or_insert_with(Vec::new);
            of_group.resize_with(done - 1, || Evaluation {
                verdict: None,
                is_absent: false,
            });
            of_group.push(Evaluation {
                verdict: is_seen.then(|| judge.judge(history, &armed, now_ms)),
                is_absent: is_seen && column.is_none(),
            });
        }
    }
    assert_eq!(due_s.next(), None, "every evaluation falls on a step");
    all
}

/// What the engine would make of a tier with the numbers that the rules have recorded.
pub fn verdict_of_rules(folder: &Path, trace: &Trace, alert: &Alert, at: usize) -> TierVerdict {
    let at_s = evaluations_s(trace).nth(at).expect("it was evaluated");
    let recorded = rules::recorded(folder, trace, &alert.0, at_s);
    with_plan(trace, |plan, _| {
        let planned = &plan.tiers[alert.1];
        let window = |length: Duration| {
            let value = |what: &str| {
                recorded
                    .get(&format!("slo:{what}:increase{length}"))
                    .copied()
            };
            let (events, errors) = (value("events")?, value("errors")?);
            Some(Contents { events, errors })
        };
        let left = format!("slo:error_budget_remaining:ratio{}", plan.slo.period);
        let evidence = Evidence {
            long: window(planned.tier.long),
            short: window(planned.tier.short),
            left: recorded.get(&left).copied(),
            history: Armed::Yes,
        };
        TierVerdict {
            evidence,
            judgement: Condition::of(plan, planned).judge(evidence),
        }
    })
}

/// When the engine fired, at each evaluation; alerts that never did are not there.
pub fn firing(trace: &Trace, past: &Past) -> std::collections::BTreeMap<Alert, Vec<Seen>> {
    let evaluations = evaluations_s(trace).count();
    let place = |at_ms: i64| {
        let at_s = at_ms / 1_000 - START_S;
        usize::try_from(at_s / trace.interval_s - 1).expect("it was evaluated")
    };
    let mut all = std::collections::BTreeMap::new();
    for (group, of_group) in &past.groups {
        let name = group.values().first().cloned().unwrap_or_default();
        let firings = of_group.incidents.iter().flat_map(|i| &i.episode.firings);
        for firing in firings {
            let column = all
                .entry((name.clone(), firing.tier))
                .or_insert_with(|| vec![Seen::Ok; evaluations]);
            let until = firing.to_ms.map_or(evaluations, place);
            column[place(firing.from_ms)..until].fill(Seen::Firing);
        }
    }
    all
}
