//! The options of checks, as the workspace gives them.

use std::collections::BTreeMap;

use crate::diagnostics::Code;
use crate::lint::{checks, online};
use crate::model::sli::{SLI, TEMPLATE};
use crate::spec::Record;
use crate::spec::shape::{Object, Shape, Slots, optional};

/// The options of all checks, by code.
static OPTIONS: Object = Object {
    name: "the options of checks",
    fields: &[
        optional(
            "QL009",
            Shape::Object(&checks::unscoped_selector::OPTIONS),
            "What ties a selector to its service.",
        ),
        optional(
            "AL002",
            Shape::Object(&checks::tier_needs_near_outage::OPTIONS),
            "From which threshold on a tier needs an outage.",
        ),
        optional(
            "AL013",
            Shape::Object(&checks::slow_burn_silent::OPTIONS),
            "Which burn rate may stay silent.",
        ),
        optional(
            "RB003",
            Shape::Object(&checks::runbook_section_missing::OPTIONS),
            "Which sections a runbook must have.",
        ),
        optional(
            "ON013",
            Shape::Object(&online::QUERY_COST_OPTIONS),
            "What a query may cost.",
        ),
    ],
    one_of: &[],
};

/// What fills the slots of the files' shapes.
pub static SLOTS: Slots = Slots {
    sli: &SLI,
    sli_template: &TEMPLATE,
    check_options: &OPTIONS,
};

/// Options by the code of their check.
#[derive(Default)]
pub struct Options<'a>(BTreeMap<&'a str, Record<'a>>);

impl<'a> Options<'a> {
    /// The options in `checks` of the workspace file.
    pub fn of_checks(checks: Option<&Record<'a>>) -> Options<'a> {
        let entries = checks
            .map(|checks| checks.map("options"))
            .unwrap_or_default();
        let records = entries
            .into_iter()
            .filter_map(|(key, node)| Some((key.value, Record::of(node)?)));
        Options(records.collect())
    }

    /// Those of one check.
    pub fn of(&self, code: Code) -> Option<&Record<'a>> {
        self.0.get(code.id)
    }
}
