//! A provider that does what a script says.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// What the server does next.
#[derive(Clone)]
pub(super) enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Sends this until nobody listens any more.
    Endless(Vec<u8>),
    /// Says nothing until the other side hangs up.
    Hang,
    /// Hangs up without an end of the body.
    Cut,
}

/// An answer.
#[derive(Clone)]
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    /// Before the status.
    pub before: Vec<Step>,
    pub steps: Vec<Step>,
}

impl Reply {
    pub(super) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), before: Vec::new(), steps: Vec::new() }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn before(mut self, step: Step) -> Self {
        self.before.push(step);
        self
    }

    pub(super) fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub(super) fn send(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Send(bytes.into()))
    }
}

/// What the server was asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub path: String,
    /// In lower case.
    pub head: String,
    pub body: Value,
}

pub(super) struct Server {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    hung_up: Arc<Notify>,
}

impl Server {
    /// Plays the answers one after the other.
    pub(super) async fn play(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let hung_up = Arc::new(Notify::new());
        let (heard, gone) = (asked.clone(), hung_up.clone());
        tokio::spawn(async move {
            let mut replies = replies.into_iter();
            while let Ok((stream, _)) = listener.accept().await {
                let reply = replies.next().unwrap_or_else(|| Reply::new(418).send("the script is over"));
                tokio::spawn(serve(stream, reply, heard.clone(), gone.clone()));
            }
        });
        Self { url, asked, hung_up }
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The other side has hung up in the middle of an answer.
    pub(super) async fn hung_up(&self) {
        tokio::time::timeout(Duration::from_secs(5), self.hung_up.notified()).await.unwrap();
    }
}

async fn serve(mut stream: TcpStream, reply: Reply, asked: Arc<Mutex<Vec<Asked>>>, gone: Arc<Notify>) {
    let Some(question) = read(&mut stream).await else { return };
    asked.lock().unwrap().push(question);
    if play(&mut stream, &reply.before, false).await.is_err() {
        gone.notify_one();
        return;
    }
    let mut head = format!("HTTP/1.1 {} Scripted\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("transfer-encoding: chunked\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).await;
    match play(&mut stream, &reply.steps, true).await {
        Ok(true) => {
            let _ = stream.write_all(b"0\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
        Ok(false) => {}
        Err(_) => gone.notify_one(),
    }
}

/// Plays the steps; says whether the body has an end.
async fn play(stream: &mut TcpStream, steps: &[Step], in_body: bool) -> std::io::Result<bool> {
    for step in steps {
        match step {
            Step::Send(bytes) if in_body => chunk(stream, bytes).await?,
            Step::Send(bytes) => stream.write_all(bytes).await?,
            Step::Wait(time) => tokio::time::sleep(*time).await,
            Step::Endless(bytes) => loop {
                chunk(stream, bytes).await?;
            },
            Step::Hang => {
                let mut rest = [0; 64];
                while stream.read(&mut rest).await? > 0 {}
                return Err(std::io::ErrorKind::ConnectionReset.into());
            }
            Step::Cut => return Ok(false),
        }
    }
    Ok(true)
}

async fn chunk(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    let mut out = format!("{:x}\r\n", bytes.len()).into_bytes();
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
    stream.write_all(&out).await?;
    stream.flush().await
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let path = text.split(' ').nth(1)?.to_owned();
            let head = text.to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
            let mut body = bytes[end + 4..].to_vec();
            while body.len() < length {
                match stream.read(&mut piece).await.ok()? {
                    0 => return None,
                    read => body.extend_from_slice(&piece[..read]),
                }
            }
            return Some(Asked { path, head, body: serde_json::from_slice(&body).ok()? });
        }
        match stream.read(&mut piece).await.ok()? {
            0 => return None,
            read => bytes.extend_from_slice(&piece[..read]),
        }
    }
}
