use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{Browser, TestApp};

const PLAN: &str = "/courses/tea/schedule";

/// A browser of somebody who has done day 1 and then nothing for so many days.
async fn learner(app: &TestApp, away: i64) -> Browser {
    app.course("tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    browser.submit("/courses/tea/days/1", "/courses/tea/days/1/complete", &[]).await.expect(303);
    app.wait(TimeDelta::days(away));
    app.run_jobs().await;
    browser
}

/// How often the page asks about missed days.
async fn asks(browser: &Browser, path: &str) -> Option<String> {
    let page = browser.get(path).await.expect(200).text;
    let (_, rest) = page.split_once("<section class=\"rescue\" aria-label=\"")?;
    Some(rest.split('"').next().unwrap_or_default().to_owned())
}

const PLACES: [&str; 3] = ["/dashboard", "/courses/tea", "/courses/tea/days/2"];

#[tokio::test]
async fn one_missed_day_is_no_matter() {
    let app = TestApp::new().await;
    let browser = learner(&app, 2).await;
    for place in PLACES {
        assert_eq!(asks(&browser, place).await, None, "{place}");
    }
    assert!(browser.get("/courses/tea").await.text.contains(PLAN), "the plan can be changed at any time");
}

#[tokio::test]
async fn two_missed_days_are_asked_about_until_there_is_a_plan() {
    let app = TestApp::new().await;
    let browser = learner(&app, 3).await;
    for place in PLACES {
        assert_eq!(asks(&browser, place).await.as_deref(), Some("tea: You missed two days"), "{place}");
    }
    let page = browser.get(PLAN).await.expect(200).text;
    assert!(page.contains("<h1>You missed two days</h1>"));
    assert!(page.contains("Finish on Tuesday, March 10") && page.contains("Finish on Sunday, March 8"));
    let text = "2 lessons today and on Friday, March 6, about 30 min a day; one on each other day.";
    assert!(page.contains(text), "{page}");
    let chosen =
        browser.submit(PLAN, PLAN, &[("choice", "shift"), ("today", "2026-03-05")]).await.expect(303);
    assert_eq!(chosen.header("location"), PLAN);
    let page = browser.get(PLAN).await.expect(200).text;
    assert!(page.contains("Your new plan is set.") && page.contains("<h1>Your plan</h1>"));
    assert!(page.contains("<b>on Tuesday, March 10</b>"));
    for place in PLACES {
        assert_eq!(asks(&browser, place).await, None, "{place}");
    }
    let dashboard = browser.get("/dashboard").await.text;
    assert!(dashboard.contains("href=\"/courses/tea/days/2\">Lesson 2</a>"), "today's lesson");
}

#[tokio::test]
async fn several_courses_behind_are_one_question() {
    let app = TestApp::new().await;
    let slugs = ["tea", "coffee", "cocoa"];
    for slug in slugs {
        app.course(slug).publish().await;
    }
    let browser = app.browser_of(Role::Free).await;
    for slug in slugs {
        let course = format!("/courses/{slug}");
        let day = format!("{course}/days/1");
        browser.submit(&course, &format!("{course}/enroll"), &[]).await.expect(303);
        browser.submit(&day, &format!("{day}/complete"), &[]).await.expect(303);
    }
    app.wait(TimeDelta::days(3));
    app.run_jobs().await;
    let page = browser.get("/dashboard").await.expect(200).text;
    assert_eq!(page.matches("class=\"rescue\"").count(), 1, "{page}");
    assert!(page.contains("3 courses wait where you left them") && page.contains("You missed two days"));
    for slug in slugs {
        assert_eq!(page.matches(&format!("href=\"/courses/{slug}/schedule\"")).count(), 1, "{slug}: {page}");
    }
    app.run_later_jobs().await;
}

#[tokio::test]
async fn what_was_left_is_asked_about_when_more_was_missed() {
    let app = TestApp::new().await;
    let browser = learner(&app, 3).await;
    let left = browser.submit(PLAN, PLAN, &[("choice", "leave"), ("today", "2026-03-05")]).await.expect(303);
    assert_eq!(left.header("location"), "/dashboard");
    for place in PLACES {
        assert_eq!(asks(&browser, place).await, None, "{place}");
    }
    app.wait(TimeDelta::days(1));
    assert_eq!(asks(&browser, "/dashboard").await.as_deref(), Some("tea: You missed three days"));
}

#[tokio::test]
async fn weekdays_are_shown_before_they_are_chosen() {
    let app = TestApp::new().await;
    let browser = learner(&app, 1).await;
    let page = browser.get(PLAN).await.expect(200).text;
    assert!(!page.contains("name=\"choice\""), "nothing to choose from yet");
    let shown =
        browser.get("/courses/tea/schedule?by=weekdays&weekday=monday&weekday=friday").await.expect(200).text;
    assert!(
        shown.contains("One lesson on every Monday and Friday, beginning on Friday, March 6."),
        "{shown}"
    );
    assert!(shown.contains("Finish on Monday, March 23"));
    assert!(shown.contains("name=\"weekday\" value=\"monday\""));
    let none = browser.get("/courses/tea/schedule?by=weekdays").await.expect(200).text;
    let summary = none.split_once("id=\"form-errors\"").and_then(|(_, rest)| rest.split_once("<form"));
    let (summary, form) = summary.expect("the summary stands before the forms");
    assert!(summary.contains("<a href=\"#f-weekday\">I learn on: Choose at least one day.</a>"), "{none}");
    assert!(form.contains("id=\"f-weekday\"") && form.contains("Choose at least one day."), "{none}");
    let fields =
        [("choice", "weekdays"), ("weekday", "monday"), ("weekday", "friday"), ("today", "2026-03-03")];
    let token = browser.form_token("/dashboard").await;
    browser.post_with(PLAN, &token, &fields).await.expect(303);
    assert!(browser.get(PLAN).await.text.contains("<b>on Monday, March 23</b>"));
    let calendar = browser.get("/schedule").await.expect(200).text;
    assert!(calendar.contains("Finishes on Monday, March 23"));
}

#[tokio::test]
async fn bad_choices_change_nothing() {
    let app = TestApp::new().await;
    let browser = learner(&app, 3).await;
    let token = browser.form_token("/dashboard").await;
    let post = async |fields: &[(&str, &str)]| browser.post_with(PLAN, &token, fields).await;
    for fields in [
        &[("choice", "sleep")][..],
        &[],
        &[("choice", "weekdays")],
        &[("choice", "weekdays"), ("weekday", "someday")],
    ] {
        post(fields).await.expect(422);
    }
    let late = post(&[("choice", "shift"), ("today", "2026-03-04")]).await.expect(409);
    assert!(
        late.text.contains("A new day has begun meanwhile.") && late.text.contains("value=\"2026-03-05\"")
    );
    assert_eq!(asks(&browser, "/dashboard").await.as_deref(), Some("tea: You missed two days"));

    let stranger = app.browser_of(Role::Free).await;
    assert_eq!(stranger.get(PLAN).await.expect(303).header("location"), "/courses/tea");
    let token = stranger.form_token("/dashboard").await;
    stranger.post_with(PLAN, &token, &[("choice", "shift")]).await.expect(303);
    stranger.get("/courses/coffee/schedule").await.expect(404);
}

#[tokio::test]
async fn the_calendar_shows_months_and_the_secret_address() {
    let app = TestApp::new().await;
    let browser = learner(&app, 3).await;
    let page = browser.get("/schedule").await.expect(200).text;
    assert!(page.contains("<h2 id=\"month\">March 2026</h2>"));
    assert!(
        page.contains("href=\"/schedule?month=2026-02\"")
            && page.contains("href=\"/schedule?month=2026-04\"")
    );
    let today = "<time datetime=\"2026-03-05\" aria-current=\"date\">";
    assert_eq!(page.matches(today).count(), 2, "in the grid and in the list");
    assert!(page.contains("<span class=\"sr-only\">Done: tea, </span>Day 1: Lesson 1"));
    assert!(page.contains("<span class=\"sr-only\">Still open: tea, </span>Day 2: Lesson 2"));
    assert!(page.contains("<span class=\"sr-only\">Planned: tea, </span>Day 4: Lesson 4"));
    let april = browser.get("/schedule?month=2026-04").await.expect(200).text;
    assert!(april.contains("April 2026") && april.contains("No lessons in this month."));
    for nonsense in ["x", "2026-13", "99999-01", "0000-00", "2026-03-05"] {
        let page = browser.get(&format!("/schedule?month={nonsense}")).await.expect(200).text;
        assert!(page.contains("March 2026"), "{nonsense}");
    }

    browser.submit("/schedule", "/schedule/calendar-link", &[]).await.expect(303);
    let address = async || {
        let page = browser.get("/schedule").await.text;
        let (_, rest) = page.split_once("readonly value=\"").expect("an address");
        let url = rest.split('"').next().unwrap().to_owned();
        url.strip_prefix(&app.s.settings.base_url).expect("the site's own address").to_owned()
    };
    let first = address().await;
    app.browser().get(&first).await.expect(200);
    browser.submit("/schedule", "/schedule/calendar-link", &[]).await.expect(303);
    assert_eq!(address().await, first);
    browser.submit("/schedule", "/schedule/calendar-link/replace", &[]).await.expect(303);
    let second = address().await;
    assert_ne!(second, first);
    app.browser().get(&first).await.expect(404);
    browser.submit("/schedule", "/schedule/calendar-link/remove", &[]).await.expect(303);
    app.browser().get(&second).await.expect(404);
    assert!(!browser.get("/schedule").await.text.contains(&second));
}
