//! Where the bytes of a scalar stand.

use crate::tree;
use burnwatch::yaml::{Node, Scalar, Value};

/// The scalar of the key `k`.
fn scalar(text: &str) -> Scalar {
    let root: Node = tree(text);
    let Value::Mapping(mapping) = root.value else {
        panic!("{root:?}");
    };
    match &mapping.get("k").expect("the text has the key `k`").value {
        Value::Scalar(scalar) => scalar.clone(),
        other => panic!("{other:?}"),
    }
}

/// Where `needle` of the decoded scalar stands in the file.
fn find(text: &str, needle: &str) -> String {
    let scalar = scalar(text);
    let at = scalar
        .text
        .find(needle)
        .unwrap_or_else(|| panic!("{:?}", scalar.text));
    let span = scalar.span_of(at..at + needle.len());
    format!(
        "{}:{}",
        span.start,
        &text[span.start as usize..span.end as usize]
    )
}

fn check(text: &str, needle: &str, expected: &str) {
    assert_eq!(find(text, needle), expected, "{text:?}");
}

#[test]
fn plain_text_on_one_line_is_an_offset() {
    check("k: sum(é日x) # c\n", "日", "9:日");
    check("\u{feff}k: abc\n", "bc", "7:bc");
}

#[test]
fn plain_text_on_many_lines_is_followed_through_its_folds() {
    let text = "k: one\n   two\n\n  \tthree\r\n  four\n";
    assert_eq!(&*scalar(text).text, "one two\nthree four");
    check(text, "two", "10:two");
    check(text, "three", "18:three");
    check(text, "four", "27:four");
    check(text, "e t", "5:e\n   t");
    check(text, "two\nthr", "10:two\n\n  \tthr");
    check(text, " four", "23:\r\n  four");
}

#[test]
fn single_quotes_are_followed_through_escapes_and_folds() {
    let text = "k: 'it''s a\n   long\n\n   ''x''  '\n";
    assert_eq!(&*scalar(text).text, "it's a long\n'x'  ");
    check(text, "'s", "6:''s");
    check(text, "long", "15:long");
    check(text, "'x'", "24:''x''");
    check(text, "x", "26:x");
    check("k: 'a b'", "b", "6:b");
}

#[test]
fn double_quotes_are_followed_through_escapes_and_folds() {
    let text = "k: \"a\\tb \\u65e5\\ud83d\\ude00\\x41 \\\n   c\n\n  d\"\n";
    assert_eq!(&*scalar(text).text, "a\tb 日😀A c\nd");
    check(text, "\t", "5:\\t");
    check(text, "日", "9:\\u65e5");
    check(text, "😀", "15:\\ud83d\\ude00");
    check(text, "A", "27:\\x41");
    check(text, "c", "37:c");
    check(text, "d", "42:d");
    check("k: \"up{a=\\\"b\\\"}\"\n", "b", "11:b");
}

#[test]
fn literal_blocks_are_followed_through_their_indentation() {
    let text = "k: |2-\n    sum(\r\n   \u{3000}x\n\n\t  y\n";
    assert_eq!(&*scalar("k: |\n  a\n  b\n").text, "a\nb\n");
    check("k: |\n  a\n  bc\n", "c", "12:c");
    check("k: |\n\n\n  a\n    bc\n", "  bc", "13:  bc");
    let fixed = text.replace("\n\t  y", "\n  \ty");
    assert_eq!(&*scalar(&fixed).text, "  sum(\n \u{3000}x\n\n\ty");
    check(&fixed, "sum", "11:sum");
    check(&fixed, "x", "23:x");
    check(&fixed, "y", "29:y");
    check(&fixed, "(\n", "14:(\r\n");
}

#[test]
fn folded_blocks_are_followed_through_their_folds() {
    let text = "k: >\n\n  one\n  two\n\n    more\n  three\n\n\n";
    assert_eq!(&*scalar(text).text, "\none two\n\n  more\nthree\n");
    check(text, "one", "8:one");
    check(text, "two", "14:two");
    check(text, "more", "23:more");
    check(text, "three", "30:three");
    check(text, "e t", "10:e\n  t");
    let chomped = "k: >2-\n    x\n  y\n";
    check(chomped, "y", "15:y");
}

#[test]
fn the_span_of_a_block_is_its_content() {
    let text = "k: |+\n  a\n\n  b\n\n# c\nl: 1\n";
    let span = scalar(text).span;
    assert_eq!(&text[span.start as usize..span.end as usize], "a\n\n  b");
}

#[test]
fn an_empty_range_is_a_place_between_bytes() {
    for (text, at, expected) in [
        ("k: abc", 3, 6),
        ("k: \"a\\tb\"", 2, 7),
        ("k: \"a\\tb\"", 3, 8),
        ("k: ''", 0, 4),
        ("k: |\n  a\n  b", 3, 12),
    ] {
        let span = scalar(text).span_of(at..at);
        assert_eq!(
            (span.start, span.end),
            (expected, expected),
            "{text:?} {at}"
        );
    }
}

#[test]
fn a_range_beyond_the_text_ends_with_it() {
    let span = scalar("k: abc").span_of(2..99);
    assert_eq!((span.start, span.end), (5, 6));
}
