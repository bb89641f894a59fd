//! Finding, keeping and serving recommendations.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Recommendation, Recommendations,
    repo::{self, Kept, KeptItem, Known},
    score::{self, Candidate, Learner, Taken},
};
use crate::{
    Error, Result, Services,
    catalog::{self, Course, CourseCard, Published, PublishedCourse},
    identity::{Actor, Role},
    ids::CourseId,
    learning::{self, OwnCourse},
};

/// The smallest number of recommendations to ask for.
pub const FEWEST: i64 = 5;
/// The largest.
pub const MOST: i64 = 10;
/// How long recommendations stay the same when nothing happens.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// So many are kept: some more than are asked for, because a course may be taken back meanwhile.
const KEPT: usize = 15;

/// Changes when the rules of `score.rs` do, so that what older ones found is found anew.
const RULES: u8 = 1;

/// What the actor may want to learn next, the best first: at most `limit`, fewer only when there aren't more. Showing them is counted.
///
/// # Errors
/// [`Error::Invalid`] for a limit that is not [`FEWEST`] to [`MOST`].
pub async fn recommendations(s: &Services, actor: &Actor, limit: i64) -> Result<Recommendations> {
    let limit = usize::try_from(limit)
        .ok()
        .filter(|_| (FEWEST..=MOST).contains(&limit))
        .ok_or_else(|| Error::invalid("limit", "out-of-range", "The limit is between 5 and 10."))?;
    let now = s.clock.now();
    let published = catalog::published(s).await?;
    let joined = learning::own_courses(s, actor.user).await?;
    let mut enrolled: Vec<&OwnCourse> = joined.iter().collect();
    enrolled.sort_by_key(|own| own.course_id);
    let read = || async { Ok(repo::known(&mut s.db.read().await?, actor.user).await?) };
    let known = s.known.get(&s.db, actor.user, Uuid::nil(), read).await?;
    let Known { favorites, kept } = &*known;
    let made_from = fingerprint(actor.role, favorites, &enrolled);
    let usable = |kept: &&Kept| kept.made_from == made_from && now - kept.generated_at < KEPT_FOR;
    let mut served = kept.as_ref().filter(usable).map(|kept| serve(kept, &published, &enrolled, limit));
    // A course that was taken back leaves a gap; too many gaps are filled.
    let there =
        published.len() - enrolled.iter().filter(|one| published.get(one.course_id).is_some()).count();
    served.take_if(|served| served.items.len() < limit.min(there));
    let served = match served {
        Some(served) => served,
        // Aside, so that whoever is served what is kept doesn't carry what it takes to find it.
        None => {
            let found = find(s, actor.role, &published, &enrolled, favorites, now);
            let kept = Box::pin(keep(s, actor, made_from, now, found)).await?;
            serve(&kept, &published, &enrolled, limit)
        }
    };
    s.impressions.note(actor.user, now.date_naive(), &served.items);
    Ok(served)
}

/// What recommendations depend on, besides the catalog and the time.
fn fingerprint(role: Role, favorites: &[String], enrolled: &[&OwnCourse]) -> String {
    let mut hash = Sha256::new();
    hash.update([RULES]);
    hash.update(role.as_str());
    for slug in favorites {
        hash.update([0]);
        hash.update(slug);
    }
    hash.update([1]);
    for one in enrolled {
        hash.update(one.course_id.0.as_bytes());
        hash.update([u8::from(one.completed_at.is_some())]);
    }
    hex::encode(hash.finalize())
}

/// What may be shown now of what was found, at most so much: courses that are still published and that the person hasn't joined.
fn serve(kept: &Kept, published: &Published, enrolled: &[&OwnCourse], most: usize) -> Recommendations {
    let joined = |course: CourseId| enrolled.iter().any(|one| one.course_id == course);
    let items = kept
        .items
        .iter()
        .filter(|item| !joined(item.course_id))
        .filter_map(|item| {
            let course = published.get(item.course_id)?.clone();
            Some(Recommendation { course, reason: item.reason.clone() })
        })
        .take(most)
        .collect();
    Recommendations { items, generated_at: kept.generated_at }
}

/// Keeps what is found, for the next 24 hours.
async fn keep(
    s: &Services,
    actor: &Actor,
    made_from: String,
    now: DateTime<Utc>,
    found: impl Future<Output = Result<Vec<KeptItem>>>,
) -> Result<Kept> {
    let kept = Kept { made_from, items: found.await?, generated_at: now };
    let mut tx = s.db.begin().await?;
    repo::keep(&mut tx, actor.user, &kept).await?;
    tx.commit().await?;
    Ok(kept)
}

async fn find(
    s: &Services,
    role: Role,
    published: &Published,
    enrolled: &[&OwnCourse],
    favorites: &[String],
    now: DateTime<Utc>,
) -> Result<Vec<KeptItem>> {
    let mut others = Vec::new();
    for one in enrolled.iter().filter(|one| published.get(one.course_id).is_none()) {
        match catalog::course_by_id(s, one.course_id).await {
            Ok(course) => others.push((one, course)),
            // Taken back: it says nothing any more.
            Err(Error::NotFound(_)) => {}
            Err(other) => return Err(other),
        }
    }
    let listed = enrolled.iter().filter_map(|one| {
        let course = published.get(one.course_id)?;
        Some(taken(one, &course.card, &course.tags))
    });
    let archived = others
        .iter()
        .map(|(one, course): &(&&OwnCourse, std::sync::Arc<Course>)| taken(one, &course.card, &course.tags));
    let learner = Learner { taken: listed.chain(archived).collect(), favorites, now };
    Ok(score::rank(&learner, published.as_slice(), |(_, course)| candidate(course, role), KEPT)
        .into_iter()
        .map(|scored| KeptItem { course_id: scored.course, reason: scored.reason })
        .collect())
}

fn candidate(course: &PublishedCourse, role: Role) -> Candidate<'_> {
    let card = &course.card;
    Candidate {
        id: card.id,
        category: &card.category_slug,
        tags: &course.tags,
        level: card.level,
        days: card.duration_days,
        open: learning::may_enroll(card.access, card.premium_included, role).is_ok(),
        learners: card.enrollment_count,
        finishers: card.completion_count,
        rating_average: card.rating_average,
        rating_count: card.rating_count,
        published_at: card.published_at,
    }
}

fn taken<'a>(enrolled: &OwnCourse, card: &'a CourseCard, tags: &'a [String]) -> Taken<'a> {
    Taken {
        id: card.id,
        title: &card.title,
        category: &card.category_slug,
        tags,
        level: card.level,
        days: card.duration_days,
        joined_at: enrolled.enrolled_at,
        finished_at: enrolled.completed_at,
    }
}
