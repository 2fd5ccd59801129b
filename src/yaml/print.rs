//! YAML that is written from a tree: block style, keys in the order of the tree.
//!
//! A tree that was read and is printed again means the same to every reader: what was plain stays plain, so that its type
//! is found as before, and every other text is quoted where it must be. Comments, anchors and styles are not kept.

use super::tree::{Node, Value};
use super::write;

/// A value that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nothing.
    Null,
    /// A number, a boolean or anything else that stands as it is.
    Plain(String),
    /// Text, quoted where somebody could take it for anything else.
    Text(String),
    /// A list.
    List(Vec<Output>),
    /// Keys and values.
    Map(Vec<(String, Output)>),
}

impl Output {
    /// A text.
    pub fn text(text: impl Into<String>) -> Output {
        Output::Text(text.into())
    }

    /// A value that stands as its display does, such as a number or a duration.
    pub fn plain(value: impl std::fmt::Display) -> Output {
        Output::Plain(value.to_string())
    }

    /// A mapping.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Output)>) -> Output {
        Output::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// A list of texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Output {
        Output::List(texts.into_iter().map(Output::text).collect())
    }

    /// The value of a key, where this is a mapping that has it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Output> {
        match self {
            Output::Map(entries) => entries
                .iter_mut()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }
}

impl From<&Node> for Output {
    fn from(node: &Node) -> Output {
        match &node.value {
            Value::Null | Value::Unreadable => Output::Null,
            Value::Scalar(scalar) => match scalar.style {
                super::Style::Plain if !scalar.text.contains('\n') => {
                    Output::Plain(scalar.text.to_string())
                }
                _ => Output::Text(scalar.text.to_string()),
            },
            Value::Sequence(items) => Output::List(items.iter().map(Output::from).collect()),
            Value::Mapping(mapping) => Output::Map(
                mapping
                    .entries
                    .iter()
                    .map(|entry| (entry.key.text.to_string(), Output::from(&entry.value)))
                    .collect(),
            ),
        }
    }
}

/// The text of a document.
pub fn print(value: &Output) -> String {
    let mut out = String::new();
    match value {
        Output::Map(entries) if !entries.is_empty() => map(&mut out, 0, entries),
        Output::List(items) if !items.is_empty() => list(&mut out, 0, items),
        scalar => {
            inline(&mut out, 2, scalar);
            out.push('\n');
        }
    }
    out
}

fn map(out: &mut String, indent: usize, entries: &[(String, Output)]) {
    for (at, (key, value)) in entries.iter().enumerate() {
        if at > 0 {
            pad(out, indent);
        }
        write::scalar(out, key);
        out.push(':');
        under(out, indent, value);
    }
}

/// A value behind its key.
fn under(out: &mut String, indent: usize, value: &Output) {
    match value {
        Output::Map(entries) if !entries.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            map(out, indent + 2, entries);
        }
        Output::List(items) if !items.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            list(out, indent + 2, items);
        }
        scalar => {
            out.push(' ');
            inline(out, indent + 2, scalar);
            out.push('\n');
        }
    }
}

fn list(out: &mut String, indent: usize, items: &[Output]) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            pad(out, indent);
        }
        out.push_str("- ");
        match item {
            Output::Map(entries) if !entries.is_empty() => map(out, indent + 2, entries),
            Output::List(items) if !items.is_empty() => list(out, indent + 2, items),
            scalar => {
                inline(out, indent + 2, scalar);
                out.push('\n');
            }
        }
    }
}

fn inline(out: &mut String, indent: usize, value: &Output) {
    match value {
        Output::Null => out.push_str("null"),
        Output::Plain(text) => out.push_str(text),
        Output::Text(text) if reads_better_in_single_quotes(text) => {
            out.push('\'');
            out.push_str(text);
            out.push('\'');
        }
        Output::Text(text) => write::block(out, indent, text),
        Output::List(_) => out.push_str("[]"),
        Output::Map(_) => out.push_str("{}"),
    }
}

/// Whether a text has double quotes that would have to be escaped, and nothing that single quotes cannot hold.
fn reads_better_in_single_quotes(text: &str) -> bool {
    text.contains('"') && text.chars().all(|c| (' '..='~').contains(&c) && c != '\'')
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    fn check(text: &str, expected: &str) {
        let (documents, faults) = crate::yaml::read(SourceId(0), text);
        assert!(faults.is_empty(), "{faults:?}");
        let printed = print(&Output::from(&documents[0].root));
        assert_eq!(printed, expected);
        let (again, _) = crate::yaml::read(SourceId(0), &printed);
        assert_eq!(
            Output::from(&again[0].root),
            Output::from(&documents[0].root)
        );
    }

    #[test]
    fn a_tree_is_written_in_block_style() {
        check(
            "a: {b: [1, {c: d, e: f}, [g, h]], i: []}\nj: {}\n",
            "a:\n  b:\n    - 1\n    - c: d\n      e: f\n    - - g\n      - h\n  i: []\nj: {}\n",
        );
        check("- a\n- {b: c}\n", "- a\n- b: c\n");
    }

    #[test]
    fn what_was_plain_stays_plain_and_what_was_quoted_stays_text() {
        check(
            "a: yes\nb: \"yes\"\nc: 1.0\nd: '1.0'\ne: 5m\n",
            "a: yes\nb: \"yes\"\nc: 1.0\nd: \"1.0\"\ne: 5m\n",
        );
    }

    #[test]
    fn what_a_tag_makes_text_stays_text() {
        check(
            "a: !!str 017\nb: !!str null\nc: ! 1e3\nd: !!int 017\n",
            "a: \"017\"\nb: \"null\"\nc: \"1e3\"\nd: 017\n",
        );
    }

    #[test]
    fn double_quotes_stand_in_single_ones() {
        check("a: 'b=\"c\"'\n", "a: 'b=\"c\"'\n");
        check("a: \"it's \\\"c\\\"\"\n", "a: \"it's \\\"c\\\"\"\n");
    }

    #[test]
    fn merge_keys_and_aliases_are_written_out() {
        check(
            "a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n",
            "a:\n  b: 1\nc:\n  b: 1\nd:\n  b: 1\n  e: 2\n",
        );
    }

    #[test]
    fn texts_of_several_lines_keep_their_lines() {
        check("a: |\n  one\n  two\nb: x\n", "a: |\n  one\n  two\nb: x\n");
    }
}
