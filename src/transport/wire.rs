//! The connection to a mail server, which may not make us keep more than it should.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Most that is read of a mail server in one session with its encryption, in bytes.
pub(super) const READ_MAX_BYTES: usize = 256 << 10;
/// How much is read at a time, in bytes.
const CHUNK_BYTES: usize = 4 << 10;

/// A connection that gives what it reads a line at a time: what came with the answer to `STARTTLS` stays in front of the
/// encryption, which refuses it, instead of being taken for an answer that was encrypted (RFC 3207, 6).
pub(super) struct Wire {
    inner: Inner,
    chunk: Vec<u8>,
    given: usize,
    left: usize,
}

/// What is connected.
pub(super) enum Inner {
    /// As it is, until lettre encrypts it.
    Plain(TcpStream),
    /// Encrypted from the first byte.
    Encrypted(Box<TlsStream<TcpStream>>),
}

impl Wire {
    pub(super) fn new(inner: Inner) -> Wire {
        Wire {
            inner,
            chunk: Vec::new(),
            given: 0,
            left: READ_MAX_BYTES,
        }
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0; CHUNK_BYTES];
        let mut buffer = ReadBuf::new(&mut bytes);
        match &mut self.inner {
            Inner::Plain(stream) => {
                std::task::ready!(Pin::new(stream).poll_read(context, &mut buffer))?;
            }
            Inner::Encrypted(stream) => {
                std::task::ready!(Pin::new(&mut **stream).poll_read(context, &mut buffer))?;
            }
        }
        let read = buffer.filled();
        let Some(left) = self.left.checked_sub(read.len()) else {
            return Poll::Ready(Err(io::Error::other(format!(
                "more than {} KiB were sent",
                READ_MAX_BYTES >> 10
            ))));
        };
        (self.left, self.given) = (left, 0);
        self.chunk = read.to_vec();
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.given == self.chunk.len() {
            std::task::ready!(self.poll_chunk(context))?;
        }
        let rest = &self.chunk[self.given..];
        let line = rest.iter().position(|byte| *byte == b'\n');
        let part = &rest[..line.map_or(rest.len(), |end| end + 1).min(into.remaining())];
        into.put_slice(part);
        let given = part.len();
        self.given += given;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.inner {
            Inner::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Inner::Encrypted(stream) => Pin::new(&mut **stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner {
            Inner::Plain(stream) => Pin::new(stream).poll_flush(context),
            Inner::Encrypted(stream) => Pin::new(&mut **stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner {
            Inner::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Inner::Encrypted(stream) => Pin::new(&mut **stream).poll_shutdown(context),
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire(..)")
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.inner {
            Inner::Plain(stream) => stream.peer_addr(),
            Inner::Encrypted(stream) => stream.get_ref().0.peer_addr(),
        }
    }
}
