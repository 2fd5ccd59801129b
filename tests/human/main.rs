//! How findings look to people.

mod layout;
mod limits;
mod properties;

use burnwatch::base::{SourceId, Span};
use burnwatch::diagnostics::{Colour, Finding, Sources, code, human};

/// A source and what is found in it.
struct Text {
    sources: Sources,
    source: SourceId,
}

impl Text {
    fn new(text: &str) -> Text {
        let mut sources = Sources::default();
        let source = sources.add("slos/a.yaml", text);
        Text { sources, source }
    }

    /// The place of a needle in the text.
    fn at(&self, needle: &str) -> Span {
        let text = &self.sources.get(self.source).text;
        let start = text.find(needle).expect("the needle is in the text");
        Span::new(self.source, start, start + needle.len())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    /// A finding at a span.
    fn finding(&self, span: Span) -> Finding {
        Finding::new(code::SP002, span, "unknown field").label("not a field")
    }

    fn show(&self, finding: Finding) -> String {
        human(&[finding], &self.sources, Colour::Plain)
    }

    /// The finding is shown as `expected`, which begins and ends with a line feed more.
    fn check(&self, finding: Finding, expected: &str) {
        assert_eq!(format!("\n{}", self.show(finding)), expected);
    }
}
