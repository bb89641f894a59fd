//! Which cards somebody has now.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    card::{Card, CardId, Content, Part},
    cue::cue,
    repo::{self, Waiting},
};
use crate::{
    Error, Result, Services,
    catalog::{self, Lesson, Question},
    engagement::{self, Moment, ReviewDay},
    identity::Actor,
    ids::{LessonId, UserId},
    known::Known,
    learning::{self, quiz},
};

/// Cards of a session, which takes about two minutes.
pub const SESSION: usize = 12;

/// New cards a day: about the takeaways of two lessons. What is learned faster than that is spread over the days after.
const NEW_A_DAY: i64 = 6;

/// What somebody has to review now.
#[derive(Debug, Clone)]
pub struct Deck {
    /// Cards that are due, the longest due first, then new ones.
    pub cards: Vec<Card>,
    /// How many of them are new.
    pub new: usize,
    /// What was reviewed today.
    pub today: ReviewDay,
    /// When the next card is due that isn't yet.
    pub next_due_at: Option<DateTime<Utc>>,
    /// There is or was something to review.
    pub begun: bool,
}

impl Deck {
    /// How many cards the session at hand has left.
    #[must_use]
    pub fn left(&self) -> usize {
        left_of_session(self.today.reviewed, self.cards.len())
    }
}

/// How many of these cards belong to the session at hand, after so many reviews today.
pub(super) fn left_of_session(reviewed: i64, cards: usize) -> usize {
    cards.min(SESSION - usize::try_from(reviewed).unwrap_or(0) % SESSION)
}

/// What waits for somebody, and what that depends on beside their rows.
struct KnownWaiting {
    waiting: Waiting,
    at: DateTime<Utc>,
    day: NaiveDate,
    /// Of the catalog.
    edition: u64,
}

impl KnownWaiting {
    /// Whether it still is the learner's day, no other card is due, and the lessons are the same.
    fn is_good(&self, edition: u64, now: &Moment) -> bool {
        self.edition == edition
            && self.day == now.day()
            && self.at <= now.at
            && self.waiting.next_due_at.is_none_or(|next_due_at| now.at < next_due_at)
    }
}

impl Known for KnownWaiting {
    fn weight(&self) -> usize {
        size_of::<Self>()
    }
}

/// Whether a review waits for the actor, for pages that only lead there: one statement, and no card is put together.
///
/// # Errors
/// When the database fails.
pub async fn waiting(s: &Services, actor: &Actor) -> Result<Option<Waiting>> {
    let moment = engagement::moment(s, actor);
    let edition = catalog::edition(s).await?;
    let known = s.known.recall(&s.db, actor.user, Uuid::nil());
    let known = match known.filter(|known: &Arc<KnownWaiting>| known.is_good(edition, &moment)) {
        Some(known) => known,
        None => {
            let read = async {
                let mut conn = s.db.read().await?;
                let waiting = repo::waiting(&mut conn, actor.user, moment.at, moment.day()).await?;
                Ok(KnownWaiting { waiting, at: moment.at, day: moment.day(), edition })
            };
            s.known.learn(&s.db, actor.user, Uuid::nil(), read).await?
        }
    };
    let waiting = known.waiting;
    Ok((waiting.due > 0 || (waiting.unseen && waiting.new_today < NEW_A_DAY)).then_some(waiting))
}

/// A question that was missed, as the quiz asks it now.
type Missed = (CardId, Arc<Lesson>, Question);

/// What the actor has to review now.
///
/// # Errors
/// When the database fails.
pub async fn deck(s: &Services, actor: &Actor) -> Result<Deck> {
    let moment = engagement::moment(s, actor);
    let today = moment.day();
    let (due, new_today, reviewed, next_due_at) = {
        let mut conn = s.db.read().await?;
        (
            repo::due(&mut conn, actor.user, moment.at).await?,
            repo::new_on(&mut conn, actor.user, today).await?,
            engagement::review_day(s, &mut conn, actor).await?,
            repo::next_due(&mut conn, actor.user, moment.at).await?,
        )
    };
    let allowed = usize::try_from(NEW_A_DAY - new_today).unwrap_or(0);
    let wants_new = allowed > 0 && due.len() < SESSION;
    let asks = |row: &repo::CardRow| row.id().is_some_and(|id| matches!(id.part, Part::Question(_)));
    let missed = if wants_new || due.iter().any(asks) { missed(s, actor.user).await? } else { Vec::new() };
    let mut cards = Vec::with_capacity(due.len());
    for row in &due {
        let Some(id) = row.id() else { continue };
        // What isn't there any more stays where it is: an author may bring it back.
        let Some((lesson, content)) = content(s, &id, row.version, &missed).await? else { continue };
        let memory = Some((row.memory(), row.reviewed_on));
        cards.push(Card { id, version: row.version, lesson, content, memory, today });
    }
    let mut begun = !due.is_empty() || next_due_at.is_some() || reviewed.reviewed > 0;
    let mut new = 0;
    if wants_new {
        let found = new_cards(s, actor.user, &missed, allowed, today).await?;
        begun |= found.begun;
        new = found.cards.len();
        cards.extend(found.cards);
    }
    Ok(Deck { cards, new, today: reviewed, next_due_at, begun })
}

struct NewCards {
    cards: Vec<Card>,
    /// Something was learned.
    begun: bool,
}

/// Cards that somebody hasn't seen yet, at most so many: missed questions first, then takeaways, of the latest lesson first.
async fn new_cards(
    s: &Services,
    user: UserId,
    missed: &[Missed],
    most: usize,
    today: NaiveDate,
) -> Result<NewCards> {
    let (known, completed) = {
        let mut conn = s.db.read().await?;
        (repo::known(&mut conn, user).await?, learning::completed_lessons(&mut conn, user).await?)
    };
    let begun = !completed.is_empty() || !missed.is_empty();
    let new = |id: CardId, lesson: Arc<Lesson>, content: Content| Card {
        id,
        version: 0,
        lesson,
        content,
        memory: None,
        today,
    };
    let mut cards: Vec<Card> = missed
        .iter()
        .filter(|(id, ..)| !known.contains(id))
        .take(most)
        .map(|(id, lesson, question)| new(id.clone(), lesson.clone(), asked(id, 0, question.clone())))
        .collect();
    for id in completed {
        if cards.len() >= most {
            break;
        }
        let Some(lesson) = published(s, id).await? else { continue };
        for place in 1..=lesson.key_takeaways.len() {
            let id = CardId { lesson: id, part: Part::Takeaway(place) };
            if cards.len() < most
                && !known.contains(&id)
                && let Some(content) = takeaway(&lesson, place)
            {
                cards.push(new(id, lesson.clone(), content));
            }
        }
    }
    Ok(NewCards { cards, begun })
}

/// What stands on a card now, if it is there.
async fn content(
    s: &Services,
    id: &CardId,
    version: i64,
    missed: &[Missed],
) -> Result<Option<(Arc<Lesson>, Content)>> {
    match id.part {
        Part::Takeaway(place) => {
            let lesson = published(s, id.lesson).await?;
            Ok(lesson.and_then(|lesson| Some((lesson.clone(), takeaway(&lesson, place)?))))
        }
        Part::Question(_) => Ok(missed
            .iter()
            .find(|(other, ..)| other == id)
            .map(|(_, lesson, question)| (lesson.clone(), asked(id, version, question.clone())))),
    }
}

fn takeaway(lesson: &Lesson, place: usize) -> Option<Content> {
    let text = lesson.key_takeaways.get(place.checked_sub(1)?)?.clone();
    Some(Content::Takeaway { place, of: lesson.key_takeaways.len(), cue: cue(&text), text })
}

/// A question with its options in an order of this review's own.
fn asked(id: &CardId, version: i64, question: Question) -> Content {
    Content::Question(quiz::deal_one(question, id.seed(version)))
}

/// The lesson, unless it was taken back.
async fn published(s: &Services, id: LessonId) -> Result<Option<Arc<Lesson>>> {
    match catalog::lesson(s, id).await {
        Ok(lesson) => Ok(Some(lesson)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The questions that somebody missed, each once, as their quizzes ask them now. A question that was reworded is known by its
/// answers, one whose answers were mended by what it asks; one that is neither is another question.
async fn missed(s: &Services, user: UserId) -> Result<Vec<Missed>> {
    let missed = quiz::missed_questions(s, user).await?;
    let lessons: BTreeSet<LessonId> = missed.iter().map(|(lesson, _)| lesson.id).collect();
    let lessons: Vec<LessonId> = lessons.into_iter().collect();
    let now = {
        let mut conn = s.db.read().await?;
        catalog::questions_of(&mut conn, &lessons).await?
    };
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (lesson, asked) in missed {
        let there = now.get(&lesson.id).map(Vec::as_slice).unwrap_or_default();
        let same = there.iter().find(|one| one.text().trim() == asked.text().trim());
        let Some(question) = same.or_else(|| there.iter().find(|one| one.has_answers_of(&asked))) else {
            continue;
        };
        let id = CardId::question(lesson.id, question);
        if seen.insert(id.clone()) {
            found.push((id, lesson, question.clone()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_twelve_cards_and_then_the_next_one() {
        assert_eq!(left_of_session(0, 7), 7);
        assert_eq!(left_of_session(0, 40), 12);
        assert_eq!(left_of_session(5, 40), 7);
        assert_eq!(left_of_session(5, 3), 3);
        assert_eq!(left_of_session(12, 28), 12);
    }
}
