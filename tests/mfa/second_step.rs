//! Signing in with a second factor.

use chrono::TimeDelta;
use futures::future::join_all;
use momentum_testkit::{Answer, Browser, PASSWORD, TestApp};
use serde_json::json;

use super::Protected;

const STEP: &str = "/sign-in/second-factor";

fn cookies(answer: &Answer) -> Vec<String> {
    answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

/// The first step, which has to lead to the second.
async fn first_step(browser: &Browser, email: &str) -> Answer {
    let fields = [("email", email), ("password", PASSWORD), ("return_to", "/notes")];
    let answer = browser.submit("/sign-in", "/sign-in", &fields).await.expect(303);
    assert_eq!(answer.header("location"), "/sign-in/second-factor?return_to=/notes");
    answer
}

#[tokio::test]
async fn there_is_no_session_before_the_second_factor() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let sessions = app.count("SELECT COUNT(*) FROM sessions").await;
    let browser = app.browser();
    let first = cookies(&first_step(&browser, &ada.email).await);
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(first[0].starts_with("momentum_challenge=") && first[0].contains("HttpOnly"), "{first:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, sessions);
    assert!(browser.get("/dashboard").await.expect(303).header("location").starts_with("/sign-in"));
    let challenge = first[0].split(['=', ';']).nth(1).unwrap();
    let forged = app
        .browser()
        .request(reqwest::Method::GET, "/dashboard")
        .header("cookie", format!("momentum_session={challenge}"));
    assert_eq!(browser.send(forged).await.status, 303, "a challenge is no session");

    let code = ada.phone.code(app.now());
    let done = browser.submit(STEP, STEP, &[("code", &code), ("return_to", "/notes")]).await.expect(303);
    assert_eq!(done.header("location"), "/notes");
    browser.get("/dashboard").await.expect(200);
    let devices = ada.api.get("/me/sessions").await.json();
    let proofs: Vec<_> = devices["items"].as_array().unwrap().iter().map(|s| &s["second_factor"]).collect();
    assert_eq!(proofs, [true, true], "setting the app up showed it too");

    // The challenge is used up with it.
    let other = app.browser();
    let token = other.form_token("/sign-in").await;
    let stolen = other
        .request(reqwest::Method::POST, STEP)
        .header("cookie", format!("momentum_challenge={challenge}"))
        .form(&[("csrf", token.as_str()), ("code", &ada.recovery_codes[0])]);
    assert_ne!(other.send(stolen).await.status, 303);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_session_of_before_ends_and_the_new_one_has_a_new_token() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let browser = app.browser();
    let begin = |code: String| {
        let (browser, email) = (browser.clone(), ada.email.clone());
        async move {
            first_step(&browser, &email).await;
            cookies(&browser.submit(STEP, STEP, &[("code", &code)]).await.expect(303))
        }
    };
    let first = begin(ada.phone.code(app.now())).await;
    assert!(first.iter().any(|cookie| cookie.starts_with("momentum_challenge=;")), "{first:?}");
    let token = |cookies: &[String]| {
        let cookie = cookies.iter().find(|cookie| cookie.starts_with("momentum_session=")).unwrap();
        cookie.split(';').next().unwrap().to_owned()
    };
    let sessions = app.count("SELECT COUNT(*) FROM sessions WHERE kind = 'browser'").await;
    app.wait(TimeDelta::seconds(30));

    // Somebody planted this session in the browser; signing in must not go on with it.
    let planted = token(&first);
    let visitor = app.browser();
    let form = visitor.form_token("/sign-in").await;
    first_step(&visitor, &ada.email).await;
    let request = visitor
        .request(reqwest::Method::POST, STEP)
        .form(&[("csrf", form.as_str()), ("code", &ada.phone.code(app.now()))]);
    let second = cookies(&visitor.send(request).await.expect(303));
    assert_ne!(planted, token(&second));
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE kind = 'browser'").await, sessions + 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_owner_hears_of_wrong_codes_after_the_right_password() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    for _ in 0..5 {
        let answer = app.visitor().post("/auth/sign-in", ada.credentials("abcd-efgh-ijkl")).await;
        assert_eq!(answer.expect(401).problem(), "invalid-otp");
    }
    let failed = super::audited(&app).await;
    assert_eq!(failed.iter().filter(|action| *action == "identity.second-factor-failed").count(), 5);
    let mails = app.mails_to(&ada.email).await;
    let alarms: Vec<_> = mails.iter().filter(|mail| mail.template == "security-alarm").collect();
    assert_eq!(alarms.len(), 1);
    assert!(alarms[0].text.contains("typed 5 wrong codes"), "{}", alarms[0].text);
}

#[tokio::test]
async fn a_code_is_good_once_and_only_for_a_minute() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let visitor = app.visitor();
    let sign_in = |code: String| {
        let (visitor, body) = (visitor.clone(), ada.credentials(&code));
        async move { visitor.post("/auth/sign-in", body).await }
    };
    let now = app.now();
    let code = ada.phone.code(now);
    let tokens = sign_in(code.clone()).await.expect(200).json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(sign_in(code.clone()).await.expect(401).problem(), "invalid-otp", "a replay");
    let before = ada.phone.code(now - TimeDelta::seconds(30));
    assert_eq!(sign_in(before).await.expect(401).problem(), "invalid-otp", "older than the last one used");
    sign_in(ada.phone.code(now + TimeDelta::seconds(30))).await.expect(200);
    app.wait(TimeDelta::seconds(300));
    let stale = ada.phone.code(app.now() - TimeDelta::seconds(60));
    assert_eq!(sign_in(stale).await.expect(401).problem(), "invalid-otp");
    let early = ada.phone.code(app.now() + TimeDelta::seconds(60));
    assert_eq!(sign_in(early).await.expect(401).problem(), "invalid-otp");
    let missing = visitor.post("/auth/sign-in", json!({ "email": ada.email, "password": PASSWORD })).await;
    assert_eq!(missing.expect(401).problem(), "mfa-required");
    let wrong = json!({ "email": ada.email, "password": "Wrong-1-thing!", "otp": ada.phone.code(app.now()) });
    let wrong = visitor.post("/auth/sign-in", wrong).await.expect(401);
    assert_eq!(wrong.problem(), "invalid-credentials", "a second factor says nothing without the first");
    sign_in(ada.phone.code(app.now())).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_uses_of_one_code_are_one() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let visitor = app.visitor();
    let body = ada.credentials(&ada.phone.code(app.now()));
    let answers = join_all((0..20).map(|_| visitor.post("/auth/sign-in", body.clone()))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 401, 429].contains(status)), "{statuses:?}");
    app.run_jobs().await;
}

#[tokio::test]
async fn five_wrong_codes_end_the_challenge_and_cost_time() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let browser = app.browser();
    first_step(&browser, &ada.email).await;
    let wrong = ada.phone.wrong_code(app.now());
    for _ in 0..4 {
        let answer = browser.submit(STEP, STEP, &[("code", &wrong)]).await.expect(401);
        assert!(answer.text.contains("One more step") && answer.text.contains("not right"));
    }
    let over = browser.submit(STEP, STEP, &[("code", &wrong)]).await.expect(401);
    assert!(over.text.contains("Welcome back") && over.text.contains("Sign in again"));
    let code = ada.phone.code(app.now());
    let late = browser.submit("/sign-in", STEP, &[("code", &code)]).await.expect(401);
    assert!(late.text.contains("Welcome back"), "the right code comes too late");

    // Begun again, the next tries wait, whichever door they take.
    first_step(&browser, &ada.email).await;
    let waits = browser.submit(STEP, STEP, &[("code", &code)]).await.expect(429);
    assert!(waits.header("retry-after").parse::<u64>().unwrap() <= 30);
    app.visitor().post("/auth/sign-in", ada.credentials(&code)).await.expect(429);
    app.wait(TimeDelta::seconds(31));
    let code = ada.phone.code(app.now());
    browser.submit(STEP, STEP, &[("code", &code)]).await.expect(303);
    browser.get("/dashboard").await.expect(200);
    assert_eq!(app.count("SELECT COUNT(*) FROM second_factor_tries").await, 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn guessing_in_parallel_gets_no_more_tries() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let visitor = app.visitor();
    let body = ada.credentials(&ada.phone.wrong_code(app.now()));
    let answers = join_all((0..20).map(|_| visitor.post("/auth/sign-in", body.clone()))).await;
    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(tried, 5, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 15);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_challenge_ends_after_ten_minutes_and_with_the_account() {
    let app = TestApp::new().await;
    let ada = Protected::new(&app).await;
    let browser = app.browser();
    first_step(&browser, &ada.email).await;
    app.run_jobs().await;
    app.wait(TimeDelta::minutes(11));
    assert!(browser.get(STEP).await.expect(401).text.contains("Welcome back"));
    let code = ada.phone.code(app.now());
    browser.submit("/sign-in", STEP, &[("code", &code)]).await.expect(401);

    first_step(&browser, &ada.email).await;
    app.set_state(&ada.email, "suspended").await;
    browser.submit(STEP, STEP, &[("code", &code)]).await.expect(401);
    browser.get("/dashboard").await.expect(303);
    app.wait(TimeDelta::hours(1));
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM sign_in_challenges").await, 0);
}
