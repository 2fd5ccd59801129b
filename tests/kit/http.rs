//! A client for one purpose: a form posted to a local server, or a page read from it.
//!
//! HTTP/1.0, so that the answer ends with the connection and is never chunked.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An answer: the status and the body.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status, such as 200.
    pub status: u16,
    /// The body as text.
    pub body: String,
}

/// Reads `path` from 127.0.0.1:`port`.
pub fn get(port: u16, path: &str, timeout: Duration) -> std::io::Result<Answer> {
    exchange(
        port,
        &format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"),
        timeout,
    )
}

/// Posts a form to `path` on 127.0.0.1:`port`.
pub fn post(
    port: u16,
    path: &str,
    form: &[(&str, &str)],
    timeout: Duration,
) -> std::io::Result<Answer> {
    let body = form
        .iter()
        .map(|(name, value)| format!("{name}={}", percent_encoded(value)))
        .collect::<Vec<_>>()
        .join("&");
    posted(
        port,
        path,
        "application/x-www-form-urlencoded",
        &body,
        timeout,
    )
}

/// Posts a text to `path` on 127.0.0.1:`port`.
pub fn post_text(port: u16, path: &str, text: &str, timeout: Duration) -> std::io::Result<Answer> {
    posted(port, path, "text/plain", text, timeout)
}

/// Posts JSON to `path` on 127.0.0.1:`port`.
pub fn post_json(port: u16, path: &str, text: &str, timeout: Duration) -> std::io::Result<Answer> {
    posted(port, path, "application/json", text, timeout)
}

fn posted(
    port: u16,
    path: &str,
    kind: &str,
    body: &str,
    timeout: Duration,
) -> std::io::Result<Answer> {
    let request = format!(
        "POST {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\
         Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(port, &request, timeout)
}

fn exchange(port: u16, request: &str, timeout: Duration) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let malformed = || std::io::Error::other(format!("no HTTP answer: {text:.200}"));
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(malformed)?;
    let status = head
        .split_whitespace()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .ok_or_else(malformed)?;
    Ok(Answer {
        status,
        body: body.to_owned(),
    })
}

fn percent_encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len() * 2);
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
