//! The history: everything that was saved, how it differs, and the way back.

use momentum_core::{catalog::Access, identity::Role};
use momentum_testkit::TestApp;
use serde_json::json;

use super::{draft, published, write};
use crate::media;

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

#[tokio::test]
async fn what_can_not_come_back_is_left_out_and_said() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let course = draft(&admin, "tea").await;
    let path = format!("/admin/courses/{course}");
    let picture = media::add(&admin, "pot.png", &media::pictures::png(70, 30, &[])).await;
    let url = picture["url"].as_str().unwrap();
    admin.patch(&path, json!({ "thumbnail_url": url })).await.expect(200);
    let lesson = write(&admin, &course, "Water").await;
    let lesson = format!("/admin/lessons/{lesson}");
    let resource = |url: &str| json!({ "title": "A", "url": url, "kind": "tool" });
    let resources = json!([resource(url), resource("https://example.com")]);
    let body = format!("## Water\n\n![A pot]({url})");
    admin.patch(&lesson, json!({ "resources": resources, "body": body })).await.expect(200);
    admin.patch(&lesson, json!({ "resources": [], "body": "## Water" })).await.expect(200);
    admin.patch(&path, json!({ "thumbnail_url": null, "slug": "coffee" })).await.expect(200);
    admin.delete(&format!("/admin/media/{}", picture["id"].as_str().unwrap())).await.expect(204);
    draft(&admin, "tea").await;

    let browser = app.browser_of(Role::Admin).await;
    let history = format!("{path}/history");
    browser.submit(&format!("{history}/2"), &format!("{history}/2/restore"), &[]).await.expect(303);
    let said = browser.get(&history).await.expect(200).text;
    assert!(
        said.contains("without files that are gone") && said.contains("keeps the address it has"),
        "{said}"
    );
    let now = admin.get(&path).await.json();
    assert_eq!((&now["slug"], &now["thumbnail_url"]), (&json!("coffee"), &json!(null)));
    admin.patch(&path, json!({ "subtitle": "Still to be changed" })).await.expect(200);
    admin.post(&format!("{path}/versions/4/restore"), json!({})).await.expect(200);
    let now = admin.get(&lesson).await.json();
    assert_eq!(now["resources"], json!([resource("https://example.com")]));
    assert_eq!(now["body"], json!(body), "texts come back as they were");
    browser.submit(&format!("{history}/4"), &format!("{history}/4/restore"), &[]).await.expect(303);
    let said = browser.get(&history).await.expect(200).text;
    assert!(said.contains("and its text names such files"), "{said}");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_refused_restore_leads_back_to_the_version() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (course, lessons) = published(&admin, "tea").await;
    admin.delete(&format!("/admin/lessons/{}", lessons[6])).await.expect(204);
    write(&admin, &course, "Another").await;
    let versions = format!("/admin/courses/{course}/versions");
    let of_lesson = admin.get(&format!("{versions}?lesson_id={}", lessons[6])).await.json();
    let page = format!("/admin/courses/{course}/history/{}", of_lesson["items"][0]["number"]);
    let browser = app.browser_of(Role::Admin).await;
    let refused = browser.submit(&page, &format!("{page}/restore"), &[]).await.expect(409).text;
    assert!(refused.contains("Every day of the course has a lesson already."), "{refused}");
    assert!(refused.contains("Restore this version"), "{refused}");
    app.run_later_jobs().await;
}
