//! When tiers fire: generated alerts over recorded series, against the same conditions over raw windows.
//!
//! No ruler runs here, so that there are no `ALERTS` series: the term that holds a firing tier while its
//! short window is empty never applies, and both sides are judged without it.

use super::backfill::Backfilled;
use super::exact::{Counts, Exact};
use super::ratios::{BUDGET, FIRST_TILE_S};
use super::rules::Rule;
use super::scenario::{EVALUATION_S, HOUR_S, START_S, Scenario};

/// Errors in the long window below which a tier stays silent.
const MIN_ERRORS: f64 = 5.0;

/// A tier as the policy `google-sre` has it for 30 days.
#[derive(Debug)]
pub struct Tier {
    pub long: (&'static str, i64),
    pub short: (&'static str, i64),
    pub burn_rate: f64,
}

/// All tiers of the policy.
pub const TIERS: [Tier; 4] = [
    Tier {
        long: ("1h", HOUR_S),
        short: ("5m", HOUR_S / 12),
        burn_rate: 14.4,
    },
    Tier {
        long: ("6h", 6 * HOUR_S),
        short: ("30m", HOUR_S / 2),
        burn_rate: 6.0,
    },
    Tier {
        long: ("1d", 24 * HOUR_S),
        short: ("2h", 2 * HOUR_S),
        burn_rate: 3.0,
    },
    Tier {
        long: ("3d", 72 * HOUR_S),
        short: ("6h", 6 * HOUR_S),
        burn_rate: 1.0,
    },
];

/// One comparison of a condition: a value that must exceed a threshold.
#[derive(Debug, Clone, Copy)]
struct Comparison {
    value: f64,
    threshold: f64,
}

impl Comparison {
    fn holds(self) -> bool {
        self.value > self.threshold
    }

    /// Within 2 % or one event of the threshold.
    fn is_close(self) -> bool {
        (self.value - self.threshold).abs() <= (0.02 * self.threshold).max(1.0)
    }
}

/// The comparisons of a tier at one evaluation; none where there are no events to compare.
type Condition = Option<[Comparison; 3]>;

fn condition(tier: &Tier, long: Option<(f64, f64)>, short: Option<(f64, f64)>) -> Condition {
    let threshold = tier.burn_rate * BUDGET;
    let compare = |(events, errors): (f64, f64)| Comparison {
        value: errors,
        threshold: threshold * events,
    };
    let (long, short) = (long?, short?);
    // `>= min - 0.5` differs from `>` at one point that no real count reaches.
    let enough = Comparison {
        value: long.1,
        threshold: MIN_ERRORS - 0.5,
    };
    Some([compare(long), compare(short), enough])
}

fn fires(condition: &Condition) -> bool {
    condition.is_some_and(|all| all.iter().all(|one| one.holds()))
}

/// Whether `fired` could differ from the condition because of what is close to a threshold alone.
fn is_close_call(condition: &Condition, fired: bool) -> bool {
    let Some(all) = condition else { return false };
    if fired {
        all.iter().all(|one| one.holds() || one.is_close())
    } else {
        all.iter().any(|one| one.is_close())
    }
}

/// How one tier did in one scenario.
#[derive(Debug, Default)]
pub struct TierReport {
    pub name: String,
    /// Evaluations at which the generated alert held, and the raw one.
    pub fired: usize,
    pub raw_fired: usize,
    /// From each beginning of the raw condition to that of the generated one; nothing where it never came.
    pub delays_s: Vec<Option<i64>>,
    /// From each beginning of the true condition to that of the generated one.
    pub true_delays_s: Vec<Option<i64>>,
    /// Seconds of the history at which the alert held before the first incident began.
    pub fired_before_incidents: Vec<i64>,
    /// Seconds of the history at which the two differ, close to a threshold.
    pub close_calls: Vec<i64>,
    /// Seconds at which they differ by more than one interval, and are not close.
    pub faults: Vec<i64>,
}

/// Events and errors of a raw window at each evaluation.
fn raw_counts(scenario: &Scenario, server: &Backfilled, window: &str) -> Vec<Option<(f64, f64)>> {
    let increase = |matchers: &str| {
        server.evaluate(&format!(
            "sum(increase(http_requests_total{{job=\"{}\"{matchers}}}[{window}]))",
            scenario.name
        ))
    };
    let (events, errors) = (increase(""), increase(",code=~\"5..\""));
    events
        .into_iter()
        .zip(errors)
        .map(|(events, errors)| Some((events?, errors.unwrap_or(0.0))))
        .collect()
}

fn true_counts(exact: &Exact, server: &Backfilled, window_s: i64) -> Vec<Option<(f64, f64)>> {
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let counts = |Counts { events, errors }| (events as f64, errors as f64);
    let windows = server
        .evaluations_ms()
        .map(|time_ms| Some(counts(exact.within(time_ms, window_s))));
    windows.collect()
}

fn conditions(
    tier: &Tier,
    long: Vec<Option<(f64, f64)>>,
    short: Vec<Option<(f64, f64)>>,
) -> Vec<Condition> {
    long.into_iter()
        .zip(short)
        .map(|(long, short)| condition(tier, long, short))
        .collect()
}

/// Judges the alert of one tier.
pub fn judge(
    scenario: &Scenario,
    server: &Backfilled,
    truth: &Exact,
    tier: &Tier,
    alerts: &[Rule],
) -> TierReport {
    let fired: Vec<bool> = server
        .evaluate(&alert_of(tier, alerts).expr)
        .iter()
        .map(Option::is_some)
        .collect();
    let raw = conditions(
        tier,
        raw_counts(scenario, server, tier.long.0),
        raw_counts(scenario, server, tier.short.0),
    );
    let truth = conditions(
        tier,
        true_counts(truth, server, tier.long.1),
        true_counts(truth, server, tier.short.1),
    );
    let seconds: Vec<i64> = server
        .evaluations_ms()
        .map(|time_ms| time_ms / 1_000 - START_S)
        .collect();
    let judged_from = seconds.partition_point(|second| *second < tier.long.1 + FIRST_TILE_S);
    let raw_fired: Vec<bool> = raw.iter().map(fires).collect();
    let truth_fired: Vec<bool> = truth.iter().map(fires).collect();
    let count = |flags: &[bool]| flags[judged_from..].iter().filter(|held| **held).count();
    let mut report = TierReport {
        name: format!("{}/{}", tier.long.0, tier.short.0),
        fired: count(&fired),
        raw_fired: count(&raw_fired),
        delays_s: delays(&raw_fired, &fired, judged_from),
        true_delays_s: delays(&truth_fired, &fired, judged_from),
        fired_before_incidents: seconds
            .iter()
            .zip(&fired)
            .filter(|(second, held)| **held && is_before_incidents(scenario, **second))
            .map(|(second, _)| *second)
            .collect(),
        ..TierReport::default()
    };
    for place in (judged_from..fired.len()).filter(|place| fired[*place] != raw_fired[*place]) {
        // The raw condition may hold, or end, one evaluation earlier or later.
        let neighbours = place.saturating_sub(1)..=(place + 1).min(fired.len() - 1);
        if is_close_call(&raw[place], fired[place]) {
            report.close_calls.push(seconds[place]);
        } else if !raw_fired[neighbours].contains(&fired[place]) {
            report.faults.push(seconds[place]);
        }
    }
    report
}

fn alert_of<'rules>(tier: &Tier, alerts: &'rules [Rule]) -> &'rules Rule {
    let ((long, _), (short, _)) = (tier.long, tier.short);
    let has = |alert: &Rule, label: &str, value: &str| {
        alert.labels.get(label).map(String::as_str) == Some(value)
    };
    alerts
        .iter()
        .find(|alert| has(alert, "long_window", long) && has(alert, "short_window", short))
        .unwrap_or_else(|| panic!("no alert has the windows {long} and {short}"))
}

fn is_before_incidents(scenario: &Scenario, second: i64) -> bool {
    scenario
        .incidents
        .iter()
        .all(|incident| second < incident.during.start)
}

/// From each beginning of `expected` to the nearest beginning of `fired`, in seconds.
///
/// Beginnings within an hour of the one before are the same episode.
fn delays(expected: &[bool], fired: &[bool], judged_from: usize) -> Vec<Option<i64>> {
    let apart = usize::try_from(HOUR_S / EVALUATION_S).expect("an hour is positive");
    let beginnings = |flags: &[bool]| {
        let mut found: Vec<usize> = Vec::new();
        let mut last_held = None;
        for (place, held) in flags.iter().enumerate().skip(judged_from) {
            if *held {
                if last_held.is_none_or(|last| place - last > apart) {
                    found.push(place);
                }
                last_held = Some(place);
            }
        }
        found
    };
    let fired = beginnings(fired);
    beginnings(expected)
        .into_iter()
        .map(|begun| {
            let nearest = fired.iter().min_by_key(|place| place.abs_diff(begun))?;
            let places = i64::try_from(*nearest).ok()? - i64::try_from(begun).ok()?;
            Some(places * EVALUATION_S)
        })
        .collect()
}
