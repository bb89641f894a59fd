//! What administrators do with accounts: make them, change them, suspend them, help their owners. Nobody acts in somebody
//! else's name, and no administrator learns or sets a password.

mod create;
mod edit;
mod help;
pub mod import;
mod standing;

pub use create::{NewUser, create_user};
pub(crate) use edit::change_account;
pub use edit::{UserUpdate, profile_version};
pub use help::{
    AccountAccess, account_access, reset_second_factors, send_password_link, sign_out_everywhere,
};
pub use standing::set_role;
pub(crate) use standing::{close_account, lock_administrators, open_account, prepare_removal};

use chrono::{DateTime, Utc};
use momentum_db::Tx;
use serde_json::Value;

use super::Actor;
use crate::{
    Error, Result,
    audit::{self, Event},
    ids::UserId,
};

/// Writes what an administrator did with an account, as the last thing of the transaction.
pub(crate) async fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    user: UserId,
    (before, after): (Value, Value),
    now: DateTime<Utc>,
) -> Result<()> {
    let event = Event {
        actor: Some(actor.user),
        action,
        target_kind: "user",
        target_id: user.to_string(),
        address: &actor.origin.address,
        before,
        after,
    };
    audit::record(tx, &event, now).await
}

/// Refuses administrators who turn against their own account, by mistake or tricked into it.
fn require_other(actor: &Actor, user: UserId) -> Result<()> {
    if actor.user == user {
        return Err(Error::conflict(
            "own-account",
            "That is your own account. Another administrator can do this.",
        ));
    }
    Ok(())
}
