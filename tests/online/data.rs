//! Eight days of a small shop, the same on every server.

use std::fmt::Write as _;
use std::path::Path;

use crate::kit::prometheus::Prometheus;
use crate::kit::tools;
use crate::kit::victoria::Victoria;

/// The time that everything is asked about, in Unix seconds.
pub const NOW_S: i64 = 1_770_000_000;
/// A minute in seconds.
const MINUTE: i64 = 60;
/// An hour in seconds.
const HOUR: i64 = 60 * MINUTE;
/// A day in seconds.
const DAY: i64 = 24 * HOUR;

/// A series that grows steadily, or stays where it is.
struct Series {
    name: &'static str,
    labels: String,
    /// Seconds between samples.
    step_s: i64,
    /// From and until so many seconds before [`NOW_S`].
    ago_s: (i64, i64),
    /// What it grows by in an hour; a gauge of this value where it does not grow.
    value: Value,
}

enum Value {
    PerHour(f64),
    Gauge(f64),
    /// As much in an hour from and until so many seconds ago, and as much else.
    Turning {
        ago_s: (i64, i64),
        during: f64,
        else_: f64,
    },
}

/// Jobs of which a quarter fails, from and until so many minutes ago.
const TROUBLE: [(&str, (i64, i64)); 2] = [("now", (20, 0)), ("tuesday", (3_000, 2_975))];

fn minutely(name: &'static str, labels: &str, value: Value) -> Series {
    Series {
        name,
        labels: labels.to_owned(),
        step_s: MINUTE,
        ago_s: (8 * DAY, 0),
        value,
    }
}

fn all() -> Vec<Series> {
    use Value::{Gauge, PerHour};
    let requests = "http_requests_total";
    let bucket = "http_request_duration_seconds_bucket";
    let mut all = vec![
        minutely("up", "job=\"checkout\"", Gauge(1.0)),
        minutely(requests, "job=\"checkout\",code=\"200\"", PerHour(36_000.0)),
        minutely(requests, "job=\"checkout\",code=\"404\"", PerHour(360.0)),
        minutely(requests, "job=\"flaky\",code=\"200\"", PerHour(36_000.0)),
        minutely(requests, "job=\"flaky\",code=\"500\"", PerHour(36.0)),
        minutely(
            "http_request_duration_seconds_count",
            "job=\"checkout\"",
            PerHour(36_000.0),
        ),
        minutely("orders_total", "job=\"checkout\"", PerHour(600.0)),
        minutely("http_errors_total", "job=\"checkout\"", PerHour(1_200.0)),
        minutely(
            "rpc_calls_total",
            "job=\"ledger\",pod=\"a\"",
            PerHour(3_600.0),
        ),
        minutely(
            "rpc_failures_total",
            "job=\"ledger\",host=\"b\"",
            PerHour(12.0),
        ),
        minutely("room_celsius", "room=\"a\"", Gauge(21.0)),
        minutely("idle_total", "job=\"ledger\",state=\"ok\"", PerHour(0.0)),
        minutely(
            "idle_total",
            "job=\"ledger\",state=\"failed\"",
            PerHour(0.0),
        ),
        minutely(
            "reports_total",
            "job=\"reports\",state=\"ok\"",
            PerHour(2.0),
        ),
        minutely(
            "reports_total",
            "job=\"reports\",state=\"failed\"",
            PerHour(0.0),
        ),
    ];
    for (le, rate) in [
        ("0.1", 18_000.0),
        ("0.5", 35_000.0),
        ("1.0", 35_900.0),
        ("+Inf", 36_000.0),
    ] {
        all.push(minutely(
            bucket,
            &format!("job=\"checkout\",le=\"{le}\""),
            PerHour(rate),
        ));
    }
    let invoice = |state: &str, rate: f64| Series {
        step_s: 5 * MINUTE,
        ..minutely(
            "invoices_total",
            &format!("job=\"billing\",state=\"{state}\""),
            PerHour(rate),
        )
    };
    all.extend([invoice("ok", 3_600.0), invoice("failed", 12.0)]);
    for (route, rate) in [("busy", 36_000.0), ("quiet", 1.0)] {
        for (result, share) in [("ok", 1.0), ("failed", 0.001)] {
            let labels = format!("route=\"{route}\",result=\"{result}\"");
            all.push(minutely("visits_total", &labels, PerHour(rate * share)));
        }
    }
    for (state, hours) in TROUBLE {
        for (code, during, else_) in [("200", 36_000.0, 36_000.0), ("500", 12_000.0, 0.0)] {
            let labels = format!("job=\"{state}\",code=\"{code}\"");
            let value = Value::Turning {
                ago_s: (hours.0 * MINUTE, hours.1 * MINUTE),
                during,
                else_,
            };
            all.push(minutely("trouble_total", &labels, value));
        }
    }
    all.extend([
        minutely(
            "trouble_total",
            "job=\"steady\",code=\"200\"",
            PerHour(36_000.0),
        ),
        minutely(
            "trouble_total",
            "job=\"steady\",code=\"500\"",
            PerHour(240.0),
        ),
    ]);
    let young = |result: &str| Series {
        ago_s: (3 * MINUTE, 0),
        ..minutely(
            "young_total",
            &format!("result=\"{result}\""),
            PerHour(36_000.0),
        )
    };
    all.extend([young("ok"), young("failed")]);
    let until = |name, labels, ago_s| Series {
        ago_s: (8 * DAY, ago_s),
        ..minutely(name, labels, PerHour(3_600.0))
    };
    all.extend([
        until("gone_total", "job=\"checkout\"", 3 * DAY),
        until("paused_total", "job=\"checkout\"", 30 * MINUTE),
        until(requests, "job=\"nightly\",code=\"200\"", 20 * HOUR),
    ]);
    all
}

/// All samples, one a line; `unit` is how many parts of a second times are counted in.
fn text(unit: i64) -> String {
    let mut text = String::new();
    for series in all() {
        let (first, last) = (NOW_S - series.ago_s.0, NOW_S - series.ago_s.1);
        let mut time = first;
        while time <= last {
            let value = match series.value {
                Value::PerHour(rate) => {
                    1_000.0 + (rate * (time - first) as f64 / HOUR as f64).floor()
                }
                Value::Gauge(value) => value,
                Value::Turning {
                    ago_s,
                    during,
                    else_,
                } => {
                    let turned = (NOW_S - ago_s.0).min(time) - first;
                    let back = ((time - (NOW_S - ago_s.1)).max(0)) as f64;
                    let within = (time - first - turned) as f64 - back;
                    let hours = HOUR as f64;
                    1_000.0
                        + (else_ * (turned as f64 + back) / hours + during * within / hours).floor()
                }
            };
            writeln!(
                text,
                "{}{{{}}} {value} {}",
                series.name,
                series.labels,
                time * unit
            )
            .expect("a string takes text");
            time += series.step_s;
        }
    }
    text
}

/// A Prometheus over this data.
pub fn prometheus(folder: &Path) -> Prometheus {
    std::fs::write(folder.join("raw.om"), text(1) + "# EOF\n").expect("the folder is writable");
    let blocks = [
        "tsdb",
        "create-blocks-from",
        "--max-block-duration=162h",
        "openmetrics",
        "raw.om",
        "data",
    ];
    tools::promtool(folder, blocks).expect_success("promtool tsdb create-blocks-from");
    Prometheus::start(&folder.join("data"), &[])
}

/// A VictoriaMetrics over this data.
pub fn victoria(folder: &Path) -> Victoria {
    let victoria = Victoria::start(&folder.join("data"));
    victoria.import(&text(1_000));
    victoria
}
