//! One line of the log as text. Pure.

use serde_json::{Map, Value};

use super::LogStyle;

/// Longest text of a field, in characters; of longer ones the beginning is shown.
pub const TEXT_MAX_CHARS: usize = 2_000;

/// What a line says.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// When, in Unix milliseconds.
    pub(super) at_ms: i64,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub(super) level: &'static str,
    /// In words.
    pub(super) message: String,
    /// In values. A name comes once.
    pub(super) fields: Vec<(&'static str, Value)>,
}

impl Line {
    /// The line with its end.
    pub(super) fn text(&self, style: LogStyle) -> String {
        let mut line = match style {
            LogStyle::Json => self.json(),
            LogStyle::Text => self.words(),
        };
        line.push('\n');
        line
    }

    fn json(&self) -> String {
        let mut object = Map::new();
        object.insert("time".to_owned(), time(self.at_ms).into());
        object.insert("level".to_owned(), self.level.into());
        object.insert("message".to_owned(), beginning(&self.message).into());
        for (name, value) in &self.fields {
            let value = match value {
                Value::String(text) => beginning(text).into(),
                other => other.clone(),
            };
            object.entry(*name).or_insert(value);
        }
        let written = Value::Object(object).to_string();
        let mut line = String::with_capacity(written.len());
        for c in written.chars() {
            // The writer of JSON escapes those that JSON wants to be, which terminals do not know about.
            match is_tricky(c) {
                true => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        line.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                false => line.push(c),
            }
        }
        line
    }

    fn words(&self) -> String {
        let level = self.level.to_uppercase();
        let message = escaped(&beginning(&self.message), |_| false);
        let mut line = format!("{} {level:5} {message}", time(self.at_ms));
        for (name, value) in &self.fields {
            let value = match value {
                Value::String(text) => quoted(&beginning(text)),
                other => other.to_string(),
            };
            line.push_str(&format!(" {name}={value}"));
        }
        line
    }
}

fn time(at_ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}

fn beginning(text: &str) -> String {
    match text.char_indices().nth(TEXT_MAX_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// In quotes where something would be misread without.
fn quoted(text: &str) -> String {
    let is_word = |c: char| !c.is_whitespace() && !"\"=\\".contains(c) && !is_tricky(c);
    match !text.is_empty() && text.chars().all(is_word) {
        true => text.to_owned(),
        false => format!("\"{}\"", escaped(text, |c| c == '"' || c == '\\')),
    }
}

fn escaped(text: &str, also: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match is_tricky(c) || also(c) {
            true => escaped.extend(c.escape_default()),
            false => escaped.push(c),
        }
    }
    escaped
}

/// Whether a terminal, or who reads lines, may take it for more than a character: controls, ends of lines and paragraphs,
/// what turns the direction of text and what has no width.
fn is_tricky(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line {
            at_ms: 1_795_176_000_012,
            level: "warn",
            message: "not told".to_owned(),
            fields: vec![
                ("receiver", "oncall".into()),
                ("why", text.into()),
                ("tries", 3.into()),
            ],
        }
    }

    #[test]
    fn a_line_says_when_what_and_why() {
        assert_eq!(
            line("status 503").text(LogStyle::Text),
            "2026-11-20T12:00:00.012Z WARN  not told receiver=oncall why=\"status 503\" tries=3\n"
        );
        assert_eq!(
            line("status 503").text(LogStyle::Json),
            "{\"time\":\"2026-11-20T12:00:00.012Z\",\"level\":\"warn\",\"message\":\"not told\",\
             \"receiver\":\"oncall\",\"why\":\"status 503\",\"tries\":3}\n"
        );
    }

    #[test]
    fn a_long_text_is_cut_after_its_limit_and_not_before() {
        for style in [LogStyle::Json, LogStyle::Text] {
            let fits = "é".repeat(TEXT_MAX_CHARS);
            assert!(line(&fits).text(style).contains(&fits));
            let cut = line(&format!("{fits}é")).text(style);
            assert!(cut.contains(&format!("{fits}…")), "{cut}");
        }
    }

    #[test]
    fn no_field_takes_the_place_of_another() {
        let mut line = line("x");
        line.fields.push(("level", "error".into()));
        let read: Value = serde_json::from_str(&line.text(LogStyle::Json)).unwrap();
        assert_eq!(read["level"], "warn");
    }
}
