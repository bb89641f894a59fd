//! Accounts as CSV, sent while they are read.

use axum::{body::Body, response::Response};
use momentum_core::{
    Error, Result,
    identity::Actor,
    operations::{self, UserRow, UsersFilter},
};

use crate::{
    App,
    http::csv::{download, no_formula},
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
    let titles = std::sync::atomic::AtomicBool::new(true);
    let stream = operations::export_users(&app.services, actor, filter, move |rows| {
        write(rows, titles.swap(false, std::sync::atomic::Ordering::Relaxed))
    })?;
    Ok(download("users.csv", Body::from_stream(stream)))
}

fn write(rows: &[UserRow], titles: bool) -> Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    if titles {
        csv.write_record(TITLES).map_err(Error::internal)?;
    }
    for user in rows {
        csv.write_record([
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
        ])
        .map_err(Error::internal)?;
    }
    csv.into_inner().map_err(Error::internal)
}
