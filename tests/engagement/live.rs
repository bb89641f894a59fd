use std::time::Duration;

use axum::http::Method;
use momentum_core::{engagement::live, identity::Role};
use momentum_testkit::{Api, TestApp};
use serde_json::Value;

use super::{complete, enroll};

/// A stream that is read event by event.
struct Events {
    answer: reqwest::Response,
    text: String,
}

impl Events {
    async fn open(api: &Api, query: &str) -> Self {
        let answer = api.request(Method::GET, &format!("/events{query}")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut events = Self { answer, text: String::new() };
        assert!(events.next().await.unwrap().contains("event: ready"));
        events
    }

    /// The next event, unless nothing comes for a while or the stream ends.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(event);
            }
            let chunk = tokio::time::timeout(Duration::from_millis(700), self.answer.chunk()).await.ok()?;
            self.text.push_str(std::str::from_utf8(&chunk.unwrap()?).unwrap());
        }
    }

    async fn badge(&mut self) -> Option<Value> {
        let event = self.next().await?;
        assert!(event.contains("event: badge"), "{event}");
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        Some(serde_json::from_str(data).unwrap())
    }
}

#[tokio::test]
async fn badges_are_told_to_whoever_listens() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let ada = app.user(Role::Free).await;
    let ben = app.user(Role::Free).await;
    enroll(&ada, &course).await;
    let (mut tab, mut other_tab) = (Events::open(&ada, "").await, Events::open(&ada, "").await);
    let mut elsewhere = Events::open(&ben, "").await;
    let begun = app.now();
    app.wait(chrono::TimeDelta::microseconds(2_345_678));
    complete(&ada, course.lessons[0].id).await;
    for _ in 0..2 {
        live::look(&app.s).await.unwrap();
    }
    for tab in [&mut tab, &mut other_tab] {
        let told = tab.badge().await.expect("a badge");
        assert_eq!(told["badge"]["slug"], "first-lesson-completed");
        assert!(told["badge"]["image_url"].as_str().unwrap().starts_with("/badge-art/"));
        assert!(tab.badge().await.is_none(), "once");
    }
    assert!(elsewhere.badge().await.is_none(), "it is somebody else's");

    // Whoever comes back hears what they have missed; whoever is new doesn't.
    let since = format!("?since={}", begun.timestamp_micros());
    let mut late = Events::open(&ada, &since).await;
    let event = late.next().await.expect("the badge");
    let id = event.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id").to_owned();
    assert!(Events::open(&ada, &format!("?since={id}")).await.badge().await.is_none(), "it was seen");
    assert!(Events::open(&ada, "").await.badge().await.is_none());
    app.run_jobs().await;
}

#[tokio::test]
async fn a_badge_of_another_server_is_told_here() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let ada = app.user(Role::Free).await;
    enroll(&ada, &course).await;
    let mut tab = Events::open(&ada, "").await;
    app.wait(chrono::TimeDelta::seconds(2));
    let other = app.other_server().await;
    complete(&ada, course.lessons[0].id).await;
    // The other one has no listeners; what it sees must not use up what this one tells.
    live::look(&other).await.unwrap();
    live::look(&app.s).await.unwrap();
    assert!(tab.badge().await.is_some());
    app.run_jobs().await;
}

#[tokio::test]
async fn streams_have_limits_and_end_with_the_server() {
    let app = TestApp::new().await;
    app.visitor().get("/events").await.expect(401);
    app.browser().get("/events").await.expect(303);
    let ada = app.user(Role::Free).await;
    ada.get("/events?since=yesterday").await.expect(422);
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(Events::open(&ada, "").await);
    }
    ada.get("/events").await.expect(429);
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    live::run(app.s.clone(), stop).await;
    for mut stream in open {
        let rest = tokio::time::timeout(Duration::from_secs(5), stream.answer.chunk()).await;
        assert!(matches!(rest, Ok(Ok(None))), "the stream has ended");
    }
}
