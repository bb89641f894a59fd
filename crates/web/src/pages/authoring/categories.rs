//! Categories: the list and the form.

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{
    Error,
    authoring::{self, AuthoredCategory, CategoryDetails, MAX_CATEGORY_NAME, MAX_CATEGORY_TEXT},
    ids::CategoryId,
};
use serde::Deserialize;

use crate::{
    App,
    pages::{
        account::{mark, refused},
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Posted},
    },
    present,
    views::{CategoriesPage, CategoryPage, CategoryRow, Field},
};

const LIST: &str = "/admin/categories";

/// `GET /admin/categories`
pub(super) async fn index(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let categories = authoring::authored_categories(&app.services, ctx.actor()?).await?;
    let rows = categories.into_iter().map(|category| CategoryRow {
        id: category.id.to_string(),
        name: category.name,
        description: category.description,
        courses: present::count(category.courses, "course", "courses"),
        courses_url: format!("/admin/courses?category={}", category.slug),
    });
    ctx.render(&CategoriesPage { page: ctx.private_page("Categories", LIST), rows: rows.collect() })
}

/// The form as it is sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CategoryForm {
    version: String,
    name: String,
    description: String,
    target_audience: String,
}

impl CategoryForm {
    fn of(category: &AuthoredCategory) -> Self {
        Self {
            version: category.version.to_string(),
            name: category.name.clone(),
            description: category.description.clone(),
            target_audience: category.target_audience.clone(),
        }
    }

    fn details(&self) -> CategoryDetails {
        CategoryDetails {
            name: self.name.clone(),
            description: self.description.clone(),
            target_audience: self.target_audience.clone(),
        }
    }

    fn view(&self, ctx: &Ctx, category: Option<&AuthoredCategory>) -> CategoryPage {
        let title = if category.is_some() { "Edit the category" } else { "A new category" };
        let most = |characters: usize| u32::try_from(characters).unwrap_or(u32::MAX);
        CategoryPage {
            page: ctx.private_page(title, LIST),
            id: category.map(|category| category.id.to_string()),
            address: category.map(|category| format!("/courses?category={}", category.slug)),
            version: self.version.parse().unwrap_or(0),
            is_unused: category.is_some_and(|category| category.courses == 0),
            alert: None,
            name: Field::text("name", "Name")
                .required()
                .max_length(most(MAX_CATEGORY_NAME))
                .value(&self.name),
            description: Field::textarea("description", "Description", 2)
                .max_length(most(MAX_CATEGORY_TEXT))
                .hint("A sentence on what its courses are about.")
                .value(&self.description),
            target_audience: Field::textarea("target_audience", "For whom", 2)
                .max_length(most(MAX_CATEGORY_TEXT))
                .value(&self.target_audience),
        }
    }
}

/// `GET /admin/categories/new`
pub(super) async fn new(ctx: Ctx) -> Result<Response, PageError> {
    ctx.render(&CategoryForm::default().view(&ctx, None))
}

/// `POST /admin/categories`
pub(super) async fn create(
    State(app): State<App>,
    posted: Posted<CategoryForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    match authoring::create_category(&app.services, ctx.actor()?, form.details()).await {
        Ok(_) => Ok(ctx.redirect_with(LIST, Notice::CategorySaved)),
        Err(error) => again(&ctx, form.view(&ctx, None), error),
    }
}

/// `GET /admin/categories/{id}`
pub(super) async fn edit(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let category = authoring::authored_category(&app.services, ctx.actor()?, parse(&id)?).await?;
    ctx.render(&CategoryForm::of(&category).view(&ctx, Some(&category)))
}

/// `POST /admin/categories/{id}`
pub(super) async fn save(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<CategoryForm>,
) -> Result<Response, PageError> {
    let id = parse(&id)?;
    let Posted { ctx, form, .. } = posted;
    let (actor, version) = (ctx.actor()?, form.version.parse().ok());
    match authoring::save_category(&app.services, actor, id, version, form.details()).await {
        Ok(_) => Ok(ctx.redirect_with(LIST, Notice::CategorySaved)),
        Err(error) => {
            let current = authoring::authored_category(&app.services, actor, id).await?;
            let version = match &error {
                Error::Conflict { .. } => current.version.to_string(),
                _ => form.version.clone(),
            };
            again(&ctx, CategoryForm { version, ..form }.view(&ctx, Some(&current)), error)
        }
    }
}

fn again(ctx: &Ctx, mut view: CategoryPage, error: Error) -> Result<Response, PageError> {
    match &error {
        Error::Invalid(errors) => mark(errors, &mut view.fields_mut()),
        Error::Conflict { .. } => view.alert = Some(error.to_string()),
        _ => return Err(error.into()),
    }
    refused(ctx, &error, &view)
}

/// `POST /admin/categories/{id}/delete`
pub(super) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    authoring::delete_category(&app.services, posted.ctx.actor()?, parse(&id)?).await?;
    Ok(posted.ctx.redirect_with(LIST, Notice::CategoryDeleted))
}

fn parse(id: &str) -> Result<CategoryId, Error> {
    id.parse().map_err(|_| Error::NotFound("category"))
}
