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
    let person = identity::public_profile(&app.services, ctx.actor.as_deref(), id).await?;
    let finished = learning::finished_courses(&app.services, id).await?;
    let now = app.services.clock.now();
    let zone = ctx.actor.as_deref().map_or(chrono_tz::UTC, |actor| actor.time_zone);
    let badges = engagement::public_badges(&app.services, id).await?;
    let description = match person.headline.as_str() {
        "" => described(&app.services.site_name(), &person.name, finished.len(), badges.len()),
        headline => headline.to_owned(),
    };
    let mut page = ctx.page(&person.name, &description, &format!("/people/{id}"));
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
        badges: badges
            .iter()
            .map(|earned| SharedLook {
                look: look(&earned.badge),
                url: format!("/people/{id}/badges/{}", earned.badge.slug),
            })
            .collect(),
        finished: finished.iter().map(|course| finished_course(course, now, zone)).collect(),
        is_own: ctx.actor.as_deref().is_some_and(|actor| actor.user == id),
    };
    ctx.render(&view)
}

/// Somebody without a headline, in a sentence: `Ada learns on Momentum: 12 courses finished, 3 badges.`
fn described(site: &str, name: &str, courses: usize, badges: usize) -> String {
    let count = |n: usize, one, many| present::count(i64::try_from(n).unwrap_or(i64::MAX), one, many);
    let mut facts = Vec::new();
    if courses > 0 {
        facts.push(format!("{} finished", count(courses, "course", "courses")));
    }
    if badges > 0 {
        facts.push(count(badges, "badge", "badges"));
    }
    let facts = if facts.is_empty() { String::new() } else { format!(": {}", facts.join(", ")) };
    format!("{name} learns on {site}{facts}.")
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

#[cfg(test)]
mod tests {
    use super::described;

    #[test]
    fn a_person_is_described_by_what_is_public() {
        assert_eq!(
            described("Momentum", "Ada", 12, 1),
            "Ada learns on Momentum: 12 courses finished, 1 badge."
        );
        assert_eq!(described("Momentum", "Ada", 0, 3), "Ada learns on Momentum: 3 badges.");
        assert_eq!(described("Momentum", "Ada", 0, 0), "Ada learns on Momentum.");
    }
}
