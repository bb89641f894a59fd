//! Who may call what: declared with every route, checked before its handler runs, and data for the test that walks
//! every route with every role.

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
};
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

/// What somebody reaches who has to set up a second factor first: that and what it takes (proving who they are), signing
/// out, the links in mails with another one for the address, and what belongs to no page.
const OPEN_WHILE_ENROLLING: [&str; 17] = [
    "/settings/security",
    "/settings/confirm",
    "/sign-out",
    "/verify-email",
    "/confirm-email",
    "/forgot-password",
    "/reset-password",
    "/unlock",
    "/settings/account/verification",
    "/events",
    "/assets/",
    "/branding/",
    "/favicon.ico",
    "/health/",
    "/api/v1/me/mfa",
    "/api/v1/me/passkeys",
    "/api/v1/auth/",
];

impl RouteInfo {
    /// Whether it can be reached by somebody whose role needs a second factor that they have yet to set up.
    #[must_use]
    pub fn open_while_enrolling(&self) -> bool {
        open_while_enrolling(&self.path)
    }
}

fn open_while_enrolling(path: &str) -> bool {
    OPEN_WHILE_ENROLLING.iter().any(|open| {
        path.strip_prefix(open)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || open.ends_with('/'))
    })
}

/// The pattern of the request's route; empty when no route has this address.
pub(crate) fn route_of(request: &Request) -> &str {
    request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str)
}

/// Lets in whom the route is for. `path` is the route's.
pub(crate) fn admit(access: Access, path: &str, actor: Option<&Actor>) -> Result<(), Error> {
    if actor.is_some_and(|actor| actor.must_enroll) && !open_while_enrolling(path) {
        return Err(Error::forbidden(
            "mfa-enrollment-required",
            "Your role needs a second factor. Set one up first.",
        ));
    }
    match (access, actor) {
        (Access::Anyone, _) | (Access::User, Some(_)) => Ok(()),
        (Access::Admin, Some(actor)) if actor.role == Role::Admin => Ok(()),
        (Access::Admin, Some(_)) => Err(Error::forbidden("admin-only", "Only administrators may do this.")),
        (_, None) => Err(Error::unauthenticated("sign-in-required", "Sign in first.")),
    }
}
