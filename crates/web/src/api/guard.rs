//! Finds out who calls and lets in whom the operation is for.

use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use momentum_core::identity;

use crate::{
    App,
    http::{
        access::{Access, admit, route_of},
        idempotency,
        identity::{Found, origin, text_header},
        maintenance,
        problem::ApiError,
    },
};

pub(crate) async fn guard_api(
    State((app, access)): State<(App, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    // A token that is sent has to be good, also where none is needed: a client that thinks it is signed in and
    // is not should hear of it.
    let token = match text_header(request.headers(), header::AUTHORIZATION) {
        None if request.headers().contains_key(header::AUTHORIZATION) => Some(""),
        None => None,
        Some(value) => Some(strip_bearer(value).unwrap_or_default()),
    };
    let actor = match token {
        Some(token) => {
            let origin = origin(&app, request.headers(), request.extensions());
            match identity::authenticate_token(&app.services, token, origin).await {
                Ok(actor) => Some(actor),
                Err(error) => return ApiError(error).into_response(),
            }
        }
        None => None,
    };
    let live = match app.services.live.get(&app.services.db).await {
        Ok(live) => live,
        Err(error) => return ApiError(error).into_response(),
    };
    let admitted = maintenance::check(&live.system, route_of(&request), actor.as_ref())
        .and_then(|()| admit(access, route_of(&request), actor.as_ref()));
    if let Err(error) = admitted {
        return ApiError(error).into_response();
    }
    if let Some(actor) = actor {
        request.extensions_mut().insert(Found(actor.into()));
    }
    idempotency::once(app, request, next).await
}

fn strip_bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
