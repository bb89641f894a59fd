//! A second factor that a role needs, and the page where an administrator says so.

use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_db::sql;
use momentum_testkit::{Api, PASSWORD, TestApp};
use momentum_web::Face;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Phone, Protected, audited};

/// An administrator who asks these roles for a second factor.
async fn require(app: &TestApp, roles: &[&str]) -> Api {
    let admin = Protected::with_role(app, Role::Admin).await.api;
    let body = json!({ "mfa_required_for": roles });
    admin.put("/admin/settings/security", body).await.expect(200);
    admin
}

#[tokio::test]
async fn who_needs_a_second_factor_reaches_nothing_but_setting_one_up() {
    let app = TestApp::new().await;
    let email = app.account(Role::Premium, "UTC").await;
    let before = app.visitor().sign_in(&email, PASSWORD).await;
    require(&app, &["premium"]).await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let token = browser.form_token("/settings/security").await;
    let mut open = Vec::new();
    for route in app.routes() {
        let path = route.path.replace("{name}", "none.css").replace(['{', '}'], "");
        if path.ends_with("/sign-out") {
            continue;
        }
        let answer = if route.face == Face::Api {
            let request = before.request(route.method.clone(), &path);
            before.send(request.json(&json!({ "nothing": true }))).await
        } else if route.method == Method::GET {
            browser.get(&path).await
        } else {
            browser.post_with(&path, &token, &[]).await
        };
        if route.open_while_enrolling() {
            assert!(!answer.text.contains("mfa-enrollment-required"), "{} {path}", route.method);
            assert!(answer.status.as_u16() < 500, "{} {path}: {}", route.method, answer.status);
            open.push(route.path.clone());
        } else if path.starts_with("/api/v1") {
            assert_eq!(answer.status, 403, "{} {path}", route.method);
            // The answer to HEAD has no body.
            if route.method != Method::HEAD {
                assert_eq!(answer.problem(), "mfa-enrollment-required", "{} {path}", route.method);
            }
        } else {
            assert_eq!(answer.status, 303, "{} {path}", route.method);
            let location = answer.header("location");
            let come_back = location.starts_with("/settings/security?return_to=/");
            let sent = if route.method == Method::GET { come_back } else { location == "/settings/security" };
            assert!(sent, "{} {path}: {location}", route.method);
        }
    }
    assert!(open.iter().any(|path| path == "/settings/security"));
    assert!(!open.iter().any(|path| path.contains("/admin") || path.contains("/courses") || path == "/"));
    app.run_jobs().await;
}

#[tokio::test]
async fn setting_one_up_opens_the_site_and_it_cannot_be_removed_again() {
    let app = TestApp::new().await;
    require(&app, &["free"]).await;
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    assert_eq!(api.get("/me").await.expect(403).problem(), "mfa-enrollment-required");
    assert_eq!(api.get("/me/mfa").await.expect(200).json()["required"], true);
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let sent = browser.get("/dashboard").await.expect(303);
    assert_eq!(sent.header("location"), "/settings/security?return_to=/dashboard");
    let explained = browser.get("/settings/security").await.expect(200).text;
    assert!(explained.contains("Your role needs a second step"));

    let phone = Phone::scan(&api.post("/me/mfa/totp", json!({})).await.expect(200).json());
    api.post("/me/mfa/totp/confirm", json!({ "code": phone.code(app.now()) })).await.expect(200);
    api.get("/me").await.expect(200);
    // Another session has not shown it.
    assert_eq!(
        browser.get("/dashboard").await.expect(303).header("location"),
        "/sign-in?return_to=/dashboard"
    );
    app.wait(TimeDelta::seconds(30));
    let first = [("email", email.as_str()), ("password", PASSWORD), ("return_to", "/dashboard")];
    browser.submit("/sign-in", "/sign-in", &first).await.expect(303);
    let second = [("code", phone.code(app.now())), ("return_to", "/dashboard".into())];
    let second: Vec<_> = second.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit("/sign-in/second-factor", "/sign-in/second-factor", &second).await.expect(303);
    browser.get("/dashboard").await.expect(200);
    let kept = api.delete("/me/mfa/totp").await.expect(409);
    assert_eq!(kept.problem(), "last-factor");
    let page = browser.submit("/settings/security", "/settings/security/authenticator/remove", &[]).await;
    assert!(page.expect(409).text.contains("Your role needs a second factor, and this is your last one"));
    assert_eq!(app.count("SELECT COUNT(*) FROM totp_factors WHERE confirmed_at IS NOT NULL").await, 2);
    let premium = app.user(Role::Premium).await;
    premium.get("/me").await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_session_is_worth_what_it_has_shown() {
    let app = TestApp::new().await;
    let owner = Protected::new(&app).await;
    // Without the rule a session from before the app goes on, and the app may be removed.
    let other = Protected::new(&app).await;
    other.api.delete("/me/mfa/totp").await.expect(204);
    let email = app.account(Role::Free, "UTC").await;
    let (thief, victim) =
        (app.visitor().sign_in(&email, PASSWORD).await, app.visitor().sign_in(&email, PASSWORD).await);
    let admin = require(&app, &["free"]).await;
    owner.api.get("/me").await.expect(200);
    // Who had a factor and removed it has to set one up again, whatever the session showed once.
    assert_eq!(other.api.get("/me").await.expect(403).problem(), "mfa-enrollment-required");
    // Who knows only the password is out as soon as there is a factor, and can't make recovery codes of it.
    assert_eq!(thief.get("/me").await.expect(403).problem(), "mfa-enrollment-required");
    let phone = Phone::scan(&victim.post("/me/mfa/totp", json!({})).await.expect(200).json());
    victim.post("/me/mfa/totp/confirm", json!({ "code": phone.code(app.now()) })).await.expect(200);
    victim.get("/me").await.expect(200);
    assert_eq!(thief.get("/me").await.expect(401).problem(), "session-ended");
    thief.post("/me/mfa/recovery-codes", json!({})).await.expect(401);
    // Ended for good, also should the rule be taken back, and a refresh token doesn't revive such a session.
    assert_eq!(victim.get("/me/sessions").await.expect(200).json()["total"], 1);
    let unproven = app.account(Role::Free, "UTC").await;
    let credentials = json!({ "email": unproven, "password": PASSWORD });
    let tokens = app.visitor().post("/auth/sign-in", credentials).await.expect(200).json();
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run(sql!(
        "INSERT INTO totp_factors (user_id, secret, created_at, confirmed_at, last_step)
         SELECT id, $2, $3, $3, 0 FROM users WHERE email = $1",
        unproven.as_str(),
        vec![0_u8],
        app.now()
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        let refresh = json!({ "refresh_token": tokens["refresh_token"] });
        assert_eq!(app.visitor().post("/auth/refresh", refresh).await.expect(401).problem(), "invalid-token");
    }
    admin.put("/admin/settings/security", json!({ "mfa_required_for": [] })).await.expect(200);
    thief.get("/me").await.expect(401);
    victim.get("/me").await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn settings_are_checked_audited_and_in_force_at_once() {
    let app = TestApp::new().await;
    let mut admin = app.user(Role::Admin).await;
    let path = "/admin/settings/security";
    let defaults = admin.get(path).await.expect(200).json();
    assert_eq!(defaults["mfa_required_for"], json!([]));
    for (body, field) in [
        (json!({ "mfa_required_for": ["boss"] }), "mfa_required_for"),
        (json!({ "denied_email_domains": ["no domain"] }), "denied_email_domains"),
        (
            json!({ "allowed_email_domains": ["a.example", "b.example"], "denied_email_domains": ["@B.example"] }),
            "denied_email_domains",
        ),
        (json!({ "audit_retention_days": 5 }), "audit_retention_days"),
        (json!({ "audit_retention_days": -1 }), "audit_retention_days"),
        (json!({ "audit_retention_days": 100_000 }), "audit_retention_days"),
    ] {
        let wrong = admin.put(path, body).await.expect(422).json();
        assert_eq!(wrong["errors"][0]["field"], field);
    }
    assert_eq!(admin.get(path).await.json(), defaults);
    let body = json!({ "denied_email_domains": [" @Throwaway.example "], "audit_retention_days": 365 });
    let saved = admin.put(path, body).await.expect(200).json();
    assert_eq!(saved["denied_email_domains"], json!(["throwaway.example"]));

    let sign_up = |email: &'static str| {
        let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
        let visitor = app.visitor();
        async move { visitor.post("/auth/sign-up", body).await }
    };
    let refused = sign_up("ada@throwaway.example").await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "domain-not-allowed");
    sign_up("ada@example.org").await.expect(201);
    admin.put(path, json!({ "allowed_email_domains": ["example.com"] })).await.expect(200);
    sign_up("eve@example.org").await.expect(422);
    sign_up("eve@example.com").await.expect(201);

    let mut conn = app.s.db.read().await.unwrap();
    let changes: Vec<(String, String)> = conn
        .all("SELECT before_state, after_state FROM audit_log WHERE action = 'settings.security-changed' ORDER BY sequence")
        .await
        .unwrap();
    drop(conn);
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(changes.len(), 2);
    assert_eq!(parse(&changes[0].0), defaults);
    assert_eq!(parse(&changes[0].1), saved);
    assert_eq!(parse(&changes[1].0), saved);
    assert!(audited(&app).await.is_empty());

    app.user(Role::Free).await.put(path, json!({})).await.expect(403);
    app.wait(chrono::TimeDelta::minutes(16));
    admin.renew().await;
    assert_eq!(admin.put(path, json!({})).await.expect(403).problem(), "step-up-required");
    admin.get(path).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_settings_page_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    let path = "/admin/settings/security";
    let fields = [
        ("mfa_required_for", "premium"),
        ("allowed_email_domains", ""),
        ("denied_email_domains", "throwaway.example\r\nother.example"),
        ("audit_retention_days", "soon"),
        ("password_min_length", "10"),
        ("password_needs", "digit"),
        ("session_idle_days", "30"),
        ("session_max_days", "90"),
        ("refresh_token_days", "30"),
    ];
    let wrong = browser.submit(path, path, &fields).await.expect(422).text;
    assert!(wrong.contains("whole number") && wrong.contains("other.example") && wrong.contains("soon"));
    let mut fields = fields;
    fields[3].1 = "90";
    let saved = browser.submit(path, path, &fields).await.expect(303);
    assert_eq!(saved.header("location"), path);
    let page = browser.get(path).await.expect(200).text;
    assert!(page.contains("value=\"premium\" checked") && page.contains("throwaway.example"));
    app.browser_of(Role::Free).await.get(path).await.expect(403);
}
