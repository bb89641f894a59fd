//! The audit log as CSV, sent while it is read.

use axum::{body::Body, response::Response};
use futures::StreamExt;
use momentum_core::{Result, audit::AuditFilter, identity::Actor, operations};

use crate::{
    App,
    http::csv::{as_csv, download, no_formula},
};

const TITLES: [&str; 11] = [
    "sequence",
    "at",
    "actor_id",
    "actor_email",
    "action",
    "target_kind",
    "target_id",
    "address",
    "before",
    "after",
    "hash",
];

/// All entries that match, the oldest first, as a download.
pub(crate) fn audit_csv(app: &App, actor: &Actor, filter: AuditFilter) -> Result<Response> {
    let titles = as_csv([TITLES.map(ToOwned::to_owned)])?;
    let entries = operations::export_audit(&app.services, actor, filter, |entries| {
        as_csv(entries.into_iter().map(|entry| {
            [
                entry.sequence.to_string(),
                entry.at.to_rfc3339(),
                entry.actor_id.map(|id| id.to_string()).unwrap_or_default(),
                no_formula(entry.actor_email.unwrap_or_default()),
                entry.action,
                entry.target_kind,
                no_formula(entry.target_id),
                no_formula(entry.address),
                entry.before_state,
                entry.after_state,
                entry.hash,
            ]
        }))
    })?;
    let body = futures::stream::once(async { Ok(titles) }).chain(entries);
    Ok(download("audit-log.csv", Body::from_stream(body)))
}
