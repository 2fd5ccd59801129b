//! The runbooks of a workspace: read once each, with the templates that it has of its own; judged, and rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::compile::Compiled;
use super::shelf::{self, ALL_BYTES_MAX, Shelf};
use crate::base::{SourceId, Span};
use crate::diagnostics::code::RB007;
use crate::diagnostics::{Finding, Findings, Sources};
use crate::emit::runbook::{Failure, Part, Source, Templates, render};
use crate::emit::{Artifact, Format};
use crate::files::{FilesError, find, read, side_by_side};
use crate::lint::library::{Alerts, Book, Url, plain};
use crate::lint::{self, Library, Options};
use crate::model::Slo;
use crate::model::slo::{Runbook, WindowMode};
use crate::plan::{Settings, plan};
use crate::runbook::{Document, anchor};
use crate::spec::Record;
use crate::template::{Fault, TEMPLATE_BYTES_MAX, Template};
use crate::yaml::Node;

/// Most templates that fail in different ways before the rest is left alone.
const FAILURES_MAX: usize = 20;

/// The runbooks of a workspace.
pub(super) struct Runbooks {
    /// By path.
    books: BTreeMap<String, Book>,
    /// Those that are read as templates, by path.
    sources: BTreeMap<String, Template>,
    templates: Templates,
    /// Where the workspace's own templates stand.
    own: BTreeMap<Part, SourceId>,
    /// Anchors that generation adds.
    anchors: BTreeSet<String>,
}

/// What runbooks are made from.
#[derive(Clone, Copy)]
pub(super) struct Workspace<'a> {
    /// The SLOs, in order.
    pub slos: &'a [Slo],
    /// How rules are made.
    pub settings: &'a Settings,
    /// The folder of the workspace.
    pub root: &'a Path,
    /// The folder of generated files, below it.
    pub output: &'a str,
    /// The workspace file, where there is one.
    pub document: Option<&'a Node>,
    /// What checks were told.
    pub options: &'a Options<'a>,
}

/// Reads what SLOs name, and says what is wrong with it.
pub(super) fn shelve(
    workspace: Workspace<'_>,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Result<Runbooks, FilesError> {
    let mut runbooks = Runbooks {
        books: BTreeMap::new(),
        sources: BTreeMap::new(),
        templates: Templates::default(),
        own: BTreeMap::new(),
        anchors: BTreeSet::new(),
    };
    let before = findings.len();
    runbooks.read_templates(workspace, sources, findings)?;
    runbooks.read_books(workspace, sources, findings)?;
    if findings.len() == before {
        runbooks.try_all(workspace, findings);
    }
    if let Some(document) = workspace.document {
        let library = Library {
            slos: workspace.slos,
            settings: workspace.settings,
            options: workspace.options,
            url: url(document),
            books: &runbooks.books,
            anchors: &runbooks.anchors,
        };
        lint::of_runbooks(&library, findings);
    }
    Ok(runbooks)
}

/// How `runbooks.url` is written.
fn url(document: &Node) -> Url {
    let file = Record::of(document);
    let Some(runbooks) = file.and_then(|file| file.node("runbooks")) else {
        return Url::Absent;
    };
    let url = Record::of(runbooks).and_then(|runbooks| runbooks.text("url"));
    url.map_or(Url::Unreadable, |url| Url::Written(url.span))
}

impl Runbooks {
    /// What is there of the file at `path`, if an SLO names it.
    pub fn book(&self, path: &str) -> Option<&Book> {
        self.books.get(path)
    }

    /// The templates that new sources and runbooks are made with.
    pub fn templates(&self) -> &Templates {
        &self.templates
    }

    fn read_templates(
        &mut self,
        workspace: Workspace<'_>,
        sources: &mut Sources,
        findings: &mut Findings,
    ) -> Result<(), FilesError> {
        for part in Part::ALL {
            let path = workspace.root.join(part.path());
            let mut page = part.text().to_string();
            // Without a workspace file the folder may be anybody's.
            if workspace.document.is_some() && path.is_file() {
                find::stays(&path, workspace.root)?;
                let (text, garbled) =
                    read::shown_as_text(read::at_most(&path, TEMPLATE_BYTES_MAX)?);
                let source = sources.add(part.path(), text.clone());
                match (garbled, Template::parse(&text)) {
                    (Some(at), _) => findings.push(no_text(source, at)),
                    (None, Ok(template)) => {
                        self.templates.set(part, template);
                        self.own.insert(part, source);
                    }
                    (None, Err(faults)) => {
                        let finding = |fault: &Fault| finding(source, fault);
                        findings.extend(faults.iter().map(finding));
                    }
                }
                page = text;
            }
            if part == Part::Page {
                let headings = Document::parse(&page).headings.into_iter();
                let fixed = headings.filter(|heading| !heading.text.contains("{{"));
                self.anchors = fixed.map(|heading| anchor(&heading.text)).collect();
            }
        }
        Ok(())
    }

    fn read_books(
        &mut self,
        workspace: Workspace<'_>,
        sources: &mut Sources,
        findings: &mut Findings,
    ) -> Result<(), FilesError> {
        let files = workspace.slos.iter().filter_map(|slo| match &slo.runbook {
            Some(Runbook::File(path)) => Some(plain(path)),
            Some(Runbook::Url(_)) | None => None,
        });
        let mut bytes = 0;
        for path in files.collect::<BTreeSet<String>>() {
            let text = match shelf::text(&path, workspace.root)? {
                Ok(text) => text,
                Err(why) => {
                    self.books.insert(path, Book::Unread(why));
                    continue;
                }
            };
            bytes += text.len();
            if bytes > ALL_BYTES_MAX {
                return Err(FilesError::TooCostly);
            }
            let source = sources.add(path.clone(), text.clone());
            match Template::parse(&text) {
                Ok(template) => drop(self.sources.insert(path.clone(), template)),
                Err(faults) => {
                    findings.extend(faults.iter().map(|fault| finding(source, fault)));
                }
            }
            let book = Book::Read {
                source,
                document: Document::parse(&text),
                broken: BTreeSet::new(),
                pages: BTreeMap::new(),
            };
            self.books.insert(path, book);
        }
        self.follow_links(workspace.root, bytes)
    }

    /// Finds out where links of runbooks lead that lead to files; `bytes` is how much was read before.
    fn follow_links(&mut self, root: &Path, bytes: usize) -> Result<(), FilesError> {
        let mut shelf = Shelf::of(&self.books, bytes, root);
        for (path, book) in &mut self.books {
            if let Book::Read {
                document,
                broken,
                pages,
                ..
            } = book
            {
                *broken = shelf::broken(document, path, root);
                *pages = shelf.pages(document, path, broken)?;
            }
        }
        Ok(())
    }

    /// The runbook of an SLO, if it has one of its own.
    fn source<'a>(&'a self, slo: &Slo) -> Option<(Source<'a>, SourceId)> {
        let Some(Runbook::File(path)) = &slo.runbook else {
            return None;
        };
        let (path, book) = self.books.get_key_value(&plain(path))?;
        let Book::Read {
            source, document, ..
        } = book
        else {
            return None;
        };
        let template = self.sources.get(path)?;
        let read = Source {
            path,
            document,
            template,
        };
        Some((read, *source))
    }

    /// Renders what can fail: sources with places to fill in, and everything where the workspace has templates of its own.
    fn try_all(&self, workspace: Workspace<'_>, findings: &mut Findings) {
        let slos: Vec<(&Slo, Source<'_>, SourceId)> = workspace
            .slos
            .iter()
            .filter_map(|slo| self.source(slo).map(|(read, id)| (slo, read, id)))
            .filter(|(_, read, _)| !self.own.is_empty() || !read.template.is_plain())
            .collect();
        let tried = side_by_side(slos.len(), |at| {
            let (slo, read, _) = slos[at];
            let plan = plan(slo, WindowMode::Recorded);
            render(
                &plan,
                workspace.settings,
                read,
                &self.templates,
                workspace.output,
            )
            .err()
        });
        let mut seen = BTreeSet::new();
        for ((slo, _, id), failure) in slos.iter().zip(tried) {
            let Some(Failure { part, fault }) = failure else {
                continue;
            };
            let own = part.map_or(Some(id), |part| self.own.get(&part));
            let found = match own {
                Some(source) => finding(*source, &fault),
                // None of ours fails, unless the text grows too long.
                None => {
                    let what =
                        format!("the runbook of `{}` cannot be made: {}", slo.id, fault.what);
                    Finding::new(RB007, slo.places.name, what)
                }
            };
            if seen.insert((found.primary.span, found.title.clone())) {
                findings.push(found.also(slo.places.name, "filled in for this SLO"));
            }
            if seen.len() >= FAILURES_MAX {
                break;
            }
        }
    }
}

/// The runbooks that are generated: of SLOs with alerts whose `runbook` is a file.
pub(super) fn artifacts(
    compiled: &Compiled,
    mode: WindowMode,
) -> Result<Vec<Artifact>, FilesError> {
    let runbooks = &compiled.runbooks;
    let slos: Vec<(&Slo, Source<'_>)> = compiled
        .slos
        .iter()
        .filter(|slo| Alerts::of(slo, &compiled.settings) != Alerts::None)
        .filter_map(|slo| runbooks.source(slo).map(|(read, _)| (slo, read)))
        .collect();
    let made = side_by_side(slos.len(), |at| {
        let (slo, read) = slos[at];
        let plan = plan(slo, mode);
        let text = render(
            &plan,
            &compiled.settings,
            read,
            &runbooks.templates,
            &compiled.output,
        );
        let failed =
            |failure: Failure| FilesError::Unrendered(slo.id.to_string(), failure.fault.what);
        Ok(Artifact {
            path: format!("runbooks/{}/{}.md", slo.id.service, slo.id.name),
            format: Format::Runbooks,
            text: text.map_err(failed)?,
            sources: BTreeSet::from([compiled.sources.get(slo.places.name.source).name.clone()]),
        })
    });
    made.into_iter().collect()
}

fn finding(source: SourceId, fault: &Fault) -> Finding {
    let span = Span::new(source, fault.range.start, fault.range.end);
    let finding = Finding::new(RB007, span, fault.what.clone());
    match &fault.help {
        Some(help) => finding.help(help.clone()),
        None => finding,
    }
}

fn no_text(source: SourceId, at: usize) -> Finding {
    Finding::new(
        RB007,
        Span::new(source, at, at),
        "a template is text in UTF-8",
    )
}
