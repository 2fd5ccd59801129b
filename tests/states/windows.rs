//! Windows of a history against sums over everything that was ever counted.

use burnwatch::base::Duration;
use burnwatch::evaluate::history::Stretch;
use burnwatch::evaluate::{Contents, History, Period, Resolution};
use burnwatch::plan;
use proptest::prelude::*;

use crate::slos;
use crate::track::{BEGIN_MS, MINUTE_MS, WORKSPACE, file};

fn history(minutes: &[Option<Contents>]) -> History {
    let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
    let mut history = History::new(resolution, BEGIN_MS);
    minutes.iter().for_each(|minute| history.push(*minute));
    history
}

fn sum(minutes: &[Option<Contents>]) -> (f64, f64, f64) {
    let known = minutes.iter().flatten();
    known.fold((0.0, 0.0, 0.0), |sum, contents| {
        (
            sum.0 + contents.events,
            sum.1 + contents.errors,
            sum.2 + MINUTE_MS as f64,
        )
    })
}

/// What happens is a function of the minute, so that a failing case can be read.
fn minute(seed: u64, at: usize) -> Option<Contents> {
    let mut x = seed ^ (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 32;
    (!x.is_multiple_of(19)).then_some(Contents {
        events: (x % 1000) as f64,
        errors: (x % 7) as f64,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn windows_within_the_fine_age_are_exact(
        seed in any::<u64>(),
        length in 1_usize..1_500,
        back in 0_usize..200,
        window in 1_usize..161,
    ) {
        let minutes: Vec<_> = (0..length).map(|at| minute(seed, at)).collect();
        let history = history(&minutes);
        let to = length.saturating_sub(back);
        let from = to.saturating_sub(window);
        let at = |minute: usize| BEGIN_MS + minute as i64 * MINUTE_MS;
        let stretch = history.stretch(at(from), at(to));
        let found = (stretch.contents.events, stretch.contents.errors, stretch.known_ms);
        prop_assert_eq!(found, sum(&minutes[from..to]));
    }

    /// The far edge of a long window is off by what happened in one mark at most.
    #[test]
    fn long_windows_are_off_by_one_mark_at_most(
        seed in any::<u64>(),
        days in 4_usize..40,
        window_hours in 7_usize..720,
    ) {
        let length = days * 1_440;
        let minutes: Vec<_> = (0..length).map(|at| minute(seed, at)).collect();
        let history = history(&minutes);
        let from = length.saturating_sub(window_hours * 60);
        let at = |minute: usize| BEGIN_MS + minute as i64 * MINUTE_MS;
        let stretch = history.stretch(at(from), at(length));
        let mark = if window_hours <= 72 { 5 } else { 60 };
        let least = sum(&minutes[(from + mark).min(length)..]);
        let most = sum(&minutes[from.saturating_sub(mark)..]);
        // Counts are whole, and totals of a million are far from where doubles lose them.
        prop_assert!(least.0 <= stretch.contents.events && stretch.contents.events <= most.0);
        prop_assert!(least.1 <= stretch.contents.errors && stretch.contents.errors <= most.1);
        prop_assert!(least.2 <= stretch.known_ms && stretch.known_ms <= most.2);
    }
}

#[test]
fn thirty_days_cost_forty_kilobytes_at_most() {
    let minutes: Vec<_> = (0..40 * 1_440).map(|at| minute(7, at)).collect();
    let bytes = history(&minutes).bytes();
    assert!(bytes <= 40_000, "{bytes} bytes");
    // A year costs little more, and a day much less.
    let resolution = Resolution::new(Duration::minutes(1), Duration::days(366));
    let mut year = History::new(resolution, BEGIN_MS);
    (0..400 * 1_440).for_each(|at| year.push(minute(7, at)));
    assert!(year.bytes() <= 44_000, "{} bytes", year.bytes());
    let day = history(&minutes[..1_440]).bytes();
    assert!(day <= 16_000, "{day} bytes");
}

/// Totals begin anew before doubles lose single events.
#[test]
fn single_events_are_not_lost_among_very_many() {
    let busy = Contents {
        events: 3e12,
        errors: 0.0,
    };
    let mut minutes = vec![Some(busy); 3_000];
    minutes.push(Some(Contents {
        events: 1.0,
        errors: 1.0,
    }));
    let history = history(&minutes);
    let now_ms = history.now_ms();
    let last = history.stretch(now_ms - MINUTE_MS, now_ms);
    assert_eq!((last.contents.events, last.contents.errors), (1.0, 1.0));
    let all = history.stretch(BEGIN_MS, now_ms);
    assert_eq!(all.known_ms, 3_001.0 * MINUTE_MS as f64);
    assert_eq!(all.contents.events, 9_000e12 + 1.0);
}

fn check(fields: &str, at: &str, expected: (&str, &str)) {
    let (slos, _) = slos::read(WORKSPACE, &file(fields));
    let at_ms = at.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let (begin_ms, end_ms) = Period::of(&slos[0]).around(at_ms);
    let text = |ms| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
    let found = (text(begin_ms), text(end_ms));
    assert_eq!(
        (found.0.as_str(), found.1.as_str()),
        expected,
        "{fields} {at}"
    );
}

fn calendar(unit: &str, zone: &str) -> String {
    format!(
        "    period: {{calendar: {unit}, time_zone: {zone}}}\n    alerting: {{tiers: [{{name: fast, severity: page, burn_rate: 2, long: 1h}}]}}\n"
    )
}

/// E9.
#[test]
fn periods_of_the_calendar_begin_where_people_live() {
    let berlin = |unit| calendar(unit, "Europe/Berlin");
    check(
        &berlin("month"),
        "2026-03-31T21:59:59Z",
        ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
    );
    check(
        &berlin("month"),
        "2026-03-31T22:00:00Z",
        ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
    );
    check(
        &berlin("month"),
        "2026-03-31T22:00:00.001Z",
        ("2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"),
    );
    // The day on which clocks go forward has 23 hours, and the one on which they go back 25.
    check(
        &berlin("day"),
        "2026-03-29T12:00:00Z",
        ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    );
    check(
        &berlin("day"),
        "2026-10-25T12:00:00Z",
        ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
    );
    check(
        &berlin("week"),
        "2026-01-11T12:00:00Z",
        ("2026-01-04T23:00:00Z", "2026-01-11T23:00:00Z"),
    );
    check(
        &berlin("quarter"),
        "2026-05-15T12:00:00Z",
        ("2026-03-31T22:00:00Z", "2026-06-30T22:00:00Z"),
    );
    check(
        &berlin("year"),
        "2026-05-15T12:00:00Z",
        ("2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
    );
    // Clocks skip midnight there.
    check(
        &calendar("day", "America/Sao_Paulo"),
        "2018-11-04T12:00:00Z",
        ("2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
    );
}

#[test]
fn the_calendar_leaves_what_the_traffic_so_far_will_have_left() {
    let (slos, _) = slos::read(WORKSPACE, &file(&calendar("day", "Etc/UTC")));
    let period = Period::of(&slos[0]);
    let contents = Contents {
        events: 1_000.0,
        errors: 1.0,
    };
    // The whole budget of six hours of traffic is a quarter of that of the day.
    let six = BEGIN_MS + 6 * 60 * MINUTE_MS;
    let left = |contents, at_ms| {
        let known_ms = (at_ms - BEGIN_MS) as f64;
        period.left(Stretch { contents, known_ms }, 0.001, at_ms)
    };
    assert_eq!(left(contents, six), Some(0.75));
    let midnight = BEGIN_MS + 24 * 60 * MINUTE_MS;
    assert_eq!(left(contents, midnight), Some(0.0));
    assert_eq!(left(Contents::NONE, six), None);
}

/// In a step and one scrape before it there must be two samples. Steps divide the evaluation interval only where that can be.
#[test]
fn a_step_is_no_shorter_than_a_scrape() {
    let check = |rules: &str, step: &str| {
        let workspace = format!("{WORKSPACE}rules: {{{rules}}}\n");
        let (slos, settings) = slos::read(&workspace, &file(""));
        let plan = plan::plan(&slos[0], slos[0].windows);
        let step: Duration = step.parse().unwrap();
        let found = Resolution::of(&plan, &settings).step_ms();
        assert_eq!(found, step.as_ms() as i64, "{rules}");
    };
    check("interval: 1m, scrape_interval: 15s", "1m");
    check("interval: 1m, scrape_interval: 60s", "1m");
    check("interval: 30s, scrape_interval: 15s", "30s");
    check("interval: 30s, scrape_interval: 60s", "1m");
    check("interval: 1m, scrape_interval: 2m", "2m30s");
    check("interval: 5m, scrape_interval: 15s", "5m");
}

/// A short window of 7m5s would be counted in steps of five seconds.
#[test]
fn a_short_window_that_is_not_written_is_whole_minutes() {
    let check = |long: &str, short: &str, step: &str| {
        let fields = format!(
            "    alerting:\n      tiers:\n        - {{name: fast, severity: page, burn_rate: 2, long: {long}}}\n"
        );
        let (slos, settings) = slos::read(WORKSPACE, &file(&fields));
        let plan = plan::plan(&slos[0], slos[0].windows);
        assert_eq!(plan.tiers[0].tier.short.to_string(), short, "{long}");
        let step: Duration = step.parse().unwrap();
        let found = Resolution::of(&plan, &settings).step_ms();
        assert_eq!(found, step.as_ms() as i64, "{long}");
    };
    check("85m", "8m", "1m");
    check("1h", "5m", "1m");
    check("3d", "6h", "1m");
    check("36m", "3m", "1m");
    check("5m", "1m", "1m");
    check("2m", "1m", "1m");
    check("11h55m", "1h", "1m");
    check("12h", "1h", "1m");
    check("12h5m", "1h5m", "1m");
    check("13h", "1h5m", "1m");
}
