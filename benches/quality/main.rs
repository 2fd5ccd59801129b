//! How well incidents that were not invented for the purpose are told of, and how often somebody is woken for nothing.
//!
//! `cargo bench --bench quality -- PATH`: a file or folder of traces (see `trace.rs`). Also `--months 500`, `--swing 0.5`,
//! `--seed 1`. What it says is in `docs/alert-quality.md`; `tests/quality` holds the targets at the size of CI.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(
    clippy::print_stderr,
    reason = "and says what is wrong with its arguments"
)]

mod course;
#[path = "../kit/mod.rs"]
mod kit;
mod measure;
mod trace;

use std::path::PathBuf;
use std::process::ExitCode;

use burnwatch::base::{Ratio, spoken};
use burnwatch::clock::Watch;
use burnwatch::files::side_by_side;
use burnwatch::replay::synthetic::{Spread, Traffic};

use course::{Course, courses};
use kit::slo;
use kit::table;
use measure::{Guards, Quality};

const SLO: &str = "objective: 99.9, sli: {ratio: {events: 'http_requests_total{job=\"shop\"}', \
                   errors_where: 'code=~\"5..\"'}}";
const TRAFFIC: [f64; 4] = [10.0, 100.0, 1_000.0, 100_000.0];
/// Traces for CI, where no path is given.
const SMALL: &str = "tests/quality/traces";

const GUARDS: [Guards; 6] = [
    guards(1, None),
    guards(5, None),
    guards(10, None),
    guards(1, Some(99)),
    guards(5, Some(95)),
    guards(5, Some(99)),
];

const fn guards(min_errors: u32, percent: Option<i128>) -> Guards {
    Guards {
        min_errors,
        confidence: match percent {
            Some(percent) => Some(Ratio::whole(percent)),
            None => None,
        },
    }
}

struct Arguments {
    path: PathBuf,
    months: usize,
    swing: f64,
    seed: u64,
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments {
        path: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(SMALL),
        months: 500,
        swing: 0.0,
        seed: 1,
    };
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("`{word}` needs a value"));
        let wrong = |error: &dyn std::fmt::Display| format!("`{word}`: {error}");
        match word.as_str() {
            "--months" => found.months = value()?.parse().map_err(|e| wrong(&e))?,
            "--swing" => found.swing = value()?.parse().map_err(|e| wrong(&e))?,
            "--seed" => found.seed = value()?.parse().map_err(|e| wrong(&e))?,
            path => found.path = PathBuf::from(path),
        }
    }
    Ok(found)
}

fn main() -> ExitCode {
    let read = arguments().and_then(|arguments| {
        let traces = trace::read(&arguments.path).map_err(|error| error.to_string())?;
        Ok((arguments, traces))
    });
    let (arguments, traces) = match read {
        Ok(read) => read,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let rows: usize = traces.iter().map(|trace| trace.rows).sum();
    println!(
        "{} traces with {rows} rows, {} times 30 days without incidents, seed {}, swing {}\n",
        traces.len(),
        arguments.months,
        arguments.seed,
        arguments.swing
    );
    let watch = Watch::start();
    traced(&courses(&traces), &arguments);
    println!("\n{:.0} s\n", watch.elapsed().as_secs_f64());
    quiet(&arguments);
    println!("\n{:.0} s", watch.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

fn traffic(per_hour: f64, arguments: &Arguments) -> Traffic {
    Traffic {
        per_hour,
        swing: arguments.swing,
    }
}

/// What becomes of incidents.
fn traced(courses: &[Course], arguments: &Arguments) {
    let (slo, settings) = slo::of(SLO);
    let mut rows = Vec::new();
    for guards in GUARDS {
        let slo = guards.of(&slo);
        for per_hour in TRAFFIC {
            let traffic = traffic(per_hour, arguments);
            let fates = side_by_side(courses.len(), |at| {
                measure::course(&slo, &settings, traffic, &courses[at], arguments.seed)
            });
            let quality = Quality::of(&fates, guards.min_errors);
            let wrong = quality.pages - quality.right_pages - quality.late_pages;
            rows.push(vec![
                guards.name(),
                table::thousands(per_hour as u64),
                table::thousands(quality.grave as u64),
                percent(quality.grave_paged as f64 / quality.grave.max(1) as f64),
                table::thousands(quality.due as u64),
                percent(quality.recall()),
                percent(quality.paged_recall()),
                table::thousands(quality.pages as u64),
                percent(quality.precision()),
                quality.late_pages.to_string(),
                wrong.to_string(),
                times(quality.detection_ms),
                times(quality.reset_ms),
            ]);
        }
    }
    let head = [
        "guards",
        "requests/h",
        "spent 5 %",
        "paged",
        "due",
        "recall",
        "by a page",
        "pages",
        "precision",
        "late",
        "wrong",
        "detection p50, p90",
        "reset p50, p90",
    ];
    table::print(&head, &rows);
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn times(spread: Option<Spread>) -> String {
    let ms = |ms: f64| spoken(ms.max(0.0) as u64);
    spread.map_or("-".to_string(), |of| {
        format!("{}, {}", ms(of.median), ms(of.p90))
    })
}

/// How often somebody is woken at burn rate 1.
fn quiet(arguments: &Arguments) {
    let (slo, settings) = slo::of(SLO);
    let mut rows = Vec::new();
    for guards in GUARDS {
        let slo = guards.of(&slo);
        let mut row = vec![guards.name()];
        for (at, per_hour) in TRAFFIC.into_iter().enumerate() {
            let traffic = traffic(per_hour, arguments);
            let pages = side_by_side(arguments.months, |month| {
                let place = [at as u64, month as u64];
                measure::false_pages(&slo, &settings, traffic, place, arguments.seed)
            });
            let pages: usize = pages.iter().sum();
            let (low, high) = poisson_bounds(pages);
            let months = arguments.months as f64;
            row.push(format!(
                "{:.3} ({:.3}-{:.3})",
                pages as f64 / months,
                low / months,
                high / months
            ));
        }
        rows.push(row);
    }
    let mut head = vec!["guards".to_string()];
    head.extend(TRAFFIC.map(|per_hour| format!("{}/h", table::thousands(per_hour as u64))));
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    table::print(&head, &rows);
}

/// Between which means so many pages are likely, at 95 %: Byar's approximation of the exact Poisson interval.
fn poisson_bounds(pages: usize) -> (f64, f64) {
    let bound = |x: f64, z: f64| match x > 0.0 {
        true => x * (1.0 - 1.0 / (9.0 * x) + z / (3.0 * x.sqrt())).powi(3),
        false => 0.0,
    };
    let x = pages as f64;
    (bound(x, -1.96), bound(x + 1.0, 1.96))
}
