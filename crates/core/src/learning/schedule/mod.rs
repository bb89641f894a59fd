//! When lessons are due: a lesson a day since joining, or what the learner chose instead.
//!
//! [`Schedule::due`] is the one answer to "when?", for pages and calendars; [`Schedule::opens`] says when a day opens in a course that
//! opens day by day.

mod agenda;
mod link;
mod plan;
mod replan;
mod service;

pub use agenda::{AgendaLesson, MOST_DAYS, agenda};
pub use link::{
    CalendarLink, Feed, FeedLesson, calendar_link, feed, make_calendar_link, remove_calendar_link,
};
pub(super) use plan::Plan;
pub use plan::{Schedule, Weekday, Weekdays};
pub use replan::{Choice, Proposal};
pub use service::{CourseSchedule, Day, choose, course_schedule};
