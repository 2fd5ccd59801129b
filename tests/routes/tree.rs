//! Random routing trees as text, and random alerts.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::select;

/// Labels and values are few, so that matchers meet alerts.
const LABELS: [&str; 4] = ["a", "b", "c", "severity"];
const VALUES: [&str; 7] = ["", "x", "y", "xy", "page", "x y", "1"];
const PATTERNS: [&str; 18] = [
    "x", "x|y", "(x|y)", "x.*", ".*", ".+", "", "x|", "[xy]+", "(?i)PAGE", "^x$", "p.ge", "x ?y?",
    "[^x]*", "\\\\d", "page|1", "x)|(?:y", "(x|)y?",
];

/// A route below the root, with its children.
#[derive(Clone, Debug)]
pub struct Node {
    matchers: Vec<Matcher>,
    continues: Option<bool>,
    has_receiver: bool,
    children: Vec<Node>,
}

#[derive(Clone, Debug)]
enum Matcher {
    Match(&'static str, &'static str),
    MatchRe(&'static str, &'static str),
    /// One item of `matchers`, with the quotes of YAML.
    Item(String),
}

fn item() -> impl Strategy<Value = String> {
    let plain = (
        select(&LABELS[..]),
        select(vec!["=", "!="]),
        select(&VALUES[..]),
    );
    let plain = plain.prop_map(|(label, op, value)| (label, op, value.to_string()));
    let regex = (
        select(&LABELS[..]),
        select(vec!["=~", "!~"]),
        select(&PATTERNS[..]),
    );
    let regex = regex.prop_map(|(label, op, value)| (label, op, value.to_string()));
    let one = (prop_oneof![plain, regex], 0..3_u8).prop_map(|((label, op, value), form)| {
        // An unquoted value is trimmed and knows no escapes that are not there.
        match form {
            0 => format!("{label}{op}\"{value}\""),
            1 => format!(" {label} {op} \"{value}\" "),
            _ if value.contains([',', '"', '}', ' ']) => format!("{label}{op}\"{value}\""),
            _ => format!("{label}{op}{value}"),
        }
    });
    (prop::collection::vec(one, 1..3), any::<bool>()).prop_map(|(all, braces)| {
        let joined = all.join(",");
        match braces {
            true => format!("{{{joined}}}"),
            false => joined,
        }
    })
}

fn matcher() -> impl Strategy<Value = Matcher> {
    prop_oneof![
        1 => (select(&LABELS[..]), select(&VALUES[..])).prop_map(|(l, v)| Matcher::Match(l, v)),
        1 => (select(&LABELS[..]), select(&PATTERNS[..])).prop_map(|(l, v)| Matcher::MatchRe(l, v)),
        3 => item().prop_map(Matcher::Item),
    ]
}

fn node(children: impl Strategy<Value = Vec<Node>>) -> impl Strategy<Value = Node> {
    (
        prop::collection::vec(matcher(), 0..3),
        prop::option::weighted(0.5, prop::bool::weighted(0.8)),
        prop::bool::weighted(0.8),
        children,
    )
        .prop_map(|(matchers, continues, has_receiver, children)| Node {
            matchers,
            continues,
            has_receiver,
            children,
        })
}

/// The children of a root.
pub fn forest() -> impl Strategy<Value = Vec<Node>> {
    let leaf = node(Just(Vec::new()));
    let tree = leaf.prop_recursive(4, 24, 4, |inner| node(prop::collection::vec(inner, 0..4)));
    prop::collection::vec(tree, 1..5)
}

/// The labels of an alert.
pub fn alert() -> impl Strategy<Value = Vec<(String, String)>> {
    let values = VALUES.iter().copied().chain(["z", "PAGE", "3"]);
    let value = prop::option::of(select(values.collect::<Vec<_>>()));
    prop::collection::vec(value, LABELS.len()).prop_map(|values| {
        let pairs = LABELS.iter().zip(values);
        pairs
            .filter_map(|(label, value)| Some((label.to_string(), value?.to_string())))
            .collect()
    })
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A whole configuration in which every route with a receiver has one of its own.
pub fn config(forest: &[Node]) -> String {
    let mut text = String::from("route:\n  receiver: r0\n");
    let mut receivers = 1;
    write_children(&mut text, forest, 2, &mut receivers);
    text.push_str("receivers:\n");
    for at in 0..receivers {
        let _ = writeln!(text, "- name: r{at}");
    }
    text
}

fn write_children(text: &mut String, children: &[Node], indent: usize, receivers: &mut usize) {
    if children.is_empty() {
        return;
    }
    let pad = " ".repeat(indent);
    let _ = writeln!(text, "{pad}routes:");
    for child in children {
        let _ = writeln!(text, "{pad}- group_wait: 1s");
        let pad = format!("{pad}  ");
        if child.has_receiver {
            let _ = writeln!(text, "{pad}receiver: r{receivers}");
            *receivers += 1;
        }
        if let Some(continues) = child.continues {
            let _ = writeln!(text, "{pad}continue: {continues}");
        }
        write_matchers(text, &child.matchers, &pad);
        write_children(text, &child.children, indent + 2, receivers);
    }
}

fn write_matchers(text: &mut String, matchers: &[Matcher], pad: &str) {
    let (mut equal, mut regex, mut items) = (Vec::new(), Vec::new(), Vec::new());
    for matcher in matchers {
        match matcher {
            Matcher::Match(label, value) => equal.push((*label, *value)),
            Matcher::MatchRe(label, value) => regex.push((*label, *value)),
            Matcher::Item(item) => items.push(quoted(item)),
        }
    }
    for (field, mut pairs) in [("match", equal), ("match_re", regex)] {
        pairs.sort_unstable();
        pairs.dedup_by_key(|(label, _)| *label);
        if !pairs.is_empty() {
            let _ = writeln!(text, "{pad}{field}:");
            for (label, value) in pairs {
                let _ = writeln!(text, "{pad}  {label}: {}", quoted(value));
            }
        }
    }
    if !items.is_empty() {
        let _ = writeln!(text, "{pad}matchers: [{}]", items.join(", "));
    }
}
