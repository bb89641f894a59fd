//! Reviews of courses, and what administrators do with them.

use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_core::{
    Error,
    catalog::{self, Course},
    identity::avatar_path,
    ids::ReviewId,
    learning::{self, Standing},
    reviews::{self, ModeratedReview, RatingSummary, Review, ReviewOrder, ReviewState, ReviewsFilter},
};
use serde::Deserialize;

use super::{
    account::refused,
    context::{Ctx, Notice, safe_return},
    failure::PageError,
    form::{Nothing, Params, Posted},
};
use crate::{
    App, present,
    views::{
        AdminReviewsPage, Choice, ModeratedRow, OwnReviewForm, ReviewItem, ReviewsBox, ReviewsPage, StarBar,
    },
};

/// Reviews on the page of a course.
const ON_COURSE: i64 = 3;
/// Reviews on a page of their own list.
const PAGE: i64 = 20;
/// Reviews on a page of the administrators' list.
const ADMIN_PAGE: i64 = 50;

/// The reviews of a course on its page.
pub(super) async fn on_course(
    app: &App,
    ctx: &Ctx,
    course: &Course,
    standing: &Standing,
) -> Result<ReviewsBox, PageError> {
    part(app, ctx, course, standing, (ReviewOrder::Newest, ON_COURSE, 0)).await
}

async fn part(
    app: &App,
    ctx: &Ctx,
    course: &Course,
    standing: &Standing,
    (order, limit, offset): (ReviewOrder, i64, i64),
) -> Result<ReviewsBox, PageError> {
    let s = &app.services;
    let actor = ctx.actor.as_deref();
    let (items, summary) = reviews::course_reviews(s, actor, course.card.id, order, limit, offset).await?;
    let (own, may) = match actor {
        Some(actor) => reviews::own_review(s, actor, course, standing).await?,
        None => (None, false),
    };
    let now = s.clock.now();
    let zone = actor.map_or(chrono_tz::UTC, |actor| actor.time_zone);
    let mut found = summed(&summary);
    found.items =
        items.iter().map(|review| item(review, actor.is_some() && !review.is_own, now, zone)).collect();
    found.own = may.then(|| match own {
        Some(own) => OwnReviewForm {
            exists: true,
            rating: own.rating,
            hidden: (own.state == ReviewState::Hidden).then_some(own.hidden_reason),
            text: own.body,
            ..OwnReviewForm::default()
        },
        None => OwnReviewForm::default(),
    });
    Ok(found)
}

fn summed(summary: &RatingSummary) -> ReviewsBox {
    let mut bars: Vec<StarBar> =
        (1..).zip(summary.by_stars()).map(|(stars, count)| StarBar { stars, count }).collect();
    bars.reverse();
    ReviewsBox {
        average: summary.average().map(|average| format!("{average:.1}")).unwrap_or_default(),
        count_label: present::count(summary.count(), "review", "reviews"),
        count: summary.count(),
        bars,
        ..ReviewsBox::default()
    }
}

fn item(review: &Review, can_report: bool, now: DateTime<Utc>, zone: Tz) -> ReviewItem {
    let author = review.author_id;
    ReviewItem {
        id: review.id.to_string(),
        name: review.author_name.clone(),
        initials: present::initials(&review.author_name),
        avatar_url: author
            .zip(review.author_avatar.as_deref())
            .map(|(author, version)| avatar_path(author, version)),
        profile_url: author.map(|author| format!("/people/{author}")),
        rating: review.rating,
        body: review.body.clone(),
        at: present::moment(review.updated_at, now, zone),
        can_report,
    }
}

/// Which part of the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReviewsQuery {
    sort: String,
    page: i64,
}

/// `GET /courses/{slug}/reviews`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Path(slug): Path<String>,
    Params(query): Params<ReviewsQuery>,
) -> Result<Response, PageError> {
    ctx.render(&view(&app, &ctx, &slug, &query).await?)
}

async fn view(app: &App, ctx: &Ctx, slug: &str, query: &ReviewsQuery) -> Result<ReviewsPage, PageError> {
    let course = catalog::course(&app.services, slug).await?;
    let standing = learning::course_standing(&app.services, ctx.actor.as_deref(), &course).await?;
    let order = ReviewOrder::parse(&query.sort).unwrap_or_default();
    let page = query.page.clamp(1, 10_000);
    let offset = (page - 1) * PAGE;
    let found = part(app, ctx, &course, &standing, (order, PAGE, offset)).await?;
    let path = format!("/courses/{slug}/reviews");
    let at = |page: i64| format!("{path}?sort={}&page={page}", order.as_str());
    let title = &course.card.title;
    let orders = [("newest", "Newest"), ("highest", "Highest rated"), ("lowest", "Lowest rated")];
    Ok(ReviewsPage {
        page: ctx.page(&format!("Reviews of {title}"), &format!("What learners say about {title}."), &path),
        slug: slug.to_owned(),
        title: title.clone(),
        orders: Choice::list(&orders, order.as_str()),
        prev_url: (page > 1).then(|| at(page - 1)),
        next_url: (offset + PAGE < found.count).then(|| at(page + 1)),
        reviews: found,
    })
}

/// A review as it is sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReviewForm {
    rating: Option<i64>,
    text: String,
}

/// `POST /courses/{slug}/reviews`
pub(crate) async fn save(
    State(app): State<App>,
    Path(slug): Path<String>,
    posted: Posted<ReviewForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let course = catalog::course(&app.services, &slug).await?.card.id;
    let rating = form.rating.unwrap_or(0);
    match reviews::save_review(&app.services, ctx.actor()?, course, rating, &form.text).await {
        Ok(_) => Ok(ctx.redirect_with(&format!("/courses/{slug}#reviews"), Notice::ReviewSaved)),
        Err(error @ Error::Invalid(_)) => {
            let mut view = view(&app, &ctx, &slug, &ReviewsQuery::default()).await?;
            if let (Error::Invalid(errors), Some(own)) = (&error, &mut view.reviews.own) {
                let message = |field: &str| {
                    let found = errors.as_slice().iter().find(|error| error.field == field);
                    found.map(|error| error.message.to_string())
                };
                own.rating_error = message("rating");
                own.text_error = message("text");
                (own.rating, own.text) = (rating, form.text);
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /courses/{slug}/reviews/delete`
pub(crate) async fn remove(
    State(app): State<App>,
    Path(slug): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let course = catalog::course(&app.services, &slug).await?.card.id;
    reviews::remove_review(&app.services, posted.ctx.actor()?, course).await?;
    Ok(posted.ctx.redirect_with(&format!("/courses/{slug}#reviews"), Notice::ReviewRemoved))
}

/// Why a review is reported.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReportForm {
    reason: String,
}

/// `POST /courses/{slug}/reviews/{id}/report`
pub(crate) async fn report(
    State(app): State<App>,
    Path((slug, id)): Path<(String, String)>,
    posted: Posted<ReportForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id: ReviewId = id.parse().map_err(|_| Error::NotFound("review"))?;
    reviews::report_review(&app.services, ctx.actor()?, id, &form.reason).await?;
    Ok(ctx.redirect_with(&format!("/courses/{slug}/reviews"), Notice::ReviewReported))
}

/// What an administrator looks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ModerationQuery {
    q: String,
    state: String,
    page: i64,
}

/// `GET /admin/reviews`
pub(crate) async fn moderation(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<ModerationQuery>,
) -> Result<Response, PageError> {
    ctx.render(&moderation_view(&app, &ctx, &query).await?)
}

async fn moderation_view(
    app: &App,
    ctx: &Ctx,
    query: &ModerationQuery,
) -> Result<AdminReviewsPage, PageError> {
    let actor = ctx.actor()?;
    let page = query.page.clamp(1, 10_000);
    let filter = ReviewsFilter {
        q: query.q.chars().take(200).collect(),
        state: query.state.parse().ok(),
        limit: ADMIN_PAGE,
        offset: (page - 1) * ADMIN_PAGE,
    };
    let (found, total) = reviews::moderated(&app.services, actor, &filter).await?;
    let now = app.services.clock.now();
    let at = |page: i64| {
        format!(
            "/admin/reviews?q={}&state={}&page={page}",
            present::encode(&query.q),
            present::encode(&query.state)
        )
    };
    let mut states =
        vec![Choice { value: String::new(), label: "All states".into(), selected: filter.state.is_none() }];
    states.extend(ReviewState::ALL.into_iter().map(|state| Choice {
        value: state.as_str().into(),
        label: state_label(state).into(),
        selected: filter.state == Some(state),
    }));
    Ok(AdminReviewsPage {
        page: ctx.private_page("Reviews", "/admin/reviews"),
        states,
        total_label: if total >= 10_000 {
            "10,000+ reviews".into()
        } else {
            present::count(total, "review", "reviews")
        },
        filtered: !filter.q.trim().is_empty() || filter.state.is_some(),
        alert: None,
        here: at(page),
        reviews: found.iter().map(|review| row(review, now, actor.time_zone)).collect(),
        newer_url: (page > 1).then(|| at(page - 1)),
        older_url: (filter.offset + ADMIN_PAGE < total).then(|| at(page + 1)),
        q: query.q.clone(),
    })
}

fn state_label(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Visible => "Visible",
        ReviewState::Reported => "Reported",
        ReviewState::Hidden => "Hidden",
    }
}

fn row(review: &ModeratedReview, now: DateTime<Utc>, zone: Tz) -> ModeratedRow {
    let reason = match review.state {
        ReviewState::Hidden => Some(review.hidden_reason.clone()),
        ReviewState::Reported => review.report_reason.clone(),
        ReviewState::Visible => None,
    };
    ModeratedRow {
        id: review.id.to_string(),
        author: format!("{} <{}>", review.author_name, review.author_email),
        course_title: review.course_title.clone(),
        course_url: format!("/courses/{}", review.course_slug),
        rating: review.rating,
        body: review.body.clone(),
        state: review.state.as_str(),
        state_label: match review.state {
            ReviewState::Reported => format!("Reported by {}", present::number(review.report_count)),
            other => state_label(other).to_owned(),
        },
        reason: reason.filter(|reason| !reason.is_empty()),
        at: present::moment(review.updated_at, now, zone),
    }
}

/// What is done with which reviews.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct DecisionForm {
    id: Vec<ReviewId>,
    reason: String,
    r#do: String,
    here: String,
}

/// `POST /admin/reviews`
pub(crate) async fn decide(
    State(app): State<App>,
    posted: Posted<DecisionForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    let (decided, notice) = if form.r#do == "restore" {
        (reviews::restore_reviews(&app.services, actor, &form.id).await, Notice::ReviewsShown)
    } else {
        (reviews::hide_reviews(&app.services, actor, &form.id, &form.reason).await, Notice::ReviewsHidden)
    };
    match decided {
        Ok(_) => {
            let back = safe_return(Some(&form.here)).filter(|path| path.starts_with("/admin/reviews"));
            Ok(ctx.redirect_with(back.unwrap_or("/admin/reviews"), notice))
        }
        Err(error @ Error::Invalid(_)) => {
            let mut view = moderation_view(&app, &ctx, &ModerationQuery::default()).await?;
            view.alert = match &error {
                Error::Invalid(errors) => errors.as_slice().first().map(|error| error.message.to_string()),
                _ => None,
            };
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}
