//! Files that are made to hurt: refused with one clear finding, in bounded time and memory.

use std::fmt::Write;

use crate::{faults, read_text, show_all};
use burnwatch::yaml::limits;

/// The only finding of a text, without its place.
fn refusal(text: &str) -> String {
    let (documents, findings) = read_text(text);
    assert!(documents.is_empty());
    let titles: Vec<_> = findings
        .iter()
        .map(|finding| finding.title.as_str())
        .collect();
    assert_eq!(titles.len(), 1, "{titles:?}");
    titles[0].to_string()
}

const TOO_DEEP: &str = "lists and mappings are nested more than 64 deep";
const TOO_COPIED: &str = "the aliases of this file copy more than 32 MiB";

#[test]
fn nesting_is_read_up_to_its_limit() {
    let depth = limits::DEPTH_MAX;
    let fits = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(show_all(&fits).concat(), fits);
    assert_eq!(refusal(&format!("[{fits}]")), TOO_DEEP);
    let mut mixed = String::new();
    for level in 0..depth / 2 {
        writeln!(mixed, "{}a:", " ".repeat(level)).unwrap();
    }
    let brackets = format!("{}{}", "[".repeat(depth / 2), "]".repeat(depth / 2));
    assert_eq!(
        faults(&format!("{mixed}  {}{brackets}\n", " ".repeat(depth))),
        [""; 0]
    );
    assert_eq!(
        refusal(&format!("{mixed}  {}[{brackets}]\n", " ".repeat(depth))),
        TOO_DEEP
    );
}

#[test]
fn nesting_through_aliases_counts() {
    let deep = format!("{}{}", "[".repeat(62), "]".repeat(62));
    assert_eq!(faults(&format!("- &a {deep}\n- [*a]\n")), [""; 0]);
    assert_eq!(refusal(&format!("- &a {deep}\n- [[*a]]\n")), TOO_DEEP);
}

#[test]
fn deep_nests_of_every_kind_are_refused() {
    assert_eq!(refusal(&"[".repeat(100_000)), TOO_DEEP);
    assert_eq!(refusal(&"{a: ".repeat(50_000)), TOO_DEEP);
    assert_eq!(refusal(&"- ".repeat(50_000)), TOO_DEEP);
    assert_eq!(refusal(&"? ".repeat(50_000)), TOO_DEEP);
    let mut stairs = String::new();
    for level in 0..2_000 {
        writeln!(stairs, "{}a:", " ".repeat(level)).unwrap();
    }
    assert_eq!(refusal(&stairs), TOO_DEEP);
}

#[test]
fn billion_laughs_are_refused() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    assert_eq!(refusal(&text), TOO_COPIED);
}

#[test]
fn a_long_text_with_many_aliases_is_refused() {
    let mut text = format!("a: &a {}\nb:\n", "x".repeat(1_000_000));
    text.push_str(&"  - *a\n".repeat(10_000));
    assert_eq!(refusal(&text), TOO_COPIED);
}

#[test]
fn a_chain_of_merges_is_refused() {
    let mut text = String::from("a0: &a0 {k0: v}\n");
    for level in 1..3_000 {
        writeln!(
            text,
            "a{level}: &a{level} {{<<: *a{}, k{level}: v}}",
            level - 1
        )
        .unwrap();
    }
    assert_eq!(refusal(&text), TOO_COPIED);
}

#[test]
fn many_duplicates_are_capped_and_counted() {
    let (documents, findings) = read_text(&"a: 1\n".repeat(200_000));
    assert_eq!(documents.len(), 1);
    assert_eq!(findings.len(), limits::FINDINGS_MAX);
    let last = findings.last().unwrap();
    assert_eq!(
        last.notes,
        ["199899 more findings in this file are not shown"]
    );
    let (_, few) = read_text(&"a: 1\n".repeat(limits::FINDINGS_MAX + 1));
    assert_eq!(few.len(), limits::FINDINGS_MAX);
    assert!(few.iter().all(|finding| finding.notes.is_empty()));
}

#[test]
fn many_broken_documents_are_capped() {
    let (_, findings) = read_text(&"a: [\n---\n".repeat(100_000));
    assert_eq!(findings.len(), limits::FINDINGS_MAX);
}

#[test]
fn a_file_is_read_up_to_its_size() {
    let mut text = String::from("a: 1\n#");
    text.push_str(&"x".repeat(limits::FILE_MAX_BYTES - text.len()));
    assert_eq!(show_all(&text), ["{a: 1}"]);
    text.push('x');
    assert_eq!(refusal(&text), "a file of more than 16 MiB is not read");
}

#[test]
fn a_scalar_is_read_up_to_its_size() {
    let mut text = String::from("a: ");
    text.push_str(&"x".repeat(limits::SCALAR_MAX_BYTES));
    assert_eq!(faults(&text), [""; 0]);
    text.push('x');
    assert_eq!(refusal(&text), "a text of more than 1024 KiB is not read");
}

#[test]
fn values_are_read_up_to_their_number() {
    // The list itself is one.
    let mut text = "- 1\n".repeat(limits::NODES_MAX - 1);
    assert_eq!(faults(&text), [""; 0]);
    text.push_str("- 1\n");
    assert_eq!(
        refusal(&text),
        "a file with more than 1000000 values is not read"
    );
}

#[test]
fn copies_are_read_up_to_their_size() {
    let scalar = "x".repeat(limits::SCALAR_MAX_BYTES / 2);
    let count = |aliases: usize| format!("- &a {scalar}\n{}", "- *a\n".repeat(aliases));
    let most = limits::COPIED_MAX_BYTES / (limits::SCALAR_MAX_BYTES / 2);
    // The anchor itself is a copy, and a node costs a little more than its text.
    assert_eq!(faults(&count(most - 2)), [""; 0]);
    assert_eq!(refusal(&count(most - 1)), TOO_COPIED);
}

#[test]
fn a_file_of_escapes_is_read_in_bounded_memory() {
    let scalar = format!("- \"{}\"\n", "\\n".repeat(limits::SCALAR_MAX_BYTES / 2));
    let text = scalar.repeat(limits::FILE_MAX_BYTES / scalar.len());
    assert_eq!(faults(&text), [""; 0]);
}

#[test]
fn why_reading_ended_is_said_however_many_findings_there_are() {
    let duplicates = "a: 1\n".repeat(2 * limits::FINDINGS_MAX);
    let (_, findings) = read_text(&format!("{duplicates}---\nb: [\n"));
    assert_eq!(findings.len(), limits::FINDINGS_MAX + 1);
    let last = &findings[limits::FINDINGS_MAX];
    assert_eq!(last.title, "unclosed `[`");
    assert_eq!(last.notes, ["99 more findings in this file are not shown"]);
}
