//! Which accounts elsewhere belong to which account here.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    Error, Result, Services,
    audit::{self, Event},
    identity::{
        AccountState, Actor, Email, Method, Origin, Role,
        accounts::{self, Prepared},
        lifecycle::{self, AccountStatus},
        mfa::Change,
        sign_in::Proven,
    },
    ids::{ExternalIdentityId, UserId},
    names,
    ports::ExternalProfile,
};

/// An account elsewhere that opens the account here.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct ExternalIdentity {
    pub id: ExternalIdentityId,
    /// Its id in the configuration.
    pub provider: String,
    /// The address that the provider named last.
    pub email: Option<String>,
    pub linked_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

/// How the actor can sign in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignInMethods {
    pub has_password: bool,
    pub identities: Vec<ExternalIdentity>,
}

#[derive(FromRow)]
struct AccountRow {
    state: AccountState,
    is_demo: bool,
}

/// Whose account this is: the one that is connected, or a new one of somebody who lives in `time_zone`, if that is known.
pub(super) async fn sign_in_or_up(
    s: &Services,
    provider: &str,
    external: &ExternalProfile,
    time_zone: Option<String>,
    origin: &Origin,
) -> Result<Proven> {
    let user = match connected(s, external).await? {
        Some(user) => user,
        None => match create(s, provider, external, time_zone, origin).await {
            // Twice at once: the other one has just made the account.
            Err(taken @ Error::Conflict { code: "email-taken", .. }) => {
                connected(s, external).await?.ok_or(taken)?
            }
            other => other?,
        },
    };
    Ok(Proven::otherwise(user, Method::Provider, false))
}

/// The account that is connected, if there is one that can be used.
async fn connected(s: &Services, external: &ExternalProfile) -> Result<Option<UserId>> {
    let mut tx = s.db.begin().await?;
    let link: Option<(UserId,)> = tx
        .opt(sql!(
            "UPDATE external_identities SET email = $3, last_used_at = $4 WHERE issuer = $1 AND subject = $2
             RETURNING user_id",
            external.issuer.as_str(),
            external.subject.as_str(),
            external.email.as_deref(),
            s.clock.now()
        ))
        .await?;
    let Some((user,)) = link else { return Ok(None) };
    let account: AccountRow = tx.one(sql!("SELECT state, is_demo FROM users WHERE id = $1", user)).await?;
    let status = AccountStatus { state: account.state, is_demo: account.is_demo };
    if !lifecycle::pre_authentication(s, status) {
        return Err(Error::unauthenticated("account-closed", "This account can’t be used."));
    }
    tx.commit().await?;
    Ok(Some(user))
}

/// Makes an account for somebody who has none. An address that the provider has not made sure of is taken like one that
/// somebody typed: it still has to be confirmed.
async fn create(
    s: &Services,
    provider: &str,
    external: &ExternalProfile,
    time_zone: Option<String>,
    origin: &Origin,
) -> Result<UserId> {
    let address = external.email.as_deref().and_then(Email::parse).ok_or_else(|| {
        Error::conflict(
            "no-email",
            "The other service did not tell us your email address. Allow it there, or sign up here.",
        )
    })?;
    let name = display_name(external, &address);
    lifecycle::may_join(s).await?;
    let mut account =
        Prepared::without_password(s, address, name, Role::Free, external.email_verified).await?;
    if let Some(zone) = time_zone {
        account.time_zone = zone;
    }
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let user = accounts::insert(s, &mut tx, &account, now).await.map_err(|error| match error {
        // Never silently onto an existing account, whatever the provider says of the address.
        Error::Conflict { code: "email-taken", .. } => Error::conflict(
            "email-taken",
            "There is an account with your email address already. Sign in as usual, then connect the service in your \
             settings.",
        ),
        other => other,
    })?;
    add(&mut tx, user.id, provider, external, now).await?;
    let event = Event {
        after: json!({ "provider": provider }),
        ..Event::of_account("identity.signed-up", user.id, Some(user.id), &origin.address)
    };
    audit::record(&mut tx, &event, now).await?;
    tx.commit().await?;
    Ok(user.id)
}

/// The name that the provider tells, as far as it can be read, or what stands before the `@`.
fn display_name(external: &ExternalProfile, address: &Email) -> String {
    let told = external.name.as_deref().unwrap_or_default();
    let local = address.as_str().split('@').next().unwrap_or_default();
    let readable = [told, local].map(|name| names::cleaned(name, 100));
    readable.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "Learner".to_owned())
}

async fn add(
    tx: &mut Tx,
    user: UserId,
    provider: &str,
    external: &ExternalProfile,
    now: DateTime<Utc>,
) -> Result<bool> {
    let added = tx
        .run(sql!(
            "INSERT INTO external_identities (id, user_id, provider, issuer, subject, email, linked_at, last_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (issuer, subject) DO NOTHING",
            ExternalIdentityId::new(),
            user,
            provider,
            external.issuer.as_str(),
            external.subject.as_str(),
            external.email.as_deref(),
            now
        ))
        .await?;
    Ok(added == 1)
}

/// Connects an account elsewhere to the actor's. Connecting the same one again changes nothing.
pub(super) async fn link(
    s: &Services,
    actor: &Actor,
    provider: &str,
    external: &ExternalProfile,
) -> Result<()> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    if !add(&mut tx, actor.user, provider, external, now).await? {
        let (owner,): (UserId,) = tx
            .one(sql!(
                "SELECT user_id FROM external_identities WHERE issuer = $1 AND subject = $2",
                external.issuer.as_str(),
                external.subject.as_str()
            ))
            .await?;
        return if owner == actor.user {
            // What was read may be another's that is not on the disk yet.
            Ok(tx.commit().await?)
        } else {
            Err(Error::conflict("linked-elsewhere", "That account is connected to another account here."))
        };
    }
    tell(s, &mut tx, actor, "identity.provider-linked", provider, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Disconnects an account elsewhere. The last way to sign in stays.
///
/// # Errors
/// [`Error::NotFound`] when it isn't the actor's; [`Error::Conflict`] `last-sign-in-method`; [`Error::Forbidden`]
/// `step-up-required`.
pub async fn unlink(s: &Services, actor: &Actor, id: ExternalIdentityId) -> Result<()> {
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let mut tx = s.db.begin().await?;
    // The account's row first: two that are removed at once are then removed one after the other.
    tx.run(sql!("UPDATE users SET updated_at = $2 WHERE id = $1", actor.user, now)).await?;
    let removed: Option<(String,)> = tx
        .opt(sql!(
            "DELETE FROM external_identities WHERE id = $1 AND user_id = $2 RETURNING provider",
            id,
            actor.user
        ))
        .await?;
    let Some((provider,)) = removed else { return Err(Error::NotFound("connected account")) };
    if !can_sign_in(&mut tx, actor.user).await? {
        return Err(Error::conflict(
            "last-sign-in-method",
            "This is your only way to sign in. Set a password or connect another service first.",
        ));
    }
    tell(s, &mut tx, actor, "identity.provider-unlinked", &provider, now).await?;
    tx.commit().await?;
    Ok(())
}

/// How the actor can sign in.
///
/// # Errors
/// When the database fails.
pub async fn sign_in_methods(s: &Services, actor: &Actor) -> Result<SignInMethods> {
    let mut conn = s.db.read().await?;
    let identities = conn
        .all(sql!(
            "SELECT id, provider, email, linked_at, last_used_at FROM external_identities
             WHERE user_id = $1 ORDER BY linked_at, id",
            actor.user
        ))
        .await?;
    Ok(SignInMethods { has_password: has_password(&mut conn, actor.user).await?, identities })
}

async fn has_password(conn: &mut Conn, user: UserId) -> Result<bool> {
    let row: Option<(Option<String>,)> =
        conn.opt(sql!("SELECT password_hash FROM users WHERE id = $1", user)).await?;
    Ok(row.is_some_and(|(hash,)| hash.is_some()))
}

async fn can_sign_in(conn: &mut Conn, user: UserId) -> Result<bool> {
    let (others,): (i64,) = conn
        .one(sql!(
            "SELECT (SELECT COUNT(*) FROM external_identities WHERE user_id = $1)
                  + (SELECT COUNT(*) FROM passkeys WHERE user_id = $1)",
            user
        ))
        .await?;
    Ok(others > 0 || has_password(conn, user).await?)
}

async fn tell(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    provider: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let name =
        s.providers.get(provider).map_or_else(|_| provider.to_owned(), |known| known.info().name.clone());
    let linked = action == "identity.provider-linked";
    let named = serde_json::json!({ "provider": provider });
    let (before, after) = if linked { (Value::Null, named) } else { (named, Value::Null) };
    let what = if linked {
        format!("{name} was connected to your account")
    } else {
        format!("{name} was disconnected from your account")
    };
    let change = Change {
        user: actor.user,
        by: Some(actor.user),
        address: &actor.origin.address,
        action,
        before,
        after,
        what,
    };
    change.record(s, tx, now).await
}
