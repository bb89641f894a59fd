//! Thirty queries on the demo courses with what should come first.

use momentum_testkit::TestApp;

use super::slugs;

/// What is typed, and the courses that answer it, the best first.
const JUDGED: &[(&str, &[&str])] = &[
    ("sql", &["sql-in-seven-days"]),
    ("python", &["python-for-busy-work"]),
    ("pyhton", &["python-for-busy-work"]),
    ("automate spreadsheets", &["python-for-busy-work"]),
    ("budget", &["a-budget-that-lasts"]),
    ("budgeting", &["a-budget-that-lasts"]),
    ("bugdet", &["a-budget-that-lasts"]),
    ("saving money", &["a-budget-that-lasts"]),
    ("investing", &["investing-without-drama"]),
    ("invest", &["investing-without-drama"]),
    ("index funds", &["investing-without-drama"]),
    ("inflation", &["investing-without-drama"]),
    ("focus", &["a-calmer-attention"]),
    ("atention", &["a-calmer-attention"]),
    ("concentration", &["a-calmer-attention"]),
    ("deep work", &["a-calmer-attention"]),
    ("listening", &["better-conversations"]),
    ("conversation", &["better-conversations"]),
    ("conflict feedback", &["better-conversations"]),
    ("clear writing", &["clear-writing-at-work"]),
    ("how to write a memo", &["clear-writing-at-work"]),
    ("newsletter", &["email-people-want-to-open"]),
    ("email marketing", &["email-people-want-to-open"]),
    ("interface design", &["interfaces-that-explain-themselves"]),
    ("usabilty", &["interfaces-that-explain-themselves"]),
    ("pricing positioning", &["positioning-that-sells"]),
    ("landing page copywriting", &["positioning-that-sells"]),
    ("project managment", &["projects-that-finish"]),
    ("typografie", &["type-and-space"]),
    ("the typeface", &["type-and-space"]),
];

/// How well a list answers: each right course counts less the later it comes, the best order is 1.
fn ndcg_at_5(found: &[String], best: &[&str]) -> f64 {
    let discounted = |places: &mut dyn Iterator<Item = (usize, f64)>| -> f64 {
        places.map(|(place, gain)| gain / f64::from(u32::try_from(place).unwrap() + 2).log2()).sum()
    };
    let gain = |slug: &str| {
        best.iter()
            .position(|other| *other == slug)
            .map_or(0.0, |place| f64::from(3 - u8::try_from(place).unwrap().min(2)))
    };
    let reached = discounted(&mut found.iter().take(5).enumerate().map(|(place, slug)| (place, gain(slug))));
    let ideal = discounted(&mut best.iter().take(5).enumerate().map(|(place, slug)| (place, gain(slug))));
    reached / ideal
}

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
    assert_eq!(JUDGED.len(), 30);
    assert!(mean >= 0.90, "NDCG@5 is {mean:.3}");
}
