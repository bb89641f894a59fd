//! What search engines ask for.

use std::fmt::Write;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use momentum_core::catalog;

use super::failure::PageError;
use crate::App;

/// `GET /robots.txt`
pub(crate) async fn robots(State(app): State<App>) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /api/\nDisallow: /settings/\nDisallow: /notes\nDisallow: /search/\nSitemap: {}/sitemap.xml\n",
        app.services.settings.base_url
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// `GET /sitemap.xml`
pub(crate) async fn sitemap(State(app): State<App>) -> Result<Response, PageError> {
    let base = &app.services.settings.base_url;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    // Slugs are made of letters, digits and hyphens, the base address was checked at start: nothing to escape.
    let _ = writeln!(xml, "<url><loc>{base}/</loc></url>\n<url><loc>{base}/courses</loc></url>");
    for category in catalog::categories(&app.services).await?.iter() {
        let _ = writeln!(xml, "<url><loc>{base}/courses?category={}</loc></url>", category.slug);
    }
    for (slug, changed) in catalog::published_slugs(&app.services).await? {
        let day = changed.format("%Y-%m-%d");
        let _ = writeln!(xml, "<url><loc>{base}/courses/{slug}</loc><lastmod>{day}</lastmod></url>");
    }
    xml.push_str("</urlset>\n");
    Ok(([(header::CONTENT_TYPE, "application/xml")], xml).into_response())
}
