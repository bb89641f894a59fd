//! Accounts as CSV, sent while they are read.

use axum::{body::Body, response::Response};
use futures::StreamExt;
use momentum_core::{
    Result,
    identity::Actor,
    operations::{self, UserRow, UsersFilter},
};

use crate::{
    App,
    http::csv::{as_csv, download, no_formula},
};

const TITLES: [&str; 11] = [
    "id",
    "email",
    "email_verified",
    "name",
    "role",
    "status",
    "time_zone",
    "profile_completion_percent",
    "joined_at",
    "last_seen_at",
    "enrollments",
];

/// All accounts that match, as a download.
pub(crate) fn users_csv(app: &App, actor: &Actor, filter: UsersFilter) -> Result<Response> {
    let titles = as_csv([TITLES.map(ToOwned::to_owned)])?;
    let rows = operations::export_users(&app.services, actor, filter, |rows| as_csv(rows.iter().map(cells)))?;
    let body = futures::stream::once(async { Ok(titles) }).chain(rows);
    Ok(download("users.csv", Body::from_stream(body)))
}

fn cells(user: &UserRow) -> [String; TITLES.len()] {
    [
        user.id.to_string(),
        no_formula(user.email.as_str()),
        user.email_verified.to_string(),
        no_formula(user.name.as_str()),
        user.role.as_str().to_owned(),
        user.state.as_str().to_owned(),
        user.time_zone.clone(),
        user.profile_completion_percent.to_string(),
        user.created_at.to_rfc3339(),
        user.last_seen_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        user.enrollment_count.to_string(),
    ]
}
