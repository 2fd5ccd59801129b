//! Takes connections, and ends them.
//!
//! By hyper itself and not by axum's own loop, which knows neither encryption nor limits of heads, times and connections.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time;

use axum::Router;
use axum::middleware::from_fn_with_state;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::face::Face;
use super::guard::{Guard, guard};
use super::loaded::{Current, WebFault};
use super::pages::pages;
use super::settings::{Limits, ServeSettings};
use super::stall::Stalling;
use crate::base::Duration;

/// How long nobody is taken after the machine could take nobody.
const BREATH: time::Duration = time::Duration::from_millis(100);

/// Listens, and answers while it runs.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    current: Arc<Current>,
    router: Router,
    limits: Limits,
}

/// Why nobody can be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServeError {
    /// It cannot listen there; what the system says.
    Listen(SocketAddr, String),
    /// The web configuration file cannot be used.
    Web(WebFault),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServeError::Listen(address, why) => write!(f, "cannot listen on {address}: {why}"),
            ServeError::Web(fault) => fault.fmt(f),
        }
    }
}

impl Server {
    /// Reads the web configuration file and listens. Connections wait until it runs.
    pub async fn bind(settings: ServeSettings, face: Arc<dyn Face>) -> Result<Server, ServeError> {
        let limits = settings.limits;
        let current = Current::new(settings.web_config, limits.reload_every);
        let current = Arc::new(current.map_err(ServeError::Web)?);
        let unheard = |error: io::Error| ServeError::Listen(settings.listen, error.to_string());
        let listener = TcpListener::bind(settings.listen).await.map_err(unheard)?;
        let address = listener.local_addr().map_err(unheard)?;
        let before = Guard {
            current: current.clone(),
            probes: settings.probes,
            request_timeout: limits.request_timeout,
        };
        let router = pages(face, limits.body_max_bytes).layer(from_fn_with_state(before, guard));
        Ok(Server {
            listener,
            address,
            current,
            router,
            limits,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is wrong with the web configuration file as it is now; the last one that was right is in effect.
    pub fn web_fault(&self) -> impl Fn() -> Option<WebFault> + Send + Sync + use<> {
        let current = self.current.clone();
        move || current.fault()
    }

    /// Answers until `end` comes; then those who have asked already are answered within `grace`.
    pub async fn run(self, end: impl Future<Output = ()>, grace: Duration) {
        let seats = Arc::new(Semaphore::new(self.limits.connections_max.max(1)));
        let (stopping, stop) = watch::channel(());
        let mut connections = JoinSet::new();
        let mut end = pin!(end);
        loop {
            let next = async {
                let seats = seats.clone().acquire_owned().await;
                let seat = seats.expect("it is never closed");
                (self.listener.accept().await, seat)
            };
            tokio::select! {
                () = &mut end => break,
                Some(_) = connections.join_next() => {}
                (accepted, seat) = next => match accepted {
                    Ok((stream, _)) => {
                        let connection = self.connection(stream, seat, stop.clone());
                        connections.spawn(connection);
                    }
                    // Too many files are open, or somebody went away.
                    Err(_) => sleep(BREATH).await,
                },
            }
        }
        drop(self.listener);
        drop(stopping);
        let over = async { while connections.join_next().await.is_some() {} };
        // Who has not got an answer by then gets none.
        let _ = timeout(time_of(grace), over).await;
    }

    /// Serves one connection as long as it may last.
    fn connection(
        &self,
        stream: TcpStream,
        seat: OwnedSemaphorePermit,
        stop: watch::Receiver<()>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (current, router, limits) = (self.current.clone(), self.router.clone(), self.limits);
        async move {
            let _seat = seat;
            current.refresh().await;
            let stream = Stalling::new(stream, time_of(limits.stall_timeout));
            match current.get().tls.clone() {
                None => serve(stream, router, limits, stop).await,
                Some(config) => {
                    let shaking = TlsAcceptor::from(config).accept(stream);
                    let shaken = timeout(time_of(limits.head_timeout), shaking).await;
                    // Who cannot be understood is not answered.
                    if let Ok(Ok(stream)) = shaken {
                        serve(stream, router, limits, stop).await;
                    }
                }
            }
        }
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<()>,
) {
    let mut connection = pin!(
        Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(time_of(limits.head_timeout))
            .max_headers(limits.headers_max)
            .max_header_size(limits.head_max_bytes)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    let stopped = async {
        // Nothing is ever sent: it ends when the sender does.
        while stop.changed().await.is_ok() {}
    };
    let served = async {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = stopped => connection.as_mut().graceful_shutdown(),
        }
        // Whatever it ends with, it has ended.
        let _ = connection.as_mut().await;
    };
    let _ = timeout(time_of(limits.connection_timeout), served).await;
}

fn time_of(duration: Duration) -> time::Duration {
    time::Duration::from_millis(duration.as_ms())
}
