//! A server that answers as a test wants it to, rightly or wrongly, for as long as its handle lives.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The path with its parameters.
    pub path: String,
    /// The header lines, in lower case.
    pub headers: Vec<String>,
    /// The body as text.
    pub body: String,
}

/// What the server does with a request.
pub enum Behaviour {
    /// It answers with a status, further header lines and a body.
    Answer(u16, Vec<String>, String),
    /// It promises more than it sends, and closes.
    CutShort(String),
    /// It says nothing and keeps the connection.
    Silent,
    /// It sends without an end.
    Endless,
    /// It closes without a word.
    HangUp,
}

impl Behaviour {
    /// JSON with status 200.
    pub fn json(body: impl Into<String>) -> Behaviour {
        let kind = "Content-Type: application/json".to_owned();
        Behaviour::Answer(200, vec![kind], body.into())
    }
}

/// What happened, and whether it is over.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    over: Condvar,
}

#[derive(Default)]
struct State {
    requests: Vec<Request>,
    most_at_once: usize,
    at_once: usize,
    is_over: bool,
}

/// A running server.
pub struct Fake {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Fake {
    /// Starts one on a free local port.
    pub fn start(behave: impl Fn(&Request) -> Behaviour + Send + Sync + 'static) -> Fake {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a local port is free");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let shared = Arc::new(Shared::default());
        let (behave, inner) = (Arc::new(behave), shared.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if inner.state.lock().expect("no test panics with it").is_over {
                    return;
                }
                let (behave, shared) = (behave.clone(), inner.clone());
                // A client that goes away in the middle is no fault of the server.
                std::thread::spawn(move || serve(stream, &*behave, &shared).ok());
            }
        });
        Fake { address, shared }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What arrived so far.
    pub fn requests(&self) -> Vec<Request> {
        self.shared
            .state
            .lock()
            .expect("no test panics with it")
            .requests
            .clone()
    }

    /// Most requests that were under way together.
    pub fn most_at_once(&self) -> usize {
        self.shared
            .state
            .lock()
            .expect("no test panics with it")
            .most_at_once
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if let Ok(mut state) = self.shared.state.lock() {
            state.is_over = true;
        }
        self.shared.over.notify_all();
        // The listener wakes up, sees that it is over, and ends.
        drop(TcpStream::connect(self.address));
    }
}

fn serve(
    stream: TcpStream,
    behave: &dyn Fn(&Request) -> Behaviour,
    shared: &Shared,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        {
            let mut state = shared.state.lock().expect("no test panics with it");
            state.requests.push(request.clone());
            state.at_once += 1;
            state.most_at_once = state.most_at_once.max(state.at_once);
        }
        let behaviour = behave(&request);
        shared.state.lock().expect("no test panics with it").at_once -= 1;
        let stream = reader.get_mut();
        match behaviour {
            Behaviour::Answer(status, headers, body) => {
                let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
                write!(
                    stream,
                    "HTTP/1.1 {status} x\r\n{headers}Content-Length: {}\r\n\r\n{body}",
                    body.len()
                )?;
            }
            Behaviour::CutShort(body) => {
                let promised = body.len() + 100;
                return write!(
                    stream,
                    "HTTP/1.1 200 x\r\nContent-Length: {promised}\r\n\r\n{body}"
                );
            }
            Behaviour::Silent => {
                let state = shared.state.lock().expect("no test panics with it");
                drop(shared.over.wait_while(state, |state| !state.is_over));
                return Ok(());
            }
            Behaviour::Endless => {
                write!(stream, "HTTP/1.1 200 x\r\n\r\n")?;
                let part = vec![b' '; 1 << 16];
                loop {
                    stream.write_all(&part)?;
                }
            }
            Behaviour::HangUp => return Ok(()),
        }
    }
    Ok(())
}

fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        ..Request::default()
    };
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        request.headers.push(line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(request))
}
