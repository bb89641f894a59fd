//! Settings: profile, password, devices.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    Error, catalog, engagement,
    identity::{self, AGE_RANGES, EDUCATION_LEVELS, ProfileUpdate, SessionInfo, TIMES_OF_DAY, User},
    ids::SessionId,
};
use serde::Deserialize;

use super::{
    account::{mark, policy, refused, sentence},
    context::{Ctx, Notice},
    failure::PageError,
    form::{Nothing, Posted},
};
use crate::{
    App, present,
    views::{Choice, Device, DevicesPage, Field, MissingItem, PasswordPage, ProfilePage},
};

/// `GET /settings`
pub(crate) async fn index() -> Redirect {
    Redirect::to("/settings/profile")
}

/// `GET /settings/profile`
pub(crate) async fn profile_form(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let user = identity::profile(&app.services, ctx.actor()?).await?;
    let view = profile_view(&app, &ctx, &user).await?;
    ctx.render(&view)
}

pub(super) async fn profile_view(app: &App, ctx: &Ctx, user: &User) -> Result<ProfilePage, PageError> {
    let categories = catalog::categories(&app.services).await?;
    let minutes = user.daily_minutes.unwrap_or(0).to_string();
    Ok(ProfilePage {
        page: ctx.private_page("Profile", "/settings/profile"),
        was: made_from(user)?,
        completion_percent: user.profile_completion_percent,
        missing: identity::missing_parts(user).into_iter().map(missing_item).collect(),
        name: Field::text("name", "Name").required().autocomplete("name").max_length(100).value(&user.name),
        headline: Field::text("headline", "Headline")
            .max_length(120)
            .hint("One line about you, such as “Product analyst in Lyon”.")
            .value(&user.headline),
        bio: Field::textarea("bio", "About you", 4).max_length(2_000).value(&user.bio),
        time_zone: Field::select("time_zone", "Time zone", zones(&user.time_zone))
            .hint("Your day begins and ends here."),
        locale: Field::select("locale", "Language", languages(&user.locale)),
        age_range: Field::select("age_range", "Age", options(&AGE_RANGES, age_label, &user.age_range)),
        country: Field::select("country", "Country", countries(&user.country)).autocomplete("country"),
        occupation: Field::text("occupation", "Occupation")
            .autocomplete("organization-title")
            .max_length(100)
            .value(&user.occupation),
        education: Field::select(
            "education",
            "Education",
            options(&EDUCATION_LEVELS, education_label, &user.education),
        ),
        goals: Field::textarea("goals", "What do you want to learn?", 3).max_length(1_000).value(&user.goals),
        daily_minutes: Field::select("daily_minutes", "Time a day", minutes_choices(&minutes)),
        preferred_time: Field::select(
            "preferred_time",
            "Best time of day",
            options(&TIMES_OF_DAY, time_label, &user.preferred_time),
        ),
        favorite_categories: categories
            .iter()
            .map(|category| Choice {
                value: category.slug.clone(),
                label: category.name.clone(),
                selected: user.favorite_categories.contains(&category.slug),
            })
            .collect(),
        is_public: user.is_public,
        on_leaderboards: user.on_leaderboards,
        public_url: format!("/people/{}", user.id),
        initials: present::initials(&user.name),
        avatar_url: user.avatar_url.clone(),
        avatar_error: None,
    })
}

/// What a form says that it was made from.
pub(super) fn made_from(user: &User) -> Result<String, Error> {
    serde_json::to_string(&ProfileUpdate::of(user)).map_err(Error::internal)
}

fn missing_item(field: &'static str) -> MissingItem {
    let label = match field {
        "headline" => "A headline",
        "bio" => "A few words about you",
        "age_range" => "Your age range",
        "country" => "Your country",
        "occupation" => "Your occupation",
        "education" => "Your education",
        "goals" => "What you want to learn",
        "daily_minutes" => "Your time a day",
        "preferred_time" => "Your best time of day",
        _ => "Your favorite categories",
    };
    MissingItem { label: label.into(), field }
}

fn options(values: &[&str], label: fn(&str) -> &'static str, selected: &str) -> Vec<Choice> {
    let pairs: Vec<(&str, &str)> = std::iter::once(("", "Prefer not to say"))
        .chain(values.iter().map(|value| (*value, label(value))))
        .collect();
    Choice::list(&pairs, selected)
}

fn age_label(value: &str) -> &'static str {
    match value {
        "under-18" => "Under 18",
        "18-24" => "18 to 24",
        "25-34" => "25 to 34",
        "35-44" => "35 to 44",
        "45-54" => "45 to 54",
        "55-64" => "55 to 64",
        _ => "65 or older",
    }
}

fn education_label(value: &str) -> &'static str {
    match value {
        "secondary" => "Secondary school",
        "vocational" => "Vocational training",
        "bachelor" => "Bachelor’s degree",
        "master" => "Master’s degree",
        "doctorate" => "Doctorate",
        _ => "Something else",
    }
}

fn time_label(value: &str) -> &'static str {
    match value {
        "morning" => "Morning",
        "midday" => "Midday",
        "evening" => "Evening",
        _ => "Night",
    }
}

fn minutes_choices(selected: &str) -> Vec<Choice> {
    let mut pairs = vec![("0", "No goal")];
    pairs.extend([
        ("10", "10 minutes"),
        ("15", "15 minutes"),
        ("20", "20 minutes"),
        ("30", "30 minutes"),
        ("45", "45 minutes"),
        ("60", "1 hour"),
    ]);
    let mut choices = Choice::list(&pairs, selected);
    if !choices.iter().any(|choice| choice.selected) {
        choices.push(Choice { value: selected.into(), label: format!("{selected} minutes"), selected: true });
    }
    choices
}

pub(super) fn zones(selected: &str) -> Vec<Choice> {
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| name.contains('/') && !name.starts_with("Etc/") || *name == "UTC" || *name == selected)
        .map(|name| Choice { value: name.into(), label: name.replace('_', " "), selected: name == selected })
        .collect()
}

fn languages(selected: &str) -> Vec<Choice> {
    let mut choices = Choice::list(&present::LANGUAGES, selected);
    if !choices.iter().any(|choice| choice.selected) {
        choices.push(Choice { value: selected.into(), label: selected.into(), selected: true });
    }
    choices
}

fn countries(selected: &str) -> Vec<Choice> {
    let mut pairs: Vec<(&str, &str)> =
        rust_iso3166::ALL.iter().map(|country| (country.alpha2, country.name)).collect();
    pairs.sort_by_key(|(_, name)| *name);
    pairs.insert(0, ("", "Prefer not to say"));
    Choice::list(&pairs, selected)
}

/// The profile form as it is sent.
#[derive(Deserialize)]
pub(crate) struct ProfileForm {
    /// What an administrator's form was made from; empty in the owner's.
    #[serde(default)]
    pub(super) version: String,
    /// The profile that the form was made from, as JSON; without it everything is written.
    #[serde(default)]
    pub(super) was: String,
    name: String,
    #[serde(default)]
    headline: String,
    #[serde(default)]
    bio: String,
    #[serde(default)]
    time_zone: String,
    #[serde(default)]
    locale: String,
    #[serde(default)]
    age_range: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    occupation: String,
    #[serde(default)]
    education: String,
    #[serde(default)]
    goals: String,
    #[serde(default)]
    daily_minutes: String,
    #[serde(default)]
    preferred_time: String,
    #[serde(default)]
    favorite_categories: Vec<String>,
    #[serde(default)]
    is_public: Option<String>,
    #[serde(default)]
    on_leaderboards: Option<String>,
}

impl ProfileForm {
    fn was(&self) -> Option<ProfileUpdate> {
        serde_json::from_str(&self.was).ok()
    }

    /// The account as the form was made from it, if it says so.
    pub(super) fn made_from(&self, stored: User) -> Option<User> {
        self.was().map(|was| with(was, stored))
    }

    /// What to change: what was changed in the form.
    pub(super) fn update(&self) -> ProfileUpdate {
        let typed = self.everything();
        match self.was() {
            Some(was) => typed.changed_from(&was),
            None => typed,
        }
    }

    fn everything(&self) -> ProfileUpdate {
        ProfileUpdate {
            name: Some(self.name.clone()),
            headline: Some(self.headline.clone()),
            bio: Some(self.bio.clone()),
            time_zone: Some(self.time_zone.clone()),
            locale: Some(self.locale.clone()),
            age_range: Some(self.age_range.clone()),
            country: Some(self.country.clone()),
            occupation: Some(self.occupation.clone()),
            education: Some(self.education.clone()),
            goals: Some(self.goals.clone()),
            daily_minutes: Some(self.daily_minutes.trim().parse().unwrap_or(0)),
            preferred_time: Some(self.preferred_time.clone()),
            favorite_categories: Some(self.favorite_categories.clone()),
            is_public: Some(self.is_public.is_some()),
            on_leaderboards: Some(self.on_leaderboards.is_some()),
        }
    }

    /// The account as it would be with what was changed in the form, to show it again.
    pub(super) fn typed(&self, stored: User) -> User {
        with(self.update(), stored)
    }
}

/// The account as it would be with these changes, right or wrong.
fn with(update: ProfileUpdate, stored: User) -> User {
    let minutes = update.daily_minutes.map(|minutes| (minutes != 0).then_some(minutes));
    User {
        name: update.name.unwrap_or(stored.name),
        headline: update.headline.unwrap_or(stored.headline),
        bio: update.bio.unwrap_or(stored.bio),
        time_zone: update.time_zone.unwrap_or(stored.time_zone),
        locale: update.locale.unwrap_or(stored.locale),
        age_range: update.age_range.unwrap_or(stored.age_range),
        country: update.country.unwrap_or(stored.country),
        occupation: update.occupation.unwrap_or(stored.occupation),
        education: update.education.unwrap_or(stored.education),
        goals: update.goals.unwrap_or(stored.goals),
        daily_minutes: minutes.unwrap_or(stored.daily_minutes),
        preferred_time: update.preferred_time.unwrap_or(stored.preferred_time),
        favorite_categories: update.favorite_categories.unwrap_or(stored.favorite_categories),
        is_public: update.is_public.unwrap_or(stored.is_public),
        on_leaderboards: update.on_leaderboards.unwrap_or(stored.on_leaderboards),
        ..stored
    }
}

/// `POST /settings/profile`
pub(crate) async fn save_profile(
    State(app): State<App>,
    posted: Posted<ProfileForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    match engagement::update_profile(&app.services, actor, form.update()).await {
        Ok((_, gain)) if !gain.badges.is_empty() => {
            Ok(ctx.redirect_with("/settings/profile", Notice::ProfileCompleted))
        }
        Ok(_) => Ok(ctx.redirect_with("/settings/profile", Notice::ProfileSaved)),
        Err(error @ Error::Invalid(_)) => {
            let stored = identity::profile(&app.services, actor).await?;
            let was = made_from(&stored)?;
            let mut view = profile_view(&app, &ctx, &form.typed(stored)).await?;
            view.was = was;
            if let Error::Invalid(errors) = &error {
                mark(
                    errors,
                    &mut [
                        &mut view.name,
                        &mut view.headline,
                        &mut view.bio,
                        &mut view.time_zone,
                        &mut view.locale,
                        &mut view.age_range,
                        &mut view.country,
                        &mut view.occupation,
                        &mut view.education,
                        &mut view.goals,
                        &mut view.daily_minutes,
                        &mut view.preferred_time,
                    ],
                );
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /settings/password`
pub(crate) async fn password_form(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let view = password_view(&app, &ctx).await?;
    if !view.has_password {
        ctx.require_recent_proof()?;
    }
    ctx.render(&view)
}

async fn password_view(app: &App, ctx: &Ctx) -> Result<PasswordPage, PageError> {
    let methods = identity::external::sign_in_methods(&app.services, ctx.actor()?).await?;
    Ok(PasswordPage::new(ctx.private_page("Password", "/settings/password"), methods.has_password))
}

/// The password form as it is sent.
#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    password: String,
}

/// `POST /settings/password`
pub(crate) async fn change_password(
    State(app): State<App>,
    posted: Posted<PasswordForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let changed =
        identity::change_password(&app.services, ctx.actor()?, &form.current_password, &form.password).await;
    match changed {
        Ok(()) => Ok(ctx.redirect_with("/settings/password", Notice::PasswordChanged)),
        Err(error @ (Error::Invalid(_) | Error::TooManyRequests { .. })) => {
            let mut view = password_view(&app, &ctx).await?;
            match &error {
                Error::Invalid(errors) => {
                    view.policy = policy(&view.page, errors);
                    mark(errors, &mut [&mut view.current, &mut view.password]);
                }
                other => view.alert = Some(sentence(other)),
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /settings/devices`
pub(crate) async fn devices(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let mut sessions = identity::list_sessions(&app.services, actor).await?;
    sessions.sort_by_key(|session| !session.current);
    let now = app.services.clock.now();
    let view = DevicesPage {
        page: ctx.private_page("Your devices", "/settings/devices"),
        devices: sessions
            .iter()
            .map(|session| Device {
                id: session.id.to_string(),
                browser: device_name(session),
                address: session.address.clone(),
                last_seen: present::moment(session.last_seen_at, now, actor.time_zone),
                signed_in: present::moment(session.created_at, now, actor.time_zone),
                current: session.current,
                mobile: ["Mobile", "iPhone", "iPad"].iter().any(|word| session.user_agent.contains(word)),
            })
            .collect(),
    };
    ctx.render(&view)
}

/// What kind of browser or app holds the session.
fn device_name(session: &SessionInfo) -> String {
    match identity::device_name(&session.user_agent) {
        Some(name) => name,
        None if session.kind == "api" => identity::app_name(&session.user_agent),
        None => "Unknown browser".to_owned(),
    }
}

/// `POST /settings/devices/{id}/revoke`
pub(crate) async fn revoke_device(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id: SessionId = id.parse().map_err(|_| Error::NotFound("session"))?;
    match identity::revoke_session(&app.services, posted.ctx.actor()?, id).await {
        // Gone already is what was wanted.
        Ok(()) | Err(Error::NotFound(_)) => {
            Ok(posted.ctx.redirect_with("/settings/devices", Notice::DeviceSignedOut))
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /settings/devices/revoke-others`
pub(crate) async fn revoke_other_devices(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    identity::revoke_other_sessions(&app.services, posted.ctx.actor()?).await?;
    Ok(posted.ctx.redirect_with("/settings/devices", Notice::OthersSignedOut).into_response())
}
