//! The quiz of a lesson, as its authors see it.

use askama::Template;

use crate::views::{
    forms::{Choice, Field, wrong},
    gallery::Samples,
    page::{Page, SafeHtml},
};

/// The lesson that a quiz belongs to.
#[derive(Clone, Debug)]
pub struct QuizHead {
    /// Id of the lesson.
    pub lesson_id: String,
    /// Its title.
    pub lesson_title: String,
    /// Its day.
    pub day: i64,
    /// Title of its course.
    pub course_title: String,
}

impl QuizHead {
    fn sample() -> Self {
        Self {
            lesson_id: "01935e1c".into(),
            lesson_title: "Join two tables".into(),
            day: 3,
            course_title: "SQL in seven days".into(),
        }
    }
}

/// A question in the list.
#[derive(Clone, Debug)]
pub struct QuestionLine {
    /// Names it in addresses.
    pub key: String,
    /// From 1.
    pub number: usize,
    /// What is asked, as one line.
    pub text: SafeHtml,
    /// The same for people who can't see it.
    pub label: String,
    /// Such as `Single choice`.
    pub kind: &'static str,
    /// What learners may read after they answered, in short; says when something is missing.
    pub facts: String,
}

/// `GET /admin/lessons/{id}/quiz`
#[derive(Template)]
#[template(path = "admin/quiz/list.html")]
pub struct QuizEditorPage {
    /// Shared page data.
    pub page: Page,
    /// The lesson.
    pub head: QuizHead,
    /// What went wrong.
    pub alert: Option<String>,
    /// In their order.
    pub questions: Vec<QuestionLine>,
    /// Kinds to add.
    pub kinds: Vec<Choice>,
    /// There is room for another question.
    pub can_add: bool,
    /// Percent that is a pass.
    pub pass_percent: Field,
    /// Attempts at most.
    pub max_attempts: Field,
    /// Right answers are shown after a failed attempt, too.
    pub show_answers: bool,
}

impl QuizEditorPage {
    /// Wrong fields, for the summary.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.pass_percent, &self.max_attempts])
    }

    /// The fields of the rules.
    #[must_use]
    pub fn policy_fields() -> (Field, Field) {
        (
            Field::text("pass_percent", "Percent right for a pass").required().max_length(3),
            Field::text("max_attempts", "Attempts at most")
                .max_length(3)
                .hint("Empty: as many as one likes."),
        )
    }

    fn sample() -> Self {
        let line = |key: &str, number, text: &str, kind, facts: &str| QuestionLine {
            key: key.into(),
            number,
            text: SafeHtml::from_sanitized(text.into()),
            label: format!("Question {number}"),
            kind,
            facts: facts.into(),
        };
        let (pass_percent, max_attempts) = Self::policy_fields();
        Self {
            page: Page::sample_signed_in("Quiz", "/admin/lessons/01935e1c/quiz"),
            head: QuizHead::sample(),
            alert: None,
            questions: vec![
                line("a1", 1, "Which join keeps every customer?", "Single choice", "4 options"),
                line("b2", 2, "Put the steps in order.", "Ordering", "3 items · no explanation yet"),
            ],
            kinds: Choice::list(&[("single", "Single choice"), ("ordering", "Ordering")], ""),
            can_add: true,
            pass_percent: pass_percent.value("70"),
            max_attempts,
            show_answers: true,
        }
    }
}

impl Samples for QuizEditorPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut wrong = Self::sample();
        wrong.pass_percent = wrong.pass_percent.value("200").error(Some("Enter 1 to 100.".into()));
        vec![
            ("admin-quiz", Self::sample()),
            ("admin-quiz-wrong", wrong),
            ("admin-quiz-empty", Self { questions: Vec::new(), ..Self::sample() }),
        ]
    }
}

/// A row of what belongs to a question: an option, an answer, an item or a pair.
#[derive(Clone, Debug, Default)]
pub struct PartRow {
    /// From 1.
    pub number: usize,
    /// As typed; the left side of a pair.
    pub text: String,
    /// The right side of a pair.
    pub other: String,
    /// A right option.
    pub correct: bool,
}

/// `GET /admin/lessons/{id}/quiz/new` and `…/questions/{key}`
#[derive(Template)]
#[template(path = "admin/quiz/question.html")]
pub struct QuestionPage {
    /// Shared page data.
    pub page: Page,
    /// The lesson.
    pub head: QuizHead,
    /// Where the form posts.
    pub action: String,
    /// `single`, `multiple`, `true_false`, `short_answer`, `ordering` or `matching`.
    pub kind: &'static str,
    /// Such as `Single choice`.
    pub kind_label: &'static str,
    /// It is new.
    pub is_new: bool,
    /// What went wrong.
    pub alert: Option<String>,
    /// What is asked.
    pub question: Field,
    /// Options, answers, items or pairs.
    pub rows: Vec<PartRow>,
    /// What is wrong with them, or with the answer.
    pub rows_error: Option<String>,
    /// There is room for more.
    pub more: bool,
    /// Whether the statement is `true` or `false`; empty while that isn't chosen.
    pub answer: String,
    /// Why the right answer is right.
    pub explanation: Field,
}

impl QuestionPage {
    /// Wrong fields, for the summary.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.question, &self.explanation])
    }

    /// What the rows are called.
    #[must_use]
    pub fn rows_label(&self) -> &'static str {
        match self.kind {
            "short_answer" => "Answers that are accepted",
            "ordering" => "Items in the right order",
            "matching" => "Pairs",
            _ => "Options",
        }
    }

    /// What is to be known about the rows.
    #[must_use]
    pub fn rows_hint(&self) -> &'static str {
        match self.kind {
            "single" => "Mark the one that is right. Learners see them in an order of their own.",
            "multiple" => "Mark all that are right. Learners see them in an order of their own.",
            "short_answer" => "Each is accepted as it stands; capitals and extra spaces don’t matter.",
            "ordering" => "First the one that comes first. Learners see them shuffled.",
            _ => "What stands in one row belongs together. Learners see the right sides shuffled.",
        }
    }

    fn sample(kind: &'static str) -> Self {
        let row = |number, text: &str, correct| PartRow {
            number,
            text: text.into(),
            other: "Its half".into(),
            correct,
        };
        Self {
            page: Page::sample_signed_in("Question", "/admin/lessons/01935e1c/quiz/questions/a1"),
            head: QuizHead::sample(),
            action: "/admin/lessons/01935e1c/quiz/questions/a1".into(),
            kind,
            kind_label: "Question",
            is_new: false,
            alert: None,
            question: Field::textarea("question", "Question", 3).value("Which one?").required(),
            rows: vec![row(1, "This one", true), row(2, "That one", false), row(3, "", false)],
            rows_error: None,
            more: true,
            answer: "true".into(),
            explanation: Field::textarea("explanation", "Explanation", 4).value("It just is."),
        }
    }
}

impl Samples for QuestionPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut wrong = Self::sample("multiple");
        wrong.is_new = true;
        wrong.question = wrong.question.value("").error(Some("Write the question.".into()));
        wrong.rows_error = Some("Mark at least one correct option.".into());
        let mut open = Self::sample("true_false");
        open.answer = String::new();
        open.rows_error = Some("Choose whether the statement is true or false.".into());
        vec![
            ("admin-question-single", Self::sample("single")),
            ("admin-question-true-false", Self::sample("true_false")),
            ("admin-question-short", Self::sample("short_answer")),
            ("admin-question-ordering", Self::sample("ordering")),
            ("admin-question-matching", Self::sample("matching")),
            ("admin-question-wrong", wrong),
            ("admin-question-open", open),
        ]
    }
}
