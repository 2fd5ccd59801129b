//! The shape of an SLO file.

use super::scalar::{
    COUNT, DECIMAL, DURATION, LABEL, NAME, PATH_OR_URL, PERCENT, Quoting, RATE, Scalar, TEXT,
    TIME_ZONE, check_choice,
};
use super::shape::{Object, Shape, Slot, defaulted, inherited, optional, required};
use crate::choice;
use crate::diagnostics::code::SP006;

/// The version of every file.
pub const API_VERSION: &str = "burnwatch/v1";
/// Most SLOs in one file.
pub const SLOS_MAX: usize = 20_000;
/// Most labels in `group_by`.
pub const GROUP_BY_MAX: usize = 10;
/// Most things that an SLO depends on.
pub const DEPENDS_ON_MAX: usize = 100;
/// Most tiers in one policy.
pub const TIERS_MAX: usize = 12;

choice!(
    /// What an SLO's alerts may do.
    MODE, "a mode", ["alert", "ticket-only", "observe"]
);
choice!(
    /// Which budget a tier is measured against.
    OF, "a budget", ["full", "remaining"]
);
choice!(
    /// How long windows are computed.
    WINDOWS, "a way to compute windows", ["recorded", "raw"]
);
choice!(
    /// Units of the calendar.
    CALENDAR, "a unit of the calendar", ["day", "week", "month", "quarter", "year"]
);

/// Labels and their values.
pub static LABELS: Shape = Shape::Map {
    key: &LABEL,
    value: &Shape::Scalar(&TEXT),
};

static CALENDAR_PERIOD: Object = Object {
    name: "a calendar period",
    fields: &[
        required(
            "calendar",
            Shape::Scalar(&CALENDAR),
            "The unit over which the objective holds.",
        ),
        defaulted(
            "time_zone",
            Shape::Scalar(&TIME_ZONE),
            "UTC",
            "The IANA time zone in which the unit begins.",
        ),
    ],
    one_of: &[],
};

/// One row of a policy.
pub static TIER: Object = Object {
    name: "a tier",
    fields: &[
        required(
            "name",
            Shape::Scalar(&NAME),
            "What the tier is called; unique in its policy, and a label of its alerts.",
        ),
        required(
            "severity",
            Shape::Scalar(&NAME),
            "The severity of its alerts, one of `severities`.",
        ),
        optional(
            "budget",
            Shape::Scalar(&PERCENT),
            "The share of the error budget that may be spent in the long window: burn rate = budget x period / long.",
        ),
        optional(
            "exhausts_in",
            Shape::Scalar(&DURATION),
            "How soon the whole budget would be gone at this pace: burn rate = period / exhausts_in.",
        ),
        optional(
            "burn_rate",
            Shape::Scalar(&DECIMAL),
            "The burn rate itself; 1 spends exactly the budget in the period.",
        ),
        defaulted(
            "of",
            Shape::Scalar(&OF),
            "full",
            "The budget that the pace is measured against: the whole one, or what is left of it (then the threshold falls as the budget is spent, never below a burn rate of 1).",
        ),
        required(
            "long",
            Shape::Scalar(&DURATION),
            "The long window, which decides when the tier fires.",
        ),
        defaulted(
            "short",
            Shape::Scalar(&DURATION),
            "1/12 of `long`, up to whole minutes",
            "The short window, which decides when it resets.",
        ),
        optional(
            "for",
            Shape::Scalar(&DURATION),
            "How long the condition must hold before the tier fires. The long window smooths already, so there is none by default.",
        ),
        optional(
            "keep_firing_for",
            Shape::Scalar(&DURATION),
            "How long the tier goes on after the condition has cleared. Older rulers refuse the field; see `docs/compatibility.md`.",
        ),
    ],
    one_of: &[&["budget", "exhausts_in", "burn_rate"]],
};

/// The tiers of a policy.
pub static TIERS: Shape = Shape::List(&Shape::Object(&TIER), TIERS_MAX);

/// An alert for missing data.
pub static NO_DATA: Object = Object {
    name: "an alert for missing data",
    fields: &[
        required("severity", Shape::Scalar(&NAME), "Its severity."),
        defaulted(
            "after",
            Shape::Scalar(&DURATION),
            "30m",
            "For how long there must be no series at all. Zero traffic is a series of zeros and never counts.",
        ),
    ],
    one_of: &[],
};

static ALERTING: Object = Object {
    name: "the alerting of an SLO",
    fields: &[
        defaulted(
            "policy",
            Shape::Scalar(&NAME),
            "google-sre",
            "A policy of the workspace, or a built-in one.",
        ),
        optional(
            "tiers",
            TIERS,
            "Tiers of this SLO alone, instead of a policy.",
        ),
        optional(
            "min_errors",
            Shape::Scalar(&COUNT),
            "As in a policy, for this SLO.",
        ),
        optional(
            "min_bad",
            Shape::Scalar(&DURATION),
            "As in a policy, for this SLO.",
        ),
        optional(
            "confidence",
            Shape::Scalar(&PERCENT),
            "As in a policy, for this SLO.",
        ),
        optional(
            "no_data",
            Shape::Object(&NO_DATA),
            "As in a policy, for this SLO.",
        ),
        defaulted(
            "mode",
            Shape::Scalar(&MODE),
            "alert",
            "`ticket-only` wakes nobody, `observe` records and never alerts.",
        ),
        optional(
            "reason",
            Shape::Scalar(&TEXT),
            "Why the mode is not `alert`.",
        ),
    ],
    one_of: &[],
};

macro_rules! slo_fields {
    ($($head:expr),* ; $objective:ident, $sli:ident) => {
        &[
            $($head,)*
            optional("description", Shape::Scalar(&TEXT), "What the SLO promises, in a sentence; part of its alerts."),
            $objective("objective", Shape::Scalar(&PERCENT), "How much must be good, in percent: an exact decimal above 0 and below 100. `99.9%` is the same as `99.9`."),
            optional("period", Shape::Either(&DURATION, &CALENDAR_PERIOD), "Over which time the objective holds; 30d unless given. Calendar periods are for backtest and daemon."),
            $sli("sli", Shape::Slot(Slot::Sli), "How good is measured: exactly one kind."),
            optional("group_by", Shape::List(&Shape::Scalar(&LABEL), GROUP_BY_MAX), "Labels: one budget and one set of alerts for each combination of their values."),
            optional("owner", Shape::Scalar(&NAME), "The team that answers for it, one of `teams`; that of the file unless given."),
            optional("labels", LABELS, "Labels for its alerts and `slo:info`, in addition to those of the file. Recorded series never carry them, so that changing one starts no new series."),
            optional("runbook", Shape::Scalar(&PATH_OR_URL), "What to do when it burns: a file of the workspace or an https URL; that of the file unless given."),
            optional("depends_on", Shape::List(&Shape::Scalar(&TEXT), DEPENDS_ON_MAX), "What it depends on: SLOs as `service/slo`, or whole services. While one of these has an alert of the same severity or a more urgent one, Alertmanager sends none for this SLO."),
            optional("alerting", Shape::Object(&ALERTING), "When to alert, and whom that may wake."),
            optional("windows", Shape::Scalar(&WINDOWS), "`raw` reads every window from the raw series: exact to the last event, and many times as costly. Needed for PromQL that does not add up over time."),
            optional("expected_rate", Shape::Scalar(&RATE), "Events in a time, such as `300/h`. Makes `explain` count in events."),
        ]
    };
}

/// One SLO.
pub static SLO: Object = Object {
    name: "an SLO",
    fields: slo_fields!(
        required("name", Shape::Scalar(&NAME), "What the SLO is called; unique in its service.");
        inherited, inherited
    ),
    one_of: &[],
};

static DEFAULTS: Object = Object {
    name: "the defaults of a file",
    fields: slo_fields!(; optional, optional),
    one_of: &[],
};

/// The version that is read.
pub static VERSION: Scalar = Scalar {
    name: "a version",
    check: |text| check_choice(text, &[API_VERSION]),
    code: SP006,
    quoting: Quoting::Text,
    json_types: &["string"],
    choices: &[API_VERSION],
    mend: |_| None,
    pattern: None,
};

/// An SLO file, or one document of it.
pub static SLO_FILE: Object = Object {
    name: "an SLO file",
    fields: &[
        required(
            "apiVersion",
            Shape::Scalar(&VERSION),
            "The version of the format: `burnwatch/v1`.",
        ),
        required(
            "service",
            Shape::Scalar(&NAME),
            "The service that the SLOs are about. It names the generated files.",
        ),
        optional(
            "owner",
            Shape::Scalar(&NAME),
            "The team that answers for the SLOs below, one of `teams`.",
        ),
        optional(
            "labels",
            LABELS,
            "Labels for the alerts and `slo:info` of the SLOs below.",
        ),
        optional(
            "runbook",
            Shape::Scalar(&PATH_OR_URL),
            "The runbook of the SLOs below: a file of the workspace or an https URL.",
        ),
        optional(
            "defaults",
            Shape::Object(&DEFAULTS),
            "Anything that an SLO can say, for all SLOs below that do not say it.",
        ),
        required(
            "slos",
            Shape::List(&Shape::Object(&SLO), SLOS_MAX),
            "The SLOs.",
        ),
    ],
    one_of: &[],
};
