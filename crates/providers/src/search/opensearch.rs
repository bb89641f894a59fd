//! The index in an OpenSearch cluster, shared by all servers of a site.
//!
//! Every server compares and mends; what two of them write at once is the same. A course is one document, its lessons
//! are nested in it. Texts stand in a field for their language and in one for all, so that endings are understood and
//! words of other languages are found.

use std::{collections::HashMap, time::Duration};

use futures::future::BoxFuture;
use momentum_core::{
    Error, Result,
    catalog::Sort,
    ids::CourseId,
    search::{
        Change, CourseDocument, Excerpt, FacetCount, Facets, Hit, Hits, Indexed, LessonHit, SearchIndex,
        SearchQuery, Signals, Suggestion, SuggestionKind, blend,
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{embedded::analysis, synonyms};

/// Grows when documents or fields change their form: then another index is filled.
const FORMAT: u32 = 1;

/// Longer than this nobody waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// Documents of a page while the index is listed.
const LISTED: usize = 1_000;

/// Words of a text that are looked at.
const MOST_WORDS: usize = 12;

/// Around words that were found; no text has these letters.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// BCP 47 and the name of the analyzer that comes with OpenSearch.
const LANGUAGES: [(&str, &str); 17] = [
    ("ar", "arabic"),
    ("da", "danish"),
    ("de", "german"),
    ("el", "greek"),
    ("en", "english"),
    ("es", "spanish"),
    ("fi", "finnish"),
    ("fr", "french"),
    ("hu", "hungarian"),
    ("it", "italian"),
    ("nl", "dutch"),
    ("no", "norwegian"),
    ("pt", "portuguese"),
    ("ro", "romanian"),
    ("ru", "russian"),
    ("sv", "swedish"),
    ("tr", "turkish"),
];

/// Fields with how much a match in them says.
const AREAS: [(&str, f64); 6] = [
    ("title", 6.0),
    ("subtitle", 3.5),
    ("topics", 3.5),
    ("description", 1.5),
    ("lesson_titles", 2.0),
    ("lesson_texts", 1.0),
];

/// Where a cluster is.
#[derive(Clone, Default)]
pub struct OpenSearchConfig {
    /// Such as `https://search.example.com:9200`.
    pub url: String,
    /// Beginning of the index's name.
    pub index: String,
    pub user: Option<String>,
    pub password: Option<String>,
}

impl OpenSearchConfig {
    /// The index; nothing is sent yet.
    ///
    /// # Errors
    /// With a message for the operator.
    pub fn open(&self) -> Result<OpenSearch, String> {
        let url = self.url.trim_end_matches('/');
        crate::objects::checked(url)?;
        let name = &self.index;
        let sound = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !sound {
            return Err(format!("{name:?} is no name of an index: use small letters, digits and hyphens"));
        }
        crate::install_tls();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(OpenSearch {
            client,
            base: format!("{url}/{name}-courses-v{FORMAT}"),
            user: self.user.clone(),
            password: self.password.clone(),
        })
    }
}

/// An index in a cluster.
pub struct OpenSearch {
    client: reqwest::Client,
    /// Address of the index.
    base: String,
    user: Option<String>,
    password: Option<String>,
}

impl OpenSearch {
    async fn send(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: String,
    ) -> Result<(StatusCode, Value)> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .header("content-type", kind)
            .body(body);
        if let Some(user) = &self.user {
            request = request.basic_auth(user, self.password.as_ref());
        }
        let failed =
            |error: reqwest::Error| Error::Unavailable(format!("OpenSearch: {}", error.without_url()));
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(failed)?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Result<(StatusCode, Value)> {
        self.send(method, path, "application/json", body.to_string()).await
    }

    /// An answer of a search, or nothing when there is no index yet.
    async fn find(&self, body: &Value) -> Result<Option<Value>> {
        let (status, answer) = self.ask(Method::POST, "/_search", body).await?;
        match status {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(answer)),
            status => Err(refused(status, &answer)),
        }
    }

    async fn create(&self) -> Result<()> {
        let (status, answer) = self.ask(Method::PUT, "", &definition()).await?;
        let there = answer["error"]["type"] == "resource_already_exists_exception";
        if status.is_success() || there { Ok(()) } else { Err(refused(status, &answer)) }
    }

    async fn list(&self) -> Result<HashMap<CourseId, Indexed>> {
        let mut held = HashMap::new();
        let mut after: Option<Value> = None;
        loop {
            let mut body = json!({
                "size": LISTED,
                "_source": ["stamp", "enrollments", "rating_average", "rating_count"],
                "query": { "match_all": {} },
                "sort": [{ "id": "asc" }],
            });
            if let Some(after) = after.take() {
                body["search_after"] = after;
            }
            let Some(answer) = self.find(&body).await? else {
                self.create().await?;
                return Ok(held);
            };
            let hits = hits_of(&answer);
            for hit in hits {
                let Some(id) = id_of(hit) else { continue };
                let source = &hit["_source"];
                let signals = Signals {
                    enrollments: source["enrollments"].as_i64().unwrap_or_default(),
                    rating_average: source["rating_average"].as_f64(),
                    rating_count: source["rating_count"].as_i64().unwrap_or_default(),
                };
                let stamp = source["stamp"].as_str().unwrap_or_default().to_owned();
                held.insert(id, Indexed { stamp, signals });
            }
            match hits.last() {
                Some(last) if hits.len() == LISTED => after = Some(last["sort"].clone()),
                _ => return Ok(held),
            }
        }
    }

    async fn write(&self, changes: Vec<Change>) -> Result<()> {
        let mut lines = String::new();
        let mut line = |value: Value| {
            lines.push_str(&value.to_string());
            lines.push('\n');
        };
        for change in changes {
            match change {
                Change::Put(course) => {
                    line(json!({ "index": { "_id": course.id } }));
                    line(document(&course));
                }
                Change::Signals(course, signals) => {
                    line(json!({ "update": { "_id": course } }));
                    line(json!({ "doc": numbers(signals) }));
                }
                Change::Remove(course) => line(json!({ "delete": { "_id": course } })),
            }
        }
        let (status, answer) =
            self.send(Method::POST, "/_bulk?refresh=true", "application/x-ndjson", lines).await?;
        if !status.is_success() {
            return Err(refused(status, &answer));
        }
        let items = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let wrong = items.iter().filter_map(Value::as_object).flat_map(Map::values).find(|outcome| {
            // What is gone already needs no removing.
            outcome["status"].as_u64().is_none_or(|status| status >= 300 && status != 404)
        });
        match wrong {
            None => Ok(()),
            Some(outcome) => Err(Error::Unavailable(format!("OpenSearch: {}", outcome["error"]))),
        }
    }
}

fn refused(status: StatusCode, answer: &Value) -> Error {
    Error::Unavailable(format!("OpenSearch answers {status}: {}", answer["error"]["reason"]))
}

fn hits_of(answer: &Value) -> &[Value] {
    answer["hits"]["hits"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn id_of(hit: &Value) -> Option<CourseId> {
    hit["_id"].as_str()?.parse().ok()
}

/// Settings and fields of the index.
fn definition() -> Value {
    let text = |analyzer: &str| json!({ "type": "text", "analyzer": analyzer });
    let mut by_language: Map<String, Value> =
        LANGUAGES.iter().map(|(tag, analyzer)| ((*tag).to_owned(), text(analyzer))).collect();
    by_language.insert("all".to_owned(), text("folded"));
    let area = json!({ "properties": by_language });
    let keyword = json!({ "type": "keyword" });
    let number = |kind: &str| json!({ "type": kind });
    let mut properties: Map<String, Value> =
        AREAS.iter().map(|(name, _)| ((*name).to_owned(), area.clone())).collect();
    for name in ["id", "slug", "stamp", "category", "category_label", "access", "level", "tags"] {
        properties.insert(name.to_owned(), keyword.clone());
    }
    for (name, kind) in [
        ("duration", "integer"),
        ("published_at", "long"),
        ("enrollments", "long"),
        ("rating_average", "double"),
        ("rating_count", "long"),
        ("weight", "double"),
    ] {
        properties.insert(name.to_owned(), number(kind));
    }
    properties.insert("author".to_owned(), text("folded"));
    properties.insert("spelling".to_owned(), text("plain"));
    properties.insert("title_begins".to_owned(), json!({ "type": "search_as_you_type" }));
    properties.insert(
        "lessons".to_owned(),
        json!({ "type": "nested", "properties": {
            "day": { "type": "integer" },
            "title": area,
            "text": area,
            "name": { "type": "search_as_you_type" },
        } }),
    );
    json!({
        "settings": {
            "index": { "max_result_window": 1_100_000 },
            "analysis": { "analyzer": {
                "folded": { "tokenizer": "standard", "filter": ["lowercase", "asciifolding"] },
                "plain": { "tokenizer": "standard", "filter": ["lowercase"] },
            } },
        },
        "mappings": { "dynamic": false, "properties": properties },
    })
}

fn numbers(signals: Signals) -> Value {
    json!({
        "enrollments": signals.enrollments,
        "rating_average": signals.rating_average,
        "rating_count": signals.rating_count,
        "weight": blend(1.0, signals),
    })
}

fn document(course: &CourseDocument) -> Value {
    let primary = course.language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let language = LANGUAGES.iter().map(|(tag, _)| *tag).find(|tag| *tag == primary);
    let in_fields = |text: Value| match language {
        Some(tag) => json!({ "all": text, tag: text }),
        None => json!({ "all": text }),
    };
    let titles: Vec<&str> = course.lessons.iter().map(|lesson| lesson.title.as_str()).collect();
    let texts: Vec<&str> = course.lessons.iter().map(|lesson| lesson.text.as_str()).collect();
    let mut topics: Vec<&str> = course.tags.iter().map(String::as_str).collect();
    topics.push(&course.category_name);
    let lessons: Vec<Value> = course
        .lessons
        .iter()
        .map(|lesson| {
            json!({
                "day": lesson.day,
                "name": lesson.title,
                "title": in_fields(json!(lesson.title)),
                "text": in_fields(json!(lesson.text)),
            })
        })
        .collect();
    let mut spelling = vec![course.title.as_str(), &course.subtitle, &course.description];
    spelling.extend(topics.iter().chain(&titles).chain(&texts));
    let mut document = json!({
        "id": course.id,
        "slug": course.slug,
        "stamp": course.stamp,
        "title": in_fields(json!(course.title)),
        "title_begins": course.title,
        "subtitle": in_fields(json!(course.subtitle)),
        "topics": in_fields(json!(topics)),
        "description": in_fields(json!(course.description)),
        "lesson_titles": in_fields(json!(titles)),
        "lesson_texts": in_fields(json!(texts)),
        "author": course.author,
        "spelling": spelling,
        "tags": course.tags,
        "category": course.category,
        "category_label": format!("{}\t{}", course.category, course.category_name),
        "access": course.access,
        "level": course.level,
        "duration": course.duration_days,
        "published_at": course.published_at,
        "lessons": lessons,
    });
    if let (Some(document), Value::Object(numbers)) = (document.as_object_mut(), numbers(course.signals)) {
        document.extend(numbers);
    }
    document
}

/// The words of a text that say something.
fn telling(text: &str) -> Vec<String> {
    let all: Vec<String> = analysis::words(text).take(MOST_WORDS).map(|word| word.lower()).collect();
    let telling: Vec<String> = all.iter().filter(|word| !analysis::says_nothing(word)).cloned().collect();
    if telling.is_empty() { all } else { telling }
}

/// A course has the word, or one that is spelled nearly so, or another one for the same.
fn word_query(word: &str, fields: &[String]) -> Value {
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

fn words_query(words: &[String], fields: &[String]) -> Value {
    let required = if words.len() <= 2 { words.len() } else { (words.len() * 7).div_ceil(10) };
    let queries: Vec<Value> = words.iter().map(|word| word_query(word, fields)).collect();
    json!({ "bool": { "should": queries, "minimum_should_match": required } })
}

/// Filters by their names, without one of them.
fn filters(query: &SearchQuery, without: &str) -> Vec<Value> {
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

fn request(query: &SearchQuery, words: &[String]) -> Value {
    let fields: Vec<String> = AREAS
        .iter()
        .map(|(name, boost)| format!("{name}.*^{boost}"))
        .chain(["author^3".to_owned()])
        .collect();
    let lesson_fields = ["lessons.title.*^2".to_owned(), "lessons.text.*".to_owned()];
    let matching = if words.is_empty() {
        json!({ "match_all": {} })
    } else {
        let any: Vec<Value> = words.iter().map(|word| word_query(word, &lesson_fields)).collect();
        json!({ "bool": {
            "must": [words_query(words, &fields)],
            "should": [{ "nested": {
                "path": "lessons", "score_mode": "max", "boost": 0.01,
                "query": { "bool": { "should": any } },
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
    let facets: Map<String, Value> = ["category", "duration", "access", "level"]
        .iter()
        .map(|name| {
            let counted = json!({
                "filter": { "bool": { "filter": filters(query, name) } },
                "aggs": { "values": { "terms": { "field": name, "size": 100 } } },
            });
            ((*name).to_owned(), counted)
        })
        .collect();
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
        "aggs": facets,
        "highlight": highlight(&["title.*", "subtitle.*", "description.*"]),
        "suggest": { "text": query.text, "words": { "term": { "field": "spelling", "suggest_mode": "missing" } } },
    })
}

fn highlight(fields: &[&str]) -> Value {
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

/// The highlighted text of an area, in whichever of its fields the words were found.
fn highlighted(hit: &Value, area: &str) -> Option<Excerpt> {
    let fields = hit["highlight"].as_object()?;
    let (_, found) = fields.iter().find(|(name, _)| name.starts_with(&format!("{area}.")))?;
    Some(Excerpt::from_marks(found.get(0)?.as_str()?, OPEN, CLOSE))
}

fn hit(found: &Value) -> Option<Hit> {
    let lesson = hits_of(&found["inner_hits"]["lessons"]).first().and_then(|inner| {
        let source = inner["_source"].get("lessons").unwrap_or(&inner["_source"]);
        let plain = || Excerpt::from_marks(source["name"].as_str().unwrap_or_default(), OPEN, CLOSE);
        Some(LessonHit {
            day: source["day"].as_i64()?,
            title: highlighted(inner, "lessons.title").unwrap_or_else(plain),
            excerpt: highlighted(inner, "lessons.text"),
        })
    });
    Some(Hit {
        course: id_of(found)?,
        title: highlighted(found, "title"),
        excerpt: highlighted(found, "subtitle").or_else(|| highlighted(found, "description")),
        lesson,
    })
}

fn facet(answer: &Value, name: &str, order: &[&str]) -> Vec<FacetCount> {
    let buckets = answer["aggregations"][name]["values"]["buckets"].as_array();
    let mut list: Vec<FacetCount> = buckets
        .into_iter()
        .flatten()
        .filter_map(|bucket| {
            let value = match &bucket["key"] {
                Value::String(word) => word.clone(),
                other => other.to_string(),
            };
            Some(FacetCount { value, count: bucket["doc_count"].as_i64().filter(|count| *count > 0)? })
        })
        .collect();
    list.sort_by_key(|facet| order.iter().position(|word| *word == facet.value).unwrap_or(order.len()));
    list
}

/// The text with the words that were misspelled replaced.
fn did_you_mean(text: &str, answer: &Value) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    let words = answer["suggest"]["words"].as_array()?;
    let mut corrected = false;
    for word in words.iter().rev() {
        let Some(meant) = word["options"][0]["text"].as_str() else { continue };
        let from = usize::try_from(word["offset"].as_u64()?).ok()?;
        let to = from + usize::try_from(word["length"].as_u64()?).ok()?;
        if to <= letters.len() {
            letters.splice(from..to, meant.chars());
            corrected = true;
        }
    }
    corrected.then(|| letters.into_iter().collect())
}

fn suggestion_request(text: &str, limit: usize) -> Value {
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

/// Whether a word of `name`, and what follows it, begins like `text`.
fn begins_in(name: &str, text: &str) -> bool {
    let folded = |text: &str| analysis::folded_text(text);
    let (name, text) = (folded(name), folded(text));
    !text.is_empty() && (name.starts_with(&text) || name.contains(&format!(" {text}")))
}

fn suggestions(answer: &Value, text: &str, limit: usize) -> Vec<Suggestion> {
    let hits = hits_of(answer);
    let slug = |hit: &Value| hit["_source"]["slug"].as_str().map(ToOwned::to_owned);
    let courses = hits.iter().filter_map(|hit| {
        let title = hit["_source"]["title_begins"].as_str()?;
        begins_in(title, text).then(|| Suggestion {
            text: title.to_owned(),
            kind: SuggestionKind::Course,
            slug: slug(hit),
            day: None,
        })
    });
    let everything = &answer["aggregations"]["everything"];
    let keys = |name: &str| {
        let buckets = everything[name]["buckets"].as_array();
        buckets.into_iter().flatten().filter_map(|bucket| bucket["key"].as_str()).collect::<Vec<_>>()
    };
    let categories = keys("categories");
    let categories = categories
        .iter()
        .filter_map(|key| key.split_once('\t'))
        .filter(|(_, name)| begins_in(name, text))
        .map(|(slug, name)| Suggestion {
            text: name.to_owned(),
            kind: SuggestionKind::Category,
            slug: Some(slug.to_owned()),
            day: None,
        });
    let tags = keys("tags");
    let tags = tags.iter().map(|tag| tag.replace('-', " ")).filter_map(|tag| {
        begins_in(&tag, text).then_some(Suggestion {
            text: tag,
            kind: SuggestionKind::Tag,
            slug: None,
            day: None,
        })
    });
    let lessons = hits.iter().flat_map(|hit| {
        hits_of(&hit["inner_hits"]["lessons"]).iter().filter_map(move |inner| {
            let source = inner["_source"].get("lessons").unwrap_or(&inner["_source"]);
            Some(Suggestion {
                text: source["name"].as_str()?.to_owned(),
                kind: SuggestionKind::Lesson,
                slug: slug(hit),
                day: Some(source["day"].as_i64()?),
            })
        })
    });
    courses.chain(categories).chain(tags).chain(lessons).take(limit).collect()
}

impl SearchIndex for OpenSearch {
    fn listing(&self) -> BoxFuture<'_, Result<HashMap<CourseId, Indexed>>> {
        Box::pin(self.list())
    }

    fn apply(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.write(changes))
    }

    fn search<'a>(&'a self, query: &'a SearchQuery) -> BoxFuture<'a, Result<Hits>> {
        Box::pin(async move {
            let words = telling(&query.text);
            if words.is_empty() && !query.text.trim().is_empty() {
                return Ok(Hits::default());
            }
            let Some(answer) = self.find(&request(query, &words)).await? else { return Ok(Hits::default()) };
            Ok(Hits {
                items: hits_of(&answer).iter().filter_map(hit).collect(),
                total: answer["hits"]["total"]["value"].as_i64().unwrap_or_default(),
                facets: Facets {
                    category: facet(&answer, "category", &[]),
                    duration: facet(&answer, "duration", &["7", "14", "21"]),
                    access: facet(&answer, "access", &["free", "premium", "paid"]),
                    level: facet(&answer, "level", &["beginner", "intermediate", "advanced"]),
                },
                did_you_mean: did_you_mean(&query.text, &answer),
            })
        })
    }

    fn suggest<'a>(&'a self, text: &'a str, limit: usize) -> BoxFuture<'a, Result<Vec<Suggestion>>> {
        Box::pin(async move {
            let answer = self.find(&suggestion_request(text, limit)).await?;
            Ok(answer.map(|answer| suggestions(&answer, text, limit)).unwrap_or_default())
        })
    }

    fn describe(&self) -> String {
        format!("OpenSearch, {}", self.base)
    }
}
