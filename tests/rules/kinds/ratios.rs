//! `error_ratio`: a ratio of the user's own, weighted by time or by events.

use super::case::Case;

const RATIO: &str = "sum(rate(failures_total[$window])) / sum(rate(calls_total[$window]))";

#[test]
fn without_events_each_moment_counts_the_same() {
    Case::new(&format!("sli: {{error_ratio: {{query: '{RATIO}'}}}}"))
        .series("calls_total", "0+10x480")
        .series("failures_total", "0+2x480")
        .window("5m", "90m", 300.0, 60.0)
        .window("1h", "90m", 3600.0, 720.0)
        .check();
}

#[test]
fn a_ratio_is_weighted_by_its_events() {
    for events in [
        "calls_total",
        "sum(rate(calls_total[$window]))",
        "sum(increase(calls_total[$window]))",
    ] {
        Case::new(&format!(
            "sli: {{error_ratio: {{query: '{RATIO}', events: '{events}'}}}}"
        ))
        .series("calls_total", "0+10x480")
        .series("failures_total", "0+2x480")
        .window("5m", "90m", 200.0, 40.0)
        .window("1h", "90m", 2400.0, 480.0)
        .check();
    }
}

#[test]
fn nothing_over_nothing_is_neither_known_nor_bad() {
    for events in ["", ", events: calls_total"] {
        Case::new(&format!(
            "sli: {{error_ratio: {{query: '{RATIO}'{events}}}}}"
        ))
        .series("calls_total", "5+0x480")
        .series("failures_total", "2+0x480")
        .window("5m", "90m", 0.0, 0.0)
        .window("1h", "90m", 0.0, 0.0)
        .window("6h", "90m", 0.0, 0.0)
        .firing("90m", &[])
        .check();
    }
}

#[test]
fn where_there_are_events_and_no_ratio_there_is_no_error() {
    Case::new(&format!(
        "sli: {{error_ratio: {{query: '{RATIO}', events: calls_total}}}}"
    ))
    .series("calls_total", "0+10x480")
    .window("5m", "90m", 200.0, 0.0)
    .window("1h", "90m", 2400.0, 0.0)
    .check();
}

#[test]
fn each_group_has_its_own_ratio() {
    let ratio = "sum by (route) (rate(failures_total[$window])) / sum by (route) (rate(calls_total[$window]))";
    let case = |events: &str| {
        Case::new(&format!(
            "sli: {{error_ratio: {{query: '{ratio}'{events}}}}}\ngroup_by: [route]"
        ))
        .series("calls_total{route=\"/a\"}", "0+10x480")
        .series("failures_total{route=\"/a\"}", "0+0x480")
        .series("calls_total{route=\"/b\"}", "0+10x480")
        .series("failures_total{route=\"/b\"}", "0+5x480")
        .series("calls_total{route=\"/quiet\"}", "3+0x480")
        .series("failures_total{route=\"/quiet\"}", "1+0x480")
        .series("calls_total{route=\"/new\"}", "0+10x480")
    };
    case("")
        .group(
            "slo:events:increase5m",
            "90m",
            &[
                ("route=\"/a\", ", 300.0),
                ("route=\"/b\", ", 300.0),
                ("route=\"/quiet\", ", 0.0),
            ],
        )
        .group(
            "slo:errors:increase5m",
            "90m",
            &[
                ("route=\"/a\", ", 0.0),
                ("route=\"/b\", ", 150.0),
                ("route=\"/quiet\", ", 0.0),
            ],
        )
        .check();
    case(", events: calls_total")
        .group(
            "slo:events:increase1h",
            "90m",
            &[
                ("route=\"/a\", ", 2400.0),
                ("route=\"/b\", ", 2400.0),
                ("route=\"/new\", ", 2400.0),
                ("route=\"/quiet\", ", 0.0),
            ],
        )
        .group(
            "slo:errors:increase1h",
            "90m",
            &[
                ("route=\"/a\", ", 0.0),
                ("route=\"/b\", ", 1200.0),
                ("route=\"/new\", ", 0.0),
                ("route=\"/quiet\", ", 0.0),
            ],
        )
        .check();
}
