//! Administration: the audit log.

use axum::{extract::State, response::Response};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use momentum_core::{
    Error, FieldErrors,
    audit::{AuditEntry, AuditFilter},
    operations,
};
use serde::Deserialize;
use serde_json::Value;

use super::{account::refused, context::Ctx, failure::PageError, form::Params};
use crate::{
    App,
    api::audit_csv,
    http::day,
    present,
    views::{AuditChange, AuditPage, AuditRow, AuditVerdict},
};

/// Entries on a page of the list.
const PAGE: i64 = 50;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuditQuery {
    q: String,
    /// First day, UTC.
    from: String,
    /// Last day, UTC.
    to: String,
    page: i64,
    /// Whether to compute the chain again.
    check: Option<String>,
}

impl AuditQuery {
    /// What the log is asked for.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no day.
    fn filter(&self) -> Result<AuditFilter, Error> {
        let mut errors = FieldErrors::default();
        let from = day(&mut errors, "from", &self.from);
        let to = day(&mut errors, "to", &self.to);
        errors.into_result()?;
        Ok(AuditFilter {
            q: self.q.chars().take(200).collect(),
            from: from.map(midnight),
            to: to.and_then(|day| day.succ_opt()).map(midnight),
        })
    }

    fn is_empty(&self) -> bool {
        [&self.q, &self.from, &self.to].iter().all(|text| text.trim().is_empty())
    }
}

fn day(errors: &mut FieldErrors, field: &'static str, text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let day = day::day(text);
    errors.check(day.is_some() || text.is_empty(), field, "invalid", "Enter a day such as 2026-03-02.");
    day
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// `GET /admin/audit`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<AuditQuery>,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let number = query.page.clamp(1, 20_000);
    let offset = (number - 1) * PAGE;
    let found = match query.filter() {
        Ok(filter) => operations::audit_entries(&app.services, actor, &filter, PAGE, offset).await,
        Err(error) => Err(error),
    };
    let (entries, total, wrong) = match found {
        Ok((entries, total)) => (entries, total, None),
        Err(error @ Error::Invalid(_)) => (Vec::new(), 0, Some(error)),
        Err(other) => return Err(other.into()),
    };
    let verdict = match query.check {
        Some(_) => Some(AuditVerdict::from(operations::verify_audit(&app.services, actor).await?)),
        None => None,
    };
    let now = app.services.clock.now();
    let search = format!(
        "q={}&from={}&to={}",
        present::encode(&query.q),
        present::encode(&query.from),
        present::encode(&query.to)
    );
    let at = |page: i64| format!("/admin/audit?{search}&page={page}");
    let view = AuditPage {
        page: ctx.private_page("Audit log", "/admin/audit"),
        total_label: present::count(total, "entry", "entries"),
        filtered: !query.is_empty(),
        alert: wrong.as_ref().map(in_words),
        entries: entries.iter().map(|entry| row(entry, now, actor.time_zone)).collect(),
        verdict,
        export_url: format!("/admin/audit/export?{search}"),
        check_url: format!("/admin/audit?{search}&page={number}&check=1"),
        newer_url: (number > 1).then(|| at(number - 1)),
        older_url: (offset + PAGE < total).then(|| at(number + 1)),
        q: query.q,
        from: query.from,
        to: query.to,
    };
    match wrong {
        Some(error) => refused(&ctx, &error, &view),
        None => ctx.render(&view),
    }
}

/// What is wrong with the days, each after its field's label.
fn in_words(error: &Error) -> String {
    let Error::Invalid(errors) = error else { return error.to_string() };
    let label = |field: &str| if field == "from" { "From" } else { "To" };
    let lines = errors.as_slice().iter().map(|wrong| format!("{}: {}", label(&wrong.field), wrong.message));
    lines.collect::<Vec<_>>().join(" ")
}

/// What was done, and to what, as far as the entry keeps its name: `identity.signed-in` is "Signed in", `media.deleted` is
/// "File “plan.pdf” deleted".
pub(super) fn title(entry: &AuditEntry) -> String {
    let done = words(&entry.action);
    match subject(entry) {
        Some(subject) => format!("{subject} {}", done.to_lowercase()),
        None => done,
    }
}

/// What an entry is about, when its action doesn't say it.
fn subject(entry: &AuditEntry) -> Option<String> {
    let kind = match entry.action.split_once('.')?.0 {
        "announcements" => "Announcement",
        "media" => "File",
        "reviews" => "Review",
        _ => return None,
    };
    let named = |state: &str| {
        let state: Value = serde_json::from_str(state).ok()?;
        ["title", "name"].into_iter().find_map(|field| state[field].as_str().map(ToOwned::to_owned))
    };
    let name = named(&entry.after_state).or_else(|| named(&entry.before_state));
    Some(name.map_or_else(|| kind.to_owned(), |name| format!("{kind} “{name}”")))
}

/// An action in words.
fn words(action: &str) -> String {
    let name = action.rsplit('.').next().unwrap_or(action).replace('-', " ");
    let name = name.replace("totp", "authenticator app").replace("mfa", "second factors");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The fields of both states that are not the same, or all that there are when only one state was noted.
fn changes(before: &str, after: &str) -> Vec<AuditChange> {
    let fields = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => fields,
        Ok(Value::Null) | Err(_) => serde_json::Map::new(),
        Ok(other) => serde_json::Map::from_iter([("value".to_owned(), other)]),
    };
    let (mut old, new) = (fields(before), fields(after));
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    };
    let mut list = Vec::new();
    for (field, after) in new {
        let before = old.remove(&field);
        if before.as_ref() != Some(&after) {
            list.push((field, before, Some(after)));
        }
    }
    list.extend(old.into_iter().map(|(field, before)| (field, Some(before), None)));
    list.into_iter()
        .map(|(field, before, after)| AuditChange {
            field: field.replace('_', " "),
            before: before.map(text),
            after: after.map(text),
        })
        .collect()
}

fn row(entry: &AuditEntry, now: DateTime<Utc>, zone: chrono_tz::Tz) -> AuditRow {
    AuditRow {
        sequence: entry.sequence,
        at: present::moment(entry.at, now, zone),
        actor: match (&entry.actor_email, entry.actor_id) {
            (Some(email), _) => email.clone(),
            (None, Some(id)) => format!("a removed account ({id})"),
            (None, None) => "nobody signed in".to_owned(),
        },
        title: title(entry),
        action: entry.action.clone(),
        target_kind: entry.target_kind.clone(),
        target_id: entry.target_id.clone(),
        address: entry.address.clone(),
        changes: changes(&entry.before_state, &entry.after_state),
    }
}

/// `GET /admin/audit/export`: CSV, the oldest entry first.
pub(crate) async fn export(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<AuditQuery>,
) -> Result<Response, PageError> {
    Ok(audit_csv(&app, ctx.actor()?, query.filter()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_reads_like_words() {
        assert_eq!(words("identity.signed-in"), "Signed in");
        assert_eq!(words("identity.totp-added"), "Authenticator app added");
        assert_eq!(words(""), "");
    }

    #[test]
    fn a_title_says_what_it_was_done_to() {
        let title = |action: &str, before: &str, after: &str| {
            title(&AuditEntry {
                sequence: 1,
                id: momentum_core::ids::AuditEntryId::new(),
                at: DateTime::UNIX_EPOCH,
                actor_id: None,
                actor_email: None,
                action: action.into(),
                target_kind: String::new(),
                target_id: String::new(),
                address: String::new(),
                before_state: before.into(),
                after_state: after.into(),
                hash: String::new(),
            })
        };
        let tea = r#"{"title":"Tea at five","banner":true}"#;
        assert_eq!(title("announcements.deleted", tea, "null"), "Announcement “Tea at five” deleted");
        assert_eq!(title("media.uploaded", "null", r#"{"name":"plan.pdf"}"#), "File “plan.pdf” uploaded");
        assert_eq!(title("reviews.hidden", "null", "null"), "Review hidden");
        assert_eq!(title("authoring.course-created", "null", tea), "Course created");
    }

    #[test]
    fn only_what_changed_is_shown() {
        let shown = |before: &str, after: &str| -> Vec<_> {
            changes(before, after).into_iter().map(|c| (c.field, c.before, c.after)).collect()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            shown(r#"{"role":"free","days":30}"#, r#"{"role":"admin","days":30}"#),
            [("role".to_owned(), some("free"), some("admin"))]
        );
        assert_eq!(shown("null", r#"{"log_in":1}"#), [("log in".to_owned(), None, some("1"))]);
        assert_eq!(shown(r#"{"a":null}"#, "null"), [("a".to_owned(), some("nothing"), None)]);
        assert_eq!(shown("null", "null"), []);
    }
}
