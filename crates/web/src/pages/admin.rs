//! Administration: the mailbox.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_core::{
    Error,
    identity::Actor,
    ids::MailId,
    messaging::{MailFilter, MailState, MailSummary, Message},
    operations::{self, OpenedMail},
};
use serde::Deserialize;

use super::{
    context::{Ctx, Notice},
    failure::PageError,
    form::{Nothing, Params, Posted},
};
use crate::{
    App,
    http::headers::OwnPolicy,
    present,
    views::{Choice, MailPage, MailRow, MailTab, MailboxPage},
};

/// Mails on a page of the list.
const PAGE: i64 = 50;

/// What is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct MailboxQuery {
    q: String,
    template: String,
    state: String,
    page: i64,
}

/// `GET /admin/mail`
pub(crate) async fn mailbox(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<MailboxQuery>,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let page = query.page.clamp(1, 10_000);
    let filter = MailFilter {
        address: query.q.chars().take(254).collect(),
        template: Some(query.template.clone()).filter(|name| !name.is_empty()),
        state: query.state.parse().ok(),
        limit: PAGE,
        offset: (page - 1) * PAGE,
    };
    let (mails, total) = operations::mails(&app.services, actor, &filter).await?;
    let now = app.services.clock.now();
    let at = |page: i64| {
        format!(
            "/admin/mail?q={}&template={}&state={}&page={page}",
            present::encode(&query.q),
            present::encode(&query.template),
            present::encode(&query.state)
        )
    };
    let view = MailboxPage {
        page: ctx.private_page("Mailbox", "/admin/mail"),
        keeps: app.services.mailer.is_none(),
        kept_days: app.services.live.now().system.mail_retention_days,
        templates: templates(&query.template),
        states: states(filter.state),
        total_label: present::count(total, "mail", "mails"),
        filtered: !filter.address.trim().is_empty() || filter.template.is_some() || filter.state.is_some(),
        mails: mails.iter().map(|mail| row(mail, now, actor.time_zone)).collect(),
        newer_url: (page > 1).then(|| at(page - 1)),
        older_url: (filter.offset + PAGE < total).then(|| at(page + 1)),
        q: query.q,
    };
    ctx.render(&view)
}

fn templates(selected: &str) -> Vec<Choice> {
    let mut choices =
        vec![Choice { value: String::new(), label: "All kinds".into(), selected: selected.is_empty() }];
    choices.extend(Message::samples().iter().map(|message| {
        let name = message.template();
        Choice { value: name.into(), label: kind(name), selected: name == selected }
    }));
    choices
}

fn states(selected: Option<MailState>) -> Vec<Choice> {
    let mut choices =
        vec![Choice { value: String::new(), label: "All states".into(), selected: selected.is_none() }];
    choices.extend(MailState::ALL.into_iter().map(|state| Choice {
        value: state.as_str().into(),
        label: state_label(state).into(),
        selected: Some(state) == selected,
    }));
    choices
}

/// `Reset password` for `reset-password`.
fn kind(template: &str) -> String {
    let words = template.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn state_label(state: MailState) -> &'static str {
    match state {
        MailState::Queued => "Waiting",
        MailState::Sending => "Being sent",
        MailState::Sent => "Sent",
        MailState::Kept => "Kept here",
        MailState::Failed => "Failed",
    }
}

fn row(mail: &MailSummary, now: DateTime<Utc>, zone: Tz) -> MailRow {
    MailRow {
        id: mail.id.to_string(),
        subject: mail.subject.clone().unwrap_or_else(|| kind(&mail.template)),
        to: format!("{} <{}>", mail.name, mail.email),
        state: mail.state.as_str(),
        state_label: state_label(mail.state),
        created: present::moment(mail.created_at, now, zone),
        error: mail.error.clone(),
    }
}

/// Which way a mail is looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ViewQuery {
    view: String,
    key: String,
}

/// `GET /admin/mail/{id}`
pub(crate) async fn mail(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
    Params(query): Params<ViewQuery>,
) -> Result<Response, PageError> {
    let id = parse(&id)?;
    let actor = ctx.actor()?;
    let mail = operations::open_mail(&app.services, actor, id).await?;
    let summary = &mail.summary;
    let now = app.services.clock.now();
    let (view, body) = match query.view.as_str() {
        "text" => ("text", mail.rendered.text.clone()),
        "source" => ("source", source(&app, &mail)),
        _ => ("html", String::new()),
    };
    // The frame gets a key of its own: it shows what this page was opened, and audited, for.
    let key = app.services.secret.form_token(&binding(actor, id))?;
    let page = MailPage {
        page: ctx.private_page(&mail.rendered.subject, "/admin/mail"),
        mail: row(summary, now, actor.time_zone),
        attempts: match summary.attempts {
            0 => String::new(),
            1 => "Tried once".into(),
            n => format!("Tried {n} times"),
        },
        can_retry: summary.state == MailState::Failed,
        from: sender(&app),
        template: kind(&summary.template),
        sent: summary.sent_at.map(|at| present::moment(at, now, actor.time_zone)),
        tabs: [("html", "Mail"), ("text", "Text"), ("source", "Source")]
            .into_iter()
            .map(|(name, label)| MailTab {
                url: format!("/admin/mail/{id}?view={name}"),
                label,
                current: name == view,
            })
            .collect(),
        content_url: (view == "html").then(|| format!("/admin/mail/{id}/content?key={key}")),
        body,
    };
    ctx.render(&page)
}

/// `GET /admin/mail/{id}/content`: the HTML part, for the frame of the page above. Nothing in it may run, load or lead
/// anywhere.
pub(crate) async fn mail_content(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
    Params(query): Params<ViewQuery>,
) -> Result<Response, PageError> {
    let id = parse(&id)?;
    let actor = ctx.actor()?;
    if !app.services.secret.verify_form_token(&query.key, &binding(actor, id)) {
        return Err(Error::NotFound("mail").into());
    }
    let html = operations::mail_html(&app.services, actor, id).await?;
    let mut response = Html(html).into_response();
    response
        .extensions_mut()
        .insert(OwnPolicy("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"));
    Ok(response)
}

/// `POST /admin/mail/{id}/retry`
pub(crate) async fn retry_mail(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id = parse(&id)?;
    operations::retry_mail(&app.services, posted.ctx.actor()?, id).await?;
    Ok(posted.ctx.redirect_with(&format!("/admin/mail/{id}"), Notice::MailQueued))
}

fn parse(id: &str) -> Result<MailId, Error> {
    id.parse().map_err(|_| Error::NotFound("mail"))
}

fn binding(actor: &Actor, id: MailId) -> String {
    format!("mail {id} {}", actor.session)
}

/// Who mails come from.
fn sender(app: &App) -> String {
    app.services.live.now().mail_from(&app.services.settings)
}

/// What the receiver's program sees before it shows anything.
fn source(app: &App, mail: &OpenedMail) -> String {
    let OpenedMail { summary, rendered } = mail;
    format!(
        "From: {}\nTo: {} <{}>\nSubject: {}\nDate: {}\nContent-Type: text/html; charset=utf-8\n\n{}",
        sender(app),
        summary.name,
        summary.email,
        rendered.subject,
        summary.sent_at.unwrap_or(summary.created_at).to_rfc2822(),
        rendered.html
    )
}
