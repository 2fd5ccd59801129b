//! Which SLOs a command is about: ids, names, globs of ids, services; all of them where nothing is named.

use globset::{GlobBuilder, GlobMatcher};

use super::compile::Compiled;
use super::explain::{Candidates, unknown};
use super::report::failed;
use super::{Exit, Io};
use crate::model::Slo;
use crate::spec::check::closest;

/// Most arguments that choose SLOs.
const PATTERNS_MAX: usize = 1_000;

/// The SLOs that `patterns` name, and those of `services`, in the order of their ids and each once; else what is similar has
/// been said.
pub(super) fn chosen(
    compiled: &mut Compiled,
    patterns: &[String],
    services: &[String],
    io: &mut Io<'_>,
) -> Result<Vec<Slo>, Exit> {
    if patterns.is_empty() && services.is_empty() {
        return match compiled.slos.is_empty() {
            true => Err(failed(&"there are no SLOs", io)),
            false => Ok(compiled.slos.clone()),
        };
    }
    if patterns.len() + services.len() > PATTERNS_MAX {
        let error = format!("at most {PATTERNS_MAX} SLOs can be named");
        return Err(failed(&error, io));
    }
    let mut is_chosen = vec![false; compiled.slos.len()];
    for pattern in patterns {
        let glob = glob(pattern).map_err(|error| failed(&error, io))?;
        let is_meant = |slo: &Slo| {
            let id = slo.id.to_string();
            id == *pattern || slo.id.name.as_str() == pattern || glob.is_match(&id)
        };
        if !choose(&compiled.slos, &mut is_chosen, is_meant) {
            return Err(unknown(compiled, pattern, Candidates::Slos, io));
        }
    }
    for service in services {
        let is_of = |slo: &Slo| slo.id.service.as_str() == service;
        if !choose(&compiled.slos, &mut is_chosen, is_of) {
            return Err(failed(&unknown_service(&compiled.slos, service), io));
        }
    }
    let slos = compiled.slos.iter().zip(is_chosen);
    let chosen = slos.filter(|(_, is_chosen)| *is_chosen);
    Ok(chosen.map(|(slo, _)| slo.clone()).collect())
}

/// Chooses those that are meant; whether there are any.
fn choose(slos: &[Slo], is_chosen: &mut [bool], is_meant: impl Fn(&Slo) -> bool) -> bool {
    let mut any = false;
    for (slo, is_chosen) in slos.iter().zip(is_chosen) {
        if is_meant(slo) {
            *is_chosen = true;
            any = true;
        }
    }
    any
}

fn unknown_service(slos: &[Slo], service: &str) -> String {
    let known = slos.iter().map(|slo| slo.id.service.as_str());
    let help = match closest(service, known) {
        Some(meant) => format!("; `{meant}` is similar"),
        None => String::new(),
    };
    format!("no service with SLOs is called `{service}`{help}")
}

fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    let built = GlobBuilder::new(pattern).literal_separator(true).build();
    match built {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => Err(format!("`{pattern}` is no pattern: {}", error.kind())),
    }
}
