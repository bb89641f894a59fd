use std::time::Duration;

use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::{Value, json};

use super::change;

#[tokio::test]
async fn bad_values_are_refused_by_field_and_change_nothing() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    for (section, fields, wrong) in [
        ("general", json!({ "site_name": "x".repeat(61) }), "site_name"),
        ("general", json!({ "site_name": "two\nlines" }), "site_name"),
        ("general", json!({ "site_name": "\u{202e}" }), "site_name"),
        ("branding", json!({ "sender_name": "\u{200b}" }), "sender_name"),
        ("general", json!({ "support_email": "nobody" }), "support_email"),
        ("general", json!({ "default_time_zone": "Mars/Base" }), "default_time_zone"),
        ("general", json!({ "default_language": "!" }), "default_language"),
        ("general", json!({ "default_language": "xx" }), "default_language"),
        ("general", json!({ "terms_url": "javascript:alert(1)" }), "terms_url"),
        ("general", json!({ "terms_url": "http://x" }), "terms_url"),
        ("general", json!({ "privacy_url": "//evil.example" }), "privacy_url"),
        ("branding", json!({ "primary_color": "red" }), "primary_color"),
        ("branding", json!({ "accent_color": "#1234567" }), "accent_color"),
        ("branding", json!({ "primary_color": "#ffcc00", "adjust_shades": false }), "primary_color"),
        ("branding", json!({ "sender_address": "a@b, c@d.example" }), "sender_address"),
        ("security", json!({ "password_min_length": 7 }), "password_min_length"),
        ("security", json!({ "password_min_length": 65 }), "password_min_length"),
        ("security", json!({ "password_needs": ["emoji"] }), "password_needs"),
        ("security", json!({ "session_idle_days": 0 }), "session_idle_days"),
        ("security", json!({ "session_idle_days": 91 }), "session_idle_days"),
        ("security", json!({ "session_max_days": 366 }), "session_max_days"),
        ("security", json!({ "refresh_token_days": 0 }), "refresh_token_days"),
        (
            "security",
            json!({ "allowed_email_domains": ["mail.x.example"], "denied_email_domains": ["x.example"] }),
            "denied_email_domains",
        ),
        ("notifications", json!({ "reply_to": "x" }), "reply_to"),
        ("notifications", json!({ "footer": "x".repeat(501) }), "footer"),
        ("notifications", json!({ "admin_notices": ["a@example.com", "nobody"] }), "admin_notices"),
        ("system", json!({ "maintenance_minutes": 0 }), "maintenance_minutes"),
        ("system", json!({ "mail_retention_days": 6 }), "mail_retention_days"),
    ] {
        let answer = change(&admin, section, fields.clone()).await.expect(422).json();
        assert_eq!(answer["errors"][0]["field"], wrong, "{section} {fields}: {answer}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM settings").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE target_kind = 'settings'").await, 0);
    admin.get("/admin/settings/nothing").await.expect(404);
    app.browser_of(Role::Admin).await.get("/admin/settings/nothing").await.expect(404);

    // The page keeps what was typed and says what is wrong with it.
    let browser = app.browser_of(Role::Admin).await;
    let path = "/admin/settings/security";
    let answer = browser
        .submit(path, path, &[("password_min_length", "seven"), ("denied_email_domains", "spam.example")])
        .await
        .expect(422);
    assert!(answer.text.contains("value=\"seven\"") && answer.text.contains("Enter a whole number."));
    assert!(answer.text.contains("spam.example"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_name_is_on_pages_and_in_mails_at_once_and_on_other_servers_soon() {
    let app = TestApp::new().await;
    let other = app.other_server().await;
    assert_eq!(other.live.get(&other.db).await.unwrap().general.site_name, "");
    let visitor = app.browser();
    let before = visitor.get("/").await.expect(200).text;
    assert!(before.contains("<title>Momentum</title>"));
    let admin = app.user(Role::Admin).await;
    let general = json!({
        "site_name": "Tea & school", "tagline": "One leaf at a time", "description": "Courses about tea.",
        "support_email": "help@tea.example", "terms_url": "/terms", "default_time_zone": "Asia/Tokyo",
        "default_language": "ja",
    });
    change(&admin, "general", general).await.expect(200);
    let page = visitor.get("/").await.expect(200).text;
    assert!(page.contains("<title>Tea &#38; school</title>"), "{}", &page[..600]);
    assert!(page.contains("One leaf at a time") && page.contains("content=\"Courses about tea.\""));
    assert!(page.contains("mailto:help@tea.example") && page.contains("href=\"/terms\""));
    assert!(page.contains("og:site_name\" content=\"Tea &#38; school\""));
    let catalog = visitor.get("/courses").await.expect(200).text;
    assert!(catalog.contains("Courses · Tea &#38; school"));

    let joined = json!({ "email": "new@example.com", "password": PASSWORD, "name": "New" });
    let made = app.visitor().post("/auth/sign-up", joined).await.expect(201).json();
    assert_eq!(made["user"]["time_zone"], "Asia/Tokyo");
    assert_eq!(made["user"]["locale"], "ja");
    let mail = app.mail_to("new@example.com").await;
    assert!(mail.subject.contains("Tea & school") && mail.html.contains("Tea &amp; school"));

    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(other.live.get(&other.db).await.unwrap().general.site_name, "Tea & school");
}

#[tokio::test]
async fn changes_are_audited_with_what_was_before_and_told_to_whoever_is_named() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    change(&admin, "notifications", json!({ "admin_notices": [" Boss@Example.com ", "boss@example.com"] }))
        .await
        .expect(200);
    change(&admin, "general", json!({ "site_name": "Tea" })).await.expect(200);
    let entry = &admin.get("/admin/audit?q=settings.general-changed").await.json()["items"][0];
    let state = |name: &str| -> Value { serde_json::from_str(entry[name].as_str().unwrap()).unwrap() };
    assert_eq!(state("before_state")["site_name"], "");
    assert_eq!(state("after_state")["site_name"], "Tea");
    assert_eq!(entry["target_id"], "general");
    let mails = app.mails_to("boss@example.com").await;
    assert_eq!(mails.len(), 2, "the first change named the address");
    assert!(mails[1].text.contains("General: site name"), "{}", mails[1].text);
    for role in [Role::Free, Role::Premium] {
        app.user(role).await.get("/admin/settings/general").await.expect(403);
    }
}

#[tokio::test]
async fn a_change_made_from_an_older_version_is_refused_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let read = admin.get("/admin/settings/general").await.expect(200);
    assert_eq!(read.header("etag"), "\"0\"");
    let browser = app.browser_of(Role::Admin).await;
    let form = |version: &str, name: &str| {
        vec![
            ("version".to_owned(), version.to_owned()),
            ("site_name".to_owned(), name.to_owned()),
            ("default_time_zone".to_owned(), "UTC".to_owned()),
            ("default_language".to_owned(), "en".to_owned()),
            ("sign_up_open".to_owned(), "true".to_owned()),
        ]
    };
    let path = "/admin/settings/general";
    let post = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        browser.submit(path, path, &fields).await
    };
    post(form("0", "Tea")).await.expect(303);
    post(form("0", "Tea")).await.expect(303);
    let refused = post(form("0", "Coffee")).await.expect(409);
    assert!(refused.text.contains("Somebody else changed these settings meanwhile"));
    assert!(refused.text.contains("value=\"Coffee\""), "what was typed is kept");
    assert!(refused.text.contains("<dd>Tea</dd>"), "what is in force is told");
    assert!(refused.text.contains("name=\"version\" value=\"1\""), "saving again replaces it");
    assert_eq!(app.s.site_name(), "Tea");
    post(form("1", "Coffee")).await.expect(303);
    assert_eq!(app.s.site_name(), "Coffee");

    let put = |tag: &'static str| {
        let request = admin.request(reqwest::Method::PUT, path).header("if-match", tag.as_bytes());
        admin.send(request.json(&json!({ "site_name": "Water" })))
    };
    assert_eq!(put("\"0\"").await.expect(409).problem(), "settings-changed");
    put("yesterday").await.expect(422);
    put("é").await.expect(422);
    assert_eq!(put("W/\"2\"").await.expect(200).header("etag"), "\"3\"", "made weak by a proxy");
    app.run_jobs().await;
}

#[tokio::test]
async fn of_twenty_who_change_the_same_version_one_succeeds() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let changes = (0..20).map(|n| {
        let request = admin
            .request(reqwest::Method::PUT, "/admin/settings/general")
            .header("if-match", "\"0\"")
            .json(&json!({ "site_name": format!("Name {n}") }));
        admin.send(request)
    });
    let answers = futures::future::join_all(changes).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(200), count(409)), (1, 19));
    assert_eq!(app.count("SELECT version FROM settings WHERE section = 'general'").await, 1);
    let audited = "SELECT COUNT(*) FROM audit_log WHERE action = 'settings.general-changed'";
    assert_eq!(app.count(audited).await, 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_sensitive_needs_a_fresh_proof() {
    let app = TestApp::new().await;
    let email = app.account(Role::Admin, "UTC").await;
    let admin = app.visitor().sign_in(&email, PASSWORD).await;
    let mut admin = admin;
    app.wait(TimeDelta::minutes(16));
    admin.renew().await;
    for (section, fields) in [
        ("security", json!({ "password_min_length": 12 })),
        ("system", json!({ "maintenance": true })),
        ("branding", json!({ "sender_address": "tea@tea.example" })),
        ("branding", json!({ "sender_name": "Tea" })),
    ] {
        let answer = change(&admin, section, fields).await.expect(403);
        assert_eq!(answer.problem(), "step-up-required", "{section}");
    }
    change(&admin, "branding", json!({ "primary_color": "#123456" })).await.expect(200);
    change(&admin, "general", json!({ "site_name": "Tea" })).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn closed_sign_up_leaves_administrators_to_make_accounts() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    change(&admin, "general", json!({ "sign_up_open": false })).await.expect(200);
    let joined = json!({ "email": "new@example.com", "password": PASSWORD, "name": "New" });
    let refused = app.visitor().post("/auth/sign-up", joined).await.expect(403);
    assert_eq!(refused.problem(), "sign-up-closed");
    let browser = app.browser();
    let page = browser.get("/sign-up").await.expect(200).text;
    assert!(page.contains("Accounts here are made by invitation") && !page.contains("action=\"/sign-up\""));
    app.course("tea").publish().await;
    assert!(browser.get("/courses/tea").await.expect(200).text.contains("Sign in to start"));
    for path in ["/", "/sign-in?return_to=/notes", "/badges", "/courses/tea"] {
        assert!(!browser.get(path).await.expect(200).text.contains("href=\"/sign-up"), "{path}");
    }
    let token = browser.form_token("/sign-in").await;
    let fields = [("name", "New"), ("email", "new@example.com"), ("password", PASSWORD)];
    browser.post_with("/sign-up", &token, &fields).await.expect(403);
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'new@example.com'").await, 0);
    app.account(Role::Free, "UTC").await;
    app.run_jobs().await;
}

#[tokio::test]
async fn mails_carry_what_was_set_and_some_can_be_switched_off() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let set = json!({
        "welcome": false, "new_device": false, "reply_to": "help@tea.example",
        "footer": "Tea Ltd.\n1 Leaf Road",
    });
    change(&admin, "notifications", set).await.expect(200);
    let joined = json!({ "email": "new@example.com", "password": PASSWORD, "name": "New" });
    app.visitor().post("/auth/sign-up", joined).await.expect(201);
    let mail = app.mail_to("new@example.com").await;
    assert_eq!(mail.template, "verify-email");
    assert!(mail.text.trim_end().ends_with("Tea Ltd.\n1 Leaf Road"), "{}", mail.text);
    assert!(mail.html.contains("Tea Ltd.<br>1 Leaf Road"));

    let email = app.account(Role::Free, "UTC").await;
    for agent in
        ["Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0"]
    {
        app.browser_called(agent).sign_in(&email, PASSWORD).await;
    }
    assert!(app.mails_to(&email).await.is_empty());

    // Older mails go after as many days as the settings say.
    change(&admin, "system", json!({ "mail_retention_days": 7 })).await.expect(200);
    app.wait(TimeDelta::days(8));
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 0);
}
