//! A real VictoriaMetrics over an empty folder, for as long as its handle lives.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::http;
use super::tools::tool;

/// How long it may take from its start until it is ready, and for taking samples in.
const DEADLINE: Duration = Duration::from_secs(60);

/// How often a start is tried when another process took the free port in between.
const START_ATTEMPTS: usize = 3;

/// A running VictoriaMetrics; it is killed when this is dropped.
#[derive(Debug)]
pub struct Victoria {
    process: Child,
    port: u16,
}

impl Victoria {
    /// Starts one over `data` and waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it is not ready in a minute, with its log.
    pub fn start(data: &Path) -> Victoria {
        let log = data.with_extension("victoria.log");
        for _ in 0..START_ATTEMPTS {
            let port = TcpListener::bind(("127.0.0.1", 0))
                .and_then(|listener| listener.local_addr())
                .expect("a local port is free")
                .port();
            let output = std::fs::File::create(&log).expect("the folder of the data is writable");
            let process = Command::new(tool("victoria-metrics"))
                .arg(format!("-storageDataPath={}", data.display()))
                .arg(format!("-httpListenAddr=127.0.0.1:{port}"))
                .arg("-retentionPeriod=100y")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(output)
                .spawn()
                .expect("victoria-metrics can be started");
            let mut running = Victoria { process, port };
            if running.becomes_ready() {
                return running;
            }
        }
        let log = std::fs::read_to_string(&log).unwrap_or_default();
        panic!("victoria-metrics is not ready after {DEADLINE:?}\n{log}");
    }

    fn becomes_ready(&mut self) -> bool {
        let deadline = Instant::now() + DEADLINE;
        while Instant::now() < deadline {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return false;
            }
            let ready = http::get(self.port, "/health", Duration::from_secs(5));
            if ready.is_ok_and(|answer| answer.status == 200) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Takes samples in, as lines of `name{labels} value time_ms`, and makes them visible.
    ///
    /// # Panics
    ///
    /// When they are refused.
    pub fn import(&self, lines: &str) {
        let taken = http::post_text(self.port, "/api/v1/import/prometheus", lines, DEADLINE);
        let taken = taken.expect("victoria-metrics takes samples in");
        assert_eq!(taken.status, 204, "{}", taken.body);
        let flushed = http::get(self.port, "/internal/force_flush", DEADLINE);
        assert_eq!(flushed.expect("victoria-metrics flushes").status, 200);
    }
}

impl Drop for Victoria {
    fn drop(&mut self) {
        // Killing a process that has ended already is the only way to fail, and it is what we want.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
