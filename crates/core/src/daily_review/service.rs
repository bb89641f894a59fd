//! Reviewing a card.

use chrono::{DateTime, TimeDelta, Utc};

use super::{CardId, Grade, Wait, deck::deck, repo};
use crate::{
    Error, Result, Services,
    engagement::{self, Deed, Earning, Gain},
    identity::Actor,
};

/// Cards that make a review of the day, when there are so many.
pub const ENOUGH: i64 = 5;

/// What came of a review.
#[derive(Debug, Clone)]
pub struct Graded {
    /// How often the card was reviewed by now.
    pub version: i64,
    /// When it comes again.
    pub due_at: DateTime<Utc>,
    /// Cards reviewed today.
    pub reviewed_today: i64,
    /// Cards to review now.
    pub left: usize,
    /// What was earned, with the review that made the day's.
    pub gain: Gain,
}

fn reviewed_already() -> Error {
    Error::conflict("card-reviewed", "This card was reviewed meanwhile. It comes again when it is due.")
}

/// Takes the actor's grade of a card that is due or new, and computes when it comes again. `version` is how often they had reviewed it
/// when they saw it: the same review sent twice counts once. The first [`ENOUGH`] cards of a day, or all when there are fewer,
/// are its daily review, which earns points and keeps the streak.
///
/// # Errors
/// [`Error::NotFound`] for a card that the actor doesn't have now; [`Error::Conflict`] `card-reviewed` for one that was reviewed
/// meanwhile.
pub async fn grade(s: &Services, actor: &Actor, id: &CardId, grade: Grade, version: i64) -> Result<Graded> {
    let moment = engagement::moment(s, actor);
    let deck = deck(s, actor).await?;
    let Some(card) = deck.cards.iter().find(|card| card.id == *id) else {
        let mut conn = s.db.read().await?;
        let now = repo::version(&mut conn, actor.user, id).await?;
        let meanwhile = now.is_some_and(|now| now != version);
        return Err(if meanwhile { reviewed_already() } else { Error::NotFound("card") });
    };
    if card.version != version {
        return Err(reviewed_already());
    }
    let steps = card.steps()?;
    let day = moment.day();
    let due_at = match steps.waits().after(grade) {
        Wait::Minutes(minutes) => moment.at + TimeDelta::minutes(minutes),
        Wait::Days(days) => moment.start_of(day + TimeDelta::days(days)),
    };
    let review = repo::Review { memory: steps.memory(grade), day, due_at };
    let earning = Earning::of(s, actor).await?;
    let mut tx = s.db.begin().await?;
    let reviewed_today = earning.count_review(&mut tx).await?;
    if !repo::store(&mut tx, actor.user, id, version, &review).await? {
        return Err(reviewed_already());
    }
    // Another tab may have reviewed some of them meanwhile.
    let done = repo::reviewed_on(&mut tx, actor.user, day).await?;
    let is_done = |id: &CardId, version: i64| done.iter().any(|(other, now)| other == id && *now > version);
    let left = deck.cards.iter().filter(|card| !is_done(&card.id, card.version)).count();
    let gain = if reviewed_today >= ENOUGH || left == 0 {
        earning.earn(&mut tx, &[Deed::Review]).await?
    } else {
        Gain { streak: engagement::standing(s, &mut tx, actor).await?, ..Gain::default() }
    };
    tx.commit().await?;
    Ok(Graded { version: version + 1, due_at, reviewed_today, left, gain })
}
