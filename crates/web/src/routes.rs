//! The whole site: pages and API behind the layers that every request passes.

use std::time::Duration;

use axum::{
    Router,
    handler::Handler,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware,
};
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, Predicate},
    },
    timeout::RequestBodyTimeoutLayer,
};

use crate::{
    App, api,
    http::{
        access::{Access, RouteInfo},
        body_limit, drain, headers, observe,
    },
    pages::{self, Routes, guard_page},
};

/// A body that stands still for this long is given up, so that slow senders can't hold connections.
const BODY_PAUSE: Duration = Duration::from_secs(15);

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
        .layer(axum::extract::DefaultBodyLimit::max(body_limit::USUAL))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(middleware::from_fn_with_state(app.clone(), pages::errors::readable_address))
        .layer(
            CompressionLayer::new()
                .quality(tower_http::CompressionLevel::Fastest)
                // What can be asked for in parts goes out as it is.
                .compress_when(DefaultPredicate::new().and(
                    |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| {
                        !headers.contains_key(header::ACCEPT_RANGES)
                    },
                )),
        )
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(pages::errors::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), headers::secure))
        .layer(middleware::from_fn(drain::after_refusal))
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
