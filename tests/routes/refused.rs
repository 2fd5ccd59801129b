//! What is refused here is refused by `amtool check-config`, and what it takes is not refused here.

use burnwatch::diagnostics::Findings;

use crate::kit::tools::{run, tool};
use crate::read::read;

/// The route of a test in a file that has all that it may use.
fn with_route(route: &str) -> String {
    format!(
        "route: {route}\n\
         receivers: [{{name: a}}, {{name: b}}]\n\
         time_intervals: [{{name: night, time_intervals: []}}]\n"
    )
}

fn with_child(child: &str) -> String {
    with_route(&format!("{{receiver: a, routes: [{child}]}}"))
}

fn is_refused_by_amtool(text: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("am.yaml"), text).unwrap();
    !run(&tool("amtool"), folder.path(), ["check-config", "am.yaml"]).success
}

fn titles(findings: &Findings) -> Vec<&str> {
    findings.iter().map(|f| f.title.as_str()).collect()
}

/// Both refuse the text; burnwatch says `expected`.
fn refused(text: &str, expected: &[&str]) {
    let (_, findings) = read(text);
    assert_eq!(titles(&findings), expected, "{text}");
    for finding in &findings {
        assert_eq!(finding.code.id, "RT008", "{text}");
        assert!(!finding.help.is_empty(), "{text}: {}", finding.title);
    }
    assert!(is_refused_by_amtool(text), "amtool takes it:\n{text}");
}

/// Both take the text.
fn taken(text: &str) {
    let (_, findings) = read(text);
    assert_eq!(titles(&findings), [""; 0], "{text}");
    assert!(!is_refused_by_amtool(text), "amtool refuses it:\n{text}");
}

#[test]
fn a_file_without_a_usable_root_route_is_refused() {
    refused("receivers: [{name: a}]\n", &["there is no `route`"]);
    refused("route:\nreceivers: [{name: a}]\n", &["there is no `route`"]);
    refused("- a\n", &["the file is a list"]);
    refused("route: [a]\n", &["`route` is a list"]);
    refused(&with_route("{}"), &["the root route has no receiver"]);
    refused(
        &with_route("{receiver: ''}"),
        &["the root route has no receiver"],
    );
    refused(&with_route("{receiver: [a]}"), &["`receiver` is a list"]);
    for (field, value) in [
        ("match", "{x: y}"),
        ("match_re", "{x: y}"),
        ("matchers", "[x=y]"),
        ("continue", "true"),
        ("mute_time_intervals", "[night]"),
        ("active_time_intervals", "[night]"),
    ] {
        let text = with_route(&format!("{{receiver: a, {field}: {value}}}"));
        refused(&text, &[&format!("the root route has `{field}`")]);
    }
}

#[test]
fn names_that_nothing_defines_and_names_given_twice_are_refused() {
    refused(&with_route("{receiver: c}"), &["no receiver is called `c`"]);
    refused(&with_child("{receiver: c}"), &["no receiver is called `c`"]);
    for field in ["mute_time_intervals", "active_time_intervals"] {
        let text = with_child(&format!("{{{field}: [nihgt]}}"));
        refused(&text, &["no time interval is called `nihgt`"]);
    }
    refused(
        "route: {receiver: a}\nreceivers: [{name: a}, {name: a}]\n",
        &["two receivers are called `a`"],
    );
    refused(
        "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [{name: x}]\nmute_time_intervals: [{name: x}]\n",
        &["two time intervals are called `x`"],
    );
    refused(
        "route: {receiver: a}\nreceivers: [{name: a}, {webhook_configs: []}]\n",
        &["a receiver has no name"],
    );
    refused(
        "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [{time_intervals: []}]\n",
        &["an item of `time_intervals` has no name"],
    );
}

#[test]
fn matchers_that_do_not_parse_are_refused() {
    refused(
        &with_child("{matchers: ['x']}"),
        &["`x` has no operator after the label"],
    );
    refused(
        &with_child("{matchers: ['x=y,,z=1']}"),
        &["a matcher is missing before a comma"],
    );
    refused(
        &with_child("{matchers: ['=y']}"),
        &["`=y` does not begin with the name of a label"],
    );
    refused(
        &with_child(r#"{matchers: ['x="y']}"#),
        &[r#"`x="y` has a double quote that is not paired or not escaped"#],
    );
    refused(
        &with_child("{matchers: ['x=~\"(\"']}"),
        &["`(` for `x` is no regular expression"],
    );
    refused(
        &with_child("{match_re: {x: '*'}}"),
        &["`*` for `x` is no regular expression"],
    );
    refused(
        &with_child("{match_re: {x: }}"),
        &["`x` of `match_re` has no regular expression"],
    );
    for field in ["match", "match_re"] {
        let text = with_child(&format!("{{{field}: {{a-b: y}}}}"));
        refused(&text, &[&format!("`a-b` of `{field}` is no label name")]);
    }
    refused(&with_child("{matchers: x=y}"), &["`matchers` is text"]);
    refused(&with_child("{match: [x]}"), &["`match` is a list"]);
    let rule = |rule: &str| format!("{}inhibit_rules: [{rule}]\n", with_route("{receiver: a}"));
    refused(
        &rule("{source_matchers: ['x']}"),
        &["`x` has no operator after the label"],
    );
    refused(
        &rule("{target_match_re: {x: '['}}"),
        &["`[` for `x` is no regular expression"],
    );
    refused(&rule("{equal: ['']}"), &["a label of `equal` has no name"]);
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    for field in ["group_interval", "repeat_interval"] {
        let text = with_child(&format!("{{{field}: 0s}}"));
        refused(&text, &[&format!("`{field}` is zero")]);
        let text = with_child(&format!("{{{field}: -5m}}"));
        refused(&text, &[&format!("`-5m` of `{field}` is no duration")]);
    }
    refused(
        &with_child("{group_wait: 30}"),
        &["`30` of `group_wait` is no duration"],
    );
    refused(
        &with_child("{group_wait: ''}"),
        &["`` of `group_wait` is no duration"],
    );
    refused(
        &with_child("{group_by: ['...', x]}"),
        &["`group_by` has `...` and labels"],
    );
    refused(
        &with_child("{group_by: [x, x]}"),
        &["`x` stands twice in `group_by`"],
    );
    refused(
        &with_child("{group_by: ['']}"),
        &["a label of `group_by` has no name"],
    );
    refused(
        &with_child("{continue: 'true'}"),
        &["`continue` is no switch"],
    );
    refused(&with_child("{continue: 1}"), &["`continue` is no switch"]);
    refused(&with_child("null"), &["a route is nothing"]);
    refused(
        "route: {receiver: a}\nreceivers: [null, {name: a}]\n",
        &["a receiver is nothing"],
    );
}

#[test]
fn every_fault_of_a_file_is_told_at_its_place() {
    let text = "\
route:
  routes:
  - receiver: nobody
    matchers: ['x']
    group_interval: 0s
receivers: [{name: a}, {name: a}]
";
    let (_, findings) = read(text);
    let told: Vec<(&str, &str)> = findings
        .iter()
        .map(|f| {
            let span = f.primary.span;
            (
                f.title.as_str(),
                &text[span.start as usize..span.end as usize],
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("`x` has no operator after the label", "x"),
            ("`group_interval` is zero", "0s"),
            ("the root route has no receiver", ""),
            ("two receivers are called `a`", "a"),
            ("no receiver is called `nobody`", "nobody"),
        ]
    );
    assert!(is_refused_by_amtool(text));
}

#[test]
fn what_alertmanager_takes_is_not_refused() {
    for child in [
        "{}",
        "{receiver: }",
        "{receiver: b, continue: yes, group_wait: 0s, group_interval: 1d, repeat_interval: 1w}",
        "{group_wait: 0, group_by: []}",
        "{group_by: ['...'], mute_time_intervals: [night], active_time_intervals: [night]}",
        "{match: {x: 1.50, y: true, z: }, match_re: {x: ''}}",
        "{matchers: []}",
        "{matchers: ['', null, '{}', '}', 'a:b=c']}",
        "{matchers: ['{x=\"1\", y=~2,}', 'z!~\"(a|b)\"']}",
        "{matchers: ['x=~\"a)|(?:b\"'], match_re: {x: 'a)|(?:b'}}",
        "{routes: [{routes: [{receiver: b}]}]}",
        "{match: &m {x: y}, routes: [{match: *m}]}",
    ] {
        taken(&with_child(child));
    }
    taken("route: {receiver: 5}\nreceivers: [{name: 5}]\n");
    taken("route: {receiver: a, matchers: [''], continue: off}\nreceivers: [{name: a}]\n");
    taken(
        "global: {resolve_timeout: 5m}\nroute: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: 'http://localhost/'}]}]\n\
         inhibit_rules: [{source_matchers: [x=y], target_match: {x: z}, equal: [w]}]\ntemplates: []\n",
    );
}
