//! The whole program with a model server beside it, killed in the middle.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Json, Router, extract::State, routing::post};
use momentum_db::{Db, Options};
use momentum_testkit::good_answer;
use serde_json::{Value, json};

use crate::process::Server;

/// How often each question was asked, by what it said.
type Asked = Arc<Mutex<HashMap<String, usize>>>;

async fn complete(State(asked): State<Asked>, Json(body): Json<Value>) -> Json<Value> {
    let form = body["response_format"]["json_schema"]["name"].as_str().unwrap_or_default();
    let prompt = body["messages"].as_array().expect("messages").last().expect("one")["content"].to_string();
    *asked.lock().expect("the count").entry(prompt.clone()).or_default() += 1;
    tokio::time::sleep(Duration::from_millis(60)).await;
    let prompt: String = serde_json::from_str(&prompt).expect("a text");
    Json(json!({
        "id": "1", "object": "chat.completion", "model": "loopback",
        "choices": [{ "index": 0, "finish_reason": "stop",
                      "message": { "role": "assistant", "content": good_answer(form, &prompt).to_string() } }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 200 },
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_finishes_the_course_and_pays_for_no_finished_step_twice() {
    let asked = Asked::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let model_url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(asked.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let folder = tempfile::tempdir().expect("a folder");
    let with = ["--demo", "--ai-provider", "openai", "--ai-model", "loopback", "--ai-base-url", &model_url];
    let start = || Server::start(folder.path(), None, &with);
    let mut server = tokio::task::block_in_place(start);
    let mut admin = sign_in(&server.url).await;
    let category = admin.get("/categories").await["items"][0]["id"].clone();
    let body = json!({ "topic": "Habits", "category_id": category, "duration_days": 7 });
    let id =
        admin.post("/admin/ai/generate-course", body).await["job_id"].as_str().expect("a job").to_owned();
    let mut kills = 0_i64;
    let done = loop {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let job = admin.get(&format!("/admin/ai/jobs/{id}")).await;
        assert!(job["status"] == "running" || job["status"] == "completed", "{job}");
        if job["status"] == "completed" {
            break job;
        }
        if kills < 3 && job["progress_percent"].as_i64().expect("a number") > 10 + 20 * kills {
            kills += 1;
            server.kill();
            // Leases of the dead run out after a minute; here nobody waits that long.
            expire_leases(folder.path()).await;
            server = tokio::task::block_in_place(start);
            admin = sign_in(&server.url).await;
        }
    };
    assert!(kills > 0, "it was killed at least once");
    let course = done["course_id"].as_str().expect("a course");
    let lessons =
        admin.get(&format!("/admin/courses/{course}")).await["lessons"].as_array().expect("lessons").len();
    assert_eq!(lessons, 7);
    let counts = asked.lock().expect("the count");
    assert_eq!(counts.len(), 23, "every part was asked for");
    // A kill breaks off at most the four requests that are under way.
    let again: usize = counts.values().map(|times| times - 1).sum();
    assert!(again <= 4 * usize::try_from(kills).expect("few"), "{again} asked again after {kills} kills");
}

async fn expire_leases(folder: &std::path::Path) {
    let url = format!("sqlite://{}", folder.join("momentum.db").display());
    let options = Options { connections: 1, acquire_timeout: Duration::from_secs(10), schema: None };
    let db = Db::open(&url, &options).await.expect("the database opens");
    let mut tx = db.begin().await.expect("a transaction");
    tx.run("UPDATE jobs SET leased_until = created_at WHERE state = 'running'").await.expect("an update");
    tx.commit().await.expect("a commit");
    db.close().await;
}

struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

async fn sign_in(url: &str) -> Client {
    let http = reqwest::Client::new();
    let body = json!({ "email": "admin@example.com", "password": "Momentum1!" });
    let answer = http.post(format!("{url}/api/v1/auth/sign-in")).json(&body).send().await.expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    Client { http, url: url.to_owned(), token: answer["access_token"].as_str().expect("a token").to_owned() }
}

impl Client {
    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token);
        request.json(&body).send().await.expect("an answer").json().await.expect("JSON")
    }
}
