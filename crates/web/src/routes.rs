//! The whole site: pages and API behind the layers that every request passes.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware,
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
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
    // From the outermost to the innermost, and as one: each layer that the router is given by itself is cloned with all that is
    // within it at every request.
    let layers = ServiceBuilder::new()
        .layer(middleware::from_fn(observe::observe))
        .layer(middleware::from_fn(drain::after_refusal))
        .layer(middleware::from_fn_with_state(app.clone(), headers::secure))
        .layer(CatchPanicLayer::custom(pages::errors::panicked))
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
        .layer(middleware::from_fn_with_state(app.clone(), pages::errors::readable_address))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(DefaultBodyLimit::max(body_limit::USUAL));
    pages
        .router
        .merge(api)
        // Guarded as well, so that these pages too know who looks.
        .fallback(pages::errors::not_found.layer(guard.clone()))
        .method_not_allowed_fallback(pages::errors::method_not_allowed.layer(guard))
        .layer(layers)
        .with_state(app)
}

/// Every route of pages and API with who may call it.
#[must_use]
pub fn route_table(app: &App) -> Vec<RouteInfo> {
    let mut table = pages::routes(Routes::new(app)).table;
    table.extend(api::routes(app).1);
    table
}
