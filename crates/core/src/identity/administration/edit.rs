//! Changing what is known of somebody.

use momentum_db::Tx;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{note, standing};
use crate::{
    Error, Result, Services,
    identity::{Actor, ProfileUpdate, Role, User, profile},
    ids::UserId,
};

/// What of a profile doesn't describe the person: the audit log keeps its values. Of everything else it keeps that it was
/// changed, because its entries outlive the account.
const IMPERSONAL: [&str; 7] = [
    "time_zone",
    "locale",
    "daily_minutes",
    "preferred_time",
    "favorite_categories",
    "is_public",
    "on_leaderboards",
];

/// What of a profile is about the person.
const PERSONAL: [&str; 8] =
    ["name", "headline", "bio", "age_range", "country", "occupation", "education", "goals"];

/// What to change of an account; a missing field stays as it is. The address is changed by its owner.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct UserUpdate {
    #[serde(flatten)]
    pub profile: ProfileUpdate,
    /// Giving or taking the role of an administrator needs a fresh proof of who you are.
    #[serde(default)]
    pub role: Option<Role>,
    /// The version of the profile that the change was made from; without it, whatever is there is changed.
    #[serde(default)]
    pub version: Option<String>,
}

/// Names what somebody's profile says now: another text as soon as any of it has changed.
///
/// # Errors
/// [`Error::Internal`].
pub fn profile_version(user: &User) -> Result<String> {
    let fields = serde_json::to_value(user).map_err(Error::internal)?;
    let mut hash = Sha256::new();
    for field in IMPERSONAL.into_iter().chain(PERSONAL) {
        hash.update(format!("{field}={}\n", fields[field]));
    }
    Ok(hex::encode(&hash.finalize()[..8]))
}

/// Changes somebody's profile and role.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::Invalid`] with every wrong field; [`Error::Conflict`] as
/// [`super::set_role`], and `edited-meanwhile` when the profile isn't that of the version, unless it already says what it
/// is to say. Nothing is changed then.
pub(crate) async fn change_account(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
    update: UserUpdate,
) -> Result<User> {
    let now = s.clock.now();
    let is_of_profile = update.role.is_none();
    if let Some(role) = update.role {
        standing::change_role(s, tx, actor, user, role).await?;
    }
    let applied = profile::apply(tx, user, update.profile, now).await;
    let (before, after) = applied.map_err(|error| match error {
        Error::NotFound(_) => Error::NotFound("user"),
        other => other,
    })?;
    let difference = difference(&before, &after)?;
    // The same form sent twice says nothing new.
    let is_there = is_of_profile && difference.is_none();
    if let Some(version) = update.version
        && !is_there
        && version != profile_version(&before)?
    {
        return Err(Error::conflict("edited-meanwhile", "Somebody else changed this profile meanwhile."));
    }
    if let Some(change) = difference {
        note(tx, actor, "identity.user-changed", user, change, now).await?;
    }
    Ok(after)
}

/// The fields that are not the same, before and after; nothing when all are.
fn difference(before: &User, after: &User) -> Result<Option<(Value, Value)>> {
    let fields = |user: &User| serde_json::to_value(user).map_err(Error::internal);
    let (old, new) = (fields(before)?, fields(after)?);
    let (mut was, mut is, mut changed) = (Map::new(), Map::new(), Vec::new());
    for field in IMPERSONAL.into_iter().filter(|field| old[field] != new[field]) {
        was.insert(field.to_owned(), old[field].clone());
        is.insert(field.to_owned(), new[field].clone());
    }
    changed.extend(PERSONAL.into_iter().filter(|field| old[field] != new[field]));
    if !changed.is_empty() {
        is.insert("changed".to_owned(), json!(changed.join(", ")));
    }
    Ok((!is.is_empty()).then_some((Value::Object(was), Value::Object(is))))
}
