//! How an instance looks and what it says of itself, as administrators set it.

use super::page::SafeHtml;

/// A picture with its size.
#[derive(Clone, Debug)]
pub struct LogoLook {
    /// Where it is.
    pub url: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// What all pages of an instance have in common besides its name.
#[derive(Clone, Debug, Default)]
pub struct SiteLook {
    /// The generated style sheet, when colors were chosen.
    pub css_url: Option<String>,
    /// The logo in place of the built-in mark.
    pub logo: Option<LogoLook>,
    /// The icon in place of the built-in one.
    pub icon_url: Option<String>,
    /// The heading of the home page; empty: the standard one.
    pub tagline: String,
    /// What the site is; empty: the standard words.
    pub description: String,
    /// Where to write for help; empty: nowhere.
    pub support_email: String,
    /// Terms of use; empty without.
    pub terms_url: String,
    /// Privacy notice; empty without.
    pub privacy_url: String,
    /// Closed for everybody but administrators.
    pub maintenance: bool,
    /// Everybody may make an account.
    pub sign_up_open: bool,
    /// The shortest password, in characters.
    pub password_min: u32,
    /// What a password has to have: `upper`, `lower`, `digit`, `symbol`.
    pub password_needs: Vec<String>,
}

impl SiteLook {
    /// An instance that nobody has changed.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            sign_up_open: true,
            password_min: 8,
            password_needs: ["upper", "lower", "digit", "symbol"].map(ToOwned::to_owned).into(),
            ..Self::default()
        }
    }

    /// An instance with everything set.
    #[must_use]
    pub fn sample_branded() -> Self {
        Self {
            css_url: Some("/branding/0f3a.css".into()),
            logo: Some(LogoLook { url: "/branding/logo/0f3a.png".into(), width: 240, height: 80 }),
            icon_url: Some("/branding/icon/0f3a.png".into()),
            tagline: "Tea, one leaf at a time".into(),
            description: "Short courses about tea.".into(),
            support_email: "help@tea.example".into(),
            terms_url: "/terms".into(),
            privacy_url: "https://tea.example/privacy".into(),
            maintenance: false,
            sign_up_open: false,
            password_min: 12,
            password_needs: vec!["digit".into()],
        }
    }
}

/// An announcement on top of a page or in the list.
#[derive(Clone, Debug)]
pub struct Banner {
    /// Id for `/announcements/{id}/dismiss`.
    pub id: String,
    /// One line.
    pub title: String,
    /// The text.
    pub html: SafeHtml,
    /// The text would take much of a phone's screen: on top of pages it is folded.
    pub long: bool,
    /// `info`, `success` or `warning`.
    pub kind: &'static str,
    /// Address and words of the link.
    pub link: Option<(String, String)>,
    /// It can be put away.
    pub dismissible: bool,
}

impl Banner {
    /// The icon beside it.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        match self.kind {
            "success" => "circle-check",
            "warning" => "triangle-alert",
            _ => "megaphone",
        }
    }

    /// Sample data.
    #[must_use]
    pub fn sample(kind: &'static str, title: &str) -> Self {
        Self {
            id: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a".into(),
            title: title.into(),
            html: SafeHtml::from_sanitized("<p>The catalog has <em>twelve</em> new courses.</p>".into()),
            long: kind == "warning",
            kind,
            link: Some(("/courses?sort=newest".into(), "See what is new".into())),
            dismissible: true,
        }
    }
}
