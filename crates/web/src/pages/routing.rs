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

use super::{
    banners::to_tell,
    errors::{self, Asked},
};
use crate::{
    App,
    http::{
        access::{Access, Face, RouteInfo, admit, route_of},
        identity::{Found, cookie, origin, session_cookie_name},
        maintenance,
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
    if let Err(error) = app.services.live.get(&app.services.db).await {
        return errors::explain(&app, &Asked::of(&request), &error, None);
    }
    let actor = match cookie(request.headers(), session_cookie_name(&app)) {
        Some(token) => {
            let origin = origin(&app, request.headers(), request.extensions());
            identity::authenticate_cookie(&app.services, token, origin).await
        }
        None => Ok(None),
    };
    let admitted = actor.and_then(|actor| {
        let system = &app.services.live.now().system;
        let admitted = maintenance::check(system, route_of(&request), actor.as_ref())
            .and_then(|()| admit(access, route_of(&request), actor.as_ref()));
        if let Some(actor) = actor {
            request.extensions_mut().insert(Found(actor.into()));
        }
        admitted
    });
    let found = request.extensions().get::<Found>().cloned();
    let told = to_tell(&app, found.as_ref().map(|Found(actor)| &**actor), request.headers()).await;
    request.extensions_mut().insert(told);
    let asked = Asked::of(&request);
    match admitted {
        Ok(()) => errors::finish(&app, &asked, next.run(request).await),
        Err(error) => errors::explain(&app, &asked, &error, None),
    }
}
