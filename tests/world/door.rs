//! A port of 127.0.0.1 that can be closed for a while: who connects meanwhile is refused.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

type Serve = Arc<dyn Fn(TcpStream) -> io::Result<()> + Send + Sync>;

/// A port with somebody behind it, for as long as this lives.
pub struct Door {
    address: SocketAddr,
    serve: Serve,
    open: Mutex<Option<Open>>,
}

/// The thread that lets connections in, and how it is told to stop.
struct Open {
    thread: JoinHandle<()>,
    is_over: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Door {
    /// A free port; each connection is served on a thread of its own.
    pub fn new(serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Door {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let serve: Serve = Arc::new(serve);
        let open = Mutex::new(Some(Open::new(listener, serve.clone())));
        Door {
            address,
            serve,
            open,
        }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Nobody listens from now on, and connections end.
    pub fn close(&self) {
        let Some(open) = self.open.lock().unwrap().take() else {
            return;
        };
        open.is_over.store(true, Ordering::SeqCst);
        // The listener wakes up, sees that it is over, and ends.
        drop(TcpStream::connect(self.address));
        open.thread.join().unwrap();
        for stream in open.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Listens again, on the same port.
    pub fn open(&self) {
        let mut open = self.open.lock().unwrap();
        if open.is_none() {
            // Somebody's outgoing connection may have the port for a moment.
            let listener = super::wait::until("the port is free again", || {
                TcpListener::bind(self.address).ok()
            });
            *open = Some(Open::new(listener, self.serve.clone()));
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.close();
    }
}

impl Open {
    fn new(listener: TcpListener, serve: Serve) -> Open {
        let is_over = Arc::new(AtomicBool::new(false));
        let streams: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (told, kept) = (is_over.clone(), streams.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if told.load(Ordering::SeqCst) {
                    return;
                }
                let _ = stream.set_nodelay(true);
                let mut kept = kept.lock().unwrap();
                kept.retain(|stream| stream.peer_addr().is_ok());
                kept.extend(stream.try_clone());
                let serve = serve.clone();
                // A client that goes away in the middle is no fault of the server.
                std::thread::spawn(move || {
                    let ended = stream.try_clone();
                    let _ = serve(stream);
                    // The copy that is kept for `close` would hold the connection open.
                    if let Ok(stream) = ended {
                        let _ = stream.shutdown(Shutdown::Both);
                    }
                });
            }
        });
        Open {
            thread,
            is_over,
            streams,
        }
    }
}
