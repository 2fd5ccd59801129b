//! Holds SLOs against the server that the command line names.

use super::compile::Compiled;
use crate::diagnostics::once;
use crate::lint::online::{self, Online};
use crate::lint::{Options, Subject};
use crate::model::Slo;
use crate::source::Source;

/// What the server says of the SLOs that are `asked` for.
pub(super) fn check(
    compiled: &Compiled,
    asked: impl Fn(&Slo) -> bool,
    source: &mut Source,
) -> Online {
    let checks = compiled.checks();
    let options = Options::of_checks(checks.as_ref());
    let subjects: Vec<Subject<'_>> = compiled
        .slos
        .iter()
        .filter(|slo| asked(slo))
        .map(|slo| Subject::new(slo, &compiled.settings, &options))
        .collect();
    let mut online = online::check(&subjects, source, None);
    once(&mut online.findings);
    online
}
