//! The daily review.

use askama::Template;

use super::badges::{BadgeLook, Earned};
use super::common::Progress;
use super::gallery::Samples;
use super::lesson::LessonCourse;
use super::page::{Page, SafeHtml};

/// The review on the dashboard.
#[derive(Clone, Debug)]
pub struct ReviewTeaser {
    /// Such as `7 cards` or `new cards`.
    pub cards: String,
    /// Such as `About 2 minutes`.
    pub time: String,
}

impl ReviewTeaser {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self { cards: "7 cards".into(), time: "About 2 minutes".into() }
    }
}

/// What a card asks.
#[derive(Clone, Debug)]
pub enum ReviewFront {
    /// A key takeaway.
    Takeaway {
        /// Such as `2 of 4`.
        place: String,
        /// How it begins, if that helps.
        cue: Option<String>,
    },
    /// A question of a quiz.
    Question {
        /// What is asked.
        html: SafeHtml,
        /// What to do in one's mind, such as `Choose one.`
        hint: &'static str,
        /// Options or items, a line each; two lists for what belongs together.
        lists: Vec<Vec<SafeHtml>>,
    },
}

/// A button with what it leads to.
#[derive(Clone, Debug)]
pub struct GradeButton {
    /// As it is sent.
    pub value: &'static str,
    /// Such as `Good`.
    pub label: &'static str,
    /// Its key.
    pub key: usize,
    /// Such as `4 days`.
    pub wait: String,
}

/// The other side of a card.
#[derive(Clone, Debug)]
pub struct ReviewBack {
    /// The whole takeaway; none for a question.
    pub text: Option<String>,
    /// The answer to a question, a line each.
    pub lines: Vec<SafeHtml>,
    /// The lines are in an order.
    pub ordered: bool,
    /// Why.
    pub explanation: Option<SafeHtml>,
    /// How well it was remembered.
    pub grades: Vec<GradeButton>,
}

/// `GET /review` with a card.
#[derive(Template)]
#[template(path = "review/card.html")]
pub struct ReviewCardPage {
    /// Shared page data.
    pub page: Page,
    /// Cards of this session that are done.
    pub progress: Progress,
    /// Id of the card.
    pub card: String,
    /// How often it was reviewed.
    pub version: i64,
    /// The course that it comes from.
    pub course: LessonCourse,
    /// Its lesson.
    pub lesson_title: String,
    /// Where that is.
    pub lesson_url: String,
    /// What it asks.
    pub front: ReviewFront,
    /// Its other side, once it was asked for.
    pub back: Option<ReviewBack>,
}

/// Why there is no card.
#[derive(Clone, Debug)]
pub enum ReviewRest {
    /// Nothing was learned yet.
    Nothing,
    /// Nothing is due, and nothing was reviewed today.
    NotDue,
    /// Cards were reviewed today.
    Done {
        /// Such as `9 cards reviewed today`.
        reviewed: String,
        /// What it still takes until the review of the day is done, such as `2 more cards`.
        missing: Option<String>,
        /// Cards that are due besides, such as `8 more cards`.
        more: Option<String>,
        /// What was earned.
        earned: Earned,
    },
}

/// `GET /review` without a card, and `GET /review/done`.
#[derive(Template)]
#[template(path = "review/rest.html")]
pub struct ReviewRestPage {
    /// Shared page data.
    pub page: Page,
    /// Why there is no card.
    pub rest: ReviewRest,
    /// When the next card is due, such as `tomorrow`.
    pub next: Option<String>,
}

impl ReviewCardPage {
    fn sample() -> Self {
        Self {
            page: Page::sample_signed_in("Daily review", "/review"),
            progress: Progress { done: 2, total: 9 },
            card: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a-t2".into(),
            version: 3,
            course: LessonCourse::sample(),
            lesson_title: "Join two tables without losing rows".into(),
            lesson_url: "/courses/sql-in-seven-days/days/3".into(),
            front: ReviewFront::Takeaway {
                place: "2 of 4".into(),
                cue: Some("A left join keeps every row of the first table, …".into()),
            },
            back: None,
        }
    }

    fn sample_question() -> Self {
        let line = |html: &str| SafeHtml::from_sanitized(html.into());
        let options = vec![line("<code>LEFT JOIN</code>"), line("<code>INNER JOIN</code>")];
        let front = ReviewFront::Question {
            html: line("<p>Which one keeps every customer?</p>"),
            hint: "One of these is right.",
            lists: vec![options],
        };
        Self { front, ..Self::sample() }
    }
}

impl ReviewBack {
    fn sample(text: Option<&str>, lines: &[&str]) -> Self {
        let html = |html: &str| SafeHtml::from_sanitized(html.into());
        let button = |key, value, label, wait: &str| GradeButton { value, label, key, wait: wait.into() };
        Self {
            text: text.map(ToOwned::to_owned),
            explanation: lines.first().map(|_| html("<p>It fills up with <code>NULL</code>.</p>")),
            lines: lines.iter().map(|line| html(line)).collect(),
            ordered: false,
            grades: vec![
                button(1, "again", "Again", "10 min"),
                button(2, "hard", "Hard", "6 days"),
                button(3, "good", "Good", "12 days"),
                button(4, "easy", "Easy", "3 weeks"),
            ],
        }
    }
}

impl Samples for ReviewCardPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let takeaway = "A left join keeps every row of the first table, whether it has a match or not";
        let shown =
            |view: Self, text, lines: &[&str]| Self { back: Some(ReviewBack::sample(text, lines)), ..view };
        vec![
            ("review-takeaway", Self::sample()),
            ("review-takeaway-shown", shown(Self::sample(), Some(takeaway), &[])),
            ("review-question", Self::sample_question()),
            ("review-question-shown", shown(Self::sample_question(), None, &["<code>LEFT JOIN</code>"])),
        ]
    }
}

impl Samples for ReviewRestPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |rest, next: Option<&str>| Self {
            page: Page::sample_signed_in("Daily review", "/review"),
            rest,
            next: next.map(ToOwned::to_owned),
        };
        let earned = Earned {
            points: Some("+5 points".into()),
            streak: Some("4 days in a row".into()),
            badges: vec![BadgeLook::sample()],
        };
        let done = |missing: Option<&str>, more: Option<&str>, earned| ReviewRest::Done {
            reviewed: "9 cards reviewed today".into(),
            missing: missing.map(ToOwned::to_owned),
            more: more.map(ToOwned::to_owned),
            earned,
        };
        vec![
            ("review-nothing", view(ReviewRest::Nothing, None)),
            ("review-not-due", view(ReviewRest::NotDue, Some("tomorrow"))),
            ("review-done", view(done(None, None, earned.clone()), Some("tomorrow"))),
            ("review-done-more", view(done(None, Some("8 more cards"), earned), Some("in 10 minutes"))),
            ("review-begun", view(done(Some("2 more cards"), Some("8 more cards"), Earned::default()), None)),
        ]
    }
}
