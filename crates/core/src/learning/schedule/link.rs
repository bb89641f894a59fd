//! The secret address under which calendar programs read somebody's lessons.
//!
//! The token is an HMAC of the person and a random salt under the instance's secret, and only its hash is stored beside the
//! salt. So its owner can look at the address again, and neither the database nor the secret alone opens it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};

use super::{AgendaLesson, agenda};
use crate::{
    Error, Result, Services, engagement,
    identity::{self, Actor, Origin, parse_time_zone},
    ids::UserId,
};

/// So far back a feed goes.
const BACK: TimeDelta = TimeDelta::days(60);

/// A live link.
#[derive(Debug, Clone)]
pub struct CalendarLink {
    /// 256 bits, for the address.
    pub token: String,
    pub made_at: DateTime<Utc>,
}

/// What a calendar program reads.
#[derive(Debug, Clone)]
pub struct Feed {
    pub lessons: Vec<FeedLesson>,
}

/// A lesson in a feed.
#[derive(Debug, Clone)]
pub struct FeedLesson {
    pub lesson: AgendaLesson,
    /// Names this lesson of this learner, whatever its date.
    pub uid: String,
    /// When its date was set.
    pub dated_at: DateTime<Utc>,
    /// Grows with every change of its date.
    pub sequence: i64,
}

#[derive(FromRow)]
struct Row {
    salt: String,
    token_hash: Vec<u8>,
    made_at: DateTime<Utc>,
}

/// The actor's link, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn calendar_link(s: &Services, actor: &Actor) -> Result<Option<CalendarLink>> {
    let mut conn = s.db.read().await?;
    live(s, &mut conn, actor.user).await
}

/// Makes the actor's link, or answers the one that there is; `replace` makes a new one, and the old one opens nothing any
/// more.
///
/// # Errors
/// When the database fails.
pub async fn make_calendar_link(s: &Services, actor: &Actor, replace: bool) -> Result<CalendarLink> {
    let now = s.clock.now();
    let salt = identity::random_token()?;
    let token = token(s, actor.user, &salt)?;
    let mut tx = s.db.begin().await?;
    tx.run(sql!(
        "INSERT INTO calendar_links (user_id, salt, token_hash, made_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO NOTHING",
        actor.user,
        salt.as_str(),
        identity::token_hash(&token),
        now
    ))
    .await?;
    let link = match live(s, &mut tx, actor.user).await? {
        Some(link) if !replace => link,
        _ => {
            set(&mut tx, actor.user, &salt, &token, now).await?;
            CalendarLink { token, made_at: now }
        }
    };
    tx.commit().await?;
    Ok(link)
}

async fn set(tx: &mut Tx, user: UserId, salt: &str, token: &str, now: DateTime<Utc>) -> Result<()> {
    tx.run(sql!(
        "UPDATE calendar_links SET salt = $2, token_hash = $3, made_at = $4 WHERE user_id = $1",
        user,
        salt,
        identity::token_hash(token),
        now
    ))
    .await?;
    Ok(())
}

/// Removes the actor's link; it opens nothing any more.
///
/// # Errors
/// When the database fails.
pub async fn remove_calendar_link(s: &Services, actor: &Actor) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.run(sql!("DELETE FROM calendar_links WHERE user_id = $1", actor.user)).await?;
    Ok(tx.commit().await?)
}

/// The link that works. One that was made under another secret does not.
async fn live(s: &Services, conn: &mut Conn, user: UserId) -> Result<Option<CalendarLink>> {
    let row: Option<Row> = conn
        .opt(sql!("SELECT salt, token_hash, made_at FROM calendar_links WHERE user_id = $1", user))
        .await?;
    let Some(row) = row else { return Ok(None) };
    let token = token(s, user, &row.salt)?;
    Ok((identity::token_hash(&token) == row.token_hash)
        .then_some(CalendarLink { token, made_at: row.made_at }))
}

fn token(s: &Services, user: UserId, salt: &str) -> Result<String> {
    let mac = s.secret.keyed_hash("calendar-link", &[user.0.as_bytes(), salt.as_bytes()])?;
    Ok(URL_SAFE_NO_PAD.encode(mac))
}

/// The lessons behind a token, two months back and all that are to come, by the learner's own calendar.
///
/// # Errors
/// [`Error::NotFound`] for a token that is unknown or was revoked, and when the account can't be used;
/// [`Error::TooManyRequests`].
pub async fn feed(s: &Services, token: &str, origin: &Origin) -> Result<Feed> {
    let owner: Option<(UserId, String)> = {
        let mut conn = s.db.read().await?;
        conn.opt(sql!(
            "SELECT u.id, u.time_zone FROM calendar_links l JOIN users u ON u.id = l.user_id
             WHERE l.token_hash = $1 AND u.state = 'active'",
            identity::token_hash(token)
        ))
        .await?
    };
    let Some((user, zone)) = owner else {
        identity::count_unknown_link(s, &origin.address).await?;
        return Err(Error::NotFound("calendar"));
    };
    identity::count_calendar_read(s, user).await?;
    let facts = {
        let mut conn = s.db.read().await?;
        agenda::facts(&mut conn, user).await?
    };
    let zone = parse_time_zone(&zone).unwrap_or(chrono_tz::UTC);
    let today = engagement::moment_in(s, zone, s.clock.now()).day();
    let from = today.checked_sub_signed(BACK).unwrap_or(today);
    let lessons = agenda::lessons(s, facts, today, from, NaiveDate::MAX).await?;
    Ok(Feed { lessons: lessons.into_iter().map(in_feed).collect() })
}

fn in_feed(lesson: AgendaLesson) -> FeedLesson {
    FeedLesson {
        uid: format!("{}.{}", lesson.enrollment, lesson.lesson_id),
        dated_at: lesson.dated_at,
        // A lesson that was done moves to the day when it was; no plan moves it after that.
        sequence: lesson.revision * 2 + i64::from(lesson.done),
        lesson,
    }
}
