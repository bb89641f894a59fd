use chrono::{TimeDelta, TimeZone, Utc};
use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::json;

use super::{complete, enroll};

#[tokio::test]
async fn days_are_the_learners_own_and_end_in_the_night() {
    let app = TestApp::new().await;
    let course = app.course("tea").days(14).publish().await;
    // Monday, 23:30 in Los Angeles.
    app.clock.set(Utc.with_ymd_and_hms(2026, 3, 3, 7, 30, 0).unwrap());
    let mut api = app.user_in(Role::Free, "America/Los_Angeles").await;
    enroll(&api, &course).await;
    let streak = |report: serde_json::Value| report["streak"].as_i64().unwrap();
    assert_eq!(streak(complete(&api, course.lessons[0].id).await), 1);
    // Tuesday, 2:30: still Monday's day.
    app.wait(TimeDelta::hours(3));
    api.renew().await;
    assert_eq!(streak(complete(&api, course.lessons[1].id).await), 1);
    // Tuesday, 3:30.
    app.wait(TimeDelta::hours(1));
    api.renew().await;
    let before = api.get("/me/streak").await.expect(200).json();
    assert_eq!((&before["days"], &before["learned_today"]), (&json!(1), &json!(false)));
    assert_eq!(before["today"], "2026-03-03");
    assert_eq!(streak(complete(&api, course.lessons[2].id).await), 2);
    // An administrator lets days end at midnight: what is counted stays.
    let admin = app.user(Role::Admin).await;
    admin.put("/admin/settings/learning", json!({ "day_end_hour": 7 })).await.expect(422);
    admin.put("/admin/settings/learning", json!({ "day_end_hour": 0 })).await.expect(200);
    // Wednesday, 0:30.
    app.wait(TimeDelta::hours(21));
    api.renew().await;
    let report = complete(&api, course.lessons[3].id).await;
    assert_eq!(report["streak"], 3);
    assert!(report["badges_awarded"][0]["slug"] == "3-day-streak", "{report}");
    app.run_jobs().await;
}

#[tokio::test]
async fn the_first_lost_streak_is_explained_also_when_it_had_one_day() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mut api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    let browser = app.browser();
    browser.sign_in(&email_of(&api).await, momentum_testkit::PASSWORD).await;
    let over = "stays in the list above";
    assert!(!browser.get("/streak").await.expect(200).text.contains(over), "there is no list");
    for lesson in &course.lessons[..2] {
        complete(&api, lesson.id).await;
        app.wait(TimeDelta::days(2));
        api.renew().await;
    }
    let history = api.get("/me/streak").await.expect(200).json();
    let streaks = history["streaks"].as_array().unwrap();
    assert_eq!(streaks.len(), 1, "the last of two: {history}");
    assert_eq!((&streaks[0]["days"], &streaks[0]["to"]), (&json!(1), &json!("2026-03-04")));
    let page = browser.get("/streak").await.expect(200).text;
    assert!(page.contains("nothing was learned on Thursday, March 5") && page.contains(over), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_lost_streak_says_why() {
    let app = TestApp::new().await;
    let course = app.course("tea").days(14).publish().await;
    let mut api = app.user_in(Role::Free, "Europe/Berlin").await;
    enroll(&api, &course).await;
    // Eight days, one missed (a freeze), one more, then two missed.
    let mut lessons = course.lessons.iter();
    for wait in [0, 1, 1, 1, 1, 1, 1, 1, 2, 3] {
        app.wait(TimeDelta::days(wait));
        api.renew().await;
        complete(&api, lessons.next().unwrap().id).await;
    }
    let history = api.get("/me/streak").await.expect(200).json();
    assert_eq!(
        (&history["days"], &history["longest"], &history["freezes"]),
        (&json!(1), &json!(9), &json!(0))
    );
    let lost = &history["streaks"][1];
    assert_eq!(
        (&lost["from"], &lost["to"], &lost["days"]),
        (&json!("2026-03-02"), &json!("2026-03-11"), &json!(9))
    );
    assert_eq!((&lost["missed"], &lost["missed_days"]), (&json!("2026-03-12"), &json!(2)));
    let browser = app.browser();
    browser.sign_in(&email_of(&api).await, momentum_testkit::PASSWORD).await;
    let page = browser.get("/streak").await.expect(200).text;
    assert!(page.contains("nothing was learned from Thursday, March 12 to Friday, March 13"), "{page}");
    assert!(page.contains("a freeze kept the streak"));
    app.run_jobs().await;
}

async fn email_of(api: &momentum_testkit::Api) -> String {
    api.get("/me").await.json()["email"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_journey_over_the_date_line_keeps_the_streak() {
    let app = TestApp::new().await;
    let course = app.course("tea").days(14).publish().await;
    // Sunday, 19:00 in Honolulu.
    app.clock.set(Utc.with_ymd_and_hms(2026, 6, 8, 5, 0, 0).unwrap());
    let mut api = app.user_in(Role::Free, "Pacific/Honolulu").await;
    enroll(&api, &course).await;
    complete(&api, course.lessons[0].id).await;
    // Nineteen hours later it is Tuesday noon in Auckland.
    app.wait(TimeDelta::hours(19));
    api.renew().await;
    api.patch("/me", json!({ "time_zone": "Pacific/Auckland" })).await.expect(200);
    let standing = api.get("/me/streak").await.json();
    assert_eq!((&standing["days"], &standing["learned_today"]), (&json!(1), &json!(false)));
    assert_eq!(complete(&api, course.lessons[1].id).await["streak"], 2);
    app.run_jobs().await;
}
