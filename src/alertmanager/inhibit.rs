//! Inhibition: an alert that silences others while it fires.

use crate::base::Span;
use crate::diagnostics::Finding;
use crate::diagnostics::code::RT008;
use crate::yaml::{Mapping, Node, Value};

use super::fields::Reader;
use super::matcher::Labelled;
use super::matcher::{Matcher, all_match};
use super::read_matchers::MatcherFields;

const SOURCE: MatcherFields = MatcherFields {
    equal: "source_match",
    regex: "source_match_re",
    list: "source_matchers",
};
const TARGET: MatcherFields = MatcherFields {
    equal: "target_match",
    regex: "target_match_re",
    list: "target_matchers",
};

/// An inhibition rule.
#[derive(Clone, Debug)]
pub struct Inhibition {
    /// Where it is written.
    pub span: Span,
    /// What an alert must be to silence others.
    pub source: Vec<Matcher>,
    /// What an alert must be to be silenced.
    pub target: Vec<Matcher>,
    /// The labels that both must have with equal values.
    pub equal: Vec<String>,
}

/// Whether the alert `source` silences the alert `target` while it fires. A label that one of
/// them lacks is empty, and equal to another that is lacking. An alert that is both a source and a target is not
/// silenced by another that is both, so that none silences itself.
pub fn silences(rule: &Inhibition, source: &impl Labelled, target: &impl Labelled) -> bool {
    let is_equal = |label: &String| source.value(label) == target.value(label);
    let are_both_both = || all_match(&rule.target, source) && all_match(&rule.source, target);
    all_match(&rule.source, source)
        && all_match(&rule.target, target)
        && rule.equal.iter().all(is_equal)
        && !are_both_both()
}

impl Reader<'_> {
    /// The rules of a file.
    pub fn inhibitions(&mut self, file: &Mapping) -> Vec<Inhibition> {
        let items = self.list(file, "inhibit_rules");
        items
            .iter()
            .filter_map(|item| self.inhibition(item))
            .collect()
    }

    fn inhibition(&mut self, node: &Node) -> Option<Inhibition> {
        let mapping = self.item(node, "an inhibition rule")?;
        let mut equal = Vec::new();
        for item in self.list(mapping, "equal") {
            let label = self.text(item, "an item of `equal`");
            match label.map(|label| label.value) {
                Some(label) if !label.is_empty() => equal.push(label),
                // A label without a name is equal in all alerts; 0.25 lets nothing stand for it.
                Some(_) if item.value != Value::Null => self.say(
                    Finding::new(RT008, item.span, "a label of `equal` has no name")
                        .help("name a label, or remove this item"),
                ),
                Some(_) | None => {}
            }
        }
        Some(Inhibition {
            span: node.span,
            source: self.matchers(mapping, &SOURCE),
            target: self.matchers(mapping, &TARGET),
            equal,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{config, labels};
    use super::*;

    fn check(rule: &str, source: &str, target: &str, expected: bool) {
        let text =
            format!("route: {{receiver: a}}\nreceivers: [{{name: a}}]\ninhibit_rules: [{rule}]\n");
        let found = silences(
            &config(&text).inhibit_rules[0],
            &labels(source),
            &labels(target),
        );
        assert_eq!(found, expected, "{rule}: {source} on {target}");
    }

    const PAGE: &str = "{source_matchers: [s=page], target_matchers: [s=ticket], equal: [slo, g]}";

    #[test]
    fn a_source_silences_a_target_with_equal_labels() {
        check(PAGE, "s=page,slo=x", "s=ticket,slo=x", true);
        check(PAGE, "s=page,slo=x", "s=ticket,slo=y", false);
        check(PAGE, "s=ticket,slo=x", "s=ticket,slo=x", false);
        check(PAGE, "s=page,slo=x", "s=page,slo=x", false);
    }

    #[test]
    fn labels_that_both_lack_and_labels_that_are_empty_are_equal() {
        check(PAGE, "s=page", "s=ticket", true);
        check(PAGE, "s=page,slo=x,g=", "s=ticket,slo=x", true);
        check(PAGE, "s=page,slo=x,g=1", "s=ticket,slo=x", false);
    }

    #[test]
    fn an_alert_that_is_both_is_not_silenced_by_one_that_is_both() {
        let rule = "{source_match: {s: page}, target_match_re: {s: page|ticket}}";
        check(rule, "s=page", "s=page", false);
        check(rule, "s=page,x=1", "s=page,x=2", false);
        check(rule, "s=page", "s=ticket", true);
    }

    #[test]
    fn old_and_new_matchers_hold_together() {
        let rule = "{source_match: {a: 1}, source_match_re: {b: 2|3}, source_matchers: [c=4], target_match: {d: 5}}";
        check(rule, "a=1,b=3,c=4", "d=5", true);
        for lacking in ["b=3,c=4", "a=1,c=4", "a=1,b=3"] {
            check(rule, lacking, "d=5", false);
        }
    }
}
