//! Requests with an `Idempotency-Key`: what is the same request, what is kept of its answer, and what happens when its client
//! goes away.

use std::time::Duration;

use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{Answer, Api, PASSWORD, TestApp};
use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt;

async fn sign_up(visitor: &Api, key: &str, email: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
    let request = visitor.request(Method::POST, "/auth/sign-up").header("idempotency-key", key).json(&body);
    visitor.send(request).await
}

/// Asks again and again, for two seconds at most.
async fn until(app: &TestApp, sql: &'static str, count: i64) -> bool {
    for _ in 0..400 {
        if app.count(sql).await == count {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

#[tokio::test]
async fn a_client_that_goes_away_finds_the_answer_when_it_comes_back() {
    let app = TestApp::new().await;
    let address = app.url.strip_prefix("http://").unwrap();
    let body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada" }).to_string();
    let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /api/v1/auth/sign-up HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: k1\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    line.write_all(request.as_bytes()).await.unwrap();
    assert!(until(&app, "SELECT COUNT(*) FROM idempotency_keys", 1).await, "the key is claimed");
    drop(line);
    let answered = "SELECT COUNT(*) FROM idempotency_keys WHERE status = 201";
    assert!(until(&app, answered, 1).await, "the work goes on");
    let again = app.visitor().request(Method::POST, "/auth/sign-up").header("idempotency-key", "k1");
    let again = again.header("content-type", "application/json").body(body);
    let again = app.visitor().send(again).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    app.run_jobs().await;
}

#[tokio::test]
async fn address_and_version_are_part_of_the_request_and_the_tag_part_of_the_answer() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let put = |query: &'static str, version: &'static str| {
        let request = admin.request(Method::PUT, &format!("/admin/settings/general{query}"));
        let request = request.header("idempotency-key", "k1").header("if-match", version);
        admin.send(request.json(&json!({ "site_name": "Tea" })))
    };
    assert_eq!(put("", "\"0\"").await.expect(200).header("etag"), "\"1\"");
    let again = put("", "\"0\"").await.expect(200);
    assert_eq!((again.header("idempotency-replayed"), again.header("etag")), ("true", "\"1\""));
    for other in [put("?dry=1", "\"0\"").await, put("", "\"1\"").await] {
        assert_eq!(other.expect(422).json()["errors"][0]["code"], "reused");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn what_a_fresh_proof_changes_is_asked_again() {
    let app = TestApp::new().await;
    let mut admin = app.user(Role::Admin).await;
    app.wait(TimeDelta::minutes(16));
    admin.renew().await;
    let give = || {
        let request = admin.request(Method::POST, "/admin/users").header("idempotency-key", "k1");
        let body = json!({ "email": "eve@example.com", "name": "Eve", "role": "admin" });
        admin.send(request.json(&body))
    };
    assert_eq!(give().await.expect(403).problem(), "step-up-required");
    admin.post("/auth/step-up", json!({ "password": PASSWORD })).await;
    give().await.expect(201);
    app.run_jobs().await;
}

#[tokio::test]
async fn failures_of_strangers_and_secrets_are_not_kept() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    sign_up(&visitor, "k1", "nobody").await.expect(422);
    assert_eq!(app.count("SELECT COUNT(*) FROM idempotency_keys").await, 0);
    sign_up(&visitor, "k1", "ada@example.com").await.expect(201);

    let api = app.user(Role::Free).await;
    let request = api.request(Method::POST, "/me/calendar-link").header("idempotency-key", "k2");
    api.send(request.json(&json!({}))).await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM idempotency_keys").await, 1);

    let bytes = reqwest::header::HeaderValue::from_bytes(b"k\xff").unwrap();
    for key in [bytes, "k".repeat(256).parse().unwrap()] {
        let request = api.request(Method::PATCH, "/me").header("idempotency-key", key);
        let refused = api.send(request.json(&json!({ "name": "Ada" }))).await.expect(422).json();
        assert_eq!(refused["errors"][0]["field"], "Idempotency-Key");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn with_a_key_as_much_is_taken_as_without() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let send = |method: Method, path: &str, kind: &str, bytes: usize| {
        let request = admin.request(method, path).header("idempotency-key", "k1");
        admin.send(request.header("content-type", kind).body(vec![b' '; bytes]))
    };
    let file = send(Method::POST, "/admin/user-imports", "text/csv", 3 << 20).await;
    assert_eq!(file.expect(422).json()["errors"][0]["field"], "file");
    let lesson = "/admin/lessons/01890a5d-ac96-774b-bcce-b302099a8057";
    send(Method::PATCH, lesson, "application/json", 1 << 20).await.expect(400);
    let refused = send(Method::PATCH, lesson, "application/json", 3 << 20).await.expect(413).json();
    assert!(refused["detail"].as_str().unwrap().contains("2 MB"), "{refused}");
    app.run_jobs().await;
}
