//! When the period of an SLO began, rolling or by the calendar, and what it leaves of the budget.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::base::Duration;
use crate::model::Slo;
use crate::model::slo::Calendar;

use super::history::Stretch;
use super::resolution::ms;
use super::tier::budget_left;

/// The time over which an objective holds.
#[derive(Clone, Debug)]
pub enum Period {
    /// Always the same length, up to now.
    Rolling(Duration),
    /// From the beginning of a unit of the calendar.
    Calendar(Unit, TimeZone),
}

/// A unit of the calendar. Weeks begin on Monday (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the units speak for themselves")]
pub enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Period {
    /// The period of `slo`.
    pub fn of(slo: &Slo) -> Period {
        match &slo.calendar {
            None => Period::Rolling(slo.period),
            Some(calendar) => Period::calendar(calendar),
        }
    }

    fn calendar(calendar: &Calendar) -> Period {
        let unit = match calendar.unit.as_str() {
            "day" => Unit::Day,
            "week" => Unit::Week,
            "month" => Unit::Month,
            "quarter" => Unit::Quarter,
            "year" => Unit::Year,
            other => unreachable!("`{other}` was checked to be a unit of the calendar"),
        };
        Period::Calendar(unit, zone(&calendar.time_zone))
    }

    /// When the period that holds the moment before `at_ms` begins and ends. A rolling one ends at `at_ms`.
    pub fn around(&self, at_ms: i64) -> (i64, i64) {
        match self {
            Period::Rolling(length) => (at_ms - ms(*length), at_ms),
            Period::Calendar(unit, zone) => unit.around(at_ms - 1, zone),
        }
    }

    /// The share of the budget that is left at `at_ms`, of a period of which this is known so far; nothing without events.
    ///
    /// In a rolling period: 1 - errors / (budget x events). In the calendar the known traffic is taken to go on and to have been
    /// there before without errors, so that the budget is that of the whole unit: what was spent is weighted by the share of the
    /// unit that is known.
    pub fn left(&self, so_far: Stretch, budget: f64, at_ms: i64) -> Option<f64> {
        let left = budget_left(so_far.contents, budget)?;
        let share = match self {
            Period::Rolling(_) => 1.0,
            Period::Calendar(..) => {
                let (begin_ms, end_ms) = self.around(at_ms);
                so_far.known_ms / (end_ms - begin_ms) as f64
            }
        };
        Some(1.0 - (1.0 - left) * share)
    }
}

/// A zone of the data that is compiled in, so that nothing depends on the host.
fn zone(name: &str) -> TimeZone {
    crate::base::zone::zone(name).expect("the zone was checked to exist")
}

impl Unit {
    fn around(self, at_ms: i64, zone: &TimeZone) -> (i64, i64) {
        let moment = Timestamp::from_millisecond(at_ms)
            .expect("times of samples are within ten thousand years");
        let now = moment.to_zoned(zone.clone());
        let date = now.date();
        let first = match self {
            Unit::Day => date,
            Unit::Week => {
                let since = i64::from(date.weekday().to_monday_zero_offset());
                date.saturating_sub(since.days())
            }
            Unit::Month => date.first_of_month(),
            Unit::Quarter => {
                let month = (date.month() - 1) / 3 * 3 + 1;
                jiff::civil::date(date.year(), month, 1)
            }
            Unit::Year => date.first_of_year(),
        };
        let next = match self {
            Unit::Day => first.saturating_add(1.day()),
            Unit::Week => first.saturating_add(7.days()),
            Unit::Month => first.saturating_add(1.month()),
            Unit::Quarter => first.saturating_add(3.months()),
            Unit::Year => first.saturating_add(1.year()),
        };
        (
            starts_ms(first.at(0, 0, 0, 0), zone),
            starts_ms(next.at(0, 0, 0, 0), zone),
        )
    }
}

/// When a civil day begins. Where the clock skips midnight, at the first moment after it.
fn starts_ms(midnight: DateTime, zone: &TimeZone) -> i64 {
    let zoned: Zoned = zone
        .to_ambiguous_zoned(midnight)
        .compatible()
        .expect("a day of this era has a beginning");
    zoned.timestamp().as_millisecond()
}
