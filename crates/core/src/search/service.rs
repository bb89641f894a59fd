//! Searching, suggestions, and what was chosen.

use std::collections::HashMap;

use super::{Excerpt, Facets, LessonHit, MAX_TEXT, SearchQuery, Suggestion, tally};
use crate::{
    Error, Result, Services,
    catalog::{self, CourseCard, MAX_PAGE},
    identity::{Actor, Role},
    ids::CourseId,
    learning::{self, Standing},
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
    let ids: Vec<CourseId> = hits.items.iter().map(|hit| hit.course).collect();
    let mut cards: HashMap<CourseId, CourseCard> =
        catalog::published_cards(s, &ids).await?.into_iter().map(|card| (card.id, card)).collect();
    let mut items = Vec::with_capacity(hits.items.len());
    for hit in hits.items {
        // A course that was withdrawn a moment ago is not shown any more.
        let Some(card) = cards.remove(&hit.course) else { continue };
        let lesson = match hit.lesson {
            Some(lesson) => Some(quoted(s, actor, &card, lesson).await?),
            None => None,
        };
        items.push(FoundCourse { card, title: hit.title, excerpt: hit.excerpt, lesson });
    }
    Ok(SearchResults { items, total: hits.total, facets: hits.facets, did_you_mean: hits.did_you_mean })
}

/// The lesson with words of its text for those who may read it, and with its summary for others.
async fn quoted(
    s: &Services,
    actor: Option<&Actor>,
    card: &CourseCard,
    mut lesson: LessonHit,
) -> Result<LessonHit> {
    let role = actor.map_or(Role::Free, |actor| actor.role);
    if lesson.excerpt.is_none() || learning::may_enroll(card.access, card.premium_included, role).is_ok() {
        return Ok(lesson);
    }
    let course = match catalog::course_by_id(s, card.id).await {
        Ok(course) => course,
        Err(Error::NotFound(_)) => return Ok(LessonHit { excerpt: None, ..lesson }),
        Err(other) => return Err(other),
    };
    let outline = course.lessons.iter().find(|known| known.day == lesson.day);
    let open = outline.is_some_and(|outline| outline.is_preview)
        || matches!(learning::course_standing(s, actor, &course).await?, Standing::Enrolled { .. });
    if !open {
        lesson.excerpt = outline.map(|outline| Excerpt::plain(&outline.summary));
    }
    Ok(lesson)
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
