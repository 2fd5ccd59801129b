//! Texts that are too long, and texts that a terminal would obey.

use crate::Text;
use burnwatch::diagnostics::{Edit, Finding, GAP_MAX_LINES, LINE_MAX_BYTES, SPAN_MAX_LINES, code};

#[test]
fn a_long_line_is_shown_around_its_place() {
    let text = Text::new(&format!(
        "a: {}fault{}\n",
        "x".repeat(100_000),
        "y".repeat(100_000)
    ));
    text.check(text.finding(text.at("fault")), "
error[SP002]: unknown field
 --> slos/a.yaml:1:100004
  |
1 | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxfaultyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...
  |                                                                ^^^^^ not a field
");
    let shown = text.show(text.finding(text.at("y")));
    assert!(shown.contains(" --> slos/a.yaml:1:100009\n"), "{shown}");
}

#[test]
fn places_share_an_excerpt_up_to_a_distance() {
    let shown = |gap: usize| {
        let text = Text::new(&format!("a: 1\n{}b: 2\n", "# x\n".repeat(gap - 1)));
        text.show(text.finding(text.at("b")).also(text.at("a"), "first"))
    };
    assert!(!shown(GAP_MAX_LINES).contains(":::"));
    assert!(shown(GAP_MAX_LINES + 1).contains(":::"));
}

#[test]
fn two_places_on_a_long_line_stay_inside_it() {
    let text = Text::new(&format!("a: b{}c\n", " ".repeat(5_000)));
    let finding = text.finding(text.at("c")).also(text.at("b"), "first");
    let shown = text.show(finding);
    assert!(
        shown.lines().all(|line| line.len() < LINE_MAX_BYTES + 200),
        "{shown}"
    );
}

#[test]
fn a_place_of_too_many_lines_is_shown_by_its_first() {
    let text = Text::new(&"a: 1\n".repeat(1_000));
    let shown = |lines: usize| text.show(text.finding(text.span(0, lines * 5)));
    assert_eq!(shown(SPAN_MAX_LINES + 1), shown(1));
    assert_ne!(shown(SPAN_MAX_LINES), shown(1));
}

#[test]
fn nothing_that_a_terminal_obeys_comes_through() {
    let evil = "\u{1b}[31m\u{9b}31m\r\u{202e}\u{200f}\u{7}\u{8}\u{f8ff}0\u{f8ff}";
    let mut text = Text::new(&format!("k: {evil} fault\n"));
    let span = text.at("fault");
    text.source = text.sources.add(format!("a{evil}\n.yaml"), "x");
    let finding = Finding::new(code::SP001, span, format!("title {evil}\n"))
        .label(format!("label {evil}\n"))
        .also(text.span(0, 1), evil)
        .note(format!("note {evil}\nsecond line"))
        .help(evil)
        .patch(evil, vec![]);
    let shown = text.show(finding);
    let obeyed = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{200f}\u{f8ff}".contains(c);
    assert!(!shown.contains(obeyed), "{shown:?}");
    assert!(shown.contains("title ␛[31m·31m␍��␇␈�0�␊\n"), "{shown}");
    let caret = shown.lines().find(|line| line.contains('^')).unwrap();
    let source = shown.lines().find(|line| line.contains("fault")).unwrap();
    let column = |line: &str, c: char| line.chars().position(|other| other == c).unwrap();
    assert_eq!(column(caret, '^'), column(source, 'f'));
}

#[test]
fn a_change_of_too_many_lines_is_said_in_words_alone() {
    let text = Text::new(&"a: 1\n".repeat(100));
    let shown = |lines: usize| {
        let edit = Edit {
            span: text.span(5, 5 * (lines + 1)),
            text: String::new(),
        };
        let finding = text.finding(text.span(5, 6));
        text.show(finding.patch("remove it", vec![edit]))
    };
    let one = "help: remove it\n  |\n2 - a: 1\n  |\n";
    assert!(shown(1).ends_with(one), "{}", shown(1));
    assert!(
        shown(SPAN_MAX_LINES - 1).contains("6 - a: 1\n"),
        "{}",
        shown(SPAN_MAX_LINES - 1)
    );
    assert!(
        shown(SPAN_MAX_LINES).ends_with("help: remove it\n"),
        "{}",
        shown(SPAN_MAX_LINES)
    );
}
