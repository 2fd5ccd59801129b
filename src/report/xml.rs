//! XML 1.0 as reports need it: elements, attributes, text.
//!
//! A writer of ours, since a report is a dozen elements and everything that matters is what happens to characters: those
//! that XML 1.0 cannot hold are dropped, line breaks survive in attributes, and nothing of the user's text is markup.

use std::fmt::Write;

/// A document that grows.
pub(super) struct Xml {
    out: String,
    open: Vec<&'static str>,
}

/// A name and a value.
pub(super) type Attribute<'a> = (&'static str, &'a str);

impl Xml {
    /// A document without an element.
    pub(super) fn new() -> Xml {
        Xml {
            out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
            open: Vec::new(),
        }
    }

    /// Begins an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.tag(name, attributes);
        self.out.push_str(">\n");
        self.open.push(name);
    }

    /// Ends the element that was begun last.
    pub(super) fn close(&mut self) {
        let name = self.open.pop().expect("every `close` has its `open`");
        self.indent();
        let _ = writeln!(self.out, "</{name}>");
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.tag(name, attributes);
        self.out.push_str("/>\n");
    }

    /// An element with nothing but text.
    pub(super) fn text(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.tag(name, attributes);
        self.out.push('>');
        for c in text.chars().filter(|c| is_legal(*c)) {
            match c {
                '\t' | '\n' => self.out.push(c),
                c => escape(c, &mut self.out),
            }
        }
        let _ = writeln!(self.out, "</{name}>");
    }

    /// The document.
    pub(super) fn finish(self) -> String {
        assert!(self.open.is_empty(), "every `open` has its `close`");
        self.out
    }

    fn tag(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.indent();
        let _ = write!(self.out, "<{name}");
        for (name, value) in attributes {
            let _ = write!(self.out, " {name}=\"");
            for c in value.chars().filter(|c| is_legal(*c)) {
                escape(c, &mut self.out);
            }
            self.out.push('"');
        }
    }

    fn indent(&mut self) {
        for _ in 0..self.open.len() {
            self.out.push_str("  ");
        }
    }
}

/// What is left of a text in a document.
pub(super) fn legal(text: &str) -> String {
    text.chars().filter(|c| is_legal(*c)).collect()
}

/// Whether XML 1.0 can hold a character: <https://www.w3.org/TR/xml/#charsets>. C1 controls are legal, and dropped too:
/// viewers obey them.
fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..)
        && !matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

fn escape(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\t' | '\n' | '\r' => {
            let _ = write!(out, "&#{};", u32::from(c));
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        let mut xml = Xml::new();
        xml.open("a", &[("b", "\"<&>\n\t\r]]>")]);
        xml.text("c", &[], "<![CDATA[ ]]> & \"\n\t\r");
        xml.empty("d", &[]);
        xml.close();
        assert_eq!(
            xml.finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"&quot;&lt;&amp;&gt;&#10;&#9;&#13;]]&gt;\">\n  \
             <c>&lt;![CDATA[ ]]&gt; &amp; &quot;\n\t&#13;</c>\n  <d/>\n</a>\n"
        );
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_dropped() {
        let mut xml = Xml::new();
        xml.text(
            "c",
            &[],
            "a\0\u{8}\u{b}\u{1f}\u{7f}\u{85}\u{fffe}\u{ffff}b\u{10ffff}\u{fffd}",
        );
        assert!(xml.finish().ends_with("<c>ab\u{10ffff}\u{fffd}</c>\n"));
    }
}
