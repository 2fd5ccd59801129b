//! Waits, and hears who wants it to stop: SIGINT and SIGTERM where there are signals, Ctrl-C elsewhere.

use std::future::Future;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use tokio::runtime::Builder;

use super::Exit;

/// A wait that can be broken off. While it is there signals no longer end the process; a second one does.
pub(super) struct Pause {
    stopped: Receiver<&'static str>,
}

/// Why a wait is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// The time is.
    Time,
    /// Somebody wants it to stop; the name of the signal.
    Stopped(&'static str),
}

impl Pause {
    /// Listens from now on.
    pub fn new() -> Pause {
        let (sender, stopped) = channel();
        // Where nobody can listen, signals end the process as they do by themselves.
        let _ = std::thread::Builder::new()
            .name("signals".to_string())
            .spawn(move || listen(&sender));
        Pause { stopped }
    }

    /// Waits for so long.
    pub fn wait(&self, ms: i64) -> Woken {
        let time = Duration::from_millis(u64::try_from(ms).unwrap_or(0));
        match self.stopped.recv_timeout(time) {
            Ok(name) => Woken::Stopped(name),
            Err(RecvTimeoutError::Timeout) => Woken::Time,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(time);
                Woken::Time
            }
        }
    }
}

fn listen(sender: &Sender<&'static str>) {
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
        return;
    };
    runtime.block_on(async {
        let Ok(mut signals) = Signals::new() else {
            return;
        };
        let _ = sender.send(signals.next().await);
        // Whoever asks twice does not want to wait for a server.
        signals.next().await;
        std::process::exit(i32::from(Exit::Unchecked.code()));
    });
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    fn next(&mut self) -> impl Future<Output = &'static str> + '_ {
        std::future::poll_fn(|context| {
            if self.interrupt.poll_recv(context).is_ready() {
                return std::task::Poll::Ready("SIGINT");
            }
            self.terminate.poll_recv(context).map(|_| "SIGTERM")
        })
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    fn next(&mut self) -> impl Future<Output = &'static str> + '_ {
        async {
            let _ = tokio::signal::ctrl_c().await;
            "Ctrl-C"
        }
    }
}
