//! Finding courses: lists, filters, course pages, and what search engines see.

use momentum_core::{catalog::Access, identity::Role};
use momentum_testkit::TestApp;

async fn slugs(app: &TestApp, query: &str) -> Vec<String> {
    let list = app.visitor().get(&format!("/courses?{query}")).await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|c| c["slug"].as_str().unwrap().to_owned()).collect()
}

async fn some_courses(app: &TestApp) {
    app.course("tea").title("Tea for beginners").category("business").publish().await;
    app.wait(chrono::TimeDelta::hours(1));
    app.course("rust").title("Rust, 100% explained").days(14).access(Access::Premium).publish().await;
    app.wait(chrono::TimeDelta::hours(1));
    app.course("money").title("Money_plan").category("finance").access(Access::Paid).publish().await;
}

#[tokio::test]
async fn the_catalog_of_a_category_has_a_name_of_its_own() {
    let app = TestApp::new().await;
    some_courses(&app).await;
    let browser = app.browser();
    let head = async |path: &str| {
        let page = browser.get(path).await.expect(200).text;
        let (head, _) = page.split_once("</head>").unwrap();
        head.to_owned()
    };
    let all = head("/courses").await;
    assert!(all.contains("<title>Courses · ") && all.contains("content=\"Every course of 7, 14"), "{all}");
    let business = head("/courses?category=business").await;
    assert!(business.contains("<title>Business courses · "), "{business}");
    assert!(
        business.contains("name=\"description\" content=\"Write, lead, sell and decide better at work.\"")
    );
    assert!(head("/courses?category=nope").await.contains("<title>Courses · "));
}

#[tokio::test]
async fn courses_are_filtered_sorted_and_paged() {
    let app = TestApp::new().await;
    some_courses(&app).await;
    assert_eq!(slugs(&app, "sort=newest").await, ["money", "rust", "tea"]);
    assert_eq!(slugs(&app, "category=business").await, ["tea"]);
    assert_eq!(slugs(&app, "duration=14").await, ["rust"]);
    assert_eq!(slugs(&app, "access=paid").await, ["money"]);
    assert_eq!(slugs(&app, "level=advanced").await, Vec::<String>::new());
    assert_eq!(
        slugs(&app, "category=&duration=&access=&level=&q=&sort=newest&limit=1&offset=1").await,
        ["rust"]
    );
    assert_eq!(slugs(&app, "q=TEA%20beginners").await, ["tea"]);
    assert_eq!(slugs(&app, "q=100%25").await, ["rust"], "a percent sign is a character like any other");
    assert_eq!(slugs(&app, "q=y_p").await, ["money"], "and so is an underscore");
    assert_eq!(slugs(&app, "q=%00").await, Vec::<String>::new());
    let page = app.visitor().get("/courses?limit=2").await.json();
    assert_eq!((&page["total"], &page["limit"], &page["offset"]), (&3.into(), &2.into(), &0.into()));
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let paid = app.visitor().get("/courses?access=paid").await.json();
    assert_eq!(paid["items"][0]["price"], serde_json::json!({ "amount": 1900, "currency": "USD" }));
}

#[tokio::test]
async fn a_wrong_filter_is_named() {
    let app = TestApp::new().await;
    for (query, field) in [
        ("duration=8", "duration"),
        ("access=cheap", "access"),
        ("level=9", "level"),
        ("sort=color", "sort"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("offset=-1", "offset"),
        ("limit=99999999999999999999", "limit"),
    ] {
        let problem = app.visitor().get(&format!("/courses?{query}")).await.expect(422).json();
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn popularity_counts_enrollments() {
    let app = TestApp::new().await;
    let tea = app.course("tea").publish().await;
    app.course("rust").publish().await;
    let learner = app.user(Role::Free).await;
    learner.post("/enrollments", serde_json::json!({ "course_id": tea.card.id })).await.expect(201);
    app.run_jobs().await;
    assert_eq!(slugs(&app, "sort=popular").await, ["tea", "rust"]);
    let card = app.visitor().get("/courses/tea").await.json();
    assert_eq!(card["enrollment_count"], 1);
}

#[tokio::test]
async fn categories_count_their_published_courses() {
    let app = TestApp::new().await;
    some_courses(&app).await;
    let list = app.visitor().get("/categories").await.expect(200).json();
    let names: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|c| c["slug"].as_str().unwrap()).collect();
    assert_eq!(names, ["technology", "business", "personal-development", "marketing", "design", "finance"]);
    assert_eq!(list["items"][1]["course_count"], 1);
    assert_eq!(list["items"][4]["course_count"], 0);
    assert!(!list["items"][0]["target_audience"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_course_shows_bodies_only_to_those_who_may_read() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let bodies = |course: serde_json::Value| {
        course["lessons"].as_array().unwrap().iter().filter(|l| l.get("body").is_some()).count()
    };
    let by_id = app.visitor().get(&format!("/courses/{}", course.card.id)).await.expect(200).json();
    assert_eq!(by_id["slug"], "tea");
    assert_eq!(by_id["lessons"].as_array().unwrap().len(), 7);
    assert_eq!(bodies(by_id), 1, "the preview");
    let learner = app.user(Role::Free).await;
    assert_eq!(bodies(learner.get("/courses/tea").await.json()), 1);
    learner.post("/enrollments", serde_json::json!({ "course_id": course.card.id })).await.expect(201);
    assert_eq!(bodies(learner.get("/courses/tea").await.json()), 7);
    assert_eq!(bodies(app.user(Role::Admin).await.get("/courses/tea").await.json()), 7);
    app.visitor().get("/courses/coffee").await.expect(404);
    app.run_jobs().await;
}

#[tokio::test]
async fn quiz_answers_never_leave_the_server() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let learner = app.user(Role::Free).await;
    learner.post("/enrollments", serde_json::json!({ "course_id": course.card.id })).await.expect(201);
    let lesson = course.lessons[0].id;
    for path in ["/courses/tea".to_owned(), format!("/lessons/{lesson}")] {
        let text = learner.get(&path).await.expect(200).text;
        assert!(!text.contains("secret reason"), "{path}");
    }
    let page = app.browser().get("/courses/tea/days/1").await.expect(200).text;
    assert!(!page.contains("secret reason"));
    app.run_jobs().await;
}

#[tokio::test]
async fn the_course_page_says_the_right_thing_to_everybody() {
    let app = TestApp::new().await;
    some_courses(&app).await;
    let visitor = app.browser();
    let free = app.browser_of(Role::Free).await;
    let premium = app.browser_of(Role::Premium).await;
    assert!(visitor.get("/courses/tea").await.text.contains("Create a free account to start"));
    assert!(visitor.get("/courses/money").await.text.contains("Costs $19"));
    assert!(free.get("/courses/tea").await.text.contains("Start this course"));
    assert!(free.get("/courses/rust").await.text.contains("Premium members can take this course"));
    assert!(free.get("/courses/money").await.text.contains("Costs $19"));
    assert!(premium.get("/courses/rust").await.text.contains("Start this course"));
    assert!(premium.get("/courses/money").await.text.contains("Start this course"));
    premium.submit("/courses/rust", "/courses/rust/enroll", &[]).await.expect(303);
    assert!(premium.get("/courses/rust").await.text.contains("Continue with day 1"));
    app.run_jobs().await;
}

#[tokio::test]
async fn catalog_pages_filter_and_turn() {
    let app = TestApp::new().await;
    for n in 0..26 {
        app.course(&format!("course-{n:02}")).publish().await;
    }
    let browser = app.browser();
    let first = browser.get("/courses").await.expect(200).text;
    assert!(first.contains("26 courses"));
    assert_eq!(first.matches("/covers/course-").count(), 24);
    assert!(first.contains("/courses?page=2"));
    let second = browser.get("/courses?page=2").await.text;
    assert_eq!(second.matches("/covers/course-").count(), 2);
    let searched = browser.get("/courses?q=course-07&sort=newest").await.text;
    assert!(searched.contains("1 course for “course-07”"));
    let nothing = browser.get("/courses?q=nothing-like-it").await.text;
    assert!(nothing.contains("0 courses") && nothing.contains("No course fits all of that"));
    let too_far = browser.get("/courses?sort=newest&page=999").await.expect(200).text;
    assert!(too_far.contains("This page doesn’t exist") && !too_far.contains("No course fits"));
    assert!(too_far.contains("href=\"/courses?sort=newest\">Go to the first page"), "{too_far}");
    let empty = TestApp::new().await.browser().get("/courses").await.expect(200).text;
    assert!(empty.contains("Nothing is published yet") && !empty.contains("Remove a filter"));
    // What a link got wrong doesn't break the page.
    browser.get("/courses?page=zero&duration=x&access=&%ff=%fe").await.expect(200);
    let request = browser.request(reqwest::Method::GET, "/courses?page=2").header("hx-request", "true");
    let fragment = browser.send(request).await.expect(200).text;
    assert!(!fragment.contains("<html") && fragment.contains("course-"));
}

#[tokio::test]
async fn what_people_type_is_never_markup() {
    let app = TestApp::new().await;
    let attack = "<script>alert(1)</script>";
    app.course("evil")
        .title("A & B < C")
        .body(&format!("{attack}\n\n[x](javascript:alert(1))"))
        .publish()
        .await;
    let browser = app.browser();
    for path in [
        "/courses?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/courses/evil",
        "/courses/evil/days/1",
        "/courses",
        "/sign-in?return_to=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/%3Cscript%3Ealert(1)%3C/script%3E",
    ] {
        let text = browser.get(path).await.text;
        assert!(!text.contains(attack), "{path}");
        assert!(!text.contains("javascript:alert"), "{path}");
    }
    assert!(browser.get("/courses/evil").await.text.contains("A &#38; B &#60; C"));
}

#[tokio::test]
async fn search_engines_find_the_courses_and_nothing_private() {
    let app = TestApp::new().await;
    some_courses(&app).await;
    let browser = app.browser();
    let map = browser.get("/sitemap.xml").await.expect(200);
    assert_eq!(map.header("content-type"), "application/xml");
    assert!(map.text.contains(&format!("<loc>{}/courses/tea</loc>", app.url)));
    assert!(browser.get("/robots.txt").await.text.contains(&format!("Sitemap: {}/sitemap.xml", app.url)));
    let page = browser.get("/courses/tea?utm=1").await.text;
    assert!(page.contains(&format!("<link rel=\"canonical\" href=\"{}/courses/tea\">", app.url)));
    assert!(page.contains("property=\"og:title\"") && page.contains("\"@type\":\"Course\""));
    assert!(!page.contains("noindex"));
    assert!(app.browser_of(Role::Free).await.get("/settings/profile").await.text.contains("noindex"));
    let cover = browser.get("/covers/tea.svg").await.expect(200);
    assert_eq!(cover.header("content-type"), "image/svg+xml");
    assert!(cover.text.starts_with("<svg"));
    browser.get("/covers/none.svg").await.expect(404);
}
