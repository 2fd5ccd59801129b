//! A real VictoriaMetrics over an empty folder, for as long as its handle lives.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::http;
use super::server::Server;
use super::tools::tool;

/// How long it may take to take samples in.
const DEADLINE: Duration = Duration::from_secs(60);

/// A running VictoriaMetrics; it is killed when this is dropped.
#[derive(Debug)]
pub struct Victoria {
    server: Server,
}

impl Victoria {
    /// Starts one over `data` and waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it is not ready in a minute, with its log.
    pub fn start(data: &Path) -> Victoria {
        let log = data.with_extension("victoria.log");
        let server = Server::start(&log, "/health", |port| {
            let mut command = Command::new(tool("victoria-metrics"));
            command
                .arg(format!("-storageDataPath={}", data.display()))
                .arg(format!("-httpListenAddr=127.0.0.1:{port}"))
                .arg("-retentionPeriod=100y");
            command
        });
        Victoria { server }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Takes samples in, as lines of `name{labels} value time_ms`, and makes them visible.
    ///
    /// # Panics
    ///
    /// When they are refused.
    pub fn import(&self, lines: &str) {
        let taken = http::post_text(
            self.server.port(),
            "/api/v1/import/prometheus",
            lines,
            DEADLINE,
        );
        let taken = taken.expect("victoria-metrics takes samples in");
        assert_eq!(taken.status, 204, "{}", taken.body);
        let flushed = http::get(self.server.port(), "/internal/force_flush", DEADLINE);
        assert_eq!(flushed.expect("victoria-metrics flushes").status, 200);
    }
}
