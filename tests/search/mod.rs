//! Searching courses: what is found, in which order, how soon, and what is remembered of it.

mod analytics;
mod contract;
mod finding;
mod following;
mod killed;
mod opensearch;
mod relevance;

use momentum_testkit::Api;
use serde_json::Value;

/// The slugs that a search finds, in order.
async fn slugs(api: &Api, query: &str) -> Vec<String> {
    let found = api.get(&format!("/search?{query}")).await.expect(200).json();
    slugs_of(&found)
}

fn slugs_of(found: &Value) -> Vec<String> {
    found["items"].as_array().unwrap().iter().map(|item| item["slug"].as_str().unwrap().to_owned()).collect()
}
