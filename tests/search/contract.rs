//! What every index does alike: the embedded one, and a real OpenSearch when `MOMENTUM_TEST_OPENSEARCH_URL` names one.

use momentum_core::{
    catalog::{Access, Level, Sort},
    ids::CourseId,
    search::{Change, CourseDocument, LessonDocument, SearchIndex, SearchQuery, Signals, SuggestionKind},
};
use momentum_providers::search::{Embedded, OpenSearchConfig};

fn course(slug: &str, title: &str, lesson: &str) -> CourseDocument {
    CourseDocument {
        id: CourseId::new(),
        slug: slug.into(),
        stamp: "1".into(),
        title: title.into(),
        subtitle: "A course".into(),
        description: "What it is about.".into(),
        quotable: "What it is about.".into(),
        tags: vec!["hot-drinks".into()],
        author: "Ada Winter".into(),
        category: "business".into(),
        category_name: "Business".into(),
        language: "en".into(),
        level: Level::Beginner,
        duration_days: 7,
        access: Access::Free,
        published_at: 1_700_000_000,
        signals: Signals::default(),
        lessons: vec![LessonDocument {
            day: 1,
            title: "The first day".into(),
            text: format!("{lesson} | porcelain |"),
            code: "percolates();".into(),
            quotable: lesson.into(),
        }],
    }
}

async fn keeps_the_contract(index: &dyn SearchIndex) {
    assert!(index.listing().await.unwrap().is_empty());
    let tea = course("tea", "Brewing tea", "Boil the kettle.");
    let coffee = CourseDocument {
        access: Access::Premium,
        duration_days: 14,
        published_at: 1_800_000_000,
        ..course("coffee", "Brewing coffee", "Grind the beans.")
    };
    let (tea_id, coffee_id) = (tea.id, coffee.id);
    index.apply(vec![Change::Put(Box::new(tea.clone())), Change::Put(Box::new(coffee))]).await.unwrap();
    assert_eq!(index.listing().await.unwrap()[&tea_id].stamp, "1");

    let find = |query: SearchQuery| async move { index.search(&query).await.unwrap() };
    let text = |text: &str| SearchQuery { text: text.into(), ..SearchQuery::default() };
    let ids =
        |hits: &momentum_core::search::Hits| hits.items.iter().map(|hit| hit.course).collect::<Vec<_>>();
    let found = find(text("kettle")).await;
    assert_eq!(ids(&found), [tea_id]);
    let lesson = found.items[0].lesson.as_ref().unwrap();
    assert_eq!((lesson.day, lesson.excerpt.as_ref().unwrap().is_marked()), (1, true));
    let found = find(text("porcelain")).await;
    assert_eq!(found.total, 2, "tables are searched, not quoted");
    assert!(found.items[0].lesson.as_ref().is_none_or(|lesson| lesson.excerpt.is_none()));
    assert_eq!(find(text("percolates")).await.total, 2, "code is searched as it is spelled");
    let found = find(text("brewng tea")).await;
    assert_eq!(ids(&found), [tea_id]);
    assert_eq!(found.did_you_mean.as_deref(), Some("brewing tea"));
    let found = find(SearchQuery { access: Some(Access::Free), ..text("brewing") }).await;
    assert_eq!((ids(&found), found.total), (vec![tea_id], 1));
    assert_eq!(found.facets.access.len(), 2);
    assert_eq!(found.facets.duration.len(), 1);
    let newest = find(SearchQuery { sort: Sort::Newest, ..SearchQuery::default() }).await;
    assert_eq!(ids(&newest), [coffee_id, tea_id]);
    assert_eq!(find(text("zebra")).await.total, 0);
    let found = find(text("brewing tea")).await;
    assert!(found.left_out.is_empty() && !found.partial);
    let found = find(text("tea Tutorial")).await;
    assert_eq!((ids(&found), found.left_out), (vec![tea_id], vec!["tutorial".to_owned()]));
    let found = find(text("kettle coffee")).await;
    assert_eq!(ids(&found), [coffee_id, tea_id], "a title says more than a lesson");
    assert!(found.partial && found.left_out.is_empty());
    let found = find(text("kettle coffee tutorial")).await;
    assert_eq!((ids(&found), found.partial), (vec![coffee_id, tea_id], true));
    assert_eq!(found.left_out, ["tutorial"]);
    let found = find(SearchQuery { access: Some(Access::Premium), ..text("tea tutorial") }).await;
    assert_eq!((found.total, found.facets.access.len()), (0, 1), "a filter leaves no more words out");
    let found = find(text("zebra unicorn")).await;
    assert_eq!((found.total, found.left_out.len()), (0, 0));

    let liked = Signals { enrollments: 900, rating_average: Some(4.5), rating_count: 20 };
    index.apply(vec![Change::Signals(tea_id, liked)]).await.unwrap();
    assert_eq!(index.listing().await.unwrap()[&tea_id].signals, liked);
    assert_eq!(ids(&find(SearchQuery { sort: Sort::Popular, ..text("brewing") }).await), [tea_id, coffee_id]);

    let suggested = index.suggest("brewing t", 5).await.unwrap();
    assert_eq!((suggested[0].kind, suggested[0].slug.as_deref()), (SuggestionKind::Course, Some("tea")));
    assert_eq!(index.suggest("hot", 5).await.unwrap()[0].kind, SuggestionKind::Tag);

    let renamed = CourseDocument { title: "Pouring tea".into(), stamp: "2".into(), ..tea };
    index.apply(vec![Change::Put(Box::new(renamed)), Change::Remove(coffee_id)]).await.unwrap();
    assert_eq!(find(text("brewing")).await.total, 0);
    assert_eq!(ids(&find(text("pouring")).await), [tea_id]);
    index.apply(vec![Change::Remove(coffee_id), Change::Remove(tea_id)]).await.unwrap();
    assert!(index.listing().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_embedded_index_keeps_it() {
    keeps_the_contract(&Embedded::in_memory().unwrap()).await;
    let folder = tempfile::tempdir().unwrap();
    keeps_the_contract(&Embedded::open(folder.path()).unwrap()).await;
}

#[tokio::test]
async fn a_real_cluster_keeps_it() {
    let Ok(url) = std::env::var("MOMENTUM_TEST_OPENSEARCH_URL") else {
        eprintln!("skipped: MOMENTUM_TEST_OPENSEARCH_URL is not set");
        return;
    };
    let variable = |name: &str| std::env::var(name).ok();
    let config = OpenSearchConfig {
        url,
        index: format!("test-{}", uuid::Uuid::new_v4().simple()),
        user: variable("MOMENTUM_TEST_OPENSEARCH_USER"),
        password: variable("MOMENTUM_TEST_OPENSEARCH_PASSWORD"),
    };
    keeps_the_contract(&config.open().unwrap()).await;
}
