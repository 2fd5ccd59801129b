//! Whether a selector has series, and if not, which part of it leaves none.

use super::desk::{BACK, Desk, Groups, bare, grouped, labels};
use super::scene::{Scene, Side, Want};
use super::table::Table;
use crate::base::Duration;
use crate::prometheus::Question;
use crate::promql::Selector;

/// How long ago a metric may have been seen without counting as missing: a deployment, a gap between scrapes.
pub const GAP_MAX: Duration = Duration::hours(2);
/// The step in which the last time of a metric is searched for.
const SEARCH_STEP: Duration = Duration::minutes(10);
/// Most values of a label that are named in a finding.
pub const VALUES_MAX: usize = 10;
/// Most values of a label that are read, to find the one that was meant.
const VALUES_READ_MAX: usize = 1_000;

/// What there is of a selector.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// Series.
    Here,
    /// No series now, and there were some within [`BACK`].
    Before,
    /// No series of its metric for longer than [`GAP_MAX`].
    NoMetric(Seen),
    /// Series of its metric, and none that all matchers let through.
    Emptied(Emptied),
    /// No series, and nothing to say which matcher it is.
    Nothing,
}

/// When a metric was seen, before the time of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Not within [`BACK`].
    Never,
    /// From and until so many milliseconds ago.
    Between {
        /// The first time.
        first_ms: u64,
        /// The last time.
        last_ms: u64,
    },
}

/// The matcher that leaves nothing of what those before it let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emptied {
    /// Its number among the matchers.
    pub culprit: usize,
    /// The values that its label has, in order; none where no series has the label.
    pub values: Vec<String>,
}

/// Whether all that an SLO needs is there now; nothing while that is not known.
pub fn is_whole(scene: &Scene<'_>, desk: &mut Desk) -> Option<bool> {
    let mut whole = Some(true);
    for want in scene.required() {
        match presence(want, desk) {
            None => whole = whole.filter(|whole| !whole),
            Some(Presence::Here) => {}
            // Errors that did not happen are none.
            Some(Presence::Before | Presence::Emptied(_) | Presence::Nothing)
                if want.side == Side::Errors => {}
            Some(_) => whole = Some(false),
        }
    }
    whole
}

/// What there is of a selector; nothing while that is not known.
pub fn presence(want: &Want, desk: &mut Desk) -> Option<Presence> {
    if let Some(known) = want.known.get() {
        return Some(known.clone());
    }
    let found = found(want, desk)?;
    Some(want.known.get_or_init(|| found).clone())
}

fn found(want: &Want, desk: &mut Desk) -> Option<Presence> {
    let Some(metric) = &want.metric else {
        return Some(match exists(&want.selector, desk)? {
            true => Presence::Here,
            false => Presence::Nothing,
        });
    };
    if desk.count(metric)? == 0 {
        return no_metric(metric, desk);
    }
    if want.matchers.is_empty() {
        return Some(Presence::Here);
    }
    let names = labels(want, std::iter::empty());
    let groups = desk.groups(&grouped("count", &names, &bare(metric).to_string()), &names)?;
    let found = match &*groups {
        Groups::All(table) => in_table(want, table),
        Groups::TooMany => one_by_one(want, metric, desk)?,
    };
    match found {
        Presence::Emptied(_) if was_there(&want.selector, desk)? => Some(Presence::Before),
        found => Some(found),
    }
}

/// How many series a selector has now; nothing while that is not known.
pub fn series(want: &Want, desk: &mut Desk) -> Option<f64> {
    let metric = want.metric.as_deref()?;
    let names = labels(want, std::iter::empty());
    if names.is_empty() {
        return desk.count(metric).map(|count| count as f64);
    }
    let groups = desk.groups(&grouped("count", &names, &bare(metric).to_string()), &names)?;
    match &*groups {
        Groups::All(table) => Some(table.sum(&table.rows(&want.matchers))),
        Groups::TooMany => {
            let count = Question::instant(format!("count({})", want.selector));
            Some(desk.number(&count)?.unwrap_or(0.0))
        }
    }
}

fn in_table(want: &Want, table: &Table) -> Presence {
    let mut before = table.rows(&[]);
    for culprit in 0..want.matchers.len() {
        let rows = table.rows(&want.matchers[..=culprit]);
        if rows.is_empty() {
            let values = table.values(&want.matchers[culprit].name, &before);
            return Presence::Emptied(Emptied { culprit, values });
        }
        before = rows;
    }
    Presence::Here
}

/// The same with a query for each matcher, for metrics with too many series.
fn one_by_one(want: &Want, metric: &str, desk: &mut Desk) -> Option<Presence> {
    if exists(&want.selector, desk)? {
        return Some(Presence::Here);
    }
    let mut found = Some(Presence::Nothing);
    for (culprit, matcher) in want.matchers.iter().enumerate() {
        let before = bare(metric).with(&want.matchers[..culprit]);
        let most = VALUES_READ_MAX;
        let name = &matcher.name;
        let query = Question::instant(format!("topk({most}, count by ({name}) ({before}))"));
        match desk.vector(&query) {
            None => found = None,
            Some(samples) if samples.is_empty() => {}
            Some(samples) => {
                let rows: Vec<usize> = (0..samples.len()).collect();
                let values = Table::new(&samples, [name.as_str()].into_iter()).values(name, &rows);
                // The last one that still has series before it is the one.
                found = found.map(|_| Presence::Emptied(Emptied { culprit, values }));
            }
        }
    }
    found
}

fn exists(selector: &Selector, desk: &mut Desk) -> Option<bool> {
    let count = desk.number(&Question::instant(format!("count({selector})")))?;
    Some(count.is_some())
}

/// Whether there was a series within [`BACK`]. The index knows, without reading a sample.
fn was_there(selector: &Selector, desk: &mut Desk) -> Option<bool> {
    let question = Question::Series {
        selector: selector.to_string(),
        back: BACK,
        limit: 1,
    };
    Some(!desk.series(&question)?.is_empty())
}

fn no_metric(metric: &str, desk: &mut Desk) -> Option<Presence> {
    let names = desk.names()?;
    if names.are_complete && !names.all.contains(metric) {
        return Some(Presence::NoMetric(Seen::Never));
    }
    let at = |end: &str| {
        let selector = bare(metric);
        Question::instant(format!(
            "time() - {end}_over_time(({end}(timestamp({selector})))[{BACK}:{SEARCH_STEP}])"
        ))
    };
    let (first, last) = (desk.number(&at("min")), desk.number(&at("max")));
    let ms = |seconds: f64| (seconds.max(0.0) * 1_000.0) as u64;
    Some(match (first?, last?) {
        (Some(first), Some(last)) if ms(last) > GAP_MAX.as_ms() => {
            Presence::NoMetric(Seen::Between {
                first_ms: ms(first),
                last_ms: ms(last),
            })
        }
        (Some(_), Some(_)) => Presence::Before,
        _ => Presence::NoMetric(Seen::Never),
    })
}

/// Whether a matcher asks for the bucket of a classic histogram.
pub fn is_bound(want: &Want, culprit: usize) -> bool {
    let bucket = want
        .metric
        .as_deref()
        .is_some_and(|metric| metric.ends_with("_bucket"));
    bucket && want.matchers[culprit].name == "le"
}
