//! Time intervals mean what the workspace says, minute by minute, and Alertmanager takes them.
//!
//! The judge is an evaluator of the documented meaning of time intervals, which knows nothing of how they are made: a
//! moment is in an interval when one part has it, and in a part when it is in one range of each field that is there.

use burnwatch::emit::alertmanager::intervals::interval;
use burnwatch::model::roster::{Clock, Times, Weekday};
use burnwatch::yaml::print::{Output, print};
use jiff::ToSpan;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::amtool::check_config;

const DAY: i64 = 1_440;

fn field<'a>(map: &'a Output, key: &str) -> Option<&'a Output> {
    let Output::Map(entries) = map else {
        panic!("a mapping")
    };
    let found = entries.iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value)
}

fn items(list: &Output) -> &[Output] {
    match list {
        Output::List(items) => items,
        other => panic!("a list, not {other:?}"),
    }
}

fn text(value: &Output) -> &str {
    match value {
        Output::Text(text) => text,
        other => panic!("a text, not {other:?}"),
    }
}

fn minute_of(clock: &str) -> i64 {
    let (hours, minutes) = clock.split_once(':').unwrap();
    hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap()
}

/// Whether a moment of the interval's own time zone lies in it.
fn contains(interval: &Output, at: DateTime) -> bool {
    let parts = items(field(interval, "time_intervals").unwrap());
    parts.iter().any(|part| part_contains(part, at))
}

fn part_contains(part: &Output, at: DateTime) -> bool {
    let any = |key: &str, holds: &dyn Fn(&Output) -> bool| {
        field(part, key).is_none_or(|ranges| items(ranges).iter().any(holds))
    };
    let numbers = |value: i64| {
        move |range: &Output| {
            let range = text(range);
            let (from, to) = range.split_once(':').unwrap_or((range, range));
            let (from, to): (i64, i64) = (from.parse().unwrap(), to.parse().unwrap());
            assert!(from <= to, "Alertmanager refuses {from}:{to}");
            (from..=to).contains(&value)
        }
    };
    let minute = i64::from(at.hour()) * 60 + i64::from(at.minute());
    let within = |range: &Output| {
        let end = |key| minute_of(text(field(range, key).unwrap()));
        let (start, end) = (end("start_time"), end("end_time"));
        assert!(
            start < end,
            "Alertmanager refuses times that end before they begin"
        );
        (start..end).contains(&minute)
    };
    let weekday = Weekday::ALL[at.weekday().to_monday_zero_offset() as usize].to_string();
    any("times", &within)
        && any("weekdays", &|day| text(day) == weekday)
        && any("days_of_month", &numbers(at.day().into()))
        && any("months", &numbers(at.month().into()))
        && any("years", &numbers(at.year().into()))
}

/// What the workspace means.
fn means(times: &Times, at: DateTime) -> bool {
    match times {
        Times::Once { from, to } => *from <= at && at < *to,
        Times::Weekly { days, from, to } => {
            let (from, to) = (minute_of(&from.to_string()), minute_of(&to.to_string()));
            let end = if to > from { to } else { to + DAY };
            let minute = i64::from(at.hour()) * 60 + i64::from(at.minute());
            let today = at.weekday().to_monday_zero_offset() as i64;
            (0..=2).any(|ago| {
                let began = Weekday::ALL[(today - ago).rem_euclid(7) as usize];
                days.contains(&began) && (from..end).contains(&(minute + ago * DAY))
            })
        }
    }
}

#[track_caller]
fn check(times: &Times, moments: impl IntoIterator<Item = DateTime>) {
    let interval = interval("i", times, "Europe/Berlin");
    for at in moments {
        assert_eq!(
            contains(&interval, at),
            means(times, at),
            "{at} of {times:?}\n{}",
            print(&interval)
        );
    }
}

/// Every minute of a week.
fn week() -> impl Iterator<Item = DateTime> {
    let start = date(2026, 11, 30).at(0, 0, 0, 0);
    (0..7 * DAY).map(move |minute| start.checked_add(minute.minutes()).unwrap())
}

fn weekly(days: &[Weekday], from: &str, to: &str) -> Times {
    Times::Weekly {
        days: days.to_vec(),
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
    }
}

#[test]
fn weekly_times_hold_over_midnight_and_to_the_end_of_the_day() {
    use Weekday::*;
    let days: [&[Weekday]; 4] = [
        &[Monday, Friday],
        &[Sunday],
        &[Saturday, Sunday],
        &Weekday::ALL,
    ];
    let ends = ["00:00", "00:01", "09:00", "17:30", "23:59", "24:00"];
    for days in days {
        for from in ends {
            for to in ends {
                check(&weekly(days, from, to), week());
            }
        }
    }
}

/// Minutes around the ends and around every turn of a month between them.
fn around(from: DateTime, to: DateTime) -> Vec<DateTime> {
    let mut turns = vec![from, to];
    let mut month = from.date().first_of_month();
    while month <= to.date() {
        turns.push(month.at(0, 0, 0, 0));
        month = month.last_of_month().tomorrow().unwrap();
    }
    turns.extend([from.date().at(0, 0, 0, 0), to.date().at(0, 0, 0, 0)]);
    let minutes = [-DAY, -60, -2, -1, 0, 1, 2, 60, DAY];
    let near = |at: DateTime| minutes.map(|minute| at.checked_add(minute.minutes()).unwrap());
    turns.into_iter().flat_map(near).collect()
}

#[track_caller]
fn check_once(from: DateTime, to: DateTime) {
    check(&Times::Once { from, to }, around(from, to));
}

#[test]
fn what_happens_once_is_exact_over_days_months_and_years() {
    let at = |y, m, d, hour, minute| date(y, m, d).at(hour, minute, 0, 0);
    check_once(at(2026, 12, 1, 22, 0), at(2026, 12, 1, 22, 1));
    check_once(at(2026, 12, 1, 22, 0), at(2026, 12, 2, 0, 0));
    check_once(at(2026, 12, 1, 0, 0), at(2026, 12, 2, 0, 0));
    check_once(at(2026, 12, 31, 22, 0), at(2027, 1, 1, 2, 30));
    check_once(at(2027, 2, 28, 23, 59), at(2028, 3, 1, 0, 1));
    check_once(at(2026, 1, 1, 0, 0), at(2030, 1, 1, 0, 0));
    check_once(at(2026, 1, 2, 0, 0), at(2026, 12, 31, 0, 0));
    check_once(at(2026, 5, 17, 3, 7), at(2041, 8, 4, 21, 9));
}

#[test]
fn an_interval_of_many_years_is_written_in_few_parts() {
    let at = |y, m, d| date(y, m, d).at(12, 30, 0, 0);
    let times = Times::Once {
        from: at(1, 2, 3),
        to: at(9999, 11, 12),
    };
    let written = interval("i", &times, "UTC");
    assert_eq!(items(field(&written, "time_intervals").unwrap()).len(), 7);
}

fn any_times() -> impl Strategy<Value = Times> {
    let clock = || {
        (0..=DAY).prop_map(|m| {
            format!("{:02}:{:02}", m / 60, m % 60)
                .parse::<Clock>()
                .unwrap()
        })
    };
    let days = proptest::sample::subsequence(Weekday::ALL.to_vec(), 1..=7);
    let weekly =
        (days, clock(), clock()).prop_map(|(days, from, to)| Times::Weekly { days, from, to });
    let moment = 0..(4_000 * DAY);
    let once = (moment, prop_oneof![1..3 * DAY, 1..900 * DAY]).prop_map(|(start, length)| {
        let from = date(2026, 1, 1)
            .at(0, 0, 0, 0)
            .checked_add(start.minutes())
            .unwrap();
        let to = from.checked_add(length.minutes()).unwrap();
        Times::Once { from, to }
    });
    prop_oneof![weekly, once]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_times_mean_what_the_workspace_says(times in any_times(), minute in 0..DAY) {
        match &times {
            Times::Once { from, to } => check(&times, around(*from, *to)),
            Times::Weekly { .. } => check(&times, week().skip(minute as usize).step_by(7)),
        }
    }
}

#[test]
fn the_oldest_version_takes_every_interval() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let intervals = (0..300).map(|at| {
        let times = any_times().new_tree(&mut runner).unwrap().current();
        let zone = ["Europe/Berlin", "UTC", "America/St_Johns"][at % 3];
        interval(&format!("i{at}"), &times, zone)
    });
    let config = Output::map([
        ("route", Output::map([("receiver", Output::text("none"))])),
        (
            "receivers",
            Output::List(vec![Output::map([("name", Output::text("none"))])]),
        ),
        ("time_intervals", Output::List(intervals.collect())),
    ]);
    check_config(&print(&config)).expect_success("amtool check-config");
}
