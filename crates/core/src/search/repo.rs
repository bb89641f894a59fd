//! Search's SQL: what is to be indexed, and what people looked for.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Result, Statement, sql};

use super::{
    CourseDocument, LessonDocument, Signals,
    plain::{code_of_html, prose_of_html, text_of_html},
};
use crate::{
    catalog::{Access, Level},
    ids::{CourseId, UserId},
};

/// Of a lesson or a description; more than that is no text that anybody reads.
const MOST_TEXT: usize = 200_000;

/// Which state of a course is published, and the numbers beside it.
#[derive(Debug, FromRow)]
pub(super) struct State {
    pub(super) id: CourseId,
    search_generation: i64,
    content_version: i64,
    updated_at: DateTime<Utc>,
    category: String,
    category_name: String,
    enrollment_count: i64,
    rating_average: Option<f64>,
    rating_count: i64,
}

impl State {
    /// Another state has another stamp. (The time is for programs of an older release, which don't count.)
    pub(super) fn stamp(&self) -> String {
        format!(
            "{}.{}.{}.{}.{}",
            self.search_generation,
            self.content_version,
            self.updated_at.timestamp_micros(),
            self.category,
            self.category_name
        )
    }

    pub(super) fn signals(&self) -> Signals {
        Signals {
            enrollments: self.enrollment_count,
            rating_average: self.rating_average,
            rating_count: self.rating_count,
        }
    }
}

macro_rules! state_columns {
    () => {
        "c.id, i.search_generation, c.content_version, c.updated_at, k.slug AS category, k.name AS category_name,
         c.enrollment_count, c.rating_average, c.rating_count"
    };
}

macro_rules! published {
    () => {
        " FROM courses c JOIN categories k ON k.id = c.category_id JOIN instance i ON i.id = 1
         WHERE c.status = 'published'"
    };
}

/// The state of every published course.
pub(super) async fn states(conn: &mut Conn) -> Result<Vec<State>> {
    conn.all(concat!("SELECT ", state_columns!(), published!())).await
}

#[derive(FromRow)]
struct CourseText {
    #[sqlx(flatten)]
    state: State,
    slug: String,
    title: String,
    subtitle: String,
    description_html: String,
    #[sqlx(json)]
    tags: Vec<String>,
    author: String,
    language: String,
    level: Level,
    duration_days: i64,
    access: Access,
    published_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct LessonText {
    course_id: CourseId,
    day: i64,
    title: String,
    summary: String,
    body_html: String,
}

/// These courses with their published lessons, as far as they are published.
pub(super) async fn documents(conn: &mut Conn, ids: &[CourseId]) -> Result<Vec<CourseDocument>> {
    let mut query = Statement::new(concat!(
        "SELECT ",
        state_columns!(),
        ", c.slug, c.title, c.subtitle, c.description_html, c.tags, c.author, c.language, c.level, c.duration_days,
           c.access, c.published_at",
        published!(),
        " AND c.id IN ("
    ));
    query.push_list(ids.iter().copied()).push(")");
    let courses: Vec<CourseText> = conn.all(query).await?;
    let mut query = Statement::new(
        "SELECT course_id, day, title, summary, body_html FROM lessons WHERE status = 'published' AND course_id IN (",
    );
    query.push_list(ids.iter().copied()).push(") ORDER BY course_id, day");
    let rows: Vec<LessonText> = conn.all(query).await?;
    let mut lessons: HashMap<CourseId, Vec<LessonDocument>> = HashMap::new();
    for row in rows {
        lessons.entry(row.course_id).or_default().push(LessonDocument {
            day: row.day,
            title: row.title,
            text: format!("{} {}", row.summary, text_of_html(&row.body_html, MOST_TEXT)),
            code: code_of_html(&row.body_html, MOST_TEXT),
            quotable: format!("{} {}", row.summary, prose_of_html(&row.body_html, MOST_TEXT)),
        });
    }
    Ok(courses
        .into_iter()
        .map(|course| CourseDocument {
            id: course.state.id,
            stamp: course.state.stamp(),
            signals: course.state.signals(),
            lessons: lessons.remove(&course.state.id).unwrap_or_default(),
            category: course.state.category,
            category_name: course.state.category_name,
            slug: course.slug,
            title: course.title,
            subtitle: course.subtitle,
            description: text_of_html(&course.description_html, MOST_TEXT),
            quotable: prose_of_html(&course.description_html, MOST_TEXT),
            tags: course.tags,
            author: course.author,
            language: course.language,
            level: course.level,
            duration_days: course.duration_days,
            access: course.access,
            published_at: course.published_at.map(|at| at.timestamp()).unwrap_or_default(),
        })
        .collect())
}

/// What everybody may know of a published lesson.
#[derive(FromRow)]
pub(super) struct Outline {
    pub course_id: CourseId,
    pub day: i64,
    pub is_preview: bool,
    pub summary: String,
}

pub(super) async fn outlines(conn: &mut Conn, lessons: &[(CourseId, i64)]) -> Result<Vec<Outline>> {
    if lessons.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Statement::new(
        "SELECT course_id, day, is_preview, summary FROM lessons WHERE status = 'published' AND",
    );
    for (place, (course, day)) in lessons.iter().enumerate() {
        query.push(if place == 0 { " ((course_id = " } else { " OR (course_id = " }).push_bind(*course);
        query.push(" AND day = ").push_bind(*day).push(")");
    }
    query.push(")");
    conn.all(query).await
}

/// Which of the courses somebody has joined.
pub(super) async fn joined(
    conn: &mut Conn,
    user: UserId,
    courses: impl IntoIterator<Item = CourseId>,
) -> Result<Vec<CourseId>> {
    let mut query = sql!("SELECT course_id FROM enrollments WHERE user_id = $1 AND course_id IN (", user);
    query.push_list(courses).push(")");
    let rows: Vec<(CourseId,)> = conn.all(query).await?;
    Ok(rows.into_iter().map(|(course,)| course).collect())
}
