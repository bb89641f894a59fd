//! Quizzes: taking them, writing them, and what never leaks.

mod authoring;
mod pages;
mod taking;

use momentum_core::identity::Role;
use momentum_testkit::{Api, TestApp};
use serde_json::{Value, json};

/// A quiz with a question of every kind.
fn every_kind() -> Value {
    json!([
        { "kind": "single", "question": "Which `leaf`?", "explanation": "SECRET-why-1",
          "options": [{ "text": "Oak" }, { "text": "Camellia", "correct": true }, { "text": "Elm" }] },
        { "kind": "multiple", "question": "Which are teas?", "explanation": "SECRET-why-2",
          "options": [{ "text": "Green", "correct": true }, { "text": "Cola" }, { "text": "Black", "correct": true }] },
        { "kind": "true_false", "question": "Water boils.", "answer": true, "explanation": "SECRET-why-3" },
        { "kind": "short_answer", "question": "How many minutes?", "answers": ["SECRET-three", "3"], "explanation": "" },
        { "kind": "ordering", "question": "In order", "items": ["Boil", "Pour", "Wait", "Drink"], "explanation": "" },
        { "kind": "matching", "question": "Match", "explanation": "",
          "pairs": [{ "left": "Green", "right": "80 °C" }, { "left": "Black", "right": "95 °C" }] }
    ])
}

/// The right answer to a question as it was shown.
fn right(question: &Value) -> Value {
    let places = |field: &str, order: &[&str]| -> Vec<usize> {
        let list = question[field].as_array().unwrap();
        list.iter().map(|text| order.iter().position(|known| *known == text).unwrap()).collect()
    };
    let at = |text: &str| question["options"].as_array().unwrap().iter().position(|one| one == text).unwrap();
    match question["kind"].as_str().unwrap() {
        "single" => json!({ "kind": "single", "choice": at("Camellia") }),
        "multiple" => json!({ "kind": "multiple", "choices": [at("Green"), at("Black")] }),
        "true_false" => json!({ "kind": "true_false", "answer": true }),
        "short_answer" => json!({ "kind": "short_answer", "text": "  secret-THREE " }),
        "ordering" => {
            json!({ "kind": "ordering", "places": places("items", &["Boil", "Pour", "Wait", "Drink"]) })
        }
        _ => {
            let right = question["right"].as_array().unwrap();
            let of = |left: &Value| if left == "Green" { "80 °C" } else { "95 °C" };
            let left = question["left"].as_array().unwrap().iter();
            let matches: Vec<usize> =
                left.map(|left| right.iter().position(|one| one == of(left)).unwrap()).collect();
            json!({ "kind": "matching", "matches": matches })
        }
    }
}

/// The right answers to an attempt.
fn all_right(attempt: &Value) -> Vec<Value> {
    attempt["questions"].as_array().unwrap().iter().map(right).collect()
}

/// A course with such a quiz on day 1, an administrator, and a learner who has joined; the id of the lesson.
async fn school(app: &TestApp, policy: Value) -> (Api, Api, String) {
    let course = app.course("tea").publish().await;
    let admin = app.user(Role::Admin).await;
    let lesson = course.lessons[0].id.to_string();
    let quiz = json!({ "questions": every_kind(), "policy": policy });
    admin.put(&format!("/admin/lessons/{lesson}/quiz"), quiz).await.expect(200);
    let learner = app.user(Role::Free).await;
    learner.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    (admin, learner, lesson)
}
