//! The lesson page and the fragment that answers "mark complete".

use askama::Template;

use super::badges::{BadgeLook, Earned};
use super::common::{CategoryTag, DateText, DayState, OutlineDay, Progress};
use super::course::EnrollAction;
use super::gallery::Samples;
use super::page::{Page, SafeHtml};
use super::plan::Rescue;
use super::quiz::{QuizState, QuizTeaser};
use super::sample_data;

/// The course around a lesson.
#[derive(Clone, Debug)]
pub struct LessonCourse {
    /// Slug.
    pub slug: String,
    /// Title.
    pub title: String,
    /// BCP 47: what its texts are written in, whatever the page is.
    pub language: String,
    /// Category.
    pub category: CategoryTag,
}

/// How a video is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoKind {
    /// A media file: the browser's own player (the policy needs its host in `media-src`).
    File,
    /// A page on another site: a link that opens it.
    Link,
}

/// A video of a lesson.
#[derive(Clone, Debug)]
pub struct Video {
    /// Absolute URL.
    pub url: String,
    /// Host, such as `vimeo.com`.
    pub host: String,
    /// How it is shown.
    pub kind: VideoKind,
    /// Seconds where the learner left off.
    pub position: i64,
}

/// An action item with its tick.
#[derive(Clone, Debug)]
pub struct ChecklistItem {
    /// Id that the form sends as `item`.
    pub id: String,
    /// What to do.
    pub text: String,
    /// Ticked.
    pub checked: bool,
}

/// A link for further reading, or a file.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Title.
    pub title: String,
    /// Where it is; none of a file that comes with the premium plan.
    pub url: Option<String>,
    /// A file of the media library.
    pub is_file: bool,
    /// Such as `Documentation`, or `Download · PDF · 88 KB` of a file.
    pub kind: String,
}

/// The learner's own notes on this lesson.
#[derive(Clone, Debug)]
pub struct LessonNotes {
    /// Markdown as typed.
    pub text: String,
    /// Version this text is based on; sent back, so that a conflict is seen.
    pub version: i64,
    /// Names unsaved text in the browser: unique for this learner and lesson.
    pub draft_key: String,
    /// When it was saved last.
    pub saved: Option<DateText>,
    /// After a conflict: what is saved, while `text` is not.
    pub theirs: Option<String>,
    /// What went wrong with the last save, such as a conflict.
    pub error: Option<String>,
}

/// A neighboring lesson.
#[derive(Clone, Debug)]
pub struct LessonLink {
    /// Day.
    pub day: u32,
    /// Title.
    pub title: String,
    /// Where it is.
    pub url: String,
}

/// Whether this lesson is done.
#[derive(Clone, Debug)]
pub enum Completion {
    /// Not yet: the form posts to `/courses/{slug}/days/{day}/complete`.
    Open,
    /// An author looks at the lesson.
    Look {
        /// Where it is written.
        editor_url: String,
    },
    /// Done.
    Done {
        /// When.
        at: DateText,
        /// The course was finished with it.
        was_last: bool,
        /// The course is finished: `/courses/{slug}/completed` exists.
        course_finished: bool,
        /// The next day to do and when it opens, such as `Day 3 opens tomorrow`; none when it is open.
        opens: Option<String>,
        /// The next lesson to do, if one is open.
        onward: Option<Box<LessonLink>>,
        /// What was earned with it.
        earned: Earned,
    },
}

/// `GET /courses/{slug}/days/{day}`
#[derive(Template)]
#[template(path = "lesson/show.html")]
pub struct LessonPage {
    /// Shared page data.
    pub page: Page,
    /// The course.
    pub course: LessonCourse,
    /// Its page, or the preview of it.
    pub course_url: String,
    /// This day.
    pub day: u32,
    /// Days of the course.
    pub day_count: u32,
    /// Title.
    pub title: String,
    /// One sentence: what one can do afterwards.
    pub summary: String,
    /// Such as `16 min`.
    pub minutes: String,
    /// The lesson itself.
    pub content: SafeHtml,
    /// Video.
    pub video: Option<Video>,
    /// Action items; a visitor sees them without ticks.
    pub checklist: Vec<ChecklistItem>,
    /// Two or three sentences.
    pub takeaways: Vec<String>,
    /// Its quiz, when it has one.
    pub quiz: Option<QuizTeaser>,
    /// Further reading.
    pub resources: Vec<Resource>,
    /// Lessons of the course with their states; `state` of this one is kept, it is marked by `day`.
    pub days: Vec<OutlineDay>,
    /// The lesson before, when it may be opened.
    pub prev: Option<LessonLink>,
    /// The lesson after, when it may be opened.
    pub next: Option<LessonLink>,
    /// Own notes; none in a preview.
    pub notes: Option<LessonNotes>,
    /// Progress in the course; none in a preview.
    pub progress: Option<Progress>,
    /// Done or not; not shown in a preview.
    pub completion: Completion,
    /// Set when somebody who is not enrolled reads a free preview: how to join.
    pub preview: Option<EnrollAction>,
    /// An author looks at what learners see: nothing is sent.
    pub is_look: bool,
    /// Days that were missed, when that is worth a question.
    pub rescue: Option<Rescue>,
}

/// `POST …/complete` with the header `HX-Request`: replaces `#completion`, updates progress and lesson list.
#[derive(Template)]
#[template(path = "lesson/completion_panel.html")]
pub struct CompletionPanel {
    /// Shared page data.
    pub page: Page,
    /// The course.
    pub course: LessonCourse,
    /// The day just completed.
    pub day: u32,
    /// Days of the course.
    pub day_count: u32,
    /// Its state now.
    pub completion: Completion,
    /// Progress now.
    pub progress: Option<Progress>,
}

impl LessonCourse {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            slug: "sql-in-seven-days".into(),
            title: "SQL in seven days".into(),
            language: "en".into(),
            category: CategoryTag::new("technology", "Technology"),
        }
    }
}

fn sample_link(day: u32, title: &str) -> LessonLink {
    LessonLink { day, title: title.into(), url: format!("/courses/sql-in-seven-days/days/{day}") }
}

impl LessonPage {
    /// Sample data: day 3, open.
    #[must_use]
    pub fn sample() -> Self {
        let title = "Join two tables without losing rows";
        let item =
            |id: &str, text: &str, checked| ChecklistItem { id: id.into(), text: text.into(), checked };
        Self {
            page: Page::sample_signed_in(title, "/courses/sql-in-seven-days/days/3"),
            course: LessonCourse::sample(),
            course_url: "/courses/sql-in-seven-days".into(),
            day: 3,
            day_count: 7,
            title: title.into(),
            summary: "Bring orders and customers together and keep every customer in the result.".into(),
            minutes: "16 min".into(),
            content: SafeHtml::from_sanitized(include_str!("sample_lesson.html").into()),
            video: Some(Video {
                url: "https://videos.example/joins".into(),
                host: "videos.example".into(),
                kind: VideoKind::Link,
                position: 0,
            }),
            checklist: vec![
                item("a1", "Run the inner join and write down how many rows come back", true),
                item("a2", "Change it to a left join and name the two customers that appear", false),
                item("a3", "Explain to a colleague, in one sentence, why the counts differ", false),
            ],
            takeaways: vec![
                "A join pairs rows; the kind of join decides what happens to rows without a partner.".into(),
                "Count before and after: a join that changes the count is telling you something.".into(),
            ],
            quiz: Some(QuizTeaser::sample(QuizState::New)),
            resources: vec![
                Resource {
                    title: "SQLite’s own page on SELECT and joins".into(),
                    url: Some("https://www.sqlite.org/lang_select.html".into()),
                    is_file: false,
                    kind: "Documentation".into(),
                },
                Resource {
                    title: "All kinds of joins on one page".into(),
                    url: Some("/media/01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a/joins.pdf".into()),
                    is_file: true,
                    kind: "Download · PDF · 88 KB".into(),
                },
                Resource {
                    title: "Worksheet".into(),
                    url: None,
                    is_file: true,
                    kind: "Download · PDF · 40 KB".into(),
                },
            ],
            days: sample_data::outline(2, DayState::Open),
            prev: Some(sample_link(2, "Filter the rows you need")),
            next: Some(sample_link(4, "Count, sum, average")),
            notes: Some(LessonNotes {
                text: "LEFT JOIN keeps the left table. Check the count first!".into(),
                version: 3,
                draft_key: "01935e1c/3".into(),
                saved: Some(DateText::sample("5 minutes ago")),
                theirs: None,
                error: None,
            }),
            progress: Some(Progress { done: 2, total: 7 }),
            completion: Completion::Open,
            preview: None,
            is_look: false,
            rescue: Some(Rescue::sample()),
        }
    }

    fn sample_done() -> Self {
        let at = DateText::sample("yesterday");
        Self {
            completion: Completion::Done {
                at,
                was_last: false,
                course_finished: false,
                opens: None,
                onward: Some(Box::new(sample_link(4, "Count, sum, average"))),
                earned: Earned::default(),
            },
            days: sample_data::outline(3, DayState::Open),
            progress: Some(Progress { done: 3, total: 7 }),
            quiz: Some(QuizTeaser::sample(QuizState::Passed { best: 80, again: true })),
            ..Self::sample()
        }
    }

    fn sample_waiting() -> Self {
        Self {
            completion: Completion::Done {
                at: DateText::sample("just now"),
                was_last: false,
                course_finished: false,
                opens: Some("Day 4 opens tomorrow".into()),
                onward: None,
                earned: Earned::default(),
            },
            days: sample_data::outline(3, DayState::Later),
            next: None,
            ..Self::sample_done()
        }
    }

    fn sample_preview() -> Self {
        Self {
            page: Page::sample("Your first query", "/courses/sql-in-seven-days/days/1"),
            day: 1,
            title: "Your first query".into(),
            video: None,
            days: sample_data::outline(0, DayState::Locked),
            prev: None,
            next: None,
            notes: None,
            progress: None,
            quiz: Some(QuizTeaser::sample(QuizState::Join)),
            preview: Some(EnrollAction::SignInToStart),
            rescue: None,
            ..Self::sample()
        }
    }
}

impl Samples for LessonPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let failed = QuizState::Tried { best: 40, again: false };
        let conflict = LessonNotes {
            text: "My newer text".into(),
            version: 4,
            draft_key: "01935e1c/3".into(),
            saved: None,
            theirs: Some("What the phone saved meanwhile.\nIn two lines.".into()),
            error: Some(
                "These notes were changed elsewhere. What is saved there stands below; save yours to replace it."
                    .into(),
            ),
        };
        vec![
            ("lesson", Self::sample()),
            ("lesson-done", Self::sample_done()),
            ("lesson-waiting", Self::sample_waiting()),
            ("lesson-preview", Self::sample_preview()),
            (
                "lesson-preview-premium",
                Self { preview: Some(EnrollAction::NeedsPremium), ..Self::sample_preview() },
            ),
            (
                "lesson-look",
                Self {
                    is_look: true,
                    quiz: Some(QuizTeaser::sample(QuizState::Look)),
                    completion: Completion::Look { editor_url: "/admin/lessons/3".into() },
                    rescue: None,
                    ..Self::sample()
                },
            ),
            ("lesson-conflict", Self { notes: Some(conflict), ..Self::sample() }),
            (
                "lesson-quiz-begun",
                Self { quiz: Some(QuizTeaser::sample(QuizState::Running)), ..Self::sample() },
            ),
            ("lesson-quiz-failed", Self { quiz: Some(QuizTeaser::sample(failed)), ..Self::sample() }),
        ]
    }
}

impl CompletionPanel {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in("", "/courses/sql-in-seven-days/days/3"),
            course: LessonCourse::sample(),
            day: 3,
            day_count: 7,
            completion: Completion::Done {
                at: DateText::sample("just now"),
                was_last: false,
                course_finished: false,
                opens: None,
                onward: Some(Box::new(sample_link(4, "Count, sum, average"))),
                earned: Earned {
                    points: Some("+30 points".into()),
                    streak: Some("3 days in a row".into()),
                    badges: vec![BadgeLook::sample()],
                },
            },
            progress: Some(Progress { done: 3, total: 7 }),
        }
    }
}

impl Samples for CompletionPanel {
    fn samples() -> Vec<(&'static str, Self)> {
        let last = Completion::Done {
            at: DateText::sample("just now"),
            was_last: true,
            course_finished: true,
            opens: None,
            onward: None,
            earned: Earned::default(),
        };
        vec![
            ("fragment-completion", Self::sample()),
            (
                "fragment-completion-last",
                Self {
                    completion: last,
                    day: 7,
                    progress: Some(Progress { done: 7, total: 7 }),
                    ..Self::sample()
                },
            ),
        ]
    }
}
