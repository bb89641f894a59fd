//! The daily review's SQL.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Conn, FromRow, Result, Tx, sql};

use super::{
    card::{CardId, Part},
    schedule::Memory,
};
use crate::ids::{LessonId, UserId};

/// A card that was reviewed before.
#[derive(Debug, Clone, FromRow)]
pub(super) struct CardRow {
    lesson_id: LessonId,
    part: String,
    pub version: i64,
    stability: f64,
    difficulty: f64,
    pub reviewed_on: NaiveDate,
}

impl CardRow {
    /// Which card; none when it isn't one that this program knows.
    pub(super) fn id(&self) -> Option<CardId> {
        Some(CardId { lesson: self.lesson_id, part: self.part.parse().ok()? })
    }

    pub(super) fn memory(&self) -> Memory {
        Memory { stability: self.stability, difficulty: self.difficulty }
    }
}

/// Cards that are due, the longest due first. Whether there still is something on them is for the caller to see.
pub(super) async fn due(conn: &mut Conn, user: UserId, now: DateTime<Utc>) -> Result<Vec<CardRow>> {
    conn.all(sql!(
        "SELECT lesson_id, part, version, stability, difficulty, reviewed_on FROM review_cards
         WHERE user_id = $1 AND due_at <= $2 ORDER BY due_at, lesson_id, part",
        user,
        now
    ))
    .await
}

/// What waits for somebody, as far as one statement tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Waiting {
    /// Cards that are due.
    pub due: i64,
    /// Cards that were new today.
    pub(super) new_today: i64,
    /// There is a completed lesson with takeaways of which no card was reviewed yet.
    pub(super) unseen: bool,
    /// When the next card is due.
    pub(super) next_due_at: Option<DateTime<Utc>>,
}

pub(super) async fn waiting(
    conn: &mut Conn,
    user: UserId,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<Waiting> {
    conn.one(sql!(
        "SELECT (SELECT COUNT(*) FROM review_cards WHERE user_id = $1 AND due_at <= $2) AS due,
                (SELECT MIN(due_at) FROM review_cards WHERE user_id = $1 AND due_at > $2) AS next_due_at,
                (SELECT COUNT(*) FROM review_cards WHERE user_id = $1 AND first_on = $3) AS new_today,
                EXISTS (SELECT 1 FROM lesson_progress p
                        JOIN lessons l ON l.id = p.lesson_id AND l.status = 'published'
                             AND CAST(l.key_takeaways AS TEXT) <> '[]'
                        JOIN courses c ON c.id = l.course_id AND c.status <> 'draft'
                        WHERE p.user_id = $1 AND p.completed_at IS NOT NULL
                              AND NOT EXISTS (SELECT 1 FROM review_cards r
                                              WHERE r.user_id = $1 AND r.lesson_id = p.lesson_id)) AS unseen",
        user,
        now,
        today
    ))
    .await
}

/// When the next card of a published lesson is due that isn't yet.
pub(super) async fn next_due(
    conn: &mut Conn,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(DateTime<Utc>,)> = conn
        .opt(sql!(
            "SELECT r.due_at FROM review_cards r
             JOIN lessons l ON l.id = r.lesson_id AND l.status = 'published'
             JOIN courses c ON c.id = l.course_id AND c.status <> 'draft'
             WHERE r.user_id = $1 AND r.due_at > $2 ORDER BY r.due_at LIMIT 1",
            user,
            now
        ))
        .await?;
    Ok(row.map(|(at,)| at))
}

/// How many cards were new on a day.
pub(super) async fn new_on(conn: &mut Conn, user: UserId, day: NaiveDate) -> Result<i64> {
    let (count,): (i64,) = conn
        .one(sql!("SELECT COUNT(*) FROM review_cards WHERE user_id = $1 AND first_on = $2", user, day))
        .await?;
    Ok(count)
}

/// Every card that somebody has reviewed at least once.
pub(super) async fn known(conn: &mut Conn, user: UserId) -> Result<HashSet<CardId>> {
    let rows: Vec<(LessonId, String)> =
        conn.all(sql!("SELECT lesson_id, part FROM review_cards WHERE user_id = $1", user)).await?;
    let id = |(lesson, part): (LessonId, String)| Some(CardId { lesson, part: part.parse().ok()? });
    Ok(rows.into_iter().filter_map(id).collect())
}

/// How often somebody has reviewed a card; none when never.
pub(super) async fn version(conn: &mut Conn, user: UserId, card: &CardId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = conn
        .opt(sql!(
            "SELECT version FROM review_cards WHERE user_id = $1 AND lesson_id = $2 AND part = $3",
            user,
            card.lesson,
            card.part.to_string()
        ))
        .await?;
    Ok(row.map(|(version,)| version))
}

/// The cards that were reviewed on a day, with how often they were in all.
pub(super) async fn reviewed_on(conn: &mut Conn, user: UserId, day: NaiveDate) -> Result<Vec<(CardId, i64)>> {
    let rows: Vec<(LessonId, String, i64)> = conn
        .all(sql!(
            "SELECT lesson_id, part, version FROM review_cards WHERE user_id = $1 AND reviewed_on = $2",
            user,
            day
        ))
        .await?;
    let found = |(lesson, part, version): (LessonId, String, i64)| {
        Some((CardId { lesson, part: part.parse::<Part>().ok()? }, version))
    };
    Ok(rows.into_iter().filter_map(found).collect())
}

/// What is remembered after a review.
pub(super) struct Review {
    pub memory: Memory,
    pub day: NaiveDate,
    pub due_at: DateTime<Utc>,
}

/// Notes a review of a card that was reviewed `version` times before; answers whether that is still so.
pub(super) async fn store(
    tx: &mut Tx,
    user: UserId,
    card: &CardId,
    version: i64,
    review: &Review,
) -> Result<bool> {
    let stored = tx
        .run(sql!(
            "INSERT INTO review_cards (user_id, lesson_id, part, version, stability, difficulty, first_on, reviewed_on, due_at)
             SELECT $1, id, $3, $4 + 1, $5, $6, $7, $7, $8 FROM lessons WHERE id = $2
             ON CONFLICT (user_id, lesson_id, part) DO UPDATE SET
                    version = excluded.version, stability = excluded.stability, difficulty = excluded.difficulty,
                    reviewed_on = excluded.reviewed_on, due_at = excluded.due_at
             WHERE review_cards.version = $4",
            user,
            card.lesson,
            card.part.to_string(),
            version,
            review.memory.stability,
            review.memory.difficulty,
            review.day,
            review.due_at
        ))
        .await?;
    Ok(stored == 1)
}
