//! Files as authors use them, and as learners get them.

use chrono::TimeDelta;
use momentum_core::{catalog::Access, identity::Role};
use momentum_testkit::{Api, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use super::{PDF, add, pictures::png, send, text};

async fn first_lesson(admin: &Api, course: &str) -> Value {
    let list = admin.get(&format!("/admin/courses/{course}")).await.expect(200).json();
    let id = text(&list["lessons"][0], "id").to_owned();
    admin.get(&format!("/admin/lessons/{id}")).await.expect(200).json()
}

#[tokio::test]
async fn what_is_used_stays_until_nobody_uses_it() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let course = app.course("tea").publish().await.card.id.to_string();
    let picture = add(&admin, "pot.png", &png(700, 30, &[])).await;
    let cover = add(&admin, "cover.png", &png(40, 30, &[])).await;
    let (url, id) = (text(&picture, "url"), text(&picture, "id"));
    let path = format!("/admin/media/{id}");

    let lesson = first_lesson(&admin, &course).await;
    let lesson_path = format!("/admin/lessons/{}", text(&lesson, "id"));
    let body = json!({ "version": lesson["version"], "body": format!("Look: ![A pot]({url})") });
    let saved = admin.patch(&lesson_path, body).await.expect(200).json();
    let uses = admin.get(&path).await.json()["uses"].clone();
    assert_eq!(uses, json!([{ "owner_kind": "lesson", "owner_id": lesson["id"], "title": lesson["title"] }]));
    assert_eq!(admin.delete(&path).await.expect(409).problem(), "in-use");
    let listed = admin.get("/admin/media?used=true").await.expect(200).json();
    assert_eq!((&listed["total"], &listed["items"][0]["id"]), (&json!(1), &picture["id"]));
    assert_eq!(listed["items"][0]["used_in"], json!({ "courses": 0, "lessons": 1, "site": 0 }));
    let unused = admin.get("/admin/media?used=false").await.json();
    assert_eq!((&unused["total"], &unused["items"][0]["id"]), (&json!(1), &cover["id"]));
    admin.get("/admin/media?used=perhaps").await.expect(422);

    // In the lesson it has its size and its widths.
    let html = app.browser().get("/courses/tea/days/1").await.expect(200).text;
    assert!(html.contains("width=\"700\" height=\"30\" srcset=\""), "{html}");
    assert!(html.contains(&format!("{url}?v=1&amp;w=320 320w")), "{html}");

    // A working copy counts too.
    let draft = json!({ "version": saved["version"], "title": "Lesson 1", "minutes": 15, "body": format!("![x]({url})") });
    let kept = admin.put(&format!("{lesson_path}/draft"), draft).await.expect(200).json();
    assert_eq!(admin.get(&path).await.json()["uses"].as_array().unwrap().len(), 2);
    let listed = admin.get("/admin/media?used=true").await.json();
    assert_eq!(listed["items"][0]["used_in"]["lessons"], 1, "text and working copy are one lesson");
    let browser = app.browser_of(Role::Admin).await;
    assert!(browser.get("/admin/media?usage=used").await.expect(200).text.contains("Used in 1 lesson<"));
    assert!(browser.get("/admin/media?usage=unused").await.text.contains(">Unused</p>"));
    let without = json!({ "version": kept["version"], "body": "Nothing to see." });
    admin.patch(&lesson_path, without).await.expect(200);
    assert_eq!(admin.get(&path).await.json()["uses"], json!([]));
    admin.delete(&path).await.expect(204);
    admin.delete(&path).await.expect(404);
    app.browser().get(url).await.expect(404);

    // A course's picture stands on its card, in every width.
    let details = json!({ "thumbnail_url": text(&cover, "url") });
    admin.patch(&format!("/admin/courses/{course}"), details).await.expect(200);
    let page = app.browser().get("/courses").await.expect(200).text;
    assert!(page.contains(&format!("src=\"{}\" srcset=\"{0}?w=320 320w", text(&cover, "url"))), "{page}");
    let cover_path = format!("/admin/media/{}", text(&cover, "id"));
    let hidden = admin.patch(&cover_path, json!({ "visibility": "private" })).await.expect(409);
    assert_eq!(hidden.problem(), "shown-publicly");
    admin.delete(&cover_path).await.expect(409);
    admin.delete(&format!("/admin/courses/{course}")).await.expect(204);
    admin.delete(&cover_path).await.expect(204);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn new_content_keeps_the_address() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let file = add(&admin, "pot.png", &png(700, 30, &[])).await;
    let path = format!("/admin/media/{}", text(&file, "id"));
    let content = format!("{path}/content");
    admin.patch(&path, json!({ "alt": " A pot " })).await.expect(200);
    let before = app.browser().get(text(&file, "url")).await.header("etag").to_owned();
    let now = send(&admin, Method::PUT, &content, "other.png", &png(50, 60, &[])).await.expect(200).json();
    assert_eq!((text(&now, "url"), text(&now, "alt")), (text(&file, "url"), "A pot"));
    assert_eq!(
        (now["version"].as_i64(), now["width"].as_i64(), &now["variants"]),
        (Some(2), Some(50), &json!([]))
    );
    assert_ne!(app.browser().get(text(&file, "url")).await.expect(200).header("etag"), before);
    send(&admin, Method::PUT, &content, "plan.pdf", PDF).await.expect(422);
    let audit = admin.get("/admin/audit-log?limit=20").await.text;
    for action in ["media.uploaded", "media.changed", "media.replaced"] {
        assert!(audit.contains(action) || audit.contains("not-found"), "{action}: {audit}");
    }
    app.run_later_jobs().await;
    app.browser().get(text(&file, "url")).await.expect(200);
}

#[tokio::test]
async fn downloads_are_for_premium_members_and_films_for_who_may_read() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let course = app.course("tea").access(Access::Free).publish().await.card.id.to_string();
    let sheet = add(&admin, "sheet.pdf", PDF).await;
    let film = add(&admin, "film.mp4", b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00 and so on").await;
    let lesson = first_lesson(&admin, &course).await;
    let id = text(&lesson, "id");
    let body = json!({
        "version": lesson["version"], "video_url": text(&film, "url"),
        "resources": [{ "title": "Sheet", "url": text(&sheet, "url"), "kind": "article" },
                      { "title": "Site", "url": "https://tea.example/", "kind": "article" }],
    });
    admin.patch(&format!("/admin/lessons/{id}"), body).await.expect(200);
    for (role, may) in [(Role::Free, false), (Role::Premium, true)] {
        let learner = app.user(role).await;
        learner.post("/enrollments", json!({ "course_id": course })).await.expect(201);
        let seen = learner.get(&format!("/lessons/{id}")).await.expect(200).json();
        let url = text(&seen["resources"][0], "url");
        assert_eq!(url.contains("&sig="), may, "{role:?}: {url}");
        assert_eq!(seen["premium_downloads"].as_array().unwrap().is_empty(), may);
        assert_eq!(text(&seen["resources"][1], "url"), "https://tea.example/");
        app.browser().get(url).await.expect(if may { 200 } else { 404 });
        let video = learner.get(&format!("/lessons/{id}/video-url")).await.expect(200).json();
        app.browser().get(text(&video, "url")).await.expect(200);
        assert!(video["expires_at"].is_string());
    }
    let second = admin.get(&format!("/admin/courses/{course}")).await.json();
    let second = text(&second["lessons"][1], "id").to_owned();
    let stranger = app.user(Role::Premium).await;
    stranger.get(&format!("/lessons/{second}/video-url")).await.expect(403);
    admin.get(&format!("/lessons/{second}/video-url")).await.expect(404);
    let page = app.browser().get("/courses/tea/days/1").await.expect(200).text;
    assert!(page.contains("resource-locked") && page.contains("<video"), "{page}");
    assert!(page.contains("Download · PDF · ") && page.contains(">Article<"), "{page}");
    app.wait(TimeDelta::seconds(1));
    app.run_jobs().await;
}

#[tokio::test]
async fn the_pages_show_edit_and_delete() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let browser = app.browser_of(Role::Admin).await;
    let file = add(&admin, "pot.png", &png(700, 30, &[])).await;
    let path = format!("/admin/media/{}", text(&file, "id"));
    let page = browser.get(&path).await.expect(200).text;
    assert!(page.contains(text(&file, "url")) && page.contains("Nowhere yet"));
    let long = "x".repeat(501);
    let wrong = browser.submit(&path, &path, &[("alt", &long), ("visibility", "public")]).await.expect(422);
    assert!(wrong.text.contains(&long) && wrong.text.contains("at most 500"));
    let renamed = [("revision", "1"), ("name", "Teapot"), ("alt", "A <pot>"), ("visibility", "private")];
    browser.submit(&path, &path, &renamed).await.expect(303);
    assert!(browser.get(&path).await.text.contains("<h1>Teapot.png</h1>"));
    let picker = browser.get("/admin/media/picker?kind=image&q=POT").await.expect(200).text;
    assert!(picker.contains("data-alt=\"A &#60;pot&#62;\"") && picker.contains("sig="), "{picker}");
    browser.submit(&path, &format!("{path}/delete"), &[]).await.expect(303);
    browser.get(&path).await.expect(404);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn names_stay_in_their_own_writing_and_can_be_changed() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let file = add(&admin, "Übersicht Größe 山田.png", &png(4, 4, &[])).await;
    let url = text(&file, "url");
    assert_eq!(text(&file, "name"), "Übersicht Größe 山田.png");
    assert!(url.is_ascii() && url.ends_with(".png"));
    app.browser().get(url).await.expect(200);
    for q in ["größe", "ÜBERSICHT", "山田"] {
        assert_eq!(admin.get(&format!("/admin/media?q={q}")).await.json()["total"], 1, "{q}");
    }
    let path = format!("/admin/media/{}", text(&file, "id"));
    for wrong in [" ", "\u{200b}", "\u{202e}gnp", "a\nb", "a/b.png", &"x".repeat(201)] {
        let refused = admin.patch(&path, json!({ "name": wrong })).await.expect(422).json();
        assert_eq!(refused["errors"][0]["field"], "name", "{wrong:?}");
    }
    let alt = admin.patch(&path, json!({ "alt": "\u{202e}" })).await.expect(422).json();
    assert_eq!(alt["errors"][0]["field"], "alt");
    let renamed = admin.patch(&path, json!({ "name": " Отчёт 2026 " })).await.expect(200).json();
    assert_eq!((text(&renamed, "name"), text(&renamed, "url")), ("Отчёт 2026.png", url));
    let named = app.browser().get(url).await.expect(200).header("content-disposition").to_owned();
    assert!(named.ends_with("; filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%202026.png"), "{named}");
    assert_eq!(admin.get("/admin/media?q=отчёт").await.json()["total"], 1);
    assert_eq!(admin.get("/admin/media?q=größe").await.json()["total"], 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_save_from_an_older_form_is_refused() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let browser = app.browser_of(Role::Admin).await;
    let file = add(&admin, "pot.png", &png(4, 4, &[])).await;
    let path = format!("/admin/media/{}", text(&file, "id"));
    let form = |alt| [("revision", "1"), ("name", "pot.png"), ("alt", alt), ("visibility", "public")];
    assert!(browser.get(&path).await.text.contains("name=\"revision\" value=\"1\""));
    let hidden = admin.patch(&path, json!({ "visibility": "private" })).await.expect(200);
    assert_eq!(hidden.header("etag"), "\"2\"");
    let stale = browser.submit(&path, &path, &form("A pot")).await.expect(409).text;
    assert!(stale.contains("Somebody else changed this file") && stale.contains("value=\"A pot\""));
    assert!(stale.contains("name=\"revision\" value=\"2\"") && stale.contains("chose this meanwhile"));
    assert!(
        stale.contains("value=\"private\" selected"),
        "what was closed isn't opened by saving again: {stale}"
    );
    let kept = admin.get(&path).await.json();
    assert_eq!((text(&kept, "visibility"), text(&kept, "alt")), ("private", ""));

    // What nobody touched in the older form is as it is now, and what is there already is saved.
    let mut touched = form("A pot").to_vec();
    touched.extend([("was_name", "pot.png"), ("was_alt", ""), ("was_visibility", "public")]);
    let other = add(&admin, "can.png", &png(5, 4, &[])).await;
    let other = format!("/admin/media/{}", text(&other, "id"));
    touched[1].1 = "can.png";
    touched[4].1 = "can.png";
    admin.patch(&other, json!({ "name": "jug.png", "visibility": "private" })).await.expect(200);
    let stale = browser.submit(&other, &other, &touched).await.expect(409).text;
    assert!(stale.contains("value=\"jug.png\"") && stale.contains("value=\"A pot\""), "{stale}");
    assert!(!stale.contains("value=\"can.png\""), "the new name is kept: {stale}");
    admin.patch(&other, json!({ "alt": "A pot" })).await.expect(200);
    browser.submit(&other, &other, &touched).await.expect(303);
    let kept = admin.get(&other).await.json();
    assert_eq!((text(&kept, "name"), text(&kept, "visibility")), ("jug.png", "private"));

    let change = |tag: &str| {
        let request = admin.request(Method::PATCH, &path).header("if-match", tag);
        admin.send(request.json(&json!({ "alt": "A pot" })))
    };
    assert_eq!(change("\"1\"").await.expect(409).problem(), "file-changed");
    change("soon").await.expect(422);
    assert_eq!(change("\"2\"").await.expect(200).json()["revision"], 3);
    change("*").await.expect(200);
    app.run_jobs().await;
}
