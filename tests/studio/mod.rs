//! The studio: courses that programs write and people decide on.

mod budget;
mod killed;
mod model;
mod proposals;
mod references;
mod review;
mod workflow;

use momentum_core::identity::Role;
use momentum_testkit::{Api, ScriptedModel, TestApp};
use serde_json::{Value, json};

/// A site with a model, and its administrator.
async fn site() -> (TestApp, ScriptedModel, Api) {
    let model = ScriptedModel::default();
    let app = TestApp::with_model(&model).await;
    let admin = app.user(Role::Admin).await;
    (app, model, admin)
}

/// The id of a category.
async fn category(api: &Api) -> String {
    let categories = api.get("/categories").await.expect(200).json();
    categories["items"][0]["id"].as_str().expect("a category").to_owned()
}

/// What a course is asked for with.
async fn request(api: &Api, days: u32) -> Value {
    json!({ "topic": "Habits that last", "category_id": category(api).await, "duration_days": days })
}

/// Has a course written and answers its job.
async fn generate(api: &Api, days: u32) -> String {
    let answer = api.post("/admin/ai/generate-course", request(api, days).await).await.expect(202).json();
    answer["job_id"].as_str().expect("a job").to_owned()
}

async fn job(api: &Api, id: &str) -> Value {
    api.get(&format!("/admin/ai/jobs/{id}")).await.expect(200).json()
}

/// A course that is written, and its lessons' ids by day.
async fn written(app: &TestApp, api: &Api, days: u32) -> (String, Vec<String>) {
    let id = generate(api, days).await;
    app.run_jobs().await;
    let job = job(api, &id).await;
    assert_eq!(job["status"], "completed", "{job}");
    let course = job["course_id"].as_str().expect("a course").to_owned();
    let lessons = api.get(&format!("/admin/courses/{course}")).await.expect(200).json()["lessons"]
        .as_array()
        .expect("lessons")
        .iter()
        .map(|lesson| lesson["id"].as_str().expect("an id").to_owned())
        .collect();
    (course, lessons)
}
