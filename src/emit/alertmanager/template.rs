//! The message templates: Alertmanager's own kind, which is Go's.
//!
//! Ours are part of the program; a workspace may have a file of its own in their place, which is read here as far as it
//! takes to know that Alertmanager will load it and find what receivers name. Expressions are left to Alertmanager.

use std::collections::BTreeSet;
use std::ops::Range;

/// Our templates.
pub const MESSAGES: &str = include_str!("../../../templates/alertmanager.tmpl");

/// The definitions that receivers name; a file of templates must have all of them.
pub const DEFINITIONS: &[&str] = &[
    "burnwatch.class",
    "burnwatch.component",
    "burnwatch.dashboard",
    "burnwatch.email.html",
    "burnwatch.link",
    "burnwatch.markdown.text",
    "burnwatch.markdown.title",
    "burnwatch.message",
    "burnwatch.opsgenie.message",
    "burnwatch.opsgenie.tags",
    "burnwatch.pagerduty.summary",
    "burnwatch.runbook",
    "burnwatch.service",
    "burnwatch.slack.fallback",
    "burnwatch.slack.text",
    "burnwatch.slack.title",
    "burnwatch.text",
    "burnwatch.tiers",
    "burnwatch.title",
];

/// How many faults of one file are told.
pub const FAULTS_MAX: usize = 20;

/// How many missing definitions are named.
pub const NAMES_MAX: usize = 3;

/// What stands in the names of Alertmanager's own definitions, such as `slack.default.title`.
const ALERTMANAGERS: &str = ".default.";
/// What the names begin with of those that Alertmanager's own are made of.
const ALERTMANAGERS_PARTS: &str = "__";

/// A block that is open.
struct Block<'a> {
    keyword: &'a str,
    at: Range<usize>,
    /// What it defines.
    name: Option<&'a str>,
}

/// What keeps Alertmanager from using a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, in bytes.
    pub at: Range<usize>,
    /// What is wrong there.
    pub what: String,
    /// What would be right, where one answer is.
    pub help: Option<&'static str>,
}

/// What keeps Alertmanager from using `text` as its message templates, in the order of the text; at most [`FAULTS_MAX`].
pub fn check_template(text: &str) -> Vec<Fault> {
    let mut reader = Reader {
        text,
        open: Vec::new(),
        defined: BTreeSet::new(),
        filled: BTreeSet::new(),
        used: Vec::new(),
        faults: Vec::new(),
    };
    let complete = reader.actions();
    if complete {
        reader.unbalanced();
        reader.undefined();
    }
    reader.faults.sort_by_key(|fault| fault.at.start);
    reader.faults.truncate(FAULTS_MAX);
    reader.faults
}

struct Reader<'a> {
    text: &'a str,
    open: Vec<Block<'a>>,
    defined: BTreeSet<&'a str>,
    /// Those of them that say something.
    filled: BTreeSet<&'a str>,
    used: Vec<(&'a str, Range<usize>)>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// Reads every action; false where one does not end, since nothing behind it can be judged.
    fn actions(&mut self) -> bool {
        let mut at = 0;
        while let Some(start) = self.text[at..].find("{{").map(|i| at + i) {
            let Some(end) = action_end(self.text, start + 2) else {
                let found = format!("`{}` is not closed", &self.text[start..start + 2]);
                self.fault(start..start + 2, found, None);
                return false;
            };
            self.action(start..end);
            at = end;
        }
        true
    }

    fn fault(&mut self, at: Range<usize>, what: String, help: Option<&'static str>) {
        self.faults.push(Fault { at, what, help });
    }

    fn action(&mut self, at: Range<usize>) {
        let text = self.text;
        let inner = text[at.start + 2..at.end - 2].trim_matches(['-', ' ', '\t', '\r', '\n']);
        if inner.starts_with("/*") {
            return;
        }
        let length = inner
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(inner.len());
        let (keyword, rest) = inner.split_at(length);
        match keyword {
            "define" | "block" => {
                if let (Some(outer), "define") = (self.open.last(), keyword) {
                    let found = format!("`define` within `{}`", outer.keyword);
                    self.fault(at.clone(), found, None);
                }
                let name = quoted(rest);
                self.defined.extend(name);
                self.open.push(Block { keyword, at, name });
            }
            "if" | "range" | "with" => {
                let name = None;
                self.open.push(Block { keyword, at, name });
            }
            "end" => match self.open.pop() {
                Some(block) => self.closed(block, at.start),
                None => self.fault(at, "`end` where nothing is open".to_string(), None),
            },
            "else" => {
                let takes = |block: &Block<'_>| ["if", "range", "with"].contains(&block.keyword);
                if !self.open.last().is_some_and(takes) {
                    let found = "`else` outside of `if`, `range` and `with`".to_string();
                    self.fault(at, found, None);
                }
            }
            "template" => self.used.extend(quoted(rest).map(|name| (name, at))),
            _ => {}
        }
    }

    /// Takes in a block whose `end` begins at `end`. Only definitions that say something clash.
    fn closed(&mut self, block: Block<'a>, end: usize) {
        let Some(name) = block.name else {
            return;
        };
        let is_empty = self.text[block.at.end..end].trim().is_empty();
        if !is_empty && !self.filled.insert(name) {
            let found = format!("`{name}` is defined twice");
            self.fault(block.at, found, Some("remove one of the two, or rename it"));
        }
    }

    fn unbalanced(&mut self) {
        for block in std::mem::take(&mut self.open) {
            let found = format!("`{}` has no `end`", block.keyword);
            self.fault(block.at, found, None);
        }
    }

    fn undefined(&mut self) {
        let missing = |name: &&&str| !self.defined.contains(*name);
        let missing: Vec<String> = DEFINITIONS
            .iter()
            .filter(missing)
            .map(|name| format!("`{name}`"))
            .collect();
        if !missing.is_empty() {
            let names = missing[..missing.len().min(NAMES_MAX)].join(", ");
            let more = match missing.len().saturating_sub(NAMES_MAX) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let found = format!("nothing defines {names}{more}, which receivers name");
            self.fault(0..0, found, None);
        }
        for (name, at) in std::mem::take(&mut self.used) {
            let required = DEFINITIONS.contains(&name);
            let foreign = name.contains(ALERTMANAGERS) || name.starts_with(ALERTMANAGERS_PARTS);
            if !foreign && !required && !self.defined.contains(name) {
                let help = "add a `define` of that name to this file, or name one that it has";
                self.fault(at, format!("nothing defines `{name}`"), Some(help));
            }
        }
    }
}

/// Where the action whose inside begins at `at` ends, one past its braces; texts and comments in it may have braces.
fn action_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let inside = text[at..].trim_start_matches('-').trim_start();
    if inside.starts_with("/*") {
        let close = at + text[at..].find("*/")? + 2;
        let rest = text[close..].trim_start().trim_start_matches('-');
        return rest.starts_with("}}").then(|| text.len() - rest.len() + 2);
    }
    let mut at = at;
    loop {
        match *bytes.get(at)? {
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            // Only the end of an action, and what lies in texts, has braces.
            b'{' | b'}' => return None,
            quote @ (b'"' | b'\'' | b'`') => at = literal_end(bytes, at + 1, quote)?,
            _ => at += 1,
        }
    }
}

/// One past the quote that ends a text of which `at` is the first byte. Only raw texts have lines.
fn literal_end(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            byte if byte == quote => return Some(at + 1),
            b'\\' if quote != b'`' => at += 2,
            b'\n' if quote != b'`' => return None,
            _ => at += 1,
        }
    }
}

/// The text that an action's arguments begin with.
fn quoted(arguments: &str) -> Option<&str> {
    let arguments = arguments.trim_start();
    let quote = arguments
        .chars()
        .next()
        .filter(|c| ['"', '`'].contains(c))?;
    let rest = &arguments[1..];
    rest.find(quote).map(|end| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The faults of `text`, those of missing definitions aside, as `bytes that are marked: fault`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let faults = check_template(text).into_iter();
        let found: Vec<String> = faults
            .filter(|fault| !fault.what.contains("which receivers name"))
            .map(|fault| format!("{}: {}", &text[fault.at], fault.what))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    fn plain(at: Range<usize>, what: &str) -> Fault {
        Fault {
            at,
            what: what.to_string(),
            help: None,
        }
    }

    #[test]
    fn our_own_templates_are_usable() {
        assert_eq!(check_template(MESSAGES), []);
    }

    #[test]
    fn blocks_are_closed_where_they_are_opened() {
        check(
            "{{ define \"a\" }}{{ if .x }}y{{ else }}z{{ end }}{{ end }}",
            &[],
        );
        check(
            "{{ define \"a\" }}{{ if .x }}{{ end }}",
            &["{{ define \"a\" }}: `define` has no `end`"],
        );
        check(
            "a {{- end -}} b",
            &["{{- end -}}: `end` where nothing is open"],
        );
        check(
            "{{ else }}",
            &["{{ else }}: `else` outside of `if`, `range` and `with`"],
        );
        check(
            "{{ with .x }}{{ define \"a\" }}{{ end }}{{ end }}",
            &["{{ define \"a\" }}: `define` within `with`"],
        );
    }

    #[test]
    fn braces_in_texts_and_comments_are_no_actions() {
        check("{{ \"}} {{ end }}\" }}{{ `\\` }}{{ '\\'' }}", &[]);
        check("{{/* {{ end }} */}}{{- /* }} */ -}}", &[]);
        check("a { b } }} c", &[]);
    }

    #[test]
    fn an_action_that_does_not_end_is_marked_where_it_begins() {
        let check = |text: &str, start: usize| {
            let faults = check_template(text);
            assert_eq!(faults, [plain(start..start + 2, "`{{` is not closed")]);
        };
        check("ab {{ .x }", 3);
        check("{{ \"x }}", 0);
        check("{{ \"x\n\" }}", 0);
        check("{{ .x }{{ end }}", 0);
        check("{{ .x }}{{/* x }}", 8);
        check("{{/* x */ y }}", 0);
        check("{{", 0);
        check("{{ \"\\", 0);
    }

    #[test]
    fn a_definition_that_receivers_name_is_missed() {
        let without = MESSAGES.replace("define \"burnwatch.title\"", "define \"mine\"");
        let fault = "nothing defines `burnwatch.title`, which receivers name";
        assert_eq!(check_template(&without), [plain(0..0, fault)]);
        let fault = "nothing defines `burnwatch.class`, `burnwatch.component`, `burnwatch.dashboard` and 16 more, which \
                     receivers name";
        assert_eq!(check_template(""), [plain(0..0, fault)]);
        check(
            "{{ template \"burnwatch.x\" . }}{{ template \"slack.default.title\" . }}",
            &["{{ template \"burnwatch.x\" . }}: nothing defines `burnwatch.x`"],
        );
    }

    #[test]
    fn a_name_that_nothing_defines_is_found_unless_it_is_alertmanagers_own() {
        check(
            "{{ template \"nope\" . }}{{ template \"__subject\" . }}{{ template \"mine\" . }}{{ define \"mine\" }}{{ end }}",
            &["{{ template \"nope\" . }}: nothing defines `nope`"],
        );
        let faults = check_template("{{ template \"nope\" . }}");
        assert!(faults.iter().any(|fault| fault.help.is_some()));
    }

    #[test]
    fn a_name_that_is_defined_twice_is_found_where_it_comes_again() {
        check(
            "{{ define \"a\" }}x{{ end }} {{- define `a` }}{{ if .y }}y{{ end }}{{ end }}",
            &["{{- define `a` }}: `a` is defined twice"],
        );
        check(
            "{{ define \"a\" }} {{ end }}{{ define \"a\" }}x{{ end }}",
            &[],
        );
        check(
            "{{ define \"a\" }}x{{ end }}{{ define \"A\" }}x{{ end }}",
            &[],
        );
    }

    #[test]
    fn many_faults_are_told_up_to_a_limit() {
        assert_eq!(check_template(&"{{ end }}".repeat(30)).len(), FAULTS_MAX);
    }
}
