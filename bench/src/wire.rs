//! HTTP/1.1 as far as it is needed here, with as little work as can be: what the load generator spends is
//! missing from what it measures.

use anyhow::{Context as _, Result, bail, ensure};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The longest answer that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// A request without a body, as bytes.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: shop.example.com\r\naccept: application/json\r\n\r\n")
        .into()
}

/// What stands before a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status.
    pub status: u16,
    /// How many bytes the head has.
    pub length: usize,
    /// How many bytes the body has.
    pub body: usize,
}

impl Head {
    /// The head at the beginning of these bytes; none while it has not come whole.
    pub fn of(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") else { return Ok(None) };
        let text = std::str::from_utf8(&bytes[..end]).context("a head that is no text")?;
        let (first, fields) = text.split_once("\r\n").context("a head without fields")?;
        let status = first.strip_prefix("HTTP/1.1 ").and_then(|it| it.get(..3));
        let status = status.and_then(|it| it.parse().ok()).context("a head without a status")?;
        let Some(body) = field(fields, "content-length") else {
            bail!("an answer that does not say how long it is")
        };
        let body = body.parse().context("a length that is no number")?;
        ensure!(body <= LONGEST, "an answer that is too long");
        Ok(Some(Self { status, length: end + 4, body }))
    }
}

fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    let pairs = fields.split("\r\n").filter_map(|it| it.split_once(':'));
    pairs.filter(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

/// An answer, read to its end.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: &'a [u8],
}

/// A connection on which one request follows the other.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// A new one.
    pub async fn to(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("no connection")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4 * 1024) })
    }

    /// The answer to a request. After a failure the connection is of no use.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let head = loop {
            self.read().await?;
            if let Some(head) = Head::of(&self.buffer)? {
                break head;
            }
        };
        while self.buffer.len() < head.length + head.body {
            self.read().await?;
        }
        Ok(Answer { status: head.status, body: &self.buffer[head.length..] })
    }

    async fn read(&mut self) -> Result<()> {
        ensure!(self.buffer.len() < 2 * LONGEST, "an answer that does not end");
        ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "half an answer");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_found_when_all_of_it_has_come() {
        let answer = b"HTTP/1.1 503 No\r\nX: y\r\nContent-Length: 12\r\n\r\nhalf";
        assert_eq!(Head::of(&answer[..40]).unwrap(), None);
        let head = Head { status: 503, length: 45, body: 12 };
        assert_eq!(Head::of(answer).unwrap(), Some(head));
    }

    #[test]
    fn what_is_no_head_is_refused() {
        for bad in [
            "220 mail\r\nx: y\r\n\r\n",
            "HTTP/1.1 200 OK\r\nx: y\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n",
        ] {
            assert!(Head::of(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
