//! Moving an account to another address.

use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::{Answer, Api, PASSWORD, TestApp};
use serde_json::json;

const NEW: &str = "ada@new.example";

async fn begin(api: &Api, email: &str) -> Answer {
    api.post("/me/email", json!({ "email": email, "password": PASSWORD })).await
}

async fn confirm(app: &TestApp, token: &str) -> Answer {
    app.visitor().post("/auth/confirm-email-change", json!({ "token": token })).await
}

#[tokio::test]
async fn both_sides_confirm_in_any_order() {
    for old_first in [true, false] {
        let app = TestApp::new().await;
        let old = app.account(Role::Free, "UTC").await;
        let here = app.visitor().sign_in(&old, PASSWORD).await;
        let there = app.visitor().sign_in(&old, PASSWORD).await;
        begin(&here, " ADA@new.example ").await.expect(202);
        let status = here.get("/me/email").await.expect(200).json();
        assert_eq!(status["email"], old.as_str());
        assert_eq!(status["pending"]["new_email"], NEW);
        let (to_old, to_new) = (app.mail_to(&old).await, app.mail_to(NEW).await);
        assert_eq!(
            (to_old.template.as_str(), to_new.template.as_str()),
            ("change-email-old", "change-email-new")
        );
        assert!(to_old.text.contains(NEW) && !to_new.text.contains(&old));

        let (first, second) = if old_first { (&to_old, &to_new) } else { (&to_new, &to_old) };
        let half = confirm(&app, &first.token()).await.expect(200).json();
        let expected =
            json!({ "confirmed_by_old": old_first, "confirmed_by_new": !old_first, "done": false });
        assert_eq!(half, expected);
        assert_eq!(here.get("/me").await.json()["email"], old.as_str());
        confirm(&app, &first.token()).await.expect(409);
        let body = json!({ "token": second.token() });
        let whole = here.post("/auth/confirm-email-change", body).await.expect(200).json();
        assert_eq!(whole, json!({ "confirmed_by_old": true, "confirmed_by_new": true, "done": true }));

        let me = here.get("/me").await.expect(200).json();
        assert_eq!((me["email"].as_str(), me["email_verified"].as_bool()), (Some(NEW), Some(true)));
        there.get("/me").await.expect(401);
        assert_eq!(app.mail_to(&old).await.template, "email-changed");
        app.visitor().sign_in(NEW, PASSWORD).await;
        assert!(here.get("/me/email").await.json()["pending"].is_null());
        assert_eq!(
            app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'identity.email-changed'").await,
            1
        );
    }
}

#[tokio::test]
async fn the_settings_page_shows_how_far_it_is_and_calls_it_off() {
    let app = TestApp::new().await;
    let old = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    browser.sign_in(&old, PASSWORD).await;
    let page = "/settings/account";
    assert!(browser.get(page).await.text.contains("Confirmed"));
    let path = "/settings/account/email";
    let wrong =
        browser.submit(page, path, &[("email", NEW), ("password", "Wrong-1-thing!")]).await.expect(422);
    assert!(wrong.text.contains("This is not your current password.") && wrong.text.contains(NEW));
    browser.submit(page, path, &[("email", &old), ("password", PASSWORD)]).await.expect(422);
    browser.submit(page, path, &[("email", NEW), ("password", PASSWORD)]).await.expect(303);
    let mail = app.mail_to(NEW).await;
    let asked = browser.get(&mail.link()).await.expect(200).text;
    assert!(asked.contains(&format!("moves to {NEW}")) && asked.contains("The account of "));
    let half = browser.submit(&mail.link(), "/confirm-email", &[("token", &mail.token())]).await.expect(200);
    assert!(half.text.contains("Now open the link that we sent to your old address."));
    assert!(browser.get(page).await.text.contains("Your new address is confirmed"));
    browser.submit(page, "/settings/account/email/cancel", &[]).await.expect(303);
    assert!(!browser.get(page).await.text.contains(NEW));
    let to_old = app.mail_to(&old).await;
    let dead =
        browser.submit(&to_old.link(), "/confirm-email", &[("token", &to_old.token())]).await.expect(409);
    assert!(dead.text.contains("This link doesn’t work any more"));
    browser.get(&to_old.link()).await.expect(409);
    let api = app.visitor().sign_in(&old, PASSWORD).await;
    api.delete("/me/email").await.expect(204);
}

#[tokio::test]
async fn a_taken_address_is_told_to_who_reads_its_mails() {
    let app = TestApp::new().await;
    let old = app.account(Role::Free, "UTC").await;
    let other = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&old, PASSWORD).await;
    begin(&api, &other).await.expect(202);
    let to_other = app.mail_to(&other).await;
    assert_eq!(
        api.get("/me/email").await.json()["pending"]["new_email"],
        other.as_str(),
        "as with any address"
    );
    confirm(&app, &app.mail_to(&old).await.token()).await.expect(200);
    assert_eq!(confirm(&app, &to_other.token()).await.expect(409).problem(), "email-taken");
    assert!(api.get("/me/email").await.json()["pending"].is_null());
    begin(&api, NEW).await.expect(202);
    let (to_old, to_new) = (app.mail_to(&old).await, app.mail_to(NEW).await);
    confirm(&app, &to_new.token()).await.expect(200);
    let body = json!({ "email": NEW, "password": PASSWORD, "name": "Eve" });
    app.visitor().post("/auth/sign-up", body).await.expect(201);
    assert_eq!(confirm(&app, &to_old.token()).await.expect(409).problem(), "email-taken");
    let status = api.get("/me/email").await.json();
    assert_eq!((status["email"].as_str(), status["pending"].is_null()), (Some(old.as_str()), true));
    app.run_jobs().await;
}

#[tokio::test]
async fn an_address_that_was_never_proved_has_no_say() {
    let app = TestApp::new().await;
    let body = json!({ "email": "typo@example.com", "password": PASSWORD, "name": "Ada" });
    app.visitor().post("/auth/sign-up", body).await.expect(201);
    let api = app.visitor().sign_in("typo@example.com", PASSWORD).await;
    let welcome = app.mail_to("typo@example.com").await;
    begin(&api, NEW).await.expect(202);
    let mail = app.mail_to(NEW).await;
    assert_eq!(app.mails_to("typo@example.com").await.len(), 1, "a stranger hears nothing more");
    assert_eq!(confirm(&app, &mail.token()).await.expect(200).json()["done"], true);
    // The link that went to the stranger proves nothing any more.
    app.visitor().post("/auth/verify-email", json!({ "token": welcome.token() })).await.expect(409);
    assert_eq!(app.mails_to("typo@example.com").await.len(), 1);
}

#[tokio::test]
async fn an_address_that_is_proved_meanwhile_is_asked_from_then_on() {
    let app = TestApp::new().await;
    let old = "ada@old.example";
    let body = json!({ "email": old, "password": PASSWORD, "name": "Ada" });
    app.visitor().post("/auth/sign-up", body).await.expect(201);
    let api = app.visitor().sign_in(old, PASSWORD).await;
    let welcome = app.mail_to(old).await;
    begin(&api, NEW).await.expect(202);
    let to_new = app.mail_to(NEW).await;
    app.visitor().post("/auth/verify-email", json!({ "token": welcome.token() })).await.expect(204);
    let status = api.get("/me/email").await.expect(200).json();
    assert_eq!((&status["verified"], &status["pending"]["confirmed_by_old"]), (&json!(true), &json!(false)));
    let to_old = app.mail_to(old).await;
    assert_eq!(to_old.template, "change-email-old");
    assert_eq!(confirm(&app, &to_new.token()).await.expect(200).json()["done"], false);
    assert_eq!(confirm(&app, &to_old.token()).await.expect(200).json()["done"], true);
    assert_eq!(app.mail_to(old).await.template, "email-changed");
    app.run_jobs().await;
}

#[tokio::test]
async fn both_have_a_day_and_a_new_request_replaces_the_old() {
    let app = TestApp::new().await;
    let old = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&old, PASSWORD).await;
    begin(&api, "first@new.example").await.expect(202);
    let overtaken = app.mail_to("first@new.example").await;
    begin(&api, NEW).await.expect(202);
    confirm(&app, &overtaken.token()).await.expect(409);
    let (to_old, to_new) = (app.mail_to(&old).await, app.mail_to(NEW).await);
    confirm(&app, &to_new.token()).await.expect(200);
    app.wait(TimeDelta::hours(24));
    confirm(&app, &to_old.token()).await.expect(409);
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM email_changes").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM account_tokens").await, 0);
}

#[tokio::test]
async fn both_links_at_the_same_moment_carry_it_out_once() {
    let app = TestApp::new().await;
    let old = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&old, PASSWORD).await;
    begin(&api, NEW).await.expect(202);
    let tokens = [app.mail_to(&old).await.token(), app.mail_to(NEW).await.token()];
    let answers = join_all((0..20).map(|n| confirm(&app, &tokens[n % 2]))).await;
    let good: Vec<_> = answers.iter().filter(|answer| answer.status == 200).map(Answer::json).collect();
    assert_eq!(good.len(), 2);
    assert_eq!(good.iter().filter(|answer| answer["done"] == true).count(), 1);
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE template = 'email-changed'").await, 1);
}

#[tokio::test]
async fn the_password_is_asked_for_and_guessing_it_is_braked() {
    let app = TestApp::with_real_limits().await;
    let old = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&old, PASSWORD).await;
    let guess = json!({ "email": NEW, "password": "Wrong-1-thing!" });
    let mut statuses = Vec::new();
    for _ in 0..25 {
        statuses.push(api.post("/me/email", guess.clone()).await.status.as_u16());
    }
    assert_eq!((statuses[0], statuses[24]), (422, 429));
    assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 0);
}

#[tokio::test]
async fn nobody_can_flood_a_stranger_with_it() {
    let app = TestApp::with_real_limits().await;
    let (here, there) = (app.account(Role::Free, "UTC").await, app.account(Role::Free, "UTC").await);
    let here = app.visitor().sign_in(&here, PASSWORD).await;
    for _ in 0..5 {
        begin(&here, NEW).await.expect(202);
    }
    begin(&here, NEW).await.expect(429);
    begin(&here, "another@example.org").await.expect(429);
    // Nor from several accounts.
    let there = app.visitor().sign_in(&there, PASSWORD).await;
    begin(&there, NEW).await.expect(429);
    begin(&there, "another@example.org").await.expect(202);
    assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE email = 'ada@new.example'").await, 5);
    app.wait(chrono::TimeDelta::minutes(13));
    begin(&here, NEW).await.expect(202);
    app.run_jobs().await;
}
