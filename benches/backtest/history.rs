//! Thirty-four days of a service: forty series, five incidents.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::debian::tools::promtool;
use crate::dice::Dice;

/// When the history ends, in Unix seconds: long ago, so that nothing of today mixes in.
pub const END_S: i64 = 1_700_006_400;
/// One day in seconds.
pub const DAY_S: i64 = 86_400;
/// How long it is: the span that is gone through, and the longest window before it.
const DAYS: i64 = 34;
/// Targets; each has a series of good events and one of errors.
const TARGETS: usize = 20;
/// Scrapes fall between evaluations, so that no window has a sample on its edge.
const SCRAPE_SHIFT_S: i64 = 7;
/// Good events a second of one target, in the mean of a day, and how much more and less it gets.
const RATE: (f64, f64) = (2.0, 1.2);
/// The share of errors outside incidents.
const BACKGROUND: f64 = 0.000_2;
/// When incidents begin, in days; how many hours they last; which share fails.
const INCIDENTS: [(f64, f64, f64); 5] = [
    (5.0, 0.5, 0.02),
    (9.3, 2.0, 0.008),
    (14.1, 0.25, 0.3),
    (20.4, 12.0, 0.004),
    (27.6, 1.0, 0.02),
];

/// Loads the history into a folder of Prometheus below `home`.
pub fn load(home: &Path, scrape_s: i64) {
    for target in 0..TARGETS {
        let file = format!("{target}.om");
        fs::write(home.join(&file), text(target, scrape_s)).expect("a folder of ours is writable");
        let block = "--max-block-duration=54h";
        let load = [
            "tsdb",
            "create-blocks-from",
            block,
            "openmetrics",
            &file,
            "data",
        ];
        promtool(home, load).expect_success("promtool tsdb create-blocks-from");
        fs::remove_file(home.join(&file)).expect("a file of ours can be removed");
    }
}

fn text(target: usize, scrape_s: i64) -> String {
    let mut dice = Dice(target as u64);
    let mut chance = || dice.below(1 << 30) as f64 / f64::from(1 << 30);
    let start_s = END_S - DAYS * DAY_S;
    let (mut good, mut bad) = (0, 0);
    let [mut of_good, mut of_bad] = [String::new(), String::new()];
    for at_s in (start_s + SCRAPE_SHIFT_S..END_S).step_by(scrape_s as usize) {
        let day = (at_s - start_s) as f64 / DAY_S as f64;
        let rate = RATE.0 + RATE.1 * (day * std::f64::consts::TAU).sin();
        let incident = INCIDENTS
            .iter()
            .find(|(from, hours, _)| *from <= day && day < from + hours / 24.0);
        let share = incident.map_or(BACKGROUND, |(.., share)| *share);
        let expected = rate * scrape_s as f64;
        good += (expected * (1.0 - share) + chance()) as u64;
        bad += (expected * share + chance()) as u64;
        for (text, code, value) in [(&mut of_good, 200, good), (&mut of_bad, 500, bad)] {
            let labels = format!("job=\"shop\",instance=\"{target}\",code=\"{code}\"");
            writeln!(text, "http_requests_total{{{labels}}} {value} {at_s}")
                .expect("a string takes text");
        }
    }
    of_good + &of_bad + "# EOF\n"
}
