//! A server that talks as a script says, byte by byte, plain or encrypted.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::certificates::Authority;

/// A running server.
pub struct Peer {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    heard: Arc<Mutex<Vec<String>>>,
}

/// One connection.
pub struct Talk {
    stream: Option<Stream>,
    heard: Arc<Mutex<Vec<String>>>,
}

enum Stream {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Peer {
    pub fn start(script: impl Fn(&mut Talk) -> io::Result<()> + Send + Sync + 'static) -> Peer {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let peer = Peer {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
            heard: Arc::default(),
        };
        let (connections, heard) = (peer.connections.clone(), peer.heard.clone());
        let script = Arc::new(script);
        // It ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (script, heard) = (script.clone(), heard.clone());
                std::thread::spawn(move || {
                    let stream = Some(Stream::Plain(stream));
                    // A client that goes away in the middle is no fault of the script.
                    let _ = script(&mut Talk { stream, heard });
                });
            }
        });
        peer
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn place(&self) -> String {
        self.address.to_string()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Every line so far.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

impl Talk {
    fn stream(&mut self) -> &mut Stream {
        self.stream.as_mut().expect("it is there between two calls")
    }

    pub fn say(&mut self, text: &str) -> io::Result<()> {
        match self.stream() {
            Stream::Plain(stream) => stream.write_all(text.as_bytes()),
            Stream::Encrypted(stream) => {
                stream.write_all(text.as_bytes())?;
                stream.flush()
            }
        }
    }

    /// The next line without its end.
    pub fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        let mut byte = [0];
        loop {
            match self.stream() {
                Stream::Plain(stream) => stream.read_exact(&mut byte)?,
                Stream::Encrypted(stream) => stream.read_exact(&mut byte)?,
            }
            match byte[0] {
                b'\n' => break,
                byte => line.push(byte),
            }
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        self.heard.lock().unwrap().push(line.clone());
        Ok(line)
    }

    /// The head of a request over HTTP.
    pub fn head(&mut self) -> io::Result<Vec<String>> {
        let mut lines = Vec::new();
        loop {
            match self.line()? {
                line if line.is_empty() => return Ok(lines),
                line => lines.push(line),
            }
        }
    }

    /// Says nothing until the client goes away.
    pub fn hold(&mut self) -> io::Result<()> {
        loop {
            self.line()?;
        }
    }

    pub fn encrypt(&mut self, config: Arc<ServerConfig>) -> io::Result<()> {
        let Some(Stream::Plain(stream)) = self.stream.take() else {
            panic!("it is plain");
        };
        let connection = ServerConnection::new(config).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        self.stream = Some(Stream::Encrypted(Box::new(stream)));
        Ok(())
    }
}

/// A server's side of encryption with a certificate of this authority for 127.0.0.1.
pub fn encryption(authority: &Authority) -> Arc<ServerConfig> {
    let signed = authority.server();
    let read = |path: &Path| std::fs::read(path).unwrap();
    let chain = CertificateDer::pem_slice_iter(&read(&signed.certificate))
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_slice(&read(&signed.key)).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}
