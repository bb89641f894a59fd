//! Joining a course, and how one stands to it.

use super::{Enrollment, Standing, jobs, own_courses, repo, repo::EnrollmentKey, rules};
use crate::{
    Error, Result, Services,
    catalog::{self, Course, CourseStatus},
    engagement,
    identity::Actor,
    ids::{CourseId, EnrollmentId},
};

/// Enrolls the actor; a second time changes nothing. Answers the enrollment and whether it is new.
///
/// # Errors
/// [`Error::NotFound`] for a course that isn't published; [`Error::Forbidden`] `premium-required`;
/// [`Error::PaymentRequired`]; [`Error::Conflict`] `course-archived`.
pub async fn enroll(s: &Services, actor: &Actor, course: CourseId) -> Result<(Enrollment, bool)> {
    let course = catalog::course_by_id(s, course).await?;
    let now = s.clock.now();
    {
        let mut conn = s.db.read().await?;
        if let Some(existing) =
            repo::enrollment(&mut conn, actor.user, EnrollmentKey::Course(course.card.id)).await?
        {
            return Ok((existing, false));
        }
    }
    if course.status != CourseStatus::Published {
        return Err(Error::conflict("course-archived", "This course takes no new learners."));
    }
    rules::may_enroll(course.card.access, course.card.premium_included, actor.role)?;
    let mut tx = s.db.begin().await?;
    let added =
        repo::insert_enrollment(&mut tx, actor.user, course.card.id, now, engagement::day_at(s, actor, now))
            .await?;
    if added {
        jobs::count_course_later(&mut tx, course.card.id, now).await?;
    }
    let enrollment = repo::enrollment(&mut tx, actor.user, EnrollmentKey::Course(course.card.id))
        .await?
        .ok_or_else(|| Error::internal("the enrollment is gone"))?;
    tx.commit().await?;
    Ok((enrollment, added))
}

/// One of the actor's enrollments.
///
/// # Errors
/// [`Error::NotFound`], also when it is somebody else's.
pub async fn enrollment(s: &Services, actor: &Actor, id: EnrollmentId) -> Result<Enrollment> {
    let mut conn = s.db.read().await?;
    repo::enrollment(&mut conn, actor.user, EnrollmentKey::Id(id)).await?.ok_or(Error::NotFound("enrollment"))
}

/// The actor's enrollments, the most recently used first, and how many there are in all.
///
/// # Errors
/// When the database fails.
pub async fn enrollments(
    s: &Services,
    actor: &Actor,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Enrollment>, i64)> {
    let mut conn = s.db.read().await?;
    Ok(repo::enrollments(&mut conn, actor.user, limit, offset).await?)
}

/// How a visitor or the actor stands to a course.
///
/// # Errors
/// When the database fails.
pub async fn course_standing(s: &Services, actor: Option<&Actor>, course: &Course) -> Result<Standing> {
    let Some(actor) = actor else {
        return Ok(match course.status {
            CourseStatus::Published => Standing::Visitor,
            _ => Standing::Closed,
        });
    };
    if let Some(own) = own_courses(s, actor.user).await?.find(course.card.id) {
        return Ok(Standing::Enrolled {
            completed_at: own.completed_at,
            schedule: own.schedule(course),
            done_days: own.done_days,
            last_lesson: own.last_lesson_id,
            time_spent_seconds: own.time_spent_seconds,
            quizzes: own.quizzes.clone(),
        });
    }
    Ok(
        match (course.status, rules::may_enroll(course.card.access, course.card.premium_included, actor.role))
        {
            (CourseStatus::Published, Ok(())) => Standing::MayEnroll,
            (CourseStatus::Published, Err(Error::PaymentRequired(_))) => Standing::NeedsPayment,
            (CourseStatus::Published, Err(_)) => Standing::NeedsPremium,
            _ => Standing::Closed,
        },
    )
}
