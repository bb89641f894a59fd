//! Proving an address: the link in the welcome mail, and another one.

use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::{Api, PASSWORD, TestApp};
use serde_json::json;

async fn newcomer(app: &TestApp, email: &str) -> Api {
    let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
    let user = app.visitor().post("/auth/sign-up", body).await.expect(201).json();
    assert_eq!(user["user"]["email_verified"], false);
    app.visitor().sign_in(email, PASSWORD).await
}

#[tokio::test]
async fn the_link_in_the_welcome_mail_proves_the_address_once() {
    let app = TestApp::new().await;
    let ada = newcomer(&app, "ada@example.com").await;
    let mail = app.mail_to("ada@example.com").await;
    assert_eq!((mail.template.as_str(), mail.state.as_str()), ("welcome", "kept"));
    assert!(mail.html.contains(&mail.token()) && mail.subject.contains("Momentum"));
    let token = json!({ "token": mail.token() });
    app.visitor().post("/auth/verify-email", token.clone()).await.expect(204);
    assert_eq!(ada.get("/me").await.json()["email_verified"], true);
    assert_eq!(app.visitor().post("/auth/verify-email", token).await.expect(409).problem(), "link-not-valid");
    assert_eq!(
        ada.post("/auth/resend-verification", json!({})).await.expect(409).problem(),
        "already-verified"
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM account_tokens").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'identity.email-verified'").await, 1);
}

#[tokio::test]
async fn opening_the_page_is_not_enough_pressing_its_button_is() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    browser.submit("/sign-up", "/sign-up", &fields).await.expect(303);
    let notice = "Please confirm your email address.";
    assert!(browser.get("/dashboard").await.text.contains(notice));
    assert!(browser.get("/settings/profile").await.text.contains(notice));
    let link = app.mail_to("ada@example.com").await.link();
    // A scanner opens every link, without being anybody.
    for _ in 0..3 {
        app.browser().get(&link).await.expect(200);
    }
    let token = link.split_once("token=").unwrap().1;
    let done = browser.submit(&link, "/verify-email", &[("token", token)]).await.expect(303);
    assert_eq!(done.header("location"), "/dashboard");
    let dashboard = browser.get("/dashboard").await.text;
    assert!(dashboard.contains("Your address is confirmed.") && !dashboard.contains(notice));
    let again = browser.submit(&link, "/verify-email", &[("token", token)]).await.expect(409);
    assert!(
        again.text.contains("This link doesn’t work any more") && again.text.contains("/settings/account")
    );
}

#[tokio::test]
async fn it_works_on_a_device_that_is_not_signed_in() {
    let app = TestApp::new().await;
    newcomer(&app, "ada@example.com").await;
    let mail = app.mail_to("ada@example.com").await;
    let phone = app.browser();
    let done = phone.submit(&mail.link(), "/verify-email", &[("token", &mail.token())]).await.expect(303);
    assert_eq!(done.header("location"), "/sign-in");
}

#[tokio::test]
async fn another_link_replaces_the_first_and_comes_once_a_minute_five_times_an_hour() {
    let app = TestApp::new().await;
    let ada = newcomer(&app, "ada@example.com").await;
    let first = app.mail_to("ada@example.com").await;
    let too_soon = ada.post("/auth/resend-verification", json!({})).await.expect(429);
    assert_eq!(too_soon.header("retry-after"), "61");
    for _ in 0..4 {
        app.wait(TimeDelta::seconds(61));
        ada.post("/auth/resend-verification", json!({})).await.expect(202);
    }
    app.wait(TimeDelta::minutes(2));
    ada.post("/auth/resend-verification", json!({})).await.expect(429);
    let mails = app.mails_to("ada@example.com").await;
    assert_eq!(mails.len(), 5);
    app.visitor().post("/auth/verify-email", json!({ "token": first.token() })).await.expect(409);
    app.wait(TimeDelta::minutes(60));
    let browser = app.browser();
    browser.sign_in("ada@example.com", PASSWORD).await;
    browser.submit("/dashboard", "/settings/account/verification", &[]).await.expect(303);
    let refused = browser.submit("/dashboard", "/settings/account/verification", &[]).await.expect(429);
    assert!(refused.text.contains("We just sent you a link."));
    let last = app.mail_to("ada@example.com").await;
    app.visitor().post("/auth/verify-email", json!({ "token": last.token() })).await.expect(204);
}

#[tokio::test]
async fn a_link_lapses_after_three_days_and_leaves_nothing() {
    let app = TestApp::new().await;
    newcomer(&app, "ada@example.com").await;
    let mail = app.mail_to("ada@example.com").await;
    app.wait(TimeDelta::days(3));
    app.visitor().post("/auth/verify-email", json!({ "token": mail.token() })).await.expect(409);
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM account_tokens").await, 0);
}

#[tokio::test]
async fn accounts_that_somebody_answers_for_are_proved_and_get_no_mail() {
    let app = TestApp::demo().await;
    momentum_server::load_demo(&app.s).await.unwrap();
    app.account(Role::Free, "UTC").await;
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email_verified_at IS NULL").await, 0);
}

#[tokio::test]
async fn of_twenty_at_once_one_uses_the_link_and_one_gets_another() {
    let app = TestApp::new().await;
    let ada = newcomer(&app, "ada@example.com").await;
    let token = app.mail_to("ada@example.com").await.token();
    app.wait(TimeDelta::minutes(2));
    let sent = join_all((0..20).map(|_| ada.post("/auth/resend-verification", json!({})))).await;
    assert_eq!(sent.iter().filter(|answer| answer.status == 202).count(), 1);
    assert_eq!(sent.iter().filter(|answer| answer.status == 429).count(), 19);
    let visitor = app.visitor();
    visitor.post("/auth/verify-email", json!({ "token": token })).await.expect(409);
    let token = app.mail_to("ada@example.com").await.token();
    let body = json!({ "token": token });
    let used = join_all((0..20).map(|_| visitor.post("/auth/verify-email", body.clone()))).await;
    assert_eq!(used.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_eq!(used.iter().filter(|answer| answer.status == 409).count(), 19);
}

#[tokio::test]
async fn tokens_are_stored_as_hashes() {
    let app = TestApp::new().await;
    newcomer(&app, "ada@example.com").await;
    let token = app.mail_to("ada@example.com").await.token();
    let mut conn = app.s.db.read().await.unwrap();
    let (hash,): (Vec<u8>,) = conn.one("SELECT token_hash FROM account_tokens").await.unwrap();
    assert_eq!(hash.len(), 32);
    assert!(!hash.windows(8).any(|part| token.as_bytes().windows(8).any(|other| other == part)));
}
