//! The SQL of reviews.

use momentum_db::{Conn, Statement, Tx, containing, sql};

use super::{ModeratedReview, OwnReview, RatingSummary, Review, ReviewOrder, ReviewsFilter};
use crate::{
    Result,
    ids::{CourseId, ReviewId, UserId},
};

/// Reviews are counted up to here; more are "more".
const COUNTED: i64 = 10_000;

/// Holds the reviews of a course until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, course: CourseId) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO course_ratings (course_id) VALUES ($1)
         ON CONFLICT (course_id) DO UPDATE SET course_id = course_ratings.course_id",
        course
    ))
    .await?;
    Ok(())
}

/// Counts the reviews of a course anew; the lock is held.
pub(super) async fn count(tx: &mut Tx, course: CourseId) -> Result<()> {
    tx.run(sql!(
        "UPDATE course_ratings SET stars_1 = n.stars_1, stars_2 = n.stars_2, stars_3 = n.stars_3, stars_4 = n.stars_4,
                stars_5 = n.stars_5
         FROM (SELECT COUNT(CASE WHEN r.rating = 1 THEN 1 END) AS stars_1, COUNT(CASE WHEN r.rating = 2 THEN 1 END) AS stars_2,
                      COUNT(CASE WHEN r.rating = 3 THEN 1 END) AS stars_3, COUNT(CASE WHEN r.rating = 4 THEN 1 END) AS stars_4,
                      COUNT(CASE WHEN r.rating = 5 THEN 1 END) AS stars_5
               FROM reviews r JOIN users u ON u.id = r.user_id
               WHERE r.course_id = $1 AND r.state <> 'hidden' AND u.state = 'active') AS n
         WHERE course_id = $1",
        course
    ))
    .await?;
    let found = summary(tx, course).await?;
    tx.run(sql!(
        "UPDATE courses SET rating_count = $2, rating_average = $3 WHERE id = $1",
        course,
        found.count(),
        found.average()
    ))
    .await?;
    Ok(())
}

pub(super) async fn summary(conn: &mut Conn, course: CourseId) -> Result<RatingSummary> {
    let found = conn
        .opt(sql!(
            "SELECT stars_1, stars_2, stars_3, stars_4, stars_5 FROM course_ratings WHERE course_id = $1",
            course
        ))
        .await?;
    Ok(found.unwrap_or_default())
}

/// Counts anew what somebody has reviewed: to be called in the transaction that suspends, restores or removes an account, before
/// its rows are gone.
///
/// # Errors
/// When the database fails.
pub async fn recount_of_user(tx: &mut Tx, user: UserId) -> Result<()> {
    let courses: Vec<(CourseId,)> =
        tx.all(sql!("SELECT course_id FROM reviews WHERE user_id = $1 ORDER BY course_id", user)).await?;
    for (course,) in courses {
        lock(tx, course).await?;
        count(tx, course).await?;
    }
    Ok(())
}

macro_rules! review_columns {
    () => {
        "SELECT r.id, r.rating, r.body, u.name AS author_name, u.avatar AS author_avatar,
                CASE WHEN p.is_public THEN u.id END AS author_id, r.updated_at, "
    };
}

/// A page of the visible reviews of a course.
pub(super) async fn visible(
    conn: &mut Conn,
    course: CourseId,
    reader: Option<UserId>,
    order: ReviewOrder,
    limit: i64,
    offset: i64,
) -> Result<Vec<Review>> {
    let mut query = Statement::new(review_columns!());
    match reader {
        Some(reader) => query.push("r.user_id = ").push_bind(reader).push(" AS is_own"),
        None => query.push("FALSE AS is_own"),
    };
    query.push(
        " FROM reviews r JOIN users u ON u.id = r.user_id LEFT JOIN profiles p ON p.user_id = u.id
         WHERE r.state <> 'hidden' AND u.state = 'active' AND r.course_id = ",
    );
    query.push_bind(course);
    query.push(match order {
        ReviewOrder::Newest => " ORDER BY r.updated_at DESC, r.id DESC",
        ReviewOrder::Highest => " ORDER BY r.rating DESC, r.updated_at DESC, r.id DESC",
        ReviewOrder::Lowest => " ORDER BY r.rating, r.updated_at, r.id",
    });
    query.push(" LIMIT ").push_bind(limit);
    query.push(" OFFSET ").push_bind(offset);
    Ok(conn.all(query).await?)
}

pub(super) async fn own(conn: &mut Conn, user: UserId, course: CourseId) -> Result<Option<OwnReview>> {
    Ok(conn
        .opt(sql!(
            "SELECT id, rating, body, state, hidden_reason, created_at, updated_at FROM reviews
             WHERE user_id = $1 AND course_id = $2 AND NOT withdrawn",
            user,
            course
        ))
        .await?)
}

/// Which course a review belongs to.
pub(super) async fn course_of(conn: &mut Conn, id: ReviewId) -> Result<Option<CourseId>> {
    let row: Option<(CourseId,)> = conn.opt(sql!("SELECT course_id FROM reviews WHERE id = $1", id)).await?;
    Ok(row.map(|(course,)| course))
}

macro_rules! moderated_columns {
    () => {
        "SELECT r.id, r.course_id, c.slug AS course_slug, c.title AS course_title, r.user_id AS author_id,
                u.name AS author_name, u.email AS author_email, r.rating, r.body, r.state, r.report_count,
                (SELECT x.reason FROM review_reports x WHERE x.review_id = r.id AND x.reason <> ''
                 ORDER BY x.created_at DESC LIMIT 1) AS report_reason,
                r.hidden_reason, r.updated_at"
    };
}

const JOINED: &str = " FROM reviews r JOIN courses c ON c.id = r.course_id JOIN users u ON u.id = r.user_id";

pub(super) async fn moderated(
    conn: &mut Conn,
    filter: &ReviewsFilter,
) -> Result<(Vec<ModeratedReview>, i64)> {
    let mut count = sql!("SELECT COUNT(*) FROM (SELECT 1");
    // Names are looked at only when something is searched for.
    count.push(if filter.q.trim().is_empty() { " FROM reviews r" } else { JOINED });
    restrict(&mut count, filter);
    count.push(" LIMIT ").push_bind(COUNTED).push(") AS found");
    let (total,): (i64,) = conn.one(count).await?;
    let mut page = sql!(moderated_columns!());
    page.push(JOINED);
    restrict(&mut page, filter);
    page.push(" ORDER BY r.updated_at DESC, r.id DESC LIMIT ").push_bind(filter.limit);
    page.push(" OFFSET ").push_bind(filter.offset);
    Ok((conn.all(page).await?, total))
}

fn restrict(query: &mut Statement, filter: &ReviewsFilter) {
    query.push(" WHERE NOT r.withdrawn");
    if let Some(state) = filter.state {
        query.push(" AND r.state = ").push_bind(state.as_str());
    }
    let words = filter.q.to_lowercase();
    for word in words.split_whitespace().take(8) {
        let pattern = containing(word);
        for (at, column) in
            [" AND (LOWER(r.body)", "LOWER(u.name)", "u.email", "LOWER(c.title)"].into_iter().enumerate()
        {
            if at > 0 {
                query.push(" OR ");
            }
            query.push(column).push(" LIKE ").push_bind(&pattern).push(" ESCAPE '!'");
        }
        query.push(")");
    }
}

pub(super) async fn moderated_one(conn: &mut Conn, id: ReviewId) -> Result<Option<ModeratedReview>> {
    let mut query = sql!(moderated_columns!());
    query.push(JOINED).push(" WHERE NOT r.withdrawn AND r.id = ").push_bind(id);
    Ok(conn.opt(query).await?)
}
