//! Names of fields that hold secrets, right or misspelt.

/// Parts of the names of fields whose values are hidden, in letters and digits alone.
const PARTS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "routingkey",
    "servicekey",
    "userkey",
    "integrationkey",
    "privatekey",
    "certificatekey",
    "accesskey",
    "credential",
    "apiurl",
    "webhookurl",
    "urlsecret",
    "authorization",
    "bearer",
    "cookie",
    "proxyconnectheader",
];
/// Names that are hidden as a whole.
const WHOLE: &[&str] = &["key", "pass", "pwd"];
/// Names that others are misspellings of.
const MISSPELT: &[&str] = &[
    "password",
    "authpassword",
    "apikey",
    "apitoken",
    "authtoken",
    "routingkey",
    "servicekey",
    "userkey",
    "bottoken",
    "bearertoken",
    "clientsecret",
    "credentials",
    "webhookurl",
    "authorization",
];
/// Most letters in which a misspelt name differs: one in a short name, two in a long one.
const SHORT_CHARS: usize = 6;
const LONG_CHARS: usize = 8;

/// Receivers and the like: somebody may write the secret in their place, and all of their fields are hidden but [`SHOWN`].
const KINDS: &[&str] = &[
    "pagerduty",
    "opsgenie",
    "slack",
    "webhook",
    "msteams",
    "discord",
    "telegram",
    "email",
    "basicauth",
];
/// Fields of these that are no secrets.
const SHOWN: &[&str] = &[
    "channel",
    "chat",
    "body",
    "to",
    "from",
    "smarthost",
    "authusername",
    "username",
    "requiretls",
];
/// Mappings whose `url` is no secret.
const PUBLIC: &[&str] = &[
    "pagerduty",
    "opsgenie",
    "webhook",
    "prometheus",
    "basicauth",
    "tls",
    "headers",
    "runbooks",
    "dashboards",
    "pagerdutyconfigs",
    "opsgenieconfigs",
    "webhookconfigs",
    "incidentioconfigs",
    "httpconfig",
];

/// The mapping or list that was begun last, and has not ended.
pub(super) struct Section {
    /// The column of its name.
    pub column: usize,
    shows_url: bool,
    is_kind: bool,
}

impl Section {
    /// What a file begins with.
    pub(super) const START: Section = Section {
        column: 0,
        shows_url: true,
        is_kind: false,
    };

    /// The mapping or list that begins behind this name in `column`.
    pub(super) fn of(name: &str, column: usize) -> Section {
        Section {
            column,
            shows_url: PUBLIC.contains(&name),
            is_kind: KINDS.contains(&name),
        }
    }

    /// Whether a value behind this name may be a secret.
    pub(super) fn hides(&self, name: &str) -> bool {
        if is_path(name) {
            return false;
        }
        match name {
            "url" => !self.shows_url,
            name => tells_of_secret(name) || self.is_kind && !SHOWN.contains(&name),
        }
    }
}

/// Whether a text behind this name stands where a mapping is asked for, of which a secret is the main part.
pub(super) fn is_kind(name: &str) -> bool {
    KINDS.contains(&name)
}

/// A name as it is looked up: its letters and digits, in lower case.
pub(super) fn named(name: &str) -> String {
    let kept = name.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a field of this name holds a secret, and not the path of a file with it.
pub(super) fn tells_of_secret(name: &str) -> bool {
    !is_path(name)
        && (WHOLE.contains(&name)
            || PARTS.iter().any(|part| name.contains(part))
            || MISSPELT.iter().any(|other| is_near(name, other)))
}

fn is_path(name: &str) -> bool {
    name.ends_with("file") || name.ends_with("files")
}

fn is_near(name: &str, other: &str) -> bool {
    let letters = match name.len().min(other.len()) {
        LONG_CHARS.. => 2,
        SHORT_CHARS.. => 1,
        _ => return false,
    };
    name.len().abs_diff(other.len()) <= letters && strsim::osa_distance(name, other) <= letters
}
