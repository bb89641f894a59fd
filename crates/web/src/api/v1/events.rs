//! What happens to the caller, as it happens: server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt, stream};
use momentum_core::{
    Error, FieldErrors,
    engagement::live::{self, Celebration, Listener, News},
    identity::Actor,
};
use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::engagement::BadgeAnswer;
use crate::{
    App,
    api::{ApiQuery, Bearer, Operations},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

/// A stream ends after this long. Who asked connects again, and has to be signed in still.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Proxies that collect answers (nginx) pass these on at once.
const NO_BUFFER: (&str, &str) = ("x-accel-buffering", "no");

/// How often something is sent to keep the connection.
const ALIVE: Duration = Duration::from_secs(20);

pub(super) fn routes(operations: Operations) -> Operations {
    operations.add(Access::User, routes!(events))
}

/// A badge that was earned.
#[derive(Serialize, ToSchema)]
struct BadgeEvent {
    badge: BadgeAnswer,
    earned_at: DateTime<Utc>,
}

/// What happens to the caller, as it happens.
///
/// The first event is `ready`; its data says how far the caller is:
/// `{courses_joined, courses_completed, lessons_completed, total_points}`. `progress` has the same data and comes when they have
/// changed, by whatever way. `badge` is a badge that was earned, its data is `{badge, earned_at}`. The id of `ready` and `badge` is
/// its time in microseconds since 1970; sent back in `Last-Event-ID` or `since`, badges that were missed meanwhile (half an hour at
/// most) come first.
#[utoipa::path(get, path = "/events", tag = "engagement",
    params(
        ("since" = Option<i64>, Query, description = "Id of the last event that was seen"),
        ("last-event-id" = Option<String>, Header, description = "The same, as browsers send it when they connect again")
    ),
    responses(
        (status = 200, description = "A stream that goes on for ten minutes.", content_type = "text/event-stream", body = String),
        Problems
    ))]
async fn events(
    State(app): State<App>,
    Bearer(actor): Bearer,
    headers: HeaderMap,
    query: ApiQuery,
) -> Result<impl IntoResponse, ApiError> {
    let mut errors = FieldErrors::default();
    let since = query.parsed(&mut errors, "since", moment, "This is not the id of an event.");
    errors.into_result()?;
    Ok(stream(&app, &actor, since.or_else(|| last_seen(&headers))).await?)
}

/// The moment that the id of an event stands for.
pub(crate) fn moment(id: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(id.parse().ok()?)
}

/// What a browser says that it saw last.
pub(crate) fn last_seen(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    moment(headers.get("last-event-id")?.to_str().ok()?)
}

/// The actor's events as a response.
///
/// # Errors
/// As [`live::listen`].
pub(crate) async fn stream(
    app: &App,
    actor: &Actor,
    since: Option<DateTime<Utc>>,
) -> Result<impl IntoResponse + use<>, Error> {
    let listener = live::listen(&app.services, actor, since).await?;
    let now = since.unwrap_or(app.services.clock.now());
    let ready = with(&listener.progress, Event::default().event("ready").id(id(now)));
    let events = stream::iter([Ok(ready)]).chain(news(listener));
    Ok(([NO_BUFFER], Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE))))
}

fn news(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    let end = Instant::now() + LONGEST;
    stream::unfold(listener, move |mut listener| async move {
        let news = tokio::time::timeout_at(end, listener.next()).await.ok()??;
        Some((Ok(event(&news)), listener))
    })
}

fn event(news: &News) -> Event {
    match news {
        News::Badge(Celebration { badge, at }) => {
            let body = BadgeEvent { badge: (&**badge).into(), earned_at: *at };
            with(&body, Event::default().event("badge").id(id(*at)))
        }
        // Without an id: badges of the seconds before may still come, and are looked for by it.
        News::Progress(progress) => with(progress, Event::default().event("progress")),
    }
}

/// The event with its data, which is plain: it can always be written.
fn with(data: &impl Serialize, event: Event) -> Event {
    event.clone().json_data(data).unwrap_or(event)
}

/// Exact, as times are stored, so that an event never comes after itself.
fn id(at: DateTime<Utc>) -> String {
    at.timestamp_micros().to_string()
}
