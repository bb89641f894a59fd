//! Categories that administrators add.

use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use reqwest::Method;
use serde_json::json;

use super::{draft, published};

#[tokio::test]
async fn a_category_is_added_used_and_renamed() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let details =
        json!({ "name": "  Döner &  Crafts ", "description": "Made by hand.", "target_audience": "Makers" });
    let made = admin.post("/admin/categories", details).await.expect(201).json();
    assert_eq!(
        (&made["name"], &made["slug"], &made["version"]),
        (&json!("Döner & Crafts"), &json!("doener-crafts"), &json!(1))
    );
    let listed = app.visitor().get("/categories").await.json();
    let last = listed["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["slug"], &last["description"]), (&json!("doener-crafts"), &json!("Made by hand.")));

    let (course, _) = published(&admin, "knots").await;
    admin
        .patch(&format!("/admin/courses/{course}"), json!({ "category": "doener-crafts" }))
        .await
        .expect(200);
    let page = app.browser().get("/courses?category=doener-crafts").await.expect(200).text;
    assert!(page.contains("Course knots") && page.contains("Döner &#38; Crafts"), "{page}");

    let path = format!("/admin/categories/{}", made["id"].as_str().unwrap());
    let renamed = admin.put(&path, json!({ "name": "Crafts" })).await.expect(200).json();
    assert_eq!((&renamed["slug"], &renamed["courses"]), (&json!("doener-crafts"), &json!(1)));
    assert!(app.browser().get("/courses/knots").await.text.contains("Crafts</a>"));
    let request = admin.request(Method::PUT, &path).header("if-match", "\"1\"");
    let stale = admin.send(request.json(&json!({ "name": "Old" }))).await.expect(409);
    assert_eq!(stale.problem(), "category-changed");
    assert_eq!(admin.delete(&path).await.expect(409).problem(), "category-in-use");
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action LIKE 'authoring.category-%'").await, 2);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn one_without_courses_can_be_deleted() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let made = admin.post("/admin/categories", json!({ "name": "Crafts" })).await.expect(201).json();
    let path = format!("/admin/categories/{}", made["id"].as_str().unwrap());
    admin.delete(&path).await.expect(204);
    admin.get(&path).await.expect(404);
    admin.delete(&path).await.expect(404);
    assert_eq!(app.visitor().get("/categories").await.json()["items"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn bad_input_and_others_change_nothing() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    for (details, field, code) in [
        (json!({}), "name", "required"),
        (json!({ "name": "design" }), "name", "taken"),
        (json!({ "name": "Personal-Development" }), "name", "taken"),
        (json!({ "name": "日本語" }), "name", "invalid"),
        (json!({ "name": "x".repeat(61) }), "name", "too-long"),
        (json!({ "name": "Crafts", "description": "x".repeat(301) }), "description", "too-long"),
        (json!({ "name": "Cr\u{202e}afts" }), "name", "invalid"),
    ] {
        let refused = admin.post("/admin/categories", details.clone()).await.expect(422).json();
        let wrong = &refused["errors"][0];
        assert_eq!((&wrong["field"], &wrong["code"]), (&json!(field), &json!(code)), "{details}");
    }
    admin.post("/admin/categories", json!({ "name": "Crafts", "color": "red" })).await.expect(422);
    app.user(Role::Premium).await.post("/admin/categories", json!({ "name": "Crafts" })).await.expect(403);
    let at_once =
        join_all((0..20).map(|_| admin.post("/admin/categories", json!({ "name": "Crafts" })))).await;
    assert_eq!(at_once.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(at_once.iter().all(|answer| [201, 422].contains(&answer.status.as_u16())));
    assert_eq!(app.count("SELECT COUNT(*) FROM categories").await, 7);
}

#[tokio::test]
async fn through_the_pages() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let browser = app.browser_of(Role::Admin).await;
    let (list, new) = ("/admin/categories", "/admin/categories/new");
    let refused =
        browser.submit(new, list, &[("name", "Design"), ("description", "Twice")]).await.expect(422);
    assert!(refused.text.contains("There is a category of this name.") && refused.text.contains("Twice"));
    browser.submit(new, list, &[("name", "Crafts <b>")]).await.expect(303);
    assert!(browser.get(list).await.expect(200).text.contains("Crafts &#60;b&#62;"));
    assert!(
        browser.get("/admin/courses/new").await.text.contains("Crafts &#60;b&#62;"),
        "courses can choose it"
    );
    let items = admin.get(list).await.json()["items"].clone();
    let id = items.as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("{list}/{id}");
    browser.submit(&path, &path, &[("version", "1"), ("name", "Crafts")]).await.expect(303);
    let stale = browser.submit(&path, &path, &[("version", "1"), ("name", "Arts")]).await.expect(409);
    assert!(stale.text.contains("Somebody else changed") && stale.text.contains("value=\"Arts\""));
    assert!(stale.text.contains("name=\"version\" value=\"2\""));
    browser.submit(&path, &format!("{path}/delete"), &[]).await.expect(303);
    browser.get(&path).await.expect(404);
    draft(&admin, "tea").await;
    let business = items.as_array().unwrap().iter().find(|item| item["slug"] == "business").unwrap();
    let used = format!("{list}/{}", business["id"].as_str().unwrap());
    assert!(!browser.get(&used).await.expect(200).text.contains("Delete this category"));
}
