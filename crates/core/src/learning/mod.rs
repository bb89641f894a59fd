//! Learning: joining a course, a lesson a day, progress, notes, finishing.
//!
//! The row in `enrollments` stands for one person in one course. Whatever changes progress takes its lock first,
//! so that twenty requests at once leave one effect on either engine.

mod analytics;
mod dashboard;
mod enrolling;
mod finishing;
pub mod jobs;
mod lessons;
mod notes;
mod own_courses;
mod progress;
pub mod quiz;
mod repo;
mod rules;
mod schedule;
mod types;

pub use analytics::{
    Activity, Analytics, Completion, CourseRun, CourseTime, DateRange, Grain, Habits, LessonTime, Span,
    Totals, analytics,
};
pub use dashboard::{Dashboard, DashboardCourse, FinishedCourse, dashboard, finished_courses};
pub use enrolling::{course_standing, enroll, enrollment, enrollments};
pub(crate) use jobs::{count_course_later, recount_course};
pub use lessons::{LessonView, OwnLesson, lesson_api, lesson_page};
pub use notes::{MAX_NOTE, NoteEntry, note, notes, save_note};
pub(crate) use own_courses::{OwnCourse, own_courses};
pub(crate) use progress::completed_lessons;
pub use progress::{course_progress, record, tick};
pub use quiz::{QuizScore, QuizStanding, QuizStandings};
pub use rules::DayPlan;
pub(crate) use rules::may_enroll;
pub use schedule::{
    AgendaLesson, CalendarLink, Choice, CourseSchedule, Day, Feed, FeedLesson, MOST_DAYS, Proposal, Schedule,
    Weekday, Weekdays, agenda, calendar_link, choose, course_schedule, feed, make_calendar_link,
    remove_calendar_link,
};
pub use types::{
    CourseProgress, DoneDays, Enrollment, LessonProgress, Note, ProgressReport, ProgressUpdate, Standing,
};
