//! A finding in words, for formats that cannot draw.

use crate::base::Span;
use crate::diagnostics::human::{line, lines};
use crate::diagnostics::{Finding, Patch, Sources, shown};

use super::region;

/// `path:line:column`, without anything that a terminal would obey.
pub(super) fn place(span: Span, sources: &Sources) -> String {
    let (number, column) = sources.line_column(span);
    format!(
        "{}:{number}:{column}",
        line(region::name(span.source, sources))
    )
}

/// `path:line:column: error[CODE] title`.
pub(super) fn head(finding: &Finding, sources: &Sources) -> String {
    format!(
        "{}: {}[{}] {}",
        place(finding.primary.span, sources),
        finding.level,
        finding.code.id,
        line(&finding.title)
    )
}

/// All else that is said of a finding, in one or more lines each: its labels, notes and help, and its change in words.
pub(super) fn details(finding: &Finding, sources: &Sources) -> Vec<String> {
    let mut details = Vec::new();
    if !finding.primary.text.is_empty() {
        details.push(lines(&finding.primary.text));
    }
    for label in finding
        .secondary
        .iter()
        .filter(|label| !label.text.is_empty())
    {
        details.push(format!(
            "{}: {}",
            place(label.span, sources),
            lines(&label.text)
        ));
    }
    details.extend(
        finding
            .notes
            .iter()
            .map(|note| format!("note: {}", lines(note))),
    );
    details.extend(
        finding
            .help
            .iter()
            .map(|help| format!("help: {}", lines(help))),
    );
    if let Some(patch) = &finding.patch {
        details.push(format!(
            "help: {}: {}",
            lines(&patch.help),
            change(patch, sources)
        ));
    }
    details
}

/// What a change does to the text.
fn change(patch: &Patch, sources: &Sources) -> String {
    let edits: Vec<String> = patch
        .edits
        .iter()
        .map(|edit| {
            let text = sources.get(edit.span.source).shown();
            let start = text.floor_char_boundary(edit.span.start as usize);
            let old = &text[start..text.floor_char_boundary(edit.span.end as usize).max(start)];
            let (old, new) = (shown(old), shown(&edit.text));
            let place = place(edit.span, sources);
            match (edit.span.start == edit.span.end, edit.text.is_empty()) {
                (true, _) => format!("insert {new} at {place}"),
                (false, true) => format!("remove {old} at {place}"),
                (false, false) => format!("{new} for {old} at {place}"),
            }
        })
        .collect();
    line(&edits.join(", "))
}

/// A text of at most `max` characters; what is cut off is marked by `…`.
pub(super) fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_string(),
        Some(_) => {
            let end = text
                .char_indices()
                .nth(max.saturating_sub(1))
                .map_or(0, |(at, _)| at);
            format!("{}…", &text[..end])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_beyond_its_limit_and_not_before() {
        assert_eq!(cut("日日日", 3), "日日日");
        assert_eq!(cut("日日日日", 3), "日日…");
        assert_eq!(cut("", 0), "");
    }
}
