//! The shapes of receivers: where alerts go.

use super::scalar::{HOST_PATH, TEXT, URL};
use super::shape::{Object, Shape, optional, required};

static PAGERDUTY: Object = Object {
    name: "a PagerDuty receiver",
    fields: &[required(
        "routing_key_file",
        Shape::Scalar(&HOST_PATH),
        "A file with the routing key.",
    )],
    one_of: &[],
};
static OPSGENIE: Object = Object {
    name: "an Opsgenie receiver",
    fields: &[
        required(
            "api_key_file",
            Shape::Scalar(&HOST_PATH),
            "A file with the API key.",
        ),
        optional(
            "url",
            Shape::Scalar(&URL),
            "Where its API is, where not the usual one.",
        ),
    ],
    one_of: &[],
};
static SLACK: Object = Object {
    name: "a Slack receiver",
    fields: &[
        required(
            "url_file",
            Shape::Scalar(&HOST_PATH),
            "A file with the webhook's URL.",
        ),
        optional("channel", Shape::Scalar(&TEXT), "The channel."),
    ],
    one_of: &[],
};
static EMAIL: Object = Object {
    name: "an e-mail receiver",
    fields: &[required("to", Shape::Scalar(&TEXT), "The address.")],
    one_of: &[],
};
static WEBHOOK: Object = Object {
    name: "a webhook receiver",
    fields: &[required(
        "url_file",
        Shape::Scalar(&HOST_PATH),
        "A file with the URL.",
    )],
    one_of: &[],
};

/// A receiver.
pub static RECEIVER: Object = Object {
    name: "a receiver",
    fields: &[
        optional("pagerduty", Shape::Object(&PAGERDUTY), "PagerDuty."),
        optional("opsgenie", Shape::Object(&OPSGENIE), "Opsgenie."),
        optional("slack", Shape::Object(&SLACK), "Slack."),
        optional("email", Shape::Object(&EMAIL), "E-mail."),
        optional("webhook", Shape::Object(&WEBHOOK), "Any HTTP endpoint."),
    ],
    one_of: &[&["pagerduty", "opsgenie", "slack", "email", "webhook"]],
};
