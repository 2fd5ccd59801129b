//! Inhibition: an alert that silences others while it fires.

use crate::base::{Span, Spanned};
use crate::diagnostics::Finding;
use crate::diagnostics::code::RT008;
use crate::yaml::{Mapping, Node};

use super::Labels;
use super::fields::Reader;
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

/// Whether an alert of the labels `source` silences one of the labels `target` while it fires. A label that one of
/// them lacks is empty, and equal to another that is lacking. An alert that is both a source and a target is not
/// silenced by another that is both, so that none silences itself.
pub fn silences(rule: &Inhibition, source: &Labels, target: &Labels) -> bool {
    let value = |labels: &Labels, label: &String| labels.get(label).cloned().unwrap_or_default();
    let is_equal = |label: &String| value(source, label) == value(target, label);
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
        let equal = self.texts(mapping, "equal");
        if let Some(nameless) = equal.iter().find(|label| label.value.is_empty()) {
            self.say(
                Finding::new(RT008, nameless.span, "a label of `equal` has no name")
                    .help("name a label, or remove this item"),
            );
        }
        let named = |label: Spanned<String>| (!label.value.is_empty()).then_some(label.value);
        Some(Inhibition {
            span: node.span,
            source: self.matchers(mapping, &SOURCE),
            target: self.matchers(mapping, &TARGET),
            equal: equal.into_iter().filter_map(named).collect(),
        })
    }
}
