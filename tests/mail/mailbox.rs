use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::json;

async fn sign_up(app: &TestApp, email: &str) {
    let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
    app.visitor().post("/auth/sign-up", body).await.expect(201);
    app.run_jobs().await;
}

#[tokio::test]
async fn administrators_search_the_mailbox_and_open_a_mail_in_three_ways() {
    let app = TestApp::new().await;
    sign_up(&app, "ada@example.com").await;
    sign_up(&app, "a_b@example.com").await;
    let admin = app.browser_of(Role::Admin).await;
    let all = admin.get("/admin/mail").await.expect(200).text;
    assert!(all.contains("2 mails") && all.contains("ada@example.com") && all.contains("Kept here"));
    let found = admin.get("/admin/mail?q=ADA&state=kept&template=welcome").await.expect(200).text;
    assert!(found.contains("1 mail<") && !found.contains("a_b@example.com"));
    let literal = admin.get("/admin/mail?q=_").await.text;
    assert!(literal.contains("1 mail<"), "an underscore is only itself");
    assert!(admin.get("/admin/mail?state=failed").await.text.contains("No mails here"));

    let path = found.split("href=\"/admin/mail/").nth(1).unwrap().split('"').next().unwrap();
    let page = admin.get(&format!("/admin/mail/{path}")).await.expect(200);
    assert!(page.text.contains("sandbox"));
    let frame = page.text.split("src=\"").find(|rest| rest.contains("/content")).unwrap();
    let frame = frame.split('"').next().unwrap().replace("&amp;", "&");
    let content = admin.get(&frame).await.expect(200);
    assert!(content.text.contains("Confirm my address"));
    let policy = content.header("content-security-policy");
    assert!(
        policy.contains("sandbox") && policy.contains("frame-ancestors 'self'") && !policy.contains("script")
    );
    assert_eq!(content.header("x-frame-options"), "SAMEORIGIN");
    assert!(admin.get(&format!("/admin/mail/{path}?view=text")).await.text.contains("Hello Ada,"));
    let source = admin.get(&format!("/admin/mail/{path}?view=source")).await.text;
    assert!(source.contains("Subject: Welcome to Momentum") && source.contains("!doctype html"));

    let without_key = frame.split('?').next().unwrap();
    admin.get(without_key).await.expect(404);
    app.browser_of(Role::Admin).await.get(&frame).await.expect(404);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'messaging.mail-read'").await,
        3,
        "each opening is noted, the frame is part of one"
    );
}

#[tokio::test]
async fn nobody_else_reads_mails_and_the_api_has_them_too() {
    let app = TestApp::new().await;
    sign_up(&app, "ada@example.com").await;
    let admin = app.user(Role::Admin).await;
    let list = admin.get("/admin/mails?q=ada&limit=1").await.expect(200).json();
    assert_eq!((list["total"].as_i64(), list["limit"].as_i64()), (Some(1), Some(1)));
    let path = format!("/admin/mails/{}", list["items"][0]["id"].as_str().unwrap());
    let mail = admin.get(&path).await.expect(200).json();
    assert_eq!(mail["template"], "welcome");
    assert!(mail["text"].as_str().unwrap().contains("/verify-email?token="));
    admin.get("/admin/mails?state=lost").await.expect(422);
    for role in [Role::Free, Role::Premium] {
        app.user(role).await.get(&path).await.expect(403);
        app.browser_of(role).await.get("/admin/mail").await.expect(403);
    }
    app.visitor().get(&path).await.expect(401);
}

#[tokio::test]
async fn mails_are_gone_after_thirty_days() {
    let app = TestApp::new().await;
    sign_up(&app, "ada@example.com").await;
    app.wait(TimeDelta::days(29));
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 1);
    app.wait(TimeDelta::days(2));
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 0);
}
