//! Points, streaks, badges and leaderboards.

mod analytics;
mod badges;
mod leaderboards;
mod live;
mod points;
mod streaks;

use momentum_core::{catalog::Course, ids::LessonId};
use momentum_testkit::Api;
use serde_json::{Value, json};

async fn enroll(api: &Api, course: &Course) {
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
}

async fn complete(api: &Api, lesson: LessonId) -> Value {
    api.post("/progress", json!({ "lesson_id": lesson, "completed": true })).await.expect(200).json()
}

fn names(badges: &Value) -> Vec<&str> {
    badges.as_array().unwrap().iter().map(|badge| badge["slug"].as_str().unwrap()).collect()
}

async fn earned(api: &Api) -> Vec<String> {
    let all = api.get("/me/badges").await.expect(200).json();
    all["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["earned_at"].is_string())
        .map(|item| item["badge"]["slug"].as_str().unwrap().to_owned())
        .collect()
}
