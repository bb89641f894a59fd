use std::collections::HashSet;

use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::{Value, json};

use super::{all_right, every_kind, school};

/// An attempt in which everything is left open.
fn open() -> Value {
    json!({ "answers": [null, null, null, null, null, null] })
}

#[tokio::test]
async fn an_attempt_is_begun_kept_handed_in_and_tried_again() {
    let app = TestApp::new().await;
    let (_, learner, lesson) = school(&app, json!({})).await;
    let (quiz, attempts) = (format!("/lessons/{lesson}/quiz"), format!("/lessons/{lesson}/quiz-attempts"));
    assert_eq!(learner.post(&attempts, json!({})).await.expect(409).problem(), "no-attempt");
    let attempt = learner.get(&quiz).await.expect(200).json();
    assert_eq!(learner.get(&quiz).await.json(), attempt, "the same until it is handed in");
    let right = all_right(&attempt);

    // Kept while working.
    let mut some = vec![Value::Null; 6];
    some[0] = right[0].clone();
    let answers = format!("{attempts}/{}/answers", attempt["id"].as_str().unwrap());
    learner.put(&answers, json!({ "answers": some })).await.expect(204);
    assert_eq!(learner.get(&quiz).await.json()["answers"], json!(some));
    let foreign =
        json!({ "answers": [{ "kind": "single", "choice": 77 }, null, null, null, null, null, null] });
    learner.put(&answers, foreign).await.expect(422);
    learner.put(&answers, json!({ "answers": [{ "kind": "essay" }] })).await.expect(422);

    let misspelled = json!({ "attempt_id": attempt["id"], "answer": right });
    assert_eq!(learner.post(&attempts, misspelled).await.expect(422).json()["errors"][0]["field"], "answer");
    let few = json!({ "attempt_id": attempt["id"], "answers": [right[0]] });
    learner.post(&attempts, few).await.expect(422);
    let failed = learner.post(&attempts, json!({ "attempt_id": attempt["id"] })).await.expect(201).json();
    assert_eq!((&failed["score_percent"], &failed["passed"]), (&json!(16), &json!(false)));
    assert_eq!(failed["results"][0]["correct"], true);
    assert_eq!(failed["results"][1]["answer"], Value::Null);
    let told: Vec<Value> =
        failed["results"].as_array().unwrap().iter().map(|one| one["right_answer"].clone()).collect();
    for (told, right) in told.iter().zip(&right).filter(|(told, _)| told["kind"] != "short_answer") {
        let sorted = |answer: &Value| {
            let mut choices: Vec<i64> =
                answer["choices"].as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
            choices.sort_unstable();
            choices
        };
        assert!(told == right || !sorted(told).is_empty() && sorted(told) == sorted(right), "{told} {right}");
    }
    let again = learner.post(&attempts, json!({ "attempt_id": attempt["id"], "answers": right })).await;
    assert_eq!(again.expect(200).json()["score_percent"], 16, "graded once");
    learner.put(&answers, json!({ "answers": some })).await.expect(409);

    let second = learner.get(&quiz).await.json();
    assert_eq!(second["number"], 2);
    let passed = learner.post(&attempts, json!({ "answers": all_right(&second) })).await.expect(201).json();
    assert_eq!((&passed["score_percent"], &passed["passed"]), (&json!(100), &json!(true)), "{passed}");
    // A worse one afterwards changes nothing: the best counts.
    learner.get(&quiz).await.expect(200);
    let forgotten = learner.post(&attempts, json!({})).await.expect(422).json();
    assert_eq!(
        (&forgotten["errors"][0]["field"], &forgotten["errors"][0]["code"]),
        (&json!("answers"), &json!("required"))
    );
    learner.post(&attempts, open()).await.expect(201);
    let history = learner.get(&attempts).await.expect(200).json();
    assert_eq!(history["total"], 3);
    assert_eq!(history["items"][2]["score_percent"], 16);
    let enrollment = learner.get("/enrollments").await.json()["items"][0].clone();
    let score = json!([{ "lesson_id": lesson, "best_score_percent": 100, "passed": true, "attempts": 3 }]);
    assert_eq!(enrollment["quizzes"], score);
    let path = format!("/progress?course_id={}", enrollment["course_id"].as_str().unwrap());
    assert_eq!(learner.get(&path).await.json()["quizzes"], score);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_quiz_is_as_closed_as_its_lesson_and_an_attempt_is_ones_own() {
    let app = TestApp::new().await;
    let (admin, learner, lesson) = school(&app, json!({})).await;
    let quiz = format!("/lessons/{lesson}/quiz");
    let attempt = learner.get(&quiz).await.expect(200).json();
    app.visitor().get(&quiz).await.expect(401);
    assert_eq!(app.user(Role::Free).await.get(&quiz).await.problem(), "not-enrolled");
    assert_eq!(admin.get(&quiz).await.problem(), "not-enrolled");
    let other = app.user(Role::Free).await;
    let list = learner.get("/enrollments").await.json();
    other.post("/enrollments", json!({ "course_id": list["items"][0]["course_id"] })).await.expect(201);
    let stolen = json!({ "attempt_id": attempt["id"] });
    other.post(&format!("/lessons/{lesson}/quiz-attempts"), stolen).await.expect(404);

    let daily = app.course("daily").drip().publish().await;
    other.post("/enrollments", json!({ "course_id": daily.card.id })).await.expect(201);
    other.get(&format!("/lessons/{}/quiz", daily.lessons[0].id)).await.expect(200);
    let tomorrow = other.get(&format!("/lessons/{}/quiz", daily.lessons[1].id)).await;
    assert_eq!(tomorrow.problem(), "not-open-yet");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn attempts_run_out_and_answers_wait_until_then() {
    let app = TestApp::new().await;
    let policy = json!({ "pass_percent": 100, "max_attempts": 2, "show_answers": false });
    let (_, learner, lesson) = school(&app, policy).await;
    let (quiz, attempts) = (format!("/lessons/{lesson}/quiz"), format!("/lessons/{lesson}/quiz-attempts"));
    learner.get(&quiz).await.expect(200);
    let first = learner.post(&attempts, open()).await.expect(201);
    assert!(!first.text.contains("SECRET") && first.json()["answers_shown"] == false);
    assert_eq!(first.json()["attempts_left"], 1);
    learner.get(&quiz).await.expect(200);
    let last = learner.post(&attempts, open()).await.expect(201);
    assert!(last.text.contains("SECRET-why-1"));
    assert_eq!(learner.get(&quiz).await.expect(409).problem(), "no-attempts-left");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn twenty_at_once_begin_one_attempt_and_hand_in_one() {
    let app = TestApp::new().await;
    let (_, learner, lesson) = school(&app, json!({ "max_attempts": 1 })).await;
    let (quiz, attempts) = (format!("/lessons/{lesson}/quiz"), format!("/lessons/{lesson}/quiz-attempts"));
    let begun = join_all((0..20).map(|_| learner.get(&quiz))).await;
    let ids: HashSet<String> = begun.iter().map(|answer| answer.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    let attempt = begun[0].json();
    let body = json!({ "attempt_id": attempt["id"], "answers": all_right(&attempt) });
    let answers = join_all((0..20).map(|_| learner.post(&attempts, body.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| [200, 201].contains(&answer.status.as_u16())));
    assert!(answers.iter().all(|answer| answer.json()["score_percent"] == 100));
    assert_eq!(learner.get(&attempts).await.json()["total"], 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM quiz_attempts").await, 1);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_quiz_that_changes_meanwhile_is_graded_as_it_was_begun() {
    let app = TestApp::new().await;
    let (admin, learner, lesson) = school(&app, json!({})).await;
    let (quiz, path) = (format!("/lessons/{lesson}/quiz"), format!("/admin/lessons/{lesson}/quiz"));
    let begun = learner.get(&quiz).await.expect(200).json();
    let changed = json!({ "questions": [every_kind()[2]], "policy": { "pass_percent": 100 } });
    admin.put(&path, changed).await.expect(200);
    // Nothing was answered yet: it asks what is asked now.
    let fresh = learner.get(&quiz).await.expect(200).json();
    assert_eq!((fresh["questions"].as_array().unwrap().len(), &fresh["id"]), (1, &begun["id"]));

    admin.put(&path, json!({ "questions": every_kind() })).await.expect(200);
    let begun = learner.get(&quiz).await.expect(200).json();
    let answers = all_right(&begun);
    let attempts = format!("/lessons/{lesson}/quiz-attempts");
    let keep = format!("{attempts}/{}/answers", begun["id"].as_str().unwrap());
    learner.put(&keep, json!({ "answers": answers })).await.expect(204);
    admin.put(&path, json!({ "questions": [] })).await.expect(200);
    let result = learner.post(&attempts, json!({})).await.expect(201).json();
    assert_eq!((&result["score_percent"], result["results"].as_array().unwrap().len()), (&json!(100), 6));
    learner.get(&quiz).await.expect(404);
    app.run_later_jobs().await;
}
