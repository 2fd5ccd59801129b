//! Times as Alertmanager's time intervals.
//!
//! An interval there is a list of parts, and a moment lies in it when it lies in any of them. A part has times within one
//! day, and weekdays or dates on which they hold; nothing of a part reaches over midnight, so what does becomes two.

use jiff::civil::{Date, DateTime};

use crate::model::roster::{Clock, Times, Weekday};
use crate::yaml::print::Output;

type Part = Vec<(&'static str, Output)>;

/// The time interval called `name`: an entry of `time_intervals`. Exact to the minute, in the IANA time zone `time_zone`.
pub fn interval(name: &str, times: &Times, time_zone: &str) -> Output {
    let parts = match times {
        Times::Weekly { days, from, to } => weekly(days, *from, *to),
        Times::Once { from, to } => once(*from, *to),
    };
    let parts = parts.into_iter().map(|mut part| {
        part.push(("location", Output::text(time_zone)));
        Output::map(part)
    });
    Output::map([
        ("name", Output::text(name)),
        ("time_intervals", Output::List(parts.collect())),
    ])
}

fn weekly(days: &[Weekday], from: Clock, to: Clock) -> Vec<Part> {
    let next: Vec<Weekday> = days.iter().map(|day| day.next()).collect();
    // What begins at the end of a day begins with the next.
    if from == Clock::END {
        return match to > Clock::MIDNIGHT {
            true => vec![on(&next, Clock::MIDNIGHT, to)],
            false => Vec::new(),
        };
    }
    if from < to {
        return vec![on(days, from, to)];
    }
    let mut parts = vec![on(days, from, Clock::END)];
    if to > Clock::MIDNIGHT {
        parts.push(on(&next, Clock::MIDNIGHT, to));
    }
    parts
}

/// From and to these times on these days of the week.
fn on(days: &[Weekday], from: Clock, to: Clock) -> Part {
    let mut part = clock(&from.to_string(), &to.to_string());
    let mut days = days.to_vec();
    days.sort();
    if days != Weekday::ALL {
        let names = days.iter().map(|day| day.to_string());
        part.push(("weekdays", Output::texts(names)));
    }
    part
}

/// From and to these times of a day; the whole day needs no times.
fn clock(from: &str, to: &str) -> Part {
    if (from, to) == ("00:00", "24:00") {
        return Vec::new();
    }
    let range = Output::map([
        ("start_time", Output::text(from)),
        ("end_time", Output::text(to)),
    ]);
    vec![("times", Output::List(vec![range]))]
}

fn once(from: DateTime, to: DateTime) -> Vec<Part> {
    let (first, last) = (from.date(), to.date());
    let (start, end) = (minute(from), minute(to));
    if first == last {
        return vec![dated(clock(&start, &end), first, first)];
    }
    let mut parts = Vec::new();
    let mut whole = first;
    if start != "00:00" {
        parts.push(dated(clock(&start, "24:00"), first, first));
        whole = following(first);
    }
    parts.extend(whole_days(whole, last));
    if end != "00:00" {
        parts.push(dated(clock("00:00", &end), last, last));
    }
    parts
}

/// A time of day as it is written. Seconds are never read from a workspace.
fn minute(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// The days from `from` up to and without `end`, in as few parts as months and years allow: at most one for each end of
/// a month, of the months of a year and of the years.
fn whole_days(from: Date, end: Date) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut from = from;
    while from < end {
        let last = stretch_end(from, end);
        parts.push(dated(Vec::new(), from, last));
        if last == Date::MAX {
            break;
        }
        from = following(last);
    }
    parts
}

/// The last day of the longest stretch from `from` that is days of one month, months of one year, or years.
fn stretch_end(from: Date, end: Date) -> Date {
    let before_end = end.yesterday().unwrap_or(end);
    let month_end = from.last_of_month();
    if from.day() > 1 || month_end > before_end {
        return month_end.min(before_end);
    }
    let year_end = from.last_of_year();
    if from.month() > 1 || year_end > before_end {
        // Whole months of this year: those that end before the end.
        let ended = match before_end.year() == from.year() {
            true => before_end,
            false => return year_end,
        };
        return match ended == ended.last_of_month() {
            true => ended,
            false => ended.first_of_month().yesterday().unwrap_or(month_end),
        };
    }
    match before_end == before_end.last_of_year() {
        true => before_end,
        false => before_end.first_of_year().yesterday().unwrap_or(year_end),
    }
}

fn following(day: Date) -> Date {
    day.tomorrow().unwrap_or(Date::MAX)
}

/// A part on the days from `first` to `last`, which are days of one month, whole months of one year, or whole years.
fn dated(mut part: Part, first: Date, last: Date) -> Part {
    let range = |from: i32, to: i32| match from == to {
        true => Output::texts([from.to_string()]),
        false => Output::texts([format!("{from}:{to}")]),
    };
    let whole_months = first == first.first_of_month() && last == last.last_of_month();
    let whole_years = first == first.first_of_year() && last == last.last_of_year();
    if !whole_months {
        part.push((
            "days_of_month",
            range(first.day().into(), last.day().into()),
        ));
    }
    if !whole_years {
        part.push(("months", range(first.month().into(), last.month().into())));
    }
    part.push(("years", range(first.year().into(), last.year().into())));
    part
}
