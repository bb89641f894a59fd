//! The lessons of one learner as iCalendar (RFC 5545), under their secret address.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use momentum_core::{
    Error,
    learning::{self, Feed, FeedLesson},
};
use sha2::{Digest, Sha256};

use crate::{
    App,
    http::identity::{From, text_header},
    pages::{failure::PageError, standing::lesson_path},
    present,
};

/// How often programs are asked to look.
const REFRESH: TimeDelta = TimeDelta::hours(1);

/// `GET /calendar/{token}.ics`
pub(crate) async fn show(
    State(app): State<App>,
    Path(file): Path<String>,
    From(origin): From,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let token = file.strip_suffix(".ics").ok_or(Error::NotFound("calendar"))?;
    let feed = learning::feed(&app.services, token, &origin).await?;
    let text = calendar(&app, &feed).to_string();
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes())));
    let known = text_header(&headers, header::IF_NONE_MATCH)
        .is_some_and(|list| list.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let always = [
        (header::ETAG, tag.as_str()),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, always).into_response());
    }
    let content = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"lessons.ics\""),
    ];
    Ok((always, content, [("x-robots-tag", "noindex")], text).into_response())
}

fn calendar(app: &App, feed: &Feed) -> Calendar {
    let site = app.services.site_name();
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Momentum//Lessons//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", "PUBLISH"))
        .name(&escaped(&format!("{site} lessons")))
        .ttl(&REFRESH);
    for lesson in &feed.lessons {
        calendar.push(event(app, lesson));
    }
    calendar.done()
}

/// A text where the library writes it as it is.
fn escaped(text: &str) -> String {
    plain(text).replace('\\', r"\\").replace(',', r"\,").replace(';', r"\;")
}

/// A text on one line: nothing that an author writes can begin a line of the feed.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn event(app: &App, entry: &FeedLesson) -> Event {
    let base = &app.services.settings.base_url;
    let host = base.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next()).unwrap_or_default();
    let lesson = &entry.lesson;
    let card = &lesson.course.card;
    let url = format!("{base}{}", lesson_path(&card.slug, lesson.day));
    let title = format!("Day {}: {}", lesson.day, plain(&lesson.title));
    let title = if lesson.done { format!("✓ {title}") } else { title };
    let mut event = Event::new();
    event
        .uid(&format!("{}@{host}", entry.uid))
        .timestamp(entry.dated_at)
        .sequence(u32::try_from(entry.sequence).unwrap_or(u32::MAX))
        .summary(&title)
        .description(&format!("{}\n{}\n{url}", plain(&card.title), present::minutes(lesson.minutes)))
        .url(&url)
        .status(EventStatus::Confirmed)
        // A lesson blocks nobody's day.
        .add_property("TRANSP", "TRANSPARENT")
        .starts(lesson.on)
        .ends(lesson.on.succ_opt().unwrap_or(lesson.on));
    event.done()
}
