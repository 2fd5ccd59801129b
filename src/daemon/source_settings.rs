//! How the daemon asks its server: what the workspace says, and what is in the files that it names.
//!
//! Read at start and at each reload. Promise: a fault names the field and the file, and nothing of what is in it.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::files::{FilesError, read};
use crate::model::prometheus_server::{Identity, TlsFiles};
use crate::model::roster::receiver::Login;
use crate::model::{Daemon, PrometheusServer};
use crate::source::tls::PEM_MAX_BYTES;
use crate::source::{
    Access, AccessError, Endpoint, EndpointError, Header, HeaderError, SourceSettings, Tls,
    TlsError,
};
use crate::transport::{SecretFault, secrets};

/// Why a server cannot be asked as the workspace says.
#[derive(Debug)]
pub struct ServerFault {
    /// The field of `prometheus` that it is about.
    pub field: &'static str,
    /// What is wrong.
    pub why: ServerTrouble,
}

/// What is wrong with a field of `prometheus`.
#[derive(Debug)]
pub enum ServerTrouble {
    /// The URL is none of a server.
    Url(EndpointError),
    /// The file of a secret cannot be used.
    Secret(SecretFault),
    /// The credentials cannot be sent.
    Access(AccessError),
    /// The header of this name cannot be sent.
    Header(String, HeaderError),
    /// The file of certificates or of a key cannot be read.
    Unreadable(FilesError),
    /// It is larger than [`PEM_MAX_BYTES`].
    TooLarge(PathBuf),
    /// It cannot be used.
    Tls(PathBuf, TlsError),
}

impl fmt::Display for ServerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`prometheus.{}`: ", self.field)?;
        match &self.why {
            ServerTrouble::Url(error) => error.fmt(f),
            ServerTrouble::Secret(fault) => fault.fmt(f),
            ServerTrouble::Access(error) => error.fmt(f),
            ServerTrouble::Header(name, error) => write!(f, "`{name}`: {error}"),
            ServerTrouble::Unreadable(error) => error.fmt(f),
            ServerTrouble::TooLarge(path) => {
                let limit = PEM_MAX_BYTES >> 10;
                write!(f, "`{}` is larger than {limit} KiB", path.display())
            }
            ServerTrouble::Tls(path, error) => write!(f, "`{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for ServerFault {}

/// How the server is asked. Paths are relative to `root`, the workspace's folder. Pauses come from `jitter_seed`. It may block
/// as long as the disk does.
///
/// # Errors
///
/// The first field that cannot be used.
pub fn source_settings(
    server: &PrometheusServer,
    daemon: &Daemon,
    root: &Path,
    jitter_seed: u64,
) -> Result<SourceSettings, ServerFault> {
    let mut settings = SourceSettings::new(endpoint("url", &server.url)?);
    let others = server.others.iter().map(|url| endpoint("others", url));
    settings.others = others.collect::<Result<_, _>>()?;
    settings.access = access(&server.login, root)?;
    settings.headers = server
        .headers
        .iter()
        .map(|(name, value)| {
            let header = Header::new(name, value);
            header.map_err(|error| fault("headers", ServerTrouble::Header(name.clone(), error)))
        })
        .collect::<Result<_, _>>()?;
    settings.tls = tls(&server.tls, root)?;
    settings.partial = server.partial;
    settings.question_timeout = daemon.query_timeout;
    settings.in_flight_max = daemon.max_queries;
    settings.jitter_seed = jitter_seed;
    Ok(settings)
}

fn fault(field: &'static str, why: ServerTrouble) -> ServerFault {
    ServerFault { field, why }
}

fn endpoint(field: &'static str, url: &str) -> Result<Endpoint, ServerFault> {
    Endpoint::parse(url).map_err(|error| fault(field, ServerTrouble::Url(error)))
}

fn access(login: &Login, root: &Path) -> Result<Access, ServerFault> {
    let secret = |field, path: &str| {
        let secret = secrets::read(&root.join(path));
        let secret = secret.map_err(|error| fault(field, ServerTrouble::Secret(error)))?;
        Ok(Some(secret.expose().to_string()))
    };
    let (field, access) = match login {
        Login::None => return Ok(Access::Open),
        Login::Bearer { token_file } => {
            let field = "bearer_token_file";
            (field, Access::new(secret(field, token_file)?, None, None))
        }
        Login::Basic {
            username,
            password_file,
        } => {
            let field = "basic_auth";
            let password = secret(field, password_file)?;
            (field, Access::new(None, Some(username.clone()), password))
        }
    };
    access.map_err(|error| fault(field, ServerTrouble::Access(error)))
}

fn tls(files: &TlsFiles, root: &Path) -> Result<Tls, ServerFault> {
    let mut tls = Tls::default();
    if let Some(file) = &files.ca_file {
        let path = root.join(file);
        let pem = pem(&path)?;
        tls = tls
            .trusting(&pem)
            .map_err(|error| fault("tls", ServerTrouble::Tls(path, error)))?;
    }
    if let Some(Identity {
        cert_file,
        key_file,
    }) = &files.identity
    {
        let path = root.join(cert_file);
        let (certificate, key) = (pem(&path)?, pem(&root.join(key_file))?);
        tls = tls
            .known_by(&certificate, &key)
            .map_err(|error| fault("tls", ServerTrouble::Tls(path, error)))?;
    }
    Ok(tls)
}

fn pem(path: &Path) -> Result<Vec<u8>, ServerFault> {
    let bytes = read::at_most(path, PEM_MAX_BYTES)
        .map_err(|error| fault("tls", ServerTrouble::Unreadable(error)))?;
    match bytes.len() > PEM_MAX_BYTES {
        true => Err(fault("tls", ServerTrouble::TooLarge(path.to_path_buf()))),
        false => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Duration, Secret};
    use crate::prometheus::Partial;

    fn server(login: Login) -> PrometheusServer {
        PrometheusServer {
            url: "https://a".to_string(),
            others: vec!["https://b/x".to_string()],
            login,
            headers: [("X-Scope-OrgID".to_string(), "team".to_string())].into(),
            tls: TlsFiles::default(),
            partial: Partial::Allowed,
        }
    }

    fn bearer() -> Login {
        Login::Bearer {
            token_file: "secret".to_string(),
        }
    }

    fn basic(username: &str) -> Login {
        Login::Basic {
            username: username.to_string(),
            password_file: "secret".to_string(),
        }
    }

    /// How a server is asked where `content` is in every file that it names.
    fn read_of(server: &PrometheusServer, content: &str) -> Result<SourceSettings, ServerFault> {
        let folder = tempfile::tempdir().unwrap();
        for file in ["secret", "pem"] {
            std::fs::write(folder.path().join(file), content).unwrap();
        }
        source_settings(server, &Daemon::default(), folder.path(), 7)
    }

    #[test]
    fn what_the_workspace_says_is_asked() {
        let settings = read_of(&server(bearer()), "t0ken\n").unwrap();
        assert_eq!(settings.endpoint.to_string(), "https://a");
        assert_eq!(settings.others[0].to_string(), "https://b/x");
        assert_eq!(settings.access, Access::Bearer(Secret::new("t0ken")));
        assert_eq!(
            settings.headers,
            [Header::new("X-Scope-OrgID", "team").unwrap()]
        );
        assert_eq!(settings.partial, Partial::Allowed);
        assert_eq!(settings.question_timeout, Duration::from_ms(10_000));
        assert_eq!((settings.in_flight_max, settings.jitter_seed), (16, 7));
        let settings = read_of(&server(basic("me")), "p4ss\n").unwrap();
        let expected = Access::Basic {
            user: "me".to_string(),
            password: Secret::new("p4ss"),
        };
        assert_eq!(settings.access, expected);
    }

    #[track_caller]
    fn check(server: &PrometheusServer, content: &str, expected: &[&str]) {
        let fault = read_of(server, content).unwrap_err();
        let said = fault.to_string();
        for part in expected {
            assert!(said.contains(part), "{said}");
        }
        assert!(!said.contains("hunter2"), "{said}");
        assert!(!format!("{fault:?}").contains("hunter2"), "{fault:?}");
    }

    #[test]
    fn a_fault_names_field_and_file_and_nothing_that_is_in_it() {
        let token = "`prometheus.bearer_token_file`: ";
        check(&server(bearer()), " \n", &[token, "secret", "is empty"]);
        check(&server(bearer()), "hunter2\nhunter2", &[token]);
        let large = "hunter2".repeat(64 << 10);
        check(&server(bearer()), &large, &[token, "is larger than"]);
        let missing = Login::Bearer {
            token_file: "none".to_string(),
        };
        check(&server(missing), "", &[token, "none", "cannot be read"]);
        check(
            &server(basic("a:b")),
            "hunter2",
            &["`prometheus.basic_auth`: "],
        );
        let mut secured = server(Login::None);
        secured.tls.ca_file = Some("pem".to_string());
        let tls = "`prometheus.tls`: ";
        check(&secured, "hunter2", &[tls, "pem", "no certificates"]);
        let large = "x".repeat(PEM_MAX_BYTES + 1);
        check(&secured, &large, &[tls, "pem", "is larger than 1024 KiB"]);
        secured.tls.ca_file = None;
        secured.tls.identity = Some(Identity {
            cert_file: "pem".to_string(),
            key_file: "pem".to_string(),
        });
        check(&secured, "hunter2", &[tls, "pem", "private key"]);
    }
}
