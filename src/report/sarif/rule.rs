//! The rules of a log: every check, and what it says of itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::diagnostics::{Code, Level};
use crate::lint::Check;

use super::super::words::cut;
use super::super::{Report, pages};

/// Rules of a run that code scanning takes.
const RULES_MAX: usize = 25_000;
/// Longest description of a rule, in characters.
const DESCRIPTION_MAX_CHARS: usize = 1_024;
/// Longest name of a rule, in characters.
const NAME_MAX_CHARS: usize = 255;
/// Tags of a rule that code scanning takes.
const TAGS_MAX: usize = 20;

/// What the codes of a family are about, by their two letters.
const FAMILIES: &[(&str, &[&str])] = &[
    ("SP", &["slo", "specification"]),
    ("QL", &["slo", "promql"]),
    ("AL", &["slo", "alerting"]),
    ("RT", &["slo", "routing"]),
    ("RB", &["slo", "runbooks"]),
    ("XF", &["slo", "workspace"]),
    ("SU", &["slo", "suppressions"]),
    ("ON", &["slo", "online"]),
];

/// Rules and where each stands among them.
pub(super) struct Rules {
    /// The rules, in order.
    pub all: Vec<Value>,
    places: BTreeMap<&'static str, usize>,
}

impl Rules {
    /// One rule for each check, and one for each code in the findings that has no check.
    pub(super) fn of(report: &Report<'_>) -> Rules {
        let mut rules = Rules {
            all: Vec::new(),
            places: BTreeMap::new(),
        };
        for check in report.checks {
            rules.add(check.code, || documented(check));
        }
        let suppressed = report.suppressed.iter().map(|suppressed| &suppressed.finding);
        for finding in report.findings.iter().chain(suppressed) {
            rules.add(finding.code, || named(finding.code));
        }
        assert!(rules.all.len() <= RULES_MAX, "there are far fewer codes than rules in a run");
        rules
    }

    /// Where the rule of a code stands.
    pub(super) fn place(&self, code: Code) -> usize {
        self.places[code.id]
    }

    fn add(&mut self, code: Code, rule: impl FnOnce() -> Value) {
        let next = self.all.len();
        self.places.entry(code.id).or_insert_with(|| {
            self.all.push(rule());
            next
        });
    }
}

/// The rule that a check makes.
fn documented(check: &Check) -> Value {
    let (finds, why) = (check.finds.trim(), check.why.trim());
    let markdown = format!(
        "{finds}\n\n**Why it matters.** {why}\n\n**Example**\n\n{}\n\n**What to write instead**\n\n{}\n",
        fenced(check.example),
        fenced(check.instead)
    );
    let text = format!("{finds}\n\n{why}\n\nWhat to write instead:\n\n{}", check.instead);
    rule(check.code, first_sentence(finds), &format!("{finds} {why}"), &text, Some(&markdown))
}

/// The rule of a code that has nothing but its name.
fn named(code: Code) -> Value {
    let words = code.name.replace('-', " ");
    rule(code, &words, &words, &words, None)
}

fn rule(code: Code, short: &str, full: &str, text: &str, markdown: Option<&str>) -> Value {
    let (level, problem, precision) = match code.level {
        Level::Error => ("error", "error", "very-high"),
        Level::Warning => ("warning", "warning", "high"),
        Level::Info => ("note", "recommendation", "medium"),
    };
    let family = FAMILIES.iter().find(|(letters, _)| code.id.starts_with(letters));
    let tags: Vec<&str> = family.map_or(&["slo"][..], |(_, tags)| tags).iter().take(TAGS_MAX).copied().collect();
    let mut help = json!({"text": text});
    if let Some(markdown) = markdown {
        help["markdown"] = json!(markdown);
    }
    let mut rule = json!({
        "id": code.id,
        "name": cut(code.name, NAME_MAX_CHARS),
        "shortDescription": {"text": cut(short, DESCRIPTION_MAX_CHARS)},
        "fullDescription": {"text": cut(full, DESCRIPTION_MAX_CHARS)},
        "help": help,
    });
    if let Some(page) = pages::of(code.id) {
        rule["helpUri"] = json!(page);
    }
    rule["defaultConfiguration"] = json!({"level": level});
    rule["properties"] = json!({"tags": tags, "precision": precision, "problem.severity": problem});
    rule
}

/// The text up to the first full stop that ends a sentence, without it.
fn first_sentence(text: &str) -> &str {
    let text = text.split("\n\n").next().unwrap_or(text);
    let end = text
        .match_indices(". ")
        .map(|(at, _)| at)
        .find(|at| text[at + 2..].starts_with(char::is_uppercase));
    text[..end.unwrap_or(text.len())].trim_end_matches('.')
}

/// A block of YAML in a fence that nothing in it closes.
fn fenced(text: &str) -> String {
    let longest = text.lines().map(|line| line.trim_start().chars().take_while(|c| *c == '`').count()).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}yaml\n{}\n{fence}", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::code::SP002;
    use crate::lint::{Ask, CHECKS};

    fn check(finds: &'static str, why: &'static str) -> Value {
        documented(&Check {
            code: SP002,
            finds,
            why,
            example: "a: ```\n",
            instead: "a: b\n",
            options: None,
            ask: Ask::Readers,
        })
    }

    fn chars(rule: &Value, part: &str) -> usize {
        rule[part]["text"].as_str().map_or(0, |text| text.chars().count())
    }

    #[test]
    fn descriptions_are_cut_beyond_the_limit_and_not_before() {
        let fits: &'static str = "é".repeat(DESCRIPTION_MAX_CHARS - 2).leak();
        let rule = check(fits, "x");
        assert_eq!(chars(&rule, "fullDescription"), DESCRIPTION_MAX_CHARS);
        assert_eq!(rule["fullDescription"]["text"], format!("{fits} x"));
        let rule = check(fits, "xy");
        assert_eq!(chars(&rule, "fullDescription"), DESCRIPTION_MAX_CHARS);
        assert_eq!(rule["fullDescription"]["text"], format!("{fits} …"));
        let longer: &'static str = "é".repeat(DESCRIPTION_MAX_CHARS + 1).leak();
        assert_eq!(chars(&check(longer, ""), "shortDescription"), DESCRIPTION_MAX_CHARS);
    }

    #[test]
    fn a_name_is_cut_beyond_the_limit_and_not_before() {
        let name = |count: usize| {
            let name: &'static str = "x".repeat(count).leak();
            let rule = named(Code { name, ..SP002 });
            rule["name"].as_str().map(str::to_string)
        };
        assert_eq!(name(NAME_MAX_CHARS), Some("x".repeat(NAME_MAX_CHARS)));
        assert_eq!(
            name(NAME_MAX_CHARS + 1),
            Some("x".repeat(NAME_MAX_CHARS - 1) + "…")
        );
    }

    #[test]
    fn the_short_description_is_the_first_sentence() {
        assert_eq!(first_sentence("A rate of 14.4. No more. x"), "A rate of 14.4");
        assert_eq!(first_sentence("One. of `a. b`."), "One. of `a. b`");
        assert_eq!(first_sentence("One\n\nTwo."), "One");
    }

    #[test]
    fn an_example_cannot_close_its_fence() {
        assert_eq!(fenced("a: 1\n"), "```yaml\na: 1\n```");
        assert_eq!(fenced("a: |\n  ```\n"), "````yaml\na: |\n  ```\n````");
    }

    #[test]
    fn every_family_of_checks_says_what_it_is_about() {
        for check in CHECKS {
            let family = FAMILIES.iter().find(|(letters, _)| check.code.id.starts_with(letters));
            let (_, tags) = family.unwrap_or_else(|| panic!("{} is of no family", check.code.id));
            assert!(!tags.is_empty() && tags.len() <= TAGS_MAX);
        }
    }
}
