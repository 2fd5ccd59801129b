//! Whether what SLOs depend on exists, and the services that are maintained.

use std::collections::BTreeSet;

use crate::base::Spanned;
use crate::diagnostics::code::SP009;
use crate::diagnostics::{Finding, Findings, Level, shown};
use crate::spec::check::{closest, similar};

use super::roster::Roster;
use super::slo::Slo;

/// Findings for dependencies that are no SLO and no service of `slos`, which are all there are.
pub fn check_dependencies(slos: &[Slo], findings: &mut Findings) {
    if slos.iter().all(|slo| slo.depends_on.is_empty()) {
        return;
    }
    let ids = slos.iter().map(|slo| slo.id.to_string());
    let services = slos.iter().map(|slo| slo.id.service.to_string());
    let known: BTreeSet<String> = ids.chain(services).collect();
    for name in slos.iter().flat_map(|slo| &slo.depends_on) {
        if !known.contains(&name.value) {
            findings.push(missing(name, &known));
        }
    }
}

fn missing(name: &Spanned<String>, known: &BTreeSet<String>) -> Finding {
    let title = format!("no SLO or service is called {}", shown(&name.value));
    let finding = Finding::new(SP009, name.span, title)
        .label("an SLO as `service/slo`, or a service")
        .caused_by(format!("no dependency {}", name.value));
    match closest(&name.value, known.iter().map(String::as_str)) {
        Some(meant) => similar(finding, name.span, meant),
        None => finding,
    }
}

/// Findings for services of planned maintenance of which there is no SLO; `slos` are all there are.
pub fn check_services(slos: &[Slo], roster: &Roster, findings: &mut Findings) {
    let known: BTreeSet<&str> = slos.iter().map(|slo| slo.id.service.as_str()).collect();
    let named = roster.maintenance.values().flat_map(|of| &of.services);
    for name in named.filter(|name| !known.contains(name.value.as_str())) {
        let title = format!("no SLO is about a service called `{}`", name.value);
        let mut finding = Finding::new(SP009, name.span, title)
            .label("nothing would be muted")
            .caused_by(format!("no service {}", name.value));
        // A service that was removed must not stop everything because of an old maintenance.
        finding.level = Level::Warning;
        findings.push(match closest(name.value.as_str(), known.iter().copied()) {
            Some(meant) => similar(finding, name.span, meant),
            None => finding,
        });
    }
}
