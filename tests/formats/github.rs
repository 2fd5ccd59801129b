//! What GitHub's runner makes of the lines that it is shown.
//!
//! The runner is written here from its rules: a command is a line that begins with `::` after white space; its header ends at
//! the next `::`; properties are split at commas, then at the first `=`; escapes are taken back with `%25` last. Then
//! what it drops is dropped.

use std::collections::BTreeMap;

use burnwatch::base::Span;
use burnwatch::diagnostics::code::{SP002, SP016};
use burnwatch::diagnostics::human::{line, lines};
use burnwatch::diagnostics::{Finding, Level};
use proptest::prelude::*;

use crate::arbitrary;
use crate::render;
use crate::set::Set;

/// A command as the runner understands it.
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

impl Command {
    fn parse(line: &str) -> Option<Command> {
        let rest = line.trim_start().strip_prefix("::")?;
        let end = rest.find("::")?;
        let (header, message) = (&rest[..end], &rest[end + 2..]);
        let (name, properties) = header.split_once(' ').unwrap_or((header, ""));
        let pairs = properties.split(',').filter_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            Some((
                key.trim().to_string(),
                unescape(
                    value,
                    &[
                        ("%0D", "\r"),
                        ("%0A", "\n"),
                        ("%3A", ":"),
                        ("%2C", ","),
                        ("%25", "%"),
                    ],
                ),
            ))
        });
        Some(Command {
            name: name.to_string(),
            properties: pairs.collect(),
            message: unescape(message, &[("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]),
        })
    }

    fn number(&self, key: &str) -> Option<usize> {
        self.properties.get(key).map(|value| value.parse().unwrap())
    }

    /// Whether the runner keeps all that was said of the place.
    fn place_is_kept(&self) -> bool {
        let [first, last, from, to] =
            ["line", "endLine", "col", "endColumn"].map(|key| self.number(key));
        match (first, last, from, to) {
            (None, None, None, None) => true,
            (Some(first), Some(last), None, None) => 1 <= first && first <= last,
            (Some(first), Some(last), Some(from), Some(to)) => {
                1 <= first && first == last && 1 <= from && from <= to
            }
            _ => false,
        }
    }
}

fn unescape(text: &str, escapes: &[(&str, &str)]) -> String {
    escapes
        .iter()
        .fold(text.to_string(), |text, (from, to)| text.replace(from, to))
}

/// Every line as a command; a line that is none fails the test.
fn commands(output: &str) -> Vec<Command> {
    assert!(!output.contains('\r'));
    output
        .lines()
        .map(|line| {
            let command = Command::parse(line).unwrap_or_else(|| panic!("no command: {line}"));
            assert!(
                ["error", "warning", "notice"].contains(&command.name.as_str()),
                "{line}"
            );
            assert!(command.message.encode_utf16().count() <= 4096, "{line}");
            assert!(command.place_is_kept(), "{line}");
            command
        })
        .collect()
}

fn of_level<'a>(commands: &'a [Command], name: &str) -> Vec<&'a Command> {
    commands
        .iter()
        .filter(|command| command.name == name)
        .collect()
}

proptest! {
    #![proptest_config(arbitrary::config())]
    #[test]
    fn the_runner_reads_back_what_was_said(set in arbitrary::set()) {
        let commands = commands(&render("github", &set.report()));
        for name in ["error", "warning", "notice"] {
            prop_assert!(of_level(&commands, name).len() <= 10);
        }
        let mut commands = commands.into_iter();
        if !set.unchecked.is_empty() {
            let said: Vec<String> = set.unchecked.iter().map(|text| lines(text)).collect();
            prop_assert_eq!(commands.next().unwrap().message, said.join("\n"));
        }
        // Findings are few enough to be all kept where no level has more than nine.
        let few = [Level::Error, Level::Warning, Level::Info]
            .iter()
            .all(|level| set.findings.iter().filter(|finding| finding.level == *level).count() <= 9);
        if few {
            let mut found: Vec<(Option<String>, String)> = commands
                .map(|command| {
                    let head = command.message.split('\n').next().unwrap().to_string();
                    (command.properties.get("file").cloned(), head)
                })
                .collect();
            let mut said: Vec<(Option<String>, String)> = set.findings.iter().map(|finding| {
                let name = &set.sources.get(finding.primary.span.source).name;
                let path = (!(name.starts_with('<') && name.ends_with('>'))).then(|| name.clone());
                let (number, column) = set.sources.line_column(finding.primary.span);
                let (name, title) = (line(name), line(&finding.title));
                (path, format!("{name}:{number}:{column}: {} {title}", finding.code.id))
            }).collect();
            found.sort();
            said.sort();
            prop_assert_eq!(found, said);
        }
    }
}

/// So many findings of each level.
fn many(errors: usize, warnings: usize, infos: usize) -> Set {
    let mut set = Set::default();
    let source = set.sources.add("a.yaml", "x");
    let levels = [
        (errors, Level::Error),
        (warnings, Level::Warning),
        (infos, Level::Info),
    ];
    for (count, level) in levels {
        for at in 0..count {
            let mut finding = Finding::new(SP002, Span::new(source, 0, 1), format!("{level} {at}"));
            finding.level = level;
            set.findings.push(finding);
        }
    }
    set
}

#[test]
fn ten_of_each_level_are_shown_and_then_how_many_more() {
    let counts = |set: &Set| {
        let commands = commands(&render("github", &set.report()));
        let shown = ["error", "warning", "notice"].map(|name| of_level(&commands, name).len());
        let last = commands.last().unwrap().message.clone();
        (shown, last.split(':').next().unwrap().to_string())
    };
    assert_eq!(counts(&many(10, 10, 10)).0, [10, 10, 10]);
    assert_eq!(
        counts(&many(11, 0, 0)),
        ([10, 0, 1], "1 more finding of 11".to_string())
    );
    assert_eq!(
        counts(&many(12, 11, 10)),
        ([10, 10, 10], "4 more findings of 33".to_string())
    );
    assert_eq!(
        counts(&many(0, 0, 11)),
        ([0, 0, 10], "2 more findings of 11".to_string())
    );
    let mut set = many(0, 10, 0);
    set.unchecked = vec!["x".to_string(), "y".to_string()];
    assert_eq!(
        counts(&set),
        ([0, 10, 1], "1 more finding of 10".to_string())
    );
}

#[test]
fn a_message_is_cut_where_the_runner_would_cut_it() {
    let mut set = Set::default();
    let source = set.sources.add("a", "x");
    let long = "%😀".repeat(4096);
    set.findings = vec![Finding::new(SP016, Span::new(source, 0, 1), long)];
    let commands = commands(&render("github", &set.report()));
    assert!(commands[0].message.encode_utf16().count() >= 4095);
    assert!(commands[0].message.ends_with('…'));
}

#[test]
fn a_range_of_lines_has_no_columns_and_a_stream_no_file() {
    let set = Set::awkward();
    let commands = commands(&render("github", &set.report()));
    let said = |title: &str| {
        commands
            .iter()
            .find(|command| command.message.contains(title))
            .unwrap()
    };
    let range = said("a range of lines");
    assert_eq!(
        (
            range.number("line"),
            range.number("endLine"),
            range.number("col")
        ),
        (Some(6), Some(8), None)
    );
    assert!(!said("stdin").properties.contains_key("file"));
    assert!(
        said("stdin")
            .message
            .starts_with("<stdin>:2:1: SP001 ::error::")
    );
}

#[test]
fn the_runner_here_drops_what_the_real_one_drops() {
    let parse = |line: &str| Command::parse(line).unwrap();
    let command = parse("  ::error file=a%3Ab%2C%250A,line=1,endLine=2,col=3::x%0A::y%253A");
    assert_eq!(command.properties["file"], "a:b,%0A");
    assert_eq!(command.message, "x\n::y%3A");
    assert!(!command.place_is_kept());
    assert!(Command::parse("a ::error::x").is_none());
    assert!(!parse("::error line=2,endLine=1::x").place_is_kept());
}
