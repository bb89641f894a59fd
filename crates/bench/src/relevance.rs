//! How well the search answers, on the demo's courses.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use momentum_core::search::relevance::{JUDGED, ndcg_at_5};
use serde_json::Value;

use crate::{Result, drive::Connection, process::Server};

/// How long the demo may take until everything can be found.
const INDEXED_WITHIN: Duration = Duration::from_secs(120);

/// What the mean has to reach.
pub(crate) const REACH: f64 = 0.90;

/// The mean NDCG@5 of the judged queries, asked of a demo server that begins in an empty folder.
pub(crate) async fn ndcg(program: &Path, folder: &Path) -> Result<f64> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    let mut command = Command::new(program);
    command
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--base-url", "http://127.0.0.1:8080"])
        .args(["--database-url", &format!("sqlite://{}", folder.join("momentum.db").display()), "--data-dir"])
        .arg(folder);
    let server = Server::start(&mut command, &folder.join("serve.log"))?;
    let begun = Instant::now();
    while ask(&server, "/search?limit=1").await?["total"] != ask(&server, "/courses?limit=1").await?["total"]
    {
        if begun.elapsed() > INDEXED_WITHIN {
            return Err("the demo can't be searched in time".into());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut sum = 0.0;
    for (query, best) in JUDGED {
        let found = ask(&server, &format!("/search?q={}", query.replace(' ', "+"))).await?;
        let slugs: Vec<String> = found["items"]
            .as_array()
            .ok_or("a search has no items")?
            .iter()
            .filter_map(|item| Some(item["slug"].as_str()?.to_owned()))
            .collect();
        sum += ndcg_at_5(&slugs, best);
    }
    server.stop()?;
    Ok(sum / f64::from(u32::try_from(JUDGED.len())?))
}

/// What the API answers to a visitor.
async fn ask(server: &Server, path: &str) -> Result<Value> {
    let mut connection = Connection::open(server.address).await?;
    let request = format!("GET /api/v1{path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    Ok(serde_json::from_slice(connection.exchange(request.as_bytes()).await?.body)?)
}
