//! How well the search answers: queries on the demo's courses with what should come first, and the measure for it. The
//! tests hold the search to it, and the bench prints it.

/// What is typed, and the courses that answer it, the best first.
pub const JUDGED: &[(&str, &[&str])] = &[
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

/// How well a list of slugs answers: normalized discounted cumulative gain of the first five (Järvelin and Kekäläinen 2002).
/// 1 is the best order; the gain of a course is 3, 2 or 1 by its place among the best.
#[must_use]
pub fn ndcg_at_5(found: &[String], best: &[&str]) -> f64 {
    let gain = |slug: &str| match best.iter().position(|other| *other == slug) {
        Some(0) => 3.0,
        Some(1) => 2.0,
        Some(_) => 1.0,
        None => 0.0,
    };
    let sum = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
        gains.take(5).zip([2.0_f64, 3.0, 4.0, 5.0, 6.0]).map(|(gain, place)| gain / place.log2()).sum()
    };
    let ideal = sum(&mut best.iter().map(|slug| gain(slug)));
    if ideal > 0.0 { sum(&mut found.iter().map(|slug| gain(slug))) / ideal } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_order_is_one_and_later_is_less() {
        let list = |slugs: &[&str]| slugs.iter().map(|slug| (*slug).to_owned()).collect::<Vec<_>>();
        let best = ["a", "b"];
        let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(close(ndcg_at_5(&list(&["a", "b", "c"]), &best), 1.0));
        assert!(close(ndcg_at_5(&list(&["c", "d"]), &best), 0.0));
        assert!(ndcg_at_5(&list(&["b", "a"]), &best) < 1.0);
        assert!(ndcg_at_5(&list(&["c", "a"]), &best) < ndcg_at_5(&list(&["a", "c"]), &best));
        assert!(close(ndcg_at_5(&list(&["v", "w", "x", "y", "z", "a"]), &["a"]), 0.0), "only five count");
        assert_eq!(JUDGED.len(), 30);
    }
}
