//! The settings as administrators read and change them: by section, typed, audited, in force at once.

use serde_json::{Value, json};

use crate::{
    Error, Result, Services,
    audit::{self, Event},
    identity::Actor,
    messaging::{self, Message, Recipient},
    settings::{self, Section, Stored},
};

/// A section as it stands.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn settings<S: Section>(s: &Services, actor: &Actor) -> Result<Stored<S>> {
    actor.require_admin()?;
    settings::stored(&mut s.db.read().await?).await
}

/// Changes a section: in force at once here, within a second on other servers. `based_on` is the version that the change
/// was made from; without it whatever is there is replaced. What is in force already is no change, whoever made it.
///
/// # Errors
/// [`Error::Forbidden`] `admin-only` or `step-up-required`; [`Error::Invalid`] with every wrong field;
/// [`Error::Conflict`] `settings-changed` when somebody else was faster.
pub async fn change_settings<S: Section>(
    s: &Services,
    actor: &Actor,
    new: S,
    based_on: Option<i64>,
) -> Result<Stored<S>> {
    let now = s.clock.now();
    actor.require_admin()?;
    let mut new = new;
    new.tidy();
    let mut tx = s.db.begin().await?;
    let before = settings::stored::<S>(&mut tx).await?;
    if new.is_sensitive(&before.settings) {
        actor.require_recent_proof(now)?;
    }
    let based_on = based_on.unwrap_or(before.version);
    if based_on != before.version
        || !settings::replace(&mut tx, &new, before.version, actor.user, now).await?
    {
        // On PostgreSQL another change may have been committed after this one looked.
        drop(tx);
        let current = settings::stored::<S>(&mut s.db.read().await?).await?;
        let fields = differing_fields(&current.settings, &new);
        // The same form sent twice, or two who want the same.
        return if fields.is_empty() { Ok(current) } else { Err(conflict(&fields)) };
    }
    let (old, changed) = (json!(before.settings), json!(new));
    let fields = differing(&old, &changed);
    tell(s, &mut tx, actor, S::NAME, &fields, now).await?;
    let event = Event {
        actor: Some(actor.user),
        action: S::CHANGED,
        target_kind: "settings",
        target_id: S::NAME.to_owned(),
        address: &actor.origin.address,
        before: old,
        after: changed,
    };
    audit::record(&mut tx, &event, now).await?;
    tx.commit().await?;
    s.live.fresh(&s.db).await?;
    Ok(Stored {
        settings: new,
        version: before.version + 1,
        changed_by: Some(actor.user),
        changed_at: Some(now),
    })
}

fn conflict(fields: &[(String, String)]) -> Error {
    let names: Vec<_> = fields.iter().map(|(name, _)| name.replace('_', " ")).collect();
    Error::conflict(
        "settings-changed",
        format!(
            "Somebody else changed these settings meanwhile. What differs from yours: {}.",
            names.join(", ")
        ),
    )
}

/// The fields in which two versions of a section differ, with what the first one has.
#[must_use]
pub fn differing_fields<S: Section>(current: &S, other: &S) -> Vec<(String, String)> {
    let (current, other) = (json!(current), json!(other));
    differing(&current, &other)
        .into_iter()
        .map(|name| {
            let value = match &current[&name] {
                Value::String(text) => text.clone(),
                Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
                value => value.to_string(),
            };
            (name, value)
        })
        .collect()
}

fn differing(before: &Value, after: &Value) -> Vec<String> {
    let Some(fields) = after.as_object() else { return Vec::new() };
    fields
        .iter()
        .filter(|(name, value)| before.get(name) != Some(value))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Writes to whoever is to hear of changed settings.
async fn tell(
    s: &Services,
    tx: &mut momentum_db::Tx,
    actor: &Actor,
    section: &'static str,
    fields: &[String],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    let notices = settings::load::<settings::Notifications>(tx).await?.admin_notices;
    for email in notices {
        let to = Recipient { user: None, email, name: "administrator".to_owned() };
        let mut name = section.to_owned();
        name[..1].make_ascii_uppercase();
        let message = Message::SettingsChanged {
            section: name,
            fields: fields.iter().map(|name| name.replace('_', " ")).collect::<Vec<_>>().join(", "),
            who: actor.name.clone(),
            at: now,
            settings_link: format!("{}/admin/settings/{section}", s.settings.base_url),
        };
        messaging::send(tx, &to, &message, now).await?;
    }
    Ok(())
}
