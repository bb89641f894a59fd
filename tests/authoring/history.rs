//! The history: everything that was saved, how it differs, and the way back.

use momentum_core::{catalog::Access, identity::Role};
use momentum_testkit::TestApp;
use serde_json::json;

use super::{draft, write};

#[tokio::test]
async fn every_save_can_be_compared_and_brought_back() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let course = draft(&admin, "tea").await;
    let lesson = write(&admin, &course, "Water").await;
    let path = format!("/admin/lessons/{lesson}");
    admin.patch(&path, json!({ "body": "## Water\n\nSome **hot** text." })).await.expect(200);
    admin.patch(&path, json!({ "title": "Hot water", "key_takeaways": [] })).await.expect(200);

    let versions = format!("/admin/courses/{course}/versions");
    let history = admin.get(&versions).await.expect(200).json();
    let changes: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["change"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["saved", "saved", "created", "created"]);
    assert_eq!(history["items"][0]["title"], "Hot water");
    assert_ne!(history["items"][0]["created_by_name"], "");
    let of_lesson = admin.get(&format!("{versions}?lesson_id={lesson}")).await.json();
    assert_eq!(of_lesson["total"], 3);

    let second = admin.get(&format!("{versions}/3")).await.expect(200).json();
    assert_eq!(second["is_current"], false);
    assert_eq!(second["difference"][0]["field"], "body");
    let lines = second["difference"][0]["lines"].to_string();
    assert!(lines.contains("Some **text**.") && lines.contains("Some **hot** text."), "{lines}");
    let last = admin.get(&format!("{versions}/4")).await.json();
    assert_eq!(last["is_current"], true);

    admin.post(&format!("{versions}/2/restore"), json!({})).await.expect(200);
    let lesson_now = admin.get(&path).await.json();
    assert_eq!(lesson_now["title"], "Water");
    assert_eq!(lesson_now["key_takeaways"], json!(["Water matters"]));
    let history = admin.get(&versions).await.json();
    assert_eq!((&history["total"], &history["items"][0]["change"]), (&json!(5), &json!("restored")));

    // A deleted lesson comes back as a draft.
    admin.delete(&path).await.expect(204);
    admin.get(&path).await.expect(404);
    admin.post(&format!("{versions}/5/restore"), json!({})).await.expect(200);
    let back = admin.get(&path).await.expect(200).json();
    assert_eq!(
        (&back["title"], &back["status"], &back["day"]),
        (&json!("Water"), &json!("draft"), &json!(1))
    );
    admin.get(&format!("{versions}/99")).await.expect(404);
    admin.post(&format!("{versions}/99/restore"), json!({})).await.expect(404);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_course_that_came_as_a_package_keeps_what_it_was() {
    let app = TestApp::new().await;
    let course = app.course("tea").access(Access::Free).publish().await;
    let admin = app.user(Role::Admin).await;
    let id = course.card.id;
    admin.patch(&format!("/admin/courses/{id}"), json!({ "subtitle": "New words" })).await.expect(200);
    let history = admin.get(&format!("/admin/courses/{id}/versions")).await.json();
    let changes: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["change"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["saved", "imported"]);
    admin.post(&format!("/admin/courses/{id}/versions/1/restore"), json!({})).await.expect(200);
    let now = app.visitor().get("/courses/tea").await.json();
    assert_eq!(now["subtitle"], serde_json::to_value(&course.card.subtitle).unwrap());
    app.run_later_jobs().await;
}
