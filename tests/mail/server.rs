//! A mail server on the loopback that does what a test tells it to.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the server does with the next mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes it.
    Takes,
    /// Says "not now" to the receiver (451).
    Busy,
    /// Says "never" to the receiver (550).
    Refuses,
    /// Takes the whole mail and never says so.
    FallsSilent,
    /// Takes the whole mail and hangs up without a word.
    HangsUp,
}

/// A mail server.
pub struct MailServer {
    /// `smtp://127.0.0.1:…`
    pub url: String,
    taken: Arc<Mutex<Vec<String>>>,
    moods: Arc<Mutex<Vec<Mood>>>,
    task: tokio::task::JoinHandle<()>,
}

impl MailServer {
    /// A server that is in these moods one after the other, then takes everything.
    pub async fn start(moods: &[Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let moods = Arc::new(Mutex::new(moods.iter().rev().copied().collect::<Vec<_>>()));
        let (mails, left) = (taken.clone(), moods.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = left.lock().unwrap().pop().unwrap_or(Mood::Takes);
                let mails = mails.clone();
                tokio::spawn(async move {
                    let _ = talk(stream, mood, &mails).await;
                });
            }
        });
        Self { url, taken, moods, task }
    }

    /// Every mail that arrived in full, whatever the server said about it.
    pub fn mails(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    /// How many of its moods it has not been in.
    pub fn moods_left(&self) -> usize {
        self.moods.lock().unwrap().len()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn talk(stream: TcpStream, mood: Mood, mails: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split([' ', '\r', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match (verb.as_str(), mood) {
            ("EHLO", _) => b"250-test\r\n250 8BITMIME\r\n",
            ("RCPT", Mood::Busy) => b"451 try again later\r\n",
            ("RCPT", Mood::Refuses) => b"550 no such mailbox\r\n",
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n").await?;
                let mail = read_mail(&mut stream).await?;
                mails.lock().unwrap().push(mail);
                match mood {
                    Mood::HangsUp => return Ok(()),
                    Mood::FallsSilent => {
                        // Until the other side has given up.
                        let _ = stream.read_to_string(&mut line).await;
                        return Ok(());
                    }
                    _ => b"250 taken\r\n",
                }
            }
            ("QUIT", _) => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await?;
    }
}

async fn read_mail(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(mail);
        }
        mail.push_str(&line);
    }
}
