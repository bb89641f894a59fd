//! What every page handler gets: who looks, and the shared parts of a page.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use momentum_core::{
    catalog,
    identity::{Actor, Role},
    settings::Snapshot,
};

pub(crate) use super::notice::Notice;
use super::{
    banners::{ToTell, banner},
    failure::PageError,
    visitor_page::VisitorPage,
};
use crate::{
    App,
    http::{
        headers::{NONCE_MARK, Nonce},
        identity::{Found, cookie, set_cookie, text_header, token_cookie},
    },
    present,
    views::{Flash, KeptPart, LogoLook, Page, SiteLook, Viewer},
};

/// The cookie that carries a [`Notice`] over one redirect.
const FLASH_COOKIE: &str = "momentum_flash";
/// The cookie to which the forms of visitors are bound.
const VISIT_COOKIE: &str = "momentum_visit";

/// Most pages need no more bytes than these, so that they are written without moving what is there already.
const USUAL_PAGE: usize = 32 << 10;

/// The request as a page sees it.
pub(crate) struct Ctx {
    pub(crate) app: App,
    pub(crate) actor: Option<Arc<Actor>>,
    /// Path and query.
    pub(crate) here: String,
    /// Asked for by htmx: a fragment is enough.
    pub(crate) partial: bool,
    /// Fetched by a browser or a script before anybody has asked for it: nothing was seen or followed yet.
    pub(crate) in_advance: bool,
    nonce: String,
    flash: Option<Flash>,
    visit: Option<String>,
    told: ToTell,
}

impl FromRequestParts<App> for Ctx {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self::new(app, &parts.headers, &parts.uri, &parts.extensions))
    }
}

impl Ctx {
    pub(crate) fn new(
        app: &App,
        headers: &HeaderMap,
        uri: &Uri,
        extensions: &axum::http::Extensions,
    ) -> Self {
        let in_advance = ["sec-purpose", "purpose"]
            .into_iter()
            .filter_map(|name| text_header(headers, name))
            .any(|purpose| purpose.contains("prefetch"));
        // A message waits for a page that is looked at.
        let flash = cookie(headers, FLASH_COOKIE).filter(|_| !in_advance).and_then(Notice::flash);
        Self {
            app: app.clone(),
            actor: extensions.get::<Found>().map(|Found(actor)| actor.clone()),
            here: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            partial: headers.contains_key("hx-request"),
            in_advance,
            nonce: extensions.get::<Nonce>().map(|Nonce(nonce)| nonce.clone()).unwrap_or_default(),
            flash,
            visit: token_cookie(headers, VISIT_COOKIE).map(ToOwned::to_owned),
            told: extensions.get::<ToTell>().cloned().unwrap_or_default(),
        }
    }

    /// Who looks; routes for [`crate::Access::User`] always have somebody.
    pub(crate) fn actor(&self) -> Result<&Actor, PageError> {
        self.actor.as_deref().ok_or_else(|| {
            PageError::from(momentum_core::Error::unauthenticated("sign-in-required", "Sign in first."))
        })
    }

    /// For a page with a form that needs a fresh proof: better asked for now than after the form was filled.
    pub(crate) fn require_recent_proof(&self) -> Result<(), PageError> {
        Ok(self.actor()?.require_recent_proof(self.app.services.clock.now())?)
    }

    /// The shared part of a page. `canonical` is its path without what only concerns this request.
    pub(crate) fn page(&self, title: &str, description: &str, canonical: &str) -> Page {
        let settings = &self.app.services.settings;
        let live = self.app.services.live.now();
        Page {
            site_name: live.site_name(settings).to_owned(),
            site: site_look(&live),
            banners: self.told.banners.iter().map(|heard| banner(heard)).collect(),
            unread: self.told.unread,
            title: title.to_owned(),
            description: description.to_owned(),
            canonical_url: format!("{}{canonical}", settings.base_url),
            og_image: None,
            robots_noindex: false,
            nonce: self.nonce.clone(),
            csrf_token: self.form_token(),
            viewer: self.actor.as_deref().map(|actor| Viewer {
                id: actor.user.to_string(),
                name: actor.name.clone(),
                email_verified: actor.email_verified,
                initials: present::initials(&actor.name),
                avatar_url: actor.avatar_url.clone(),
                is_admin: actor.role == Role::Admin,
                is_premium: actor.role == Role::Premium,
            }),
            current_path: self.here.clone(),
            flash: self.flash.clone(),
            assets: self.app.assets.urls.clone(),
            json_ld: None,
        }
    }

    /// As [`Ctx::page`], for pages that search engines have no business with.
    pub(crate) fn private_page(&self, title: &str, canonical: &str) -> Page {
        Page { robots_noindex: true, ..self.page(title, "", canonical) }
    }

    /// What forms of this page have to bring back; empty for a visitor without forms.
    fn form_token(&self) -> String {
        let binding = self.binding();
        if binding.is_empty() {
            return String::new();
        }
        self.app.services.secret.form_token(&binding).unwrap_or_default()
    }

    /// To whom forms are bound: the session, or the visit.
    pub(crate) fn binding(&self) -> String {
        match (&self.actor, &self.visit) {
            (Some(actor), _) => actor.session.to_string(),
            (None, Some(visit)) => visit.clone(),
            (None, None) => String::new(),
        }
    }

    /// Gives a visitor something to bind a form to, and the cookie that has to be set for it.
    pub(crate) fn begin_visit(&mut self) -> Result<Option<HeaderValue>, PageError> {
        if self.actor.is_some() || self.visit.is_some() {
            return Ok(None);
        }
        let visit = momentum_core::identity::random_token()?;
        let cookie = set_cookie(&self.app, VISIT_COOKIE, &visit, 86_400);
        self.visit = Some(visit);
        Ok(Some(cookie))
    }

    /// Renders a view. A message that it showed is not shown again.
    pub(crate) fn render(&self, view: &impl askama::Template) -> Result<Response, PageError> {
        self.render_status(StatusCode::OK, view)
    }

    /// As [`Ctx::render`], with another status.
    pub(crate) fn render_status(
        &self,
        status: StatusCode,
        view: &impl askama::Template,
    ) -> Result<Response, PageError> {
        let mut html = String::with_capacity(USUAL_PAGE);
        view.render_into(&mut html).map_err(momentum_core::Error::internal)?;
        let mut response = (status, Html(html)).into_response();
        let headers = response.headers_mut();
        // Pages show what belongs to one person; nothing between may keep them.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("hx-request, cookie"));
        if self.flash.is_some() {
            headers.append(header::SET_COOKIE, set_cookie(&self.app, FLASH_COOKIE, "", 0));
        }
        Ok(response)
    }

    /// A page that looks the same to every visitor is rendered once for all of them. `key` names it wholly.
    pub(crate) async fn render_shared<V: askama::Template>(
        mut self,
        key: String,
        make: impl AsyncFnOnce(&Self) -> Result<V, PageError>,
    ) -> Result<Response, PageError> {
        let shared = self.actor.is_none() && self.flash.is_none() && !self.partial;
        if !shared {
            let view = make(&self).await?;
            return self.render(&view);
        }
        let nonce = std::mem::replace(&mut self.nonce, NONCE_MARK.to_owned());
        // Shared pages have no forms that are bound to a visit: that of a banner needs no binding.
        self.visit = None;
        let settings = self.app.services.live.now().number;
        let edition = catalog::edition(&self.app.services).await?;
        let key = format!("{edition} {settings:x} {} {key}", self.told.key());
        let page = match self.app.visitor_pages.get(&key) {
            Some(page) => page,
            None => {
                let html = make(&self).await?.render().map_err(momentum_core::Error::internal)?;
                let page = VisitorPage::new(&html);
                self.app.visitor_pages.insert(key, page.clone());
                page
            }
        };
        let body = page.with_nonce(&nonce);
        Ok((
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CACHE_CONTROL, "private, no-cache"),
                (header::VARY, "hx-request, cookie"),
            ],
            body,
        )
            .into_response())
    }

    /// A part of a page that looks the same to everybody is rendered once for all. `key` names it wholly; `make` gets
    /// page data without anything about this viewer.
    pub(crate) async fn shared_part<V: askama::Template>(
        &self,
        key: &str,
        make: impl AsyncFnOnce(Page) -> Result<V, PageError>,
    ) -> Result<KeptPart, PageError> {
        let key = format!("{} {key}", catalog::edition(&self.app.services).await?);
        if let Some(part) = self.app.parts.get(&key) {
            return Ok(part);
        }
        let nobody = Page { assets: self.app.assets.urls.clone(), ..Page::default() };
        let part = KeptPart::render(&make(nobody).await?).map_err(momentum_core::Error::internal)?;
        self.app.parts.insert(key, part.clone());
        Ok(part)
    }

    /// Sends the browser on, with a message for the next page.
    pub(crate) fn redirect_with(&self, to: &str, notice: Notice) -> Response {
        let cookie = set_cookie(&self.app, FLASH_COOKIE, notice.code(), 60);
        ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
    }
}

/// How the instance looks and what it says of itself.
fn site_look(live: &Snapshot) -> SiteLook {
    let Snapshot { general, security, system, logo, .. } = live;
    SiteLook {
        css_url: live.sheet.as_ref().map(|sheet| format!("/branding/{}.css", sheet.version)),
        logo: logo.path().map(|url| LogoLook { url, width: logo.width, height: logo.height }),
        icon_url: logo.icon_path(),
        tagline: general.tagline.clone(),
        description: general.description.clone(),
        support_email: general.support_email.clone(),
        terms_url: general.terms_url.clone(),
        privacy_url: general.privacy_url.clone(),
        maintenance: system.maintenance,
        sign_up_open: general.sign_up_open,
        password_min: security.password_min_length,
        password_needs: security.password_needs.clone(),
    }
}

/// A path on this site to go to after signing in; anything else is ignored.
pub(crate) fn safe_return(path: Option<&str>) -> Option<&str> {
    path.filter(|path| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains(['\\', '\r', '\n'])
            && path.len() <= 500
            && path.is_ascii()
            && !path.bytes().any(|b| b.is_ascii_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_returned_to() {
        assert_eq!(safe_return(Some("/courses/sql?x=1")), Some("/courses/sql?x=1"));
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(safe_return(Some(bad)), None, "{bad}");
        }
    }
}
