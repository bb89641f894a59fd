//! Questions over HTTP and answers piece by piece: never followed to another address, bounded in size, and given up
//! when nothing comes for too long, however long the whole takes.

use std::time::{Duration, SystemTime};

use bytes::BytesMut;
use momentum_core::ports::TextError;
use reqwest::{
    Response,
    header::{HeaderMap, RETRY_AFTER},
};
use serde_json::Value;
use sseer::parser::{RawEventLineOwned, parse_line_from_buffer};
use tokio::time::{Instant, timeout_at};

use super::{
    draft::too_long,
    errors::{Complaint, interrupted, malformed, quoted, retry_after, truncated},
};

/// How long a connection may take.
pub(super) const CONNECT: Duration = Duration::from_secs(10);

/// So much of an error is read, in bytes.
pub(super) const MAX_ERROR: usize = 64 << 10;

/// An event, or an answer that comes whole, in bytes: the largest text, with its line breaks and letters escaped.
const MAX_EVENT: usize = 8 << 20;

/// A whole stream in bytes. A piece of a few letters comes in an event of a few hundred bytes.
const MAX_STREAM: usize = 256 << 20;

/// When the answer is there, so long for what may follow it: usage, an end marker.
pub(super) const EPILOGUE: Duration = Duration::from_secs(10);

/// The byte order mark that may stand before everything.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// How long to wait for something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Until the first word.
    pub first: Duration,
    /// From one piece to the next.
    pub piece: Duration,
}

/// Sends questions.
pub(super) struct Http {
    client: reqwest::Client,
    headers: HeaderMap,
    /// Is cut out of everything that is quoted.
    key: Option<String>,
    patience: Patience,
}

/// The provider said no. What it said is kept for finding out which parameter it doesn't know.
pub(super) struct Denied {
    pub status: Option<u16>,
    /// In lower case.
    pub said: String,
    pub error: TextError,
}

impl From<TextError> for Denied {
    fn from(error: TextError) -> Self {
        Self { status: None, said: String::new(), error }
    }
}

impl Http {
    pub(super) fn new(headers: HeaderMap, key: Option<String>, patience: Patience) -> Result<Self, String> {
        crate::install_tls();
        let client = reqwest::Client::builder()
            // A provider that sends us elsewhere is not the one that was configured.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .user_agent(concat!("momentum/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { client, headers, key, patience })
    }

    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Asks; the answer begins with its body.
    pub(super) async fn post(&self, url: &str, body: &Value) -> Result<Incoming, Denied> {
        let since = Instant::now();
        let request = self
            .client
            .post(url)
            .headers(self.headers.clone())
            .header("content-type", "application/json")
            .header("accept", "text/event-stream, application/json")
            .body(body.to_string());
        let answer = timeout_at(since + self.patience.first, request.send())
            .await
            .map_err(|_| nothing_came(self.patience.first))?
            .map_err(broken)?;
        let status = answer.status().as_u16();
        let mut incoming = Incoming::new(answer, self.key.clone(), self.patience, since);
        if (200..300).contains(&status) {
            return Ok(incoming);
        }
        let wait =
            incoming.header(RETRY_AFTER.as_str()).and_then(|value| retry_after(&value, SystemTime::now()));
        let said = incoming.beginning().await;
        let complaint = Complaint::of_body(&said);
        let mut error = complaint.error(Some(status), self.key());
        error.retry_after = wait;
        Err(Denied { status: Some(status), said: String::from_utf8_lossy(&said).to_lowercase(), error })
    }
}

fn nothing_came(limit: Duration) -> TextError {
    interrupted(format!("nothing came for {} seconds", limit.as_secs_f32()))
}

/// What reqwest says, with its cause and without the address.
fn broken(error: reqwest::Error) -> TextError {
    let error = error.without_url();
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        message = format!("{message}: {inner}");
        cause = inner.source();
    }
    interrupted(quoted(&message, None))
}

/// What an answer is, by how it begins. Content types lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Events.
    Stream,
    /// JSON.
    Whole,
    /// Nothing at all.
    Empty,
}

/// An event of a stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Event {
    pub name: String,
    pub data: String,
}

impl Event {
    /// Its data as JSON.
    pub(super) fn json(&self, key: Option<&str>) -> Result<Value, TextError> {
        serde_json::from_str(&self.data)
            .map_err(|_| malformed(format!("an event that is not JSON: {}", quoted(&self.data, key))))
    }
}

/// An answer on its way.
pub(super) struct Incoming {
    response: Response,
    key: Option<String>,
    ended: bool,
    buffer: BytesMut,
    /// So far the buffer has been searched for a line's end.
    searched: usize,
    received: usize,
    /// When something came last; in the beginning, when the question was sent.
    since: Instant,
    limit: Duration,
    patience: Patience,
}

impl Incoming {
    fn new(response: Response, key: Option<String>, patience: Patience, since: Instant) -> Self {
        Self {
            response,
            key,
            ended: false,
            buffer: BytesMut::new(),
            searched: 0,
            received: 0,
            since,
            limit: patience.first,
            patience,
        }
    }

    fn header(&self, name: &str) -> Option<String> {
        self.response.headers().get(name)?.to_str().ok().map(ToOwned::to_owned)
    }

    /// A word has come: from now on the model is at work.
    pub(super) fn begun(&mut self) {
        self.limit = self.limit.min(self.patience.piece);
    }

    /// All words have come.
    pub(super) fn over(&mut self) {
        self.limit = self.limit.min(EPILOGUE);
    }

    /// Waits for more bytes; false at the end.
    async fn more(&mut self) -> Result<bool, TextError> {
        if self.ended {
            return Ok(false);
        }
        let chunk = timeout_at(self.since + self.limit, self.response.chunk())
            .await
            .map_err(|_| nothing_came(self.limit))?
            .map_err(broken)?;
        self.since = Instant::now();
        let Some(chunk) = chunk else {
            self.ended = true;
            return Ok(false);
        };
        self.received += chunk.len();
        if self.received > MAX_STREAM || self.buffer.len() + chunk.len() > MAX_EVENT {
            return Err(too_long());
        }
        self.buffer.extend_from_slice(&chunk);
        Ok(true)
    }

    /// The beginning of an error, as far as it comes.
    async fn beginning(&mut self) -> Vec<u8> {
        self.limit = EPILOGUE;
        self.since = Instant::now();
        let until = self.since + EPILOGUE;
        while self.buffer.len() < MAX_ERROR {
            match timeout_at(until, self.more()).await {
                Ok(Ok(true)) => {}
                _ => break,
            }
        }
        self.buffer.truncate(MAX_ERROR);
        self.buffer.to_vec()
    }

    /// What it is.
    pub(super) async fn form(&mut self) -> Result<Form, TextError> {
        loop {
            if let Some(form) = form_of(&self.buffer, self.ended, self.key.as_deref())? {
                if self.buffer.starts_with(MARK) {
                    let _ = self.buffer.split_to(MARK.len());
                }
                return Ok(form);
            }
            self.more().await?;
        }
    }

    /// All of it.
    pub(super) async fn whole(&mut self) -> Result<Value, TextError> {
        while self.more().await? {}
        serde_json::from_slice(&self.buffer).map_err(|error| match error.is_eof() {
            true => truncated(),
            false => malformed("the answer is not JSON"),
        })
    }

    /// The next event, or nothing at the end. An event that has no blank line after it is not whole.
    pub(super) async fn event(&mut self) -> Result<Option<Event>, TextError> {
        let mut event = Event::default();
        let mut any = false;
        loop {
            let Some(line) = parse_line_from_buffer(&mut self.buffer, &mut self.searched) else {
                if self.more().await? {
                    continue;
                }
                // A lone CR at the very end is a line's end, too.
                if self.buffer.last() == Some(&b'\r') {
                    self.buffer.extend_from_slice(b"\n");
                    continue;
                }
                return Ok(None);
            };
            match line {
                RawEventLineOwned::Comment => {}
                RawEventLineOwned::Empty if any => return Ok(Some(event)),
                RawEventLineOwned::Empty => event = Event::default(),
                RawEventLineOwned::Field { field_name, field_value } => {
                    let value = field_value.unwrap_or_default();
                    let Ok(value) = std::str::from_utf8(&value) else {
                        return Err(malformed("the answer is not in UTF-8"));
                    };
                    match field_name.as_ref() {
                        b"event" => value.clone_into(&mut event.name),
                        b"data" => {
                            if any {
                                event.data.push('\n');
                            }
                            any = true;
                            event.data.push_str(value);
                            if event.data.len() > MAX_EVENT {
                                return Err(too_long());
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// What begins like this, or nothing while it can't be told.
fn form_of(bytes: &[u8], ended: bool, key: Option<&str>) -> Result<Option<Form>, TextError> {
    let fields: [&[u8]; 5] = [b"data", b"event", b"id", b"retry", b":"];
    let marked = bytes.strip_prefix(MARK).unwrap_or(bytes);
    let begun = marked.trim_ascii_start();
    // The beginning of a field's name, or of the mark.
    let maybe = fields.iter().any(|field| field.starts_with(begun)) || MARK.starts_with(bytes);
    match begun.first() {
        None if ended => Ok(Some(Form::Empty)),
        Some(b'{') => Ok(Some(Form::Whole)),
        Some(_) if fields.iter().any(|field| begun.starts_with(field)) => Ok(Some(Form::Stream)),
        // It is read as one, and found to be truncated.
        _ if maybe => Ok(ended.then_some(Form::Stream)),
        _ => {
            let said = quoted(&String::from_utf8_lossy(begun), key);
            Err(malformed(format!("neither a stream of events nor JSON: {said}")))
        }
    }
}
