//! `ratio`: events and errors by selectors.

use super::case::Case;

/// 10 events each 15 s, one of them an error: 200 and 20 in five minutes.
fn a_tenth_fails(sli: &str) -> Case {
    Case::new(sli)
        .series("http_requests_total{job=\"a\", code=\"200\"}", "0+9x480")
        .series("http_requests_total{job=\"a\", code=\"500\"}", "0+1x480")
        .series("http_requests_total{job=\"b\", code=\"500\"}", "0+7x480")
}

#[test]
fn errors_are_the_events_that_errors_where_matches() {
    a_tenth_fails(
        "sli: {ratio: {events: 'http_requests_total{job=\"a\"}', errors_where: 'code=~\"5..\"'}}",
    )
    .window("5m", "90m", 200.0, 20.0)
    .window("1h", "90m", 2400.0, 240.0)
    .check();
}

#[test]
fn errors_are_the_events_that_the_one_matcher_of_good_where_does_not_match() {
    a_tenth_fails(
        "sli: {ratio: {events: 'http_requests_total{job=\"a\"}', good_where: 'code=~\"2..\"'}}",
    )
    .series("http_requests_total{job=\"a\"}", "0+2x480")
    .window("5m", "90m", 240.0, 60.0)
    .window("1h", "90m", 2880.0, 720.0)
    .check();
}

#[test]
fn errors_are_the_events_that_not_every_matcher_of_good_where_matches() {
    let sli = "sli: {ratio: {events: 'req_total', good_where: 'code=\"200\", fast=\"yes\"'}}";
    Case::new(sli)
        .series("req_total{code=\"200\", fast=\"yes\"}", "0+10x480")
        .series("req_total{code=\"200\", fast=\"no\"}", "0+3x480")
        .series("req_total{code=\"500\", fast=\"yes\"}", "0+2x480")
        .series("req_total{code=\"500\", fast=\"no\"}", "0+1x480")
        .window("5m", "90m", 320.0, 120.0)
        .window("1h", "90m", 3840.0, 1440.0)
        .check();
}

#[test]
fn errors_and_good_events_may_be_counters_of_their_own() {
    let case = |field| {
        Case::new(&format!("sli: {{ratio: {{events: calls_total, {field}}}}}"))
            .series("calls_total", "0+10x480")
            .series("failures_total{why=\"late\"}", "0+1x480")
            .series("failures_total{why=\"lost\"}", "0+2x480")
            .series("successes_total", "0+7x480")
            .window("5m", "90m", 200.0, 60.0)
            .window("1h", "90m", 2400.0, 720.0)
    };
    case("errors: failures_total").check();
    case("good: successes_total").check();
}

#[test]
fn errors_without_a_series_are_none() {
    for errors in [
        "errors_where: 'code=\"500\"'",
        "errors: failures_total",
        "good_where: 'code=\"200\"'",
        "good: 'calls_total{code=\"200\"}'",
    ] {
        Case::new(&format!(
            "sli: {{ratio: {{events: calls_total, {errors}}}}}"
        ))
        .series("calls_total{code=\"200\"}", "0+10x480")
        .window("5m", "90m", 200.0, 0.0)
        .window("1h", "90m", 2400.0, 0.0)
        .is("slo:error_budget_remaining:ratio30d", "90m", 1.0)
        .check();
    }
}

#[test]
fn good_events_without_a_series_are_none_and_all_are_errors() {
    for good in [
        "good_where: 'code=\"200\"'",
        "good_where: 'code=\"200\", fast=\"yes\"'",
        "good: successes_total",
    ] {
        Case::new(&format!("sli: {{ratio: {{events: calls_total, {good}}}}}"))
            .series("calls_total{code=\"500\"}", "0+10x480")
            .window("5m", "90m", 200.0, 200.0)
            .window("1h", "90m", 2400.0, 2400.0)
            .check();
    }
}

#[test]
fn more_good_events_than_events_are_no_negative_errors() {
    Case::new("sli: {ratio: {events: calls_total, good: successes_total}}")
        .series("calls_total", "0+10x480")
        .series("successes_total", "0+11x480")
        .window("5m", "90m", 200.0, 0.0)
        .check();
}

#[test]
fn without_traffic_nothing_burns_and_nothing_is_a_number_that_is_none() {
    for errors in [
        "errors_where: 'code=\"500\"'",
        "good_where: 'code=\"200\"'",
        "good_where: 'code=\"200\", fast=\"yes\"'",
        "good: 'calls_total{code=\"200\"}'",
        "errors: failures_total",
    ] {
        Case::new(&format!(
            "sli: {{ratio: {{events: calls_total, {errors}}}}}"
        ))
        .series("calls_total{code=\"200\"}", "7+0x480")
        .series("calls_total{code=\"500\"}", "3+0x480")
        .window("5m", "90m", 0.0, 0.0)
        .window("1h", "90m", 0.0, 0.0)
        .window("6h", "90m", 0.0, 0.0)
        .window("30d", "90m", 0.0, 0.0)
        .absent("slo:error_budget_remaining:ratio30d", "90m")
        .firing("90m", &[])
        .check();
    }
}

#[test]
fn nothing_is_recorded_of_a_metric_that_was_never_seen() {
    let mut case = Case::new(
        "sli: {ratio: {events: calls_total, errors_where: 'code=\"500\"'}}\n\
         alerting: {no_data: {severity: ticket, after: 30m}}",
    )
    .series("others_total", "0+1x480");
    for window in ["5m", "1h", "6h", "30d"] {
        for name in ["events:increase", "errors:increase", "burn_rate:ratio"] {
            case = case.absent(&format!("slo:{name}{window}"), "90m");
        }
    }
    case.absent("slo:error_budget_remaining:ratio30d", "90m")
        .is("slo:objective:ratio", "90m", 0.99)
        .check();
}

#[test]
fn each_group_has_its_own_counts() {
    for errors in [
        "errors_where: 'code=\"500\"'",
        "good_where: 'code=\"200\"'",
        "good_where: 'code=\"200\", job=\"x\"'",
        "errors: 'calls_total{code=\"500\"}'",
        "good: 'calls_total{code=\"200\"}'",
    ] {
        Case::new(&format!(
            "sli: {{ratio: {{events: calls_total, {errors}}}}}\ngroup_by: [route]"
        ))
        .series(
            "calls_total{job=\"x\", route=\"/a\", code=\"200\"}",
            "0+10x480",
        )
        .series(
            "calls_total{job=\"x\", route=\"/a\", code=\"500\"}",
            "0+0x480",
        )
        .series(
            "calls_total{job=\"x\", route=\"/b\", code=\"200\"}",
            "0+5x480",
        )
        .series(
            "calls_total{job=\"x\", route=\"/b\", code=\"500\"}",
            "0+5x480",
        )
        .series(
            "calls_total{job=\"x\", route=\"/new\", code=\"200\"}",
            "0+1x480",
        )
        .series(
            "calls_total{job=\"x\", route=\"/dead\", code=\"500\"}",
            "0+2x480",
        )
        .series("calls_total{job=\"x\", code=\"200\"}", "0+4x480")
        .group(
            "slo:events:increase5m",
            "90m",
            &[
                ("", 80.0),
                ("route=\"/a\", ", 200.0),
                ("route=\"/b\", ", 200.0),
                ("route=\"/dead\", ", 40.0),
                ("route=\"/new\", ", 20.0),
            ],
        )
        .group(
            "slo:errors:increase5m",
            "90m",
            &[
                ("", 0.0),
                ("route=\"/a\", ", 0.0),
                ("route=\"/b\", ", 100.0),
                ("route=\"/dead\", ", 40.0),
                ("route=\"/new\", ", 0.0),
            ],
        )
        .group(
            "slo:errors:increase1h",
            "90m",
            &[
                ("", 0.0),
                ("route=\"/a\", ", 0.0),
                ("route=\"/b\", ", 1200.0),
                ("route=\"/dead\", ", 480.0),
                ("route=\"/new\", ", 0.0),
            ],
        )
        .group(
            "slo:burn_rate:ratio5m",
            "90m",
            &[
                ("", 0.0),
                ("route=\"/a\", ", 0.0),
                ("route=\"/b\", ", 50.0),
                ("route=\"/dead\", ", 100.0),
                ("route=\"/new\", ", 0.0),
            ],
        )
        // Of the 30 days, 29 days and 23 hours count as error-free, with the traffic of now.
        .group(
            "slo:error_budget_remaining:ratio30d",
            "60m",
            &[
                ("", 1.0),
                ("route=\"/a\", ", 1.0),
                ("route=\"/b\", ", 1.0 - 50.0 / 720.0),
                ("route=\"/dead\", ", 1.0 - 100.0 / 720.0),
                ("route=\"/new\", ", 1.0),
            ],
        )
        .check();
    }
}

#[test]
fn names_and_values_of_any_kind_are_selected() {
    Case::new(
        "sli:\n  ratio:\n    events: 'job:calls:total{path=\"say \\\"hi\\\" \\\\ é\"}'\n    errors_where: 'why=~\".*\\\\\\\\.*\"'\n\
         group_by: [path]",
    )
    .series(
        "job:calls:total{path=\"say \\\"hi\\\" \\\\ é\", why=\"a\\\\b\"}",
        "0+1x480",
    )
    .series(
        "job:calls:total{path=\"say \\\"hi\\\" \\\\ é\", why=\"c\"}",
        "0+3x480",
    )
    .group(
        "slo:events:increase5m",
        "90m",
        &[("path=\"say \\\"hi\\\" \\\\ é\", ", 80.0)],
    )
    .group(
        "slo:errors:increase5m",
        "90m",
        &[("path=\"say \\\"hi\\\" \\\\ é\", ", 20.0)],
    )
    .check();
}

#[test]
fn a_template_is_filled_in_wherever_its_parameters_stand() {
    Case::new("sli: {use: http, with: {job: a, code: '5..'}}")
        .workspace(
            "sli_templates:\n  http:\n    params: [job, code]\n    ratio:\n      \
             events: 'sum(rate(http_requests_total{job=\"$job\"}[$window]))'\n      \
             errors: 'http_requests_total{job=\"$job\", code=~\"$code\"}'\n",
        )
        .series("http_requests_total{job=\"a\", code=\"200\"}", "0+9x480")
        .series("http_requests_total{job=\"a\", code=\"500\"}", "0+1x480")
        .series("http_requests_total{job=\"ab\", code=\"500\"}", "0+7x480")
        .window("5m", "90m", 200.0, 20.0)
        .window("1h", "90m", 2400.0, 240.0)
        .check();
}
