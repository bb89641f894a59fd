use chrono::{TimeDelta, TimeZone, Utc};
use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::{Value, json};

use super::{complete, enroll};

#[tokio::test]
async fn analytics_add_up_what_was_done() {
    let app = TestApp::new().await;
    let tea = app.course("tea").title("Tea").days(7).publish().await;
    let pens = app.course("pens").title("Pens").days(7).publish().await;
    // Monday evening, January 5, in Auckland.
    app.clock.set(Utc.with_ymd_and_hms(2026, 1, 5, 7, 0, 0).unwrap());
    let mut api = app.user_in(Role::Premium, "Pacific/Auckland").await;
    enroll(&api, &tea).await;
    enroll(&api, &pens).await;
    for (lesson, minutes) in [(0, 10), (1, 20), (2, 0)] {
        app.wait(TimeDelta::minutes(minutes));
        api.renew().await;
        let spent = json!({ "lesson_id": tea.lessons[lesson].id, "time_spent_seconds": minutes * 60 });
        api.post("/progress", spent).await.expect(200);
        complete(&api, tea.lessons[lesson].id).await;
    }
    // Forty days later the course is finished in one go, and the other one begun.
    for _ in 0..2 {
        app.wait(TimeDelta::days(20));
        api.renew().await;
    }
    for lesson in &tea.lessons[3..] {
        complete(&api, lesson.id).await;
    }
    complete(&api, pens.lessons[0].id).await;

    let month = api.get("/me/analytics").await.expect(200).json();
    assert_eq!(month["range"], "30d");
    assert_eq!(
        (&month["current"]["from"], &month["current"]["to"]),
        (&json!("2026-01-16"), &json!("2026-02-14"))
    );
    assert_eq!(month["current"]["lessons_completed"], 5);
    assert_eq!(month["current"]["active_days"], 1);
    assert_eq!(month["current"]["courses_completed"], 1);
    assert_eq!(month["previous"]["lessons_completed"], 3);
    assert_eq!(month["previous"]["time_spent_seconds"], 1800);
    assert_eq!((&month["by"], month["activity"].as_array().unwrap().len()), (&json!("day"), 30));
    assert_eq!(month["activity"][29]["lessons_completed"], 5);
    assert_eq!(
        month["completion"],
        json!({
            "courses_joined": 2, "courses_completed": 1, "course_percent": 50, "lessons_joined": 14,
            "lessons_completed": 8, "lesson_percent": 57, "quizzes_taken": 0, "quizzes_passed": 0, "quiz_percent": 0,
            "average_score_percent": null
        })
    );
    let first = &month["time_by_course"][0];
    assert_eq!((&first["title"], &first["time_spent_seconds"]), (&json!("Tea"), &json!(1800)));
    assert_eq!(first["lessons"][1]["time_spent_seconds"], 1200);
    assert_eq!(month["timeline"][0]["days"], 1 + 40, "both ends count");
    assert_eq!(month["calendar"][0]["day"], "2026-01-05");
    assert_eq!(month["habits"]["lessons_by_weekday"], json!([0, 0, 0, 0, 0, 5, 0]));
    assert_eq!(month["habits"]["lessons_by_hour"][20], 5, "half past eight in Auckland");

    // The same in other pieces, and the whole year.
    for (query, pieces) in [("range=7d", 7), ("range=30d&by=week", 5), ("range=90d", 13), ("range=365d", 13)]
    {
        let found = api.get(&format!("/me/analytics?{query}")).await.expect(200).json();
        let activity = found["activity"].as_array().unwrap();
        assert_eq!(activity.len(), pieces, "{query}");
        let sum: i64 = activity.iter().map(|piece| piece["lessons_completed"].as_i64().unwrap()).sum();
        assert_eq!(found["current"]["lessons_completed"], sum, "{query}");
    }
    let year = api.get("/me/analytics?range=365d").await.expect(200).json();
    assert_eq!(year["current"]["lessons_completed"], 8);
    assert_eq!(year["previous"]["lessons_completed"], 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn less_than_a_minute_is_something() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mut api = app.user(Role::Premium).await;
    enroll(&api, &course).await;
    for lesson in &course.lessons[..2] {
        app.wait(TimeDelta::days(1));
        api.renew().await;
        let spent = json!({ "lesson_id": lesson.id, "time_spent_seconds": 40 });
        api.post("/progress", spent).await.expect(200);
        complete(&api, lesson.id).await;
    }
    let me = api.get("/me").await.expect(200).json();
    let browser = app.browser();
    browser.sign_in(me["email"].as_str().unwrap(), momentum_testkit::PASSWORD).await;
    let page = browser.get("/dashboard/analytics?range=30d").await.expect(200).text;
    assert!(page.contains("&#60; 1 min") && !page.contains("Nothing in this time"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn analytics_are_ones_own_and_refuse_what_they_do_not_know() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let ada = app.user(Role::Free).await;
    enroll(&ada, &course).await;
    complete(&ada, course.lessons[0].id).await;
    let ben = app.user(Role::Free).await;
    let empty = ben.get("/me/analytics").await.expect(200).json();
    assert_eq!(empty["current"]["lessons_completed"], 0);
    assert_eq!(empty["timeline"], json!([]));
    assert_eq!(empty.get("habits"), None::<&Value>, "for premium members");
    app.visitor().get("/me/analytics").await.expect(401);
    for query in ["range=31d", "by=hour", "range=365d&by=day", "range=7d&by=month"] {
        ada.get(&format!("/me/analytics?{query}")).await.expect(422);
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn the_page_shows_charts_with_their_numbers() {
    let app = TestApp::new().await;
    let course = app.course("tea").title("Tea <at> five").publish().await;
    let browser = app.browser_of(Role::Premium).await;
    let new = browser.get("/dashboard/analytics").await.expect(200).text;
    assert!(new.contains("Nothing to show yet"), "{new}");
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await;
    let lesson = "/courses/tea/days/1";
    browser.submit(lesson, &format!("{lesson}/complete"), &[]).await;
    let page = browser.get("/dashboard/analytics?range=90d&by=month").await.expect(200).text;
    assert!(page.contains("lesson completed</span>") && page.contains("1 more than before"), "{page}");
    assert!(page.contains("Tea &#60;at&#62; five"), "{page}");
    assert!(page.contains("1 of 7 lessons") && page.contains("When you learn"), "{page}");
    // What isn't known is looked at as usual.
    browser.get("/dashboard/analytics?range=nonsense&by=%FF").await.expect(200);
    let visitor = app.browser().get("/dashboard/analytics").await.expect(303);
    assert!(visitor.header("location").starts_with("/sign-in"));
    assert_eq!(course.card.title, "Tea <at> five");
    app.run_jobs().await;
}
