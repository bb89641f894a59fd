//! Searching, suggestions, and what was chosen.

use std::collections::HashMap;

use super::{Excerpt, Facets, Hit, LessonHit, MAX_TEXT, SearchQuery, Suggestion, repo, tally};
use crate::{
    Error, Result, Services,
    catalog::{self, CourseCard, MAX_PAGE, Published},
    identity::{Actor, Role},
    ids::CourseId,
    learning,
};

/// Suggestions at once.
const SUGGESTIONS: usize = 8;

/// On whose behalf it is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seeker {
    /// Somebody who has typed it: counted for the analytics.
    Person,
    /// A list that is looked at further: not counted once more.
    Again,
}

/// A course that was found.
#[derive(Debug, Clone)]
pub struct FoundCourse {
    pub card: CourseCard,
    /// The title, when words of it match.
    pub title: Option<Excerpt>,
    /// The place in subtitle or description that matches.
    pub excerpt: Option<Excerpt>,
    /// The lesson that matches best.
    pub lesson: Option<LessonHit>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct SearchResults {
    /// This page, in order.
    pub items: Vec<FoundCourse>,
    /// All that match.
    pub total: i64,
    pub facets: Facets,
    /// The text as it was probably meant.
    pub did_you_mean: Option<String>,
    /// Words that no course has and without which this was found.
    pub left_out: Vec<String>,
    /// Whether no course has all the other words, so that each of these has only some.
    pub partial: bool,
}

/// Finds published courses. What stands in a lesson is quoted to those who may read it.
///
/// # Errors
/// [`Error::Invalid`] for a page size or place that no list has; [`Error::Unavailable`] when the index can't be asked.
pub async fn search(
    s: &Services,
    actor: Option<&Actor>,
    query: &SearchQuery,
    seeker: Seeker,
) -> Result<SearchResults> {
    if !(1..=MAX_PAGE).contains(&query.limit) {
        return Err(Error::invalid("limit", "out-of-range", "The limit is between 1 and 100."));
    }
    if !(0..=1_000_000).contains(&query.offset) {
        return Err(Error::invalid("offset", "out-of-range", "The offset is between 0 and 1,000,000."));
    }
    let query = SearchQuery { text: clipped(&query.text), ..query.clone() };
    let hits = s.search.index.search(&query).await?;
    if seeker == Seeker::Person {
        tally::searched(s, &query.text, hits.total);
    }
    let published = catalog::published(s).await?;
    let closed = closed_lessons(s, actor, &published, &hits.items).await?;
    let mut items = Vec::with_capacity(hits.items.len());
    for hit in hits.items {
        // A course that was withdrawn a moment ago is not shown any more.
        let Some(card) = published.get(hit.course).map(|course| course.card.clone()) else { continue };
        let lesson = hit.lesson.map(|lesson| match closed.get(&(card.id, lesson.day)) {
            Some(summary) => LessonHit { excerpt: summary.as_deref().map(Excerpt::plain), ..lesson },
            None => lesson,
        });
        items.push(FoundCourse { card, title: hit.title, excerpt: hit.excerpt, lesson });
    }
    Ok(SearchResults {
        items,
        total: hits.total,
        facets: hits.facets,
        did_you_mean: hits.did_you_mean,
        left_out: hits.left_out,
        partial: hits.partial,
    })
}

/// Of the lessons that were found, those whose texts the person may not read, each with its summary, which may be shown instead.
async fn closed_lessons(
    s: &Services,
    actor: Option<&Actor>,
    published: &Published,
    hits: &[Hit],
) -> Result<HashMap<(CourseId, i64), Option<String>>> {
    let role = actor.map_or(Role::Free, |actor| actor.role);
    let mut lessons: Vec<(CourseId, i64)> = hits
        .iter()
        .filter_map(|hit| {
            let lesson = hit.lesson.as_ref().filter(|lesson| lesson.excerpt.is_some())?;
            let card = &published.get(hit.course)?.card;
            let open = learning::may_enroll(card.access, card.premium_included, role).is_ok();
            (!open).then_some((card.id, lesson.day))
        })
        .collect();
    if lessons.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conn = s.db.read().await?;
    if let Some(actor) = actor {
        let joined = repo::joined(&mut conn, actor.user, lessons.iter().map(|(course, _)| *course)).await?;
        lessons.retain(|(course, _)| !joined.contains(course));
    }
    let mut closed: HashMap<_, _> = lessons.iter().map(|lesson| (*lesson, None)).collect();
    for outline in repo::outlines(&mut conn, &lessons).await? {
        let place = (outline.course_id, outline.day);
        if outline.is_preview {
            closed.remove(&place);
        } else {
            closed.insert(place, Some(outline.summary));
        }
    }
    Ok(closed)
}

/// Continuations of what somebody has typed.
///
/// # Errors
/// [`Error::Unavailable`] when the index can't be asked.
pub async fn suggestions(s: &Services, text: &str) -> Result<Vec<Suggestion>> {
    let text = clipped(text);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    s.search.index.suggest(&text, SUGGESTIONS).await
}

/// Notes that a result of this search was opened, and answers which course that is.
///
/// # Errors
/// [`Error::NotFound`] when there is no such course.
pub async fn chosen(s: &Services, text: &str, slug: &str) -> Result<String> {
    let course = catalog::course(s, slug).await?;
    tally::clicked(s, &clipped(text));
    Ok(course.card.slug.clone())
}

fn clipped(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect()
}
