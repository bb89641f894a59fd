//! One account: made, looked at, changed, removed.

use askama::Template;

use crate::views::common::DateText;
use crate::views::forms::{Choice, Field, wrong};
use crate::views::gallery::Samples;
use crate::views::page::Page;
use crate::views::panel::Happening;
use crate::views::settings::ProfilePage;

/// `GET /admin/users/new`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/users/new.html")]
pub struct NewUserPage {
    /// Shared page data.
    pub page: Page,
    /// What went wrong as a whole.
    pub alert: Option<String>,
    /// Name.
    pub name: Field,
    /// Address.
    pub email: Field,
    /// Role.
    pub role: Field,
    /// Time zone.
    pub time_zone: Field,
}

impl NewUserPage {
    fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.name, &self.email, &self.role, &self.time_zone])
    }
}

/// `GET /admin/users/{id}`
#[derive(Template)]
#[template(path = "admin/users/show.html")]
pub struct UserPage {
    /// Shared page data.
    pub page: Page,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// States in color and words.
    pub badges: Vec<(&'static str, String)>,
    /// Labels and values.
    pub facts: Vec<(&'static str, String)>,
    /// When the account was made.
    pub joined: DateText,
    /// When the person was last seen.
    pub last_seen: Option<DateText>,
    /// Since when the account is suspended.
    pub suspended: Option<DateText>,
    /// Why.
    pub suspended_reason: String,
    /// The administrator's own account.
    pub is_self: bool,
    /// There are second factors to remove.
    pub has_factors: bool,
    /// Role.
    pub role: Field,
    /// Why the account is to be suspended.
    pub reason: Field,
    /// Heading, what an empty list says, and what there is.
    pub activity: Vec<(&'static str, &'static str, Vec<Happening>)>,
}

/// `GET /admin/users/{id}/edit`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/users/edit.html")]
pub struct UserEditPage {
    /// Shared page data.
    pub page: Page,
    /// Id.
    pub id: String,
    /// The stored name.
    pub heading: String,
    /// What the form was made from.
    pub version: String,
    /// What went wrong as a whole.
    pub alert: Option<String>,
    /// What others have saved meanwhile, where it differs: label and value.
    pub theirs: Vec<(String, String)>,
    /// The fields.
    pub profile: ProfilePage,
}

/// `GET /admin/users/{id}/delete`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/users/delete.html")]
pub struct UserDeletePage {
    /// Shared page data.
    pub page: Page,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What goes with the account.
    pub consequences: Vec<String>,
    /// What stands against it.
    pub alert: Option<String>,
    /// The address, typed once more.
    pub confirm: Field,
}

impl UserDeletePage {
    fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.confirm])
    }
}

fn roles() -> Vec<Choice> {
    Choice::list(&[("free", "Free"), ("premium", "Premium"), ("admin", "Administrator")], "free")
}

impl Samples for NewUserPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |error: Option<String>| Self {
            page: Page::sample_signed_in("New account", "/admin/users/new"),
            alert: None,
            name: Field::text("name", "Name").required(),
            email: Field::email("email", "Email").required().error(error),
            role: Field::select("role", "Role", roles()),
            time_zone: Field::select("time_zone", "Time zone", Choice::list(&[("UTC", "UTC")], "UTC")),
        };
        vec![
            ("admin-user-new", view(None)),
            ("admin-user-new-wrong", view(Some("Enter an email address.".into()))),
        ]
    }
}

impl Samples for UserPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let happening = Happening {
            title: "SQL in seven days".into(),
            note: "3 of 7 lessons".into(),
            url: Some("/admin/courses/01935e1c".into()),
            at: DateText::sample("yesterday"),
        };
        let view = |suspended: Option<DateText>, is_self: bool| Self {
            page: Page::sample_signed_in("Ada Winter", "/admin/users/01935e1c"),
            id: "01935e1c".into(),
            name: "Ada Winter".into(),
            badges: vec![("published", "Active".into())],
            facts: vec![("Email", "ada@example.com".into()), ("Profile", "60% complete".into())],
            joined: DateText::sample("last month"),
            last_seen: None,
            suspended,
            suspended_reason: "Spam".into(),
            is_self,
            has_factors: true,
            role: Field::select("role", "Role", roles()),
            reason: Field::text("reason", "Reason"),
            activity: vec![
                ("Courses", "No courses yet.", vec![happening.clone()]),
                ("Mails", "No mails of the last 30 days.", Vec::new()),
            ],
        };
        vec![
            ("admin-user", view(None, false)),
            ("admin-user-suspended", view(Some(DateText::sample("yesterday")), false)),
            ("admin-user-self", view(None, true)),
        ]
    }
}

impl Samples for UserEditPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |(_, profile): (&'static str, ProfilePage)| Self {
            page: Page::sample_signed_in("Edit", "/admin/users/01935e1c/edit"),
            id: "01935e1c".into(),
            heading: "Ada Winter".into(),
            version: "9f86d081884c7d65".into(),
            alert: None,
            theirs: Vec::new(),
            profile,
        };
        let samples = || ProfilePage::samples().into_iter().take(1);
        let stale = |sample| Self {
            alert: Some("Somebody else changed this profile meanwhile.".into()),
            theirs: vec![("Name".into(), "Ada Winter-Berg".into()), ("Occupation".into(), String::new())],
            ..view(sample)
        };
        samples()
            .map(|sample| ("admin-user-edit", view(sample)))
            .chain(samples().map(|sample| ("admin-user-edit-stale", stale(sample))))
            .collect()
    }
}

impl Samples for UserDeletePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |error: Option<String>| Self {
            page: Page::sample_signed_in("Delete", "/admin/users/01935e1c/delete"),
            id: "01935e1c".into(),
            name: "Ada Winter".into(),
            consequences: vec!["3 enrollments with 12 finished lessons".into(), "2 notes".into()],
            alert: None,
            confirm: Field::email("confirm", "Type ada@example.com to confirm").required().error(error),
        };
        vec![
            ("admin-user-delete", view(None)),
            ("admin-user-delete-wrong", view(Some("This is not the address of the account.".into()))),
        ]
    }
}
