//! What an administrator can change while the site runs: typed sections, each one JSON document in the database.
//!
//! A section that was never saved has its defaults. A saved one is in force at once here, and within seconds on other
//! servers.

mod security;

use chrono::{DateTime, Utc};
use momentum_db::{Conn, Db, Json, Tx, sql};
use serde::{Serialize, de::DeserializeOwned};

pub use security::Security;

use crate::{Error, FieldErrors, Result, ids::UserId};

/// One section of the settings.
pub trait Section: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static {
    /// Its name in addresses and in the database.
    const NAME: &'static str;

    /// Notes what is wrong with the values.
    fn check(&self, errors: &mut FieldErrors);
}

/// The section as it stands in the database, or its defaults.
///
/// # Errors
/// When the database fails or what is stored isn't such a section.
pub async fn load<S: Section>(conn: &mut Conn) -> Result<S> {
    let row: Option<(Json<serde_json::Value>,)> =
        conn.opt(sql!("SELECT content FROM settings WHERE section = $1", S::NAME)).await?;
    match row {
        Some((Json(content),)) => serde_json::from_value(content)
            .map_err(|error| Error::internal(format!("settings {}: {error}", S::NAME))),
        None => Ok(S::default()),
    }
}

/// Checks and stores a section; answers what it was before. Who may is for the caller to say, and to audit.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; nothing is changed then.
pub async fn save<S: Section>(tx: &mut Tx, section: &S, by: UserId, now: DateTime<Utc>) -> Result<S> {
    let mut errors = FieldErrors::default();
    section.check(&mut errors);
    errors.into_result()?;
    let content = serde_json::to_value(section).map_err(Error::internal)?;
    let before = load::<S>(tx).await?;
    tx.run(sql!(
        "INSERT INTO settings (section, content, changed_by, changed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (section) DO UPDATE SET content = $2, changed_by = $3, changed_at = $4",
        S::NAME,
        content,
        by,
        now
    ))
    .await?;
    Ok(before)
}

/// A section in memory, read again every few seconds.
pub struct Live<S: Section>(moka::future::Cache<(), S>);

impl<S: Section> Default for Live<S> {
    fn default() -> Self {
        let life = std::time::Duration::from_secs(5);
        Self(moka::future::Cache::builder().max_capacity(1).time_to_live(life).build())
    }
}

impl<S: Section> Live<S> {
    /// What is in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, db: &Db) -> Result<S> {
        let read = async { load::<S>(&mut db.read().await?).await };
        self.0.try_get_with((), read).await.map_err(Error::internal)
    }

    /// Forgets it, after a change.
    pub fn forget(&self) {
        self.0.invalidate_all();
    }
}
