//! The list of accounts.

use axum::{extract::State, http::HeaderMap, response::Response};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_core::{
    identity::{AccountState, Role},
    ids::UserId,
    operations::{self, BulkAction, UserRow, UserSort, UsersFilter},
};
use serde::Deserialize;

use super::role_label;
use crate::{
    App,
    api::users_csv,
    pages::{
        account::with_cookie,
        bulk::BulkForm,
        context::Ctx,
        failure::PageError,
        form::{Params, Posted},
        table::{ColumnKind, ListQuery, PAGE, address},
    },
    present,
    views::{Bulk, Cell, Choice, Field, ListPage, Row, Table},
};

/// From here on, accounts are not counted.
const MANY: i64 = 10_000;

const fn column(key: &'static str, label: &'static str, sortable: bool) -> ColumnKind {
    ColumnKind { key, label, sortable, numeric: false, usual: true, fixed: false }
}

const COLUMNS: &[ColumnKind] = &[
    ColumnKind { fixed: true, ..column("name", "Person", true) },
    column("role", "Role", true),
    column("state", "Status", true),
    ColumnKind { numeric: true, usual: false, ..column("profile", "Profile", false) },
    column("newest", "Joined", true),
    column("last_seen", "Last seen", true),
    ColumnKind { numeric: true, ..column("enrollments", "Courses", false) },
];

/// What is looked for among accounts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct UsersQuery {
    role: String,
    status: String,
}

impl UsersQuery {
    fn filter(&self, list: &ListQuery) -> UsersFilter {
        let sort = UserSort::parse(&list.sort).unwrap_or_default();
        UsersFilter {
            q: list.text(),
            role: self.role.parse().ok(),
            state: [AccountState::Active, AccountState::Suspended]
                .into_iter()
                .find(|state| state.as_str() == self.status),
            sort,
            descending: list.descending(sort.usually_descending()),
            limit: PAGE,
            offset: list.offset(),
        }
    }

    fn pairs(&self, list: &ListQuery) -> Vec<(&'static str, String)> {
        [("q", list.text()), ("role", self.role.clone()), ("status", self.status.clone())]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }
}

/// `GET /admin/users`
pub(crate) async fn users(
    State(app): State<App>,
    ctx: Ctx,
    headers: HeaderMap,
    Params(mut list): Params<ListQuery>,
    Params(query): Params<UsersQuery>,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let filter = query.filter(&list);
    if list.wants_csv() {
        return Ok(users_csv(&app, actor, filter)?);
    }
    let path = "/admin/users";
    let columns = list.remember_columns(&app, &headers, "users", COLUMNS);
    let (rows, total) = operations::users(&app.services, actor, &filter).await?;
    let now = app.services.clock.now();
    let shown = list.shown(COLUMNS);
    let pairs = query.pairs(&list);
    // What was not counted may go on.
    let more = total >= MANY && i64::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    let known = if more { i64::MAX } else { total };
    let (newer_url, older_url) = list.pages(path, &pairs, known);
    let mut total_label = list.total_label(rows.len(), total);
    if total >= MANY {
        total_label.push_str(" or more");
    }
    let mut for_csv = pairs.clone();
    for_csv.push(("format", "csv".to_owned()));
    let table = Table {
        caption: "Users".into(),
        path,
        filters: filters(&list, &query),
        kept: list.kept(),
        columns: list.headings(path, &pairs, &shown, (filter.sort.as_str(), filter.descending)),
        choices: list.choices(COLUMNS),
        rows: rows.iter().map(|user| row(user, &shown, now, actor.time_zone)).collect(),
        total_label,
        filtered: !pairs.is_empty(),
        empty_hint: "Create the first account, or import a file.".into(),
        bulk: Some(Bulk {
            path: "/admin/users/bulk".into(),
            actions: Choice::list(
                &[
                    ("suspend", "Suspend"),
                    ("restore", "Restore"),
                    ("free", "Make free members"),
                    ("premium", "Make premium members"),
                    ("admin", "Make administrators"),
                ],
                "suspend",
            ),
            all: false,
        }),
        csv_url: Some(address(path, &for_csv)),
        newer_url,
        older_url,
        query: pairs,
    };
    let view = ListPage {
        page: ctx.private_page("Users", path),
        lead: "Everybody with an account.".into(),
        buttons: vec![
            ("New account", "/admin/users/new", "plus"),
            ("Import", "/admin/users/import", "upload"),
        ],
        table,
    };
    with_cookie(ctx.render(&view)?, columns)
}

fn filters(list: &ListQuery, query: &UsersQuery) -> Vec<Field> {
    let roles = [("", "Any role"), ("free", "Free"), ("premium", "Premium"), ("admin", "Administrator")];
    let states = [("", "Any status"), ("active", "Active"), ("suspended", "Suspended")];
    vec![
        Field::text("q", "Search").value(list.text()).max_length(200),
        Field::select("role", "Role", Choice::list(&roles, &query.role)),
        Field::select("status", "Status", Choice::list(&states, &query.status)),
    ]
}

/// A state's color and words.
pub(super) fn badge(state: AccountState) -> (&'static str, String) {
    match state {
        AccountState::Active => ("published", "Active".to_owned()),
        AccountState::Suspended => ("failed", "Suspended".to_owned()),
        AccountState::Deleted => ("archived", "Deleted".to_owned()),
    }
}

fn row(user: &UserRow, shown: &[&ColumnKind], now: DateTime<Utc>, zone: Tz) -> Row {
    let cell = |kind: &&ColumnKind| match kind.key {
        "name" => Cell::Main {
            title: user.name.clone(),
            url: format!("/admin/users/{}", user.id),
            note: user.email.clone(),
        },
        "role" => Cell::Text(role_label(user.role.as_str()).to_owned()),
        "state" => {
            let (state, label) = badge(user.state);
            Cell::Badge { state, label }
        }
        "profile" => Cell::Number(format!("{}%", user.profile_completion_percent)),
        "newest" => Cell::Date(present::moment(user.created_at, now, zone)),
        "last_seen" => match user.last_seen_at {
            Some(at) => Cell::Date(present::moment(at, now, zone)),
            None => Cell::Text("Never".to_owned()),
        },
        _ => Cell::Number(present::number(user.enrollment_count)),
    };
    let label = format!("{}, {}", user.name, user.email);
    Row { id: user.id.to_string(), label, cells: shown.iter().map(cell).collect() }
}

/// `POST /admin/users/bulk`
pub(crate) async fn bulk(
    State(app): State<App>,
    posted: Posted<BulkForm<UserId>>,
) -> Result<Response, PageError> {
    const LIST: &str = "/admin/users";
    let Posted { ctx, mut form, .. } = posted;
    let (s, actor) = (&app.services, ctx.actor()?);
    let there = operations::users_by_id(s, actor, &form.id).await?;
    if !form.is_confirmed() {
        form.keep(|id| there.iter().any(|user| user.id == *id));
    }
    if form.id.is_empty() {
        return Ok(form.nothing_chosen(&ctx, LIST));
    }
    let accounts = present::count(i64::try_from(form.id.len()).unwrap_or(0), "account", "accounts");
    let (action, question) = match form.action.as_str() {
        "suspend" => {
            (BulkAction::Suspend { reason: form.reason.clone() }, (format!("Suspend {accounts}?"), "Suspend"))
        }
        "restore" => (BulkAction::Restore, (format!("Restore {accounts}?"), "Restore")),
        role => match role.parse::<Role>() {
            Ok(role) => (
                BulkAction::SetRole { role },
                (format!("Make {accounts} {}?", role_label(role.as_str()).to_lowercase()), "Change the role"),
            ),
            Err(_) => return Err(PageError::bad_request("There is no such action.")),
        },
    };
    if !form.is_confirmed() {
        if matches!(action, BulkAction::SetRole { role: Role::Admin }) {
            ctx.require_recent_proof()?;
        }
        let named = there.iter().take(form.named().count());
        let names = named.map(|user| format!("{}, {}", user.name, user.email)).collect();
        return form.ask(&ctx, LIST, question, names, form.action == "suspend");
    }
    let report = operations::change_accounts(s, actor, &form.id, &action).await?;
    let refused = report.refused.into_iter().map(|line| {
        let name = there.iter().find(|user| user.id == line.id).map(|user| user.name.clone());
        (name.unwrap_or_else(|| "An account that was deleted meanwhile".to_owned()), line.message)
    });
    form.done(&ctx, LIST, refused.collect())
}
