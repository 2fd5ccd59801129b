//! E-mail. What is not given here comes from the `global` section, as Alertmanager does it.

use crate::model::roster::receiver::Email;
use crate::yaml::print::Output;

use super::{Fields, literal, map, message};

pub(super) fn section(email: &Email, alertmanager_file: Option<&str>) -> (&'static str, Fields) {
    let password = alertmanager_file.or(email.auth_password_file.as_deref());
    let mut fields = vec![("to", literal(&email.to))];
    let from = email.from.as_deref();
    fields.extend(from.map(|from| ("from", literal(from))));
    let given = [
        ("smarthost", email.smarthost.as_deref()),
        ("auth_username", email.auth_username.as_deref()),
        ("auth_password_file", password),
    ];
    let given = given.into_iter();
    fields.extend(given.filter_map(|(name, value)| Some((name, Output::text(value?)))));
    fields.extend(
        email
            .require_tls
            .map(|required| ("require_tls", Output::plain(required))),
    );
    fields.extend([
        ("headers", map(&[("Subject", message("burnwatch.title"))])),
        ("html", message("burnwatch.email.html")),
        ("text", message("burnwatch.text")),
    ]);
    ("email_configs", fields)
}
