//! The bare handler: what axum can do on this machine when it only has to send the same bytes.

use std::path::Path;

use axum::{Router, body::Bytes, http::header, routing::get};

use crate::Result;

/// An answer to serve.
pub(crate) struct Answer {
    pub content_type: String,
    pub body: Vec<u8>,
}

/// Writes the answers for [`serve`], which has the one with number n at `/n`.
pub(crate) fn write(folder: &Path, answers: &[Answer]) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    for (number, answer) in answers.iter().enumerate() {
        std::fs::write(folder.join(format!("{number}.type")), &answer.content_type)?;
        std::fs::write(folder.join(format!("{number}.body")), &answer.body)?;
    }
    Ok(())
}

/// Serves the answers until it is told to stop. The same runtime and the same `axum::serve` as the real server.
pub(crate) fn serve(folder: &Path) -> Result<()> {
    let mut router = Router::new();
    for number in 0.. {
        let Ok(content_type) = std::fs::read_to_string(folder.join(format!("{number}.type"))) else { break };
        let body = Bytes::from(std::fs::read(folder.join(format!("{number}.body")))?);
        let answer = move || async move { ([(header::CONTENT_TYPE, content_type)], body) };
        router = router.route(&format!("/{number}"), get(answer));
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on http://{}", listener.local_addr()?);
        Ok(axum::serve(listener, router).await?)
    })
}
