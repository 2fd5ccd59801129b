//! Findings for people: the source, carets under the fault, what would be right.
//!
//! The layout is that of rustc, drawn by `annotate-snippets`. It gets only the few lines that it
//! shows, so that ten thousand findings in a large file take no longer than in a small one.

use std::fmt::Write;

use annotate_snippets::{
    Annotation, AnnotationKind, Level as Shown, Patch as Replacement, Renderer, Snippet,
};

use crate::base::{SourceId, Span};

use super::excerpt::{Excerpt, PATH_MARK, Place, visible};
use super::{Edit, Finding, Label, Level, Sources};

/// Whether the text is for a terminal that knows colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Text alone.
    Plain,
    /// Text with ANSI escapes.
    Styled,
}

/// The findings as text, by source and place, with an empty line between them and a line feed at
/// the end. No control character of a source or a message comes through.
pub fn human(findings: &[Finding], sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Plain => Renderer::plain(),
        Colour::Styled => Renderer::styled(),
    };
    let mut ordered: Vec<_> = findings.iter().collect();
    ordered.sort_by_key(|finding| finding.primary.span);
    let mut out = String::new();
    for finding in ordered {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&render(&renderer, finding, sources));
        out.push('\n');
    }
    out
}

/// How many findings of each level there are, in one line: `2 errors, 1 warning in 3 files`.
pub fn summary(findings: &[Finding], files: usize) -> String {
    let mut out = String::new();
    for level in [Level::Error, Level::Warning, Level::Info] {
        let count = findings
            .iter()
            .filter(|finding| finding.level == level)
            .count();
        if count > 0 {
            let comma = if out.is_empty() { "" } else { ", " };
            let plural = if count == 1 { "" } else { "s" };
            let _ = write!(out, "{comma}{count} {level}{plural}");
        }
    }
    if out.is_empty() {
        out.push_str("no findings");
    }
    let plural = if files == 1 { "" } else { "s" };
    let _ = write!(out, " in {files} file{plural}");
    out
}

fn render(renderer: &Renderer, finding: &Finding, sources: &Sources) -> String {
    let level = match finding.level {
        Level::Error => Shown::ERROR,
        Level::Warning => Shown::WARNING,
        Level::Info => Shown::INFO,
    };
    let mut headers = Headers(Vec::new());
    let title = level
        .primary_title(line(&finding.title))
        .id(finding.code.id);
    let mut group = title.elements(views(finding, sources, &mut headers));
    for note in &finding.notes {
        group = group.element(Shown::NOTE.message(lines(note)));
    }
    for help in &finding.help {
        group = group.element(Shown::HELP.message(lines(help)));
    }
    let mut groups = vec![group];
    if let Some(patch) = &finding.patch {
        let title = Shown::HELP.secondary_title(line(&patch.help));
        let primary = finding.primary.span.source;
        groups.push(title.elements(patches(&patch.edits, sources, primary, &mut headers)));
    }
    headers.fill_in(&renderer.render(&groups))
}

/// What stands after `-->`, by number.
///
/// The renderer would count columns in the excerpt; it gets a mark for a path instead, which is
/// replaced by the place in the source.
struct Headers(Vec<String>);

impl Headers {
    /// The mark of a new header.
    fn mark(&mut self, sources: &Sources, span: Span) -> String {
        let (line_number, column) = sources.line_column(span);
        let name = line(&sources.get(span.source).name);
        self.0.push(format!("{name}:{line_number}:{column}"));
        mark(self.0.len() - 1)
    }

    /// The text with each mark, and the line and column after it, replaced by its header.
    fn fill_in(&self, rendered: &str) -> String {
        let mut out = String::with_capacity(rendered.len());
        let mut parts = rendered.split(PATH_MARK);
        out.push_str(parts.next().unwrap_or_default());
        while let (Some(number), Some(rest)) = (parts.next(), parts.next()) {
            let header = number.parse().ok().and_then(|at: usize| self.0.get(at));
            out.push_str(header.expect("nothing but `mark` writes marks"));
            out.push_str(rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
        }
        out
    }
}

fn mark(number: usize) -> String {
    format!("{PATH_MARK}{number}{PATH_MARK}")
}

/// The excerpts that show all labels, the one with the primary label first.
fn views<'a>(
    finding: &'a Finding,
    sources: &'a Sources,
    headers: &mut Headers,
) -> Vec<Snippet<'a, Annotation<'a>>> {
    let primary = (AnnotationKind::Primary, &finding.primary);
    let secondary = finding
        .secondary
        .iter()
        .map(|label| (AnnotationKind::Context, label));
    let labels = std::iter::once(primary).chain(secondary);
    let placed = labels.map(|(kind, label)| {
        let place = Place::new(sources.get(label.span.source), label.span);
        (label.span.source, place, (kind, label))
    });
    let views = gather(placed).into_iter().map(|near| {
        let excerpt = Excerpt::new(sources.get(near.source), &near.places);
        let labels = near.all.iter().zip(&near.places);
        let annotations: Vec<_> = labels
            .map(|((kind, label), place)| {
                let text = (!label.text.is_empty()).then(|| line(&label.text));
                kind.span(excerpt.range(place)).label(text)
            })
            .collect();
        let (_, first): (_, &Label) = near.all[0];
        Snippet::source(excerpt.text)
            .path(headers.mark(sources, first.span))
            .line_start(excerpt.first_line)
            .annotations(annotations)
    });
    views.collect()
}

fn patches<'a>(
    edits: &'a [Edit],
    sources: &'a Sources,
    primary: SourceId,
    headers: &mut Headers,
) -> Vec<Snippet<'a, Replacement<'a>>> {
    let placed = edits.iter().map(|edit| {
        let place = Place::exact(sources.get(edit.span.source), edit.span)?;
        Some((edit.span.source, place, edit))
    });
    // A change that is too large to be shown is said in words alone.
    let Some(placed) = placed.collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    let snippets = gather(placed.into_iter()).into_iter().map(|near| {
        let excerpt = Excerpt::new(sources.get(near.source), &near.places);
        let edits = near.all.iter().zip(&near.places);
        let patches: Vec<_> = edits
            .map(|(edit, place)| Replacement::new(excerpt.range(place), lines(&edit.text)))
            .collect();
        // The renderer leaves out the header of the source that the finding is in.
        let path = if near.source == primary {
            mark(0)
        } else {
            headers.mark(sources, near.all[0].span)
        };
        Snippet::source(excerpt.text)
            .path(path)
            .line_start(excerpt.first_line)
            .patches(patches)
    });
    snippets.collect()
}

/// Things of one source that stand near each other.
struct Near<T> {
    source: SourceId,
    places: Vec<Place>,
    all: Vec<T>,
}

/// Puts things together that share an excerpt, in the order of the first of each.
fn gather<T>(placed: impl Iterator<Item = (SourceId, Place, T)>) -> Vec<Near<T>> {
    let mut gathered: Vec<Near<T>> = Vec::new();
    for (source, place, thing) in placed {
        let near = gathered.iter_mut().find(|near| {
            near.source == source && near.places.iter().any(|other| other.is_near(&place))
        });
        match near {
            Some(near) => {
                near.places.push(place);
                near.all.push(thing);
            }
            None => gathered.push(Near {
                source,
                places: vec![place],
                all: vec![thing],
            }),
        }
    }
    gathered
}

/// A message in one line, without anything that a terminal would obey.
pub fn line(text: &str) -> String {
    lines(text).replace('\n', "␊")
}

/// A message of some lines, without anything that a terminal would obey.
pub fn lines(text: &str) -> String {
    let visible: String = text.chars().map(visible).collect();
    annotate_snippets::normalize_untrusted_str(&visible)
}
