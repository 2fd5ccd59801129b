//! Which SLOs a command is about: ids, names, globs of ids; all of them where none is named.

use globset::{GlobBuilder, GlobMatcher};

use super::compile::Compiled;
use super::explain::{Candidates, unknown};
use super::report::failed;
use super::{Exit, Io};
use crate::model::Slo;

/// Most arguments that choose SLOs.
const PATTERNS_MAX: usize = 1_000;

/// The SLOs that `patterns` name, in the order of their ids; else what is similar has been said.
pub(super) fn chosen(
    compiled: &mut Compiled,
    patterns: &[String],
    io: &mut Io<'_>,
) -> Result<Vec<Slo>, Exit> {
    if patterns.is_empty() {
        return Ok(compiled.slos.clone());
    }
    if patterns.len() > PATTERNS_MAX {
        return Err(failed(
            &format!("at most {PATTERNS_MAX} SLOs can be named"),
            io,
        ));
    }
    let mut is_chosen = vec![false; compiled.slos.len()];
    for pattern in patterns {
        let glob = glob(pattern).map_err(|error| failed(&error, io))?;
        let mut any = false;
        for (slo, is_chosen) in compiled.slos.iter().zip(&mut is_chosen) {
            let id = slo.id.to_string();
            if id == *pattern || slo.id.name.as_str() == pattern || glob.is_match(&id) {
                *is_chosen = true;
                any = true;
            }
        }
        if !any {
            return Err(unknown(compiled, pattern, Candidates::Slos, io));
        }
    }
    let slos = compiled.slos.iter().zip(is_chosen);
    let chosen = slos.filter(|(_, is_chosen)| *is_chosen);
    Ok(chosen.map(|(slo, _)| slo.clone()).collect())
}

fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    let built = GlobBuilder::new(pattern).literal_separator(true).build();
    match built {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => Err(format!("`{pattern}` is no pattern: {}", error.kind())),
    }
}
