//! The SLI kinds that users write, one file each. All of them lower to the cores of `model::core`.
//!
//! Adding one is a file here, its `mod` line, and its line in [`KINDS`].

mod error_ratio;
mod gauge;
mod latency;
mod ratio;
mod threshold;

use crate::base::{Duration, LabelName};
use crate::diagnostics::Findings;
use crate::model::core::Core;
use crate::model::place::Parsed;
use crate::model::run::Run;
use crate::model::slo::WindowMode;
use crate::spec::shape::{Field, Object, Shape, optional};
use crate::spec::workspace_file::{ITEMS_MAX, PARAM};
use crate::spec::{Record, scalar};

/// An SLI kind.
pub struct Kind {
    /// What users write.
    pub name: &'static str,
    /// Its fields.
    pub object: &'static Object,
    /// What it measures, in a sentence.
    pub doc: &'static str,
    /// An SLO's `sli` of this kind, as YAML.
    pub example: &'static str,
    /// From fields to a core; `None` where a finding says why not.
    pub lower: fn(&Record<'_>, &Context<'_>, &mut Findings) -> Option<Core>,
}

/// What an SLI needs to know of its SLO and workspace.
pub struct Context<'a> {
    /// The labels that everything is grouped by.
    pub group_by: &'a [LabelName],
    /// How windows are computed: raw ones need not add up over time.
    pub windows: WindowMode,
    /// How often targets are scraped.
    pub scrape_interval: Duration,
    /// Who gives the second opinion on PromQL.
    pub run: &'a Run,
    /// What was parsed of it.
    pub parsed: Parsed,
}

impl Context<'_> {
    /// `sum` or `sum by (route)`.
    fn aggregation(&self, name: &str) -> String {
        let labels: Vec<&str> = self.group_by.iter().map(|l| l.as_str()).collect();
        match labels.is_empty() {
            true => name.to_string(),
            false => format!("{name} by ({})", labels.join(", ")),
        }
    }
}

/// Every kind, in the order of the documentation.
pub const KINDS: &[&Kind] = &[
    &ratio::KIND,
    &latency::KIND,
    &gauge::KIND,
    &threshold::KIND,
    &error_ratio::KIND,
];

const fn field(kind: &'static Kind) -> Field {
    optional(kind.name, Shape::Object(kind.object), kind.doc)
}

const RATIO: Field = field(&ratio::KIND);
const LATENCY: Field = field(&latency::KIND);
const GAUGE: Field = field(&gauge::KIND);
const THRESHOLD: Field = field(&threshold::KIND);
const ERROR_RATIO: Field = field(&error_ratio::KIND);

/// The `sli` of an SLO.
pub static SLI: Object = Object {
    name: "an SLI",
    fields: &[
        RATIO,
        LATENCY,
        GAUGE,
        THRESHOLD,
        ERROR_RATIO,
        optional(
            "use",
            Shape::Scalar(&scalar::NAME),
            "A template of the workspace's `sli_templates`.",
        ),
        optional(
            "with",
            Shape::Map {
                key: &PARAM,
                value: &Shape::Scalar(&scalar::TEXT),
            },
            "Values for the template's parameters.",
        ),
    ],
    one_of: &[&[
        "ratio",
        "latency",
        "gauge",
        "threshold",
        "error_ratio",
        "use",
    ]],
};

/// A template of the workspace.
pub static TEMPLATE: Object = Object {
    name: "an SLI template",
    fields: &[
        optional(
            "params",
            Shape::List(&Shape::Scalar(&PARAM), ITEMS_MAX),
            "The parameters: `$name` in any text of the template is replaced by their values.",
        ),
        RATIO,
        LATENCY,
        GAUGE,
        THRESHOLD,
        ERROR_RATIO,
    ],
    one_of: &[&["ratio", "latency", "gauge", "threshold", "error_ratio"]],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_a_field_wherever_an_sli_is_written() {
        for kind in KINDS {
            for object in [&SLI, &TEMPLATE] {
                assert!(
                    object.field(kind.name).is_some(),
                    "{} in {}",
                    kind.name,
                    object.name
                );
                assert!(
                    object.one_of[0].contains(&kind.name),
                    "{} in {}",
                    kind.name,
                    object.name
                );
            }
        }
    }
}
