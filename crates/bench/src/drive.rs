//! The load driver: keep-alive connections that each ask, wait for the whole answer, check it, and ask again.
//! Plain sockets and as little parsing as HTTP/1.1 allows, because the driver shares the processors with the server.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures::future::join_all;
use hdrhistogram::Histogram;
use memchr::memmem;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Result;

/// Latencies up to a minute, in microseconds.
const LONGEST: u64 = 60_000_000;

/// A request, ready to be sent, and what proves that the answer is the right one.
pub(crate) struct Request {
    pub bytes: Vec<u8>,
    /// Each occurs in head or body of the right answer.
    pub markers: Vec<Vec<u8>>,
}

/// What came of some seconds of load.
pub(crate) struct Outcome {
    /// Microseconds.
    pub latencies: Histogram<u64>,
    pub seconds: f64,
    /// Answers that were not the right one, with the first of them.
    pub failures: u64,
    pub first_failure: Option<String>,
}

impl Outcome {
    /// Right answers a second.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds
    }

    /// A quantile of the latencies in milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub(crate) fn millis(&self, quantile: f64) -> f64 {
        self.latencies.value_at_quantile(quantile) as f64 / 1_000.0
    }
}

/// How to drive.
pub(crate) struct Load<'a> {
    pub address: SocketAddr,
    pub connections: usize,
    pub seconds: f64,
    pub requests: &'a [Request],
    /// Whether a request may be sent again; if not, the load ends with the last one.
    pub repeat: bool,
}

impl Load<'_> {
    /// Drives and measures.
    pub(crate) async fn run(&self) -> Result<Outcome> {
        let next = Cell::new(0);
        let latencies = RefCell::new(Histogram::new_with_bounds(1, LONGEST, 3)?);
        let failures = RefCell::new((0, None));
        let begun = Instant::now();
        let until = begun + Duration::from_secs_f64(self.seconds);
        let connections = (0..self.connections).map(|_| async {
            let mut connection = Connection::open(self.address).await?;
            while let Some(request) = self.take(&next) {
                let sent = Instant::now();
                if sent >= until {
                    break;
                }
                let problem = connection.exchange(&request.bytes).await?.problem(request);
                let micros = u64::try_from(sent.elapsed().as_micros()).unwrap_or(LONGEST);
                match problem {
                    None => latencies.borrow_mut().saturating_record(micros.clamp(1, LONGEST)),
                    Some(problem) => {
                        let mut failures = failures.borrow_mut();
                        failures.0 += 1;
                        failures.1.get_or_insert(problem);
                    }
                }
            }
            Result::<()>::Ok(())
        });
        for connection in join_all(connections).await {
            connection?;
        }
        let seconds = begun.elapsed().as_secs_f64();
        let (failures, first_failure) = failures.into_inner();
        Ok(Outcome { latencies: latencies.into_inner(), seconds, failures, first_failure })
    }

    fn take(&self, next: &Cell<usize>) -> Option<&Request> {
        let number = next.replace(next.get() + 1);
        if self.repeat {
            self.requests.get(number % self.requests.len().max(1))
        } else {
            self.requests.get(number)
        }
    }
}

/// A connection with its buffer.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer in the connection's buffer.
pub(crate) struct Answer<'a> {
    pub head: &'a [u8],
    /// As it was sent: chunked framing and compression are left in.
    pub body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(256 * 1_024) })
    }

    /// Sends a request and reads its answer to the end.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            self.read_more().await?;
            if let Some(at) = memmem::find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
        };
        let end = match framing(&self.buffer[..head])? {
            Framing::Length(length) => {
                let end = head + length;
                while self.buffer.len() < end {
                    self.read_more().await?;
                }
                end
            }
            Framing::Chunked => {
                let mut at = head;
                loop {
                    match next_chunk(&self.buffer[at..])? {
                        Some((length, 0)) => break at + length,
                        Some((length, _)) => at += length,
                        None => self.read_more().await?,
                    }
                }
            }
        };
        Ok(Answer { head: &self.buffer[..head], body: &self.buffer[head..end] })
    }

    async fn read_more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

impl Answer<'_> {
    pub(crate) fn status(&self) -> &str {
        self.head.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default()
    }

    /// What is wrong with this answer to `request`, if anything.
    pub(crate) fn problem(&self, request: &Request) -> Option<String> {
        let has = |marker: &[u8]| {
            memmem::find(self.body, marker).is_some() || memmem::find(self.head, marker).is_some()
        };
        let missing = request.markers.iter().find(|marker| !has(marker));
        if self.status() == "200" && missing.is_none() {
            return None;
        }
        Some(format!(
            "{} was answered with status {}{}: {}",
            String::from_utf8_lossy(&request.bytes).lines().next().unwrap_or_default(),
            self.status(),
            missing.map(|marker| format!(" without {}", String::from_utf8_lossy(marker))).unwrap_or_default(),
            String::from_utf8_lossy(&self.body[..self.body.len().min(300)])
        ))
    }
}

enum Framing {
    Length(usize),
    Chunked,
}

fn framing(head: &[u8]) -> Result<Framing> {
    if let Some(length) = header(head, "content-length") {
        return Ok(Framing::Length(length.parse()?));
    }
    if header(head, "transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        return Ok(Framing::Chunked);
    }
    Err("an answer without a length".into())
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    std::str::from_utf8(head).ok()?.split("\r\n").skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Length of the next chunk with its framing, and of its data; `None` when it is not there wholly yet.
fn next_chunk(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(line) = memmem::find(bytes, b"\r\n") else { return Ok(None) };
    let size = std::str::from_utf8(&bytes[..line])?.split(';').next().unwrap_or_default();
    let data = usize::from_str_radix(size.trim(), 16)?;
    let length = line + 2 + data + 2;
    Ok((bytes.len() >= length).then_some((length, data)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_counted_with_their_frames() {
        assert_eq!(next_chunk(b"5\r\nhello\r\n0\r\n\r\n").unwrap(), Some((10, 5)));
        assert_eq!(next_chunk(b"0\r\n\r\n").unwrap(), Some((5, 0)));
        assert_eq!(next_chunk(b"5\r\nhel").unwrap(), None);
        assert!(next_chunk(b"what\r\n").is_err());
    }

    #[test]
    fn headers_are_found_in_any_case() {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n";
        assert!(matches!(framing(head).unwrap(), Framing::Length(12)));
        assert!(framing(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[tokio::test]
    async fn a_wrong_answer_counts_as_a_failure() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                tokio::spawn(async move {
                    let mut buffer = [0; 1_024];
                    while stream.read(&mut buffer).await.unwrap() > 0 {
                        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood").await.unwrap();
                    }
                });
            }
        });
        let request = |marker: &str| Request {
            bytes: b"GET / HTTP/1.1\r\n\r\n".to_vec(),
            markers: vec![marker.into()],
        };
        let requests = [request("good"), request("bad"), request("good")];
        let load = Load { address, connections: 2, seconds: 5.0, requests: &requests, repeat: false };
        let outcome = load.run().await.unwrap();
        assert_eq!((outcome.latencies.len(), outcome.failures), (2, 1));
        assert!(outcome.first_failure.unwrap().contains("bad"));
    }
}
