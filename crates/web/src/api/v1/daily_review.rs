//! The daily review.

use axum::{
    Json,
    extract::{Path, State},
};
use chrono::{DateTime, Utc};
use momentum_core::{
    daily_review::{self, Card, CardId, Content, Deck, Grade, Waits},
    ids::{CourseId, LessonId},
    learning::quiz::{Answer, ShownQuestion, right_answer},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::engagement::BadgeAnswer;
use crate::{
    App,
    api::{ApiJson, Bearer, Operations, parse_id},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations.add(Access::User, routes!(deck)).add(Access::User, routes!(grade))
}

/// What stands on a card.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum CardContent {
    /// A key takeaway of a lesson that was completed.
    Takeaway {
        /// Which one, from 1.
        place: usize,
        /// How many the lesson has.
        of: usize,
        /// How it begins, to remember the rest from; null when that would tell all or nothing.
        cue: Option<String>,
        /// The other side of the card.
        text: String,
    },
    /// A question that was missed.
    Question {
        question: ShownQuestion,
        /// The other side of the card: the right answer, or one of them.
        right_answer: Answer,
        /// Why that is right: Markdown.
        explanation: String,
    },
}

/// A card to review.
#[derive(Serialize, ToSchema)]
struct CardAnswer {
    #[schema(value_type = String)]
    id: CardId,
    /// How often the caller has reviewed it; send it back with the grade.
    version: i64,
    course_id: CourseId,
    lesson_id: LessonId,
    lesson_title: String,
    content: CardContent,
    /// When it comes again, by grade. Days end as for streaks.
    waits: Waits,
}

impl CardAnswer {
    fn of(card: &Card) -> Result<Self, ApiError> {
        let content = match &card.content {
            Content::Takeaway { place, of, cue, text } => {
                CardContent::Takeaway { place: *place, of: *of, cue: cue.clone(), text: text.clone() }
            }
            Content::Question(dealt) => CardContent::Question {
                question: dealt.shown(),
                right_answer: right_answer(dealt),
                explanation: dealt.question.explanation().to_owned(),
            },
        };
        Ok(Self {
            id: card.id.clone(),
            version: card.version,
            course_id: card.lesson.course_id,
            lesson_id: card.lesson.id,
            lesson_title: card.lesson.title.clone(),
            content,
            waits: card.waits()?,
        })
    }
}

/// What the caller has to review now.
#[derive(Serialize, ToSchema)]
struct ReviewAnswer {
    /// Cards that are due or new.
    total: usize,
    /// How many of them are new.
    new: usize,
    /// Cards reviewed today.
    reviewed_today: i64,
    /// When the review of today was done, which earned its points; null before.
    done_at: Option<DateTime<Utc>>,
    /// When the next card is due that isn't yet; null when there is none.
    next_due_at: Option<DateTime<Utc>>,
    /// The cards of the session at hand, at most twelve, in their order.
    cards: Vec<CardAnswer>,
}

/// The caller's daily review: key takeaways of the lessons they completed and questions that they missed, each shown again shortly
/// before it would be forgotten (FSRS).
#[utoipa::path(get, path = "/me/review", tag = "learning", responses((status = 200, body = ReviewAnswer), Problems))]
async fn deck(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<ReviewAnswer>, ApiError> {
    let deck = daily_review::deck(&app.services, &actor).await?;
    let left = deck.left();
    let Deck { cards, new, today, next_due_at, .. } = deck;
    Ok(Json(ReviewAnswer {
        total: cards.len(),
        new,
        reviewed_today: today.reviewed,
        done_at: today.done_at,
        next_due_at,
        cards: cards.iter().take(left).map(CardAnswer::of).collect::<Result<_, _>>()?,
    }))
}

/// How well the caller remembered a card.
#[derive(Deserialize, ToSchema)]
struct GradeRequest {
    grade: Grade,
    /// The card's version when it was shown: a grade sent twice counts once.
    version: i64,
}

/// What came of a review.
#[derive(Serialize, ToSchema)]
struct GradedAnswer {
    /// How often the card was reviewed by now.
    version: i64,
    /// When it comes again.
    due_at: DateTime<Utc>,
    /// Cards reviewed today.
    reviewed_today: i64,
    /// Cards that are due or new now.
    left: usize,
    /// Points that this review earned: the one that made it the review of the day.
    points_awarded: i64,
    /// Badges that this review earned.
    badges_awarded: Vec<BadgeAnswer>,
    /// The current streak in days.
    streak: i64,
}

/// Grades a card. The first five cards of a day, or all when there are fewer, are its review, which earns points and keeps the
/// streak.
#[utoipa::path(post, path = "/me/review/{card}", tag = "learning", request_body = GradeRequest,
    params(("card" = String, Path)), responses((status = 200, body = GradedAnswer), Problems))]
async fn grade(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(card): Path<String>,
    ApiJson(body): ApiJson<GradeRequest>,
) -> Result<Json<GradedAnswer>, ApiError> {
    let card: CardId = parse_id(&card, "card")?;
    let graded = daily_review::grade(&app.services, &actor, &card, body.grade, body.version).await?;
    Ok(Json(GradedAnswer {
        version: graded.version,
        due_at: graded.due_at,
        reviewed_today: graded.reviewed_today,
        left: graded.left,
        points_awarded: graded.gain.points,
        badges_awarded: graded.gain.badges.iter().map(|badge| (&**badge).into()).collect(),
        streak: graded.gain.streak.days,
    }))
}
