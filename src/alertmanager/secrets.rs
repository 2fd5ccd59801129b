//! Secrets that stand in a configuration file itself.
//!
//! Finds their places and never takes their texts.

use crate::base::Span;
use crate::yaml::{Mapping, Node, Value};

use super::secret_fields::{SECRET_FIELDS, SecretField, URL_FIELDS, field_of};

/// What Alertmanager prints where a secret was.
const REDACTED: &str = "<secret>";

/// A secret in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineSecret {
    /// Where it stands.
    pub span: Span,
    /// Its field, with the keys above it: `receivers.slack_configs.api_url`.
    pub field: String,
    /// The field that names a file with it instead.
    pub file_form: Option<&'static str>,
    /// The first version of Alertmanager that has [`Self::file_form`]; without one it is as old as the field.
    pub since: Option<&'static str>,
}

/// Every secret in the text of a file, in its order.
pub(super) fn inline_secrets(file: &Mapping) -> Vec<InlineSecret> {
    let mut found = Vec::new();
    for entry in &file.entries {
        // Matchers and names hold none.
        if ["global", "receivers", "tracing", "event_recorder"].contains(&&*entry.key.text) {
            visit(&entry.value, &mut vec![&entry.key.text], &mut found);
        }
    }
    found
}

fn visit<'n>(node: &'n Node, path: &mut Vec<&'n str>, found: &mut Vec<InlineSecret>) {
    let field = match &node.value {
        // Keys in the place of a secret may be the secret.
        Value::Mapping(mapping) if !mapping.entries.is_empty() => field_of(SECRET_FIELDS, path),
        Value::Scalar(scalar) => secret_of(path, &scalar.text),
        Value::Mapping(_) | Value::Sequence(_) | Value::Null | Value::Unreadable => None,
    };
    if let Some(field) = field {
        found.push(InlineSecret {
            span: node.span,
            field: path.join("."),
            file_form: field.file_form,
            since: field.since,
        });
        return;
    }
    match &node.value {
        Value::Mapping(mapping) => {
            for entry in &mapping.entries {
                path.push(&entry.key.text);
                visit(&entry.value, path, found);
                path.pop();
            }
        }
        Value::Sequence(items) => {
            for item in items {
                visit(item, path, found);
            }
        }
        Value::Scalar(_) | Value::Null | Value::Unreadable => {}
    }
}

fn secret_of(path: &[&str], text: &str) -> Option<SecretField> {
    if text.is_empty() || text == REDACTED {
        return None;
    }
    field_of(SECRET_FIELDS, path)
        .or_else(|| unspaced(path, text))
        .or_else(|| {
            has_user(text).then(|| {
                field_of(URL_FIELDS, path).unwrap_or(SecretField {
                    path: &[],
                    file_form: None,
                    since: None,
                })
            })
        })
}

/// The field that a text begins with, where it stands in place of the fields and the space behind its colon was forgotten.
fn unspaced(path: &[&str], text: &str) -> Option<SecretField> {
    let (name, _) = text.split_once(':')?;
    let place = path.last()?;
    let named = |field: &&SecretField| field.path.ends_with(&[place, name]);
    SECRET_FIELDS.iter().find(named).copied()
}

/// Whether a text is a URL with a user or a password in it.
fn has_user(text: &str) -> bool {
    let after = |scheme: &str| {
        let start = text.get(..scheme.len())?;
        start
            .eq_ignore_ascii_case(scheme)
            .then(|| &text[scheme.len()..])
    };
    let Some(rest) = after("http://").or_else(|| after("https://")) else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority
        .rsplit_once('@')
        .is_some_and(|(user, _)| !user.is_empty() && !user.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{config, text_of};
    use super::super::secret_fields::SECRET_FIELDS;
    use super::*;

    const CANARY: &str = "https://c4n4ry.example.com/x";

    fn found(receiver: &str) -> Vec<String> {
        let text = format!(
            "route: {{receiver: a}}\nreceivers: [{{name: a, {receiver}}}]\nx: {{api_url: {CANARY}}}\n"
        );
        let secrets = config(&text).inline_secrets;
        let one = |secret: &InlineSecret| {
            assert!(!format!("{secret:?}").contains("c4n4ry"), "{secret:?}");
            format!(
                "{} {} {} {}",
                secret.field,
                text_of(&text, secret.span),
                secret.file_form.unwrap_or("-"),
                secret.since.unwrap_or("-")
            )
        };
        secrets.iter().map(one).collect()
    }

    fn check(receiver: &str, expected: &[&str]) {
        assert_eq!(found(receiver), expected, "{receiver}");
    }

    #[test]
    fn a_secret_is_found_with_the_form_that_names_a_file() {
        check(
            "slack_configs: [{api_url: s, channel: c}]",
            &["receivers.slack_configs.api_url s api_url_file 0.22"],
        );
        check(
            "webhook_configs: [{url: 'http://x/', http_config: {basic_auth: {username: u, password: p}}}]",
            &["receivers.webhook_configs.http_config.basic_auth.password p password_file -"],
        );
        check(
            "webhook_configs: [{http_config: {http_headers: {X: {values: [v], secrets: [s]}}, proxy_connect_header: {Y: [t]}}}]",
            &[
                "receivers.webhook_configs.http_config.http_headers.X.secrets s files -",
                "receivers.webhook_configs.http_config.proxy_connect_header.Y t - -",
            ],
        );
        check(
            "sns_configs: [{sigv4: {access_key: a, secret_key: s}}]",
            &["receivers.sns_configs.sigv4.secret_key s - -"],
        );
    }

    #[test]
    fn a_url_is_a_secret_when_somebody_logs_in_with_it() {
        check(
            "webhook_configs: [{url: 'http://u:p@x/'}, {url: 'http://x/u:p@x'}, {url: 'http://@x'}]",
            &["receivers.webhook_configs.url 'http://u:p@x/' url_file 0.26"],
        );
        check(
            "jira_configs: [{api_url: HTTPS://token@x, summary: 'see http://x or u@x'}]",
            &["receivers.jira_configs.api_url HTTPS://token@x - -"],
        );
    }

    #[test]
    fn files_and_what_is_not_there_are_no_secrets() {
        check(
            "slack_configs: [{api_url_file: f}, {api_url: ''}, {api_url: }, {api_url: <secret>}], \
             pagerduty_configs: [{routing_key_file: f, url: 'https://x/'}]",
            &[],
        );
    }

    #[test]
    fn every_field_of_the_table_is_found() {
        for field in SECRET_FIELDS {
            let mut text = CANARY.to_string();
            for key in field.path.iter().rev() {
                let key = key.replace('*', "any");
                text = format!("{{{key}: {text}}}");
            }
            let global = field.path[0] == "global" || field.path[0] == "tracing";
            let text = match global {
                true => text[1..text.len() - 1].to_string(),
                false => format!("receivers: [{text}]"),
            };
            let whole = format!("{{{text}}}");
            let (documents, _) = crate::yaml::read(crate::base::SourceId(0), &whole);
            let Value::Mapping(file) = &documents[0].root.value else {
                panic!("{whole}");
            };
            let found = inline_secrets(file);
            assert_eq!(found.len(), 1, "{whole}");
            assert_eq!(found[0].file_form, field.file_form, "{whole}");
            assert_eq!(text_of(&whole, found[0].span), CANARY);
        }
    }

    #[track_caller]
    fn check_places(text: &str, expected: &[&str]) {
        let (documents, findings) = crate::yaml::read(crate::base::SourceId(0), text);
        assert_eq!(findings, []);
        let Value::Mapping(file) = &documents[0].root.value else {
            panic!("{text} is no mapping");
        };
        let found = inline_secrets(file);
        let places = found.iter().map(|secret| {
            let span = secret.span.start as usize..secret.span.end as usize;
            format!("{}: {}", secret.field, &text[span])
        });
        assert_eq!(places.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_mapping_in_the_place_of_a_secret_is_one() {
        check_places(
            "global: {opsgenie_api_key: {a: b}}",
            &["global.opsgenie_api_key: {a: b}"],
        );
        check_places("global: {opsgenie_api_key: {}}", &[]);
    }

    #[test]
    fn a_field_without_the_space_behind_its_colon_is_a_secret_and_other_texts_are_not() {
        check_places(
            "receivers: [{slack_configs: [api_url:x]}]",
            &["receivers.slack_configs: api_url:x"],
        );
        check_places(
            "receivers: [{slack_configs: [{title: 'api_url:x'}], x_configs: [api_url:x]}]",
            &[],
        );
    }
}
