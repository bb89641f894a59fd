use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::json;

use super::{cards, complete, grade, learner, review};

#[tokio::test]
async fn a_card_comes_again_when_it_is_due_and_ever_later() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mut api = learner(&app, &course).await;
    complete(&api, course.lessons[0].id).await;
    let card = cards(&api).await.remove(0);
    let graded = grade(&api, &card, "good").await.expect(200).json();
    assert_eq!((&graded["version"], &graded["left"]), (&json!(1), &json!(0)));
    // Monday at noon; the day two days later begins on Wednesday at 3:00.
    assert_eq!(graded["due_at"], "2026-03-04T03:00:00Z");
    assert_eq!(review(&api).await["next_due_at"], graded["due_at"]);
    app.wait(TimeDelta::hours(38));
    api.renew().await;
    assert_eq!(review(&api).await["total"], 0, "an hour too early");
    app.wait(TimeDelta::hours(1));
    api.renew().await;
    let again = cards(&api).await.remove(0);
    assert_eq!((&again["id"], &again["version"]), (&card["id"], &json!(1)));
    assert_eq!(review(&api).await["new"], 0);
    let waits = &again["waits"];
    assert!(
        waits["good_days"].as_i64() > Some(2) && waits["good_days"].as_i64() < waits["easy_days"].as_i64()
    );
    // Forgotten: it comes again within the session, and then sooner than it would have.
    let graded = grade(&api, &again, "again").await.expect(200).json();
    let due: DateTime<Utc> = serde_json::from_value(graded["due_at"].clone()).unwrap();
    assert_eq!(due, app.now() + TimeDelta::minutes(10));
    assert_eq!(review(&api).await["total"], 0);
    app.wait(TimeDelta::minutes(10));
    let third = cards(&api).await.remove(0);
    assert!(third["waits"]["good_days"].as_i64() < waits["good_days"].as_i64(), "{third} after {waits}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_no_review_changes_nothing() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = learner(&app, &course).await;
    complete(&api, course.lessons[0].id).await;
    let card = cards(&api).await.remove(0);
    let path = format!("/me/review/{}", card["id"].as_str().unwrap());
    for body in [
        json!({ "grade": "perfect", "version": 0 }),
        json!({ "grade": 3, "version": 0 }),
        json!({ "grade": "good" }),
        json!({ "version": 0 }),
        json!({ "grade": "good", "version": "new" }),
    ] {
        api.post(&path, body).await.expect(422);
    }
    for version in [-1, 1, i64::MAX] {
        let answer = api.post(&path, json!({ "grade": "good", "version": version })).await.expect(409);
        assert_eq!(answer.problem(), "card-reviewed");
    }
    // Somebody else's card, one that can't be, and what is no card.
    let other = learner(&app, &course).await;
    grade(&other, &card, "good").await.expect(404);
    let lesson = course.lessons[0].id;
    for id in [format!("{lesson}-t2"), format!("{lesson}-q0000000000000000"), "t1".into(), "%00".into()] {
        let body = json!({ "grade": "good", "version": 0 });
        api.post(&format!("/me/review/{id}"), body).await.expect(404);
    }
    app.visitor().get("/me/review").await.expect(401);
    assert_eq!(app.count("SELECT COUNT(*) FROM review_cards").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM learner_days WHERE reviews > 0").await, 0);
    assert_eq!(cards(&api).await, [card]);
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_grades_at_once_are_one() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = learner(&app, &course).await;
    complete(&api, course.lessons[0].id).await;
    let card = cards(&api).await.remove(0);
    let grades = ["again", "hard", "good", "easy"].iter().cycle().take(20);
    let answers = join_all(grades.map(|one| grade(&api, &card, one))).await;
    let taken: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(taken.len(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.problem() == "card-reviewed"));
    assert_eq!(taken[0].json()["points_awarded"], 5);
    let stored = "SELECT COUNT(*) FROM review_cards WHERE version = 1";
    assert_eq!(app.count(stored).await, 1);
    assert_eq!(review(&api).await["reviewed_today"], 1);
    // Later it is no longer the card that was shown.
    assert_eq!(grade(&api, &card, "good").await.expect(409).problem(), "card-reviewed");
    app.run_jobs().await;
}

#[tokio::test]
async fn the_last_cards_at_once_make_the_review_of_the_day() {
    for _ in 0..5 {
        let app = TestApp::new().await;
        let course = app.course("tea").publish().await;
        let api = app.user(Role::Free).await;
        api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
        for lesson in &course.lessons[..3] {
            complete(&api, lesson.id).await;
        }
        let all = cards(&api).await;
        assert_eq!(all.len(), 3);
        let answers = join_all(all.iter().map(|card| grade(&api, card, "good"))).await;
        let points: i64 =
            answers.iter().map(|answer| answer.json()["points_awarded"].as_i64().unwrap()).sum();
        assert_eq!(points, 5, "each sees what the others have done");
        app.run_jobs().await;
    }
}
