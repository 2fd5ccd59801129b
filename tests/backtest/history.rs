//! Histories of which every minute is known, in every form in which they can be had.

use std::fmt::Write as _;

/// Where histories begin: 2026-10-22 00:00 UTC.
pub const BEGIN_S: i64 = 1_792_627_200;
/// Minutes of a day.
pub const DAY: i64 = 1_440;

/// What a group counted in a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minute {
    pub events: u64,
    pub errors: u64,
}

/// A group, by the value of its label `route`, and what it counted in each minute; nothing where nobody looked.
pub struct Route {
    pub route: &'static str,
    pub minutes: Vec<Option<Minute>>,
}

/// A route with `events` in each of so many minutes, and in a stretch of them this share of errors, in percent.
pub fn route(
    route: &'static str,
    minutes: i64,
    events: u64,
    (from, to): (i64, i64),
    percent: u64,
) -> Route {
    let minute = |at: i64| {
        let percent = if (from..to).contains(&at) { percent } else { 0 };
        let errors = events * percent / 100;
        Some(Minute { events, errors })
    };
    Route {
        route,
        minutes: (0..minutes).map(minute).collect(),
    }
}

/// As CSV, a row for so many minutes; with a column `route` where it is asked for.
pub fn csv(routes: &[Route], per_row: usize, grouped: bool) -> String {
    let mut text = String::from(if grouped {
        "time,events,errors,route\n"
    } else {
        "time,events,errors\n"
    });
    let rows = routes
        .iter()
        .map(|one| one.minutes.len().div_ceil(per_row))
        .max();
    for row in 0..rows.unwrap_or(0) {
        for one in routes {
            let minutes: Option<Vec<Minute>> = one
                .minutes
                .chunks(per_row)
                .nth(row)
                .and_then(|m| m.iter().copied().collect());
            let Some(minutes) = minutes else { continue };
            let time = BEGIN_S + ((row + 1) * per_row) as i64 * 60;
            let events: u64 = minutes.iter().map(|minute| minute.events).sum();
            let errors: u64 = minutes.iter().map(|minute| minute.errors).sum();
            let _ = write!(text, "{time},{events},{errors}");
            let _ = if grouped {
                writeln!(text, ",{}", one.route)
            } else {
                writeln!(text)
            };
        }
    }
    text
}

/// As counters of `http_requests_total`, a sample each minute. A counter begins anew in the middle.
pub fn openmetrics(routes: &[Route]) -> String {
    let mut text = String::from("# TYPE http_requests counter\n");
    for one in routes {
        for code in ["200", "503"] {
            let mut value = 0;
            let middle = one.minutes.len() / 2;
            for at in 0..=one.minutes.len() {
                if at > 0 {
                    let Some(minute) = one.minutes[at - 1] else {
                        continue;
                    };
                    let rise = if code == "200" {
                        minute.events - minute.errors
                    } else {
                        minute.errors
                    };
                    value = if at == middle { rise } else { value + rise };
                }
                let time = BEGIN_S + at as i64 * 60;
                let _ = writeln!(
                    text,
                    "http_requests_total{{job=\"checkout\",route=\"{}\",code=\"{code}\"}} {value} {time}",
                    one.route
                );
            }
        }
    }
    text.push_str("# EOF\n");
    text
}
