//! Holds SLOs against a server that the command line names. A workspace file never says where to: whoever can change it in
//! a branch could have credentials sent elsewhere.

use super::Io;
use super::compile::Compiled;
use crate::diagnostics::once;
use crate::lint::online::{self, Online};
use crate::lint::{Options, Subject};
use crate::model::Slo;
use crate::source::{Access, Endpoint, Header, Partial, Source, SourceSettings};

/// Where a bearer token is read from.
const TOKEN: &str = "BURNWATCH_PROMETHEUS_TOKEN";
/// Where a user's name is read from.
const USER: &str = "BURNWATCH_PROMETHEUS_USER";
/// Where that user's password is read from.
const PASSWORD: &str = "BURNWATCH_PROMETHEUS_PASSWORD";

/// The server and what goes with every question.
pub(super) fn source(
    url: &str,
    headers: &[String],
    partial: Partial,
    io: &Io<'_>,
) -> Result<Source, String> {
    let endpoint = Endpoint::parse(url).map_err(|error| format!("`--prometheus`: {error}"))?;
    let mut settings = SourceSettings::new(endpoint);
    let variable = |name| (io.environment)(name);
    settings.access = Access::new(variable(TOKEN), variable(USER), variable(PASSWORD))
        .map_err(|error| format!("`{TOKEN}`, `{USER}` and `{PASSWORD}`: {error}"))?;
    settings.partial = partial;
    for header in headers {
        let header = Header::parse(header);
        let header = header.map_err(|error| format!("`--prometheus-header`: {error}"))?;
        settings.headers.push(header);
    }
    Source::new(settings).map_err(|error| error.to_string())
}

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
