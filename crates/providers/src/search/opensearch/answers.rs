//! What its answers say.

use std::collections::HashSet;

use momentum_core::{
    ids::CourseId,
    search::{Excerpt, FacetCount, Hit, LessonHit, Suggestion, SuggestionKind},
};
use serde_json::Value;

use super::requests::{CLOSE, OPEN};
use crate::search::embedded::{analysis, vocabulary::doubt};

pub(super) fn hits_of(answer: &Value) -> &[Value] {
    answer["hits"]["hits"].as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn id_of(hit: &Value) -> Option<CourseId> {
    hit["_id"].as_str()?.parse().ok()
}

/// The highlighted text of an area, in whichever of its fields the words were found.
pub(super) fn highlighted(hit: &Value, area: &str) -> Option<Excerpt> {
    let fields = hit["highlight"].as_object()?;
    let (_, found) = fields.iter().find(|(name, _)| name.starts_with(&format!("{area}.")))?;
    Some(Excerpt::from_marks(found.get(0)?.as_str()?, OPEN, CLOSE))
}

pub(super) fn hit(found: &Value) -> Option<Hit> {
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

pub(super) fn facet(answer: &Value, name: &str, order: &[&str]) -> Vec<FacetCount> {
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

fn options(word: &Value) -> impl Iterator<Item = &Value> {
    word["options"].as_array().into_iter().flatten()
}

/// The word that is probably meant by a misspelled one. The cluster sorts by nearness, then by frequency.
fn probable<'a>(word: &'a Value, names: &HashSet<&str>) -> Option<&'a str> {
    let typed = analysis::fold(word["text"].as_str()?);
    let nearest = &word["options"][0]["score"];
    options(word)
        .take_while(|option| option["score"] == *nearest)
        .filter_map(|option| option["text"].as_str())
        .min_by_key(|meant| {
            let folded = analysis::fold(meant);
            doubt(&typed, &folded, names.contains(&*folded))
        })
}

/// The text with the words that were misspelled replaced.
pub(super) fn did_you_mean(text: &str, answer: &Value) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    let words = answer["suggest"]["words"].as_array()?;
    let names: HashSet<&str> = ["titles", "subtitles", "topics"]
        .iter()
        .filter_map(|area| answer["suggest"][*area].as_array())
        .flatten()
        .flat_map(options)
        .filter_map(|option| option["text"].as_str())
        .collect();
    let mut corrected = false;
    for word in words.iter().rev() {
        let Some(meant) = probable(word, &names) else { continue };
        let from = usize::try_from(word["offset"].as_u64()?).ok()?;
        let to = from + usize::try_from(word["length"].as_u64()?).ok()?;
        if to <= letters.len() {
            letters.splice(from..to, meant.chars());
            corrected = true;
        }
    }
    corrected.then(|| letters.into_iter().collect())
}

/// Whether every word of `text` begins a word of `name`.
pub(super) fn begins_in(name: &str, text: &str) -> bool {
    let (name, text) = (analysis::folded_text(name), analysis::folded_text(text));
    !text.is_empty() && text.split(' ').all(|word| analysis::begins_a_word(&name, word))
}

pub(super) fn suggestions(answer: &Value, text: &str, limit: usize) -> Vec<Suggestion> {
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
