//! The same thing twenty times at once leaves one effect, on both engines.

use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_db::sql;
use momentum_testkit::TestApp;
use serde_json::json;

#[tokio::test]
async fn twenty_enrollments_at_once_are_one() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    let answers =
        join_all((0..20).map(|_| api.post("/enrollments", json!({ "course_id": course.card.id })))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    assert!(answers.iter().all(|answer| [200, 201].contains(&answer.status.as_u16())));
    let ids: std::collections::HashSet<String> = answers.iter().map(|a| a.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    app.run_jobs().await;
    assert_eq!(app.visitor().get("/courses/tea").await.json()["enrollment_count"], 1);
}

#[tokio::test]
async fn twenty_completions_of_the_last_lesson_finish_the_course_once() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    for lesson in &course.lessons[..6] {
        api.post("/progress", json!({ "lesson_id": lesson.id, "completed": true })).await.expect(200);
    }
    let body = json!({ "lesson_id": course.lessons[6].id, "completed": true });
    let answers = join_all((0..20).map(|_| api.post("/progress", body.clone()))).await;
    let moments: std::collections::HashSet<String> =
        answers.iter().map(|answer| answer.json()["course"]["completed_at"].to_string()).collect();
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(moments.len(), 1, "one moment of completion: {moments:?}");
    assert_eq!(api.get("/me/statistics").await.json()["courses_completed"], 1);
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE template = 'course-completed'").await, 1);
    assert_eq!(app.visitor().get("/courses/tea").await.json()["completion_count"], 1);
}

/// The last lessons completed at the same moment by different requests: without a lock each would see the other
/// one open, and the course would never complete.
#[tokio::test]
async fn all_lessons_at_once_finish_the_course() {
    for round in 0..5 {
        let app = TestApp::new().await;
        let course = app.course("tea").publish().await;
        let api = app.user(Role::Free).await;
        api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
        let answers = join_all(
            course
                .lessons
                .iter()
                .map(|lesson| api.post("/progress", json!({ "lesson_id": lesson.id, "completed": true }))),
        )
        .await;
        let finished =
            answers.iter().filter(|answer| answer.json()["course"].get("completed_at").is_some()).count();
        assert_eq!(finished, 1, "round {round}: exactly the last one finishes the course");
        let list = api.get("/enrollments").await.json();
        assert_eq!(list["items"][0]["progress_percent"], 100, "round {round}");
        app.run_jobs().await;
    }
}

/// What is done is counted anew when lessons change, also what somebody is about to do.
#[tokio::test]
async fn a_step_that_is_under_way_counts_when_lessons_change() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    let admin = app.user(Role::Admin).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    // As completing the second lesson writes it.
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run("UPDATE enrollments SET done_days = done_days | 2, lessons_completed = lessons_completed + 1")
        .await
        .unwrap();
    tx.run(sql!(
        "INSERT INTO lesson_progress (user_id, lesson_id, course_id, completed_at, completed_on)
         SELECT user_id, $1, course_id, enrolled_at, start_day FROM enrollments",
        course.lessons[1].id
    ))
    .await
    .unwrap();
    let path = format!("/admin/lessons/{}/unpublish", course.lessons[6].id);
    let (hidden, ()) = tokio::join!(admin.post(&path, json!({})), async {
        // Until the other one waits for this one's row.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        tx.commit().await.unwrap();
    });
    hidden.expect(200);
    assert_eq!(app.count("SELECT done_days FROM enrollments").await, 2);
    assert_eq!(app.count("SELECT lessons_completed FROM enrollments").await, 1);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn twenty_accounts_with_one_address_are_one() {
    let app = TestApp::new().await;
    let body = json!({ "email": "ada@example.com", "password": momentum_testkit::PASSWORD, "name": "Ada" });
    let visitor = app.visitor();
    let answers = join_all((0..20).map(|_| visitor.post("/auth/sign-up", body.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 19);
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_reports_of_the_same_seconds_count_once() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    app.wait(chrono::TimeDelta::seconds(60));
    join_all(
        course
            .lessons
            .iter()
            .cycle()
            .take(20)
            .map(|lesson| api.post("/progress", json!({ "lesson_id": lesson.id, "time_spent_seconds": 60 }))),
    )
    .await;
    assert_eq!(api.get("/me/statistics").await.json()["time_spent_seconds"], 60);
    app.run_jobs().await;
}

#[tokio::test]
async fn one_of_two_notes_based_on_the_same_version_wins() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    let path = format!("/lessons/{}/notes", course.lessons[0].id);
    let answers =
        join_all((0..20).map(|n| api.put(&path, json!({ "body": format!("text {n}"), "version": 0 })))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(
        answers.iter().filter(|answer| answer.status != 200).all(|answer| answer.problem() == "note-changed")
    );
    assert_eq!(api.get(&path).await.json()["version"], 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn one_idempotency_key_at_twenty_places_makes_one_account() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let send = || {
        let body =
            json!({ "email": "ada@example.com", "password": momentum_testkit::PASSWORD, "name": "Ada" });
        let request = visitor
            .request(reqwest::Method::POST, "/auth/sign-up")
            .header("idempotency-key", "k1")
            .json(&body);
        visitor.send(request)
    };
    let answers = join_all((0..20).map(|_| send())).await;
    // Each either got the one answer or was told that it is being made.
    assert!(answers.iter().all(|a| a.status == 201 || a.problem() == "request-running"));
    let replayed = send().await.expect(201);
    assert_eq!(replayed.header("idempotency-replayed"), "true");
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    app.run_jobs().await;
}

/// Pages are answered from memory while others read and write: whoever has been told that a change is stored sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_shows_with_the_next_request_while_others_read_and_write() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let learner = app.user(Role::Free).await;
    learner.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    let (lesson, notes) =
        (format!("/lessons/{}", course.lessons[0].id), format!("/lessons/{}/notes", course.lessons[0].id));
    let done = std::sync::atomic::AtomicBool::new(false);
    let read = async || {
        while !done.load(std::sync::atomic::Ordering::SeqCst) {
            learner.get(&lesson).await.expect(200);
            learner.get("/me/dashboard").await.expect(200);
        }
    };
    let write = async || {
        for n in 1..=7 {
            let body = format!("thought {n}");
            learner.put(&notes, json!({ "body": body })).await.expect(200);
            assert_eq!(learner.get(&notes).await.expect(200).json()["body"], body);
            let lesson = course.lessons[n - 1].id;
            learner.post("/progress", json!({ "lesson_id": lesson, "completed": true })).await.expect(200);
            let dashboard = learner.get("/me/dashboard").await.expect(200).json();
            assert_eq!(dashboard["statistics"]["lessons_completed"], n, "{dashboard}");
            let lesson = learner.get(&format!("/lessons/{lesson}")).await.expect(200).json();
            assert!(lesson["progress"]["completed_at"].is_string(), "{lesson}");
        }
        done.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    futures::future::join(write(), join_all((0..6).map(|_| read()))).await;
    app.run_jobs().await;
}
