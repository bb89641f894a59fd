//! Signing in, second step: between the password and the session.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    Error,
    identity::{self, CHALLENGE_LIFE, FactorChoice, SignIn},
};
use serde::Deserialize;

use super::{
    account::{ReturnTo, refused, sentence, sign_in_view, signed_in, with_cookie},
    context::{Ctx, safe_return},
    errors::with_return,
    failure::PageError,
    form::{Params, Posted},
};
use crate::{
    App,
    http::identity::{From, cookie, session_cookie_name, set_cookie},
    views::SecondFactorPage,
};

const PATH: &str = "/sign-in/second-factor";

/// Name of the cookie that names the challenge.
pub(super) fn challenge_cookie_name(app: &App) -> &'static str {
    if app.https { "__Host-momentum_challenge" } else { "momentum_challenge" }
}

/// Signed in, or on to the second step.
pub(crate) fn after_first_proof(app: &App, sign_in: &SignIn, return_to: Option<&str>) -> Response {
    match sign_in {
        SignIn::Done(session) => signed_in(app, &session.token, return_to),
        SignIn::SecondFactor(token) => {
            let seconds = CHALLENGE_LIFE.num_seconds();
            let cookie = set_cookie(app, challenge_cookie_name(app), token, seconds);
            let to = with_return(PATH, safe_return(return_to));
            ([(header::SET_COOKIE, cookie)], Redirect::to(&to)).into_response()
        }
    }
}

fn view(ctx: &Ctx, choice: FactorChoice, return_to: Option<&str>) -> SecondFactorPage {
    let page = ctx.private_page("One more step", PATH);
    let passkey = choice.passkey && identity::passkeys_available(&ctx.app.services);
    SecondFactorPage::new(page, choice.totp, passkey, safe_return(return_to).map(ToOwned::to_owned))
}

/// `GET /sign-in/second-factor`
pub(crate) async fn form(
    State(app): State<App>,
    mut ctx: Ctx,
    headers: HeaderMap,
    Params(query): Params<ReturnTo>,
) -> Result<Response, PageError> {
    let return_to = query.return_to;
    if ctx.actor.is_some() {
        return Ok(Redirect::to(safe_return(return_to.as_deref()).unwrap_or("/dashboard")).into_response());
    }
    let visit = ctx.begin_visit()?;
    let token = cookie(&headers, challenge_cookie_name(&app)).unwrap_or_default();
    let answer = match identity::second_factor_choice(&app.services, token).await {
        Ok(choice) => ctx.render(&view(&ctx, choice, return_to.as_deref())),
        Err(error @ Error::Unauthenticated { .. }) => start_again(&ctx, &error, return_to.as_deref()),
        Err(other) => Err(other.into()),
    };
    with_cookie(answer?, visit)
}

/// The sign-in form, with the reason.
fn start_again(ctx: &Ctx, error: &Error, return_to: Option<&str>) -> Result<Response, PageError> {
    let mut view = sign_in_view(ctx, return_to);
    view.alert = Some(sentence(error));
    refused(ctx, error, &view)
}

/// A code as it is typed.
#[derive(Deserialize)]
pub(crate) struct CodeForm {
    #[serde(default)]
    code: String,
    return_to: Option<String>,
}

/// `POST /sign-in/second-factor`
pub(crate) async fn submit(
    State(app): State<App>,
    From(origin): From,
    headers: HeaderMap,
    posted: Posted<CodeForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let return_to = form.return_to.as_deref();
    let token = cookie(&headers, challenge_cookie_name(&app)).unwrap_or_default();
    let previous = cookie(&headers, session_cookie_name(&app));
    let s = &app.services;
    let error = match identity::finish_second_factor(s, token, &form.code, previous, &origin).await {
        Ok(session) => {
            let mut response = signed_in(&app, &session.token, return_to);
            let gone = set_cookie(&app, challenge_cookie_name(&app), "", 0);
            response.headers_mut().append(header::SET_COOKIE, gone);
            return Ok(response);
        }
        Err(error @ (Error::Unauthenticated { .. } | Error::TooManyRequests { .. })) => error,
        Err(other) => return Err(other.into()),
    };
    refused_again(&app, &ctx, token, &error, return_to, Some(form.code)).await
}

/// The second step again with what is wrong, or the first when the challenge is over.
pub(super) async fn refused_again(
    app: &App,
    ctx: &Ctx,
    token: &str,
    error: &Error,
    return_to: Option<&str>,
    code: Option<String>,
) -> Result<Response, PageError> {
    let Ok(choice) = identity::second_factor_choice(&app.services, token).await else {
        return start_again(ctx, error, return_to);
    };
    let mut view = view(ctx, choice, return_to);
    match (error, code) {
        (Error::Unauthenticated { .. }, Some(code)) => {
            view.code = view.code.value(code).error(Some(sentence(error)));
        }
        _ => view.alert = Some(sentence(error)),
    }
    refused(ctx, error, &view)
}
