//! What somebody still reaches whose role needs a second factor that they have yet to set up, and where it leads.

use momentum_core::identity::Role;
use momentum_testkit::{Browser, PASSWORD, TestApp};
use serde_json::json;

use super::{Phone, Protected};

const HOME: &str = "/settings/security";
const AUTHENTICATOR: &str = "/settings/security/authenticator";

/// Learners need a second factor.
async fn required(app: &TestApp) {
    let admin = Protected::with_role(app, Role::Admin).await.api;
    admin.put("/admin/settings/security", json!({ "mfa_required_for": ["free"] })).await.expect(200);
}

/// Scans the code on the page.
async fn scan(browser: &Browser, page: &str) -> Phone {
    let page = browser.get(page).await.expect(200).text;
    let url = page.split("href=\"otpauth:").nth(1).unwrap().split('"').next().unwrap();
    let secret = url.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    Phone::scan(&json!({ "secret": secret, "otpauth_url": url.replace("&#38;", "&") }))
}

#[tokio::test]
async fn setting_up_leads_on_to_the_page_that_was_wanted() {
    let app = TestApp::with_a_name().await;
    required(&app).await;
    let email = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let sent = browser.get("/notes").await.expect(303);
    let home = sent.header("location").to_owned();
    assert_eq!(home, "/settings/security?return_to=/notes");
    let hidden = "name=\"return_to\" value=\"/notes\"";
    let page = browser.get(&home).await.expect(200).text;
    assert_eq!(page.matches(hidden).count(), 2, "for an app and for a passkey");
    let wanted = ("return_to", "/notes");
    let begun = browser.submit(&home, &format!("{AUTHENTICATOR}/begin"), &[wanted]).await.expect(303);
    let form = begun.header("location").to_owned();
    assert_eq!(form, "/settings/security/authenticator?return_to=/notes");
    let phone = scan(&browser, &form).await;
    let wrong = [("code", phone.wrong_code(app.now())), ("return_to", "/notes".to_owned())];
    let wrong = wrong.each_ref().map(|(name, value)| (*name, value.as_str()));
    let again = browser.submit(&form, AUTHENTICATOR, &wrong).await.expect(422);
    assert!(again.text.contains(hidden));
    let code = phone.code(app.now());
    let saved = browser.submit(&form, AUTHENTICATOR, &[("code", &code), wanted]).await.expect(200);
    assert!(saved.text.contains("href=\"/notes\">I have saved them"));
    browser.get("/notes").await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Free).await;
    let away = [("return_to", "https://evil.example/")];
    let begun = browser.submit(HOME, &format!("{AUTHENTICATOR}/begin"), &away).await.expect(303);
    assert_eq!(begun.header("location"), AUTHENTICATOR);
    let page = browser.get(&format!("{HOME}?return_to=https://evil.example/")).await.expect(200);
    assert!(!page.text.contains("name=\"return_to\""));
    app.run_jobs().await;
}

#[tokio::test]
async fn links_in_mails_work_meanwhile_and_another_one_can_be_asked_for() {
    let app = TestApp::new().await;
    required(&app).await;
    let email = "ada@example.com";
    let account = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
    app.visitor().post("/auth/sign-up", account).await.expect(201);
    app.run_jobs().await;
    let browser = app.browser();
    browser.sign_in(email, PASSWORD).await;
    app.wait(chrono::TimeDelta::minutes(2));
    browser.submit(HOME, "/settings/account/verification", &[]).await.expect(303);
    assert!(browser.get(HOME).await.expect(200).text.contains("We sent you a new link."));
    let mail = app.mail_to(email).await;
    assert_eq!(mail.template, "verify-email");
    browser.submit(&mail.link(), "/verify-email", &[("token", &mail.token())]).await.expect(303);
    assert!(browser.get(HOME).await.expect(200).text.contains("Your address is confirmed."));
    browser.submit("/forgot-password", "/forgot-password", &[("email", email)]).await.expect(303);
    let mail = app.mail_to(email).await;
    assert!(browser.get(&mail.link()).await.expect(200).text.contains("Set a new password"));
    for dead in ["/unlock?token=made-up", "/confirm-email?token=made-up"] {
        assert_ne!(browser.get(dead).await.status, 303, "{dead}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn an_administrator_who_has_to_set_one_up_now_hears_that_it_is_saved() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    let path = "/admin/settings/security";
    let fields = [
        ("mfa_required_for", "admin"),
        ("allowed_email_domains", ""),
        ("denied_email_domains", ""),
        ("audit_retention_days", "0"),
        ("password_min_length", "10"),
        ("password_needs", "digit"),
        ("session_idle_days", "30"),
        ("session_max_days", "90"),
        ("refresh_token_days", "30"),
    ];
    browser.submit(path, path, &fields).await.expect(303);
    let sent = browser.get(path).await.expect(303);
    assert!(browser.get(sent.header("location")).await.text.contains("The settings are saved and in force."));
    app.run_jobs().await;
}
