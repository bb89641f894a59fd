//! Finding a person, a course or a lesson from anywhere in the panel.

use momentum_db::{Conn, FromRow, containing, sql};
use serde::Serialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use utoipa::ToSchema;

use crate::{Result, Services, identity::Actor};

/// How many of each kind are found.
const EACH: usize = 6;

/// Matches are counted up to here.
const COUNTED: i64 = 10_000;

/// What was found, by kind, the best first.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Found {
    pub users: Vec<Hit>,
    pub courses: Vec<Hit>,
    pub lessons: Vec<Hit>,
    /// How many match in all, counted up to 10,000.
    pub totals: FoundTotals,
}

/// How many of each kind match.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct FoundTotals {
    pub users: i64,
    pub courses: i64,
    pub lessons: i64,
}

/// Something that was found.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Hit {
    pub id: uuid::Uuid,
    pub title: String,
    /// An address of a person, the status of a course, the course of a lesson.
    pub note: String,
}

macro_rules! is_person {
    () => {
        "(email LIKE $1 ESCAPE '!' OR LOWER(name) LIKE $1 ESCAPE '!' OR LOWER(name) LIKE $2 ESCAPE '!')"
    };
}
macro_rules! is_titled {
    () => {
        "(LOWER(title) LIKE $1 ESCAPE '!' OR LOWER(title) LIKE $2 ESCAPE '!')"
    };
}

/// People by name or address, courses and lessons by title, with or without accents.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators.
pub async fn search(s: &Services, actor: &Actor, q: &str) -> Result<Found> {
    actor.require_admin()?;
    let q: String = q.trim().to_lowercase().chars().take(100).collect();
    if q.is_empty() {
        return Ok(Found::default());
    }
    let folded = folded(&q);
    let (typed, plain) = (containing(&q), containing(&folded));
    let (typed, plain) = (typed.as_str(), plain.as_str());
    let most = i64::try_from(EACH).unwrap_or(i64::MAX);
    let mut conn = s.db.read().await?;
    let users = conn
        .all(sql!(
            concat!("SELECT id, name AS title, email AS note FROM users WHERE ", is_person!(), " LIMIT $3"),
            typed,
            plain,
            most
        ))
        .await?;
    let courses = conn
        .all(sql!(
            concat!(
                "SELECT id, title, status AS note FROM courses WHERE ",
                is_titled!(),
                " ORDER BY enrollment_count DESC, id LIMIT $3"
            ),
            typed,
            plain,
            most
        ))
        .await?;
    let lessons = conn
        .all(sql!(
            concat!(
                "SELECT l.id, l.title, c.title AS note FROM lessons l JOIN courses c ON c.id = l.course_id
                 WHERE l.id IN (SELECT id FROM lessons WHERE ",
                is_titled!(),
                " LIMIT $3) ORDER BY l.title, l.id"
            ),
            typed,
            plain,
            most
        ))
        .await?;
    let users = with_accents(&mut conn, users, &folded, ACCENTED_USERS).await?;
    let courses = with_accents(&mut conn, courses, &folded, ACCENTED_COURSES).await?;
    let lessons = with_accents(&mut conn, lessons, &folded, ACCENTED_LESSONS).await?;
    let totals = FoundTotals {
        users: total(&mut conn, &users, COUNT_USERS, typed, plain).await?,
        courses: total(&mut conn, &courses, COUNT_COURSES, typed, plain).await?,
        lessons: total(&mut conn, &lessons, COUNT_LESSONS, typed, plain).await?,
    };
    Ok(Found { users, courses, lessons, totals })
}

const COUNT_USERS: &str =
    concat!("SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE ", is_person!(), " LIMIT $3) AS found");
const COUNT_COURSES: &str =
    concat!("SELECT COUNT(*) FROM (SELECT 1 FROM courses WHERE ", is_titled!(), " LIMIT $3) AS found");
const COUNT_LESSONS: &str =
    concat!("SELECT COUNT(*) FROM (SELECT 1 FROM lessons WHERE ", is_titled!(), " LIMIT $3) AS found");

/// How many match in all. Only when there can be more than were found they are counted.
async fn total(conn: &mut Conn, found: &[Hit], count: &'static str, typed: &str, plain: &str) -> Result<i64> {
    let shown = i64::try_from(found.len()).unwrap_or(i64::MAX);
    if found.len() < EACH {
        return Ok(shown);
    }
    let (total,): (i64,) = conn.one(sql!(count, typed, plain, COUNTED)).await?;
    Ok(total.max(shown))
}

// Only what has other letters than the plain ones, which databases compare as they are, has to be folded here.
const ACCENTED_USERS: &str = "SELECT id, name AS title, email AS note FROM users
     WHERE OCTET_LENGTH(name) <> LENGTH(name) ORDER BY id";
const ACCENTED_COURSES: &str = "SELECT id, title, status AS note FROM courses
     WHERE OCTET_LENGTH(title) <> LENGTH(title) ORDER BY enrollment_count DESC, id";
const ACCENTED_LESSONS: &str =
    "SELECT l.id, l.title, c.title AS note FROM lessons l JOIN courses c ON c.id = l.course_id
     WHERE OCTET_LENGTH(l.title) <> LENGTH(l.title) ORDER BY l.title, l.id";

/// Fills what was found up with what is the same without its accents.
async fn with_accents(
    conn: &mut Conn,
    mut found: Vec<Hit>,
    folded_q: &str,
    accented: &'static str,
) -> Result<Vec<Hit>> {
    if found.len() >= EACH || folded_q.is_empty() {
        return Ok(found);
    }
    for hit in conn.all::<Hit>(accented).await? {
        if found.len() == EACH {
            break;
        }
        if folded(&hit.title).contains(folded_q) && found.iter().all(|known| known.id != hit.id) {
            found.push(hit);
        }
    }
    Ok(found)
}

/// In lower case and without accents: `Größe` is `grosse`.
fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn accents_do_not_matter() {
        for (text, plain) in [
            ("Ünïcode", "unicode"),
            ("u\u{308}ber", "uber"),
            ("Größe", "grosse"),
            ("Łódź", "lodz"),
            ("İstanbul", "istanbul"),
            ("Plain 7", "plain 7"),
        ] {
            assert_eq!(folded(text), plain);
        }
    }
}
