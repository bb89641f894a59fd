//! Signing in with an account elsewhere, and connecting one.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    Error,
    identity::external::{self, Finished, Returned, Wish},
    ids::ExternalIdentityId,
};
use serde::Deserialize;

use super::{
    account::{refused, sentence, sign_in_view},
    context::{Ctx, Notice, safe_return},
    errors::confirm_address,
    failure::PageError,
    form::{Nothing, Params, Posted},
    second_factor::after_first_proof,
};
use crate::{
    App,
    http::identity::{From, cookie, session_cookie_name, set_cookie, token_cookie},
    present,
    views::{ConnectionRow, ConnectionsPage, ProviderLink},
};

/// The cookie that ties an attempt to this browser.
const ATTEMPT_COOKIE: &str = "momentum_attempt";
const ATTEMPT_SECONDS: i64 = 600;

const CONNECTIONS: &str = "/settings/connections";

/// How an attempt begins.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Start {
    return_to: Option<String>,
    /// Where the browser is: for a new account.
    time_zone: Option<String>,
    /// The form token of the settings page: connect the provider to the account of whoever is signed in. Without it a
    /// link on another site could connect somebody else's account.
    connect: Option<String>,
}

/// `GET /sign-in/with/{provider}`
pub(crate) async fn start(
    State(app): State<App>,
    ctx: Ctx,
    From(origin): From,
    headers: HeaderMap,
    Path(provider): Path<String>,
    Params(query): Params<Start>,
) -> Result<Response, PageError> {
    let return_to = safe_return(query.return_to.as_deref());
    let actor = match &query.connect {
        Some(token) if app.services.secret.verify_form_token(token, &ctx.binding()) => Some(ctx.actor()?),
        Some(_) => {
            return Err(
                Error::forbidden("form-expired", "This page is too old. Reload it and try again.").into()
            );
        }
        None if ctx.actor.is_some() => {
            return Ok(Redirect::to(return_to.unwrap_or("/dashboard")).into_response());
        }
        None => None,
    };
    // Several tabs may be on their way at once: what this browser keeps already goes for all of them.
    let kept = token_cookie(&headers, ATTEMPT_COOKIE);
    let wish = Wish { return_to, time_zone: query.time_zone.as_deref() };
    match external::begin(&app.services, &provider, actor, wish, kept, &origin).await {
        Ok(begun) => {
            let cookie = set_cookie(&app, ATTEMPT_COOKIE, &begun.browser_token, ATTEMPT_SECONDS);
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&begun.url)).into_response())
        }
        // Not back to here: the form that confirms may not lead to another site.
        Err(Error::Forbidden { code: "step-up-required", .. }) => {
            Ok(Redirect::to(&confirm_address(CONNECTIONS)).into_response())
        }
        Err(error) => explain(&app, ctx, error, return_to).await,
    }
}

/// What the provider sends the browser back with.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    /// Apple: a JSON document with the name, at the first sign-in only.
    user: Option<String>,
}

/// `GET /sign-in/with/{provider}/callback`
pub(crate) async fn callback(
    State(app): State<App>,
    ctx: Ctx,
    From(origin): From,
    headers: HeaderMap,
    Path(provider): Path<String>,
    Params(answer): Params<Answer>,
) -> Result<Response, PageError> {
    let browser_token = token_cookie(&headers, ATTEMPT_COOKIE).unwrap_or_default();
    // Asked before the attempt ends: whoever has to try again still wants to go there.
    let wanted = external::wanted_page(&app.services, &answer.state, browser_token).await?;
    let Some(code) = &answer.code else {
        tracing::info!(provider, error = answer.error, "an external sign-in was not completed");
        let message = match ctx.actor {
            Some(_) => "The service was not connected.",
            None => "Signing in was not completed. Try again.",
        };
        let cancelled = Error::unauthenticated("sign-in-cancelled", message);
        return explain(&app, ctx, cancelled, wanted.as_deref()).await;
    };
    let name = answer.user.as_deref().and_then(apple_name);
    let returned = Returned {
        state: &answer.state,
        code,
        name: name.as_deref(),
        browser_token,
        previous_session: cookie(&headers, session_cookie_name(&app)),
    };
    let finished = external::finish(&app.services, &provider, returned, ctx.actor.as_deref(), &origin).await;
    // The cookie stays until its time is over: another tab may still be on its way.
    match finished {
        Ok(Finished::SignedIn(sign_in, return_to)) => {
            Ok(after_first_proof(&app, &sign_in, return_to.as_deref()))
        }
        Ok(Finished::Linked) => Ok(ctx.redirect_with(CONNECTIONS, Notice::ServiceConnected)),
        Err(error) => explain(&app, ctx, error, wanted.as_deref()).await,
    }
}

/// `POST /sign-in/with/{provider}/callback`: the browser comes back with a form that another site made, so our cookies
/// stayed behind. Sent on to the address, they come along.
pub(crate) async fn callback_form(Path(provider): Path<String>, body: String) -> Response {
    let path: String = provider.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let query: String = body.chars().filter(|c| c.is_ascii_graphic()).take(8_000).collect();
    Redirect::to(&format!("/sign-in/with/{path}/callback?{query}")).into_response()
}

fn apple_name(user: &str) -> Option<String> {
    let user: serde_json::Value = serde_json::from_str(user).ok()?;
    let part =
        |name: &str| user.pointer(&format!("/name/{name}")).and_then(serde_json::Value::as_str).unwrap_or("");
    let name = format!("{} {}", part("firstName"), part("lastName")).trim().to_owned();
    (!name.is_empty()).then_some(name)
}

/// Says what went wrong where one can go on: on the sign-in page, which then leads to the page that was wanted, or in the
/// settings.
async fn explain(
    app: &App,
    mut ctx: Ctx,
    error: Error,
    return_to: Option<&str>,
) -> Result<Response, PageError> {
    if matches!(error, Error::NotFound(_) | Error::Internal(_)) {
        return Err(error.into());
    }
    let alert = match &error {
        Error::Unavailable(_) => {
            "The other service does not answer at the moment. Try again soon.".to_owned()
        }
        other => sentence(other),
    };
    if ctx.actor.is_some() {
        let error = match error {
            Error::Unauthenticated { code, message } => Error::Forbidden { code, message },
            other => other,
        };
        CONNECTIONS.clone_into(&mut ctx.here);
        let mut view = connections_view(app, &ctx).await?;
        view.alert = Some(alert);
        return refused(&ctx, &error, &view);
    }
    let visit: Option<HeaderValue> = ctx.begin_visit()?;
    let mut view = sign_in_view(&ctx, return_to);
    view.alert = Some(alert);
    let mut response = refused(&ctx, &error, &view)?;
    if let Some(visit) = visit {
        response.headers_mut().append(header::SET_COOKIE, visit);
    }
    Ok(response)
}

/// `GET /settings/connections`
pub(crate) async fn connections(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let view = connections_view(&app, &ctx).await?;
    ctx.render(&view)
}

async fn connections_view(app: &App, ctx: &Ctx) -> Result<ConnectionsPage, PageError> {
    let actor = ctx.actor()?;
    let methods = external::sign_in_methods(&app.services, actor).await?;
    let now = app.services.clock.now();
    let page = ctx.private_page("Connected services", CONNECTIONS);
    let row = |identity: &external::ExternalIdentity| ConnectionRow {
        id: identity.id.to_string(),
        name: provider_name(app, &identity.provider),
        email: identity.email.clone(),
        connected: present::moment(identity.linked_at, now, actor.time_zone),
        last_used: present::moment(identity.last_used_at, now, actor.time_zone),
    };
    Ok(ConnectionsPage {
        alert: None,
        has_password: methods.has_password,
        connections: methods.identities.iter().map(row).collect(),
        available: app
            .services
            .providers
            .list()
            .map(|info| ProviderLink {
                name: info.name.clone(),
                url: format!("/sign-in/with/{}?connect={}", info.id, page.csrf_token),
            })
            .collect(),
        page,
    })
}

fn provider_name(app: &App, id: &str) -> String {
    let known = app.services.providers.list().find(|info| info.id == id);
    known.map_or_else(|| id.to_owned(), |info| info.name.clone())
}

/// `POST /settings/connections/{id}/remove`
pub(crate) async fn remove_connection(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id: ExternalIdentityId = id.parse().map_err(|_| Error::NotFound("connected account"))?;
    match external::unlink(&app.services, posted.ctx.actor()?, id).await {
        // Gone already is what was wanted.
        Ok(()) | Err(Error::NotFound(_)) => Ok(posted.ctx.redirect_with(CONNECTIONS, Notice::ServiceRemoved)),
        Err(other) => Err(other.into()),
    }
}
