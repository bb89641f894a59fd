//! A badge that somebody shows to others.

use std::fmt::Write as _;

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    engagement::{self, EarnedBadge},
    identity::PublicProfile,
    ids::UserId,
};

use super::{have_it, look};
use crate::{
    App, badge_art,
    cover::escape,
    pages::{context::Ctx, failure::PageError},
    present,
    raster::{self, Font},
    views::SharedBadgePage,
};

/// `GET /people/{id}/badges/{slug}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path((id, slug)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let (person, earned) = found(&app, &ctx, &id, &slug).await?;
    let path = format!("/people/{}/badges/{}", person.id, earned.badge.slug);
    let picture = format!("{path}/picture.png");
    let title = format!("{} · {}", earned.badge.name, person.name);
    let description = format!("{} earned the badge “{}”.", person.name, earned.badge.name);
    let mut page = ctx.page(&title, &description, &path);
    page.og_image = Some(format!("{}{picture}", s.settings.base_url));
    let zone = ctx.actor.as_deref().map_or(chrono_tz::UTC, |actor| actor.time_zone);
    let view = SharedBadgePage {
        page,
        look: look(&earned.badge),
        profile_url: format!("/people/{}", person.id),
        earned: present::moment(earned.earned_at, s.clock.now(), zone),
        holders: have_it(earned.holders),
        is_own: ctx.actor.as_deref().is_some_and(|actor| actor.user == person.id),
        is_public: person.is_public,
        address: format!("{}{path}", s.settings.base_url),
        picture,
        name: person.name,
    };
    ctx.render(&view)
}

/// `GET /people/{id}/badges/{slug}/picture.png`
pub(crate) async fn picture(
    State(app): State<App>,
    ctx: Ctx,
    Path((id, slug)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (person, earned) = found(&app, &ctx, &id, &slug).await?;
    let svg = share_svg(&person, &earned, &app.services.site_name())?;
    let keep = if person.is_public { "public, max-age=3600" } else { "private, no-store" };
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, keep)];
    Ok((headers, raster::png(svg).await?).into_response())
}

async fn found(app: &App, ctx: &Ctx, id: &str, slug: &str) -> Result<(PublicProfile, EarnedBadge), Error> {
    let user: UserId = id.parse().map_err(|_| Error::NotFound("badge"))?;
    engagement::shared_badge(&app.services, ctx.actor.as_deref(), user, slug).await
}

/// How wide texts beside the badge may be.
const ROOM: f32 = 600.0;

/// The picture of a shared link: badge, name, who earned it, the site.
fn share_svg(person: &PublicProfile, earned: &EarnedBadge, site: &str) -> Result<String, Error> {
    let badge = &earned.badge;
    let art = badge_art::svg(&badge.emblem, badge.tier)
        .or_else(|| badge_art::svg("star", badge.tier))
        .ok_or_else(|| Error::internal("a badge has no picture"))?;
    // As a nested drawing with a place and a size of its own.
    let art = art.replacen("<svg ", "<svg x=\"80\" y=\"115\" width=\"400\" height=\"400\" ", 1);
    let name = |size| Font { family: "Bricolage Grotesque", weight: 800, size, spacing: -2 };
    let (size, lines) = match raster::wrapped(&badge.name, &name(76), ROOM, 3) {
        lines if lines.len() <= 2 => (76, lines),
        _ => (60, raster::wrapped(&badge.name, &name(60), ROOM, 3)),
    };
    let by = Font { family: "Figtree", weight: 500, size: 36, spacing: 0 };
    let by = raster::legible(&format!("Earned by {}", person.name), &by, ROOM);
    let site = raster::legible(site, &Font { family: "Figtree", weight: 700, size: 28, spacing: 0 }, ROOM);
    let mut text = String::new();
    let top = 315 - (i64::try_from(lines.len()).unwrap_or(1) - 1) * size / 2;
    for (line, y) in lines.iter().zip((0..).map(|n| top + n * size * 21 / 20)) {
        let _ = write!(
            text,
            r##"<text x="540" y="{y}" font-family="Bricolage Grotesque" font-weight="800" font-size="{size}" letter-spacing="-2" fill="#fffaf0">{}</text>"##,
            escape(line)
        );
    }
    let below = top + i64::try_from(lines.len()).unwrap_or(1) * size * 21 / 20;
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630"><defs><radialGradient id="share-glow" cx="280" cy="315" r="420" gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="#1d7c7a"/><stop offset="1" stop-color="#0d4a4c"/></radialGradient></defs><rect width="1200" height="630" fill="url(#share-glow)"/>{art}<text x="540" y="{kicker}" font-family="Figtree" font-weight="700" font-size="26" letter-spacing="3" fill="#8fd6cb">{tier} BADGE</text>{text}<text x="540" y="{below}" font-family="Figtree" font-weight="500" font-size="36" fill="#cfe8e2">{by}</text><text x="540" y="570" font-family="Figtree" font-weight="700" font-size="28" fill="#ffb08f">{site}</text></svg>"##,
        kicker = top - size,
        tier = badge.tier.as_str().to_uppercase(),
        by = escape(&by),
        site = escape(&site),
    ))
}
