//! What is said of texts that are not YAML.

use crate::{faults, read_text, show_all};

fn check(text: &str, expected: &str) {
    assert_eq!(faults(text), [format!("SP001 {expected}")], "{text}");
}

#[test]
fn common_mistakes_are_named_at_their_place() {
    check(
        "a:\n\tb: 1\n",
        "a tab where only spaces may stand @ 2:\"\\t\"",
    );
    check(
        "a: |\n\tx\n",
        "a tab where only spaces may stand @ 2:\"\\t\"",
    );
    check("a: \"abc\nb: 1\n", "unclosed quote @ 1:\"\\\"\"");
    check("a: 'abc\n", "unclosed quote @ 1:\"'\"");
    check(
        "a: [\"x\", \"y: 1]\nb: 1\nc: it's\n",
        "unclosed quote @ 1:\"\\\"\"",
    );
    check("a:1\nb: 2\n", "no space after `:` @ 1:\":\"");
    check(
        "x: 1\na: @foo\n",
        "a plain text cannot begin with `@` @ 2:\"@\"",
    );
    check("a: `foo`\n", "a plain text cannot begin with ``` @ 1:\"`\"");
    check("a: x: y\n", "a second `: ` on one line @ 1:\":\"");
    check(
        "a: 1\n  b: 2\n",
        "a key inside the value of the line above @ 2:\"b: 2\" & 1:\"1\"",
    );
    check(
        "a:\n   b: 1\n  c: 2\n",
        "an indentation that fits no line above @ 3:\"c: 2\"",
    );
    check(
        "  a: 1\nb: 2\n",
        "an indentation that fits no line above @ 2:\"b: 2\"",
    );
    check("- a\nb: 1\n", "expected `- ` @ 2:\"b: 1\"");
    check("a: - b\n", "`- ` where no list can begin @ 1:\"-\"");
    check("a: 1\nb 2\nc: 3\n", "expected `key: value` @ 2:\"b 2\"");
    check("x\ny: 1\n", "expected `key: value` @ 1:\"x\"");
    check("a: \"foo\" bar\n", "text after the closing quote @ 1:\"b\"");
    check(
        "a: \"\\d+\"\n",
        "an escape that means nothing @ 1:\"\\\\d\"",
    );
    check(
        "a: \"\\ud83d\"\n",
        "an escape that means nothing @ 1:\"\\\\ud83d\"",
    );
}

#[test]
fn brackets_are_named_with_the_one_that_is_open() {
    check(
        "a: [1, 2\nb: 3\n",
        "unexpected text in `[...]` or `{...}` @ 2:\":\" & 1:\"[\"",
    );
    check(
        "a: {b: 1\nc: 2\n",
        "unexpected text in `[...]` or `{...}` @ 2:\":\" & 1:\"{\"",
    );
    check("a: [1}\n", "`[` closed by `}` @ 1:\"[\"");
    check("a: [1\n", "unclosed `[` @ 1:\"[\"");
    check("a: ]\n", "a closing bracket that nothing opened @ 1:\"]\"");
    check(
        "a: [1,,2]\n",
        "a value is missing before `,` @ 1:\",\" & 1:\"[\"",
    );
    check(
        "a: {b: |\n x\n}\n",
        "a plain text cannot begin with `|` @ 1:\"|\"",
    );
}

#[test]
fn control_characters_are_refused_where_they_stand() {
    check(
        "a: 1\nb: \u{1b}[31m\n",
        "control character U+001B in the file @ 2:\"\\u{1b}\"",
    );
    check(
        "a: \0\n",
        "control character U+0000 in the file @ 1:\"\\0\"",
    );
    check(
        "a: \u{9b}\n",
        "control character U+009B in the file @ 1:\"\\u{9b}\"",
    );
    assert_eq!(show_all("a: x\u{85}y\n"), ["{a: x\u{85}y}"]);
}

#[test]
fn documents_around_a_broken_one_are_read() {
    let text = "a: 1\n---\nb: \"x\n---\nc: [\n---\nd: 2\n";
    assert_eq!(show_all(text), ["{a: 1}", "{d: 2}"]);
    assert_eq!(
        faults(text),
        [
            "SP001 unclosed quote @ 3:\"\\\"\"",
            "SP001 unclosed `[` @ 5:\"[\""
        ]
    );
}

#[test]
fn a_missing_space_comes_with_the_change() {
    let (_, findings) = read_text("a:1\nb: 2\n");
    let edits = &findings[0].patch.as_ref().unwrap().edits;
    assert_eq!((edits[0].span.start, edits[0].text.as_str()), (2, " "));
}
