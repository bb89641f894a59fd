//! Which files of the media library courses and lessons use: noted with every save.

use momentum_db::{Result, Tx};

use super::{CourseDetails, LessonContent};
use crate::{
    ids::{CourseId, LessonId},
    media::{OwnerKind, set_uses},
};

pub(super) async fn course(tx: &mut Tx, id: CourseId, course: &CourseDetails) -> Result<()> {
    let addresses = [&course.thumbnail_url, &course.intro_video_url];
    let mut texts = vec![course.description.as_str()];
    texts.extend(addresses.into_iter().flatten().map(String::as_str));
    set_uses(tx, OwnerKind::Course, id.0, &texts).await
}

pub(super) async fn lesson(tx: &mut Tx, id: LessonId, lesson: &LessonContent) -> Result<()> {
    set_uses(tx, OwnerKind::Lesson, id.0, &texts(lesson)).await
}

pub(super) async fn draft(tx: &mut Tx, id: LessonId, lesson: &LessonContent) -> Result<()> {
    set_uses(tx, OwnerKind::Draft, id.0, &texts(lesson)).await
}

/// A lesson that goes uses no files any more.
pub(super) async fn forget_lesson(tx: &mut Tx, id: LessonId) -> Result<()> {
    set_uses(tx, OwnerKind::Draft, id.0, &[]).await?;
    set_uses(tx, OwnerKind::Lesson, id.0, &[]).await
}

/// A course that goes uses no files any more.
pub(super) async fn forget_course(tx: &mut Tx, id: CourseId) -> Result<()> {
    set_uses(tx, OwnerKind::Course, id.0, &[]).await
}

fn texts(lesson: &LessonContent) -> Vec<&str> {
    let mut texts = vec![lesson.body.as_str()];
    texts.extend(lesson.video_url.as_deref());
    texts.extend(lesson.resources.iter().map(|resource| resource.url.as_str()));
    texts
}
