//! Courses and lessons as learners would see them, drafts too.

use super::repo;
use crate::{
    Error, Result, Services,
    catalog::{self, Course, Lesson},
    identity::Actor,
    ids::{CourseId, LessonId},
};

/// A course with all its lessons, as its page would show it once everything is published.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn preview_course(s: &Services, actor: &Actor, id: CourseId) -> Result<Course> {
    actor.require_admin()?;
    catalog::draft_course(&mut s.db.read().await?, id).await
}

/// A lesson with what was typed last, and its course.
///
/// # Errors
/// As [`preview_course`].
pub async fn preview_lesson(s: &Services, actor: &Actor, id: LessonId) -> Result<(Course, Lesson)> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let mut lesson = catalog::draft_lesson(&mut conn, id).await?;
    let course = catalog::draft_course(&mut conn, lesson.course_id).await?;
    let draft = repo::lesson(&mut conn, id).await?.ok_or(Error::NotFound("lesson"))?.draft;
    if let Some(draft) = draft {
        let draft = draft.0;
        lesson.body_html = catalog::markdown::to_html(&draft.body).into();
        lesson.title = draft.title;
        lesson.summary = draft.summary;
        lesson.minutes = draft.minutes;
        lesson.video_url = draft.video_url.filter(|url| super::fields::is_video_address(url));
        lesson.action_items = draft
            .action_items
            .into_iter()
            .filter(|item| !item.text.trim().is_empty())
            .map(|item| catalog::ActionItem {
                id: item.id.unwrap_or_else(crate::ids::ActionItemId::new),
                text: item.text,
            })
            .collect();
        lesson.key_takeaways = draft.key_takeaways;
        lesson.resources = draft.resources;
        lesson.resources.retain(|resource| super::fields::is_address(&resource.url));
    }
    Ok((course, lesson))
}
