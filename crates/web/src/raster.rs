//! Drawings as PNG, for places that take no SVG: the pictures of shared links.

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use moka::sync::Cache;
use momentum_core::{Error, settings::content_hash};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use crate::assets;

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
static DRAWN: LazyLock<Cache<String, Bytes>> = LazyLock::new(|| {
    Cache::builder()
        .max_capacity(16 << 20)
        .weigher(|_: &String, picture: &Bytes| u32::try_from(picture.len()).unwrap_or(u32::MAX))
        .build()
});

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
    let options = Options { fontdb: FONTS.clone(), font_family: "Figtree".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(Error::internal)?;
    let mut picture = Pixmap::new(WIDTH, HEIGHT).ok_or_else(|| Error::internal("no room for a picture"))?;
    let size = tree.size();
    let scale = (WIDTH as f32 / size.width()).max(HEIGHT as f32 / size.height());
    let (left, top) =
        ((WIDTH as f32 - size.width() * scale) / 2.0, (HEIGHT as f32 - size.height() * scale) / 2.0);
    let transform = Transform::from_row(scale, 0.0, 0.0, scale, left, top);
    resvg::render(&tree, transform, &mut picture.as_mut());
    Ok(picture.encode_png().map_err(Error::internal)?.into())
}
