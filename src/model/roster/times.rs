//! Times of the day and of the week, in a time zone of people.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::base::Span;
use crate::diagnostics::code::SP007;
use crate::diagnostics::{Finding, Findings};
use crate::spec::{Record, record};
use crate::yaml::Node;

/// A time of day, in minutes from midnight; 24:00 is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(u16);

impl Clock {
    /// When a day begins.
    pub const MIDNIGHT: Clock = Clock(0);
    /// When it ends.
    pub const END: Clock = Clock(24 * 60);
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the days speak for themselves")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// The week.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// The day after.
    pub fn next(self) -> Weekday {
        Weekday::ALL[(self as usize + 1) % 7]
    }
}

/// A stretch of time, once or each week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Times {
    /// On these days; one that ends before it begins ends on the next day.
    Weekly {
        /// The days on which it begins, each once, in the order of the week.
        days: Vec<Weekday>,
        /// When it begins.
        from: Clock,
        /// When it ends.
        to: Clock,
    },
    /// Once.
    Once {
        /// When it begins.
        from: DateTime,
        /// When it ends, which is later.
        to: DateTime,
    },
}

/// When a team works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    /// The hours.
    pub times: Times,
    /// The IANA time zone that they are in.
    pub time_zone: String,
}

impl Times {
    /// Whether there is no time outside of it.
    pub fn is_always(&self) -> bool {
        match self {
            Times::Weekly { days, from, to } => {
                let whole = (*from, *to) == (Clock::MIDNIGHT, Clock::END) || from == to;
                whole && days.len() == Weekday::ALL.len()
            }
            Times::Once { .. } => false,
        }
    }

    /// Whether a moment, in Unix milliseconds, lies in it. Exact to the minute, as in Alertmanager: the minute in which it
    /// ends lies outside.
    pub fn contain(&self, at_ms: i64, zone: &TimeZone) -> bool {
        let Ok(moment) = Timestamp::from_millisecond(at_ms) else {
            return false;
        };
        let there = zone.to_datetime(moment);
        match self {
            Times::Once { from, to } => *from <= there && there < *to,
            Times::Weekly { days, from, to } => {
                let day =
                    |date: Date| Weekday::ALL[date.weekday().to_monday_zero_offset() as usize];
                let minute = u16::from(there.hour().unsigned_abs()) * 60
                    + u16::from(there.minute().unsigned_abs());
                let today = days.contains(&day(there.date()));
                if from < to {
                    return today && (from.0..to.0).contains(&minute);
                }
                let yesterday = there.date().yesterday();
                let since_yesterday = yesterday.is_ok_and(|date| days.contains(&day(date)));
                (today && minute >= from.0) || (since_yesterday && minute < to.0)
            }
        }
    }
}

impl OfficeHours {
    /// What the workspace says of some.
    pub(super) fn of(record: &Record<'_>, findings: &mut Findings) -> Option<OfficeHours> {
        let from = record.parse::<Clock>("from")?;
        let to = record.parse::<Clock>("to")?;
        let days = days(record.list("days"));
        Some(OfficeHours {
            times: weekly(days, from.value, to.value, from.span, findings)?,
            time_zone: time_zone(record),
        })
    }
}

/// Times of each week, which begin before the day ends; `place` is where the beginning is written.
pub(super) fn weekly(
    days: Vec<Weekday>,
    from: Clock,
    to: Clock,
    place: Span,
    findings: &mut Findings,
) -> Option<Times> {
    if from < Clock::END {
        return Some(Times::Weekly { days, from, to });
    }
    findings.push(
        Finding::new(SP007, place, "a time that begins when the day is over")
            .label("the next day begins at `00:00`"),
    );
    None
}

/// The IANA time zone that is named, or UTC.
pub(super) fn time_zone(record: &Record<'_>) -> String {
    record
        .text("time_zone")
        .map_or("UTC", |zone| zone.value)
        .to_string()
}

/// The days of a list, in the order of the week; all of them where there is none.
pub(super) fn days(nodes: &[Node]) -> Vec<Weekday> {
    let mut days: Vec<Weekday> = nodes
        .iter()
        .filter_map(|node| record::scalar(node)?.text.parse().ok())
        .collect();
    days.sort();
    days.dedup();
    match days.is_empty() {
        true => Weekday::ALL.to_vec(),
        false => days,
    }
}

impl FromStr for Clock {
    type Err = ();

    fn from_str(text: &str) -> Result<Clock, ()> {
        let (hours, minutes) = text.split_once(':').ok_or(())?;
        let (hours, minutes): (u16, u16) = (
            hours.parse().map_err(|_| ())?,
            minutes.parse().map_err(|_| ())?,
        );
        match hours < 24 && minutes < 60 || (hours, minutes) == (24, 0) {
            true => Ok(Clock(hours * 60 + minutes)),
            false => Err(()),
        }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Weekday {
    type Err = ();

    fn from_str(text: &str) -> Result<Weekday, ()> {
        let known = |day: &&Weekday| day.to_string()[..3].eq(text);
        Weekday::ALL.iter().find(known).copied().ok_or(())
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Weekday::Monday => "monday",
            Weekday::Tuesday => "tuesday",
            Weekday::Wednesday => "wednesday",
            Weekday::Thursday => "thursday",
            Weekday::Friday => "friday",
            Weekday::Saturday => "saturday",
            Weekday::Sunday => "sunday",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_read_and_shown() {
        let check = |text: &str, shown: Option<&str>| {
            let clock = text.parse::<Clock>().ok().map(|clock| clock.to_string());
            assert_eq!(clock.as_deref(), shown, "{text}");
        };
        check("09:05", Some("09:05"));
        check("24:00", Some("24:00"));
        check("24:01", None);
        check("12:60", None);
        check("noon", None);
    }

    #[test]
    fn a_moment_lies_in_a_time_or_outside() {
        use Weekday::{Friday, Monday};
        let berlin = crate::base::zone::zone("Europe/Berlin").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        let weekly = |days: &[Weekday], from: &str, to: &str| Times::Weekly {
            days: days.to_vec(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        };
        let check = |times: &Times, moment: &str, expected: bool| {
            assert_eq!(times.contain(at(moment), &berlin), expected, "{moment}");
        };
        // 2026-11-20 is a Friday; Berlin is an hour ahead of UTC.
        let office = weekly(&[Monday, Friday], "09:00", "17:00");
        check(&office, "2026-11-20T07:59:59Z", false);
        check(&office, "2026-11-20T08:00:00Z", true);
        check(&office, "2026-11-20T15:59:59Z", true);
        check(&office, "2026-11-20T16:00:00Z", false);
        check(&office, "2026-11-21T10:00:00Z", false);
        let night = weekly(&[Friday], "22:00", "06:00");
        check(&night, "2026-11-20T20:59:00Z", false);
        check(&night, "2026-11-20T21:00:00Z", true);
        check(&night, "2026-11-21T04:59:00Z", true);
        check(&night, "2026-11-21T05:00:00Z", false);
        check(&night, "2026-11-21T21:30:00Z", false);
        let whole = weekly(&[Friday], "00:00", "24:00");
        check(&whole, "2026-11-20T22:59:00Z", true);
        check(&whole, "2026-11-20T23:00:00Z", false);
        let once = Times::Once {
            from: "2026-11-20T23:00".parse().unwrap(),
            to: "2026-11-21T01:00".parse().unwrap(),
        };
        check(&once, "2026-11-20T22:00:00Z", true);
        check(&once, "2026-11-21T00:00:00Z", false);
    }

    #[test]
    fn a_week_goes_round() {
        assert_eq!("sun".parse(), Ok(Weekday::Sunday));
        assert_eq!(Weekday::Sunday.next(), Weekday::Monday);
        assert_eq!("sunday".parse::<Weekday>(), Err(()));
    }
}
