//! The pages as a browser without scripts uses them, and what every response carries.

use momentum_core::{catalog::Access, identity::Role};
use momentum_testkit::{PASSWORD, TestApp};
use reqwest::Method;

#[tokio::test]
async fn from_sign_up_to_a_finished_course_without_a_script() {
    let app = TestApp::new().await;
    app.course("tea").title("Tea").publish().await;
    let browser = app.browser();
    let refused = browser
        .submit(
            "/sign-up",
            "/sign-up",
            &[("name", "Ada"), ("email", "ada@example.com"), ("password", "weak")],
        )
        .await
        .expect(422);
    assert!(refused.text.contains("ada@example.com") && !refused.text.contains("value=\"weak\""));
    let fields = [
        ("name", "Ada"),
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("time_zone", "Asia/Tokyo"),
        ("return_to", "/courses/tea"),
    ];
    let welcome = browser.submit("/sign-up", "/sign-up", &fields).await.expect(303);
    assert_eq!(welcome.header("location"), "/courses/tea");
    let joined = browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    assert_eq!(joined.header("location"), "/courses/tea/enrolled");
    assert!(browser.get("/courses/tea/enrolled").await.expect(200).text.contains("/courses/tea/days/1"));
    let again = browser.submit("/courses/tea", "/sign-out", &[]).await.expect(303);
    assert_eq!(again.header("location"), "/");
    assert_eq!(
        browser.get("/dashboard").await.expect(303).header("location"),
        "/sign-in?return_to=/dashboard"
    );
    browser.sign_in("ada@example.com", PASSWORD).await;
    assert!(browser.get("/dashboard").await.text.contains("Start day 1"));
    for day in 1..=7 {
        let page = format!("/courses/tea/days/{day}");
        let done = browser.submit(&page, &format!("{page}/complete"), &[]).await.expect(303);
        let expected = if day < 7 { format!("{page}#completion") } else { "/courses/tea/completed".into() };
        assert_eq!(done.header("location"), expected);
    }
    assert!(browser.get("/courses/tea/completed").await.expect(200).text.contains("Tea"));
    let dashboard = browser.get("/dashboard").await.expect(200).text;
    assert!(dashboard.contains("/courses/tea/completed") || dashboard.contains("Tea"));
    assert!(dashboard.contains("course completed"));
    app.run_jobs().await;
}

#[tokio::test]
async fn ticks_and_heartbeats_from_the_lesson_page() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    let lesson = momentum_core::catalog::lesson(&app.s, course.lessons[0].id).await.unwrap();
    let item = lesson.action_items[0].id.to_string();
    let page = "/courses/tea/days/1";
    let path = "/courses/tea/days/1/checklist";
    browser.submit(page, path, &[("item", &item), ("checked", "true")]).await.expect(303);
    assert_eq!(browser.get(page).await.text.matches("aria-checked=\"true\"").count(), 1);
    browser.submit(page, path, &[("item", &item), ("checked", "maybe")]).await.expect(400);
    browser.submit(page, path, &[("item", "nothing"), ("checked", "true")]).await.expect(404);

    app.wait(chrono::TimeDelta::seconds(20));
    let token = browser.form_token(page).await;
    let beat = browser
        .request(Method::POST, "/courses/tea/days/1/heartbeat")
        .header("x-csrf-token", &token)
        .json(&serde_json::json!({ "seconds": 15 }));
    browser.send(beat).await.expect(204);
    assert_eq!(app.count("SELECT time_spent_seconds FROM enrollments").await, 15);
    app.run_jobs().await;
}

#[tokio::test]
async fn completing_by_script_answers_a_fragment() {
    let app = TestApp::new().await;
    app.course("tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    let token = browser.form_token("/courses/tea/days/1").await;
    let request = browser
        .request(Method::POST, "/courses/tea/days/1/complete")
        .header("hx-request", "true")
        .header("x-csrf-token", &token)
        .form(&[("csrf", token.as_str())]);
    let fragment = browser.send(request).await.expect(200).text;
    assert!(!fragment.contains("<html") && fragment.contains("Start day 2"));
    app.run_jobs().await;
}

#[tokio::test]
async fn closed_doors_show_the_way() {
    let app = TestApp::new().await;
    app.course("tea").publish().await;
    app.course("rust").access(Access::Premium).publish().await;
    let visitor = app.browser();
    visitor.get("/courses/tea/days/1").await.expect(200);
    let sent = visitor.get("/courses/tea/days/2").await.expect(303);
    assert_eq!(sent.header("location"), "/sign-in?return_to=/courses/tea/days/2");
    let free = app.browser_of(Role::Free).await;
    assert_eq!(free.get("/courses/tea/days/2").await.expect(303).header("location"), "/courses/tea");
    let token = free.form_token("/dashboard").await;
    let refused = free.post_with("/courses/rust/enroll", &token, &[]).await.expect(303);
    assert_eq!(refused.header("location"), "/courses/rust");
    for path in
        ["/courses/tea/days/8", "/courses/tea/days/x", "/courses/none", "/courses/none/days/1", "/nowhere"]
    {
        let page = free.get(path).await.expect(404);
        assert!(page.text.contains("took a day off") && page.text.contains("href=\"/courses\""), "{path}");
    }
    let signed_in_already = free.get("/sign-in?return_to=/courses/tea").await.expect(303);
    assert_eq!(signed_in_already.header("location"), "/courses/tea");
    let elsewhere = free.get("/sign-in?return_to=//evil.example").await.expect(303);
    assert_eq!(elsewhere.header("location"), "/dashboard");
}

#[tokio::test]
async fn every_response_carries_the_security_headers() {
    let app = TestApp::new().await;
    app.course("tea").publish().await;
    let browser = app.browser();
    for path in
        ["/", "/courses", "/courses/tea", "/nowhere", "/api/v1/courses", "/health/live", "/covers/tea.svg"]
    {
        let answer = browser.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        let policy = answer.header("content-security-policy").to_owned();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("script-src 'unsafe") && !policy.contains("eval"), "{path}: {policy}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
    }
    let nonce = |answer: &momentum_testkit::Answer| {
        let policy = answer.header("content-security-policy").to_owned();
        policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned()
    };
    let (first, second) = (browser.get("/courses").await, browser.get("/courses").await);
    assert_ne!(nonce(&first), nonce(&second), "a nonce is used once, also on a page rendered once for many");
    for answer in [&first, &second] {
        assert!(answer.text.contains(&format!("nonce=\"{}\"", nonce(answer))));
        assert_eq!(
            answer.text.matches("<script").count(),
            answer.text.matches(&nonce(answer)).count()
                - answer.text.matches("<link rel=\"stylesheet\"").count()
        );
    }
}

#[tokio::test]
async fn the_cookie_of_a_session_is_out_of_reach_for_scripts() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let browser = app.browser();
    let answer = browser
        .submit("/sign-in", "/sign-in", &[("email", &email), ("password", PASSWORD)])
        .await
        .expect(303);
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("momentum_session=")
            && cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax")
    );
    let page = browser.get("/dashboard").await;
    assert_eq!(page.header("cache-control"), "private, no-cache");
    let visitor = app.browser().get("/courses").await;
    assert!(visitor.header("set-cookie").is_empty(), "who only looks gets no cookie");
}

#[tokio::test]
async fn too_much_and_unreadable_input_is_refused() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let token = browser.form_token("/sign-in").await;
    let big = "x".repeat(300_000);
    let answer = browser.post_with("/sign-in", &token, &[("email", &big), ("password", "x")]).await;
    answer.expect(413);
    let request = browser
        .request(Method::POST, "/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-csrf-token", &token)
        .body(vec![0xff, 0xfe, b'%', b'=', 0x00]);
    let status = browser.send(request).await.status.as_u16();
    assert!((400..500).contains(&status), "{status}");
    let wrong_method = browser.send(browser.request(Method::DELETE, "/courses")).await;
    wrong_method.expect(405);
    let odd =
        browser.request(Method::POST, "/sign-in").header("cookie", "momentum_session=\u{fffd}; a=b; ;=");
    assert!(browser.send(odd).await.status.as_u16() < 500);
}

#[tokio::test]
async fn an_instance_says_how_it_is() {
    let app = TestApp::new().await;
    let browser = app.browser();
    assert_eq!(browser.get("/health/live").await.expect(200).json()["status"], "ok");
    assert_eq!(browser.get("/health/ready").await.expect(200).json()["status"], "ok");
    app.s.db.close().await;
    browser.get("/health/live").await.expect(200);
    browser.get("/health/ready").await.expect(503);
    let page = browser.get("/courses").await;
    assert_eq!(page.status, 503);
    assert!(!page.header("retry-after").is_empty());
}

#[tokio::test]
async fn pages_about_errors_know_who_looks() {
    let app = TestApp::new().await;
    let member = app.browser_of(Role::Free).await;
    for (path, status) in [("/nothing/here", 404), ("/sign-out", 405), ("/courses/none", 404)] {
        let page = member.get(path).await.expect(status);
        assert!(page.text.contains("action=\"/sign-out\""), "{path} shows a visitor's header");
        let page = app.browser().get(path).await.expect(status);
        assert!(
            !page.text.contains("action=\"/sign-out\"") && page.text.contains("href=\"/sign-in\""),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page_without_it() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for (path, page) in [("/courses/", "/courses"), ("/courses/?q=tea&page=2", "/courses?q=tea&page=2")] {
        assert_eq!(browser.get(path).await.expect(308).header("location"), page);
    }
    for path in ["//evil.example/", "///evil.example/", "/api/v1/courses/"] {
        browser.get(path).await.expect(404);
    }
    let posted = browser.request(Method::POST, "/courses/");
    browser.send(posted).await.expect(404);
}

#[tokio::test]
async fn a_message_waits_for_a_page_that_is_looked_at() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/settings/devices", "/settings/devices/revoke-others", &[]).await.expect(303);
    let said = "<div class=\"toast\"";
    let ahead = browser.request(Method::GET, "/dashboard").header("purpose", "prefetch");
    assert!(!browser.send(ahead).await.expect(200).text.contains(said));
    assert!(browser.get("/dashboard").await.text.contains(said));
    assert!(!browser.get("/dashboard").await.text.contains(said), "once");
}

#[tokio::test]
async fn the_dashboard_suggests_what_can_be_started_now() {
    let app = TestApp::new().await;
    app.course("saffron").access(Access::Premium).publish().await;
    app.course("tea").publish().await;
    app.course("coffee").publish().await;
    let free = app.browser_of(Role::Free).await;
    let dashboard = free.get("/dashboard").await.expect(200).text;
    let place = |page: &str, slug: &str| page.find(&format!("/courses/{slug}?from=recommended\"")).unwrap();
    assert!(place(&dashboard, "saffron") > place(&dashboard, "tea").max(place(&dashboard, "coffee")));
    assert!(!dashboard.contains("spent learning"));
    let premium = app.browser_of(Role::Premium).await.get("/dashboard").await.text;
    assert!(place(&premium, "saffron") < place(&premium, "tea").max(place(&premium, "coffee")));

    free.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    for day in 1..=7 {
        let page = format!("/courses/tea/days/{day}");
        free.submit(&page, &format!("{page}/complete"), &[]).await.expect(303);
    }
    let dashboard = free.get("/dashboard").await.expect(200).text;
    let (_, recommended) = dashboard.split_once("id=\"recommended\"").unwrap();
    let (recommended, _) = recommended.split_once("</section>").unwrap();
    assert!(recommended.contains("/courses/coffee?") && !recommended.contains("/courses/tea?"));
    assert!(recommended.contains("Because you finished “tea”"));
    assert!(dashboard.contains("spent learning") && !dashboard.contains("Your first day"));
    app.run_jobs().await;
}
