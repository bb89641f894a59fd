//! Asking for a course.

use axum::{extract::State, response::Response};
use momentum_core::{Error, FieldErrors, studio};

use super::{
    documents::{first_message, keep},
    job_path,
    new_form::NewForm,
};
use crate::{
    App,
    http::tus,
    pages::{
        account::{mark, refused},
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

/// `POST /admin/ai/new`: a course for each topic, or none when one of them is refused.
pub(crate) async fn start(State(app): State<App>, posted: Posted<NewForm>) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let requests = form.topics().into_iter().map(|topic| form.request(&ctx, topic)).collect();
    let begun = match requests {
        Ok(requests) => studio::generate_courses(&app.services, ctx.actor()?, requests).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok(jobs) => match jobs.as_slice() {
            [only] => Ok(ctx.redirect_with(&job_path(*only), Notice::StudioBegun)),
            _ => Ok(ctx.redirect_with("/admin/ai", Notice::StudioBatchBegun)),
        },
        Err(error) => again(&app, &ctx, &form, error).await,
    }
}

/// The form with what is wrong.
async fn again(app: &App, ctx: &Ctx, form: &NewForm, error: Error) -> Result<Response, PageError> {
    let mut view = form.view(app, ctx).await?;
    let error = of_form(&form.topics(), error);
    view.alert = match &error {
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
        Error::Conflict { .. } | Error::LimitReached { .. } => Some(error.to_string()),
        _ => return Err(error.into()),
    };
    refused(ctx, &error, &view)
}

/// The fields of the form for those of the courses: all courses share them but for the topic.
fn of_form(topics: &[String], error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let mut named = FieldErrors::default();
    for error in errors.as_slice() {
        let course = error.field.strip_prefix("courses[").and_then(|rest| rest.split_once("]."));
        match course {
            Some((place, "topic")) if place != "0" => {
                let topic = place.parse().ok().and_then(|place: usize| topics.get(place));
                let topic = topic.map(String::as_str).unwrap_or_default();
                named.add_named("more_topics", error.code, format!("“{topic}”: {}", error.message));
            }
            Some((_, field)) => named.add_named(field.to_owned(), error.code, error.message.clone()),
            None if error.field == "courses" => {
                named.add_named("more_topics", error.code, error.message.clone());
            }
            None => named.add_named(error.field.clone(), error.code, error.message.clone()),
        }
    }
    Error::Invalid(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_course_is_said_of_the_form() {
        let topics = ["Knots".to_owned(), "X".to_owned()];
        let mut errors = FieldErrors::default();
        errors.add_named("courses[0].topic", "too-long", "Shorter.");
        errors.add_named("courses[1].topic", "required", "Longer.");
        errors.add_named("courses[1].language", "invalid", "A tag.");
        errors.add_named("starts_at", "invalid", "A time.");
        let Error::Invalid(named) = of_form(&topics, Error::Invalid(errors)) else { unreachable!() };
        let said: Vec<_> = named.as_slice().iter().map(|error| (&*error.field, &*error.message)).collect();
        assert_eq!(
            said,
            [
                ("topic", "Shorter."),
                ("more_topics", "“X”: Longer."),
                ("language", "A tag."),
                ("starts_at", "A time.")
            ]
        );
    }
}
