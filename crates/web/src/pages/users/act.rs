//! What is done with an account.

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{
    Error,
    identity::{Role, administration},
    ids::UserId,
    operations::{self, Consequences},
};
use serde::Deserialize;

use super::user_id;
use crate::{
    App,
    pages::{
        account::{mark, refused},
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Posted},
    },
    present,
    views::{Field, UserDeletePage},
};

fn back(ctx: &Ctx, id: UserId, notice: Notice) -> Response {
    ctx.redirect_with(&format!("/admin/users/{id}"), notice)
}

/// A role.
#[derive(Deserialize)]
pub(crate) struct RoleForm {
    #[serde(default)]
    role: String,
}

/// `POST /admin/users/{id}/role`
pub(crate) async fn role(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<RoleForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let (id, role) = (user_id(&id)?, form.role.parse::<Role>()?);
    administration::set_role(&app.services, ctx.actor()?, id, role).await?;
    Ok(back(&ctx, id, Notice::UserSaved))
}

/// Why an account is closed.
#[derive(Deserialize)]
pub(crate) struct SuspendForm {
    #[serde(default)]
    reason: String,
}

/// `POST /admin/users/{id}/suspend`
pub(crate) async fn suspend(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<SuspendForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = user_id(&id)?;
    match operations::suspend_user(&app.services, ctx.actor()?, id, &form.reason).await {
        Ok(()) => Ok(back(&ctx, id, Notice::UserSuspended)),
        Err(Error::Conflict { code: "already-suspended", .. }) => {
            Ok(back(&ctx, id, Notice::AlreadySuspended))
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/users/{id}/restore`
pub(crate) async fn restore(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id = user_id(&id)?;
    match operations::restore_user(&app.services, posted.ctx.actor()?, id).await {
        Ok(()) => Ok(back(&posted.ctx, id, Notice::UserRestored)),
        Err(Error::Conflict { code: "not-suspended", .. }) => Ok(back(&posted.ctx, id, Notice::NotSuspended)),
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/users/{id}/sign-out`
pub(crate) async fn sign_out(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id = user_id(&id)?;
    administration::sign_out_everywhere(&app.services, posted.ctx.actor()?, id).await?;
    Ok(back(&posted.ctx, id, Notice::UserSignedOut))
}

/// `POST /admin/users/{id}/password-link`
pub(crate) async fn password_link(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id = user_id(&id)?;
    match administration::send_password_link(&app.services, posted.ctx.actor()?, id).await {
        Ok(()) => Ok(back(&posted.ctx, id, Notice::PasswordLinkSent)),
        Err(Error::Conflict { code: "not-usable", .. }) => Ok(back(&posted.ctx, id, Notice::NoPasswordLink)),
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/users/{id}/reset-mfa`
pub(crate) async fn reset_mfa(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id = user_id(&id)?;
    administration::reset_second_factors(&app.services, posted.ctx.actor()?, id).await?;
    Ok(back(&posted.ctx, id, Notice::FactorsRemoved))
}

async fn delete_view(app: &App, ctx: &Ctx, id: UserId) -> Result<UserDeletePage, PageError> {
    let actor = ctx.actor()?;
    let user = operations::user_detail(&app.services, actor, id).await?.user;
    let goes = operations::consequences(&app.services, actor, id).await?;
    Ok(UserDeletePage {
        page: ctx.private_page(&format!("Delete {}", user.name), &format!("/admin/users/{id}/delete")),
        id: id.to_string(),
        name: user.name,
        consequences: lines(&goes),
        alert: None,
        confirm: Field::text("confirm", &format!("Type {} to confirm", user.email)).required(),
    })
}

fn lines(goes: &Consequences) -> Vec<String> {
    vec![
        format!(
            "{} with {}",
            present::count(goes.enrollments, "enrollment", "enrollments"),
            present::count(goes.lessons_completed, "finished lesson", "finished lessons")
        ),
        present::count(goes.notes, "note", "notes"),
        present::count(goes.mails, "mail in the mailbox", "mails in the mailbox"),
        format!(
            "{}, which end at once",
            present::count(goes.sessions, "signed-in device", "signed-in devices")
        ),
    ]
}

/// `GET /admin/users/{id}/delete`
pub(crate) async fn delete_form(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    ctx.require_recent_proof()?;
    let view = delete_view(&app, &ctx, user_id(&id)?).await?;
    ctx.render(&view)
}

/// The address, typed once more.
#[derive(Deserialize)]
pub(crate) struct DeleteForm {
    #[serde(default)]
    confirm: String,
}

/// `POST /admin/users/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<DeleteForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = user_id(&id)?;
    let error = match operations::delete_user(&app.services, ctx.actor()?, id, Some(&form.confirm)).await {
        Ok(()) => return Ok(ctx.redirect_with("/admin/users", Notice::UserDeleted)),
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. })) => error,
        Err(other) => return Err(other.into()),
    };
    let mut view = delete_view(&app, &ctx, id).await?;
    view.confirm = view.confirm.value(&form.confirm);
    match &error {
        Error::Invalid(errors) => mark(errors, &mut [&mut view.confirm]),
        other => view.alert = Some(other.to_string()),
    }
    refused(&ctx, &error, &view)
}
