//! Reading YAML, seen from outside: what comes out of a text, and what is said of a wrong one.

mod hostile;
mod places;
mod properties;
mod syntax;
mod tree;

use burnwatch::base::SourceId;
use burnwatch::diagnostics::Findings;
use burnwatch::yaml::{Document, Node, Style, Value, read};

/// The documents and findings of a text.
fn read_text(text: &str) -> (Vec<Document>, Findings) {
    read(SourceId(0), text)
}

/// The tree of a text that has one document and no finding.
fn tree(text: &str) -> Node {
    let (mut documents, findings) = read_text(text);
    assert_eq!(findings, [], "{text:?}");
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0).root
}

/// A tree in one line: `~` for nothing, quotes as written, `|` and `>` before blocks, `!` for the
/// unreadable.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Null => "~".to_string(),
        Value::Unreadable => "!".to_string(),
        Value::Scalar(scalar) => match scalar.style {
            Style::Plain | Style::Tagged => scalar.text.to_string(),
            Style::SingleQuoted => format!("'{}'", scalar.text),
            Style::DoubleQuoted => format!("{:?}", scalar.text),
            Style::Literal => format!("|{:?}", scalar.text),
            Style::Folded => format!(">{:?}", scalar.text),
        },
        Value::Sequence(items) => {
            let items: Vec<_> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Mapping(mapping) => {
            let entries = mapping.entries.iter();
            let entries: Vec<_> = entries
                .map(|entry| format!("{}: {}", entry.key.text, show(&entry.value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// All documents of a text, whatever its findings.
fn show_all(text: &str) -> Vec<String> {
    let (documents, _) = read_text(text);
    documents
        .iter()
        .map(|document| show(&document.root))
        .collect()
}

/// The findings of a text: code, title, and the text under the primary and the secondary places.
fn faults(text: &str) -> Vec<String> {
    let (_, findings) = read_text(text);
    let findings = findings.iter().map(|finding| {
        let mut line = format!(
            "{} {} @ {}",
            finding.code.id,
            finding.title,
            slice(text, finding.primary.span)
        );
        for label in &finding.secondary {
            line.push_str(&format!(" & {}", slice(text, label.span)));
        }
        line
    });
    findings.collect()
}

/// The line and the text of a span.
fn slice(text: &str, span: burnwatch::base::Span) -> String {
    let (start, end) = (span.start as usize, span.end as usize);
    let line = 1 + text[..start].matches('\n').count();
    format!("{line}:{:?}", &text[start..end])
}
