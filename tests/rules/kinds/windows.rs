//! Windows beyond an hour, however they are made.

use super::case::Case;

const SLI: &str = "sli: {ratio: {events: calls_total, errors: failures_total}}";

fn steady(fields: &str) -> Case {
    Case::new(&format!("{SLI}\n{fields}"))
        .series("calls_total", "0+10x1560")
        .series("failures_total", "0+1x1560")
}

#[test]
fn recorded_and_raw_windows_are_the_same_on_steady_traffic() {
    for case in [
        steady(""),
        steady("windows: raw"),
        steady("").argument("--windows=raw"),
        steady("").argument("--windows=recorded"),
    ] {
        case.window("5m", "6h30m", 200.0, 20.0)
            .window("30m", "6h30m", 1200.0, 120.0)
            .window("1h", "6h30m", 2400.0, 240.0)
            .window("2h", "6h30m", 4800.0, 480.0)
            .window("6h", "6h30m", 14400.0, 1440.0)
            .check();
    }
}

#[test]
fn a_scrape_a_minute_is_as_exact() {
    Case::new(SLI)
        .workspace("rules: {scrape_interval: 60s}\n")
        .step("1m")
        .series("calls_total", "0+10x390")
        .series("failures_total", "0+1x390")
        .window("5m", "6h30m", 50.0, 5.0)
        .window("1h", "6h30m", 600.0, 60.0)
        .window("6h", "6h30m", 3600.0, 360.0)
        .check();
}

/// 100 events at once, scraped at 5, 20, 35 and 50 seconds of a minute: the rise is seen across the edge of two tiles.
#[test]
fn what_happens_between_two_tiles_is_counted_once() {
    let (before, after) = ("_ 1000 _ ".repeat(480), "_ 1100 _ ".repeat(260));
    let samples = format!("{before}{after}");
    let mut case = Case::new(SLI)
        .step("5s")
        .series("calls_total", samples.trim_end())
        .series("failures_total", samples.trim_end());
    for at in ["2h1m", "2h30m", "2h59m", "3h", "3h1m", "3h2m"] {
        case = case
            .is("slo:events:increase2h", at, 100.0)
            .is("slo:errors:increase2h", at, 100.0);
    }
    case.check();
}

#[test]
fn a_tile_that_was_never_recorded_is_free_of_errors_with_the_traffic_of_now() {
    let share = |name: &str| format!("round(1000 * slo:{name}:increase6h / slo:{name}:increase1h)");
    steady("")
        .query(&share("events"), "45m", &[("{slo=\"shop/test\"}", 6000.0)])
        .query(&share("errors"), "45m", &[("{slo=\"shop/test\"}", 1000.0)])
        .check();
}

#[test]
fn a_service_that_is_only_observed_keeps_its_errors_when_it_is_gone() {
    Case::new(&format!("{SLI}\nperiod: 3d\nalerting: {{mode: observe}}"))
        .series("calls_total", "0+10x480 stale")
        .series("failures_total", "0+0x240 10+10x239 stale")
        // A sample at the edge of two tiles costs up to a scrape.
        .query(
            "abs(slo:errors:increase3d / 2400 - 1) < bool 0.005",
            "4h",
            &[("{slo=\"shop/test\"}", 1.0)],
        )
        .check();
}
