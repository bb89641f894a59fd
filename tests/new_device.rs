//! A mail when somebody signs in from where they never did.

use momentum_core::identity::Role;
use momentum_testkit::{Browser, PASSWORD, TestApp};

async fn sign_in_with(app: &TestApp, email: &str, agent: &str) -> Browser {
    let browser = app.browser_called(agent);
    browser.sign_in(email, PASSWORD).await;
    browser
}

#[tokio::test]
async fn another_kind_of_browser_is_told_of_once() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let told = "SELECT COUNT(*) FROM mails WHERE template = 'new-device'";
    sign_in_with(&app, &email, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .await;
    assert_eq!(app.count(told).await, 0, "the first time is no news");
    sign_in_with(&app, &email, "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0")
        .await;
    assert_eq!(app.count(told).await, 0, "an update is no other browser");
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1";
    sign_in_with(&app, &email, phone).await;
    sign_in_with(&app, &email, phone).await;
    assert_eq!(app.count(told).await, 1);
    app.run_jobs().await;
    let text = app.mail_to(&email).await.text;
    assert!(text.contains("Safari on iPhone") && text.contains("/settings/devices"), "{text}");
}

#[tokio::test]
async fn a_session_ends_after_ninety_days_however_often_it_is_used() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Free).await;
    for _ in 0..8 {
        app.wait(chrono::TimeDelta::days(11));
        browser.get("/dashboard").await.expect(200);
    }
    app.wait(chrono::TimeDelta::days(3));
    browser.get("/dashboard").await.expect(303);
    app.run_jobs().await;
}
