//! Holds the generated files that are there against those that would be generated now.
//!
//! Only where a list of generated files says how they were made: files that are generated in CI and never committed are not
//! there to differ.

use jiff::civil::Date;

use super::compile::Compiled;
use super::generate::{How, compare};
use super::report::has_errors;
use crate::base::{SourceId, Span};
use crate::diagnostics::{Finding, masked, shown};
use crate::emit::Format;
use crate::files::FilesError;
use crate::files::find::stays;
use crate::files::manifest::{self, Manifest};
use crate::files::output::{self, Change, Step};
use crate::lint::checks::GENERATED_DRIFT;
use crate::lint::{Looked, settle};

/// Most files that are named one by one.
const NAMED_MAX: usize = 20;

/// Adds a finding for each generated file that is not up to date.
///
/// # Errors
///
/// Where the folder leads out of the workspace, or a file in it cannot be read.
pub(super) fn find(compiled: &mut Compiled, today: Date) -> Result<(), FilesError> {
    // Without the SLOs that have errors nothing is generated, and everything would differ. What is turned off or suppressed
    // keeps nothing from being generated.
    let settled = settle(
        compiled.found.clone(),
        &compiled.comments,
        &compiled.levels,
        &compiled.sources,
        today,
        Looked::OFFLINE,
    );
    if has_errors(&settled.findings) || compiled.slos.iter().any(|slo| slo.calendar.is_some()) {
        return Ok(());
    }
    let folder = compiled.root.join(&compiled.output);
    stays(&folder, &compiled.root)?;
    let Some(list) = output::list(&folder)? else {
        return Ok(());
    };
    let Some(how) = how(&list) else {
        return Ok(());
    };
    let steps = compare(compiled, &folder, &how)?.steps;
    let differs = |step: &&Step| step.change != Change::Keep && step.path != manifest::FILE_NAME;
    let differing: Vec<&Step> = steps.iter().filter(differs).collect();
    for step in differing.iter().take(NAMED_MAX) {
        let finding = finding(compiled, step);
        compiled.found.push(match differing.len() > NAMED_MAX {
            true => finding.note(format!(
                "{} generated files are not up to date",
                differing.len()
            )),
            false => finding,
        });
    }
    Ok(())
}

/// How the files of a list are made again: those formats that are in it.
fn how(list: &Manifest) -> Option<How> {
    let listed = |format: &&Format| list.files.values().any(|file| file.format == format.name());
    let formats: Vec<Format> = Format::ALL.iter().filter(listed).copied().collect();
    How::of(list.made.as_ref()?, formats)
}

fn finding(compiled: &mut Compiled, step: &Step) -> Finding {
    let name = format!("{}/{}", compiled.output, step.path);
    let help = "run `burnwatch generate`, and commit what it writes";
    match (&step.before, &step.after) {
        (Some(before), Some(after)) => {
            let line = first_difference(before, after);
            let source = compiled.sources.add(name.clone(), before.clone());
            let span = line_span(source, before, line);
            // The base may bring secrets in.
            let now = masked(after)
                .lines()
                .nth(line)
                .map_or("nothing".to_string(), |line| shown(line.trim()));
            Finding::new(
                GENERATED_DRIFT,
                span,
                format!("`{name}` is not what is generated now"),
            )
            .label(format!("the first line that differs; now it is {now}"))
            .help(help)
        }
        (Some(before), None) => {
            let source = compiled.sources.add(name.clone(), before.clone());
            let title = format!("`{name}` is no longer generated");
            Finding::new(GENERATED_DRIFT, line_span(source, before, 0), title)
                .label("no SLO makes this file")
                .help(help)
        }
        (None, _) => {
            let of_file = |service: &str| step.path.contains(&format!("/{service}."));
            let slos = &compiled.slos;
            let slo = slos
                .iter()
                .find(|slo| of_file(slo.id.service.as_str()))
                .or(slos.first());
            let slo = slo.expect("a file is made from an SLO");
            Finding::new(
                GENERATED_DRIFT,
                slo.places.name,
                format!("`{name}` is missing"),
            )
            .label("generated from this SLO")
            .help(help)
        }
    }
}

/// The number of the first line that is another, from 0.
fn first_difference(before: &str, after: &str) -> usize {
    let mut lines = before.lines().zip(after.lines());
    lines
        .position(|(old, new)| old != new)
        .unwrap_or_else(|| before.lines().count().min(after.lines().count()))
}

/// The text of a line without its indentation; the end of the text where it has no such line.
fn line_span(source: SourceId, text: &str, number: usize) -> Span {
    let mut start = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if at == number {
            let indent = line.len() - line.trim_start().len();
            return Span::new(
                source,
                start + indent,
                start + line.trim_end().len().max(indent),
            );
        }
        start += line.len();
    }
    Span::new(source, text.len(), text.len())
}
