//! A course as its authors see it: details and lessons.

use askama::Template;

use super::history::ChangedField;
use crate::views::forms::{Choice, Field, wrong};
use crate::views::gallery::Samples;
use crate::views::page::Page;

/// What stands over every page of a course.
#[derive(Clone, Debug)]
pub struct CourseHead {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// `draft`, `published` or `archived`.
    pub status: &'static str,
    /// The same in words.
    pub status_label: &'static str,
    /// Where learners find it; only while it is published.
    pub public_url: Option<String>,
    /// Where it is looked through, while a program wrote it and nobody has approved all of it.
    pub review_url: Option<String>,
    /// Which page it is: `details`, `lessons` or `history`.
    pub tab: &'static str,
}

impl CourseHead {
    /// Sample data.
    #[must_use]
    pub fn sample(tab: &'static str) -> Self {
        Self {
            id: "01935e1c".into(),
            title: "SQL in seven days".into(),
            status: "draft",
            status_label: "Draft",
            public_url: None,
            review_url: None,
            tab,
        }
    }
}

/// A line of the checklist before publishing.
#[derive(Clone, Debug)]
pub struct CheckLine {
    /// What is looked at.
    pub label: String,
    /// It is there.
    pub done: bool,
    /// The course can't be published without it.
    pub required: bool,
    /// What to do while it isn't there.
    pub hint: Option<String>,
}

/// `GET /admin/courses/new` and `GET /admin/courses/{id}`, and the answers to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/courses/form.html")]
pub struct CourseFormPage {
    /// Shared page data.
    pub page: Page,
    /// The course; none while it is new.
    pub head: Option<CourseHead>,
    /// The version that the form was made from.
    pub version: i64,
    /// What went wrong as a whole.
    pub alert: Option<String>,
    /// How what somebody else saved meanwhile differs from what stands here.
    pub conflict: Option<Vec<ChangedField>>,
    /// `title`
    pub title: Field,
    /// `slug`
    pub slug: Field,
    /// `subtitle`
    pub subtitle: Field,
    /// `category`
    pub category: Field,
    /// `description`
    pub description: Field,
    /// `tags`: with commas between them.
    pub tags: Field,
    /// `duration_days`
    pub duration: Field,
    /// `level`
    pub level: Field,
    /// `language`
    pub language: Field,
    /// `access`
    pub access: Field,
    /// `price`: in units such as dollars.
    pub price: Field,
    /// `currency`
    pub currency: Field,
    /// `premium_included`
    pub premium_included: bool,
    /// `author`
    pub author: Field,
    /// `audience`
    pub audience: Field,
    /// `objectives`: one a line.
    pub objectives: Field,
    /// `drip`
    pub drip: bool,
    /// `intro_video_url`
    pub intro_video: Field,
    /// `thumbnail_url`
    pub thumbnail: Field,
    /// What is there and what is missing.
    pub checklist: Vec<CheckLine>,
    /// How many people joined it.
    pub learners: i64,
}

impl CourseFormPage {
    /// An empty form.
    #[must_use]
    pub fn new(page: Page, categories: Vec<Choice>) -> Self {
        let currencies = ["USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY", "INR", "BRL"];
        Self {
            page,
            head: None,
            version: 0,
            alert: None,
            conflict: None,
            title: Field::text("title", "Title").required().max_length(150),
            slug: Field::text("slug", "Address")
                .max_length(80)
                .hint("Made from the title when you leave it empty. Fixed once the course was published."),
            subtitle: Field::text("subtitle", "Subtitle")
                .max_length(200)
                .hint("One line: what people get from it."),
            category: Field::select("category", "Category", categories).required(),
            description: Field::textarea("description", "Description", 12)
                .max_length(20_000)
                .hint("What it is, for whom, and what they have at the end."),
            tags: Field::text("tags", "Tags").hint("With commas between them, such as sql, data."),
            duration: Field::select("duration_days", "Length", Vec::new()),
            level: Field::select("level", "Level", Vec::new()),
            language: Field::text("language", "Language").max_length(35).hint("Such as en or pt-BR."),
            access: Field::select("access", "Who may take it", Vec::new()),
            price: Field::text("price", "Price")
                .max_length(12)
                .hint("Only for a paid course, such as 19.00."),
            currency: Field::select(
                "currency",
                "Currency",
                Choice::list(&currencies.map(|code| (code, code)), "USD"),
            ),
            premium_included: true,
            author: Field::text("author", "Author").max_length(100),
            audience: Field::text("audience", "For whom").max_length(300).hint("One sentence."),
            objectives: Field::textarea("objectives", "Learning objectives", 6)
                .hint("One a line, each beginning with a verb; three or more."),
            drip: false,
            intro_video: Field::text("intro_video_url", "Intro video").max_length(2000),
            thumbnail: Field::text("thumbnail_url", "Picture")
                .max_length(2000)
                .hint("From the media library. Without one, a cover is drawn from the title."),
            checklist: Vec::new(),
            learners: 0,
        }
    }

    /// Every field, to be marked.
    pub fn fields(&mut self) -> [&mut Field; 17] {
        [
            &mut self.title,
            &mut self.slug,
            &mut self.subtitle,
            &mut self.category,
            &mut self.description,
            &mut self.objectives,
            &mut self.audience,
            &mut self.author,
            &mut self.tags,
            &mut self.duration,
            &mut self.level,
            &mut self.language,
            &mut self.access,
            &mut self.price,
            &mut self.currency,
            &mut self.intro_video,
            &mut self.thumbnail,
        ]
    }

    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[
            &self.title,
            &self.slug,
            &self.subtitle,
            &self.category,
            &self.description,
            &self.objectives,
            &self.audience,
            &self.author,
            &self.tags,
            &self.duration,
            &self.level,
            &self.language,
            &self.access,
            &self.price,
            &self.currency,
            &self.intro_video,
            &self.thumbnail,
        ])
    }

    /// Whether nothing stands against publishing.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.checklist.iter().all(|line| line.done || !line.required)
    }

    fn sample_new() -> Self {
        let page = Page::sample_signed_in("New course", "/admin/courses/new");
        let mut view = Self::new(page, Choice::list(&[("business", "Business"), ("design", "Design")], ""));
        view.duration.control = crate::views::Control::Select(Choice::list(&[("7", "7 days")], "7"));
        view
    }

    fn sample() -> Self {
        let line = |label: &str, done, required, hint: Option<&str>| CheckLine {
            label: label.into(),
            done,
            required,
            hint: hint.map(Into::into),
        };
        let mut view = Self::sample_new();
        view.page = Page::sample_signed_in("SQL in seven days", "/admin/courses/01935e1c");
        view.head = Some(CourseHead::sample("details"));
        view.version = 3;
        view.title = view.title.value("SQL in seven days");
        view.checklist = vec![
            line("A description", true, true, None),
            line("A lesson for each of the 7 days", false, true, Some("Write day 6, 7.")),
            line("A picture", false, false, Some("Without one, a cover is drawn from the title.")),
        ];
        view.learners = 12;
        view
    }
}

impl Samples for CourseFormPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut failed = Self::sample();
        failed.alert = Some("Somebody else changed this course while you were working on it.".into());
        failed.slug = failed.slug.value("Ü").error(Some("Use lower-case letters.".into()));
        let mut pending = Self::sample();
        if let Some(head) = &mut pending.head {
            head.review_url = Some("/admin/ai/review/01935e1c".into());
        }
        let mut published = Self::sample();
        if let Some(head) = &mut published.head {
            (head.status, head.status_label) = ("published", "Published");
            head.public_url = Some("/courses/sql-in-seven-days".into());
        }
        vec![
            ("admin-course-new", Self::sample_new()),
            ("admin-course", Self::sample()),
            ("admin-course-failed", failed),
            ("admin-course-pending", pending),
            ("admin-course-published", published),
        ]
    }
}

/// A lesson in the list of a course.
#[derive(Clone, Debug)]
pub struct LessonLine {
    /// Id.
    pub id: String,
    /// From 1.
    pub day: i64,
    /// Title.
    pub title: String,
    /// `draft`, `hidden` or `published`.
    pub status: &'static str,
    /// The same in words.
    pub status_label: &'static str,
    /// Such as `16 min · 3 action items · 5 questions`.
    pub facts: String,
    /// Open to everybody.
    pub is_preview: bool,
    /// A working copy holds what learners don't see yet.
    pub has_draft: bool,
    /// Nothing to read yet.
    pub empty: bool,
}

/// `GET /admin/courses/{id}/lessons`
#[derive(Template)]
#[template(path = "admin/courses/lessons.html")]
pub struct CourseLessonsPage {
    /// Shared page data.
    pub page: Page,
    /// The course.
    pub head: CourseHead,
    /// By day.
    pub lessons: Vec<LessonLine>,
    /// Days of the course.
    pub days: i64,
    /// What to do before each day has something that learners may read; none when nothing is missing.
    pub missing: Option<String>,
    /// `title` of the next lesson; none when every day has one.
    pub add: Option<Field>,
}

impl Samples for CourseLessonsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let line = |day: i64, title: &str, published: bool| LessonLine {
            id: format!("01935e1c-{day}"),
            day,
            title: title.into(),
            status: if published { "published" } else { "draft" },
            status_label: if published { "Published" } else { "Draft" },
            facts: "16 min · 3 action items · 5 questions".into(),
            is_preview: day == 1,
            has_draft: day == 2,
            empty: !published,
        };
        let view = |lessons: Vec<LessonLine>| Self {
            page: Page::sample_signed_in("Lessons", "/admin/courses/01935e1c/lessons"),
            head: CourseHead::sample("lessons"),
            lessons,
            days: 7,
            missing: None,
            add: Some(Field::text("title", "Title of the next lesson").required()),
        };
        let some =
            vec![line(1, "Your first query", true), line(2, "Filtering", true), line(3, "Joins", false)];
        let mut hidden = line(1, "Your first query", true);
        (hidden.status, hidden.status_label) = ("hidden", "Hidden");
        let missing = Some("Day 1 is hidden: publish its lesson.".into());
        vec![
            ("admin-course-lessons", view(some)),
            ("admin-course-lessons-none", view(Vec::new())),
            ("admin-course-lessons-hidden", Self { missing, add: None, ..view(vec![hidden]) }),
        ]
    }
}
