//! Administration: the settings, one page a section.

use axum::{
    extract::State,
    response::{Redirect, Response},
};
use momentum_core::{
    Error,
    operations::{self, SystemFacts},
    settings::{Branding, Section, Stored, Theme, palette::ENOUGH},
};

use super::{
    account::{mark, refused},
    context::{Ctx, Notice},
    failure::PageError,
    form::{Nothing, Posted, PostedFiles},
    settings_forms::{BrandingForm, SettingsForm},
};
use crate::{
    App, present,
    views::{BrandPreview, BrandPreviewPart, Fact, LogoForm, PreviewTheme, ReadingRow, SettingsPage},
};

const BRANDING: &str = "/admin/settings/branding";

/// `GET /admin/settings`
pub(crate) async fn index() -> Redirect {
    Redirect::to("/admin/settings/general")
}

/// `GET /admin/settings/{section}`
pub(crate) async fn show<F: SettingsForm>(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    if F::SENSITIVE {
        ctx.require_recent_proof()?;
    }
    let stored = operations::settings::<F::Section>(&app.services, ctx.actor()?).await?;
    let view = view(&app, &ctx, &F::of(&stored.settings), &stored).await?;
    ctx.render(&view)
}

/// `POST /admin/settings/{section}`
pub(crate) async fn save<F: SettingsForm>(
    State(app): State<App>,
    posted: Posted<F>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    let saved = match form.section() {
        Ok(section) => {
            operations::change_settings(&app.services, actor, section, form.version()).await.map(|_| ())
        }
        Err(error) => Err(error),
    };
    let error = match saved {
        Ok(()) => return Ok(ctx.redirect_with(&path::<F>(), Notice::SettingsSaved)),
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. })) => error,
        Err(other) => return Err(other.into()),
    };
    let stored = operations::settings::<F::Section>(&app.services, actor).await?;
    let mut view = view(&app, &ctx, &form, &stored).await?;
    match &error {
        Error::Invalid(errors) => {
            mark(errors, &mut view.fields_mut());
            // What was typed is still made from the version that it was made from.
            view.version = form.version().unwrap_or(stored.version);
        }
        other => {
            view.alert = Some(other.to_string());
            if let Ok(mut typed) = form.section() {
                typed.tidy();
                let differing = operations::differing_fields(&stored.settings, &typed);
                view.theirs = differing
                    .into_iter()
                    .map(|(name, value)| {
                        let label = view.field(&name).map(|field| field.label.clone());
                        (label.unwrap_or_else(|| name.replace('_', " ")), value)
                    })
                    .collect();
            }
        }
    }
    refused(&ctx, &error, &view)
}

fn path<F: SettingsForm>() -> String {
    format!("/admin/settings/{}", F::Section::NAME)
}

async fn view<F: SettingsForm>(
    app: &App,
    ctx: &Ctx,
    form: &F,
    stored: &Stored<F::Section>,
) -> Result<SettingsPage, PageError> {
    let actor = ctx.actor()?;
    let page = ctx.private_page(F::TITLE, &path::<F>());
    let mut view = SettingsPage::new(page, F::Section::NAME, F::INTRO, form.groups());
    view.version = stored.version;
    view.changed = stored.changed_at.map(|at| present::moment(at, app.services.clock.now(), actor.time_zone));
    if let Some(branding) = form.branding() {
        view.preview = Some(preview(&branding));
        let current = ctx.page("", "", "").site.logo;
        view.logo = Some(LogoForm { current, error: None });
    }
    if F::FACTS {
        view.facts = facts(&operations::system_facts(&app.services, actor).await?);
    }
    Ok(view)
}

fn facts(facts: &SystemFacts) -> Vec<Fact> {
    let fact = |label, value: String| Fact { label, value };
    let megabytes = |bytes: usize| format!("{} MB", bytes / (1024 * 1024));
    let minutes = facts.uptime_seconds / 60;
    vec![
        fact("Version", facts.version.to_owned()),
        fact("Database", facts.database.clone()),
        fact("Public address", facts.base_url.clone()),
        fact(
            "Mail",
            if facts.sends_mail { "Sent by a mail server" } else { "Kept in the mailbox" }.to_owned(),
        ),
        fact("Mails come from", facts.mail_from.clone()),
        fact(
            "Background work",
            format!(
                "{} waiting, {} running, {} given up",
                present::number(facts.jobs_queued),
                present::number(facts.jobs_running),
                present::number(facts.jobs_dead)
            ),
        ),
        fact("Running for", format!("{} h {} min", minutes / 60, minutes % 60)),
        fact("Largest picture of a person", megabytes(facts.max_avatar_bytes)),
        fact("Largest logo", megabytes(facts.max_logo_bytes)),
    ]
}

/// What these colors look like, whether they may be saved or not.
fn preview(branding: &Branding) -> BrandPreview {
    let mut branding = branding.clone();
    branding.tidy();
    let mut errors = momentum_core::FieldErrors::default();
    branding.check(&mut errors);
    let problems = errors
        .as_slice()
        .iter()
        .filter_map(|error| {
            let name = match error.field.as_ref() {
                "primary_color" => "Primary color",
                "accent_color" => "Accent color",
                _ => return None,
            };
            Some(format!("{name}: {}", error.message))
        })
        .collect();
    let (primary, accent) = branding.palettes();
    let theme = |name, paper, ink, primary: Theme, accent: Theme| PreviewTheme {
        name,
        paper,
        ink,
        fill: primary.fill.to_string(),
        on: primary.on.to_string(),
        link: primary.text.to_string(),
        panel: accent.fill.to_string(),
        on_panel: accent.on.to_string(),
    };
    BrandPreview {
        problems,
        themes: vec![
            theme("Light", "#fbf5e9", "#221b16", primary.day, accent.day),
            theme("Dark", "#16120f", "#f7efe3", primary.night, accent.night),
        ],
        readings: branding
            .readings()
            .into_iter()
            .map(|reading| ReadingRow {
                what: reading.what,
                ratio: format!("{:.1}:1", (reading.ratio * 10.0).floor() / 10.0),
                good: reading.ratio >= ENOUGH,
                text: reading.text,
                ground: reading.ground,
            })
            .collect(),
    }
}

/// `POST /admin/settings/branding/preview`: nothing is saved.
pub(crate) async fn preview_branding(
    State(app): State<App>,
    posted: Posted<BrandingForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    if ctx.partial {
        let page = ctx.private_page("Branding", BRANDING);
        let preview = form.branding().map(|branding| preview(&branding));
        let preview = preview.ok_or(Error::NotFound("preview"))?;
        return ctx.render(&BrandPreviewPart { page, preview });
    }
    let stored = operations::settings::<Branding>(&app.services, actor).await?;
    let mut view = view(&app, &ctx, &form, &stored).await?;
    view.version = form.version().unwrap_or(stored.version);
    ctx.render(&view)
}

/// `POST /admin/settings/branding/logo`
pub(crate) async fn save_logo(State(app): State<App>, posted: PostedFiles) -> Result<Response, PageError> {
    let PostedFiles { ctx, form } = posted;
    let actor = ctx.actor()?;
    let saved = match form.one("logo", "A logo has at most 2 MB.") {
        Ok(file) => operations::set_logo(&app.services, actor, file.content).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(ctx.redirect_with(BRANDING, Notice::LogoSaved)),
        Err(error @ Error::Invalid(_)) => {
            let stored = operations::settings::<Branding>(&app.services, actor).await?;
            let mut view = view(&app, &ctx, &BrandingForm::of(&stored.settings), &stored).await?;
            if let (Error::Invalid(errors), Some(logo)) = (&error, &mut view.logo) {
                logo.error = errors.as_slice().first().map(|error| error.message.to_string());
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/settings/branding/logo/remove`
pub(crate) async fn remove_logo(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    operations::remove_logo(&app.services, posted.ctx.actor()?).await?;
    Ok(posted.ctx.redirect_with(BRANDING, Notice::LogoRemoved))
}
