//! Lessons: working copies, order, and what learners keep.

use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::{Api, PASSWORD, TestApp};
use serde_json::json;

use super::{draft, fields, published, write};
use crate::media;

#[tokio::test]
async fn what_is_typed_stays_in_the_working_copy_until_it_is_saved() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (_, lessons) = published(&admin, "tea").await;
    let path = format!("/admin/lessons/{}", lessons[0]);
    let lesson = admin.get(&path).await.expect(200).json();
    let draft =
        json!({ "version": lesson["version"], "title": "Day 1", "body": "Half a sent", "minutes": 16 });
    let saved = admin.put(&format!("{path}/draft"), draft.clone()).await.expect(200).json();
    let seen = admin.get(&format!("/lessons/{}", lessons[0])).await.expect(200).json();
    assert!(seen["body"].as_str().unwrap().contains("Some **text**"), "{seen}");

    // Somebody who had opened the lesson before can't write over it.
    let theirs = app.user(Role::Admin).await;
    theirs.put(&format!("{path}/draft"), draft).await.expect(409);
    let over = json!({ "version": lesson["version"], "body": "Mine" });
    let refused = theirs.patch(&path, over).await.expect(409).json();
    assert!(refused["type"].as_str().unwrap().ends_with("edited-meanwhile"));
    let now = theirs.get(&path).await.json();
    assert_eq!(now["draft"]["content"]["body"], "Half a sent");
    assert_ne!(now["draft"]["saved_by_name"], "");

    let finished = json!({ "version": saved["version"], "body": "A whole sentence." });
    let lesson = admin.patch(&path, finished).await.expect(200).json();
    assert!(lesson["draft"].is_null());
    let seen = admin.get(&format!("/lessons/{}", lessons[0])).await.json();
    assert_eq!(seen["body_html"], "<p>A whole sentence.</p>\n");

    admin.put(&format!("{path}/draft"), json!({ "body": "Never mind" })).await.expect(200);
    admin.delete(&format!("{path}/draft")).await.expect(204);
    assert!(admin.get(&path).await.json()["draft"].is_null());
    app.run_later_jobs().await;
}

#[tokio::test]
async fn two_editors_at_once_never_lose_a_text() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let course = draft(&admin, "tea").await;
    let lesson = write(&admin, &course, "Water").await;
    let path = format!("/admin/lessons/{lesson}");
    let version = admin.get(&path).await.json()["version"].clone();
    let answers = join_all(
        (0..20).map(|n| admin.patch(&path, json!({ "version": version, "body": format!("Text {n}") }))),
    )
    .await;
    let saved: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(saved.len(), 1, "one of twenty is saved, the others are told");
    assert!(answers.iter().all(|answer| [200, 409].contains(&answer.status.as_u16())));
    assert_eq!(admin.get(&path).await.json()["body"], saved[0].json()["body"]);
}

#[tokio::test]
async fn wrong_lessons_are_refused_by_field() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let course = draft(&admin, "tea").await;
    let path = format!("/admin/courses/{course}/lessons");
    let bad = json!({
        "title": "", "minutes": 601, "video_url": "ftp://x", "resources": [
            { "title": "", "url": "https://example.com", "kind": "article" },
            { "title": "A", "url": "javascript:alert(1)", "kind": "article" },
        ],
    });
    let refused = admin.post(&path, bad).await.expect(422).json();
    assert_eq!(fields(&refused), ["title", "minutes", "video_url", "resources[0].title", "resources[1].url"]);
    let ghost = format!("/media/{}/a.pdf", uuid::Uuid::now_v7());
    let paper = media::add(&admin, "worksheet.pdf", media::PDF).await;
    let paper = format!("/media/{}/worksheet.pdf", paper["id"].as_str().unwrap());
    let bad = json!({ "title": "A", "video_url": paper, "resources": [{ "title": "A", "url": ghost, "kind": "article" }] });
    let refused = admin.post(&path, bad).await.expect(422).json();
    assert_eq!(fields(&refused), ["video_url", "resources[0].url"]);
    let refused = admin.patch(&format!("/admin/courses/{course}"), json!({ "thumbnail_url": paper })).await;
    assert_eq!(fields(&refused.expect(422).json()), ["thumbnail_url"]);
    let kind =
        json!({ "title": "A", "resources": [{ "title": "A", "url": "https://a.example", "kind": "rumor" }] });
    admin.post(&path, kind).await.expect(422);
    admin.post(&path, json!({ "title": "A", "day": 8 })).await.expect(422);
    admin.post(&path, json!({ "title": "A", "day": 3 })).await.expect(201);
    admin.post(&path, json!({ "title": "B", "day": 3 })).await.expect(409);
    let big = json!({ "title": "A", "body": "x".repeat(200_001) });
    assert_eq!(fields(&admin.post(&path, big).await.expect(422).json()), ["body"]);
    admin.post(&path, json!({ "title": "A", "body": "x".repeat(3_000_000) })).await.expect(413);
    let lessons = admin.get(&path).await.json();
    assert_eq!(lessons["total"], 1);
    // Nothing is written yet, so there is nothing to show.
    let empty = format!("/admin/lessons/{}/publish", lessons["items"][0]["id"].as_str().unwrap());
    admin.post(&empty, json!({})).await.expect(409);
}

async fn done_days(learner: &Api, course: &str) -> Vec<String> {
    let course = learner.get(&format!("/courses/{course}")).await.expect(200).json();
    course["lessons"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|lesson| lesson["completed"] == true)
        .map(|lesson| lesson["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn progress_goes_with_the_lessons_when_their_order_changes() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, mut lessons) = published(&admin, "tea").await;
    let learner = app.user(Role::Free).await;
    learner.post("/enrollments", json!({ "course_id": id })).await.expect(201);
    for lesson in [&lessons[0], &lessons[4]] {
        learner.post("/progress", json!({ "lesson_id": lesson, "completed": true })).await.expect(200);
    }
    assert_eq!(done_days(&learner, "tea").await, ["Day 1", "Day 5"]);

    lessons.reverse();
    let path = format!("/admin/courses/{id}/lessons/order");
    let ordered = admin.put(&path, json!({ "order": lessons })).await.expect(200).json();
    assert_eq!(ordered["items"][0]["title"], "Day 7");
    assert_eq!(done_days(&learner, "tea").await, ["Day 5", "Day 1"]);
    for wrong in [json!(&lessons[1..]), json!([&lessons[..6], &lessons[..1]].concat()), json!([])] {
        assert_eq!(fields(&admin.put(&path, json!({ "order": wrong })).await.expect(422).json()), ["order"]);
    }

    // A lesson that is hidden counts for nobody, and counts again when it comes back.
    admin.post(&format!("/admin/lessons/{}/unpublish", lessons[6]), json!({})).await.expect(200);
    assert_eq!(done_days(&learner, "tea").await, ["Day 5"]);
    let enrollment = learner.get("/enrollments").await.json()["items"][0].clone();
    assert_eq!(enrollment["lessons_completed"], 1);
    admin.delete(&format!("/admin/lessons/{}", lessons[6])).await.expect(409);
    admin.post(&format!("/admin/lessons/{}/publish", lessons[6]), json!({})).await.expect(200);
    assert_eq!(done_days(&learner, "tea").await, ["Day 5", "Day 1"]);

    // Nobody has begun this one. Whoever has done all the others is finished then.
    let suspended = app.account(Role::Free, "UTC").await;
    let other = app.visitor().sign_in(&suspended, PASSWORD).await;
    other.post("/enrollments", json!({ "course_id": id })).await.expect(201);
    for lesson in &lessons[1..] {
        for learner in [&learner, &other] {
            learner.post("/progress", json!({ "lesson_id": lesson, "completed": true })).await.expect(200);
        }
    }
    app.set_state(&suspended, "suspended").await;
    admin.delete(&format!("/admin/lessons/{}", lessons[0])).await.expect(204);
    let enrollment = learner.get("/enrollments").await.json()["items"][0].clone();
    assert!(!enrollment["completed_at"].is_null(), "{enrollment}");
    app.run_later_jobs().await;
    app.run_later_jobs().await;
    let finished = "SELECT COUNT(*) FROM enrollments WHERE completed_at IS NOT NULL";
    assert_eq!(app.count(finished).await, 2);
    let written = "SELECT COUNT(*) FROM mails WHERE template = 'course-completed'";
    assert_eq!(app.count(written).await, 1, "nobody writes to a suspended account");
}

#[tokio::test]
async fn ticks_stay_with_an_action_item_that_is_rephrased() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, lessons) = published(&admin, "tea").await;
    let path = format!("/admin/lessons/{}", lessons[0]);
    let items = admin.get(&path).await.json()["action_items"].clone();
    let mut changed = items.clone();
    changed[0]["text"] = json!("Boil fresh water");
    changed.as_array_mut().unwrap().push(json!({ "text": "Wait three minutes" }));
    let after = admin.patch(&path, json!({ "action_items": changed })).await.expect(200).json();
    assert_eq!(after["action_items"][0]["id"], items[0]["id"]);
    assert_eq!(after["action_items"].as_array().unwrap().len(), 3);
    assert!(after["action_items"][2]["id"].is_string());
    assert_eq!(admin.get(&format!("/admin/courses/{id}")).await.json()["lessons"][0]["action_item_count"], 3);
    app.run_later_jobs().await;
}
