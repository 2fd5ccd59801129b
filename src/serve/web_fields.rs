//! The fields of the web configuration file that Prometheus' own programs read.

use crate::diagnostics::code::SP007;
use crate::spec::scalar::{BOOL, Quoting, Scalar};
use crate::spec::shape::{Object, Shape, Slots, optional, required};

/// Most items of a list.
const ITEMS_MAX: usize = 100;

/// Whatever it is; what is wrong with it is told without repeating it.
static ANY: Scalar = Scalar {
    name: "text",
    check: |_| Ok(()),
    code: SP007,
    quoting: Quoting::Any,
    json_types: &["string"],
    choices: &[],
    mend: |_| None,
    pattern: None,
};

const ANYTHING: Shape = Shape::Scalar(&ANY);

/// No file of this kind has slots.
pub(super) static SLOTS: Slots = Slots {
    sli: &NOTHING,
    sli_template: &NOTHING,
    check_options: &NOTHING,
};

static NOTHING: Object = Object {
    name: "nothing",
    fields: &[],
    one_of: &[],
};

/// The whole file.
pub(super) static FILE: Object = Object {
    name: "a web configuration file",
    fields: &[
        optional(
            "tls_server_config",
            Shape::Object(&TLS),
            "How it is encrypted.",
        ),
        optional(
            "http_server_config",
            Shape::Object(&HTTP),
            "What is sent with every answer.",
        ),
        optional(
            "basic_auth_users",
            Shape::Map {
                key: &ANY,
                value: &ANYTHING,
            },
            "Users, and their passwords as hashes of bcrypt.",
        ),
        optional(
            "rate_limit",
            Shape::Object(&RATE),
            "How often anybody may ask.",
        ),
    ],
    one_of: &[],
};

static TLS: Object = Object {
    name: "a `tls_server_config`",
    fields: &[
        optional("cert_file", ANYTHING, "The certificate, in PEM format."),
        optional("key_file", ANYTHING, "Its private key, in PEM format."),
        optional("cert", ANYTHING, "The certificate itself."),
        optional("key", ANYTHING, "The private key itself."),
        optional("client_ca_file", ANYTHING, "The authority of clients."),
        optional("client_ca", ANYTHING, "The authority of clients itself."),
        optional(
            "client_auth_type",
            ANYTHING,
            "Whether clients show certificates.",
        ),
        optional(
            "client_allowed_sans",
            Shape::List(&ANYTHING, ITEMS_MAX),
            "Which names certificates of clients may have.",
        ),
        optional("min_version", ANYTHING, "The oldest version of TLS."),
        optional("max_version", ANYTHING, "The newest version of TLS."),
        optional(
            "cipher_suites",
            Shape::List(&ANYTHING, ITEMS_MAX),
            "The cipher suites of TLS 1.2, the best first.",
        ),
        optional(
            "prefer_server_cipher_suites",
            Shape::Scalar(&BOOL),
            "Whether the order of the server counts.",
        ),
        optional(
            "curve_preferences",
            Shape::List(&ANYTHING, ITEMS_MAX),
            "The curves, the best first.",
        ),
    ],
    one_of: &[],
};

static HTTP: Object = Object {
    name: "an `http_server_config`",
    fields: &[
        optional(
            "http2",
            Shape::Scalar(&BOOL),
            "Whether HTTP/2 is spoken; it is not.",
        ),
        optional(
            "headers",
            Shape::Object(&HEADERS),
            "Headers of every answer.",
        ),
    ],
    one_of: &[],
};

static HEADERS: Object = Object {
    name: "`headers`",
    fields: &[
        optional("Content-Security-Policy", ANYTHING, "What a page may load."),
        optional("X-Frame-Options", ANYTHING, "`deny` or `sameorigin`."),
        optional("X-Content-Type-Options", ANYTHING, "`nosniff`."),
        optional("X-XSS-Protection", ANYTHING, "For old browsers."),
        optional(
            "Strict-Transport-Security",
            ANYTHING,
            "Whether browsers insist on TLS.",
        ),
    ],
    one_of: &[],
};

static RATE: Object = Object {
    name: "a `rate_limit`",
    fields: &[
        required(
            "interval",
            ANYTHING,
            "The time between two requests; 0 for no limit.",
        ),
        optional("burst", ANYTHING, "How many requests may come at once."),
    ],
    one_of: &[],
};
