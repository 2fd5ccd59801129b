//! How a server is asked.

use std::fmt;

use reqwest::header::{HeaderName, HeaderValue};

use super::access::Access;
use super::endpoint::Endpoint;
use super::tls::Tls;
use crate::base::Duration;
use crate::base::header::{HeaderFault, check_header};
use crate::prometheus::Partial;

/// Longest time for one question, unless told otherwise.
pub const QUESTION_TIMEOUT_DEFAULT: Duration = Duration::from_ms(30_000);
/// Longest time for all questions of a run, unless told otherwise.
pub const RUN_TIMEOUT_DEFAULT: Duration = Duration::minutes(5);
/// Most questions that wait for an answer at the same time, unless told otherwise.
pub const IN_FLIGHT_DEFAULT: usize = 8;
/// Most questions of a run, unless told otherwise.
pub const QUESTIONS_MAX_DEFAULT: usize = 20_000;
/// Longest answer that is read, in bytes, unless told otherwise.
pub const BODY_MAX_BYTES_DEFAULT: usize = 32 << 20;
/// Most that is read in a run, in bytes, unless told otherwise: what a server may make this machine keep.
pub const RUN_MAX_BYTES_DEFAULT: usize = 512 << 20;

/// Where servers are, and how much they are asked.
#[derive(Clone, Debug)]
pub struct SourceSettings {
    /// Where the one is that is asked first.
    pub endpoint: Endpoint,
    /// Where those are that are asked when it cannot answer, in the order of preference.
    pub others: Vec<Endpoint>,
    /// How each of them knows who asks.
    pub access: Access,
    /// Whom encryption trusts, and as whom it speaks.
    pub tls: Tls,
    /// What else is sent with every question, such as `X-Scope-OrgID`.
    pub headers: Vec<Header>,
    /// Longest time for one question; also told to the server.
    pub question_timeout: Duration,
    /// Longest time for all questions together.
    pub run_timeout: Duration,
    /// Most questions that wait for an answer at the same time; at least one.
    pub in_flight_max: usize,
    /// Most questions of a run.
    pub questions_max: usize,
    /// Longest answer that is read, in bytes.
    pub body_max_bytes: usize,
    /// Most that is read in a run, in bytes, but for the answers that are under way when it is reached.
    pub run_max_bytes: usize,
    /// What becomes of an answer that may lack series.
    pub partial: Partial,
    /// What the lengths of pauses come from; many clients should not have the same.
    pub jitter_seed: u64,
}

impl SourceSettings {
    /// What tells these servers, and what they show of their data, from others: texts, of which some may be secret.
    pub fn identity(&self) -> Vec<String> {
        let mut parts: Vec<String> = std::iter::once(&self.endpoint)
            .chain(&self.others)
            .map(Endpoint::to_string)
            .collect();
        for Header { name, value } in &self.headers {
            parts.push(name.to_string());
            parts.push(String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        if let Access::Basic { user, .. } = &self.access {
            parts.push(user.clone());
        }
        parts
    }

    /// The usual settings for a server.
    pub fn new(endpoint: Endpoint) -> SourceSettings {
        SourceSettings {
            endpoint,
            others: Vec::new(),
            access: Access::Open,
            tls: Tls::default(),
            headers: Vec::new(),
            question_timeout: QUESTION_TIMEOUT_DEFAULT,
            run_timeout: RUN_TIMEOUT_DEFAULT,
            in_flight_max: IN_FLIGHT_DEFAULT,
            questions_max: QUESTIONS_MAX_DEFAULT,
            body_max_bytes: BODY_MAX_BYTES_DEFAULT,
            run_max_bytes: RUN_MAX_BYTES_DEFAULT,
            partial: Partial::Refused,
            jitter_seed: 0,
        }
    }
}

/// A header that is sent with every question. Its value is not printed: it may be a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

/// Why a text is no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// It has no colon, or another character that does not belong there.
    Malformed,
    /// Credentials and what frames a request have places of their own.
    Reserved,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HeaderError::Malformed => {
                "a header is written as `Name: value`, such as `X-Scope-OrgID: team`"
            }
            HeaderError::Reserved => {
                "this header is not for flags: credentials come from the environment, and what frames a request is \
                 set by burnwatch"
            }
        })
    }
}

impl Header {
    /// Reads `Name: value`.
    pub fn parse(text: &str) -> Result<Header, HeaderError> {
        let (name, value) = text.split_once(':').ok_or(HeaderError::Malformed)?;
        Header::new(name, value)
    }

    /// A header with this name and value, without the space around them.
    pub fn new(name: &str, value: &str) -> Result<Header, HeaderError> {
        let (name, value) = (name.trim(), value.trim());
        check_header(name, value).map_err(|fault| match fault {
            HeaderFault::Name | HeaderFault::Value => HeaderError::Malformed,
            HeaderFault::Reserved => HeaderError::Reserved,
        })?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| HeaderError::Malformed)?;
        let mut value = HeaderValue::from_str(value).map_err(|_| HeaderError::Malformed)?;
        value.set_sensitive(true);
        Ok(Header { name, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(&str, &str), HeaderError>) {
        let header = Header::parse(text);
        let parts = header
            .as_ref()
            .map(|header| (header.name.as_str(), header.value.to_str().unwrap()));
        assert_eq!(parts, expected.as_ref().map(|pair| *pair), "{text}");
    }

    #[test]
    fn a_header_is_a_name_and_a_value() {
        check("X-Scope-OrgID: team", Ok(("x-scope-orgid", "team")));
        check("X-A:b:c", Ok(("x-a", "b:c")));
        for text in ["", "X", "X:", ": v", "X Y: v", "X: a\r\nHost: b"] {
            check(text, Err(HeaderError::Malformed));
        }
        check("Authorization: Bearer t", Err(HeaderError::Reserved));
        check("HOST: elsewhere", Err(HeaderError::Reserved));
    }

    #[test]
    fn the_value_of_a_header_is_not_printed() {
        let header = Header::parse("X-Key: hunter2").unwrap();
        assert!(!format!("{header:?}").contains("hunter2"));
    }
}
