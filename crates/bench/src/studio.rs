//! What the studio adds to a model's own time: a model that answers at once writes courses of seven days.

use std::time::{Duration, Instant};

use momentum_core::{
    identity::Role,
    jobs::{Worker, WorkerOptions},
};
use momentum_testkit::{Api, ScriptedModel, TestApp};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::Result;

const DAYS: u32 = 7;
/// Courses that one worker has at the same time.
const AT_ONCE: u32 = 20;
/// What the plan, each of its lessons with text, extras and script, their judgement and their saving may take together.
pub(crate) const REACH_MILLIS: f64 = 100.0;

/// Milliseconds for each lesson of one course, and seconds for twenty courses at once.
pub(crate) async fn measure() -> Result<(f64, f64)> {
    let model = ScriptedModel::default();
    let app = TestApp::with_model(&model).await;
    let admin = app.user(Role::Admin).await;
    admin.put("/admin/settings/ai", json!({ "courses_per_day": 1_000 })).await.expect(200);
    let begun = Instant::now();
    ask(&admin, "One").await;
    app.run_jobs().await;
    let each = begun.elapsed().as_secs_f64() * 1_000.0 / f64::from(DAYS);

    for number in 0..AT_ONCE {
        ask(&admin, &format!("Habit {number}")).await;
    }
    let options = WorkerOptions { poll: Duration::from_millis(50), ..WorkerOptions::default() };
    let handlers = momentum_server::handlers(&app.s);
    let worker = Worker::with_options(app.s.db.clone(), app.s.clock.clone(), handlers, Vec::new(), options);
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let working = tokio::spawn({
        let stop = stop.clone();
        async move { worker.run(stop).await }
    });
    while admin.get("/admin/ai/jobs?status=completed&limit=1").await.expect(200).json()["total"]
        != AT_ONCE + 1
    {
        if begun.elapsed() > Duration::from_secs(600) {
            return Err("twenty courses are not written in ten minutes".into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let all = begun.elapsed().as_secs_f64();
    stop.cancel();
    working.await?;
    app.run_jobs().await;
    Ok((each, all))
}

async fn ask(admin: &Api, topic: &str) {
    let categories = admin.get("/categories").await.expect(200).json();
    let body = json!({ "topic": format!("Course {topic}"), "category_id": categories["items"][0]["id"], "duration_days": DAYS });
    admin.post("/admin/ai/generate-course", body).await.expect(202);
}
