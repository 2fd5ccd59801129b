//! A server that runs for as long as its handle lives.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration as Time, Instant};

use burnwatch::base::Duration;
use burnwatch::serve::{Limits, ServeError, ServeSettings, Server, WebFault};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::client::{Answer, Client};
use super::fake::Fake;

/// How long anything may take that has to happen.
pub const DEADLINE: Time = Time::from_secs(60);

/// A server that runs.
pub struct Running {
    pub address: SocketAddr,
    pub fault: Box<dyn Fn() -> Option<WebFault>>,
    runtime: Option<Runtime>,
    end: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

pub fn settings() -> ServeSettings {
    let mut settings = ServeSettings::new(SocketAddr::from(([127, 0, 0, 1], 0)));
    settings.limits = Limits {
        reload_every: Duration::from_ms(0),
        ..Limits::default()
    };
    settings
}

/// Settings with this web configuration file.
pub fn configured(path: &Path) -> ServeSettings {
    ServeSettings {
        web_config: Some(path.to_path_buf()),
        ..settings()
    }
}

impl Running {
    pub fn start(settings: ServeSettings, face: &Arc<Fake>) -> Running {
        Running::try_start(settings, face).unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn try_start(settings: ServeSettings, face: &Arc<Fake>) -> Result<Running, ServeError> {
        // One thread serves all, so that whatever blocks it is seen.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(Server::bind(settings, face.clone()))?;
        let (address, fault) = (server.address(), Box::new(server.web_fault()));
        let (end, ended) = oneshot::channel();
        let task = runtime.spawn(async move {
            let ended = async { drop(ended.await) };
            server.run(ended, Duration::from_ms(30_000)).await;
        });
        Ok(Running {
            address,
            fault,
            runtime: Some(runtime),
            end: Some(end),
            task: Some(task),
        })
    }

    /// Asks it to end, and does not wait for it.
    pub fn end(&mut self) {
        drop(self.end.take());
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) {
        let task = self.task.take().expect("it is waited for once");
        let runtime = self.runtime.as_ref().expect("it runs");
        let ended = async { tokio::time::timeout(DEADLINE, task).await };
        runtime.block_on(ended).unwrap().unwrap();
    }

    pub fn client(&self) -> Client {
        Client::connect(self.address)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub fn get_with(&self, path: &str, headers: &[&str]) -> Answer {
        self.client().ask("GET", path, headers, "").unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Waits until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Time::from_millis(5));
    }
}
