//! The editor of a lesson.

use askama::Template;

use super::history::ChangedField;
use crate::views::common::DateText;
use crate::views::forms::{Choice, Field, wrong};
use crate::views::gallery::Samples;
use crate::views::page::Page;

/// A row of the action items.
#[derive(Clone, Debug)]
pub struct ActionItemRow {
    /// Empty for a new one.
    pub id: String,
    /// What to do.
    pub text: String,
}

/// A row of the resources.
#[derive(Clone, Debug)]
pub struct ResourceRow {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Kinds.
    pub kinds: Vec<Choice>,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// Whose unsaved text it is.
#[derive(Clone, Debug)]
pub struct DraftNote {
    /// Name; `You` for the reader.
    pub by: String,
    /// When it was typed.
    pub saved: DateText,
}

/// `GET /admin/lessons/{id}`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/lessons/edit.html")]
pub struct LessonEditorPage {
    /// Shared page data.
    pub page: Page,
    /// Id.
    pub id: String,
    /// Id of the course.
    pub course_id: String,
    /// Title of the course.
    pub course_title: String,
    /// From 1.
    pub day: i64,
    /// Days of the course.
    pub days: i64,
    /// `draft`, `hidden` or `published`.
    pub status: &'static str,
    /// The same in words.
    pub status_label: &'static str,
    /// Where learners read it; only when they can.
    pub public_url: Option<String>,
    /// Where it is looked through; only when a program wrote it.
    pub review_url: Option<String>,
    /// The version that the form was made from.
    pub version: i64,
    /// What went wrong as a whole.
    pub alert: Option<String>,
    /// How the text on this page differs from what somebody else has saved meanwhile.
    pub conflict: Option<Vec<ChangedField>>,
    /// The text is a working copy.
    pub draft: Option<DraftNote>,
    /// `title`
    pub title: Field,
    /// `summary`
    pub summary: Field,
    /// `minutes`
    pub minutes: Field,
    /// `body`
    pub body: Field,
    /// `video_url`
    pub video: Field,
    /// `is_preview`
    pub is_preview: bool,
    /// `action_item` and `action_item_id`
    pub action_items: Vec<ActionItemRow>,
    /// What is wrong with them.
    pub action_items_error: Option<String>,
    /// `key_takeaways`: one a line.
    pub takeaways: Field,
    /// `resource_title`, `resource_url`, `resource_kind`
    pub resources: Vec<ResourceRow>,
    /// Questions of the quiz.
    pub questions: usize,
    /// Action items that say something.
    pub action_item_count: usize,
    /// Words of the body.
    pub words: usize,
    /// Minutes that the lesson takes by its words, action items and questions.
    pub estimate: usize,
    /// The lesson of the day before.
    pub previous: Option<String>,
    /// The lesson of the day after.
    pub next: Option<String>,
}

impl LessonEditorPage {
    /// Whether the estimate is within the 15 to 20 minutes of a good day.
    #[must_use]
    pub fn on_goal(&self) -> bool {
        (15..=20).contains(&self.estimate)
    }

    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.title, &self.summary, &self.body, &self.takeaways, &self.minutes, &self.video])
    }

    /// The fields of the form without values.
    #[must_use]
    pub fn fields() -> [Field; 6] {
        [
            Field::text("title", "Title").required().max_length(150),
            Field::text("summary", "Summary")
                .max_length(300)
                .hint("One sentence: what learners can do afterwards."),
            Field::text("minutes", "Minutes").max_length(3),
            Field::textarea("body", "Lesson", 24),
            Field::text("video_url", "Video").max_length(2000),
            Field::textarea("key_takeaways", "Key takeaways", 4)
                .hint("One a line; two or three are remembered best."),
        ]
    }

    fn sample() -> Self {
        let [title, summary, minutes, body, video, takeaways] = Self::fields();
        let kinds = Choice::list(&[("article", "Article"), ("tool", "Tool")], "article");
        Self {
            page: Page::sample_signed_in("Joins", "/admin/lessons/01935e1c"),
            id: "01935e1c".into(),
            course_id: "01935e1d".into(),
            course_title: "SQL in seven days".into(),
            day: 4,
            days: 7,
            status: "published",
            status_label: "Published",
            public_url: Some("/courses/sql-in-seven-days/days/4".into()),
            review_url: None,
            version: 3,
            alert: None,
            conflict: None,
            draft: None,
            title: title.value("Joins"),
            summary: summary.value("Bring two tables together."),
            minutes: minutes.value("16"),
            body: body.value("## One idea\n\nSome **text**."),
            video,
            is_preview: true,
            action_items: vec![
                ActionItemRow { id: "a1".into(), text: "Run the inner join".into() },
                ActionItemRow { id: String::new(), text: String::new() },
            ],
            action_items_error: None,
            takeaways,
            resources: vec![ResourceRow {
                title: "SQLite".into(),
                url: "https://sqlite.org".into(),
                kinds,
                error: None,
            }],
            questions: 5,
            action_item_count: 1,
            words: 812,
            estimate: 15,
            previous: Some("/admin/lessons/01935e1b".into()),
            next: Some("/admin/lessons/01935e1f".into()),
        }
    }
}

impl Samples for LessonEditorPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let draft = DraftNote { by: "Ada Admin".into(), saved: DateText::sample("5 minutes ago") };
        let conflict = Self {
            alert: Some("Somebody else changed this lesson while you were working on it.".into()),
            conflict: Some(vec![ChangedField::sample()]),
            ..Self::sample()
        };
        let reviewed = Some("/admin/ai/review/lessons/01935e1c".into());
        vec![
            ("admin-lesson", Self::sample()),
            ("admin-lesson-generated", Self { review_url: reviewed, ..Self::sample() }),
            ("admin-lesson-draft", Self { draft: Some(draft), estimate: 31, ..Self::sample() }),
            ("admin-lesson-conflict", conflict),
        ]
    }
}

/// `POST /admin/lessons/{id}` of a lesson that was deleted meanwhile.
#[derive(Template)]
#[template(path = "admin/lessons/deleted.html")]
pub struct DeletedLessonPage {
    /// Shared page data.
    pub page: Page,
    /// Everything that was typed, to be copied.
    pub text: String,
}

impl Samples for DeletedLessonPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = Self {
            page: Page::sample_signed_in("This lesson was deleted", "/admin/lessons/01935e1c"),
            text: "Join two tables\n\n## Why\n\nOrders belong to customers.".into(),
        };
        vec![("admin-lesson-deleted", view)]
    }
}
