//! Planned maintenance: times in which some alerts are not sent.

use jiff::civil::{Date, DateTime, Time};

use crate::base::{Name, Span, Spanned};
use crate::diagnostics::code::SP007;
use crate::diagnostics::{Finding, Findings};
use crate::spec::Record;

use super::team::names;
use super::times::{Clock, Times, days, time_zone, weekly};

/// A planned maintenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintenance {
    /// Where it is defined.
    pub span: Span,
    /// When it is.
    pub times: Times,
    /// The IANA time zone that the times are in.
    pub time_zone: String,
    /// Whose alerts; everybody's where it names none.
    pub teams: Vec<Spanned<Name>>,
    /// Alerts of which services; all where it names none.
    pub services: Vec<Spanned<Name>>,
    /// Alerts of which severities; all where it names none.
    pub severities: Vec<Spanned<Name>>,
}

impl Maintenance {
    /// What the workspace says of one.
    pub(super) fn of(
        span: Span,
        record: &Record<'_>,
        findings: &mut Findings,
    ) -> Option<Maintenance> {
        Some(Maintenance {
            span,
            times: times(record, findings)?,
            time_zone: time_zone(record),
            teams: names(record.list("teams")),
            services: names(record.list("services")),
            severities: names(record.list("severities")),
        })
    }

    /// Whether it is about alerts of this team and severity, of some service at least.
    pub fn covers(&self, team: &Name, severity: &Name) -> bool {
        let named = |names: &[Spanned<Name>], name: &Name| {
            names.is_empty() || names.iter().any(|each| each.value == *name)
        };
        named(&self.teams, team) && named(&self.severities, severity)
    }
}

fn times(record: &Record<'_>, findings: &mut Findings) -> Option<Times> {
    let (from, to) = (record.text("from")?, record.text("to")?);
    match (moment(from.value)?, moment(to.value)?) {
        (Moment::Clock(start), Moment::Clock(end)) => {
            let times = weekly(days(record.list("days")), start, end, from.span, findings)?;
            if times.is_always() {
                findings.push(
                    Finding::new(SP007, from.span, "a maintenance that never ends")
                        .label("every day, from its beginning to its end")
                        .help("name `days`, or a shorter time"),
                );
                return None;
            }
            Some(times)
        }
        (Moment::Once(start), Moment::Once(end)) => {
            if let Some(span) = record.key_span("days") {
                findings.push(
                    Finding::new(SP007, span, "a maintenance with a date has no days")
                        .label("`from` and `to` say when it is, once"),
                );
                return None;
            }
            if end > start {
                return Some(Times::Once {
                    from: start,
                    to: end,
                });
            }
            findings.push(
                Finding::new(SP007, to.span, "a maintenance ends before it begins")
                    .label("this is not later")
                    .also(from.span, "than this"),
            );
            None
        }
        (Moment::Clock(_), Moment::Once(_)) | (Moment::Once(_), Moment::Clock(_)) => {
            findings.push(
                Finding::new(
                    SP007,
                    to.span,
                    "a maintenance begins or ends without a date",
                )
                .label("with a date in both it is once, without one in both it comes back")
                .also(from.span, "the other end"),
            );
            None
        }
    }
}

enum Moment {
    Clock(Clock),
    Once(DateTime),
}

fn moment(text: &str) -> Option<Moment> {
    let Some((date, clock)) = text.split_once(' ') else {
        return Some(Moment::Clock(text.parse().ok()?));
    };
    let date: Date = date.parse().ok()?;
    // The end of a day is the beginning of the next.
    if clock == "24:00" {
        return Some(Moment::Once(date.tomorrow().ok()?.to_datetime(Time::MIN)));
    }
    Some(Moment::Once(date.to_datetime(clock.parse::<Time>().ok()?)))
}
