//! Closed for maintenance: who and what gets through.

use momentum_core::{
    Error,
    identity::{Actor, Role},
    settings::System,
};

/// What stays open: signing in, so that administrators come in, and what belongs to no page.
const OPEN: [&str; 14] = [
    "/sign-in",
    "/sign-out",
    "/unlock",
    "/forgot-password",
    "/reset-password",
    "/settings/confirm",
    "/settings/security",
    "/setup",
    "/assets/",
    "/branding/",
    "/favicon.ico",
    "/health/",
    "/metrics",
    "/.well-known/",
];

/// The same for the API.
const OPEN_API: [&str; 3] = ["/api/v1/auth/", "/api/v1/me/mfa", "/api/v1/me/passkeys"];

/// What visitors read when nothing else was written.
const WORDS: &str = "We are working on the site and will be back soon. Your progress is safe.";

/// Refuses while the site is closed. `path` is the route's; empty when no route has the address.
pub(crate) fn check(system: &System, path: &str, actor: Option<&Actor>) -> Result<(), Error> {
    let passes = !system.maintenance || actor.is_some_and(|actor| actor.role == Role::Admin);
    if passes || is_open(path) {
        return Ok(());
    }
    let message = match system.maintenance_message.as_str() {
        "" => WORDS,
        written => written,
    };
    Err(Error::Maintenance {
        message: message.to_owned(),
        retry_after_seconds: u64::from(system.maintenance_minutes.max(1)) * 60,
    })
}

fn is_open(path: &str) -> bool {
    if path == "/api/v1/auth/sign-up" {
        return false;
    }
    OPEN.iter().chain(&OPEN_API).any(|open| {
        path.strip_prefix(open)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || open.ends_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_parts_of_paths_are_open() {
        for open in
            ["/sign-in", "/sign-in/passkey", "/assets/{name}", "/health/ready", "/api/v1/auth/sign-in"]
        {
            assert!(is_open(open), "{open}");
        }
        for closed in [
            "",
            "/",
            "/sign-up",
            "/sign-inside",
            "/courses",
            "/api/v1/courses",
            "/settings/profile",
            "/api/v1/auth/sign-up",
        ] {
            assert!(!is_open(closed), "{closed}");
        }
    }
}
