//! When lessons are due, what to do after missed days, and calendars. The site's first day is Monday, March 2, 2026.

mod feeds;
mod pages;
mod plans;

use chrono::TimeDelta;
use momentum_core::{catalog::Course, identity::Role};
use momentum_testkit::{Api, TestApp};
use serde_json::{Value, json};

/// A learner in this time zone who has joined the course.
async fn learner(app: &TestApp, course: &Course, zone: &str) -> Api {
    let api = app.user_in(Role::Free, zone).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    api
}

async fn complete(api: &Api, course: &Course, day: usize) {
    let lesson = course.lessons[day - 1].id;
    api.post("/progress", json!({ "lesson_id": lesson, "completed": true })).await.expect(200);
}

/// A learner who has done day 1 and then nothing for three days: two were missed, today is Thursday, March 5.
async fn late_learner(app: &TestApp, course: &Course) -> Api {
    let mut api = learner(app, course, "UTC").await;
    complete(&api, course, 1).await;
    app.wait(TimeDelta::days(3));
    api.renew().await;
    app.run_jobs().await;
    api
}

async fn plan(api: &Api, slug: &str) -> Value {
    api.get(&format!("/courses/{slug}/schedule")).await.expect(200).json()
}

async fn choose(api: &Api, slug: &str, body: Value) -> Value {
    api.put(&format!("/courses/{slug}/schedule"), body).await.expect(200).json()
}

/// The dates of a list of days, such as `2026-03-05`, in order.
fn dates(days: &Value) -> Vec<String> {
    let days = days.as_array().expect("a list of days");
    days.iter().map(|day| day["due"].as_str().expect("a date").to_owned()).collect()
}

/// Days of March as dates.
fn march(days: &[u32]) -> Vec<String> {
    days.iter().map(|day| format!("2026-03-{day:02}")).collect()
}
