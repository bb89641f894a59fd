//! The history of courses and lessons: what was saved, by whom, how it differs from what was there before, and the way
//! back.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, Tx, sql};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    CourseDetails, Difference, LessonContent, courses, difference, fields, lessons, repo, repo::StoredVersion,
};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    catalog::{self, Question, QuizPolicy, content_changes},
    identity::Actor,
    ids::{CourseId, LessonId, UserId, VersionId},
    media,
    words::words,
};

words! {
    /// What was done.
    Change {
        Created = "created",
        Saved = "saved",
        Published = "published",
        Unpublished = "unpublished",
        Archived = "archived",
        Imported = "imported",
        /// A program wrote it.
        Generated = "generated",
        Restored = "restored",
        Deleted = "deleted",
        /// The quiz of a lesson, or its rules.
        Quiz = "quiz",
        /// A working copy that made way for a program's text.
        WorkingCopy = "working_copy",
    }
}

/// A course's details or a lesson, as they were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Snapshot {
    Course {
        #[serde(flatten)]
        details: CourseDetails,
    },
    Lesson {
        day: i64,
        #[serde(flatten)]
        content: LessonContent,
        /// With the right answers.
        quiz: Vec<Question>,
        /// How the quiz is judged; versions from before that was noted don't say.
        #[serde(default)]
        quiz_policy: Option<QuizPolicy>,
    },
}

impl Snapshot {
    fn title(&self) -> &str {
        match self {
            Self::Course { details } => &details.title,
            Self::Lesson { content, .. } => &content.title,
        }
    }

    /// Whether this is `now`, as far as it says.
    fn is_still(&self, now: &Self) -> bool {
        let mut now = now.clone();
        if let (Self::Lesson { quiz_policy: None, .. }, Self::Lesson { quiz_policy, .. }) = (self, &mut now) {
            *quiz_policy = None;
        }
        *self == now
    }
}

/// A line of the history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Version {
    /// From 1 within the course.
    pub number: i64,
    /// Null: the course's own details.
    pub lesson_id: Option<LessonId>,
    pub title: String,
    pub change: Change,
    pub created_by: Option<UserId>,
    /// Empty when the account is gone or it was the program.
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
}

/// A version with what it held and how it differs from the one before.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionDetail {
    #[serde(flatten)]
    pub version: Version,
    pub content: Snapshot,
    /// From the version of the same thing before this one; empty for the first.
    pub difference: Difference,
    /// Whether it is what is there now.
    pub is_current: bool,
}

/// Notes what a course's details or a lesson are from now on. The course is locked by this transaction.
pub(super) async fn record(
    tx: &mut Tx,
    course: CourseId,
    lesson: Option<LessonId>,
    change: Change,
    content: &Snapshot,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO content_versions (id, course_id, number, lesson_id, title, change, content, created_by, created_at)
         VALUES ($1, $2, (SELECT COALESCE(MAX(number), 0) + 1 FROM content_versions WHERE course_id = $2), $3, $4, $5,
                 $6, $7, $8)",
        VersionId::new(),
        course,
        lesson.map(|id| id.0),
        content.title(),
        change.as_str(),
        json!(content),
        by.map(|id| id.0),
        now
    ))
    .await?;
    Ok(())
}

/// What is there now becomes the first version, when nothing was noted yet: courses of packages have no history.
pub(super) async fn begin(
    tx: &mut Tx,
    course: CourseId,
    lesson: Option<LessonId>,
    since: DateTime<Utc>,
) -> Result<()> {
    let (noted,): (i64,) = match lesson {
        Some(id) => {
            tx.one(sql!(
                "SELECT COUNT(*) FROM content_versions WHERE course_id = $1 AND lesson_id = $2",
                course,
                id
            ))
            .await?
        }
        None => {
            tx.one(sql!(
                "SELECT COUNT(*) FROM content_versions WHERE course_id = $1 AND lesson_id IS NULL",
                course
            ))
            .await?
        }
    };
    if noted == 0
        && let Some(content) = current(tx, course, lesson).await?
    {
        record(tx, course, lesson, Change::Imported, &content, None, since).await?;
    }
    Ok(())
}

/// What is there now.
pub(super) async fn current(
    conn: &mut Conn,
    course: CourseId,
    lesson: Option<LessonId>,
) -> Result<Option<Snapshot>> {
    let Some(id) = lesson else {
        let stored = repo::course(conn, course).await?;
        return Ok(stored.map(|course| Snapshot::Course { details: course.details() }));
    };
    let Some(stored) = repo::lesson(conn, id).await? else { return Ok(None) };
    let quiz = catalog::questions(conn, id).await?;
    let quiz_policy = Some(catalog::quiz_policy(conn, id).await?);
    Ok(Some(Snapshot::Lesson { day: stored.day, content: stored.content(), quiz, quiz_policy }))
}

/// To be called in the transaction that changes the quiz of a lesson, before and after the change: locks the course,
/// notes what was there if nothing was noted yet, and then what is there now.
pub(super) async fn lesson_changed(
    tx: &mut Tx,
    actor: &Actor,
    lesson: LessonId,
    stage: Stage,
    now: DateTime<Utc>,
) -> Result<()> {
    let state = repo::lesson_state(tx, lesson).await?.ok_or(Error::NotFound("lesson"))?;
    match stage {
        Stage::Before => {
            repo::lock_course(tx, state.course_id, false, now).await?;
            begin(tx, state.course_id, Some(lesson), now).await
        }
        Stage::After => {
            let content =
                current(tx, state.course_id, Some(lesson)).await?.ok_or(Error::NotFound("lesson"))?;
            record(tx, state.course_id, Some(lesson), Change::Quiz, &content, Some(actor.user), now).await
        }
    }
}

/// Where a change of a quiz is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Before,
    After,
}

fn line(row: &StoredVersion) -> Version {
    Version {
        number: row.number,
        lesson_id: row.lesson_id,
        title: row.title.clone(),
        change: row.change,
        created_by: row.created_by,
        created_by_name: row.created_by_name.clone().unwrap_or_default(),
        created_at: row.created_at,
    }
}

/// The history of a course and its lessons, or of one of its lessons; the newest first, and how many there are in all.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn history(
    s: &Services,
    actor: &Actor,
    course: CourseId,
    lesson: Option<LessonId>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Version>, i64)> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    repo::course(&mut conn, course).await?.ok_or(Error::NotFound("course"))?;
    let (rows, total) = repo::versions(&mut conn, course, lesson, limit, offset).await?;
    Ok((rows.iter().map(line).collect(), total))
}

/// Where the text of a lesson comes from, as far as the history says.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// What was restored, if no program has written it since.
    pub restored: Option<LessonContent>,
    /// Who changed it last since a program wrote it.
    pub changed: Option<Version>,
}

/// Where the text of a lesson comes from.
///
/// # Errors
/// When the database fails.
pub async fn origin(conn: &mut Conn, course: CourseId, lesson: LessonId) -> Result<Origin> {
    let Some(whole) = repo::last_whole(conn, course, lesson).await? else { return Ok(Origin::default()) };
    let edit = repo::last_edit(conn, course, lesson, whole.number)
        .await?
        .filter(|edit| !difference::between(Some(&whole.content.0), &edit.content.0).is_empty());
    let was_restored = whole.change == Change::Restored;
    let changed = edit.as_ref().or(Some(&whole).filter(|_| was_restored)).map(line);
    let restored = match whole.content.0 {
        Snapshot::Lesson { content, .. } if was_restored => Some(content),
        _ => None,
    };
    Ok(Origin { restored, changed })
}

/// One version with its difference from the one before.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn version(s: &Services, actor: &Actor, course: CourseId, number: i64) -> Result<VersionDetail> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let row = repo::version(&mut conn, course, number).await?.ok_or(Error::NotFound("version"))?;
    let before = repo::version_before(&mut conn, course, row.lesson_id, number).await?;
    let now = current(&mut conn, course, row.lesson_id).await?;
    Ok(VersionDetail {
        version: line(&row),
        difference: difference::between(before.as_ref().map(|before| &before.content.0), &row.content.0),
        is_current: now.is_some_and(|now| row.content.0.is_still(&now)),
        content: row.content.0,
    })
}

/// What of a version could not be restored as it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Files of the media library that are gone, in fields of their own.
    pub files: bool,
    /// Texts came back as they were, but name files that are gone.
    pub in_texts: bool,
    /// The address of the course: another course has it, or people have linked to the one of now.
    pub address: bool,
}

/// Puts a version in place of what is there now; that stays in the history. A deleted lesson comes back as a draft on its
/// day, or on the first free one. What can't be restored is left out; texts stay as they were.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] `no-free-day`; [`Error::Invalid`] when the version breaks a rule that came
/// after it, such as a length that learners plan with by now.
pub async fn restore(s: &Services, actor: &Actor, course: CourseId, number: i64) -> Result<LeftOut> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut row = {
        let mut conn = s.db.read().await?;
        repo::version(&mut conn, course, number).await?.ok_or(Error::NotFound("version"))?
    };
    let files = match &mut row.content.0 {
        Snapshot::Course { details } => fields::leave_out_course_files(s, details).await?,
        Snapshot::Lesson { content, .. } => fields::leave_out_lesson_files(s, content).await?,
    };
    let in_texts = media::names_gone(s, &json!(row.content.0).to_string()).await?;
    let mut left_out = LeftOut { files, in_texts, address: false };
    let mut tx = s.db.begin().await?;
    content_changes(s, &mut tx).await?;
    match (row.content.0, row.lesson_id) {
        (Snapshot::Course { details }, _) => {
            left_out.address = courses::write_back(&mut tx, course, details, actor.user, now).await?;
        }
        (Snapshot::Lesson { day, content, quiz, quiz_policy }, Some(id)) => {
            let quiz = (quiz, quiz_policy);
            lessons::write_back(&mut tx, actor, course, id, (day, content), quiz, now).await?;
        }
        (Snapshot::Lesson { .. }, None) => {
            return Err(Error::internal("a version of a lesson names no lesson"));
        }
    }
    let event = Event {
        actor: Some(actor.user),
        action: "authoring.version-restored",
        target_kind: if row.lesson_id.is_some() { "lesson" } else { "course" },
        target_id: row.lesson_id.map_or_else(|| course.to_string(), |id| id.to_string()),
        address: &actor.origin.address,
        before: json!(null),
        after: json!({ "version": number, "title": row.title }),
    };
    audit::record(&mut tx, &event, now).await?;
    tx.commit().await?;
    Ok(left_out)
}
