//! Getting an account, signing in and out, and the first run.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    Error, FieldErrors,
    identity::{self, SignUp},
    ports::ProviderInfo,
};
use serde::Deserialize;

use super::{
    context::{Ctx, Notice, safe_return},
    errors::with_return,
    failure::PageError,
    form::{Params, Posted, VisitorForm},
    second_factor::after_first_proof,
};
use crate::{
    App,
    http::{
        identity::{From, session_cookie_name, set_cookie},
        problem::{retry_after, status_of},
    },
    views::{Field, Page, PolicyRule, ProviderLink, SetupPage, SignInPage, SignUpPage},
};

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ReturnTo {
    pub(super) return_to: Option<String>,
}

/// What was typed into one of the forms; each uses what it has.
#[derive(Default, Deserialize)]
pub(crate) struct AccountForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    token: String,
    time_zone: Option<String>,
    return_to: Option<String>,
}

/// `GET /sign-in`
pub(crate) async fn sign_in_form(
    mut ctx: Ctx,
    Params(query): Params<ReturnTo>,
) -> Result<Response, PageError> {
    let return_to = query.return_to;
    if ctx.actor.is_some() {
        return Ok(Redirect::to(safe_return(return_to.as_deref()).unwrap_or("/dashboard")).into_response());
    }
    let cookie = ctx.begin_visit()?;
    let view = sign_in_view(&ctx, return_to.as_deref());
    with_cookie(ctx.render(&view)?, cookie)
}

pub(super) fn sign_in_view(ctx: &Ctx, return_to: Option<&str>) -> SignInPage {
    let page = ctx.private_page("Sign in", "/sign-in");
    let passkeys = identity::passkeys_available(&ctx.app.services);
    let mut view = SignInPage::new(page, safe_return(return_to).map(ToOwned::to_owned), passkeys);
    view.providers = provider_links(ctx, return_to);
    view
}

/// Where the buttons of other services lead.
fn provider_links(ctx: &Ctx, return_to: Option<&str>) -> Vec<ProviderLink> {
    let link = |info: &ProviderInfo| ProviderLink {
        name: info.name.clone(),
        url: with_return(&format!("/sign-in/with/{}", info.id), safe_return(return_to)),
    };
    ctx.app.services.providers.list().map(link).collect()
}

/// `POST /sign-in`
pub(crate) async fn sign_in(
    State(app): State<App>,
    From(origin): From,
    headers: axum::http::HeaderMap,
    posted: VisitorForm<AccountForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = match posted {
        VisitorForm::Ours(posted) => posted,
        VisitorForm::Expired(ctx, form) => {
            return expired(ctx, form.return_to.as_deref(), |ctx| {
                let mut view = sign_in_view(ctx, form.return_to.as_deref());
                view.email = view.email.value(&form.email);
                view.alert = Some(OPEN_TOO_LONG.to_owned());
                view
            });
        }
    };
    let previous = crate::http::identity::cookie(&headers, session_cookie_name(&app));
    match identity::sign_in_browser(&app.services, &form.email, &form.password, previous, &origin).await {
        Ok(sign_in) => Ok(after_first_proof(&app, &sign_in, form.return_to.as_deref())),
        Err(error @ (Error::Unauthenticated { .. } | Error::TooManyRequests { .. })) => {
            let mut view = sign_in_view(&ctx, form.return_to.as_deref());
            view.email = view.email.value(form.email);
            view.alert = Some(sentence(&error));
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /sign-up`
pub(crate) async fn sign_up_form(
    mut ctx: Ctx,
    Params(query): Params<ReturnTo>,
) -> Result<Response, PageError> {
    let return_to = query.return_to;
    if ctx.actor.is_some() {
        return Ok(Redirect::to(safe_return(return_to.as_deref()).unwrap_or("/dashboard")).into_response());
    }
    let cookie = ctx.begin_visit()?;
    let view = sign_up_view(&ctx, return_to.as_deref());
    with_cookie(ctx.render(&view)?, cookie)
}

fn sign_up_view(ctx: &Ctx, return_to: Option<&str>) -> SignUpPage {
    let page: Page = ctx.page("Create your account", "Start learning for free.", "/sign-up");
    let mut view = SignUpPage::new(page, safe_return(return_to).map(ToOwned::to_owned));
    view.providers = provider_links(ctx, return_to);
    view
}

/// `POST /sign-up`
pub(crate) async fn sign_up(
    State(app): State<App>,
    From(origin): From,
    posted: VisitorForm<AccountForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = match posted {
        VisitorForm::Ours(posted) => posted,
        VisitorForm::Expired(ctx, form) => {
            return expired(ctx, form.return_to.as_deref(), |ctx| {
                let mut view = sign_up_view(ctx, form.return_to.as_deref());
                view.name = view.name.value(&form.name);
                view.email = view.email.value(&form.email);
                view.alert = Some(OPEN_TOO_LONG.to_owned());
                view
            });
        }
    };
    let input = SignUp {
        email: form.email.clone(),
        password: form.password.clone(),
        name: form.name.clone(),
        time_zone: form.time_zone.clone(),
    };
    let error = match identity::sign_up(&app.services, input, &origin).await {
        Ok(user) => {
            let sign_in =
                identity::sign_in_browser(&app.services, &user.email, &form.password, None, &origin).await?;
            return Ok(after_first_proof(&app, &sign_in, form.return_to.as_deref()));
        }
        Err(error) => error,
    };
    let mut view = sign_up_view(&ctx, form.return_to.as_deref());
    view.name = view.name.value(form.name);
    view.email = view.email.value(form.email);
    match &error {
        Error::Invalid(errors) => {
            view.policy = policy(&view.page, errors);
            mark(errors, &mut [&mut view.name, &mut view.email, &mut view.password]);
        }
        Error::Conflict { .. } => view.email.error = Some(error.to_string()),
        Error::TooManyRequests { .. } | Error::Forbidden { .. } => view.alert = Some(sentence(&error)),
        _ => return Err(error.into()),
    }
    refused(&ctx, &error, &view)
}

/// `POST /sign-out`: on to the home page, or to signing in again for a page that is wanted.
pub(crate) async fn sign_out(
    State(app): State<App>,
    posted: Posted<ReturnTo>,
) -> Result<Response, PageError> {
    identity::sign_out(&app.services, posted.ctx.actor()?).await?;
    let to = match safe_return(posted.form.return_to.as_deref()) {
        Some(page) => with_return("/sign-in", Some(page)),
        None => "/".to_owned(),
    };
    let mut response = posted.ctx.redirect_with(&to, Notice::SignedOut);
    response.headers_mut().append(header::SET_COOKIE, set_cookie(&app, session_cookie_name(&app), "", 0));
    Ok(response)
}

/// `GET /setup`
pub(crate) async fn setup_form(
    State(app): State<App>,
    mut ctx: Ctx,
    Params(query): Params<SetupQuery>,
) -> Result<Response, PageError> {
    if !identity::setup_needed(&app.services).await? {
        return Err(Error::NotFound("page").into());
    }
    let cookie = ctx.begin_visit()?;
    let mut view = SetupPage::new(ctx.private_page("Set up", "/setup"));
    view.token = view.token.value(query.token.unwrap_or_default());
    with_cookie(ctx.render(&view)?, cookie)
}

/// The link in the log carries the token.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct SetupQuery {
    token: Option<String>,
}

/// `POST /setup`
pub(crate) async fn setup(
    State(app): State<App>,
    From(origin): From,
    posted: Posted<AccountForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let input = SignUp {
        email: form.email.clone(),
        password: form.password.clone(),
        name: form.name.clone(),
        time_zone: form.time_zone.clone(),
    };
    let error = match identity::create_first_admin(&app.services, &form.token, input, &origin).await {
        Ok(user) => {
            let sign_in =
                identity::sign_in_browser(&app.services, &user.email, &form.password, None, &origin).await?;
            return Ok(after_first_proof(&app, &sign_in, Some("/admin")));
        }
        Err(error) => error,
    };
    let mut view = SetupPage::new(ctx.private_page("Set up", "/setup"));
    view.token = view.token.value(form.token);
    view.name = view.name.value(form.name);
    view.email = view.email.value(form.email);
    match &error {
        Error::Invalid(errors) => {
            view.policy = policy(&view.page, errors);
            mark(errors, &mut [&mut view.token, &mut view.name, &mut view.email, &mut view.password]);
        }
        Error::Conflict { .. } => view.email.error = Some(error.to_string()),
        Error::TooManyRequests { .. } => view.alert = Some(sentence(&error)),
        _ => return Err(error.into()),
    }
    refused(&ctx, &error, &view)
}

/// Writes what is wrong beside the fields; the first message of each field stands.
pub(crate) fn mark(errors: &FieldErrors, fields: &mut [&mut Field]) {
    for error in errors.as_slice() {
        if let Some(field) = fields.iter_mut().find(|field| field.name == error.field)
            && field.error.is_none()
        {
            field.error = Some(error.message.to_string());
        }
    }
}

/// The password rules with those that were broken.
pub(crate) fn policy(page: &Page, errors: &FieldErrors) -> Vec<PolicyRule> {
    let failed: Vec<&str> = errors
        .as_slice()
        .iter()
        .filter(|error| error.field == "password")
        .filter_map(|error| match error.code {
            "too-short" | "too-long" => Some("length"),
            "no-upper" => Some("upper"),
            "no-lower" => Some("lower"),
            "no-digit" => Some("digit"),
            "no-symbol" => Some("symbol"),
            "too-common" => Some("common"),
            _ => None,
        })
        .collect();
    PolicyRule::of(&page.site, &failed)
}

/// An error as a sentence of its own.
pub(super) fn sentence(error: &Error) -> String {
    match error {
        Error::TooManyRequests { retry_after_seconds } => {
            let wait = momentum_core::wait_in_words(*retry_after_seconds);
            format!("That was a lot of tries. Wait {wait}, then try again.")
        }
        other => other.to_string(),
    }
}

/// What is said over a form that came too late.
pub(super) const OPEN_TOO_LONG: &str =
    "This form was open for too long, so nothing was sent. Please send it again.";

/// Answers a form of a visitor that came too late: with the form again, bound to this visit, or with the page that they wanted
/// when they have signed in meanwhile.
pub(super) fn expired<V: askama::Template>(
    mut ctx: Ctx,
    return_to: Option<&str>,
    again: impl FnOnce(&Ctx) -> V,
) -> Result<Response, PageError> {
    if ctx.actor.is_some() {
        return Ok(Redirect::to(safe_return(return_to).unwrap_or("/dashboard")).into_response());
    }
    let cookie = ctx.begin_visit()?;
    with_cookie(ctx.render_status(StatusCode::FORBIDDEN, &again(&ctx))?, cookie)
}

/// The form again, with the status of the error.
pub(crate) fn refused(ctx: &Ctx, error: &Error, view: &impl askama::Template) -> Result<Response, PageError> {
    let mut response = ctx.render_status(status_of(error), view)?;
    retry_after(error, &mut response);
    Ok(response)
}

pub(super) fn signed_in(app: &App, token: &str, return_to: Option<&str>) -> Response {
    // The session's own end comes before: by use, and after so many days in all.
    let seconds = app.services.live.now().security.session_max().num_seconds();
    let cookie = set_cookie(app, session_cookie_name(app), token, seconds);
    let to = safe_return(return_to).unwrap_or("/dashboard");
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie)], [(header::LOCATION, to)]).into_response()
}

/// The response, with a cookie if there is one to set.
pub(in crate::pages) fn with_cookie(
    mut response: Response,
    cookie: Option<axum::http::HeaderValue>,
) -> Result<Response, PageError> {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
