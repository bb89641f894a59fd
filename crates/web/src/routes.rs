//! Every route with who may call it. The list is also data ([`route_table`]), and a test walks it with every role.

use axum::{
    Router,
    extract::{Request, State},
    handler::Handler,
    http::Method,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use momentum_core::{
    Error,
    identity::{self, Actor, Role},
};

use crate::{
    App, api,
    http::{
        headers, idempotency,
        identity::{Found, cookie, session_cookie_name, text_header},
        observe,
    },
    pages::{self, errors::Asked},
};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Anyone,
    /// Whoever is signed in.
    User,
    /// Administrators.
    Admin,
}

/// How a route knows who calls, and how it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// By cookie; answers with pages.
    Page,
    /// By `Authorization: Bearer`; answers with problem documents.
    Api,
}

/// One route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    pub method: Method,
    /// With `{parameters}`.
    pub path: String,
    pub access: Access,
    pub face: Face,
}

/// Collects routes, each behind its guard.
pub(crate) struct Routes {
    app: App,
    router: Router<App>,
    table: Vec<RouteInfo>,
}

impl Routes {
    fn new(app: &App) -> Self {
        Self { app: app.clone(), router: Router::new(), table: Vec::new() }
    }

    /// Adds a page or a form's target.
    pub(crate) fn page(
        mut self,
        method: Method,
        path: &str,
        access: Access,
        handler: MethodRouter<App>,
    ) -> Self {
        let handler = handler.layer(middleware::from_fn_with_state((self.app.clone(), access), guard_page));
        self.router = self.router.route(path, handler);
        self.table.push(RouteInfo { method, path: path.to_owned(), access, face: Face::Page });
        self
    }
}

/// The whole site.
pub fn router(app: App) -> Router {
    let pages = pages::routes(Routes::new(&app));
    let (api, _) = api::routes(&app);
    let guard = middleware::from_fn_with_state((app.clone(), Access::Anyone), guard_page);
    pages
        .router
        .merge(api)
        // Guarded as well, so that these pages too know who looks.
        .fallback(pages::errors::not_found.layer(guard.clone()))
        .method_not_allowed_fallback(pages::errors::method_not_allowed.layer(guard))
        .layer(axum::extract::DefaultBodyLimit::max(256 * 1024))
        .layer(
            tower_http::compression::CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest),
        )
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(pages::errors::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), headers::secure))
        .layer(middleware::from_fn(observe::observe))
        .with_state(app)
}

/// Every route of pages and API with who may call it.
#[must_use]
pub fn route_table(app: &App) -> Vec<RouteInfo> {
    let mut table = pages::routes(Routes::new(app)).table;
    table.extend(api::routes(app).1);
    table
}

async fn guard_page(
    State((app, access)): State<(App, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    let actor = match cookie(request.headers(), session_cookie_name(&app)) {
        Some(token) => identity::authenticate_cookie(&app.services, token).await,
        None => Ok(None),
    };
    let admitted = actor.and_then(|actor| {
        let admitted = admit(access, actor.as_ref());
        if let Some(actor) = actor {
            request.extensions_mut().insert(Found(actor));
        }
        admitted
    });
    let asked = Asked::of(&request);
    match admitted {
        Ok(()) => pages::errors::finish(&app, &asked, next.run(request).await),
        Err(error) => pages::errors::explain(&app, &asked, &error, None),
    }
}

pub(crate) async fn guard_api(
    State((app, access)): State<(App, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    // A token that is sent has to be good, also where none is needed: a client that thinks it is signed in and
    // is not should hear of it.
    let token = match text_header(request.headers(), axum::http::header::AUTHORIZATION) {
        None if request.headers().contains_key(axum::http::header::AUTHORIZATION) => Some(""),
        None => None,
        Some(value) => Some(strip_bearer(value).unwrap_or_default()),
    };
    let actor = match token {
        Some(token) => match identity::authenticate_token(&app.services, token).await {
            Ok(actor) => Some(actor),
            Err(error) => return api::ApiError(error).into_response(),
        },
        None => None,
    };
    if let Err(error) = admit(access, actor.as_ref()) {
        return api::ApiError(error).into_response();
    }
    if let Some(actor) = actor {
        request.extensions_mut().insert(Found(actor));
    }
    idempotency::once(app, request, next).await
}

fn strip_bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn admit(access: Access, actor: Option<&Actor>) -> Result<(), Error> {
    match (access, actor) {
        (Access::Anyone, _) | (Access::User, Some(_)) => Ok(()),
        (Access::Admin, Some(actor)) if actor.role == Role::Admin => Ok(()),
        (Access::Admin, Some(_)) => Err(Error::forbidden("admin-only", "Only administrators may do this.")),
        (_, None) => Err(Error::unauthenticated("sign-in-required", "Sign in first.")),
    }
}
