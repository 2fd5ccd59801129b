//! Rules against engine: when each tier fired, and why wherever that differs.
//!
//! Two comparisons. Whole timelines are compared as they are. And each evaluation by itself: from the phase in which the
//! *rules* left a tier, what would the engine's verdict have made of it? A difference there is one of numbers, not one that
//! is carried along, and must be near a threshold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use burnwatch::alert::Phase;
use burnwatch::evaluate::TierVerdict;

use super::past::{self, Answer, Evaluation};
use super::rules::{Alert, Seen, Timeline, evaluations_s};
use super::trace::Trace;

/// How near a comparison may be to its threshold: relative, or one of what is counted.
const NEAR: f64 = 0.02;

/// Why the two may differ at an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// No series at all: rules resolve, the engine holds.
    Blind,
    /// The group is gone while others answer: its rules end, and to the engine it had no events.
    Absent,
    /// Within 2 % or one event of a threshold.
    Near,
    /// It was so when nothing could be seen, and goes on: a firing tier whose short window is empty.
    AfterBlind,
    /// It was so when the past was begun, of which the engine knows no phase.
    Begun,
    /// How long a condition has held follows from a difference before.
    Carried,
    /// Before this evaluation or after it they agree.
    OneInterval,
    /// No reason.
    Fault,
}

/// Numbers of one trace, or of many.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Evaluations of a tier in a group.
    pub evaluations: usize,
    /// Those at which rules fired.
    pub fired: usize,
    /// Those at which the two differ.
    pub differ: usize,
    /// Runs of evaluations at which they differ, by their reason.
    pub runs: BTreeMap<Why, (usize, usize)>,
    /// Times in which rules fired.
    pub intervals: usize,
    /// Those of them in and beside which the two never differ for more than one evaluation on end.
    pub same_intervals: usize,
    /// Evaluations at which the engine's numbers decide otherwise than the rules did, from the same phase.
    pub decided: BTreeMap<Why, usize>,
    /// What is not explained, in words.
    pub faults: Vec<String>,
}

impl Tally {
    /// Adds another.
    pub fn add(&mut self, other: Tally) {
        self.evaluations += other.evaluations;
        self.fired += other.fired;
        self.differ += other.differ;
        self.intervals += other.intervals;
        self.same_intervals += other.same_intervals;
        for (why, (runs, evaluations)) in other.runs {
            let entry = self.runs.entry(why).or_default();
            entry.0 += runs;
            entry.1 += evaluations;
        }
        for (why, count) in other.decided {
            *self.decided.entry(why).or_default() += count;
        }
        self.faults.extend(other.faults);
    }
}

/// Compares a trace from its evaluation `first` on. The rules of the trace were run in `folder`.
pub fn compare(
    folder: &Path,
    trace: &Trace,
    rules: &Timeline,
    answer: &Answer,
    first: usize,
) -> Tally {
    let engine = past::firing(trace, &answer.past);
    let evaluations = evaluations_s(trace).count();
    let nothing = vec![Seen::Ok; evaluations];
    let mut tally = Tally::default();
    let groups: BTreeSet<&String> = answer
        .groups
        .keys()
        .chain(rules.keys().map(|a| &a.0))
        .collect();
    for group in groups {
        for tier in 0..trace.tiers.len() {
            let alert: Alert = (group.clone(), tier);
            let of_rules = rules.get(&alert).unwrap_or(&nothing);
            let of_engine = engine.get(&alert).unwrap_or(&nothing);
            let known = answer.groups.get(group).map_or(&[][..], |known| known);
            let numbers = |at: usize| past::verdict_of_rules(folder, trace, &alert, at);
            let recorded =
                |at: usize| is_near(&numbers(at), answer.quantum, of_rules[at] == Seen::Firing);
            let reasons = reasons(answer, known, tier, of_rules, &recorded);
            let of_alert = timelines(&Pair {
                numbers: &numbers,
                recorded: &recorded,
                trace,
                alert: &alert,
                rules: of_rules,
                engine: of_engine,
                reasons: &reasons,
                known,
                first,
                quantum: answer.quantum,
                unsure: unsure(answer, tier),
            });
            tally.add(of_alert);
        }
    }
    tally
}

/// For each evaluation at which the engine, in the phase that the rules left, decides otherwise: why.
fn reasons(
    answer: &Answer,
    known: &[Evaluation],
    tier: usize,
    rules: &[Seen],
    recorded: &dyn Fn(usize) -> bool,
) -> Vec<Option<Why>> {
    let timers = answer.timers[tier];
    let interval_ms = interval_ms(answer);
    let unsure = unsure(answer, tier);
    let mut phase = Phase::Ok;
    let mut sure_from = 0;
    let mut reasons: Vec<Option<Why>> = vec![None; rules.len()];
    for (at, seen) in rules.iter().enumerate() {
        let evaluation = known.get(at);
        let verdict = evaluation.and_then(|e| e.verdict.as_ref());
        let reason = match (evaluation, verdict) {
            (Some(_), None) => Some(Why::Blind),
            (Some(e), Some(_)) if e.is_absent => Some(Why::Absent),
            (_, Some(verdict)) => {
                let verdict = &verdict.tiers[tier];
                let holds = verdict.judgement.decision.holds(phase.is_firing());
                let next = phase.next(holds, interval_ms, timers);
                if seen_of(next) == *seen {
                    phase = next;
                    continue;
                }
                match (
                    is_near(verdict, answer.quantum, phase.is_firing()),
                    at < sure_from,
                ) {
                    (true, _) => Some(Why::Near),
                    (false, true) => Some(Why::Carried),
                    (false, false) => Some(Why::Fault),
                }
            }
            (None, _) => (*seen != Seen::Ok).then_some(Why::Fault),
        };
        reasons[at] = reason;
        phase = conformed(phase, *seen);
        if reason.is_some_and(|why| why != Why::Carried) {
            sure_from = at + unsure;
        }
    }
    let lone = |reasons: &[Option<Why>], at: usize| {
        let other = |at: Option<usize>| {
            at.and_then(|at| reasons.get(at).copied().flatten()) == Some(Why::Fault)
        };
        !other(at.checked_sub(1)) && !other(Some(at + 1))
    };
    let before = reasons.clone();
    for (at, reason) in reasons.iter_mut().enumerate() {
        if *reason == Some(Why::Fault) {
            *reason = Some(match lone(&before, at) {
                true => Why::OneInterval,
                false if known.get(at).is_some() && recorded(at) => Why::Near,
                false => Why::Fault,
            });
        }
    }
    reasons
}

/// For how many evaluations the past of a tier is felt.
fn unsure(answer: &Answer, tier: usize) -> usize {
    let timers = answer.timers[tier];
    match timers.hold_ms + timers.keep_ms {
        0 => 0,
        both_ms => (both_ms / interval_ms(answer) + 2) as usize,
    }
}

fn interval_ms(answer: &Answer) -> i64 {
    (answer.past.to_ms - answer.past.from_ms) / answer.past.evaluations as i64
}

fn seen_of(phase: Phase) -> Seen {
    match phase {
        Phase::Ok => Seen::Ok,
        Phase::Pending { .. } => Seen::Pending,
        Phase::Firing { .. } => Seen::Firing,
    }
}

/// The phase that the rules show, as far as they do.
fn conformed(phase: Phase, seen: Seen) -> Phase {
    match seen {
        _ if seen_of(phase) == seen => phase,
        Seen::Ok => Phase::Ok,
        Seen::Pending => Phase::Pending { held_ms: 0 },
        Seen::Firing => Phase::Firing { over_ms: None },
    }
}

/// One comparison of a condition.
struct Comparison {
    holds: bool,
    near: bool,
}

/// Whether numbers that differ by so little could decide otherwise: of a condition that holds one comparison is near, of one
/// that does not all that fail are.
fn is_near(tier: &TierVerdict, quantum: f64, fires: bool) -> bool {
    let (Some(long), Some(short)) = (tier.evidence.long, tier.evidence.short) else {
        return false;
    };
    let judgement = &tier.judgement;
    let above = |value: f64, edge: f64| Comparison {
        holds: value > edge,
        near: (value - edge).abs() <= (NEAR * edge.abs()).max(quantum),
    };
    let nothing = quantum / 2.0;
    let empty = above(nothing, short.events);
    let mut of_short = above(short.errors, judgement.allowed_short);
    if fires && !of_short.holds {
        of_short = Comparison {
            holds: empty.holds,
            near: empty.near || of_short.near,
        };
    }
    // The margin is relative to the greater one of both.
    let least = judgement.margins.least;
    let enough = Comparison {
        holds: !matches!(judgement.decision, burnwatch::evaluate::Decision::FewErrors),
        near: long.errors * least <= quantum || least <= NEAR,
    };
    let all = [above(long.errors, judgement.allowed_long), of_short, enough];
    match judgement.decision.holds(fires) {
        true => all.iter().any(|one| one.near),
        false => all.iter().all(|one| one.holds || one.near),
    }
}

struct Pair<'a> {
    /// What the rules have recorded, as a verdict.
    numbers: &'a dyn Fn(usize) -> TierVerdict,
    /// Whether the numbers that the rules have recorded are near a threshold.
    recorded: &'a dyn Fn(usize) -> bool,
    trace: &'a Trace,
    alert: &'a Alert,
    rules: &'a [Seen],
    engine: &'a [Seen],
    reasons: &'a [Option<Why>],
    known: &'a [Evaluation],
    first: usize,
    quantum: f64,
    unsure: usize,
}

/// Compares when one alert fired.
fn timelines(pair: &Pair<'_>) -> Tally {
    let mut tally = Tally::default();
    let fires = |seen: &[Seen], at: usize| seen[at] == Seen::Firing;
    let places = pair.first..pair.rules.len();
    tally.evaluations = places.len();
    tally.fired = places.clone().filter(|at| fires(pair.rules, *at)).count();
    let differs = |at: usize| fires(pair.rules, at) != fires(pair.engine, at);
    for at in places.clone() {
        if let Some(why) = pair.reasons[at] {
            *tally.decided.entry(why).or_default() += 1;
            if why == Why::Fault {
                tally.faults.push(say(pair, at, "decides otherwise"));
            }
        }
    }
    let mut long_runs: Vec<(usize, usize)> = Vec::new();
    let mut at = pair.first;
    while at < pair.rules.len() {
        if !differs(at) {
            at += 1;
            continue;
        }
        let until = (at..pair.rules.len()).find(|at| !differs(*at));
        let until = until.unwrap_or(pair.rules.len());
        tally.differ += until - at;
        let why = cause(pair, at, until);
        if until - at > 1 {
            long_runs.push((at, until));
        }
        let blind = |at: &usize| pair.reasons[*at] == Some(Why::Blind);
        let unseen = match why {
            Why::Blind => (at..until).filter(blind).count(),
            _ => until - at,
        };
        let entry = tally.runs.entry(why).or_default();
        *entry = (entry.0 + 1, entry.1 + unseen);
        if unseen < until - at {
            let entry = tally.runs.entry(Why::AfterBlind).or_default();
            *entry = (entry.0 + 1, entry.1 + until - at - unseen);
        }
        if why == Why::Fault {
            tally
                .faults
                .push(say(pair, at, &format!("differs for {}", until - at)));
        }
        at = until;
    }
    let of_rules = intervals(pair.rules, pair.first);
    tally.intervals = of_rules.len();
    let touches = |(from, until): &&(usize, usize)| {
        let runs = long_runs.iter();
        runs.clone()
            .any(|(begun, over)| begun <= until && from <= over)
    };
    tally.same_intervals = tally.intervals - of_rules.iter().filter(touches).count();
    tally
}

/// Why a run of evaluations differs: what is found at its first one, or before it as long as that can have an effect.
fn cause(pair: &Pair<'_>, at: usize, until: usize) -> Why {
    let found = (0..=at).rev().find_map(|at| pair.reasons[at]);
    let verdict = pair.known.get(at).and_then(|known| known.verdict.as_ref());
    let is_near = verdict.is_some_and(|verdict| {
        let fires = pair.rules[at] == Seen::Firing;
        is_near(&verdict.tiers[pair.alert.1], pair.quantum, fires)
    });
    match found {
        Some(Why::Blind) if pair.reasons[at].is_some() => Why::Blind,
        _ if until - at == 1 => Why::OneInterval,
        _ if pair.first > 0 && at <= pair.first + pair.unsure => Why::Begun,
        _ if is_near => Why::Near,
        Some(Why::Blind) => Why::AfterBlind,
        Some(Why::OneInterval) => Why::Carried,
        Some(why) => why,
        None if (pair.recorded)(at) => Why::Near,
        None => Why::Fault,
    }
}

fn intervals(seen: &[Seen], first: usize) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut begun = None;
    for at in first..=seen.len() {
        let fires = seen.get(at) == Some(&Seen::Firing);
        match (fires, begun) {
            (true, None) => begun = Some(at),
            (false, Some(from)) => {
                all.push((from, at));
                begun = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    all
}

fn say(pair: &Pair<'_>, at: usize, what: &str) -> String {
    let verdict = pair.known.get(at).and_then(|e| e.verdict.as_ref());
    format!(
        "seed {} {:?} {:?} at {} s: {what}: rules {:?} ({:?}), engine {:?}: {:?}",
        pair.trace.seed,
        pair.trace.kind,
        pair.alert,
        (at as i64 + 1) * pair.trace.interval_s,
        pair.rules[at],
        (pair.numbers)(at).evidence,
        pair.engine[at],
        verdict.map(|verdict| verdict.tiers[pair.alert.1]),
    )
}
