//! Drawings as PNG, for places that take no SVG: the pictures of shared links.

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use momentum_core::{Error, cache::Cache, settings::content_hash};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Group, Node, Options, Tree, fontdb::Database},
};

use crate::{assets, cover::escape};

/// Width of the picture of a shared link, as Open Graph asks for it.
pub(crate) const WIDTH: u32 = 1200;
/// Its height.
pub(crate) const HEIGHT: u32 = 630;

/// The site's own fonts, and for names in other scripts those of the system.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in assets::fonts_for_pictures() {
        fonts.load_font_data(font);
    }
    fonts.load_system_fonts();
    Arc::new(fonts)
});

/// Pictures that were drawn, 16 MB at most.
static DRAWN: LazyLock<Cache<String, Bytes>> =
    LazyLock::new(|| Cache::of_bytes(16 << 20, 64 << 10, |_, picture| picture.len()));

/// How wide a text is in a font of the site, in the drawing's units.
pub(crate) fn width_of(text: &str, font: &Font) -> f32 {
    tree_of(text, font).map_or(f32::MAX, |tree| tree.root().bounding_box().width())
}

/// A text alone, as it is drawn.
fn tree_of(text: &str, font: &Font) -> Option<Tree> {
    let Font { family, weight, size, spacing } = font;
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><text y="5" font-family="{family}" font-weight="{weight}" font-size="{size}" letter-spacing="{spacing}">{}</text></svg>"#,
        escape(text)
    );
    Tree::from_str(&svg, &options()).ok()
}

/// A text that fits into `room`, or nothing when this machine has no font for some of it: a picture with empty boxes instead
/// of letters says less than one without the text.
pub(crate) fn legible(text: &str, font: &Font, room: f32) -> String {
    if has_letters_for(text, font) { fitted(text, font, room) } else { String::new() }
}

fn has_letters_for(text: &str, font: &Font) -> bool {
    tree_of(text, font).is_some_and(|tree| is_legible(tree.root()))
}

fn is_legible(group: &Group) -> bool {
    group.children().iter().all(|node| match node {
        Node::Group(group) => is_legible(group),
        // The first glyph of every font stands for those that it lacks.
        Node::Text(text) => {
            text.layouted().iter().flat_map(|span| &span.positioned_glyphs).all(|glyph| glyph.id.0 != 0)
        }
        Node::Path(_) | Node::Image(_) => true,
    })
}

/// Scripts that many people's names are written in and that no font of this machine has.
#[must_use]
pub fn scripts_without_font() -> Vec<&'static str> {
    const SCRIPTS: [(&str, &str); 9] = [
        ("Greek", "Ω"),
        ("Cyrillic", "Ж"),
        ("Hebrew", "א"),
        ("Arabic", "ع"),
        ("Devanagari", "क"),
        ("Thai", "ก"),
        ("Chinese", "山"),
        ("Japanese", "あ"),
        ("Korean", "한"),
    ];
    let font = Font { family: "Figtree", weight: 500, size: 36, spacing: 0 };
    let lacking = SCRIPTS.into_iter().filter(|(_, letter)| !has_letters_for(letter, &font));
    lacking.map(|(script, _)| script).collect()
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Font {
    pub(crate) family: &'static str,
    pub(crate) weight: u16,
    pub(crate) size: i64,
    /// Between letters.
    pub(crate) spacing: i64,
}

/// As many of its letters as fit into `room`, with an ellipsis when some are left out.
pub(crate) fn fitted(text: &str, font: &Font, room: f32) -> String {
    if width_of(text, font) <= room {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let cut = |count: usize| letters.iter().take(count).collect::<String>().trim_end().to_owned() + "…";
    // The largest number that fits; more letters are wider.
    let counts: Vec<usize> = (0..letters.len()).collect();
    let fits = counts.partition_point(|count| width_of(&cut(*count), font) <= room);
    cut(fits.saturating_sub(1))
}

/// A text in at most `most` lines of this width; what doesn't fit is left out with an ellipsis.
pub(crate) fn wrapped(text: &str, font: &Font, room: f32, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let is_last = lines.len() == most;
        match lines.last_mut() {
            // The last line takes everything that is left, and is cut.
            Some(line) if is_last || width_of(&format!("{line} {word}"), font) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| fitted(line, font, room)).collect()
}

fn options() -> Options<'static> {
    Options { fontdb: FONTS.clone(), font_family: "Figtree".to_owned(), ..Options::default() }
}

/// The drawing as PNG of [`WIDTH`] by [`HEIGHT`]; what is higher is cut in the middle.
pub(crate) async fn png(svg: String) -> Result<Bytes, Error> {
    let key = content_hash(svg.as_bytes());
    if let Some(picture) = DRAWN.get(&key) {
        return Ok(picture);
    }
    let picture = tokio::task::spawn_blocking(move || draw(&svg)).await.map_err(Error::internal)??;
    DRAWN.insert(key, picture.clone());
    Ok(picture)
}

fn draw(svg: &str) -> Result<Bytes, Error> {
    let tree = Tree::from_str(svg, &options()).map_err(Error::internal)?;
    let mut picture = Pixmap::new(WIDTH, HEIGHT).ok_or_else(|| Error::internal("no room for a picture"))?;
    let size = tree.size();
    let scale = (WIDTH as f32 / size.width()).max(HEIGHT as f32 / size.height());
    let (left, top) =
        ((WIDTH as f32 - size.width() * scale) / 2.0, (HEIGHT as f32 - size.height() * scale) / 2.0);
    let transform = Transform::from_row(scale, 0.0, 0.0, scale, left, top);
    resvg::render(&tree, transform, &mut picture.as_mut());
    Ok(picture.encode_png().map_err(Error::internal)?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_inside() {
        let font = Font { family: "Figtree", weight: 500, size: 36, spacing: 0 };
        for text in [
            "Ada",
            "A very very long name that somebody really has been given",
            "Supercalifragilisticexpialidocious",
        ] {
            let fits = fitted(text, &font, 300.0);
            assert!(width_of(&fits, &font) <= 300.0, "{fits}");
            assert!(fits == text || fits.ends_with('…'), "{fits}");
            assert!(fits.chars().count() >= 3, "{fits}");
        }
        let name = "Completed three interface design courses in 30 short days ok";
        let lines = wrapped(name, &font, 330.0, 3);
        assert!(lines.len() == 3 && lines[2].ends_with('…'), "{lines:?}");
        assert!(lines.iter().all(|line| width_of(line, &font) <= 330.0), "{lines:?}");
        assert_eq!(wrapped("First step", &font, 330.0, 3), ["First step"]);
    }

    #[test]
    fn a_text_without_letters_is_left_out() {
        let font = Font { family: "Figtree", weight: 500, size: 36, spacing: 0 };
        assert_eq!(legible("Earned by Zoë", &font, 600.0), "Earned by Zoë");
        // No font has a letter there: it is for private use.
        assert_eq!(legible("Earned by \u{10FFFD}", &font, 600.0), "");
    }
}
