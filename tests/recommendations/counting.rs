//! What is counted of recommendations, and for how long.

use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::{
    identity::{self, Role},
    recommendations,
};
use momentum_testkit::{Api, PASSWORD, TestApp};
use serde_json::{Value, json};

use super::{enroll, recommended, twelve_courses};

async fn report(admin: &Api, query: &str) -> Value {
    admin.get(&format!("/admin/analytics/recommendations{query}")).await.expect(200).json()
}

/// Impressions, clicks, enrollments.
fn counts(of: &Value) -> (i64, i64, i64) {
    let number = |name: &str| of[name].as_i64().unwrap();
    (number("impressions"), number("clicks"), number("enrollments"))
}

fn ids(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().unwrap();
    items.iter().map(|item| item["course"]["id"].as_str().unwrap().to_owned()).collect()
}

async fn click(api: &Api, course: &str) {
    api.post(&format!("/recommendations/{course}/click"), json!({})).await.expect(204);
}

#[tokio::test]
async fn a_course_counts_once_a_day_for_each_person() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let (mut ada, bob, mut admin) =
        (app.user(Role::Free).await, app.user(Role::Free).await, app.user(Role::Admin).await);
    assert_eq!(counts(&report(&admin, "").await), (0, 0, 0));
    let shown = ids(&recommended(&ada).await);
    join_all((0..20).map(|_| recommended(&ada))).await;
    recommended(&bob).await;
    assert_eq!(counts(&report(&admin, "").await), (20, 0, 0));

    // Twenty clicks at once are one.
    join_all((0..20).map(|_| click(&ada, &shown[0]))).await;
    click(&ada, &shown[1]).await;
    click(&bob, &shown[0]).await;
    let found = report(&admin, "").await;
    assert_eq!(counts(&found), (20, 3, 0));
    assert!((found["click_through_rate"].as_f64().unwrap() - 0.15).abs() < 1e-9);
    let course = found["by_course"].as_array().unwrap().iter().find(|one| one["course_id"] == shown[0]);
    assert_eq!(counts(course.unwrap()), (2, 2, 0));
    let by_reason = found["by_reason"].as_array().unwrap();
    assert_eq!(by_reason.iter().map(|one| counts(one).0).sum::<i64>(), 20);

    // The next day counts again.
    app.wait(TimeDelta::days(1));
    ada.renew().await;
    recommended(&ada).await;
    click(&ada, &shown[0]).await;
    admin.renew().await;
    assert_eq!(counts(&report(&admin, "").await), (30, 4, 0));
    assert_eq!(counts(&report(&admin, "?from=2026-03-02&to=2026-03-02").await), (20, 3, 0));
    assert_eq!(counts(&report(&admin, "?from=2026-03-03").await), (10, 1, 0));
    app.run_jobs().await;
}

#[tokio::test]
async fn what_many_were_shown_is_counted_once_however_often_it_is_written() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    for _ in 0..11 {
        recommended(&app.user(Role::Free).await).await;
    }
    // More than a transaction takes.
    let s = &app.s;
    tokio::try_join!(recommendations::flush(s), recommendations::flush(s)).unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM recommendation_impressions").await, 110);
    recommendations::flush(s).await.unwrap();
    assert_eq!(counts(&report(&app.user(Role::Admin).await, "").await), (110, 0, 0));
}

#[tokio::test]
async fn only_what_was_recommended_to_somebody_can_be_followed() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let (ada, eve, admin) =
        (app.user(Role::Free).await, app.user(Role::Free).await, app.user(Role::Admin).await);
    let shown = ids(&recommended(&ada).await);
    let path = format!("/recommendations/{}/click", shown[0]);
    app.visitor().post(&path, json!({})).await.expect(401);
    eve.post(&path, json!({})).await.expect(204);
    for unknown in ["01890a5d-ac96-774b-bcce-b302099a8057", "nothing"] {
        ada.post(&format!("/recommendations/{unknown}/click"), json!({})).await.expect(404);
    }
    assert_eq!(counts(&report(&admin, "").await), (10, 0, 0));
    ada.post(&path, json!({})).await.expect(204);
    assert_eq!(counts(&report(&admin, "").await), (10, 1, 0));
}

#[tokio::test]
async fn a_click_counts_on_any_server_before_the_impression_is_written() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let email = app.account(Role::Free, "UTC").await;
    let ada = app.visitor().sign_in(&email, PASSWORD).await;
    let shown = ids(&recommended(&ada).await);
    let other = app.other_server().await;
    let token = ada.token.clone().unwrap();
    let origin = identity::Origin { address: "127.0.0.1".into(), user_agent: "test".into() };
    let actor = identity::authenticate_token(&other, &token, origin).await.unwrap();
    recommendations::click(&other, &actor, shown[0].parse().unwrap()).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM recommendation_impressions").await, 1);
    let admin = app.user(Role::Admin).await;
    assert_eq!(counts(&report(&admin, "").await), (10, 1, 0), "what is clicked was shown, and counts once");
}

#[tokio::test]
async fn enrollments_within_seven_days_after_a_click_followed_it() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let (mut ada, mut admin) = (app.user(Role::Free).await, app.user(Role::Admin).await);
    let shown = ids(&recommended(&ada).await);
    let join = async |api: &Api, course: &str| enroll(api, course.parse().unwrap()).await;
    for course in &shown[..4] {
        click(&ada, course).await;
    }
    join(&ada, &shown[0]).await;
    join(&ada, &shown[9]).await;
    app.wait(TimeDelta::days(3));
    ada.renew().await;
    // Followed twice, joined once: it counts once, for the second time.
    recommended(&ada).await;
    click(&ada, &shown[1]).await;
    join(&ada, &shown[1]).await;
    app.wait(TimeDelta::days(4));
    ada.renew().await;
    join(&ada, &shown[2]).await;
    app.wait(TimeDelta::seconds(1));
    join(&ada, &shown[3]).await;
    admin.renew().await;
    let found = report(&admin, "").await;
    assert_eq!((found["clicks"].as_i64(), found["enrollments"].as_i64()), (Some(5), Some(3)));
    let first = report(&admin, "?to=2026-03-02").await;
    assert_eq!((first["clicks"].as_i64(), first["enrollments"].as_i64()), (Some(4), Some(2)));
    app.run_jobs().await;
}

#[tokio::test]
async fn people_are_forgotten_after_ninety_days_and_sums_stay() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let (ada, admin) = (app.user(Role::Free).await, app.user(Role::Admin).await);
    let shown = ids(&recommended(&ada).await);
    click(&ada, &shown[0]).await;
    enroll(&ada, shown[0].parse().unwrap()).await;
    app.run_jobs().await;
    let before = report(&admin, "").await;
    assert_eq!(counts(&before), (10, 1, 1));

    for (days, details, sums) in [(7, 10, 0), (1, 10, 1), (81, 10, 1), (3, 0, 1)] {
        app.wait(TimeDelta::days(days));
        app.run_jobs().await;
        app.run_jobs().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM recommendation_impressions").await, details, "{days}");
        assert_eq!(
            app.count("SELECT COUNT(DISTINCT day) FROM recommendation_days").await,
            sums,
            "after {days} more"
        );
        let admin = app.user(Role::Admin).await;
        let query = "?from=2026-03-01&to=2026-03-31";
        assert_eq!(counts(&report(&admin, query).await), (10, 1, 1), "the report says the same");
        assert_eq!(report(&admin, query).await["by_course"], before["by_course"]);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM recommendations").await, 0, "lists of yesterday");
    app.run_jobs().await;
}

#[tokio::test]
async fn the_report_is_for_administrators_in_json_and_csv() {
    let app = TestApp::new().await;
    app.course("formula").title("=1+1").publish().await;
    let (ada, admin) = (app.user(Role::Free).await, app.user(Role::Admin).await);
    recommended(&ada).await;
    let path = "/admin/analytics/recommendations";
    app.visitor().get(path).await.expect(401);
    ada.get(path).await.expect(403);
    for wrong in
        ["from=tomorrow", "to=2026-02-30", "from=2026-03-02&to=2026-03-01", "from=2020-01-01", "format=xml"]
    {
        admin.get(&format!("{path}?{wrong}")).await.expect(422);
    }
    let csv = admin.get(&format!("{path}?format=csv")).await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.header("content-disposition").contains("recommendations-2026-02-01-2026-03-02.csv"));
    let lines: Vec<_> = csv.text.lines().collect();
    assert_eq!(lines[0], "course_id,slug,course,reason,impressions,clicks,enrollments");
    assert_eq!(lines.len(), 2);
    assert!(lines[1].contains(",formula,'=1+1,") && lines[1].ends_with(",1,0,0"), "{}", lines[1]);
}

#[tokio::test]
async fn who_is_gone_meanwhile_does_not_stop_the_counting() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let (ada, bob) = (app.user(Role::Free).await, app.user(Role::Free).await);
    let admin = app.user(Role::Admin).await;
    let me = ada.get("/me").await.json();
    recommended(&ada).await;
    recommended(&bob).await;
    let (id, address) = (me["id"].as_str().unwrap(), me["email"].as_str().unwrap());
    admin.delete(&format!("/admin/users/{id}?confirm={address}")).await.expect(204);
    assert_eq!(counts(&report(&admin, "").await), (10, 0, 0));
    app.run_jobs().await;
}
