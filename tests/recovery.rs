//! A forgotten password.

use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_db::sql;
use momentum_testkit::{Answer, PASSWORD, TestApp};
use serde_json::json;

use crate::mfa::Phone;

const NEW: &str = "Another-Lesson-7?";

async fn forgot(app: &TestApp, email: &str) -> Answer {
    app.visitor().post("/auth/forgot-password", json!({ "email": email })).await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    app.visitor().post("/auth/reset-password", json!({ "token": token, "password": password })).await
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> u16 {
    let body = json!({ "email": email, "password": password });
    app.visitor().post("/auth/sign-in", body).await.status.as_u16()
}

#[tokio::test]
async fn the_link_sets_a_new_password_and_signs_out_everywhere() {
    let app = TestApp::new().await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada" });
    app.visitor().post("/auth/sign-up", body).await.expect(201);
    let welcome = app.mail_to("ada@example.com").await;
    let laptop = app.visitor().sign_in("ada@example.com", PASSWORD).await;
    forgot(&app, " ADA@example.com ").await.expect(202);
    let mail = app.mail_to("ada@example.com").await;
    assert_eq!(mail.template, "reset-password");

    let weak = reset(&app, &mail.token(), "weak").await.expect(422).json();
    assert_eq!(weak["errors"][0]["field"], "password");
    laptop.get("/me").await.expect(200);
    reset(&app, &mail.token(), NEW).await.expect(204);
    laptop.get("/me").await.expect(401);
    assert_eq!(sign_in(&app, "ada@example.com", PASSWORD).await, 401);
    assert_eq!(sign_in(&app, "ada@example.com", NEW).await, 200);
    assert_eq!(reset(&app, &mail.token(), PASSWORD).await.expect(409).problem(), "link-not-valid");

    assert_eq!(app.mail_to("ada@example.com").await.template, "password-changed");
    let me = app.visitor().sign_in("ada@example.com", NEW).await.get("/me").await.json();
    assert_eq!(me["email_verified"], true, "the link came to the address");
    let pending = app.visitor().post("/auth/verify-email", json!({ "token": welcome.token() })).await;
    pending.expect(409);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'identity.password-reset'").await, 1);
}

/// Checking a password takes a while, in which it may be reset.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_with_the_old_password_meanwhile_is_signed_out() {
    for _ in 0..3 {
        let app = TestApp::new().await;
        let body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada" });
        app.visitor().post("/auth/sign-up", body).await.expect(201);
        app.mail_to("ada@example.com").await;
        forgot(&app, "ada@example.com").await.expect(202);
        let token = app.mail_to("ada@example.com").await.token();
        let tries = join_all((0..4).map(|_| sign_in(&app, "ada@example.com", PASSWORD)));
        let (done, _) = tokio::join!(reset(&app, &token, NEW), tries);
        done.expect(204);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
        app.run_jobs().await;
    }
}

/// Somebody signs up with another's address and adds ways in; then the owner comes.
#[tokio::test]
async fn the_first_proof_of_an_address_removes_every_other_way_in() {
    let app = TestApp::new().await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Eve" });
    app.visitor().post("/auth/sign-up", body).await.expect(201);
    let eve = app.visitor().sign_in("ada@example.com", PASSWORD).await;
    let phone = Phone::scan(&eve.post("/me/mfa/totp", json!({})).await.expect(200).json());
    let code = json!({ "code": phone.code(app.now()) });
    eve.post("/me/mfa/totp/confirm", code).await.expect(200);
    connect(&app, "ada@example.com").await;

    forgot(&app, "ada@example.com").await.expect(202);
    let link = app.mail_to("ada@example.com").await;
    let told_before = "its second step is turned off and its connected services are disconnected";
    assert!(app.browser().get(&link.link()).await.expect(200).text.contains(told_before));
    reset(&app, &link.token(), NEW).await.expect(204);
    let told = app.mail_to("ada@example.com").await;
    assert_eq!(told.template, "password-changed");
    let removed = "its second step was turned off and its connected services were disconnected";
    assert!(told.text.contains(removed) && told.html.contains(removed), "{}", told.text);
    eve.get("/me").await.expect(401);
    let owner = app.visitor().sign_in("ada@example.com", NEW).await;
    assert_eq!(owner.get("/me").await.json()["email_verified"], true);
    assert_eq!(app.count("SELECT COUNT(*) FROM external_identities").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM totp_factors").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 0);

    // What the owner adds stays with them, whatever they forget later.
    connect(&app, "ada@example.com").await;
    app.wait(TimeDelta::minutes(2));
    forgot(&app, "ada@example.com").await.expect(202);
    let link = app.mail_to("ada@example.com").await;
    assert!(!app.browser().get(&link.link()).await.expect(200).text.contains(told_before));
    reset(&app, &link.token(), PASSWORD).await.expect(204);
    assert!(!app.mail_to("ada@example.com").await.text.contains("never confirmed"));
    assert_eq!(app.count("SELECT COUNT(*) FROM external_identities").await, 1);
    app.run_jobs().await;
}

/// As if an account elsewhere were connected.
async fn connect(app: &TestApp, email: &str) {
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run(sql!(
        "INSERT INTO external_identities (id, user_id, provider, issuer, subject, email, linked_at, last_used_at)
         SELECT id, id, 'school', 'https://id.example', 'ada', email, created_at, created_at FROM users
         WHERE email = $1",
        email
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn through_the_pages_without_a_script() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    assert!(browser.get("/sign-in").await.text.contains("/forgot-password"));
    let wrong = browser.submit("/forgot-password", "/forgot-password", &[("email", "ada")]).await.expect(422);
    assert!(wrong.text.contains("value=\"ada\""));
    let sent = browser.submit("/forgot-password", "/forgot-password", &[("email", &email)]).await.expect(303);
    assert!(browser.get(sent.header("location")).await.text.contains("If there is an account"));
    let mail = app.mail_to(&email).await;
    let token = mail.token();
    let refused = [("token", token.as_str()), ("password", "weak")];
    let page = browser.submit(&mail.link(), "/reset-password", &refused).await.expect(422);
    assert!(page.text.contains(&token) && !page.text.contains("value=\"weak\""));
    let fields = [("token", token.as_str()), ("password", NEW)];
    let done = browser.submit(&mail.link(), "/reset-password", &fields).await.expect(303);
    assert_eq!(done.header("location"), "/sign-in");
    assert!(browser.get("/sign-in").await.text.contains("Your new password is set."));
    browser.sign_in(&email, NEW).await;
    for dead in [mail.link(), "/reset-password".to_owned(), "/reset-password?token=made-up".to_owned()] {
        let page = browser.get(&dead).await.expect(409).text;
        assert!(
            page.contains("This link doesn’t work any more") && page.contains("href=\"/forgot-password\"")
        );
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_learns_whether_there_is_an_account() {
    let app = TestApp::demo().await;
    momentum_server::load_demo(&app.s).await.unwrap();
    let known = app.account(Role::Free, "UTC").await;
    let suspended = app.account(Role::Free, "UTC").await;
    app.set_state(&suspended, "suspended").await;
    app.run_jobs().await;
    let first = forgot(&app, &known).await.expect(202);
    for email in [suspended.as_str(), "free@example.com", "nobody@example.com"] {
        let answer = forgot(&app, email).await.expect(202);
        assert_eq!((answer.text.as_str(), answer.headers.len()), (first.text.as_str(), first.headers.len()));
    }
    assert_eq!(
        app.count("SELECT COUNT(*) FROM jobs WHERE kind = 'identity.recovery-mail'").await,
        4,
        "the same work"
    );
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 1);
    assert_eq!(app.mail_to(&known).await.template, "reset-password");
    assert_eq!(forgot(&app, "no address").await.expect(422).problem(), "invalid");
}

#[tokio::test]
async fn asking_is_braked_alike_for_those_who_exist_and_those_who_do_not() {
    let app = TestApp::with_real_limits().await;
    let known = app.account(Role::Free, "UTC").await;
    let mut refusals = Vec::new();
    for email in [known.as_str(), "nobody@example.com"] {
        let mut after = 0;
        while forgot(&app, email).await.status == 202 {
            after += 1;
        }
        refusals.push(after);
    }
    assert_eq!(refusals, [5, 5]);
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 1, "one mail a minute");
}

#[tokio::test]
async fn an_account_gets_five_mails_an_hour_however_often_somebody_asks() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    for _ in 0..8 {
        forgot(&app, &email).await.expect(202);
        app.run_jobs().await;
        app.wait(TimeDelta::minutes(2));
    }
    let mails = app.mails_to(&email).await;
    assert_eq!(mails.len(), 5);
    reset(&app, &mails[3].token(), NEW).await.expect(409);
    reset(&app, &mails[4].token(), NEW).await.expect(204);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_link_lapses_after_an_hour_and_with_a_change_of_password() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    forgot(&app, &email).await.expect(202);
    let late = app.mail_to(&email).await;
    app.wait(TimeDelta::hours(1));
    reset(&app, &late.token(), NEW).await.expect(409);

    forgot(&app, &email).await.expect(202);
    let overtaken = app.mail_to(&email).await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    api.post("/me/password", json!({ "current_password": PASSWORD, "password": NEW })).await.expect(204);
    reset(&app, &overtaken.token(), "Third-Lesson-9!").await.expect(409);
    assert_eq!(app.mail_to(&email).await.template, "password-changed");

    app.wait(TimeDelta::minutes(2));
    forgot(&app, &email).await.expect(202);
    let mail = app.mail_to(&email).await;
    app.set_state(&email, "suspended").await;
    reset(&app, &mail.token(), PASSWORD).await.expect(409);
}

#[tokio::test]
async fn an_account_without_a_password_is_told_how_it_signs_in() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run(sql!("UPDATE users SET password_hash = NULL WHERE email = $1", email.as_str())).await.unwrap();
    tx.commit().await.unwrap();
    connect(&app, &email).await;
    forgot(&app, &email).await.expect(202);
    let mail = app.mail_to(&email).await;
    assert_eq!((mail.template.as_str(), mail.link().as_str()), ("account-exists", "/sign-in"));
}

#[tokio::test]
async fn of_twenty_at_once_one_sets_the_password() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let visitor = app.visitor();
    let body = json!({ "email": email });
    let asked = join_all((0..20).map(|_| visitor.post("/auth/forgot-password", body.clone()))).await;
    assert!(asked.iter().all(|answer| answer.status == 202));
    let mails = app.mails_to(&email).await;
    assert_eq!(mails.len(), 1);
    let token = mails[0].token();
    let sets = (0..20).map(|n| {
        let body = json!({ "token": token, "password": format!("Another-Lesson-{n}?") });
        visitor.post("/auth/reset-password", body)
    });
    let set = join_all(sets).await;
    assert_eq!(set.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_eq!(set.iter().filter(|answer| answer.status == 409).count(), 19);
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE template = 'password-changed'").await, 1);
}
