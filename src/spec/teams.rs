//! The shapes of who is reached, and when: severities, teams, maintenance.

use super::scalar::{BOOL, CLOCK, DURATION, MOMENT, NAME, TEXT, TIME_ZONE};
use super::shape::{Object, Shape, defaulted, optional, required};
use super::workspace_file::ITEMS_MAX;
use crate::choice;

choice!(
    /// Days of the week.
    DAY, "a day", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
);
choice!(
    /// How urgent a severity is.
    PRIORITY, "a priority", ["P0", "P1", "P2", "P3"]
);

/// Most steps of escalation.
pub const STEPS_MAX: usize = 20;

static NAMES: Shape = Shape::List(&Shape::Scalar(&NAME), ITEMS_MAX);
static DAYS: Shape = Shape::List(&Shape::Scalar(&DAY), 7);

/// A severity.
pub static SEVERITY: Object = Object {
    name: "a severity",
    fields: &[
        defaulted(
            "wakes",
            Shape::Scalar(&BOOL),
            "false",
            "Whether its alerts wake somebody at night.",
        ),
        optional(
            "priority",
            Shape::Scalar(&PRIORITY),
            "How urgent it is, `P0` first: the label `slo_priority` of its alerts, Opsgenie's priority, and a line of runbooks.",
        ),
        optional(
            "response",
            Shape::Scalar(&DURATION),
            "How soon somebody answers: the label `slo_response` of its alerts, and a line of runbooks.",
        ),
        defaulted(
            "group_wait",
            Shape::Scalar(&DURATION),
            "10s where it wakes, else 5m",
            "How long Alertmanager waits for more alerts of the same SLO before the first message.",
        ),
        defaulted(
            "group_interval",
            Shape::Scalar(&DURATION),
            "1m where it wakes, else 10m",
            "How long it waits before it tells of a change, the end included. A message that a receiver has not taken by then is tried anew.",
        ),
        defaulted(
            "repeat_interval",
            Shape::Scalar(&DURATION),
            "1h where it wakes, else 1d",
            "How long it waits before it repeats a message while nothing changes; at most 5d, since it forgets after that.",
        ),
    ],
    one_of: &[],
};

static ESCALATION: Object = Object {
    name: "a step of escalation",
    fields: &[
        required(
            "after",
            Shape::Scalar(&DURATION),
            "How long nobody has acknowledged.",
        ),
        required("notify", NAMES, "Who is told in addition."),
    ],
    one_of: &[],
};

static OFFICE_HOURS: Object = Object {
    name: "office hours",
    fields: &[
        required("days", DAYS, "The days."),
        required("from", Shape::Scalar(&CLOCK), "When they begin."),
        required(
            "to",
            Shape::Scalar(&CLOCK),
            "When they end; before `from`, it is that of the next day.",
        ),
        defaulted(
            "time_zone",
            Shape::Scalar(&TIME_ZONE),
            "UTC",
            "The IANA time zone.",
        ),
    ],
    one_of: &[],
};

/// A team.
pub static TEAM: Object = Object {
    name: "a team",
    fields: &[
        optional(
            "notify",
            Shape::Map {
                key: &NAME,
                value: &NAMES,
            },
            "Receivers for each severity.",
        ),
        optional(
            "escalate",
            Shape::List(&Shape::Object(&ESCALATION), STEPS_MAX),
            "Whom a page reaches in addition, until somebody acknowledges. Runbooks print it; the daemon does it, Alertmanager cannot.",
        ),
        optional(
            "fallback",
            NAMES,
            "Receivers for when all others fail. The daemon uses them, Alertmanager cannot.",
        ),
        optional(
            "contacts",
            Shape::Map {
                key: &NAME,
                value: &Shape::Scalar(&TEXT),
            },
            "What runbooks print of the team, such as `chat` and `schedule_url`.",
        ),
        optional(
            "office_hours",
            Shape::Object(&OFFICE_HOURS),
            "When alerts that do not wake are sent; at any time unless given.",
        ),
    ],
    one_of: &[],
};

/// Planned maintenance.
pub static MAINTENANCE: Object = Object {
    name: "a planned maintenance",
    fields: &[
        required(
            "from",
            Shape::Scalar(&MOMENT),
            "When it begins: once, as in `2026-12-01 22:00`, or on every one of `days`, as in `22:00`.",
        ),
        required(
            "to",
            Shape::Scalar(&MOMENT),
            "When it ends, written as `from` is. A time of day before `from` is that of the next day.",
        ),
        optional(
            "days",
            DAYS,
            "Where it comes back: the days on which it begins; every day unless given.",
        ),
        defaulted(
            "time_zone",
            Shape::Scalar(&TIME_ZONE),
            "UTC",
            "The IANA time zone.",
        ),
        optional("teams", NAMES, "Whose alerts; everybody's unless given."),
        optional(
            "services",
            NAMES,
            "Alerts of which services; of all unless given.",
        ),
        optional(
            "severities",
            NAMES,
            "Alerts of which severities; all unless given.",
        ),
    ],
    one_of: &[],
};
