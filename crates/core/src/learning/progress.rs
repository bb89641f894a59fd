//! Reports of progress: lessons done, time spent, video position, action items.

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Conn, Tx, sql};

use super::{
    CourseProgress, DoneDays, LessonProgress, ProgressReport, ProgressUpdate, QuizStandings, Schedule,
    finishing::congratulate,
    jobs, own_courses, repo,
    repo::{EnrollmentRow, Step},
    rules,
};
use crate::{
    Error, Result, Services,
    catalog::{self, Course},
    engagement::{self, Deed, Earning, Gain},
    identity::Actor,
    ids::{ActionItemId, CourseId, LessonId, UserId},
};

/// Takes a report of progress in a lesson. Completing what is complete changes nothing; the course completes with
/// its last lesson, exactly once.
///
/// # Errors
/// [`Error::NotFound`] for an unknown lesson; [`Error::Forbidden`] `not-enrolled` or `not-open-yet`;
/// [`Error::Invalid`] for negative times.
pub async fn record(s: &Services, actor: &Actor, update: &ProgressUpdate) -> Result<ProgressReport> {
    check(update)?;
    let now = s.clock.now();
    // Its text is not needed, so it is not read.
    let course = catalog::course_of_lesson(s, update.lesson_id).await?;
    let (course_id, lesson) = (course.card.id, update.lesson_id);
    let earning = Earning::of(s, actor).await?;
    let today = engagement::day_at(s, actor, now);
    let mut tx = s.db.begin().await?;
    let enrollment = step(s, &mut tx, actor, &course, lesson, update.completed, now).await?;
    if let Some(claimed) = update.time_spent_seconds {
        let counted_until = repo::count_time_until(&mut tx, actor.user, now).await?.unwrap_or(now);
        let seconds = rules::honest_seconds(claimed, counted_until, now);
        if seconds > 0 {
            repo::add_time(&mut tx, actor.user, lesson, course_id, seconds).await?;
            engagement::add_time(s, &mut tx, actor, seconds).await?;
        }
    }
    if let Some(position) = update.video_position_seconds {
        repo::set_video_position(&mut tx, actor.user, lesson, course_id, position).await?;
    }
    let just_completed = if update.completed {
        repo::complete_lesson(&mut tx, actor.user, lesson, course_id, now, today).await?
    } else {
        None
    };
    let lesson_just_completed = just_completed.is_some();
    // Whoever did the last lesson finished the course at that moment.
    let course_just_completed = lesson_just_completed && enrollment.completed_at == Some(now);
    let progress = match just_completed {
        Some(progress) => progress,
        None => repo::lesson_progress(&mut tx, actor.user, lesson).await?,
    };
    if course_just_completed {
        jobs::count_course_later(&mut tx, course_id, now).await?;
    }
    let gain = if lesson_just_completed {
        let category = earning.category_of(&course.card)?;
        let days = (today - enrollment.start_day).num_days() + 1;
        let mut deeds = vec![Deed::Lesson { lesson, category }];
        if course_just_completed {
            let pace_percent = rules::pace_percent(days, course.card.duration_days);
            deeds.push(Deed::Course { course: course_id, category, pace_percent });
        }
        let gain = earning.earn(&mut tx, &deeds).await?;
        if course_just_completed {
            congratulate(s, &mut tx, actor.user, &course, (now, days), &gain).await?;
        }
        gain
    } else {
        Gain { streak: engagement::standing(s, &mut tx, actor).await?, ..Gain::default() }
    };
    tx.commit().await?;
    Ok(ProgressReport {
        lesson: progress,
        course: course_state(&course, enrollment.lessons_completed, enrollment.completed_at),
        lesson_just_completed,
        course_just_completed,
        gain,
    })
}

fn check(update: &ProgressUpdate) -> Result<()> {
    let mut errors = crate::FieldErrors::default();
    let sane = |value: Option<i64>| value.is_none_or(|seconds| (0..=86_400).contains(&seconds));
    let message = "Send whole seconds between 0 and 86,400.";
    errors.check(sane(update.time_spent_seconds), "time_spent_seconds", "out-of-range", message);
    errors.check(sane(update.video_position_seconds), "video_position_seconds", "out-of-range", message);
    errors.into_result()
}

/// Holds the enrollment, after making sure that there is one and that the lesson is open; `done` when its day is done.
pub(super) async fn step(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    course: &Course,
    lesson: LessonId,
    done: bool,
    now: DateTime<Utc>,
) -> Result<EnrollmentRow> {
    let lesson = course.lesson(lesson)?;
    let step = Step {
        course: course.card.id,
        lesson: lesson.id,
        done: DoneDays::of(done.then_some(lesson.day)),
        all: DoneDays::of(course.lessons.iter().map(|lesson| lesson.day)),
    };
    let enrollment = repo::step(tx, actor.user, &step, now).await?.ok_or_else(not_enrolled)?;
    let schedule = Schedule::new(enrollment.start_day, course.drip, enrollment.plan.clone());
    // With `done` the row says already that the day is done.
    let was_done = !done && enrollment.done_days.contains(lesson.day);
    if !was_done && !schedule.is_open(lesson.day, engagement::day_at(s, actor, now)) {
        return Err(not_open_yet(s, actor, schedule.opens(lesson.day)));
    }
    Ok(enrollment)
}

pub(super) fn not_enrolled() -> Error {
    Error::forbidden("not-enrolled", "Enroll in the course first.")
}

/// What a lesson answers that opens when the learner's day `opens` begins.
pub(super) fn not_open_yet(s: &Services, actor: &Actor, opens: NaiveDate) -> Error {
    let opens = engagement::moment(s, actor).start_of(opens).with_timezone(&actor.time_zone);
    let opens = opens.format("%B %-d, %Y, at %-I:%M %p");
    Error::forbidden("not-open-yet", format!("This lesson opens on {opens}."))
}

fn course_state(
    course: &Course,
    lessons_completed: i64,
    completed_at: Option<DateTime<Utc>>,
) -> CourseProgress {
    let lesson_count = course.card.lesson_count;
    CourseProgress {
        id: course.card.id,
        progress_percent: rules::percent(lessons_completed, lesson_count),
        lessons_completed,
        lesson_count,
        completed_at,
    }
}

/// The actor's progress in a course: as a whole, for each lesson that was begun, and in its quizzes.
///
/// # Errors
/// [`Error::NotFound`] for an unknown course; [`Error::Forbidden`] `not-enrolled`.
pub async fn course_progress(
    s: &Services,
    actor: &Actor,
    course: CourseId,
) -> Result<(CourseProgress, Vec<LessonProgress>, QuizStandings)> {
    let course = catalog::course_by_id(s, course).await?;
    let joined = own_courses(s, actor.user).await?;
    let own = joined.find(course.card.id).ok_or_else(not_enrolled)?;
    let mut conn = s.db.read().await?;
    let lessons = repo::course_progress(&mut conn, actor.user, course.card.id).await?;
    let state = course_state(&course, own.lessons_completed, own.completed_at);
    Ok((state, lessons, own.quizzes.clone()))
}

/// The lessons that somebody has completed, the latest first.
pub(crate) async fn completed_lessons(conn: &mut Conn, user: UserId) -> Result<Vec<LessonId>> {
    let rows: Vec<(LessonId,)> = conn
        .all(sql!(
            "SELECT lesson_id FROM lesson_progress WHERE user_id = $1 AND completed_at IS NOT NULL
             ORDER BY completed_at DESC, lesson_id",
            user
        ))
        .await?;
    Ok(rows.into_iter().map(|(lesson,)| lesson).collect())
}

/// Ticks an action item off, or opens it again.
///
/// # Errors
/// [`Error::NotFound`] for an unknown lesson or item; [`Error::Forbidden`] `not-enrolled`.
pub async fn tick(
    s: &Services,
    actor: &Actor,
    lesson: LessonId,
    item: ActionItemId,
    ticked: bool,
) -> Result<()> {
    let now = s.clock.now();
    let lesson = catalog::lesson(s, lesson).await?;
    if !lesson.action_items.iter().any(|known| known.id == item) {
        return Err(Error::NotFound("action item"));
    }
    let course = catalog::course_by_id(s, lesson.course_id).await?;
    let mut tx = s.db.begin().await?;
    step(s, &mut tx, actor, &course, lesson.id, false, now).await?;
    if ticked {
        tx.run(sql!(
            "INSERT INTO action_item_ticks (user_id, lesson_id, item_id, ticked_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (user_id, lesson_id, item_id) DO NOTHING",
            actor.user,
            lesson.id,
            item,
            now
        ))
        .await?;
    } else {
        tx.run(sql!(
            "DELETE FROM action_item_ticks WHERE user_id = $1 AND lesson_id = $2 AND item_id = $3",
            actor.user,
            lesson.id,
            item
        ))
        .await?;
    }
    tx.commit().await?;
    Ok(())
}
