//! A provider that answers what a test tells it to, true or not.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use momentum_core::identity::Role;
use momentum_testkit::{Browser, PASSWORD, TestApp};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use serde_json::{Value, json};

use super::{begin, come_back, parameter, signed_in, site};

/// What the liar knows and does.
struct Liar {
    url: String,
    /// Its id and itself.
    key: Mutex<(String, EncodingKey)>,
    jwks: Mutex<Value>,
    /// The ID token for the next exchange.
    next: Mutex<String>,
    exchanges: Mutex<Vec<String>>,
}

fn new_key(id: &str) -> (EncodingKey, Value) {
    let secret = p256::SecretKey::from_slice(uuid::Uuid::new_v4().into_bytes().repeat(2).as_slice()).unwrap();
    let pem = secret.to_pkcs8_pem(LineEnding::LF).unwrap();
    let key = EncodingKey::from_ec_pem(pem.as_bytes()).unwrap();
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
    jwk.common.key_id = Some(id.into());
    (key, serde_json::to_value(jwk).unwrap())
}

impl Liar {
    async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (key, jwk) = new_key("k1");
        let liar = Arc::new(Self {
            url,
            key: Mutex::new(("k1".into(), key)),
            jwks: Mutex::new(json!({ "keys": [jwk] })),
            next: Mutex::default(),
            exchanges: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route(
                "/jwks",
                get(|State(liar): State<Arc<Liar>>| async move { Json(liar.jwks.lock().unwrap().clone()) }),
            )
            .route("/token", post(token))
            .with_state(liar.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        liar
    }

    fn config(&self) -> Value {
        json!({ "id": "test", "name": "Test", "issuer": self.url, "client_id": "momentum", "client_secret": "s3cret",
                "api_audiences": ["momentum-api"] })
    }

    /// Claims as an honest provider would make them.
    fn claims(&self, app: &TestApp, nonce: &str, subject: &str, email: &str) -> Value {
        let now = app.now().timestamp();
        json!({ "iss": self.url, "aud": "momentum", "sub": subject, "iat": now, "exp": now + 300, "nonce": nonce,
                "email": email, "email_verified": true, "name": "Ada Moreau" })
    }

    fn sign(&self, claims: &Value) -> String {
        let (id, key) = &*self.key.lock().unwrap();
        sign(key, id, claims)
    }
}

fn sign(key: &EncodingKey, id: &str, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(id.into());
    jsonwebtoken::encode(&header, claims, key).unwrap()
}

async fn discovery(State(liar): State<Arc<Liar>>) -> Json<Value> {
    let url = &liar.url;
    Json(json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
}

async fn token(State(liar): State<Arc<Liar>>, body: String) -> Json<Value> {
    liar.exchanges.lock().unwrap().push(body);
    let id_token = liar.next.lock().unwrap().clone();
    Json(json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": id_token }))
}

/// Signs in as `subject`; answers the status of the way back.
async fn sign_in(app: &TestApp, liar: &Liar, browser: &Browser, change: impl FnOnce(&mut Value)) -> u16 {
    let url = begin(browser, "/sign-in/with/test").await;
    let mut claims = liar.claims(app, &parameter(&url, "nonce"), "ada", "ada@example.com");
    change(&mut claims);
    *liar.next.lock().unwrap() = liar.sign(&claims);
    come_back(browser, &[("state", &parameter(&url, "state")), ("code", "c")]).await.status.as_u16()
}

#[tokio::test]
async fn an_honest_answer_makes_one_account_and_opens_it_again() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    for _ in 0..2 {
        let browser = app.browser();
        let url = begin(&browser, "/sign-in/with/test?return_to=%2Fcourses").await;
        for (name, value) in [
            ("client_id", "momentum"),
            ("response_type", "code"),
            ("code_challenge_method", "S256"),
            ("scope", "openid email profile"),
        ] {
            assert_eq!(parameter(&url, name), value);
        }
        let claims = liar.claims(&app, &parameter(&url, "nonce"), "ada", "ada@example.com");
        *liar.next.lock().unwrap() = liar.sign(&claims);
        let answer =
            come_back(&browser, &[("state", &parameter(&url, "state")), ("code", "c")]).await.expect(303);
        assert_eq!(answer.header("location"), "/courses");
        assert!(signed_in(&browser).await);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email_verified_at IS NOT NULL").await, 1);
    let sent = liar.exchanges.lock().unwrap().join(" ");
    assert!(sent.contains("code_verifier=") && sent.contains("grant_type=authorization_code"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_new_account_lives_where_its_browser_is() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    assert!(app.browser().get("/sign-in").await.text.contains("rel=\"nofollow\" data-time-zone"));
    // Signing in again from elsewhere moves nobody, and a zone that is none is as good as no zone.
    for (subject, zone) in [("ada", "Asia/Tokyo"), ("ada", "Europe/Paris"), ("ben", "Mars/Olympus")] {
        let browser = app.browser();
        let url = begin(&browser, &format!("/sign-in/with/test?time_zone={zone}")).await;
        let claims = liar.claims(&app, &parameter(&url, "nonce"), subject, &format!("{subject}@example.com"));
        *liar.next.lock().unwrap() = liar.sign(&claims);
        come_back(&browser, &[("state", &parameter(&url, "state")), ("code", "c")]).await.expect(303);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE time_zone = 'Asia/Tokyo'").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE time_zone = 'UTC'").await, 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_false_answer_opens_nothing() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let now = app.now().timestamp();
    type Lie = Box<dyn FnOnce(&mut Value)>;
    let set = |name: &'static str, value: Value| -> Lie { Box::new(move |claims| claims[name] = value) };
    let lies: Vec<(&str, Lie)> = vec![
        ("another nonce", set("nonce", json!("another"))),
        ("no nonce", Box::new(|claims| drop(claims.as_object_mut().unwrap().remove("nonce")))),
        ("another issuer", set("iss", json!("https://evil.example"))),
        ("another audience", set("aud", json!("somebody-else"))),
        ("expired", set("exp", json!(now - 1))),
        ("no subject", Box::new(|claims| drop(claims.as_object_mut().unwrap().remove("sub")))),
    ];
    for (what, lie) in lies {
        let browser = app.browser();
        assert_eq!(sign_in(&app, &liar, &browser, lie).await, 401, "{what}");
        assert!(!signed_in(&browser).await, "{what}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
}

#[tokio::test]
async fn a_token_that_is_not_signed_by_the_provider_opens_nothing() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let (stranger, stranger_jwk) = new_key("k2");
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    for kind in ["stranger", "stranger as k1", "none", "hmac with the public key", "hmac with the secret"] {
        let browser = app.browser();
        let url = begin(&browser, "/sign-in/with/test").await;
        let claims = liar.claims(&app, &parameter(&url, "nonce"), "ada", "ada@example.com");
        let hmac = |key: &[u8]| {
            jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(key))
                .unwrap()
        };
        *liar.next.lock().unwrap() = match kind {
            "stranger" => sign(&stranger, "k2", &claims),
            "stranger as k1" => sign(&stranger, "k1", &claims),
            "none" => format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims)),
            "hmac with the secret" => hmac(b"s3cret"),
            _ => hmac(stranger_jwk.to_string().as_bytes()),
        };
        let answer = come_back(&browser, &[("state", &parameter(&url, "state")), ("code", "c")]).await;
        assert_eq!(answer.status, 401, "{kind}");
        assert!(!signed_in(&browser).await, "{kind}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
}

#[tokio::test]
async fn an_attempt_belongs_to_one_browser_and_ends_once() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let (browser, other) = (app.browser(), app.browser());
    let url = begin(&browser, "/sign-in/with/test").await;
    let state = parameter(&url, "state");
    let claims = liar.claims(&app, &parameter(&url, "nonce"), "ada", "ada@example.com");
    *liar.next.lock().unwrap() = liar.sign(&claims);
    begin(&other, "/sign-in/with/test").await;

    come_back(&other, &[("state", &state), ("code", "c")]).await.expect(401);
    assert!(!signed_in(&other).await, "somebody else's state in this browser");
    come_back(&browser, &[("state", &state), ("code", "c")]).await.expect(303);
    assert!(signed_in(&browser).await, "nobody else uses it up");
    for used_or_unknown in [state.as_str(), "made-up"] {
        come_back(&browser, &[("state", used_or_unknown), ("code", "c")]).await.expect(403);
    }
    assert_eq!(liar.exchanges.lock().unwrap().len(), 1, "a wrong state never reaches the provider");

    let late = app.browser();
    let url = begin(&late, "/sign-in/with/test?return_to=/notes").await;
    app.wait(TimeDelta::minutes(11));
    let answer = come_back(&late, &[("state", &parameter(&url, "state")), ("code", "c")]).await.expect(401);
    let (form, link) = ("name=\"return_to\" value=\"/notes\"", "/sign-in/with/test?return_to=/notes");
    assert!(answer.text.contains(form) && answer.text.contains(link), "the page is still wanted");
    let cancelled = app.browser();
    let url = begin(&cancelled, "/sign-in/with/test?return_to=/notes").await;
    let query = [("state", parameter(&url, "state")), ("error", "access_denied".to_owned())];
    let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
    let page = come_back(&cancelled, &query).await.expect(401).text;
    assert!(page.contains("not completed") && page.contains(form) && page.contains(link));
    let page = come_back(&app.browser(), &query).await.expect(401).text;
    assert!(!page.contains("/notes"), "another browser learns nothing");
    app.run_jobs().await;
}

#[tokio::test]
async fn two_tabs_of_one_browser_both_arrive() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let browser = app.browser();
    let tabs = [begin(&browser, "/sign-in/with/test").await, begin(&browser, "/sign-in/with/test").await];
    for own in ["state", "nonce", "code_challenge"] {
        assert_ne!(parameter(&tabs[0], own), parameter(&tabs[1], own), "{own}");
    }
    for url in &tabs {
        let claims = liar.claims(&app, &parameter(url, "nonce"), "ada", "ada@example.com");
        *liar.next.lock().unwrap() = liar.sign(&claims);
        come_back(&browser, &[("state", &parameter(url, "state")), ("code", "c")]).await.expect(303);
        assert!(signed_in(&browser).await);
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn an_address_opens_no_existing_account() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let email = app.account(Role::Free, "UTC").await;
    for verified in [true, false] {
        let browser = app.browser();
        let status = sign_in(&app, &liar, &browser, |claims| {
            claims["email"] = json!(email);
            claims["email_verified"] = json!(verified);
        });
        assert_eq!(status.await, 409, "verified: {verified}");
        assert!(!signed_in(&browser).await);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM external_identities").await, 0);

    // With an address of its own that the provider hasn't confirmed: an account that still has to confirm it.
    let newcomer = app.browser();
    let status = sign_in(&app, &liar, &newcomer, |claims| {
        claims["sub"] = json!("new");
        claims["email"] = json!("new@example.com");
        claims["email_verified"] = json!(false);
    });
    assert_eq!(status.await, 303);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM users WHERE email = 'new@example.com' AND email_verified_at IS NULL")
            .await,
        1
    );

    let nameless = app.browser();
    let status = sign_in(&app, &liar, &nameless, |claims| {
        claims["sub"] = json!("nameless");
        claims.as_object_mut().unwrap().remove("email");
    });
    assert_eq!(status.await, 409, "no address, no account");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_provider_is_connected_and_disconnected_in_the_settings() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let email = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let token = browser.form_token("/settings/connections").await;

    browser.get("/sign-in/with/test?connect=made-up").await.expect(403);
    let connect = format!("/sign-in/with/test?connect={token}");
    app.wait(TimeDelta::minutes(16));
    let late = browser.get(&connect).await.expect(303);
    let confirm = "/settings/confirm?return_to=/settings/connections";
    assert_eq!(late.header("location"), confirm, "a form may not lead on to the provider");
    let proof = [("password", PASSWORD), ("return_to", "/settings/connections")];
    browser.submit(confirm, "/settings/confirm", &proof).await.expect(303);
    let url = begin(&browser, &connect).await;
    let state = parameter(&url, "state");
    let cancelled = come_back(&browser, &[("state", &state), ("error", "access_denied")]).await;
    let page = cancelled.expect(403).text;
    assert!(page.contains("The service was not connected.") && page.contains("Connect Test"), "{page}");
    let url = begin(&browser, &connect).await;
    let claims = liar.claims(&app, &parameter(&url, "nonce"), "ada", "elsewhere@example.com");
    *liar.next.lock().unwrap() = liar.sign(&claims);
    let answer =
        come_back(&browser, &[("state", &parameter(&url, "state")), ("code", "c")]).await.expect(303);
    assert_eq!(answer.header("location"), "/settings/connections");

    let by_provider = app.browser();
    assert_eq!(sign_in(&app, &liar, &by_provider, |_| {}).await, 303, "now it opens the account");
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);

    // Somebody else can't connect the same one.
    let other = app.browser_of(Role::Free).await;
    let token = other.form_token("/settings/connections").await;
    let url = begin(&other, &format!("/sign-in/with/test?connect={token}")).await;
    let claims = liar.claims(&app, &parameter(&url, "nonce"), "ada", "elsewhere@example.com");
    *liar.next.lock().unwrap() = liar.sign(&claims);
    let taken = come_back(&other, &[("state", &parameter(&url, "state")), ("code", "c")]).await.expect(409);
    assert!(taken.text.contains("connected to another account here") && taken.text.contains("Connect Test"));

    let api = app.visitor().sign_in(&email, PASSWORD).await;
    let methods = api.get("/me/identities").await.expect(200).json();
    assert_eq!(methods["has_password"], true);
    let id = methods["identities"][0]["id"].as_str().unwrap();
    app.user(Role::Free).await.delete(&format!("/me/identities/{id}")).await.expect(404);
    api.delete(&format!("/me/identities/{id}")).await.expect(204);
    assert_eq!(sign_in(&app, &liar, &app.browser(), |_| {}).await, 303, "a new account of its own");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'ada@example.com'").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action LIKE 'identity.provider-%'").await, 2);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_last_way_to_sign_in_stays() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let browser = app.browser();
    assert_eq!(sign_in(&app, &liar, &browser, |_| {}).await, 303);
    let page = browser.get("/settings/connections").await.expect(200);
    assert!(page.text.contains("only way to sign in"));
    let (id,): (uuid::Uuid,) =
        app.s.db.read().await.unwrap().one("SELECT id FROM external_identities").await.unwrap();
    let answer =
        browser.submit("/settings/connections", &format!("/settings/connections/{id}/remove"), &[]).await;
    assert_eq!(answer.status, 409);
    app.run_jobs().await;
}

#[tokio::test]
async fn somebody_without_a_password_is_not_asked_for_one_and_sets_their_first() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let browser = app.browser();
    assert_eq!(sign_in(&app, &liar, &browser, |_| {}).await, 303);
    assert!(browser.get("/settings/security").await.expect(200).text.contains("You have no password here"));
    let account = browser.get("/settings/account").await.expect(200).text;
    assert!(!account.contains("Current password"));

    // It takes a fresh proof, in place of a password.
    app.wait(TimeDelta::minutes(16));
    let late = browser.get("/settings/password").await.expect(303);
    assert_eq!(late.header("location"), "/settings/confirm?return_to=/settings/password");
    let account = browser.get("/settings/account").await.expect(200).text;
    assert!(!account.contains("New email address"), "the form comes after the proof");
    assert!(account.contains("href=\"/settings/confirm?return_to=/settings/account\""));
    let again = app.browser();
    assert_eq!(sign_in(&app, &liar, &again, |_| {}).await, 303);
    let confirm = "/settings/confirm?return_to=/settings/account";
    let out = again.submit(confirm, "/sign-out", &[("return_to", "/settings/account")]).await.expect(303);
    assert_eq!(out.header("location"), "/sign-in?return_to=/settings/account");
    let out = again.get(out.header("location")).await.expect(200).text;
    assert!(out.contains("/sign-in/with/test?return_to=/settings/account"));
    let (form, moved) = ([("password", PASSWORD)], [("email", "new@example.com")]);
    let token = browser.form_token("/settings/account").await;
    for (path, field) in [("/settings/password", form[0]), ("/settings/account/email", moved[0])] {
        let request = browser.request(reqwest::Method::POST, path).form(&[("csrf", token.as_str()), field]);
        assert!(browser.send(request).await.expect(303).header("location").starts_with("/settings/confirm"));
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE password_hash IS NOT NULL").await, 0);

    let browser = app.browser();
    assert_eq!(sign_in(&app, &liar, &browser, |_| {}).await, 303);
    browser.submit("/settings/account", "/settings/account/email", &moved).await.expect(303);
    let page = browser.get("/settings/password").await.expect(200).text;
    assert!(page.contains("You have no password yet") && !page.contains("Current password"));
    browser.submit("/settings/password", "/settings/password", &form).await.expect(303);
    app.visitor().sign_in("ada@example.com", PASSWORD).await;
    assert!(browser.get("/settings/password").await.text.contains("Current password"));
    app.run_jobs().await;
}

#[tokio::test]
async fn the_owner_of_an_address_takes_over_what_a_provider_made_of_it() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let stranger = app.browser();
    let status = sign_in(&app, &liar, &stranger, |claims| claims["email_verified"] = json!(false));
    assert_eq!(status.await, 303);
    let email = "ada@example.com";
    app.visitor().post("/auth/forgot-password", json!({ "email": email })).await.expect(202);
    let mail = app.mail_to(email).await;
    assert_eq!(mail.template, "reset-password", "the provider hasn't shown that it is the stranger's");
    let new = json!({ "token": mail.token(), "password": PASSWORD });
    app.visitor().post("/auth/reset-password", new).await.expect(204);
    app.visitor().sign_in(email, PASSWORD).await;
    assert!(!signed_in(&stranger).await);
    assert_eq!(app.count("SELECT COUNT(*) FROM external_identities").await, 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_form_from_the_provider_is_sent_on_with_its_name() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let browser = app.browser();
    let url = begin(&browser, "/sign-in/with/test").await;
    let mut claims = liar.claims(&app, &parameter(&url, "nonce"), "ada", "ada@example.com");
    claims.as_object_mut().unwrap().remove("name");
    *liar.next.lock().unwrap() = liar.sign(&claims);
    let user = json!({ "name": { "firstName": "Ada", "lastName": "Moreau" } }).to_string();
    let form = [("state", parameter(&url, "state")), ("code", "c".into()), ("user", user)];
    let request = browser.request(reqwest::Method::POST, "/sign-in/with/test/callback").form(&form);
    let sent_on = browser.send(request).await.expect(303);
    browser.get(sent_on.header("location")).await.expect(303);
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE name = 'Ada Moreau'").await, 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn keys_may_change() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    assert_eq!(sign_in(&app, &liar, &app.browser(), |_| {}).await, 303);
    let (key, jwk) = new_key("k1-next");
    *liar.jwks.lock().unwrap() = json!({ "keys": [jwk] });
    *liar.key.lock().unwrap() = ("k1-next".into(), key);
    assert_eq!(sign_in(&app, &liar, &app.browser(), |_| {}).await, 303, "the new key is asked for");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_token_of_a_trusted_issuer_opens_the_api_until_its_session_ends() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let mut claims = liar.claims(&app, "", "ada", "ada@example.com");
    claims["aud"] = json!("momentum-api");
    let token = liar.sign(&claims);
    let api = app.visitor().with_token(&token);
    for _ in 0..2 {
        let me = api.get("/me").await.expect(200).json();
        assert_eq!(me["email"], "ada@example.com");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    // It is no refresh token: what it opens ends with it.
    app.visitor().post("/auth/refresh", json!({ "refresh_token": token })).await.expect(401);
    api.get("/me").await.expect(200);

    for (what, name, value) in [
        ("another audience", "aud", json!("momentum")),
        ("another issuer", "iss", json!("https://evil.example")),
        ("expired", "exp", json!(app.now().timestamp() - 1)),
        ("not yet", "nbf", json!(app.now().timestamp() + 60)),
    ] {
        let mut bad = claims.clone();
        bad[name] = value;
        app.visitor().with_token(&liar.sign(&bad)).get("/me").await.expect(401);
        let _ = what;
    }
    let (stranger, _) = new_key("k1");
    app.visitor().with_token(&sign(&stranger, "k1", &claims)).get("/me").await.expect(401);

    api.post("/auth/sign-out", json!({})).await.expect(204);
    assert_eq!(api.get("/me").await.expect(401).problem(), "session-ended");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_token_of_a_trusted_issuer_is_good_until_it_says() {
    let liar = Liar::start().await;
    let app = site(liar.config()).await;
    let mut claims = liar.claims(&app, "", "ada", "ada@example.com");
    claims["aud"] = json!("momentum-api");
    claims["exp"] = json!(app.now().timestamp() + 1_200);
    let api = app.visitor().with_token(&liar.sign(&claims));
    api.get("/me").await.expect(200);
    app.wait(TimeDelta::minutes(15));
    api.get("/me").await.expect(200);
    app.wait(TimeDelta::minutes(6));
    api.get("/me").await.expect(401);
    app.run_jobs().await;
}
