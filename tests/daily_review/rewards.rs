use chrono::TimeDelta;
use momentum_testkit::TestApp;
use serde_json::json;

use super::{cards, complete, grade, learner, review};

#[tokio::test]
async fn five_cards_are_the_review_of_a_day_and_earn_once() {
    let app = TestApp::new().await;
    let course = app.course("tea").takeaways(&["One", "Two", "Three"]).publish().await;
    let mut api = learner(&app, &course).await;
    complete(&api, course.lessons[0].id).await;
    complete(&api, course.lessons[1].id).await;
    app.wait(TimeDelta::days(1));
    api.renew().await;
    let points = async |api: &momentum_testkit::Api| {
        api.get("/me/statistics").await.expect(200).json()["total_points"].as_i64().unwrap()
    };
    let before = points(&api).await;
    let mut earned = Vec::new();
    for card in cards(&api).await {
        let graded = grade(&api, &card, "again").await.expect(200).json();
        earned.push((graded["points_awarded"].as_i64().unwrap(), graded["streak"].as_i64().unwrap()));
    }
    assert_eq!(earned, [(0, 1), (0, 1), (0, 1), (0, 1), (5, 2), (0, 2)]);
    // The same day again.
    app.wait(TimeDelta::minutes(10));
    for card in cards(&api).await {
        assert_eq!(grade(&api, &card, "good").await.expect(200).json()["points_awarded"], 0);
    }
    assert_eq!(points(&api).await, before + 5);
    let today = review(&api).await;
    assert_eq!(today["reviewed_today"], 12);
    assert!(today["done_at"].is_string());
    let line = api.get("/me/points").await.expect(200).json()["items"][0].clone();
    assert_eq!(
        (&line["reason"], &line["points"], &line["title"]),
        (&json!("review"), &json!(5), &json!(null))
    );
    let day = api.get("/me/streak").await.expect(200).json()["calendar"][1].clone();
    assert_eq!((&day["mark"], &day["lessons"], &day["reviews"]), (&json!("learned"), &json!(0), &json!(12)));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_review_alone_keeps_the_streak_and_counts_for_its_badges() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mut api = learner(&app, &course).await;
    for lesson in &course.lessons[..3] {
        complete(&api, lesson.id).await;
    }
    let first = cards(&api).await;
    for (card, how) in first.iter().zip(["hard", "hard", "good"]) {
        grade(&api, card, how).await.expect(200);
    }
    let mut last = json!(null);
    for (day, due) in [(2, 2), (3, 1)] {
        app.wait(TimeDelta::days(1));
        api.renew().await;
        let standing = api.get("/me/streak").await.json();
        assert_eq!((&standing["days"], &standing["learned_today"]), (&json!(day - 1), &json!(false)));
        let today = cards(&api).await;
        assert!(today.len() >= due, "day {day}: {today:?}");
        for card in &today {
            last = grade(&api, card, "again").await.expect(200).json();
        }
        assert_eq!(last["streak"], day);
    }
    assert_eq!(last["badges_awarded"][0]["slug"], "3-day-streak", "{last}");
    app.run_jobs().await;
}
