//! Collects pages and form targets, each behind its guard.

use axum::{
    Router,
    extract::{Request, State},
    http::Method,
    middleware::{self, Next},
    response::Response,
    routing::MethodRouter,
};
use momentum_core::identity;

use super::errors::{self, Asked};
use crate::{
    App,
    http::{
        access::{Access, Face, RouteInfo, admit, route_of},
        identity::{Found, cookie, origin, session_cookie_name},
    },
};

/// Collects routes, each behind its guard.
pub(crate) struct Routes {
    app: App,
    pub(crate) router: Router<App>,
    pub(crate) table: Vec<RouteInfo>,
}

impl Routes {
    pub(crate) fn new(app: &App) -> Self {
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

/// Finds out who looks, lets in whom the route is for, and turns failures into pages.
pub(crate) async fn guard_page(
    State((app, access)): State<(App, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    let actor = match cookie(request.headers(), session_cookie_name(&app)) {
        Some(token) => {
            let origin = origin(&app, request.headers(), request.extensions());
            identity::authenticate_cookie(&app.services, token, origin).await
        }
        None => Ok(None),
    };
    let admitted = actor.and_then(|actor| {
        let admitted = admit(access, route_of(&request), actor.as_ref());
        if let Some(actor) = actor {
            request.extensions_mut().insert(Found(actor));
        }
        admitted
    });
    let asked = Asked::of(&request);
    match admitted {
        Ok(()) => errors::finish(&app, &asked, next.run(request).await),
        Err(error) => errors::explain(&app, &asked, &error, None),
    }
}
