//! How many events there really are, measured at four times of the last day.

use super::desk::{Desk, Groups, bare, grouped, labels};
use super::presence::is_whole;
use super::scene::{Scene, Side, plain};
use crate::base::Duration;
use crate::model::core::Core;
use crate::prometheus::Question;

/// When an hour of traffic is looked at: traffic differs by the time of day.
const OFFSETS: [&str; 4] = ["", " offset 6h", " offset 12h", " offset 18h"];
/// What is asked where the events are an expression of their own.
const WINDOW: Duration = Duration::hours(6);

/// Events in an hour; of the busiest group, where the SLO has several. Nothing while that is not known, and for what has
/// no events.
pub fn per_hour(scene: &Scene<'_>, desk: &mut Desk) -> Option<f64> {
    let Core::Events { events, .. } = &scene.subject.slo.core else {
        return None;
    };
    if !is_whole(scene, desk)? {
        return None;
    }
    match plain(events) {
        Some(_) => of_selector(scene, desk),
        None => {
            let text = events.text(Some(WINDOW));
            let most = desk.number(&Question::instant(format!("max({text})")))??;
            Some(most / (WINDOW.as_secs() as f64 / 3_600.0))
        }
    }
}

fn of_selector(scene: &Scene<'_>, desk: &mut Desk) -> Option<f64> {
    let want = scene.wants.iter().find(|want| want.side == Side::Events)?;
    let metric = want.metric.as_deref()?;
    let groups = scene
        .subject
        .slo
        .group_by
        .iter()
        .map(|label| label.as_str());
    let groups: Vec<&str> = groups.collect();
    let names = labels(want, groups.iter().copied());
    let tables = OFFSETS.map(|offset| {
        let inner = format!("increase({}[1h]{offset})", bare(metric));
        desk.groups(&grouped("sum", &names, &inner), &names)
    });
    let mut hours = Vec::new();
    for table in tables {
        let table = table?;
        let Groups::All(table) = &*table else {
            return None;
        };
        let rows = table.rows(&want.matchers);
        let mut sums: std::collections::BTreeMap<Vec<&str>, f64> = Default::default();
        for row in &rows {
            let key = groups
                .iter()
                .map(|label| table.value(label, *row))
                .collect();
            *sums.entry(key).or_default() += table.sum(&[*row]);
        }
        // An hour before the first sample is no quiet hour.
        hours.extend(sums.into_values().max_by(f64::total_cmp));
    }
    match hours.len() {
        0 => None,
        several => Some(hours.iter().sum::<f64>() / several as f64),
    }
}
