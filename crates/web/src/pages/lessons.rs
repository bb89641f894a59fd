//! A lesson: reading it, and what a learner does in it.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Utc};
use momentum_core::{
    Error,
    catalog::{self, Course, Lesson},
    identity::Actor,
    ids::{ActionItemId, LessonId},
    learning::{self, LessonView, OwnLesson, ProgressUpdate, Standing},
    media,
};
use serde::Deserialize;

use super::{
    context::{Ctx, Notice},
    engagement::{earned_at, earned_now},
    failure::PageError,
    form::{Nothing, Posted},
    quiz::teaser,
    schedule::rescue,
    standing::{action, lesson_path, outline, today},
};
use crate::{
    App,
    http::{
        files::{self, Address, OPEN_FOR},
        problem::status_of,
    },
    present,
    views::{
        ChecklistItem, Completion, CompletionPanel, DayState, LessonCourse, LessonLink, LessonNotes,
        LessonPage, OutlineDay, Page, Progress, Resource, SafeHtml, Video, VideoKind,
    },
};

/// What a page without a script says when a note was changed meanwhile.
const NOTE_CHANGED: &str =
    "These notes were changed elsewhere. What is saved there stands below; save yours to replace it.";

/// `GET /courses/{slug}/days/{day}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path((slug, day)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let day = parse_day(&day)?;
    let view = match learning::lesson_page(&app.services, ctx.actor.as_deref(), &slug, day).await {
        // Who isn't enrolled is shown how to join, not a closed door.
        Err(Error::Forbidden { code: "not-enrolled", .. }) => {
            return Ok(ctx.redirect_with(&format!("/courses/{slug}"), Notice::JoinFirst));
        }
        other => other?,
    };
    let page = lesson_view(&app, &ctx, &view, None).await?;
    ctx.render(&page)
}

pub(super) fn parse_day(text: &str) -> Result<i64, PageError> {
    Ok(text.parse().map_err(|_| Error::NotFound("lesson"))?)
}

pub(super) async fn lesson_view(
    app: &App,
    ctx: &Ctx,
    view: &LessonView,
    unsaved: Option<(String, Error)>,
) -> Result<LessonPage, PageError> {
    let LessonView { course, lesson, own, .. } = view;
    let now = app.services.clock.now();
    let zone = ctx.actor.as_deref().map_or(chrono_tz::UTC, |actor| actor.time_zone);
    let standing = match own {
        Some(own) => Standing::Enrolled {
            completed_at: own.course_completed.then_some(now),
            schedule: own.schedule.clone(),
            done_days: own.done_days,
            last_lesson: Some(lesson.id),
            time_spent_seconds: 0,
            quizzes: own.quizzes.clone(),
        },
        None => learning::course_standing(&app.services, ctx.actor.as_deref(), course).await?,
    };
    let today = today(app, ctx);
    let days = outline(course, &standing, today);
    let ticked = own.as_ref().map_or(&[][..], |own| own.ticked.as_slice());
    let notes = own.as_ref().map(|own| {
        let saved = own.note.body.clone();
        let (text, theirs, error) = match unsaved {
            Some((text, Error::Invalid(errors))) => {
                (text, None, errors.as_slice().first().map(|error| error.message.to_string()))
            }
            Some((text, _)) => (text, Some(saved), Some(NOTE_CHANGED.to_owned())),
            None => (saved, None, None),
        };
        let owner = ctx.actor.as_deref().map(|actor| actor.user.to_string()).unwrap_or_default();
        LessonNotes {
            draft_key: format!("{owner}/{}", lesson.id),
            text,
            version: own.note.version,
            saved: own.note.updated_at.map(|at| present::moment(at, now, zone)),
            theirs,
            error,
        }
    });
    let (before, after) = course.around(lesson.day);
    let downloads = view.downloads(ctx.actor.as_deref());
    let position = own.as_ref().map_or(0, |own| own.progress.video_position_seconds);
    let html = media::responsive(&app.services, lesson.body_html.text(), OPEN_FOR, downloads).await?;
    let video_url = files::video(&app.services, lesson).await?;
    Ok(LessonPage {
        page: lesson_head(app, ctx, course, lesson),
        course: course_of(course),
        course_url: format!("/courses/{}", course.card.slug),
        day: present::small(lesson.day),
        day_count: present::small(course.card.duration_days),
        title: lesson.title.clone(),
        summary: lesson.summary.clone(),
        minutes: present::minutes(lesson.minutes),
        content: SafeHtml::from_sanitized(html),
        video: video_url.map(|url| video(&url, position)),
        checklist: lesson
            .action_items
            .iter()
            .map(|item| ChecklistItem {
                id: item.id.to_string(),
                text: item.text.clone(),
                checked: ticked.contains(&item.id),
            })
            .collect(),
        takeaways: lesson.key_takeaways.clone(),
        quiz: teaser(&course.card.slug, lesson, own.as_ref().map(|own| own.quizzes.of(lesson.id)).as_ref()),
        resources: resources(app, lesson, downloads).await?,
        prev: before.and_then(|before| link_to(&days, before.day)),
        next: after.and_then(|after| link_to(&days, after.day)),
        notes,
        progress: own.as_ref().map(|own| progress(course, own)),
        completion: match (&ctx.actor, own) {
            (Some(actor), Some(own)) => completion(app, actor, own, (&days, lesson.day), now).await?,
            _ => Completion::Open,
        },
        days,
        preview: own.is_none().then(|| action(app, ctx, course, &standing)),
        is_look: false,
        rescue: own
            .as_ref()
            .filter(|own| !own.course_completed)
            .and_then(|own| rescue(course, &own.schedule, own.done_days, today)),
    })
}

/// What the lesson leads to; private files with links that hold for a while.
async fn resources(app: &App, lesson: &Lesson, downloads: bool) -> Result<Vec<Resource>, PageError> {
    let mut list = Vec::with_capacity(lesson.resources.len());
    for resource in &lesson.resources {
        let address = files::address(&app.services, &resource.url, downloads).await?;
        let file = match media::address_id(&resource.url) {
            Some(id) => match media::known(&app.services, id).await {
                Ok(file) => Some(file),
                Err(Error::NotFound(_)) => None,
                Err(other) => return Err(other.into()),
            },
            None => None,
        };
        list.push(Resource {
            title: resource.title.clone(),
            url: match address {
                Address::Open(url) => Some(url),
                Address::Premium => None,
            },
            is_file: media::is_address(&resource.url),
            kind: match &file {
                Some(file) => format!("Download · {}", present::file_facts(file)),
                None => present::resource_kind(resource.kind).to_owned(),
            },
        });
    }
    Ok(list)
}

fn lesson_head(app: &App, ctx: &Ctx, course: &Course, lesson: &Lesson) -> Page {
    let path = lesson_path(&course.card.slug, lesson.day);
    let mut page = ctx.page(&format!("{} · {}", lesson.title, course.card.title), &lesson.summary, &path);
    let base = &app.services.settings.base_url;
    page.og_image = Some(match &course.card.thumbnail_url {
        Some(picture) => format!("{base}{picture}"),
        None => format!("{base}/covers/{}.png", course.card.slug),
    });
    page
}

pub(super) fn course_of(course: &Course) -> LessonCourse {
    LessonCourse {
        slug: course.card.slug.clone(),
        title: course.card.title.clone(),
        language: course.card.language.clone(),
        category: present::category(&course.card),
    }
}

fn progress(course: &Course, own: &OwnLesson) -> Progress {
    Progress { done: own.done_days.len(), total: present::small(course.card.lesson_count) }
}

async fn completion(
    app: &App,
    actor: &Actor,
    own: &OwnLesson,
    (days, day): (&[OutlineDay], i64),
    now: DateTime<Utc>,
) -> Result<Completion, PageError> {
    let Some(at) = own.progress.completed_at else { return Ok(Completion::Open) };
    let undone = || days.iter().filter(|item| item.state != DayState::Done);
    let after = |item: &&OutlineDay| i64::from(item.day) > day;
    let open = |item: &&OutlineDay| matches!(item.state, DayState::Open | DayState::Current);
    let onward = undone().filter(open).find(after).or_else(|| undone().find(open));
    let later = undone().find(after).and_then(|item| Some((item.day, item.opens.as_ref()?)));
    Ok(Completion::Done {
        at: present::moment(at, now, actor.time_zone),
        was_last: own.ended_course && onward.is_none(),
        course_finished: own.course_completed,
        opens: later.map(|(day, opens)| format!("Day {day} opens {opens}")),
        onward: onward.and_then(|item| link_to(days, i64::from(item.day))).map(Box::new),
        earned: earned_at(&app.services, actor, at).await?,
    })
}

fn link_to(days: &[OutlineDay], day: i64) -> Option<LessonLink> {
    let found = days.iter().find(|item| i64::from(item.day) == day)?;
    Some(LessonLink { day: found.day, title: found.title.clone(), url: found.url.clone()? })
}

/// A file plays in the page; anything else is a link to where it plays.
pub(super) fn video(url: &str, position: i64) -> Video {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let is_file =
        [".mp4", ".webm", ".m4v", ".mov"].iter().any(|ending| path.to_lowercase().ends_with(ending));
    let host = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    Video {
        url: url.to_owned(),
        host: host.trim_start_matches("www.").to_owned(),
        kind: if is_file { VideoKind::File } else { VideoKind::Link },
        position,
    }
}

pub(super) async fn lesson_id(app: &App, slug: &str, day: &str) -> Result<(i64, LessonId), PageError> {
    let day = parse_day(day)?;
    let course = catalog::course(&app.services, slug).await?;
    let lesson = course.lessons.iter().find(|lesson| lesson.day == day).ok_or(Error::NotFound("lesson"))?;
    Ok((day, lesson.id))
}

/// `POST /courses/{slug}/days/{day}/complete`
pub(crate) async fn complete(
    State(app): State<App>,
    Path((slug, day)): Path<(String, String)>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let ctx = posted.ctx;
    let actor = ctx.actor()?;
    let (day, id) = lesson_id(&app, &slug, &day).await?;
    let update = ProgressUpdate {
        lesson_id: id,
        completed: true,
        time_spent_seconds: None,
        video_position_seconds: None,
    };
    let report = learning::record(&app.services, actor, &update).await?;
    if !ctx.partial {
        let to = if report.course_just_completed {
            format!("/courses/{slug}/completed")
        } else {
            format!("{}#completion", lesson_path(&slug, day))
        };
        return Ok(Redirect::to(&to).into_response());
    }
    let view = learning::lesson_page(&app.services, Some(actor), &slug, day).await?;
    let mut lesson = lesson_view(&app, &ctx, &view, None).await?;
    if let (true, Completion::Done { earned, was_last, course_finished, onward, .. }) =
        (report.lesson_just_completed, &mut lesson.completion)
    {
        *earned = earned_now(&report.gain);
        *was_last = *course_finished && onward.is_none();
    }
    ctx.render(&CompletionPanel {
        page: lesson.page,
        course: lesson.course,
        day: lesson.day,
        day_count: lesson.day_count,
        completion: lesson.completion,
        progress: lesson.progress,
    })
}

/// An action item ticked or opened again.
#[derive(Deserialize)]
pub(crate) struct Tick {
    item: String,
    checked: bool,
}

/// `POST /courses/{slug}/days/{day}/checklist`
pub(crate) async fn checklist(
    State(app): State<App>,
    Path((slug, day)): Path<(String, String)>,
    posted: Posted<Tick>,
) -> Result<Response, PageError> {
    let (day, id) = lesson_id(&app, &slug, &day).await?;
    let item: ActionItemId = posted.form.item.parse().map_err(|_| Error::NotFound("action item"))?;
    learning::tick(&app.services, posted.ctx.actor()?, id, item, posted.form.checked).await?;
    if posted.wants_json {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Redirect::to(&format!("{}#todo", lesson_path(&slug, day))).into_response())
}

/// Notes to save.
#[derive(Deserialize)]
pub(crate) struct NotesForm {
    text: String,
    #[serde(default)]
    version: Option<i64>,
}

/// `POST /courses/{slug}/days/{day}/notes`
pub(crate) async fn save_notes(
    State(app): State<App>,
    Path((slug, day)): Path<(String, String)>,
    posted: Posted<NotesForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, wants_json } = posted;
    let actor = ctx.actor()?;
    let (day, id) = lesson_id(&app, &slug, &day).await?;
    match learning::save_note(&app.services, actor, id, &form.text, form.version).await {
        Ok(note) if wants_json => Ok(Json(note).into_response()),
        Ok(_) => Ok(ctx.redirect_with(&format!("{}#notes", lesson_path(&slug, day)), Notice::NotesSaved)),
        // The script asks which of the two to keep.
        Err(Error::Conflict { .. }) if wants_json => {
            let theirs = learning::note(&app.services, actor, id).await?;
            let answer = serde_json::json!({ "version": theirs.version, "text": theirs.body });
            Ok((StatusCode::CONFLICT, Json(answer)).into_response())
        }
        // Without a script: the page again, with what was typed.
        Err(error @ (Error::Conflict { .. } | Error::Invalid(_))) if !wants_json => {
            let status = status_of(&error);
            let view = learning::lesson_page(&app.services, Some(actor), &slug, day).await?;
            let page = lesson_view(&app, &ctx, &view, Some((form.text, error))).await?;
            ctx.render_status(status, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Visible seconds since the last beat.
#[derive(Deserialize)]
pub(crate) struct Heartbeat {
    seconds: i64,
    /// Where the video stands, in seconds.
    #[serde(default)]
    position: Option<i64>,
}

/// `POST /courses/{slug}/days/{day}/heartbeat`
pub(crate) async fn heartbeat(
    State(app): State<App>,
    Path((slug, day)): Path<(String, String)>,
    posted: Posted<Heartbeat>,
) -> Result<Response, PageError> {
    let (_, id) = lesson_id(&app, &slug, &day).await?;
    let update = ProgressUpdate {
        lesson_id: id,
        completed: false,
        time_spent_seconds: Some(posted.form.seconds),
        video_position_seconds: posted.form.position,
    };
    learning::record(&app.services, posted.ctx.actor()?, &update).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
