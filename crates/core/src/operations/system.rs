//! What an instance says about itself to administrators.

use serde::Serialize;
use utoipa::ToSchema;

use super::MAX_LOGO;
use crate::{
    Result, Services,
    identity::{Actor, MAX_AVATAR},
    jobs,
};

/// Facts that can't be changed while the site runs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SystemFacts {
    /// Of the program.
    pub version: &'static str,
    /// `SQLite` or `PostgreSQL`.
    pub database: String,
    /// The public address.
    pub base_url: String,
    /// A mail server is configured; otherwise mails stay in the mailbox.
    pub sends_mail: bool,
    /// Who mails come from.
    pub mail_from: String,
    pub demo: bool,
    /// How long the process that answers has been running.
    pub uptime_seconds: u64,
    pub jobs_queued: i64,
    pub jobs_running: i64,
    /// Jobs that were given up.
    pub jobs_dead: i64,
    /// The largest picture of a person, in bytes.
    pub max_avatar_bytes: usize,
    /// The largest logo, in bytes.
    pub max_logo_bytes: usize,
}

/// The facts.
///
/// # Errors
/// [`crate::Error::Forbidden`] to everybody but administrators.
pub async fn system_facts(s: &Services, actor: &Actor) -> Result<SystemFacts> {
    actor.require_admin()?;
    let counts = jobs::counts(&mut s.db.read().await?).await?;
    Ok(SystemFacts {
        version: env!("CARGO_PKG_VERSION"),
        database: s.db.engine().to_string(),
        base_url: s.settings.base_url.clone(),
        sends_mail: s.mailer.is_some(),
        mail_from: s.live.now().mail_from(&s.settings),
        demo: s.settings.demo,
        uptime_seconds: s.live.running_for().as_secs(),
        jobs_queued: counts.queued,
        jobs_running: counts.running,
        jobs_dead: counts.dead,
        max_avatar_bytes: MAX_AVATAR,
        max_logo_bytes: MAX_LOGO,
    })
}
