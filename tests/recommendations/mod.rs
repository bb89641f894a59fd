//! What people are recommended, how long that stays, and what is counted of it.

mod counting;
mod pages;
mod serving;

use momentum_core::{catalog::Course, ids::CourseId};
use momentum_testkit::{Api, TestApp};
use serde_json::{Value, json};

const CATEGORIES: [&str; 6] =
    ["business", "design", "finance", "marketing", "personal-development", "technology"];

/// Twelve free courses, two of each category: `design-0`, `design-1`…
async fn twelve_courses(app: &TestApp) {
    for category in CATEGORIES {
        for number in 0..2 {
            app.course(&format!("{category}-{number}")).category(category).publish().await;
        }
    }
}

/// What the API recommends.
async fn recommended(api: &Api) -> Value {
    api.get("/recommendations?limit=10").await.expect(200).json()
}

fn slugs(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["course"]["slug"].as_str().unwrap()).collect()
}

async fn enroll(api: &Api, course: CourseId) {
    api.post("/enrollments", json!({ "course_id": course })).await.expect(201);
}

async fn finish(api: &Api, course: &Course) {
    enroll(api, course.card.id).await;
    for lesson in &course.lessons {
        api.post("/progress", json!({ "lesson_id": lesson.id, "completed": true })).await.expect(200);
    }
}
