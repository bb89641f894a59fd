//! Public profiles.

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{
    Error,
    engagement::{self, PublicNumbers},
    identity,
    ids::UserId,
    learning,
};

use super::{context::Ctx, dashboard::finished_course, engagement::look, failure::PageError};
use crate::{
    App, present,
    views::{PublicProfilePage, SharedLook},
};

/// `GET /people/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id: UserId = id.parse().map_err(|_| Error::NotFound("profile"))?;
    let person = identity::public_profile(&app.services, ctx.actor.as_ref(), id).await?;
    let finished = learning::finished_courses(&app.services, id).await?;
    let now = app.services.clock.now();
    let zone = ctx.actor.as_ref().map_or(chrono_tz::UTC, |actor| actor.time_zone);
    let mut page = ctx.page(&person.name, &person.headline, &format!("/people/{id}"));
    page.og_image = Some(format!("{}/covers/og-default.png", app.services.settings.base_url));
    let view = PublicProfilePage {
        page,
        initials: present::initials(&person.name),
        avatar_url: person.avatar_url,
        name: person.name,
        headline: Some(person.headline).filter(|text| !text.is_empty()),
        bio: Some(person.bio).filter(|text| !text.is_empty()),
        since_label: format!("Learning here since {}", person.created_at.format("%B %Y")),
        numbers: numbers_of(&engagement::public_numbers(&app.services, id).await?),
        badges: engagement::public_badges(&app.services, id)
            .await?
            .iter()
            .map(|earned| SharedLook {
                look: look(&earned.badge),
                url: format!("/people/{id}/badges/{}", earned.badge.slug),
            })
            .collect(),
        finished: finished.iter().map(|course| finished_course(course, now, zone)).collect(),
        is_own: ctx.actor.as_ref().is_some_and(|actor| actor.user == id),
    };
    ctx.render(&view)
}

fn numbers_of(numbers: &PublicNumbers) -> Vec<String> {
    let mut words = Vec::new();
    if numbers.total_points > 0 {
        words.push(present::count(numbers.total_points, "point", "points"));
    }
    if numbers.longest_streak > 1 {
        words.push(format!("longest streak of {}", present::count(numbers.longest_streak, "day", "days")));
    }
    words
}
