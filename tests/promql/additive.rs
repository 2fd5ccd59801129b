//! Which queries count events so that windows add up, and with which labels.

use burnwatch::promql::FaultKind::{FixedRange, Labels, MissingWindow, NotAdditive};
use burnwatch::promql::{FaultKind, lower, parse_template, print};

fn lowered(text: &str, group_by: &[&str]) -> Result<String, Vec<(FaultKind, String)>> {
    let expr = parse_template(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
    let group_by: Vec<_> = group_by
        .iter()
        .map(|label| label.parse().unwrap())
        .collect();
    match lower(&expr, &group_by) {
        Ok(expr) => {
            let mut out = String::new();
            print(&mut out, &expr, None);
            assert!(parse_template(&out).is_ok(), "{out}");
            Ok(out)
        }
        Err(faults) => Err(faults
            .into_iter()
            .map(|fault| {
                assert!(
                    fault.help.is_some() || fault.kind == NotAdditive,
                    "{fault:?}"
                );
                (fault.kind, text[fault.range].to_string())
            })
            .collect()),
    }
}

fn check(text: &str, group_by: &[&str], expected: &str) {
    assert_eq!(lowered(text, group_by), Ok(expected.to_string()), "{text}");
}

fn refuse(text: &str, group_by: &[&str], expected: &[(FaultKind, &str)]) {
    let expected = expected
        .iter()
        .map(|(kind, place)| (*kind, place.to_string()));
    assert_eq!(lowered(text, group_by), Err(expected.collect()), "{text}");
}

#[test]
fn rates_are_read_as_increases() {
    check("sum(rate(x[$window]))", &[], "sum(increase(x[$window]))");
    check(
        "sum(increase(x[$window] offset 5m))",
        &[],
        "sum(increase(x[$window] offset 5m))",
    );
    check("(rate(x[$window]))", &[], "sum((increase(x[$window])))");
}

#[test]
fn sums_differences_and_constant_multiples_of_counts_are_counts() {
    check(
        "sum(rate(a[$window])) + sum(rate(b[$window])) - 2 * sum(rate(c[$window])) / (60 * 5)",
        &[],
        "sum(label_replace(sum(increase(a[$window])), \"slo_part\", \"1\", \"\", \"\") or label_replace(sum(increase(b[$window])), \"slo_part\", \"2\", \"\", \"\") or label_replace(-(2 * sum(increase(c[$window])) / (60 * 5)), \"slo_part\", \"3\", \"\", \"\"))",
    );
    check(
        "-sum(sum_over_time(x[$window]))",
        &[],
        "-sum(sum_over_time(x[$window]))",
    );
    check(
        "count_over_time(x[$window]) * 15",
        &[],
        "sum(count_over_time(x[$window]) * 15)",
    );
    check(
        "histogram_count(sum(rate(h[$window])))",
        &["route"],
        "histogram_count(sum by (route) (increase(h[$window])))",
    );
}

#[test]
fn the_result_carries_exactly_the_labels_of_the_group() {
    check("increase(x[$window])", &[], "sum(increase(x[$window]))");
    check(
        "increase(x[$window])",
        &["a", "b"],
        "sum by (a, b) (increase(x[$window]))",
    );
    check(
        "sum(increase(x[$window]))",
        &["a"],
        "sum by (a) (increase(x[$window]))",
    );
    check(
        "sum by (a) (increase(x[$window]))",
        &["a"],
        "sum by (a) (increase(x[$window]))",
    );
    check(
        "sum by (b, a) (increase(x[$window]))",
        &["a"],
        "sum by (a) (increase(x[$window]))",
    );
    check(
        "sum by (a) (increase(x[$window]))",
        &[],
        "sum(increase(x[$window]))",
    );
    check(
        "sum without (c) (increase(x[$window]))",
        &["a"],
        "sum by (a) (increase(x[$window]))",
    );
    check(
        "sum(sum by (a, b) (increase(x[$window])))",
        &["a"],
        "sum by (a) (sum by (a, b) (increase(x[$window])))",
    );
    check(
        "increase(x[$window]) - increase(y[$window])",
        &["a"],
        "sum by (a) (label_replace(sum by (a) (increase(x[$window])), \"slo_part\", \"1\", \"\", \"\") or label_replace(-sum by (a) (increase(y[$window])), \"slo_part\", \"2\", \"\", \"\"))",
    );
    check(
        "sum(increase(x[$window])) - increase(y[$window])",
        &["a"],
        "sum by (a) (label_replace(sum by (a) (increase(x[$window])), \"slo_part\", \"1\", \"\", \"\") or label_replace(-sum by (a) (increase(y[$window])), \"slo_part\", \"2\", \"\", \"\"))",
    );
    check(
        "sum by (a, b) (increase(x[$window])) + sum by (a, c) (increase(y[$window]))",
        &["a"],
        "sum by (a) (label_replace(sum by (a) (increase(x[$window])), \"slo_part\", \"1\", \"\", \"\") or label_replace(sum by (a) (increase(y[$window])), \"slo_part\", \"2\", \"\", \"\"))",
    );
    check(
        "increase(x[$window]) + on (a) fill (0) increase(y[$window])",
        &["a"],
        "increase(x[$window]) + on (a) fill (0) increase(y[$window])",
    );
}

#[test]
fn parentheses_turn_the_signs_of_their_parts() {
    let part = |of: &str, number: usize| {
        format!("label_replace({of}, \"slo_part\", \"{number}\", \"\", \"\")")
    };
    let sum = |metric: &str| format!("sum(increase({metric}[$window]))");
    check(
        "increase(a[$window]) - (increase(b[$window]) - increase(c[$window]))",
        &[],
        &format!(
            "sum({} or {} or {})",
            part(&sum("a"), 1),
            part(&format!("-{}", sum("b")), 2),
            part(&sum("c"), 3),
        ),
    );
    check(
        "2 * (increase(a[$window]) + increase(b[$window]))",
        &[],
        &format!(
            "2 * (sum({} or {}))",
            part(&sum("a"), 1),
            part(&sum("b"), 2)
        ),
    );
}

#[test]
fn a_sum_that_drops_a_label_of_the_group_is_a_fault_of_labels() {
    refuse(
        "sum by (b) (increase(x[$window]))",
        &["a"],
        &[(Labels, "by (b)")],
    );
    refuse(
        "sum without (a) (increase(x[$window]))",
        &["a"],
        &[(Labels, "without (a)")],
    );
    refuse(
        "sum by (a) (sum by (b) (increase(x[$window])))",
        &["a"],
        &[(Labels, "by (b)")],
    );
    refuse(
        "increase(x[$window]) + on (b) increase(y[$window])",
        &["a"],
        &[(Labels, "+ on (b)")],
    );
}

#[test]
fn fixed_ranges_and_missing_windows_are_faults_of_their_own() {
    refuse("sum(rate(x[5m]))", &[], &[(FixedRange, "5m")]);
    refuse(
        "sum(rate(x[5m])) + sum(rate(x[$window])) + rate(y[1h])",
        &[],
        &[(FixedRange, "5m"), (FixedRange, "1h")],
    );
    refuse("sum(x)", &[], &[(MissingWindow, "x")]);
    refuse("sum(rate(x[$window])) + y", &[], &[(MissingWindow, "y")]);
    refuse(
        "avg(rate(x[5m]))",
        &[],
        &[(NotAdditive, "avg"), (FixedRange, "5m")],
    );
}

#[test]
fn what_does_not_add_up_is_refused_where_it_stands() {
    let one = |text: &str, place: &str| refuse(text, &[], &[(NotAdditive, place)]);
    one("irate(x[$window])", "irate");
    one("delta(x[$window])", "delta");
    one("avg_over_time(x[$window])", "avg_over_time");
    one("sum(clamp_min(increase(x[$window]), 0))", "clamp_min");
    one("max by (a) (increase(x[$window]))", "max");
    one("avg(increase(x[$window]))", "avg");
    one("count(increase(x[$window]))", "count");
    one("topk(3, increase(x[$window]))", "topk");
    one("sum(rate(x[$window])) / sum(rate(y[$window]))", "/");
    one("sum(rate(x[$window])) * sum(rate(y[$window]))", "*");
    one("1 / sum(rate(x[$window]))", "/");
    one("1 - sum(rate(x[$window]))", "-");
    one("sum(rate(x[$window])) ^ 2", "^");
    one("sum(rate(x[$window])) or vector(0)", "or vector(0)");
    one("sum(rate(x[$window])) > 5", "> 5");
    one("sum(rate(x[$window] @ 5))", "5");
    one("sum(increase(x[$window] offset $window))", "$window");
    one("sum_over_time(x[$window:1m])", "x[$window:1m]");
    one("sum(rate(x[$window])) * scalar(y)", "*");
    one(
        "sum(rate(x[$window])) + fill (1) sum(rate(y[$window]))",
        "+ fill (1)",
    );
    one(
        "rate(x[$window]) * on (a) group_left rate(y[$window])",
        "* on (a) group_left",
    );
    one(
        "rate(x[$window]) + on (a) group_left rate(y[$window])",
        "+ on (a) group_left",
    );
    one("vector(1)", "vector");
    one("x[$window]", "x[$window]");
    one("1", "1");
}

#[test]
fn every_fault_is_told_in_one_run() {
    refuse(
        "avg(irate(x[$window])) + sum by (b) (max(rate(y[1h])) or vector(0))",
        &["a"],
        &[
            (NotAdditive, "avg"),
            (NotAdditive, "irate"),
            (Labels, "by (b)"),
            (NotAdditive, "or vector(0)"),
            (NotAdditive, "max"),
            (FixedRange, "1h"),
        ],
    );
}

#[test]
fn a_zero_for_missing_errors_is_told_to_be_needless() {
    let expr = parse_template("sum(rate(x[$window])) or vector(0)").unwrap();
    let faults = lower(&expr, &[]).unwrap_err();
    assert_eq!(
        faults[0].help.as_deref(),
        Some("drop it: errors without a series count as zero while there are events")
    );
}
