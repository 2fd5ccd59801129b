//! Whether two documents say the same: order of keys, quoting, comments, anchors and places aside.

use crate::yaml::{Mapping, Node, Value};

/// Whether two documents, each of which may be missing, say the same.
pub fn same(a: Option<&Node>, b: Option<&Node>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => nodes(a, b),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn nodes(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Null, Value::Null) => true,
        (Value::Scalar(a), Value::Scalar(b)) => a.text == b.text,
        (Value::Sequence(a), Value::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| nodes(a, b))
        }
        (Value::Mapping(a), Value::Mapping(b)) => mappings(a, b),
        // What could not be read is never known to be the same.
        _ => false,
    }
}

fn mappings(a: &Mapping, b: &Mapping) -> bool {
    let found = |entry: &crate::yaml::Entry| {
        b.get(&entry.key.text)
            .is_some_and(|other| nodes(&entry.value, other))
    };
    a.entries.len() == b.entries.len() && a.entries.iter().all(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    fn check(a: &str, b: &str, expected: bool) {
        let read = |text: &str| crate::yaml::read(SourceId(0), text).0.into_iter().next();
        let (first, second) = (read(a), read(b));
        let root =
            |document: &Option<crate::yaml::Document>| document.as_ref().map(|d| d.root.clone());
        assert_eq!(
            same(root(&first).as_ref(), root(&second).as_ref()),
            expected,
            "{a:?} {b:?}"
        );
    }

    #[test]
    fn how_a_document_is_written_does_not_count() {
        check(
            "a: 1\nb: [x, y]\n",
            "# note\nb:\n  - 'x'\n  - y\na: \"1\"\n",
            true,
        );
        check("a: &x {c: 1}\nb: *x\n", "a: {c: 1}\nb: {c: 1}\n", true);
        check("", "# nothing\n", true);
    }

    #[test]
    fn what_it_says_does() {
        check("a: 1\n", "a: 2\n", false);
        check("a: [x, y]\n", "a: [y, x]\n", false);
        check("a: 1\n", "a: 1\nb: 1\n", false);
        check("a: 1\n", "", false);
    }
}
