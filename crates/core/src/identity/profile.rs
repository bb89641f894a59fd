//! The person behind the account: reading and changing the profile.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Actor, User, parse_time_zone};
use crate::{Error, FieldErrors, Result, Services, ids::UserId, language::is_language_tag, names};

/// Age ranges that a person may choose from.
pub const AGE_RANGES: [&str; 7] = ["under-18", "18-24", "25-34", "35-44", "45-54", "55-64", "65-plus"];
/// Levels of education that a person may choose from.
pub const EDUCATION_LEVELS: [&str; 6] =
    ["secondary", "vocational", "bachelor", "master", "doctorate", "other"];
/// Times of day that a person may prefer.
pub const TIMES_OF_DAY: [&str; 4] = ["morning", "midday", "evening", "night"];

/// What to change; a missing field stays as it is, an empty text clears it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ProfileUpdate {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: Option<String>,
    /// BCP 47 language tag, such as `en` or `pt-BR`.
    #[schema(pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
    pub locale: Option<String>,
    #[schema(max_length = 120)]
    pub headline: Option<String>,
    #[schema(max_length = 2000)]
    pub bio: Option<String>,
    /// `under-18`, `18-24`, `25-34`, `35-44`, `45-54`, `55-64`, `65-plus`, or empty.
    pub age_range: Option<String>,
    /// ISO 3166-1 alpha-2, or empty.
    #[schema(max_length = 2)]
    pub country: Option<String>,
    #[schema(max_length = 100)]
    pub occupation: Option<String>,
    /// `secondary`, `vocational`, `bachelor`, `master`, `doctorate`, `other`, or empty.
    pub education: Option<String>,
    #[schema(max_length = 1000)]
    pub goals: Option<String>,
    /// Minutes a day, 5 to 240; 0 clears it.
    #[schema(minimum = 0, maximum = 240)]
    pub daily_minutes: Option<i64>,
    /// `morning`, `midday`, `evening`, `night`, or empty.
    pub preferred_time: Option<String>,
    /// Slugs of categories; all of them, in place of those before.
    pub favorite_categories: Option<Vec<String>>,
    pub is_public: Option<bool>,
    /// Whether others see the person on leaderboards.
    pub on_leaderboards: Option<bool>,
}

impl ProfileUpdate {
    /// Everything as it is now.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            name: Some(user.name.clone()),
            time_zone: Some(user.time_zone.clone()),
            locale: Some(user.locale.clone()),
            headline: Some(user.headline.clone()),
            bio: Some(user.bio.clone()),
            age_range: Some(user.age_range.clone()),
            country: Some(user.country.clone()),
            occupation: Some(user.occupation.clone()),
            education: Some(user.education.clone()),
            goals: Some(user.goals.clone()),
            daily_minutes: Some(user.daily_minutes.unwrap_or(0)),
            preferred_time: Some(user.preferred_time.clone()),
            favorite_categories: Some(user.favorite_categories.clone()),
            is_public: Some(user.is_public),
            on_leaderboards: Some(user.on_leaderboards),
        }
    }

    /// What is other than in `was`, which a form was made from: what nobody touched is not to be written, because somebody
    /// else may have changed it since.
    #[must_use]
    pub fn changed_from(mut self, was: &Self) -> Self {
        for (now, was) in [
            (&mut self.name, &was.name),
            (&mut self.time_zone, &was.time_zone),
            (&mut self.locale, &was.locale),
            (&mut self.headline, &was.headline),
            (&mut self.bio, &was.bio),
            (&mut self.age_range, &was.age_range),
            (&mut self.country, &was.country),
            (&mut self.occupation, &was.occupation),
            (&mut self.education, &was.education),
            (&mut self.goals, &was.goals),
            (&mut self.preferred_time, &was.preferred_time),
        ] {
            now.take_if(|now| was.as_ref().is_some_and(|was| same_text(now, was)));
        }
        self.daily_minutes.take_if(|now| was.daily_minutes == Some(*now));
        self.favorite_categories.take_if(|now| {
            let sorted = |slugs: &[String]| {
                let mut slugs = slugs.to_vec();
                slugs.sort();
                slugs
            };
            was.favorite_categories.as_ref().is_some_and(|was| sorted(now) == sorted(was))
        });
        self.is_public.take_if(|now| was.is_public == Some(*now));
        self.on_leaderboards.take_if(|now| was.on_leaderboards == Some(*now));
        self
    }
}

/// Browsers send line breaks in a way of their own.
fn same_text(one: &str, other: &str) -> bool {
    one.trim().replace('\r', "") == other.trim().replace('\r', "")
}

/// The profile of the actor.
///
/// # Errors
/// [`Error::NotFound`] when the account was deleted meanwhile.
pub async fn profile(s: &Services, actor: &Actor) -> Result<User> {
    let mut conn = s.db.read().await?;
    load(&mut conn, actor.user).await?.ok_or(Error::NotFound("account"))
}

/// Changes somebody's profile.
pub(crate) async fn change_profile(
    tx: &mut Tx,
    id: UserId,
    update: ProfileUpdate,
    now: DateTime<Utc>,
) -> Result<User> {
    Ok(apply(tx, id, update, now).await?.1)
}

/// How much of somebody's profile is filled in, 0 to 100.
pub(crate) async fn profile_percent(conn: &mut Conn, id: UserId) -> Result<i64> {
    Ok(load(conn, id).await?.map_or(0, |user| i64::from(user.profile_completion_percent)))
}

/// Changes somebody's profile; answers what it was and what it is.
pub(super) async fn apply(
    tx: &mut Tx,
    id: UserId,
    update: ProfileUpdate,
    now: DateTime<Utc>,
) -> Result<(User, User)> {
    let mut errors = FieldErrors::default();
    // The write comes first: it locks the row, so that two updates at once can't undo each other.
    tx.run(sql!("UPDATE users SET updated_at = $2 WHERE id = $1", id, now)).await?;
    let before = load(tx, id).await?.ok_or(Error::NotFound("account"))?;
    let slugs: Vec<(String,)> = tx.all("SELECT slug FROM categories").await?;
    let mut user = before.clone();

    if let Some(name) = &update.name {
        user.name = clean_name(&mut errors, name);
    }
    if let Some(zone) = &update.time_zone {
        match parse_time_zone(zone) {
            Some(zone) => zone.name().clone_into(&mut user.time_zone),
            None => errors.add("time_zone", "unknown", "Choose a time zone from the list."),
        }
    }
    if let Some(locale) = update.locale {
        let good = is_language_tag(&locale);
        errors.check(good, "locale", "invalid", "Enter a language tag, such as en or pt-BR.");
        user.locale = locale;
    }
    let headline = update.headline.as_deref().map(one_line);
    text(&mut errors, "headline", headline, 120, &mut user.headline);
    text(&mut errors, "bio", update.bio, 2_000, &mut user.bio);
    let occupation = update.occupation.as_deref().map(one_line);
    text(&mut errors, "occupation", occupation, 100, &mut user.occupation);
    text(&mut errors, "goals", update.goals, 1_000, &mut user.goals);
    choice(&mut errors, "age_range", update.age_range, &AGE_RANGES, &mut user.age_range);
    choice(&mut errors, "education", update.education, &EDUCATION_LEVELS, &mut user.education);
    choice(&mut errors, "preferred_time", update.preferred_time, &TIMES_OF_DAY, &mut user.preferred_time);
    if let Some(country) = update.country {
        let country = country.trim().to_uppercase();
        let good = country.is_empty() || rust_iso3166::from_alpha2(&country).is_some();
        errors.check(good, "country", "invalid", "Enter a country's two-letter code, such as DE.");
        user.country = country;
    }
    if let Some(minutes) = update.daily_minutes {
        errors.check(
            minutes == 0 || (5..=240).contains(&minutes),
            "daily_minutes",
            "out-of-range",
            "Choose between 5 and 240 minutes.",
        );
        user.daily_minutes = (minutes != 0).then_some(minutes);
    }
    if let Some(mut favorites) = update.favorite_categories {
        favorites.sort();
        favorites.dedup();
        let known = favorites.iter().all(|slug| slugs.iter().any(|(s,)| s == slug));
        errors.check(known, "favorite_categories", "unknown", "Choose categories from the list.");
        user.favorite_categories = favorites;
    }
    if let Some(is_public) = update.is_public {
        user.is_public = is_public;
    }
    if let Some(on_leaderboards) = update.on_leaderboards {
        user.on_leaderboards = on_leaderboards;
    }
    errors.into_result()?;
    store(tx, &user).await?;
    user.profile_completion_percent = completion_percent(&user);
    Ok((before, user))
}

async fn store(tx: &mut Tx, user: &User) -> Result<()> {
    tx.run(sql!(
        "UPDATE users SET name = $2, time_zone = $3 WHERE id = $1",
        user.id,
        user.name.as_str(),
        user.time_zone.as_str()
    ))
    .await?;
    tx.run(sql!(
        "UPDATE profiles SET locale = $2, headline = $3, bio = $4, age_range = $5, country = $6, occupation = $7,
                education = $8, goals = $9, daily_minutes = $10, preferred_time = $11, favorite_categories = $12,
                is_public = $13, on_leaderboards = $14
         WHERE user_id = $1",
        user.id,
        user.locale.as_str(),
        user.headline.as_str(),
        user.bio.as_str(),
        user.age_range.as_str(),
        user.country.as_str(),
        user.occupation.as_str(),
        user.education.as_str(),
        user.goals.as_str(),
        user.daily_minutes,
        user.preferred_time.as_str(),
        serde_json::json!(user.favorite_categories),
        user.is_public,
        user.on_leaderboards
    ))
    .await?;
    Ok(())
}

/// What others may see of a person who made the profile public.
#[derive(Debug, Clone, FromRow)]
pub struct PublicProfile {
    pub id: UserId,
    pub name: String,
    /// Where the picture is, as a path of the site.
    pub avatar_url: Option<String>,
    pub headline: String,
    pub bio: String,
    /// Whether anybody may see it; otherwise only the person does.
    pub is_public: bool,
    pub created_at: DateTime<Utc>,
}

/// A public profile. A private one is answered like one that doesn't exist, except to its owner.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn public_profile(s: &Services, viewer: Option<&Actor>, id: UserId) -> Result<PublicProfile> {
    let mut conn = s.db.read().await?;
    let profile: Option<PublicProfile> = conn
        .opt(sql!(
            "SELECT u.id, u.name, u.avatar AS avatar_url, p.headline, p.bio, p.is_public, u.created_at
         FROM users u JOIN profiles p ON p.user_id = u.id
         WHERE u.id = $1 AND u.state = 'active' AND (p.is_public OR u.id = $2)",
            id,
            viewer.map(|actor| actor.user.0)
        ))
        .await?;
    let mut profile = profile.ok_or(Error::NotFound("profile"))?;
    profile.avatar_url = profile.avatar_url.as_deref().map(|version| avatar_path(id, version));
    Ok(profile)
}

pub(crate) async fn load(conn: &mut Conn, id: UserId) -> Result<Option<User>> {
    let user: Option<User> = conn
        .opt(sql!(
            "SELECT u.id, u.email, u.email_verified_at IS NOT NULL AS email_verified, u.name, u.role, u.state,
                    u.time_zone, u.created_at, p.locale, p.headline, p.bio, p.age_range, p.country, p.occupation,
                    p.education, p.goals, p.daily_minutes, p.preferred_time, p.favorite_categories, p.is_public, p.on_leaderboards,
                    u.avatar AS avatar_url
             FROM users u JOIN profiles p ON p.user_id = u.id WHERE u.id = $1",
            id
        ))
        .await?;
    Ok(user.map(|mut user| {
        user.profile_completion_percent = completion_percent(&user);
        user.avatar_url = user.avatar_url.as_deref().map(|version| avatar_path(user.id, version));
        user
    }))
}

/// Where a picture is, as a path of the site.
#[must_use]
pub fn avatar_path(user: UserId, version: &str) -> String {
    format!("/people/{user}/avatar/{version}.jpg")
}

/// The parts of the profile that are still empty, by field name. All ten count the same.
#[must_use]
pub fn missing_parts(user: &User) -> Vec<&'static str> {
    [
        ("headline", user.headline.is_empty()),
        ("bio", user.bio.is_empty()),
        ("age_range", user.age_range.is_empty()),
        ("country", user.country.is_empty()),
        ("occupation", user.occupation.is_empty()),
        ("education", user.education.is_empty()),
        ("goals", user.goals.is_empty()),
        ("daily_minutes", user.daily_minutes.is_none()),
        ("preferred_time", user.preferred_time.is_empty()),
        ("favorite_categories", user.favorite_categories.is_empty()),
    ]
    .into_iter()
    .filter_map(|(name, missing)| missing.then_some(name))
    .collect()
}

fn completion_percent(user: &User) -> u8 {
    let missing = u8::try_from(missing_parts(user).len()).unwrap_or(10);
    100 - missing * 10
}

/// The display name: 1 to 100 characters on one line that can be read.
pub(super) fn clean_name(errors: &mut FieldErrors, name: &str) -> String {
    let name = one_line(name);
    errors.check(!name.is_empty(), "name", "required", "Enter a name.");
    errors.check(name.chars().count() <= 100, "name", "too-long", "Use at most 100 characters.");
    names::check(errors, "name", &name);
    name
}

/// Without line breaks and with single spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(
    errors: &mut FieldErrors,
    field: &'static str,
    value: Option<String>,
    max: usize,
    target: &mut String,
) {
    if let Some(value) = value {
        let value = value.trim().to_owned();
        errors.check(
            value.chars().count() <= max,
            field,
            "too-long",
            format!("Use at most {max} characters."),
        );
        errors.check(
            !value.chars().any(unprintable),
            field,
            "invalid",
            "Use letters, not control characters.",
        );
        *target = value;
    }
}

/// A control character that no line break or tab is.
fn unprintable(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
}

fn choice(
    errors: &mut FieldErrors,
    field: &'static str,
    value: Option<String>,
    options: &[&str],
    target: &mut String,
) {
    if let Some(value) = value {
        errors.check(
            value.is_empty() || options.contains(&value.as_str()),
            field,
            "unknown",
            "Choose one of the options.",
        );
        *target = value;
    }
}
