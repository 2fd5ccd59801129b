//! The arguments that say which servers are asked, and how. The command line and the environment alone say so, never a file
//! of the workspace: whoever can change one in a branch could have credentials sent elsewhere.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use super::Io;
use crate::files::read;
use crate::source::tls::PEM_MAX_BYTES;
use crate::source::{Access, Endpoint, Header, Partial, Source, SourceSettings, Tls};

/// Where the URLs of servers are read from by commands that do nothing without one, separated by space.
const URL: &str = "BURNWATCH_PROMETHEUS_URL";
/// Where a bearer token is read from.
const TOKEN: &str = "BURNWATCH_PROMETHEUS_TOKEN";
/// Where the path of its file is read from.
const TOKEN_FILE: &str = "BURNWATCH_PROMETHEUS_TOKEN_FILE";
/// Where a user's name is read from.
const USER: &str = "BURNWATCH_PROMETHEUS_USER";
/// Where that user's password is read from.
const PASSWORD: &str = "BURNWATCH_PROMETHEUS_PASSWORD";

/// Most servers of a run.
const SERVERS_MAX: usize = 8;
/// Largest file of a token, in bytes.
const TOKEN_MAX_BYTES: usize = 64 << 10;

/// The arguments about servers.
#[derive(Default, clap::Args)]
pub(super) struct ServerArguments {
    /// Ask this server; several times: the next one where those before it cannot answer. Credentials come from
    /// BURNWATCH_PROMETHEUS_TOKEN, or _USER and _PASSWORD
    #[arg(long, value_name = "URL")]
    prometheus: Vec<String>,
    /// A header for every question to it, such as `X-Scope-OrgID: team`
    #[arg(long, value_name = "HEADER")]
    prometheus_header: Vec<String>,
    /// Read the bearer token from this file; also BURNWATCH_PROMETHEUS_TOKEN_FILE
    #[arg(long, value_name = "PATH")]
    prometheus_token_file: Option<String>,
    /// Trust these certificates, in PEM format, instead of those of this machine
    #[arg(long, value_name = "PATH")]
    prometheus_ca_file: Option<String>,
    /// Show the server this certificate, in PEM format
    #[arg(long, value_name = "PATH", requires = "prometheus_key_file")]
    prometheus_cert_file: Option<String>,
    /// The private key of this certificate, in PEM format
    #[arg(long, value_name = "PATH", requires = "prometheus_cert_file")]
    prometheus_key_file: Option<String>,
    /// Take answers of which the server says that they may lack series
    #[arg(long)]
    allow_partial: bool,
}

impl ServerArguments {
    /// Who asks the servers, where any are named by flags or by the environment.
    #[allow(dead_code, reason = "only commands that are about a server have it")]
    pub(super) fn source(&self, io: &Io<'_>) -> Result<Option<Source>, String> {
        match &self.prometheus[..] {
            [] => {
                let urls = (io.environment)(URL).unwrap_or_default();
                let urls: Vec<&str> = urls.split_whitespace().collect();
                self.open(URL, &urls, io)
            }
            _ => self.source_of_flags(io),
        }
    }

    /// Who asks the servers, where any are named by flags: a variable has nobody asked who did not ask for it.
    pub(super) fn source_of_flags(&self, io: &Io<'_>) -> Result<Option<Source>, String> {
        let urls: Vec<&str> = self.prometheus.iter().map(String::as_str).collect();
        self.open("--prometheus", &urls, io)
    }

    fn open(&self, named_by: &str, urls: &[&str], io: &Io<'_>) -> Result<Option<Source>, String> {
        if urls.len() > SERVERS_MAX {
            return Err(format!("`{named_by}`: more than {SERVERS_MAX} servers"));
        }
        let endpoint =
            |url: &&str| Endpoint::parse(url).map_err(|error| format!("`{named_by}`: {error}"));
        let endpoints: Result<Vec<Endpoint>, String> = urls.iter().map(endpoint).collect();
        let mut endpoints = endpoints?.into_iter();
        let Some(first) = endpoints.next() else {
            return match self.given() {
                Some(flag) => Err(format!(
                    "`{flag}` is about the server that `--prometheus` names, and it names none"
                )),
                None => Ok(None),
            };
        };
        let mut settings = SourceSettings::new(first);
        settings.others = endpoints.collect();
        self.fill(&mut settings, io)?;
        Source::new(settings)
            .map(Some)
            .map_err(|error| error.to_string())
    }

    /// A flag that means nothing without a server.
    fn given(&self) -> Option<&'static str> {
        let flags = [
            (!self.prometheus_header.is_empty(), "--prometheus-header"),
            (
                self.prometheus_token_file.is_some(),
                "--prometheus-token-file",
            ),
            (self.prometheus_ca_file.is_some(), "--prometheus-ca-file"),
            (
                self.prometheus_cert_file.is_some(),
                "--prometheus-cert-file",
            ),
            (self.allow_partial, "--allow-partial"),
        ];
        let mut given = flags.into_iter().filter(|(is_given, _)| *is_given);
        given.next().map(|(_, flag)| flag)
    }

    fn fill(&self, settings: &mut SourceSettings, io: &Io<'_>) -> Result<(), String> {
        settings.access = self.access(io)?;
        settings.tls = self.tls(io)?;
        let mut endpoints = std::iter::once(&settings.endpoint).chain(&settings.others);
        if settings.tls.is_given() && !endpoints.any(Endpoint::is_encrypted) {
            return Err(
                "certificates are for `https`, and the server is asked by `http`".to_string(),
            );
        }
        if self.allow_partial {
            settings.partial = Partial::Allowed;
        }
        for header in &self.prometheus_header {
            let header = Header::parse(header);
            let header = header.map_err(|error| format!("`--prometheus-header`: {error}"))?;
            settings.headers.push(header);
        }
        settings.jitter_seed = RandomState::new().hash_one(0);
        Ok(())
    }

    /// A token of a file that the command line names counts more than one of the environment.
    fn access(&self, io: &Io<'_>) -> Result<Access, String> {
        let variable = |name| (io.environment)(name).filter(|text| !text.is_empty());
        let (path, named_by) = match &self.prometheus_token_file {
            Some(path) => (Some(path.clone()), "--prometheus-token-file"),
            None => (variable(TOKEN_FILE), TOKEN_FILE),
        };
        let token = match (path, variable(TOKEN)) {
            (None, token) => token,
            (Some(_), Some(_)) if named_by == TOKEN_FILE => {
                return Err(format!(
                    "`{TOKEN}` and `{TOKEN_FILE}` are given; a server takes one token"
                ));
            }
            (Some(path), _) => {
                let bytes = file(named_by, &path, TOKEN_MAX_BYTES, io)?;
                // What is no text is no token either, and it is not repeated.
                let token = String::from_utf8(bytes).unwrap_or_default();
                // An empty file is not the same as no file.
                let access = Access::new(Some(format!("{token}\n")), None, None);
                access.map_err(|error| format!("`{named_by}`: {error}"))?;
                Some(token)
            }
        };
        Access::new(token, variable(USER), variable(PASSWORD))
            .map_err(|error| format!("`{TOKEN}`, `{USER}` and `{PASSWORD}`: {error}"))
    }

    fn tls(&self, io: &Io<'_>) -> Result<Tls, String> {
        let mut tls = Tls::default();
        if let Some(path) = &self.prometheus_ca_file {
            let flag = "--prometheus-ca-file";
            let pem = file(flag, path, PEM_MAX_BYTES, io)?;
            tls = tls
                .trusting(&pem)
                .map_err(|error| format!("`{flag}`: {error}"))?;
        }
        if let (Some(certificate), Some(key)) =
            (&self.prometheus_cert_file, &self.prometheus_key_file)
        {
            let (of_certificate, of_key) = ("--prometheus-cert-file", "--prometheus-key-file");
            let certificate = file(of_certificate, certificate, PEM_MAX_BYTES, io)?;
            let key = file(of_key, key, PEM_MAX_BYTES, io)?;
            tls = tls
                .known_by(&certificate, &key)
                .map_err(|error| format!("`{of_certificate}` and `{of_key}`: {error}"))?;
        }
        Ok(tls)
    }
}

/// The bytes of a file that an argument or a variable names.
fn file(named_by: &str, path: &str, bytes_max: usize, io: &Io<'_>) -> Result<Vec<u8>, String> {
    let bytes = read::at_most(&io.folder.join(Path::new(path)), bytes_max)
        .map_err(|error| format!("`{named_by}`: {error}"))?;
    match bytes.len() > bytes_max {
        true => Err(format!(
            "`{named_by}`: the file is larger than {} KiB",
            bytes_max >> 10
        )),
        false => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Colour;

    /// What is said where there is `url` in the environment and these servers among the arguments; whether any is asked.
    fn check(url: &str, flags: &[&str], expected: Result<bool, &str>) {
        let environment = |name: &str| (name == URL).then(|| url.to_string());
        let io = Io {
            stdin: &mut std::io::empty(),
            stdout: &mut Vec::new(),
            stderr: &mut Vec::new(),
            stdout_colour: Colour::Plain,
            stderr_colour: Colour::Plain,
            folder: Default::default(),
            today: jiff::civil::date(2026, 11, 21),
            now_ms: 0,
            environment: &environment,
        };
        let arguments = ServerArguments {
            prometheus: flags.iter().map(ToString::to_string).collect(),
            ..ServerArguments::default()
        };
        let source = arguments.source(&io).map(|source| source.is_some());
        match (&source, expected) {
            (Err(said), Err(part)) => assert!(said.contains(part), "{said}"),
            (source, expected) => {
                assert_eq!(source.as_ref().ok(), expected.as_ref().ok(), "{source:?}")
            }
        }
    }

    #[test]
    fn a_flag_counts_more_than_the_environment() {
        check("", &[], Ok(false));
        check(" ", &[], Ok(false));
        check("http://a", &[], Ok(true));
        check("http://a  http://b\n", &[], Ok(true));
        check(
            "a",
            &[],
            Err("`BURNWATCH_PROMETHEUS_URL`: the URL of the server is none"),
        );
        check(
            "http://a b",
            &[],
            Err("`BURNWATCH_PROMETHEUS_URL`: the URL of the server is none"),
        );
        check("a", &["http://b"], Ok(true));
        check(
            "http://a",
            &["b"],
            Err("`--prometheus`: the URL of the server is none"),
        );
        let most = ["http://a"; SERVERS_MAX].join(" ");
        check(&most, &[], Ok(true));
        check(&format!("{most} http://b"), &[], Err("more than 8 servers"));
    }
}
