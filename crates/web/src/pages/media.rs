//! Administration: the media library.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use chrono::TimeDelta;
use momentum_core::{
    Error,
    ids::MediaId,
    media::{
        self, ListedMedia, Media, MediaChanges, MediaFilter, MediaKind, MediaSort, MediaUse, OwnerKind,
        UseCounts, Visibility,
    },
};
use serde::Deserialize;

use super::{
    account::mark,
    context::{Ctx, Notice},
    failure::PageError,
    form::{Nothing, Params, Posted, PostedFiles},
};
use crate::{
    App,
    http::tus::media_status,
    present,
    views::{Choice, Field, MediaCard, MediaItemPage, MediaPage, MediaPicker, MediaUseLink, UploadedFile},
};

/// Files on a page of the library.
const PAGE: i64 = 24;

/// How long the library's own links to private files hold.
const OPEN_FOR: TimeDelta = TimeDelta::hours(1);

/// What is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct MediaQuery {
    q: String,
    kind: String,
    /// `used` or `unused`
    usage: String,
    sort: String,
    page: i64,
}

impl MediaQuery {
    fn filter(&self) -> MediaFilter {
        MediaFilter {
            name: self.q.chars().take(200).collect(),
            kind: MediaKind::parse(&self.kind),
            used: self.used(),
            sort: MediaSort::parse(&self.sort).unwrap_or(MediaSort::Newest),
            limit: PAGE,
            offset: (self.page.clamp(1, 10_000) - 1) * PAGE,
        }
    }

    fn used(&self) -> Option<bool> {
        match self.usage.as_str() {
            "used" => Some(true),
            "unused" => Some(false),
            _ => None,
        }
    }

    fn at(&self, path: &str, page: i64) -> String {
        format!(
            "{path}?q={}&kind={}&usage={}&sort={}&page={page}",
            present::encode(&self.q),
            present::encode(&self.kind),
            present::encode(&self.usage),
            present::encode(&self.sort)
        )
    }

    /// The pages before and after.
    fn neighbors(&self, path: &str, total: i64) -> (Option<String>, Option<String>) {
        let page = self.page.clamp(1, 10_000);
        let before = (page > 1).then(|| self.at(path, page - 1));
        (before, (page * PAGE < total).then(|| self.at(path, page + 1)))
    }
}

/// `GET /admin/media`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<MediaQuery>,
) -> Result<Response, PageError> {
    let view = library(&app, &ctx, &query).await?;
    ctx.render(&view)
}

async fn library(app: &App, ctx: &Ctx, query: &MediaQuery) -> Result<MediaPage, PageError> {
    let filter = query.filter();
    let (files, total) = media::list(&app.services, ctx.actor()?, &filter).await?;
    let (newer_url, older_url) = query.neighbors("/admin/media", total);
    Ok(MediaPage {
        page: ctx.private_page("Media", "/admin/media"),
        q: query.q.clone(),
        kinds: kinds(filter.kind),
        usages: Choice::list(&[("", "Used or not"), ("used", "Used"), ("unused", "Unused")], &query.usage),
        sorts: sorts(filter.sort),
        total_label: present::count(total, "file", "files"),
        filtered: !filter.name.trim().is_empty() || filter.kind.is_some() || filter.used.is_some(),
        items: cards(app, &files)?,
        newer_url,
        older_url,
        largest: present::bytes(app.services.media.largest()),
        upload_error: None,
        uploads: Vec::new(),
    })
}

/// `GET /admin/media/picker`: for the dialog in which authors choose.
pub(crate) async fn picker(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<MediaQuery>,
) -> Result<Response, PageError> {
    let filter = query.filter();
    let (files, total) = media::list(&app.services, ctx.actor()?, &filter).await?;
    let (newer_url, older_url) = query.neighbors("/admin/media/picker", total);
    ctx.render(&MediaPicker {
        page: ctx.private_page("Choose a file", "/admin/media/picker"),
        total_label: present::count(total, "file", "files"),
        filtered: !filter.name.trim().is_empty(),
        items: cards(&app, &files)?,
        newer_url,
        older_url,
    })
}

fn kinds(selected: Option<MediaKind>) -> Vec<Choice> {
    let mut choices =
        vec![Choice { value: String::new(), label: "All kinds".into(), selected: selected.is_none() }];
    choices.extend(MediaKind::ALL.iter().map(|kind| Choice {
        value: kind.as_str().into(),
        label: many(*kind).into(),
        selected: Some(*kind) == selected,
    }));
    choices
}

fn many(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "Pictures",
        MediaKind::Video => "Videos",
        MediaKind::Audio => "Sounds",
        MediaKind::Document => "Documents",
    }
}

fn sorts(selected: MediaSort) -> Vec<Choice> {
    let label = |sort: MediaSort| match sort {
        MediaSort::Newest => "Newest first",
        MediaSort::Oldest => "Oldest first",
        MediaSort::Name => "By name",
        MediaSort::Size => "Largest first",
    };
    let choice = |sort: &MediaSort| Choice {
        value: sort.as_str().into(),
        label: label(*sort).into(),
        selected: *sort == selected,
    };
    MediaSort::ALL.iter().map(choice).collect()
}

fn cards(app: &App, files: &[ListedMedia]) -> Result<Vec<MediaCard>, PageError> {
    let with_use = |listed: &ListedMedia| {
        let card = card(app, &listed.media)?;
        Ok(MediaCard { used: Some(used(&listed.used_in)), ..card })
    };
    files.iter().map(with_use).collect()
}

/// Such as `Used in 1 course and 3 lessons`.
fn used(counts: &UseCounts) -> String {
    let mut places = Vec::new();
    if counts.courses > 0 {
        places.push(present::count(counts.courses, "course", "courses"));
    }
    if counts.lessons > 0 {
        places.push(present::count(counts.lessons, "lesson", "lessons"));
    }
    if counts.site > 0 {
        places.push("the look of the site".to_owned());
    }
    if places.is_empty() { "Unused".to_owned() } else { format!("Used in {}", places.join(" and ")) }
}

fn card(app: &App, file: &Media) -> Result<MediaCard, PageError> {
    let shown = file.shown_at(&app.services, OPEN_FOR)?;
    Ok(MediaCard {
        id: file.id.to_string(),
        name: file.name.clone(),
        kind: file.kind.as_str(),
        facts: present::file_facts(file),
        thumbnail: (file.kind == MediaKind::Image).then(|| format!("{shown}&w=320")),
        private: file.visibility == Visibility::Private,
        url: file.address(),
        alt: file.alt.clone(),
        used: None,
    })
}

const TOO_LARGE_FOR_A_FORM: &str =
    "A form takes at most 20 MB. Larger files come in pieces; for that this page needs JavaScript.";

/// `POST /admin/media`: one or more files, for browsers without JavaScript. Those that can be used are kept; when others can't,
/// the page says what became of each.
pub(crate) async fn upload(State(app): State<App>, posted: PostedFiles) -> Result<Response, PageError> {
    let PostedFiles { ctx, form } = posted;
    let actor = ctx.actor()?;
    // What is wrong with the form as a whole.
    let mut refusal = match (form.too_large, form.files.is_empty()) {
        (true, _) => Some(Error::invalid("file", "too-large", TOO_LARGE_FOR_A_FORM)),
        (false, true) => Some(Error::invalid("file", "required", "Choose a file first.")),
        (false, false) => None,
    };
    let upload_error = refusal.as_ref().map(first_message);
    let mut uploads = Vec::with_capacity(form.files.len());
    for file in form.files {
        let name = file.name.clone();
        let error = match media::upload(&app.services, actor, file).await {
            Ok(_) => None,
            Err(error @ Error::Invalid(_)) => {
                let message = first_message(&error);
                refusal.get_or_insert(error);
                Some(message)
            }
            Err(other) => return Err(other.into()),
        };
        uploads.push(UploadedFile { name, error });
    }
    let Some(refusal) = refusal else { return Ok(ctx.redirect_with("/admin/media", Notice::FileAdded)) };
    let mut view = library(&app, &ctx, &MediaQuery::default()).await?;
    view.upload_error = upload_error;
    view.uploads = uploads;
    ctx.render_status(media_status(&refusal), &view)
}

fn first_message(error: &Error) -> String {
    match error {
        Error::Invalid(errors) => {
            errors.as_slice().first().map(|e| e.message.to_string()).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

fn file_id(text: &str) -> Result<MediaId, PageError> {
    Ok(text.parse().map_err(|_| Error::NotFound("file"))?)
}

/// `GET /admin/media/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let view = item(&app, &ctx, file_id(&id)?).await?;
    ctx.render(&view)
}

async fn item(app: &App, ctx: &Ctx, id: MediaId) -> Result<MediaItemPage, PageError> {
    let s = &app.services;
    let actor = ctx.actor()?;
    let file = media::find(s, actor, id).await?;
    let uses = media::uses(s, actor, id).await?;
    let now = s.clock.now();
    let choices = [
        (Visibility::Public, "Everybody who has the address"),
        (Visibility::Private, "Learners, through their lessons"),
    ];
    let choices = choices.map(|(visibility, label)| (visibility.as_str(), label));
    Ok(MediaItemPage {
        page: ctx.private_page(&file.name, &format!("/admin/media/{id}")),
        preview_url: file.shown_at(s, OPEN_FOR)?,
        preview_set: file.srcset(),
        width: file.width.unwrap_or(0),
        height: file.height.unwrap_or(0),
        revision: file.revision,
        name: Field::text("name", "Name")
            .required()
            .value(file.name.clone())
            .hint("What people call it here. Its address stays.")
            .max_length(200),
        alt: Field::text("alt", "What it shows")
            .value(file.alt.clone())
            .hint("Read out to people who can't see it. Leave it empty for mere decoration.")
            .max_length(500),
        visibility: Field::select(
            "visibility",
            "Who may see it",
            Choice::list(&choices, file.visibility.as_str()),
        ),
        added: present::moment(file.created_at, now, actor.time_zone),
        replaced: file.replaced_at.map(|at| present::moment(at, now, actor.time_zone)),
        accept: accept(&file),
        uses: uses.iter().map(use_link).collect(),
        item: card(app, &file)?,
        save_error: None,
        replace_error: None,
        delete_error: None,
    })
}

/// What may take its place.
fn accept(file: &Media) -> String {
    match file.kind {
        MediaKind::Image => "image/jpeg,image/png,image/webp".to_owned(),
        _ => format!(".{}", file.ending()),
    }
}

fn use_link(used: &MediaUse) -> MediaUseLink {
    let id = used.owner_id;
    let (place, url) = match used.owner_kind {
        OwnerKind::Course => ("Course", Some(format!("/admin/courses/{id}"))),
        OwnerKind::Lesson => ("Lesson", Some(format!("/admin/lessons/{id}"))),
        OwnerKind::Draft => ("Working copy of the lesson", Some(format!("/admin/lessons/{id}"))),
        OwnerKind::Branding => ("Site", None),
    };
    MediaUseLink { place, title: used.title.clone(), url }
}

/// What is said about a file, and what the form was made from.
#[derive(Deserialize)]
pub(crate) struct ItemForm {
    #[serde(default)]
    revision: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    alt: Option<String>,
    visibility: String,
    #[serde(default)]
    was_name: Option<String>,
    #[serde(default)]
    was_alt: Option<String>,
    #[serde(default)]
    was_visibility: Option<String>,
}

impl ItemForm {
    /// Without the texts that nobody touched: somebody else may have changed them since.
    fn touched(mut self) -> Self {
        for (typed, was) in [(&mut self.name, &self.was_name), (&mut self.alt, &self.was_alt)] {
            typed.take_if(|typed| was.as_ref().is_some_and(|was| was.trim() == typed.trim()));
        }
        self
    }
}

/// `POST /admin/media/{id}`
pub(crate) async fn save(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<ItemForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let form = form.touched();
    let id = file_id(&id)?;
    let visibility = Visibility::parse(&form.visibility)
        .ok_or_else(|| Error::invalid("visibility", "unknown", "Choose who may see it."))?;
    let changes = MediaChanges {
        name: form.name.clone(),
        alt: form.alt.clone(),
        visibility: Some(visibility).filter(|_| form.was_visibility.as_ref() != Some(&form.visibility)),
        revision: form.revision.parse().ok(),
    };
    match media::edit(&app.services, ctx.actor()?, id, changes).await {
        Ok(_) => Ok(ctx.redirect_with(&format!("/admin/media/{id}"), Notice::FileSaved)),
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. })) => {
            let mut view = item(&app, &ctx, id).await?;
            keep_typed(&mut view, form, visibility, &error);
            ctx.render_status(media_status(&error), &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// The form again with what was typed. When somebody else was faster, it says what is there now; who may see the file is then
/// as they chose, because what they closed must not be opened by not looking.
fn keep_typed(view: &mut MediaItemPage, form: ItemForm, visibility: Visibility, error: &Error) {
    let overtaken = matches!(error, Error::Conflict { code: "file-changed", .. });
    for (field, typed) in [(&mut view.name, form.name), (&mut view.alt, form.alt)] {
        let Some(typed) = typed.filter(|typed| typed.trim() != field.value) else { continue };
        field.error = overtaken.then(|| match field.value.as_str() {
            "" => "It is empty now.".to_owned(),
            now => format!("It is “{now}” now."),
        });
        field.value = typed;
    }
    if overtaken {
        let other = (visibility == Visibility::Private) != view.item.private;
        view.visibility.error = other.then(|| "Somebody else chose this meanwhile.".to_owned());
    } else {
        view.revision = form.revision.parse().unwrap_or(view.revision);
        view.visibility.choose(visibility.as_str());
    }
    match error {
        Error::Invalid(errors) => mark(errors, &mut [&mut view.name, &mut view.alt, &mut view.visibility]),
        other => view.save_error = Some(other.to_string()),
    }
}

/// `POST /admin/media/{id}/replace`
pub(crate) async fn replace(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: PostedFiles,
) -> Result<Response, PageError> {
    let PostedFiles { ctx, form } = posted;
    let id = file_id(&id)?;
    let result = match form.one("file", TOO_LARGE_FOR_A_FORM) {
        Ok(file) => media::replace(&app.services, ctx.actor()?, id, file).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(_) => Ok(ctx.redirect_with(&format!("/admin/media/{id}"), Notice::FileReplaced)),
        Err(error @ Error::Invalid(_)) => {
            let mut view = item(&app, &ctx, id).await?;
            view.replace_error = Some(first_message(&error));
            ctx.render_status(media_status(&error), &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/media/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let ctx = posted.ctx;
    let id = file_id(&id)?;
    match media::delete(&app.services, ctx.actor()?, id).await {
        Ok(()) => Ok(ctx.redirect_with("/admin/media", Notice::FileDeleted)),
        Err(error @ Error::Conflict { code: "in-use", .. }) => {
            let mut view = item(&app, &ctx, id).await?;
            view.delete_error = Some(error.to_string());
            ctx.render_status(StatusCode::CONFLICT, &view)
        }
        Err(other) => Err(other.into()),
    }
}
