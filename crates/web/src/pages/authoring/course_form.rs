//! The details of a course.

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{
    Error,
    authoring::{self, AuthoredCourse, CourseDetails, ReviewState},
    catalog::{Access, CourseStatus, Level, Money},
    ids::CourseId,
};
use serde::Deserialize;

use super::{lesson_form::changed, lines, status_label};
use crate::{
    App,
    pages::{
        account::{mark, refused},
        context::{Ctx, Notice},
        failure::PageError,
        form::Posted,
    },
    present,
    views::{CheckLine, Choice, Control, CourseFormPage, CourseHead},
};

/// The form as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CourseForm {
    version: i64,
    title: String,
    slug: String,
    subtitle: String,
    category: String,
    description: String,
    tags: String,
    duration_days: String,
    level: String,
    language: String,
    access: String,
    price: String,
    currency: String,
    premium_included: Option<String>,
    author: String,
    audience: String,
    objectives: String,
    drip: Option<String>,
    intro_video_url: String,
    thumbnail_url: String,
}

impl CourseForm {
    fn of(version: i64, course: &CourseDetails) -> Self {
        let yes = |value: bool| value.then(|| "true".to_owned());
        let price = course.price.as_ref();
        Self {
            version,
            title: course.title.clone(),
            slug: course.slug.clone(),
            subtitle: course.subtitle.clone(),
            category: course.category.clone(),
            description: course.description.clone(),
            tags: course.tags.join(", "),
            duration_days: course.duration_days.to_string(),
            level: course.level.as_str().to_owned(),
            language: course.language.clone(),
            access: course.access.as_str().to_owned(),
            price: price.map(present::amount).unwrap_or_default(),
            currency: price.map_or_else(|| "USD".to_owned(), |price| price.currency.clone()),
            premium_included: yes(course.premium_included),
            author: course.author.clone(),
            audience: course.audience.clone(),
            objectives: course.objectives.join("\n"),
            drip: yes(course.drip),
            intro_video_url: course.intro_video_url.clone().unwrap_or_default(),
            thumbnail_url: course.thumbnail_url.clone().unwrap_or_default(),
        }
    }

    fn details(&self) -> Result<CourseDetails, Error> {
        let choose = |field: &'static str| Error::invalid(field, "invalid", "Choose one of these.");
        let access = Access::parse(&self.access).ok_or_else(|| choose("access"))?;
        let price = match (access, self.price.trim()) {
            (Access::Paid, text) if !text.is_empty() => {
                let amount = present::parse_amount(text, &self.currency).ok_or_else(|| {
                    Error::invalid("price", "invalid", "Enter an amount such as 19 or 19.50.")
                })?;
                Some(Money { amount, currency: self.currency.clone() })
            }
            _ => None,
        };
        let optional = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        Ok(CourseDetails {
            title: self.title.clone(),
            slug: self.slug.clone(),
            subtitle: self.subtitle.clone(),
            description: self.description.replace("\r\n", "\n"),
            category: self.category.clone(),
            tags: self.tags.split([',', '\n']).map(ToOwned::to_owned).collect(),
            duration_days: self.duration_days.parse().map_err(|_| choose("duration_days"))?,
            level: Level::parse(&self.level).ok_or_else(|| choose("level"))?,
            language: self.language.clone(),
            access,
            price,
            premium_included: self.premium_included.is_some(),
            author: self.author.clone(),
            audience: self.audience.clone(),
            objectives: lines(&self.objectives),
            drip: self.drip.is_some(),
            intro_video_url: optional(&self.intro_video_url),
            thumbnail_url: optional(&self.thumbnail_url),
        })
    }

    async fn view(
        &self,
        app: &App,
        ctx: &Ctx,
        course: Option<&AuthoredCourse>,
    ) -> Result<CourseFormPage, PageError> {
        let (title, path) = match course {
            Some(course) => (course.details.title.as_str(), format!("/admin/courses/{}", course.id)),
            None => ("New course", "/admin/courses/new".to_owned()),
        };
        let mut categories = vec![("", "Choose one")];
        let known = authoring::categories(&app.services).await?;
        categories.extend(known.iter().map(|(slug, name)| (slug.as_str(), name.as_str())));
        let page = ctx.private_page(title, &path);
        let mut view = CourseFormPage::new(page, Choice::list(&categories, &self.category));
        view.version = self.version;
        for (field, value) in view.fields().into_iter().zip([
            &self.title,
            &self.slug,
            &self.subtitle,
            &self.category,
            &self.description,
            &self.objectives,
            &self.audience,
            &self.author,
            &self.tags,
            &self.duration_days,
            &self.level,
            &self.language,
            &self.access,
            &self.price,
            &self.currency,
            &self.intro_video_url,
            &self.thumbnail_url,
        ]) {
            field.value.clone_from(value);
        }
        let choices = |pairs: &[(&str, &str)], selected: &str| Control::Select(Choice::list(pairs, selected));
        view.duration.control =
            choices(&[("7", "7 days"), ("14", "14 days"), ("21", "21 days")], &self.duration_days);
        view.level.control = choices(
            &[("beginner", "Beginner"), ("intermediate", "Intermediate"), ("advanced", "Advanced")],
            &self.level,
        );
        view.access.control = choices(
            &[("free", "Everybody"), ("premium", "Premium members"), ("paid", "Whoever buys it")],
            &self.access,
        );
        if let Control::Select(currencies) = &mut view.currency.control {
            if !currencies.iter().any(|choice| choice.value == self.currency) {
                let (value, label) = (self.currency.clone(), self.currency.clone());
                currencies.push(Choice { value, label, selected: false });
            }
            for choice in currencies {
                choice.selected = choice.value == self.currency;
            }
        }
        view.premium_included = self.premium_included.is_some();
        view.drip = self.drip.is_some();
        if let Some(course) = course {
            view.head = Some(head(course, "details"));
            view.learners = course.enrollment_count;
            view.checklist = course
                .checklist
                .iter()
                .map(|item| CheckLine {
                    label: item.label.clone(),
                    done: item.done,
                    required: item.required,
                    hint: item.hint.clone(),
                })
                .collect();
        }
        Ok(view)
    }
}

/// What stands over every page of a course.
pub(super) fn head(course: &AuthoredCourse, tab: &'static str) -> CourseHead {
    let published = course.status == CourseStatus::Published;
    CourseHead {
        id: course.id.to_string(),
        title: course.details.title.clone(),
        status: course.status.as_str(),
        status_label: status_label(course.status),
        review_url: (course.review_state == ReviewState::Pending)
            .then(|| format!("/admin/ai/review/{}", course.id)),
        public_url: published.then(|| format!("/courses/{}", course.details.slug)),
        tab,
    }
}

/// `GET /admin/courses/new`
pub(crate) async fn new(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let empty = CourseDetails { author: ctx.actor()?.name.clone(), ..CourseDetails::default() };
    let view = CourseForm::of(0, &empty).view(&app, &ctx, None).await?;
    ctx.render(&view)
}

/// `POST /admin/courses/new`
pub(crate) async fn create(
    State(app): State<App>,
    posted: Posted<CourseForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let created = match form.details() {
        Ok(details) => authoring::create_course(&app.services, ctx.actor()?, details).await,
        Err(error) => Err(error),
    };
    match created {
        Ok(course) => {
            let next = format!("/admin/courses/{}/lessons", course.id);
            Ok(ctx.redirect_with(&next, Notice::CourseCreated))
        }
        Err(error) => again(&app, &ctx, &form, None, error).await,
    }
}

/// The form with what was typed and what is wrong.
async fn again(
    app: &App,
    ctx: &Ctx,
    form: &CourseForm,
    course: Option<&AuthoredCourse>,
    error: Error,
) -> Result<Response, PageError> {
    let mut view = form.view(app, ctx, course).await?;
    match &error {
        Error::Invalid(errors) => mark(errors, &mut view.fields()),
        Error::Conflict { .. } => {
            view.alert = Some(error.to_string());
            if let (Some(course), Ok(mine)) = (course, form.details()) {
                view.conflict = Some(changed(&authoring::compare_courses(&course.details, &mine)));
                // Whoever saves once more has seen what differs.
                view.version = course.version;
            }
        }
        _ => return Err(error.into()),
    }
    refused(ctx, &error, &view)
}

pub(super) fn course_id(text: &str) -> Result<CourseId, Error> {
    text.parse().map_err(|_| Error::NotFound("course"))
}

/// `GET /admin/courses/{id}`
pub(crate) async fn edit(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let course = authoring::course(&app.services, ctx.actor()?, course_id(&id)?).await?;
    let view = CourseForm::of(course.version, &course.details).view(&app, &ctx, Some(&course)).await?;
    ctx.render(&view)
}

/// `POST /admin/courses/{id}`
pub(crate) async fn save(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<CourseForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = course_id(&id)?;
    let actor = ctx.actor()?;
    let saved = match form.details() {
        Ok(details) => authoring::save_course(&app.services, actor, id, Some(form.version), details).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(ctx.redirect_with(&format!("/admin/courses/{id}"), Notice::CourseSaved)),
        Err(error @ Error::NotFound(_)) => Err(error.into()),
        Err(error) => {
            let course = authoring::course(&app.services, actor, id).await?;
            again(&app, &ctx, &form, Some(&course), error).await
        }
    }
}
