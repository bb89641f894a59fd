//! Settings, security: second factors, and confirming that it is really you.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    Error,
    identity::{self, PendingTotp},
};
use serde::Deserialize;

use super::{
    account::{ReturnTo, mark, refused, sentence},
    context::{Ctx, Notice, safe_return},
    errors::with_return,
    failure::PageError,
    form::{Nothing, Params, Posted},
};
use crate::{
    App, present,
    views::{AuthenticatorPage, ConfirmPage, PasskeyRow, RecoveryCodesPage, SecurityPage},
};

pub(super) const HOME: &str = "/settings/security";
const AUTHENTICATOR: &str = "/settings/security/authenticator";

/// `GET /settings/security`; with the page that was wanted by whoever has to set up a factor first.
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<ReturnTo>,
) -> Result<Response, PageError> {
    let mut view = view(&app, &ctx).await?;
    view.return_to = wanted(query.return_to.as_deref());
    ctx.render(&view)
}

/// A page of this site to go on to when a first factor is set up.
pub(super) fn wanted(return_to: Option<&str>) -> Option<String> {
    safe_return(return_to).map(ToOwned::to_owned)
}

pub(super) async fn view(app: &App, ctx: &Ctx) -> Result<SecurityPage, PageError> {
    let actor = ctx.actor()?;
    let state = identity::mfa_state(&app.services, actor).await?;
    let methods = identity::external::sign_in_methods(&app.services, actor).await?;
    let passkeys = identity::list_passkeys(&app.services, actor).await?;
    let now = app.services.clock.now();
    let moment = |at| present::moment(at, now, actor.time_zone);
    Ok(SecurityPage {
        page: ctx.private_page("Security", HOME),
        alert: None,
        return_to: None,
        has_password: methods.has_password,
        enabled: state.enabled(),
        required: state.required,
        authenticator: state.totp_since.map(moment),
        recovery_codes_left: state.recovery_codes_left,
        passkeys_available: identity::passkeys_available(&app.services),
        passkeys: passkeys
            .into_iter()
            .map(|passkey| PasskeyRow {
                id: passkey.id.to_string(),
                name: passkey.name,
                added: moment(passkey.created_at),
                used: passkey.last_used_at.map(moment),
            })
            .collect(),
        passkey_name: SecurityPage::name_field(),
    })
}

/// `POST /settings/security/authenticator/begin`
pub(crate) async fn begin_authenticator(
    State(app): State<App>,
    posted: Posted<ReturnTo>,
) -> Result<Response, PageError> {
    identity::begin_totp(&app.services, posted.ctx.actor()?).await?;
    let to = with_return(AUTHENTICATOR, safe_return(posted.form.return_to.as_deref()));
    Ok(Redirect::to(&to).into_response())
}

/// `GET /settings/security/authenticator`
pub(crate) async fn authenticator_form(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<ReturnTo>,
) -> Result<Response, PageError> {
    match identity::pending_totp(&app.services, ctx.actor()?).await? {
        Some(pending) => {
            Ok(not_kept(ctx.render(&authenticator_view(&ctx, pending, query.return_to.as_deref()))?))
        }
        None => Ok(Redirect::to(HOME).into_response()),
    }
}

fn authenticator_view(ctx: &Ctx, pending: PendingTotp, return_to: Option<&str>) -> AuthenticatorPage {
    let page = ctx.private_page("Set up an authenticator app", AUTHENTICATOR);
    let mut view =
        AuthenticatorPage::new(page, pending.qr.size, pending.qr.path, &pending.secret, pending.otpauth_url);
    view.return_to = wanted(return_to);
    view
}

/// A page with secrets on it: not even the browser keeps it.
fn not_kept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A code as it is typed.
#[derive(Deserialize)]
pub(crate) struct CodeForm {
    #[serde(default)]
    code: String,
    return_to: Option<String>,
}

/// `POST /settings/security/authenticator`: answers with the recovery codes, which are shown this once.
pub(crate) async fn confirm_authenticator(
    State(app): State<App>,
    posted: Posted<CodeForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    match identity::confirm_totp(&app.services, actor, &form.code).await {
        Ok(Some(codes)) => show_first_recovery_codes(&ctx, codes, form.return_to.as_deref()),
        Ok(None) => Ok(ctx.redirect_with(HOME, Notice::AuthenticatorAdded)),
        Err(error @ Error::Invalid(_)) => {
            let Some(pending) = identity::pending_totp(&app.services, actor).await? else {
                return Ok(Redirect::to(HOME).into_response());
            };
            let mut view = authenticator_view(&ctx, pending, form.return_to.as_deref());
            view.code = view.code.value(form.code);
            if let Error::Invalid(errors) = &error {
                mark(errors, &mut [&mut view.code]);
            }
            Ok(not_kept(refused(&ctx, &error, &view)?))
        }
        // Sent twice, or begun too long ago.
        Err(Error::Conflict { .. }) => Ok(Redirect::to(HOME).into_response()),
        Err(other) => Err(other.into()),
    }
}

/// The page that shows the codes that come with the first factor, this once, and then leads on to what was wanted.
pub(super) fn show_first_recovery_codes(
    ctx: &Ctx,
    codes: Vec<String>,
    return_to: Option<&str>,
) -> Result<Response, PageError> {
    let next_url = wanted(return_to).unwrap_or_else(|| HOME.to_owned());
    show_recovery_codes(ctx, codes, true, next_url)
}

fn show_recovery_codes(
    ctx: &Ctx,
    codes: Vec<String>,
    first: bool,
    next_url: String,
) -> Result<Response, PageError> {
    let page = ctx.private_page("Recovery codes", HOME);
    Ok(not_kept(ctx.render(&RecoveryCodesPage { page, codes, first, next_url })?))
}

/// `POST /settings/security/authenticator/remove`
pub(crate) async fn remove_authenticator(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    match identity::remove_totp(&app.services, posted.ctx.actor()?).await {
        // Gone already is what was wanted.
        Ok(()) | Err(Error::NotFound(_)) => Ok(posted.ctx.redirect_with(HOME, Notice::AuthenticatorRemoved)),
        Err(error @ Error::Conflict { .. }) => kept(&app, &posted.ctx, &error).await,
        Err(other) => Err(other.into()),
    }
}

/// The list again, with why something stays.
pub(super) async fn kept(app: &App, ctx: &Ctx, error: &Error) -> Result<Response, PageError> {
    let mut view = view(app, ctx).await?;
    view.alert = Some(error.to_string());
    refused(ctx, error, &view)
}

/// `POST /settings/security/recovery-codes`
pub(crate) async fn new_recovery_codes(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let codes = identity::regenerate_recovery_codes(&app.services, posted.ctx.actor()?).await?;
    show_recovery_codes(&posted.ctx, codes, false, HOME.to_owned())
}

/// `GET /settings/confirm`
pub(crate) async fn confirm_form(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<ReturnTo>,
) -> Result<Response, PageError> {
    let view = confirm_view(&app, &ctx, query.return_to.as_deref()).await?;
    ctx.render(&view)
}

pub(super) async fn confirm_view(
    app: &App,
    ctx: &Ctx,
    return_to: Option<&str>,
) -> Result<ConfirmPage, PageError> {
    let choice = identity::step_up_choice(&app.services, ctx.actor()?).await?;
    let page = ctx.private_page("Confirm it’s you", "/settings/confirm");
    let return_to = safe_return(return_to).unwrap_or(HOME).to_owned();
    let passkey = choice.passkey && identity::passkeys_available(&app.services);
    Ok(ConfirmPage::new(page, return_to, choice.password, choice.totp, passkey))
}

/// The proof as it is sent.
#[derive(Deserialize)]
pub(crate) struct ConfirmForm {
    password: Option<String>,
    otp: Option<String>,
    return_to: Option<String>,
}

/// `POST /settings/confirm`
pub(crate) async fn confirm(
    State(app): State<App>,
    posted: Posted<ConfirmForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let proved =
        identity::step_up(&app.services, ctx.actor()?, form.password.as_deref(), form.otp.as_deref()).await;
    let error = match proved {
        Ok(()) => {
            let to = safe_return(form.return_to.as_deref()).unwrap_or(HOME);
            return Ok(ctx.redirect_with(to, Notice::Confirmed));
        }
        Err(error) => error,
    };
    let mut view = confirm_view(&app, &ctx, form.return_to.as_deref()).await?;
    match &error {
        Error::Invalid(errors) => mark(errors, &mut [&mut view.password, &mut view.otp]),
        Error::TooManyRequests { .. } => view.alert = Some(sentence(&error)),
        _ => return Err(error.into()),
    }
    refused(&ctx, &error, &view)
}
