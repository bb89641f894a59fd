//! Error pages: what happened, in plain words, and a way back.

use askama::Template;

use super::gallery::Samples;
use super::page::Page;
use super::panel::{MENU, MenuEntry};

/// Which error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 404
    NotFound,
    /// 403
    Forbidden,
    /// 403, because the lesson opens on a later day.
    NotOpenYet,
    /// 403, because a form was too old or not from our page.
    FormExpired,
    /// 429
    TooManyRequests,
    /// 500
    Internal,
    /// 503, because an administrator closed the site for a while.
    Maintenance,
    /// Any other status.
    Other(u16),
}

impl ErrorKind {
    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Forbidden | Self::NotOpenYet | Self::FormExpired => 403,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Maintenance => 503,
            Self::Other(status) => status,
        }
    }

    /// The heading.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::NotFound => "This page took a day off",
            Self::Forbidden => "This page isn’t yours to open",
            Self::NotOpenYet => "This day isn’t open yet",
            Self::FormExpired => "This form was open for too long",
            Self::TooManyRequests => "That was a lot at once",
            Self::Internal => "Something broke on our side",
            Self::Maintenance => "We are working on it",
            Self::Other(_) => "That didn’t work",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::NotFound => {
                "The link may be old, or the course was moved. The catalog has everything we teach."
            }
            Self::Forbidden => {
                "Your account doesn’t have access. If you expected it to, sign in with the right account."
            }
            Self::NotOpenYet => "This course opens day by day. What is open already waits for you there.",
            Self::FormExpired => {
                "Nothing was sent. You may have signed in again since it was opened. Go back to it, reload the page and \
                 send it once more."
            }
            Self::TooManyRequests => "Wait a minute, then try again. Nothing you did is lost.",
            Self::Internal => "We have logged it. Your progress is safe. Try again in a moment.",
            Self::Maintenance => "The site will be back soon. Your progress is safe.",
            Self::Other(_) => "Go back and try again. If it keeps happening, start over from the home page.",
        }
    }
}

/// A designed error page.
#[derive(Template)]
#[template(path = "errors/error.html")]
pub struct ErrorPage {
    /// Shared page data.
    pub page: Page,
    /// Which error.
    pub kind: ErrorKind,
    /// A more precise sentence than the kind's own advice.
    pub detail: Option<String>,
    /// The part of the panel where it happened, to go back to.
    pub panel: Option<MenuEntry>,
    /// This page again; only when it was requested with GET.
    pub retry_url: Option<String>,
    /// The page of a form that has expired.
    pub form_url: Option<String>,
    /// The course of a lesson that isn't open yet.
    pub course_url: Option<String>,
    /// Quoted to support, so that the log entry is found.
    pub request_id: Option<String>,
}

impl ErrorPage {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        let page = Page::sample("Page not found", "/courses/unknown");
        Self {
            page,
            kind: ErrorKind::NotFound,
            detail: None,
            panel: None,
            retry_url: None,
            form_url: None,
            course_url: None,
            request_id: None,
        }
    }
}

impl Samples for ErrorPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let with = |kind: ErrorKind, id: Option<&str>| Self {
            page: Page::sample(kind.heading(), "/somewhere"),
            kind,
            detail: None,
            panel: None,
            retry_url: id.map(|_| "/somewhere".into()),
            form_url: None,
            course_url: None,
            request_id: id.map(Into::into),
        };
        vec![
            ("error-404", Self::sample()),
            (
                "error-404-panel",
                Self {
                    detail: Some("It isn’t there, or somebody has deleted it meanwhile.".into()),
                    panel: MENU.get(1).and_then(|(_, entries)| entries.first()).copied(),
                    ..with(ErrorKind::NotFound, None)
                },
            ),
            ("error-403", with(ErrorKind::Forbidden, None)),
            (
                "error-not-open-yet",
                Self {
                    detail: Some("This lesson opens on November 22, 2026.".into()),
                    course_url: Some("/courses/sql-in-seven-days".into()),
                    ..with(ErrorKind::NotOpenYet, None)
                },
            ),
            (
                "error-form-expired",
                Self { form_url: Some("/settings/profile".into()), ..with(ErrorKind::FormExpired, None) },
            ),
            ("error-429", with(ErrorKind::TooManyRequests, None)),
            ("error-maintenance", with(ErrorKind::Maintenance, None)),
            ("error-500", with(ErrorKind::Internal, Some("01935e1c-7f3a"))),
            (
                "error-other",
                Self { detail: Some("The form was too large.".into()), ..with(ErrorKind::Other(413), None) },
            ),
        ]
    }
}
