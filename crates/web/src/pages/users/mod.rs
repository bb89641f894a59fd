//! Administration: accounts.

mod act;
mod import;
mod list;
mod person;

use axum::{
    extract::DefaultBodyLimit,
    http::Method,
    routing::{get, post},
};
use momentum_core::{Error, identity::administration::import::MAX_IMPORT_BYTES, ids::UserId};

use super::Routes;
use crate::http::access::Access::Admin;

/// Every page and form target of accounts.
pub(super) fn routes(routes: Routes) -> Routes {
    let page = |routes: Routes, path: &str, handler| routes.page(Method::GET, path, Admin, handler);
    let form = |routes: Routes, path: &str, handler| routes.page(Method::POST, path, Admin, handler);
    let routes = page(routes, "/admin/users", get(list::users));
    let routes = form(routes, "/admin/users/bulk", post(list::bulk));
    let routes = page(routes, "/admin/users/new", get(person::new_form));
    let routes = form(routes, "/admin/users/new", post(person::create));
    let routes = page(routes, "/admin/users/import", get(import::form));
    let upload = DefaultBodyLimit::max(MAX_IMPORT_BYTES + 64 * 1024);
    let routes = form(routes, "/admin/users/import", post(import::check).layer(upload));
    let routes = page(routes, "/admin/users/import/{id}", get(import::show));
    let routes = page(routes, "/admin/users/import/{id}/errors", get(import::errors));
    let routes = form(routes, "/admin/users/import/{id}/start", post(import::start));
    let routes = form(routes, "/admin/users/import/{id}/discard", post(import::discard));
    let routes = page(routes, "/admin/users/{id}", get(person::show));
    let routes = page(routes, "/admin/users/{id}/edit", get(person::edit_form));
    let routes = form(routes, "/admin/users/{id}/edit", post(person::edit));
    let routes = form(routes, "/admin/users/{id}/role", post(act::role));
    let routes = form(routes, "/admin/users/{id}/suspend", post(act::suspend));
    let routes = form(routes, "/admin/users/{id}/restore", post(act::restore));
    let routes = form(routes, "/admin/users/{id}/sign-out", post(act::sign_out));
    let routes = form(routes, "/admin/users/{id}/password-link", post(act::password_link));
    let routes = form(routes, "/admin/users/{id}/reset-mfa", post(act::reset_mfa));
    let routes = page(routes, "/admin/users/{id}/delete", get(act::delete_form));
    form(routes, "/admin/users/{id}/delete", post(act::delete))
}

fn user_id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound("user"))
}

/// Roles to choose from.
const ROLES: [(&str, &str); 3] = [("free", "Free"), ("premium", "Premium"), ("admin", "Administrator")];

fn role_label(role: &str) -> &'static str {
    ROLES.iter().find(|(value, _)| *value == role).map_or("", |(_, label)| label)
}
