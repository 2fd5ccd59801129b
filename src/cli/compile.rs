//! From files to a model: what every command begins with.
//!
//! Files are read side by side; the result does not depend on the order in which they were named or finished.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::Io;
use crate::base::{SourceId, Span, Standing};
use crate::diagnostics::code::{SP001, SP018, SP019};
use crate::diagnostics::{self, Finding, Findings, Sources};
use crate::emit::prometheus::HEADER;
use crate::files::{FilesError, find, read, side_by_side};
use crate::lint::options::SLOTS;
use crate::lint::suppression::{self, Comments};
use crate::lint::{self, Levels, Looked, Options, Settled, Subject, settle};
use crate::model::{self, Slo, Workspace};
use crate::plan::Settings;
use crate::spec::slo_file::SLO_FILE;
use crate::spec::workspace_file::WORKSPACE_FILE;
use crate::spec::{Record, check, record};
use crate::yaml::{self, Node};

/// What `-` is called.
const STDIN: &str = "<stdin>";
/// Where SLO files are, unless the workspace says otherwise.
const SLOS_DEFAULT: &str = "slos/**/*.yaml";
/// Where generated files go, unless the workspace says otherwise.
const OUTPUT_DEFAULT: &str = "generated";

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
    /// The SLOs that could be understood, in order.
    pub slos: Vec<Slo>,
    /// How rules are made.
    pub settings: Settings,
    /// The folder that the workspace's paths are relative to.
    pub root: PathBuf,
    /// The folder that the workspace names for generated files, below `root`.
    pub output: String,
    /// The files that were read, as they are shown.
    pub names: BTreeSet<String>,
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
}

/// Reads and resolves `paths`, or what the workspace names where there are none.
pub(super) fn compile(paths: &[String], io: &mut Io<'_>) -> Result<Compiled, FilesError> {
    let mut sources = Sources::default();
    let mut findings = Findings::new();
    let mut comments = Vec::new();
    let workspace_file = find::workspace_file(&io.folder);
    let root = match &workspace_file {
        Some(file) => file.parent().unwrap_or(&io.folder).to_path_buf(),
        None => io.folder.clone(),
    };
    let document = match &workspace_file {
        Some(file) => workspace_document(file, &root, &mut sources, &mut comments, &mut findings)?,
        None => None,
    };
    let workspace = match &document {
        Some(node) => Workspace::resolve(node, &mut findings),
        None => Workspace::default(),
    };
    let layout = Layout::of(document.as_ref(), &mut findings);
    let texts = texts(paths, &layout, &root, io)?;
    let names: BTreeSet<String> = texts.iter().map(|text| text.name.clone()).collect();
    let from = sources.iter().count() as u32;
    let read = read_all(&texts, from, &workspace)?;
    let mut slos = Vec::new();
    for part in read {
        sources.add(part.name, part.text);
        findings.extend(part.findings);
        comments.push(part.comments);
        slos.extend(part.slos);
    }
    model::check_unique(&slos, &mut findings);
    slos.sort_by(|a, b| a.id.cmp(&b.id));
    let settings = Settings::of(&workspace);
    let checks = document
        .as_ref()
        .and_then(Record::of)
        .and_then(|file| file.record("checks"));
    lint_all(
        &slos,
        &settings,
        &Options::of_checks(checks.as_ref()),
        &mut findings,
    );
    let levels = Levels::of_checks(checks.as_ref(), &mut findings);
    once(&mut findings);
    Ok(Compiled {
        sources,
        found: findings,
        comments,
        levels,
        slos,
        settings,
        root,
        output: layout.output,
        names,
    })
}

/// What the checks say, on as many threads as there are cores, in the order of the SLOs.
fn lint_all(slos: &[Slo], settings: &Settings, options: &Options<'_>, findings: &mut Findings) {
    let parts: Vec<&[Slo]> = slos.chunks(LINT_CHUNK).collect();
    let found = side_by_side(parts.len(), |at| {
        let mut findings = Findings::new();
        let subjects: Vec<Subject<'_>> = parts[at]
            .iter()
            .map(|slo| Subject::new(slo, settings, options))
            .collect();
        for subject in &subjects {
            lint::each(subject, &mut findings);
        }
        (subjects, findings)
    });
    let mut subjects = Vec::with_capacity(slos.len());
    for (part, found) in found {
        subjects.extend(part);
        findings.extend(found);
    }
    lint::together(&subjects, findings);
}

/// SLOs that one thread looks at before it takes the next.
const LINT_CHUNK: usize = 64;

/// The workspace file's one document, checked.
fn workspace_document(
    file: &Path,
    root: &Path,
    sources: &mut Sources,
    comments: &mut Vec<Comments>,
    findings: &mut Findings,
) -> Result<Option<Node>, FilesError> {
    find::stays(file, root)?;
    let bytes = read::bytes(file)?;
    let name = shown(file, root, root);
    let id = SourceId(sources.iter().count() as u32);
    let (text, nodes) = nodes(bytes, id, findings);
    comments.push(suppression::comments(id, &text, &nodes));
    sources.add(name, text);
    let mut nodes = nodes.into_iter();
    let first = nodes.next();
    if let Some(second) = nodes.next() {
        findings.push(Finding::new(
            SP001,
            check::start_of(&second),
            "a workspace file has one document",
        ));
    }
    if let Some(node) = &first {
        check::check(node, &WORKSPACE_FILE, &SLOTS, findings);
    }
    Ok(first)
}

/// Where the workspace says that files are.
struct Layout {
    slos: Vec<String>,
    output: String,
}

impl Layout {
    fn of(document: Option<&Node>, findings: &mut Findings) -> Layout {
        let mut layout = Layout {
            slos: Vec::new(),
            output: OUTPUT_DEFAULT.to_string(),
        };
        let file = document.and_then(Record::of);
        if let Some(file) = &file {
            let slos = file.list("slos").iter().filter_map(record::scalar);
            for scalar in slos.chain(file.scalar("output")) {
                if !find::stays_below(&scalar.text) {
                    findings.push(
                        Finding::new(
                            SP018,
                            scalar.span,
                            format!(
                                "{} leads out of the workspace",
                                diagnostics::shown(&scalar.text)
                            ),
                        )
                        .label("paths are relative to `burnwatch.yaml` and stay below its folder"),
                    );
                }
            }
            let slos = file
                .list("slos")
                .iter()
                .filter_map(record::scalar)
                .map(|s| s.text.to_string());
            layout.slos = slos.filter(|path| find::stays_below(path)).collect();
            if let Some(output) = file
                .text("output")
                .filter(|text| find::stays_below(text.value))
            {
                layout.output = output.value.to_string();
            }
        }
        if file.is_none_or(|file| file.node("slos").is_none()) {
            layout.slos.push(SLOS_DEFAULT.to_string());
        }
        layout
    }
}

/// A text that is to be read as SLO files.
struct Text {
    name: String,
    from: From,
}

enum From {
    File(PathBuf),
    Bytes(Vec<u8>),
}

fn texts(
    paths: &[String],
    layout: &Layout,
    root: &Path,
    io: &mut Io<'_>,
) -> Result<Vec<Text>, FilesError> {
    let skip = root.join(&layout.output);
    let mut texts = Vec::new();
    let (patterns, base) = match paths.is_empty() {
        true => (layout.slos.clone(), root.to_path_buf()),
        false => {
            let named: Vec<String> = paths.iter().filter(|path| *path != "-").cloned().collect();
            if named.len() < paths.len() {
                texts.push(Text {
                    name: STDIN.to_string(),
                    from: From::Bytes(read::stream(&mut *io.stdin)?),
                });
            }
            (named, io.folder.clone())
        }
    };
    for path in find::files(&patterns, &base, Some(&skip), root)? {
        texts.push(Text {
            name: shown(&path, root, &io.folder),
            from: From::File(path),
        });
    }
    // Two spellings of one path are one file.
    texts.sort_by(|a, b| a.name.cmp(&b.name));
    texts.dedup_by(|a, b| a.name == b.name);
    Ok(texts)
}

/// A path as the user would type it: relative to the workspace, without dots.
fn shown(path: &Path, root: &Path, folder: &Path) -> String {
    let clean: PathBuf = path
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .collect();
    let relative = clean
        .strip_prefix(root)
        .or_else(|_| clean.strip_prefix(folder))
        .unwrap_or(&clean);
    relative.to_string_lossy().into_owned()
}

/// What one text gave.
struct Part {
    name: String,
    text: String,
    findings: Findings,
    comments: Comments,
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
        let bytes = match &text.from {
            From::File(path) => read::bytes(path)?,
            From::Bytes(bytes) => bytes.clone(),
        };
        if workspace.run.budget.spend(bytes.len()) == Standing::Exceeded {
            return Err(FilesError::TooCostly);
        }
        let mut findings = Findings::new();
        let id = SourceId(first_id + at as u32);
        let (decoded, nodes) = nodes(bytes, id, &mut findings);
        // What burnwatch wrote itself, in a folder that is read too, is no SLO file.
        let ours = decoded.starts_with(HEADER);
        let nodes = if ours { Vec::new() } else { nodes };
        if nodes.is_empty() && findings.is_empty() && !ours {
            let start = Span::new(id, 0, 0);
            let finding = Finding::new(SP019, start, "there are no SLOs in this file");
            findings.push(finding.label("the file is empty"));
        }
        let mut slos = Vec::new();
        for node in &nodes {
            check::check(node, &SLO_FILE, &SLOTS, &mut findings);
            slos.extend(model::slos(node, workspace, &mut findings));
        }
        Ok(Part {
            comments: suppression::comments(id, &decoded, &nodes),
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

/// A fault in a template that many SLOs use is one fault.
fn once(findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    findings.retain(|finding| {
        seen.insert((finding.primary.span, finding.code.id, finding.title.clone()))
    });
}
