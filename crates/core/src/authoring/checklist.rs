//! What a course needs before learners see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{CourseDetails, LessonRow, ReviewState};
use crate::{FieldErrors, Result};

/// One line of the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CheckItem {
    /// Stable name.
    pub key: &'static str,
    /// What is looked at.
    pub label: String,
    pub done: bool,
    /// Whether the course can't be published without it.
    pub required: bool,
    /// What to do; only while it isn't done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// What is there and what is missing.
#[must_use]
pub fn checklist(course: &CourseDetails, review: ReviewState, lessons: &[LessonRow]) -> Vec<CheckItem> {
    let days = course.duration_days;
    let days_without: Vec<_> = (1..=days).filter_map(|day| missing(day, lessons)).collect();
    let off_goal: Vec<_> = lessons
        .iter()
        .filter(|lesson| lesson.written && !(15..=20).contains(&lesson.minutes))
        .map(|lesson| lesson.day.to_string())
        .collect();
    let every = |has: fn(&LessonRow) -> bool| !lessons.is_empty() && lessons.iter().all(has);
    let better = |key, label: &str, done, hint: &str| item(key, label, done, false, hint);
    let mut items = of_details(course);
    items.extend([
        must(
            "lessons",
            &format!("A lesson for each of the {days} days"),
            days_without.is_empty(),
            &days_without.join(" "),
        ),
        must(
            "review",
            "Reviewed by a person",
            review != ReviewState::Pending,
            "Look through what was generated, and approve it.",
        ),
        better("audience", "An audience", !course.audience.is_empty(), "Say whom it is for."),
        better("tags", "Tags", !course.tags.is_empty(), "Tags help people find it."),
        better(
            "preview",
            "A free preview lesson",
            lessons.iter().any(|lesson| lesson.is_preview),
            "Let visitors read one lesson, usually the first.",
        ),
        better(
            "minutes",
            "15 to 20 minutes a day",
            off_goal.is_empty(),
            &format!("Look at the length of day {}.", off_goal.join(", ")),
        ),
        better(
            "action_items",
            "Action items every day",
            every(|lesson| lesson.action_item_count > 0),
            "Give learners something to do each day.",
        ),
        better(
            "quizzes",
            "A quiz every day",
            every(|lesson| lesson.question_count > 0),
            "Four to six questions make the lesson stick.",
        ),
        better(
            "thumbnail",
            "A picture",
            course.thumbnail_url.is_some(),
            "Without one, a cover is drawn from the title.",
        ),
    ]);
    items
}

/// What has to stand in the details; each key is the name of a field.
fn of_details(course: &CourseDetails) -> Vec<CheckItem> {
    vec![
        must("subtitle", "A subtitle", !course.subtitle.is_empty(), "Say in one line what it is about."),
        must(
            "description",
            "A description",
            course.description.chars().count() >= 100,
            "Write at least 100 characters: what it is, for whom, and what they have at the end.",
        ),
        must(
            "objectives",
            "Three learning objectives",
            course.objectives.len() >= 3,
            "List what learners can do afterwards, each beginning with a verb.",
        ),
        must("author", "An author", !course.author.is_empty(), "Name who teaches it."),
    ]
}

fn must(key: &'static str, label: &str, done: bool, hint: &str) -> CheckItem {
    item(key, label, done, true, hint)
}

/// Why learners would have nothing to read on a day, if so.
fn missing(day: i64, lessons: &[LessonRow]) -> Option<String> {
    match lessons.iter().find(|lesson| lesson.day == day && lesson.written) {
        None => Some(format!("Write day {day}.")),
        Some(lesson) if lesson.hidden => Some(format!("Day {day} is hidden: publish its lesson.")),
        Some(_) => None,
    }
}

/// What learners see of a course can't become less than it needed to be published.
pub(super) fn check_published(before: &CourseDetails, after: &CourseDetails) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (before, after) in of_details(before).into_iter().zip(of_details(after)) {
        if let (true, Some(hint)) = (before.done, after.hint) {
            let message = format!("Learners see this course. Unpublish it before you empty it. {hint}");
            errors.add(after.key, "required", message);
        }
    }
    errors.into_result()
}

fn item(key: &'static str, label: &str, done: bool, required: bool, hint: &str) -> CheckItem {
    CheckItem { key, label: label.to_owned(), done, required, hint: (!done).then(|| hint.to_owned()) }
}
