//! Asking for a course.

use axum::{extract::State, response::Response};
use momentum_core::{Error, ids::StudioJobId, studio};

use super::{
    documents::{first_message, keep},
    job_path,
    new_form::NewForm,
};
use crate::{
    App,
    http::tus,
    pages::{
        account::{mark, refused, sentence},
        context::{Ctx, Notice},
        failure::PageError,
        form::{Params, Posted, PostedFiles, typed},
    },
    views::StudioEstimatePart,
};

/// `GET /admin/ai/new`: the address may bring what is filled in already.
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Params(form): Params<NewForm>,
) -> Result<Response, PageError> {
    ctx.render(&form.view(&app, &ctx).await?)
}

/// `POST /admin/ai/estimate`: the estimate alone for the script, the page with what was typed for everybody else.
pub(crate) async fn estimate(State(app): State<App>, posted: Posted<NewForm>) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    if ctx.partial {
        let page = ctx.private_page("Estimate", "/admin/ai/estimate");
        let estimate = form.estimate(&app, &ctx).await?;
        return ctx.render(&StudioEstimatePart { page, estimate });
    }
    ctx.render(&form.view(&app, &ctx).await?)
}

/// `POST /admin/ai/new/document`: for browsers without JavaScript; what was typed is kept and the new documents are chosen.
pub(crate) async fn add_document(State(app): State<App>, posted: PostedFiles) -> Result<Response, PageError> {
    let PostedFiles { ctx, form } = posted;
    let mut fields: NewForm = typed(form.fields());
    match keep(&app, &ctx, form.files, form.too_large).await {
        Ok(references) => {
            fields.reference_ids.extend(references.iter().map(|reference| reference.id.to_string()));
            ctx.render(&fields.view(&app, &ctx).await?)
        }
        Err(error @ Error::Invalid(_)) => {
            let mut view = fields.view(&app, &ctx).await?;
            view.file_error = Some(first_message(&error));
            ctx.render_status(tus::media_status(&error), &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/ai/new`: a course for each topic. When one is refused, those that were begun go on and leave the form.
pub(crate) async fn start(State(app): State<App>, posted: Posted<NewForm>) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let topics = form.topics();
    let mut begun = Vec::new();
    for topic in &topics {
        match begin(&app, &ctx, &form, topic).await {
            Ok(id) => begun.push(id),
            Err(error) => return again(&app, &ctx, form, (&topics, begun.len()), error).await,
        }
    }
    match begun.as_slice() {
        [only] => Ok(ctx.redirect_with(&job_path(*only), Notice::StudioBegun)),
        _ => Ok(ctx.redirect_with("/admin/ai", Notice::StudioBatchBegun)),
    }
}

async fn begin(app: &App, ctx: &Ctx, form: &NewForm, topic: &str) -> Result<StudioJobId, Error> {
    let actor =
        ctx.actor.as_ref().ok_or_else(|| Error::unauthenticated("sign-in-required", "Sign in first."))?;
    studio::generate_course(&app.services, actor, form.request(ctx, topic.to_owned())?).await
}

/// The form with the topics that are left and what is wrong.
async fn again(
    app: &App,
    ctx: &Ctx,
    mut form: NewForm,
    (topics, begun): (&[String], usize),
    error: Error,
) -> Result<Response, PageError> {
    if let Some((first, rest)) = topics.get(begun..).and_then(<[String]>::split_first) {
        form.topic.clone_from(first);
        form.more_topics = rest.join("\n");
    }
    let mut view = form.view(app, ctx).await?;
    let mut alert = match &error {
        Error::Invalid(errors) => {
            mark(errors, &mut view.fields());
            let documents = errors.as_slice().iter().find(|error| error.field == "reference_ids");
            view.documents_error = documents.map(|error| error.message.to_string());
            view.documents_error.clone().filter(|_| view.errors().is_empty())
        }
        Error::Conflict { code: "no-references", .. } => {
            view.documents_error = Some(error.to_string());
            Some(error.to_string())
        }
        Error::TooManyRequests { .. } => Some(
            "That are all the courses that you may have written today. Go on tomorrow, or allow more in the settings."
                .to_owned(),
        ),
        Error::Conflict { .. } => Some(sentence(&error)),
        _ => return Err(error.into()),
    };
    if begun > 0 {
        let so_far = format!("The first {begun} are being written. ");
        let why = alert.unwrap_or_else(|| "The next one was refused: see below.".to_owned());
        alert = Some(so_far + &why);
    }
    view.alert = alert;
    refused(ctx, &error, &view)
}
