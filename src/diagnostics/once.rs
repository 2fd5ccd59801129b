//! One cause, one finding.

use std::collections::{BTreeSet, HashMap};

use super::{Finding, Findings, Label};

/// Most further places that a finding names.
pub const PLACES_MAX: usize = 4;

/// Leaves one of the findings that say the same of the same place, and makes those of one cause one: the first, with the
/// places of the others. The order stays.
pub fn once(findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    findings.retain(|finding| {
        seen.insert((finding.primary.span, finding.code.id, finding.title.clone()))
    });
    let mut firsts: HashMap<String, (usize, usize)> = HashMap::new();
    let mut all: Findings = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let Some(cause) = &finding.cause else {
            all.push(finding);
            continue;
        };
        match firsts.get_mut(cause) {
            None => {
                firsts.insert(cause.clone(), (all.len(), 0));
                all.push(finding);
            }
            Some((at, places)) => {
                *places += 1;
                if *places <= PLACES_MAX {
                    let text = again(&all[*at], &finding);
                    all[*at].secondary.push(Label {
                        span: finding.primary.span,
                        text,
                    });
                }
            }
        }
    }
    for (at, places) in firsts.into_values() {
        if places > PLACES_MAX {
            let more = places - PLACES_MAX;
            let plural = if more == 1 { "" } else { "s" };
            all[at].notes.push(format!("and {more} more place{plural}"));
        }
    }
    *findings = all;
}

/// What to say at the place of a finding that has the cause of `first`.
fn again(first: &Finding, finding: &Finding) -> String {
    match first.title == finding.title {
        true => "here too".to_string(),
        false => finding.title.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourceId, Span};
    use crate::diagnostics::code::SP009;

    fn finding(at: usize, title: &str) -> Finding {
        Finding::new(SP009, Span::new(SourceId(0), at, at + 1), title)
    }

    fn told(mut findings: Findings) -> Vec<(String, Vec<String>, Vec<String>)> {
        once(&mut findings);
        let labels = |finding: &Finding| finding.secondary.iter().map(|l| l.text.clone()).collect();
        findings
            .iter()
            .map(|finding| {
                (
                    finding.title.clone(),
                    labels(finding),
                    finding.notes.clone(),
                )
            })
            .collect()
    }

    fn one(title: &str, labels: &[&str], notes: &[&str]) -> (String, Vec<String>, Vec<String>) {
        let owned = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect();
        (title.to_string(), owned(labels), owned(notes))
    }

    #[test]
    fn the_same_of_the_same_place_is_told_once() {
        let all = vec![finding(1, "a"), finding(1, "a"), finding(2, "a")];
        assert_eq!(told(all), [one("a", &[], &[]), one("a", &[], &[])]);
    }

    #[test]
    fn one_cause_is_told_once_with_its_places() {
        let caused = |at, title| finding(at, title).caused_by("x");
        let all = vec![
            caused(1, "a"),
            finding(5, "b"),
            caused(2, "a"),
            caused(3, "c"),
        ];
        let expected = [one("a", &["here too", "c"], &[]), one("b", &[], &[])];
        assert_eq!(told(all), expected);
    }

    #[test]
    fn places_beyond_the_most_are_counted() {
        let caused = |places: usize| {
            let all = (0..=places).map(|at| finding(at, "a").caused_by("x"));
            told(all.collect())
        };
        let full = ["here too"; PLACES_MAX];
        assert_eq!(caused(PLACES_MAX), [one("a", &full, &[])]);
        assert_eq!(
            caused(PLACES_MAX + 1),
            [one("a", &full, &["and 1 more place"])]
        );
        assert_eq!(
            caused(PLACES_MAX + 2),
            [one("a", &full, &["and 2 more places"])]
        );
    }
}
