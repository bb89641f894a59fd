use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::json;

use super::change;

#[tokio::test]
async fn a_password_policy_holds_for_new_passwords_and_is_told() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let policy = json!({ "password_min_length": 14, "password_needs": ["digit"] });
    change(&admin, "security", policy).await.expect(200);
    let join = async |email: &str, password: &str| {
        let body = json!({ "email": email, "password": password, "name": "New" });
        app.visitor().post("/auth/sign-up", body).await
    };
    let refused = join("a@example.com", "Sh0rt-Enough!").await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "too-short");
    assert!(refused["errors"][0]["message"].as_str().unwrap().contains("14"));
    assert_eq!(
        join("a@example.com", "no digits in these").await.expect(422).json()["errors"][0]["code"],
        "no-digit"
    );
    assert_eq!(
        join("a@example.com", "password123456").await.expect(422).json()["errors"][0]["code"],
        "too-common"
    );
    join("a@example.com", "seven green horses 7").await.expect(201);
    let page = app.browser().get("/sign-up").await.text;
    assert!(page.contains("At least 14 characters") && page.contains("data-min=\"14\""));
    assert!(page.contains("data-rule=\"digit\"") && !page.contains("data-rule=\"upper\""));
    // Who has a password already goes on with it.
    app.browser().sign_in(&app.account(Role::Free, "UTC").await, PASSWORD).await;
    app.run_jobs().await;
}

#[tokio::test]
async fn browsers_are_signed_out_after_so_many_days_without_use_and_in_all() {
    let app = TestApp::new().await;
    let admin_email = app.account(Role::Admin, "UTC").await;
    let admin = app.visitor().sign_in(&admin_email, PASSWORD).await;
    let idle = app.browser_of(Role::Free).await;
    let busy = app.browser_of(Role::Free).await;
    let lives = json!({ "session_idle_days": 3, "session_max_days": 5, "refresh_token_days": 2 });
    change(&admin, "security", lives).await.expect(200);

    for _ in 0..2 {
        app.wait(TimeDelta::days(2));
        busy.get("/dashboard").await.expect(200);
    }
    idle.get("/dashboard").await.expect(303);
    app.wait(TimeDelta::days(1) + TimeDelta::minutes(1));
    busy.get("/dashboard").await.expect(303);

    let answer = app
        .browser()
        .submit("/sign-in", "/sign-in", &[("email", admin_email.as_str()), ("password", PASSWORD)])
        .await;
    assert!(
        answer.header("set-cookie").contains(&format!("Max-Age={}", 5 * 86_400)),
        "{}",
        answer.header("set-cookie")
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn a_refresh_token_ends_after_so_many_days_without_use() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let email = app.account(Role::Free, "UTC").await;
    let login = async || {
        let body = json!({ "email": email, "password": PASSWORD });
        app.visitor().post("/auth/sign-in", body).await.expect(200).json()["refresh_token"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let refresh =
        async |token: &str| app.visitor().post("/auth/refresh", json!({ "refresh_token": token })).await;
    let before = login().await;
    change(&admin, "security", json!({ "refresh_token_days": 2 })).await.expect(200);
    app.wait(TimeDelta::days(1));
    let next = refresh(&before).await.expect(200).json()["refresh_token"].as_str().unwrap().to_owned();
    app.wait(TimeDelta::days(2) + TimeDelta::minutes(1));
    refresh(&next).await.expect(401);
    app.run_jobs().await;
}
