//! The web configuration file and the files that it names, read anew when they change.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use axum::http::{HeaderName, HeaderValue};
use ring::digest::{Context, SHA256};
use rustls::ServerConfig;
use tokio::time::Instant;

use super::rate::Bucket;
use super::tls::{self, Pems, Wanted};
use super::users::Users;
use super::web_config::{self, Clients, Pem, TlsConfig};
use crate::base::Duration;
use crate::diagnostics::{Findings, Sources};

/// Largest web configuration file, and largest file that it names, in bytes.
pub const FILE_MAX_BYTES: usize = 1 << 20;

/// Why a web configuration file is not in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebFault {
    /// The file.
    pub path: PathBuf,
    /// All that is wrong, a line each: place, what was found, what would be right.
    pub why: Vec<String>,
}

impl fmt::Display for WebFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = self.why.join("; ");
        write!(
            f,
            "the web configuration file `{}` is not in effect: {why}",
            self.path.display()
        )
    }
}

/// What is in effect.
pub(super) struct Loaded {
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) users: Arc<Users>,
    pub(super) rate: Option<Bucket>,
}

/// What is in effect now.
pub(super) struct Current {
    path: Option<PathBuf>,
    every: Duration,
    loaded: RwLock<Arc<Loaded>>,
    watch: Mutex<Watch>,
}

/// What was seen of the files.
struct Watch {
    looked_at: Instant,
    digest: Vec<u8>,
    fault: Option<WebFault>,
}

impl Current {
    /// Reads the files for the first time.
    pub(super) fn new(path: Option<PathBuf>, every: Duration) -> Result<Current, WebFault> {
        let (loaded, digest) = match &path {
            Some(path) => {
                let seen = Seen::of(path)?;
                {
                    let digest = seen.digest();
                    (seen.load(path)?, digest)
                }
            }
            None => (Loaded::open(), Vec::new()),
        };
        let watch = Watch {
            looked_at: Instant::now(),
            digest,
            fault: None,
        };
        Ok(Current {
            path,
            every,
            loaded: RwLock::new(Arc::new(loaded)),
            watch: Mutex::new(watch),
        })
    }

    pub(super) fn get(&self) -> Arc<Loaded> {
        self.loaded.read().expect("nobody panics with it").clone()
    }

    /// What is wrong with the files as they are now; what was right before stays in effect.
    pub(super) fn fault(&self) -> Option<WebFault> {
        let watch = self.watch.lock().expect("nobody panics with it");
        watch.fault.clone()
    }

    /// Reads the files again when it is time to and they have changed.
    pub(super) async fn refresh(self: &Arc<Current>) {
        if !self.is_due() {
            return;
        }
        let current = self.clone();
        // Whatever became of it, the last configuration stays in effect.
        let _ = tokio::task::spawn_blocking(move || current.look()).await;
    }

    fn is_due(&self) -> bool {
        let mut watch = self.watch.lock().expect("nobody panics with it");
        let (now, every) = (Instant::now(), self.every.as_ms());
        let is_due = self.path.is_some()
            && now.duration_since(watch.looked_at).as_millis() >= u128::from(every);
        if is_due {
            watch.looked_at = now;
        }
        is_due
    }

    fn look(&self) {
        let Some(path) = &self.path else { return };
        let seen = Seen::of(path);
        let mut watch = self.watch.lock().expect("nobody panics with it");
        let outcome = match seen {
            Ok(seen) => {
                let digest = seen.digest();
                if digest == watch.digest {
                    return;
                }
                watch.digest = digest;
                seen.load(path)
            }
            Err(fault) => {
                // Whatever comes next is new.
                watch.digest = Vec::new();
                Err(fault)
            }
        };
        match outcome {
            Ok(loaded) => {
                watch.fault = None;
                *self.loaded.write().expect("nobody panics with it") = Arc::new(loaded);
            }
            Err(fault) => {
                if watch.fault.as_ref() != Some(&fault) {
                    tracing::error!(fault = %fault, "the one before stays in effect");
                }
                watch.fault = Some(fault);
            }
        }
    }
}

impl Loaded {
    /// Without a file.
    fn open() -> Loaded {
        Loaded {
            tls: None,
            headers: Vec::new(),
            users: Users::new(Default::default()),
            rate: None,
        }
    }
}

/// The files as they are.
struct Seen {
    config: web_config::WebConfig,
    text: String,
    pems: Option<Pems>,
}

impl Seen {
    fn of(path: &Path) -> Result<Seen, WebFault> {
        let fault = |why: Vec<String>| WebFault {
            path: path.to_path_buf(),
            why,
        };
        let bytes = bytes(path).map_err(|why| fault(vec![why]))?;
        let text =
            String::from_utf8(bytes).map_err(|_| fault(vec!["it is not UTF-8".to_owned()]))?;
        let mut sources = Sources::default();
        let source = sources.add(path.display().to_string(), text.clone());
        let folder = path.parent().unwrap_or(Path::new(""));
        let (config, findings) = web_config::read(source, &text, folder);
        let Some(config) = config else {
            return Err(fault(lines(&findings, &sources)));
        };
        let pems = config.tls.as_ref().map(pems).transpose();
        Ok(Seen {
            pems: pems.map_err(|why| fault(vec![why]))?,
            config,
            text,
        })
    }

    /// What tells one state of the files from another.
    fn digest(&self) -> Vec<u8> {
        let mut hash = Context::new(&SHA256);
        let mut add = |part: &[u8]| {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        add(self.text.as_bytes());
        if let Some(pems) = &self.pems {
            add(&pems.certificate);
            add(&pems.key);
            let authority = pems.authority.as_ref();
            add(authority.map_or(b"".as_slice(), |(pem, _)| pem));
        }
        hash.finish().as_ref().to_vec()
    }

    fn load(self, path: &Path) -> Result<Loaded, WebFault> {
        let tls = match (&self.config.tls, &self.pems) {
            (Some(config), Some(pems)) => Some(tls::server(config, pems)),
            _ => None,
        };
        let tls = tls.transpose().map_err(|why| WebFault {
            path: path.to_path_buf(),
            why: vec![format!("`tls_server_config`: {why}")],
        })?;
        let rate = self.config.rate;
        Ok(Loaded {
            tls,
            headers: self.config.headers,
            users: Users::new(self.config.users),
            rate: rate.map(|(interval, burst)| {
                Bucket::new(std::time::Duration::from_millis(interval.as_ms()), burst)
            }),
        })
    }
}

fn lines(findings: &Findings, sources: &Sources) -> Vec<String> {
    let line = |finding: &crate::diagnostics::Finding| {
        let (line, column) = sources.line_column(finding.primary.span);
        let help: String = finding
            .help
            .iter()
            .map(|help| format!(" ({help})"))
            .collect();
        format!("{line}:{column}: {}{help}", finding.title)
    };
    findings.iter().map(line).collect()
}

fn pems(config: &TlsConfig) -> Result<Pems, String> {
    let authority = match &config.clients {
        Clients::Anonymous => None,
        Clients::KnownOrAnonymous(authority) => Some((pem(authority)?, Wanted::IfThereIsOne)),
        Clients::Known(authority) => Some((pem(authority)?, Wanted::Always)),
    };
    Ok(Pems {
        certificate: pem(&config.certificate)?,
        key: pem(&config.key)?,
        authority,
    })
}

fn pem(pem: &Pem) -> Result<Vec<u8>, String> {
    match pem {
        Pem::Inline(text) => Ok(text.expose().as_bytes().to_vec()),
        Pem::File(path) => bytes(path).map_err(|why| format!("`{}`: {why}", path.display())),
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("it cannot be read: {error}");
    // A pipe would be waited for when it is opened.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err("it is no file with a content of its own".to_owned());
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(FILE_MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    match bytes.len() > FILE_MAX_BYTES {
        true => Err(format!("it is larger than {} KiB", FILE_MAX_BYTES >> 10)),
        false => Ok(bytes),
    }
}
