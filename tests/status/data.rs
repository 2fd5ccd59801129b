//! Thirty days of a shop in which things go wrong in different ways, up to the time of every case.

use std::fmt::Write as _;
use std::path::Path;

use crate::case::NOW_MS;
use crate::kit::prometheus::Prometheus;
use crate::kit::tools;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Samples are a minute apart for so long, and ten before.
const FINE: i64 = 4 * DAY;

/// What a series counts: from and until so many seconds ago, per hour, and per hour from some time on.
struct Series {
    labels: &'static str,
    ago: (i64, i64),
    per_hour: f64,
    /// From so many seconds ago on it is another number.
    turn: Option<(i64, f64)>,
}

/// Labels of [`WIDE`](crate::shop::WIDE).
const WIDE: [&str; 2] = [
    "job=\"a-rather-long-name-of-something-that-nobody-would-type-twice\",code=\"200\",\
     route=\"/api/v1/customers/of/the/shop/and/what/they/have/ordered/since/they/came/in/pages/of/fifty\"",
    "job=\"a-rather-long-name-of-something-that-nobody-would-type-twice\",code=\"500\",\
     route=\"/api/v1/customers/of/the/shop/and/what/they/have/ordered/since/they/came/in/pages/of/fifty\"",
];

fn steady(labels: &'static str, per_hour: f64) -> Series {
    Series {
        labels,
        ago: (34 * DAY, 0),
        per_hour,
        turn: None,
    }
}

fn all() -> Vec<Series> {
    let turning = |labels, per_hour, ago, then| Series {
        turn: Some((ago, then)),
        ..steady(labels, per_hour)
    };
    let during = |labels, per_hour, ago| Series {
        ago,
        ..steady(labels, per_hour)
    };
    vec![
        steady("job=\"fine\",code=\"200\"", 36_000.0),
        steady("job=\"fine\",code=\"500\"", 3.6),
        steady("job=\"burning\",code=\"200\"", 36_000.0),
        turning("job=\"burning\",code=\"500\"", 0.0, 40 * MINUTE, 12_000.0),
        steady("job=\"spent\",code=\"200\"", 36_000.0),
        steady("job=\"spent\",code=\"500\"", 54.0),
        during("job=\"young\",code=\"200\"", 36_000.0, (15 * DAY, 0)),
        during("job=\"young\",code=\"500\"", 3.6, (15 * DAY, 0)),
        during(
            "job=\"gone\",code=\"200\"",
            36_000.0,
            (34 * DAY, 30 * MINUTE),
        ),
        during(
            "job=\"gone\",code=\"500\"",
            36_000.0,
            (2 * HOUR, 30 * MINUTE),
        ),
        steady(WIDE[0], 36_000.0),
        turning(WIDE[1], 0.0, 40 * MINUTE, 12_000.0),
        steady("job=\"quiet\",code=\"200\"", 0.0),
        steady("job=\"quiet\",code=\"500\"", 0.0),
        steady("job=\"routes\",code=\"200\",route=\"/pay\"", 36_000.0),
        turning(
            "job=\"routes\",code=\"500\",route=\"/pay\"",
            0.0,
            5 * HOUR,
            360.0,
        ),
        steady("job=\"routes\",code=\"200\",route=\"/list\"", 36_000.0),
        steady("job=\"routes\",code=\"500\",route=\"/list\"", 0.0),
    ]
}

fn text() -> String {
    let now = NOW_MS / 1_000;
    let mut text = String::new();
    for series in all() {
        let (first, last) = (now - series.ago.0, now - series.ago.1);
        let (mut time, mut value) = (first, 1_000.0);
        while time <= last {
            writeln!(
                text,
                "requests_total{{{}}} {value:.0} {time}",
                series.labels
            )
            .unwrap();
            let step = if now - time > FINE {
                10 * MINUTE
            } else {
                MINUTE
            };
            let rate = match series.turn {
                Some((ago, then)) if now - time <= ago => then,
                _ => series.per_hour,
            };
            value += rate * step as f64 / HOUR as f64;
            time += step;
        }
    }
    text + "# EOF\n"
}

/// A Prometheus with this history.
pub fn prometheus(folder: &Path) -> Prometheus {
    std::fs::write(folder.join("raw.om"), text()).expect("the folder is writable");
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
