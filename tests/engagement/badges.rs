use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::{Value, json};

use super::{complete, earned, enroll, names};

async fn take(app: &TestApp, api: &momentum_testkit::Api, slug: &'static str, category: &'static str) {
    let course = app.course(slug).category(category).publish().await;
    enroll(api, &course).await;
    for lesson in &course.lessons {
        complete(api, lesson.id).await;
    }
}

#[tokio::test]
async fn the_sixteen_badges_are_there_with_pictures() {
    let app = TestApp::new().await;
    let all = app.visitor().get("/badges").await.expect(200).json();
    assert_eq!(all["total"], 16);
    let mut tiers = std::collections::BTreeMap::new();
    for badge in all["items"].as_array().unwrap() {
        *tiers.entry(badge["tier"].as_str().unwrap()).or_insert(0) += 1;
        let picture = app.browser().get(badge["image_url"].as_str().unwrap()).await.expect(200);
        assert_eq!(picture.header("content-type"), "image/svg+xml");
    }
    assert_eq!(tiers.into_values().collect::<Vec<_>>(), [4, 4, 4, 4]);
    app.browser().get("/badge-art/nothing-gold.svg").await.expect(404);
}

#[tokio::test]
async fn progress_towards_each_is_shown() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    take(&app, &api, "tea", "technology").await;
    let own = api.get("/me/badges").await.expect(200).json();
    let of = |slug: &str| {
        let items = own["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["badge"]["slug"] == slug).unwrap();
        (
            item["have"].as_i64().unwrap(),
            item["take"].as_i64().unwrap(),
            item["progress_percent"].as_i64().unwrap(),
        )
    };
    assert_eq!(of("5-courses-completed"), (1, 5, 20));
    assert_eq!(of("category-master"), (1, 3, 33));
    assert_eq!(of("category-explorer"), (1, 3, 33));
    // A site with one category has nothing to master yet.
    assert_eq!(of("all-categories-mastered"), (1, 3, 33));
    assert_eq!(of("lifetime-learner"), (1, 365, 0));
    // A course of seven days in one: quick.
    assert!(earned(&api).await.contains(&"quick-learner".to_owned()));
    app.run_jobs().await;
}

#[tokio::test]
async fn categories_and_speed_have_their_badges() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    for (slug, category) in [("a", "design"), ("b", "design"), ("c", "finance")] {
        take(&app, &api, slug, category).await;
    }
    assert!(earned(&api).await.contains(&"speed-demon".to_owned()));
    assert!(!earned(&api).await.contains(&"category-master".to_owned()));
    let last = app.course("d").category("design").publish().await;
    enroll(&api, &last).await;
    let mut report = Value::Null;
    for lesson in &last.lessons {
        report = complete(&api, lesson.id).await;
    }
    assert_eq!(names(&report["badges_awarded"]), ["category-master"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_profile_that_is_complete_earns_its_badge() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let most = json!({
        "headline": "Learner", "bio": "Hello", "age_range": "25-34", "country": "DE", "occupation": "Baker",
        "education": "master", "goals": "Learn", "daily_minutes": 20, "preferred_time": "evening"
    });
    api.patch("/me", most.clone()).await.expect(200);
    assert!(earned(&api).await.is_empty());
    api.patch("/me", json!({ "favorite_categories": ["design"] })).await.expect(200);
    assert_eq!(earned(&api).await, ["profile-completed"]);
    // What was earned stays.
    api.patch("/me", json!({ "bio": "" })).await.expect(200);
    assert_eq!(earned(&api).await, ["profile-completed"]);
    assert_eq!(api.get("/me/statistics").await.json()["total_points"], 20);
    // Also when an administrator completes it for somebody.
    let (admin, other) = (app.user(Role::Admin).await, app.user(Role::Free).await);
    let path = format!("/admin/users/{}", other.get("/me").await.json()["id"].as_str().unwrap());
    let mut rest = most;
    rest["favorite_categories"] = json!(["finance"]);
    admin.patch(&path, rest).await.expect(200);
    assert_eq!(earned(&other).await, ["profile-completed"]);
    assert!(earned(&admin).await.is_empty());
}

#[tokio::test]
async fn a_quiz_that_earns_a_badge_shows_it() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let badge = json!({ "name": "Quizzed", "description": "You passed a quiz.", "tier": "bronze", "emblem": "puzzle",
                        "rule": { "kind": "quizzes", "count": 1 } });
    admin.post("/admin/badges", badge).await.expect(201);
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    let lesson = course.lessons[0].id;
    api.get(&format!("/lessons/{lesson}/quiz")).await.expect(200);
    let answers = json!({ "answers": [{ "kind": "true_false", "answer": true }] });
    api.post(&format!("/lessons/{lesson}/quiz-attempts"), answers).await.expect(201);
    let browser = app.browser();
    let email = api.get("/me").await.json()["email"].as_str().unwrap().to_owned();
    browser.sign_in(&email, momentum_testkit::PASSWORD).await;
    let page = browser.get("/courses/tea/days/1/quiz/attempts/1").await.expect(200).text;
    assert!(page.contains("New badge") && page.contains("Quizzed"), "{page}");
    app.run_later_jobs().await;
}

fn three_design_courses(app_category: &Value) -> Value {
    json!({
        "name": "Design Month", "description": "You completed two design courses within 30 days.", "tier": "gold",
        "emblem": "rocket",
        "rule": { "kind": "courses", "count": 2, "category_id": app_category, "within_days": 30 }
    })
}

#[tokio::test]
async fn an_administrator_makes_a_badge_without_code() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let categories = admin.get("/categories").await.json();
    let design =
        categories["items"].as_array().unwrap().iter().find(|c| c["slug"] == "design").unwrap()["id"].clone();
    let mut before = app.user(Role::Free).await;
    let mut after = app.user(Role::Free).await;
    take(&app, &before, "a", "design").await;
    app.wait(TimeDelta::days(20));
    before.renew().await;
    take(&app, &before, "b", "design").await;
    let mut admin = admin;
    admin.renew().await;

    let mut wrong = three_design_courses(&design);
    wrong["rule"]["count"] = json!(0);
    wrong["emblem"] = json!("nothing");
    let refused = admin.post("/admin/badges", wrong).await.expect(422).json();
    let fields: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["emblem", "rule.count"]);
    let badge = admin.post("/admin/badges", three_design_courses(&design)).await.expect(201).json();
    assert_eq!(badge["slug"], "design-month");
    // Who has done it already gets it soon; who does it later gets it then.
    app.run_later_jobs().await;
    before.renew().await;
    after.renew().await;
    admin.renew().await;
    assert!(earned(&before).await.contains(&"design-month".to_owned()));
    for slug in ["a", "b"] {
        let course = app.visitor().get(&format!("/courses/{slug}")).await.json();
        after.post("/enrollments", json!({ "course_id": course["id"] })).await.expect(201);
        let mut report = Value::Null;
        for lesson in course["lessons"].as_array().unwrap() {
            let body = json!({ "lesson_id": lesson["id"], "completed": true });
            report = after.post("/progress", body).await.expect(200).json();
        }
        assert_eq!(names(&report["badges_awarded"]).contains(&"design-month"), slug == "b", "{report}");
    }

    // A harder rule and a retirement take nothing away.
    let mut twin = three_design_courses(&design);
    twin["name"] = json!(badge["name"].as_str().unwrap().to_uppercase());
    let refused = admin.post("/admin/badges", twin.clone()).await.expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "taken", "{refused}");
    for name in ["Design\u{0}", "\u{200b}", "\u{202e}ngiseD"] {
        twin["name"] = json!(name);
        admin.post("/admin/badges", twin.clone()).await.expect(422);
    }
    let path = format!("/admin/badges/{}", badge["id"].as_str().unwrap());
    let harder = json!({ "rule": { "kind": "courses", "count": 50 }, "version": 1 });
    admin.patch(&path, harder.clone()).await.expect(200);
    assert_eq!(admin.patch(&path, harder).await.expect(409).problem(), "badge-changed");
    admin.patch(&path, json!({ "active": false })).await.expect(200);
    app.run_later_jobs().await;
    before.renew().await;
    admin.renew().await;
    assert!(earned(&before).await.contains(&"design-month".to_owned()));
    assert_eq!(app.visitor().get("/badges").await.json()["total"], 16);
    assert_eq!(admin.delete(&path).await.expect(409).problem(), "badge-earned");

    let statistics = admin.get("/admin/badges/statistics").await.expect(200).json();
    let row =
        statistics["items"].as_array().unwrap().iter().find(|row| row["badge"]["id"] == badge["id"]).unwrap();
    assert_eq!((&row["holders"], &row["earned_last_30_days"]), (&json!(2), &json!(2)));
    app.run_jobs().await;
}

#[tokio::test]
async fn the_form_of_a_badge_offers_only_what_can_be_done() {
    const LIST: &str = "/admin/badges";
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let badge = json!({ "name": "Reader", "description": "You read.", "tier": "bronze", "emblem": "star",
                        "rule": { "kind": "lessons", "count": 50 } });
    let badge = admin.post(LIST, badge).await.expect(201).json();
    let path = format!("{LIST}/{}", badge["id"].as_str().unwrap());
    let delete = format!("action=\"{path}/delete\"");
    let browser = app.browser_of(Role::Admin).await;
    let page = browser.get(&path).await.expect(200).text;
    assert!(page.contains("Retire it first, then it can be deleted.") && !page.contains(&delete), "{page}");
    admin.patch(&path, json!({ "active": false })).await.expect(200);
    let page = browser.get(&path).await.expect(200).text;
    assert!(!page.contains("Retire it") && page.contains(&delete), "{page}");
    let many = json!({ "name": "Library", "description": "You read.", "tier": "gold", "emblem": "star",
                       "rule": { "kind": "lessons", "count": 5000 } });
    admin.post(LIST, many).await.expect(201);
    // Somebody has it: also said when the form comes back with an error.
    admin
        .patch(&path, json!({ "active": true, "rule": { "kind": "lessons", "count": 1 } }))
        .await
        .expect(200);
    let course = app.course("tea").publish().await;
    let learner = app.user(Role::Free).await;
    enroll(&learner, &course).await;
    complete(&learner, course.lessons[0].id).await;
    let fields = [
        ("version", "3"),
        ("name", "Reader"),
        ("description", "You read."),
        ("tier", "silver"),
        ("kind", "lessons"),
        ("count", "1"),
        ("within_days", "soon"),
        ("pace_percent", "50"),
        ("emblem", "star"),
        ("active", "true"),
    ];
    let refused = browser.submit(&path, &path, &fields).await.expect(422).text;
    for text in [
        "1 learner has it, so it can’t be deleted. Retire it: then nobody earns it any more.",
        "This goes only with courses: leave it empty.",
        "Enter a whole number.",
        "/badge-art/star-silver.svg",
    ] {
        assert!(refused.contains(text), "{text}: {refused}");
    }
    assert!(!refused.contains("only with lessons or courses") && !refused.contains(&delete));
    let own = learner_page(&app, &learner).await;
    assert!(own.contains("1 of 5,000"), "{own}");
    app.run_later_jobs().await;
}

/// What somebody sees of all badges.
async fn learner_page(app: &TestApp, api: &momentum_testkit::Api) -> String {
    let browser = app.browser();
    let email = api.get("/me").await.json()["email"].as_str().unwrap().to_owned();
    browser.sign_in(&email, momentum_testkit::PASSWORD).await;
    browser.get("/badges").await.expect(200).text
}

#[tokio::test]
async fn twenty_at_once_reach_a_badge_once() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let courses =
        [app.course("a").publish().await, app.course("b").publish().await, app.course("c").publish().await];
    admin
        .post(
            "/admin/badges",
            json!({ "name": "Twenty", "description": "Twenty lessons.", "tier": "silver", "emblem": "sun",
                    "rule": { "kind": "lessons", "count": 20 } }),
        )
        .await
        .expect(201);
    let api = app.user(Role::Free).await;
    for course in &courses {
        enroll(&api, course).await;
    }
    let lessons = courses.iter().flat_map(|course| &course.lessons).take(20);
    let answers = join_all(lessons.map(|lesson| complete(&api, lesson.id))).await;
    let got =
        answers.iter().flat_map(|answer| names(&answer["badges_awarded"])).filter(|slug| *slug == "twenty");
    assert_eq!(got.count(), 1);
    assert_eq!(api.get("/me/statistics").await.json()["lessons_completed"], 20);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_shared_badge_is_for_those_who_made_their_profile_public() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let course = app.course("tea").publish().await;
    enroll(&api, &course).await;
    complete(&api, course.lessons[0].id).await;
    let me = api.get("/me").await.json();
    let path = format!("/people/{}/badges/first-lesson-completed", me["id"].as_str().unwrap());
    let visitor = app.browser();
    visitor.get(&path).await.expect(404);
    visitor.get(&format!("{path}/picture.png")).await.expect(404);
    api.patch("/me", json!({ "is_public": true })).await.expect(200);
    let page = visitor.get(&path).await.expect(200).text;
    assert!(
        page.contains(&format!("<meta property=\"og:image\" content=\"{}{path}/picture.png\">", app.url)),
        "{page}"
    );
    let picture = visitor.get(&format!("{path}/picture.png")).await.expect(200);
    assert_eq!(picture.header("content-type"), "image/png");
    visitor.get(&format!("/people/{}/badges/30-day-streak", me["id"].as_str().unwrap())).await.expect(404);

    // The showcase.
    let badges = api.get("/me/badges").await.json();
    let id = |slug: &str| {
        let items = badges["items"].as_array().unwrap();
        items.iter().find(|item| item["badge"]["slug"] == slug).unwrap()["badge"]["id"].clone()
    };
    api.put("/me/badges/showcase", json!({ "badge_ids": [id("30-day-streak")] })).await.expect(422);
    let mine = id("first-lesson-completed");
    api.put("/me/badges/showcase", json!({ "badge_ids": [mine, mine] })).await.expect(422);
    api.put("/me/badges/showcase", json!({ "badge_ids": [mine] })).await.expect(204);
    let own = api.get("/me/badges").await.json();
    assert!(own["items"].as_array().unwrap().iter().any(|item| item["showcase"] == 1));
    let person = format!("/people/{}", me["id"].as_str().unwrap());
    let shown = app.visitor().get(&person).await.expect(200).json();
    assert_eq!((&shown["total_points"], &shown["badges"][0]["showcase"]), (&json!(30), &json!(1)), "{shown}");
    assert_eq!(shown["badges"][0]["slug"], "first-lesson-completed");
    assert!(visitor.get(&person).await.text.contains("property=\"og:image\""));
    // Too many: the page says so, and what was ticked stays.
    let browser = app.browser();
    browser.sign_in(me["email"].as_str().unwrap(), momentum_testkit::PASSWORD).await;
    let many = vec![("badge", mine.as_str().unwrap()); 7];
    let page = browser.submit("/badges", "/badges/showcase", &many).await.expect(422).text;
    assert!(page.contains("Choose at most 6 badges") && page.contains("checked"), "{page}");
    app.run_jobs().await;
}
