//! Hostile configurations cost little and are told of.

use std::fmt::Write as _;

use burnwatch::alertmanager::arrivals;
use burnwatch::alertmanager::limits::{FINDINGS_MAX, PATTERNS_WEIGHT_MAX, ROUTES_MAX};
use burnwatch::alertmanager::shadow::shadowed;
use burnwatch::yaml::limits::DEPTH_MAX;

use crate::read::{labels, read};

fn with_children(children: &str) -> String {
    format!("receivers: [{{name: a}}]\nroute:\n  receiver: a\n  routes:\n{children}")
}

fn told(text: &str) -> Vec<String> {
    let (_, findings) = read(text);
    findings
        .into_iter()
        .map(|f| format!("{} {}", f.code.id, f.title))
        .collect()
}

#[test]
fn the_number_of_routes_has_an_edge() {
    let of = |count: usize| {
        let mut children = String::new();
        for at in 0..count {
            let _ = writeln!(children, "  - matchers: ['x=\"{at}\"', 'y=~\"z{at}|w\"']");
        }
        with_children(&children)
    };
    // The root is one of them.
    let most = of(ROUTES_MAX - 1);
    let (config, findings) = read(&most);
    assert!(findings.is_empty(), "{findings:?}");
    let root = config.route.unwrap();
    assert_eq!(root.routes.len(), ROUTES_MAX - 1);
    let alert = [("x", "77"), ("y", "z77")].map(|(k, v)| (k.to_string(), v.to_string()));
    assert_eq!(arrivals(&root, &labels(&alert))[0].trail, [77]);
    assert_eq!(shadowed(&root), []);
    let expected = format!("RT008 there are more than {ROUTES_MAX} routes");
    assert_eq!(told(&of(ROUTES_MAX)), [expected.as_str()]);
    assert_eq!(told(&of(ROUTES_MAX + 10)), [expected.as_str()]);
}

#[test]
fn ten_thousand_routes_that_are_hard_to_tell_apart_are_judged_soon() {
    let mut children = String::new();
    for at in 1..ROUTES_MAX {
        let _ = writeln!(children, "  - matchers: ['x=~\"[{at}]a.*\"']");
    }
    let root = read(&with_children(&children)).0.route.unwrap();
    assert_eq!(shadowed(&root), []);
}

#[test]
fn routes_nest_as_deep_as_yaml() {
    let nested = |depth: usize| {
        let (open, close) = ("{routes: [".repeat(depth), "]}".repeat(depth));
        with_children(&format!("  - {open}{close}\n"))
    };
    // Each route is a mapping and a list; four levels are above the first.
    assert!(told(&nested(DEPTH_MAX / 2 - 3)).is_empty());
    let refused = told(&nested(100_000));
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].starts_with("SP001 "), "{refused:?}");
}

#[test]
fn regular_expressions_together_have_an_edge() {
    // Anchors are six characters, the dot is one.
    let of = |each: usize, count: usize| {
        let mut children = String::new();
        for at in 0..count {
            let pattern = format!("{at:04}.{}", "a".repeat(each - 4 - 1 - 6));
            let _ = writeln!(children, "  - matchers: ['x=~\"{pattern}\"']");
        }
        with_children(&children)
    };
    let each = 1 << 10;
    let most = PATTERNS_WEIGHT_MAX / each;
    assert!(told(&of(each, most)).is_empty());
    let refused = told(&of(each, most + 1));
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(
        refused[0].contains("is no regular expression"),
        "{refused:?}"
    );
}

#[test]
fn a_huge_regular_expression_is_refused_and_the_same_one_costs_once() {
    let huge = "[^a]".repeat(200_000);
    let refused = told(&with_children(&format!(
        "  - matchers: ['x=~\"{huge}\"']\n"
    )));
    assert_eq!(refused.len(), 1);
    let repeated = "  - matchers: ['x=~\"([a-z]{100}){10}\"']\n".repeat(ROUTES_MAX - 1);
    assert!(told(&with_children(&repeated)).is_empty());
    let alternatives: String = (0..50_000).map(|at| format!("{at}|")).collect();
    let listed = with_children(&format!("  - match_re: {{x: '{alternatives}'}}\n"));
    assert!(told(&listed).is_empty());
}

#[test]
fn the_number_of_findings_has_an_edge() {
    let of = |faults: usize| with_children(&"  - receiver: nobody\n".repeat(faults));
    let more = |faults: usize| {
        let (_, findings) = read(&of(faults));
        assert_eq!(findings.len(), FINDINGS_MAX);
        findings[FINDINGS_MAX - 1].notes.len()
    };
    assert_eq!(more(FINDINGS_MAX), 0);
    assert_eq!(more(FINDINGS_MAX + 1), 1);
    assert_eq!(more(FINDINGS_MAX + 50), 1);
}
