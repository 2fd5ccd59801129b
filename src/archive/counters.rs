//! The counters that an SLI adds up, where it is made of plain ones: what can be counted without a server.

use crate::base::LabelName;
use crate::model::Slo;
use crate::model::core::{Core, Errors};
use crate::promql::expr::{Grouping, LengthValue, Node, Selection, Sign};
use crate::promql::op::AggregateOp;
use crate::promql::{Expr, Selector};

/// The counters of an SLI.
#[derive(Clone, Debug)]
pub struct Counters {
    /// Which series hold events.
    pub events: Selector,
    /// Which hold those that decide how many are bad.
    pub part: Selector,
    /// What these are.
    pub is: Part,
}

/// What the second counters hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Bad events.
    Bad,
    /// Good ones.
    Good,
}

impl Counters {
    /// Those of `slo`; nothing where it asks for more than sums of increases.
    pub fn of(slo: &Slo) -> Option<Counters> {
        let Core::Events { events, errors } = &slo.core else {
            return None;
        };
        let (part, is) = match errors {
            Errors::Counted(errors) => (errors, Part::Bad),
            Errors::Remaining(good) => (good, Part::Good),
        };
        Some(Counters {
            events: summed(events, &slo.group_by)?.clone(),
            part: summed(part, &slo.group_by)?.clone(),
            is,
        })
    }
}

/// The selector in `sum by (labels) (increase(selector[$window]))`.
fn summed<'e>(expr: &'e Expr, labels: &[LabelName]) -> Option<&'e Selector> {
    let Node::Aggregate(aggregate) = &expr.bare().node else {
        return None;
    };
    let by: Vec<&str> = match &aggregate.grouping {
        Grouping::Nothing => Vec::new(),
        Grouping::By(by, _) => by.iter().map(|label| label.name.as_str()).collect(),
        Grouping::Without(..) => return None,
    };
    let is_sum = aggregate.op == AggregateOp::Sum && by.len() == labels.len();
    let is_by = labels.iter().all(|label| by.contains(&label.as_str()));
    let Node::Call(call) = &aggregate.of.bare().node else {
        return None;
    };
    let [argument] = &call.args[..] else {
        return None;
    };
    let Node::Range(selection, range) = &argument.bare().node else {
        return None;
    };
    let is_window =
        range.value == LengthValue::Window(Sign::Plus) && call.function.name == "increase";
    let plain = Selection {
        selector: selection.selector.clone(),
        ..Selection::default()
    };
    let is_plain = *selection == plain && selection.selector.metric_name().is_some();
    (is_sum && is_by && is_window && is_plain).then_some(&selection.selector)
}
