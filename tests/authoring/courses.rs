//! Courses from nothing to published, and out again.

use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::json;

use super::{draft, fields, published, write};

#[tokio::test]
async fn a_course_made_by_hand_is_published_when_nothing_is_missing() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let id = draft(&admin, "tea").await;
    let course = admin.get(&format!("/admin/courses/{id}")).await.expect(200).json();
    assert_eq!((&course["status"], &course["version"]), (&json!("draft"), &json!(1)));
    assert_eq!(course["tags"], json!(["tea", "drinks"]));
    app.visitor().get("/courses/tea").await.expect(404);

    let publish = format!("/admin/courses/{id}/publish");
    let refused = admin.post(&publish, json!({})).await.expect(409).json();
    assert!(refused["type"].as_str().unwrap().ends_with("not-ready"), "{refused}");
    for day in 1..=6 {
        write(&admin, &id, &format!("Day {day}")).await;
    }
    let refused = admin.post(&publish, json!({})).await.expect(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("each of the 7 days"), "{refused}");
    app.visitor().get("/courses/tea").await.expect(404);
    write(&admin, &id, "Day 7").await;
    let no_more = json!({ "title": "Day 8" });
    admin.post(&format!("/admin/courses/{id}/lessons"), no_more).await.expect(409);

    let course = admin.post(&publish, json!({})).await.expect(200).json();
    assert_eq!(course["status"], "published");
    admin.post(&publish, json!({})).await.expect(200);
    let seen = app.visitor().get("/courses/tea").await.expect(200).json();
    assert_eq!(seen["lesson_count"], 7);
    assert_eq!(seen["total_minutes"], 7 * 16);
    assert!(seen["description_html"].as_str().unwrap().contains("<p>All there is"));
    let business = app.visitor().get("/categories").await.json();
    let business =
        business["items"].as_array().unwrap().iter().find(|c| c["slug"] == "business").unwrap().clone();
    assert_eq!(business["course_count"], 1);
    let log = admin.get("/admin/audit?q=authoring.course-published").await.json();
    assert_eq!(log["total"], 1);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_an_older_one_is_refused() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, _) = published(&admin, "tea").await;
    let path = format!("/admin/courses/{id}");
    app.visitor().get("/courses/tea").await.expect(200);
    let version = admin.get(&path).await.json()["version"].clone();
    let mine = json!({ "version": version, "title": "Tea for all" });
    let saved = admin.patch(&path, mine).await.expect(200).json();
    assert_eq!(app.visitor().get("/courses/tea").await.json()["title"], "Tea for all");
    assert_eq!(saved["subtitle"], "A cup a day", "what isn't sent stays");

    let theirs = app.user(Role::Admin).await;
    let late = theirs.patch(&path, json!({ "version": version, "title": "Coffee" })).await.expect(409).json();
    assert!(late["type"].as_str().unwrap().ends_with("edited-meanwhile"));
    assert_eq!(app.visitor().get("/courses/tea").await.json()["title"], "Tea for all");

    let at_once =
        join_all((0..20).map(|n| {
            admin.patch(&path, json!({ "version": saved["version"], "title": format!("Tea {n}") }))
        }))
        .await;
    assert_eq!(at_once.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(at_once.iter().all(|answer| [200, 409].contains(&answer.status.as_u16())));
    app.run_later_jobs().await;
}

#[tokio::test]
async fn wrong_fields_are_named_and_change_nothing() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let refused = admin.post("/admin/courses", json!({})).await.expect(422).json();
    assert_eq!(fields(&refused), ["title", "slug", "category"]);
    let unknown = json!({ "title": "T", "category": "cooking" });
    assert_eq!(fields(&admin.post("/admin/courses", unknown).await.expect(422).json()), ["category"]);
    let typo = json!({ "title": "T", "category": "business", "titel": "T" });
    assert_eq!(fields(&admin.post("/admin/courses", typo).await.expect(422).json()), ["titel"]);

    let (id, _) = published(&admin, "tea").await;
    let path = format!("/admin/courses/{id}");
    let before = admin.get(&path).await.json();
    let cases = [
        (json!({ "slug": "other" }), "slug"),
        (json!({ "duration_days": 14 }), "duration_days"),
        (json!({ "duration_days": 8 }), "duration_days"),
        (json!({ "access": "paid" }), "price"),
        (json!({ "access": "gold" }), "access"),
        (json!({ "intro_video_url": "javascript:alert(1)" }), "intro_video_url"),
        (json!({ "intro_video_url": "http://v.example/1" }), "intro_video_url"),
        (json!({ "thumbnail_url": "https://elsewhere.example/x.png" }), "thumbnail_url"),
        (json!({ "title": "x".repeat(151) }), "title"),
        (json!({ "status": "archived" }), "status"),
        (json!({ "objectives": "all" }), "objectives"),
    ];
    for (change, field) in cases {
        let refused = admin.patch(&path, change.clone()).await.expect(422).json();
        assert_eq!(fields(&refused), [field], "{change}");
    }
    assert_eq!(admin.get(&path).await.json(), before);
    let paid = json!({ "access": "paid", "price": { "amount": 1900, "currency": "usd" }, "premium_included": false });
    admin.patch(&path, paid).await.expect(200);
    let premium = app.user(Role::Premium).await;
    premium.post("/enrollments", json!({ "course_id": id })).await.expect(402);
    admin.patch(&path, json!({ "premium_included": true })).await.expect(200);
    premium.post("/enrollments", json!({ "course_id": id })).await.expect(201);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn the_page_shows_the_intro_video_and_the_price_in_its_currency() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, _) = published(&admin, "tea").await;
    let change = json!({
        "intro_video_url": "https://videos.example/tea", "access": "paid", "price": { "amount": 1900, "currency": "jpy" },
    });
    admin.patch(&format!("/admin/courses/{id}"), change).await.expect(200);
    let text = app.browser().get("/courses/tea").await.expect(200).text;
    assert!(text.contains("<a href=\"https://videos.example/tea\"") && text.contains("Watch the video"));
    assert!(text.contains("1,900 JPY") && text.contains("\"price\":\"1900\""), "{text}");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_slug_is_taken_once_and_made_free_when_nobody_chose_it() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let tea = json!({ "title": "Über Tea!", "category": "business" });
    let first = admin.post("/admin/courses", tea.clone()).await.expect(201).json();
    let second = admin.post("/admin/courses", tea).await.expect(201).json();
    assert_eq!((&first["slug"], &second["slug"]), (&json!("ueber-tea"), &json!("ueber-tea-2")));
    let chosen = json!({ "title": "T", "slug": "ueber-tea", "category": "business" });
    assert_eq!(fields(&admin.post("/admin/courses", chosen.clone()).await.expect(422).json()), ["slug"]);
    let copy =
        admin.post(&format!("/admin/courses/{}/duplicate", first["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(copy.expect(201).json()["slug"], "ueber-tea-copy");
    let same = json!({ "title": "New", "slug": "new", "category": "business" });
    let at_once = join_all((0..20).map(|_| admin.post("/admin/courses", same.clone()))).await;
    assert_eq!(at_once.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(at_once.iter().all(|answer| [201, 422].contains(&answer.status.as_u16())));
}

#[tokio::test]
async fn learners_are_never_lost_with_a_course() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, lessons) = published(&admin, "tea").await;
    let learner = app.user(Role::Free).await;
    learner.post("/enrollments", json!({ "course_id": id })).await.expect(201);
    let done = json!({ "lesson_id": lessons[0], "completed": true });
    learner.post("/progress", done.clone()).await.expect(200);
    let refused = admin.delete(&format!("/admin/courses/{id}")).await.expect(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("Archive it instead"), "{refused}");

    admin.post(&format!("/admin/courses/{id}/archive"), json!({})).await.expect(200);
    assert_eq!(app.visitor().get("/courses?category=business").await.json()["total"], 0);
    learner.get(&format!("/lessons/{}", lessons[1])).await.expect(200);
    let late = app.user(Role::Free).await;
    late.post("/enrollments", json!({ "course_id": id })).await.expect(409);

    admin.post(&format!("/admin/lessons/{}/unpublish", lessons[6]), json!({})).await.expect(200);
    admin.post(&format!("/admin/courses/{id}/unpublish"), json!({})).await.expect(200);
    learner.get(&format!("/lessons/{}", lessons[1])).await.expect(404);
    let refused = admin.post(&format!("/admin/courses/{id}/publish"), json!({})).await.expect(409).json();
    assert!(refused["detail"].as_str().unwrap().contains("Day 7 is hidden"), "{refused}");
    let hidden = admin.get(&format!("/admin/lessons/{}", lessons[6])).await.json();
    assert_eq!(hidden["status"], "draft", "what was hidden on purpose stays so");
    assert_eq!(hidden["hidden"], true);
    let copy = admin.post(&format!("/admin/courses/{id}/duplicate"), json!({})).await.expect(201).json();
    let copied: Vec<_> = copy["lessons"].as_array().unwrap().iter().map(|l| l["hidden"] == true).collect();
    assert_eq!(copied, [false, false, false, false, false, false, true], "in a copy too");
    admin.post(&format!("/admin/lessons/{}/publish", lessons[6]), json!({})).await.expect(200);
    admin.post(&format!("/admin/courses/{id}/publish"), json!({})).await.expect(200);
    let enrollments = learner.get("/enrollments").await.json();
    assert_eq!(enrollments["items"][0]["lessons_completed"], 1, "{enrollments}");

    let other = draft(&admin, "coffee").await;
    admin.delete(&format!("/admin/courses/{other}")).await.expect(204);
    admin.delete(&format!("/admin/courses/{other}")).await.expect(404);
    admin.get(&format!("/admin/courses/{other}")).await.expect(404);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_published_course_is_not_emptied() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let bare = json!({ "title": "Tea", "slug": "tea", "category": "business" });
    let id = admin.post("/admin/courses", bare).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/admin/courses/{id}");
    let whole = json!({
        "subtitle": "A cup a day", "description": "All there is to know about tea. ".repeat(5),
        "objectives": ["Brew a cup", "Taste it", "Serve it"],
    });
    admin.patch(&path, whole).await.expect(200);
    let mut lessons = Vec::new();
    for day in 1..=7 {
        lessons.push(write(&admin, &id, &format!("Day {day}")).await);
    }
    admin.post(&format!("{path}/publish"), json!({})).await.expect(200);
    for (change, field) in [
        (json!({ "subtitle": " " }), "subtitle"),
        (json!({ "description": "" }), "description"),
        (json!({ "objectives": ["Brew a cup", "Taste it"] }), "objectives"),
        (json!({ "author": "" }), "author"),
    ] {
        let refused = admin.patch(&path, change).await.expect(422).json();
        assert_eq!(fields(&refused), [field]);
        assert!(
            refused["errors"][0]["message"].as_str().unwrap().contains("Unpublish it before"),
            "{refused}"
        );
    }
    let refused = admin.post(&format!("{path}/versions/1/restore"), json!({})).await.expect(422).json();
    assert_eq!(fields(&refused), ["subtitle", "description", "objectives"]);
    admin.patch(&path, json!({ "subtitle": "Two cups a day" })).await.expect(200);
    let unseen = admin.patch(&path, json!({ "author": "\u{200b}" })).await.expect(422).json();
    assert_eq!(fields(&unseen), ["author"]);

    for lesson in &lessons[1..] {
        admin.post(&format!("/admin/lessons/{lesson}/unpublish"), json!({})).await.expect(200);
    }
    let last = format!("/admin/lessons/{}", lessons[0]);
    assert_eq!(
        admin.post(&format!("{last}/unpublish"), json!({})).await.expect(409).problem(),
        "last-lesson"
    );
    assert_eq!(admin.delete(&last).await.expect(409).problem(), "last-lesson");
    assert_eq!(app.visitor().get("/courses/tea").await.expect(200).json()["lesson_count"], 1);

    // What learners don't see may become anything.
    admin.post(&format!("{path}/unpublish"), json!({})).await.expect(200);
    admin.post(&format!("{last}/unpublish"), json!({})).await.expect(200);
    admin.post(&format!("{path}/versions/1/restore"), json!({})).await.expect(200);
    let missing = admin.post(&format!("{path}/publish"), json!({})).await.expect(409).json();
    assert!(missing["detail"].as_str().unwrap().contains("Day 1 is hidden"), "{missing}");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn the_list_finds_filters_and_sorts() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    published(&admin, "tea").await;
    draft(&admin, "coffee").await;
    draft(&admin, "100-percent").await;
    let list = async |query: &str| {
        let list = admin.get(&format!("/admin/courses?{query}")).await.expect(200).json();
        let slugs: Vec<_> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["slug"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(list["total"], slugs.len());
        slugs
    };
    assert_eq!(list("sort=title").await, ["100-percent", "coffee", "tea"]);
    assert_eq!(list("status=draft&sort=title").await, ["100-percent", "coffee"]);
    assert_eq!(list("q=COFFEE").await, ["coffee"]);
    assert_eq!(list("q=%25").await, Vec::<String>::new(), "a percent sign is no wildcard");
    assert_eq!(list("category=design").await, Vec::<String>::new());
    admin.get("/admin/courses?status=lost").await.expect(422);
    app.run_later_jobs().await;
}
