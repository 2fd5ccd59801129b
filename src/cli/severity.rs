//! A severity on the command line: one that SLOs have.

use std::collections::BTreeSet;

use crate::model::Slo;
use crate::spec::check::closest;

/// Whether any of `slos` alerts with this severity; else which there are.
pub(super) fn is_known(severity: &str, slos: &[Slo]) -> Result<(), String> {
    let of_slo = |slo: &'_ Slo| -> Vec<String> {
        let tiers = slo.policy.tiers.iter().map(|tier| &tier.severity);
        let no_data = slo.policy.no_data.iter().map(|no_data| &no_data.severity);
        tiers.chain(no_data).map(ToString::to_string).collect()
    };
    let known: BTreeSet<String> = slos.iter().flat_map(of_slo).collect();
    if known.contains(severity) {
        return Ok(());
    }
    let help = match closest(severity, known.iter().map(String::as_str)) {
        Some(meant) => format!("`{meant}` is similar"),
        None => {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("there are {}", names.join(", "))
        }
    };
    Err(format!("no alert has the severity `{severity}`; {help}"))
}
