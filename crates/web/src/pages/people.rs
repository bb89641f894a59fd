//! Public profiles.

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{Error, identity, ids::UserId, learning};

use super::{context::Ctx, dashboard::finished_course, failure::PageError};
use crate::{App, present, views::PublicProfilePage};

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
    let view = PublicProfilePage {
        page: ctx.page(&person.name, &person.headline, &format!("/people/{id}")),
        initials: present::initials(&person.name),
        avatar_url: person.avatar_url,
        name: person.name,
        headline: Some(person.headline).filter(|text| !text.is_empty()),
        bio: Some(person.bio).filter(|text| !text.is_empty()),
        since_label: format!("Learning here since {}", person.created_at.format("%B %Y")),
        finished: finished.iter().map(|course| finished_course(course, now, zone)).collect(),
        is_own: ctx.actor.as_ref().is_some_and(|actor| actor.user == id),
    };
    ctx.render(&view)
}
