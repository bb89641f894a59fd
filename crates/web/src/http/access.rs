//! Who may call what: declared with every route, checked before its handler runs, and data for the test that walks
//! every route with every role.

use axum::http::Method;
use momentum_core::{
    Error,
    identity::{Actor, Role},
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

/// Lets in whom the route is for.
pub(crate) fn admit(access: Access, actor: Option<&Actor>) -> Result<(), Error> {
    match (access, actor) {
        (Access::Anyone, _) | (Access::User, Some(_)) => Ok(()),
        (Access::Admin, Some(actor)) if actor.role == Role::Admin => Ok(()),
        (Access::Admin, Some(_)) => Err(Error::forbidden("admin-only", "Only administrators may do this.")),
        (_, None) => Err(Error::unauthenticated("sign-in-required", "Sign in first.")),
    }
}
