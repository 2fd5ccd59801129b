//! How often a metric is really scraped, measured on the series themselves.

use super::desk::{Desk, Groups, bare, grouped, labels};
use super::scene::Want;
use super::table::Table;
use crate::base::Duration;

/// The window in which samples are counted.
const WINDOW: Duration = Duration::minutes(30);
/// Fewest samples in it: below, an interval would be a guess.
const SAMPLES_MIN: f64 = 2.0;

/// The real interval between the samples of a selector: `Some(None)` where its series are too young to tell.
pub fn interval(want: &Want, desk: &mut Desk) -> Option<Option<Duration>> {
    let Some(metric) = want.metric.as_deref() else {
        return Some(None);
    };
    let names = labels(want, std::iter::empty());
    let both = ["", " offset 30m"].map(|offset| {
        let inner = format!("count_over_time({}[{WINDOW}]{offset})", bare(metric));
        desk.groups(&grouped("max", &names, &inner), &names)
    });
    let [now, before] = both;
    let (Groups::All(now), Groups::All(before)) = (&*now?, &*before?) else {
        return Some(None);
    };
    let most = |table: &Table| {
        table
            .numbers(&table.rows(&want.matchers))
            .fold(0.0, f64::max)
    };
    let (now, before) = (most(now), most(before));
    // A series that began within the second window has its full number of samples in the first.
    let samples = now.max(before);
    let grown = before > 0.0 && samples >= SAMPLES_MIN;
    Some(grown.then(|| Duration::from_ms((WINDOW.as_ms() as f64 / samples).round() as u64)))
}
