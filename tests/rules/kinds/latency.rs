//! `latency`: what a classic histogram counts as slow.

use super::case::Case;

fn latency(threshold: &str) -> Case {
    Case::new(&format!(
        "sli: {{latency: {{histogram: duration_seconds, threshold: {threshold}}}}}"
    ))
    .series("duration_seconds_count", "0+10x480")
    .series("duration_seconds_bucket{le=\"+Inf\"}", "0+10x480")
}

#[test]
fn an_event_is_an_error_when_it_is_beyond_its_bucket() {
    for threshold in ["500ms", "0.5", "0.50"] {
        latency(threshold)
            .series("duration_seconds_bucket{le=\"0.25\"}", "0+1x480")
            .series("duration_seconds_bucket{le=\"0.5\"}", "0+7x480")
            .series("duration_seconds_bucket{le=\"1\"}", "0+9x480")
            .window("5m", "90m", 200.0, 60.0)
            .window("1h", "90m", 2400.0, 720.0)
            .check();
    }
}

#[test]
fn a_bound_is_found_in_either_spelling() {
    for (threshold, bound) in [
        ("1s", "1"),
        ("1s", "1.0"),
        ("1", "1"),
        ("1", "1.0"),
        ("1.0", "1"),
        ("1000000", "1e+06"),
        ("0.00001", "1e-05"),
    ] {
        latency(threshold)
            .series("duration_seconds_bucket{le=\"0.25\"}", "0+1x480")
            .series(
                &format!("duration_seconds_bucket{{le=\"{bound}\"}}"),
                "0+8x480",
            )
            .series("duration_seconds_bucket{le=\"10\"}", "0+9x480")
            .window("5m", "90m", 200.0, 40.0)
            .window("1h", "90m", 2400.0, 480.0)
            .check();
    }
}

#[test]
fn a_bucket_that_is_not_there_makes_every_event_an_error() {
    latency("2s").window("5m", "90m", 200.0, 200.0).check();
}

#[test]
fn a_histogram_without_observations_has_no_errors() {
    Case::new("sli: {latency: {histogram: duration_seconds, threshold: 1s}}")
        .series("duration_seconds_count", "5+0x480")
        .series("duration_seconds_bucket{le=\"1\"}", "2+0x480")
        .window("5m", "90m", 0.0, 0.0)
        .window("1h", "90m", 0.0, 0.0)
        .firing("90m", &[])
        .check();
}

#[test]
fn each_group_of_a_histogram_has_its_own_counts() {
    Case::new(
        "sli: {latency: {histogram: 'duration_seconds{job=\"a\"}', threshold: 1s}}\ngroup_by: [route, zone]",
    )
    .series("duration_seconds_count{job=\"a\", route=\"/a\", zone=\"n\", pod=\"1\"}", "0+10x480")
    .series("duration_seconds_count{job=\"a\", route=\"/a\", zone=\"n\", pod=\"2\"}", "0+10x480")
    .series("duration_seconds_count{job=\"a\", route=\"/b\", zone=\"n\"}", "0+4x480")
    .series("duration_seconds_count{job=\"b\", route=\"/b\", zone=\"n\"}", "0+4x480")
    .series("duration_seconds_bucket{job=\"a\", route=\"/a\", zone=\"n\", pod=\"1\", le=\"1\"}", "0+9x480")
    .series("duration_seconds_bucket{job=\"a\", route=\"/a\", zone=\"n\", pod=\"2\", le=\"1.0\"}", "0+8x480")
    .group(
        "slo:events:increase5m",
        "90m",
        &[("route=\"/a\", zone=\"n\", ", 400.0), ("route=\"/b\", zone=\"n\", ", 80.0)],
    )
    .group(
        "slo:errors:increase5m",
        "90m",
        &[("route=\"/a\", zone=\"n\", ", 60.0), ("route=\"/b\", zone=\"n\", ", 80.0)],
    )
    .group(
        "slo:errors:increase1h",
        "90m",
        &[("route=\"/a\", zone=\"n\", ", 720.0), ("route=\"/b\", zone=\"n\", ", 960.0)],
    )
    .check();
}
