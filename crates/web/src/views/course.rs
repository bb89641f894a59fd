//! The course page.

use askama::Template;

use super::common::{Access, CategoryTag, Cover, DateText, DayState, OutlineDay, Progress, Rating};
use super::gallery::Samples;
use super::lesson::{Video, VideoKind};
use super::page::{Page, SafeHtml};
use super::plan::Rescue;
use super::reviews::ReviewsBox;
use super::sample_data;

/// The one action that fits this visitor.
#[derive(Clone, Debug)]
pub enum EnrollAction {
    /// A visitor of a free course: sign in or up, then back here.
    SignInToStart,
    /// May start: the form posts to `/courses/{slug}/enroll`.
    Start {
        /// Not free, but open to this person.
        included: bool,
        /// The first day that has a lesson.
        day: u32,
        /// When that opens, such as `right away`.
        opens: String,
    },
    /// Enrolled.
    Continue {
        /// Next day.
        day: u32,
        /// Its lesson.
        url: String,
    },
    /// Enrolled, and all that is open is done.
    Wait {
        /// Next day.
        day: u32,
        /// When it opens, such as `tomorrow`.
        opens: String,
    },
    /// Completed: look again.
    Review {
        /// First lesson.
        url: String,
        /// When it was completed.
        completed: DateText,
    },
    /// Only premium members; can't be bought on this site yet.
    NeedsPremium,
    /// Costs this much; can't be bought on this site yet.
    Buy {
        /// Formatted price.
        price: String,
    },
    /// An author looks at the page as learners see it.
    Look {
        /// The first day and the preview of its lesson, when there is one.
        first: Option<(u32, String)>,
    },
    /// Can't be joined any more (archived).
    Unavailable,
}

impl EnrollAction {
    /// For somebody who has joined the course and not finished it.
    #[must_use]
    pub fn is_joined(&self) -> bool {
        matches!(self, Self::Continue { .. } | Self::Wait { .. })
    }
}

/// `GET /courses/{slug}`
#[derive(Template)]
#[template(path = "course/show.html")]
pub struct CoursePage {
    /// Shared page data.
    pub page: Page,
    /// Slug.
    pub slug: String,
    /// Its picture.
    pub cover: Cover,
    /// Title.
    pub title: String,
    /// One line.
    pub subtitle: String,
    /// Category.
    pub category: CategoryTag,
    /// Tags.
    pub tags: Vec<String>,
    /// 7, 14 or 21.
    pub duration_days: u8,
    /// Such as `Beginner`.
    pub level: String,
    /// Such as `English`.
    pub language: String,
    /// The same as a BCP 47 tag.
    pub lang: String,
    /// All lessons together, such as `1 h 52 min`.
    pub total_time: String,
    /// Such as `16 min`: one ordinary day.
    pub daily_time: String,
    /// Such as `1,204 learners`.
    pub learners: Option<String>,
    /// Average rating.
    pub rating: Option<Rating>,
    /// Who may take it.
    pub access: Access,
    /// Author.
    pub author: String,
    /// What it is about, as a video.
    pub video: Option<Video>,
    /// Description.
    pub description: SafeHtml,
    /// What one can do afterwards.
    pub objectives: Vec<String>,
    /// Whom it is for: one sentence.
    pub audience: String,
    /// One entry a day.
    pub outline: Vec<OutlineDay>,
    /// What this visitor can do.
    pub action: EnrollAction,
    /// Progress of an enrolled viewer.
    pub progress: Option<Progress>,
    /// Days that were missed, when that is worth a question.
    pub rescue: Option<Rescue>,
    /// The plan of a viewer who is under way.
    pub plan_url: Option<String>,
    /// What learners say.
    pub reviews: ReviewsBox,
}

impl CoursePage {
    /// The first lesson a visitor may open: its day and address.
    #[must_use]
    pub fn preview(&self) -> Option<(u32, &str)> {
        let day = self.outline.iter().find(|day| day.state == DayState::Preview)?;
        Some((day.day, day.url.as_deref()?))
    }

    /// Sample data for a visitor.
    #[must_use]
    pub fn sample() -> Self {
        let objectives = [
            "Write queries that select, filter and sort",
            "Join tables and know which rows you lose",
            "Summarize with counts, sums and averages",
            "Check a result before somebody else does",
        ];
        Self {
            page: Page::sample("SQL in seven days", "/courses/sql-in-seven-days"),
            slug: "sql-in-seven-days".into(),
            cover: Cover::of("sql-in-seven-days", None),
            title: "SQL in seven days".into(),
            subtitle: "Ask your data real questions and trust the answers".into(),
            category: CategoryTag::new("technology", "Technology"),
            tags: vec!["sql".into(), "data".into(), "databases".into()],
            duration_days: 7,
            level: "Beginner".into(),
            language: "English".into(),
            lang: "en".into(),
            total_time: "1 h 52 min".into(),
            daily_time: "16 min".into(),
            learners: Some("1,204 learners".into()),
            rating: Some(Rating { average: "4.8".into(), count: "212".into() }),
            access: Access::Free,
            author: "Mara Lindqvist".into(),
            video: Some(Video {
                url: "https://videos.example/sql".into(),
                host: "videos.example".into(),
                kind: VideoKind::Link,
                position: 0,
            }),
            description: SafeHtml::from_sanitized(
                "<p>Most questions at work are small: how many, since when, which of them. The answer sits in a \
                 table, and SQL is the shortest way to it.</p><p>For seven days you spend a quarter of an hour \
                 with one idea, try it on a real data set, and write down what you found.</p>"
                    .into(),
            ),
            objectives: objectives.iter().map(|&text| text.into()).collect(),
            audience: "Analysts and marketers who want to get answers themselves.".into(),
            outline: sample_data::outline(0, DayState::Locked),
            action: EnrollAction::SignInToStart,
            progress: None,
            rescue: None,
            plan_url: None,
            reviews: ReviewsBox::sample(),
        }
    }

    fn sample_member(action: EnrollAction, done: usize) -> Self {
        Self {
            page: Page::sample_signed_in("SQL in seven days", "/courses/sql-in-seven-days"),
            outline: sample_data::outline(done, DayState::Open),
            progress: Some(Progress { done: u32::try_from(done).unwrap_or(0), total: 7 }),
            rescue: (done < 7).then(Rescue::sample),
            plan_url: (done < 7).then(|| Rescue::sample().url),
            action,
            reviews: ReviewsBox::sample_own(),
            ..Self::sample()
        }
    }
}

impl Samples for CoursePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let signed_in = |action, access| Self {
            page: Page::sample_signed_in("SQL in seven days", "/courses/sql-in-seven-days"),
            action,
            access,
            ..Self::sample()
        };
        let url = "/courses/sql-in-seven-days/days/3".to_string();
        let completed = DateText::sample("yesterday");
        vec![
            ("course-visitor", Self::sample()),
            (
                "course-start",
                signed_in(
                    EnrollAction::Start { included: false, day: 1, opens: "right away".into() },
                    Access::Free,
                ),
            ),
            (
                "course-included",
                signed_in(
                    EnrollAction::Start { included: true, day: 1, opens: "right away".into() },
                    Access::Paid("$19".into()),
                ),
            ),
            ("course-continue", Self::sample_member(EnrollAction::Continue { day: 3, url: url.clone() }, 2)),
            ("course-wait", {
                let wait = EnrollAction::Wait { day: 3, opens: "tomorrow".into() };
                Self { outline: sample_data::outline(2, DayState::Later), ..Self::sample_member(wait, 2) }
            }),
            ("course-review", Self::sample_member(EnrollAction::Review { url, completed }, 7)),
            ("course-premium", signed_in(EnrollAction::NeedsPremium, Access::Premium)),
            ("course-buy", signed_in(EnrollAction::Buy { price: "$19".into() }, Access::Paid("$19".into()))),
            ("course-unavailable", signed_in(EnrollAction::Unavailable, Access::Free)),
        ]
    }
}
