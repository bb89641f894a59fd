//! Announcements: the list for everybody, and where administrators write them.

use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_core::{
    Error,
    announcements::{self, Announcement, Audience, Draft, Kind, Phase},
    ids::AnnouncementId,
};
use serde::Deserialize;

use super::{
    account::{mark, refused},
    banners::banner,
    context::{Ctx, Notice},
    failure::PageError,
    form::{LOCAL, Nothing, Params, Posted, local_moment},
};
use crate::{
    App, present,
    views::{
        AnnouncementPage, AnnouncementRow, AnnouncementsPage, Check, Choice, Control, Field, NewsItem,
        NewsPage,
    },
};

const LIST: &str = "/admin/announcements";

/// Announcements on a page of the list.
const PAGE: i64 = 50;

/// `GET /announcements`
pub(crate) async fn news(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let s = &app.services;
    let now = s.clock.now();
    let live = match &ctx.actor {
        Some(actor) => announcements::for_me(s, actor).await?,
        None => announcements::heard(s, None).await?.into_iter().map(|heard| (heard, true, false)).collect(),
    };
    if let Some(actor) = ctx.actor.as_ref().filter(|_| !ctx.in_advance) {
        announcements::mark_seen(s, actor).await?;
    }
    let zone = ctx.actor.as_deref().map_or(chrono_tz::UTC, |actor| actor.time_zone);
    let mut page = ctx.page("What’s new", "News and announcements.", "/announcements");
    page.robots_noindex = true;
    // They stand in the list.
    page.banners.clear();
    page.unread = 0;
    let items = live
        .iter()
        .map(|(heard, seen, _)| NewsItem {
            banner: banner(heard),
            since: present::moment(heard.announcement.starts_at, now, zone),
            is_new: !seen,
        })
        .collect();
    ctx.render(&NewsPage { page, items })
}

/// Which page of the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    page: i64,
}

/// `GET /admin/announcements`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<ListQuery>,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let page = query.page.clamp(1, 10_000);
    let offset = (page - 1) * PAGE;
    let (items, total) = announcements::announcements(&app.services, actor, PAGE, offset).await?;
    let now = app.services.clock.now();
    let at = |page: i64| format!("{LIST}?page={page}");
    ctx.render(&AnnouncementsPage {
        page: ctx.private_page("Announcements", LIST),
        rows: items.iter().map(|item| row(item, now, actor.time_zone)).collect(),
        total_label: present::count(total, "announcement", "announcements"),
        newer_url: (page > 1).then(|| at(page - 1)),
        older_url: (offset + PAGE < total).then(|| at(page + 1)),
    })
}

fn row(item: &Announcement, now: DateTime<Utc>, zone: Tz) -> AnnouncementRow {
    let (state, state_label) = match item.phase(now) {
        Phase::Scheduled => ("scheduled", "To come"),
        Phase::Live => ("live", "Live"),
        Phase::Over => ("over", "Over"),
    };
    AnnouncementRow {
        id: item.id.to_string(),
        title: item.title.clone(),
        state,
        state_label,
        audience: audience_label(item.audience),
        starts: present::moment(item.starts_at, now, zone),
        ends: item.ends_at.map(|at| present::moment(at, now, zone)),
        banner: item.banner,
    }
}

fn audience_label(audience: Audience) -> &'static str {
    match audience {
        Audience::Everybody => "Everybody",
        Audience::SignedIn => "Everybody who is signed in",
        Audience::Free => "Free members",
        Audience::Premium => "Premium members",
        Audience::Admins => "Administrators",
    }
}

fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Info => "News",
        Kind::Success => "Good news",
        Kind::Warning => "Warning",
    }
}

/// The form as it is sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct AnnouncementForm {
    version: String,
    title: String,
    body: String,
    kind: String,
    audience: String,
    starts_at: String,
    ends_at: String,
    link_url: String,
    link_label: String,
    banner: bool,
    dismissible: bool,
}

impl AnnouncementForm {
    fn of(item: &Announcement, zone: Tz) -> Self {
        let local = |at: DateTime<Utc>| at.with_timezone(&zone).format(LOCAL).to_string();
        Self {
            version: item.version.to_string(),
            title: item.title.clone(),
            body: item.body.clone(),
            kind: item.kind.as_str().into(),
            audience: item.audience.as_str().into(),
            starts_at: local(item.starts_at),
            ends_at: item.ends_at.map(local).unwrap_or_default(),
            link_url: item.link_url.clone(),
            link_label: item.link_label.clone(),
            banner: item.banner,
            dismissible: item.dismissible,
        }
    }

    fn draft(&self, zone: Tz) -> Result<Draft, Error> {
        Ok(Draft {
            title: self.title.clone(),
            body: self.body.clone(),
            kind: self.kind.parse()?,
            audience: self.audience.parse()?,
            starts_at: local_moment("starts_at", &self.starts_at, zone)?,
            ends_at: local_moment("ends_at", &self.ends_at, zone)?,
            banner: self.banner,
            dismissible: self.dismissible,
            link_url: self.link_url.clone(),
            link_label: self.link_label.clone(),
        })
    }

    fn view(&self, ctx: &Ctx, id: Option<AnnouncementId>) -> Result<AnnouncementPage, PageError> {
        let zone = ctx.actor()?.time_zone;
        let title = if id.is_some() { "Edit the announcement" } else { "A new announcement" };
        let kinds = Kind::ALL.map(|kind| (kind.as_str(), kind_label(kind)));
        let audiences = Audience::ALL.map(|audience| (audience.as_str(), audience_label(audience)));
        let time = |name, label, value: &str| {
            let mut field = Field::text(name, label).value(value);
            field.control = Control::Input("datetime-local");
            field
        };
        Ok(AnnouncementPage {
            page: ctx.private_page(title, LIST),
            id: id.map(|id| id.to_string()),
            version: self.version.parse().unwrap_or(0),
            alert: None,
            title: Field::text("title", "Title").required().max_length(120).value(&self.title),
            body: Field::textarea("body", "Text", 4)
                .max_length(2_000)
                .hint("A sentence or two, in Markdown: links, emphasis, lists. It may stay empty.")
                .value(&self.body),
            kind: Field::select("kind", "Kind", Choice::list(&kinds, &self.kind)),
            audience: Field::select("audience", "For", Choice::list(&audiences, &self.audience)),
            starts_at: time("starts_at", "From", &self.starts_at),
            ends_at: time("ends_at", "Until", &self.ends_at),
            link_url: Field::text("link_url", "Link").max_length(500).value(&self.link_url),
            link_label: Field::text("link_label", "Words of the link").max_length(60).value(&self.link_label),
            switches: vec![
                Check::switch(
                    "banner",
                    "Banner on top of every page",
                    "Otherwise it stands only under “What’s new”.",
                    self.banner,
                ),
                Check::switch(
                    "dismissible",
                    "People can put the banner away",
                    "Otherwise it stays until it is over.",
                    self.dismissible,
                ),
            ],
            time_zone: zone.name().replace('_', " "),
            preview: None,
        })
    }
}

/// `GET /admin/announcements/new`
pub(crate) async fn new(ctx: Ctx) -> Result<Response, PageError> {
    let form = AnnouncementForm { banner: true, dismissible: true, ..AnnouncementForm::default() };
    ctx.render(&form.view(&ctx, None)?)
}

/// `POST /admin/announcements`
pub(crate) async fn create(
    State(app): State<App>,
    posted: Posted<AnnouncementForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    let made = match form.draft(actor.time_zone) {
        Ok(draft) => announcements::create(&app.services, actor, draft).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(ctx.redirect_with(LIST, Notice::AnnouncementSaved)),
        Err(error) => again(&ctx, &form, None, error),
    }
}

/// `GET /admin/announcements/{id}`
pub(crate) async fn edit(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = parse(&id)?;
    let actor = ctx.actor()?;
    let item = announcements::announcement(&app.services, actor, id).await?;
    let mut view = AnnouncementForm::of(&item, actor.time_zone).view(&ctx, Some(id))?;
    view.preview = Some(banner(&item.into()));
    ctx.render(&view)
}

/// `POST /admin/announcements/{id}`
pub(crate) async fn save(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<AnnouncementForm>,
) -> Result<Response, PageError> {
    let id = parse(&id)?;
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    let version = form.version.parse().ok();
    let saved = match form.draft(actor.time_zone) {
        Ok(draft) => announcements::update(&app.services, actor, id, draft, version).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(ctx.redirect_with(LIST, Notice::AnnouncementSaved)),
        Err(Error::Conflict { code, message }) => {
            let current = announcements::announcement(&app.services, actor, id).await?;
            let form = AnnouncementForm { version: current.version.to_string(), ..form };
            again(&ctx, &form, Some(id), Error::Conflict { code, message })
        }
        Err(error) => again(&ctx, &form, Some(id), error),
    }
}

fn again(
    ctx: &Ctx,
    form: &AnnouncementForm,
    id: Option<AnnouncementId>,
    error: Error,
) -> Result<Response, PageError> {
    let mut view = form.view(ctx, id)?;
    match &error {
        Error::Invalid(errors) => mark(errors, &mut view.fields_mut()),
        Error::Conflict { .. } => view.alert = Some(error.to_string()),
        _ => return Err(error.into()),
    }
    refused(ctx, &error, &view)
}

/// `POST /admin/announcements/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    announcements::delete(&app.services, posted.ctx.actor()?, parse(&id)?).await?;
    Ok(posted.ctx.redirect_with(LIST, Notice::AnnouncementDeleted))
}

fn parse(id: &str) -> Result<AnnouncementId, Error> {
    id.parse().map_err(|_| Error::NotFound("announcement"))
}
