//! Templates of SLIs: a kind with `$parameters` in its texts, and values for them.
//!
//! Filling in is done on text that knows its place, so that a fault in a template is shown in the template.

use std::collections::BTreeMap;

use crate::base::Spanned;
use crate::diagnostics::code::{SP003, SP007, SP009};
use crate::diagnostics::{Finding, Findings};
use crate::promql::parse::TEXT_BYTES_MAX;
use crate::spec::check::{closest, similar};
use crate::spec::{Record, record};
use crate::yaml::{Entry, Mapping, Node, Piece, Scalar, Value};

/// The template's SLI with the values of `with` filled in.
pub(super) fn fill(
    sli: &Record<'_>,
    templates: &BTreeMap<&str, &Node>,
    findings: &mut Findings,
) -> Option<Node> {
    let name = sli.text("use")?;
    let Some(template) = templates.get(name.value) else {
        let finding = Finding::new(
            SP009,
            name.span,
            format!("no SLI template is called `{}`", name.value),
        )
        .label("not in `sli_templates` of the workspace");
        findings.push(match closest(name.value, templates.keys().copied()) {
            Some(meant) => similar(finding, name.span, meant),
            None => finding,
        });
        return None;
    };
    let template = Record::of(template)?;
    let params: Vec<&str> = template
        .list("params")
        .iter()
        .filter_map(record::scalar)
        .map(|scalar| &*scalar.text)
        .collect();
    let values = values(sli, &name, &params, findings)?;
    let mut filled = Filling {
        values: &values,
        faults: Vec::new(),
    };
    let entries = template
        .entries()
        .into_iter()
        .filter(|(key, _)| key.value != "params");
    let entries: Vec<Entry> = entries
        .map(|(key, node)| Entry::new(Scalar::verbatim(key.value, key.span), filled.node(node)))
        .collect();
    findings.append(&mut filled.faults);
    Some(Node::new(sli.span(), Value::Mapping(Mapping { entries })))
}

fn values<'a>(
    sli: &Record<'a>,
    name: &Spanned<&str>,
    params: &[&str],
    findings: &mut Findings,
) -> Option<BTreeMap<&'a str, &'a str>> {
    let mut values = BTreeMap::new();
    let mut complete = true;
    for (key, node) in sli.map("with") {
        if !params.contains(&key.value) {
            let title = format!(
                "the template `{}` has no parameter `{}`",
                name.value, key.value
            );
            let finding = Finding::new(SP009, key.span, title).label("not in its `params`");
            findings.push(match closest(key.value, params.iter().copied()) {
                Some(meant) => similar(finding, key.span, meant),
                None => finding,
            });
            complete = false;
        } else if let Some(scalar) = record::scalar(node) {
            if let Some(found) = scalar.text.chars().find(|c| "\"'`\\$\n".contains(*c)) {
                let title = format!(
                    "`{}` cannot be part of a parameter's value",
                    found.escape_default()
                );
                findings.push(
                    Finding::new(SP007, scalar.span, title)
                        .label("it would change the meaning of the expression around it")
                        .help("in a regular expression write `[.]` instead of an escaped dot"),
                );
                complete = false;
            }
            values.insert(key.value, &*scalar.text);
        }
    }
    let missing: Vec<&str> = params
        .iter()
        .copied()
        .filter(|p| !values.contains_key(p))
        .collect();
    if complete && !missing.is_empty() {
        let title = format!(
            "the template `{}` needs a value for `{}`",
            name.value,
            missing.join("`, `")
        );
        findings.push(Finding::new(SP003, name.span, title).label(format!(
            "write `with: {{{}: ...}}`",
            missing.join(": ..., ")
        )));
    }
    (complete && missing.is_empty()).then_some(values)
}

struct Filling<'a> {
    values: &'a BTreeMap<&'a str, &'a str>,
    faults: Findings,
}

impl Filling<'_> {
    fn node(&mut self, node: &Node) -> Node {
        let value = match &node.value {
            Value::Scalar(scalar) => Value::Scalar(self.scalar(scalar)),
            Value::Sequence(items) => {
                Value::Sequence(items.iter().map(|item| self.node(item)).collect())
            }
            Value::Mapping(mapping) => Value::Mapping(Mapping {
                entries: mapping
                    .entries
                    .iter()
                    .map(|entry| Entry::new(entry.key.clone(), self.node(&entry.value)))
                    .collect(),
            }),
            Value::Null => Value::Null,
            Value::Unreadable => Value::Unreadable,
        };
        Node::new(node.span, value)
    }

    fn scalar(&mut self, scalar: &Scalar) -> Scalar {
        let text = &*scalar.text;
        let mut pieces = Vec::new();
        let mut from = 0;
        while let Some(at) = text[from..].find('$').map(|i| from + i) {
            let (name, end) = placeholder(text, at);
            pieces.push(Piece::Kept(from..at));
            match self.values.get(name) {
                Some(value) => pieces.push(Piece::Put {
                    text: value,
                    placeholder: at..end,
                }),
                None => {
                    pieces.push(Piece::Kept(at..end));
                    if !name.is_empty() && name != "window" {
                        let title = format!("the template has no parameter `{name}`");
                        let known: Vec<String> =
                            self.values.keys().map(|k| format!("`{k}`")).collect();
                        self.faults.push(
                            Finding::new(SP009, scalar.span_of(at..end), title)
                                .label(format!("its parameters are {}", known.join(", "))),
                        );
                    }
                }
            }
            from = end;
        }
        if pieces.is_empty() {
            return scalar.clone();
        }
        pieces.push(Piece::Kept(from..text.len()));
        let length = |piece: &Piece<'_>| match piece {
            Piece::Kept(range) => range.len(),
            Piece::Put { text, .. } => text.len(),
        };
        if pieces.iter().map(length).sum::<usize>() > TEXT_BYTES_MAX {
            let title = format!(
                "filled in, this is longer than {} KiB",
                TEXT_BYTES_MAX >> 10
            );
            self.faults
                .push(Finding::new(SP007, scalar.span, title).label("of this template"));
            return scalar.clone();
        }
        scalar.substituted(&pieces)
    }
}

/// Name and end of the placeholder at the `$` at `at`: `$name` or `${name}`.
fn placeholder(text: &str, at: usize) -> (&str, usize) {
    let rest = &text[at + 1..];
    if let Some(inner) = rest.strip_prefix('{')
        && let Some(close) = inner.find('}')
    {
        return (&inner[..close], at + 2 + close + 1);
    }
    let length = rest
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    (&rest[..length], at + 1 + length)
}
