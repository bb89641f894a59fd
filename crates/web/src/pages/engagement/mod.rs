//! Badges, leaderboards, streaks and points, as learners see them.

mod admin;
mod badges;
pub(super) mod calendar;
mod events;
mod leaderboard;
mod numbers;
mod sharing;

use axum::{
    http::Method,
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use momentum_core::{
    Error, Services,
    engagement::{self, Badge, Gain, Tier},
    identity::Actor,
};

use super::routing::Routes;
use crate::{
    badge_art,
    http::access::Access::{Admin, Anyone, User},
    present,
    views::{BadgeLook, Earned},
};

/// Their pages.
pub(super) fn routes(routes: Routes) -> Routes {
    let list = "/admin/badges";
    routes
        .page(Method::GET, "/badges", Anyone, get(badges::index))
        .page(Method::POST, "/badges/showcase", User, post(badges::set_showcase))
        .page(Method::GET, "/badge-art/{file}", Anyone, get(badges::art))
        .page(Method::GET, "/people/{id}/badges/{slug}", Anyone, get(sharing::show))
        .page(Method::GET, "/people/{id}/badges/{slug}/picture.png", Anyone, get(sharing::picture))
        .page(Method::GET, "/events", User, get(events::listen))
        .page(Method::GET, "/leaderboard", User, get(leaderboard::show))
        .page(Method::GET, "/streak", User, get(numbers::streak))
        .page(Method::GET, "/points", User, get(numbers::points))
        .page(Method::GET, list, Admin, get(admin::index))
        .page(Method::POST, list, Admin, post(admin::create))
        .page(Method::GET, &format!("{list}/new"), Admin, get(admin::new))
        .page(Method::GET, &format!("{list}/{{id}}"), Admin, get(admin::edit))
        .page(Method::POST, &format!("{list}/{{id}}"), Admin, post(admin::save))
        .page(Method::POST, &format!("{list}/{{id}}/delete"), Admin, post(admin::delete))
}

/// A badge as a picture with its name.
pub(super) fn look(badge: &Badge) -> BadgeLook {
    BadgeLook {
        id: badge.id.to_string(),
        name: badge.name.clone(),
        description: badge.description.clone(),
        tier: badge.tier.as_str(),
        tier_label: tier_label(badge.tier),
        image: badge_art::url(&badge.emblem, badge.tier),
    }
}

/// How many have a badge.
pub(super) fn have_it(holders: i64) -> String {
    match holders {
        1 => "1 learner has it".to_owned(),
        holders => format!("{} learners have it", present::number(holders)),
    }
}

/// What was earned at a moment: by what was done then.
pub(super) async fn earned_at(s: &Services, actor: &Actor, at: DateTime<Utc>) -> Result<Earned, Error> {
    let badges = engagement::earned_with(s, actor, at).await?;
    Ok(Earned { badges: badges.iter().map(|badge| look(badge)).collect(), ..Earned::default() })
}

/// What was earned just now.
pub(super) fn earned_now(gain: &Gain) -> Earned {
    Earned {
        points: (gain.points > 0).then(|| format!("+{} points", present::number(gain.points))),
        streak: (gain.streak.days > 1)
            .then(|| format!("{} days in a row", present::number(gain.streak.days))),
        badges: gain.badges.iter().map(|badge| look(badge)).collect(),
    }
}

pub(super) fn tier_label(tier: Tier) -> &'static str {
    match tier {
        Tier::Bronze => "Bronze",
        Tier::Silver => "Silver",
        Tier::Gold => "Gold",
        Tier::Platinum => "Platinum",
    }
}
