//! Says in our words what the parser found wrong, at the place where the user would mend it.

use granit_parser::{ErrorKind, ScanError};

use crate::base::{SourceId, Span};
use crate::diagnostics::{Edit, Finding, code};

use super::compose::{Composer, LastEvent};
use super::limits::Limit;
use super::quotes;

/// What is known about a syntax error.
struct Fault<'a> {
    source: SourceId,
    text: &'a str,
    /// Where the parser gave up.
    at: usize,
    last: LastEvent,
    open_bracket: Option<usize>,
}

/// The finding for a syntax error.
pub(super) fn finding(
    source: SourceId,
    text: &str,
    error: &ScanError,
    composer: &Composer<'_>,
) -> Finding {
    let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
    let fault = Fault {
        source,
        text,
        at,
        last: composer.last,
        open_bracket: composer.open_bracket(),
    };
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => Limit::Depth.finding(fault.char_at(at)),
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => fault.unclosed_quote(),
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => fault
            .error("text after the closing quote")
            .label("the quoted text ends before this")
            .help("quote the whole value; inside it write `\\\"` in double, `''` in single quotes"),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => fault.escape(),
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::InvalidBlockEntryWhitespace
        | ErrorKind::InvalidMappingValueWhitespace => fault.tab(),
        ErrorKind::MappingValueNotAllowed => fault.colon(),
        ErrorKind::SimpleKeyExpected => fault
            .error_at(fault.rest_of_line(at), "expected `key: value`")
            .label("no `: ` follows"),
        ErrorKind::UnexpectedCharacter { character } => fault.reserved(*character),
        ErrorKind::BlockSequenceEntryNotAllowed => fault
            .error("`- ` where no list can begin")
            .label("a list begins on a line of its own")
            .help("put the list on the next line, or write `[...]`"),
        ErrorKind::ExpectedBlockSequenceEntry => fault
            .error_at(fault.rest_of_line(at), "expected `- `")
            .label("a list is open at this indentation")
            .help("indent this as a part of the list, or less than the list"),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedDocumentStart
        | ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidFlowScalarIndent => fault.indentation(),
        kind => fault.bracket(kind),
    }
}

impl Fault<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    /// The character at `at`, or the place after the last one.
    fn char_at(&self, at: usize) -> Span {
        let len = match self.text[at..].chars().next() {
            None | Some('\n' | '\r') => 0,
            Some(c) => c.len_utf8(),
        };
        self.span(at, at + len)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |feed| feed + 1)
    }

    /// From `at` to the end of its line, white space aside.
    fn rest_of_line(&self, at: usize) -> Span {
        let line = self.text[at..].lines().next().unwrap_or_default();
        self.span(at, at + line.trim_end().len())
    }

    fn error(&self, title: &str) -> Finding {
        self.error_at(self.char_at(self.at), title)
    }

    fn error_at(&self, place: Span, title: &str) -> Finding {
        Finding::new(code::SP001, place, title)
    }

    fn unclosed_quote(&self) -> Finding {
        // The parser stands at the quotation mark itself or where the text became impossible.
        let open = if self.text[self.at..].starts_with(['"', '\'']) {
            Some(self.at)
        } else {
            quotes::unclosed(self.text, self.last.end, self.at)
        };
        let Some(open) = open else {
            return self
                .error("a quoted text goes on with too little indentation")
                .label("must be indented deeper than its key");
        };
        self.error_at(self.char_at(open), "unclosed quote")
            .label("opened here and never closed")
    }

    fn escape(&self) -> Finding {
        let Some((start, end)) = quotes::bad_escape(self.text, self.at) else {
            return self
                .error("an escape that means nothing")
                .label("in this text");
        };
        let escape = &self.text[start..end];
        self.error_at(self.span(start, end), "an escape that means nothing")
            .label("in double quotes `\\` begins an escape")
            .help(format!(
                "write `\\{escape}` for a backslash, or use single quotes"
            ))
    }

    fn tab(&self) -> Finding {
        let line = self.line_start(self.at);
        // The parser may stand at the header of a block whose first line begins with the tab.
        let candidates = [
            self.text[line..].find('\t').map(|tab| line + tab),
            self.text[self.at..].find('\t').map(|tab| self.at + tab),
        ];
        let tab = candidates.into_iter().flatten().min().unwrap_or(self.at);
        let len = self.text[tab..].len() - self.text[tab..].trim_start_matches('\t').len();
        self.error_at(
            self.span(tab, tab + len),
            "a tab where only spaces may stand",
        )
        .label("YAML is indented with spaces")
        .help("replace the tab by spaces")
    }

    /// A `: ` that cannot be a key's.
    fn colon(&self) -> Finding {
        let last = self.last;
        if !last.plain || last.end > self.at || last.end + 1 < self.at {
            return self
                .error("`:` where no key can be")
                .label("not after a key of this mapping")
                .help("put the value in quotes if the `:` belongs to it");
        }
        let raw = &self.text[last.start..last.end];
        let Some((first, _)) = raw.split_once(['\n', '\r']) else {
            return self
                .error("a second `: ` on one line")
                .label("a plain text cannot contain `: `")
                .help("put the value in quotes, or begin the inner mapping on the next line");
        };
        let line = last.start + first.len() + 1;
        if let Some(colon) = first.find(':') {
            let after = last.start + colon + 1;
            let place = self.span(after - 1, after);
            return self
                .error_at(place, "no space after `:`")
                .label("without a space this is no key but text")
                .patch(
                    "put a space after it",
                    vec![Edit {
                        span: self.span(after, after),
                        text: " ".to_string(),
                    }],
                );
        }
        if self.text[..last.start].trim_end_matches(' ').ends_with(':') {
            let last_line = self.line_start(last.end).max(line);
            let indent = self.text[last_line..].len() - self.text[last_line..].trim_start().len();
            let key = self.rest_of_line(last_line + indent);
            return self
                .error_at(key, "a key inside the value of the line above")
                .label("indented deeper than that key, so it continues its value")
                .also(
                    self.span(last.start, last.start + first.len()),
                    "this value goes on",
                )
                .help("give both keys the same indentation");
        }
        self.error_at(
            self.span(last.start, last.start + first.trim_end().len()),
            "expected `key: value`",
        )
        .label("no `: ` follows")
    }

    fn reserved(&self, character: char) -> Finding {
        let finding = self.error(&format!("a plain text cannot begin with `{character}`"));
        match character {
            '|' | '>' => finding
                .label("a block of text cannot stand inside `[...]` or `{...}`")
                .help("write the text in quotes"),
            _ => {
                let finding = finding.label("reserved by YAML");
                match self.quoted() {
                    Some(edit) => finding.fix("put the value in quotes", vec![edit]),
                    None => finding.help("put the value in quotes"),
                }
            }
        }
    }

    /// The rest of the line in quotes, where it is all of a value and nothing else could be meant.
    fn quoted(&self) -> Option<Edit> {
        let span = self.rest_of_line(self.at);
        let value = &self.text[span.start as usize..span.end as usize];
        let head = &self.text[self.line_start(self.at)..self.at];
        let is_whole = head.ends_with(": ") || head.ends_with("- ");
        let is_plain = !value.contains([
            '\'', '"', '#', '\t', '\r', ':', '\\', '\u{85}', '\u{2028}', '\u{2029}',
        ]);
        let next = self.text[span.end as usize..]
            .lines()
            .nth(1)
            .unwrap_or_default();
        // What is indented deeper would go on with the value.
        let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let is_last = next.trim().is_empty() || depth(next) <= depth(head);
        (self.open_bracket.is_none() && is_whole && is_plain && is_last).then(|| Edit {
            span,
            text: format!("\"{value}\""),
        })
    }

    fn indentation(&self) -> Finding {
        let line = self.line_start(self.at);
        if !self.text[line..self.at].trim().is_empty() {
            return self
                .error_at(self.rest_of_line(self.at), "unexpected text after a value")
                .label("the value ends before this")
                .help("put the whole value in quotes");
        }
        let columns = self.at - line;
        self.error_at(
            self.rest_of_line(self.at),
            "an indentation that fits no line above",
        )
        .label(format!(
            "indented by {columns}, and nothing open above begins there"
        ))
        .help("line it up with the keys it belongs to")
    }

    /// Everything else: mostly brackets and commas.
    fn bracket(&self, kind: &ErrorKind) -> Finding {
        let finding = match kind {
            ErrorKind::UnclosedFlowCollection { open } => {
                let close = if *open == '[' { ']' } else { '}' };
                return self
                    .error(&format!("unclosed `{open}`"))
                    .label(format!("no `{close}` closes it"));
            }
            ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
                return self
                    .error(&format!("`{open}` closed by `{close}`"))
                    .label("opened here");
            }
            ErrorKind::MisplacedFlowCollectionEnd => {
                return self
                    .error("a closing bracket that nothing opened")
                    .label("not open here")
                    .help("put the value in quotes if the bracket belongs to it");
            }
            ErrorKind::MissingAnchorOrAliasName => {
                return self
                    .error("an anchor or alias without a name")
                    .label("a name must follow at once")
                    .help("put the value in quotes if it is text");
            }
            ErrorKind::UndeclaredTagHandle => self.error("a tag that is not declared"),
            ErrorKind::UnsupportedYamlMajorVersion => self.error("a version of YAML other than 1"),
            ErrorKind::CommentNotSeparated => self.error("no space before `#`"),
            _ if self.text[self.at..].starts_with(',') => {
                self.error("a value is missing before `,`")
            }
            _ if self.open_bracket.is_some() => self.error("unexpected text in `[...]` or `{...}`"),
            _ => self.error("not YAML"),
        };
        match self.open_bracket {
            Some(open) if self.text[self.at..].starts_with(',') => finding
                .label("nothing stands before it")
                .also(self.char_at(open), "opened here"),
            Some(open) => {
                let close = if self.text[open..].starts_with('[') {
                    ']'
                } else {
                    '}'
                };
                finding
                    .label(format!("expected `,` or `{close}`"))
                    .also(self.char_at(open), "opened here")
            }
            None => finding.label("cannot be read"),
        }
    }
}
