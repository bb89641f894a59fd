//! HTTP: HTML pages, the JSON API, and what both need (guards, errors, headers). A handler translates: it extracts,
//! calls one service of `momentum-core`, and renders. This crate never touches the database.
#![forbid(unsafe_code)]

mod api;
mod app;
mod assets;
mod badge_art;
pub mod cover;
mod http;
mod pages;
mod present;
mod raster;
mod routes;
pub mod views;

pub use api::{contested_schemas, openapi};
pub use app::{App, WebSettings};
pub use http::access::{Access, Face, RouteInfo};
pub use raster::scripts_without_font;
pub use routes::{route_table, router};
