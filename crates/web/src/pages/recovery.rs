//! A forgotten password.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{Error, identity};
use serde::Deserialize;

use super::{
    account::{OPEN_TOO_LONG, expired, mark, policy, refused, sentence, with_cookie},
    context::{Ctx, Notice},
    failure::PageError,
    form::{Params, Posted, VisitorForm},
};
use crate::{
    App,
    http::identity::From,
    views::{ForgotPasswordPage, OutcomePage, ResetPasswordPage},
};

/// `sent` after the form was sent.
#[derive(Default, Deserialize)]
pub(crate) struct ForgotQuery {
    sent: Option<String>,
}

/// `GET /forgot-password`
pub(crate) async fn forgot_form(
    mut ctx: Ctx,
    Params(query): Params<ForgotQuery>,
) -> Result<Response, PageError> {
    if query.sent.is_some() {
        return ctx.render(&OutcomePage {
            page: ctx.private_page("Look into your mailbox", "/forgot-password"),
            good: true,
            heading: "Look into your mailbox".into(),
            text: "If there is an account with this address, a link is on its way. It works for one hour. \
                   Nothing came? Look into the spam folder, or try another address."
                .into(),
            next_url: "/sign-in",
            next_label: "Back to sign in",
        });
    }
    let cookie = ctx.begin_visit()?;
    with_cookie(ctx.render(&forgot_view(&ctx))?, cookie)
}

fn forgot_view(ctx: &Ctx) -> ForgotPasswordPage {
    ForgotPasswordPage::new(ctx.private_page("Forgot your password?", "/forgot-password"))
}

/// What was typed.
#[derive(Default, Deserialize)]
pub(crate) struct ForgotForm {
    #[serde(default)]
    email: String,
}

/// `POST /forgot-password`
pub(crate) async fn forgot(
    State(app): State<App>,
    From(origin): From,
    posted: VisitorForm<ForgotForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = match posted {
        VisitorForm::Ours(posted) => posted,
        VisitorForm::Expired(ctx, form) => {
            return expired(ctx, None, |ctx| {
                let mut view = forgot_view(ctx);
                view.email = view.email.value(form.email);
                view.alert = Some(OPEN_TOO_LONG.to_owned());
                view
            });
        }
    };
    let Err(error) = identity::request_password_reset(&app.services, &form.email, &origin).await else {
        return Ok(Redirect::to("/forgot-password?sent=1").into_response());
    };
    let mut view = forgot_view(&ctx);
    view.email = view.email.value(form.email);
    match &error {
        Error::Invalid(errors) => mark(errors, &mut [&mut view.email]),
        Error::TooManyRequests { .. } => view.alert = Some(sentence(&error)),
        _ => return Err(error.into()),
    }
    refused(&ctx, &error, &view)
}

/// The token in the link of a mail.
#[derive(Default, Deserialize)]
pub(crate) struct LinkQuery {
    #[serde(default)]
    pub(super) token: String,
}

/// `GET /reset-password`
pub(crate) async fn reset_form(
    State(app): State<App>,
    mut ctx: Ctx,
    Params(query): Params<LinkQuery>,
) -> Result<Response, PageError> {
    let takes_others = match identity::check_reset_link(&app.services, &query.token).await {
        Ok(takes_others) => takes_others,
        Err(error @ Error::Conflict { .. }) => return dead_link(&ctx, &error),
        Err(other) => return Err(other.into()),
    };
    let cookie = ctx.begin_visit()?;
    let mut view = reset_view(&ctx, query.token);
    view.takes_others = takes_others;
    with_cookie(ctx.render(&view)?, cookie)
}

fn reset_view(ctx: &Ctx, token: String) -> ResetPasswordPage {
    ResetPasswordPage::new(ctx.private_page("Set a new password", "/reset-password"), token)
}

fn dead_link(ctx: &Ctx, error: &Error) -> Result<Response, PageError> {
    let view = OutcomePage {
        page: ctx.private_page("This link doesn’t work any more", "/reset-password"),
        good: false,
        heading: "This link doesn’t work any more".into(),
        text: error.to_string(),
        next_url: "/forgot-password",
        next_label: "Get a new link",
    };
    refused(ctx, error, &view)
}

/// The new password with the token from the mail.
#[derive(Deserialize)]
pub(crate) struct ResetForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
}

/// `POST /reset-password`
pub(crate) async fn reset(
    State(app): State<App>,
    From(origin): From,
    posted: Posted<ResetForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let done = identity::reset_password(&app.services, &form.token, &form.password, &origin).await;
    let Err(error) = done else { return Ok(ctx.redirect_with("/sign-in", Notice::PasswordReset)) };
    let mut view = reset_view(&ctx, form.token);
    match &error {
        Error::Invalid(errors) => {
            view.takes_others = identity::check_reset_link(&app.services, &view.token).await?;
            view.policy = policy(&view.page, errors);
            mark(errors, &mut [&mut view.password]);
        }
        Error::TooManyRequests { .. } => view.alert = Some(sentence(&error)),
        Error::Conflict { .. } => return dead_link(&ctx, &error),
        _ => return Err(error.into()),
    }
    refused(&ctx, &error, &view)
}
