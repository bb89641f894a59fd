//! Leaderboards.

use axum::{extract::State, response::Response};
use momentum_core::{
    catalog,
    engagement::{self, Period, Place},
};
use serde::Deserialize;

use crate::{
    App,
    pages::{context::Ctx, failure::PageError, form::Params},
    present,
    views::{Choice, LeaderboardPage, PlaceRow, TabLink},
};

/// Places on the page.
const PLACES: i64 = 50;

/// Which board.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct BoardQuery {
    period: String,
    category: String,
}

/// `GET /leaderboard`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<BoardQuery>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let actor = ctx.actor()?;
    let period = Period::parse(&query.period).unwrap_or_default();
    let categories = catalog::categories(s).await?;
    let category = categories.iter().find(|category| category.slug == query.category);
    let slug = category.map(|category| category.slug.as_str());
    let board = engagement::leaderboard(s, actor, period, slug, PLACES).await?;
    let row = |place: &Place| PlaceRow {
        rank: place.rank,
        initials: present::initials(&place.name),
        name: place.name.clone(),
        avatar_url: place.avatar_url.clone(),
        url: place.is_public.then(|| format!("/people/{}", place.user)),
        points: present::number(place.points),
        is_me: place.user == actor.user,
    };
    let shown = board.places.iter().any(|place| place.user == actor.user);
    let tab = |tab: Period, label| TabLink {
        label,
        url: match slug {
            Some(slug) => format!("/leaderboard?period={}&category={slug}", tab.as_str()),
            None => format!("/leaderboard?period={}", tab.as_str()),
        },
        current: tab == period,
    };
    let mut choices = vec![("", "All categories")];
    choices.extend(categories.iter().map(|category| (category.slug.as_str(), category.name.as_str())));
    let view = LeaderboardPage {
        page: ctx.private_page("Leaderboard", "/leaderboard"),
        periods: vec![
            tab(Period::Week, "This week"),
            tab(Period::Month, "This month"),
            tab(Period::All, "All time"),
        ],
        period: period.as_str(),
        categories: Choice::list(&choices, slug.unwrap_or_default()),
        since: match period.begins(s.clock.now()) {
            Some(day) => format!("Points collected since {}, midnight UTC.", present::day(day)),
            None => "All points that were ever collected.".to_owned(),
        },
        me: board.me.as_ref().filter(|_| !shown).map(row),
        places: board.places.iter().map(row).collect(),
        listed: board.listed,
    };
    ctx.render(&view)
}
