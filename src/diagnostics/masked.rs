//! Texts that may hold secrets, made fit to be shown.
//!
//! Every byte keeps its place, so that findings point where they did. More is hidden than needs to be: what a line says of
//! a password is hidden even where nobody can tell what the file means.

use crate::base::Span;

/// Parts of the names of fields whose values are hidden.
const SECRET_NAMES: &[&str] = &[
    "password",
    "secret",
    "token",
    "api_key",
    "routing_key",
    "service_key",
    "user_key",
    "credentials",
    "api_url",
    "webhook_url",
    "authorization",
];

/// What stands in the place of a hidden byte.
const MASK: char = '*';

/// `text` with everything hidden at `secrets` and behind names that tell of a secret.
pub fn masked(text: &str, secrets: &[Span]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for span in secrets {
        hide(&mut bytes, span.start as usize, span.end as usize);
    }
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        for (start, end) in values(line) {
            hide(&mut bytes, from + start, from + end);
        }
        from += line.len();
    }
    String::from_utf8(bytes).expect("characters are hidden whole")
}

/// Hides whole characters: a text in UTF-8 stays one. Quotes and line ends stay.
fn hide(bytes: &mut [u8], start: usize, end: usize) {
    let end = end.min(bytes.len());
    for byte in bytes.iter_mut().take(end).skip(start) {
        if !matches!(*byte, b'\n' | b'\r' | b'"' | b'\'') {
            *byte = MASK as u8;
        }
    }
}

/// The ranges of a line's values that stand behind a name that tells of a secret.
fn values(line: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let lower = line.to_ascii_lowercase();
    for (colon, _) in lower.match_indices(':') {
        let head = lower[..colon].trim_end_matches(['"', '\'', ' ']);
        let from = head
            .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
            .map_or(0, |at| at + 1);
        let name = &head[from..];
        let tells = SECRET_NAMES.iter().any(|part| name.contains(part));
        let value = &line[colon + 1..];
        let spaced = value.starts_with([' ', '\t']);
        if tells && spaced && !name.ends_with("_file") {
            let skipped = value.len() - value.trim_start().len();
            let start = colon + 1 + skipped;
            let end = start
                + line[start..]
                    .find([',', '}'])
                    .unwrap_or(line[start..].len());
            found.push((start, end));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(masked(text, &[]), expected);
    }

    #[test]
    fn what_stands_behind_the_name_of_a_secret_is_hidden() {
        check("api_url: \"https://x/y\"\n", "api_url: \"***********\"\n");
        check(
            "- {routing_key: abc, url: x}\n",
            "- {routing_key: ***, url: x}\n",
        );
        check(
            "  'smtp_auth_password' : hé\n",
            "  'smtp_auth_password' : ***\n",
        );
    }

    #[test]
    fn paths_of_files_and_other_fields_are_shown() {
        check(
            "api_url_file: /run/x\nchannel: a\n",
            "api_url_file: /run/x\nchannel: a\n",
        );
        check("password_policy_url:x\n", "password_policy_url:x\n");
    }

    #[test]
    fn what_is_known_to_be_a_secret_is_hidden_whole() {
        use crate::base::SourceId;
        let span = Span::new(SourceId(0), 5, 9);
        assert_eq!(masked("url: http://x\n", &[span]), "url: ****://x\n");
    }
}
