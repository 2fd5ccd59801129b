//! Which SLOs of the workspace a command is about.

use std::collections::BTreeMap;

use super::compile::Compiled;
use super::explain::{Candidates, one};
use super::report::failed;
use super::{Exit, Io};
use crate::model::Slo;
use crate::model::slo::SloId;
use crate::spec::check::closest;

/// The SLOs that are called so, and those of these services, in order and each once; all where nothing is named. Where a name
/// is nobody's, what is similar has been said.
pub(super) fn chosen(
    compiled: &mut Compiled,
    names: &[String],
    services: &[String],
    io: &mut Io<'_>,
) -> Result<Vec<Slo>, Exit> {
    if names.is_empty() && services.is_empty() {
        return match compiled.slos.is_empty() {
            true => Err(failed(&"there are no SLOs", io)),
            false => Ok(compiled.slos.clone()),
        };
    }
    let mut all: BTreeMap<SloId, Slo> = BTreeMap::new();
    for name in names {
        let slo = one(compiled, name, Candidates::Slos, io)?;
        all.insert(slo.id.clone(), slo);
    }
    for service in services {
        let of = compiled
            .slos
            .iter()
            .filter(|slo| slo.id.service.as_str() == service);
        let of: Vec<&Slo> = of.collect();
        if of.is_empty() {
            let known = compiled.slos.iter().map(|slo| slo.id.service.as_str());
            let help = match closest(service, known) {
                Some(meant) => format!("; `{meant}` is similar"),
                None => String::new(),
            };
            let error = format!("no service with SLOs is called `{service}`{help}");
            return Err(failed(&error, io));
        }
        all.extend(of.into_iter().map(|slo| (slo.id.clone(), slo.clone())));
    }
    Ok(all.into_values().collect())
}
