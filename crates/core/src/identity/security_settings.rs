//! How accounts are protected, as an administrator sets it.

use serde_json::json;

use super::Actor;
use crate::{
    Result, Services,
    audit::{self, Event},
    settings::{self, Section, Security},
};

/// The settings as they stand.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators.
pub async fn security_settings(s: &Services, actor: &Actor) -> Result<Security> {
    actor.require_admin()?;
    settings::load(&mut s.db.read().await?).await
}

/// Changes the settings: in force at once here, within seconds on other servers.
///
/// # Errors
/// [`crate::Error::Forbidden`] `admin-only` or `step-up-required`; [`crate::Error::Invalid`] with every wrong field.
pub async fn change_security_settings(s: &Services, actor: &Actor, new: Security) -> Result<Security> {
    let now = s.clock.now();
    actor.require_admin()?;
    actor.require_recent_proof(now)?;
    let new = tidy(new);
    let mut tx = s.db.begin().await?;
    let before = settings::save(&mut tx, &new, actor.user, now).await?;
    let event = Event {
        actor: Some(actor.user),
        action: "settings.security-changed",
        target_kind: "settings",
        target_id: Security::NAME.to_owned(),
        address: &actor.origin.address,
        before: json!(before),
        after: json!(new),
    };
    audit::record(&mut tx, &event, now).await?;
    tx.commit().await?;
    s.security.forget();
    Ok(new)
}

/// Domains in lower case without an `@`, each name once.
fn tidy(mut settings: Security) -> Security {
    for list in [&mut settings.allowed_email_domains, &mut settings.denied_email_domains] {
        for domain in list.iter_mut() {
            *domain = domain.trim().trim_start_matches('@').to_lowercase();
        }
        list.retain(|domain| !domain.is_empty());
        list.sort();
        list.dedup();
    }
    settings.mfa_required_for.sort();
    settings.mfa_required_for.dedup();
    settings
}
