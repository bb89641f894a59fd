//! Guessing at passwords: slowed by account and by address, for accounts that exist and for those that don't.

use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{Answer, PASSWORD, TestApp};
use serde_json::json;

async fn guess(app: &TestApp, email: &str) -> Answer {
    app.visitor().post("/auth/sign-in", json!({ "email": email, "password": "Wrong-Guess-1!" })).await
}

async fn right(app: &TestApp, email: &str) -> Answer {
    app.visitor().post("/auth/sign-in", json!({ "email": email, "password": PASSWORD })).await
}

fn retry_after(answer: &Answer) -> i64 {
    answer.header("retry-after").parse().expect("seconds")
}

#[tokio::test]
async fn wrong_passwords_cost_more_and_more_for_real_and_made_up_accounts_alike() {
    let app = TestApp::with_real_limits().await;
    let real = app.account(Role::Free, "UTC").await;
    let mut told = Vec::new();
    for email in [real.as_str(), "nobody@example.com"] {
        let mut answers = Vec::new();
        for _ in 0..8 {
            let mut answer = guess(&app, email).await;
            if answer.status == 429 {
                let seconds = retry_after(&answer);
                answers.push((429, answer.problem(), seconds));
                app.wait(TimeDelta::seconds(seconds));
                answer = guess(&app, email).await;
            }
            answers.push((answer.status.as_u16(), answer.problem(), 0));
        }
        told.push(answers);
    }
    let waits: Vec<i64> =
        told[0].iter().filter(|(status, ..)| *status == 429).map(|(.., wait)| *wait).collect();
    assert_eq!(waits, [2, 3, 5], "a second, two, four, and one for rounding");
    assert_eq!(told[0], told[1], "nobody can tell which of the two exists");
}

/// Without work for addresses that have no account, their answer would come dozens of times faster: a password's hash
/// takes long on purpose. Medians taken in turns, and a wide margin, so that a busy machine doesn't matter.
#[tokio::test]
async fn the_time_of_an_answer_does_not_tell_who_exists() {
    let app = TestApp::new().await;
    let real = app.account(Role::Free, "UTC").await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        for (email, times) in [(real.as_str(), &mut known), ("nobody@example.com", &mut unknown)] {
            let begun = std::time::Instant::now();
            guess(&app, email).await.expect(401);
            times.push(begun.elapsed());
        }
    }
    let median = |times: &mut Vec<std::time::Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    };
    let ratio = median(&mut known) / median(&mut unknown);
    assert!((0.5..2.0).contains(&ratio), "wrong password {ratio:.2} times as long as unknown address");
}

#[tokio::test]
async fn the_right_password_waits_too_and_ends_the_count() {
    let app = TestApp::with_real_limits().await;
    let email = app.account(Role::Free, "UTC").await;
    for _ in 0..5 {
        guess(&app, &email).await.expect(401);
    }
    let answer = right(&app, &email).await.expect(429);
    app.wait(TimeDelta::seconds(retry_after(&answer)));
    right(&app, &email).await.expect(200);
    for _ in 0..4 {
        guess(&app, &email).await.expect(401);
    }
    right(&app, &email).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn at_ten_the_owner_is_told_and_opens_the_account_again() {
    let app = TestApp::with_real_limits().await;
    let email = app.account(Role::Free, "UTC").await;
    let no_address = "x".repeat(9_000);
    for email in [no_address.as_str(), "nobody@example.com", email.as_str()] {
        for _ in 0..10 {
            let answer = guess(&app, email).await;
            if answer.status == 429 {
                app.wait(TimeDelta::seconds(retry_after(&answer)));
                guess(&app, email).await.expect(401);
            }
        }
    }
    let asked = app.count("SELECT COUNT(*) FROM jobs WHERE kind = 'identity.lockout-mail'").await;
    assert_eq!(asked, 2, "nobody is looked for under what is no address");
    app.run_jobs().await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM mails WHERE template = 'lockout'").await,
        1,
        "who exists is told"
    );
    right(&app, &email).await.expect(429);

    let link = app.mail_to(&email).await.link();
    let browser = app.browser();
    browser.get(&link).await.expect(200);
    right(&app, &email).await.expect(429);
    let token = link.split("token=").nth(1).unwrap();
    browser.submit(&link, "/unlock", &[("token", token)]).await;
    right(&app, &email).await.expect(200);
    app.visitor().post("/auth/unlock", json!({ "token": token })).await.expect(409);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_new_password_ends_the_lockout() {
    let app = TestApp::with_real_limits().await;
    let email = app.account(Role::Free, "UTC").await;
    app.visitor().post("/auth/forgot-password", json!({ "email": email })).await.expect(202);
    let token = app.mail_to(&email).await.token();
    for _ in 0..8 {
        let answer = guess(&app, &email).await;
        if answer.status == 429 {
            app.wait(TimeDelta::seconds(retry_after(&answer)));
            guess(&app, &email).await.expect(401);
        }
    }
    right(&app, &email).await.expect(429);
    let new = "Another-Lesson-7?";
    let body = json!({ "token": token, "password": new });
    app.visitor().post("/auth/reset-password", body).await.expect(204);
    let body = json!({ "email": email, "password": new });
    app.visitor().post("/auth/sign-in", body).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_form_of_a_password_says_how_long_to_wait() {
    let app = TestApp::with_real_limits().await;
    let browser = app.browser_of(Role::Free).await;
    let page = "/settings/password";
    let typed = [("current_password", "Wrong-Guess-1!"), ("password", "Another-Lesson-7?")];
    for _ in 0..5 {
        browser.submit(page, page, &typed).await.expect(422);
    }
    let waits = browser.submit(page, page, &typed).await.expect(429).text;
    assert!(
        waits.contains("<h1>Password</h1>") && waits.contains("That was a lot of tries. Wait "),
        "{waits}"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn guessing_inside_a_session_counts_too() {
    let app = TestApp::with_real_limits().await;
    let api = app.user(Role::Free).await;
    let wrong = json!({ "password": "Wrong-Guess-1!" });
    let change = json!({ "current_password": "Wrong-Guess-1!", "password": "Another-Lesson-7?" });
    let email = json!({ "email": "new@example.com", "password": "Wrong-Guess-1!" });
    for path in ["/auth/step-up", "/me/password", "/me/email", "/auth/step-up", "/me/password"] {
        let body = match path {
            "/me/password" => &change,
            "/me/email" => &email,
            _ => &wrong,
        };
        api.post(path, body.clone()).await.expect(422);
    }
    assert_eq!(app.count("SELECT MAX(failures) FROM throttles").await, 5);
    let waits = api.post("/auth/step-up", wrong).await.expect(429);
    assert_eq!(waits.problem(), "too-many-requests");
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_guesses_at_once_are_twenty() {
    let app = TestApp::with_real_limits().await;
    let email = app.account(Role::Free, "UTC").await;
    futures::future::join_all((0..20).map(|_| guess(&app, &email))).await;
    let failures = app.count("SELECT MAX(failures) FROM throttles").await;
    assert!((5..=20).contains(&failures), "{failures}");
    guess(&app, &email).await.expect(429);
    app.run_jobs().await;
}

#[tokio::test]
async fn one_address_may_not_try_everybody() {
    let app = TestApp::with_real_limits().await;
    let mut refused = 0;
    for n in 0..105 {
        let answer = guess(&app, &format!("person-{n}@example.com")).await;
        refused += u32::from(answer.status == 429);
    }
    assert_eq!(refused, 5, "a hundred at once, then one a second");
}
