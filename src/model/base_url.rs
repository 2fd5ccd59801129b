//! A URL to which paths are added: a server's, or that of the daemon itself.

use url::Url;

use crate::base::Spanned;
use crate::diagnostics::code::SP007;
use crate::diagnostics::{Finding, Findings};

/// A URL to which paths are added, without the slash at its end; nothing, with a finding that does not repeat it, where it is
/// none. It may hold a password.
pub(super) fn base_url(written: Spanned<&str>, findings: &mut Findings) -> Option<String> {
    match fault(written.value) {
        None => Some(written.value.trim_end_matches('/').to_string()),
        Some((title, label)) => {
            findings.push(Finding::new(SP007, written.span, title).label(label));
            None
        }
    }
}

fn fault(text: &str) -> Option<(&'static str, &'static str)> {
    let Ok(url) = Url::parse(text) else {
        return Some((
            "a URL that names no host",
            "a host and perhaps a port and a path are expected, such as `https://prometheus.example.com`",
        ));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Some((
            "a URL with a user in it is a secret",
            "leave the user out: credentials have fields of their own, which name files",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() || text.contains("{{") {
        return Some((
            "a URL with more than a path",
            "paths are added to it, so it ends with its own: without parameters, fragments and places to fill in",
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourceId, Span};

    fn check(text: &str, expected: Result<&str, &str>) {
        let mut findings = Findings::new();
        let span = Span::new(SourceId(0), 0, text.len());
        let found = base_url(Spanned::new(text, span), &mut findings);
        let title = findings.first().map(|finding| finding.title.as_str());
        assert_eq!(found.as_deref(), expected.ok(), "{text}");
        assert_eq!(title, expected.err(), "{text}");
    }

    #[test]
    fn a_base_url_ends_with_its_path() {
        check("http://localhost:9090", Ok("http://localhost:9090"));
        check("https://host/a/b//", Ok("https://host/a/b"));
        check("http://[::1]:9090/", Ok("http://[::1]:9090"));
    }

    #[test]
    fn what_is_no_base_url_is_told_without_it() {
        for text in ["http://", "http://:9090", "http://host:x", "https://[::1"] {
            check(text, Err("a URL that names no host"));
        }
        for text in ["http://u@host", "http://u:p@host", "http://:p@host/x"] {
            check(text, Err("a URL with a user in it is a secret"));
        }
        for text in ["http://host/?a=1", "http://host/#x", "http://host/{{slo}}"] {
            check(text, Err("a URL with more than a path"));
        }
    }
}
