//! `gauge` and `threshold`: seconds that are known, and bad ones among them.

use super::case::Case;

/// Samples every 15 s, at 5, 20, 35 and 50 seconds of a minute, so that none is at the edge of a window. For a step of 5 s.
fn between_edges(values: &[(usize, &str)]) -> String {
    let mut text = String::new();
    for (count, value) in values {
        for _ in 0..*count {
            text.push_str("_ ");
            text.push_str(value);
            text.push_str(" _ ");
        }
    }
    text.trim_end().to_string()
}

#[test]
fn each_sample_of_a_gauge_is_a_scrape_interval_and_a_gap_is_nothing() {
    let down_for_ten_minutes =
        between_edges(&[(120, "1"), (40, "_"), (80, "1"), (40, "0"), (80, "1")]);
    Case::new("sli: {gauge: {metric: 'up{job=\"a\"}'}}")
        .step("5s")
        .series(
            "up{job=\"a\", instance=\"1\"}",
            &between_edges(&[(360, "1")]),
        )
        .series("up{job=\"a\", instance=\"2\"}", &down_for_ten_minutes)
        .series(
            "up{job=\"b\", instance=\"1\"}",
            &between_edges(&[(360, "0")]),
        )
        .window("5m", "30m", 600.0, 0.0)
        .window("5m", "38m", 300.0, 0.0)
        .window("5m", "66m", 600.0, 300.0)
        .window("1h", "90m", 3600.0 + 3000.0, 600.0)
        .check();
}

#[test]
fn each_group_of_a_gauge_has_its_own_time() {
    Case::new("sli: {gauge: {metric: probe_success}}\ngroup_by: [instance]")
        .step("5s")
        .series(
            "probe_success{instance=\"x\"}",
            &between_edges(&[(40, "1")]),
        )
        .series(
            "probe_success{instance=\"y\"}",
            &between_edges(&[(30, "1"), (10, "0")]),
        )
        .group(
            "slo:events:increase5m",
            "10m",
            &[("instance=\"x\", ", 300.0), ("instance=\"y\", ", 300.0)],
        )
        .group(
            "slo:errors:increase5m",
            "10m",
            &[("instance=\"x\", ", 0.0), ("instance=\"y\", ", 150.0)],
        )
        .check();
}

#[test]
fn a_gauge_that_is_no_number_is_unknown() {
    Case::new("sli: {gauge: {metric: probe_success}}")
        .step("5s")
        .series(
            "probe_success{instance=\"x\"}",
            &between_edges(&[(30, "1"), (10, "0")]),
        )
        .series(
            "probe_success{instance=\"y\"}",
            &between_edges(&[(30, "1"), (1, "NaN"), (9, "1")]),
        )
        .window("5m", "10m", 300.0, 150.0)
        .check();
}

/// One value a minute: good, unknown, bad, gone, no number, good again.
const AGES: &str = "100x8 stale 400x4 stale _x4 NaN NaN NaN NaN NaN 100x10";

#[test]
fn an_unknown_slice_is_neither_good_nor_bad() {
    Case::new("sli: {threshold: {query: max(age_seconds), good_when: '<= 300'}}")
        .step("1m")
        .series("age_seconds{queue=\"a\"}", AGES)
        .is("slo:slice:bad", "8m", 0.0)
        .absent("slo:slice:bad", "9m")
        .is("slo:slice:bad", "10m", 1.0)
        .absent("slo:slice:bad", "17m")
        .absent("slo:slice:bad", "22m")
        .window("5m", "4m", 300.0, 0.0)
        .window("5m", "14m", 300.0, 300.0)
        .absent("slo:events:increase5m", "22m")
        .absent("slo:errors:increase5m", "22m")
        .window("5m", "29m", 300.0, 0.0)
        .window("1h", "30m", 1200.0, 300.0)
        .check();
}

#[test]
fn a_slice_is_bad_when_any_series_of_its_group_is() {
    Case::new("sli: {threshold: {query: age_seconds, good_when: '<= 300'}}\ngroup_by: [queue]")
        .step("1m")
        .series("age_seconds{queue=\"a\", pod=\"1\"}", "100x10")
        .series("age_seconds{queue=\"a\", pod=\"2\"}", "400x10")
        .series("age_seconds{queue=\"b\", pod=\"1\"}", "100x10")
        .series(
            "age_seconds{queue=\"b\", pod=\"2\"}",
            "NaN NaN NaN NaN NaN NaN",
        )
        .series(
            "age_seconds{queue=\"c\", pod=\"1\"}",
            "NaN NaN NaN NaN NaN NaN",
        )
        .group(
            "slo:events:increase5m",
            "4m",
            &[("queue=\"a\", ", 300.0), ("queue=\"b\", ", 300.0)],
        )
        .group(
            "slo:errors:increase5m",
            "4m",
            &[("queue=\"a\", ", 300.0), ("queue=\"b\", ", 0.0)],
        )
        .group(
            "slo:burn_rate:ratio5m",
            "4m",
            &[("queue=\"a\", ", 100.0), ("queue=\"b\", ", 0.0)],
        )
        .check();
}

#[test]
fn each_comparison_is_good_when_it_says_so() {
    for (good_when, bad) in [
        ("<= 300", [0.0, 0.0, 1.0]),
        ("< 300", [0.0, 1.0, 1.0]),
        (">= 300", [1.0, 0.0, 0.0]),
        ("> 300", [1.0, 1.0, 0.0]),
        ("== 300", [1.0, 0.0, 1.0]),
        ("!= 300", [0.0, 1.0, 0.0]),
        ("< 300.0", [0.0, 1.0, 1.0]),
        ("> -0.5", [0.0, 0.0, 0.0]),
    ] {
        for query in [
            "age_seconds",
            "sum(age_seconds) or vector(7)",
            "scalar(age_seconds)",
            "age_seconds > 0",
        ] {
            let mut case = Case::new(&format!(
                "sli: {{threshold: {{query: {query}, good_when: '{good_when}'}}}}"
            ))
            .step("1m")
            .series("age_seconds", "299 300 301");
            for (at, bad) in ["0m", "1m", "2m"].iter().zip(bad) {
                case = case.is("slo:slice:bad", at, bad);
            }
            case.window("5m", "2m", 180.0, 60.0 * bad.iter().sum::<f64>())
                .check();
        }
    }
}

/// Bad for an hour, then good, then gone: what is gone took no errors away.
#[test]
fn the_bad_time_of_what_has_vanished_is_remembered() {
    let up = "1x239 0x239 1x239 stale";
    let mut cases = vec![
        (
            3600.0,
            Case::new("sli: {gauge: {metric: up}}").series("up", up),
        ),
        (
            3600.0,
            Case::new("sli: {threshold: {query: min(up), good_when: '== 1'}}").series("up", up),
        ),
    ];
    for sli in [
        "ratio: {events: calls_total, errors: failures_total}",
        "ratio: {events: calls_total, good: successes_total}",
        "latency: {histogram: calls, threshold: 1s}",
        "error_ratio: {query: 'sum(rate(failures_total[$window])) / sum(rate(calls_total[$window]))', events: calls_total}",
    ] {
        let case = Case::new(&format!("sli: {{{sli}}}"))
            .series("calls_total", "0+10x720 stale")
            .series("calls_count", "0+10x720 stale")
            .series(
                "calls_bucket{le=\"1\"}",
                "0+10x240 2400+0x239 2410+10x239 stale",
            )
            .series("successes_total", "0+10x240 2400+0x239 2410+10x239 stale")
            .series("failures_total", "0+0x240 10+10x239 2400+0x239 stale");
        cases.push((2400.0, case));
    }
    for (bad, case) in cases {
        // A gauge's sample at the edge of two tiles is in both.
        let query = format!("slo:errors:increase6h / {bad} > bool 0.99");
        case.query(&query, "4h30m", &[("{slo=\"shop/test\"}", 1.0)])
            .query(
                "slo:burn_rate:ratio30d > bool 0",
                "4h30m",
                &[("{slo=\"shop/test\"}", 1.0)],
            )
            .check();
    }
}
