//! The daily review: which cards there are, when they come again, what they earn.

mod cards;
mod grading;
mod pages;
mod rewards;

use momentum_core::{catalog::Course, identity::Role, ids::LessonId};
use momentum_testkit::{Answer, Api, TestApp};
use serde_json::{Value, json};

async fn review(api: &Api) -> Value {
    api.get("/me/review").await.expect(200).json()
}

/// The cards of the session at hand.
pub(crate) async fn cards(api: &Api) -> Vec<Value> {
    review(api).await["cards"].as_array().unwrap().clone()
}

pub(crate) async fn grade(api: &Api, card: &Value, grade: &str) -> Answer {
    let path = format!("/me/review/{}", card["id"].as_str().unwrap());
    api.post(&path, json!({ "grade": grade, "version": card["version"] })).await
}

/// Somebody who has joined a course.
async fn learner(app: &TestApp, course: &Course) -> Api {
    let api = app.user(Role::Free).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    api
}

async fn complete(api: &Api, lesson: LessonId) -> Value {
    api.post("/progress", json!({ "lesson_id": lesson, "completed": true })).await.expect(200).json()
}

/// Takes the quiz of a lesson with this answer to its only question.
async fn take_quiz(api: &Api, lesson: LessonId, answer: Value) {
    api.get(&format!("/lessons/{lesson}/quiz")).await.expect(200);
    let path = format!("/lessons/{lesson}/quiz-attempts");
    api.post(&path, json!({ "answers": [answer] })).await.expect(201);
}
