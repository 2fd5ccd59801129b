//! A URL with places to fill in, such as `https://runbooks.example.com/{{service}}/{{slo}}.html#{{tier}}`.
//!
//! Parsed once, against the list of places that exist; every value is percent-encoded when it is filled in, so that no
//! value can change what the URL points at.

use std::fmt::{self, Write};

/// Longest URL template, in bytes.
pub const URL_BYTES_MAX: usize = 2_048;

/// A parsed template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlTemplate {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(&'static str),
}

/// Why a text is no URL template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlTemplateError {
    /// Does not begin with `http://` or `https://`.
    Scheme,
    /// Longer than [`URL_BYTES_MAX`].
    TooLong,
    /// White space or a control character at this byte.
    Character(usize),
    /// `{{` without `}}`, from this byte.
    Unclosed(usize),
    /// A place that does not exist: its name and where it begins.
    UnknownPlace(String, usize),
}

impl UrlTemplate {
    /// Reads a template in which the names of `places` may be used.
    pub fn parse(text: &str, places: &[&'static str]) -> Result<UrlTemplate, UrlTemplateError> {
        if !text.starts_with("https://") && !text.starts_with("http://") {
            return Err(UrlTemplateError::Scheme);
        }
        if text.len() > URL_BYTES_MAX {
            return Err(UrlTemplateError::TooLong);
        }
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(open) = text[at..].find("{{").map(|i| at + i) {
            parts.push(Part::Text(checked(text, at, open)?));
            let close = text[open..].find("}}").map(|i| open + i);
            let close = close.ok_or(UrlTemplateError::Unclosed(open))?;
            let name = text[open + 2..close].trim();
            let place = places.iter().find(|place| **place == name);
            parts.push(Part::Place(place.ok_or_else(|| {
                UrlTemplateError::UnknownPlace(name.to_string(), open)
            })?));
            at = close + 2;
        }
        parts.push(Part::Text(checked(text, at, text.len())?));
        Ok(UrlTemplate { parts })
    }

    /// Whether it has a place of this name.
    pub fn has(&self, place: &str) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| matches!(part, Part::Place(name) if *name == place))
    }

    /// The URL with every place filled in by `value`.
    pub fn fill<'a>(&self, value: impl Fn(&'static str) -> &'a str) -> String {
        let mut url = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => url.push_str(text),
                Part::Place(name) => encode(&mut url, value(name)),
            }
        }
        url
    }
}

impl fmt::Display for UrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Place(name) => write!(f, "{{{{{name}}}}}"),
        })
    }
}

fn checked(text: &str, from: usize, to: usize) -> Result<String, UrlTemplateError> {
    match text[from..to]
        .char_indices()
        .find(|(_, c)| c.is_whitespace() || c.is_control())
    {
        Some((at, _)) => Err(UrlTemplateError::Character(from + at)),
        None => Ok(text[from..to].to_string()),
    }
}

/// Everything but the unreserved characters of RFC 3986 as `%XX`.
fn encode(url: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                url.push(byte as char)
            }
            _ => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, UrlTemplateError>) {
        let filled = UrlTemplate::parse(text, &["service", "slo"])
            .map(|t| t.fill(|place| if place == "service" { "a/b c" } else { "é" }));
        assert_eq!(filled, expected.map(str::to_string), "{text}");
    }

    #[test]
    fn places_are_filled_in_percent_encoded() {
        check(
            "https://x.example/{{service}}/{{ slo }}#top",
            Ok("https://x.example/a%2Fb%20c/%C3%A9#top"),
        );
        check("http://x.example", Ok("http://x.example"));
    }

    #[test]
    fn a_template_is_shown_as_it_is_written() {
        let shown = |text: &str| UrlTemplate::parse(text, &["slo"]).unwrap().to_string();
        assert_eq!(
            shown("https://x.example/{{ slo }}#a"),
            "https://x.example/{{slo}}#a"
        );
    }

    #[test]
    fn what_is_no_url_template_is_refused() {
        check("ftp://x", Err(UrlTemplateError::Scheme));
        check("javascript:alert(1)", Err(UrlTemplateError::Scheme));
        check(
            "https://x/{{owner}}",
            Err(UrlTemplateError::UnknownPlace("owner".into(), 10)),
        );
        check("https://x/{{slo", Err(UrlTemplateError::Unclosed(10)));
        check("https://x/ y", Err(UrlTemplateError::Character(10)));
        let longest = format!("https://{}", "x".repeat(URL_BYTES_MAX - 8));
        check(&longest, Ok(&longest));
        check(&format!("{longest}x"), Err(UrlTemplateError::TooLong));
    }
}
