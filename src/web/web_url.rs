//! A URL that can be asked without showing anybody a secret.

use core::fmt;
use core::net::IpAddr;

use url::{Host, Url};

/// Longest URL that is asked, in bytes.
pub const WEB_URL_MAX_BYTES: usize = 2048;

/// An `http` or `https` URL with a host and without credentials. Its fragment is left out, since no server sees it, so URLs
/// that differ in nothing else are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WebUrl {
    url: Url,
}

/// Why a text is no such URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebUrlError {
    /// It is no URL; the reason.
    Malformed(String),
    /// It is longer than [`WEB_URL_MAX_BYTES`].
    TooLong,
    /// It is neither `http` nor `https`.
    Scheme,
    /// It holds a user or a password.
    Credentials,
}

impl WebUrl {
    /// Reads a URL. Hosts become what they mean: `http://0x7f.1` is at 127.0.0.1.
    pub fn parse(text: &str) -> Result<WebUrl, WebUrlError> {
        if text.len() > WEB_URL_MAX_BYTES {
            return Err(WebUrlError::TooLong);
        }
        let url = Url::parse(text).map_err(|error| WebUrlError::Malformed(error.to_string()))?;
        WebUrl::of(url)
    }

    /// Where a redirect from here leads.
    pub fn join(&self, location: &str) -> Result<WebUrl, WebUrlError> {
        if location.len() > WEB_URL_MAX_BYTES {
            return Err(WebUrlError::TooLong);
        }
        let url = self.url.join(location);
        WebUrl::of(url.map_err(|error| WebUrlError::Malformed(error.to_string()))?)
    }

    fn of(mut url: Url) -> Result<WebUrl, WebUrlError> {
        if !["http", "https"].contains(&url.scheme()) {
            return Err(WebUrlError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WebUrlError::Credentials);
        }
        url.set_fragment(None);
        match url.as_str().len() > WEB_URL_MAX_BYTES {
            true => Err(WebUrlError::TooLong),
            false => Ok(WebUrl { url }),
        }
    }

    /// The host, as names are compared.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The address, where the host is no name.
    pub fn address(&self) -> Option<IpAddr> {
        match self.url.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
        }
    }

    /// All of it, with its parameters, as it is sent.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }
}

/// Without its parameters, which may be secret.
impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.url.as_str();
        f.write_str(text.split('?').next().unwrap_or(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, WebUrlError>) {
        let url = WebUrl::parse(text).map(|url| url.as_str().to_string());
        assert_eq!(url, expected.map(str::to_string), "{text}");
    }

    #[test]
    fn urls_that_lead_to_the_same_page_are_equal() {
        check("https://host/a?b#c", Ok("https://host/a?b"));
        check("HTTPS://HOST:443/a/../b", Ok("https://host/b"));
        check("http://host:8080", Ok("http://host:8080/"));
    }

    #[test]
    fn what_cannot_be_asked_is_refused_with_its_reason() {
        check("file:///etc/passwd", Err(WebUrlError::Scheme));
        check("http://me@host/", Err(WebUrlError::Credentials));
        check("http://:hunter2@host/", Err(WebUrlError::Credentials));
        let malformed = |text| matches!(WebUrl::parse(text), Err(WebUrlError::Malformed(_)));
        for text in [
            "http://",
            "http://a b/",
            "http://[fe80::1%25eth0]/",
            "http://1.2.3.999/",
        ] {
            assert!(malformed(text), "{text}");
        }
        let fits = format!("http://host/{}", "x".repeat(WEB_URL_MAX_BYTES - 12));
        check(&fits, Ok(&fits));
        check(&format!("{fits}x"), Err(WebUrlError::TooLong));
    }

    #[test]
    fn a_url_that_grows_too_long_when_it_is_written_out_is_refused() {
        let text = format!("http://host/{}", " x".repeat(WEB_URL_MAX_BYTES / 2 - 20));
        check(&text, Err(WebUrlError::TooLong));
    }

    #[test]
    fn every_spelling_of_an_address_is_that_address() {
        let at = |text: &str| WebUrl::parse(text).unwrap().address();
        for text in [
            "http://127.0.0.1",
            "http://127.1",
            "http://2130706433",
            "http://0x7f000001",
            "http://0x7f.0.0.1",
            "http://0177.0.0.01",
            "http://017700000001",
            "http://127.0.0.1.",
            "http://%31%32%37.0.0.1",
            "http://１２７.0.0.1",
            "http://127。0。0。1",
        ] {
            assert_eq!(at(text), Some([127, 0, 0, 1].into()), "{text}");
        }
        let v6 = "::ffff:127.0.0.1".parse().unwrap();
        for text in [
            "http://[::ffff:127.0.0.1]",
            "http://[0:0:0:0:0:FFFF:7F00:1]",
        ] {
            assert_eq!(at(text), Some(v6), "{text}");
        }
        assert_eq!(at("http://0"), Some([0, 0, 0, 0].into()));
        assert_eq!(at("http://localhost"), None);
    }

    #[test]
    fn parameters_are_not_shown() {
        let url = WebUrl::parse("https://host/a?token=hunter2").unwrap();
        assert_eq!(url.to_string(), "https://host/a");
    }

    #[test]
    fn a_redirect_is_relative_to_where_it_stands() {
        let url = WebUrl::parse("https://host/a/b?c").unwrap();
        let to = |location: &str| url.join(location).map(|url| url.as_str().to_string());
        assert_eq!(to("d#e"), Ok("https://host/a/d".to_string()));
        assert_eq!(to("//other/"), Ok("https://other/".to_string()));
        assert_eq!(to("file:///etc/passwd"), Err(WebUrlError::Scheme));
        assert_eq!(to("//me:pw@host/"), Err(WebUrlError::Credentials));
        let long = "x".repeat(WEB_URL_MAX_BYTES + 1);
        assert_eq!(to(&long), Err(WebUrlError::TooLong));
    }
}
