//! What protects an account changes only with a fresh proof.

use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{PASSWORD, TestApp};
use reqwest::Method;
use serde_json::json;

use super::Protected;

#[tokio::test]
async fn after_fifteen_minutes_the_api_asks_for_a_fresh_proof() {
    let app = TestApp::new().await;
    let mut ada = Protected::new(&app).await;
    app.wait(TimeDelta::minutes(14));
    ada.api.post("/me/mfa/recovery-codes", json!({})).await.expect(200);
    app.wait(TimeDelta::minutes(1));
    ada.api.renew().await;
    for (method, path) in [
        (Method::POST, "/me/mfa/recovery-codes"),
        (Method::POST, "/me/mfa/totp"),
        (Method::DELETE, "/me/mfa/totp"),
    ] {
        let request = ada.api.request(method, path);
        assert_eq!(ada.api.send(request).await.expect(403).problem(), "step-up-required", "{path}");
    }
    ada.api.get("/me/mfa").await.expect(200);
    let wrong =
        ada.api.post("/auth/step-up", json!({ "password": "Wrong-1-thing!" })).await.expect(422).json();
    assert_eq!(wrong["errors"][0]["field"], "password");
    // An account with a password wants the password: a code alone is one factor, and not the first.
    let code = ada.phone.code(app.now());
    ada.api.post("/auth/step-up", json!({ "otp": code })).await.expect(422);
    ada.api.post("/me/mfa/recovery-codes", json!({})).await.expect(403);

    ada.api.post("/auth/step-up", json!({ "password": PASSWORD })).await.expect(204);
    ada.api.post("/me/mfa/recovery-codes", json!({})).await.expect(200);
    app.wait(TimeDelta::minutes(15) + TimeDelta::seconds(1));
    ada.api.renew().await;
    ada.api.post("/me/mfa/recovery-codes", json!({})).await.expect(403);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_page_leads_to_the_confirmation_and_back() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Free).await;
    let home = "/settings/security";
    let token = browser.form_token(home).await;
    app.wait(TimeDelta::minutes(16));
    let begin = || {
        browser
            .request(Method::POST, "/settings/security/authenticator/begin")
            .header("referer", format!("{}{home}", app.url))
            .form(&[("csrf", token.as_str())])
    };
    let sent = browser.send(begin()).await.expect(303);
    let confirm = sent.header("location").to_owned();
    assert_eq!(confirm, "/settings/confirm?return_to=/settings/security");
    let fields = |password| [("password", password), ("return_to", home)];
    let wrong = browser.submit(&confirm, "/settings/confirm", &fields("Wrong-1-thing!")).await.expect(422);
    assert!(wrong.text.contains("not your password"));
    let right = browser.submit(&confirm, "/settings/confirm", &fields(PASSWORD)).await.expect(303);
    assert_eq!(right.header("location"), home);
    assert!(browser.get(home).await.text.contains("Go on with what you wanted to do"));
    let begun = browser.send(begin()).await.expect(303);
    assert_eq!(begun.header("location"), "/settings/security/authenticator");
    let away = [("password", PASSWORD), ("return_to", "https://evil.example/")];
    let answer = browser.submit(&confirm, "/settings/confirm", &away).await.expect(303);
    assert_eq!(answer.header("location"), home, "never to another site");
    app.wait(TimeDelta::minutes(16));
    let page = browser.get("/settings/security/authenticator").await.expect(303);
    assert_eq!(page.header("location"), "/settings/confirm?return_to=/settings/security/authenticator");
}

#[tokio::test]
async fn a_proof_counts_for_the_session_that_gave_it() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    app.wait(TimeDelta::minutes(16));
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    api.post("/auth/step-up", json!({ "password": PASSWORD })).await.expect(204);
    api.post("/me/mfa/totp", json!({})).await.expect(200);
    let page = browser.submit("/settings/security", "/settings/security/authenticator/begin", &[]).await;
    assert!(page.expect(303).header("location").starts_with("/settings/confirm"));
}
