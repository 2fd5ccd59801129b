//! What the system tells the daemon.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals within this time are one.
const STOP_TOGETHER: Duration = Duration::from_millis(500);

/// Signals to the process.
pub struct Signals {
    stop: Signal,
    interrupt: Signal,
    reload: Signal,
}

/// What a signal tells.
pub enum Told {
    /// To stop: SIGTERM or SIGINT.
    Stop,
    /// To read its configuration again: SIGHUP.
    Reload,
}

impl Signals {
    /// Signals from now on.
    ///
    /// # Errors
    ///
    /// Where the system gives none.
    pub fn new() -> std::io::Result<Signals> {
        Ok(Signals {
            stop: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            reload: signal(SignalKind::hangup())?,
        })
    }

    /// The next one.
    pub async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.stop.recv() => Told::Stop,
            _ = self.interrupt.recv() => Told::Stop,
            _ = self.reload.recv() => Told::Reload,
        }
    }

    /// Told to stop a second time, by somebody who is tired of waiting. What comes together is one signal to several processes.
    pub async fn stopped_again(&mut self) {
        let together = tokio::time::sleep(STOP_TOGETHER);
        tokio::pin!(together);
        loop {
            tokio::select! {
                () = self.stopped() => if together.is_elapsed() { return },
                () = &mut together, if !together.is_elapsed() => {}
            }
        }
    }

    /// Told to stop.
    pub async fn stopped(&mut self) {
        tokio::select! {
            _ = self.stop.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
