//! The catalog's SQL.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, Result, Statement, Tx, containing, sql};

use super::{
    Course, CourseCard, CourseFilter, Lesson, LessonOutline, PublishedCourse, Sort, markdown,
    package::CoursePackage,
};
use crate::ids::{ActionItemId, CategoryId, CourseId, LessonId};

macro_rules! card_columns {
    () => {
        "c.id, c.slug, c.title, c.subtitle, k.slug AS category_slug, k.name AS category_name,
         k.color AS category_color, k.icon AS category_icon, c.author, c.thumbnail_url, c.language, c.level, c.duration_days, c.access,
         c.price_minor, c.price_currency, c.premium_included, c.lesson_count, c.total_minutes, c.enrollment_count, c.completion_count,
         c.rating_average, c.rating_count, c.published_at"
    };
}

pub(super) async fn cards(conn: &mut Conn, filter: &CourseFilter) -> Result<Vec<CourseCard>> {
    let mut query = Statement::new(concat!("SELECT ", card_columns!()));
    push_filter(&mut query, filter);
    query.push(" ORDER BY ");
    let words = words(&filter.q);
    match filter.sort {
        Sort::Relevance if !words.is_empty() => {
            // A word in the title counts; ties go to the more popular course.
            for word in &words {
                query.push("CASE WHEN LOWER(c.title) LIKE ").push_bind(containing(word));
                query.push(" ESCAPE '!' THEN 0 ELSE 1 END + ");
            }
            query.push("0, c.enrollment_count DESC, c.id DESC");
        }
        Sort::Relevance | Sort::Popular => {
            query.push("c.enrollment_count DESC, c.id DESC");
        }
        Sort::Newest => {
            query.push("c.published_at DESC, c.id DESC");
        }
        Sort::Rating => {
            query.push(
                "COALESCE(c.rating_average, 0) DESC, c.rating_count DESC, c.enrollment_count DESC, c.id DESC",
            );
        }
    }
    query.push(" LIMIT ").push_bind(filter.limit);
    query.push(" OFFSET ").push_bind(filter.offset);
    conn.all(query).await
}

pub(super) async fn published(conn: &mut Conn) -> Result<Vec<PublishedCourse>> {
    conn.all(concat!(
        "SELECT ",
        card_columns!(),
        ", c.tags FROM courses c JOIN categories k ON k.id = c.category_id WHERE c.status = 'published'"
    ))
    .await
}

pub(super) async fn count(conn: &mut Conn, filter: &CourseFilter) -> Result<i64> {
    let mut query = Statement::new("SELECT COUNT(*)");
    push_filter(&mut query, filter);
    let (total,): (i64,) = conn.one(query).await?;
    Ok(total)
}

fn push_filter(query: &mut Statement, filter: &CourseFilter) {
    query.push(" FROM courses c JOIN categories k ON k.id = c.category_id WHERE c.status = 'published'");
    if let Some(category) = &filter.category {
        query.push(" AND k.slug = ").push_bind(category);
    }
    if let Some(duration) = filter.duration {
        query.push(" AND c.duration_days = ").push_bind(duration);
    }
    if let Some(access) = filter.access {
        query.push(" AND c.access = ").push_bind(access.as_str());
    }
    if let Some(level) = filter.level {
        query.push(" AND c.level = ").push_bind(level.as_str());
    }
    for word in words(&filter.q) {
        query.push(" AND c.search_text LIKE ").push_bind(containing(&word)).push(" ESCAPE '!'");
    }
}

/// The words of a search text, in lower case; more than a handful narrow nothing down.
fn words(q: &str) -> Vec<String> {
    q.to_lowercase().split_whitespace().take(8).map(ToOwned::to_owned).collect()
}

/// Which course has this slug; drafts have none that anybody could know.
pub(super) async fn course_id(conn: &mut Conn, slug: &str) -> Result<Option<CourseId>> {
    let found: Option<(CourseId,)> =
        conn.opt(sql!("SELECT id FROM courses WHERE slug = $1 AND status <> 'draft'", slug)).await?;
    Ok(found.map(|(id,)| id))
}

macro_rules! course_by_id {
    ($which:literal) => {
        concat!(
            "SELECT ",
            card_columns!(),
            ", c.status, c.description, c.description_html, c.render_version, c.audience, c.objectives, c.tags,
             c.intro_video_url, c.drip, c.updated_at
             FROM courses c JOIN categories k ON k.id = c.category_id WHERE c.id = $1",
            $which
        )
    };
}

macro_rules! outline_of {
    ($which:literal) => {
        concat!(
            "SELECT id, day, slug, title, summary, minutes, is_preview, question_count FROM lessons WHERE course_id = $1",
            $which,
            " ORDER BY day"
        )
    };
}

macro_rules! lesson_by_id {
    ($which:literal) => {
        concat!(
            "SELECT l.id, l.course_id, l.day, l.slug, l.title, l.summary, l.minutes, l.body_html,
                    l.render_version, l.video_url, l.is_preview, l.action_items, l.key_takeaways, l.resources,
                    l.question_count, COALESCE(q.pass_percent, 70) AS pass_percent, q.max_attempts,
                    COALESCE(q.show_answers, TRUE) AS show_answers
             FROM lessons l JOIN courses c ON c.id = l.course_id LEFT JOIN quiz_settings q ON q.lesson_id = l.id
             WHERE l.id = $1",
            $which
        )
    };
}

/// A course that is published, or archived and still open to those who are enrolled; without its outline.
pub(super) async fn course(conn: &mut Conn, id: CourseId) -> Result<Option<Course>> {
    conn.opt(sql!(course_by_id!(" AND c.status <> 'draft'"), id)).await
}

pub(super) async fn outline(conn: &mut Conn, course: CourseId) -> Result<Vec<LessonOutline>> {
    conn.all(sql!(outline_of!(" AND status = 'published'"), course)).await
}

pub(super) async fn lesson(conn: &mut Conn, id: LessonId) -> Result<Option<Lesson>> {
    conn.opt(sql!(lesson_by_id!(" AND l.status = 'published' AND c.status <> 'draft'"), id)).await
}

/// Which course a published lesson belongs to.
pub(super) async fn course_of_lesson(conn: &mut Conn, id: LessonId) -> Result<Option<CourseId>> {
    let found: Option<(CourseId,)> = conn
        .opt(sql!(
            "SELECT l.course_id FROM lessons l JOIN courses c ON c.id = l.course_id
             WHERE l.id = $1 AND l.status = 'published' AND c.status <> 'draft'",
            id
        ))
        .await?;
    Ok(found.map(|(id,)| id))
}

/// A course in any state with all its lessons that nobody has hidden, for its authors.
pub(super) async fn draft_course(conn: &mut Conn, id: CourseId) -> Result<Option<Course>> {
    let Some(mut course) = conn.opt::<Course>(sql!(course_by_id!(""), id)).await? else { return Ok(None) };
    course.lessons = conn.all(sql!(outline_of!(" AND NOT hidden"), id)).await?;
    Ok(Some(course))
}

/// A lesson in any state, for its authors.
pub(super) async fn draft_lesson(conn: &mut Conn, id: LessonId) -> Result<Option<Lesson>> {
    conn.opt(sql!(lesson_by_id!(""), id)).await
}

/// The Markdown of lessons in any state, in no order.
pub(super) async fn bodies(conn: &mut Conn, lessons: &[LessonId]) -> Result<Vec<(LessonId, String)>> {
    let mut query = sql!("SELECT id, body FROM lessons WHERE id IN (");
    query.push_list(lessons.iter().copied()).push(")");
    conn.all(query).await
}

/// Adds a published course with its lessons; answers `None` when its slug is taken.
pub(super) async fn insert_package(
    tx: &mut Tx,
    category: CategoryId,
    package: &CoursePackage,
    now: DateTime<Utc>,
) -> crate::Result<Option<CourseId>> {
    let course = &package.course;
    let id = CourseId::new();
    let search_text =
        format!("{} {} {} {}", course.title, course.subtitle, course.tags.join(" "), course.author)
            .to_lowercase();
    let minutes: i64 = package.lessons.iter().map(|lesson| lesson.head.minutes).sum();
    let added = tx
        .run(sql!(
            "INSERT INTO courses (id, slug, category_id, title, subtitle, description, audience, objectives, tags,
                    search_text, author, language, level, duration_days, access, price_minor, price_currency,
                    intro_video_url, drip, status, lesson_count, total_minutes, published_at, created_at, updated_at,
                    description_html, render_version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 'published',
                    $20, $21, $22, $22, $22, $23, $24)
             ON CONFLICT (slug) DO NOTHING",
            id,
            &course.slug,
            category,
            &course.title,
            &course.subtitle,
            &package.description,
            &course.audience,
            serde_json::json!(course.objectives),
            serde_json::json!(course.tags),
            search_text,
            &course.author,
            &course.language,
            course.level.as_str(),
            course.duration_days,
            course.access.as_str(),
            course.price.as_ref().map(|price| price.amount),
            course.price.as_ref().map(|price| price.currency.as_str()),
            course.intro_video_url.as_deref(),
            course.drip,
            course.duration_days,
            minutes,
            now,
            markdown::to_html(&package.description),
            markdown::RENDER_VERSION
        ))
        .await?;
    if added == 0 {
        return Ok(None);
    }
    for lesson in &package.lessons {
        insert_lesson(tx, id, lesson, now).await?;
    }
    Ok(Some(id))
}

async fn insert_lesson(
    tx: &mut Tx,
    course: CourseId,
    lesson: &super::package::LessonPackage,
    now: DateTime<Utc>,
) -> crate::Result<()> {
    let id = LessonId::new();
    let head = &lesson.head;
    let action_items: Vec<_> = head
        .action_items
        .iter()
        .map(|text| super::ActionItem { id: ActionItemId::new(), text: text.clone() })
        .collect();
    tx.run(sql!(
        "INSERT INTO lessons (id, course_id, day, slug, title, summary, minutes, body, body_html, render_version,
                video_url, is_preview, status, action_items, key_takeaways, resources, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'published', $13, $14, $15, $16, $16)",
        id,
        course,
        lesson.day,
        &head.slug,
        &head.title,
        &head.summary,
        head.minutes,
        &lesson.body,
        markdown::to_html(&lesson.body),
        markdown::RENDER_VERSION,
        head.video_url.as_deref(),
        head.preview,
        serde_json::json!(action_items),
        serde_json::json!(head.key_takeaways),
        serde_json::json!(head.resources),
        now
    ))
    .await?;
    super::replace_questions(tx, id, &head.quiz).await?;
    if head.quiz_policy != super::QuizPolicy::default() {
        super::set_quiz_policy(tx, id, &head.quiz_policy).await?;
    }
    Ok(())
}
