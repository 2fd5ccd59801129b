//! In which order recorded series can be filled: a rule comes after all rules whose records it reads.
//!
//! promtool evaluates every rule against what is in the database already, so that a pass sees the
//! records of earlier passes and never its own.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::Rule;

/// The recording rules in passes.
///
/// # Panics
///
/// When rules read each other in a circle.
pub fn passes(records: &[Rule]) -> Vec<Vec<Rule>> {
    let names: BTreeSet<&str> = records.iter().map(record_of).collect();
    let reads: BTreeMap<&str, BTreeSet<&str>> = records
        .iter()
        .map(|rule| {
            let read = identifiers(&rule.expr).filter(|word| names.contains(word));
            (record_of(rule), read.collect())
        })
        .collect();
    let mut filled = BTreeSet::new();
    let mut passes = Vec::new();
    while filled.len() < names.len() {
        let ready: BTreeSet<&str> = names
            .iter()
            .filter(|name| !filled.contains(*name) && reads[**name].is_subset(&filled))
            .copied()
            .collect();
        assert!(!ready.is_empty(), "rules read each other in a circle");
        let rules = records
            .iter()
            .filter(|rule| ready.contains(record_of(rule)));
        passes.push(rules.cloned().collect());
        filled.extend(ready);
    }
    passes
}

fn record_of(rule: &Rule) -> &str {
    rule.record
        .as_deref()
        .expect("a recording rule has a record")
}

fn identifiers(expr: &str) -> impl Iterator<Item = &str> {
    expr.split(|letter: char| !(letter.is_ascii_alphanumeric() || "_:".contains(letter)))
}

#[cfg(test)]
mod tests {
    use super::{Rule, passes};

    fn rule(record: &str, expr: &str) -> Rule {
        Rule {
            record: Some(record.to_owned()),
            alert: None,
            expr: expr.to_owned(),
            labels: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn a_rule_comes_in_a_later_pass_than_what_it_reads() {
        let rules = [
            rule("c:x", "a:x + b:x"),
            rule("b:x", "2 * a:x"),
            rule("a:x", "raw"),
            rule("a:xy", "vector(1)"),
        ];
        let order: Vec<Vec<String>> = passes(&rules)
            .into_iter()
            .map(|pass| pass.into_iter().filter_map(|rule| rule.record).collect())
            .collect();
        assert_eq!(order, [vec!["a:x", "a:xy"], vec!["b:x"], vec!["c:x"]]);
    }

    #[test]
    #[should_panic(expected = "circle")]
    fn rules_in_a_circle_are_refused() {
        passes(&[rule("a:x", "b:x"), rule("b:x", "a:x")]);
    }
}
