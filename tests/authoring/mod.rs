//! Making courses by hand, through the API.

mod categories;
mod courses;
mod history;
mod lessons;
mod packages;
mod pages;

use momentum_testkit::Api;
use serde_json::{Value, json};

/// A draft of seven days with everything that publishing asks for but the lessons.
async fn draft(admin: &Api, slug: &str) -> String {
    let course = json!({
        "title": format!("Course {slug}"), "slug": slug, "subtitle": "A cup a day", "category": "business",
        "description": "All there is to know about tea. ".repeat(5), "author": "Ada", "audience": "Drinkers",
        "objectives": ["Brew a cup", "Taste it", "Serve it"], "tags": ["Tea", "tea", " drinks "],
    });
    let made = admin.post("/admin/courses", course).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

/// Adds a written lesson and answers its id.
async fn write(admin: &Api, course: &str, title: &str) -> String {
    let lesson = json!({
        "title": title, "summary": "What it is.", "minutes": 16, "body": format!("## {title}\n\nSome **text**."),
        "action_items": [{ "text": "Boil water" }, { "text": "Pour it" }], "key_takeaways": ["Water matters"],
    });
    let made = admin.post(&format!("/admin/courses/{course}/lessons"), lesson).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

/// A published course with lessons `Day 1` to `Day 7`; answers its id and theirs.
async fn published(admin: &Api, slug: &str) -> (String, Vec<String>) {
    let course = draft(admin, slug).await;
    let mut lessons = Vec::new();
    for day in 1..=7 {
        lessons.push(write(admin, &course, &format!("Day {day}")).await);
    }
    admin.post(&format!("/admin/courses/{course}/publish"), json!({})).await.expect(200);
    (course, lessons)
}

fn fields(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect()
}
