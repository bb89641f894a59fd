//! A course: its page, joining it, finishing it.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    Error,
    catalog::{self, Course},
    engagement,
    learning::{self, Standing},
};

use super::{
    context::{Ctx, Notice},
    engagement::earned_at,
    failure::PageError,
    form::{Nothing, Params, Posted},
    lessons::video,
    recommendations::{self, Followed},
    reviews,
    schedule::{plan_path, rescue},
    standing::{action, first_day, lesson_path, outline, today},
};
use crate::{
    App,
    cover::{Palette, cover_svg, og_default_svg},
    http::files::{self, Address},
    present, raster,
    views::{
        CompletedPage, CoursePage, EnrolledPage, JsonLd, Page, Progress, ReviewsBox, SafeHtml, ScheduleDay,
        Stat, Video,
    },
};

/// Days shown after joining.
const SCHEDULE_SHOWN: usize = 4;

/// `GET /courses/{slug}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(slug): Path<String>,
    Params(followed): Params<Followed>,
) -> Result<Response, PageError> {
    recommendations::note_click(&app.services, &ctx, &followed, &slug).await;
    ctx.render_shared(format!("course {slug}"), async |ctx| {
        let course = catalog::course(&app.services, &slug).await?;
        let standing = learning::course_standing(&app.services, ctx.actor.as_deref(), &course).await?;
        let mut view = course_view(&app, ctx, &course, &standing).await?;
        view.reviews = reviews::on_course(&app, ctx, &course, &standing).await?;
        Ok(view)
    })
    .await
}

pub(super) async fn course_view(
    app: &App,
    ctx: &Ctx,
    course: &Course,
    standing: &Standing,
) -> Result<CoursePage, PageError> {
    let card = &course.card;
    let lessons = card.lesson_count.max(1);
    let progress = match standing {
        Standing::Enrolled { done_days, .. } => {
            Some(Progress { done: done_days.len(), total: present::small(card.lesson_count) })
        }
        _ => None,
    };
    let today = today(app, ctx);
    let under_way = match standing {
        Standing::Enrolled { completed_at: None, schedule, done_days, .. } => Some((schedule, *done_days)),
        _ => None,
    };
    Ok(CoursePage {
        page: course_head(app, ctx, course),
        slug: card.slug.clone(),
        cover: present::cover(card),
        title: card.title.clone(),
        subtitle: card.subtitle.clone(),
        category: present::category(card),
        tags: course.tags.clone(),
        duration_days: u8::try_from(card.duration_days).unwrap_or(0),
        level: present::level(card.level).to_owned(),
        language: present::language(&card.language),
        lang: card.language.clone(),
        total_time: present::minutes(card.total_minutes),
        daily_time: present::minutes(card.total_minutes / lessons),
        learners: present::learners(card),
        rating: present::rating(card),
        access: present::access(card),
        author: card.author.clone(),
        video: intro_video(app, course).await?,
        description: SafeHtml::from_sanitized(course.description_html.text()),
        objectives: course.objectives.clone(),
        audience: course.audience.clone(),
        outline: outline(course, standing, today),
        action: action(app, ctx, course, standing),
        progress,
        rescue: under_way.and_then(|(schedule, done)| rescue(course, schedule, done, today)),
        plan_url: under_way.map(|_| plan_path(&card.slug)),
        reviews: ReviewsBox::default(),
    })
}

/// The video that says what the course is about: everybody may see it.
async fn intro_video(app: &App, course: &Course) -> Result<Option<Video>, PageError> {
    let Some(url) = &course.intro_video_url else { return Ok(None) };
    Ok(match files::address(&app.services, url, true).await? {
        Address::Open(url) => Some(video(&url, 0)),
        Address::Premium => None,
    })
}

/// Head data of a course page: what search engines and shared links show. Neither of them signs in.
fn course_head(app: &App, ctx: &Ctx, course: &Course) -> Page {
    let settings = &app.services.settings;
    let card = &course.card;
    let path = format!("/courses/{}", card.slug);
    let mut page = ctx.page(&card.title, &card.subtitle, &path);
    if ctx.actor.is_some() {
        return page;
    }
    page.og_image = Some(match &card.thumbnail_url {
        Some(picture) => format!("{}{picture}", settings.base_url),
        None => format!("{}/covers/{}.png", settings.base_url, card.slug),
    });
    let offer = match card.price.money() {
        Some(money) => serde_json::json!({
            "@type": "Offer", "category": "Paid", "price": present::amount(&money),
            "priceCurrency": money.currency,
        }),
        None if card.access == catalog::Access::Free => {
            serde_json::json!({ "@type": "Offer", "category": "Free" })
        }
        None => serde_json::json!({ "@type": "Offer", "category": "Subscription" }),
    };
    let mut data = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "Course",
        "name": card.title,
        "description": card.subtitle,
        "url": format!("{}{path}", settings.base_url),
        "inLanguage": card.language,
        "educationalLevel": present::level(card.level),
        "teaches": course.objectives,
        "author": { "@type": "Person", "name": card.author },
        "provider": { "@type": "Organization", "name": app.services.site_name(), "url": settings.base_url },
        "offers": offer,
        "hasCourseInstance": {
            "@type": "CourseInstance", "courseMode": "Online",
            "courseWorkload": format!("PT{}M", card.total_minutes),
        },
    });
    if let Some(average) = card.rating_average.filter(|_| card.rating_count > 0) {
        data["aggregateRating"] = serde_json::json!({
            "@type": "AggregateRating", "ratingValue": format!("{average:.1}"), "bestRating": 5, "worstRating": 1,
            "ratingCount": card.rating_count,
        });
    }
    page.json_ld = Some(JsonLd::new(&data.to_string()));
    page
}

/// `POST /courses/{slug}/enroll`
pub(crate) async fn enroll(
    State(app): State<App>,
    Path(slug): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let ctx = posted.ctx;
    let course = catalog::course(&app.services, &slug).await?;
    match learning::enroll(&app.services, ctx.actor()?, course.card.id).await {
        Ok((_, true)) => Ok(Redirect::to(&format!("/courses/{slug}/enrolled")).into_response()),
        Ok((_, false)) => Ok(ctx.redirect_with(&format!("/courses/{slug}"), Notice::AlreadyEnrolled)),
        // The course page says who may join.
        Err(Error::PaymentRequired(_) | Error::Forbidden { .. }) => {
            Ok(Redirect::to(&format!("/courses/{slug}")).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /courses/{slug}/enrolled`
pub(crate) async fn enrolled(
    State(app): State<App>,
    ctx: Ctx,
    Path(slug): Path<String>,
) -> Result<Response, PageError> {
    let course = catalog::course(&app.services, &slug).await?;
    let actor = ctx.actor()?;
    let Standing::Enrolled { schedule, .. } =
        learning::course_standing(&app.services, Some(actor), &course).await?
    else {
        return Ok(Redirect::to(&format!("/courses/{slug}")).into_response());
    };
    let today = engagement::today(&app.services, actor);
    let label = |date: chrono::NaiveDate| if date == today { "Today".to_owned() } else { present::day(date) };
    let card = &course.card;
    let view = EnrolledPage {
        page: ctx.private_page(&format!("You’re in: {}", card.title), &format!("/courses/{slug}/enrolled")),
        slug: slug.clone(),
        course_title: card.title.clone(),
        category: present::category(card),
        duration_days: u8::try_from(card.duration_days).unwrap_or(0),
        daily_time: present::minutes(card.total_minutes / card.lesson_count.max(1)),
        start: schedule
            .is_open(first_day(&course), today)
            .then(|| (present::small(first_day(&course)), lesson_path(&slug, first_day(&course)))),
        schedule: course
            .lessons
            .iter()
            .take(SCHEDULE_SHOWN)
            .map(|lesson| ScheduleDay {
                day: present::small(lesson.day),
                title: lesson.title.clone(),
                minutes: present::minutes(lesson.minutes),
                date_label: label(schedule.due(lesson.day)),
            })
            .collect(),
        finish_label: present::day(schedule.due(card.duration_days)),
    };
    ctx.render(&view)
}

/// `GET /courses/{slug}/completed`
pub(crate) async fn completed(
    State(app): State<App>,
    ctx: Ctx,
    Path(slug): Path<String>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let course = catalog::course(s, &slug).await?;
    let actor = ctx.actor()?;
    let standing = learning::course_standing(s, Some(actor), &course).await?;
    let Standing::Enrolled { completed_at: Some(at), done_days, time_spent_seconds, schedule, .. } = standing
    else {
        return Ok(Redirect::to(&format!("/courses/{slug}")).into_response());
    };
    let days = (engagement::day_at(s, actor, at) - schedule.start()).num_days().max(0) + 1;
    let stat = |icon, value, label: &str| Stat { icon, value, label: label.into() };
    let view = CompletedPage {
        page: ctx
            .private_page(&format!("Finished: {}", course.card.title), &format!("/courses/{slug}/completed")),
        slug: slug.clone(),
        course_title: course.card.title.clone(),
        category: present::category(&course.card),
        learner_name: present::first_name(&actor.name).to_owned(),
        completed: present::moment(at, s.clock.now(), actor.time_zone),
        stats: vec![
            stat("book-open-check", done_days.len().to_string(), "lessons completed"),
            stat("clock", present::spent(time_spent_seconds), "spent learning"),
            stat("calendar-days", present::number(days), if days == 1 { "day" } else { "days" }),
        ],
        earned: earned_at(s, actor, at).await?,
        recommended: recommendations::cards(s, actor).await?,
    };
    ctx.render(&view)
}

/// `GET /covers/{slug}.svg`, and the same as `.png`, for those who show shared links.
pub(crate) async fn cover(State(app): State<App>, Path(file): Path<String>) -> Result<Response, PageError> {
    let (slug, kind) = file.rsplit_once('.').ok_or(Error::NotFound("cover"))?;
    let svg = if slug == "og-default" {
        og_default_svg(&app.services.site_name(), "One lesson a day. Finished in 7, 14 or 21.")
    } else {
        let course = catalog::course(&app.services, slug).await?;
        let palette = Palette::from_slug(&course.card.category_slug);
        cover_svg(&course.card.title, palette, palette.icon())
    };
    let keep = "public, max-age=3600";
    match kind {
        "svg" => Ok(picture(svg, keep)),
        "png" => {
            let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, keep)];
            Ok((headers, raster::png(svg).await?).into_response())
        }
        _ => Err(Error::NotFound("cover").into()),
    }
}

/// The cover that is drawn from a course's title and category.
pub(super) fn drawn_cover(card: &catalog::CourseCard, keep: &'static str) -> Response {
    let palette = Palette::from_slug(&card.category_slug);
    picture(cover_svg(&card.title, palette, palette.icon()), keep)
}

fn picture(svg: String, keep: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, keep)], svg).into_response()
}
