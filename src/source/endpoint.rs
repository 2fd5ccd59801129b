//! Where a server is: a base URL without credentials.

use std::fmt;

use reqwest::Url;

/// Longest URL that is read, in bytes.
pub const URL_MAX_BYTES: usize = 2048;

/// The base URL of a server, with a path prefix if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
}

/// Why a text is no base URL of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointError {
    /// It is no URL; the reason.
    Malformed(String),
    /// It is longer than [`URL_MAX_BYTES`].
    TooLong,
    /// It is neither `http` nor `https`.
    Scheme(String),
    /// It holds a user or a password.
    Credentials,
    /// It holds parameters or a fragment.
    Parameters,
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EndpointError::Malformed(reason) => write!(f, "the URL of the server is none: {reason}"),
            EndpointError::TooLong => {
                write!(f, "the URL of the server is longer than {URL_MAX_BYTES} bytes")
            }
            EndpointError::Scheme(scheme) => write!(
                f,
                "the URL of the server begins with `{}`; `http` or `https` is expected",
                scheme.escape_default()
            ),
            // The URL is not repeated, so that a password does not get into a log.
            EndpointError::Credentials => f.write_str(
                "the URL of the server holds credentials, and command lines are seen by others: name them in \
                 `BURNWATCH_PROMETHEUS_USER` and `BURNWATCH_PROMETHEUS_PASSWORD`, or a token in \
                 `BURNWATCH_PROMETHEUS_TOKEN` or a file",
            ),
            EndpointError::Parameters => f.write_str(
                "the URL of the server ends with its path: parameters and fragments are not sent",
            ),
        }
    }
}

impl Endpoint {
    /// Reads the base URL of a server, such as `https://host/prometheus`.
    pub fn parse(text: &str) -> Result<Endpoint, EndpointError> {
        if text.len() > URL_MAX_BYTES {
            return Err(EndpointError::TooLong);
        }
        let mut base =
            Url::parse(text).map_err(|error| EndpointError::Malformed(error.to_string()))?;
        if !["http", "https"].contains(&base.scheme()) {
            return Err(EndpointError::Scheme(base.scheme().to_string()));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(EndpointError::Credentials);
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(EndpointError::Parameters);
        }
        let path = format!("{}/", base.path().trim_end_matches('/'));
        base.set_path(&path);
        Ok(Endpoint { base })
    }

    /// The URL of a path of the API.
    pub(super) fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path()));
        url
    }

    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, EndpointError>) {
        let url = Endpoint::parse(text).map(|endpoint| endpoint.url("api/v1/query").to_string());
        assert_eq!(url, expected.map(str::to_string), "{text}");
    }

    #[test]
    fn a_server_may_live_below_a_path() {
        check(
            "http://localhost:9090",
            Ok("http://localhost:9090/api/v1/query"),
        );
        check(
            "http://localhost:9090/",
            Ok("http://localhost:9090/api/v1/query"),
        );
        check(
            "https://host/prometheus",
            Ok("https://host/prometheus/api/v1/query"),
        );
        check("https://host/a/b//", Ok("https://host/a/b/api/v1/query"));
    }

    #[test]
    fn what_is_no_base_url_is_refused_with_its_reason() {
        check("http://u:p@host", Err(EndpointError::Credentials));
        check("http://u@host", Err(EndpointError::Credentials));
        check("http://:p@host", Err(EndpointError::Credentials));
        check("http://host/?x=1", Err(EndpointError::Parameters));
        check("http://host/#x", Err(EndpointError::Parameters));
        check(
            "file:///etc/passwd",
            Err(EndpointError::Scheme("file".to_string())),
        );
        check(
            "localhost:9090",
            Err(EndpointError::Scheme("localhost".to_string())),
        );
        let malformed = |text| matches!(Endpoint::parse(text), Err(EndpointError::Malformed(_)));
        assert!(malformed("") && malformed("//host") && malformed("http://"));
        let fits = format!("http://host/{}", "x".repeat(URL_MAX_BYTES - 12));
        assert!(Endpoint::parse(&fits).is_ok());
        check(&format!("{fits}x"), Err(EndpointError::TooLong));
    }

    #[test]
    fn a_refused_password_is_not_repeated() {
        let error = Endpoint::parse("http://me:hunter2@host").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
