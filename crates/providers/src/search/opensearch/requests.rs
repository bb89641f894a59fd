//! What the cluster is asked.

use momentum_core::{catalog::Sort, search::SearchQuery};
use serde_json::{Map, Value, json};

use super::documents::AREAS;
use crate::search::{embedded::analysis, synonyms};

/// Words of a text that are looked at.
const MOST_WORDS: usize = 12;

/// Around words that were found; no text has these letters.
pub(super) const OPEN: char = '\u{E000}';
pub(super) const CLOSE: char = '\u{E001}';

/// The words of a text that say something.
pub(super) fn telling(text: &str) -> Vec<String> {
    let all: Vec<String> = analysis::words(text).take(MOST_WORDS).map(|word| word.lower()).collect();
    let telling: Vec<String> = all.iter().filter(|word| !analysis::says_nothing(word)).cloned().collect();
    if telling.is_empty() { all } else { telling }
}

/// A course has the word, or one that is spelled nearly so, or another one for the same.
pub(super) fn word_query(word: &str, fields: &[String]) -> Value {
    let matched = |text: &str, boost: f64| {
        json!({ "multi_match": {
            "query": text, "fields": fields, "type": "best_fields", "tie_breaker": 0.15, "boost": boost,
            "operator": "and",
        } })
    };
    let mut ways = vec![
        matched(word, 1.0),
        json!({ "multi_match": {
            "query": word, "fields": fields, "fuzziness": "AUTO:4,7", "prefix_length": 1, "boost": 0.3,
        } }),
    ];
    ways.extend(synonyms::of(&analysis::fold(word)).map(|other| matched(other, 0.7)));
    json!({ "dis_max": { "queries": ways } })
}

/// The words, or most of many; or `any` of them.
pub(super) fn words_query(words: &[String], fields: &[String], any: bool) -> Value {
    let required = match words.len() {
        _ if any => 1,
        few @ ..=2 => few,
        many => (many * 7).div_ceil(10),
    };
    let queries: Vec<Value> = words.iter().map(|word| word_query(word, fields)).collect();
    json!({ "bool": { "should": queries, "minimum_should_match": required } })
}

/// Filters by their names, without one of them.
pub(super) fn filters(query: &SearchQuery, without: &str) -> Vec<Value> {
    let mut list = Vec::new();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|_| name != without) {
            list.push(json!({ "term": { name: value } }));
        }
    };
    add("category", query.category.as_ref().map(|slug| json!(slug)));
    add("duration", query.duration.map(|days| json!(days)));
    add("access", query.access.map(|access| json!(access.as_str())));
    add("level", query.level.map(|level| json!(level.as_str())));
    list
}

/// Where words are looked for.
pub(super) fn fields() -> Vec<String> {
    let areas = AREAS.iter().map(|(name, boost)| format!("{name}.*^{boost}"));
    areas.chain(["code^0.2".to_owned(), "author^3".to_owned()]).collect()
}

pub(super) fn request(query: &SearchQuery, words: &[String], any: bool) -> Value {
    let fields = fields();
    let lesson_fields = ["lessons.title.*^2".to_owned(), "lessons.text.*".to_owned()];
    let matching = if words.is_empty() {
        json!({ "match_all": {} })
    } else {
        let in_lessons: Vec<Value> = words.iter().map(|word| word_query(word, &lesson_fields)).collect();
        json!({ "bool": {
            "must": [words_query(words, &fields, any)],
            "should": [{ "nested": {
                "path": "lessons", "score_mode": "max", "boost": 0.01,
                "query": { "bool": { "should": in_lessons } },
                "inner_hits": {
                    "size": 1, "_source": ["lessons.day", "lessons.name"],
                    "highlight": highlight(&["lessons.title.*", "lessons.text.*"]),
                },
            } }],
        } })
    };
    let down = |field: &str| json!({ field: "desc" });
    let mut sort = match query.sort {
        Sort::Relevance => vec![json!("_score")],
        Sort::Newest => vec![down("published_at")],
        Sort::Popular => vec![],
        Sort::Rating => {
            vec![json!({ "rating_average": { "order": "desc", "missing": "_last" } }), down("rating_count")]
        }
    };
    sort.extend([down("enrollments"), down("id")]);
    let mut counts: Map<String, Value> = ["category", "duration", "access", "level"]
        .iter()
        .map(|name| {
            let counted = json!({
                "filter": { "bool": { "filter": filters(query, name) } },
                "aggs": { "values": { "terms": { "field": name, "size": 100 } } },
            });
            ((*name).to_owned(), counted)
        })
        .collect();
    // Those that match the text, whatever the filters.
    counts.insert("matching".to_owned(), json!({ "filter": { "match_all": {} } }));
    json!({
        "from": query.offset,
        "size": query.limit,
        "track_total_hits": true,
        "track_scores": true,
        "_source": false,
        "query": { "function_score": {
            "query": matching,
            "field_value_factor": { "field": "weight", "missing": 1 },
            "boost_mode": "multiply",
        } },
        "post_filter": { "bool": { "filter": filters(query, "") } },
        "sort": sort,
        "aggs": counts,
        "highlight": highlight(&["title.*", "subtitle.*", "description.*"]),
        "suggest": {
            "text": query.text,
            "words": { "term": { "field": "spelling", "suggest_mode": "missing" } },
            "titles": { "term": { "field": "title.all", "suggest_mode": "missing" } },
            "subtitles": { "term": { "field": "subtitle.all", "suggest_mode": "missing" } },
            "topics": { "term": { "field": "topics.all", "suggest_mode": "missing" } },
        },
    })
}

pub(super) fn highlight(fields: &[&str]) -> Value {
    let fields: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let whole = field.contains("title");
            let way = json!({ "number_of_fragments": if whole { 0 } else { 1 }, "fragment_size": 180 });
            ((*field).to_owned(), way)
        })
        .collect();
    json!({ "pre_tags": [OPEN.to_string()], "post_tags": [CLOSE.to_string()], "fields": fields })
}

pub(super) fn suggestion_request(text: &str, limit: usize) -> Value {
    let begins = |field: &str| {
        let fields = [field.to_owned(), format!("{field}._2gram"), format!("{field}._3gram")];
        json!({ "multi_match": { "query": text, "type": "bool_prefix", "operator": "and", "fields": fields } })
    };
    json!({
        "size": limit,
        "_source": ["slug", "title_begins"],
        "query": { "bool": { "should": [
            begins("title_begins"),
            { "nested": {
                "path": "lessons", "query": begins("lessons.name"), "boost": 0.1,
                "inner_hits": { "size": 3, "_source": ["lessons.day", "lessons.name"] },
            } },
        ], "minimum_should_match": 1 } },
        "sort": ["_score", { "enrollments": "desc" }, { "id": "desc" }],
        "aggs": { "everything": { "global": {}, "aggs": {
            "tags": { "terms": { "field": "tags", "size": 1_000 } },
            "categories": { "terms": { "field": "category_label", "size": 100 } },
        } } },
    })
}
