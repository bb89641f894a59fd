//! The SQL of recommendations.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Conn, FromRow, Json, Result, Statement, Tx, sql};
use serde::{Deserialize, Serialize};

use super::{Reason, ReasonKind};
use crate::{
    ids::{CourseId, UserId},
    known,
};

/// A recommendation as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct KeptItem {
    pub course_id: CourseId,
    pub reason: Reason,
}

/// What was found for somebody.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub made_from: String,
    pub items: Vec<KeptItem>,
    pub generated_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct Row {
    #[sqlx(json)]
    favorite_categories: Vec<String>,
    made_from: Option<String>,
    items: Option<Json<Vec<KeptItem>>>,
    generated_at: Option<DateTime<Utc>>,
}

/// What is found and kept for somebody, and what it depends on beside their courses.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Slugs of their favorite categories.
    pub favorites: Vec<String>,
    pub kept: Option<Kept>,
}

impl known::Known for Known {
    fn weight(&self) -> usize {
        let texts = self.favorites.iter().map(|slug| size_of::<String>() + slug.len()).sum::<usize>();
        let items = self.kept.as_ref().map_or(0, |kept| kept.made_from.len() + kept.items.len() * 60);
        size_of::<Self>() + texts + items
    }
}

pub(super) async fn known(conn: &mut Conn, user: UserId) -> Result<Known> {
    let row: Option<Row> = conn
        .opt(sql!(
            "SELECT p.favorite_categories, r.made_from, r.items, r.generated_at
             FROM profiles p LEFT JOIN recommendations r ON r.user_id = p.user_id WHERE p.user_id = $1",
            user
        ))
        .await?;
    let Some(row) = row else { return Ok(Known::default()) };
    let kept = row.made_from.zip(row.items).zip(row.generated_at).map(
        |((made_from, Json(mut items)), generated_at)| {
            share_titles(&mut items);
            Kept { made_from, items, generated_at }
        },
    );
    Ok(Known { favorites: row.favorite_categories, kept })
}

/// Few courses are the reason for many: each of their titles stands in memory once.
fn share_titles(items: &mut [KeptItem]) {
    let mut titles: Vec<Arc<str>> = Vec::new();
    for title in items.iter_mut().filter_map(|item| item.reason.title_mut()) {
        match titles.iter().find(|known| *known == title) {
            Some(known) => *title = known.clone(),
            None => titles.push(title.clone()),
        }
    }
}

/// Keeps what was found, unless the account is gone.
pub(super) async fn keep(tx: &mut Tx, user: UserId, kept: &Kept) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO recommendations (user_id, made_from, items, generated_at)
         SELECT id, $2, $3, $4 FROM users WHERE id = $1
         ON CONFLICT (user_id) DO UPDATE SET made_from = excluded.made_from, items = excluded.items,
                generated_at = excluded.generated_at",
        user,
        &kept.made_from,
        serde_json::json!(kept.items),
        kept.generated_at
    ))
    .await?;
    Ok(())
}

/// That a course was recommended to somebody on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shown {
    pub day: NaiveDate,
    pub user: UserId,
    pub course: CourseId,
}

/// Notes what was recommended; what is noted already, and who or what is gone, is left out.
pub(super) async fn add_impressions(tx: &mut Tx, shown: &[(Shown, ReasonKind)]) -> Result<()> {
    let mut query = Statement::new(
        "INSERT INTO recommendation_impressions (user_id, course_id, day, reason)
         SELECT v.column1, v.column2, v.column3, v.column4 FROM (VALUES ",
    );
    for (place, (shown, reason)) in shown.iter().enumerate() {
        query.push(if place == 0 { "(" } else { ", (" }).push_bind(shown.user);
        query.push(", ").push_bind(shown.course);
        query.push(", ").push_bind(shown.day);
        query.push(", ").push_bind(reason.as_str()).push(")");
    }
    query.push(
        ") AS v JOIN users u ON u.id = v.column1 JOIN courses c ON c.id = v.column2 WHERE TRUE
         ON CONFLICT (user_id, course_id, day) DO NOTHING",
    );
    tx.run(query).await?;
    Ok(())
}

/// Why the course was last recommended to somebody, not before `since`.
pub(super) async fn last_reason(
    conn: &mut Conn,
    user: UserId,
    course: CourseId,
    since: NaiveDate,
) -> Result<Option<ReasonKind>> {
    let found: Option<(ReasonKind,)> = conn
        .opt(sql!(
            "SELECT reason FROM recommendation_impressions WHERE user_id = $1 AND course_id = $2 AND day >= $3
             ORDER BY day DESC LIMIT 1",
            user,
            course,
            since
        ))
        .await?;
    Ok(found.map(|(reason,)| reason))
}

/// Notes that somebody followed a recommendation; only the first time of a day counts. What is followed was shown.
pub(super) async fn add_click(
    tx: &mut Tx,
    shown: Shown,
    reason: ReasonKind,
    now: DateTime<Utc>,
    counts_until: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO recommendation_impressions (user_id, course_id, day, reason, clicked_at, counts_until)
         SELECT u.id, c.id, $3, $4, $5, $6 FROM users u, courses c WHERE u.id = $1 AND c.id = $2
         ON CONFLICT (user_id, course_id, day) DO UPDATE SET
                counts_until = COALESCE(recommendation_impressions.counts_until, excluded.counts_until),
                clicked_at = COALESCE(recommendation_impressions.clicked_at, excluded.clicked_at)",
        shown.user,
        shown.course,
        shown.day,
        reason.as_str(),
        now,
        counts_until
    ))
    .await?;
    Ok(())
}
