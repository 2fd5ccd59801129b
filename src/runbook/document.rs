//! Headings, sections and links of a Markdown text.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::anchor::Anchors;

/// The scheme of an address of mail, which stands without it in `<oncall@example.com>`.
const MAIL: &str = "mailto:";

/// A Markdown text, read as far as its sections, anchors and links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// What stands under each heading, in the same order.
    pub sections: Vec<Section>,
    /// Where its links lead, in order; those of images too.
    pub links: Vec<Link>,
    /// Every place in it that a link may name after `#`.
    pub anchors: Anchors,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// From 1, the highest, to 6.
    pub level: u8,
    /// What it says.
    pub text: String,
    /// The place that links may name.
    pub anchor: String,
    /// Its bytes, without the end of its line.
    pub range: Range<usize>,
}

/// What stands under a heading, up to the next one that is as high or higher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// What people read of it, piece by piece: no code, no comments, no headings.
    pub prose: Vec<Piece>,
    /// What else they see: code and addresses, line by line or all at once.
    pub other: Vec<Piece>,
    /// Whether something is written in it: prose with letters, code, or a place to fill in.
    pub written: bool,
}

/// A piece of prose and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it says, markup apart.
    pub text: String,
    /// Its bytes.
    pub range: Range<usize>,
    /// Where it stands.
    pub kind: Kind,
}

/// What a piece of prose is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text with which a line, an item or a cell begins.
    Begins,
    /// Text behind something else in its line.
    Follows,
    /// A tag of HTML, or what looks like one, that no word touches.
    Tag,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub target: String,
    /// All of it, in bytes.
    pub range: Range<usize>,
}

impl Link {
    /// Whether it leads to a file beside its own.
    pub fn is_relative(&self) -> bool {
        let in_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let before = self.target.split_once(':');
        let has_scheme = before.is_some_and(|(scheme, _)| scheme.chars().all(in_scheme));
        !self.target.is_empty() && !has_scheme && !self.target.starts_with(['#', '/'])
    }

    /// The anchor of its own file that it leads to, percent signs decoded; none where it leads elsewhere or to the top.
    pub fn anchor(&self) -> Option<String> {
        let anchor = self.target.strip_prefix('#')?;
        (!anchor.is_empty()).then(|| decoded(anchor))
    }

    /// The anchor of another file that it leads to, percent signs decoded; none where it leads to its top, and none behind a `?`:
    /// there it may be a line.
    pub fn anchor_beside(&self) -> Option<String> {
        let (path, anchor) = self.target.split_once('#')?;
        let named = self.is_relative() && !path.contains('?') && !anchor.is_empty();
        named.then(|| decoded(anchor))
    }

    /// The path of that file, beside the link's own: without what stands after `#` or `?`, percent signs decoded.
    pub fn file(&self) -> Option<String> {
        let path = self.target.split(['#', '?']).next().unwrap_or_default();
        (self.is_relative() && !path.is_empty()).then(|| decoded(path))
    }
}

/// A text with `%20` and its like as what they stand for; what is no such code, and what makes no text, stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = |code: &&[u8]| *first == b'%' && code.iter().all(u8::is_ascii_hexdigit);
        let code = more.get(..2).filter(hex);
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}

impl Document {
    /// Reads a text. Anything is Markdown; nothing fails.
    pub fn parse(text: &str) -> Document {
        const MARK: &str = "\u{feff}";
        let rest = text.strip_prefix(MARK).unwrap_or(text);
        let mut reading = Reading {
            text,
            skipped: text.len() - rest.len(),
            document: Document::default(),
            open: Vec::new(),
            heading: None,
            code: false,
            address: false,
            next: Kind::Begins,
        };
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for (event, range) in Parser::new_ext(rest, options).into_offset_iter() {
            reading.event(event, range);
        }
        reading.document
    }
}

struct Reading<'a> {
    text: &'a str,
    skipped: usize,
    document: Document,
    /// Sections that are open: level and number.
    open: Vec<(u8, usize)>,
    /// The heading that is being read.
    heading: Option<Heading>,
    /// Whether a block of code is being read.
    code: bool,
    /// Whether the text of a link is being read that is nothing but its address.
    address: bool,
    /// What the next text is.
    next: Kind,
}

impl Reading<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let range = self.skipped + range.start..self.skipped + range.end;
        if begins_line(&event) {
            self.next = Kind::Begins;
        }
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.heading = Some(self.begun(level, range))
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::CodeBlock(_)) => self.code = true,
            Event::End(TagEnd::CodeBlock) => self.code = false,
            Event::Start(
                Tag::Link {
                    dest_url,
                    link_type,
                    ..
                }
                | Tag::Image {
                    dest_url,
                    link_type,
                    ..
                },
            ) => {
                self.address = matches!(link_type, LinkType::Autolink | LinkType::Email);
                let mut target = dest_url.into_string();
                if link_type == LinkType::Email {
                    target.insert_str(0, MAIL);
                }
                self.document.links.push(Link { target, range });
            }
            Event::End(TagEnd::Link) => self.address = false,
            Event::Text(text) => self.text(&text, range),
            Event::Code(code) => match &mut self.heading {
                Some(heading) => heading.text.push_str(&code),
                None => {
                    self.wrote();
                    self.other(&code, range);
                }
            },
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut self.heading {
                    heading.text.push(' ');
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, range),
            _ => {}
        }
    }

    fn begun(&self, level: HeadingLevel, range: Range<usize>) -> Heading {
        let length = self.text[range.clone()].trim_end().len();
        Heading {
            level: level as u8,
            text: String::new(),
            anchor: String::new(),
            range: range.start..range.start + length,
        }
    }

    fn end_heading(&mut self) {
        let Some(mut heading) = self.heading.take() else {
            return;
        };
        heading.anchor = self.document.anchors.heading(&heading.text);
        self.open.retain(|(level, _)| *level < heading.level);
        self.open
            .push((heading.level, self.document.sections.len()));
        self.document.headings.push(heading);
        self.document.sections.push(Section::default());
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
            return;
        }
        if text.contains(char::is_alphanumeric) || text.contains("{{") {
            self.wrote();
        }
        if self.code || self.address {
            return self.other(text, range);
        }
        self.piece(text, range, self.next);
        self.next = Kind::Follows;
    }

    fn html(&mut self, html: &str, range: Range<usize>) {
        if html.trim_start().starts_with("<!--") {
            return;
        }
        for anchor in written(html) {
            self.document.anchors.insert(anchor);
        }
        let outside = |text: &str| {
            let parts = text
                .split('<')
                .map(|part| part.split_once('>').map_or(part, |p| p.1));
            parts
                .into_iter()
                .any(|part| part.contains(char::is_alphanumeric))
        };
        if outside(html) {
            self.wrote();
        }
        let before = &self.text[..range.start];
        let kind = match before.ends_with(char::is_alphanumeric) {
            true => Kind::Follows,
            false => Kind::Tag,
        };
        self.piece(html, range, kind);
    }

    /// Notes that the sections that are open say something.
    fn wrote(&mut self) {
        for (_, section) in &self.open {
            self.document.sections[*section].written = true;
        }
    }

    fn piece(&mut self, text: &str, range: Range<usize>, kind: Kind) {
        for (_, section) in &self.open {
            let prose = &mut self.document.sections[*section].prose;
            match prose.last_mut() {
                Some(last)
                    if kind == Kind::Follows
                        && last.kind != Kind::Tag
                        && last.range.end == range.start =>
                {
                    last.text.push_str(text);
                    last.range.end = range.end;
                }
                _ => prose.push(Piece {
                    text: text.to_string(),
                    range: range.clone(),
                    kind,
                }),
            }
        }
    }

    fn other(&mut self, text: &str, range: Range<usize>) {
        self.next = Kind::Follows;
        let length = self.text[range.clone()].trim_end().len();
        let range = range.start..range.start + length;
        for (_, section) in &self.open {
            self.document.sections[*section].other.push(Piece {
                text: text.to_string(),
                range: range.clone(),
                kind: Kind::Follows,
            });
        }
    }
}

/// Whether the text behind it is the first of its line, item or cell.
fn begins_line(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Start(Tag::Paragraph | Tag::Item | Tag::TableCell)
            | Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock)
            | Event::SoftBreak
            | Event::HardBreak
    )
}

/// The values of `id` and `name` in HTML, in any of the ways in which attributes are written.
fn written(html: &str) -> impl Iterator<Item = &str> {
    html.match_indices('=').filter_map(|(at, _)| {
        let before = html[..at].trim_end();
        let outside = |c: char| !c.is_alphanumeric() && c != '-';
        let start = before.rfind(outside).unwrap_or(0);
        let name = before[start..].trim_start();
        if !name.eq_ignore_ascii_case("id") && !name.eq_ignore_ascii_case("name") {
            return None;
        }
        let value = html[at + 1..].trim_start();
        match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next(),
            // An equals sign does not stand in a bare value; to end there keeps the time short.
            _ => value
                .split(|c: char| c.is_whitespace() || c == '>' || c == '=')
                .next(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::links;

    #[test]
    fn headings_have_levels_places_and_anchors() {
        let text = "\u{feff}Title\r\n=====\r\n\r\n## The `same` #\r\n\r\n## the same\r\n";
        let document = Document::parse(text);
        let headings: Vec<(u8, &str, &str, &str)> = document
            .headings
            .iter()
            .map(|h| (h.level, &*h.text, &*h.anchor, &text[h.range.clone()]))
            .collect();
        assert_eq!(
            headings,
            [
                (1, "Title", "title", "Title\r\n====="),
                (2, "The same", "the-same", "## The `same` #"),
                (2, "the same", "the-same-1", "## the same"),
            ]
        );
    }

    #[test]
    fn every_kind_of_link_is_found_at_its_bytes() {
        let text = "[a](b.md#c) ![i](i.png) <https://x.example/y> [r] `[n](n.md)`\n\n```\n[m](m.md)\n```\n<a id=\"here\"></a>\n\n[r]: http://z.example\n";
        let document = Document::parse(text);
        let all: Vec<(&str, &str)> = document
            .links
            .iter()
            .map(|link| (&*link.target, &text[link.range.clone()]))
            .collect();
        assert_eq!(
            all,
            [
                ("b.md#c", "[a](b.md#c)"),
                ("i.png", "![i](i.png)"),
                ("https://x.example/y", "<https://x.example/y>"),
                ("http://z.example", "[r]"),
            ]
        );
        let web: Vec<&str> = links(&document).map(|link| &*link.target).collect();
        assert_eq!(web, ["https://x.example/y", "http://z.example"]);
        assert!(document.anchors.contains("here"));
    }

    #[test]
    fn an_anchor_is_read_in_each_way_in_which_it_is_written() {
        for html in [
            "<a id=\"x\"></a>",
            "<a id='x'></a>",
            "text <a id=x>",
            "<a name = \"x\">",
            "<a\nID=x class=y>",
            "<div\nid=x>\n</div>",
            "<h2 class=\"b\" id=x>a</h2>",
        ] {
            assert!(Document::parse(html).anchors.contains("x"), "{html}");
        }
        for html in ["<a data-id=x>", "<a href=x>", "<a grid=x>", "`<a id=x>`"] {
            assert!(!Document::parse(html).anchors.contains("x"), "{html}");
        }
        let document = Document::parse("<a id=\"confirm\"></a>\n\n## Confirm\n");
        assert_eq!(document.headings[0].anchor, "confirm");
    }

    #[test]
    fn a_link_leads_to_mail_to_an_anchor_or_to_a_file() {
        let check = |text: &str, file: Option<&str>, anchor: Option<&str>| {
            let link = &Document::parse(text).links[0];
            assert_eq!(link.file().as_deref(), file, "{text}");
            assert_eq!(link.anchor().as_deref(), anchor, "{text}");
        };
        check("<oncall@example.com>", None, None);
        check("[a](b%20c.md#d)", Some("b c.md"), None);
        check("[a](#d%C3%A9j%C3%A0-vu)", None, Some("déjà-vu"));
        check("[a](#déjà-vu)", None, Some("déjà-vu"));
        check("[a](#)", None, None);
    }

    #[test]
    fn a_link_may_name_a_heading_of_another_file() {
        let check = |text: &str, expected: Option<&str>| {
            let link = &Document::parse(text).links[0];
            assert_eq!(link.anchor_beside().as_deref(), expected, "{text}");
        };
        check("[a](b%20c.md#d%C3%A9j%C3%A0-vu)", Some("déjà-vu"));
        for text in [
            "[a](b.md)",
            "[a](b.md#)",
            "[a](#c)",
            "[a](b.md?plain=1#L20)",
            "[a](/b.md#c)",
            "[a](https://b.example/#c)",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn any_text_is_read_in_a_short_time() {
        for text in [
            "[".repeat(100_000),
            "> ".repeat(50_000),
            "- ".repeat(50_000),
            "*a_".repeat(50_000),
            "`".repeat(100_000),
            "# a\n".repeat(20_000),
            format!("<a {}>", "id=".repeat(80_000)),
            format!("<div {}", "id=".repeat(80_000)),
            "<".repeat(100_000),
        ] {
            let document = Document::parse(&text);
            assert_eq!(document.headings.len(), document.sections.len());
        }
    }
}
