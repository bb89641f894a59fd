//! Pieces that several pages show.

use crate::{cover::Palette, present};

/// A category as a colored label.
#[derive(Clone, Debug)]
pub struct CategoryTag {
    /// Slug for the catalog filter.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Color and icon.
    pub palette: Palette,
}

impl CategoryTag {
    /// A tag whose palette follows from its slug.
    #[must_use]
    pub fn new(slug: &str, name: &str) -> Self {
        Self { slug: slug.into(), name: name.into(), palette: Palette::from_slug(slug) }
    }
}

/// Who may take a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Free,
    /// Premium members.
    Premium,
    /// Bought once, at this formatted price.
    Paid(String),
}

impl Access {
    /// The text of the badge.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Free => "Free",
            Self::Premium => "Premium",
            Self::Paid(price) => price,
        }
    }

    /// The value of `data-access`.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Premium => "premium",
            Self::Paid(_) => "paid",
        }
    }
}

/// An average rating.
#[derive(Clone, Debug)]
pub struct Rating {
    /// Such as `4.7`.
    pub average: String,
    /// Such as `128`.
    pub count: String,
}

/// A moment: machine-readable, exact and relative.
#[derive(Clone, Debug)]
pub struct DateText {
    /// RFC 3339.
    pub iso: String,
    /// Such as `November 22, 2026, 9:14 AM`.
    pub exact: String,
    /// Such as `yesterday`.
    pub relative: String,
}

impl DateText {
    /// Sample data.
    #[must_use]
    pub fn sample(relative: &str) -> Self {
        Self {
            iso: "2026-11-21T09:14:00Z".into(),
            exact: "November 21, 2026, 9:14 AM".into(),
            relative: relative.into(),
        }
    }
}

/// Lessons done of all lessons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Lessons completed.
    pub done: u32,
    /// Lessons of the course.
    pub total: u32,
}

impl Progress {
    /// Rounded down, so that 100 means finished.
    #[must_use]
    pub fn percent(&self) -> u32 {
        (self.done.min(self.total) * 100).checked_div(self.total).unwrap_or(0)
    }

    /// Such as `3 of 1,000`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} of {}", present::number(self.done.into()), present::number(self.total.into()))
    }
}

/// A course's picture.
#[derive(Clone, Debug)]
pub struct Cover {
    /// Where it is.
    pub src: String,
    /// Its widths; none of a drawn one, which has every size.
    pub srcset: Option<String>,
}

impl Cover {
    /// The picture at `thumbnail`, or the drawn one.
    #[must_use]
    pub fn of(slug: &str, thumbnail: Option<&str>) -> Self {
        match thumbnail {
            Some(address) => {
                Self { src: address.to_owned(), srcset: momentum_core::media::srcset(address, 1600) }
            }
            None => Self { src: format!("/covers/{slug}.svg#art"), srcset: None },
        }
    }
}

/// A course in a list.
#[derive(Clone, Debug)]
pub struct CourseCard {
    /// Slug of `/courses/{slug}`.
    pub slug: String,
    /// Title.
    pub title: String,
    /// One line.
    pub subtitle: String,
    /// Category.
    pub category: CategoryTag,
    /// 7, 14 or 21.
    pub duration_days: u8,
    /// Such as `Beginner`.
    pub level: String,
    /// Who may take it.
    pub access: Access,
    /// All lessons together, such as `1 h 52 min`.
    pub total_time: String,
    /// Such as `1,204 learners`; none while nobody has enrolled.
    pub learners: Option<String>,
    /// Average rating, when there is any.
    pub rating: Option<Rating>,
    /// Author.
    pub author: String,
    /// Its picture.
    pub cover: Cover,
}

/// The next step in a course somebody takes.
#[derive(Clone, Debug)]
pub struct ContinueCard {
    /// Slug of the course.
    pub slug: String,
    /// Title of the course.
    pub course_title: String,
    /// Category of the course.
    pub category: CategoryTag,
    /// Title of the next lesson.
    pub lesson_title: String,
    /// Such as `16 min`, or `Opens tomorrow` of a lesson that isn't open yet.
    pub minutes: String,
    /// Day of the next lesson.
    pub day: u32,
    /// Where the button goes.
    pub url: String,
    /// What the button says, such as `Start day 3`.
    pub action: String,
    /// Progress in the course.
    pub progress: Progress,
    /// The course's picture.
    pub cover: Cover,
    /// Such as `2 of 7 quizzes passed`; none before the first was handed in.
    pub quizzes: Option<String>,
}

/// Where a day stands for this visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayState {
    /// Completed.
    Done,
    /// The next one to take (or the one that is open, in the lesson list).
    Current,
    /// May be opened.
    Open,
    /// Free preview for visitors.
    Preview,
    /// Opens on a later day, for somebody who is enrolled.
    Later,
    /// Needs enrollment.
    Locked,
}

impl DayState {
    /// The value of `data-state`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Current => "current",
            Self::Open => "open",
            Self::Preview => "preview",
            Self::Later | Self::Locked => "locked",
        }
    }

    /// What a screen reader says after the title.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Done => "completed",
            Self::Current => "up next",
            Self::Open => "not completed",
            Self::Preview => "free preview",
            Self::Later => "not open yet",
            Self::Locked => "after you join",
        }
    }
}

/// One day in a course outline or lesson list.
#[derive(Clone, Debug)]
pub struct OutlineDay {
    /// Day number.
    pub day: u32,
    /// Title of the lesson.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Such as `16 min`.
    pub minutes: String,
    /// Where it stands.
    pub state: DayState,
    /// When it opens, such as `tomorrow` or `on Sunday, November 22`; only of [`DayState::Later`].
    pub opens: Option<String>,
    /// The lesson, when this visitor may open it.
    pub url: Option<String>,
    /// What was reached in its quiz, such as `Quiz 80 %`.
    pub quiz: Option<QuizMark>,
}

/// What was reached in a quiz.
#[derive(Clone, Debug)]
pub struct QuizMark {
    /// Such as `Quiz 80 %`.
    pub label: String,
    /// Good enough.
    pub passed: bool,
}

/// One number with its name.
#[derive(Clone, Debug)]
pub struct Stat {
    /// Name of the icon.
    pub icon: &'static str,
    /// Formatted value.
    pub value: String,
    /// What it counts.
    pub label: String,
}
