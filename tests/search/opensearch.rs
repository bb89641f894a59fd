//! The adapter for OpenSearch against a server that answers as a cluster does, with what is recorded here.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::StatusCode,
    response::IntoResponse,
};
use momentum_core::{
    Error,
    catalog::Access,
    ids::CourseId,
    search::{Change, SearchIndex, SearchQuery, Signals, SuggestionKind},
};
use momentum_providers::search::{OpenSearch, OpenSearchConfig};
use serde_json::{Value, json};

/// What is answered next, and what was asked.
#[derive(Clone, Default)]
struct Cluster {
    answers: Arc<Mutex<Vec<(u16, Value)>>>,
    asked: Arc<Mutex<Vec<(String, String, String)>>>,
}

impl Cluster {
    async fn start(answers: Vec<(u16, Value)>) -> (Self, OpenSearch) {
        let cluster = Self { answers: Arc::new(Mutex::new(answers)), ..Self::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(cluster.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let config = OpenSearchConfig {
            url,
            index: "site".into(),
            user: Some("ada".into()),
            password: Some("s3same".into()),
        };
        (cluster, config.open().unwrap())
    }

    fn asked(&self, number: usize) -> (String, String, String) {
        self.asked.lock().unwrap()[number].clone()
    }
}

async fn answer(State(cluster): State<Cluster>, request: Request) -> impl IntoResponse {
    let line = format!("{} {}", request.method(), request.uri());
    let proof = request.headers().get("authorization").map(|proof| proof.to_str().unwrap().to_owned());
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    cluster.asked.lock().unwrap().push((line, proof.unwrap_or_default(), body));
    let (status, answer) = cluster.answers.lock().unwrap().remove(0);
    (StatusCode::from_u16(status).unwrap(), Json(answer))
}

#[tokio::test]
async fn a_missing_index_is_made() {
    let (cluster, index) =
        Cluster::start(vec![(404, json!({})), (200, json!({ "acknowledged": true }))]).await;
    assert!(index.listing().await.unwrap().is_empty());
    assert_eq!(cluster.asked(0).0, "POST /site-courses-v3/_search");
    assert_eq!(cluster.asked(0).1, "Basic YWRhOnMzc2FtZQ==");
    let (line, _, body) = cluster.asked(1);
    assert_eq!(line, "PUT /site-courses-v3");
    let made: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(made["mappings"]["properties"]["title"]["properties"]["de"]["analyzer"], "german");
}

#[tokio::test]
async fn what_it_holds_is_listed_and_changes_are_sent_together() {
    let id = CourseId::new();
    let hit = json!({ "_id": id, "_source": { "stamp": "7", "enrollments": 3, "rating_average": 4.5, "rating_count": 2 } });
    let (cluster, index) = Cluster::start(vec![
        (200, json!({ "hits": { "hits": [hit] } })),
        (200, json!({ "items": [{ "update": { "status": 200 } }, { "delete": { "status": 404 } }] })),
        (200, json!({ "items": [{ "delete": { "status": 429, "error": { "reason": "busy" } } }] })),
    ])
    .await;
    let held = index.listing().await.unwrap();
    assert_eq!((held[&id].stamp.as_str(), held[&id].signals.enrollments), ("7", 3));
    index.apply(vec![Change::Signals(id, Signals::default()), Change::Remove(id)]).await.unwrap();
    let (line, _, body) = cluster.asked(1);
    assert_eq!(line, "POST /site-courses-v3/_bulk?refresh=true");
    assert_eq!(body.lines().count(), 3);
    let refused = index.apply(vec![Change::Remove(id)]).await;
    assert!(matches!(refused, Err(Error::Unavailable(why)) if why.contains("busy")));
}

#[tokio::test]
async fn an_answer_is_understood() {
    let id = CourseId::new();
    let marked = |text: &str| json!([text.replace('[', "\u{E000}").replace(']', "\u{E001}")]);
    let bucket = |key: Value| json!({ "values": { "buckets": [{ "key": key, "doc_count": 2 }] } });
    let inner = json!({
        "_source": { "day": 3, "name": "The kettle" },
        "highlight": { "lessons.title.en": marked("The [kettle]"), "lessons.text.all": marked("Boil the [kettle].") },
    });
    let found = json!({
        "hits": { "total": { "value": 2 }, "hits": [{
            "_id": id,
            "highlight": { "title.en": marked("<Brewing> [tea]"), "description.all": marked("All of [tea]") },
            "inner_hits": { "lessons": { "hits": { "hits": [inner] } } },
        }] },
        "aggregations": {
            "category": bucket(json!("business")), "duration": bucket(json!(14)),
            "access": bucket(json!("free")), "level": bucket(json!("beginner")),
        },
        "suggest": { "words": [
            { "text": "mony", "offset": 0, "length": 4, "options": [
                { "text": "many", "score": 0.75, "freq": 90 }, { "text": "money", "score": 0.75, "freq": 2 },
                { "text": "monkey", "score": 0.5, "freq": 99 },
            ] },
            { "text": "for", "offset": 5, "length": 3, "options": [] },
            { "text": "taes", "offset": 9, "length": 4, "options": [
                { "text": "teas", "score": 0.75, "freq": 9 }, { "text": "tae", "score": 0.75, "freq": 2 },
            ] },
        ], "titles": [
            { "text": "taes", "offset": 9, "length": 4, "options": [{ "text": "tae", "score": 0.75, "freq": 2 }] },
        ] },
    });
    let (cluster, index) =
        Cluster::start(vec![(200, found), (503, json!({ "error": { "reason": "down" } }))]).await;
    let query =
        SearchQuery { text: "mony for taes".into(), access: Some(Access::Free), ..SearchQuery::default() };
    let hits = index.search(&query).await.unwrap();
    assert_eq!((hits.total, hits.did_you_mean.as_deref()), (2, Some("money for tae")));
    assert_eq!(hits.facets.duration[0].value, "14");
    let hit = &hits.items[0];
    assert_eq!(hit.course, id);
    assert_eq!(hit.title.as_ref().unwrap().to_html(), "&lt;Brewing&gt; <mark>tea</mark>");
    assert_eq!(hit.excerpt.as_ref().unwrap().to_html(), "All of <mark>tea</mark>");
    let lesson = hit.lesson.as_ref().unwrap();
    assert_eq!((lesson.day, lesson.title.to_html().as_str()), (3, "The <mark>kettle</mark>"));

    let sent: Value = serde_json::from_str(&cluster.asked(0).2).unwrap();
    let term = json!([{ "term": { "access": "free" } }]);
    assert_eq!(sent["post_filter"]["bool"]["filter"], term);
    assert_eq!(sent["aggs"]["level"]["filter"]["bool"]["filter"], term);
    assert_eq!(sent["aggs"]["access"]["filter"]["bool"]["filter"], json!([]), "its own filter is left out");
    assert!(matches!(index.search(&query).await, Err(Error::Unavailable(why)) if why.contains("down")));
}

#[tokio::test]
async fn weak_words_are_left_out_when_nothing_has_them_all() {
    let id = CourseId::new();
    let matching = |count: usize| {
        let hits: Vec<Value> = (0..count).map(|_| json!({ "_id": id })).collect();
        json!({
            "hits": { "total": { "value": count }, "hits": hits },
            "aggregations": { "matching": { "doc_count": count } },
        })
    };
    let known = |count: usize| json!({ "hits": { "total": { "value": count } } });
    let counts = json!({ "responses": [known(1), known(0), known(1)] });
    let (cluster, index) =
        Cluster::start(vec![(200, matching(0)), (200, counts), (200, matching(0)), (200, matching(1))]).await;
    let query = SearchQuery { text: "beginner tutorial sql".into(), ..SearchQuery::default() };
    let hits = index.search(&query).await.unwrap();
    assert_eq!((hits.total, hits.items[0].course), (1, id));
    assert_eq!((hits.left_out, hits.partial), (vec!["tutorial".to_owned()], true));
    let (line, _, body) = cluster.asked(1);
    assert_eq!((line.as_str(), body.lines().count()), ("POST /site-courses-v3/_msearch", 6));
    let last = cluster.asked(3).2;
    assert!(last.contains("\"query\":\"sql\"") && !last.contains("\"query\":\"tutorial\""), "{last}");
    assert!(last.contains("\"minimum_should_match\":1"), "{last}");
}

#[tokio::test]
async fn suggestions_are_of_all_kinds() {
    let inner = json!({ "_source": { "day": 2, "name": "Tea at work" } });
    let found = json!({
        "hits": { "hits": [{
            "_id": CourseId::new(), "_source": { "slug": "tea", "title_begins": "Brewing tea" },
            "inner_hits": { "lessons": { "hits": { "hits": [inner] } } },
        }] },
        "aggregations": { "everything": {
            "tags": { "buckets": [{ "key": "tea-time" }, { "key": "water" }] },
            "categories": { "buckets": [{ "key": "teaching\tTeaching" }] },
        } },
    });
    let (_, index) = Cluster::start(vec![(200, found)]).await;
    let suggested = index.suggest("tea", 8).await.unwrap();
    let kinds: Vec<_> = suggested.iter().map(|item| (item.kind, item.text.as_str())).collect();
    let expected = [
        (SuggestionKind::Course, "Brewing tea"),
        (SuggestionKind::Category, "Teaching"),
        (SuggestionKind::Tag, "tea time"),
        (SuggestionKind::Lesson, "Tea at work"),
    ];
    assert_eq!(kinds, expected);
}
