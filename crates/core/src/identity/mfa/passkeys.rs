//! Passkeys of an account: added, listed, renamed, removed.

use chrono::{DateTime, Utc};
use momentum_db::{FromRow, Tx, sql};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

use super::{
    after_removal,
    ceremonies::{self, Ceremony, Purpose, relying_party},
    has_factor, lock_factors,
    notice::Change,
    recovery, required_for, shown,
};
use crate::{
    Error, Result, Services,
    identity::Actor,
    ids::{CeremonyId, PasskeyId, UserId},
    names,
};

/// More than anybody has devices.
const MOST: usize = 20;

/// Longest name, in characters.
const NAME_LENGTH: usize = 60;

/// A passkey as its owner sees it.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct PasskeyInfo {
    pub id: PasskeyId,
    /// As the owner called it.
    pub name: String,
    pub created_at: DateTime<Utc>,
    /// Null until it is used.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A new passkey, and recovery codes when it is the account's first factor.
#[derive(Debug)]
pub struct NewPasskey {
    pub passkey: PasskeyInfo,
    /// Shown this once.
    pub recovery_codes: Option<Vec<String>>,
}

/// The actor's passkeys, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_passkeys(s: &Services, actor: &Actor) -> Result<Vec<PasskeyInfo>> {
    let mut conn = s.db.read().await?;
    Ok(conn
        .all(sql!(
            "SELECT id, name, created_at, last_used_at FROM passkeys WHERE user_id = $1 ORDER BY created_at, id",
            actor.user
        ))
        .await?)
}

/// The ids by which authenticators know the account's passkeys.
pub(super) async fn credential_ids(tx: &mut Tx, user: UserId) -> Result<Vec<Vec<u8>>> {
    let rows: Vec<(Vec<u8>,)> = tx
        .all(sql!("SELECT credential_id FROM passkeys WHERE user_id = $1 ORDER BY created_at", user))
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Asks the actor's browser to make a passkey.
///
/// # Errors
/// [`Error::Forbidden`] `step-up-required`; [`Error::Conflict`] `passkeys-unavailable` or `too-many-passkeys`.
pub async fn begin_passkey(s: &Services, actor: &Actor) -> Result<Ceremony> {
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let relying_party = relying_party(s)?;
    let mut tx = s.db.begin().await?;
    let known = credential_ids(&mut tx, actor.user).await?;
    if known.len() >= MOST {
        return Err(Error::conflict("too-many-passkeys", "Remove a passkey that you no longer use first."));
    }
    let (email,): (String,) = tx.one(sql!("SELECT email FROM users WHERE id = $1", actor.user)).await?;
    let (question, state) = relying_party
        .start_passkey_registration(actor.user.0, &email, &actor.name, Some(known))
        .map_err(Error::internal)?;
    let id = ceremonies::remember(&mut tx, Purpose::Register, Some(actor.user), &state, now).await?;
    tx.commit().await?;
    let mut public_key = serde_json::to_value(question.public_key).map_err(Error::internal)?;
    // Kept by the authenticator together with whose it is, where it can: then it signs in without an address.
    public_key["authenticatorSelection"]["residentKey"] = json!("preferred");
    Ok(Ceremony { id, public_key })
}

/// Adds the passkey that the browser made.
///
/// # Errors
/// [`Error::Forbidden`] `step-up-required`; [`Error::Invalid`] for `name` or `credential`; [`Error::Conflict`]
/// `passkey-taken` when an account has it already.
pub async fn add_passkey(
    s: &Services,
    actor: &Actor,
    ceremony: CeremonyId,
    name: &str,
    answer: &Value,
) -> Result<NewPasskey> {
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let name = clean_name(name)?;
    let bad = || Error::invalid("credential", "rejected", "The passkey could not be verified. Try again.");
    let state: Option<PasskeyRegistration> =
        ceremonies::take(s, ceremony, Purpose::Register, Some(actor.user)).await?;
    let state = state.ok_or_else(bad)?;
    let answer: RegisterPublicKeyCredential = serde_json::from_value(answer.clone()).map_err(|_| bad())?;
    let made = relying_party(s)?.finish_passkey_registration(&answer, &state).map_err(|error| {
        tracing::warn!(user = %actor.user, %error, "a new passkey was refused");
        bad()
    })?;
    let passkey = PasskeyInfo { id: PasskeyId::new(), name, created_at: now, last_used_at: None };
    let mut tx = s.db.begin().await?;
    lock_factors(&mut tx, actor.user).await?;
    let first = !has_factor(&mut tx, actor.user).await?;
    let added = tx
        .run(sql!(
            "INSERT INTO passkeys (id, user_id, credential_id, name, credential, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential_id) DO NOTHING",
            passkey.id,
            actor.user,
            made.cred_id().as_slice(),
            passkey.name.as_str(),
            serde_json::to_value(&made).map_err(Error::internal)?,
            now
        ))
        .await?;
    if added == 0 {
        return Err(Error::conflict("passkey-taken", "This passkey belongs to an account already."));
    }
    shown(&mut tx, actor).await?;
    let recovery_codes =
        if first { Some(recovery::replace(s, &mut tx, actor.user, now).await?) } else { None };
    let what = format!("The passkey “{}” was added", passkey.name);
    let after = json!({ "passkey": passkey.id, "name": passkey.name });
    change(actor, "identity.passkey-added", json!(null), after, what).record(s, &mut tx, now).await?;
    tx.commit().await?;
    Ok(NewPasskey { passkey, recovery_codes })
}

/// Gives one of the actor's passkeys another name.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for `name`.
pub async fn rename_passkey(s: &Services, actor: &Actor, id: PasskeyId, name: &str) -> Result<PasskeyInfo> {
    let name = clean_name(name)?;
    let mut tx = s.db.begin().await?;
    let renamed = tx
        .opt(sql!(
            "UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2
             RETURNING id, name, created_at, last_used_at",
            id,
            actor.user,
            name
        ))
        .await?
        .ok_or(Error::NotFound("passkey"))?;
    tx.commit().await?;
    Ok(renamed)
}

/// Removes one of the actor's passkeys.
///
/// # Errors
/// [`Error::Forbidden`] `step-up-required`; [`Error::NotFound`]; [`Error::Conflict`] `last-factor` when the role needs one.
pub async fn remove_passkey(s: &Services, actor: &Actor, id: PasskeyId) -> Result<()> {
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let required = required_for(s, actor.role).await?;
    let mut tx = s.db.begin().await?;
    lock_factors(&mut tx, actor.user).await?;
    let removed: Option<(String,)> = tx
        .opt(sql!("DELETE FROM passkeys WHERE id = $1 AND user_id = $2 RETURNING name", id, actor.user))
        .await?;
    let (name,) = removed.ok_or(Error::NotFound("passkey"))?;
    after_removal(&mut tx, actor, required).await?;
    let what = format!("The passkey “{name}” was removed");
    let before = json!({ "passkey": id, "name": name });
    change(actor, "identity.passkey-removed", before, json!(null), what).record(s, &mut tx, now).await?;
    tx.commit().await?;
    Ok(())
}

fn change<'a>(
    actor: &'a Actor,
    action: &'static str,
    before: Value,
    after: Value,
    what: String,
) -> Change<'a> {
    let address = &actor.origin.address;
    Change { user: actor.user, by: Some(actor.user), address, action, before, after, what }
}

fn clean_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.chars().count() <= NAME_LENGTH && names::is_readable(name) {
        Ok(name.to_owned())
    } else {
        Err(Error::invalid("name", "length", "Give it a name of 1 to 60 characters, such as “My phone”."))
    }
}
