//! Roles, suspending and removing; and the rule that there is always an administrator who can sign in.

use chrono::{DateTime, Utc};
use momentum_db::{FromRow, Tx, sql};
use serde_json::{Value, json};

use super::{note, require_other};
use crate::{
    Error, FieldErrors, Result, Services,
    identity::{AccountState, Actor, Role, mfa},
    ids::UserId,
};

/// The longest reason for a suspension, in characters.
const MAX_REASON: usize = 500;

#[derive(FromRow)]
struct Standing {
    role: Role,
    state: AccountState,
}

/// Makes everything that may take an administrator away wait for each other, and makes sure that the actor still is one.
/// First in its transaction.
pub(crate) async fn lock_administrators(tx: &mut Tx, actor: &Actor) -> Result<()> {
    // The row that stands for the instance: its lock makes PostgreSQL decide these one by one.
    tx.run("UPDATE instance SET id = 1 WHERE id = 1").await?;
    let (still,): (i64,) = tx
        .one(sql!(
            "SELECT COUNT(*) FROM users WHERE id = $1 AND role = 'admin' AND state = 'active'",
            actor.user
        ))
        .await?;
    if still == 0 {
        return Err(Error::forbidden("admin-only", "Only administrators may do this."));
    }
    Ok(())
}

/// Refuses to take away the last administrator who can sign in.
async fn require_another_admin(s: &Services, tx: &mut Tx, user: UserId) -> Result<()> {
    let (others,): (i64,) = tx
        .one(sql!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE role = 'admin' AND state = 'active' AND id <> $1
                                   AND (NOT is_demo OR $2) LIMIT 1) AS others",
            user,
            s.settings.demo
        ))
        .await?;
    if others == 0 {
        return Err(Error::conflict(
            "last-admin",
            "This is the last administrator. Make somebody else one first.",
        ));
    }
    Ok(())
}

/// Takes the lock of the account's row and reads where it stands.
async fn standing(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<Standing> {
    tx.opt(sql!("UPDATE users SET updated_at = $2 WHERE id = $1 RETURNING role, state", user, now))
        .await?
        .ok_or(Error::NotFound("user"))
}

/// Changes what somebody may do. Nothing happens when they have the role already.
///
/// # Errors
/// [`Error::Forbidden`], also `step-up-required` when the role of an administrator is given or taken; [`Error::NotFound`];
/// [`Error::Conflict`] `own-account`, `last-admin`.
pub async fn set_role(s: &Services, actor: &Actor, user: UserId, role: Role) -> Result<()> {
    actor.require_admin()?;
    let mut tx = s.db.begin().await?;
    change_role(s, &mut tx, actor, user, role).await?;
    tx.commit().await?;
    Ok(())
}

/// As [`set_role`], within a transaction that has touched nothing yet.
pub(super) async fn change_role(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
    role: Role,
) -> Result<()> {
    let now = s.clock.now();
    lock_administrators(tx, actor).await?;
    let before = standing(tx, user, now).await?;
    if before.role == role {
        return Ok(());
    }
    if before.role == Role::Admin || role == Role::Admin {
        actor.require_recent_proof(now)?;
    }
    if before.role == Role::Admin {
        require_other(actor, user)?;
        if before.state == AccountState::Active {
            require_another_admin(s, tx, user).await?;
        }
    }
    tx.run(sql!("UPDATE users SET role = $2 WHERE id = $1", user, role.as_str())).await?;
    let change = (json!({ "role": before.role }), json!({ "role": role }));
    note(tx, actor, "identity.role-changed", user, change, now).await
}

/// Closes an account until it is opened again, and ends its sessions. Answers what was and what is, for the audit log.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::Invalid`] when the reason is too long; [`Error::Conflict`]
/// `own-account`, `last-admin`, `already-suspended`.
pub(crate) async fn close_account(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
    reason: &str,
) -> Result<(Value, Value)> {
    let reason = reason.trim();
    let mut errors = FieldErrors::default();
    errors.check(reason.chars().count() <= MAX_REASON, "reason", "too-long", "Use at most 500 characters.");
    errors.into_result()?;
    require_other(actor, user)?;
    let now = s.clock.now();
    lock_administrators(tx, actor).await?;
    let before = standing(tx, user, now).await?;
    if before.state != AccountState::Active {
        return Err(Error::conflict("already-suspended", "This account is suspended already."));
    }
    if before.role == Role::Admin {
        require_another_admin(s, tx, user).await?;
    }
    tx.run(sql!(
        "UPDATE users SET state = 'suspended', suspended_at = $2, suspended_reason = $3 WHERE id = $1",
        user,
        now,
        reason
    ))
    .await?;
    tx.run(sql!("DELETE FROM sessions WHERE user_id = $1", user)).await?;
    mfa::forget_challenges(tx, user).await?;
    Ok((json!({ "state": "active" }), json!({ "state": "suspended", "reason": reason })))
}

/// Opens a suspended account again. Answers what was and what is, for the audit log.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::Conflict`] `not-suspended`.
pub(crate) async fn open_account(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
) -> Result<(Value, Value)> {
    lock_administrators(tx, actor).await?;
    let before = standing(tx, user, s.clock.now()).await?;
    if before.state != AccountState::Suspended {
        return Err(Error::conflict("not-suspended", "This account is not suspended."));
    }
    tx.run(sql!(
        "UPDATE users SET state = 'active', suspended_at = NULL, suspended_reason = '' WHERE id = $1",
        user
    ))
    .await?;
    Ok((json!({ "state": "suspended" }), json!({ "state": "active" })))
}

/// Closes an account that is about to be removed, after [`lock_administrators`]. `confirm` is its address, from
/// an administrator who was asked to type it. Mails to the person go already. Answers what it was, for the audit log.
///
/// # Errors
/// [`Error::Invalid`] `confirm`; [`Error::NotFound`]; [`Error::Conflict`] `own-account`, `last-admin`.
pub(crate) async fn prepare_removal(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
    confirm: Option<&str>,
) -> Result<Value> {
    require_other(actor, user)?;
    let before = standing(tx, user, s.clock.now()).await?;
    let (email,): (String,) = tx.one(sql!("SELECT email FROM users WHERE id = $1", user)).await?;
    if confirm.is_some_and(|confirm| confirm.trim().to_lowercase() != email) {
        return Err(Error::invalid("confirm", "different", "This is not the address of the account."));
    }
    if before.role == Role::Admin && before.state == AccountState::Active {
        require_another_admin(s, tx, user).await?;
    }
    tx.run(sql!("DELETE FROM mails WHERE user_id = $1", user)).await?;
    tx.run(sql!("UPDATE users SET state = 'deleted' WHERE id = $1", user)).await?;
    Ok(json!({ "role": before.role, "state": before.state }))
}
