//! A lesson a day: joining, progress, time, today, finishing.

use chrono::{TimeDelta, TimeZone, Utc};
use momentum_core::{catalog::Access, identity::Role};
use momentum_testkit::{Api, TestApp};
use serde_json::{Value, json};

async fn enroll(api: &Api, course: &momentum_core::catalog::Course) -> Value {
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201).json()
}

async fn complete(api: &Api, lesson: momentum_core::ids::LessonId) -> Value {
    api.post("/progress", json!({ "lesson_id": lesson, "completed": true })).await.expect(200).json()
}

#[tokio::test]
async fn joining_twice_is_joining_once() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    let first = enroll(&api, &course).await;
    assert_eq!(first["progress_percent"], 0);
    assert_eq!(first["next_lesson_id"], json!(course.lessons[0].id));
    let again = api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(200).json();
    assert_eq!(again["id"], first["id"]);
    let list = api.get("/enrollments").await.expect(200).json();
    assert_eq!(list["total"], 1);
    let path = format!("/enrollments/{}", first["id"].as_str().unwrap());
    api.get(&path).await.expect(200);
    app.user(Role::Free).await.get(&path).await.expect(404);
    app.run_jobs().await;
}

#[tokio::test]
async fn who_may_join_follows_role_and_access() {
    let app = TestApp::new().await;
    let premium = app.course("rust").access(Access::Premium).publish().await;
    let paid = app.course("money").access(Access::Paid).publish().await;
    let free = app.user(Role::Free).await;
    let refused = free.post("/enrollments", json!({ "course_id": premium.card.id })).await;
    assert_eq!(refused.problem(), "premium-required");
    refused.expect(403);
    let unpaid = free.post("/enrollments", json!({ "course_id": paid.card.id })).await;
    assert_eq!(unpaid.problem(), "payment-required");
    unpaid.expect(402);
    for role in [Role::Premium, Role::Admin] {
        let api = app.user(role).await;
        enroll(&api, &premium).await;
        enroll(&api, &paid).await;
    }
    free.post("/enrollments", json!({ "course_id": momentum_core::ids::CourseId::new() })).await.expect(404);
    free.post("/enrollments", json!({ "course_id": "tea" })).await.expect(422);
    assert_eq!(free.get("/enrollments").await.json()["total"], 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_lesson_opens_to_those_who_joined() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    let (preview, second) = (course.lessons[0].id, course.lessons[1].id);
    assert_eq!(api.get(&format!("/lessons/{preview}")).await.expect(200).json()["enrolled"], false);
    let closed = api.get(&format!("/lessons/{second}")).await;
    assert_eq!(closed.problem(), "not-enrolled");
    closed.expect(403);
    let early = api.post("/progress", json!({ "lesson_id": preview, "completed": true })).await;
    assert_eq!(early.problem(), "not-enrolled");
    enroll(&api, &course).await;
    let lesson = api.get(&format!("/lessons/{second}")).await.expect(200).json();
    assert_eq!(lesson["day"], 2);
    assert_eq!(lesson["progress"]["completed_at"], Value::Null);
    assert!(lesson["body_html"].as_str().unwrap().contains("<strong>text</strong>"));
    app.visitor().get(&format!("/lessons/{second}")).await.expect(401);
    api.get("/lessons/nonsense").await.expect(404);
    app.run_jobs().await;
}

#[tokio::test]
async fn lessons_in_any_order_complete_the_course_once() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mut api = app.user(Role::Free).await;
    let enrollment = enroll(&api, &course).await;
    let mut order: Vec<_> = course.lessons.iter().map(|lesson| lesson.id).collect();
    order.reverse();
    for (n, lesson) in order.iter().enumerate() {
        app.wait(TimeDelta::hours(1));
        api.renew().await;
        let report = complete(&api, *lesson).await;
        assert_eq!(report["course"]["progress_percent"], (n + 1) * 100 / 7);
        assert_eq!(report["course"].get("completed_at").is_some(), n == 6);
        // The first lesson and the course have a badge each.
        assert_eq!(report["badges_awarded"].as_array().unwrap().is_empty(), n != 0 && n != 6);
    }
    let done = api.get(&format!("/enrollments/{}", enrollment["id"].as_str().unwrap())).await.json();
    assert_eq!(done["progress_percent"], 100);
    assert!(done.get("next_lesson_id").is_none());
    let completed_at = done["completed_at"].clone();

    app.wait(TimeDelta::hours(1));
    api.renew().await;
    let again = complete(&api, order[3]).await;
    assert_eq!(again["course"]["completed_at"], completed_at);
    assert!(again["lesson"]["completed_at"].as_str().unwrap() < completed_at.as_str().unwrap());
    let numbers = api.get("/me/statistics").await.expect(200).json();
    assert_eq!((&numbers["lessons_completed"], &numbers["courses_completed"]), (&json!(7), &json!(1)));
    app.run_jobs().await;
    assert_eq!(app.visitor().get("/courses/tea").await.json()["completion_count"], 1);
}

#[tokio::test]
async fn whoever_finishes_a_course_is_written_to_once() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let admin = app.user(Role::Admin).await;
    let api = app.user_in(Role::Free, "Pacific/Kiritimati").await;
    let email = api.get("/me").await.json()["email"].as_str().unwrap().to_owned();
    enroll(&api, &course).await;
    for lesson in &course.lessons[..6] {
        complete(&api, lesson.id).await;
    }
    assert!(app.mails_to(&email).await.is_empty());
    let report = complete(&api, course.lessons[6].id).await;
    complete(&api, course.lessons[6].id).await;

    let mails = app.mails_to(&email).await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((mail.template.as_str(), mail.state.as_str()), ("course-completed", "kept"));
    assert_eq!(mail.subject, format!("You finished {}", course.card.title));
    // It is tomorrow already where they live.
    let day = (app.now() + TimeDelta::hours(14)).format("%B %-d, %Y").to_string();
    assert_ne!(day, app.now().format("%B %-d, %Y").to_string());
    let points = format!("{} points and the badge", report["points_awarded"]);
    let link = format!("{}/courses/tea/completed", app.url);
    let badges: Vec<&str> = report["badges_awarded"]
        .as_array()
        .unwrap()
        .iter()
        .map(|badge| badge["name"].as_str().unwrap())
        .collect();
    assert!(badges.contains(&"First Course Completed"), "{badges:?}");
    let said = [day.as_str(), "one day", "all 7 lessons", &course.card.title, &points, &link];
    for part in said.into_iter().chain(badges) {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}: {}", mail.text);
    }

    // Administrators may switch it off.
    let path = "/admin/settings/notifications";
    let mut settings = admin.get(path).await.expect(200).json();
    settings["course_completed"] = json!(false);
    admin.put(path, settings).await.expect(200);
    let other = app.course("rust").publish().await;
    enroll(&api, &other).await;
    for lesson in &other.lessons {
        complete(&api, lesson.id).await;
    }
    assert_eq!(app.mails_to(&email).await.len(), 1);
}

#[tokio::test]
async fn only_time_that_passed_is_counted() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let other = app.course("rust").publish().await;
    let mut api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    enroll(&api, &other).await;
    let (first, second) = (course.lessons[0].id, other.lessons[0].id);
    let spend = |api: &Api, lesson, seconds: i64| {
        let api = api.clone();
        async move {
            let body = json!({ "lesson_id": lesson, "time_spent_seconds": seconds });
            api.post("/progress", body).await.expect(200).json()["lesson"]["time_spent_seconds"]
                .as_i64()
                .unwrap()
        }
    };
    assert_eq!(spend(&api, first, 600).await, 0, "no time has passed");
    app.wait(TimeDelta::seconds(15));
    assert_eq!(spend(&api, first, 15).await, 15);
    assert_eq!(spend(&api, second, 15).await, 0, "another tab can't count the same seconds");
    app.wait(TimeDelta::seconds(30));
    assert_eq!(spend(&api, second, 10).await, 10);
    app.wait(TimeDelta::hours(9));
    api.renew().await;
    assert_eq!(spend(&api, first, 32_400).await, 15 + 3_600, "a tab left open over night is capped");
    for wrong in [-1, 86_401] {
        let body = json!({ "lesson_id": first, "time_spent_seconds": wrong });
        assert_eq!(
            api.post("/progress", body).await.expect(422).json()["errors"][0]["field"],
            "time_spent_seconds"
        );
    }
    assert_eq!(api.get("/me/statistics").await.json()["time_spent_seconds"], 15 + 10 + 3_600);
    app.run_jobs().await;
}

#[tokio::test]
async fn video_position_and_ticks_are_kept() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    let id = course.lessons[0].id;
    api.post("/progress", json!({ "lesson_id": id, "video_position_seconds": 73 })).await.expect(200);
    let lesson = api.get(&format!("/lessons/{id}")).await.json();
    assert_eq!(lesson["progress"]["video_position_seconds"], 73);
    let item = lesson["action_items"][1]["id"].as_str().unwrap().to_owned();
    let path = format!("/lessons/{id}/action-items/{item}");
    for _ in 0..2 {
        api.put(&path, json!({ "ticked": true })).await.expect(204);
    }
    assert_eq!(api.get(&format!("/lessons/{id}")).await.json()["ticked_action_items"], json!([item]));
    api.put(&path, json!({ "ticked": false })).await.expect(204);
    assert_eq!(api.get(&format!("/lessons/{id}")).await.json()["ticked_action_items"], json!([]));
    let foreign = format!("/lessons/{}/action-items/{item}", course.lessons[1].id);
    api.put(&foreign, json!({ "ticked": true })).await.expect(404);
    app.user(Role::Free).await.put(&path, json!({ "ticked": true })).await.expect(403);
    app.run_jobs().await;
}

#[tokio::test]
async fn today_is_the_learners_today() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    // Two minutes to three at night in Auckland, where March 2 ends then; two in the afternoon in London.
    app.clock.set(Utc.with_ymd_and_hms(2026, 3, 2, 13, 58, 0).unwrap());
    let mut auckland = app.user_in(Role::Free, "Pacific/Auckland").await;
    let london = app.user_in(Role::Free, "Europe/London").await;
    for api in [&auckland, &london] {
        enroll(api, &course).await;
        complete(api, course.lessons[0].id).await;
    }
    let today =
        |dashboard: Value| (dashboard["today"].clone(), dashboard["active"][0]["done_for_today"].clone());
    assert_eq!(today(auckland.get("/me/dashboard").await.json()), (json!("2026-03-02"), json!(true)));
    app.wait(TimeDelta::minutes(5));
    assert_eq!(today(auckland.get("/me/dashboard").await.json()), (json!("2026-03-03"), json!(false)));
    assert_eq!(today(london.get("/me/dashboard").await.json()), (json!("2026-03-02"), json!(true)));
    app.wait(TimeDelta::minutes(10));
    auckland.renew().await;
    let active = auckland.get("/me/dashboard").await.json()["active"][0].clone();
    assert_eq!((&active["scheduled_day"], &active["next_day"]), (&json!(2), &json!(2)));
    app.run_jobs().await;
}

#[tokio::test]
async fn the_dashboard_goes_on_where_one_left_off() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    assert!(browser.get("/dashboard").await.text.contains("Start day 1"));
    let page = "/courses/tea/days/4";
    browser.submit(page, &format!("{page}/notes"), &[("text", "half way")]).await.expect(303);
    assert!(browser.get("/dashboard").await.text.contains("Continue day 4"));
    browser.submit(page, &format!("{page}/complete"), &[]).await.expect(303);
    assert!(browser.get("/dashboard").await.text.contains("Start day 1"));
    assert_eq!(course.lessons.len(), 7);
    app.run_jobs().await;
}

#[tokio::test]
async fn course_page_and_dashboard_go_on_in_the_same_lesson() {
    let app = TestApp::new().await;
    app.course("tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    browser
        .submit("/courses/tea/days/6", "/courses/tea/days/6/notes", &[("text", "half way")])
        .await
        .expect(303);
    assert!(browser.get("/dashboard").await.text.contains("Continue day 6"));
    assert!(browser.get("/courses/tea").await.text.contains("Continue with day 6"));
    app.run_jobs().await;
}

#[tokio::test]
async fn the_end_of_a_lesson_leads_to_what_is_left() {
    let app = TestApp::new().await;
    app.course("tea").publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    for (day, next) in
        [(4, Some(5)), (3, Some(5)), (7, Some(1)), (5, Some(6)), (6, Some(1)), (1, Some(2)), (2, None)]
    {
        app.wait(TimeDelta::minutes(1));
        let page = format!("/courses/tea/days/{day}");
        browser.submit(&page, &format!("{page}/complete"), &[]).await.expect(303);
        let text = browser.get(&page).await.expect(200).text;
        match next {
            Some(next) => assert!(text.contains(&format!("Start day {next}<")), "{day}: {text}"),
            None => assert!(text.contains("That was the last one") && text.contains("See how it went")),
        }
    }
    let text = browser.get("/courses/tea/days/7").await.text;
    assert!(text.contains("Day 7 is done") && !text.contains("That was the last one"));
    assert!(text.contains("See how it went") && !text.contains("Start day"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_hidden_lesson_leaves_the_way_through_its_course() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let admin = app.user(Role::Admin).await;
    let lesson = |day: usize| format!("/admin/lessons/{}", course.lessons[day - 1].id);
    for day in [1, 4] {
        admin.post(&format!("{}/unpublish", lesson(day)), json!({})).await.expect(200);
    }
    admin.patch(&lesson(3), json!({ "is_preview": true })).await.expect(200);
    let text = app.browser().get("/courses/tea").await.expect(200).text;
    assert!(text.contains("href=\"/courses/tea/days/3\"") && text.contains("Read day 3 first"), "{text}");

    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    let text = browser.get("/courses/tea/enrolled").await.expect(200).text;
    assert!(text.contains("href=\"/courses/tea/days/2\">Start day 2"));
    assert!(browser.get("/courses/tea").await.text.contains("Continue with day 2"));
    let page = |day: i64| format!("/courses/tea/days/{day}");
    let link =
        |text: &str, rel: &str, day: i64| text.contains(&format!("rel=\"{rel}\" href=\"{}\"", page(day)));
    assert!(link(&browser.get(&page(3)).await.expect(200).text, "next", 5));
    assert!(link(&browser.get(&page(5)).await.expect(200).text, "prev", 3));
    let text = browser.get(&page(7)).await.expect(200).text;
    assert!(text.contains("Day 7 of 7") && text.contains("All 5 days"));
    let quiz = format!("{}/quiz", page(3));
    browser.submit(&page(3), &format!("{quiz}/begin"), &[]).await.expect(303);
    let text = browser.get(&quiz).await.expect(200).text;
    let (_, rest) = text.split_once("name=\"attempt\" value=\"").unwrap();
    let attempt = rest.split('"').next().unwrap();
    browser.submit(&quiz, &quiz, &[("attempt", attempt), ("do", "anyway")]).await.expect(303);
    let text = browser.get(&format!("{quiz}/attempts/1")).await.expect(200).text;
    assert!(text.contains("Go to day 5"), "{text}");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_first_day_that_opens_later_is_not_promised_for_today() {
    let app = TestApp::new().await;
    let course = app.course("tea").drip().publish().await;
    let admin = app.browser_of(Role::Admin).await;
    let api = app.user(Role::Admin).await;
    for lesson in &course.lessons[..2] {
        api.post(&format!("/admin/lessons/{}/unpublish", lesson.id), json!({})).await.expect(200);
    }
    let preview = admin.get(&format!("/admin/courses/{}/preview", course.card.id)).await.expect(200).text;
    assert!(preview.contains("Continue with day 3"), "{preview}");
    admin.get(&format!("/admin/lessons/{}/preview", course.lessons[0].id)).await.expect(200);

    let browser = app.browser_of(Role::Free).await;
    let opens = (app.now() + TimeDelta::days(2)).format("Day 3 opens on %A, %B %-d.").to_string();
    let text = browser.get("/courses/tea").await.expect(200).text;
    assert!(text.contains(&opens) && !text.contains("right away"), "{text}");
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    let text = browser.get("/courses/tea/enrolled").await.expect(200).text;
    assert!(text.contains("Go to dashboard") && !text.contains("Start day"), "{text}");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn who_pays_for_all_is_not_told_that_a_course_is_free() {
    let app = TestApp::new().await;
    app.course("tea").access(Access::Paid).publish().await;
    let text = app.browser_of(Role::Premium).await.get("/courses/tea").await.expect(200).text;
    assert!(text.contains("Included in your membership. Day 1 opens") && !text.contains("Free. Day 1"));
}

#[tokio::test]
async fn a_dripping_course_opens_day_by_day() {
    let app = TestApp::new().await;
    let course = app.course("tea").drip().publish().await;
    let mut api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    let second = course.lessons[1].id;
    complete(&api, course.lessons[0].id).await;
    let closed = api.get(&format!("/lessons/{second}")).await;
    assert_eq!(closed.problem(), "not-open-yet");
    assert!(closed.json()["detail"].as_str().unwrap().starts_with("This lesson opens on "));
    api.post("/progress", json!({ "lesson_id": second, "completed": true })).await.expect(403);
    // What everybody may read can be read ahead; doing it waits for its day.
    let third = course.lessons[2].id;
    let admin = app.user(Role::Admin).await;
    admin.patch(&format!("/admin/lessons/{third}"), json!({ "is_preview": true })).await.expect(200);
    let ahead = api.get(&format!("/lessons/{third}")).await.expect(200).json();
    assert!(ahead["body"].as_str().is_some() && ahead["enrolled"] == true, "{ahead}");
    api.post("/progress", json!({ "lesson_id": third, "completed": true })).await.expect(403);
    let bodies = api.get("/courses/tea").await.json();
    let readable: Vec<bool> =
        bodies["lessons"].as_array().unwrap().iter().map(|lesson| lesson.get("body").is_some()).collect();
    assert_eq!(readable, [true, false, true, false, false, false, false]);
    // At midnight the day goes on: it ends at three, as for the streak.
    app.wait(TimeDelta::hours(12));
    api.renew().await;
    let closed = api.get(&format!("/lessons/{second}")).await.expect(403).json();
    assert_eq!(closed["detail"], "This lesson opens on March 3, 2026, at 3:00 AM.");
    app.wait(TimeDelta::hours(3));
    api.renew().await;
    complete(&api, second).await;
    app.run_jobs().await;
}

#[tokio::test]
async fn who_joins_after_midnight_goes_on_in_the_morning() {
    let app = TestApp::new().await;
    let course = app.course("tea").drip().publish().await;
    // 1:30 in Berlin on March 11: still the day of March 10.
    app.clock.set(Utc.with_ymd_and_hms(2026, 3, 11, 0, 30, 0).unwrap());
    let mut api = app.user_in(Role::Free, "Europe/Berlin").await;
    enroll(&api, &course).await;
    complete(&api, course.lessons[0].id).await;
    let dashboard = api.get("/me/dashboard").await.json();
    assert_eq!((&dashboard["today"], &dashboard["streak"]["days"]), (&json!("2026-03-10"), &json!(1)));
    app.wait(TimeDelta::hours(11));
    api.renew().await;
    complete(&api, course.lessons[1].id).await;
    let dashboard = api.get("/me/dashboard").await.json();
    assert_eq!((&dashboard["today"], &dashboard["streak"]["days"]), (&json!("2026-03-11"), &json!(2)));
    assert_eq!(dashboard["active"][0]["scheduled_day"], 2);
    let agenda = api.get("/me/schedule?from=2026-03-10&to=2026-03-11").await.expect(200).json();
    let dates: Vec<_> = agenda["items"].as_array().unwrap().iter().map(|item| &item["date"]).collect();
    assert_eq!(dates, ["2026-03-10", "2026-03-11"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn who_waits_for_a_day_is_told_when_it_opens() {
    let app = TestApp::new().await;
    app.course("tea").drip().publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    let (first, outline) = ("/courses/tea/days/1", "/courses/tea");
    assert!(!browser.get(first).await.text.contains("Day 2 opens tomorrow"), "not before it is done");
    browser.submit(first, &format!("{first}/complete"), &[]).await.expect(303);
    assert!(browser.get(first).await.expect(200).text.contains("Day 2 opens tomorrow."));
    for page in [outline, first, "/dashboard"] {
        assert!(browser.get(page).await.text.contains("Opens tomorrow"), "{page}");
    }
    let text = browser.get(outline).await.text;
    assert!(text.contains("<b>Day 2 opens tomorrow</b>") && !text.contains("Continue with day"), "{text}");
    assert!(
        text.contains("Opens on ") && text.contains("not open yet: ") && !text.contains("after you join")
    );
    let closed = browser.get("/courses/tea/days/3").await.expect(403).text;
    assert!(
        closed.contains("This lesson opens on ")
            && closed.contains("href=\"/courses/tea\">Back to the course")
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn progress_of_a_course_lists_its_lessons() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    let path = format!("/progress?course_id={}", course.card.id);
    api.get(&path).await.expect(403);
    enroll(&api, &course).await;
    complete(&api, course.lessons[2].id).await;
    let progress = api.get(&path).await.expect(200).json();
    assert_eq!(progress["course"]["lessons_completed"], 1);
    assert_eq!(progress["lessons"].as_array().unwrap().len(), 1);
    assert_eq!(progress["lessons"][0]["lesson_id"], json!(course.lessons[2].id));
    api.get("/progress").await.expect(422);
    api.get("/progress?course_id=tea").await.expect(422);
    app.run_jobs().await;
}

#[tokio::test]
async fn an_archived_course_goes_on_for_those_who_are_in_it() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    enroll(&api, &course).await;
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run("UPDATE courses SET status = 'archived'").await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
    complete(&api, course.lessons[1].id).await;
    let late = app.user(Role::Free).await.post("/enrollments", json!({ "course_id": course.card.id })).await;
    assert_eq!(late.problem(), "course-archived");
    assert_eq!(app.visitor().get("/courses").await.json()["total"], 0);
    assert!(
        app.browser_of(Role::Free)
            .await
            .get("/courses/tea")
            .await
            .text
            .contains("no longer takes new learners")
    );

    let mut tx = app.s.db.begin().await.unwrap();
    tx.run("UPDATE courses SET status = 'draft'").await.unwrap();
    tx.commit().await.unwrap();
    app.s.catalog.clear();
    let dashboard = api.get("/me/dashboard").await.expect(200).json();
    assert_eq!(dashboard["active"], json!([]), "what was taken back doesn't break the rest");
    app.visitor().get("/courses/tea").await.expect(404);
    app.browser().get("/courses/tea/days/1").await.expect(404);
}
