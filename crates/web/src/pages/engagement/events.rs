//! What pages hear while they are looked at.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    App,
    api::events::{last_seen, moment, stream},
    pages::{context::Ctx, failure::PageError, form::Params},
};

/// Where to go on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct EventsQuery {
    since: String,
}

/// `GET /events`
pub(crate) async fn listen(
    State(app): State<App>,
    ctx: Ctx,
    headers: HeaderMap,
    Params(query): Params<EventsQuery>,
) -> Result<Response, PageError> {
    let since = last_seen(&headers).or_else(|| moment(&query.since));
    Ok(stream(&app, ctx.actor()?, since).await?.into_response())
}
