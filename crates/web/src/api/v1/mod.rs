//! Version 1, one file an area.

mod admin_badges;
mod admin_categories;
mod admin_courses;
mod admin_lessons;
mod admin_user_imports;
mod admin_users;
mod analytics;
mod announcements;
mod audit;
mod audit_csv;
mod auth;
mod avatar;
mod catalog;
mod daily_review;
mod email;
mod engagement;
pub(crate) mod events;
mod learning;
mod mailbox;
mod me;
mod media;
mod mfa;
mod panel;
mod passkeys;
mod quizzes;
mod recommendations;
mod reviews;
mod schedule;
mod search;
mod searches_csv;
mod settings;
mod studio;
mod users_csv;

pub(crate) use audit_csv::audit_csv;
pub(crate) use recommendations::recommendations_csv;
pub(crate) use searches_csv::searches_csv;
pub(crate) use users_csv::users_csv;

use serde::Serialize;
use utoipa::ToSchema;

use super::Operations;

/// Every operation with who may call it.
pub(super) fn routes(operations: Operations) -> Operations {
    let operations = admin_badges::routes(operations);
    let operations = admin_categories::routes(operations);
    let operations = admin_courses::routes(operations);
    let operations = admin_lessons::routes(operations);
    let operations = admin_user_imports::routes(operations);
    let operations = admin_users::routes(operations);
    let operations = analytics::routes(operations);
    let operations = announcements::routes(operations);
    let operations = audit::routes(operations);
    let operations = auth::routes(operations);
    let operations = avatar::routes(operations);
    let operations = email::routes(operations);
    let operations = daily_review::routes(operations);
    let operations = engagement::routes(operations);
    let operations = events::routes(operations);
    let operations = me::routes(operations);
    let operations = media::routes(operations);
    let operations = mfa::routes(operations);
    let operations = panel::routes(operations);
    let operations = passkeys::routes(operations);
    let operations = quizzes::routes(operations);
    let operations = recommendations::routes(operations);
    let operations = reviews::routes(operations);
    let operations = schedule::routes(operations);
    let operations = search::routes(operations);
    let operations = settings::routes(operations);
    let operations = studio::routes(operations);
    let operations = catalog::routes(operations);
    let operations = learning::routes(operations);
    mailbox::routes(operations)
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct List<T> {
    items: Vec<T>,
    /// How many there are in all.
    total: i64,
    limit: i64,
    offset: i64,
}

impl<T> List<T> {
    /// A list that is always answered whole.
    fn whole(items: Vec<T>) -> Self {
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        // As where a limit can be asked for, it is never 0.
        Self { items, total, limit: total.max(1), offset: 0 }
    }
}
