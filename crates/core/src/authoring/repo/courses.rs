//! Courses.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Result, Statement, Tx, containing, sql};

use crate::{
    authoring::{CourseDetails, CourseRow, CourseSort, CoursesFilter, ReviewState, uses},
    catalog::{Access, CourseStatus, Level, Money, markdown},
    ids::{CategoryId, CourseId},
};

/// The columns of a course that its authors see.
#[derive(FromRow)]
pub(in crate::authoring) struct StoredCourse {
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
    pub(in crate::authoring) fn details(&self) -> CourseDetails {
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

pub(in crate::authoring) async fn course(conn: &mut Conn, id: CourseId) -> Result<Option<StoredCourse>> {
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
pub(in crate::authoring) struct LockedCourse {
    pub version: i64,
    pub status: CourseStatus,
    pub category_id: CategoryId,
    pub duration_days: i64,
    pub published_at: Option<DateTime<Utc>>,
}

/// Takes the course for a change; its version grows when `details` change.
pub(in crate::authoring) async fn lock_course(
    tx: &mut Tx,
    id: CourseId,
    details: bool,
    now: DateTime<Utc>,
) -> Result<Option<LockedCourse>> {
    tx.opt(sql!(
        "UPDATE courses SET updated_at = $3, version = version + $2, content_version = content_version + 1 WHERE id = $1
         RETURNING version, status, category_id, duration_days, published_at",
        id,
        i64::from(details),
        now
    ))
    .await
}

pub(in crate::authoring) async fn category_id(conn: &mut Conn, slug: &str) -> Result<Option<CategoryId>> {
    let found: Option<(CategoryId,)> =
        conn.opt(sql!("SELECT id FROM categories WHERE slug = $1", slug)).await?;
    Ok(found.map(|(id,)| id))
}

/// The slug of a category by its id, for clients that name it so.
pub(in crate::authoring) async fn category_slug(conn: &mut Conn, id: CategoryId) -> Result<Option<String>> {
    let found: Option<(String,)> = conn.opt(sql!("SELECT slug FROM categories WHERE id = $1", id)).await?;
    Ok(found.map(|(slug,)| slug))
}

fn search_text(course: &CourseDetails) -> String {
    format!("{} {} {} {}", course.title, course.subtitle, course.tags.join(" "), course.author).to_lowercase()
}

/// Adds a draft; answers whether its slug was free.
pub(in crate::authoring) async fn insert_course(
    tx: &mut Tx,
    id: CourseId,
    category: CategoryId,
    course: &CourseDetails,
    now: DateTime<Utc>,
) -> Result<bool> {
    let added = tx
        .run(sql!(
            "INSERT INTO courses (id, slug, category_id, title, subtitle, description, audience, objectives, tags,
                    search_text, author, language, level, duration_days, access, status, lesson_count, total_minutes,
                    created_at, updated_at)
             VALUES ($1, $2, $3, '', '', '', '', $4, $4, '', '', '', '', 0, '', 'draft', 0, 0, $5, $5)
             ON CONFLICT (slug) DO NOTHING",
            id,
            &course.slug,
            category,
            serde_json::json!([]),
            now
        ))
        .await?;
    if added == 1 {
        update_course(tx, id, category, course).await?;
    }
    Ok(added == 1)
}

pub(in crate::authoring) async fn slug_is_taken(
    conn: &mut Conn,
    slug: &str,
    by_other_than: CourseId,
) -> Result<bool> {
    let (count,): (i64,) = conn
        .one(sql!("SELECT COUNT(*) FROM courses WHERE slug = $1 AND id <> $2", slug, by_other_than))
        .await?;
    Ok(count > 0)
}

pub(in crate::authoring) async fn update_course(
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

pub(in crate::authoring) async fn set_status(
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
pub(in crate::authoring) async fn count_lessons(tx: &mut Tx, id: CourseId) -> Result<()> {
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

pub(in crate::authoring) async fn courses(
    conn: &mut Conn,
    filter: &CoursesFilter,
) -> Result<(Vec<CourseRow>, i64)> {
    let mut count = Statement::new("SELECT COUNT(*)");
    push_courses(&mut count, filter);
    let (total,): (i64,) = conn.one(count).await?;
    let mut query = Statement::new(
        "SELECT c.id, c.slug, c.title, k.slug AS category, k.name AS category_name, c.status, c.access, c.level,
                c.duration_days, c.lesson_count, c.ai_generated, c.review_state, c.enrollment_count, c.completion_count,
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

/// How many people joined a course, and how many notes they wrote in it.
pub(in crate::authoring) async fn course_learners(conn: &mut Conn, id: CourseId) -> Result<(i64, i64)> {
    conn.one(sql!(
        "SELECT (SELECT COUNT(*) FROM enrollments WHERE course_id = $1),
                (SELECT COUNT(*) FROM notes WHERE lesson_id IN (SELECT id FROM lessons WHERE course_id = $1))",
        id
    ))
    .await
}
