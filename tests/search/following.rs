//! The index keeps in step with the database.

use std::sync::Arc;

use momentum_core::{
    identity::Role,
    search::{self, SearchQuery, Seeker},
};
use momentum_providers::search::Embedded;
use momentum_testkit::TestApp;
use serde_json::json;

use super::slugs;

async fn total(s: &momentum_core::Services, text: &str) -> i64 {
    let query = SearchQuery { text: text.into(), ..SearchQuery::default() };
    search::search(s, None, &query, Seeker::Again).await.unwrap().total
}

#[tokio::test]
async fn what_authors_do_is_seen() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let course = app.course("tea").title("Brewing tea").publish().await;
    let lesson = course.lessons[0].id;
    app.index().await;
    assert_eq!(slugs(&admin, "q=brewing").await, ["tea"]);

    let detail = admin.get(&format!("/admin/lessons/{lesson}")).await.expect(200).json();
    let change = json!({ "title": "The samovar", "version": detail["version"] });
    admin.patch(&format!("/admin/lessons/{lesson}"), change).await.expect(200);
    app.index().await;
    assert_eq!(slugs(&admin, "q=samovar").await, ["tea"]);

    admin.post(&format!("/admin/courses/{}/unpublish", course.card.id), json!({})).await.expect(200);
    assert!(slugs(&admin, "q=samovar").await.is_empty(), "a draft is never shown, indexed or not");
    app.index().await;
    assert_eq!(total(&app.s, "samovar").await, 0);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn every_server_follows_and_one_that_was_away_catches_up() {
    let app = TestApp::new().await;
    app.course("tea").title("Brewing tea").publish().await;
    let other = app.other_server().await;
    search::follow(&other).await.unwrap();
    search::follow(&app.s).await.unwrap();
    assert_eq!((total(&app.s, "brewing").await, total(&other, "brewing").await), (1, 1));
    app.course("coffee").title("Brewing coffee").publish().await;
    search::follow(&app.s).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    search::follow(&other).await.unwrap();
    assert_eq!((total(&app.s, "brewing").await, total(&other, "brewing").await), (2, 2));
}

#[tokio::test]
async fn an_index_on_disk_survives_and_a_damaged_one_is_built_anew() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(Embedded::open(folder.path()).unwrap());
    let app = TestApp::with_index(open()).await;
    app.course("tea").title("Brewing tea").publish().await;
    app.index().await;
    assert_eq!(total(&app.s, "brewing").await, 1);
    let held = momentum_core::search::SearchIndex::listing(&*open()).await.unwrap();
    assert_eq!(held.len(), 1, "another start finds it");
    drop(app);

    std::fs::create_dir_all(folder.path().join("v0")).unwrap();
    for entry in std::fs::read_dir(folder.path().join("v3")).unwrap().flatten() {
        std::fs::write(entry.path(), b"nonsense").unwrap();
    }
    let app = TestApp::with_index(open()).await;
    assert!(!folder.path().join("v0").exists(), "older formats are gone");
    app.course("tea").title("Brewing tea").publish().await;
    app.index().await;
    assert_eq!(total(&app.s, "brewing").await, 1);
}

#[tokio::test]
async fn a_rebuild_goes_through_every_course() {
    let app = TestApp::new().await;
    app.course("tea").publish().await;
    app.index().await;
    let stamps = || async {
        let held = app.s.search.index().listing().await.unwrap();
        held.into_values().map(|indexed| indexed.stamp).collect::<Vec<_>>()
    };
    let before = stamps().await;
    app.index().await;
    assert_eq!(stamps().await, before, "nothing changed, nothing is done");
    search::rebuild(&app.s).await.unwrap();
    search::follow(&app.s).await.unwrap();
    assert_ne!(stamps().await, before);
    assert_eq!(total(&app.s, "tea").await, 1);
}
