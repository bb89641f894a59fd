//! Quizzes as learners take them.

use askama::Template;

use super::badges::{BadgeLook, Earned};
use super::common::DateText;
use super::forms::Choice;
use super::gallery::Samples;
use super::lesson::{LessonCourse, LessonLink};
use super::page::{Page, SafeHtml};

/// Where a learner stands in the quiz of a lesson.
#[derive(Clone, Debug)]
pub enum QuizState {
    /// A visitor reads a preview.
    Join,
    /// An author looks at the lesson: its questions can be read.
    Look,
    /// Not tried yet.
    New,
    /// An attempt is under way.
    Running,
    /// Tried, and not passed.
    Tried {
        /// Whole percent.
        best: i64,
        /// May be tried again.
        again: bool,
    },
    /// Passed.
    Passed {
        /// Whole percent.
        best: i64,
        /// May be tried again.
        again: bool,
    },
}

/// The quiz on the lesson's page.
#[derive(Clone, Debug)]
pub struct QuizTeaser {
    /// Such as `5 questions`.
    pub questions: String,
    /// Whole percent.
    pub pass_percent: i64,
    /// Its page.
    pub url: String,
    /// Where the learner stands.
    pub state: QuizState,
}

impl QuizTeaser {
    /// Sample data.
    #[must_use]
    pub fn sample(state: QuizState) -> Self {
        Self {
            questions: "5 questions".into(),
            pass_percent: 70,
            url: "/courses/sql-in-seven-days/days/3/quiz".into(),
            state,
        }
    }
}

/// An option of a choice question.
#[derive(Clone, Debug)]
pub struct QuizOption {
    /// Submitted value.
    pub value: String,
    /// One line.
    pub html: SafeHtml,
    /// Chosen.
    pub checked: bool,
}

/// Something that is put in its place with a select.
#[derive(Clone, Debug)]
pub struct QuizPlaced {
    /// Name of the select.
    pub name: String,
    /// One line.
    pub html: SafeHtml,
    /// The same without marks, for labels.
    pub text: String,
    /// Places or right sides.
    pub choices: Vec<Choice>,
}

/// How a question is answered.
#[derive(Clone, Debug)]
pub enum QuizInput {
    /// One of these.
    One(Vec<QuizOption>),
    /// All right ones of these.
    Many(Vec<QuizOption>),
    /// A line of text.
    Text(String),
    /// Each item gets its place.
    Order(Vec<QuizPlaced>),
    /// Each left side gets its right side.
    Match(Vec<QuizPlaced>),
}

/// A question of an attempt.
#[derive(Clone, Debug)]
pub struct QuizQuestion {
    /// Name of its fields.
    pub name: String,
    /// From 1.
    pub number: usize,
    /// What is asked.
    pub html: SafeHtml,
    /// How it is answered.
    pub input: QuizInput,
    /// Wasn't answered when it was handed in.
    pub missing: bool,
}

/// An attempt under way.
#[derive(Clone, Debug)]
pub struct QuizForm {
    /// Id that the form sends as `attempt`.
    pub attempt: String,
    /// In the order of the attempt.
    pub questions: Vec<QuizQuestion>,
}

/// An attempt that was handed in.
#[derive(Clone, Debug)]
pub struct AttemptLine {
    /// From 1.
    pub number: i64,
    /// Whole percent.
    pub score: i64,
    /// Good enough.
    pub passed: bool,
    /// When it was handed in.
    pub at: DateText,
    /// Its results.
    pub url: String,
}

/// `GET /courses/{slug}/days/{day}/quiz`
#[derive(Template)]
#[template(path = "quiz/show.html")]
pub struct QuizPage {
    /// Shared page data.
    pub page: Page,
    /// The course.
    pub course: LessonCourse,
    /// The day of the lesson.
    pub day: u32,
    /// Title of the lesson.
    pub lesson_title: String,
    /// Such as `5 questions`.
    pub questions: String,
    /// Whole percent.
    pub pass_percent: i64,
    /// How many more attempts there are; none for no limit.
    pub attempts_left: Option<i64>,
    /// May begin an attempt.
    pub can_begin: bool,
    /// The attempt under way.
    pub form: Option<QuizForm>,
    /// Handed in before, the latest first.
    pub attempts: Vec<AttemptLine>,
    /// For an author who only looks.
    pub preview: Option<QuizPreview>,
}

/// Where an author who looks at a quiz goes on to.
#[derive(Clone, Debug)]
pub struct QuizPreview {
    /// The quiz's editor.
    pub editor_url: String,
    /// The preview of its lesson.
    pub lesson_url: String,
}

impl QuizPage {
    /// The questions that were not answered.
    #[must_use]
    pub fn missing(&self) -> Vec<usize> {
        let questions = self.form.iter().flat_map(|form| &form.questions);
        questions.filter(|question| question.missing).map(|question| question.number).collect()
    }

    fn sample() -> Self {
        Self {
            page: Page::sample_signed_in("Quiz", "/courses/sql-in-seven-days/days/3/quiz"),
            course: LessonCourse::sample(),
            day: 3,
            lesson_title: "Join two tables without losing rows".into(),
            questions: "5 questions".into(),
            pass_percent: 70,
            attempts_left: Some(2),
            can_begin: true,
            form: None,
            attempts: vec![AttemptLine {
                number: 1,
                score: 60,
                passed: false,
                at: DateText::sample("yesterday"),
                url: "/courses/sql-in-seven-days/days/3/quiz/attempts/1".into(),
            }],
            preview: None,
        }
    }

    fn sample_form(missing: bool) -> QuizForm {
        let line = |html: &str| SafeHtml::from_sanitized(html.into());
        let option =
            |value: &str, html: &str, checked| QuizOption { value: value.into(), html: line(html), checked };
        let placed = |name: &str, text: &str, choices: &[(&str, &str)]| QuizPlaced {
            name: name.into(),
            html: line(text),
            text: text.into(),
            choices: Choice::list(choices, ""),
        };
        let places = [("", "Place"), ("0", "1"), ("1", "2")];
        let sides = [("", "Choose"), ("0", "Keeps every customer"), ("1", "Keeps matches only")];
        let inputs = vec![
            QuizInput::One(vec![
                option("0", "<code>LEFT JOIN</code>", true),
                option("1", "<code>INNER JOIN</code>", false),
            ]),
            QuizInput::Many(vec![option("0", "Rows", false), option("1", "Columns", true)]),
            QuizInput::Text(String::new()),
            QuizInput::Order(vec![placed("q3-0", "Join", &places), placed("q3-1", "Count", &places)]),
            QuizInput::Match(vec![placed("q4-0", "Left join", &sides), placed("q4-1", "Inner join", &sides)]),
        ];
        QuizForm {
            attempt: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a".into(),
            questions: inputs
                .into_iter()
                .enumerate()
                .map(|(at, input)| QuizQuestion {
                    name: format!("q{at}"),
                    number: at + 1,
                    html: line("<p>Which of these is <em>right</em>?</p>"),
                    input,
                    missing: missing && at == 2,
                })
                .collect(),
        }
    }
}

impl Samples for QuizPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let form = |missing| Self { form: Some(Self::sample_form(missing)), ..Self::sample() };
        let preview = QuizPreview {
            editor_url: "/admin/lessons/1/quiz".into(),
            lesson_url: "/admin/lessons/1/preview".into(),
        };
        vec![
            ("quiz-begin", Self::sample()),
            ("quiz-used-up", Self { can_begin: false, attempts_left: Some(0), ..Self::sample() }),
            ("quiz", form(false)),
            ("quiz-missing", form(true)),
            ("quiz-preview", Self { preview: Some(preview), ..form(false) }),
        ]
    }
}

/// What became of a question.
#[derive(Clone, Debug)]
pub struct QuizVerdict {
    /// From 1.
    pub number: usize,
    /// What was asked.
    pub html: SafeHtml,
    /// Answered right.
    pub correct: bool,
    /// What was answered, a line each; empty for nothing.
    pub yours: Vec<SafeHtml>,
    /// The right answer, a line each; empty while answers are not shown.
    pub right: Vec<SafeHtml>,
    /// Lines are steps in their order.
    pub ordered: bool,
    /// Why.
    pub explanation: Option<SafeHtml>,
}

/// `GET /courses/{slug}/days/{day}/quiz/attempts/{number}`
#[derive(Template)]
#[template(path = "quiz/result.html")]
pub struct QuizResultPage {
    /// Shared page data.
    pub page: Page,
    /// The course.
    pub course: LessonCourse,
    /// The day of the lesson.
    pub day: u32,
    /// Title of the lesson.
    pub lesson_title: String,
    /// Whole percent.
    pub score: i64,
    /// Whole percent.
    pub pass_percent: i64,
    /// Good enough.
    pub passed: bool,
    /// Badges that came with it.
    pub earned: Earned,
    /// Such as `4 of 5 right`.
    pub right_label: String,
    /// Such as `Attempt 2, just now`.
    pub number: i64,
    /// When it was handed in.
    pub at: DateText,
    /// Question by question.
    pub verdicts: Vec<QuizVerdict>,
    /// Right answers are shown.
    pub answers_shown: bool,
    /// May try again.
    pub again: bool,
    /// How many more attempts there are; none for no limit.
    pub attempts_left: Option<i64>,
    /// The lesson after, when it may be opened.
    pub next: Option<LessonLink>,
}

impl QuizResultPage {
    fn sample(passed: bool) -> Self {
        let line = |html: &str| SafeHtml::from_sanitized(html.into());
        let lines = |texts: &[&str]| -> Vec<SafeHtml> {
            let shown = if passed { texts } else { &[] };
            shown.iter().map(|text| line(text)).collect()
        };
        Self {
            page: Page::sample_signed_in("Quiz result", "/courses/sql-in-seven-days/days/3/quiz/attempts/2"),
            course: LessonCourse::sample(),
            day: 3,
            lesson_title: "Join two tables without losing rows".into(),
            score: if passed { 80 } else { 40 },
            pass_percent: 70,
            passed,
            earned: if passed {
                Earned { badges: vec![BadgeLook::sample()], ..Earned::default() }
            } else {
                Earned::default()
            },
            right_label: if passed { "4 of 5 right" } else { "2 of 5 right" }.into(),
            number: 2,
            at: DateText::sample("just now"),
            verdicts: vec![
                QuizVerdict {
                    number: 1,
                    html: line("<p>Which join keeps every customer?</p>"),
                    correct: true,
                    yours: vec![line("<code>LEFT JOIN</code>")],
                    right: lines(&["<code>LEFT JOIN</code>"]),
                    ordered: false,
                    explanation: passed.then(|| line("<p>It keeps the rows of the left table.</p>")),
                },
                QuizVerdict {
                    number: 2,
                    html: line("<p>Put the steps in order.</p>"),
                    correct: false,
                    yours: if passed { vec![line("Count"), line("Join")] } else { Vec::new() },
                    right: lines(&["Join", "Count"]),
                    ordered: true,
                    explanation: None,
                },
            ],
            answers_shown: passed,
            again: true,
            attempts_left: (!passed).then_some(1),
            next: passed.then(|| LessonLink {
                day: 4,
                title: "Count, sum, average".into(),
                url: "/courses/sql-in-seven-days/days/4".into(),
            }),
        }
    }
}

impl Samples for QuizResultPage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("quiz-passed", Self::sample(true)), ("quiz-failed", Self::sample(false))]
    }
}
