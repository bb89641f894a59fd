use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::{engagement, identity::Role};
use momentum_testkit::TestApp;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;

use super::{complete, earned, enroll, names};

#[tokio::test]
async fn a_lesson_earns_points_once_and_says_so() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    let first = complete(&api, course.lessons[0].id).await;
    // Ten for the lesson, twenty for the first badge.
    assert_eq!(first["points_awarded"], 30);
    assert_eq!(names(&first["badges_awarded"]), ["first-lesson-completed"]);
    assert_eq!(first["streak"], 1);
    let again = complete(&api, course.lessons[0].id).await;
    assert_eq!(again["points_awarded"], 0);
    assert_eq!(again["badges_awarded"], json!([]));
    assert_eq!(again["streak"], 1);
    let statistics = api.get("/me/statistics").await.expect(200).json();
    assert_eq!(statistics["total_points"], 30);
    assert_eq!(statistics["badges_earned"], 1);
    assert_eq!(statistics["lessons_completed"], 1);
    let ledger = api.get("/me/points").await.expect(200).json();
    assert_eq!(ledger["total"], 2);
    let sum: i64 =
        ledger["items"].as_array().unwrap().iter().map(|line| line["points"].as_i64().unwrap()).sum();
    assert_eq!(sum, 30);
    assert!(ledger["items"].as_array().unwrap().iter().any(|line| line["title"] == "First Lesson Completed"));
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_completions_at_once_earn_once() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    // The whole course, each lesson five times, all at once.
    let requests = course.lessons.iter().flat_map(|lesson| (0..5).map(|_| complete(&api, lesson.id)));
    let answers = join_all(requests).await;
    let points: i64 = answers.iter().map(|answer| answer["points_awarded"].as_i64().unwrap()).sum();
    let mut badges: Vec<&str> = answers.iter().flat_map(|answer| names(&answer["badges_awarded"])).collect();
    badges.sort_unstable();
    assert_eq!(badges, ["first-course-completed", "first-lesson-completed", "quick-learner"]);
    // Seven lessons, a course, two badges in bronze and one in silver.
    assert_eq!(points, 70 + 50 + 20 + 20 + 50);
    assert_eq!(api.get("/me/statistics").await.json()["total_points"], points);
    assert_eq!(earned(&api).await.len(), 3);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_database_refuses_to_rewrite_the_ledger() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    complete(&api, course.lessons[0].id).await;
    for statement in ["UPDATE points_ledger SET points = 1000", "DELETE FROM points_ledger"] {
        let mut tx = app.s.db.begin().await.unwrap();
        let error = tx.run(statement).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{error}");
    }
    app.run_jobs().await;
    // With the account its lines go.
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run("DELETE FROM users").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM points_ledger").await, 0);
}

/// Address, points, lessons, courses, badges, days, streaks, points of week and month.
type Numbers = (String, i64, i64, i64, i64, i64, i64, i64);

/// Everything that is derived from the ledger, as one text.
async fn derived(app: &TestApp) -> String {
    let mut conn = app.s.db.read().await.unwrap();
    let learners: Vec<Numbers> = conn
        .all(
            "SELECT u.email, l.total_points, l.lessons_completed, l.courses_completed, l.badges_earned, l.days_learned,
                    l.current_streak * 1000 + l.longest_streak, l.week_points * 100000 + l.month_points
             FROM learners l JOIN users u ON u.id = l.user_id ORDER BY u.email",
        )
        .await
        .unwrap();
    let categories: Vec<(String, String, i64, i64, i64)> = conn
        .all(
            "SELECT u.email, c.slug, l.lessons_completed, l.courses_completed,
                    l.total_points * 1000000 + l.week_points * 1000 + l.month_points
             FROM learner_categories l JOIN users u ON u.id = l.user_id JOIN categories c ON c.id = l.category_id
             ORDER BY u.email, c.slug",
        )
        .await
        .unwrap();
    let days: Vec<(String, chrono::NaiveDate, String, i64, i64)> = conn
        .all(
            "SELECT u.email, d.day, d.mark, d.lessons, d.points FROM learner_days d JOIN users u ON u.id = d.user_id
             WHERE d.mark <> '' OR d.lessons > 0 OR d.points > 0 ORDER BY u.email, d.day",
        )
        .await
        .unwrap();
    format!("{learners:?}\n{categories:?}\n{days:?}")
}

/// Random histories of lessons and reviews of three people over months, in several zones: what stands in the tables is what the ledger gives.
#[tokio::test]
async fn statistics_computed_anew_are_the_same() {
    let steps = prop::collection::vec((0_usize..3, 0_usize..21, 0_i64..40), 60);
    let history = steps.new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let app = TestApp::new().await;
    let courses = [
        app.course("tea").publish().await,
        app.course("money").category("finance").publish().await,
        app.course("type").category("design").publish().await,
    ];
    let mut people = [
        app.user_in(Role::Free, "Pacific/Auckland").await,
        app.user_in(Role::Free, "America/New_York").await,
        app.user_in(Role::Free, "UTC").await,
    ];
    for api in &people {
        for course in &courses {
            enroll(api, course).await;
        }
    }
    for (person, lesson, hours) in history {
        app.wait(TimeDelta::hours(hours));
        people[person].renew().await;
        complete(&people[person], courses[lesson / 7].lessons[lesson % 7].id).await;
        // A part of the day's review, or all of it, or no lesson that is new and only the review.
        let cards = crate::daily_review::cards(&people[person]).await;
        for card in cards.iter().take(lesson % 7) {
            crate::daily_review::grade(&people[person], card, "good").await.expect(200);
        }
    }
    let reviews = "SELECT COUNT(*) FROM points_ledger WHERE reason = 'review'";
    assert!(app.count(reviews).await > 5, "there are reviews among them");
    let reviewed = "SELECT CAST(SUM(reviews) AS BIGINT) FROM learner_days";
    let cards_before = app.count(reviewed).await;
    app.run_jobs().await;
    let before = derived(&app).await;
    let report = engagement::rebuild_statistics(&app.s).await.unwrap();
    assert_eq!((report.learners, report.corrected), (3, 0));
    assert_eq!(derived(&app).await, before);
    assert_eq!(app.count(reviewed).await, cards_before, "what isn't in the ledger stays");
    // And out of nothing.
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run("UPDATE learners SET total_points = 7, current_streak = 9, longest_streak = 9, days_learned = 0, week = NULL")
        .await
        .unwrap();
    tx.run("DELETE FROM learner_categories").await.unwrap();
    tx.run("DELETE FROM learner_days").await.unwrap();
    tx.commit().await.unwrap();
    let report = engagement::rebuild_statistics(&app.s).await.unwrap();
    assert_eq!(report.corrected, 3);
    assert_eq!(derived(&app).await, before);
}

#[tokio::test]
async fn a_passed_quiz_earns_points_once() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    let lesson = course.lessons[0].id;
    let take = async |right: bool| {
        api.get(&format!("/lessons/{lesson}/quiz")).await.expect(200);
        let answer = json!([{ "kind": "true_false", "answer": right }]);
        let path = format!("/lessons/{lesson}/quiz-attempts");
        api.post(&path, json!({ "answers": answer })).await.expect(201).json()["passed"].clone()
    };
    let points = async || api.get("/me/statistics").await.json()["total_points"].as_i64().unwrap();
    assert_eq!(take(false).await, false);
    assert_eq!(points().await, 0);
    assert_eq!(take(true).await, true);
    assert_eq!(points().await, 10, "passed, and without a mistake");
    assert_eq!(take(true).await, true);
    assert_eq!(points().await, 10);
    app.run_jobs().await;
}
