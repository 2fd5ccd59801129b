//! The web configuration file of Prometheus' own programs (exporter-toolkit), read as it is.
//!
//! What we do not do is a finding that names the field: a file means here what it means elsewhere, or nothing. Relative paths
//! are relative to the file. No value of it is repeated in a finding but those of a few words.

use std::collections::BTreeMap;
use std::path::PathBuf;

use axum::http::{HeaderName, HeaderValue};

use super::web_fields::{FILE, SLOTS};
use crate::base::{Duration, Secret, SourceId, Span};
use crate::diagnostics::code::{SP003, SP004, SP007, SP008};
use crate::diagnostics::{Finding, Findings, shown};
use crate::spec::Record;
use crate::spec::check::check;
use crate::spec::record::scalar;
use crate::yaml;

/// The most expensive hash of a password that is computed, as bcrypt's cost: some seconds.
pub const COST_MAX: u32 = 16;
/// Most requests at once that can be allowed.
pub const BURST_MAX: u32 = 1_000_000;

/// What a web configuration file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct WebConfig {
    /// How connections are encrypted, where they are.
    pub tls: Option<TlsConfig>,
    /// What is sent with every answer.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Hashes of passwords by user; without any, everybody may ask.
    pub users: BTreeMap<String, Secret>,
    /// How often anybody may ask: one in each of these, and so many at once.
    pub rate: Option<(Duration, u32)>,
}

/// How connections are encrypted.
#[derive(Debug, PartialEq, Eq)]
pub struct TlsConfig {
    /// The certificate, with those between it and its authority.
    pub certificate: Pem,
    /// Its private key.
    pub key: Pem,
    /// Whether clients show certificates.
    pub clients: Clients,
    /// The oldest version that is spoken.
    pub oldest: TlsVersion,
    /// The newest version that is spoken.
    pub newest: TlsVersion,
    /// Names of cipher suites of TLS 1.2, the best first; none for the usual ones.
    pub ciphers: Vec<String>,
    /// Names of curves, the best first; none for the usual ones.
    pub curves: Vec<String>,
    /// Whose order counts.
    pub order: Order,
}

/// A text in PEM format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pem {
    /// It stands in the file itself.
    Inline(Secret),
    /// It is in a file of its own.
    File(PathBuf),
}

/// Whether clients show certificates.
#[derive(Debug, PartialEq, Eq)]
pub enum Clients {
    /// They are not asked for any.
    Anonymous,
    /// Those who show one must show one of this authority.
    KnownOrAnonymous(Pem),
    /// They must show one of this authority.
    Known(Pem),
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// 1.2.
    Tls12,
    /// 1.3.
    Tls13,
}

/// Whose order of cipher suites counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// That of the server.
    Server,
    /// That of the client.
    Client,
}

/// What a text says, or what is wrong with it. Relative paths are below `folder`.
pub fn read(
    source: SourceId,
    text: &str,
    folder: &std::path::Path,
) -> (Option<WebConfig>, Findings) {
    let (documents, mut findings) = yaml::read(source, text);
    let mut documents = documents.into_iter();
    let first = documents.next();
    if let Some(second) = documents.next() {
        findings.push(Finding::new(
            SP004,
            second.root.span,
            "a second document in a web configuration file",
        ));
    }
    let Some(mut document) = first else {
        // An empty file says nothing, and that is fine.
        return (findings.is_empty().then(WebConfig::default), findings);
    };
    check(&mut document.root, &FILE, &SLOTS, &mut findings);
    let mut reader = Reader {
        folder,
        findings: Findings::new(),
    };
    let config = match Record::of(&document.root) {
        Some(record) if findings.is_empty() => reader.file(&record),
        _ => WebConfig::default(),
    };
    findings.append(&mut reader.findings);
    (findings.is_empty().then_some(config), findings)
}

struct Reader<'a> {
    folder: &'a std::path::Path,
    findings: Findings,
}

impl Reader<'_> {
    fn find(&mut self, span: Span, title: impl Into<String>, help: &str) {
        self.findings
            .push(Finding::new(SP007, span, title).help(help));
    }

    fn file(&mut self, file: &Record<'_>) -> WebConfig {
        let tls = file.record("tls_server_config");
        let http = file.record("http_server_config");
        let headers = http.and_then(|http| http.record("headers"));
        WebConfig {
            tls: tls.and_then(|tls| self.tls(&tls)),
            headers: headers.map_or_else(Vec::new, |headers| self.headers(&headers)),
            users: self.users(file),
            rate: file.record("rate_limit").and_then(|rate| self.rate(&rate)),
        }
    }

    fn tls(&mut self, tls: &Record<'_>) -> Option<TlsConfig> {
        if tls.entries().is_empty() {
            return None;
        }
        if let Some(span) = tls.key_span("client_allowed_sans") {
            let help = "leave the choice of clients to their authority (`client_ca_file`)";
            self.find(span, "`client_allowed_sans` is not supported", help);
        }
        let certificate = self.pem(tls, "cert", "cert_file");
        let key = self.pem(tls, "key", "key_file");
        for (found, name) in [(&certificate, "cert_file"), (&key, "key_file")] {
            if found.is_none() {
                let title = format!("`tls_server_config` needs `{name}`");
                self.findings.push(Finding::new(SP003, tls.span(), title));
            }
        }
        let oldest = self.version(tls, "min_version", TlsVersion::Tls12);
        let newest = self.version(tls, "max_version", TlsVersion::Tls13);
        if oldest > newest {
            self.find(
                tls.span(),
                "`min_version` is newer than `max_version`",
                "swap them",
            );
        }
        let clients = self.clients(tls);
        let prefers = tls.text("prefer_server_cipher_suites");
        Some(TlsConfig {
            certificate: certificate?,
            key: key?,
            clients: clients?,
            oldest,
            newest,
            ciphers: self.names(tls, "cipher_suites", super::tls::is_cipher),
            curves: self.names(tls, "curve_preferences", super::tls::is_curve),
            order: match prefers.is_some_and(|prefers| prefers.value == "false") {
                true => Order::Client,
                false => Order::Server,
            },
        })
    }

    /// A text that stands in the file, or the file that it is in.
    fn pem(&mut self, tls: &Record<'_>, inline: &str, file: &str) -> Option<Pem> {
        let filled = |name| tls.text(name).filter(|text| !text.value.is_empty());
        match (filled(inline), filled(file)) {
            (Some(text), Some(_)) => {
                let title = format!("`{inline}` and `{file}` exclude each other");
                self.findings.push(Finding::new(SP008, text.span, title));
                None
            }
            (Some(text), None) => Some(Pem::Inline(Secret::new(text.value))),
            (None, Some(path)) => Some(Pem::File(self.folder.join(path.value))),
            (None, None) => None,
        }
    }

    fn clients(&mut self, tls: &Record<'_>) -> Option<Clients> {
        let authority = self.pem(tls, "client_ca", "client_ca_file");
        let given = tls.text("client_auth_type");
        let kind = given.as_ref().map_or("", |given| given.value);
        let span = given.as_ref().map_or(tls.span(), |given| given.span);
        match (kind, authority) {
            ("" | "NoClientCert", None) => Some(Clients::Anonymous),
            ("" | "NoClientCert", Some(_)) => {
                let help = "write `client_auth_type: RequireAndVerifyClientCert`";
                self.find(span, "`client_ca_file` without a `client_auth_type`", help);
                None
            }
            ("RequireAndVerifyClientCert", Some(pem)) => Some(Clients::Known(pem)),
            ("VerifyClientCertIfGiven", Some(pem)) => Some(Clients::KnownOrAnonymous(pem)),
            ("RequireAndVerifyClientCert" | "VerifyClientCertIfGiven", None) => {
                let title = format!("`client_auth_type: {kind}` needs `client_ca_file`");
                self.find(span, title, "name the file with the authority of clients");
                None
            }
            (other, _) => {
                let title = format!("{} as `client_auth_type` is not supported", shown(other));
                let help = "write `RequireAndVerifyClientCert`, `VerifyClientCertIfGiven` or `NoClientCert`; \
                            certificates that nobody verifies say nothing";
                self.find(span, title, help);
                None
            }
        }
    }

    fn version(&mut self, tls: &Record<'_>, name: &str, usual: TlsVersion) -> TlsVersion {
        let Some(given) = tls.text(name).filter(|given| !given.value.is_empty()) else {
            return usual;
        };
        match given.value {
            "TLS12" => TlsVersion::Tls12,
            "TLS13" => TlsVersion::Tls13,
            other => {
                let title = format!("{} as `{name}` is not supported", shown(other));
                self.find(given.span, title, "write `TLS12` or `TLS13`");
                usual
            }
        }
    }

    fn names(&mut self, tls: &Record<'_>, field: &str, is_known: fn(&str) -> bool) -> Vec<String> {
        let mut names = Vec::new();
        for item in tls.list(field).iter().filter_map(scalar) {
            if is_known(&item.text) {
                names.push(item.text.to_string());
            } else {
                let title = format!("{} of `{field}` is not supported", shown(&item.text));
                self.find(item.span, title, "leave it out; the usual ones are good");
            }
        }
        names
    }

    fn headers(&mut self, headers: &Record<'_>) -> Vec<(HeaderName, HeaderValue)> {
        let mut read = Vec::new();
        for (name, node) in headers.entries() {
            let Some(value) = scalar(node).filter(|value| !value.text.is_empty()) else {
                continue;
            };
            let (choices, help): (&[&str], _) = match name.value {
                "X-Frame-Options" => (&["deny", "sameorigin"], "write `deny` or `sameorigin`"),
                "X-Content-Type-Options" => (&["nosniff"], "write `nosniff`"),
                _ => (&[], "a header is one line of ASCII"),
            };
            let is_choice = choices.is_empty() || choices.contains(&&*value.text);
            let parsed = HeaderName::from_bytes(name.value.as_bytes())
                .ok()
                .zip(HeaderValue::from_str(&value.text).ok());
            match parsed.filter(|_| is_choice) {
                Some(header) => read.push(header),
                None => {
                    let title = format!("the header `{}` cannot be this", name.value);
                    self.find(value.span, title, help);
                }
            }
        }
        read
    }

    fn users(&mut self, file: &Record<'_>) -> BTreeMap<String, Secret> {
        let mut users = BTreeMap::new();
        for (user, node) in file.map("basic_auth_users") {
            let hash = scalar(node).map_or("", |hash| &*hash.text);
            let cost = hash.parse::<bcrypt::HashParts>();
            match cost.map(|parts| parts.get_cost()) {
                Ok(cost) if cost <= COST_MAX => {
                    users.insert(user.value.to_owned(), Secret::new(hash));
                }
                Ok(cost) => {
                    let title = format!("a hash of cost {cost}, which takes too long");
                    let help = format!("make one of cost {COST_MAX} or less");
                    self.find(node.span, title, &help);
                }
                Err(_) => {
                    let help = "make one with `htpasswd -nBC 10 \"\"`";
                    self.find(node.span, "a password that is no hash of bcrypt", help);
                }
            }
        }
        users
    }

    fn rate(&mut self, rate: &Record<'_>) -> Option<(Duration, u32)> {
        let given = rate.text("interval")?;
        let interval = match given.value {
            "0" | "0s" => return None,
            text => text.parse::<Duration>().ok(),
        };
        if interval.is_none() {
            self.find(
                given.span,
                "an `interval` that is no duration",
                "write `1s`",
            );
        }
        let burst = rate.text("burst");
        let count = burst
            .as_ref()
            .map_or(Some(0), |burst| burst.value.parse::<u32>().ok());
        let count = count.filter(|count| *count <= BURST_MAX);
        if count.is_none() {
            let span = burst.map_or(rate.span(), |burst| burst.span);
            let help = format!("write a whole number up to {BURST_MAX}");
            self.find(span, "a `burst` that is no count of requests", &help);
        }
        interval.zip(count)
    }
}
