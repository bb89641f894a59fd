//! What the index keeps: its definition, and a course as a document.

use momentum_core::search::{CourseDocument, Signals, blend};
use serde_json::{Map, Value, json};

/// Grows when documents or fields change their form: then another index is filled.
pub(super) const FORMAT: u32 = 3;

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
pub(super) const AREAS: [(&str, f64); 6] = [
    ("title", 6.0),
    ("subtitle", 3.5),
    ("topics", 3.5),
    ("description", 1.5),
    ("lesson_titles", 2.0),
    ("lesson_texts", 1.0),
];

/// Settings and fields of the index.
pub(super) fn definition() -> Value {
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
    // Code is no language.
    properties.insert("code".to_owned(), text("folded"));
    properties.insert("spelling".to_owned(), text("plain"));
    let begins = json!({ "type": "search_as_you_type", "analyzer": "folded" });
    properties.insert("title_begins".to_owned(), begins.clone());
    properties.insert(
        "lessons".to_owned(),
        json!({ "type": "nested", "properties": {
            "day": { "type": "integer" },
            "title": area,
            "text": area,
            "name": begins,
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

pub(super) fn numbers(signals: Signals) -> Value {
    json!({
        "enrollments": signals.enrollments,
        "rating_average": signals.rating_average,
        "rating_count": signals.rating_count,
        "weight": blend(1.0, signals),
    })
}

pub(super) fn document(course: &CourseDocument) -> Value {
    let primary = course.language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let language = LANGUAGES.iter().map(|(tag, _)| *tag).find(|tag| *tag == primary);
    let in_fields = |text: Value| match language {
        Some(tag) => json!({ "all": text, tag: text }),
        None => json!({ "all": text }),
    };
    let titles: Vec<&str> = course.lessons.iter().map(|lesson| lesson.title.as_str()).collect();
    // Quotations come from the description and from each lesson, which have their prose alone; what else is in them is found
    // among these.
    let mut texts: Vec<&str> = course.lessons.iter().map(|lesson| lesson.text.as_str()).collect();
    if course.quotable != course.description {
        texts.push(&course.description);
    }
    let code: Vec<&str> = course.lessons.iter().map(|lesson| lesson.code.as_str()).collect();
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
                "text": in_fields(json!(lesson.quotable)),
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
        "description": in_fields(json!(course.quotable)),
        "lesson_titles": in_fields(json!(titles)),
        "lesson_texts": in_fields(json!(texts)),
        "code": code,
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
