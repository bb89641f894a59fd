//! The pages of authoring without scripts, as an administrator uses them.

use momentum_core::identity::Role;
use momentum_testkit::{Answer, Browser, TestApp};
use reqwest::Method;

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location").to_owned()
}

/// The value of an input.
fn value(page: &str, name: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}"));
    rest.split('"').next().unwrap().to_owned()
}

/// A new draft; answers its address in the panel.
async fn make(browser: &Browser, title: &str) -> String {
    let fields = [
        ("title", title),
        ("category", "design"),
        ("duration_days", "7"),
        ("level", "beginner"),
        ("language", "en"),
        ("access", "free"),
        ("author", "Ada"),
        ("subtitle", "A line"),
        ("objectives", "One\nTwo\r\n\nThree"),
        (
            "description",
            "Long enough to tell people what it is, for whom it is made, and what they will have at the end of it.",
        ),
        ("tags", "one, Two,, one"),
    ];
    let made = browser.submit("/admin/courses/new", "/admin/courses/new", &fields).await;
    location(&made).strip_suffix("/lessons").unwrap().to_owned()
}

#[tokio::test]
async fn a_course_is_made_and_published_by_forms_alone() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    let wrong = browser.submit("/admin/courses/new", "/admin/courses/new", &[("title", "Tea & more")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("value=\"Tea &#38; more\""), "what was typed stays");

    let course = make(&browser, "Tea <b>now</b>").await;
    let page = browser.get(&course).await.expect(200);
    assert!(page.text.contains("Tea &#60;b&#62;now&#60;/b&#62;") && !page.text.contains("<b>now</b>"));
    assert!(page.text.contains("value=\"one, two\""), "each tag once, in lower case");
    browser.submit(&course, &format!("{course}/publish"), &[]).await;
    assert!(browser.get(&course).await.text.contains("Not published yet"), "it says what is missing");

    let list = format!("{course}/lessons");
    let empty = browser.submit(&list, &list, &[("title", "  ")]).await;
    assert_eq!(empty.status, 422);
    let mut lessons = Vec::new();
    for day in 1..=7 {
        let added = location(&browser.submit(&list, &list, &[("title", &format!("Day {day}"))]).await);
        let version = value(&browser.get(&added).await.text, "version");
        let fields = [
            ("version", version.as_str()),
            ("title", "A lesson"),
            ("minutes", "16"),
            ("body", "## Hello\r\n\r\nText."),
            ("action_item", "Do it"),
            ("action_item_id", ""),
            ("action_item", ""),
            ("action_item_id", ""),
            ("resource_title", "Link"),
            ("resource_url", "https://example.com"),
            ("resource_kind", "tool"),
            ("resource_title", ""),
            ("resource_url", ""),
            ("resource_kind", "article"),
        ];
        let saved = browser.submit(&added, &added, &fields).await;
        assert_eq!(location(&saved), added);
        lessons.push(added);
    }
    assert!(!browser.get(&list).await.text.contains("Add lesson"), "every day has its lesson");
    let moved = [("lesson", lessons[6].rsplit('/').next().unwrap()), ("direction", "earlier")];
    location(&browser.submit(&list, &format!("{course}/lessons/move"), &moved).await);
    assert!(browser.get(&lessons[6]).await.text.contains("Day 6: A lesson"));

    location(&browser.submit(&course, &format!("{course}/publish"), &[]).await);
    assert!(app.browser().get("/courses/tea-b-now-b").await.expect(200).text.contains("A line"));
    let lesson = browser.get("/courses/tea-b-now-b/days/1").await.expect(200);
    assert!(lesson.text.contains("<h2>Hello</h2>") && lesson.text.contains("https://example.com"));

    assert!(browser.get(&list).await.text.contains("Every day has its lesson."));
    location(&browser.submit(&lessons[0], &format!("{}/unpublish", lessons[0]), &[]).await);
    for page in [&list, &lessons[0], &"/admin/lessons".to_owned()] {
        assert!(browser.get(page).await.text.contains("data-state=\"hidden\">Hidden</span>"), "{page}");
    }
    let text = browser.get(&list).await.text;
    assert!(text.contains("Day 1 is hidden: publish its lesson.") && !text.contains("Every day has"));
    app.run_later_jobs().await;
}

#[tokio::test]
async fn the_lesson_form_names_the_lists_that_are_wrong() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    let course = make(&browser, "Tea").await;
    let list = format!("{course}/lessons");
    let lesson = location(&browser.submit(&list, &list, &[("title", "Water")]).await);
    let page = browser.get(&lesson).await.text;
    assert!(page.contains("0 action items and 0 questions"), "empty rows don't count: {page}");
    let version = value(&page, "version");
    for (minutes, said) in
        [("16", "Please check the resources"), ("soon", "Please check one field and the resources")]
    {
        let fields = [
            ("version", version.as_str()),
            ("title", "Water"),
            ("minutes", minutes),
            ("resource_title", "Link"),
            ("resource_url", "nowhere"),
            ("resource_kind", "tool"),
        ];
        let refused = browser.submit(&lesson, &lesson, &fields).await.expect(422).text;
        assert!(refused.contains(&format!("<b>{said}</b>")), "{refused}");
    }
}

#[tokio::test]
async fn two_editors_see_what_the_other_has_written() {
    let app = TestApp::new().await;
    let (first, second) = (app.browser_of(Role::Admin).await, app.browser_of(Role::Admin).await);
    let course = make(&first, "Tea").await;
    let list = format!("{course}/lessons");
    let lesson = location(&first.submit(&list, &list, &[("title", "Water")]).await);
    let version = value(&second.get(&lesson).await.text, "version");
    let fields = |body: &'static str, version: &str| {
        let version = version.to_owned();
        move |browser: Browser, path: String| async move {
            let fields =
                [("version", version.as_str()), ("title", "Water"), ("minutes", "16"), ("body", body)];
            browser.submit(&path, &path, &fields).await
        }
    };
    location(&fields("First text", &version)(first.clone(), lesson.clone()).await);
    let refused = fields("Second text", &version)(second.clone(), lesson.clone()).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("Somebody else changed this lesson"));
    assert!(refused.text.contains("<span class=\"sr-only\">Removed: </span>First text"), "{}", refused.text);
    assert!(refused.text.contains("<span class=\"sr-only\">Added: </span>Second text"));
    assert!(second.get(&lesson).await.text.contains("First text"), "nothing is overwritten");
    // Having seen both, the second one decides.
    let now = value(&refused.text, "version");
    location(&fields("Second text", &now)(second.clone(), lesson.clone()).await);
    assert!(first.get(&lesson).await.text.contains("Second text"));

    let late = [
        ("version", "1"),
        ("title", "Coffee"),
        ("category", "design"),
        ("duration_days", "7"),
        ("level", "beginner"),
        ("language", "en"),
        ("access", "free"),
    ];
    location(&first.submit(&course, &course, &late).await);
    let refused = second.submit(&course, &course, &late).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("value=\"Coffee\""));
}

#[tokio::test]
async fn what_was_typed_into_a_deleted_lesson_comes_back() {
    let app = TestApp::new().await;
    let (first, second) = (app.browser_of(Role::Admin).await, app.browser_of(Role::Admin).await);
    let course = make(&first, "Tea").await;
    let list = format!("{course}/lessons");
    let lesson = location(&first.submit(&list, &list, &[("title", "Water")]).await);
    let token = first.form_token(&lesson).await;
    assert_eq!(location(&second.submit(&lesson, &format!("{lesson}/delete"), &[]).await), list);
    for minutes in ["16", "never"] {
        let fields = [
            ("version", "1"),
            ("title", "Warm water"),
            ("minutes", minutes),
            ("body", "An hour of <b>work</b>"),
            ("action_item", "Boil it"),
        ];
        let gone = first.post_with(&lesson, &token, &fields).await.expect(404).text;
        assert!(gone.contains("This lesson was deleted"), "{gone}");
        assert!(
            gone.contains("Warm water\n\nAn hour of &#60;b&#62;work&#60;/b&#62;\n\n- Boil it</textarea>"),
            "{gone}"
        );
    }
    app.run_later_jobs().await;
}

#[tokio::test]
async fn drafts_are_previewed_by_administrators_only() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    let course = make(&browser, "Tea").await;
    let list = format!("{course}/lessons");
    let lesson = location(&browser.submit(&list, &list, &[("title", "Water")]).await);
    let version = value(&browser.get(&lesson).await.text, "version");
    let typed = [("version", version.as_str()), ("title", "Warm water"), ("body", "Half *a* sentence")];
    let token = browser.form_token(&lesson).await;
    let form: Vec<_> = typed.into_iter().chain([("csrf", token.as_str())]).collect();
    let request =
        browser.request(Method::POST, &format!("{lesson}/draft")).header("accept", "application/json");
    let kept = browser.send(request.form(&form)).await.expect(200);
    assert_eq!(kept.json()["version"], 2);

    let preview = browser.get(&format!("{lesson}/preview")).await.expect(200);
    assert!(preview.text.contains("Half <em>a</em> sentence") && preview.text.contains("noindex"));
    // As a learner sees it, with nothing that could be sent, and it leads on to previews only.
    assert!(
        preview.text.contains("Your notes") && preview.text.contains("Here learners mark day 1 complete.")
    );
    assert!(!preview.text.contains("Free preview") && !preview.text.contains("\"/courses/tea"));
    assert!(preview.text.contains(&format!("{course}/preview")));
    assert!(browser.get(&lesson).await.text.contains("This is text that you typed"));
    let preview = browser.get(&format!("{course}/preview")).await.expect(200);
    assert!(preview.text.contains("This is a preview") && preview.text.contains("Continue with day 1"));
    assert!(preview.text.contains(&format!("{lesson}/preview")) && preview.text.contains("0 of 1"));
    for path in [&course, &lesson, &format!("{course}/preview"), &format!("{lesson}/preview")] {
        app.browser_of(Role::Premium).await.get(path).await.expect(403);
    }
    app.browser().get("/courses/tea").await.expect(404);
}

#[tokio::test]
async fn lists_are_filtered_exported_and_acted_on() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    app.course("ready").title("Ready").publish().await;
    let draft = make(&browser, "=cmd()").await;
    let page = browser.get("/admin/courses?q=ready&status=published").await.expect(200);
    assert!(page.text.contains("1–1 of 1") && page.text.contains("Ready"));
    assert!(browser.get("/admin/courses?q=zebra").await.text.contains("Nothing matches"));
    let too_far = browser.get("/admin/courses?sort=title&page=9999").await.expect(200).text;
    assert!(too_far.contains("This page doesn’t exist") && too_far.contains("2 in all"), "{too_far}");
    let chosen = browser.get("/admin/courses?columns=finished&sort=title&dir=desc").await.expect(200);
    assert!(chosen.text.contains("Finished</th>") || chosen.text.contains(">Finished<"));
    assert!(!chosen.text.contains("data-label=\"Learners\""));
    assert!(chosen.text.contains("aria-sort=\"descending\""));
    let csv = browser.get("/admin/courses?format=csv").await.expect(200);
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.text.contains("'=cmd()"), "no formula: {}", csv.text);

    let (id, ready) = (draft.rsplit('/').next().unwrap(), app.s.clone());
    let course = momentum_core::catalog::course(&ready, "ready").await.unwrap().card.id.to_string();
    let both = [("id", id), ("id", course.as_str()), ("action", "publish")];
    let done = browser.submit("/admin/courses", "/admin/courses/bulk", &both).await.expect(200).text;
    assert!(done.contains("Done for 1 of 2") && done.contains("Before it can be published"), "{done}");
    let archive = [("id", course.as_str()), ("action", "archive"), ("confirmed", "true")];
    location(&browser.submit("/admin/courses", "/admin/courses/bulk", &archive).await);
    app.browser().get("/courses").await.expect(200);
    assert_eq!(app.visitor().get("/courses").await.json()["total"], 0);
    assert!(browser.get("/admin/lessons?q=zebra").await.expect(200).text.contains("Nothing matches"));
    assert!(browser.get("/admin/lessons").await.expect(200).text.contains("1–7 of 7"));
    app.run_later_jobs().await;
}

#[tokio::test]
async fn the_panel_counts_and_finds() {
    let app = TestApp::new().await;
    let course = app.course("tea").title("All about tea").publish().await;
    let learner = app.user(Role::Free).await;
    let body = serde_json::json!({ "course_id": course.card.id });
    learner.post("/enrollments", body).await.expect(201);
    let admin = app.user(Role::Admin).await;
    let overview = admin.get("/admin/overview").await.expect(200).json();
    assert_eq!(overview["enrollments"], 1);
    assert_eq!(overview["published_courses"], 1);
    assert_eq!(overview["latest_enrollments"][0]["course_title"], "All about tea");
    assert!(overview["users"].as_i64().unwrap() >= 2);
    let found = admin.get("/admin/search?q=ABOUT").await.expect(200).json();
    assert_eq!(found["courses"][0]["title"], "All about tea");
    assert_eq!(admin.get("/admin/search?q=%25").await.json()["courses"], serde_json::json!([]));
    // With or without accents, whichever has them.
    let id = course.card.id;
    admin.patch(&format!("/admin/courses/{id}"), serde_json::json!({ "title": "Ünïcode" })).await.expect(200);
    let person = serde_json::json!({ "email": "o@example.com", "name": "ÖZLEM", "role": "free" });
    admin.post("/admin/users", person).await.expect(201);
    for q in ["unicode", "%C3%9Cn%C3%AFc", "%C3%BCNI"] {
        let found = admin.get(&format!("/admin/search?q={q}")).await.json();
        assert_eq!(found["courses"][0]["title"], "Ünïcode", "{q}");
    }
    assert_eq!(admin.get("/admin/search?q=ozlem").await.json()["users"][0]["title"], "ÖZLEM");
    admin
        .patch(&format!("/admin/courses/{id}"), serde_json::json!({ "title": "All about tea" }))
        .await
        .expect(200);

    let browser = app.browser_of(Role::Admin).await;
    assert!(browser.get("/admin").await.expect(200).text.contains("joined All about tea"));
    let page = browser.get("/admin/search?q=audit").await.expect(200);
    assert!(page.text.contains("href=\"/admin/audit\""));
    let request = browser.request(Method::GET, "/admin/search?q=tea").header("accept", "application/json");
    let data = browser.send(request).await.expect(200).json();
    assert_eq!(data["groups"][0]["kind"], "Courses");
    app.run_later_jobs().await;
}
