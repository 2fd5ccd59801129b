//! What a finding shows, and where.

use crate::Text;
use burnwatch::base::Span;
use burnwatch::diagnostics::{Colour, Edit, Finding, Level, code, human, summary};

#[test]
fn a_finding_shows_its_lines_labels_notes_helps_and_patch() {
    let text = Text::new("service: x\nslos:\n  - name: a\n    objetive: 99.9\n");
    let field = text.at("objetive");
    let edit = Edit {
        span: field,
        text: "objective".to_string(),
    };
    let finding = text
        .finding(field)
        .also(text.at("name: a"), "in this SLO")
        .note("a note")
        .help("a help")
        .patch("a field with a similar name exists", vec![edit]);
    text.check(
        finding,
        "
error[SP002]: unknown field
 --> slos/a.yaml:4:5
  |
3 |   - name: a
  |     ------- in this SLO
4 |     objetive: 99.9
  |     ^^^^^^^^ not a field
  |
  = note: a note
  = help: a help
help: a field with a similar name exists
  |
4 |     objective: 99.9
  |         +
",
    );
}

#[test]
fn a_place_in_another_source_is_shown_under_its_name() {
    let mut text = Text::new("a: x\n");
    let other = text.sources.add("burnwatch.yaml", "teams:\n  x: {}\n");
    let finding = text
        .finding(text.at("x"))
        .also(Span::new(other, 9, 10), "defined here");
    text.check(
        finding,
        "
error[SP002]: unknown field
 --> slos/a.yaml:1:4
  |
1 | a: x
  |    ^ not a field
  |
 ::: burnwatch.yaml:2:3
  |
2 |   x: {}
  |   - defined here
",
    );
}

#[test]
fn a_patch_in_another_source_is_shown_under_its_name() {
    let mut text = Text::new("a: x\n");
    let other = text.sources.add("burnwatch.yaml", "teams:\n  y: {}\n");
    let edit = Edit {
        span: Span::new(other, 9, 10),
        text: "x".to_string(),
    };
    let finding = text.finding(text.at("x")).patch("rename it", vec![edit]);
    text.check(
        finding,
        "
error[SP002]: unknown field
 --> slos/a.yaml:1:4
  |
1 | a: x
  |    ^ not a field
  |
help: rename it
 --> burnwatch.yaml:2:3
  |
2 -   y: {}
2 +   x: {}
  |
",
    );
}

#[test]
fn places_far_apart_in_one_source_have_excerpts_of_their_own() {
    let text = Text::new(&format!("a: 1\n{}b: 2\n", "# x\n".repeat(100)));
    let finding = text.finding(text.at("b")).also(text.at("a"), "first");
    text.check(
        finding,
        "
error[SP002]: unknown field
   --> slos/a.yaml:102:1
    |
102 | b: 2
    | ^ not a field
    |
   ::: slos/a.yaml:1:1
    |
  1 | a: 1
    | - first
",
    );
}

#[test]
fn lines_between_places_are_folded() {
    let text = Text::new(&format!("a: 1\n{}b: 2\n", "# x\n".repeat(10)));
    let finding = text.finding(text.at("b")).also(text.at("a"), "first");
    text.check(
        finding,
        "
error[SP002]: unknown field
  --> slos/a.yaml:12:1
   |
 1 | a: 1
   | - first
...
12 | b: 2
   | ^ not a field
",
    );
}

#[test]
fn tabs_and_wide_characters_keep_carets_aligned() {
    let text = Text::new("k:\té日本 fault\r\nl: 1\r\n");
    text.check(
        text.finding(text.at("fault")),
        "
error[SP002]: unknown field
 --> slos/a.yaml:1:8
  |
1 | k:    é日本 fault
  |             ^^^^^ not a field
",
    );
}

#[test]
fn the_end_of_a_file_and_an_empty_file_can_be_shown() {
    let text = Text::new("a: [\n");
    text.check(
        text.finding(text.span(5, 5)),
        "
error[SP002]: unknown field
 --> slos/a.yaml:2:1
  |
2 |
  | ^ not a field
",
    );
    let text = Text::new("a: [");
    text.check(
        text.finding(text.span(4, 4)),
        "
error[SP002]: unknown field
 --> slos/a.yaml:1:5
  |
1 | a: [
  |     ^ not a field
",
    );
    let text = Text::new("");
    text.check(
        text.finding(text.span(0, 0)),
        "
error[SP002]: unknown field
 --> slos/a.yaml:1:1
  |
1 |
  | ^ not a field
",
    );
}

#[test]
fn a_byte_order_mark_takes_no_column() {
    let text = Text::new("\u{feff}a: 1\n");
    text.check(
        text.finding(text.at("a")),
        "
error[SP002]: unknown field
 --> slos/a.yaml:1:1
  |
1 | a: 1
  | ^ not a field
",
    );
}

#[test]
fn a_place_of_some_lines_is_shown_whole() {
    let text = Text::new("a:\n  b: 1\n  c: 2\nd: 3\n");
    text.check(
        text.finding(text.span(5, 16)),
        "
error[SP002]: unknown field
 --> slos/a.yaml:2:3
  |
2 | /   b: 1
3 | |   c: 2
  | |______^ not a field
",
    );
}

#[test]
fn levels_have_their_names_and_findings_their_order() {
    let mut text = Text::new("a: 1\nb: 2\n");
    let other = text.sources.add("z.yaml", "c: 3\n");
    let mut warning = Finding::new(code::SP003, text.at("b"), "second");
    warning.level = Level::Warning;
    let findings = [
        Finding::new(code::SP016, Span::new(other, 0, 1), "third"),
        warning,
        Finding::new(code::SP001, text.at("a"), "first"),
    ];
    let shown = human(&findings, &text.sources, Colour::Plain);
    assert_eq!(
        format!("\n{shown}"),
        "
error[SP001]: first
 --> slos/a.yaml:1:1
  |
1 | a: 1
  | ^

warning[SP003]: second
 --> slos/a.yaml:2:1
  |
2 | b: 2
  | ^

info[SP016]: third
 --> z.yaml:1:1
  |
1 | c: 3
  | ^
"
    );
    assert_eq!(
        summary(&findings, 2),
        "1 error, 1 warning, 1 info in 2 files"
    );
    assert_eq!(summary(&findings[2..], 1), "1 error in 1 file");
    assert_eq!(summary(&[], 3), "no findings in 3 files");
    let twice = [findings[2].clone(), findings[2].clone()];
    assert_eq!(summary(&twice, 1), "2 errors in 1 file");
}

#[test]
fn colours_are_ansi_escapes_and_nothing_else_differs() {
    let text = Text::new("a: 1\n");
    let finding = text.finding(text.at("a"));
    let styled = human(
        std::slice::from_ref(&finding),
        &text.sources,
        Colour::Styled,
    );
    assert!(styled.contains("\u{1b}[1m\u{1b}[91merror"), "{styled:?}");
    let stripped = anstream::adapter::strip_str(&styled).to_string();
    assert_eq!(stripped, text.show(finding));
}
