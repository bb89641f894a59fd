use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use momentum_db::{Rows, Tx, row};

use super::{
    SeedReport,
    courses::SeededCourse,
    learners::SeededLearner,
    random::{Popularity, Random},
    words::NOTES,
};
use crate::{
    Result,
    catalog::Access,
    engagement::{Historian, History, HistoryRows},
    identity::Role,
    ids::{EnrollmentId, LessonId},
    learning::DoneDays,
};

/// Tables whose secondary indexes are built at the end.
pub(super) fn big_tables() -> Vec<&'static str> {
    [&["enrollments", "lesson_progress", "notes"][..], &HistoryRows::TABLES].concat()
}

/// Learners a transaction: some 100,000 rows of progress.
pub(super) const LEARNERS_A_CHUNK: usize = 2_000;

/// Courses of a learner: 5 on average, from nobody's to a collector's.
const COURSES_OF_A_LEARNER: [usize; 14] = [0, 1, 2, 3, 4, 4, 5, 5, 5, 6, 6, 7, 9, 13];

/// Makes up who joined what and how far they got.
pub(super) struct Writer {
    random: Random,
    now: DateTime<Utc>,
    historian: Historian,
    everything: Popularity,
    free: Popularity,
}

/// Where somebody stands in a course.
struct Path {
    enrolled: DateTime<Utc>,
    done: usize,
    /// The first lesson that is not done was begun.
    peeked: bool,
}

impl Writer {
    pub(super) fn new(
        mut random: Random,
        now: DateTime<Utc>,
        courses: &[SeededCourse],
        historian: Historian,
    ) -> Self {
        let mut ranked: Vec<_> = (0..courses.len()).collect();
        for i in (1..ranked.len()).rev() {
            ranked.swap(i, random.below(i + 1));
        }
        let free = ranked.iter().copied().filter(|i| courses[*i].access == Access::Free);
        let (free, everything) = (Popularity::new(free), Popularity::new(ranked.iter().copied()));
        Self { random, now, historian, everything, free }
    }

    /// Stores what these learners do, and counts it in `courses` and `report`.
    pub(super) async fn store(
        &mut self,
        tx: &mut Tx,
        learners: &[SeededLearner],
        courses: &mut [SeededCourse],
        report: &mut SeedReport,
    ) -> Result<()> {
        let (mut rows, mut earned) = (LearningRows::new(), HistoryRows::new());
        for learner in learners {
            let mut history = History::new(learner.id, learner.time_zone);
            let mut counted_until = None;
            for i in self.choose(learner) {
                let last = self.enrollment(&mut rows, &mut history, learner, &mut courses[i]);
                counted_until = counted_until.max(Some(last));
            }
            if let Some(until) = counted_until {
                self.historian.write(&mut earned, history, until);
            }
        }
        report.enrollments += tx.load(rows.enrollments).await?;
        earned.store(tx).await?;
        report.progress_rows += tx.load(rows.progress).await?;
        report.notes += tx.load(rows.notes).await?;
        Ok(())
    }

    /// Different courses that the learner may join.
    fn choose(&mut self, learner: &SeededLearner) -> Vec<usize> {
        let open = if learner.role == Role::Free { &self.free } else { &self.everything };
        let wanted = COURSES_OF_A_LEARNER[self.random.below(COURSES_OF_A_LEARNER.len())].min(open.len());
        let mut chosen = Vec::with_capacity(wanted);
        // The most popular come up again and again; a few tries more find the others.
        for _ in 0..wanted * 8 {
            if chosen.len() == wanted {
                break;
            }
            if let Some(i) = open.choose(&mut self.random)
                && !chosen.contains(&i)
            {
                chosen.push(i);
            }
        }
        chosen
    }

    fn path(&mut self, lessons: usize) -> Path {
        let random = &mut self.random;
        let done = if random.chance(40) { lessons } else { random.below(lessons) };
        // Two of five began as many days ago as they have done lessons, or a few more: they are under way.
        let idle = if random.chance(40) { random.between(0, 3) } else { random.between(4, 120) };
        let days = i64::try_from(done).unwrap_or(0) + idle;
        Path {
            enrolled: self.now - TimeDelta::days(days) - TimeDelta::seconds(random.between(0, 12 * 3_600)),
            done,
            peeked: done < lessons && idle > 0 && random.chance(30),
        }
    }

    /// One lesson a day from the day of enrollment on. Answers when the learner was last active.
    fn enrollment(
        &mut self,
        rows: &mut LearningRows,
        history: &mut History,
        learner: &SeededLearner,
        course: &mut SeededCourse,
    ) -> DateTime<Utc> {
        let path = self.path(course.lessons.len());
        let random = &mut self.random;
        let local_day = |at: DateTime<Utc>| at.with_timezone(&learner.time_zone).date_naive();
        let mut last = (path.enrolled, None::<LessonId>);
        let mut seconds_in_all = 0;
        for (day, lesson) in (0..).zip(course.lessons.iter().take(path.done + usize::from(path.peeked))) {
            let is_done = usize::try_from(day).is_ok_and(|day| day < path.done);
            let at = path.enrolled + TimeDelta::days(day) + TimeDelta::seconds(random.between(60, 6 * 3_600));
            let seconds =
                if is_done { lesson.minutes * random.between(35, 80) } else { random.between(20, 240) };
            let completed: Option<(DateTime<Utc>, NaiveDate)> = is_done.then(|| (at, local_day(at)));
            if let Some(completed) = completed {
                history.lesson(lesson.id, course.category, completed, seconds);
            }
            rows.progress.push(row![
                learner.id,
                lesson.id,
                course.id,
                completed.map(|(at, _)| at),
                completed.map(|(_, on)| on),
                seconds,
            ]);
            seconds_in_all += seconds;
            last = (at, Some(lesson.id));
            if is_done && random.chance(1) {
                rows.notes.push(row![learner.id, lesson.id, random.pick(&NOTES), 1_i64, at]);
            }
        }
        let completed_at = (path.done == course.lessons.len()).then_some(last.0);
        if let Some(at) = completed_at {
            history.course(course.id, course.category, (at, local_day(at)));
        }
        rows.enrollments.push(row![
            EnrollmentId(random.id(path.enrolled)),
            learner.id,
            course.id,
            path.enrolled,
            local_day(path.enrolled),
            completed_at,
            i64::try_from(path.done).unwrap_or(0),
            DoneDays::of((1..).take(path.done)),
            seconds_in_all,
            last.1.map(|lesson| lesson.0),
            last.0,
        ]);
        course.enrollments += 1;
        course.completions += i64::from(completed_at.is_some());
        last.0
    }
}

struct LearningRows {
    enrollments: Rows<11>,
    progress: Rows<6>,
    notes: Rows<5>,
}

impl LearningRows {
    fn new() -> Self {
        Self {
            enrollments: Rows::new(
                "enrollments",
                [
                    "id",
                    "user_id",
                    "course_id",
                    "enrolled_at",
                    "start_day",
                    "completed_at",
                    "lessons_completed",
                    "done_days",
                    "time_spent_seconds",
                    "last_lesson_id",
                    "last_activity_at",
                ],
            ),
            progress: Rows::new(
                "lesson_progress",
                ["user_id", "lesson_id", "course_id", "completed_at", "completed_on", "time_spent_seconds"],
            ),
            notes: Rows::new("notes", ["user_id", "lesson_id", "body", "version", "updated_at"]),
        }
    }
}
