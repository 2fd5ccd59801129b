//! Whether every SLO has a name of its own.

use std::collections::BTreeMap;

use crate::base::Span;
use crate::diagnostics::code::XF001;
use crate::diagnostics::{Finding, Findings};

use super::slo::{Slo, SloId};

/// Findings for SLOs of the same name, across all files.
pub fn check_unique(slos: &[Slo], findings: &mut Findings) {
    let mut first: BTreeMap<&SloId, Span> = BTreeMap::new();
    for slo in slos {
        match first.get(&slo.id) {
            None => {
                first.insert(&slo.id, slo.places.name);
            }
            Some(other) => findings.push(
                Finding::new(
                    XF001,
                    slo.places.name,
                    format!("duplicate SLO `{}`", slo.id),
                )
                .label("same service and name as another SLO")
                .also(*other, "first defined here")
                .note("both would record the same series, and Prometheus would keep one of them"),
            ),
        }
    }
}
