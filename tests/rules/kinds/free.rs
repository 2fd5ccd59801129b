//! PromQL of the user's own in place of a selector.

use super::case::Case;

/// 200 served, 40 failed, 20 late and 60 checks of health in five minutes; no rejected ones.
fn counters(sli: &str) -> Case {
    Case::new(&format!("sli: {{ratio: {{{sli}}}}}"))
        .series("served_total{pod=\"1\"}", "0+7x480")
        .series("served_total{pod=\"2\"}", "0+3x480")
        .series("failed_total{pod=\"1\", code=\"500\"}", "0+2x480")
        .series("late_total{pod=\"2\"}", "0+1x480")
        .series("health_total{pod=\"1\"}", "0+3x480")
}

#[test]
fn a_rate_is_read_as_an_increase() {
    counters(
        "events: 'sum(rate(served_total[$window]))', errors: 'sum(rate(failed_total[$window]))'",
    )
    .window("5m", "90m", 200.0, 40.0)
    .window("1h", "90m", 2400.0, 480.0)
    .check();
}

#[test]
fn sums_differences_and_constant_multiples_count() {
    counters(
        "events: 'sum(increase(served_total[$window])) - sum(increase(health_total[$window]))', \
         errors: '2 * sum(rate(failed_total[$window])) + sum(rate(late_total[$window])) / 4'",
    )
    .window("5m", "90m", 140.0, 85.0)
    .window("1h", "90m", 1680.0, 1020.0)
    .check();
}

#[test]
fn a_part_of_a_sum_that_has_no_series_counts_as_zero() {
    for errors in [
        "sum(increase(failed_total[$window])) + sum(increase(rejected_total[$window]))",
        "sum(increase(rejected_total[$window])) + sum(increase(failed_total[$window]))",
        "sum(increase(failed_total[$window])) - sum(increase(rejected_total[$window]))",
    ] {
        counters(&format!("events: served_total, errors: '{errors}'"))
            .window("5m", "90m", 200.0, 40.0)
            .window("1h", "90m", 2400.0, 480.0)
            .check();
    }
    counters("events: 'sum(rate(served_total[$window])) + sum(rate(rejected_total[$window]))', errors: rejected_total")
        .window("5m", "90m", 200.0, 0.0)
        .window("1h", "90m", 2400.0, 0.0)
        .check();
    counters("events: served_total, good: 'sum(rate(served_total[$window])) - sum(rate(rejected_total[$window]))'")
        .window("5m", "90m", 200.0, 0.0)
        .check();
}

#[test]
fn events_less_good_ones_are_all_errors_where_nothing_is_good() {
    counters("events: served_total, errors: 'sum(rate(served_total[$window])) - sum(rate(good_total[$window]))'")
        .window("5m", "90m", 200.0, 200.0)
        .window("1h", "90m", 2400.0, 2400.0)
        .check();
}

#[test]
fn parts_of_a_sum_need_no_labels_in_common() {
    counters("events: served_total, errors: 'increase(failed_total[$window]) + increase(late_total[$window])'")
        .window("5m", "90m", 200.0, 60.0)
        .check();
}

#[test]
fn parts_of_a_sum_are_matched_by_group() {
    Case::new(
        "sli: {ratio: {events: 'sum(rate(served_total[$window])) + sum(rate(failed_total[$window]))', \
         errors: 'sum(rate(failed_total[$window])) + sum(rate(late_total[$window]))'}}\ngroup_by: [route]",
    )
    .series("served_total{route=\"/a\"}", "0+10x480")
    .series("failed_total{route=\"/a\"}", "0+1x480")
    .series("late_total{route=\"/a\"}", "0+2x480")
    .series("served_total{route=\"/b\"}", "0+10x480")
    .series("late_total{route=\"/b\"}", "0+2x480")
    .series("failed_total{route=\"/c\"}", "0+4x480")
    .series("served_total{route=\"/d\"}", "0+5x480")
    .group(
        "slo:events:increase5m",
        "90m",
        &[
            ("route=\"/a\", ", 220.0),
            ("route=\"/b\", ", 200.0),
            ("route=\"/c\", ", 80.0),
            ("route=\"/d\", ", 100.0),
        ],
    )
    .group(
        "slo:errors:increase5m",
        "90m",
        &[
            ("route=\"/a\", ", 60.0),
            ("route=\"/b\", ", 40.0),
            ("route=\"/c\", ", 80.0),
            ("route=\"/d\", ", 0.0),
        ],
    )
    .check();
}

#[test]
fn a_set_operator_of_a_raw_query_stays_within_it() {
    for errors in [
        "sum(increase(failed_total[$window])) or sum(increase(late_total[$window]))",
        "sum(increase(failed_total[$window])) and sum(increase(late_total[$window]))",
        "sum(increase(failed_total[$window])) unless sum(increase(rejected_total[$window]))",
        "sum(increase(failed_total[$window])) > 3",
    ] {
        counters(&format!("events: served_total, errors: '{errors}'"))
            .also("windows: raw")
            .window("5m", "90m", 200.0, 40.0)
            .window("1h", "90m", 2400.0, 480.0)
            .check();
    }
}

#[test]
fn a_raw_query_that_is_no_number_without_traffic_is_not_recorded() {
    let calls = "sum(increase(calls_total[$window]))";
    Case::new(&format!(
        "sli: {{ratio: {{events: '{calls} * ({calls} / {calls})', errors: 'sum(increase(failures_total[$window])) / {calls}'}}}}\nwindows: raw"
    ))
    .series("calls_total", "5+0x480")
    .series("failures_total", "5+0x480")
    .absent("slo:events:increase5m", "90m")
    .absent("slo:errors:increase5m", "90m")
    .check();
}
