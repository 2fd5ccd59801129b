//! What a text becomes.

use crate::{faults, show, show_all, slice, tree};
use burnwatch::yaml::Value;

fn check(text: &str, expected: &str) {
    assert_eq!(show(&tree(text)), expected, "{text}");
}

#[test]
fn scalars_stay_text_whatever_they_look_like() {
    check(
        "[99.90, on, 12:30, 0x1F, 1e3, 1_000, 2024-01-01, true, .nan, 007]",
        "[99.90, on, 12:30, 0x1F, 1e3, 1_000, 2024-01-01, true, .nan, 007]",
    );
}

#[test]
fn only_plain_nulls_are_nothing() {
    check(
        "[null, ~, Null, NULL, 'null', \"~\", nULL]",
        "[~, ~, ~, ~, 'null', \"~\", nULL]",
    );
    check("{a: , b: ~, c: '', d}", "{a: ~, b: ~, c: '', d: ~}");
    check("a:\nb: !!str\nc: !!str null\n", "{a: ~, b: , c: null}");
}

#[test]
fn every_style_is_kept() {
    check(
        "a: x y\nb: 'it''s'\nc: \"t\\tb\"\nd: |\n  one\n   two\ne: >-\n  f\n  g\n",
        "{a: x y, b: 'it's', c: \"t\\tb\", d: |\"one\\n two\\n\", e: >\"f g\"}",
    );
}

#[test]
fn order_is_kept() {
    check(
        "z: 1\na: 2\nm: {y: 1, b: 2}\n",
        "{z: 1, a: 2, m: {y: 1, b: 2}}",
    );
}

#[test]
fn documents_are_read_one_by_one_and_empty_ones_skipped() {
    let text = "\u{feff}%YAML 1.2\n---\na: 1\n...\n# nothing\n---\n---\n--- ~\n--- [x]\n";
    assert_eq!(show_all(text), ["{a: 1}", "[x]"]);
    assert_eq!(faults(text), [""; 0]);
    for empty in ["", "\n", "# only a comment", "\u{feff}", "---\n"] {
        assert_eq!(show_all(empty), [""; 0], "{empty:?}");
        assert_eq!(faults(empty), [""; 0], "{empty:?}");
    }
}

#[test]
fn an_alias_knows_where_it_is_used_and_where_it_is_defined() {
    let text = "a: &x {k: [v]}\nb: *x\n";
    let root = tree(text);
    assert_eq!(show(&root), "{a: {k: [v]}, b: {k: [v]}}");
    let Value::Mapping(mapping) = &root.value else {
        panic!("{root:?}");
    };
    let used = mapping.get("b").unwrap();
    assert_eq!(slice(text, used.span), "2:\"*x\"");
    assert_eq!(
        used.defined().map(|span| slice(text, span)).unwrap(),
        "1:\"{k: [v]}\""
    );
    assert_eq!(mapping.get("a").unwrap().defined(), None);
}

#[test]
fn an_alias_can_be_a_key_and_an_anchor_be_redefined() {
    check("- &x k\n- {*x : 1}\n- &x y\n- *x\n", "[k, {k: 1}, y, y]");
}

#[test]
fn explicit_keys_win_over_merged_ones_and_earlier_mappings_over_later_ones() {
    check(
        "- &a {x: 1, y: 1}\n- &b {y: 2, z: 2}\n- {x: 0, <<: [*a, *b], w: 0}\n- {<<: *a, x: 3}\n",
        "[{x: 1, y: 1}, {y: 2, z: 2}, {x: 0, y: 1, z: 2, w: 0}, {y: 1, x: 3}]",
    );
}

#[test]
fn merged_entries_say_where_they_were_merged() {
    let text = "- &a {x: 1}\n- <<: *a\n  y: 2\n";
    let root = tree(text);
    let Value::Sequence(items) = &root.value else {
        panic!("{root:?}");
    };
    let Value::Mapping(mapping) = &items[1].value else {
        panic!("{root:?}");
    };
    let x = mapping.entry("x").unwrap();
    assert_eq!(slice(text, x.merged().unwrap()), "2:\"*a\"");
    assert_eq!(slice(text, x.value.span), "1:\"1\"");
    assert_eq!(mapping.entry("y").unwrap().merged(), None);
}

#[test]
fn a_quoted_merge_key_is_a_key() {
    check("'<<': 1", "{<<: 1}");
}

#[test]
fn a_merge_of_anything_but_mappings_is_a_finding() {
    let text = "a: &a 5\nb: {<<: *a, c: 1}\nd: {<<: [x]}\n";
    assert_eq!(
        faults(text),
        [
            "SP004 text as the value of a merge key @ 2:\"*a\"",
            "SP004 text as the value of a merge key @ 3:\"x\"",
        ]
    );
    assert_eq!(show_all(text), ["{a: 5, b: {c: 1}, d: {}}"]);
}

#[test]
fn duplicate_keys_are_all_found_and_the_first_one_counts() {
    let text = "a: 1\nb: {c: 1, c: 2}\na: 3\n\"a\": 4\n";
    assert_eq!(
        faults(text),
        [
            "SP005 duplicate key `c` @ 2:\"c\" & 2:\"c\"",
            "SP005 duplicate key `a` @ 3:\"a\" & 1:\"a\"",
            "SP005 duplicate key `a` @ 4:\"\\\"a\\\"\" & 1:\"a\"",
        ]
    );
    assert_eq!(show_all(text), ["{a: 1, b: {c: 1}}"]);
}

#[test]
fn duplicates_are_found_in_long_mappings_too() {
    let mut text: String = (0..20).map(|n| format!("k{n}: {n}\n")).collect();
    text.push_str("k7: again\n");
    assert_eq!(
        faults(&text),
        ["SP005 duplicate key `k7` @ 21:\"k7\" & 8:\"k7\""]
    );
    assert!(show_all(&text)[0].ends_with("k18: 18, k19: 19}"));
}

#[test]
fn duplicates_beside_a_merge_are_found_and_the_first_one_counts() {
    let text = "- &a {x: 1}\n- {y: 1, <<: *a, y: 2}\n- {<<: *a, <<: *a}\n";
    assert_eq!(
        faults(text),
        [
            "SP005 duplicate key `y` @ 2:\"y\" & 2:\"y\"",
            "SP005 duplicate merge key `<<` @ 3:\"<<\" & 3:\"<<\"",
        ]
    );
    assert_eq!(show_all(text), ["[{x: 1}, {y: 1, x: 1}, {x: 1}]"]);
}

#[test]
fn keys_that_are_no_text_are_findings_and_reading_goes_on() {
    let text = "? [a, b]\n: 1\n{c: d}: 2\ne: {: 3}\n~: 4\n";
    assert_eq!(
        faults(text),
        [
            "SP004 a list as a key @ 1:\"[a, b]\"",
            "SP004 a mapping as a key @ 3:\"{c: d}\"",
            "SP004 a value without a key @ 4:\"\"",
        ]
    );
    assert_eq!(show_all(text), ["{e: {}, ~: 4}"]);
}

#[test]
fn tags_of_the_core_schema_are_read_where_they_fit() {
    check(
        "- !!str 5\n- !!int 5\n- !!map {a: !!bool yes}\n- !!seq [!!null ~]\n- ! 7\n",
        "[5, 5, {a: yes}, [~], 7]",
    );
    let text = "- !foo 1\n- !!map x\n- !!binary aGk=\n- !<tag:example.com:x> [2]\n";
    assert_eq!(
        faults(text),
        [
            "SP004 the tag `!foo` means nothing here @ 1:\"!foo\"",
            "SP004 the tag `!!map` does not fit text @ 2:\"!!map\"",
            "SP004 the tag `!!binary` means nothing here @ 3:\"!!binary\"",
            "SP004 the tag `!<tag:example.com:x>` means nothing here @ 4:\"!<tag:example.com:x>\"",
        ]
    );
    assert_eq!(show_all(text), ["[1, x, aGk=, [2]]"]);
}

#[test]
fn an_unknown_alias_is_one_finding_and_leaves_something_unreadable() {
    let text = "a: *nope\nb: &b [*b]\nc: {<<: *nope, d: 1}\n*nope : 2\n";
    assert_eq!(
        faults(text),
        [
            "SP009 alias `*nope` of an anchor that does not exist @ 1:\"*nope\"",
            "SP001 an alias inside its own anchor @ 2:\"*b\" & 2:\"\"",
            "SP009 alias `*nope` of an anchor that does not exist @ 3:\"*nope\"",
            "SP009 alias `*nope` of an anchor that does not exist @ 4:\"*nope\"",
        ]
    );
    assert_eq!(show_all(text), ["{a: !, b: [!], c: {d: 1}}"]);
}

#[test]
fn anchors_end_with_their_document() {
    assert_eq!(
        faults("a: &x 1\n---\nb: *x\n"),
        ["SP009 alias `*x` of an anchor that does not exist @ 3:\"*x\""]
    );
}

#[test]
fn containers_end_with_their_last_child() {
    let text = "a:\n  b: 1\n  c:\n    - 2\n\n# end\nd: {e: 3 }\n";
    let root = tree(text);
    let Value::Mapping(mapping) = &root.value else {
        panic!("{root:?}");
    };
    assert_eq!(
        slice(text, mapping.get("a").unwrap().span),
        "2:\"b: 1\\n  c:\\n    - 2\""
    );
    assert_eq!(slice(text, mapping.get("d").unwrap().span), "7:\"{e: 3 }\"");
}
