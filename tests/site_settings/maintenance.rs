use momentum_core::identity::Role;
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::json;

use super::change;

#[tokio::test]
async fn closed_for_maintenance_the_site_is_for_administrators_only() {
    let app = TestApp::new().await;
    app.course("sql").publish().await;
    let visitor = app.browser();
    visitor.get("/").await.expect(200);
    let learner = app.browser_of(Role::Free).await;
    let api = app.user(Role::Premium).await;
    let admin = app.user(Role::Admin).await;
    let admin_email = app.account(Role::Admin, "UTC").await;
    let close = json!({
        "maintenance": true, "maintenance_message": "We move to <new> machines.", "maintenance_minutes": 30,
    });
    change(&admin, "system", close).await.expect(200);

    for browser in [&visitor, &learner] {
        for path in ["/", "/courses", "/courses/sql", "/dashboard", "/nothing", "/sign-up"] {
            let answer = browser.get(path).await.expect(503);
            assert_eq!(answer.header("retry-after"), "1800", "{path}");
            assert!(answer.text.contains("We move to &#60;new&#62; machines."), "{path}: {}", answer.text);
        }
    }
    for answer in [api.get("/me").await, app.visitor().get("/courses").await] {
        let answer = answer.expect(503);
        assert_eq!(answer.problem(), "maintenance");
        assert_eq!(answer.header("retry-after"), "1800");
        assert_eq!(answer.json()["detail"], "We move to <new> machines.");
    }
    // Whoever watches the machines sees them well, and administrators come in and work on.
    for path in ["/health/live", "/health/ready", "/metrics", "/sign-in", "/.well-known/jwks.json"] {
        visitor.get(path).await.expect(200);
    }
    let browser = app.browser();
    browser.sign_in(&admin_email, PASSWORD).await;
    browser.get("/dashboard").await.expect(200);
    browser.get("/admin/settings/system").await.expect(200);
    admin.get("/me").await.expect(200);
    app.visitor()
        .post("/auth/sign-in", json!({ "email": admin_email, "password": PASSWORD }))
        .await
        .expect(200);

    change(&admin, "system", json!({ "maintenance": false })).await.expect(200);
    visitor.get("/").await.expect(200);
    learner.get("/dashboard").await.expect(200);
    api.get("/me").await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn facts_are_for_administrators() {
    let app = TestApp::new().await;
    app.user(Role::Premium).await.get("/admin/system").await.expect(403);
    let facts = app.user(Role::Admin).await.get("/admin/system").await.expect(200).json();
    assert_eq!(facts["sends_mail"], false);
    assert_eq!(facts["jobs_dead"], 0);
    assert!(["SQLite", "PostgreSQL"].contains(&facts["database"].as_str().unwrap()));
    let page = app.browser_of(Role::Admin).await.get("/admin/settings/system").await.expect(200).text;
    assert!(page.contains(facts["version"].as_str().unwrap()) && page.contains("Kept in the mailbox"));
    app.run_jobs().await;
}
