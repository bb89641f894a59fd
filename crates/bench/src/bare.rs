//! The bare handler: what axum can do on this machine when it only has to send the same bytes, head and body.

use std::path::Path;

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    routing::get,
};

use crate::Result;

/// An answer to serve.
pub(crate) struct Answer {
    /// Lines of its head, without those that every server writes by itself.
    pub head: Vec<String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(head: &[u8], body: &[u8]) -> Self {
        let own = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::DATE];
        let head = String::from_utf8_lossy(head);
        let lines = head.split("\r\n").skip(1).filter(|line| {
            line.split_once(':')
                .is_some_and(|(name, _)| !own.iter().any(|own| name.eq_ignore_ascii_case(own.as_str())))
        });
        Self { head: lines.map(ToOwned::to_owned).collect(), body: body.to_vec() }
    }
}

/// Writes the answers for [`serve`], which has the one with number n at `/n`.
pub(crate) fn write(folder: &Path, answers: &[Answer]) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    for (number, answer) in answers.iter().enumerate() {
        std::fs::write(folder.join(format!("{number}.head")), answer.head.join("\n"))?;
        std::fs::write(folder.join(format!("{number}.body")), &answer.body)?;
    }
    Ok(())
}

/// Serves the answers until it is told to stop. The same runtime and the same `axum::serve` as the real server.
pub(crate) fn serve(folder: &Path) -> Result<()> {
    let mut router = Router::new();
    for number in 0.. {
        let Ok(head) = std::fs::read_to_string(folder.join(format!("{number}.head"))) else { break };
        let mut headers = HeaderMap::new();
        for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
            headers.append(name.parse::<HeaderName>()?, value.parse::<HeaderValue>()?);
        }
        let body = Bytes::from(std::fs::read(folder.join(format!("{number}.body")))?);
        let answer = move || async move { (headers, body) };
        router = router.route(&format!("/{number}"), get(answer));
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on http://{}", listener.local_addr()?);
        Ok(axum::serve(listener, router).await?)
    })
}
