//! Reviews of courses.

use askama::Template;

use super::common::DateText;
use super::forms::Choice;
use super::gallery::Samples;
use super::page::Page;

/// A review in a list.
#[derive(Clone, Debug)]
pub struct ReviewItem {
    /// Id for `/courses/{slug}/reviews/{id}/report`.
    pub id: String,
    /// Who wrote it.
    pub name: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// The picture, when the profile is public.
    pub avatar_url: Option<String>,
    /// The profile, when it is public.
    pub profile_url: Option<String>,
    /// 1 to 5.
    pub rating: i64,
    /// What they say; may be empty.
    pub body: String,
    /// When it was written or changed.
    pub at: DateText,
    /// The viewer may report it.
    pub can_report: bool,
}

/// How many gave so many stars.
#[derive(Clone, Debug)]
pub struct StarBar {
    /// 1 to 5.
    pub stars: i64,
    /// How many.
    pub count: i64,
}

/// The viewer's own review, or the way to one.
#[derive(Clone, Debug, Default)]
pub struct OwnReviewForm {
    /// There is one already.
    pub exists: bool,
    /// 1 to 5; 0 for none yet.
    pub rating: i64,
    /// As typed.
    pub text: String,
    /// Why an administrator has hidden it; empty when no reason was given.
    pub hidden: Option<String>,
    /// What is wrong with the stars.
    pub rating_error: Option<String>,
    /// What is wrong with the text.
    pub text_error: Option<String>,
}

/// The reviews of a course in short.
#[derive(Clone, Debug, Default)]
pub struct ReviewsBox {
    /// Such as `4.8`; empty without a review.
    pub average: String,
    /// Such as `212 reviews`.
    pub count_label: String,
    /// How many there are.
    pub count: i64,
    /// Five stars first.
    pub bars: Vec<StarBar>,
    /// Some of them.
    pub items: Vec<ReviewItem>,
    /// For learners of the course.
    pub own: Option<OwnReviewForm>,
}

impl ReviewsBox {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        let item = |id: &str, name: &str, rating, body: &str| ReviewItem {
            id: id.into(),
            name: name.into(),
            initials: name.chars().take(1).collect(),
            avatar_url: None,
            profile_url: Some("/people/01935e1c".into()),
            rating,
            body: body.into(),
            at: DateText::sample("yesterday"),
            can_report: true,
        };
        Self {
            average: "4.5".into(),
            count_label: "2 reviews".into(),
            count: 2,
            bars: (1..=5).rev().map(|stars| StarBar { stars, count: i64::from(stars > 3) }).collect(),
            items: vec![
                item("a1", "Ada Moreau", 5, "Short, clear, and I use it every day.\n\nDay 3 is the best."),
                item("a2", "Jonas Weber", 4, ""),
            ],
            own: None,
        }
    }

    /// Sample data of a learner.
    #[must_use]
    pub fn sample_own() -> Self {
        Self { own: Some(OwnReviewForm::default()), ..Self::sample() }
    }
}

/// `GET /courses/{slug}/reviews`
#[derive(Template)]
#[template(path = "reviews/index.html")]
pub struct ReviewsPage {
    /// Shared page data.
    pub page: Page,
    /// Slug of the course.
    pub slug: String,
    /// Title of the course.
    pub title: String,
    /// The reviews.
    pub reviews: ReviewsBox,
    /// The orders of the list.
    pub orders: Vec<Choice>,
    /// The page before.
    pub prev_url: Option<String>,
    /// The page after.
    pub next_url: Option<String>,
}

impl ReviewsPage {
    fn sample(reviews: ReviewsBox) -> Self {
        Self {
            page: Page::sample_signed_in("Reviews", "/courses/sql-in-seven-days/reviews"),
            slug: "sql-in-seven-days".into(),
            title: "SQL in seven days".into(),
            reviews,
            orders: Choice::list(&[("newest", "Newest"), ("highest", "Highest rated")], "newest"),
            prev_url: None,
            next_url: Some("/courses/sql-in-seven-days/reviews?page=2".into()),
        }
    }
}

impl Samples for ReviewsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let wrong = OwnReviewForm {
            text: "Good".into(),
            rating_error: Some("Give one to five stars.".into()),
            ..OwnReviewForm::default()
        };
        let hidden = OwnReviewForm {
            exists: true,
            rating: 1,
            text: "Buy my course instead".into(),
            hidden: Some("Advertising".into()),
            ..OwnReviewForm::default()
        };
        let with = |own| ReviewsBox { own: Some(own), ..ReviewsBox::sample() };
        vec![
            ("reviews", Self::sample(ReviewsBox::sample())),
            ("reviews-wrong", Self::sample(with(wrong))),
            ("reviews-hidden", Self::sample(with(hidden))),
            ("reviews-empty", Self::sample(ReviewsBox::default())),
        ]
    }
}

/// A review as administrators see it.
#[derive(Clone, Debug)]
pub struct ModeratedRow {
    /// Id.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// Title of the course.
    pub course_title: String,
    /// The course.
    pub course_url: String,
    /// 1 to 5.
    pub rating: i64,
    /// What they say.
    pub body: String,
    /// `visible`, `reported` or `hidden`.
    pub state: &'static str,
    /// The state in words, such as `Reported by 2`.
    pub state_label: String,
    /// What was said against it, or why it was hidden.
    pub reason: Option<String>,
    /// When it was written or changed.
    pub at: DateText,
}

/// `GET /admin/reviews`
#[derive(Template)]
#[template(path = "admin/reviews.html")]
pub struct AdminReviewsPage {
    /// Shared page data.
    pub page: Page,
    /// What is searched for.
    pub q: String,
    /// States.
    pub states: Vec<Choice>,
    /// Such as `12 reviews`.
    pub total_label: String,
    /// Something is searched for.
    pub filtered: bool,
    /// What went wrong.
    pub alert: Option<String>,
    /// This page of the list, for the way back.
    pub here: String,
    /// The latest first.
    pub reviews: Vec<ModeratedRow>,
    /// The page before.
    pub newer_url: Option<String>,
    /// The page after.
    pub older_url: Option<String>,
}

impl Samples for AdminReviewsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |id: &str, state, state_label: &str, reason: Option<&str>| ModeratedRow {
            id: id.into(),
            author: "Ada Moreau <ada@example.com>".into(),
            course_title: "SQL in seven days".into(),
            course_url: "/courses/sql-in-seven-days".into(),
            rating: 2,
            body: "Not for me.".into(),
            state,
            state_label: state_label.into(),
            reason: reason.map(Into::into),
            at: DateText::sample("2 hours ago"),
        };
        let sample = |reviews: Vec<ModeratedRow>, q: &str| Self {
            page: Page::sample_signed_in("Reviews", "/admin/reviews"),
            q: q.into(),
            states: Choice::list(&[("", "All states"), ("reported", "Reported")], ""),
            total_label: format!("{} reviews", reviews.len()),
            filtered: !q.is_empty(),
            alert: None,
            here: "/admin/reviews".into(),
            reviews,
            newer_url: None,
            older_url: Some("/admin/reviews?page=2".into()),
        };
        let rows = vec![
            row("a1", "reported", "Reported by 2", Some("Advertising")),
            row("a2", "hidden", "Hidden", Some("Insults the author")),
            row("a3", "visible", "Visible", None),
        ];
        let chosen = Some("Choose at least one review.".to_owned());
        vec![
            ("admin-reviews", sample(rows.clone(), "")),
            ("admin-reviews-none-chosen", Self { alert: chosen, ..sample(rows, "") }),
            ("admin-reviews-empty", sample(Vec::new(), "nobody")),
        ]
    }
}
