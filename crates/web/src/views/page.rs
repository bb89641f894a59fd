//! What every page has: head data, the viewer, flash message, resolved assets.

use std::{fmt, sync::Arc};

use askama::filters::HtmlSafe;

use super::site::{Banner, SiteLook};

/// HTML that a sanitizer has cleaned, shown without escaping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Wraps the output of the sanitizer. Nothing else may be passed here.
    #[must_use]
    pub fn from_sanitized(html: String) -> Self {
        Self(html)
    }

    /// True when there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for SafeHtml {}

/// A JSON-LD document that cannot leave its `<script>` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonLd(String);

impl JsonLd {
    /// Takes serialized JSON; `<`, `>` and `&` (only possible inside strings) become `\u…` escapes.
    #[must_use]
    pub fn new(json: &str) -> Self {
        Self(json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
    }
}

impl fmt::Display for JsonLd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for JsonLd {}

/// The signed-in person as the header shows them.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Who it is: a page is never renewed for somebody else.
    pub id: String,
    /// Full name.
    pub name: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// The picture, if there is one.
    pub avatar_url: Option<String>,
    /// Whether the address was proved to be theirs.
    pub email_verified: bool,
    /// May open the admin panel.
    pub is_admin: bool,
    /// Has a premium plan.
    pub is_premium: bool,
}

/// The tone of a [`Flash`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashKind {
    /// Something worked.
    Success,
    /// Something to know.
    Info,
    /// Something failed.
    Error,
}

impl FlashKind {
    /// The value of `data-kind`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Info => "info",
            Self::Error => "error",
        }
    }

    /// The icon beside the text.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Success => "circle-check",
            Self::Info => "info",
            Self::Error => "triangle-alert",
        }
    }
}

/// A message about what just happened, shown once.
#[derive(Clone, Debug)]
pub struct Flash {
    /// Its tone.
    pub kind: FlashKind,
    /// One sentence.
    pub text: String,
}

/// URLs of the built assets, resolved from the Vite manifest.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// Manifest entry `src/main.ts`, its first `css`.
    pub css: String,
    /// Manifest entry `src/main.ts`, its `file`.
    pub js: String,
    /// Manifest entry `src/icons.svg`: the icon sprite.
    pub icons: String,
    /// Manifest entry `src/brand/favicon.svg`.
    pub favicon: String,
    /// The latin files of both faces, preloaded: manifest entries that end in `-latin-wght-normal.woff2`.
    pub fonts: Vec<String>,
}

/// The shared part of every view.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Name of this instance.
    pub site_name: String,
    /// How it looks and what it says of itself.
    pub site: SiteLook,
    /// Announcements on top of the page.
    pub banners: Vec<Banner>,
    /// Announcements that the viewer has not looked at.
    pub unread: usize,
    /// Title without the site name.
    pub title: String,
    /// Meta description.
    pub description: String,
    /// Absolute URL of this page without tracking or form parameters.
    pub canonical_url: String,
    /// Absolute URL of the Open Graph picture.
    pub og_image: Option<String>,
    /// Keeps search engines out.
    pub robots_noindex: bool,
    /// The nonce of this response's Content-Security-Policy.
    pub nonce: String,
    /// Hidden `csrf` field of each form, and `X-CSRF-Token` of each script request.
    pub csrf_token: String,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// Path and query of this request.
    pub current_path: String,
    /// Message about what just happened.
    pub flash: Option<Flash>,
    /// Built assets.
    pub assets: Arc<Assets>,
    /// Structured data.
    pub json_ld: Option<JsonLd>,
}

impl Page {
    /// Whether the Open Graph picture is drawn by this program, and so 1200 by 630.
    #[must_use]
    pub fn og_image_is_ours(&self) -> bool {
        self.og_image.as_deref().is_some_and(|url| url.ends_with(".png") && !url.contains("/media/"))
    }

    /// `page` when the current page is `path`, `true` when it lies below it, for `aria-current`.
    #[must_use]
    pub fn current(&self, path: &str) -> Option<&'static str> {
        let here = self.current_path.split(['?', '#']).next().unwrap_or("");
        if here == path {
            return Some("page");
        }
        let below = here.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        (below && path != "/").then_some("true")
    }

    /// The page title with the name of the site.
    #[must_use]
    pub fn full_title(&self) -> String {
        if self.title.is_empty() || self.title == self.site_name {
            self.site_name.clone()
        } else {
            format!("{} · {}", self.title, self.site_name)
        }
    }

    /// Sample data for a visitor.
    #[must_use]
    pub fn sample(title: &str, path: &str) -> Self {
        Self {
            site_name: "Momentum".into(),
            site: SiteLook::sample(),
            banners: Vec::new(),
            unread: 0,
            title: title.into(),
            description:
                "Short courses of 7, 14 or 21 days. One lesson a day, fifteen minutes, on any device.".into(),
            canonical_url: format!("https://momentum.example{path}"),
            og_image: Some("https://momentum.example/covers/og-default.svg".into()),
            robots_noindex: false,
            nonce: "c2FtcGxl".into(),
            csrf_token: "sample-csrf-token".into(),
            viewer: None,
            current_path: path.into(),
            flash: None,
            assets: Arc::new(Assets {
                css: "/assets/main.css".into(),
                js: "/assets/main.js".into(),
                icons: "/assets/icons.svg".into(),
                favicon: "/assets/favicon.svg".into(),
                fonts: Vec::new(),
            }),
            json_ld: None,
        }
    }

    /// Sample data for somebody who is signed in.
    #[must_use]
    pub fn sample_signed_in(title: &str, path: &str) -> Self {
        let viewer = Viewer {
            id: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a".into(),
            name: "Ada Moreau".into(),
            initials: "AM".into(),
            avatar_url: None,
            email_verified: true,
            is_admin: true,
            is_premium: false,
        };
        Self { viewer: Some(viewer), robots_noindex: true, ..Self::sample(title, path) }
    }

    /// The same page for somebody whose address is not proved.
    #[must_use]
    pub fn unverified(mut self) -> Self {
        if let Some(viewer) = &mut self.viewer {
            viewer.email_verified = false;
        }
        self
    }

    /// The same page with a message.
    #[must_use]
    pub fn with_flash(mut self, kind: FlashKind, text: &str) -> Self {
        self.flash = Some(Flash { kind, text: text.into() });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_ld_cannot_close_its_script() {
        let json = JsonLd::new(r#"{"name":"</script><b>&"}"#).to_string();
        assert_eq!(json, r#"{"name":"\u003c/script\u003e\u003cb\u003e\u0026"}"#);
    }

    #[test]
    fn navigation_marks_the_page_and_its_section() {
        let page = Page::sample("SQL", "/courses/sql?from=home");
        assert_eq!(page.current("/courses/sql"), Some("page"));
        assert_eq!(page.current("/courses"), Some("true"));
        assert_eq!(page.current("/course"), None);
        assert_eq!(page.current("/"), None);
    }
}
