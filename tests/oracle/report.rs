//! The figures of a scenario, as rows of the tables in `docs/accuracy.md`.

use std::fmt::Write as _;

use super::judge::Verdict;
use super::ratios::Differences;
use super::scenario::Scenario;

/// Prints the rows of one scenario; `cargo test` shows them with `--nocapture`.
#[allow(
    clippy::print_stdout,
    reason = "the figures are for whoever runs the test"
)]
pub fn print(scenario: &Scenario, verdict: &Verdict) {
    let mut text = String::new();
    for (window, scraped, truth) in &verdict.windows {
        let row = format!(
            "| {} | {window} | {} | {} | {} | {} |",
            scenario.name,
            scraped.judged(),
            scraped.absent,
            figures(scraped),
            figures(truth)
        );
        writeln!(text, "{row}").expect("a string takes text");
    }
    for tier in &verdict.tiers {
        let row = format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            scenario.name,
            tier.name,
            tier.fired,
            tier.raw_fired,
            list(&tier.delays_s, delay),
            list(&tier.true_delays_s, delay),
            tier.close_calls.len()
        );
        writeln!(text, "{row}").expect("a string takes text");
        if !tier.close_calls.is_empty() {
            let row = format!(
                "  {} {}: close to a threshold at {}",
                scenario.name,
                tier.name,
                list(&tier.close_calls, i64::to_string)
            );
            writeln!(text, "{row}").expect("a string takes text");
        }
    }
    // In one piece, since other scenarios print at the same time.
    print!("{text}");
}

fn list<T>(values: &[T], word: impl Fn(&T) -> String) -> String {
    if values.is_empty() {
        return "-".to_owned();
    }
    let words: Vec<String> = values.iter().map(word).collect();
    words.join(", ")
}

fn delay(delay_s: &Option<i64>) -> String {
    delay_s.map_or_else(|| "never".to_owned(), |delay_s| delay_s.to_string())
}

fn figures(differences: &Differences) -> String {
    differences.median().map_or_else(
        || "- | -".to_owned(),
        |median| {
            format!(
                "{:.3} % | {:+.2} % ({:.1} events)",
                100.0 * median,
                100.0 * differences.worst_signed,
                differences.worst_events
            )
        },
    )
}
