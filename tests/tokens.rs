//! Access and refresh tokens, and those who forge them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use momentum_core::identity::{Role, SigningKeys};
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::{Value, json};

fn part(token: &str, n: usize) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn a_token_says_who_and_can_be_checked_with_the_published_keys() {
    let app = TestApp::new().await;
    let api = app.user(Role::Premium).await;
    let token = api.token.clone().unwrap();
    let (header, claims) = (part(&token, 0), part(&token, 1));
    let me = api.get("/me").await.json();
    assert_eq!(claims["user_id"], me["id"]);
    assert_eq!(claims["sub"], me["id"]);
    assert_eq!(claims["role"], "premium");
    assert_eq!(claims["iss"], app.url);

    let keys = app.visitor().get("/.well-known/jwks.json").await.expect(200).json();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!(key["kty"], "EC");
    assert_eq!(key["crv"], "P-256");
    assert_eq!(key["use"], "sig");
    assert!(key.get("d").is_none(), "the private part stays private");
}

#[tokio::test]
async fn forged_tokens_open_nothing() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let token = api.token.clone().unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let (header, mut claims) = (part(&token, 0), part(&token, 1));
    claims["role"] = json!("admin");
    let changed = encode(&claims);

    let other_keys = tempfile::tempdir().unwrap();
    let foreign = SigningKeys::load(other_keys.path(), &app.url).unwrap();
    let user = serde_json::from_value(claims["sub"].clone()).unwrap();
    let session = serde_json::from_value(claims["sid"].clone()).unwrap();
    let by_other_key = foreign.issue(user, Role::Admin, session, app.now()).unwrap();
    let with_our_key_id = format!("{}.{}", parts[0], by_other_key.split_once('.').unwrap().1);

    let none = encode(&json!({ "alg": "none", "kid": header["kid"] }));
    let hmac = encode(&json!({ "alg": "HS256", "kid": header["kid"] }));
    for forged in [
        format!("{}.{changed}.{}", parts[0], parts[2]),
        format!("{none}.{changed}."),
        format!("{none}.{}.", parts[1]),
        format!("{hmac}.{changed}.{}", parts[2]),
        by_other_key,
        with_our_key_id,
        format!("{}.{}.", parts[0], parts[1]),
        "not.a.token".to_owned(),
        String::new(),
    ] {
        let answer = api.with_token(&forged).get("/me").await;
        assert_eq!(answer.status, 401, "{forged}");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    api.get("/me").await.expect(200);
}

#[tokio::test]
async fn tokens_of_another_issuer_or_audience_are_refused() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let claims = part(api.token.as_ref().unwrap(), 1);
    let user = serde_json::from_value(claims["sub"].clone()).unwrap();
    let session = serde_json::from_value(claims["sid"].clone()).unwrap();
    // Our own keys, but issued in another instance's name.
    let folder = tempfile::tempdir().unwrap();
    let issuer = SigningKeys::load(folder.path(), "https://elsewhere.example").unwrap();
    let reader = SigningKeys::load(folder.path(), &app.url).unwrap();
    let token = issuer.issue(user, Role::Free, session, app.now()).unwrap();
    assert!(reader.verify(&token, app.now()).is_err());
    assert!(issuer.verify(&token, app.now()).is_ok());
}

#[tokio::test]
async fn an_access_token_expires_and_a_refresh_token_brings_the_next() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    app.wait(TimeDelta::minutes(16));
    let expired = api.get("/me").await;
    assert_eq!(expired.problem(), "token-expired");
    let tokens = app
        .visitor()
        .post("/auth/refresh", json!({ "refresh_token": api.refresh_token }))
        .await
        .expect(200)
        .json();
    let renewed = api.with_tokens(&tokens);
    renewed.get("/me").await.expect(200);
    assert_ne!(renewed.refresh_token, api.refresh_token);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_whole_family() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    let exchange = |token: &str| {
        let body = json!({ "refresh_token": token });
        let visitor = app.visitor();
        async move { visitor.post("/auth/refresh", body).await }
    };
    let next = api.with_tokens(&exchange(&api.refresh_token).await.expect(200).json());
    next.get("/me").await.expect(200);
    exchange(&api.refresh_token).await.expect(401);
    next.get("/me").await.expect(401);
    exchange(&next.refresh_token).await.expect(401);
    exchange("made-up").await.expect(401);
    // The owner hears of it, once.
    exchange(&api.refresh_token).await.expect(401);
    let alarms = app.mails_to(&email).await.into_iter().filter(|mail| mail.template == "security-alarm");
    assert_eq!(alarms.count(), 1);
    let noted = "SELECT COUNT(*) FROM audit_log WHERE action = 'identity.refresh-token-reused'";
    assert_eq!(app.count(noted).await, 1);
}

#[tokio::test]
async fn one_refresh_token_at_twenty_places_at_once_is_good_at_most_once() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let tries = (0..20).map(|_| {
        let (visitor, body) = (app.visitor(), json!({ "refresh_token": api.refresh_token }));
        async move { visitor.post("/auth/refresh", body).await.status.as_u16() }
    });
    let statuses = futures::future::join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 401].contains(status)), "{statuses:?}");
    app.run_jobs().await;
}

#[tokio::test]
async fn signing_out_ends_the_access_token_too() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let other = app.user(Role::Free).await;
    // Somebody else's refresh token is none of the caller's business.
    api.post("/auth/sign-out", json!({ "refresh_token": other.refresh_token })).await.expect(204);
    other.get("/me").await.expect(200);
    api.get("/me").await.expect(401);
    let bare = other.request(reqwest::Method::POST, "/auth/sign-out");
    other.send(bare).await.expect(204);
    other.get("/me").await.expect(401);
}
