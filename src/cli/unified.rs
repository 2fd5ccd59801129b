//! The difference of two texts as `diff -u` writes it, so that `git apply` and `patch` take it.
//!
//! Written for texts that differ in few lines: where they go together again is looked for near by, and what is found is always
//! a difference, if not always the shortest.

use std::fmt::Write;

/// Lines around a change.
const CONTEXT_LINES: usize = 3;
/// How far ahead the lines are looked for at which both texts go together again.
const AHEAD_LINES: usize = 64;

/// A run of lines that differ: where in the old and new text it begins, and how many lines it has in each.
struct Run {
    old: (usize, usize),
    new: (usize, usize),
}

/// How `name` changes from `before` to `after`.
pub(super) fn unified(name: &str, before: &str, after: &str) -> String {
    let (old, new) = (lines(before), lines(after));
    let mut out = String::new();
    let mut open: Vec<Run> = Vec::new();
    for run in runs(&old, &new) {
        if let Some(last) = open.last()
            && run.old.0 > last.old.0 + last.old.1 + 2 * CONTEXT_LINES
        {
            hunk(&mut out, &old, &new, &open);
            open.clear();
        }
        open.push(run);
    }
    if !open.is_empty() {
        hunk(&mut out, &old, &new, &open);
    }
    match out.is_empty() {
        true => out,
        false => format!("--- a/{name}\n+++ b/{name}\n{out}"),
    }
}

/// Lines with their ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn runs(old: &[&str], new: &[&str]) -> Vec<Run> {
    let mut runs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (skip_old, skip_new) = together(&old[i..], &new[j..]);
        runs.push(Run {
            old: (i, skip_old),
            new: (j, skip_new),
        });
        (i, j) = (i + skip_old, j + skip_new);
    }
    runs
}

/// How many lines to leave out of each, at least one, so that the next ones are equal; all of both where that is nowhere near.
fn together(old: &[&str], new: &[&str]) -> (usize, usize) {
    for sum in 1..=AHEAD_LINES {
        for skip_old in 0..=sum.min(old.len()) {
            let skip_new = sum - skip_old;
            if skip_new > new.len() {
                continue;
            }
            let (rest_old, rest_new) = (&old[skip_old..], &new[skip_new..]);
            let ends = rest_old.is_empty() && rest_new.is_empty();
            if ends
                || rest_old
                    .first()
                    .is_some_and(|line| rest_new.first() == Some(line))
            {
                return (skip_old, skip_new);
            }
        }
    }
    (old.len(), new.len())
}

/// Runs that lie near each other, with the lines around them.
fn hunk(out: &mut String, old: &[&str], new: &[&str], runs: &[Run]) {
    let (first, last) = (&runs[0], &runs[runs.len() - 1]);
    let before = first.old.0.min(CONTEXT_LINES);
    let end = last.old.0 + last.old.1;
    let after = (old.len() - end).min(CONTEXT_LINES);
    let (from_old, from_new) = (first.old.0 - before, first.new.0 - before);
    let count_old = end + after - from_old;
    let count_new = last.new.0 + last.new.1 + after - from_new;
    // A side without lines begins at the line before.
    let number = |from: usize, count: usize| if count == 0 { from } else { from + 1 };
    let _ = writeln!(
        out,
        "@@ -{},{count_old} +{},{count_new} @@",
        number(from_old, count_old),
        number(from_new, count_new)
    );
    let mut at = from_old;
    for run in runs {
        old[at..run.old.0].iter().for_each(|l| line(out, ' ', l));
        at = run.old.0 + run.old.1;
        old[run.old.0..at].iter().for_each(|l| line(out, '-', l));
        let added = &new[run.new.0..run.new.0 + run.new.1];
        added.iter().for_each(|l| line(out, '+', l));
    }
    old[at..end + after].iter().for_each(|l| line(out, ' ', l));
}

/// A line, without characters that a terminal would obey.
fn line(out: &mut String, sign: char, line: &str) {
    let (text, end) = match line.strip_suffix("\r\n") {
        Some(text) => (text, "\r\n"),
        None => match line.strip_suffix('\n') {
            Some(text) => (text, "\n"),
            None => (line, "\n\\ No newline at end of file\n"),
        },
    };
    out.push(sign);
    out.push_str(&super::report::printable(text));
    out.push_str(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &str) {
        let head = "--- a/x\n+++ b/x\n";
        let shown = unified("x", before, after);
        assert_eq!(shown.strip_prefix(head).unwrap_or(&shown), expected);
    }

    #[test]
    fn a_change_stands_between_its_neighbours() {
        check("a\n", "a\n", "");
        check(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            "1\n2\n3\n4\nX\n6\n7\n8\n9\n",
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n",
        );
        check("1\n2\n3\n", "1\n3\n", "@@ -1,3 +1,2 @@\n 1\n-2\n 3\n");
        check("", "1\n", "@@ -0,0 +1,1 @@\n+1\n");
    }

    #[test]
    fn changes_that_lie_apart_are_two_pieces() {
        let before: Vec<String> = (0..20).map(|n| format!("{n}\n")).collect();
        let mut after = before.clone();
        after[2] = "X\n".to_string();
        after[9] = "Y\n".to_string();
        let one = unified("x", &before.concat(), &after.concat());
        assert_eq!(one.matches("@@ -").count(), 1);
        after[9].clone_from(&before[9]);
        after[10] = "Y\n".to_string();
        let two = unified("x", &before.concat(), &after.concat());
        assert_eq!(two.matches("@@ -").count(), 2);
    }

    #[test]
    fn ends_of_lines_are_kept_and_escapes_are_not() {
        check("a\r\n", "b\r\n", "@@ -1,1 +1,1 @@\n-a\r\n+b\r\n");
        check(
            "a",
            "\u{1b}",
            "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+\\u{1b}\n\\ No newline at end of file\n",
        );
    }

    #[test]
    fn texts_that_have_nothing_in_common_are_replaced_as_a_whole() {
        let text = |c: char| format!("{c}\n").repeat(AHEAD_LINES * 2);
        let shown = unified("x", &text('a'), &text('b'));
        assert_eq!(
            shown.lines().filter(|l| l.starts_with('-')).count(),
            AHEAD_LINES * 2 + 1
        );
        assert_eq!(
            shown.lines().filter(|l| l.starts_with('+')).count(),
            AHEAD_LINES * 2 + 1
        );
    }
}
