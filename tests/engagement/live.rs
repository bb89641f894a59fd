use std::time::Duration;

use axum::http::Method;
use momentum_core::{engagement::live, identity::Role};
use momentum_testkit::{Api, TestApp};
use serde_json::{Value, json};

use super::{complete, enroll};

/// A stream that is read event by event.
struct Events {
    answer: reqwest::Response,
    text: String,
}

impl Events {
    async fn open(api: &Api, query: &str) -> Self {
        Self::open_at(api, query).await.0
    }

    /// The stream, and how far somebody is when it begins.
    async fn open_at(api: &Api, query: &str) -> (Self, Value) {
        let answer = api.request(Method::GET, &format!("/events{query}")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut events = Self { answer, text: String::new() };
        let ready = events.next().await.unwrap();
        assert!(ready.contains("event: ready"));
        (events, data(&ready))
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

    /// The data of the next event of this name, past others.
    async fn next_of(&mut self, name: &str) -> Option<Value> {
        loop {
            let event = self.next().await?;
            if event.contains(&format!("event: {name}\n")) {
                return Some(data(&event));
            }
        }
    }

    async fn badge(&mut self) -> Option<Value> {
        self.next_of("badge").await
    }

    async fn progress(&mut self) -> Option<Value> {
        self.next_of("progress").await
    }
}

fn data(event: &str) -> Value {
    let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    serde_json::from_str(data).unwrap()
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
async fn progress_is_told_to_all_pages_of_a_learner() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let ada = app.user(Role::Free).await;
    let ben = app.user(Role::Free).await;
    enroll(&ben, &course).await;
    let (mut elsewhere, _) = Events::open_at(&ben, "").await;
    let (mut tab, begin) = Events::open_at(&ada, "").await;
    let nothing =
        json!({"courses_joined": 0, "courses_completed": 0, "lessons_completed": 0, "total_points": 0});
    assert_eq!(begin, nothing);
    let look = async || live::look(&app.s).await.unwrap();
    look().await;
    enroll(&ada, &course).await;
    look().await;
    let joined =
        json!({"courses_joined": 1, "courses_completed": 0, "lessons_completed": 0, "total_points": 0});
    assert_eq!(tab.progress().await, Some(joined.clone()));

    // A page that is opened later is as far, and both hear what comes then, once.
    let (mut other_tab, begin) = Events::open_at(&ada, "").await;
    assert_eq!(begin, joined);
    complete(&ada, course.lessons[0].id).await;
    look().await;
    let points = ada.get("/me/statistics").await.expect(200).json()["total_points"].clone();
    assert!(points.as_i64().unwrap() > 0);
    let one =
        json!({"courses_joined": 1, "courses_completed": 0, "lessons_completed": 1, "total_points": points});
    for tab in [&mut tab, &mut other_tab] {
        assert_eq!(tab.progress().await, Some(one.clone()));
    }
    look().await;
    assert_eq!(tab.progress().await, None, "nothing has happened since");
    assert_eq!(elsewhere.progress().await, None, "it is somebody else's");

    for lesson in &course.lessons[1..] {
        complete(&ada, lesson.id).await;
    }
    look().await;
    let all = tab.progress().await.expect("progress");
    assert_eq!(all["courses_completed"], 1);
    assert_eq!(all["lessons_completed"], course.lessons.len());
    app.run_jobs().await;
}

#[tokio::test]
async fn what_happens_on_another_server_is_told_here() {
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
    assert_eq!(tab.progress().await.expect("progress")["lessons_completed"], 1);
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
