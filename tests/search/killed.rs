//! The whole program, killed while it builds its index anew.

use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
    time::{Duration, Instant},
};

use momentum_core::search::SearchIndex;
use momentum_providers::search::Embedded;
use serde_json::Value;

use crate::process::{Server, run};

const COURSES: usize = 60;

/// What stands in the index of a data folder: how many courses, and of which generations. It is looked at in a copy, which may be
/// torn while the program writes; then it counts as nothing.
async fn held(data: &Path) -> (usize, BTreeSet<String>) {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&data.join("search"), copy.path());
    let Ok(index) = Embedded::open(copy.path()) else { return Default::default() };
    let held = index.listing().await.unwrap_or_default();
    let generation = |stamp: &str| stamp.split('.').next().unwrap_or_default().to_owned();
    (held.len(), held.values().map(|indexed| generation(&indexed.stamp)).collect())
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).into_iter().flatten().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            // A file that is gone meanwhile is none of the index any more.
            let _ = std::fs::copy(entry.path(), target);
        }
    }
}

/// Waits until the index holds every course in one generation other than `before`, and answers that.
async fn complete(data: &Path, before: Option<&str>) -> String {
    let begun = Instant::now();
    loop {
        let (count, generations) = held(data).await;
        if let (COURSES, 1, Some(only)) = (count, generations.len(), generations.first())
            && before != Some(only.as_str())
        {
            return only.clone();
        }
        assert!(begun.elapsed() < Duration::from_secs(180), "{count} courses of {generations:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_complete_after_its_rebuild_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let done = |arguments: &[&str]| {
        let ran = tokio::task::block_in_place(|| run(data, arguments));
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    let start = || tokio::task::block_in_place(|| Server::start(data, None, &[]));
    done(&["seed", "--learners", "1", "--courses", &COURSES.to_string()]);
    let mut server = start();
    let before = complete(data, None).await;
    server.kill();

    done(&["admin", "rebuild-search"]);
    for wait in [0, 40, 90, 160, 250] {
        let mut server = start();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        server.kill();
    }
    let server = start();
    complete(data, Some(&before)).await;
    let page: Value =
        reqwest::get(format!("{}/api/v1/search?limit=100", server.url)).await.unwrap().json().await.unwrap();
    assert_eq!(page["total"], COURSES);
    let found: HashSet<_> =
        page["items"].as_array().unwrap().iter().map(|item| item["slug"].to_string()).collect();
    assert_eq!(found.len(), COURSES, "each stands there once");
}
