//! What an answer to a link means, and what to ask next.

use super::verdict::{Death, Doubt, Verdict};
use super::web_url::WebUrl;

/// How a link is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// For the head of the answer alone.
    Head,
    /// For the whole answer, of which the head is read.
    Get,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: this is the verdict.
    Over(Verdict),
    /// The same with `GET`.
    Get,
    /// Another page of the same host.
    To(WebUrl),
}

/// What an answer with this status and `Location` means.
///
/// Some servers refuse `HEAD`, and some answer it wrongly, so that a bad answer counts only when it is one to `GET`; but
/// one that wants credentials or rest is not asked again. A redirect to another host is not followed: the link itself
/// answers.
pub fn step(method: Method, at: &WebUrl, status: u16, location: Option<&str>) -> Step {
    let unknown = |doubt| Step::Over(Verdict::Unknown(doubt));
    match (status, location) {
        (200..=299, _) => Step::Over(Verdict::Alive),
        (301 | 302 | 303 | 307 | 308, Some(location)) => match at.join(location) {
            Err(_) => unknown(Doubt::Astray),
            Ok(to) if to.host() == at.host() => Step::To(to),
            Ok(_) => Step::Over(Verdict::Alive),
        },
        (401 | 429, _) => unknown(Doubt::Status(status)),
        _ if method == Method::Head => Step::Get,
        (404 | 410, _) => Step::Over(Verdict::Dead(Death::Status(status))),
        _ => unknown(Doubt::Status(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, status: u16, location: Option<&str>, expected: Step) {
        let at = WebUrl::parse("https://host/a").unwrap();
        let found = step(method, &at, status, location);
        assert_eq!(found, expected, "{method:?} {status} {location:?}");
    }

    fn unknown(status: u16) -> Step {
        Step::Over(Verdict::Unknown(Doubt::Status(status)))
    }

    #[test]
    fn only_get_decides_that_nothing_is_there() {
        for status in [404, 410] {
            check(Method::Head, status, None, Step::Get);
            let dead = Step::Over(Verdict::Dead(Death::Status(status)));
            check(Method::Get, status, None, dead);
        }
        for status in [400, 403, 405, 500, 501, 503] {
            check(Method::Head, status, None, Step::Get);
            check(Method::Get, status, None, unknown(status));
        }
    }

    #[test]
    fn a_server_that_wants_credentials_or_rest_is_not_asked_again() {
        for status in [401, 429] {
            check(Method::Head, status, None, unknown(status));
            check(Method::Get, status, None, unknown(status));
        }
    }

    #[test]
    fn what_is_there_is_alive() {
        for method in [Method::Head, Method::Get] {
            check(method, 200, None, Step::Over(Verdict::Alive));
            check(method, 206, Some("/b"), Step::Over(Verdict::Alive));
        }
    }

    #[test]
    fn a_redirect_is_followed_within_its_host() {
        let to = |url: &str| Step::To(WebUrl::parse(url).unwrap());
        let other = Step::Over(Verdict::Alive);
        let astray = Step::Over(Verdict::Unknown(Doubt::Astray));
        for status in [301, 302, 303, 307, 308] {
            check(Method::Head, status, Some("/b"), to("https://host/b"));
            check(
                Method::Get,
                status,
                Some("http://HOST:81/"),
                to("http://host:81/"),
            );
            check(
                Method::Head,
                status,
                Some("http://127.0.0.1/"),
                other.clone(),
            );
            check(
                Method::Head,
                status,
                Some("https://host.other/"),
                other.clone(),
            );
            check(
                Method::Head,
                status,
                Some("file:///etc/passwd"),
                astray.clone(),
            );
            check(Method::Get, status, None, unknown(status));
        }
        check(Method::Get, 304, Some("/b"), unknown(304));
    }
}
