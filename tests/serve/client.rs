//! A client that sends exactly what it is told.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::running::DEADLINE;

trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// A connection.
pub struct Client {
    stream: Box<dyn Stream>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Header lines, their names in lower case.
    pub headers: Vec<String>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let begin = format!("{name}: ");
        self.headers
            .iter()
            .find_map(|line| line.strip_prefix(&begin))
    }
}

fn tcp(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    stream
}

impl Client {
    pub fn connect(address: SocketAddr) -> Client {
        let stream = Box::new(tcp(address));
        Client { stream }
    }

    /// Encrypted; as 127.0.0.1.
    pub fn encrypted(address: SocketAddr, config: &Arc<ClientConfig>) -> Client {
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let connection = ClientConnection::new(config.clone(), name).unwrap();
        let stream = Box::new(StreamOwned::new(connection, tcp(address)));
        Client { stream }
    }

    pub fn send(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes())?;
        self.stream.flush()
    }

    pub fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &str,
    ) -> io::Result<Answer> {
        let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let length = match (method, body.len()) {
            ("GET" | "HEAD", 0) => String::new(),
            (_, length) => format!("Content-Length: {length}\r\n"),
        };
        self.send(&format!(
            "{method} {path} HTTP/1.1\r\nHost: burnwatch\r\n{headers}{length}\r\n{body}"
        ))?;
        match method {
            "HEAD" => self.head(),
            _ => self.answer(),
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let (mut line, mut byte) = (Vec::new(), [0]);
        loop {
            self.stream.read_exact(&mut byte)?;
            match byte[0] {
                b'\n' => break,
                byte => line.push(byte),
            }
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    fn head(&mut self) -> io::Result<Answer> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|word| word.parse().ok());
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            headers.push(format!("{}: {value}", name.to_lowercase()));
        }
        Ok(Answer {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            headers,
            body: String::new(),
        })
    }

    pub fn answer(&mut self) -> io::Result<Answer> {
        let mut answer = self.head()?;
        let length = answer.header("content-length").unwrap_or("0");
        let mut body = vec![0; length.parse().unwrap()];
        self.stream.read_exact(&mut body)?;
        answer.body = String::from_utf8(body).unwrap();
        Ok(answer)
    }

    /// Waits until the other side has nothing more to say.
    pub fn closed(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
        }
    }
}
