//! The server that the daemon asks.

use std::collections::BTreeMap;

use super::base_url::base_url;
use super::roster::receiver::Login;
use crate::base::header::{HeaderFault, check_header};
use crate::base::{Span, Spanned};
use crate::diagnostics::code::{SP003, SP007, SP008};
use crate::diagnostics::{Finding, Findings, shown};
use crate::prometheus::Partial;
use crate::spec::{Record, record};

/// The server that the daemon asks. Files are of the host that runs it, relative to the workspace's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrometheusServer {
    /// Where its API is: a base URL without credentials.
    pub url: String,
    /// Where those are that are asked when it cannot answer, in the order of preference.
    pub others: Vec<String>,
    /// How each of them knows who asks.
    pub login: Login,
    /// What else is sent with every question.
    pub headers: BTreeMap<String, String>,
    /// Whom encryption trusts, and as whom it speaks.
    pub tls: TlsFiles,
    /// What becomes of an answer that may lack series.
    pub partial: Partial,
}

/// The files of encryption, in PEM format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The authorities to trust, instead of those of the machine.
    pub ca_file: Option<String>,
    /// The client's own certificate.
    pub identity: Option<Identity>,
}

/// The files that a client shows who it is with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its certificate.
    pub cert_file: String,
    /// The private key of that.
    pub key_file: String,
}

impl PrometheusServer {
    /// What the workspace's `prometheus` says. Where a part of it is wrong there is no server, and a finding.
    pub(super) fn of(record: &Record<'_>, findings: &mut Findings) -> Option<PrometheusServer> {
        let before = findings.len();
        let url = record.text("url").and_then(|url| base_url(url, findings));
        let others: Vec<String> = record
            .list("others")
            .iter()
            .filter_map(record::scalar)
            .filter_map(|other| base_url(Spanned::new(&*other.text, other.span), findings))
            .collect();
        let login = Login::of(record, findings);
        let headers = headers(record, findings);
        let tls = tls(record, findings);
        let partial = match record.text("allow_partial").map(|text| text.value) {
            Some("true") => Partial::Allowed,
            Some(_) | None => Partial::Refused,
        };
        if let Some(url) = &url {
            findings.extend(plain(record, std::iter::once(url).chain(&others), &tls));
        }
        let is_sound = findings.len() == before && !record.has_unreadable();
        let server = PrometheusServer {
            url: url?,
            others,
            login: login?,
            headers,
            tls,
            partial,
        };
        is_sound.then_some(server)
    }
}

/// Files of encryption for servers of which none is asked that way.
fn plain<'a>(
    record: &Record<'_>,
    mut urls: impl Iterator<Item = &'a String>,
    tls: &TlsFiles,
) -> Option<Finding> {
    if *tls == TlsFiles::default() || urls.any(|url| !url.starts_with("http://")) {
        return None;
    }
    let span = record.key_span("tls")?;
    let finding = Finding::new(SP008, span, "`tls` for a server that is asked by `http`")
        .label("there is nothing to trust");
    Some(finding.help("write `https` in `url`, or remove `tls`"))
}

/// The headers that may be sent.
fn headers(record: &Record<'_>, findings: &mut Findings) -> BTreeMap<String, String> {
    let mut places: BTreeMap<String, Span> = BTreeMap::new();
    let mut headers = BTreeMap::new();
    for (name, node) in record.map("headers") {
        let Some(value) = record::scalar(node) else {
            continue;
        };
        let header = shown(name.value);
        let finding = match check_header(name.value, &value.text) {
            Ok(()) => match places.insert(name.value.to_ascii_lowercase(), name.span) {
                None => {
                    headers.insert(name.value.to_string(), value.text.trim().to_string());
                    continue;
                }
                Some(first) => {
                    let title = format!("the header {header} is here twice");
                    Finding::new(SP008, name.span, title)
                        .label("headers are the same in any case")
                        .also(first, "the other one")
                }
            },
            Err(HeaderFault::Name) => {
                Finding::new(SP007, name.span, format!("{header} is no header's name"))
                    .label("a name has letters, digits and `-`")
            }
            // The value is not repeated: it may be a key.
            Err(HeaderFault::Value) => Finding::new(
                SP007,
                value.span,
                format!("the value of the header {header} cannot be sent"),
            )
            .label("visible ASCII characters and spaces are expected"),
            Err(HeaderFault::Reserved) => Finding::new(
                SP007,
                name.span,
                format!("the header {header} is not for users"),
            )
            .label("what frames a request is set by burnwatch")
            .help("credentials are given by `basic_auth` or `bearer_token_file`"),
        };
        findings.push(finding);
    }
    headers
}

fn tls(record: &Record<'_>, findings: &mut Findings) -> TlsFiles {
    let Some(of) = record.record("tls") else {
        return TlsFiles::default();
    };
    let text = |field: &str| of.text(field).map(|text| text.value.to_string());
    let identity = match (text("cert_file"), text("key_file")) {
        (Some(cert_file), Some(key_file)) => Some(Identity {
            cert_file,
            key_file,
        }),
        (None, None) => None,
        (certificate, _) => {
            let (there, lacking) = match certificate {
                Some(_) => ("cert_file", "key_file"),
                None => ("key_file", "cert_file"),
            };
            let span = of.key_span(there).unwrap_or(of.span());
            // One that is there and cannot be read has its finding.
            if of.key_span(lacking).is_none() {
                let title = format!("`{there}` without `{lacking}`");
                findings.push(
                    Finding::new(SP003, span, title)
                        .label("a certificate and its private key belong together"),
                );
            }
            None
        }
    };
    TlsFiles {
        ca_file: text("ca_file"),
        identity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;
    use crate::model::Workspace;

    /// What is made of a `prometheus`, and the titles of what is found in it.
    fn read(prometheus: &str) -> (Option<PrometheusServer>, Vec<String>) {
        let text = format!("prometheus: {{{prometheus}}}");
        let (documents, faults) = crate::yaml::read(SourceId(0), &text);
        assert!(faults.is_empty(), "{text}");
        let mut findings = Findings::new();
        let workspace = Workspace::resolve(&documents[0].root, &mut findings);
        let titles = findings.into_iter().map(|finding| finding.title);
        (workspace.prometheus, titles.collect())
    }

    #[track_caller]
    fn check(prometheus: &str, expected: &[&str]) {
        let (server, titles) = read(prometheus);
        assert_eq!(titles, expected, "{prometheus}");
        assert_eq!(server.is_some(), expected.is_empty(), "{prometheus}");
    }

    #[test]
    fn what_is_said_is_taken() {
        let (server, _) = read(
            "url: 'https://a/', others: ['http://b'], bearer_token_file: t, allow_partial: true, \
             headers: {X-Scope-OrgID: team}, tls: {ca_file: a, cert_file: c, key_file: k}",
        );
        let expected = PrometheusServer {
            url: "https://a".to_string(),
            others: vec!["http://b".to_string()],
            login: Login::Bearer {
                token_file: "t".to_string(),
            },
            headers: BTreeMap::from([("X-Scope-OrgID".to_string(), "team".to_string())]),
            tls: TlsFiles {
                ca_file: Some("a".to_string()),
                identity: Some(Identity {
                    cert_file: "c".to_string(),
                    key_file: "k".to_string(),
                }),
            },
            partial: Partial::Allowed,
        };
        assert_eq!(server, Some(expected));
        check("url: 'http://localhost:9090'", &[]);
    }

    #[test]
    fn a_server_that_cannot_be_asked_is_told() {
        let both = "`bearer_token_file` beside `basic_auth`";
        check(
            "url: 'http://a', bearer_token_file: t, basic_auth: {username: u, password_file: p}",
            &[both],
        );
        check(
            "url: 'http://a', basic_auth: {username: 'u:v', password_file: p}",
            &["a user with a colon cannot be sent"],
        );
        let secret = "a URL with a user in it is a secret";
        check("url: 'http://u:p@a'", &[secret]);
        check("url: 'http://a', others: ['http://u:p@a']", &[secret]);
        check(
            "url: 'https://a', tls: {cert_file: c}",
            &["`cert_file` without `key_file`"],
        );
        check(
            "url: 'https://a', tls: {key_file: c}",
            &["`key_file` without `cert_file`"],
        );
        let plain = "`tls` for a server that is asked by `http`";
        check("url: 'http://a', tls: {ca_file: c}", &[plain]);
        check(
            "url: 'http://a', others: ['https://b'], tls: {ca_file: c}",
            &[],
        );
    }

    #[test]
    fn headers_are_those_that_users_may_choose() {
        let check = |headers: &str, expected: &[&str]| {
            check(
                &format!("url: 'http://a', headers: {{{headers}}}"),
                expected,
            );
        };
        check("X-A: a, X-B: a", &[]);
        check("'X A': a", &["`X A` is no header's name"]);
        check("X-A: é", &["the value of the header `X-A` cannot be sent"]);
        let reserved = "the header `AUTHORIZATION` is not for users";
        check("AUTHORIZATION: Bearer t", &[reserved]);
        check("X-A: a, x-a: b", &["the header `x-a` is here twice"]);
    }
}
