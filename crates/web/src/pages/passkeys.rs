//! Passkeys in the browser. A script asks the authenticator, puts its answer into a form of the page and sends that form: all
//! that follows is a page like any other.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    identity::{self, Ceremony},
    ids::{CeremonyId, PasskeyId},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    account::{refused, sentence, sign_in_view, signed_in},
    context::{Notice, safe_return},
    failure::PageError,
    form::{Nothing, Posted},
    second_factor, security,
};
use crate::{
    App,
    http::{
        identity::{From, cookie, session_cookie_name, set_cookie},
        problem::problem_of,
    },
};

/// The answer of an authenticator, in a form.
#[derive(Deserialize)]
pub(crate) struct AnswerForm {
    #[serde(default)]
    ceremony: String,
    /// JSON.
    #[serde(default)]
    credential: String,
    #[serde(default)]
    name: String,
    return_to: Option<String>,
}

impl AnswerForm {
    fn ceremony(&self) -> CeremonyId {
        // What is no id names no ceremony.
        self.ceremony.parse().unwrap_or_else(|_| CeremonyId::new())
    }

    fn credential(&self) -> Value {
        serde_json::from_str(&self.credential).unwrap_or_default()
    }
}

fn asked(ceremony: Ceremony) -> Response {
    Json(json!({ "ceremony": ceremony.id, "publicKey": ceremony.public_key })).into_response()
}

/// `POST /sign-in/passkey/options`
pub(crate) async fn sign_in_options(
    State(app): State<App>,
    From(origin): From,
    _posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    Ok(asked(identity::begin_passkey_sign_in(&app.services, &origin).await?))
}

/// `POST /sign-in/passkey`
pub(crate) async fn sign_in(
    State(app): State<App>,
    From(origin): From,
    headers: HeaderMap,
    posted: Posted<AnswerForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let s = &app.services;
    let previous = cookie(&headers, session_cookie_name(&app));
    let (ceremony, answer) = (form.ceremony(), form.credential());
    match identity::sign_in_browser_with_passkey(s, ceremony, &answer, previous, &origin).await {
        Ok(session) => Ok(signed_in(&app, &session.token, form.return_to.as_deref())),
        Err(error @ Error::Unauthenticated { .. }) => {
            let mut view = sign_in_view(&ctx, form.return_to.as_deref());
            view.alert = Some(sentence(&error));
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /sign-in/second-factor/passkey/options`
pub(crate) async fn second_factor_options(
    State(app): State<App>,
    headers: HeaderMap,
    _posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let token = cookie(&headers, second_factor::challenge_cookie_name(&app)).unwrap_or_default();
    match identity::begin_second_factor_passkey(&app.services, token).await {
        Ok(ceremony) => Ok(asked(ceremony)),
        // Only a script asks, and a script has no use for the sign-in page.
        Err(error @ Error::Unauthenticated { .. }) => Ok(problem_of(&error, None)),
        Err(other) => Err(other.into()),
    }
}

/// `POST /sign-in/second-factor/passkey`
pub(crate) async fn second_factor(
    State(app): State<App>,
    From(origin): From,
    headers: HeaderMap,
    posted: Posted<AnswerForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let challenge = second_factor::challenge_cookie_name(&app);
    let token = cookie(&headers, challenge).unwrap_or_default();
    let previous = cookie(&headers, session_cookie_name(&app));
    let (ceremony, answer) = (form.ceremony(), form.credential());
    let finished = identity::finish_second_factor_with_passkey(
        &app.services,
        token,
        ceremony,
        &answer,
        previous,
        &origin,
    );
    match finished.await {
        Ok(session) => {
            let mut response = signed_in(&app, &session.token, form.return_to.as_deref());
            response.headers_mut().append(header::SET_COOKIE, set_cookie(&app, challenge, "", 0));
            Ok(response)
        }
        Err(error @ Error::Unauthenticated { .. }) => {
            second_factor::refused_again(&app, &ctx, token, &error, form.return_to.as_deref(), None).await
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /settings/confirm/passkey/options`
pub(crate) async fn confirm_options(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    Ok(asked(identity::begin_step_up_passkey(&app.services, posted.ctx.actor()?).await?))
}

/// `POST /settings/confirm/passkey`
pub(crate) async fn confirm(
    State(app): State<App>,
    posted: Posted<AnswerForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let return_to = form.return_to.as_deref();
    let (ceremony, answer) = (form.ceremony(), form.credential());
    match identity::step_up_with_passkey(&app.services, ctx.actor()?, ceremony, &answer).await {
        Ok(()) => Ok(ctx.redirect_with(safe_return(return_to).unwrap_or(security::HOME), Notice::Confirmed)),
        Err(error @ Error::Invalid(_)) => {
            let mut view = security::confirm_view(&app, &ctx, return_to).await?;
            view.alert = Some(first_message(&error));
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /settings/security/passkeys/options`
pub(crate) async fn options(State(app): State<App>, posted: Posted<Nothing>) -> Result<Response, PageError> {
    Ok(asked(identity::begin_passkey(&app.services, posted.ctx.actor()?).await?))
}

/// `POST /settings/security/passkeys`: answers with the recovery codes when it is the first factor.
pub(crate) async fn add(State(app): State<App>, posted: Posted<AnswerForm>) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    let (ceremony, answer) = (form.ceremony(), form.credential());
    match identity::add_passkey(&app.services, actor, ceremony, &form.name, &answer).await {
        Ok(added) => match added.recovery_codes {
            Some(codes) => security::show_first_recovery_codes(&ctx, codes, form.return_to.as_deref()),
            None => Ok(ctx.redirect_with(security::HOME, Notice::PasskeyAdded)),
        },
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. })) => {
            let mut view = security::view(&app, &ctx).await?;
            view.alert = Some(first_message(&error));
            view.passkey_name = view.passkey_name.value(form.name);
            view.return_to = security::wanted(form.return_to.as_deref());
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// What is wrong, in one sentence.
fn first_message(error: &Error) -> String {
    match error {
        Error::Invalid(errors) => {
            errors.as_slice().first().map(|error| error.message.to_string()).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

fn passkey_id(text: &str) -> Result<PasskeyId, Error> {
    text.parse().map_err(|_| Error::NotFound("passkey"))
}

/// `POST /settings/security/passkeys/{id}/rename`
pub(crate) async fn rename(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<AnswerForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    match identity::rename_passkey(&app.services, ctx.actor()?, passkey_id(&id)?, &form.name).await {
        Ok(_) => Ok(ctx.redirect_with(security::HOME, Notice::PasskeyRenamed)),
        Err(error @ Error::Invalid(_)) => {
            let mut view = security::view(&app, &ctx).await?;
            view.alert = Some(first_message(&error));
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /settings/security/passkeys/{id}/remove`
pub(crate) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    match identity::remove_passkey(&app.services, posted.ctx.actor()?, passkey_id(&id)?).await {
        // Gone already is what was wanted.
        Ok(()) | Err(Error::NotFound(_)) => {
            Ok(posted.ctx.redirect_with(security::HOME, Notice::PasskeyRemoved))
        }
        Err(error @ Error::Conflict { .. }) => security::kept(&app, &posted.ctx, &error).await,
        Err(other) => Err(other.into()),
    }
}
