//! The built frontend: embedded in the binary, compressed when first asked for, cached by browsers for ever.

use std::{
    borrow::Cow,
    collections::HashMap,
    io::Write,
    sync::{Arc, OnceLock},
};

use axum::body::Bytes;
use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::views;

#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
struct Dist;

/// The files by name, and where pages find them.
pub(crate) struct Assets {
    files: HashMap<String, File>,
    /// The names that pages use, from the build's manifest.
    pub(crate) urls: Arc<views::Assets>,
}

struct File {
    content_type: &'static str,
    plain: Bytes,
    /// The compressed forms, made when a client first wants them.
    gzip: OnceLock<Option<Bytes>>,
    brotli: OnceLock<Option<Bytes>>,
}

#[derive(Deserialize)]
struct ManifestEntry {
    file: String,
    #[serde(default)]
    css: Vec<String>,
}

impl Assets {
    pub(crate) fn load() -> Self {
        let manifest: HashMap<String, ManifestEntry> = Dist::get(".vite/manifest.json")
            .and_then(|file| serde_json::from_slice(&file.data).ok())
            .unwrap_or_default();
        let url = |file: &String| format!("/assets/{file}");
        let file = |entry: &str| manifest.get(entry).map(|entry| url(&entry.file)).unwrap_or_default();
        let mut fonts: Vec<String> = manifest
            .iter()
            .filter(|(name, _)| name.ends_with("-latin-wght-normal.woff2"))
            .map(|(_, entry)| url(&entry.file))
            .collect();
        fonts.sort();
        let urls = views::Assets {
            css: manifest.get("src/main.ts").and_then(|entry| entry.css.first()).map(url).unwrap_or_default(),
            js: file("src/main.ts"),
            icons: file("src/icons.svg"),
            favicon: file("src/brand/favicon.svg"),
            fonts,
        };
        let files = Dist::iter()
            .filter(|name| !name.starts_with('.'))
            .filter_map(|name| Dist::get(&name).map(|file| (name.to_string(), File::new(&name, file.data))))
            .collect();
        Self { files, urls: Arc::new(urls) }
    }
}

/// The fonts of the site in the form that pictures are drawn with.
pub(crate) fn fonts_for_pictures() -> impl Iterator<Item = Vec<u8>> {
    Dist::iter()
        .filter(|name| name.ends_with(".ttf"))
        .filter_map(|name| Dist::get(&name))
        .map(|file| file.data.into_owned())
}

impl Assets {
    /// A file and its coding, in the smallest of the forms that `accepts` allows.
    pub(crate) fn find(&self, name: &str, accepts: &str) -> Option<Asset> {
        let file = self.files.get(name)?;
        let offers = |coding: &str| {
            accepts.split(',').any(|item| item.split(';').next().map(str::trim) == Some(coding))
        };
        let compressed = if !file.compresses() {
            None
        } else if offers("br") {
            file.brotli.get_or_init(|| brotli(&file.plain)).as_ref().map(|body| (body, "br"))
        } else if offers("gzip") {
            file.gzip.get_or_init(|| gzip(&file.plain)).as_ref().map(|body| (body, "gzip"))
        } else {
            None
        };
        let (body, encoding) = compressed.map_or((&file.plain, None), |(body, coding)| (body, Some(coding)));
        Some(Asset { content_type: file.content_type, body: body.clone(), encoding })
    }
}

/// A file as it is sent.
pub(crate) struct Asset {
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// `br`, `gzip`, or plain.
    pub(crate) encoding: Option<&'static str>,
}

impl File {
    fn new(name: &str, data: Cow<'static, [u8]>) -> Self {
        let plain = match data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self { content_type: content_type(name), plain, gzip: OnceLock::new(), brotli: OnceLock::new() }
    }

    /// Fonts and pictures are compressed already.
    fn compresses(&self) -> bool {
        !self.content_type.starts_with("font/") && !self.content_type.starts_with("image/png")
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "ttf" => "font/ttf",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

fn gzip(data: &[u8]) -> Option<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

fn brotli(data: &[u8]) -> Option<Bytes> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
    brotli::BrotliCompress(&mut &*data, &mut out, &params).ok()?;
    Some(out.into())
}
