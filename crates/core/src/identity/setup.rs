//! The first administrator of a new instance.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

use momentum_db::{Conn, sql};

use super::{NewAccount, Origin, Role, SignUp, User, accounts, limits, random_token, same};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
};

/// A one-time token, printed in the log while there is no administrator. It lives in memory only.
#[derive(Default)]
pub struct SetupToken {
    token: OnceLock<String>,
    /// Set once an administrator was seen: the question is never asked again.
    done: AtomicBool,
}

impl SetupToken {
    /// The token, made when it is first asked for.
    ///
    /// # Errors
    /// [`Error::Internal`] when the system has no randomness.
    pub fn reveal(&self) -> Result<&str> {
        if self.token.get().is_none() {
            let _ = self.token.set(random_token()?);
        }
        self.token.get().map(String::as_str).ok_or_else(|| Error::internal("no set-up token"))
    }
}

/// Whether the instance still lacks an administrator.
///
/// # Errors
/// When the database fails.
pub async fn setup_needed(s: &Services) -> Result<bool> {
    if s.setup.done.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let mut conn = s.db.read().await?;
    let needed = lacks_admin(&mut conn, s.settings.demo).await?;
    s.setup.done.store(!needed, Ordering::Relaxed);
    Ok(needed)
}

/// Makes the first administrator. Works once: of twenty at the same moment one succeeds.
///
/// # Errors
/// [`Error::NotFound`] when there is an administrator; [`Error::Invalid`] when the token or a field is wrong.
pub async fn create_first_admin(s: &Services, token: &str, sign_up: SignUp, origin: &Origin) -> Result<User> {
    if !setup_needed(s).await? {
        return Err(Error::NotFound("page"));
    }
    limits::sign_in(s, "set-up", "set-up").await?;
    if !same(token.trim(), s.setup.reveal()?) {
        return Err(Error::invalid("token", "wrong", "This is not the token that was printed in the log."));
    }
    let account = NewAccount { sign_up, role: Role::Admin, is_demo: false };
    let prepared = accounts::prepare(s, account).await?;
    let mut tx = s.db.begin().await?;
    // The row that stands for the instance: its lock makes PostgreSQL decide these one by one.
    tx.run("UPDATE instance SET id = 1 WHERE id = 1").await?;
    if !lacks_admin(&mut tx, s.settings.demo).await? {
        return Err(Error::NotFound("page"));
    }
    let now = s.clock.now();
    let user = accounts::insert(s, &mut tx, &prepared, now).await?;
    let event = Event::of_account("identity.first-admin-created", user.id, Some(user.id), &origin.address);
    audit::record(&mut tx, &event, now).await?;
    tx.commit().await?;
    Ok(user)
}

/// Demo accounts count in a demo only: elsewhere nobody can sign in with them.
async fn lacks_admin(conn: &mut Conn, demo: bool) -> Result<bool> {
    let (admins,): (i64,) = conn
        .one(sql!(
            "SELECT COUNT(*) FROM
             (SELECT 1 FROM users WHERE role = 'admin' AND (NOT is_demo OR $1) LIMIT 1) AS found",
            demo
        ))
        .await?;
    Ok(admins == 0)
}
