//! The account's address: confirming it, and moving to another one.

use axum::{extract::State, response::Response};
use momentum_core::{
    Error,
    identity::{self, EmailConfirmation},
};
use serde::Deserialize;

use super::{
    account::{mark, refused, sentence, with_cookie},
    context::{Ctx, Notice},
    failure::PageError,
    form::{Nothing, Params, Posted},
    recovery::LinkQuery,
};
use crate::{
    App,
    http::identity::From,
    present,
    views::{EmailSettingsPage, LinkPage, OutcomePage, PendingEmail},
};

const SETTINGS: &str = "/settings/account";

/// The token, sent back by the button.
#[derive(Deserialize)]
pub(crate) struct LinkForm {
    #[serde(default)]
    token: String,
}

/// `GET /verify-email`
pub(crate) async fn verify_form(
    mut ctx: Ctx,
    Params(query): Params<LinkQuery>,
) -> Result<Response, PageError> {
    let cookie = ctx.begin_visit()?;
    let view = LinkPage {
        page: ctx.private_page("Confirm your address", "/verify-email"),
        heading: "Confirm your address".into(),
        text: "One click, and we know that this address is yours.".into(),
        otherwise: Some(("You didn’t make this account? Take it over", "/forgot-password")),
        action: "/verify-email",
        button: "Confirm my address",
        token: query.token,
    };
    with_cookie(ctx.render(&view)?, cookie)
}

/// `POST /verify-email`
pub(crate) async fn verify(
    State(app): State<App>,
    From(origin): From,
    posted: Posted<LinkForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    match identity::verify_email(&app.services, &form.token, &origin).await {
        Ok(()) => {
            let to = if ctx.actor.is_some() { "/dashboard" } else { "/sign-in" };
            Ok(ctx.redirect_with(to, Notice::EmailVerified))
        }
        Err(error @ Error::Conflict { .. }) => dead_link(&ctx, &error, "/verify-email"),
        Err(other) => Err(other.into()),
    }
}

/// `GET /confirm-email`
pub(crate) async fn confirm_form(
    State(app): State<App>,
    mut ctx: Ctx,
    Params(query): Params<LinkQuery>,
) -> Result<Response, PageError> {
    let (name, new_email) = match identity::email_change_of_link(&app.services, &query.token).await {
        Ok(change) => change,
        Err(error @ Error::Conflict { .. }) => return dead_link(&ctx, &error, "/confirm-email"),
        Err(other) => return Err(other.into()),
    };
    let cookie = ctx.begin_visit()?;
    let view = LinkPage {
        page: ctx.private_page("Change of address", "/confirm-email"),
        heading: "Change of address".into(),
        text: format!(
            "The account of {name} moves to {new_email} when both the old address and the new one agree."
        ),
        otherwise: None,
        action: "/confirm-email",
        button: "I agree",
        token: query.token,
    };
    with_cookie(ctx.render(&view)?, cookie)
}

/// `POST /confirm-email`
pub(crate) async fn confirm(
    State(app): State<App>,
    From(origin): From,
    posted: Posted<LinkForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let confirmed =
        identity::confirm_email_change(&app.services, &form.token, ctx.actor.as_deref(), &origin).await;
    match confirmed {
        Ok(confirmation) => ctx.render(&confirmed_view(&ctx, confirmation)),
        Err(error @ Error::Conflict { .. }) => dead_link(&ctx, &error, "/confirm-email"),
        Err(other) => Err(other.into()),
    }
}

fn confirmed_view(ctx: &Ctx, confirmation: EmailConfirmation) -> OutcomePage {
    let (heading, text) = if confirmation.done {
        ("Your address is changed", "Sign in with the new one from now on. Other devices were signed out.")
    } else if confirmation.confirmed_by_new {
        ("Thank you", "Now open the link that we sent to your old address.")
    } else {
        ("Thank you", "Now open the link that we sent to your new address.")
    };
    let signed_in = ctx.actor.is_some();
    OutcomePage {
        page: ctx.private_page(heading, "/confirm-email"),
        good: true,
        heading: heading.into(),
        text: text.into(),
        next_url: if signed_in { SETTINGS } else { "/sign-in" },
        next_label: if signed_in { "Go to your account" } else { "Sign in" },
    }
}

/// A link that does nothing any more, with a way to another one.
fn dead_link(ctx: &Ctx, error: &Error, here: &str) -> Result<Response, PageError> {
    let heading = "This link doesn’t work any more";
    let view = OutcomePage {
        page: ctx.private_page(heading, here),
        good: false,
        heading: heading.into(),
        text: format!("{error} You get another one in your account’s settings."),
        next_url: SETTINGS,
        next_label: "Go to your account",
    };
    refused(ctx, error, &view)
}

/// `GET /settings/account`
pub(crate) async fn settings(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let view = settings_view(&app, &ctx).await?;
    ctx.render(&view)
}

async fn settings_view(app: &App, ctx: &Ctx) -> Result<EmailSettingsPage, PageError> {
    let actor = ctx.actor()?;
    let status = identity::email_status(&app.services, actor).await?;
    let pending = status.pending.map(|change| PendingEmail {
        new_email: change.new_email,
        confirmed_by_old: change.confirmed_by_old,
        confirmed_by_new: change.confirmed_by_new,
        expires: present::deadline(change.expires_at, app.services.clock.now(), actor.time_zone),
    });
    let page = ctx.private_page("Account", SETTINGS);
    let mut view = EmailSettingsPage::new(page, status.email, status.verified, pending);
    view.has_password = identity::external::sign_in_methods(&app.services, actor).await?.has_password;
    view.proof_first = !view.has_password && ctx.require_recent_proof().is_err();
    Ok(view)
}

/// `POST /settings/account/verification`
pub(crate) async fn resend(State(app): State<App>, posted: Posted<Nothing>) -> Result<Response, PageError> {
    let ctx = posted.ctx;
    match identity::resend_verification(&app.services, ctx.actor()?).await {
        Ok(()) => Ok(ctx.redirect_with(SETTINGS, Notice::VerificationSent)),
        // Confirmed in another window meanwhile.
        Err(Error::Conflict { .. }) => Ok(ctx.redirect_with(SETTINGS, Notice::EmailVerified)),
        Err(error @ Error::TooManyRequests { .. }) => {
            let mut view = settings_view(&app, &ctx).await?;
            view.alert =
                Some(sentence(&error).replace("That was a lot of tries.", "We just sent you a link."));
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// The new address, with the password as proof.
#[derive(Deserialize)]
pub(crate) struct ChangeForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

/// `POST /settings/account/email`
pub(crate) async fn begin_change(
    State(app): State<App>,
    posted: Posted<ChangeForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let begun =
        identity::request_email_change(&app.services, ctx.actor()?, &form.email, &form.password).await;
    let Err(error) = begun else { return Ok(ctx.redirect_with(SETTINGS, Notice::EmailChangeBegun)) };
    let mut view = settings_view(&app, &ctx).await?;
    view.email = view.email.value(form.email);
    match &error {
        Error::Invalid(errors) => mark(errors, &mut [&mut view.email, &mut view.password]),
        Error::TooManyRequests { .. } => view.alert = Some(sentence(&error)),
        _ => return Err(error.into()),
    }
    refused(&ctx, &error, &view)
}

/// `POST /settings/account/email/cancel`
pub(crate) async fn cancel_change(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    identity::cancel_email_change(&app.services, posted.ctx.actor()?).await?;
    Ok(posted.ctx.redirect_with(SETTINGS, Notice::EmailChangeCancelled))
}
