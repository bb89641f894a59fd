//! Administration: how accounts are protected.

use axum::{extract::State, response::Response};
use momentum_core::{Error, identity, settings::Security};
use serde::Deserialize;

use super::{
    account::{mark, refused},
    context::{Ctx, Notice},
    failure::PageError,
    form::Posted,
};
use crate::{App, views::SecuritySettingsPage};

const PATH: &str = "/admin/settings/security";

/// `GET /admin/settings/security`
pub(crate) async fn show(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let settings = identity::security_settings(&app.services, ctx.actor()?).await?;
    let typed = SettingsForm {
        mfa_required_for: settings.mfa_required_for,
        allowed_email_domains: settings.allowed_email_domains.join("\n"),
        denied_email_domains: settings.denied_email_domains.join("\n"),
        audit_retention_days: settings.audit_retention_days.to_string(),
    };
    ctx.render(&typed.view(&ctx))
}

/// The form as it is sent.
#[derive(Deserialize)]
pub(crate) struct SettingsForm {
    #[serde(default)]
    mfa_required_for: Vec<String>,
    #[serde(default)]
    allowed_email_domains: String,
    #[serde(default)]
    denied_email_domains: String,
    #[serde(default)]
    audit_retention_days: String,
}

impl SettingsForm {
    fn view(&self, ctx: &Ctx) -> SecuritySettingsPage {
        let page = ctx.private_page("Security", PATH);
        let mut view = SecuritySettingsPage::new(page, &self.mfa_required_for);
        view.allowed = view.allowed.value(&self.allowed_email_domains);
        view.denied = view.denied.value(&self.denied_email_domains);
        view.retention = view.retention.value(&self.audit_retention_days);
        view
    }

    fn settings(&self) -> Result<Security, Error> {
        let days = self.audit_retention_days.trim().parse().map_err(|_| {
            Error::invalid("audit_retention_days", "invalid", "Enter a whole number of days.")
        })?;
        Ok(Security {
            mfa_required_for: self.mfa_required_for.clone(),
            allowed_email_domains: domains(&self.allowed_email_domains),
            denied_email_domains: domains(&self.denied_email_domains),
            audit_retention_days: days,
        })
    }
}

/// One a line, or with commas between them.
fn domains(text: &str) -> Vec<String> {
    text.split([',', ' ', '\n', '\r', '\t'])
        .filter(|domain| !domain.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// `POST /admin/settings/security`
pub(crate) async fn save(
    State(app): State<App>,
    posted: Posted<SettingsForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    let saved = match form.settings() {
        Ok(settings) => identity::change_security_settings(&app.services, actor, settings).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(ctx.redirect_with(PATH, Notice::SettingsSaved)),
        Err(error @ Error::Invalid(_)) => {
            let mut view = form.view(&ctx);
            if let Error::Invalid(errors) = &error {
                mark(errors, &mut [&mut view.allowed, &mut view.denied, &mut view.retention]);
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}
