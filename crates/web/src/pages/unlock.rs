//! Opening an account again that was locked because somebody guessed at its password.

use axum::{extract::State, response::Response};
use momentum_core::{Error, identity};
use serde::Deserialize;

use super::{
    account::{refused, with_cookie},
    context::{Ctx, Notice},
    failure::PageError,
    form::{Params, Posted},
    recovery::LinkQuery,
};
use crate::{
    App,
    http::identity::From,
    views::{LinkPage, OutcomePage},
};

/// `GET /unlock`: a button, so that a program that looks through mails doesn't use the link up.
pub(crate) async fn form(mut ctx: Ctx, Params(query): Params<LinkQuery>) -> Result<Response, PageError> {
    let cookie = ctx.begin_visit()?;
    let view = LinkPage {
        page: ctx.private_page("Unlock your account", "/unlock"),
        heading: "Unlock your account".into(),
        text:
            "Too many wrong passwords were typed for your account. If you know yours, unlock it and sign in."
                .into(),
        action: "/unlock",
        button: "Unlock my account",
        otherwise: None,
        token: query.token,
    };
    with_cookie(ctx.render(&view)?, cookie)
}

/// The token, sent back by the button.
#[derive(Deserialize)]
pub(crate) struct UnlockForm {
    #[serde(default)]
    token: String,
}

/// `POST /unlock`
pub(crate) async fn unlock(
    State(app): State<App>,
    From(origin): From,
    posted: Posted<UnlockForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    match identity::unlock(&app.services, &form.token, &origin).await {
        Ok(()) => Ok(ctx.redirect_with("/sign-in", Notice::Unlocked)),
        Err(error @ Error::Conflict { .. }) => {
            let heading = "This link doesn’t work any more";
            let view = OutcomePage {
                page: ctx.private_page(heading, "/unlock"),
                good: false,
                heading: heading.into(),
                text: format!("{error} Wait a quarter of an hour, or set a new password."),
                next_url: "/forgot-password",
                next_label: "Set a new password",
            };
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}
