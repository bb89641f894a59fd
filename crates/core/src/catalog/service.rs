//! Reading the catalog, and taking packages in.

use std::{collections::HashMap, sync::Arc};

use momentum_db::{Conn, sql};

use super::{
    CardPage, Category, Course, CourseFilter, Lesson, MAX_PAGE, MAX_SLUG, Published, content_changes,
    edition, markdown, package, repo,
};
use crate::{
    Error, Result, Services,
    ids::{CategoryId, CourseId, LessonId},
};

/// All categories in their order, with the number of published courses.
///
/// # Errors
/// When the database fails.
pub async fn categories(s: &Services) -> Result<Arc<Vec<Category>>> {
    s.catalog.categories.get_or((edition(s).await?, ()), || async {
        let mut conn = s.db.read().await?;
        let list = conn
            .all(
                "SELECT id, slug, name, description, target_audience, icon, color, course_count FROM categories
                 ORDER BY position, name",
            )
            .await?;
        Ok(Arc::new(list))
    })
    .await
}

/// A page of published courses.
///
/// # Errors
/// [`Error::Invalid`] for a page size or place that no list has.
pub async fn courses(s: &Services, filter: &CourseFilter) -> Result<Arc<CardPage>> {
    if !(1..=MAX_PAGE).contains(&filter.limit) {
        return Err(Error::invalid("limit", "out-of-range", "The limit is between 1 and 100."));
    }
    if !(0..=1_000_000).contains(&filter.offset) {
        return Err(Error::invalid("offset", "out-of-range", "The offset is between 0 and 1,000,000."));
    }
    let load = || async {
        let mut conn = s.db.read().await?;
        let total = repo::count(&mut conn, filter).await?;
        let items = repo::cards(&mut conn, filter).await?;
        Ok(Arc::new(CardPage { items, total }))
    };
    let is_short = filter.category.as_ref().is_none_or(|slug| slug.len() <= MAX_SLUG);
    if filter.q.is_empty() && is_short {
        s.catalog.cards.get_or((edition(s).await?, filter.clone()), load).await
    } else {
        // What people type rarely repeats.
        load().await
    }
}

/// All published courses, for whoever compares them with each other.
///
/// # Errors
/// When the database fails.
pub async fn published(s: &Services) -> Result<Arc<Published>> {
    s.catalog
        .published
        .get_or((edition(s).await?, ()), || async {
            let mut conn = s.db.read().await?;
            Ok(Arc::new(Published::new(repo::published(&mut conn).await?)))
        })
        .await
}

/// A published or archived course by its slug.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn course(s: &Services, slug: &str) -> Result<Arc<Course>> {
    let load = || async {
        let mut conn = s.db.read().await?;
        Ok(repo::course_id(&mut conn, slug).await?)
    };
    let id = if slug.len() <= MAX_SLUG {
        s.catalog.slugs.get_or((edition(s).await?, slug.to_owned()), load).await?
    } else {
        // What people type rarely repeats.
        load().await?
    };
    course_by_id(s, id.ok_or(Error::NotFound("course"))?).await
}

/// A published or archived course by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn course_by_id(s: &Services, id: CourseId) -> Result<Arc<Course>> {
    let load = || async {
        let mut conn = s.db.read().await?;
        let Some(mut course) = repo::course(&mut conn, id).await? else { return Ok(None) };
        course.lessons = repo::outline(&mut conn, id).await?;
        if course.render_version != markdown::RENDER_VERSION {
            course.description_html = markdown::to_html(&course.description.text()).into();
        }
        Ok(Some(Arc::new(course)))
    };
    s.catalog.courses.get_or((edition(s).await?, id), load).await?.ok_or(Error::NotFound("course"))
}

/// The published or archived course whose published lesson this is; the lesson's text is not read.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn course_of_lesson(s: &Services, id: LessonId) -> Result<Arc<Course>> {
    let course = repo::course_of_lesson(&mut s.db.read().await?, id).await?;
    course_by_id(s, course.ok_or(Error::NotFound("lesson"))?).await
}

/// A published lesson. Who may read it is for `learning` to say.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn lesson(s: &Services, id: LessonId) -> Result<Arc<Lesson>> {
    let load = || async {
        let mut conn = s.db.read().await?;
        let Some(mut lesson) = repo::lesson(&mut conn, id).await? else { return Ok(None) };
        render(&mut conn, &mut lesson).await?;
        Ok(Some(Arc::new(lesson)))
    };
    s.catalog.lessons.get_or((edition(s).await?, id), load).await?.ok_or(Error::NotFound("lesson"))
}

/// Brings up to date what was rendered by an older version of this program.
async fn render(conn: &mut Conn, lesson: &mut Lesson) -> Result<()> {
    if lesson.render_version != markdown::RENDER_VERSION
        && let Some((_, body)) = repo::bodies(conn, &[lesson.id]).await?.pop()
    {
        lesson.body_html = markdown::to_html(&body).into();
    }
    Ok(())
}

/// The Markdown of these lessons. Who may read them is for `learning` to say.
///
/// # Errors
/// When the database fails.
pub async fn lesson_bodies(s: &Services, lessons: &[LessonId]) -> Result<HashMap<LessonId, String>> {
    if lessons.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(repo::bodies(&mut s.db.read().await?, lessons).await?.into_iter().collect())
}

/// A course in any state with its lessons, as learners will see it: without those that are hidden on purpose. Who may look is
/// for `authoring` to say.
pub(crate) async fn draft_course(conn: &mut Conn, id: CourseId) -> Result<Course> {
    let mut course = repo::draft_course(conn, id).await?.ok_or(Error::NotFound("course"))?;
    course.card.lesson_count = i64::try_from(course.lessons.len()).unwrap_or(i64::MAX);
    course.card.total_minutes = course.lessons.iter().map(|lesson| lesson.minutes).sum();
    if course.render_version != markdown::RENDER_VERSION {
        course.description_html = markdown::to_html(&course.description.text()).into();
    }
    Ok(course)
}

/// A lesson in any state, as learners will see it.
pub(crate) async fn draft_lesson(conn: &mut Conn, id: LessonId) -> Result<Lesson> {
    let mut lesson = repo::draft_lesson(conn, id).await?.ok_or(Error::NotFound("lesson"))?;
    render(conn, &mut lesson).await?;
    Ok(lesson)
}

/// Slug and time of change of every published course, for the sitemap.
///
/// # Errors
/// When the database fails.
pub async fn published_slugs(s: &Services) -> Result<Vec<(String, chrono::DateTime<chrono::Utc>)>> {
    let mut conn = s.db.read().await?;
    Ok(conn
        .all("SELECT slug, updated_at FROM courses WHERE status = 'published' ORDER BY slug LIMIT 50000")
        .await?)
}

/// Takes a package in as a published course; answers `None` when a course with its slug is there already.
///
/// # Errors
/// [`Error::Invalid`] when its category doesn't exist.
pub async fn import_package(s: &Services, package: &package::CoursePackage) -> Result<Option<CourseId>> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let category: Option<(CategoryId,)> =
        tx.opt(sql!("SELECT id FROM categories WHERE slug = $1", &package.course.category)).await?;
    let Some((category,)) = category else {
        return Err(Error::invalid("category", "unknown", "There is no such category."));
    };
    content_changes(s, &mut tx).await?;
    let id = repo::insert_package(&mut tx, category, package, now).await?;
    if id.is_some() {
        super::counts::count_category(&mut tx, category).await?;
    }
    tx.commit().await?;
    Ok(id)
}
