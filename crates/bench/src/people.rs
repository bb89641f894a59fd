//! Who asks for what: courses as they are in the database, and learners with sessions of their own.

use std::collections::HashMap;

use chrono::{TimeDelta, Utc};
use momentum_core::{
    identity::{self, Role},
    ids::{CourseId, LessonId, SessionId, UserId},
};
use momentum_db::{Db, Record, Rows, Statement, Value, row};
use sha2::{Digest, Sha256};

use crate::Result;

/// Signed-in learners; each request comes from another one.
const PEOPLE: usize = 5_000;

/// Values in one `IN (…)`.
const LIST: usize = 500;

pub(crate) struct Course {
    pub slug: String,
    pub title: String,
    /// By day, from 1.
    pub lessons: Vec<Lesson>,
}

pub(crate) struct Lesson {
    pub id: LessonId,
    pub title: String,
}

/// A signed-in learner.
pub(crate) struct Person {
    pub user: UserId,
    pub name: String,
    pub role: Role,
    /// Value of the browser's cookie.
    pub cookie: String,
    /// The session behind the cookie.
    pub browser: SessionId,
    /// The session behind access tokens.
    pub api: SessionId,
    pub joined: Vec<Joined>,
}

/// One of a learner's courses.
pub(crate) struct Joined {
    /// Place in the list of courses.
    pub course: usize,
    /// Places of lessons that are not done.
    pub open: Vec<usize>,
}

/// What is in the database.
pub(crate) struct World {
    pub courses: Vec<Course>,
    pub people: Vec<Person>,
}

impl World {
    /// Reads courses and learners, and signs the learners in: sessions are stored as signing in would store them.
    pub(crate) async fn load(db: &Db, learners: usize) -> Result<Self> {
        let (courses, places) = load_courses(db).await?;
        let mut people = load_people(db, learners).await?;
        load_joined(db, &mut people, &courses, &places).await?;
        people.retain(|person| !person.joined.is_empty());
        if people.is_empty() {
            return Err("nobody is enrolled: seed more learners".into());
        }
        sign_in(db, &people).await?;
        Ok(Self { courses, people })
    }
}

async fn load_courses(db: &Db) -> Result<(Vec<Course>, HashMap<CourseId, usize>)> {
    let mut conn = db.read().await?;
    let rows: Vec<(CourseId, String, String)> =
        conn.all("SELECT id, slug, title FROM courses WHERE status = 'published' ORDER BY id").await?;
    let mut places = HashMap::new();
    let mut courses = Vec::with_capacity(rows.len());
    for (id, slug, title) in rows {
        places.insert(id, courses.len());
        courses.push(Course { slug, title, lessons: Vec::new() });
    }
    let lessons: Vec<(CourseId, LessonId, String)> =
        conn.all("SELECT course_id, id, title FROM lessons ORDER BY course_id, day").await?;
    for (course, id, title) in lessons {
        if let Some(place) = places.get(&course) {
            courses[*place].lessons.push(Lesson { id, title });
        }
    }
    Ok((courses, places))
}

async fn load_people(db: &Db, learners: usize) -> Result<Vec<Person>> {
    let wanted = learners.min(PEOPLE);
    // Spread over all learners, so that what they read is spread over the whole file.
    let emails =
        (0..wanted).map(|i| format!("learner-{:06}@example.com", 1 + i * learners / wanted)).collect();
    let rows: Vec<(UserId, String, Role)> =
        listed(db, "SELECT id, name, role FROM users WHERE email IN (", emails).await?;
    rows.into_iter()
        .map(|(user, name, role)| {
            Ok(Person {
                user,
                name,
                role,
                cookie: identity::random_token()?,
                browser: SessionId::new(),
                api: SessionId::new(),
                joined: Vec::new(),
            })
        })
        .collect()
}

async fn load_joined(
    db: &Db,
    people: &mut [Person],
    courses: &[Course],
    places: &HashMap<CourseId, usize>,
) -> Result<()> {
    let users: Vec<UserId> = people.iter().map(|person| person.user).collect();
    let done: Vec<(UserId, LessonId)> = listed(
        db,
        "SELECT user_id, lesson_id FROM lesson_progress WHERE completed_at IS NOT NULL AND user_id IN (",
        users.clone(),
    )
    .await?;
    let done: std::collections::HashSet<_> = done.into_iter().collect();
    let rows: Vec<(UserId, CourseId)> =
        listed(db, "SELECT user_id, course_id FROM enrollments WHERE user_id IN (", users).await?;
    let by_user: HashMap<UserId, usize> =
        people.iter().enumerate().map(|(i, person)| (person.user, i)).collect();
    for (user, course) in rows {
        let (Some(person), Some(course)) = (by_user.get(&user), places.get(&course)) else { continue };
        let lessons = &courses[*course].lessons;
        let open = (0..lessons.len()).filter(|i| !done.contains(&(user, lessons[*i].id))).collect();
        people[*person].joined.push(Joined { course: *course, open });
    }
    Ok(())
}

async fn listed<T: Record, V: Into<Value>>(db: &Db, head: &'static str, values: Vec<V>) -> Result<Vec<T>> {
    let mut conn = db.read().await?;
    let mut rows = Vec::new();
    let mut values = values.into_iter().peekable();
    while values.peek().is_some() {
        let mut query = Statement::new(head);
        query.push_list(values.by_ref().take(LIST)).push(")");
        rows.extend(conn.all(query).await?);
    }
    Ok(rows)
}

async fn sign_in(db: &Db, people: &[Person]) -> Result<()> {
    let now = Utc::now();
    let mut sessions = Rows::new(
        "sessions",
        [
            "id",
            "user_id",
            "kind",
            "token_hash",
            "user_agent",
            "address",
            "created_at",
            "last_seen_at",
            "expires_at",
        ],
    );
    for person in people {
        let refresh = identity::random_token()?;
        for (id, kind, token) in [(person.browser, "browser", &person.cookie), (person.api, "api", &refresh)]
        {
            let hash = Sha256::digest(token.as_bytes()).to_vec();
            sessions.push(row![
                id,
                person.user,
                kind,
                hash,
                "momentum-bench",
                "127.0.0.1",
                now,
                now,
                now + TimeDelta::days(30)
            ]);
        }
    }
    let mut tx = db.begin().await?;
    // Those of an earlier run.
    tx.run("DELETE FROM sessions WHERE user_agent = 'momentum-bench'").await?;
    tx.load(sessions).await?;
    tx.commit().await?;
    Ok(())
}
