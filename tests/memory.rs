//! What is kept in memory is never older than it may be, whoever changed it.

use std::time::{Duration, Instant};

use momentum_core::{catalog, identity::Role};
use momentum_db::{Engine, sql};
use momentum_testkit::{Browser, TestApp};

/// Waits for what may take a second or two.
async fn soon(what: &str, mut seen: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !seen().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn rename(s: &momentum_core::Services, title: &str) {
    let mut tx = s.db.begin().await.unwrap();
    catalog::content_changes(s, &mut tx).await.unwrap();
    tx.run(sql!("UPDATE courses SET title = $1 WHERE slug = 'tea'", title)).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_change_of_content_shows_at_once_here() {
    let app = TestApp::new().await;
    app.course("tea").title("Tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    for title in ["Green tea", "Black tea"] {
        rename(&app.s, title).await;
        for path in ["/", "/courses", "/courses/tea"] {
            assert!(app.browser().get(path).await.text.contains(title), "a visitor sees {title} on {path}");
            assert!(browser.get(path).await.text.contains(title), "a learner sees {title} on {path}");
        }
        assert_eq!(app.visitor().get("/courses/tea").await.json()["title"], title);
    }
}

#[tokio::test]
async fn a_change_of_content_by_another_server_shows_soon() {
    let app = TestApp::new().await;
    app.course("tea").title("Tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    let other = app.other_server().await;
    for title in ["Green tea", "Black tea"] {
        assert!(!app.browser().get("/courses").await.text.contains(title));
        rename(&other, title).await;
        for path in ["/", "/courses", "/courses/tea"] {
            soon(title, async || app.browser().get(path).await.text.contains(title)).await;
            soon(title, async || browser.get(path).await.text.contains(title)).await;
        }
    }
    other.db.close().await;
}

#[tokio::test]
async fn a_session_that_another_server_ends_is_over_soon_and_on_postgresql_at_once() {
    let app = TestApp::new().await;
    let (browser, api) = (app.browser_of(Role::Free).await, app.user(Role::Free).await);
    browser.get("/dashboard").await.expect(200);
    api.get("/me").await.expect(200);
    let other = app.other_server().await;
    let mut tx = other.db.begin().await.unwrap();
    tx.run("DELETE FROM sessions").await.unwrap();
    tx.commit().await.unwrap();
    if other.db.engine() == Engine::Sqlite {
        // Others are looked for once a second; then nothing passes, not even what is asked first after a pause.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
    browser.get("/dashboard").await.expect(303);
    api.get("/me").await.expect(401);
    other.db.close().await;
}

#[tokio::test]
async fn whatever_ends_a_session_here_ends_it_with_the_next_request() {
    for change in [
        "DELETE FROM sessions",
        "DELETE FROM users",
        "UPDATE users SET state = 'suspended'",
        "UPDATE sessions SET expires_at = created_at",
    ] {
        let app = TestApp::new().await;
        let (browser, api) = (app.browser_of(Role::Free).await, app.user(Role::Free).await);
        for _ in 0..2 {
            browser.get("/dashboard").await.expect(200);
            api.get("/me").await.expect(200);
        }
        let mut tx = app.s.db.begin().await.unwrap();
        tx.run(change).await.unwrap();
        drop(tx);
        browser.get("/dashboard").await.expect(200);
        let mut tx = app.s.db.begin().await.unwrap();
        tx.run(change).await.unwrap();
        tx.commit().await.unwrap();
        browser.get("/dashboard").await.expect(303);
        api.get("/me").await.expect(401);
    }
}

/// Somebody on the second day of two, with a note and a review, who has seen the pages that show them.
async fn learner(app: &TestApp) -> Browser {
    app.course("tea").title("Tea").days(7).publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    browser.submit("/courses/tea/days/1", "/courses/tea/days/1/complete", &[]).await.expect(303);
    let note = [("text", "First thought"), ("version", "0")];
    browser.submit("/courses/tea/days/1", "/courses/tea/days/1/notes", &note).await.expect(303);
    let review = [("rating", "5"), ("text", "First impression")];
    browser.submit("/courses/tea", "/courses/tea/reviews", &review).await.expect(303);
    for _ in 0..2 {
        for (page, shown) in [
            ("/dashboard", "1 of 7"),
            ("/courses/tea", "First impression"),
            ("/courses/tea/days/1", "First thought"),
        ] {
            let text = browser.get(page).await.expect(200).text;
            assert!(text.contains(shown), "{page}: {text}");
        }
    }
    browser
}

async fn change(db: &momentum_db::Db, statement: &'static str) {
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.run(statement).await.unwrap(), 1, "{statement}");
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn whatever_changes_about_a_learner_shows_with_the_next_request() {
    let app = TestApp::new().await;
    let browser = learner(&app).await;
    browser.get("/courses/tea/days/2").await.expect(200);
    for (statement, page, shown) in [
        ("UPDATE enrollments SET done_days = 3, lessons_completed = 2", "/dashboard", "2 of 7"),
        ("UPDATE enrollments SET done_days = 7, lessons_completed = 3", "/courses/tea", "3 of 7"),
        ("UPDATE learners SET total_points = 777", "/dashboard", "777 points"),
        ("UPDATE notes SET body = 'Second thought'", "/courses/tea/days/1", "Second thought"),
        ("UPDATE reviews SET body = 'Second impression'", "/courses/tea", "Second impression"),
        ("UPDATE course_ratings SET stars_5 = 0, stars_4 = 1", "/courses/tea", "4.0"),
        ("DELETE FROM enrollments", "/courses/tea", "/courses/tea/enroll"),
    ] {
        change(&app.s.db, statement).await;
        let text = browser.get(page).await.expect(200).text;
        assert!(text.contains(shown), "{statement}: {text}");
    }
    // The first lesson is open to everybody.
    assert!(!browser.get("/courses/tea/days/1").await.expect(200).text.contains("Second thought"));
    browser.get("/courses/tea/days/2").await.expect(303);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_another_server_changes_about_a_learner_shows_soon() {
    let app = TestApp::new().await;
    let browser = learner(&app).await;
    let other = app.other_server().await;
    change(&other.db, "UPDATE enrollments SET done_days = 3, lessons_completed = 2").await;
    soon("the dashboard", async || browser.get("/dashboard").await.text.contains("2 of 7")).await;
    change(&other.db, "UPDATE notes SET body = 'Second thought'").await;
    let lesson = "/courses/tea/days/1";
    soon("the note", async || browser.get(lesson).await.text.contains("Second thought")).await;
    other.db.close().await;
    app.run_jobs().await;
}
