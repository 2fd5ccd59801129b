//! Counters as OpenMetrics text, which promtool turns into blocks.

use std::fmt::Write as _;

use super::history::{Counter, Outcome};

/// The name of the counter without `_total`, which OpenMetrics wants in its type line.
const FAMILY: &str = "http_requests";

/// The text of all counters of a service.
pub fn openmetrics(service: &str, counters: &[Counter]) -> String {
    let mut text = format!("# HELP {FAMILY} Requests.\n# TYPE {FAMILY} counter\n");
    for counter in counters {
        let code = match counter.outcome {
            Outcome::Good => "200",
            Outcome::Error => "503",
        };
        for (time, value) in &counter.samples {
            writeln!(
                text,
                "{FAMILY}_total{{job=\"{service}\",instance=\"{}\",code=\"{code}\"}} {value} {time}",
                counter.instance
            )
            .expect("a string takes text");
        }
    }
    text.push_str("# EOF\n");
    text
}
