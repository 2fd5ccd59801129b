//! Writes what `validate` found, in every format that was asked for.

use std::path::Path;

use super::Io;
use super::compile::Compiled;
use super::report::shown;
use crate::diagnostics::{Colour, Findings, redacted};
use crate::files::{self, FilesError};
use crate::lint::{CHECKS, Suppressed};
use crate::report::{Format, Paths, Report, Request, Target};

/// Most findings of one run that are reported; the rest is counted.
pub(super) const REPORTED_MAX: usize = 10_000;

/// What a run found.
pub(super) struct Found {
    /// The findings to report, by place.
    pub findings: Findings,
    /// Those that a comment suppresses.
    pub suppressed: Vec<Suppressed>,
    /// What could not be checked.
    pub unchecked: Vec<String>,
}

/// Writes all reports; those in files first, so that an error is not behind thousands of lines.
pub(super) fn write(
    mut found: Found,
    compiled: &Compiled,
    requests: &[Request],
    io: &mut Io<'_>,
) -> Result<(), FilesError> {
    for request in requests {
        if let Target::File(file) = &request.target
            && is_read(&io.folder.join(file), compiled)
        {
            return Err(FilesError::Foreign(vec![io.folder.join(file)]));
        }
    }
    let left_out = cut(&mut found.findings);
    found.findings = shown(&found.findings, &compiled.sources);
    for suppressed in &mut found.suppressed {
        suppressed.finding = redacted(&suppressed.finding, &compiled.sources);
    }
    let is_asked = requests
        .iter()
        .any(|request| request.format.paths == Paths::Repository);
    let folder = match is_asked {
        true => files::find::path_in_repository(&compiled.root),
        false => None,
    };
    let in_repository = folder.map(|folder| compiled.sources.below(&folder));
    let report = |format: &Format, colour| Report {
        findings: &found.findings,
        left_out,
        suppressed: &found.suppressed,
        sources: match (format.paths, &in_repository) {
            (Paths::Repository, Some(sources)) => sources,
            (Paths::Workspace | Paths::Repository, _) => &compiled.sources,
        },
        slos: &compiled.reported,
        unchecked: &found.unchecked,
        checks: CHECKS,
        colour,
    };
    for request in requests {
        if let Target::File(file) = &request.target {
            let text = (request.format.render)(&report(request.format, Colour::Plain));
            files::report::write(&io.folder, file, &text)?;
        }
    }
    for request in requests {
        if request.target == Target::Stdout {
            let text = (request.format.render)(&report(request.format, io.stdout_colour));
            let _ = io.stdout.write_all(text.as_bytes());
        }
    }
    if left_out > 0 {
        let _ = writeln!(io.stderr, "{left_out} more findings are not shown");
    }
    Ok(())
}

/// Leaves the most important findings, in their order, and says how many were left out.
fn cut(findings: &mut Findings) -> usize {
    let left_out = findings.len().saturating_sub(REPORTED_MAX);
    if left_out > 0 {
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        findings.truncate(REPORTED_MAX);
        findings.sort_by_key(|finding| finding.primary.span);
    }
    left_out
}

/// Whether a file is one that this run read: a report in its place would take the user's text.
pub(super) fn is_read(path: &Path, compiled: &Compiled) -> bool {
    let Ok(real) = path.canonicalize() else {
        return false;
    };
    let sources = compiled.sources.iter().map(|(_, source)| &source.name);
    sources
        .filter(|name| Path::new(name.as_str()).file_name() == real.file_name())
        .any(|name| {
            let read = compiled.root.join(name).canonicalize();
            read.is_ok_and(|read| read == real)
        })
}
