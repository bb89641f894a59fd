//! Pages whose main part is kept in memory.

use std::{fmt, sync::Arc};

use askama::{Template, filters::HtmlSafe};

use super::catalog::CatalogMain;
use super::gallery::Samples;
use super::page::Page;

/// A part of a page that looks the same to everybody, rendered by itself once.
#[derive(Clone, Debug)]
pub struct KeptPart(Arc<str>);

impl KeptPart {
    /// Renders a view.
    ///
    /// # Errors
    /// When its template fails.
    pub fn render(view: &impl Template) -> askama::Result<Self> {
        Ok(Self(view.render()?.into()))
    }

    /// Bytes that it takes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for KeptPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for KeptPart {}

/// The viewer's own frame around a part that was kept.
#[derive(Template)]
#[template(path = "kept.html")]
pub struct KeptPage {
    /// Shared page data.
    pub page: Page,
    /// What stands in the middle.
    pub main: KeptPart,
}

impl Samples for KeptPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let main = CatalogMain::samples().into_iter().filter_map(|(_, view)| KeptPart::render(&view).ok());
        main.map(|main| ("kept-catalog", Self { page: Page::sample_signed_in("Courses", "/courses"), main }))
            .collect()
    }
}
