use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::json;

use super::{created, somebody};

#[tokio::test]
async fn an_account_is_made_and_its_owner_chooses_the_password() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let id = created(&admin, "  Ada@Example.com ", "Ada  Winter", "premium").await;
    let twice = json!({ "email": "ada@example.com", "name": "Ada", "role": "free" });
    assert_eq!(admin.post("/admin/users", twice).await.expect(409).problem(), "email-taken");
    let wrong = json!({ "email": "ada", "name": "", "role": "free", "time_zone": "Mars/Olympus" });
    assert_eq!(
        admin.post("/admin/users", wrong).await.expect(422).json()["errors"].as_array().unwrap().len(),
        3
    );

    let mails = app.mails_to("ada@example.com").await;
    assert_eq!(mails.len(), 1, "an invitation and no welcome");
    assert_eq!(mails[0].template, "invitation");
    let token = mails[0].token();
    app.wait(TimeDelta::days(6));
    let set = json!({ "token": token, "password": "Another-Lesson-7!" });
    app.visitor().post("/auth/reset-password", set.clone()).await.expect(204);
    app.visitor().post("/auth/reset-password", set).await.expect(409);
    let ada = app.visitor().sign_in("ada@example.com", "Another-Lesson-7!").await;
    let me = ada.get("/me").await.json();
    assert_eq!((me["role"].as_str(), me["email_verified"].as_bool()), (Some("premium"), Some(true)));
    assert_eq!(me["id"], json!(id));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_suspended_person_is_out_at_once_and_in_again_when_restored() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, email, api) = somebody(&app, Role::Free).await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    admin.post(&format!("/admin/users/{id}/suspend"), json!({ "reason": "Spam" })).await.expect(204);
    api.get("/me").await.expect(401);
    browser.get("/dashboard").await.expect(303);
    let credentials = json!({ "email": email, "password": PASSWORD });
    app.visitor().post("/auth/sign-in", credentials).await.expect(401);
    let again = admin.post(&format!("/admin/users/{id}/suspend"), json!({})).await.expect(409);
    assert_eq!(again.problem(), "already-suspended");
    assert_eq!(
        admin.post(&format!("/admin/users/{id}/password-link"), json!({})).await.expect(409).problem(),
        "not-usable"
    );
    let access = &admin.get(&format!("/admin/users/{id}")).await.json()["access"];
    assert_eq!(access["suspended_reason"], "Spam");
    admin.post(&format!("/admin/users/{id}/restore"), json!({})).await.expect(204);
    admin.post(&format!("/admin/users/{id}/restore"), json!({})).await.expect(409);
    app.visitor().sign_in(&email, PASSWORD).await;
    app.run_jobs().await;
}

#[tokio::test]
async fn what_an_administrator_changes_is_noted_without_what_is_personal() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, _, api) = somebody(&app, Role::Free).await;
    let path = format!("/admin/users/{id}");
    let update = json!({ "name": "Bo Summer", "bio": "A private matter", "time_zone": "Asia/Tokyo", "role": "premium",
                         "daily_minutes": 25 });
    admin.patch(&path, update).await.expect(200);
    let me = api.get("/me").await.expect(200).json();
    assert_eq!((me["name"].as_str(), me["role"].as_str()), (Some("Bo Summer"), Some("premium")));
    admin.patch(&path, json!({ "country": "DEU", "role": "free" })).await.expect(422);
    assert_eq!(api.get("/me").await.json()["role"], "premium", "all or nothing");
    let entries = admin.get(&format!("/admin/audit?q={id}")).await.expect(200);
    assert!(entries.text.contains("Asia/Tokyo") && entries.text.contains("premium"));
    assert!(entries.text.contains("daily_minutes") && entries.text.contains("25"));
    assert!(!entries.text.contains("private matter") && !entries.text.contains("Bo Summer"));
    for path in ["/admin/users/01890a5d-ac96-774b-bcce-b302099a8057", "/admin/users/nobody"] {
        admin.patch(path, json!({ "name": "X" })).await.expect(404);
        admin.get(path).await.expect(404);
    }
    app.user(Role::Premium).await.patch(&path, json!({ "role": "admin" })).await.expect(403);

    let version = async || admin.get(&path).await.expect(200).json()["version"].clone();
    let seen = version().await;
    api.patch("/me", json!({ "headline": "Baker" })).await.expect(200);
    let late = admin.patch(&path, json!({ "headline": "", "version": seen })).await.expect(409);
    assert_eq!(late.problem(), "edited-meanwhile");
    admin.patch(&path, json!({ "headline": "Cook", "version": version().await })).await.expect(200);
}

#[tokio::test]
async fn help_signs_out_and_sends_links() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, email, api) = somebody(&app, Role::Free).await;
    admin.post(&format!("/admin/users/{id}/sign-out"), json!({})).await.expect(204);
    api.get("/me").await.expect(401);
    let link = format!("/admin/users/{id}/password-link");
    admin.post(&link, json!({})).await.expect(202);
    admin.post(&link, json!({})).await.expect(429);
    assert_eq!(app.mail_to(&email).await.template, "reset-password");
    admin.post(&format!("/admin/users/{id}/reset-mfa"), json!({})).await.expect(204);
    app.wait(TimeDelta::minutes(16));
    let stale = admin.post(&format!("/admin/users/{id}/reset-mfa"), json!({})).await;
    // The access token has run out too; what matters is that nothing happens.
    assert!([401, 403].contains(&stale.status.as_u16()), "{}", stale.text);
    app.run_jobs().await;
}

#[tokio::test]
async fn nothing_personal_is_left_of_a_deleted_account() {
    let app = TestApp::new().await;
    let course = app.course("calm").publish().await;
    let admin = app.user(Role::Admin).await;
    let (id, email, api) = somebody(&app, Role::Free).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    app.run_jobs().await;
    let path = format!("/admin/users/{id}");
    let wrong = admin.delete(&format!("{path}?confirm=other@example.com")).await.expect(422);
    assert_eq!(wrong.json()["errors"][0]["field"], "confirm");
    admin.delete(&format!("{path}?confirm=")).await.expect(422);
    admin.delete(&format!("{path}?confirm={}", email.to_uppercase())).await.expect(204);
    admin.delete(&format!("{path}?confirm={email}")).await.expect(404);
    api.get("/me").await.expect(401);
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1, "the administrator");
    assert_eq!(app.count("SELECT COUNT(*) FROM enrollments").await, 0);
    assert_eq!(app.count("SELECT CAST(SUM(enrollment_count) AS BIGINT) FROM courses").await, 0);
    let entries = admin.get(&format!("/admin/audit?q={id}")).await.text;
    assert!(entries.contains("identity.user-deleted") && !entries.contains(&email));
    let body = json!({ "email": email, "password": PASSWORD, "name": "Back again" });
    app.visitor().post("/auth/sign-up", body).await.expect(201);
    app.run_jobs().await;
}

#[tokio::test]
async fn many_are_changed_at_once_each_for_itself() {
    let app = TestApp::new().await;
    let (own, _, admin) = somebody(&app, Role::Admin).await;
    let (one, ..) = somebody(&app, Role::Free).await;
    let (two, ..) = somebody(&app, Role::Free).await;
    let body = json!({ "ids": [one, own, two], "action": "suspend", "reason": "Spam" });
    let report = admin.post("/admin/users/bulk", body).await.expect(200).json();
    assert_eq!((report["done"].as_i64(), &report["refused"][0]["id"]), (Some(2), &json!(own)));
    assert_eq!(report["refused"][0]["code"], "own-account");
    let body = json!({ "ids": [one, two], "action": "set_role", "role": "premium" });
    assert_eq!(admin.post("/admin/users/bulk", body).await.expect(200).json()["done"], 2);
    let wrong = async |body| {
        let refused = admin.post("/admin/users/bulk", body).await.expect(422).json();
        refused["errors"][0]["field"].clone()
    };
    assert_eq!(wrong(json!({ "ids": [one], "action": "explode" })).await, "action");
    assert_eq!(wrong(json!({ "ids": [one], "action": "set_role", "role": "king" })).await, "role");
    assert_eq!(wrong(json!({ "ids": [one], "action": "set_role" })).await, "role");
    let patched = admin.patch(&format!("/admin/users/{one}"), json!({ "daily_minutes": "x" })).await;
    assert_eq!(patched.expect(422).json()["errors"][0]["field"], "daily_minutes");
    let many: Vec<&String> = std::iter::repeat_n(&one, 201).collect();
    admin.post("/admin/users/bulk", json!({ "ids": many, "action": "restore" })).await.expect(422);
}

#[tokio::test]
async fn who_has_to_prove_it_first_begins_with_nothing_done() {
    let app = TestApp::new().await;
    let (_, _, mut admin) = somebody(&app, Role::Admin).await;
    let (other, ..) = somebody(&app, Role::Admin).await;
    let (one, ..) = somebody(&app, Role::Free).await;
    app.wait(TimeDelta::minutes(16));
    admin.renew().await;
    let body = json!({ "ids": [one, other], "action": "set_role", "role": "premium" });
    assert_eq!(admin.post("/admin/users/bulk", body).await.expect(403).problem(), "step-up-required");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE role = 'premium'").await, 0);
    let body = json!({ "ids": [one], "action": "set_role", "role": "premium" });
    admin.post("/admin/users/bulk", body).await.expect(200);
    app.run_jobs().await;
}
