//! Accounts and tokens.

use axum::{Json, extract::State, http::StatusCode};
use momentum_core::identity::{self, ApiTokens, SignUp, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, Bearer, Operations},
    http::{
        access::Access,
        identity::From,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Anyone, routes!(sign_up))
        .add(Access::Anyone, routes!(sign_in))
        .add(Access::Anyone, routes!(refresh))
        .add(Access::User, routes!(sign_out))
        .add(Access::Anyone, routes!(unlock))
        .add(Access::Anyone, routes!(providers))
        .add(Access::Anyone, routes!(setup))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
struct SignUpRequest {
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// At least 8 characters with upper case, lower case, digit and symbol, and not easy to guess.
    #[schema(min_length = 8, max_length = 256)]
    password: String,
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// IANA name, such as `Europe/Berlin`; UTC when missing or unknown.
    time_zone: Option<String>,
}

/// The account that was made.
#[derive(Serialize, ToSchema)]
struct UserAnswer {
    user: User,
}

/// Makes an account.
#[utoipa::path(post, path = "/auth/sign-up", tag = "auth", request_body = SignUpRequest,
    responses((status = 201, description = "The account was made.", body = UserAnswer), Problems))]
async fn sign_up(
    State(app): State<App>,
    From(origin): From,
    ApiJson(body): ApiJson<SignUpRequest>,
) -> Result<(StatusCode, Json<UserAnswer>), ApiError> {
    let input =
        SignUp { email: body.email, password: body.password, name: body.name, time_zone: body.time_zone };
    let user = identity::sign_up(&app.services, input, &origin).await?;
    Ok((StatusCode::CREATED, Json(UserAnswer { user })))
}

/// Email address and password.
#[derive(Deserialize, ToSchema)]
struct SignInRequest {
    email: String,
    password: String,
    /// The second proof, where the account needs one: a code of the authenticator app, or a recovery code.
    otp: Option<String>,
}

/// Tokens.
#[derive(Serialize, ToSchema)]
pub(super) struct Tokens {
    /// A JWT for `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: i64,
    /// Good for one exchange; using it twice ends the session.
    refresh_token: String,
    user: User,
}

impl std::convert::From<ApiTokens> for Tokens {
    fn from(tokens: ApiTokens) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh_token,
            user: tokens.user,
        }
    }
}

/// Exchanges email address and password for tokens. An account with a second factor answers 401 `mfa-required` until `otp` is
/// sent too, and 401 `invalid-otp` when that is wrong.
#[utoipa::path(post, path = "/auth/sign-in", tag = "auth", request_body = SignInRequest,
    responses((status = 200, description = "Signed in.", body = Tokens), Problems))]
async fn sign_in(
    State(app): State<App>,
    From(origin): From,
    ApiJson(body): ApiJson<SignInRequest>,
) -> Result<Json<Tokens>, ApiError> {
    let (email, password, otp) = (&body.email, &body.password, body.otp.as_deref());
    let tokens = identity::sign_in_api(&app.services, email, password, otp, &origin).await?;
    Ok(Json(tokens.into()))
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
struct RefreshRequest {
    refresh_token: String,
}

/// Exchanges a refresh token for new tokens. A token that was used before ends its whole session.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", request_body = RefreshRequest,
    responses((status = 200, description = "New tokens.", body = Tokens), Problems))]
async fn refresh(
    State(app): State<App>,
    From(origin): From,
    ApiJson(body): ApiJson<RefreshRequest>,
) -> Result<Json<Tokens>, ApiError> {
    Ok(Json(identity::refresh(&app.services, &body.refresh_token, &origin).await?.into()))
}

/// What to end besides the session that asks.
#[derive(Deserialize, ToSchema)]
struct SignOutRequest {
    /// Ends the session of this refresh token too.
    refresh_token: Option<String>,
}

/// Ends the session. The body may be missing.
#[utoipa::path(post, path = "/auth/sign-out", tag = "auth", request_body = Option<SignOutRequest>,
    responses((status = 204, description = "Signed out."), Problems))]
async fn sign_out(
    State(app): State<App>,
    Bearer(actor): Bearer,
    body: Option<ApiJson<SignOutRequest>>,
) -> Result<StatusCode, ApiError> {
    if let Some(token) = body.and_then(|ApiJson(sent)| sent.refresh_token) {
        identity::sign_out_refresh_token(&app.services, &actor, &token).await?;
    }
    identity::sign_out(&app.services, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The token from the mail.
#[derive(Deserialize, ToSchema)]
struct UnlockRequest {
    token: String,
}

/// Opens an account again at whose password somebody guessed.
#[utoipa::path(post, path = "/auth/unlock", tag = "auth", request_body = UnlockRequest,
    responses((status = 204, description = "Unlocked."), Problems))]
async fn unlock(
    State(app): State<App>,
    From(origin): From,
    ApiJson(body): ApiJson<UnlockRequest>,
) -> Result<StatusCode, ApiError> {
    identity::unlock(&app.services, &body.token, &origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A service with which people can sign in.
#[derive(Serialize, ToSchema)]
struct Provider {
    id: String,
    /// For people.
    name: String,
    /// Where a browser begins to sign in with it.
    url: String,
}

/// The services with which people can sign in here.
#[utoipa::path(get, path = "/auth/providers", tag = "auth", responses((status = 200, body = List<Provider>), Problems))]
async fn providers(State(app): State<App>) -> Json<List<Provider>> {
    let base = &app.services.settings.base_url;
    let provider = |info: &momentum_core::ports::ProviderInfo| Provider {
        id: info.id.clone(),
        name: info.name.clone(),
        url: format!("{base}/sign-in/with/{}", info.id),
    };
    Json(List::whole(app.services.providers.list().map(provider).collect()))
}

/// The first administrator of a new instance.
#[derive(Deserialize, ToSchema)]
struct SetupRequest {
    /// The token that the server printed in its log.
    token: String,
    email: String,
    #[schema(min_length = 8, max_length = 256)]
    password: String,
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    time_zone: Option<String>,
}

/// Makes the first administrator; works once.
#[utoipa::path(post, path = "/setup", tag = "auth", request_body = SetupRequest,
    responses((status = 201, description = "The administrator was made.", body = UserAnswer), Problems))]
async fn setup(
    State(app): State<App>,
    From(origin): From,
    ApiJson(body): ApiJson<SetupRequest>,
) -> Result<(StatusCode, Json<UserAnswer>), ApiError> {
    let input =
        SignUp { email: body.email, password: body.password, name: body.name, time_zone: body.time_zone };
    let user = identity::create_first_admin(&app.services, &body.token, input, &origin).await?;
    Ok((StatusCode::CREATED, Json(UserAnswer { user })))
}
