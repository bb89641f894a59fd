//! Categories.

use askama::Template;

use crate::views::{
    forms::{Field, wrong},
    gallery::Samples,
    page::Page,
};

/// A category in the administrators' list.
#[derive(Clone, Debug)]
pub struct CategoryRow {
    /// Id for `/admin/categories/{id}`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A sentence.
    pub description: String,
    /// Such as `12 courses`.
    pub courses: String,
    /// Courses in this category, in any state.
    pub courses_url: String,
}

/// `GET /admin/categories`
#[derive(Template)]
#[template(path = "admin/categories.html")]
pub struct CategoriesPage {
    /// Shared page data.
    pub page: Page,
    /// In their order.
    pub rows: Vec<CategoryRow>,
}

impl Samples for CategoriesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |name: &str, courses: &str| CategoryRow {
            id: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a".into(),
            name: name.into(),
            description: "Habits, attention and energy: small changes that last.".into(),
            courses: courses.into(),
            courses_url: "/admin/courses?category=design".into(),
        };
        let full = Self {
            page: Page::sample_signed_in("Categories", "/admin/categories"),
            rows: vec![row("Personal Development", "12 courses"), row("Crafts", "0 courses")],
        };
        vec![("admin-categories", full)]
    }
}

/// `GET /admin/categories/new` and `/{id}`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/category.html")]
pub struct CategoryPage {
    /// Shared page data.
    pub page: Page,
    /// Its id, unless it is new.
    pub id: Option<String>,
    /// Its address in the catalog, unless it is new.
    pub address: Option<String>,
    /// The version that the form is made from.
    pub version: i64,
    /// It has no courses, so it can be deleted.
    pub is_unused: bool,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// `name`
    pub name: Field,
    /// `description`
    pub description: Field,
    /// `target_audience`
    pub target_audience: Field,
}

impl CategoryPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.name, &self.description, &self.target_audience])
    }

    /// All fields, to be marked.
    pub fn fields_mut(&mut self) -> [&mut Field; 3] {
        [&mut self.name, &mut self.description, &mut self.target_audience]
    }

    /// Where the form is sent.
    #[must_use]
    pub fn action(&self) -> String {
        match &self.id {
            Some(id) => format!("/admin/categories/{id}"),
            None => "/admin/categories".into(),
        }
    }
}

impl Samples for CategoryPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let sample = |id: Option<&str>| Self {
            page: Page::sample_signed_in("Category", "/admin/categories"),
            id: id.map(Into::into),
            address: id.map(|_| "/courses?category=crafts".into()),
            version: 1,
            is_unused: true,
            alert: None,
            name: Field::text("name", "Name").required().value("Crafts"),
            description: Field::textarea("description", "Description", 2),
            target_audience: Field::textarea("target_audience", "For whom", 2),
        };
        let mut failed = sample(None);
        failed.name = failed.name.error(Some("There is a category of this name.".into()));
        vec![
            ("admin-category-new", sample(None)),
            ("admin-category", sample(Some("01935e1c"))),
            ("admin-category-failed", failed),
        ]
    }
}
