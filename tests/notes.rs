//! Notes: kept, found, exported, never overwritten unseen.

use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::json;

#[tokio::test]
async fn a_note_is_kept_and_a_stale_save_is_told() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    let path = format!("/lessons/{}/notes", course.lessons[0].id);
    api.put(&path, json!({ "body": "too early" })).await.expect(403);
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    let empty = api.get(&path).await.expect(200).json();
    assert_eq!((&empty["body"], &empty["version"]), (&json!(""), &json!(0)));
    let first = api.put(&path, json!({ "body": "Boil\r\nthe water", "version": 0 })).await.expect(200).json();
    assert_eq!((&first["body"], &first["version"]), (&json!("Boil\nthe water"), &json!(1)));
    let stale = api.put(&path, json!({ "body": "Other", "version": 0 })).await;
    assert_eq!(stale.problem(), "note-changed");
    api.put(&path, json!({ "body": "Boil\nthe water", "version": 0 })).await.expect(200);
    assert_eq!(api.put(&path, json!({ "body": "Forced" })).await.expect(200).json()["version"], 2);
    api.put(&path, json!({ "body": "ü".repeat(50_001) })).await.expect(422);
    api.put(&path, json!({ "body": "ü".repeat(50_000) })).await.expect(200);
    api.put(&path, json!({ "body": "Forced" })).await.expect(200);
    assert_eq!(api.get(&path).await.json()["body"], "Forced");
    app.user(Role::Free).await.get(&path).await.expect(403);
    app.run_jobs().await;
}

#[tokio::test]
async fn notes_are_found_and_exported() {
    let app = TestApp::new().await;
    let course = app.course("tea").title("Tea").publish().await;
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, momentum_testkit::PASSWORD).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    for (day, text) in [(0, "Über green tea"), (3, "black <tea> & milk")] {
        api.put(&format!("/lessons/{}/notes", course.lessons[day].id), json!({ "body": text }))
            .await
            .expect(200);
    }
    let found = api.get("/notes?q=ÜBER").await.expect(200).json();
    assert_eq!(found["total"], 1);
    assert_eq!(found["items"][0]["day"], 1);
    assert_eq!(api.get("/notes").await.json()["total"], 2);

    let browser = app.browser();
    browser.sign_in(&email, momentum_testkit::PASSWORD).await;
    let page = browser.get("/notes?q=milk").await.expect(200).text;
    assert!(page.contains("black &#60;tea&#62; &#38; milk") && !page.contains("green"));
    let export = browser.get("/notes/export").await.expect(200);
    assert!(export.header("content-disposition").contains("notes.md"));
    assert_eq!(
        export.text,
        "# My notes\n\n## Tea\n\n### Day 1: Lesson 1\n\nÜber green tea\n\n### Day 4: Lesson 4\n\nblack <tea> & milk\n"
    );
    assert!(!app.browser_of(Role::Free).await.get("/notes").await.expect(200).text.contains("milk"));
    app.run_jobs().await;
}

#[tokio::test]
async fn notes_outlive_what_they_are_about() {
    let app = TestApp::new().await;
    let course = app.course("tea").title("Tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    let lesson = "/courses/tea/days/2";
    browser.submit(lesson, &format!("{lesson}/notes"), &[("text", "black tea")]).await.expect(303);
    assert!(browser.get("/notes").await.text.contains("href=\"/courses/tea/days/2#notes\""));

    let admin = app.user(Role::Admin).await;
    admin.post(&format!("/admin/lessons/{}/unpublish", course.lessons[1].id), json!({})).await.expect(200);
    let text = browser.get("/notes").await.text;
    assert!(text.contains("black tea") && text.contains("href=\"/courses/tea\""));
    assert!(text.contains("Day 2: Lesson 2") && !text.contains("/days/2"));
    admin.post(&format!("/admin/courses/{}/unpublish", course.card.id), json!({})).await.expect(200);
    let text = browser.get("/notes").await.text;
    assert!(text.contains("black tea") && text.contains("Tea") && !text.contains("href=\"/courses/tea"));
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_page_without_scripts_keeps_what_was_typed_in_a_conflict() {
    let app = TestApp::new().await;
    app.course("tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    let (page, path) = ("/courses/tea/days/1", "/courses/tea/days/1/notes");
    browser.submit(page, path, &[("text", "from the phone"), ("version", "0")]).await.expect(303);
    let conflict =
        browser.submit(page, path, &[("text", "from the laptop"), ("version", "0")]).await.expect(409);
    assert!(conflict.text.contains("from the laptop"));
    assert!(conflict.text.contains("data-theirs>from the phone<"), "nothing is overwritten unseen");
    let token = browser.form_token(page).await;
    let request = browser
        .request(reqwest::Method::POST, path)
        .header("accept", "application/json")
        .header("x-csrf-token", token)
        .form(&[("text", "by script"), ("version", "0")]);
    let answer = browser.send(request).await.expect(409).json();
    assert_eq!((&answer["version"], &answer["text"]), (&json!(1), &json!("from the phone")));
    app.run_jobs().await;
}
