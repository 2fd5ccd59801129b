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
    use super::*;
    use crate::base::SourceId;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let (documents, findings) = crate::yaml::read(SourceId(0), text);
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
        check(
            "global: {opsgenie_api_key: {a: b}}",
            &["global.opsgenie_api_key: {a: b}"],
        );
        check("global: {opsgenie_api_key: {}}", &[]);
    }

    #[test]
    fn a_field_without_the_space_behind_its_colon_is_a_secret_and_other_texts_are_not() {
        check(
            "receivers: [{slack_configs: [api_url:x]}]",
            &["receivers.slack_configs: api_url:x"],
        );
        check(
            "receivers: [{slack_configs: [{title: 'api_url:x'}], x_configs: [api_url:x]}]",
            &[],
        );
    }
}
