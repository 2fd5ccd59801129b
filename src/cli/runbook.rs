//! `runbook new`: the source of a runbook, for a team to go on writing.

use super::compile::{Compiled, compile};
use super::explain::{Candidates, one};
use super::report::{failed, printable};
use super::{Exit, Io};
use crate::emit::runbook::new_source;
use crate::files::create::{Existing, create};
use crate::lint::Options;
use crate::lint::checks::asked_sections;
use crate::lint::library::plain;
use crate::model::Slo;
use crate::model::slo::{Runbook, WindowMode};
use crate::plan::plan;

/// Arguments of `runbook`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Write the source of an SLO's runbook, for the team to go on with
    New(New),
}

/// Arguments of `runbook new`.
#[derive(clap::Args)]
struct New {
    /// The SLO, as `service/name`, its name alone where only one service has it
    slo: String,
    /// SLO files, folders or globs. Without any: what the workspace names
    paths: Vec<String>,
    /// Write the file anew where it is there already
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let Command::New(arguments) = &arguments.command;
    let mut compiled = match compile(&arguments.paths, io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    match one(&mut compiled, &arguments.slo, Candidates::Slos, io) {
        Ok(slo) => write(arguments, &compiled, &slo, io),
        Err(exit) => exit,
    }
}

fn write(arguments: &New, compiled: &Compiled, slo: &Slo, io: &mut Io<'_>) -> Exit {
    let path = match &slo.runbook {
        Some(Runbook::File(path)) => plain(path),
        Some(Runbook::Url(url)) => {
            let what = format!("the runbook of `{}` is elsewhere: {url}", slo.id);
            return failed(&what, io);
        }
        None => format!("runbooks/{}/{}.md", slo.id.service, slo.id.name),
    };
    if let Some(what) = refused(&path, &plain(&compiled.output)) {
        return failed(&what, io);
    }
    let plan = plan(slo, WindowMode::Recorded);
    let templates = compiled.runbooks.templates();
    let checks = compiled.checks();
    let asked = asked_sections(&Options::of_checks(checks.as_ref()));
    let text = match new_source(&plan, &compiled.settings, &path, templates, &asked) {
        Ok(text) => text,
        Err(failure) => return failed(&failure.fault.what, io),
    };
    let existing = match arguments.force {
        true => Existing::Replace,
        false => Existing::Keep,
    };
    let file = compiled.root.join(&path);
    if let Err(error) = create(&file, &compiled.root, &text, existing) {
        return failed(&error, io);
    }
    let shown = printable(&path);
    let _ = writeln!(io.stdout, "wrote {shown}");
    if slo.runbook.is_none() {
        let _ = writeln!(
            io.stdout,
            "add to `{}` in {}: `runbook: {shown}`",
            slo.id,
            printable(&compiled.sources.get(slo.places.name.source).name)
        );
    }
    let _ = writeln!(
        io.stdout,
        "next: write what mitigates, then run `burnwatch validate`"
    );
    Exit::Clean
}

/// Why no source is written to `path`, whatever is there; `output` is the folder of generated files. Both are plain paths.
fn refused(path: &str, output: &str) -> Option<String> {
    let shown = printable(path);
    let lower = path.to_ascii_lowercase();
    if ![".md", ".markdown"].iter().any(|end| lower.ends_with(end)) {
        return Some(format!("`{shown}` is no `.md` or `.markdown` file"));
    }
    let (folders, _) = path.rsplit_once('/').unwrap_or_default();
    if let Some(hidden) = folders.split('/').find(|folder| folder.starts_with('.')) {
        let hidden = printable(hidden);
        return Some(format!(
            "a folder of `{shown}` begins with a dot: `{hidden}`"
        ));
    }
    let below = path.strip_prefix(output);
    below.filter(|rest| !output.is_empty() && rest.starts_with('/'))?;
    let output = printable(output);
    Some(format!(
        "`{shown}` is no place for a source: `{output}` is a folder of generated files"
    ))
}
