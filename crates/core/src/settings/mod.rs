//! What an administrator can change while the site runs: typed sections, each one JSON document in the database.
//!
//! A section that was never saved has its defaults. A saved one is in force at once here, and within a second on other
//! servers ([`Live`]).

mod branding;
pub mod color;
mod general;
mod learning;
mod live;
mod notifications;
pub mod palette;
mod security;
mod studio;
mod system;
mod text;

use chrono::{DateTime, Utc};
use momentum_db::{Conn, Json, Tx, sql};
use serde::{Serialize, de::DeserializeOwned};

pub use branding::{ACCENT_COLOR, Branding, Logo, PRIMARY_COLOR};
pub use general::General;
pub use learning::Learning;
pub use live::{Live, Snapshot};
pub use notifications::Notifications;
pub use palette::{MailColors, Palette, Reading, Sheet, Theme, content_hash};
pub use security::{PASSWORD_CLASSES, Security};
pub use studio::Studio;
pub use system::System;
pub use text::is_address;
pub(crate) use text::{check_line, is_link};

use crate::{Error, FieldErrors, Result, ids::UserId};

/// One section of the settings.
pub trait Section:
    Serialize + DeserializeOwned + Default + Clone + PartialEq + Send + Sync + 'static
{
    /// Its name in addresses and in the database.
    const NAME: &'static str;

    /// What the audit log calls a change of it.
    const CHANGED: &'static str;

    /// Brings what was typed into its usual form.
    fn tidy(&mut self) {}

    /// Notes what is wrong with the values.
    fn check(&self, errors: &mut FieldErrors);

    /// Whether changing from `before` to this needs a fresh proof of who does it.
    fn is_sensitive(&self, _before: &Self) -> bool {
        false
    }
}

/// A section as it stands in the database.
#[derive(Debug, Clone)]
pub struct Stored<S> {
    pub settings: S,
    /// Grows with each change; 0 when it was never saved.
    pub version: i64,
    pub changed_by: Option<UserId>,
    pub changed_at: Option<DateTime<Utc>>,
}

type Row = (Json<serde_json::Value>, i64, UserId, DateTime<Utc>);

/// The section as it stands in the database, or its defaults.
///
/// # Errors
/// When the database fails or what is stored isn't such a section.
pub async fn stored<S: Section>(conn: &mut Conn) -> Result<Stored<S>> {
    let row: Option<Row> = conn
        .opt(sql!(
            "SELECT content, version, changed_by, changed_at FROM settings WHERE section = $1",
            S::NAME
        ))
        .await?;
    Ok(match row {
        Some((Json(content), version, by, at)) => {
            Stored { settings: parse(content)?, version, changed_by: Some(by), changed_at: Some(at) }
        }
        None => Stored { settings: S::default(), version: 0, changed_by: None, changed_at: None },
    })
}

fn parse<S: Section>(content: serde_json::Value) -> Result<S> {
    serde_json::from_value(content).map_err(|error| Error::internal(format!("settings {}: {error}", S::NAME)))
}

/// As [`stored`], the values only.
///
/// # Errors
/// As [`stored`].
pub async fn load<S: Section>(conn: &mut Conn) -> Result<S> {
    Ok(stored(conn).await?.settings)
}

/// Checks and stores a section; answers what it was before. Who may is for the caller to say, and to audit.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; nothing is changed then.
pub async fn save<S: Section>(tx: &mut Tx, section: &S, by: UserId, now: DateTime<Utc>) -> Result<S> {
    let before = stored::<S>(tx).await?;
    replace(tx, section, before.version, by, now).await?;
    Ok(before.settings)
}

/// Checks and stores a section when it still is at `version`; answers whether it was.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; nothing is changed then.
pub async fn replace<S: Section>(
    tx: &mut Tx,
    section: &S,
    version: i64,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut errors = FieldErrors::default();
    section.check(&mut errors);
    errors.into_result()?;
    let content = serde_json::to_value(section).map_err(Error::internal)?;
    let written = tx
        .run(sql!(
            "INSERT INTO settings (section, content, changed_by, changed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (section) DO UPDATE SET content = $2, changed_by = $3, changed_at = $4,
                                                 version = settings.version + 1
             WHERE settings.version = $5",
            S::NAME,
            content,
            by,
            now,
            version
        ))
        .await?;
    Ok(written > 0)
}
