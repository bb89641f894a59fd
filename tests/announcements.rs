//! Announcements: for whom, from when until when, and put away by whoever has seen enough.

use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{Api, TestApp};
use serde_json::{Value, json};

async fn write(admin: &Api, fields: Value) -> Value {
    admin.post("/admin/announcements", fields).await.expect(201).json()
}

async fn titles(api: &Api) -> Vec<String> {
    let items = api.get("/announcements").await.expect(200).json()["items"].clone();
    let titles = items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned());
    titles.collect()
}

#[tokio::test]
async fn each_audience_hears_what_is_for_it() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    for audience in ["everybody", "signed-in", "free", "premium", "admins"] {
        write(&admin, json!({ "title": audience, "audience": audience })).await;
        app.wait(TimeDelta::seconds(1));
    }
    assert_eq!(titles(&app.visitor()).await, ["everybody"]);
    assert_eq!(titles(&app.user(Role::Free).await).await, ["free", "signed-in", "everybody"]);
    assert_eq!(titles(&app.user(Role::Premium).await).await, ["premium", "signed-in", "everybody"]);
    assert_eq!(titles(&admin).await, ["admins", "signed-in", "everybody"]);
    let page = app.browser().get("/").await.text;
    assert!(page.contains("<p class=\"banner-title\">everybody</p>") && !page.contains(">signed-in</p>"));
    let page = app.browser_of(Role::Premium).await.get("/dashboard").await.text;
    assert!(page.contains(">premium</p>") && !page.contains(">free</p>"));
    app.run_jobs().await;
}

#[tokio::test]
async fn it_begins_and_ends_by_the_clock_also_on_pages_that_are_rendered_once() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (start, end) = (app.now() + TimeDelta::hours(1), app.now() + TimeDelta::hours(2));
    write(&admin, json!({ "title": "Closed on Sunday", "starts_at": start, "ends_at": end })).await;
    let visitor = app.browser();
    let shown = async || visitor.get("/").await.expect(200).text.contains("Closed on Sunday");
    assert!(!shown().await);
    app.wait(TimeDelta::minutes(61));
    assert!(shown().await);
    app.wait(TimeDelta::minutes(60));
    assert!(!shown().await);
    assert!(titles(&app.visitor()).await.is_empty());
    app.run_jobs().await;
}

#[tokio::test]
async fn a_banner_stays_small_whatever_it_says() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    write(&admin, json!({ "title": "Short", "body": "# Big\n\n| a |\n|---|" })).await;
    let page = app.browser().get("/courses").await.expect(200).text;
    let (_, banner) = page.split_once("class=\"banners\"").expect("a banner");
    let (banner, _) = banner.split_once("</section>").unwrap();
    assert!(
        banner.contains("<p>Big</p>") && !banner.contains("<h2") && !banner.contains("<table"),
        "{banner}"
    );
    assert!(!banner.contains("<details"));
    write(&admin, json!({ "title": "Long", "body": "word ".repeat(300) })).await;
    let page = app.browser().get("/courses").await.expect(200).text;
    assert!(page.contains("<summary>Read more<span class=\"sr-only\"> about “Long”"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn whoever_is_signed_in_puts_a_banner_away_for_all_their_devices() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let item = write(&admin, json!({ "title": "New courses", "body": "Twelve **new** ones" })).await;
    let fixed = write(&admin, json!({ "title": "Stays", "dismissible": false })).await;
    let email = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    browser.sign_in(&email, momentum_testkit::PASSWORD).await;
    let page = browser.get("/dashboard").await.text;
    assert!(page.contains("New courses") && page.contains("<strong>new</strong>"));
    assert!(page.contains("<span class=\"unread\">2"));
    let away = |item: &Value| format!("/announcements/{}/dismiss", item["id"].as_str().unwrap());
    let answer = browser.submit("/dashboard", &away(&item), &[]).await.expect(303);
    assert_eq!(answer.header("location"), "/");
    let phone = app.browser();
    phone.sign_in(&email, momentum_testkit::PASSWORD).await;
    for device in [&browser, &phone] {
        let page = device.get("/dashboard").await.text;
        assert!(!page.contains("New courses") && page.contains("Stays"));
    }
    browser.submit("/dashboard", &away(&fixed), &[]).await.expect(409);
    assert!(
        app.browser_of(Role::Free).await.get("/dashboard").await.text.contains("New courses"),
        "only theirs"
    );

    // The list still has it, and looking at the list leaves nothing unread.
    let in_advance =
        browser.request(reqwest::Method::GET, "/announcements").header("sec-purpose", "prefetch");
    browser.send(in_advance).await.expect(200);
    assert!(browser.get("/dashboard").await.text.contains("class=\"unread\""), "nobody has looked yet");
    let news = browser.get("/announcements").await.expect(200).text;
    assert!(news.contains("New courses") && news.contains("Stays"));
    assert!(!browser.get("/dashboard").await.text.contains("class=\"unread\""));
    let api = app.visitor().sign_in(&email, momentum_testkit::PASSWORD).await;
    let items = api.get("/announcements").await.json()["items"].clone();
    assert!(items.as_array().unwrap().iter().all(|item| item["seen"] == true));
    // Twice, and at once, is once.
    let path = away(&item);
    let answers = futures::future::join_all((0..20).map(|_| api.post(&path, json!({})))).await;
    assert!(answers.iter().all(|answer| answer.status == 204));
    assert_eq!(app.count("SELECT COUNT(*) FROM announcement_marks").await, 2);
    app.visitor().post(&away(&item), json!({})).await.expect(401);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_visitors_browser_remembers_what_was_put_away() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let item = write(&admin, json!({ "title": "New courses" })).await;
    let path = format!("/announcements/{}/dismiss", item["id"].as_str().unwrap());
    let (visitor, other) = (app.browser(), app.browser());
    assert!(visitor.get("/").await.text.contains("New courses"));
    // The page looks the same to all visitors, so its form carries no token.
    visitor.post_with(&path, "", &[]).await.expect(303);
    for page in ["/", "/courses", "/sign-in"] {
        assert!(!visitor.get(page).await.text.contains("New courses"), "{page}");
        assert!(other.get(page).await.text.contains("New courses"), "{page}");
    }
    visitor
        .post_with("/announcements/01890a5d-ac96-774b-bcce-b302099a8057/dismiss", "", &[])
        .await
        .expect(404);
    app.run_jobs().await;
}

#[tokio::test]
async fn administrators_write_change_and_delete_and_it_is_audited() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    for (fields, wrong) in [
        (json!({ "title": " " }), "title"),
        (json!({ "title": "x".repeat(121) }), "title"),
        (json!({ "title": "x", "body": "x".repeat(2_001) }), "body"),
        (json!({ "title": "x", "link_url": "javascript:alert(1)", "link_label": "x" }), "link_url"),
        (json!({ "title": "x", "link_url": "/courses" }), "link_label"),
        (json!({ "title": "x", "link_label": "Go there" }), "link_url"),
        (json!({ "title": "a\nb" }), "title"),
        (json!({ "title": "x", "starts_at": "2027-01-01" }), "starts_at"),
        (json!({ "title": "x", "audience": "martians" }), "audience"),
        (json!({ "title": "x", "ends_at": "2020-01-01T00:00:00Z" }), "ends_at"),
        (json!({ "title": "\u{202e}" }), "title"),
        (json!({ "title": "x", "body": "---" }), "body"),
        (json!({ "title": "x", "body": "[](/courses)\n\n***" }), "body"),
        (json!({ "title": "x", "starts_at": "0001-01-01T00:00:00Z" }), "starts_at"),
        (json!({ "title": "x", "starts_at": "9999-01-01T00:00:00Z" }), "starts_at"),
        (json!({ "title": "x", "ends_at": "9999-01-01T00:00:00Z" }), "ends_at"),
    ] {
        let refused = admin.post("/admin/announcements", fields.clone()).await.expect(422).json();
        assert_eq!(refused["errors"][0]["field"], wrong, "{fields}");
    }
    let refused = admin.post("/admin/announcements", json!({ "title": "a\nb" })).await.json();
    assert_eq!(refused["errors"][0]["code"], "invalid", "it isn't too long");
    assert_eq!(app.count("SELECT COUNT(*) FROM announcements").await, 0);

    let browser = app.browser_of(Role::Admin).await;
    let form = "/admin/announcements/new";
    let fields = [
        ("title", "Hello <b>"),
        ("body", "<script>alert(1)</script> hi"),
        ("kind", "warning"),
        ("audience", "everybody"),
        ("banner", "true"),
    ];
    browser.submit(form, "/admin/announcements", &fields).await.expect(303);
    let page = app.browser().get("/").await.text;
    assert!(page.contains("Hello &#60;b&#62;") && !page.contains("<script>alert"));
    let id = admin.get("/admin/announcements").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let edit = format!("/admin/announcements/{id}");
    let changed =
        [("version", "1"), ("title", "Bye"), ("kind", "info"), ("audience", "everybody"), ("banner", "true")];
    browser.submit(&edit, &edit, &changed).await.expect(303);
    assert!(app.browser().get("/").await.text.contains(">Bye</p>"));
    let stale = browser.submit(&edit, &edit, &changed).await.expect(409);
    assert!(
        stale.text.contains("Somebody else changed") && stale.text.contains("name=\"version\" value=\"2\"")
    );
    let wrong = [("title", "Bye"), ("kind", "info"), ("audience", "everybody"), ("starts_at", "soon")];
    let refused = browser.submit(&edit, &edit, &wrong).await.expect(422);
    assert!(refused.text.contains("value=\"soon\"") && refused.text.contains("Enter a date and a time"));
    browser.submit(&edit, &format!("{edit}/delete"), &[]).await.expect(303);
    assert!(!app.browser().get("/").await.text.contains(">Bye</p>"));
    admin.get(&edit).await.expect(404);
    let audited = "SELECT COUNT(*) FROM audit_log WHERE action LIKE 'announcements.%'";
    assert_eq!(app.count(audited).await, 3);

    for _ in 0..50 {
        write(&admin, json!({ "title": "One of many" })).await;
    }
    let full = admin.post("/admin/announcements", json!({ "title": "One too many" })).await.expect(409);
    assert_eq!(full.problem(), "too-many-announcements");
    app.run_jobs().await;
}

#[tokio::test]
async fn times_are_those_of_the_administrators_own_clock() {
    let app = TestApp::new().await;
    let email = app.account(Role::Admin, "Europe/Berlin").await;
    let browser = app.browser();
    browser.sign_in(&email, momentum_testkit::PASSWORD).await;
    let fields =
        [("title", "Noon"), ("kind", "info"), ("audience", "everybody"), ("starts_at", "2026-03-08T12:00")];
    browser.submit("/admin/announcements/new", "/admin/announcements", &fields).await.expect(303);
    let admin = app.user(Role::Admin).await;
    let item = admin.get("/admin/announcements").await.json()["items"][0].clone();
    assert_eq!(item["starts_at"], "2026-03-08T11:00:00Z");
    assert_eq!(item["banner"], false, "a box that isn't ticked");
    let page = browser.get(&format!("/admin/announcements/{}", item["id"].as_str().unwrap())).await.text;
    assert!(page.contains("value=\"2026-03-08T12:00\""));
    app.run_jobs().await;
}
