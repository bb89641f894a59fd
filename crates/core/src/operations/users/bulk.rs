//! The same for many accounts.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    list::users_by_id,
    standing::{restore_user, suspend_user},
};
use crate::{
    Error, Result, Services,
    identity::{Actor, Role, administration::set_role},
    ids::UserId,
};

/// The most accounts at once.
pub const MAX_BULK: usize = 200;

/// What to do with many accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkAction {
    /// Close them until they are restored.
    Suspend { reason: String },
    /// Open them again.
    Restore,
    /// Give all of them this role.
    SetRole { role: Role },
}

/// What became of them.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct BulkReport {
    pub done: i64,
    /// The accounts that stay as they were.
    pub refused: Vec<BulkRefusal>,
}

/// An account that stays as it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkRefusal {
    pub id: UserId,
    /// Such as `last-admin`.
    pub code: String,
    /// For people.
    pub message: String,
}

/// Does the same with each of these accounts, each for itself: what is refused for one is done for the others.
///
/// # Errors
/// [`Error::Forbidden`], also `step-up-required`; [`Error::Invalid`] when there are too many.
pub async fn change_accounts(
    s: &Services,
    actor: &Actor,
    users: &[UserId],
    action: &BulkAction,
) -> Result<BulkReport> {
    actor.require_admin()?;
    check_number(users)?;
    if let BulkAction::SetRole { role } = action {
        // Before anything is done, so that whoever proves it begins with nothing done.
        let there = users_by_id(s, actor, users).await?;
        let is_admins = |was: Role| was != *role && [was, *role].contains(&Role::Admin);
        if there.iter().any(|user| is_admins(user.role)) {
            actor.require_recent_proof(s.clock.now())?;
        }
    }
    let mut report = BulkReport::default();
    for user in users.iter().copied() {
        let done = match action {
            BulkAction::Suspend { reason } => suspend_user(s, actor, user, reason).await,
            BulkAction::Restore => restore_user(s, actor, user).await,
            BulkAction::SetRole { role } => set_role(s, actor, user, *role).await,
        };
        let (code, message) = match done {
            Ok(()) => {
                report.done += 1;
                continue;
            }
            // The second when somebody was made an administrator this very moment.
            Err(
                Error::Conflict { code, message }
                | Error::Forbidden { code: code @ "step-up-required", message },
            ) => (code, message.into_owned()),
            Err(Error::NotFound(_)) => ("not-found", "There is no such account.".to_owned()),
            Err(other) => return Err(other),
        };
        report.refused.push(BulkRefusal { id: user, code: code.to_owned(), message });
    }
    Ok(report)
}

pub(super) fn check_number(users: &[UserId]) -> Result<()> {
    if users.len() > MAX_BULK {
        return Err(Error::invalid("ids", "too-many", "Choose at most 200 accounts at once."));
    }
    Ok(())
}
