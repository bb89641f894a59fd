use chrono::{NaiveDate, TimeDelta};
use futures::future::join_all;
use icalendar::{Calendar, Component, DatePerhapsTime, Event};
use momentum_core::identity::Role;
use momentum_testkit::{Answer, Api, PASSWORD, TestApp};
use serde_json::json;

use super::{choose, complete, late_learner, learner};

/// The path of the caller's feed.
async fn link(api: &Api, body: serde_json::Value) -> String {
    let link = api.post("/me/calendar-link", body).await.expect(200).json();
    let url = link["url"].as_str().expect("an address").to_owned();
    format!("/calendar/{}", url.rsplit_once('/').expect("a path").1)
}

async fn read(app: &TestApp, path: &str) -> Answer {
    app.browser().get(path).await
}

fn events(text: &str) -> Vec<Event> {
    let calendar: Calendar = text.parse().expect("a calendar");
    calendar.components.iter().filter_map(|component| component.as_event().cloned()).collect()
}

fn date(value: Option<DatePerhapsTime>) -> NaiveDate {
    match value {
        Some(DatePerhapsTime::Date(date)) => date,
        other => panic!("not a date: {other:?}"),
    }
}

#[tokio::test]
async fn a_feed_has_the_lessons_as_days() {
    let app = TestApp::new().await;
    let title = "Tea, slowly; with \\\\ and ümläuts that make the line long enough to be folded twice over";
    let course = app.course("tea").title(title).publish().await;
    let api = late_learner(&app, &course).await;
    let answer = read(&app, &link(&api, json!({})).await).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("x-robots-tag"), "noindex");
    let text = &answer.text;
    assert!(
        text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") && text.ends_with("END:VCALENDAR\r\n"),
        "{text}"
    );
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "every line ends as the standard says");
    // The standard recommends 75; a folded line's last piece may have one more.
    assert!(text.split("\r\n").all(|line| line.len() <= 76), "{text}");
    assert!(text.contains("X-WR-CALNAME:Momentum lessons\r\n"));
    let events = events(text);
    assert_eq!(events.len(), 7);
    for (event, day) in events.iter().zip(2_u32..) {
        let on = NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
        assert_eq!(date(event.get_start()), on);
        assert_eq!(date(event.get_end()), on.succ_opt().unwrap(), "the end is not part of it");
        assert!(event.get_timestamp().is_some() && event.get_uid().is_some());
        let url = format!("{}/courses/tea/days/{}", app.s.settings.base_url, day - 1);
        assert_eq!(event.get_url(), Some(url.as_str()));
        assert!(
            event.get_description().unwrap().starts_with("Tea, slowly; with \\ and ümläuts"),
            "{event:?}"
        );
    }
    assert_eq!(events[0].get_summary(), Some("✓ Day 1: Lesson 1"));
    assert_eq!(events[1].get_summary(), Some("Day 2: Lesson 2"));
}

#[tokio::test]
async fn a_feed_follows_the_plan_under_the_same_names() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = late_learner(&app, &course).await;
    let path = link(&api, json!({})).await;
    let first = read(&app, &path).await.expect(200);
    let tag = first.header("etag").to_owned();
    let known = async |tag: &str| {
        let browser = app.browser();
        let request = browser.request(reqwest::Method::GET, &path).header("if-none-match", tag);
        browser.send(request).await
    };
    let unchanged = known(&tag).await.expect(304);
    assert_eq!((unchanged.text.as_str(), unchanged.header("etag")), ("", tag.as_str()));
    app.wait(TimeDelta::minutes(10));
    choose(&api, "tea", json!({ "choice": "shift" })).await;
    complete(&api, &course, 2).await;
    let second = known(&tag).await.expect(200);
    let (before, after) = (events(&first.text), events(&second.text));
    for (old, new) in before.iter().zip(&after) {
        assert_eq!(old.get_uid(), new.get_uid());
    }
    let sequence = |event: &Event| event.get_sequence().unwrap();
    assert!(sequence(&before[1]) < sequence(&after[1]) && sequence(&before[6]) < sequence(&after[6]));
    assert!(before[6].get_timestamp() < after[6].get_timestamp());
    assert_eq!(date(after[6].get_start()), NaiveDate::from_ymd_opt(2026, 3, 10).unwrap());
    app.run_jobs().await;
}

#[tokio::test]
async fn a_link_that_was_replaced_or_removed_opens_nothing() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = learner(&app, &course, "UTC").await;
    api.get("/me/calendar-link").await.expect(404);
    let first = link(&api, json!({})).await;
    assert_eq!(link(&api, json!({})).await, first, "it can be looked at again");
    assert!(api.get("/me/calendar-link").await.expect(200).text.contains(&first));
    let second = link(&api, json!({ "replace": true })).await;
    assert_ne!(second, first);
    read(&app, &first).await.expect(404);
    read(&app, &second).await.expect(200);
    api.delete("/me/calendar-link").await.expect(204);
    api.delete("/me/calendar-link").await.expect(204);
    read(&app, &second).await.expect(404);
    for nothing in ["/calendar/.ics", "/calendar/guessed.ics", second.trim_end_matches(".ics")] {
        read(&app, nothing).await.expect(404);
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_links_at_once_are_one() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let links = join_all((0..20).map(|_| link(&api, json!({})))).await;
    assert!(links.iter().all(|link| *link == links[0]));
    assert_eq!(app.count("SELECT COUNT(*) FROM calendar_links").await, 1);
    let feed = read(&app, &links[0]).await.expect(200);
    assert!(events(&feed.text).is_empty(), "no courses, no lessons");
}

#[tokio::test]
async fn a_suspended_account_has_no_feed() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    let path = link(&api, json!({})).await;
    app.set_state(&email, "suspended").await;
    read(&app, &path).await.expect(404);
    app.set_state(&email, "active").await;
    read(&app, &path).await.expect(200);
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run(momentum_db::sql!("DELETE FROM users WHERE email = $1", email.as_str())).await.unwrap();
    tx.commit().await.unwrap();
    read(&app, &path).await.expect(404);
    assert_eq!(app.count("SELECT COUNT(*) FROM calendar_links").await, 0);
}

#[tokio::test]
async fn reading_and_guessing_are_limited() {
    let app = TestApp::with_real_limits().await;
    let api = app.user(Role::Free).await;
    let other = link(&app.user(Role::Free).await, json!({})).await;
    let path = link(&api, json!({})).await;
    for _ in 0..30 {
        read(&app, &path).await.expect(200);
    }
    let refused = read(&app, &path).await.expect(429);
    assert!(!refused.header("retry-after").is_empty());
    read(&app, &other).await.expect(200);
    for _ in 0..30 {
        read(&app, "/calendar/guessed.ics").await.expect(404);
    }
    read(&app, "/calendar/guessed.ics").await.expect(429);
    read(&app, &other).await.expect(200);
}
