//! Accounts from a file.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    Error,
    identity::administration::import::{self, ImportOptions, ImportState, UserImport},
    ids::UserImportId,
};
use serde::Deserialize;

use crate::{
    App,
    http::csv::{download, no_formula},
    pages::{
        account::refused,
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Posted, PostedFiles},
    },
    present,
    views::{Figure, Happening, Progress, UserImportPage, UsersImportPage},
};

/// Wrong rows on the page.
const SHOWN: i64 = 50;

/// Wrong rows in the download: all that a file can have.
const ALL: i64 = 50_000;

async fn view(app: &App, ctx: &Ctx) -> Result<UsersImportPage, PageError> {
    let actor = ctx.actor()?;
    let now = app.services.clock.now();
    let imports = import::imports(&app.services, actor).await?;
    Ok(UsersImportPage {
        page: ctx.private_page("Import accounts", "/admin/users/import"),
        error: None,
        imports: imports
            .iter()
            .map(|import| Happening {
                title: import.file_name.clone(),
                note: state_label(import),
                url: Some(address(import.id)),
                at: present::moment(import.created_at, now, actor.time_zone),
            })
            .collect(),
    })
}

fn state_label(import: &UserImport) -> String {
    match import.state {
        ImportState::Checked => "Not started yet".to_owned(),
        ImportState::Running => "Taking the rows in".to_owned(),
        ImportState::Done => "Done".to_owned(),
        ImportState::Stopped => "Stopped: whoever started it is no administrator any more".to_owned(),
    }
}

/// `GET /admin/users/import`
pub(crate) async fn form(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let view = view(&app, &ctx).await?;
    ctx.render(&view)
}

/// `POST /admin/users/import`
pub(crate) async fn check(State(app): State<App>, posted: PostedFiles) -> Result<Response, PageError> {
    let PostedFiles { ctx, form } = posted;
    let checked = match form.one("file", "The file is larger than 5 MB. Split it.") {
        Ok(file) => import::check_import(&app.services, ctx.actor()?, &file.name, file.content).await,
        Err(error) => Err(error),
    };
    match checked {
        Ok(found) if found.left_out.is_empty() => Ok(Redirect::to(&address(found.id)).into_response()),
        Ok(found) => Ok(ctx.redirect_with(&address(found.id), Notice::ColumnsLeftOut)),
        Err(error @ Error::Invalid(_)) => {
            let mut view = view(&app, &ctx).await?;
            if let Error::Invalid(errors) = &error {
                view.error = errors.as_slice().first().map(|error| error.message.to_string());
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

fn address(id: UserImportId) -> String {
    format!("/admin/users/import/{id}")
}

fn import_id(text: &str) -> Result<UserImportId, Error> {
    text.parse().map_err(|_| Error::NotFound("import"))
}

/// `GET /admin/users/import/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let (actor, id) = (ctx.actor()?, import_id(&id)?);
    let found = import::import(&app.services, actor, id).await?;
    let errors = import::import_errors(&app.services, actor, id, SHOWN, 0).await?;
    let waiting = found.state == ImportState::Checked;
    if waiting && found.admin_rows > 0 {
        ctx.require_recent_proof()?;
    }
    let view = UserImportPage {
        page: ctx.private_page(&found.file_name, &address(id)),
        id: id.to_string(),
        file_name: found.file_name.clone(),
        figures: figures(&found),
        status: (!waiting).then(|| state_label(&found)),
        progress: Progress {
            done: present::small(found.handled()),
            total: present::small(found.good_rows()),
        },
        outcome: format!(
            "{} made, {} changed, {} left as they were",
            present::number(found.created),
            present::number(found.updated),
            present::number(found.skipped)
        ),
        waiting,
        can_start: found.good_rows() > 0,
        running: found.state == ImportState::Running,
        errors: errors.into_iter().map(|row| (row.line.to_string(), row.email, row.message)).collect(),
    };
    ctx.render(&view)
}

/// What the check found.
fn figures(found: &UserImport) -> Vec<Figure> {
    let figure = |count: i64, (one, many): (&str, &str), note: &str, alarming: bool| Figure {
        value: present::number(count),
        label: if count == 1 { one } else { many }.to_owned(),
        note: note.to_owned(),
        url: None,
        alarming,
    };
    let left_out = if found.wrong_rows == 1 { "It is left out." } else { "They are left out." };
    let mut figures = vec![
        figure(found.new_rows, ("new account", "new accounts"), "", false),
        figure(found.existing_rows, ("there already", "there already"), "", false),
        figure(found.wrong_rows, ("wrong row", "wrong rows"), left_out, found.wrong_rows > 0),
    ];
    if found.admin_rows > 0 {
        figures.push(figure(
            found.admin_rows,
            ("new administrator", "new administrators"),
            "You confirm that it is you before it starts.",
            true,
        ));
    }
    figures
}

/// `GET /admin/users/import/{id}/errors`: CSV.
pub(crate) async fn errors(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let rows = import::import_errors(&app.services, ctx.actor()?, import_id(&id)?, ALL, 0).await?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["line", "email", "error"]).map_err(Error::internal)?;
    for row in rows {
        csv.write_record([row.line.to_string(), no_formula(row.email), row.message])
            .map_err(Error::internal)?;
    }
    Ok(download("import-errors.csv", csv.into_inner().map_err(Error::internal)?))
}

/// How to take the rows in.
#[derive(Deserialize)]
pub(crate) struct StartForm {
    #[serde(default)]
    update_existing: Option<String>,
    #[serde(default)]
    invite: Option<String>,
}

/// `POST /admin/users/import/{id}/start`
pub(crate) async fn start(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<StartForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = import_id(&id)?;
    let options =
        ImportOptions { update_existing: form.update_existing.is_some(), invite: form.invite.is_some() };
    match import::start_import(&app.services, ctx.actor()?, id, options).await {
        Ok(_) => Ok(Redirect::to(&address(id)).into_response()),
        Err(Error::Conflict { code: "already-started", .. }) => {
            Ok(ctx.redirect_with(&address(id), Notice::ImportBegun))
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/users/import/{id}/discard`
pub(crate) async fn discard(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id = import_id(&id)?;
    match import::discard_import(&app.services, posted.ctx.actor()?, id).await {
        Ok(()) => Ok(posted.ctx.redirect_with("/admin/users/import", Notice::ImportDiscarded)),
        Err(Error::Conflict { code: "already-started", .. }) => {
            Ok(posted.ctx.redirect_with(&address(id), Notice::ImportBegun))
        }
        Err(other) => Err(other.into()),
    }
}
