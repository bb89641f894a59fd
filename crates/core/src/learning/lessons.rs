//! Reading a lesson.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    DoneDays, LessonProgress, Note, QuizStandings, Schedule,
    progress::{not_enrolled, not_open_yet},
    repo::{self, LessonRow},
    schedule::Plan,
};
use crate::{
    Error, Result, Services,
    catalog::{self, Access, Course, Lesson},
    engagement,
    identity::{Actor, Role},
    ids::{ActionItemId, LessonId},
    known::Known,
};

/// A lesson as one person sees it.
#[derive(Debug, Clone)]
pub struct LessonView {
    pub course: Arc<Course>,
    pub lesson: Arc<Lesson>,
    /// Whether they have joined the course.
    pub is_joined: bool,
    /// What belongs to the learner; none for a visitor's preview, and for who reads a preview ahead of its day.
    pub own: Option<OwnLesson>,
}

impl LessonView {
    /// As somebody sees it who joins the course on the day of learning `today`.
    #[must_use]
    pub fn joined(course: Arc<Course>, lesson: Arc<Lesson>, today: NaiveDate) -> Self {
        let own = OwnLesson {
            progress: LessonProgress::none(lesson.id),
            ticked: Vec::new(),
            note: Note { lesson_id: lesson.id, body: String::new(), version: 0, updated_at: None },
            done_days: DoneDays::default(),
            schedule: Schedule::new(today, course.drip, Plan::default()),
            course_completed: false,
            ended_course: false,
            quizzes: QuizStandings::default(),
        };
        Self { course, lesson, is_joined: true, own: Some(own) }
    }

    /// Whether private files that are offered for download are this person's too: premium members', and those of who
    /// bought the course.
    #[must_use]
    pub fn downloads(&self, actor: Option<&Actor>) -> bool {
        actor.is_some_and(|actor| match actor.role {
            Role::Admin | Role::Premium => true,
            Role::Free => self.own.is_some() && self.course.card.access == Access::Paid,
        })
    }
}

/// What a learner has in a lesson.
#[derive(Debug, Clone)]
pub struct OwnLesson {
    pub progress: LessonProgress,
    pub ticked: Vec<ActionItemId>,
    pub note: Note,
    /// Days whose lessons are done.
    pub done_days: DoneDays,
    /// When the lessons of the course are due.
    pub schedule: Schedule,
    pub course_completed: bool,
    /// This lesson was the last one that the course needed.
    pub ended_course: bool,
    /// Where they stand in the quizzes of the course.
    pub quizzes: QuizStandings,
}

/// The lesson of `day` in a course, for a page. Preview lessons are open to everybody.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthenticated`] for a visitor; [`Error::Forbidden`] `not-enrolled` or
/// `not-open-yet`.
pub async fn lesson_page(s: &Services, actor: Option<&Actor>, slug: &str, day: i64) -> Result<LessonView> {
    let course = catalog::course(s, slug).await?;
    let outline = course.lessons.iter().find(|lesson| lesson.day == day).ok_or(Error::NotFound("lesson"))?;
    let id = outline.id;
    view(s, actor, course, id).await
}

/// A lesson by its id, for the API.
///
/// # Errors
/// As [`lesson_page`].
pub async fn lesson_api(s: &Services, actor: &Actor, id: LessonId) -> Result<LessonView> {
    let lesson = catalog::lesson(s, id).await?;
    let course = catalog::course_by_id(s, lesson.course_id).await?;
    view(s, Some(actor), course, id).await
}

/// What the database has of a learner in a lesson.
struct Read(Vec<LessonRow>);

impl Known for Read {
    fn weight(&self) -> usize {
        self.0.iter().map(LessonRow::weight).sum()
    }
}

async fn view(s: &Services, actor: Option<&Actor>, course: Arc<Course>, id: LessonId) -> Result<LessonView> {
    let lesson = catalog::lesson(s, id).await?;
    let Some(actor) = actor else {
        return if lesson.is_preview {
            Ok(LessonView { course, lesson, is_joined: false, own: None })
        } else {
            Err(Error::unauthenticated("sign-in-required", "Sign in to read this lesson."))
        };
    };
    let read = || async {
        let mut conn = s.db.read().await?;
        Ok(Read(repo::lesson_rows(&mut conn, actor.user, course.card.id, id).await?))
    };
    let read = s.known.get(&s.db, actor.user, id.0, read).await?;
    let Read(rows) = &*read;
    let Some(row) = rows.first() else {
        return if lesson.is_preview || actor.role == Role::Admin {
            Ok(LessonView { course, lesson, is_joined: false, own: None })
        } else {
            Err(not_enrolled())
        };
    };
    let schedule = Schedule::new(row.start_day, course.drip, row.plan.clone());
    let open =
        row.done_days.contains(lesson.day) || schedule.is_open(lesson.day, engagement::today(s, actor));
    if !open {
        // What everybody may read is not closed to learners; doing it waits for its day.
        return if lesson.is_preview {
            Ok(LessonView { course, lesson, is_joined: true, own: None })
        } else {
            Err(not_open_yet(s, actor, schedule.opens(lesson.day)))
        };
    }
    let own = OwnLesson {
        progress: row.progress(id),
        ticked: rows.iter().filter_map(|row| row.ticked).collect(),
        note: row.note(id),
        done_days: row.done_days,
        schedule,
        course_completed: row.course_completed_at.is_some(),
        ended_course: row.ended_course(),
        quizzes: row.quizzes.clone(),
    };
    Ok(LessonView { course, lesson, is_joined: true, own: Some(own) })
}
