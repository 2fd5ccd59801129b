//! What counters rose by in each step: sums over series, a counter that falls has begun anew.
//!
//! The rise from one sample to the next counts for the step in which the second one lies, as steps of a server's answer touch
//! in a sample too. Across a gap nothing is known, and before its first sample nothing of a series.

use super::Form;
use super::counters::{Counters, Part};
use super::fault::Refusal;
use super::recording::{Cell, Recording, fits, step_ms};
use super::series::{self, Series, Shelf};
use crate::evaluate::{Contents, Resolution};
use crate::plan::Plan;

/// Two samples that lie further apart than so many times the usual have a gap between them.
const GAP_SAMPLES: i64 = 3;
/// Most distances that decide what is usual.
const DISTANCES_MAX: usize = 1_000_000;

/// What a file of counters says of the SLO of `plan`.
pub fn read(
    bytes: &[u8],
    form: Form,
    plan: &Plan<'_>,
    resolution: Resolution,
) -> Result<Recording, Refusal> {
    let slo = plan.slo;
    let Some(counters) = Counters::of(slo) else {
        return Err(Refusal::Whole(format!(
            "the SLI of `{}` is more than sums of counters: a server is needed to work it out, or a CSV of counts",
            slo.id
        )));
    };
    let shelf = series::read(bytes, form, &counters, &slo.group_by)?;
    let has = |is: fn(&Series) -> bool| {
        shelf
            .series
            .iter()
            .any(|one| is(one) && !one.samples.is_empty())
    };
    if !has(|series| series.is_events) {
        return Err(Refusal::Whole(format!(
            "there is no series of `{}` in it",
            counters.events
        )));
    }
    let missing = (!has(|series| series.is_part)).then(|| {
        let meaning = match counters.is {
            Part::Bad => "there are no errors",
            Part::Good => "nothing is good",
        };
        format!(
            "there is no series of `{}` in the file: {meaning}",
            counters.part
        )
    });
    let mut recording = counted(&shelf, counters.is, resolution)?;
    recording.notes.extend(missing);
    Ok(recording)
}

fn counted(shelf: &Shelf, is: Part, resolution: Resolution) -> Result<Recording, Refusal> {
    let usual_ms = usual_ms(shelf).ok_or_else(|| {
        Refusal::Whole("no series has two samples, so that nothing is known to rise".to_string())
    })?;
    let step_ms = step_ms(usual_ms, resolution);
    let times = || {
        shelf
            .series
            .iter()
            .flat_map(|series| &series.samples)
            .map(|(at_ms, _)| *at_ms)
    };
    let (first_ms, last_ms) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
    let span = [first_ms, last_ms].map(|at_ms| at_ms.div_euclid(step_ms) * step_ms);
    fits(span[0], span[1], resolution, shelf.groups.len())?;
    let mut parts = Vec::new();
    for series in &shelf.series {
        for pair in series.samples.windows(2) {
            let [(before_ms, before), (at_ms, value)] = [pair[0], pair[1]];
            let is_gap = at_ms - before_ms > GAP_SAMPLES * usual_ms;
            if is_gap || at_ms > span[1] {
                continue;
            }
            let rise = if value < before {
                value
            } else {
                value - before
            };
            let step = (at_ms - 1 - span[0]).div_euclid(step_ms);
            parts.push(Cell {
                step: u32::try_from(step).expect("there are few enough steps"),
                group: series.group,
                contents: contents(series, is, rise),
                is_known: series.is_events,
            });
        }
    }
    Ok(Recording::of_parts(
        parts,
        shelf.groups.clone(),
        (span[0], span[1]),
        step_ms,
    ))
}

fn contents(series: &Series, is: Part, rise: f64) -> Contents {
    let [events, part] = [series.is_events, series.is_part].map(|is| if is { rise } else { 0.0 });
    Contents {
        events,
        errors: match is {
            Part::Bad => part,
            Part::Good => events - part,
        },
    }
}

/// How far two samples of a series usually lie apart: the median.
fn usual_ms(shelf: &Shelf) -> Option<i64> {
    let pairs = shelf
        .series
        .iter()
        .flat_map(|series| series.samples.windows(2));
    let distances = pairs.map(|pair| pair[1].0 - pair[0].0);
    let mut distances: Vec<i64> = distances.take(DISTANCES_MAX).collect();
    let middle = distances.len() / 2;
    (!distances.is_empty()).then(|| *distances.select_nth_unstable(middle).1)
}
