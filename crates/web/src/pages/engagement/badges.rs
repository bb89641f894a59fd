//! The badges there are, and one's own.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    catalog::{self, Category},
    engagement::{self, Badge, MAX_SHOWCASE, OwnBadge, Rule, Tier},
    identity,
};
use serde::Deserialize;

use super::{admin::rule_words, look, tier_label};
use crate::{
    App, badge_art,
    pages::{
        account::refused,
        context::{Ctx, Notice},
        failure::PageError,
        form::Posted,
    },
    present,
    views::{BadgeCard, BadgeGroup, BadgeLook, BadgesPage, Progress},
};

/// `GET /badges`
pub(crate) async fn index(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    ctx.render(&view(&app, &ctx).await?)
}

async fn view(app: &App, ctx: &Ctx) -> Result<BadgesPage, PageError> {
    let s = &app.services;
    let categories = catalog::categories(s).await?;
    let page = ctx.page("Badges", "What there is to earn by learning a little every day.", "/badges");
    Ok(match &ctx.actor {
        None => {
            let all = engagement::badges(s).await?;
            let cards =
                all.iter().filter(|badge| badge.active).map(|badge| (badge.tier, plain(badge, &categories)));
            BadgesPage {
                page,
                groups: groups(cards.collect()),
                earned_label: None,
                choices: Vec::new(),
                error: None,
                most: MAX_SHOWCASE,
                is_public: false,
                profile_url: String::new(),
            }
        }
        Some(actor) => {
            let own = engagement::own_badges(s, actor).await?;
            let now = s.clock.now();
            let card = |own: &OwnBadge| BadgeCard {
                look: if own.earned_at.is_some() {
                    look(&own.badge)
                } else {
                    still_to_earn(&own.badge, &categories)
                },
                progress: Some(progress(own)),
                earned: own.earned_at.map(|at| present::moment(at, now, actor.time_zone)),
                share_url: own.earned_at.map(|_| format!("/people/{}/badges/{}", actor.user, own.badge.slug)),
                showcased: own.showcase.is_some(),
            };
            let mut mine: Vec<_> = own.iter().filter(|own| own.earned_at.is_some()).collect();
            mine.sort_by_key(|own| (own.showcase.is_none(), own.showcase));
            BadgesPage {
                page,
                earned_label: Some(format!("{} of {}", mine.len(), own.len())),
                choices: mine.into_iter().map(card).collect(),
                error: None,
                groups: groups(own.iter().map(|own| (own.badge.tier, card(own))).collect()),
                most: MAX_SHOWCASE,
                is_public: identity::profile(s, actor).await?.is_public,
                profile_url: format!("/people/{}", actor.user),
            }
        }
    })
}

/// A badge that says what it takes, not what was done for it.
fn still_to_earn(badge: &Badge, categories: &[Category]) -> BadgeLook {
    BadgeLook { description: format!("{}.", rule_words(&badge.rule, categories)), ..look(badge) }
}

/// How far somebody is. A profile has ten parts, of which each is ten percent.
fn progress(own: &OwnBadge) -> Progress {
    let part = if own.badge.rule == Rule::Profile { 10 } else { 1 };
    Progress { done: present::small(own.have / part), total: present::small(own.take / part) }
}

fn plain(badge: &Badge, categories: &[Category]) -> BadgeCard {
    BadgeCard {
        look: still_to_earn(badge, categories),
        progress: None,
        earned: None,
        share_url: None,
        showcased: false,
    }
}

fn groups(cards: Vec<(Tier, BadgeCard)>) -> Vec<BadgeGroup> {
    let group = |tier: Tier| BadgeGroup {
        label: tier_label(tier),
        key: tier.as_str(),
        points: tier.points(),
        cards: cards.iter().filter(|(of, _)| *of == tier).map(|(_, card)| card.clone()).collect(),
    };
    Tier::ALL.into_iter().map(group).filter(|group| !group.cards.is_empty()).collect()
}

/// The badges that the profile is to show first.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ShowcaseForm {
    badge: Vec<String>,
}

/// `POST /badges/showcase`
pub(crate) async fn set_showcase(
    State(app): State<App>,
    posted: Posted<ShowcaseForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let ids: Result<Vec<_>, _> = form.badge.iter().map(|id| id.parse()).collect();
    let ids = ids.map_err(|_| Error::invalid("badge_ids", "invalid", "Choose badges that you have."))?;
    match engagement::set_showcase(&app.services, ctx.actor()?, &ids).await {
        Ok(()) => Ok(ctx.redirect_with("/badges#showcase", Notice::ShowcaseSaved)),
        Err(Error::Invalid(errors)) => {
            let mut view = view(&app, &ctx).await?;
            view.error = errors.as_slice().first().map(|error| error.message.to_string());
            for card in &mut view.choices {
                card.showcased = form.badge.contains(&card.look.id);
            }
            refused(&ctx, &Error::Invalid(errors), &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /badge-art/{emblem}-{tier}.svg`
pub(crate) async fn art(Path(file): Path<String>) -> Result<Response, PageError> {
    let picture = file.strip_suffix(".svg").and_then(badge_art::named).ok_or(Error::NotFound("picture"))?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, picture.to_string()).into_response())
}
