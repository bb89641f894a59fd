//! Passkeys: added, used instead of the password, after it, and to prove again who one is.

use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::{Answer, Api, Browser, PASSWORD, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use super::{audited, mails_about, soft_key::SoftKey};

/// Asks, and answers with what the site asked.
async fn options(api: &Api, path: &str) -> Value {
    api.post(path, json!({})).await.expect(200).json()
}

/// Makes a passkey for the account of `api`.
async fn add(app: &TestApp, api: &Api, name: &str) -> (SoftKey, Value) {
    let asked = options(api, "/me/passkeys/options").await;
    let (key, credential) = SoftKey::create(&app.s.settings.base_url, &asked["public_key"]);
    let body = json!({ "ceremony_id": asked["ceremony_id"], "name": name, "credential": credential });
    (key, api.post("/me/passkeys", body).await.expect(201).json())
}

/// The body of a sign-in with this passkey.
async fn answer(visitor: &Api, key: &mut SoftKey) -> Value {
    let asked = options(visitor, "/auth/passkey/options").await;
    json!({ "ceremony_id": asked["ceremony_id"], "credential": key.get(&asked["public_key"]) })
}

async fn refused(visitor: &Api, body: Value) {
    assert_eq!(visitor.post("/auth/passkey", body).await.expect(401).problem(), "invalid-passkey");
}

#[tokio::test]
async fn passkeys_are_added_named_used_and_removed() {
    let app = TestApp::with_a_name().await;
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    let none = api.get("/me/passkeys").await.expect(200).json();
    assert_eq!((&none["total"], &none["limit"]), (&json!(0), &json!(1)));
    let asked = options(&api, "/me/passkeys/options").await;
    assert_eq!(asked["public_key"]["rp"]["id"], "localhost");
    assert_eq!(asked["public_key"]["user"]["name"], email);
    assert_eq!(asked["public_key"]["authenticatorSelection"]["userVerification"], "required");

    let (mut phone, added) = add(&app, &api, " My phone ").await;
    assert_eq!(added["passkey"]["name"], "My phone");
    assert_eq!(added["recovery_codes"].as_array().unwrap().len(), 10, "they come with the first factor");
    let (_, second) = add(&app, &api, "Key").await;
    assert_eq!(second["recovery_codes"], json!([]));
    let again = options(&api, "/me/passkeys/options").await;
    assert_eq!(again["public_key"]["excludeCredentials"].as_array().unwrap().len(), 2);

    let visitor = app.visitor();
    let password = visitor.post("/auth/sign-in", json!({ "email": email, "password": PASSWORD })).await;
    assert_eq!(password.expect(401).problem(), "mfa-required");
    let tokens = visitor.post("/auth/passkey", answer(&visitor, &mut phone).await).await.expect(200).json();
    let signed_in = visitor.with_tokens(&tokens);
    assert_eq!(signed_in.get("/me").await.expect(200).json()["email"], email);
    let sessions = signed_in.get("/me/sessions").await.json();
    let current = sessions["items"].as_array().unwrap().iter().find(|s| s["current"] == true).unwrap();
    assert_eq!(current["second_factor"], true, "it counts as both factors");

    let id = |made: &Value| format!("/me/passkeys/{}", made["passkey"]["id"].as_str().unwrap());
    let renamed = api.patch(&id(&second), json!({ "name": "Blue key" })).await.expect(200).json();
    assert_eq!(renamed["name"], "Blue key");
    for name in ["", "  ", &"x".repeat(61), "a\nb"] {
        api.patch(&id(&second), json!({ "name": name })).await.expect(422);
    }
    let list = api.get("/me/passkeys").await.expect(200).json();
    let names: Vec<_> = list["items"].as_array().unwrap().iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["My phone", "Blue key"]);
    assert!(list["items"][0]["last_used_at"].is_string() && list["items"][1]["last_used_at"].is_null());

    let stranger = app.user(Role::Free).await;
    stranger.patch(&id(&added), json!({ "name": "Mine" })).await.expect(404);
    stranger.delete(&id(&added)).await.expect(404);
    api.delete(&id(&added)).await.expect(204);
    refused(&visitor, answer(&visitor, &mut phone).await).await;
    api.delete(&id(&second)).await.expect(204);
    app.visitor().sign_in(&email, PASSWORD).await;
    assert_eq!(api.get("/me/mfa").await.json()["recovery_codes_left"], 0);
    let told = mails_about(&app, &email).await;
    assert_eq!(told[0], "The passkey “My phone” was added");
    assert_eq!(told[3], "The passkey “Blue key” was removed");
    assert_eq!(audited(&app).await[3], "identity.sign-in-failed", "with the one that was removed");
    assert_eq!(audited(&app).await.len(), 5);
    app.run_jobs().await;
}

#[tokio::test]
async fn only_the_right_answer_to_the_question_is_accepted() {
    let app = TestApp::with_a_name().await;
    let api = app.user(Role::Free).await;
    let (mut key, _) = add(&app, &api, "Key").await;
    let visitor = app.visitor();
    visitor.post("/auth/passkey", answer(&visitor, &mut key).await).await.expect(200);

    let mut elsewhere = SoftKey { origin: "https://evil.example".into(), ..key.clone() };
    refused(&visitor, answer(&visitor, &mut elsewhere).await).await;
    let mut unattended = SoftKey { verifies_user: false, ..key.clone() };
    refused(&visitor, answer(&visitor, &mut unattended).await).await;
    // A copy of the key that was used less often.
    let mut copy = SoftKey { counter: 0, ..key.clone() };
    refused(&visitor, answer(&visitor, &mut copy).await).await;

    let failed =
        "SELECT COUNT(*) FROM audit_log WHERE action = 'identity.sign-in-failed' AND target_id <> ''";
    assert_eq!(app.count(failed).await, 3, "as wrong passwords are noted, with the account");

    let replayed = answer(&visitor, &mut key).await;
    visitor.post("/auth/passkey", replayed.clone()).await.expect(200);
    refused(&visitor, replayed.clone()).await;
    let fresh = options(&visitor, "/auth/passkey/options").await;
    let crossed = json!({ "ceremony_id": fresh["ceremony_id"], "credential": replayed["credential"] });
    refused(&visitor, crossed).await;

    let asked = options(&api, "/auth/step-up/passkey/options").await;
    let other = json!({ "ceremony_id": asked["ceremony_id"], "credential": key.get(&asked["public_key"]) });
    refused(&visitor, other).await;
    let late = answer(&visitor, &mut key).await;
    app.wait(TimeDelta::minutes(5));
    refused(&visitor, late).await;
    for garbage in [json!({}), json!(null), json!({ "id": "x", "rawId": "%%" }), json!([1])] {
        let asked = options(&visitor, "/auth/passkey/options").await;
        refused(&visitor, json!({ "ceremony_id": asked["ceremony_id"], "credential": garbage })).await;
    }
    visitor.post("/auth/passkey", answer(&visitor, &mut key).await).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_answers_to_one_question_are_one() {
    let app = TestApp::with_a_name().await;
    let api = app.user(Role::Free).await;
    let asked = options(&api, "/me/passkeys/options").await;
    let (mut key, credential) = SoftKey::create(&app.s.settings.base_url, &asked["public_key"]);
    let body = json!({ "ceremony_id": asked["ceremony_id"], "name": "Key", "credential": credential });
    let made = join_all((0..20).map(|_| api.post("/me/passkeys", body.clone()))).await;
    assert_eq!(made.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(made.iter().filter(|answer| answer.status == 422).count(), 19);
    assert_eq!(app.count("SELECT COUNT(*) FROM passkeys").await, 1);

    let visitor = app.visitor();
    let body = answer(&visitor, &mut key).await;
    let used = join_all((0..20).map(|_| visitor.post("/auth/passkey", body.clone()))).await;
    assert_eq!(used.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(used.iter().filter(|answer| answer.status == 401).count(), 19);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_passkey_belongs_to_one_account_and_ends_with_it() {
    let app = TestApp::with_a_name().await;
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    let (mut key, _) = add(&app, &api, "Key").await;
    let other = app.user(Role::Free).await;
    let asked = options(&other, "/me/passkeys/options").await;
    let credential = key.attest(&asked["public_key"]);
    let body = json!({ "ceremony_id": asked["ceremony_id"], "name": "Mine", "credential": credential });
    assert_eq!(other.post("/me/passkeys", body).await.expect(409).problem(), "passkey-taken");

    // Somebody else's ceremony is no use either.
    let asked = options(&other, "/me/passkeys/options").await;
    let (_, credential) = SoftKey::create(&app.s.settings.base_url, &asked["public_key"]);
    let body = json!({ "ceremony_id": asked["ceremony_id"], "name": "Key", "credential": credential });
    api.post("/me/passkeys", body).await.expect(422);

    let visitor = app.visitor();
    app.set_state(&email, "suspended").await;
    refused(&visitor, answer(&visitor, &mut key).await).await;
    app.run_jobs().await;
}

/// What a script of the page does.
async fn ask_page(browser: &Browser, page: &str, path: &str) -> Value {
    let token = browser.form_token(page).await;
    let request = browser
        .request(Method::POST, path)
        .header("accept", "application/json")
        .header("x-csrf-token", token)
        .json(&json!({}));
    browser.send(request).await.expect(200).json()
}

async fn send_answer(browser: &Browser, page: &str, path: &str, asked: &Value, credential: &Value) -> Answer {
    let credential = credential.to_string();
    let fields = [
        ("ceremony", asked["ceremony"].as_str().unwrap()),
        ("credential", &credential),
        ("name", "Laptop"),
        ("return_to", "/notes"),
    ];
    browser.submit(page, path, &fields).await
}

#[tokio::test]
async fn the_pages_use_passkeys_for_every_step() {
    let app = TestApp::with_a_name().await;
    let email = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let (home, path) = ("/settings/security", "/settings/security/passkeys");
    let asked = ask_page(&browser, home, "/settings/security/passkeys/options").await;
    let (mut key, credential) = SoftKey::create(&app.s.settings.base_url, &asked["publicKey"]);
    let codes = send_answer(&browser, home, path, &asked, &credential).await.expect(200);
    assert!(codes.text.contains("Save your recovery codes"));
    let again = send_answer(&browser, home, path, &asked, &credential).await.expect(422);
    assert!(again.text.contains("could not be verified"));
    assert!(browser.get(home).await.text.contains("Laptop"));

    let fresh = app.browser();
    let (page, path) = ("/sign-in", "/sign-in/passkey");
    assert!(fresh.get(page).await.text.contains("username webauthn"));
    let asked = ask_page(&fresh, page, "/sign-in/passkey/options").await;
    assert_eq!(asked["publicKey"]["allowCredentials"], json!([]), "no account is named");
    let credential = key.get(&asked["publicKey"]);
    let signed_in = send_answer(&fresh, page, path, &asked, &credential).await.expect(303);
    assert_eq!(signed_in.header("location"), "/notes");
    fresh.get("/dashboard").await.expect(200);
    let replay = send_answer(&app.browser(), page, path, &asked, &credential).await.expect(401);
    assert!(replay.text.contains("not known here"));

    let second = app.browser();
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    second.submit("/sign-in", "/sign-in", &fields).await.expect(303);
    let (page, path) = ("/sign-in/second-factor", "/sign-in/second-factor/passkey");
    let asked = ask_page(&second, page, "/sign-in/second-factor/passkey/options").await;
    assert_eq!(asked["publicKey"]["allowCredentials"].as_array().unwrap().len(), 1);
    let mut copy = SoftKey { counter: 0, ..key.clone() };
    let bad = copy.get(&asked["publicKey"]);
    let refused = send_answer(&second, page, path, &asked, &bad).await.expect(401);
    assert!(refused.text.contains("One more step"));
    assert_eq!(audited(&app).await.last().unwrap(), "identity.second-factor-failed");
    let asked = ask_page(&second, page, "/sign-in/second-factor/passkey/options").await;
    let credential = key.get(&asked["publicKey"]);
    send_answer(&second, page, path, &asked, &credential).await.expect(303);
    second.get("/dashboard").await.expect(200);

    app.wait(TimeDelta::minutes(16));
    let late = second.submit(home, "/settings/security/recovery-codes", &[]).await.expect(303);
    assert!(late.header("location").starts_with("/settings/confirm"));
    let (page, path) = ("/settings/confirm", "/settings/confirm/passkey");
    let asked = ask_page(&second, page, "/settings/confirm/passkey/options").await;
    let credential = key.get(&asked["publicKey"]);
    send_answer(&second, page, path, &asked, &credential).await.expect(303);
    second.submit(home, "/settings/security/recovery-codes", &[]).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn an_address_of_bare_numbers_has_no_passkeys() {
    let app = TestApp::new().await;
    let none = app.visitor().post("/auth/passkey/options", json!({})).await.expect(409);
    assert_eq!(none.problem(), "passkeys-unavailable");
    let page = app.browser().get("/sign-in").await.expect(200).text;
    assert!(!page.contains("passkey"));
}
