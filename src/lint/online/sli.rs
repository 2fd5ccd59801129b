//! An SLI as one query: the share of errors in a window.

use super::scene::{is_vector, plain};
use crate::base::Duration;
use crate::lint::subject::Subject;
use crate::model::core::{Core, Errors, Slices};
use crate::promql::Expr;

/// The share of errors in `window`: nothing without events. Nothing for what is 0 or 1 by construction.
pub fn ratio(subject: &Subject<'_>, window: Duration) -> Option<String> {
    let text = |expr: &Expr| expr.text(Some(window));
    match &subject.slo.core {
        Core::Events { events, errors } => {
            let all = text(events);
            Some(match errors {
                Errors::Counted(errors) => format!("({}) / (({all}) > 0)", text(errors)),
                Errors::Remaining(good) => format!("1 - ({}) / (({all}) > 0)", text(good)),
            })
        }
        Core::Slices { source, .. } => match source {
            Slices::Samples { known, bad } => {
                Some(format!("({}) / (({}) > 0)", text(bad), text(known)))
            }
            Slices::Ratio(ratio) => Some(text(ratio)),
            Slices::Condition(_) => None,
        },
    }
}

/// Whether the share of errors is between 0 and 1 by construction: errors are selected among the events, or good ones
/// are a bucket of the same histogram.
pub fn is_bounded(subject: &Subject<'_>) -> bool {
    match &subject.slo.core {
        Core::Events { .. } if subject.slo.kind == "latency" => true,
        Core::Events { events, errors } => {
            let (Errors::Counted(part) | Errors::Remaining(part)) = errors;
            match (plain(events), plain(part)) {
                (Some(all), Some(part)) => {
                    all.metric_name() == part.metric_name()
                        && all
                            .matchers
                            .iter()
                            .all(|matcher| part.matchers.contains(matcher))
                }
                _ => false,
            }
        }
        Core::Slices { source, .. } => matches!(source, Slices::Condition(_)),
    }
}

/// What must give something for the SLO to measure anything, over `window`; nothing for plain selectors, of which it is
/// known that they have series.
pub fn measured(subject: &Subject<'_>, window: Duration) -> Option<String> {
    let expr = match &subject.slo.core {
        Core::Events { events, .. } => Some(events).filter(|events| plain(events).is_none())?,
        Core::Slices { source, .. } => match source {
            Slices::Samples { known, .. } => known,
            Slices::Condition(expr) | Slices::Ratio(expr) => expr,
        },
    };
    is_vector(expr).then(|| expr.text(Some(window)))
}
