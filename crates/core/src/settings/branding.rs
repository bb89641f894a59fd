use serde::{Deserialize, Serialize};

use super::{
    Section,
    color::Color,
    palette::{self, ENOUGH, MailColors, Palette, Reading, Sheet},
    text::{check_address, check_line},
};
use crate::{FieldErrors, names};

/// Buttons, links and progress, unless the site has a color of its own.
pub const PRIMARY_COLOR: &str = "#ff6b3d";

/// Panels and messages, unless the site has a color of its own.
pub const ACCENT_COLOR: &str = "#0d4a4c";

/// How the site looks and who its mails come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Branding {
    /// Buttons and progress, as `#rrggbb`; empty: the built-in coral.
    pub primary_color: String,
    /// Panels and second voices, as `#rrggbb`; empty: the built-in teal.
    pub accent_color: String,
    /// Where a color is too faint for text, use its nearest shade that can be read. Otherwise such a color is refused.
    pub adjust_shades: bool,
    /// The name in the sender of mails; empty: the site's name.
    pub sender_name: String,
    /// The address of the sender; empty: the one in the configuration.
    pub sender_address: String,
}

impl Default for Branding {
    fn default() -> Self {
        Self {
            primary_color: String::new(),
            accent_color: String::new(),
            adjust_shades: true,
            sender_name: String::new(),
            sender_address: String::new(),
        }
    }
}

impl Section for Branding {
    const NAME: &'static str = "branding";
    const CHANGED: &'static str = "settings.branding-changed";

    fn tidy(&mut self) {
        for text in [&mut self.primary_color, &mut self.accent_color, &mut self.sender_address] {
            *text = text.trim().to_lowercase();
        }
        self.sender_name = self.sender_name.trim().to_owned();
    }

    fn check(&self, errors: &mut FieldErrors) {
        for (field, text) in [("primary_color", &self.primary_color), ("accent_color", &self.accent_color)] {
            if text.is_empty() {
                continue;
            }
            let Some(color) = Color::parse(text) else {
                errors.add(field, "invalid", "Enter a color such as #b0370c.");
                continue;
            };
            let ratio = palette::on_paper(color);
            if !self.adjust_shades && ratio < ENOUGH {
                let nearest = palette::readable_on_paper(color);
                errors.add(
                    field,
                    "low-contrast",
                    format!(
                        "As text on paper this color has a contrast of {:.1}:1, and text needs 4.5:1. The nearest \
                         shade that can be read is {nearest}.",
                        (ratio * 10.0).floor() / 10.0
                    ),
                );
            }
        }
        check_line(errors, "sender_name", &self.sender_name, 60);
        names::check(errors, "sender_name", &self.sender_name);
        check_address(errors, "sender_address", &self.sender_address);
    }

    fn is_sensitive(&self, before: &Self) -> bool {
        self.sender_name != before.sender_name || self.sender_address != before.sender_address
    }
}

impl Branding {
    fn primary(&self) -> Option<Palette> {
        Color::parse(&self.primary_color).map(|color| Palette::of(color, !self.adjust_shades))
    }

    fn accent(&self) -> Option<Palette> {
        Color::parse(&self.accent_color).map(|color| Palette::of_panels(color, !self.adjust_shades))
    }

    /// Both palettes, the built-in colors in place of missing ones.
    #[must_use]
    pub fn palettes(&self) -> (Palette, Palette) {
        let built_in = |color: Option<Palette>, text: &str, panels: bool| {
            color.unwrap_or_else(|| {
                let color = Color::parse(text).unwrap_or(Color::BLACK);
                if panels { Palette::of_panels(color, false) } else { Palette::of(color, false) }
            })
        };
        (built_in(self.primary(), PRIMARY_COLOR, false), built_in(self.accent(), ACCENT_COLOR, true))
    }

    /// How well the colors can be read, as pages show them.
    #[must_use]
    pub fn readings(&self) -> Vec<Reading> {
        let (primary, accent) = self.palettes();
        let mut readings = palette::readings(
            &primary,
            [
                "Text on primary buttons, light",
                "Text on primary buttons, dark",
                "Primary color as text, light",
                "Primary color as text, dark",
            ],
        );
        readings.extend(palette::readings(
            &accent,
            [
                "Text on accent panels, light",
                "Text on accent panels, dark",
                "Accent color as text, light",
                "Accent color as text, dark",
            ],
        ));
        readings
    }

    /// What differs from the built-in style sheet; nothing while both colors are the built-in ones.
    #[must_use]
    pub fn sheet(&self) -> Option<Sheet> {
        Sheet::of(self.primary().as_ref(), self.accent().as_ref())
    }

    /// The colors of mails.
    #[must_use]
    pub fn mail_colors(&self) -> MailColors {
        MailColors::of(self.primary().as_ref())
    }
}

/// The uploaded logo; not a section that anybody edits, but kept like one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Logo {
    /// From its content, for its address; empty without a logo.
    pub version: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Section for Logo {
    const NAME: &'static str = "logo";
    const CHANGED: &'static str = "settings.logo-changed";

    fn check(&self, _errors: &mut FieldErrors) {}
}

impl Logo {
    /// Where it is, as a path of the site.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        (!self.version.is_empty()).then(|| format!("/branding/logo/{}.png", self.version))
    }

    /// Where the small square one for browser tabs is.
    #[must_use]
    pub fn icon_path(&self) -> Option<String> {
        (!self.version.is_empty()).then(|| format!("/branding/icon/{}.png", self.version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(branding: &Branding) -> Vec<(String, &'static str, String)> {
        let mut errors = FieldErrors::default();
        branding.check(&mut errors);
        errors.as_slice().iter().map(|e| (e.field.to_string(), e.code, e.message.to_string())).collect()
    }

    #[test]
    fn a_faint_color_is_adjusted_or_refused_with_the_nearest_shade() {
        let faint = Branding { primary_color: "#ff6b3d".into(), ..Branding::default() };
        assert_eq!(errors(&faint), []);
        assert!(faint.sheet().unwrap().css.contains("--color-coral:light-dark(#ff6b3d,"));
        let exact = Branding { adjust_shades: false, ..faint };
        let refused = errors(&exact);
        assert_eq!((refused[0].0.as_str(), refused[0].1), ("primary_color", "low-contrast"));
        let offered = refused[0].2.rsplit(' ').next().unwrap().trim_end_matches('.').to_owned();
        let taken = Branding { primary_color: offered, ..exact };
        assert_eq!(errors(&taken), []);
    }

    #[test]
    fn what_is_no_color_never_reaches_the_style_sheet() {
        for bad in ["red", "#fff", "#12345g", "#123456;}body{display:none"] {
            let branding = Branding { accent_color: bad.into(), ..Branding::default() };
            assert_eq!(errors(&branding)[0].1, "invalid", "{bad}");
            assert!(branding.sheet().is_none());
        }
    }
}
