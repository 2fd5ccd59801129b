//! The shape of the workspace file, `burnwatch.yaml`.

use super::daemon::{DAEMON, PROMETHEUS};
use super::receivers::{ALERTMANAGER, RECEIVER};
use super::scalar::{COUNT, DURATION, NAME, PATH, PERCENT, Quoting, Scalar, TEXT, URL};
use super::shape::{Object, Shape, Slot, defaulted, optional, required};
use super::slo_file::{NO_DATA, TIERS, VERSION};
use super::teams::{MAINTENANCE, SEVERITY, TEAM};
use crate::choice;
use crate::diagnostics::code::SP014;

/// What the workspace file is called.
pub const FILE_NAME: &str = "burnwatch.yaml";
/// Most items of a list in the workspace file.
pub const ITEMS_MAX: usize = 1_000;

choice!(
    /// What generated series are called.
    NAMING, "a naming scheme", ["burnwatch"]
);
choice!(
    /// How much a finding matters.
    LEVEL, "a level", ["error", "warning", "info", "off"]
);
/// What a parameter of a template may be called.
pub static PARAM: Scalar = Scalar {
    name: "the name of a parameter",
    check: |text| match !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && text != "window"
    {
        true => Ok(()),
        false => {
            Err("a parameter's name has letters, digits and `_`, and is not `window`".to_string())
        }
    },
    code: SP014,
    quoting: Quoting::Text,
    json_types: &["string"],
    choices: &[],
    mend: |_| None,
    pattern: None,
};

static RULES: Object = Object {
    name: "the settings of rules",
    fields: &[
        defaulted(
            "interval",
            Shape::Scalar(&DURATION),
            "1m",
            "How often rules are evaluated; at most 5m.",
        ),
        defaulted(
            "scrape_interval",
            Shape::Scalar(&DURATION),
            "15s",
            "How often targets are scraped. SLIs of kind `gauge` turn samples into time with it.",
        ),
        defaulted(
            "naming",
            Shape::Scalar(&NAMING),
            "burnwatch",
            "What recorded series and alerts are called.",
        ),
    ],
    one_of: &[],
};

static LINK: Object = Object {
    name: "a link",
    fields: &[required(
        "url",
        Shape::Scalar(&URL),
        "The link. `{{service}}`, `{{slo}}`, `{{id}}`, `{{tier}}`, `{{owner}}` and `{{severity}}` are filled in, percent-encoded.",
    )],
    one_of: &[],
};

/// A policy.
pub static POLICY: Object = Object {
    name: "a policy",
    fields: &[
        required("tiers", TIERS, "Its tiers."),
        defaulted(
            "min_errors",
            Shape::Scalar(&COUNT),
            "5",
            "Errors in the long window below which a tier stays silent.",
        ),
        defaulted(
            "min_bad",
            Shape::Scalar(&DURATION),
            "2m",
            "The same for SLIs that count time: bad time in the long window.",
        ),
        optional(
            "confidence",
            Shape::Scalar(&PERCENT),
            "Also require the error ratio to exceed the threshold at this one-sided confidence, between 50 % and 100 %.",
        ),
        optional(
            "no_data",
            Shape::Object(&NO_DATA),
            "An alert when there is no series at all.",
        ),
    ],
    one_of: &[],
};

static LEVELS: Shape = Shape::Map {
    key: &TEXT,
    value: &Shape::Scalar(&LEVEL),
};

static CHECK_PATHS: Object = Object {
    name: "the levels of some files",
    fields: &[
        required(
            "files",
            Shape::List(&Shape::Scalar(&PATH), ITEMS_MAX),
            "Globs of files, relative to the workspace.",
        ),
        required("levels", LEVELS, "The level of a check in these files."),
    ],
    one_of: &[],
};

static CHECK_SETTINGS: Object = Object {
    name: "the settings of checks",
    fields: &[
        optional(
            "levels",
            LEVELS,
            "The level of a check, by its code or name. A check without which nothing can be generated stays an error.",
        ),
        optional(
            "locked",
            Shape::List(&Shape::Scalar(&TEXT), ITEMS_MAX),
            "Checks that no comment may suppress.",
        ),
        optional(
            "paths",
            Shape::List(&Shape::Object(&CHECK_PATHS), ITEMS_MAX),
            "Levels for some files; of several entries that fit the last one wins.",
        ),
        optional(
            "options",
            Shape::Slot(Slot::CheckOptions),
            "What a check can be told, by its code.",
        ),
    ],
    one_of: &[],
};

/// The workspace file.
pub static WORKSPACE_FILE: Object = Object {
    name: "a workspace file",
    fields: &[
        required(
            "apiVersion",
            Shape::Scalar(&VERSION),
            "The version of the format: `burnwatch/v1`.",
        ),
        defaulted(
            "slos",
            Shape::List(&Shape::Scalar(&PATH), ITEMS_MAX),
            "[\"slos/**/*.yaml\"]",
            "The SLO files: paths and globs, relative to this file.",
        ),
        defaulted(
            "output",
            Shape::Scalar(&PATH),
            "generated",
            "The folder that `generate` writes.",
        ),
        optional(
            "prometheus",
            Shape::Object(&PROMETHEUS),
            "The server that the daemon asks. `validate` asks none but that of its own `--prometheus`: whoever can change this file in a branch must not choose where credentials are sent.",
        ),
        optional("rules", Shape::Object(&RULES), "How rules are made."),
        optional(
            "runbooks",
            Shape::Object(&LINK),
            "How a runbook of the workspace becomes a link.",
        ),
        optional(
            "dashboards",
            Shape::Object(&LINK),
            "How an SLO becomes a link to its dashboard.",
        ),
        defaulted(
            "severities",
            Shape::Map {
                key: &NAME,
                value: &Shape::Object(&SEVERITY),
            },
            "{page: {wakes: true}, ticket: {}}",
            "The severities that tiers may have.",
        ),
        optional(
            "sli_templates",
            Shape::Map {
                key: &NAME,
                value: &Shape::Slot(Slot::SliTemplate),
            },
            "SLIs with parameters, for `sli: {use: NAME, with: {...}}`.",
        ),
        optional(
            "policies",
            Shape::Map {
                key: &NAME,
                value: &Shape::Object(&POLICY),
            },
            "Alert policies beside the built-in `google-sre`.",
        ),
        optional(
            "teams",
            Shape::Map {
                key: &NAME,
                value: &Shape::Object(&TEAM),
            },
            "Who owns SLOs, and how they are reached.",
        ),
        optional(
            "receivers",
            Shape::Map {
                key: &NAME,
                value: &Shape::Object(&RECEIVER),
            },
            "Where alerts go.",
        ),
        optional(
            "alertmanager",
            Shape::Object(&ALERTMANAGER),
            "How Alertmanager's configuration is made; without it `generate` makes none.",
        ),
        optional(
            "maintenance",
            Shape::Map {
                key: &NAME,
                value: &Shape::Object(&MAINTENANCE),
            },
            "Planned maintenance: times in which Alertmanager sends nothing of what it names.",
        ),
        optional(
            "checks",
            Shape::Object(&CHECK_SETTINGS),
            "How much each check matters, and what it may be told. `docs/checks` has them all.",
        ),
        optional(
            "daemon",
            Shape::Object(&DAEMON),
            "How the daemon, `burnwatch run`, goes about it. Paths are relative to the workspace's folder, and may lead out of it.",
        ),
    ],
    one_of: &[],
};
