//! Thirty queries on the demo courses with what should come first.

use momentum_core::search::relevance::{JUDGED, ndcg_at_5};
use momentum_testkit::TestApp;

use super::slugs;

#[tokio::test]
async fn the_right_course_comes_first() {
    let app = TestApp::new().await;
    momentum_server::load_demo(&app.s).await.unwrap();
    app.index().await;
    let mut sum = 0.0;
    for (query, best) in JUDGED {
        let found = slugs(&app.visitor(), &format!("q={}", query.replace(' ', "+"))).await;
        let reached = ndcg_at_5(&found, best);
        if reached < 1.0 {
            eprintln!("{query}: {reached:.2}, found {:?}", found.iter().take(5).collect::<Vec<_>>());
        }
        sum += reached;
    }
    let mean = sum / f64::from(u32::try_from(JUDGED.len()).unwrap());
    eprintln!("NDCG@5 of {} queries: {mean:.3}", JUDGED.len());
    assert!(mean >= 0.90, "NDCG@5 is {mean:.3}");
}
