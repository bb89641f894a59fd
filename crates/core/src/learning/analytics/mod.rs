//! What a learner has done over time: activity, completion, where the time went, and when they learn.
//!
//! Days are days of learning, as streaks count them. How much happened on a day stands in `learner_days` already, so nothing
//! is summed up over lessons here. Time by course and lesson is known in all, not by day.

mod span;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use momentum_db::{Conn, FromRow, sql};
use serde::Serialize;
use utoipa::ToSchema;

pub use span::{DateRange, Grain, Span};

use super::{QuizStandings, rules};
use crate::{
    Result, Services,
    engagement::{self, LearnerDay, Moment},
    identity::{Actor, Role},
    ids::{CourseId, LessonId},
};

/// Courses with their time; those with the most.
const MOST_COURSES: i64 = 50;

/// What somebody has done, and how it compares.
#[derive(Debug, Clone)]
pub struct Analytics {
    /// The learner's day.
    pub today: NaiveDate,
    pub range: DateRange,
    pub totals: Totals,
    /// As many days just before.
    pub previous_range: DateRange,
    pub previous: Totals,
    pub grain: Grain,
    /// The range in pieces, the oldest first; also those in which nothing happened.
    pub activity: Vec<Activity>,
    /// How much of what was begun is done, in all.
    pub completion: Completion,
    /// Where the time went in all, the longest first.
    pub courses: Vec<CourseTime>,
    /// Courses as they were joined and finished, the latest first.
    pub timeline: Vec<CourseRun>,
    /// Days of the last year on which something happened.
    pub calendar: Vec<LearnerDay>,
    /// When lessons were completed in the range: for premium members.
    pub habits: Option<Habits>,
}

/// What was done in a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Totals {
    pub lessons_completed: i64,
    pub cards_reviewed: i64,
    pub time_spent_seconds: i64,
    pub points: i64,
    /// Days on which something was learned.
    pub active_days: i64,
    pub courses_completed: i64,
}

impl Totals {
    fn add(&mut self, day: &LearnerDay) {
        self.lessons_completed += day.lessons;
        self.cards_reviewed += day.reviews;
        self.time_spent_seconds += day.seconds;
        self.points += day.points;
        self.active_days += i64::from(day.mark == "learned");
    }
}

/// A piece of the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Activity {
    #[serde(flatten)]
    pub range: DateRange,
    #[serde(flatten)]
    pub totals: Totals,
}

/// How much of what was begun is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Completion {
    pub courses_joined: i64,
    pub courses_completed: i64,
    /// 0 to 100.
    pub course_percent: i64,
    /// Lessons of the courses that were joined.
    pub lessons_joined: i64,
    pub lessons_completed: i64,
    /// 0 to 100.
    pub lesson_percent: i64,
    /// Quizzes that were handed in at least once.
    pub quizzes_taken: i64,
    pub quizzes_passed: i64,
    /// 0 to 100.
    pub quiz_percent: i64,
    /// Mean of the best scores, 0 to 100; none without quizzes.
    pub average_score_percent: Option<i64>,
}

/// Time in a course.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct CourseTime {
    pub course_id: CourseId,
    pub slug: String,
    pub title: String,
    pub time_spent_seconds: i64,
    pub lessons_completed: i64,
    pub lesson_count: i64,
    /// Can still be looked at.
    #[serde(skip)]
    pub is_open: bool,
    /// Its lessons in which time was spent or that are done, in the order of their days.
    #[sqlx(skip)]
    pub lessons: Vec<LessonTime>,
}

/// Time in a lesson.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct LessonTime {
    pub lesson_id: LessonId,
    #[serde(skip)]
    course_id: CourseId,
    pub day: i64,
    pub title: String,
    pub time_spent_seconds: i64,
    pub completed_at: Option<DateTime<Utc>>,
}

/// A course from joining to finishing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CourseRun {
    pub course_id: CourseId,
    pub slug: String,
    pub title: String,
    pub enrolled_at: DateTime<Utc>,
    /// Absent while it is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<DateTime<Utc>>,
    /// Days from joining to finishing, or until today; both ends count.
    pub days: i64,
    pub progress_percent: i64,
    /// Can still be looked at.
    #[serde(skip)]
    pub is_open: bool,
}

/// When lessons were completed, where the learner was then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Habits {
    /// Monday to Sunday.
    pub lessons_by_weekday: [i64; 7],
    /// By the hour of the clock, from midnight.
    pub lessons_by_hour: [i64; 24],
}

#[derive(FromRow)]
struct Joined {
    course_id: CourseId,
    slug: String,
    title: String,
    is_open: bool,
    lesson_count: i64,
    start_day: NaiveDate,
    enrolled_at: DateTime<Utc>,
    completed_at: Option<DateTime<Utc>>,
    lessons_completed: i64,
    #[sqlx(json)]
    quizzes: QuizStandings,
}

/// What the actor has done over the span until today, in pieces of the grain or, where the span doesn't have such, of its usual one.
///
/// # Errors
/// When the database fails.
pub async fn analytics(s: &Services, actor: &Actor, span: Span, grain: Option<Grain>) -> Result<Analytics> {
    let moment = engagement::moment(s, actor);
    let mut conn = s.db.read().await?;
    let today = engagement::latest_day(&mut conn, actor.user, moment.day()).await?;
    let grain = grain.filter(|grain| span.grains().contains(grain)).unwrap_or(span.grains()[0]);
    let (range, previous_range) = (span.until(today), span.before(today));
    let year = Span::Year.until(today);
    let days = engagement::days_since(&mut conn, actor.user, previous_range.from.min(year.from)).await?;
    let joined = joined(&mut conn, actor).await?;
    let courses = time_by_course(&mut conn, actor).await?;
    let habits = if matches!(actor.role, Role::Premium | Role::Admin) {
        Some(habits(&mut conn, actor, &moment, range).await?)
    } else {
        None
    };
    let finished: Vec<NaiveDate> = joined
        .iter()
        .filter_map(|course| Some(Moment { at: course.completed_at?, ..moment }.day()))
        .collect();
    let totals = |range: DateRange| {
        let mut totals = Totals::default();
        days.iter().filter(|day| range.contains(day.day)).for_each(|day| totals.add(day));
        totals.courses_completed = count(finished.iter().filter(|day| range.contains(**day)));
        totals
    };
    Ok(Analytics {
        today,
        totals: totals(range),
        previous: totals(previous_range),
        activity: range
            .pieces(grain)
            .into_iter()
            .map(|piece| Activity { range: piece, totals: totals(piece) })
            .collect(),
        completion: completion(&joined),
        courses,
        timeline: joined.into_iter().map(|course| run(course, &moment)).collect(),
        calendar: days.into_iter().filter(|day| year.contains(day.day)).collect(),
        range,
        previous_range,
        grain,
        habits,
    })
}

fn count<T>(items: impl Iterator<Item = T>) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}

/// Every course that the actor has joined, the latest first.
async fn joined(conn: &mut Conn, actor: &Actor) -> Result<Vec<Joined>> {
    let joined = conn
        .all(sql!(
            "SELECT e.course_id, c.slug, c.title, c.status <> 'draft' AS is_open, c.lesson_count, e.start_day,
                    e.enrolled_at, e.completed_at, e.lessons_completed, e.quizzes
             FROM enrollments e JOIN courses c ON c.id = e.course_id WHERE e.user_id = $1
             ORDER BY COALESCE(e.completed_at, e.last_activity_at) DESC, e.id",
            actor.user
        ))
        .await?;
    Ok(joined)
}

async fn time_by_course(conn: &mut Conn, actor: &Actor) -> Result<Vec<CourseTime>> {
    let mut courses: Vec<CourseTime> = conn
        .all(sql!(
            "SELECT e.course_id, c.slug, c.title, e.time_spent_seconds, e.lessons_completed, c.lesson_count,
                    c.status <> 'draft' AS is_open
             FROM enrollments e JOIN courses c ON c.id = e.course_id WHERE e.user_id = $1
             ORDER BY e.time_spent_seconds DESC, e.lessons_completed DESC, e.id LIMIT $2",
            actor.user,
            MOST_COURSES
        ))
        .await?;
    let lessons: Vec<LessonTime> = conn
        .all(sql!(
            "SELECT p.lesson_id, p.course_id, l.day, l.title, p.time_spent_seconds, p.completed_at
             FROM lesson_progress p JOIN lessons l ON l.id = p.lesson_id
             WHERE p.user_id = $1 AND (p.time_spent_seconds > 0 OR p.completed_at IS NOT NULL) ORDER BY l.day, l.id",
            actor.user
        ))
        .await?;
    for lesson in lessons {
        if let Some(course) = courses.iter_mut().find(|course| course.course_id == lesson.course_id) {
            course.lessons.push(lesson);
        }
    }
    Ok(courses)
}

async fn habits(conn: &mut Conn, actor: &Actor, moment: &Moment, range: DateRange) -> Result<Habits> {
    let mut habits = Habits { lessons_by_weekday: [0; 7], lessons_by_hour: [0; 24] };
    for lesson in engagement::lessons_since(conn, actor.user, range.from).await? {
        let zone = lesson.time_zone.parse().unwrap_or(moment.zone);
        let hour = lesson.earned_at.with_timezone(&zone).hour() as usize;
        habits.lessons_by_weekday[lesson.day.weekday().num_days_from_monday() as usize] += 1;
        habits.lessons_by_hour[hour % 24] += 1;
    }
    Ok(habits)
}

fn completion(joined: &[Joined]) -> Completion {
    let courses_completed = count(joined.iter().filter(|course| course.completed_at.is_some()));
    let lessons_joined = joined.iter().map(|course| course.lesson_count).sum();
    // Somebody who finished a course has its lessons, also when some were taken away since.
    let lessons_completed =
        joined.iter().map(|course| course.lessons_completed.min(course.lesson_count)).sum();
    let scores: Vec<_> = joined.iter().flat_map(|course| course.quizzes.scores()).collect();
    let quizzes_taken = count(scores.iter());
    let quizzes_passed = count(scores.iter().filter(|score| score.passed));
    let sum: i64 = scores.iter().map(|score| score.best_score_percent).sum();
    Completion {
        courses_joined: count(joined.iter()),
        courses_completed,
        course_percent: rules::percent(courses_completed, count(joined.iter())),
        lessons_joined,
        lessons_completed,
        lesson_percent: rules::percent(lessons_completed, lessons_joined),
        quizzes_taken,
        quizzes_passed,
        quiz_percent: rules::percent(quizzes_passed, quizzes_taken),
        average_score_percent: sum.checked_div(quizzes_taken),
    }
}

fn run(course: Joined, moment: &Moment) -> CourseRun {
    let until = course.completed_at.map_or(moment.day(), |at| Moment { at, ..*moment }.day());
    CourseRun {
        days: ((until - course.start_day).num_days() + 1).max(1),
        progress_percent: if course.completed_at.is_some() {
            100
        } else {
            rules::percent(course.lessons_completed, course.lesson_count)
        },
        course_id: course.course_id,
        slug: course.slug,
        title: course.title,
        enrolled_at: course.enrolled_at,
        completed_at: course.completed_at,
        is_open: course.is_open,
    }
}
