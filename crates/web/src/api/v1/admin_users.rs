//! Accounts, for administrators.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use momentum_core::{
    Error, FieldErrors,
    identity::{
        AccountState, Role, User,
        administration::{self, NewUser, UserUpdate},
    },
    ids::UserId,
    operations::{self, BulkAction, BulkReport, UserDetail, UserRow, UserSort, UsersFilter},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{List, users_csv};
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations, absent, parse_id, typed},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(list, create))
        .add(Access::Admin, routes!(export))
        .add(Access::Admin, routes!(bulk))
        .add(Access::Admin, routes!(show, update, remove))
        .add(Access::Admin, routes!(suspend))
        .add(Access::Admin, routes!(restore))
        .add(Access::Admin, routes!(sign_out))
        .add(Access::Admin, routes!(password_link))
        .add(Access::Admin, routes!(reset_mfa))
}

fn user_id(text: &str) -> Result<UserId, Error> {
    parse_id(text, "user")
}

fn state_of(text: &str) -> Option<AccountState> {
    [AccountState::Active, AccountState::Suspended].into_iter().find(|state| state.as_str() == text)
}

/// What is looked for; limit and offset are left to the caller.
fn filter(query: &ApiQuery, errors: &mut FieldErrors) -> UsersFilter {
    let sort = query
        .parsed(errors, "sort", UserSort::parse, "Sort by newest, name, last_seen, role or state.")
        .unwrap_or_default();
    UsersFilter {
        q: query.text("q").unwrap_or_default().chars().take(200).collect(),
        role: query.parsed(
            errors,
            "role",
            |text| text.parse().ok(),
            "The role is one of free, premium and admin.",
        ),
        state: query.parsed(errors, "status", state_of, "The status is active or suspended."),
        sort,
        descending: sort.usually_descending(),
        limit: 0,
        offset: 0,
    }
}

/// All accounts.
#[utoipa::path(get, path = "/admin/users", tag = "admin",
    params(
        ("q" = Option<String>, Query, description = "A part of the name or the address"),
        ("role" = Option<Role>, Query),
        ("status" = Option<AccountState>, Query, description = "active or suspended"),
        ("sort" = Option<UserSort>, Query, description = "Default: newest"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<UserRow>, description = "The total is counted up to 10,000."), Problems))]
async fn list(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<UserRow>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let filter = UsersFilter { limit: page.limit, offset: page.offset, ..filter(&query, &mut errors) };
    errors.into_result()?;
    let (items, total) = operations::users(&app.services, &actor, &filter).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

/// All accounts that match, as CSV.
#[utoipa::path(get, path = "/admin/users/export", tag = "admin",
    params(
        ("q" = Option<String>, Query, description = "A part of the name or the address"),
        ("role" = Option<Role>, Query),
        ("status" = Option<AccountState>, Query, description = "active or suspended")
    ),
    responses((status = 200, body = String, content_type = "text/csv"), Problems))]
async fn export(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Response, ApiError> {
    let mut errors = FieldErrors::default();
    let filter = filter(&query, &mut errors);
    errors.into_result()?;
    Ok(users_csv(&app, &actor, filter)?)
}

/// Makes an account and sends its owner a link to choose a password.
#[utoipa::path(post, path = "/admin/users", tag = "admin", request_body = NewUser,
    responses((status = 201, body = User), Problems))]
async fn create(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(new): ApiJson<NewUser>,
) -> Result<(StatusCode, Json<User>), ApiError> {
    let user = administration::create_user(&app.services, &actor, new).await?;
    Ok((StatusCode::CREATED, Json(user)))
}

/// A person with all that helps to help them.
#[utoipa::path(get, path = "/admin/users/{id}", tag = "admin", params(("id" = UserId, Path)),
    responses((status = 200, body = UserDetail), Problems))]
async fn show(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<UserDetail>, ApiError> {
    Ok(Json(operations::user_detail(&app.services, &actor, user_id(&id)?).await?))
}

/// What a change says besides the profile.
#[derive(Deserialize)]
struct AccountPatch {
    role: Option<Role>,
    version: Option<String>,
}

/// Changes the fields that are sent.
#[utoipa::path(patch, path = "/admin/users/{id}", tag = "admin", params(("id" = UserId, Path)),
    request_body = UserUpdate, responses((status = 200, body = User), Problems))]
async fn update(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(sent): ApiJson<Map<String, Value>>,
) -> Result<Json<User>, ApiError> {
    // Two readings instead of one into `UserUpdate`, which would not tell the name of a field of the profile that is wrong.
    let sent = Value::Object(sent);
    let AccountPatch { role, version } = typed(sent.clone())?;
    let update = UserUpdate { profile: typed(sent)?, role, version };
    Ok(Json(operations::update_user(&app.services, &actor, user_id(&id)?, update).await?))
}

/// Removes an account with everything that belongs to the person.
#[utoipa::path(delete, path = "/admin/users/{id}", tag = "admin",
    params(("id" = UserId, Path), 
        ("confirm" = Option<String>, Query, description = "The address of the account: with another one nothing is removed")),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    query: ApiQuery,
) -> Result<StatusCode, ApiError> {
    operations::delete_user(&app.services, &actor, user_id(&id)?, query.sent("confirm")).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why an account is closed.
#[derive(Default, Deserialize, ToSchema)]
struct Suspension {
    /// For administrators.
    #[serde(default, deserialize_with = "absent")]
    #[schema(max_length = 500)]
    reason: String,
}

/// Closes an account until it is restored, and ends its sessions at once.
#[utoipa::path(post, path = "/admin/users/{id}/suspend", tag = "admin", params(("id" = UserId, Path)),
    request_body = Suspension, responses((status = 204, description = "Suspended."), Problems))]
async fn suspend(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(sent): ApiJson<Suspension>,
) -> Result<StatusCode, ApiError> {
    operations::suspend_user(&app.services, &actor, user_id(&id)?, &sent.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Opens a suspended account again.
#[utoipa::path(post, path = "/admin/users/{id}/restore", tag = "admin", params(("id" = UserId, Path)),
    responses((status = 204, description = "Restored."), Problems))]
async fn restore(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    operations::restore_user(&app.services, &actor, user_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session of an account.
#[utoipa::path(post, path = "/admin/users/{id}/sign-out", tag = "admin", params(("id" = UserId, Path)),
    responses((status = 204, description = "Signed out everywhere."), Problems))]
async fn sign_out(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    administration::sign_out_everywhere(&app.services, &actor, user_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends the owner a link that sets a new password, or the first one.
#[utoipa::path(post, path = "/admin/users/{id}/password-link", tag = "admin", params(("id" = UserId, Path)),
    responses((status = 202, description = "On its way."), Problems))]
async fn password_link(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    administration::send_password_link(&app.services, &actor, user_id(&id)?).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Removes every second factor of an account, ends its sessions, and tells its owner.
#[utoipa::path(post, path = "/admin/users/{id}/reset-mfa", tag = "admin", params(("id" = UserId, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn reset_mfa(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    administration::reset_second_factors(&app.services, &actor, user_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The same for many accounts.
#[derive(Deserialize, ToSchema)]
struct BulkRequest {
    /// At most 200.
    ids: Vec<UserId>,
    action: BulkVerb,
    /// Why accounts are suspended, for administrators.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// The role to give; only `set_role` needs it.
    role: Option<Role>,
}

/// What to do with many accounts.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum BulkVerb {
    /// Close them until they are restored.
    Suspend,
    /// Open them again.
    Restore,
    /// Give all of them this role.
    SetRole,
}

impl BulkRequest {
    fn action(&self) -> Result<BulkAction, Error> {
        Ok(match self.action {
            BulkVerb::Suspend => BulkAction::Suspend { reason: self.reason.clone().unwrap_or_default() },
            BulkVerb::Restore => BulkAction::Restore,
            BulkVerb::SetRole => BulkAction::SetRole {
                role: self.role.ok_or_else(|| Error::invalid("role", "required", "Say which role."))?,
            },
        })
    }
}

/// Suspends, restores or gives a role to many accounts, each for itself.
#[utoipa::path(post, path = "/admin/users/bulk", tag = "admin", request_body = BulkRequest,
    responses((status = 200, body = BulkReport), Problems))]
async fn bulk(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(sent): ApiJson<BulkRequest>,
) -> Result<Json<BulkReport>, ApiError> {
    Ok(Json(operations::change_accounts(&app.services, &actor, &sent.ids, &sent.action()?).await?))
}
