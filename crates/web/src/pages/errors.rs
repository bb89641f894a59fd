//! What a page answers when something is wrong: a designed page with a way back, or data for a script.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{Error, identity::Role};
use percent_encoding::percent_decode_str;

use super::{
    account::sentence,
    context::{Ctx, safe_return},
    failure::{Failed, PageError},
};
use crate::{
    App,
    api::is_api,
    http::{
        identity::text_header,
        observe::RequestId,
        problem::{log, problem_of, retry_after, status_of},
    },
    present,
    views::{ErrorKind, ErrorPage, MENU, MenuEntry},
};

/// What is kept of a request to explain a failure.
pub(crate) struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    extensions: axum::http::Extensions,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            extensions: request.extensions().clone(),
        }
    }

    fn wants_json(&self) -> bool {
        text_header(&self.headers, header::ACCEPT).is_some_and(|accept| accept.contains("application/json"))
    }
}

/// Turns a failure into a page.
pub(crate) fn finish(app: &App, asked: &Asked, mut response: Response) -> Response {
    match response.extensions_mut().remove::<Failed>() {
        Some(Failed(error)) => explain(app, asked, &error.0, error.1),
        None => response,
    }
}

/// The answer for an error that a guard or a handler found.
pub(crate) fn explain(app: &App, asked: &Asked, error: &Error, status: Option<StatusCode>) -> Response {
    let script = asked.wants_json() || asked.headers.contains_key("hx-request");
    if let Error::Unauthenticated { .. } = error
        && !script
    {
        return Redirect::to(&sign_in_address(app, asked)).into_response();
    }
    if let Error::Forbidden { code, .. } = error
        && !script
        && !is_api(asked.uri.path())
        && let Some(way_out) = way_out(app, asked, code)
    {
        return Redirect::to(&way_out).into_response();
    }
    if asked.wants_json() || is_api(asked.uri.path()) {
        return problem_of(error, status);
    }
    let status = status.unwrap_or_else(|| status_of(error));
    log(error, status);
    let ctx = Ctx::new(app, &asked.headers, &asked.uri, &asked.extensions);
    let kind = match status {
        _ if matches!(error, Error::Maintenance { .. }) => ErrorKind::Maintenance,
        _ if matches!(error, Error::Forbidden { code: "not-open-yet", .. }) => ErrorKind::NotOpenYet,
        _ if matches!(error, Error::Forbidden { code: "form-expired", .. }) => ErrorKind::FormExpired,
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::TooManyRequests,
        StatusCode::INTERNAL_SERVER_ERROR => ErrorKind::Internal,
        other => ErrorKind::Other(other.as_u16()),
    };
    let is_admin = ctx.actor.as_deref().is_some_and(|actor| actor.role == Role::Admin);
    let panel = panel_entry(asked.uri.path()).filter(|_| is_admin);
    let detail = match error {
        Error::NotFound(_) | Error::Gone(_) if panel.is_some() => {
            Some("It isn’t there, or somebody has deleted it meanwhile.".to_owned())
        }
        Error::NotFound(_) | Error::Gone(_) | Error::Internal(_) | Error::Unavailable(_) => None,
        Error::Taken(_) => Some("Something with this name or place was saved meanwhile.".to_owned()),
        _ if kind == ErrorKind::FormExpired => None,
        Error::TooManyRequests { .. } => Some(sentence(error)),
        Error::Invalid(errors) => errors.as_slice().first().map(|error| error.message.to_string()),
        other => Some(other.to_string()),
    };
    let id = asked.extensions.get::<RequestId>().map(|RequestId(id)| id.clone());
    let course = asked.uri.path().split_once("/days/").map(|(course, _)| course.to_owned());
    let view = ErrorPage {
        page: ctx.private_page(kind.heading(), asked.uri.path()),
        kind,
        detail,
        panel,
        retry_url: (asked.method == Method::GET && status.is_server_error()).then(|| ctx.here.clone()),
        form_url: page_of(app, asked).filter(|_| kind == ErrorKind::FormExpired).map(ToOwned::to_owned),
        course_url: course.filter(|_| kind == ErrorKind::NotOpenYet),
        request_id: id.filter(|_| status.is_server_error() && kind != ErrorKind::Maintenance),
    };
    let mut response = ctx.render_status(status, &view).unwrap_or_else(|_| status.into_response());
    retry_after(error, &mut response);
    response
}

/// The part of the panel that an address belongs to.
fn panel_entry(path: &str) -> Option<MenuEntry> {
    let below = |entry: &MenuEntry| path.strip_prefix(entry.path).is_some_and(|rest| rest.starts_with('/'));
    let entries = MENU.iter().flat_map(|(_, entries)| entries.iter());
    entries.filter(|entry| path == entry.path || below(entry)).max_by_key(|entry| entry.path.len()).copied()
}

fn sign_in_address(app: &App, asked: &Asked) -> String {
    with_return("/sign-in", page_of(app, asked))
}

/// The address with where to go afterwards, if there is such a page.
pub(super) fn with_return(address: &str, back: Option<&str>) -> String {
    match back {
        Some(back) => format!("{address}?return_to={}", present::encode(back)),
        None => address.to_owned(),
    }
}

/// The page that was asked for, or the page that a form stood on.
fn page_of<'a>(app: &App, asked: &'a Asked) -> Option<&'a str> {
    if asked.method == Method::GET {
        return safe_return(Some(asked.uri.path_and_query().map_or("/", |here| here.as_str())));
    }
    let base = &app.services.settings.base_url;
    let host = text_header(&asked.headers, header::HOST).unwrap_or_default();
    let form_page = text_header(&asked.headers, header::REFERER).and_then(|page| {
        page.strip_prefix(base.as_str()).or_else(|| page.split_once("://")?.1.strip_prefix(host))
    });
    safe_return(form_page)
}

/// The page where what is missing can be made good.
fn way_out(app: &App, asked: &Asked, code: &str) -> Option<String> {
    match code {
        "step-up-required" => Some(confirm_address(page_of(app, asked).unwrap_or("/settings/security"))),
        "mfa-enrollment-required" => {
            // A form is not sent again; only a page is come back to.
            let wanted = page_of(app, asked).filter(|_| asked.method == Method::GET);
            Some(with_return("/settings/security", wanted))
        }
        _ => None,
    }
}

/// Where to confirm who one is, and then come back to the page.
pub(super) fn confirm_address(back: &str) -> String {
    with_return("/settings/confirm", Some(back))
}

/// The answer for an address that no route has. A page with a slash too many at its end is the page without it.
pub(crate) async fn not_found(State(app): State<App>, request: Request) -> Response {
    if let Some(page) = without_last_slash(request.method(), request.uri()) {
        return Redirect::permanent(&page).into_response();
    }
    explain(&app, &Asked::of(&request), &Error::NotFound("page"), None)
}

fn without_last_slash(method: &Method, uri: &Uri) -> Option<String> {
    let page = uri.path().strip_suffix('/').filter(|page| !is_api(page))?;
    let address = uri.query().map_or_else(|| page.to_owned(), |query| format!("{page}?{query}"));
    let reads = matches!(*method, Method::GET | Method::HEAD);
    // What begins with two slashes would lead to another site.
    (reads && safe_return(Some(&address)).is_some()).then_some(address)
}

/// The answer for a method that a route doesn't have.
pub(crate) async fn method_not_allowed(State(app): State<App>, request: Request) -> Response {
    let error = Error::conflict("method-not-allowed", "This address can't be used that way.");
    explain(&app, &Asked::of(&request), &error, Some(StatusCode::METHOD_NOT_ALLOWED))
}

/// Refuses an address whose percent-encoding is not text, so that no handler meets one.
pub(crate) async fn readable_address(State(app): State<App>, request: Request, next: Next) -> Response {
    if percent_decode_str(request.uri().path()).decode_utf8().is_ok() {
        return next.run(request).await;
    }
    let PageError(error, status) = PageError::bad_request("This address can't be read.");
    explain(&app, &Asked::of(&request), &error, status)
}

/// A panic in a handler is a fault of ours, and only of this one request.
pub(crate) fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let cause = cause
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(cause, "a handler panicked");
    problem_of(&Error::internal("panic"), None)
}
