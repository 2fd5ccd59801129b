//! As much of HTTP/1.1 as servers of a test need: requests read, answers written, connections kept.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// Longest body that is read, in bytes: more than any service takes.
const BODY_BYTES_MAX: usize = 4 << 20;

/// A request as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The path with its parameters.
    pub path: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// When it was there, in Unix milliseconds.
    pub at_ms: i64,
    /// Whether the connection stays for others.
    pub stays: bool,
}

impl Request {
    /// The value of a header, if it has it.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// The path without its parameters.
    pub fn place(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Everything that a stranger on the way could read of it.
    pub fn all(&self) -> String {
        let headers = self.headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        format!("{} {}\n{headers}\n{}", self.method, self.path, self.body)
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Header lines beside the length.
    pub headers: Vec<String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// JSON with a status.
    pub fn json(status: u16, body: impl ToString) -> Answer {
        Answer {
            status,
            headers: vec!["Content-Type: application/json".to_string()],
            body: body.to_string(),
        }
    }

    /// Plain text with a status.
    pub fn text(status: u16, body: &str) -> Answer {
        Answer {
            status,
            headers: vec!["Content-Type: text/plain".to_string()],
            body: body.to_string(),
        }
    }

    /// The same with one more header line.
    pub fn with(mut self, header: impl Into<String>) -> Answer {
        self.headers.push(header.into());
        self
    }
}

/// The next request of a connection; nothing where it was closed.
pub fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        stays: words.next().as_deref() == Some("HTTP/1.1"),
        ..Request::default()
    };
    let mut length = 0;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_string());
        if name == "content-length" {
            length = value.parse().unwrap_or(0);
        }
        request.headers.push((name, value));
    }
    if length > BODY_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    request.at_ms = super::wait::now_ms();
    Ok(Some(request))
}

/// Writes an answer at once.
pub fn write(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    let mut text = String::with_capacity(answer.body.len() + 128);
    text.push_str(&format!("HTTP/1.1 {} x\r\n", answer.status));
    for line in &answer.headers {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n", answer.body.len()));
    text.push_str(&answer.body);
    stream.write_all(text.as_bytes())
}

/// The fields of a form or of the parameters of a URL.
pub fn fields(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3);
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[at], hex.map(|hex| u8::from_str_radix(hex, 16))) {
            (b'%', Some(Ok(byte))) => {
                out.push(byte);
                at += 3;
                continue;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
