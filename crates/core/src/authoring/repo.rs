//! Authoring's SQL.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Result, Statement, Tx, sql};

use super::{
    CourseDetails, CourseRow, CourseSort, CoursesFilter, LessonContent, LessonRow, LessonStatus,
    LessonsFilter, ReviewState, types::StoredLesson, uses,
};
use crate::{
    catalog::{Access, ActionItem, CourseStatus, Level, Money, markdown},
    ids::{ActionItemId, CategoryId, CourseId, LessonId, UserId},
};

/// The columns of a course that its authors see.
#[derive(FromRow)]
pub(super) struct StoredCourse {
    pub version: i64,
    pub status: CourseStatus,
    pub ai_generated: bool,
    pub review_state: ReviewState,
    title: String,
    slug: String,
    subtitle: String,
    description: String,
    category: String,
    #[sqlx(json)]
    tags: Vec<String>,
    duration_days: i64,
    level: Level,
    language: String,
    access: Access,
    price_minor: Option<i64>,
    price_currency: Option<String>,
    premium_included: bool,
    author: String,
    audience: String,
    #[sqlx(json)]
    objectives: Vec<String>,
    drip: bool,
    intro_video_url: Option<String>,
    thumbnail_url: Option<String>,
    pub enrollment_count: i64,
    pub completion_count: i64,
    pub rating_average: Option<f64>,
    pub rating_count: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub published_at: Option<DateTime<Utc>>,
}

impl StoredCourse {
    pub(super) fn details(&self) -> CourseDetails {
        CourseDetails {
            title: self.title.clone(),
            slug: self.slug.clone(),
            subtitle: self.subtitle.clone(),
            description: self.description.clone(),
            category: self.category.clone(),
            tags: self.tags.clone(),
            duration_days: self.duration_days,
            level: self.level,
            language: self.language.clone(),
            access: self.access,
            price: self
                .price_minor
                .zip(self.price_currency.clone())
                .map(|(amount, currency)| Money { amount, currency }),
            premium_included: self.premium_included,
            author: self.author.clone(),
            audience: self.audience.clone(),
            objectives: self.objectives.clone(),
            drip: self.drip,
            intro_video_url: self.intro_video_url.clone(),
            thumbnail_url: self.thumbnail_url.clone(),
        }
    }
}

pub(super) async fn course(conn: &mut Conn, id: CourseId) -> Result<Option<StoredCourse>> {
    conn.opt(sql!(
        "SELECT c.version, c.status, c.ai_generated, c.review_state, c.title, c.slug, c.subtitle, c.description,
                k.slug AS category, c.tags, c.duration_days, c.level, c.language, c.access, c.price_minor,
                c.price_currency, c.premium_included, c.author, c.audience, c.objectives, c.drip, c.intro_video_url,
                c.thumbnail_url, c.enrollment_count, c.completion_count, c.rating_average, c.rating_count,
                c.created_at, c.updated_at, c.published_at
         FROM courses c JOIN categories k ON k.id = c.category_id WHERE c.id = $1",
        id
    ))
    .await
}

/// What a change has to know of a course, which stays locked until the transaction ends.
#[derive(FromRow)]
pub(super) struct LockedCourse {
    pub version: i64,
    pub status: CourseStatus,
    pub category_id: CategoryId,
    pub duration_days: i64,
    pub published_at: Option<DateTime<Utc>>,
}

/// Takes the course for a change; its version grows when `details` change.
pub(super) async fn lock_course(
    tx: &mut Tx,
    id: CourseId,
    details: bool,
    now: DateTime<Utc>,
) -> Result<Option<LockedCourse>> {
    tx.opt(sql!(
        "UPDATE courses SET updated_at = $3, version = version + $2 WHERE id = $1
         RETURNING version, status, category_id, duration_days, published_at",
        id,
        i64::from(details),
        now
    ))
    .await
}

pub(super) async fn category_id(conn: &mut Conn, slug: &str) -> Result<Option<CategoryId>> {
    let found: Option<(CategoryId,)> =
        conn.opt(sql!("SELECT id FROM categories WHERE slug = $1", slug)).await?;
    Ok(found.map(|(id,)| id))
}

/// The slug of a category by its id, for clients that name it so.
pub(super) async fn category_slug(conn: &mut Conn, id: CategoryId) -> Result<Option<String>> {
    let found: Option<(String,)> = conn.opt(sql!("SELECT slug FROM categories WHERE id = $1", id)).await?;
    Ok(found.map(|(slug,)| slug))
}

fn search_text(course: &CourseDetails) -> String {
    format!("{} {} {} {}", course.title, course.subtitle, course.tags.join(" "), course.author).to_lowercase()
}

/// Adds a draft; answers whether its slug was free.
pub(super) async fn insert_course(
    tx: &mut Tx,
    id: CourseId,
    category: CategoryId,
    course: &CourseDetails,
    now: DateTime<Utc>,
) -> Result<bool> {
    let price = course.price.as_ref();
    let added = tx
        .run(sql!(
            "INSERT INTO courses (id, slug, category_id, title, subtitle, description, audience, objectives, tags,
                    search_text, author, language, level, duration_days, access, price_minor, price_currency,
                    premium_included, intro_video_url, thumbnail_url, drip, status, lesson_count, total_minutes,
                    created_at, updated_at, description_html, render_version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                    'draft', 0, 0, $22, $22, $23, $24)
             ON CONFLICT (slug) DO NOTHING",
            id,
            &course.slug,
            category,
            &course.title,
            &course.subtitle,
            &course.description,
            &course.audience,
            serde_json::json!(course.objectives),
            serde_json::json!(course.tags),
            search_text(course),
            &course.author,
            &course.language,
            course.level.as_str(),
            course.duration_days,
            course.access.as_str(),
            price.map(|price| price.amount),
            price.map(|price| price.currency.as_str()),
            course.premium_included,
            &course.intro_video_url,
            &course.thumbnail_url,
            course.drip,
            now,
            markdown::to_html(&course.description),
            markdown::RENDER_VERSION
        ))
        .await?;
    if added == 1 {
        uses::course(tx, id, course).await?;
    }
    Ok(added == 1)
}

pub(super) async fn slug_is_taken(conn: &mut Conn, slug: &str, by_other_than: CourseId) -> Result<bool> {
    let (count,): (i64,) = conn
        .one(sql!("SELECT COUNT(*) FROM courses WHERE slug = $1 AND id <> $2", slug, by_other_than))
        .await?;
    Ok(count > 0)
}

pub(super) async fn update_course(
    tx: &mut Tx,
    id: CourseId,
    category: CategoryId,
    course: &CourseDetails,
) -> Result<()> {
    let price = course.price.as_ref();
    tx.run(sql!(
        "UPDATE courses SET slug = $2, category_id = $3, title = $4, subtitle = $5, description = $6, audience = $7,
                objectives = $8, tags = $9, search_text = $10, author = $11, language = $12, level = $13,
                duration_days = $14, access = $15, price_minor = $16, price_currency = $17, premium_included = $18,
                intro_video_url = $19, thumbnail_url = $20, drip = $21, description_html = $22, render_version = $23
         WHERE id = $1",
        id,
        &course.slug,
        category,
        &course.title,
        &course.subtitle,
        &course.description,
        &course.audience,
        serde_json::json!(course.objectives),
        serde_json::json!(course.tags),
        search_text(course),
        &course.author,
        &course.language,
        course.level.as_str(),
        course.duration_days,
        course.access.as_str(),
        price.map(|price| price.amount),
        price.map(|price| price.currency.as_str()),
        course.premium_included,
        &course.intro_video_url,
        &course.thumbnail_url,
        course.drip,
        markdown::to_html(&course.description),
        markdown::RENDER_VERSION
    ))
    .await?;
    uses::course(tx, id, course).await
}

pub(super) async fn set_status(
    tx: &mut Tx,
    id: CourseId,
    status: CourseStatus,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE courses SET status = $2,
                published_at = CASE WHEN $2 = 'published' THEN COALESCE(published_at, $3) ELSE published_at END
         WHERE id = $1",
        id,
        status.as_str(),
        now
    ))
    .await?;
    Ok(())
}

/// Counts a course's published lessons and their minutes anew.
pub(super) async fn count_lessons(tx: &mut Tx, id: CourseId) -> Result<()> {
    tx.run(sql!(
        "UPDATE courses SET
                lesson_count = (SELECT COUNT(*) FROM lessons WHERE course_id = $1 AND status = 'published'),
                total_minutes = (SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM lessons
                                 WHERE course_id = $1 AND status = 'published')
         WHERE id = $1",
        id
    ))
    .await?;
    Ok(())
}

pub(super) async fn courses(conn: &mut Conn, filter: &CoursesFilter) -> Result<(Vec<CourseRow>, i64)> {
    let mut count = Statement::new("SELECT COUNT(*)");
    push_courses(&mut count, filter);
    let (total,): (i64,) = conn.one(count).await?;
    let mut query = Statement::new(
        "SELECT c.id, c.slug, c.title, k.slug AS category, k.name AS category_name, c.status, c.access, c.level,
                c.duration_days, c.lesson_count, c.ai_generated, c.enrollment_count, c.completion_count,
                c.rating_average, c.rating_count, c.updated_at, c.published_at",
    );
    push_courses(&mut query, filter);
    query.push(match (filter.sort, filter.descending) {
        (CourseSort::Changed, true) => " ORDER BY c.updated_at DESC, c.id DESC",
        (CourseSort::Changed, false) => " ORDER BY c.updated_at, c.id",
        (CourseSort::Title, true) => " ORDER BY LOWER(c.title) DESC, c.id DESC",
        (CourseSort::Title, false) => " ORDER BY LOWER(c.title), c.id",
        (CourseSort::Learners, true) => " ORDER BY c.enrollment_count DESC, c.id DESC",
        (CourseSort::Learners, false) => " ORDER BY c.enrollment_count, c.id",
        (CourseSort::Rating, true) => " ORDER BY COALESCE(c.rating_average, 0) DESC, c.id DESC",
        (CourseSort::Rating, false) => " ORDER BY COALESCE(c.rating_average, 0), c.id",
    });
    query.push(" LIMIT ").push_bind(filter.limit).push(" OFFSET ").push_bind(filter.offset);
    Ok((conn.all(query).await?, total))
}

fn push_courses(query: &mut Statement, filter: &CoursesFilter) {
    query.push(" FROM courses c JOIN categories k ON k.id = c.category_id WHERE 1 = 1");
    if let Some(status) = filter.status {
        query.push(" AND c.status = ").push_bind(status.as_str());
    }
    if let Some(category) = &filter.category {
        query.push(" AND k.slug = ").push_bind(category);
    }
    if let Some(access) = filter.access {
        query.push(" AND c.access = ").push_bind(access.as_str());
    }
    for word in filter.q.to_lowercase().split_whitespace().take(8) {
        query.push(" AND c.search_text LIKE ").push_bind(containing(word)).push(" ESCAPE '!'");
    }
}

fn containing(word: &str) -> String {
    format!("%{}%", word.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

pub(super) async fn lesson(conn: &mut Conn, id: LessonId) -> Result<Option<StoredLesson>> {
    conn.opt(sql!(
        "SELECT l.course_id, c.title AS course_title, c.slug AS course_slug, c.status AS course_status,
                c.duration_days, l.day, l.status, l.version, l.title, l.slug, l.summary, l.minutes, l.body, l.video_url,
                l.is_preview, l.action_items, l.key_takeaways, l.resources, d.content AS draft,
                d.saved_by AS draft_saved_by, u.name AS draft_saved_by_name, d.saved_at AS draft_saved_at,
                l.created_at, l.updated_at
         FROM lessons l JOIN courses c ON c.id = l.course_id
         LEFT JOIN lesson_drafts d ON d.lesson_id = l.id LEFT JOIN users u ON u.id = d.saved_by
         WHERE l.id = $1",
        id
    ))
    .await
}

/// A row of a list, before its action items are counted.
#[derive(FromRow)]
struct ListedLesson {
    #[sqlx(flatten)]
    row: LessonRow,
    #[sqlx(json)]
    action_items: Vec<serde::de::IgnoredAny>,
}

impl From<ListedLesson> for LessonRow {
    fn from(ListedLesson { mut row, action_items }: ListedLesson) -> Self {
        row.action_item_count = i64::try_from(action_items.len()).unwrap_or(i64::MAX);
        row
    }
}

macro_rules! lesson_row {
    () => {
        "l.id, l.course_id, c.title AS course_title, l.day, l.title, l.minutes, l.status, l.is_preview,
         l.body <> '' AS written,
         EXISTS (SELECT 1 FROM lesson_drafts d WHERE d.lesson_id = l.id) AS has_draft,
         (SELECT COUNT(*) FROM quiz_questions q WHERE q.lesson_id = l.id) AS question_count,
         l.action_items, l.updated_at"
    };
}

/// The lessons of a course by day, drafts too.
pub(super) async fn lessons_of(conn: &mut Conn, course: CourseId) -> Result<Vec<LessonRow>> {
    let rows: Vec<ListedLesson> = conn
        .all(sql!(
            concat!(
                "SELECT ",
                lesson_row!(),
                " FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.course_id = $1 ORDER BY l.day"
            ),
            course
        ))
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(super) async fn lessons(conn: &mut Conn, filter: &LessonsFilter) -> Result<(Vec<LessonRow>, i64)> {
    let mut count = Statement::new("SELECT COUNT(*) FROM lessons l WHERE 1 = 1");
    push_lessons(&mut count, filter);
    let (total,): (i64,) = conn.one(count).await?;
    let mut query = Statement::new(concat!(
        "SELECT ",
        lesson_row!(),
        " FROM lessons l JOIN courses c ON c.id = l.course_id WHERE 1 = 1"
    ));
    push_lessons(&mut query, filter);
    query.push(if filter.course.is_some() {
        " ORDER BY l.day"
    } else {
        " ORDER BY l.updated_at DESC, l.id DESC"
    });
    query.push(" LIMIT ").push_bind(filter.limit).push(" OFFSET ").push_bind(filter.offset);
    let rows: Vec<ListedLesson> = conn.all(query).await?;
    Ok((rows.into_iter().map(Into::into).collect(), total))
}

fn push_lessons(query: &mut Statement, filter: &LessonsFilter) {
    if let Some(course) = filter.course {
        query.push(" AND l.course_id = ").push_bind(course);
    }
    if let Some(status) = filter.status {
        query.push(" AND l.status = ").push_bind(status.as_str());
    }
    if filter.with_draft {
        query.push(" AND l.id IN (SELECT lesson_id FROM lesson_drafts)");
    }
    for word in filter.q.to_lowercase().split_whitespace().take(8) {
        query.push(" AND LOWER(l.title) LIKE ").push_bind(containing(word)).push(" ESCAPE '!'");
    }
}

/// What a change has to know of a lesson; its course is locked already.
#[derive(FromRow)]
pub(super) struct LessonState {
    pub course_id: CourseId,
    pub day: i64,
    pub status: LessonStatus,
    pub version: i64,
}

pub(super) async fn lesson_state(conn: &mut Conn, id: LessonId) -> Result<Option<LessonState>> {
    conn.opt(sql!("SELECT course_id, day, status, version FROM lessons WHERE id = $1", id)).await
}

/// The next version of a lesson, which stays locked until the transaction ends.
pub(super) async fn next_version(tx: &mut Tx, id: LessonId) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        tx.opt(sql!("UPDATE lessons SET version = version + 1 WHERE id = $1 RETURNING version", id)).await?;
    Ok(row.map(|(version,)| version))
}

/// Which days of a course have a lesson.
pub(super) async fn days(conn: &mut Conn, course: CourseId) -> Result<Vec<(LessonId, i64)>> {
    conn.all(sql!("SELECT id, day FROM lessons WHERE course_id = $1 ORDER BY day", course)).await
}

/// Adds a lesson. Action items without an id get one.
pub(super) async fn insert_lesson(
    tx: &mut Tx,
    id: LessonId,
    course: CourseId,
    day: i64,
    status: LessonStatus,
    lesson: &LessonContent,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO lessons (id, course_id, day, slug, title, summary, minutes, body, body_html, render_version,
                video_url, is_preview, status, action_items, key_takeaways, resources, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)",
        id,
        course,
        day,
        &lesson.slug,
        &lesson.title,
        &lesson.summary,
        lesson.minutes,
        &lesson.body,
        markdown::to_html(&lesson.body),
        markdown::RENDER_VERSION,
        &lesson.video_url,
        lesson.is_preview,
        status.as_str(),
        serde_json::json!(action_items(lesson)),
        serde_json::json!(lesson.key_takeaways),
        serde_json::json!(lesson.resources),
        now
    ))
    .await?;
    uses::lesson(tx, id, lesson).await
}

/// Writes what learners read, and removes the working copy.
pub(super) async fn update_lesson(
    tx: &mut Tx,
    id: LessonId,
    lesson: &LessonContent,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE lessons SET slug = $2, title = $3, summary = $4, minutes = $5, body = $6, body_html = $7,
                render_version = $8, video_url = $9, is_preview = $10, action_items = $11, key_takeaways = $12,
                resources = $13, updated_at = $14
         WHERE id = $1",
        id,
        &lesson.slug,
        &lesson.title,
        &lesson.summary,
        lesson.minutes,
        &lesson.body,
        markdown::to_html(&lesson.body),
        markdown::RENDER_VERSION,
        &lesson.video_url,
        lesson.is_preview,
        serde_json::json!(action_items(lesson)),
        serde_json::json!(lesson.key_takeaways),
        serde_json::json!(lesson.resources),
        now
    ))
    .await?;
    uses::lesson(tx, id, lesson).await?;
    remove_draft(tx, id).await
}

fn action_items(lesson: &LessonContent) -> Vec<ActionItem> {
    lesson
        .action_items
        .iter()
        .map(|item| ActionItem { id: item.id.unwrap_or_else(ActionItemId::new), text: item.text.clone() })
        .collect()
}

pub(super) async fn save_draft(
    tx: &mut Tx,
    id: LessonId,
    content: &LessonContent,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO lesson_drafts (lesson_id, content, saved_by, saved_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (lesson_id) DO UPDATE SET content = $2, saved_by = $3, saved_at = $4",
        id,
        serde_json::json!(content),
        by,
        now
    ))
    .await?;
    uses::draft(tx, id, content).await
}

pub(super) async fn remove_draft(tx: &mut Tx, id: LessonId) -> Result<()> {
    tx.run(sql!("DELETE FROM lesson_drafts WHERE lesson_id = $1", id)).await?;
    Ok(())
}

pub(super) async fn set_lesson_status(
    tx: &mut Tx,
    id: LessonId,
    status: LessonStatus,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!("UPDATE lessons SET status = $2, updated_at = $3 WHERE id = $1", id, status.as_str(), now))
        .await?;
    Ok(())
}

/// Puts every written lesson of a course before its learners.
pub(super) async fn publish_lessons(tx: &mut Tx, course: CourseId, now: DateTime<Utc>) -> Result<()> {
    tx.run(sql!(
        "UPDATE lessons SET status = 'published', updated_at = $2 WHERE course_id = $1 AND status = 'draft' AND body <> ''",
        course,
        now
    ))
    .await?;
    Ok(())
}

/// Gives lessons their days. First none of them has a day that another may need.
pub(super) async fn set_days(tx: &mut Tx, course: CourseId, order: &[LessonId]) -> Result<()> {
    tx.run(sql!("UPDATE lessons SET day = -day WHERE course_id = $1", course)).await?;
    for (day, id) in (1_i64..).zip(order) {
        tx.run(sql!("UPDATE lessons SET day = $3 WHERE id = $2 AND course_id = $1", course, *id, day))
            .await?;
    }
    Ok(())
}

/// How many people joined a course, and how many notes they wrote in it.
pub(super) async fn course_learners(conn: &mut Conn, id: CourseId) -> Result<(i64, i64)> {
    conn.one(sql!(
        "SELECT (SELECT COUNT(*) FROM enrollments WHERE course_id = $1),
                (SELECT COUNT(*) FROM notes WHERE lesson_id IN (SELECT id FROM lessons WHERE course_id = $1))",
        id
    ))
    .await
}

/// How many people have begun a lesson, and how many notes they wrote in it.
pub(super) async fn lesson_learners(conn: &mut Conn, id: LessonId) -> Result<(i64, i64)> {
    conn.one(sql!(
        "SELECT (SELECT COUNT(*) FROM (SELECT user_id FROM lesson_progress WHERE lesson_id = $1 UNION
                                       SELECT user_id FROM quiz_attempts WHERE lesson_id = $1) AS begun),
                (SELECT COUNT(*) FROM notes WHERE lesson_id = $1)",
        id
    ))
    .await
}

/// One row of the history.
#[derive(FromRow)]
pub(super) struct StoredVersion {
    pub number: i64,
    pub lesson_id: Option<LessonId>,
    pub title: String,
    pub change: super::Change,
    pub content: Json<super::Snapshot>,
    pub created_by: Option<UserId>,
    pub created_by_name: Option<String>,
    pub created_at: DateTime<Utc>,
}

macro_rules! version_columns {
    () => {
        "SELECT v.number, v.lesson_id, v.title, v.change, v.content, v.created_by, u.name AS created_by_name, v.created_at
         FROM content_versions v LEFT JOIN users u ON u.id = v.created_by WHERE v.course_id = $1"
    };
}

/// A part of the history, the newest first, and how much there is in all.
pub(super) async fn versions(
    conn: &mut Conn,
    course: CourseId,
    lesson: Option<LessonId>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<StoredVersion>, i64)> {
    let lesson = lesson.map(|id| id.0);
    let rows = conn
        .all(sql!(
            concat!(
                version_columns!(),
                " AND ($2 IS NULL OR v.lesson_id = $2) ORDER BY v.number DESC LIMIT $3 OFFSET $4"
            ),
            course,
            lesson,
            limit,
            offset
        ))
        .await?;
    let (total,): (i64,) = conn
        .one(sql!(
            "SELECT COUNT(*) FROM content_versions WHERE course_id = $1 AND ($2 IS NULL OR lesson_id = $2)",
            course,
            lesson
        ))
        .await?;
    Ok((rows, total))
}

pub(super) async fn version(conn: &mut Conn, course: CourseId, number: i64) -> Result<Option<StoredVersion>> {
    conn.opt(sql!(concat!(version_columns!(), " AND v.number = $2"), course, number)).await
}

/// The version of the same thing before this one.
pub(super) async fn version_before(
    conn: &mut Conn,
    course: CourseId,
    lesson: Option<LessonId>,
    number: i64,
) -> Result<Option<StoredVersion>> {
    let query = match lesson {
        Some(id) => sql!(
            concat!(
                version_columns!(),
                " AND v.number < $2 AND v.lesson_id = $3 ORDER BY v.number DESC LIMIT 1"
            ),
            course,
            number,
            id
        ),
        None => sql!(
            concat!(
                version_columns!(),
                " AND v.number < $2 AND v.lesson_id IS NULL ORDER BY v.number DESC LIMIT 1"
            ),
            course,
            number
        ),
    };
    conn.opt(query).await
}
