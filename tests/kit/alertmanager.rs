//! A real Alertmanager over a configuration file, for as long as its handle lives.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;

use super::http;
use super::server::Server;
use super::tools::tool;

/// How long one question may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// Where Debian's Alertmanager looks for the templates that others have built in. It is not installed here.
const TEMPLATES: &[u8] = b"/usr/share/prometheus/alertmanager";

/// What it must find there. Empty ones do for receivers that use none of them.
const BUILT_IN: [&str; 2] = ["default.tmpl", "email.tmpl"];

/// A running Alertmanager; it is killed when this is dropped.
#[derive(Debug)]
pub struct Alertmanager {
    server: Server,
}

impl Alertmanager {
    /// Starts one with the file `config`, alone and with its state in `data`, and waits until it is ready. It has no
    /// templates but those that `config` names.
    ///
    /// # Panics
    ///
    /// When it is not ready in a minute, with its log.
    pub fn start(config: &Path, data: &Path) -> Alertmanager {
        let log = data.with_extension("log");
        fs::create_dir_all(data).expect("the folder of the data is writable");
        for template in BUILT_IN {
            fs::write(data.join(template), "").expect("the folder of the data is writable");
        }
        let server = Server::start(&log, "/-/ready", |port| {
            let mut command = Command::new(program());
            command
                .current_dir(data)
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.path={}", data.display()))
                .arg(format!("--web.listen-address=127.0.0.1:{port}"))
                .arg("--cluster.listen-address=")
                .arg("--log.level=warn");
            command
        });
        Alertmanager { server }
    }

    /// The port of 127.0.0.1 that it listens on.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Every alert that it has, as its API tells them.
    ///
    /// # Panics
    ///
    /// When it does not answer.
    pub fn alerts(&self) -> Vec<Value> {
        let answer = http::get(self.port(), "/api/v2/alerts", DEADLINE);
        let answer = answer.expect("Alertmanager answers");
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).expect("Alertmanager answers with a list")
    }

    /// Makes it read its configuration anew.
    ///
    /// # Panics
    ///
    /// When it refuses.
    pub fn reload(&self) {
        let answer = http::post(self.port(), "/-/reload", &[], DEADLINE);
        let answer = answer.expect("Alertmanager answers");
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

/// An Alertmanager that looks for templates in the folder in which it is started.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let original = tool("prometheus-alertmanager");
        let mut bytes = fs::read(&original).expect("the tool is readable");
        let places = places_of(&bytes, TEMPLATES);
        if places.is_empty() {
            return original;
        }
        // The folder in which it is started, in as many bytes.
        let here = "./".repeat(TEMPLATES.len() / 2);
        for at in places {
            bytes[at..at + TEMPLATES.len()].copy_from_slice(here.as_bytes());
        }
        let own = Path::new(env!("CARGO_TARGET_TMPDIR")).join("alertmanager");
        // A run beside this one may be executing the file: it is replaced, not written.
        let fresh = own.with_extension(std::process::id().to_string());
        fs::copy(&original, &fresh).expect("the folder of the tests is writable");
        fs::write(&fresh, bytes).expect("the folder of the tests is writable");
        fs::rename(&fresh, &own).expect("the folder of the tests is writable");
        own
    })
}

fn places_of(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(wanted.len()).enumerate();
    windows
        .filter(|(_, window)| *window == wanted)
        .map(|(at, _)| at)
        .collect()
}
