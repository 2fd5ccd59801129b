//! What is said of a check, as Markdown: `explain CODE` and `docs/checks`.
//!
//! Pure. What burnwatch prints for the example is an argument: whoever has run it passes it in.

use std::fmt::Write;

use crate::diagnostics::Level;
use crate::spec::page::tables;

use super::check::{Ask, Check};
use super::options::SLOTS;

/// The line that precedes each of several texts, before its path.
const PATH_MARK: &str = "=== ";

/// Groups of checks, by the letters of their codes, in the order in which they are read.
pub const GROUPS: &[(&str, &str)] = &[
    ("SP", "What an SLO file may say"),
    ("QL", "Queries"),
    ("AL", "Alerting"),
    ("XF", "Several files"),
    ("RT", "Receivers"),
    ("RB", "Runbooks"),
    ("SU", "Suppressions"),
    ("ON", "With a Prometheus server"),
];

/// The page of a check; `says` is what burnwatch prints for its example.
pub fn page(check: &Check, says: Option<&str>) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "# {} {}\n", check.code.id, check.code.name);
    let _ = writeln!(page, "Level: {}.\n", level(check));
    let _ = writeln!(page, "## What it finds\n\n{}\n", check.finds);
    let _ = writeln!(page, "## Why it matters\n\n{}\n", check.why);
    if !check.example.is_empty() {
        page.push_str("## Example\n\n");
        texts(&mut page, check.example);
        if let Some(says) = says {
            let _ = writeln!(
                page,
                "## What burnwatch says\n\n```text\n{}\n```\n",
                says.trim_end()
            );
        }
        page.push_str("## Write instead\n\n");
        texts(&mut page, check.instead);
    }
    if let Some(object) = check.options {
        page.push_str("## Options\n\nIn the workspace file.\n\n");
        page.push_str(&tables(
            &format!("checks › options › {}", check.code.id),
            object,
            &SLOTS,
        ));
    }
    suppressing(&mut page, check);
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

/// The list of all checks, as a page that leads to the others.
pub fn index(checks: &[&Check]) -> String {
    let mut page = String::from(
        "# Checks\n\nWhat `burnwatch validate` looks for. `burnwatch explain CODE` prints each of these pages, \
         `burnwatch checks` this list. A test runs every example that needs no server.\n\n\
         A check whose level is *fixed* finds what no rule can be made of. The level of any other is a setting, \
         `checks.levels` of the [workspace file](../spec.md), and a comment beside the text can suppress it, unless it is about such comments.\n",
    );
    for (letters, title) in GROUPS {
        let mut of_group = checks
            .iter()
            .filter(|check| check.code.id.starts_with(letters))
            .peekable();
        if of_group.peek().is_none() {
            continue;
        }
        let _ = writeln!(
            page,
            "\n## {title}\n\n| code | name | level | finds |\n|---|---|---|---|"
        );
        for check in of_group {
            let fixed = if check.is_fixed() { ", fixed" } else { "" };
            let _ = writeln!(
                page,
                "| [{id}]({id}.md) | {} | {}{fixed} | {} |",
                check.code.name,
                check.code.level,
                brief(check).replace('|', "\\|"),
                id = check.code.id,
            );
        }
    }
    page
}

/// The first sentence of what a check finds.
pub fn brief(check: &Check) -> &'static str {
    match check.finds.find(". ") {
        Some(end) => &check.finds[..=end],
        None => check.finds,
    }
}

/// The texts of an example, each with its path where it has one.
pub fn parts(example: &'static str) -> Vec<(Option<&'static str>, &'static str)> {
    if !example.starts_with(PATH_MARK) {
        return vec![(None, example)];
    }
    let parts = example.split(PATH_MARK).skip(1);
    parts
        .map(|part| {
            let (path, text) = part.split_once('\n').unwrap_or((part, ""));
            (Some(path.trim()), text)
        })
        .collect()
}

fn level(check: &Check) -> String {
    let level = check.code.level;
    if check.is_fixed() {
        return format!(
            "{level}. It cannot be turned down or suppressed: where it speaks, no rule can be made of what was written"
        );
    }
    let stops = match level {
        Level::Error => ", and nothing is generated",
        Level::Warning | Level::Info => "",
    };
    format!("{level}{stops}, unless `checks.levels` of the workspace says otherwise")
}

fn texts(page: &mut String, example: &'static str) {
    for (path, text) in parts(example) {
        if let Some(path) = path {
            let _ = writeln!(page, "`{path}`\n");
        }
        let _ = writeln!(page, "```yaml\n{}\n```\n", text.trim_end());
    }
}

fn suppressing(page: &mut String, check: &Check) {
    if check.is_fixed() || matches!(check.ask, Ask::Suppressions | Ask::Output) {
        return;
    }
    let _ = writeln!(
        page,
        "## Suppress it\n\nAt the end of the line, or on a line of its own above the entry or list item that it covers:\n\n\
         ```yaml\n# burnwatch: ignore[{id}] -- the reason\n```\n\n\
         With `until=YYYY-MM-DD` before the reason it holds until the end of that day. `file-ignore[{id}]` covers the \
         whole file.\n",
        id = check.code.id
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::CHECKS;

    #[test]
    fn every_check_belongs_to_a_group() {
        let lost: Vec<&str> = CHECKS
            .iter()
            .map(|check| check.code.id)
            .filter(|id| !GROUPS.iter().any(|(letters, _)| id.starts_with(letters)))
            .collect();
        assert!(lost.is_empty(), "no group in lint/page.rs for {lost:?}");
    }

    #[test]
    fn an_example_of_several_texts_is_shown_file_by_file() {
        let parts = parts("=== burnwatch.yaml\na: 1\n=== slos/a.yaml\nb: 2\n");
        assert_eq!(
            parts,
            [
                (Some("burnwatch.yaml"), "a: 1\n"),
                (Some("slos/a.yaml"), "b: 2\n")
            ]
        );
    }
}
