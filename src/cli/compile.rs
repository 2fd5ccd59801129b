//! From files to a model: what every command begins with.
//!
//! Files are read side by side; the result does not depend on the order in which they were named or finished.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use super::Io;
use super::layout::{From, Layout, Text, shown, texts};
use super::linted::lint_all;
use super::routing::{self, Planned, Routed};
use super::runbooks::{self, Runbooks};
use crate::base::{SourceId, Span, Standing};
use crate::diagnostics::code::{SP001, SP019};
use crate::diagnostics::{self, Finding, Findings, Level, Source, Sources};
use crate::emit::artifact::is_ours;
use crate::files::{FilesError, find, read, side_by_side};
use crate::lint::options::SLOTS;
use crate::lint::suppression::{self, Comments};
use crate::lint::{self, Levels, Looked, Options, Settled, settle};
use crate::model::{self, Daemon, PrometheusServer, Slo, Workspace};
use crate::plan::Settings;
use crate::report::{ReportedSlo, written};
use crate::spec::slo_file::SLO_FILE;
use crate::spec::workspace_file::WORKSPACE_FILE;
use crate::spec::{Record, check};
use crate::yaml::{self, Node};

/// Everything that was read, and what it means.
pub(super) struct Compiled {
    /// The texts, for findings.
    pub sources: Sources,
    /// What is wrong with them, levels and suppressions not yet applied.
    pub found: Findings,
    /// What their comments suppress.
    pub comments: Vec<Comments>,
    /// How much each check matters.
    pub levels: Levels,
    /// The SLOs as they are written, by file.
    pub reported: Vec<ReportedSlo>,
    /// The SLOs that could be understood, in order.
    pub slos: Vec<Slo>,
    /// How rules are made.
    pub settings: Settings,
    /// How the daemon runs.
    pub daemon: Daemon,
    /// The server that the daemon asks.
    pub prometheus: Option<PrometheusServer>,
    /// The folder that the workspace's paths are relative to.
    pub root: PathBuf,
    /// The folder that the workspace names for generated files, below `root`.
    pub output: String,
    /// The files that were read, as they are shown.
    pub names: BTreeSet<String>,
    /// The workspace file's document; where there is one, its source is the first.
    pub document: Option<Node>,
    /// What Alertmanager will read, where it is configured.
    pub routed: Option<Routed>,
    /// The runbooks that SLOs name.
    pub runbooks: Runbooks,
    /// Whether that is all of the workspace.
    pub extent: Extent,
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All that the workspace names.
    Workspace,
    /// What the command line names.
    Named,
}

impl Compiled {
    /// The findings that count, by place.
    pub fn settle(&mut self, today: Date, looked: Looked) -> Settled {
        let found = std::mem::take(&mut self.found);
        let mut settled = settle(
            found,
            &self.comments,
            &self.levels,
            &self.sources,
            today,
            looked,
        );
        settled.findings.sort_by_key(|finding| finding.primary.span);
        settled
    }

    /// What the workspace says of checks.
    pub fn checks(&self) -> Option<Record<'_>> {
        Record::of(self.document.as_ref()?)?.record("checks")
    }
}

/// Reads and resolves `paths`, or what the workspace names where there are none. A path or glob that means no file is an error.
pub(super) fn compile(paths: &[String], io: &mut Io<'_>) -> Result<Compiled, FilesError> {
    let read = read_workspace(paths, io)?;
    match read.unmatched {
        Some(error) => Err(error),
        None => checked(read.resolved, read.root, read.extent),
    }
}

/// The same of what the workspace names, as far as it is there; with the error that [`compile`] ends with, where it does.
pub(super) fn compile_what_is_there(
    io: &mut Io<'_>,
) -> Result<(Compiled, Option<FilesError>), FilesError> {
    let read = read_workspace(&[], io)?;
    let compiled = checked(read.resolved, read.root, read.extent)?;
    Ok((compiled, read.unmatched))
}

/// A workspace before any check was asked.
struct Read {
    resolved: Resolved,
    root: PathBuf,
    extent: Extent,
    /// What is to be said of the first path or glob that means no file.
    unmatched: Option<FilesError>,
}

/// What the workspace file says alone, and the folder that its paths are relative to: no SLO is read.
pub(super) fn workspace_alone(io: &Io<'_>) -> Result<(Resolved, PathBuf), FilesError> {
    let (workspace, root) = workspace_text(io)?;
    let resolved = resolve(workspace, |_| Ok::<_, FilesError>(Vec::new()))?;
    Ok((resolved, root))
}

/// The workspace file, if there is one, and the folder that its paths are relative to.
fn workspace_text(io: &Io<'_>) -> Result<(Option<Text>, PathBuf), FilesError> {
    let Some(file) = find::workspace_file(&io.folder) else {
        return Ok((None, io.folder.clone()));
    };
    let root = file.parent().unwrap_or(&io.folder).to_path_buf();
    find::stays(&file, &root)?;
    let text = Text {
        name: shown(&file, &root, &root),
        from: From::Bytes(read::bytes(&file)?),
    };
    Ok((Some(text), root))
}

fn read_workspace(paths: &[String], io: &mut Io<'_>) -> Result<Read, FilesError> {
    let (workspace, root) = workspace_text(io)?;
    let is_bare = workspace.is_none() && paths.is_empty();
    let mut unmatched = None;
    let resolved = resolve(workspace, |layout| {
        let (texts, pattern) = texts(paths, layout, &root, io)?;
        unmatched = pattern.map(|pattern| match is_bare {
            true => FilesError::NoWorkspace(pattern),
            false => FilesError::NoMatch(pattern),
        });
        Ok::<_, FilesError>(texts)
    })?;
    let extent = match paths.is_empty() {
        true => Extent::Workspace,
        false => Extent::Named,
    };
    Ok(Read {
        resolved,
        root,
        extent,
        unmatched,
    })
}

/// The same as `compiled` with other texts in the place of some: nothing else is read that could have changed meanwhile.
pub(super) fn recompile(
    compiled: &Compiled,
    changed: &BTreeMap<SourceId, String>,
) -> Result<Compiled, FilesError> {
    let text = |(id, source): (SourceId, &Source)| Text {
        name: source.name.clone(),
        from: From::Bytes(
            changed
                .get(&id)
                .unwrap_or(&source.text)
                .clone()
                .into_bytes(),
        ),
    };
    let mut all = compiled.sources.iter().map(text);
    let workspace = match compiled.document.is_some() {
        true => all.next(),
        false => None,
    };
    // What the workspace names beside its SLO files is read anew: no fix is made there.
    let slo_files = all.filter(|text| compiled.names.contains(&text.name));
    let resolved = resolve(workspace, |_| Ok::<_, FilesError>(slo_files.collect()))?;
    checked(resolved, compiled.root.clone(), compiled.extent)
}

/// With what the checks say.
fn checked(mut resolved: Resolved, root: PathBuf, extent: Extent) -> Result<Compiled, FilesError> {
    let checks = resolved
        .document
        .as_ref()
        .and_then(Record::of)
        .and_then(|file| file.record("checks"));
    let options = Options::of_checks(checks.as_ref());
    let plans = lint_all(
        &resolved.slos,
        &resolved.settings,
        &options,
        &mut resolved.findings,
    );
    // What is missing may be what could not be understood.
    if extent == Extent::Workspace && resolved.findings.iter().all(|f| f.level != Level::Error) {
        model::check_dependencies(&resolved.slos, &mut resolved.findings);
        let roster = &resolved.settings.roster;
        model::check_services(&resolved.slos, roster, &mut resolved.findings);
    }
    let routed = match Planned::of(plans, &resolved.settings) {
        Some(planned) => {
            let findings = &mut resolved.findings;
            let routed = routing::route(&planned, &root, &mut resolved.sources, findings)?;
            routed.check(&planned, findings);
            Some(routed)
        }
        None => None,
    };
    // Where a name is lost, what is used follows from what was meant.
    if resolved.findings.iter().all(|f| f.level != Level::Error) {
        lint::of_roster(&resolved.settings.roster, &mut resolved.findings);
    }
    let runbooks = runbooks::shelve(
        runbooks::Workspace {
            slos: &resolved.slos,
            settings: &resolved.settings,
            root: &root,
            output: &resolved.output,
            document: resolved.document.as_ref(),
            options: &options,
        },
        &mut resolved.sources,
        &mut resolved.findings,
    )?;
    let levels = Levels::of_checks(checks.as_ref(), &mut resolved.findings);
    diagnostics::once(&mut resolved.findings);
    Ok(Compiled {
        routed,
        runbooks,
        extent,
        sources: resolved.sources,
        found: resolved.findings,
        comments: resolved.comments,
        reported: resolved.reported,
        levels,
        slos: resolved.slos,
        settings: resolved.settings,
        daemon: resolved.daemon,
        prometheus: resolved.prometheus,
        root,
        output: resolved.output,
        names: resolved.names,
        document: resolved.document,
    })
}

/// What texts mean, before any check is asked.
pub(super) struct Resolved {
    /// The texts, that of the workspace first.
    pub sources: Sources,
    /// What the readers say.
    pub findings: Findings,
    /// The workspace file's document.
    pub document: Option<Node>,
    /// The SLOs that could be understood, in order.
    pub slos: Vec<Slo>,
    /// How rules are made.
    pub settings: Settings,
    /// How the daemon runs.
    pub daemon: Daemon,
    /// The server that the daemon asks.
    pub prometheus: Option<PrometheusServer>,
    /// The SLOs as they are written, by file.
    pub reported: Vec<ReportedSlo>,
    /// The files that were read, as they are shown.
    pub names: BTreeSet<String>,
    comments: Vec<Comments>,
    output: String,
}

/// Resolves a workspace file, if there is one, and the texts that `texts` gives for where it says that files are.
pub(super) fn resolve<E: std::convert::From<FilesError>>(
    workspace_file: Option<Text>,
    texts: impl FnOnce(&Layout) -> Result<Vec<Text>, E>,
) -> Result<Resolved, E> {
    let mut sources = Sources::default();
    let mut findings = Findings::new();
    let mut comments = Vec::new();
    let document = match workspace_file {
        Some(file) => workspace_document(file, &mut sources, &mut comments, &mut findings)?,
        None => None,
    };
    let workspace = match &document {
        Some(node) => Workspace::resolve(node, &mut findings),
        None => Workspace::default(),
    };
    let layout = Layout::of(document.as_ref(), &mut findings);
    let texts = texts(&layout)?;
    let names: BTreeSet<String> = texts.iter().map(|text| text.name.clone()).collect();
    let from = sources.iter().count() as u32;
    let read = read_all(&texts, from, &workspace)?;
    let mut slos = Vec::new();
    let mut reported = Vec::new();
    for part in read {
        sources.add(part.name, part.text);
        findings.extend(part.findings);
        comments.push(part.comments);
        reported.extend(part.reported);
        slos.extend(part.slos);
    }
    model::check_unique(&slos, &mut findings);
    slos.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Resolved {
        settings: Settings::of(&workspace),
        daemon: workspace.daemon.clone(),
        prometheus: workspace.prometheus.clone(),
        sources,
        findings,
        comments,
        reported,
        document,
        slos,
        output: layout.output,
        names,
    })
}

/// The workspace file's one document, checked.
fn workspace_document(
    file: Text,
    sources: &mut Sources,
    comments: &mut Vec<Comments>,
    findings: &mut Findings,
) -> Result<Option<Node>, FilesError> {
    let id = SourceId(sources.iter().count() as u32);
    let (text, nodes) = nodes(file.from.bytes()?, id, findings);
    comments.push(suppression::comments(id, &text, &nodes));
    sources.add(file.name, text);
    let mut nodes = nodes.into_iter();
    let mut first = nodes.next();
    if let Some(second) = nodes.next() {
        findings.push(Finding::new(
            SP001,
            check::start_of(&second),
            "a workspace file has one document",
        ));
    }
    if let Some(node) = &mut first {
        check::check(node, &WORKSPACE_FILE, &SLOTS, findings);
    }
    Ok(first)
}

/// What one text gave.
struct Part {
    name: String,
    text: String,
    findings: Findings,
    comments: Comments,
    reported: Vec<ReportedSlo>,
    slos: Vec<Slo>,
}

/// Reads all texts on as many threads as there are cores, and gives the parts in the order of the texts.
fn read_all(
    texts: &[Text],
    first_id: u32,
    workspace: &Workspace<'_>,
) -> Result<Vec<Part>, FilesError> {
    side_by_side(texts.len(), |at| {
        let text = &texts[at];
        let bytes = text.from.bytes()?;
        if workspace.run.budget.spend(bytes.len()) == Standing::Exceeded {
            return Err(FilesError::TooCostly);
        }
        let mut findings = Findings::new();
        let id = SourceId(first_id + at as u32);
        let (decoded, mut nodes) = nodes(bytes, id, &mut findings);
        let comments = suppression::comments(id, &decoded, &nodes);
        // What burnwatch wrote itself, in a folder that is read too, is no SLO file.
        let ours = is_ours(&decoded);
        if ours {
            nodes.clear();
        }
        if nodes.is_empty() && findings.is_empty() && !ours {
            let start = Span::new(id, 0, 0);
            let finding = Finding::new(SP019, start, "there are no SLOs in this file");
            findings.push(finding.label("the file is empty"));
        }
        let reported = nodes.iter().flat_map(written).collect();
        let mut slos = Vec::new();
        for node in &mut nodes {
            check::check(node, &SLO_FILE, &SLOTS, &mut findings);
            slos.extend(model::slos(node, workspace, &mut findings));
        }
        Ok(Part {
            comments,
            reported,
            name: text.name.clone(),
            text: decoded,
            findings,
            slos,
        })
    })
    .into_iter()
    .collect::<Result<_, _>>()
    .and_then(|parts| match workspace.run.budget.standing() {
        Standing::Within => Ok(parts),
        Standing::Exceeded => Err(FilesError::TooCostly),
    })
}

/// The documents of a file, and the text that its findings are shown in.
fn nodes(bytes: Vec<u8>, id: SourceId, findings: &mut Findings) -> (String, Vec<Node>) {
    match yaml::decode(bytes) {
        Ok(text) => {
            let (documents, faults) = yaml::read(id, &text);
            findings.extend(faults);
            (
                text,
                documents
                    .into_iter()
                    .map(|document| document.root)
                    .collect(),
            )
        }
        Err(garbled) => {
            findings.push(garbled.finding(id));
            (garbled.text, Vec::new())
        }
    }
}
