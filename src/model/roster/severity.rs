//! A severity: whether it wakes somebody, how urgent it is, how fast its alerts are told.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::base::{Duration, Name, Span, Spanned};
use crate::diagnostics::code::SP007;
use crate::diagnostics::{Finding, Findings};
use crate::spec::Record;

/// The longest time after which a message is repeated: Alertmanager forgets what it has sent after that, unless told
/// otherwise (`--data.retention`).
pub const REPEAT_MAX: Duration = Duration::days(5);
/// The shortest time between two messages of one group.
pub const GROUP_INTERVAL_MIN: Duration = Duration::from_ms(1_000);

/// A severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity {
    /// Where it is defined, unless it is built in.
    pub span: Option<Span>,
    /// Whether it wakes somebody.
    pub wakes: Wakes,
    /// How urgent it is, where that is said.
    pub priority: Option<Priority>,
    /// How soon somebody answers, where that is said.
    pub response: Option<Duration>,
    /// How fast Alertmanager tells of its alerts.
    pub timers: Timers,
}

/// Whether a severity wakes somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wakes {
    /// At any hour.
    Anytime,
    /// Not before office hours.
    Never,
}

/// How urgent a severity is; the first is the most urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Everything else waits.
    P0,
    /// At once.
    P1,
    /// Today.
    P2,
    /// This week.
    P3,
}

/// How fast Alertmanager tells of alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// From the first alert of a group to its first message.
    pub group_wait: Duration,
    /// From one message of a group to the next, where something changed.
    pub group_interval: Duration,
    /// From one message of a group to the next, where nothing changed.
    pub repeat_interval: Duration,
}

impl Timers {
    /// For alerts that wake somebody: fast.
    pub const FAST: Timers = Timers {
        group_wait: Duration::from_ms(10_000),
        group_interval: Duration::minutes(1),
        repeat_interval: Duration::hours(1),
    };
    /// For all others: slow, so that what belongs together arrives together.
    pub const SLOW: Timers = Timers {
        group_wait: Duration::minutes(5),
        group_interval: Duration::minutes(10),
        repeat_interval: Duration::days(1),
    };
}

/// The severities of a workspace that defines none.
pub(super) fn built_in() -> BTreeMap<Name, Severity> {
    let name = |text: &str| text.parse().expect("a literal name is a name");
    BTreeMap::from([
        (name("page"), Severity::new(None, Wakes::Anytime)),
        (name("ticket"), Severity::new(None, Wakes::Never)),
    ])
}

impl Severity {
    /// A severity of which nothing else is said.
    fn new(span: Option<Span>, wakes: Wakes) -> Severity {
        Severity {
            span,
            wakes,
            priority: None,
            response: None,
            timers: match wakes {
                Wakes::Anytime => Timers::FAST,
                Wakes::Never => Timers::SLOW,
            },
        }
    }

    /// What the workspace says of one.
    pub(super) fn of(span: Span, record: &Record<'_>, findings: &mut Findings) -> Option<Severity> {
        let wakes = match record.text("wakes").map(|text| text.value) {
            Some("true") => Wakes::Anytime,
            Some(_) | None => Wakes::Never,
        };
        let mut severity = Severity::new(Some(span), wakes);
        severity.priority = record.parse("priority").map(|priority| priority.value);
        severity.response = record.parse("response").map(|response| response.value);
        let timers = &mut severity.timers;
        if let Some(wait) = record.parse("group_wait") {
            timers.group_wait = wait.value;
        }
        if let Some(interval) = record.parse::<Duration>("group_interval") {
            match interval.value >= GROUP_INTERVAL_MIN {
                true => timers.group_interval = interval.value,
                false => findings.push(
                    out_of_range(interval, "short").label(format!("at least {GROUP_INTERVAL_MIN}")),
                ),
            }
        }
        if let Some(repeat) = record.parse::<Duration>("repeat_interval") {
            match (repeat.value >= timers.group_interval, repeat.value <= REPEAT_MAX) {
                (true, true) => timers.repeat_interval = repeat.value,
                (false, _) => findings.push(
                    out_of_range(repeat, "short")
                        .label(format!("at least `group_interval`, {}", timers.group_interval)),
                ),
                (true, false) => findings.push(
                    out_of_range(repeat, "long").label(format!("at most {REPEAT_MAX}")).note(
                        "Alertmanager forgets after that what it has sent, and would repeat it at once",
                    ),
                ),
            }
        }
        Some(severity)
    }

    /// Ranks severities: what wakes comes first, then what is more urgent; equal ranks do not silence one another.
    pub fn rank(&self) -> (bool, Priority) {
        (
            self.wakes == Wakes::Never,
            self.priority.unwrap_or(Priority::P3),
        )
    }
}

fn out_of_range(interval: Spanned<Duration>, what: &str) -> Finding {
    let title = format!("an interval of {} is too {what}", interval.value);
    Finding::new(SP007, interval.span, title)
}

impl FromStr for Priority {
    type Err = ();

    fn from_str(text: &str) -> Result<Priority, ()> {
        match text {
            "P0" => Ok(Priority::P0),
            "P1" => Ok(Priority::P1),
            "P2" => Ok(Priority::P2),
            "P3" => Ok(Priority::P3),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Priority::P0 => "P0",
            Priority::P1 => "P1",
            Priority::P2 => "P2",
            Priority::P3 => "P3",
        })
    }
}
