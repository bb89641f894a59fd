//! Sign-up, sign-in, sessions, and the first administrator.

use chrono::TimeDelta;
use momentum_core::identity::{self, Origin, Role, SignUp};
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::json;

fn sign_up_body(email: &str) -> serde_json::Value {
    json!({ "email": email, "password": PASSWORD, "name": "Ada Lovelace", "time_zone": "Europe/London" })
}

#[tokio::test]
async fn a_person_signs_up_and_signs_in() {
    let app = TestApp::new().await;
    let api = app.visitor();
    let user = api.post("/auth/sign-up", sign_up_body("Ada@Example.com")).await.expect(201).json();
    assert_eq!(user["user"]["email"], "ada@example.com");
    assert_eq!(user["user"]["role"], "free");
    assert_eq!(user["user"]["time_zone"], "Europe/London");
    assert!(!user.to_string().contains("password"));

    let tokens = api
        .post("/auth/sign-in", json!({ "email": " ADA@example.com ", "password": PASSWORD }))
        .await
        .expect(200)
        .json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 900);
    let me = api.with_tokens(&tokens).get("/me").await.expect(200).json();
    assert_eq!(me["id"], user["user"]["id"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_made() {
    let app = TestApp::new().await;
    let answer = app
        .visitor()
        .post("/auth/sign-up", json!({ "email": "nobody", "password": "short", "name": " " }))
        .await;
    assert_eq!(answer.problem(), "invalid");
    let problem = answer.expect(422).json();
    let codes: Vec<(&str, &str)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        codes,
        [
            ("name", "required"),
            ("email", "invalid"),
            ("password", "too-short"),
            ("password", "no-upper"),
            ("password", "no-digit"),
            ("password", "no-symbol"),
        ]
    );
    for weak in ["Password1!", "Qwerty123!"] {
        let mut body = sign_up_body("weak@example.com");
        body["password"] = json!(weak);
        let problem = app.visitor().post("/auth/sign-up", body).await.expect(422).json();
        assert_eq!(problem["errors"][0]["code"], "too-common");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
}

#[tokio::test]
async fn an_address_has_one_account() {
    let app = TestApp::new().await;
    app.visitor().post("/auth/sign-up", sign_up_body("ada@example.com")).await.expect(201);
    let again = app.visitor().post("/auth/sign-up", sign_up_body("ADA@example.com")).await;
    assert_eq!(again.problem(), "email-taken");
    again.expect(409);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_alike() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let wrong =
        app.visitor().post("/auth/sign-in", json!({ "email": email, "password": "Wrong-1-thing!" })).await;
    let unknown = app
        .visitor()
        .post("/auth/sign-in", json!({ "email": "nobody@example.com", "password": "Wrong-1-thing!" }))
        .await;
    let malformed = app.visitor().post("/auth/sign-in", json!({ "email": "@", "password": "x" })).await;
    assert_eq!(wrong.problem(), "invalid-credentials");
    assert_eq!(wrong.text, unknown.text);
    assert_eq!(wrong.text, malformed.text);
    wrong.expect(401);
}

#[tokio::test]
async fn guessing_is_braked_for_each_account() {
    let app = TestApp::with_real_limits().await;
    let email = app.account(Role::Free, "UTC").await;
    let guess = json!({ "email": email, "password": "Wrong-1-thing!" });
    let mut statuses = Vec::new();
    for _ in 0..25 {
        statuses.push(app.visitor().post("/auth/sign-in", guess.clone()).await);
    }
    let last = statuses.pop().unwrap();
    assert_eq!(last.problem(), "too-many-requests");
    assert!(last.header("retry-after").parse::<u64>().unwrap() > 0);
    last.expect(429);
    let right = app.visitor().post("/auth/sign-in", json!({ "email": email, "password": PASSWORD })).await;
    right.expect(429);
    let other = app.account(Role::Free, "UTC").await;
    app.visitor().post("/auth/sign-in", json!({ "email": other, "password": PASSWORD })).await.expect(200);
}

#[tokio::test]
async fn mass_sign_up_is_braked() {
    let app = TestApp::with_real_limits().await;
    let mut last = 0;
    for n in 0..60 {
        let answer = app.visitor().post("/auth/sign-up", sign_up_body(&format!("p{n}@example.com"))).await;
        last = answer.status.as_u16();
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429);
    app.run_jobs().await;
}

#[tokio::test]
async fn suspension_takes_effect_at_once() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    app.set_state(&email, "suspended").await;
    api.get("/me").await.expect(401);
    browser.get("/dashboard").await.expect(303);
    api.post("/auth/refresh", json!({ "refresh_token": api.refresh_token })).await.expect(401);
    app.visitor().post("/auth/sign-in", json!({ "email": email, "password": PASSWORD })).await.expect(401);
}

#[tokio::test]
async fn devices_are_listed_and_can_be_signed_out() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let laptop = app.visitor().sign_in(&email, PASSWORD).await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let stranger = app.user(Role::Free).await;

    let list = laptop.get("/me/sessions").await.expect(200).json();
    assert_eq!(list["total"], 2);
    let of_browser = list["items"].as_array().unwrap().iter().find(|s| s["kind"] == "browser").unwrap();
    assert!(of_browser["user_agent"].as_str().unwrap().contains("Firefox"));
    assert_eq!(of_browser["current"], false);
    let path = format!("/me/sessions/{}", of_browser["id"].as_str().unwrap());

    stranger.delete(&path).await.expect(404);
    browser.get("/dashboard").await.expect(200);
    laptop.delete(&path).await.expect(204);
    browser.get("/dashboard").await.expect(303);
    laptop.delete(&path).await.expect(404);

    let script = app.visitor();
    let request =
        script.request(reqwest::Method::POST, "/auth/sign-in").header("user-agent", "Python/3.11 (x)");
    script.send(request.json(&json!({ "email": email, "password": PASSWORD }))).await.expect(200);
    let other = app.browser();
    other.sign_in(&email, PASSWORD).await;
    let page = other.get("/settings/devices").await.expect(200).text;
    assert!(page.contains("An app (Python/3.11)") && page.contains("Firefox on Linux"));

    let phone = app.visitor().sign_in(&email, PASSWORD).await;
    laptop.delete("/me/sessions").await.expect(204);
    phone.get("/me").await.expect(401);
    laptop.get("/me").await.expect(200);
    assert!(browser.get("/settings/devices").await.text.is_empty(), "a visitor is sent to sign in");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_session_ends_after_thirty_quiet_days_and_its_row_is_cleaned() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Free).await;
    // The first look sets the times of what recurs.
    app.run_jobs().await;
    app.wait(TimeDelta::days(29));
    browser.get("/dashboard").await.expect(200);
    app.wait(TimeDelta::days(29));
    browser.get("/dashboard").await.expect(200);
    app.wait(TimeDelta::days(31));
    browser.get("/dashboard").await.expect(303);
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_ends_the_old_one() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let other = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    // The sign-in page sends who is signed in to the dashboard, whose forms carry a token as well.
    let token = browser.form_token("/dashboard").await;
    browser.post_with("/sign-in", &token, &[("email", &other), ("password", PASSWORD)]).await.expect(303);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1, "the old session is gone");
}

#[tokio::test]
async fn changing_the_password_signs_other_devices_out() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let here = app.visitor().sign_in(&email, PASSWORD).await;
    let there = app.visitor().sign_in(&email, PASSWORD).await;
    let body = |current: &str, new: &str| json!({ "current_password": current, "password": new });
    here.post("/me/password", body("Wrong-1-thing!", "Another-Lesson-7?")).await.expect(422);
    let weak = here.post("/me/password", body(PASSWORD, "weak")).await.expect(422).json();
    assert_eq!(weak["errors"][0]["field"], "password");
    let same = here.post("/me/password", body(PASSWORD, PASSWORD)).await.expect(422).json();
    assert_eq!(
        (&same["errors"][0]["field"], &same["errors"][0]["code"]),
        (&json!("password"), &json!("unchanged"))
    );
    there.get("/me").await.expect(200);
    here.post("/me/password", body(PASSWORD, "Another-Lesson-7?")).await.expect(204);
    here.get("/me").await.expect(200);
    there.get("/me").await.expect(401);
    app.visitor().post("/auth/sign-in", json!({ "email": email, "password": PASSWORD })).await.expect(401);
    app.visitor().sign_in(&email, "Another-Lesson-7?").await;
    app.run_jobs().await;
}

#[tokio::test]
async fn demo_accounts_work_in_demo_mode_only() {
    let body = json!({ "email": "admin@example.com", "password": "Momentum1!" });
    let demo = TestApp::demo().await;
    momentum_server::load_demo(&demo.s).await.unwrap();
    demo.run_jobs().await;
    demo.visitor().post("/auth/sign-in", body.clone()).await.expect(200);

    let real = TestApp::new().await;
    momentum_server::load_demo(&real.s).await.unwrap();
    real.visitor().post("/auth/sign-in", body).await.expect(401);
    // Nor can anybody take their password for an account of their own.
    let mut body = sign_up_body("ada@example.com");
    body["password"] = json!("Momentum1!");
    let refused = real.visitor().post("/auth/sign-up", body).await.expect(422).json();
    assert_eq!(
        (&refused["errors"][0]["field"], &refused["errors"][0]["code"]),
        (&json!("password"), &json!("too-common"))
    );
}

#[tokio::test]
async fn the_demo_is_loaded_once_and_only_where_nobody_is() {
    let demo = TestApp::demo().await;
    assert!(momentum_server::load_demo_once(&demo.s).await.unwrap().is_some());
    let mut tx = demo.s.db.begin().await.unwrap();
    tx.run("DELETE FROM courses WHERE slug = (SELECT MIN(slug) FROM courses)").await.unwrap();
    tx.commit().await.unwrap();
    let courses = demo.count("SELECT COUNT(*) FROM courses").await;
    assert_eq!(momentum_server::load_demo_once(&demo.s).await.unwrap(), None);
    assert_eq!(demo.count("SELECT COUNT(*) FROM courses").await, courses, "what was deleted stays away");
    demo.run_jobs().await;

    let used = TestApp::demo().await;
    used.user(Role::Free).await;
    assert_eq!(momentum_server::load_demo_once(&used.s).await.unwrap(), None);
    assert_eq!(used.count("SELECT COUNT(*) FROM users").await, 1);
    used.run_jobs().await;
}

#[tokio::test]
async fn the_demo_is_complete_and_loading_it_again_adds_nothing() {
    let app = TestApp::demo().await;
    let added = momentum_server::load_demo(&app.s).await.unwrap();
    assert!(added >= 3, "{added}");
    assert_eq!(momentum_server::load_demo(&app.s).await.unwrap(), 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 3);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM courses c WHERE duration_days <> (SELECT COUNT(*) FROM lessons WHERE course_id = c.id)").await,
        0
    );
    assert_eq!(
        app.count("SELECT COUNT(*) FROM lessons l WHERE NOT EXISTS (SELECT 1 FROM quiz_questions WHERE lesson_id = l.id)").await,
        0
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn the_first_administrator_is_made_once_and_only_with_the_token() {
    let app = TestApp::new().await;
    let token = app.s.setup.reveal().unwrap().to_owned();
    let browser = app.browser();
    browser.get("/setup").await.expect(200);
    let fields =
        |token| [("token", token), ("name", "Root"), ("email", "root@example.com"), ("password", PASSWORD)];
    let wrong = browser.submit("/setup", "/setup", &fields("guess")).await.expect(422);
    assert!(wrong.text.contains("root@example.com"), "what was typed is kept");
    assert!(!wrong.text.contains(PASSWORD));
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);

    let made = browser.submit("/setup", "/setup", &fields(&token)).await.expect(303);
    assert_eq!(made.header("location"), "/admin");
    assert!(browser.get("/admin").await.expect(200).text.contains("Make or import the first course"));
    app.browser().get("/setup").await.expect(404);
    let body = json!({ "token": token, "email": "evil@example.com", "password": PASSWORD, "name": "Evil" });
    app.visitor().post("/setup", body).await.expect(404);
}

#[tokio::test]
async fn a_database_with_demo_accounts_still_asks_for_its_administrator() {
    let app = TestApp::new().await;
    identity::create_demo_accounts(&app.s).await.unwrap();
    app.browser().get("/setup").await.expect(200);
    let demo = TestApp::demo().await;
    identity::create_demo_accounts(&demo.s).await.unwrap();
    demo.browser().get("/setup").await.expect(404);
}

#[tokio::test]
async fn twenty_first_administrators_at_once_become_one() {
    let app = TestApp::new().await;
    let token = app.s.setup.reveal().unwrap().to_owned();
    let tries = (0..20).map(|n| {
        let input = SignUp {
            email: format!("root{n}@example.com"),
            password: PASSWORD.into(),
            name: "Root".into(),
            time_zone: None,
        };
        let s = &app.s;
        let token = &token;
        async move { identity::create_first_admin(s, token, input, &Origin::default()).await }
    });
    let made = futures::future::join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(made, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
}
