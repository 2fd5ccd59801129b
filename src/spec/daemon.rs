//! The shapes of `burnwatch run`: how the daemon runs, and the server that it asks.

use super::scalar::{ADDRESS, BOOL, COUNT, DURATION, HOST_PATH, NAME, TEXT, URL};
use super::shape::{Object, Shape, defaulted, optional, required};

/// Most servers beside the first one.
pub const OTHERS_MAX: usize = 7;

/// A user and a password.
pub(super) static BASIC_AUTH: Object = Object {
    name: "basic authentication",
    fields: &[
        required("username", Shape::Scalar(&TEXT), "The user's name."),
        required(
            "password_file",
            Shape::Scalar(&HOST_PATH),
            "A file with the password.",
        ),
    ],
    one_of: &[],
};

static TLS: Object = Object {
    name: "TLS settings",
    fields: &[
        optional(
            "ca_file",
            Shape::Scalar(&HOST_PATH),
            "The authorities to trust, in PEM format, instead of those of the machine.",
        ),
        optional(
            "cert_file",
            Shape::Scalar(&HOST_PATH),
            "The client's certificate, in PEM format.",
        ),
        optional(
            "key_file",
            Shape::Scalar(&HOST_PATH),
            "The private key of that certificate, in PEM format.",
        ),
    ],
    one_of: &[],
};

/// The server that the daemon asks.
pub(super) static PROMETHEUS: Object = Object {
    name: "a Prometheus server",
    fields: &[
        required("url", Shape::Scalar(&URL), "Where its API is."),
        optional(
            "others",
            Shape::List(&Shape::Scalar(&URL), OTHERS_MAX),
            "Where those are that are asked when it cannot answer, in the order of preference. They have the same data, and take the same credentials.",
        ),
        optional(
            "basic_auth",
            Shape::Object(&BASIC_AUTH),
            "A user and a password.",
        ),
        optional(
            "bearer_token_file",
            Shape::Scalar(&HOST_PATH),
            "A file with a token, in place of `basic_auth`.",
        ),
        optional(
            "headers",
            Shape::Map {
                key: &TEXT,
                value: &Shape::Scalar(&TEXT),
            },
            "Headers for every request, such as `X-Scope-OrgID`.",
        ),
        optional("tls", Shape::Object(&TLS), "How to trust it."),
        defaulted(
            "allow_partial",
            Shape::Scalar(&BOOL),
            "false",
            "Whether answers count of which the server says that they may lack series. Without it they are failures: burnwatch is blind, and not wrong.",
        ),
    ],
    one_of: &[],
};

static HEARTBEAT: Object = Object {
    name: "a heartbeat",
    fields: &[
        required(
            "url_file",
            Shape::Scalar(&HOST_PATH),
            "A file with the URL that is asked: whoever watches it is told when it stays away.",
        ),
        defaulted(
            "every",
            Shape::Scalar(&DURATION),
            "1m",
            "How often. It is left out where not everything was evaluated and kept since the last one.",
        ),
        optional(
            "canary",
            Shape::Scalar(&NAME),
            "A receiver that takes a test message before each beat; without one nothing is sent to try that.",
        ),
    ],
    one_of: &[],
};

/// How the daemon runs.
pub(super) static DAEMON: Object = Object {
    name: "the daemon's settings",
    fields: &[
        defaulted(
            "listen",
            Shape::Scalar(&ADDRESS),
            "127.0.0.1:9464",
            "Where it serves its pages and metrics. Port 0 is any that is free.",
        ),
        optional(
            "web_config",
            Shape::Scalar(&HOST_PATH),
            "A web configuration file as Prometheus' own programs have it: encryption and passwords.",
        ),
        defaulted(
            "open_probes",
            Shape::Scalar(&BOOL),
            "false",
            "Whether `/livez` and `/readyz` are answered without a password where `web_config` wants one: a kubelet has none.",
        ),
        optional(
            "external_url",
            Shape::Scalar(&URL),
            "Where people reach it. Links that acknowledge begin with it; without it messages have none.",
        ),
        defaulted(
            "data",
            Shape::Scalar(&HOST_PATH),
            "./burnwatch.db",
            "Where it keeps its state.",
        ),
        defaulted(
            "history",
            Shape::Scalar(&DURATION),
            "90d",
            "How long it remembers what happened; at least 1d.",
        ),
        optional(
            "namespace",
            Shape::Scalar(&NAME),
            "What sets its incidents apart from those of other daemons at the same receivers. Daemons that watch the same SLOs have the same one.",
        ),
        optional(
            "owner",
            Shape::Scalar(&NAME),
            "The team that is told what is wrong with burnwatch itself; every team that owns an SLO unless given.",
        ),
        defaulted(
            "query_offset",
            Shape::Scalar(&DURATION),
            "30s",
            "How far in the past it asks, so that samples have arrived; at most 10m.",
        ),
        defaulted(
            "query_timeout",
            Shape::Scalar(&DURATION),
            "10s",
            "How long it waits for one answer; from 1s to 5m.",
        ),
        defaulted(
            "max_queries",
            Shape::Scalar(&COUNT),
            "16",
            "How many answers it waits for at the same time; from 1 to 1000.",
        ),
        defaulted(
            "blind_after",
            Shape::Scalar(&DURATION),
            "10m",
            "When it says that it cannot see; at least one evaluation, at most 1d.",
        ),
        defaulted(
            "fallback_after",
            Shape::Scalar(&DURATION),
            "15m",
            "How long a page is tried at a receiver before the team's fallback is told as well; less than `expire_after`.",
        ),
        defaulted(
            "expire_after",
            Shape::Scalar(&DURATION),
            "4h",
            "How long a page is tried at a receiver before that is given up; the team's fallback is told long before.",
        ),
        defaulted(
            "shutdown_grace",
            Shape::Scalar(&DURATION),
            "20s",
            "How long it goes on delivering after it was told to stop; at most 10m.",
        ),
        optional(
            "heartbeat",
            Shape::Object(&HEARTBEAT),
            "A sign of life after each whole cycle, for whoever watches burnwatch.",
        ),
    ],
    one_of: &[],
};
